//! What holds for every rule, moment and calendar.

use chrono::Datelike;
use proptest::prelude::*;

use super::*;

fn any_rule() -> impl Strategy<Value = Rule> {
    prop_oneof![
        (0u16..2000).prop_map(Rule::Minutes),
        (0u16..200).prop_map(Rule::ClockHours),
        Just(Rule::SameSchoolDay),
        (1u16..40).prop_map(Rule::SchoolDays),
        (1u16..40).prop_map(Rule::WorkingDays),
        (1u16..40).prop_map(Rule::CalendarDays),
        (1u16..14).prop_map(Rule::CalendarMonths),
        (0i64..900).prop_map(|n| Rule::On(date(2026, 7, 1) + TimeDelta::days(n))),
    ]
}

/// A moment around the calendar's year, to the microsecond; it starts before it and ends after it.
fn any_instant() -> impl Strategy<Value = Instant> {
    (0i64..550 * 86_400_000_000).prop_map(|us| utc("2026-07-01T00:00:00Z") + TimeDelta::microseconds(us))
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let hours = (6u32..12, 0u32..60, 1u32..7).prop_map(|(from, minute, long)| SchoolHours {
        from: NaiveTime::from_hms_opt(from, minute, 0).unwrap(),
        to: NaiveTime::from_hms_opt(from + long, minute, 0).unwrap(),
    });
    let nation = proptest::sample::select(&Nation::ALL[..]);
    let inset =
        proptest::collection::vec((0i64..380).prop_map(|n| date(2026, 8, 1) + TimeDelta::days(n)), 0..6);
    (nation, hours, inset.clone(), inset, any::<bool>()).prop_map(|(nation, hours, inset, more, entered)| {
        if entered {
            Calendar::new(CalendarParts { nation, hours, inset, more_bank_holidays: more, ..parts() })
                .unwrap()
        } else {
            Calendar::provisional(nation)
        }
    })
}

proptest! {
    #[test]
    fn d1_due_is_never_before_the_fact(rule in any_rule(), from in any_instant(), cal in any_calendar()) {
        prop_assert!(due(rule, from, &cal) >= from);
    }

    #[test]
    fn d1_due_never_falls_when_the_fact_rises(
        rule in any_rule(), a in any_instant(), b in any_instant(), cal in any_calendar(),
    ) {
        prop_assert!(due(rule, a.min(b), &cal) <= due(rule, a.max(b), &cal));
    }

    #[test]
    fn d1_day_rules_land_on_a_day_of_their_kind(
        rule in any_rule(), from in any_instant(), pause in 0i64..40 * 86_400, cal in any_calendar(),
    ) {
        let started = Deadline::start(DeadlineKind::Task, rule, from, &cal);
        let paused = started.pause(from).unwrap();
        let resumed = paused.resume(from + TimeDelta::seconds(pause), &cal).unwrap();
        let resumed_at = from + TimeDelta::seconds(pause);
        let days = |from: Instant, to: Instant| (local(to).date() - local(from).date()).num_days();
        if rule.runs_always() {
            prop_assert!(resumed.due >= started.due + TimeDelta::seconds(pause));
        } else {
            prop_assert!(days(started.due, resumed.due) >= days(from, resumed_at));
            prop_assert!(resumed.due == started.due || days(from, resumed_at) > 0 || resumed_at > started.due);
        }
        prop_assert_eq!(resumed.recompute(&cal), (resumed, None));
        for at in [started.due, resumed.due] {
            let wall = local(at);
            let five = wall.time() == NaiveTime::from_hms_opt(17, 0, 0).unwrap();
            match rule {
                Rule::Minutes(_) | Rule::ClockHours(_) | Rule::On(_) => {}
                Rule::SameSchoolDay => {
                    prop_assert!(cal.is_school_day(wall.date()));
                    prop_assert!(cal.hours().from <= wall.time() && wall.time() <= cal.hours().to);
                }
                Rule::SchoolDays(_) => {
                    prop_assert!(cal.is_school_day(wall.date()) && wall.time() == cal.hours().to);
                }
                Rule::WorkingDays(_) | Rule::CalendarMonths(_) => {
                    prop_assert!(cal.is_working_day(wall.date()) && five);
                }
                Rule::CalendarDays(_) => prop_assert!(five),
            }
        }
    }

    #[test]
    fn d1_as_many_days_are_counted_as_the_rule_says(n in 1u16..30, from in any_instant(), cal in any_calendar()) {
        let count = |last: NaiveDate, counts: &dyn Fn(NaiveDate) -> bool| {
            local(from).date().iter_days().skip(1).take_while(|day| *day <= last).filter(|day| counts(*day)).count()
        };
        let school = local(due(Rule::SchoolDays(n), from, &cal)).date();
        prop_assert_eq!(count(school, &|day| cal.is_school_day(day)), usize::from(n));
        let work = local(due(Rule::WorkingDays(n), from, &cal)).date();
        prop_assert_eq!(count(work, &|day| cal.is_working_day(day)), usize::from(n));
    }

    #[test]
    fn d3_pausing_and_resuming_at_once_changes_nothing(
        rule in any_rule(), from in any_instant(), later in any_instant(), cal in any_calendar(),
    ) {
        let started = Deadline::start(DeadlineKind::Task, rule, from, &cal);
        let later = later.max(from);
        prop_assert_eq!(started.pause(later).unwrap().resume(later, &cal), Ok(started));
    }

    #[test]
    fn d3_what_was_not_late_at_the_pause_is_not_late_after_it(
        rule in any_rule(), from in any_instant(), wait in 0i64..20 * 86_400, pause in 0i64..40 * 86_400,
        cal in any_calendar(),
    ) {
        let started = Deadline::start(DeadlineKind::Task, rule, from, &cal);
        let paused_at = from + TimeDelta::seconds(wait);
        let resumed_at = paused_at + TimeDelta::seconds(pause);
        let resumed = started.pause(paused_at).unwrap().resume(resumed_at, &cal).unwrap();
        prop_assert!(started.is_overdue(paused_at) || !resumed.is_overdue(resumed_at));
    }

    #[test]
    fn d1_rule_codes_round_trip(rule in any_rule()) {
        prop_assert_eq!(Rule::parse(&rule.code()), Ok(rule));
    }

    #[test]
    fn d2_the_next_opening_is_in_school_hours(from in any_instant(), cal in any_calendar()) {
        let open = cal.next_school_open(from);
        prop_assert!(open >= from && cal.in_school_hours(open));
        prop_assert_eq!(cal.next_school_open(open), open);
    }

    #[test]
    fn what_is_written_is_read_again(from in any_instant()) {
        let wall = local(from);
        let (day, month, year) = (wall.day().to_string(), wall.month().to_string(), wall.year().to_string());
        let read = parse_instant(&day, &month, &year, &time_of(from)).unwrap();
        prop_assert_eq!(long(read), long(from));
    }
}

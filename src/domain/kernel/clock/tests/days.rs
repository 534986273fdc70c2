//! Due moments in the awkward weeks of a school year.

use super::*;

#[test]
fn d1_in_school_hours_the_end_of_that_day_otherwise_ten_on_the_next_school_day() {
    let cal = school();
    let same = |from| due(Rule::SameSchoolDay, from, &cal);
    assert_eq!(same(at(2026, 11, 17, 8, 30)), at(2026, 11, 17, 15, 30));
    assert_eq!(same(at(2026, 11, 17, 15, 29)), at(2026, 11, 17, 15, 30));
    assert_eq!(same(at(2026, 11, 17, 15, 30)), at(2026, 11, 18, 10, 0), "closing time is after hours");
    assert_eq!(same(at(2026, 11, 17, 7, 0)), at(2026, 11, 17, 10, 0), "the school is still to open today");
    assert_eq!(same(at(2026, 11, 14, 12, 0)), at(2026, 11, 16, 10, 0), "a Saturday");
    assert_eq!(same(at(2026, 11, 19, 18, 0)), at(2026, 11, 23, 10, 0), "over the INSET Friday");
}

#[test]
fn d1_short_school_hours_keep_ten_o_clock_inside() {
    let hours = |h| NaiveTime::from_hms_opt(h, 0, 0).unwrap();
    let late = SchoolHours { from: hours(11), to: hours(15) };
    let cal = Calendar::new(CalendarParts { hours: late, ..parts() }).unwrap();
    assert_eq!(due(Rule::SameSchoolDay, at(2026, 11, 17, 10, 30), &cal), at(2026, 11, 17, 11, 0));
}

#[test]
fn d1_spring_forward_minutes_and_hours_are_real_time() {
    let cal = school();
    // The clocks go forward at 01:00 UTC on 28 March 2027.
    assert_eq!(due(Rule::Minutes(30), utc("2027-03-28T00:45:00Z"), &cal), utc("2027-03-28T01:15:00Z"));
    let from = at(2027, 3, 27, 12, 0);
    assert_eq!(due(Rule::ClockHours(24), from, &cal), at(2027, 3, 28, 13, 0));
    assert_eq!(due(Rule::ClockHours(72), from, &cal), at(2027, 3, 30, 13, 0));
    // Day rules keep the wall clock: Thursday before, in winter time; Monday after Easter holidays, in summer time.
    assert_eq!(due(Rule::SchoolDays(1), at(2027, 3, 25, 16, 0), &cal), utc("2027-04-12T14:30:00Z"));
    assert_eq!(due(Rule::WorkingDays(1), at(2027, 3, 25, 16, 0), &cal), utc("2027-03-30T16:00:00Z"));
}

#[test]
fn d1_fall_back_minutes_and_hours_are_real_time() {
    let cal = school();
    // The clocks go back at 01:00 UTC on 25 October 2026: 01:30 happens twice.
    assert_eq!(due(Rule::Minutes(30), utc("2026-10-25T00:45:00Z"), &cal), utc("2026-10-25T01:15:00Z"));
    assert_eq!(due(Rule::ClockHours(48), at(2026, 10, 24, 12, 0), &cal), at(2026, 10, 26, 11, 0));
    assert_eq!(due(Rule::WorkingDays(1), at(2026, 10, 23, 16, 0), &cal), utc("2026-10-26T17:00:00Z"));
    assert_eq!(
        instant_at(date(2026, 10, 25), NaiveTime::from_hms_opt(1, 30, 0).unwrap()),
        utc("2026-10-25T01:30:00Z"),
        "the later of the two"
    );
    assert_eq!(
        instant_at(date(2027, 3, 28), NaiveTime::from_hms_opt(1, 30, 0).unwrap()),
        utc("2027-03-28T01:30:00Z"),
        "02:30 after the change"
    );
}

#[test]
fn d1_half_term_holds_school_days_not_working_days() {
    let cal = school();
    let friday = at(2026, 10, 23, 14, 0);
    assert_eq!(due(Rule::SameSchoolDay, at(2026, 10, 23, 16, 0), &cal), at(2026, 11, 2, 10, 0));
    assert_eq!(due(Rule::SchoolDays(1), friday, &cal), at(2026, 11, 2, 15, 30));
    assert_eq!(due(Rule::SchoolDays(3), friday, &cal), at(2026, 11, 4, 15, 30));
    assert_eq!(due(Rule::WorkingDays(1), friday, &cal), at(2026, 10, 26, 17, 0));
}

#[test]
fn d1_end_of_term_and_the_inset_day_after_it() {
    let cal = school();
    // Term ends Friday 18 December; Monday 4 January is an INSET day.
    assert_eq!(due(Rule::SchoolDays(1), at(2026, 12, 18, 11, 0), &cal), at(2027, 1, 5, 15, 30));
    assert_eq!(due(Rule::SameSchoolDay, at(2026, 12, 18, 11, 0), &cal), at(2026, 12, 18, 15, 30));
    assert_eq!(due(Rule::SameSchoolDay, at(2026, 12, 18, 15, 45), &cal), at(2027, 1, 5, 10, 0));
    assert_eq!(due(Rule::WorkingDays(1), at(2026, 12, 24, 20, 0), &cal), at(2026, 12, 29, 17, 0));
    assert_eq!(cal.next_school_open(at(2026, 12, 19, 9, 0)), at(2027, 1, 5, 8, 30));
}

#[test]
fn d1_inset_days_are_working_days_without_pupils() {
    let cal = school();
    let inset = date(2026, 11, 20);
    assert!(!cal.is_school_day(inset) && cal.is_working_day(inset));
    assert!(!cal.in_school_hours(at(2026, 11, 20, 11, 0)));
    assert_eq!(due(Rule::SchoolDays(1), at(2026, 11, 19, 9, 0), &cal), at(2026, 11, 23, 15, 30));
    assert_eq!(due(Rule::WorkingDays(1), at(2026, 11, 19, 9, 0), &cal), at(2026, 11, 20, 17, 0));
    // One that lies just before the first term is no school day either.
    let before = CalendarParts { inset: vec![date(2026, 9, 1)], ..parts() };
    assert!(!Calendar::new(before).unwrap().is_school_day(date(2026, 9, 1)));
}

#[test]
fn d1_bank_holidays_inside_a_term_and_over_easter() {
    let cal = school();
    // Monday 3 May 2027 is the early May bank holiday.
    assert_eq!(due(Rule::SchoolDays(1), at(2027, 4, 30, 9, 0), &cal), at(2027, 5, 4, 15, 30));
    assert_eq!(due(Rule::WorkingDays(1), at(2027, 4, 30, 9, 0), &cal), at(2027, 5, 4, 17, 0));
    // Good Friday 26 March to Easter Monday 29 March 2027.
    let scotland = Calendar::provisional(Nation::Scotland);
    let thursday = at(2027, 3, 25, 9, 0);
    assert_eq!(due(Rule::WorkingDays(1), thursday, &cal), at(2027, 3, 30, 17, 0));
    assert_eq!(due(Rule::WorkingDays(1), thursday, &scotland), at(2027, 3, 29, 17, 0));
    let added = CalendarParts { more_bank_holidays: vec![date(2026, 11, 18)], ..parts() };
    let added = Calendar::new(added).unwrap();
    assert_eq!(due(Rule::WorkingDays(1), at(2026, 11, 17, 9, 0), &added), at(2026, 11, 19, 17, 0));
}

#[test]
fn d1_leap_day() {
    let cal = Calendar::provisional(Nation::England);
    // 29 February 2028 is a Tuesday.
    assert_eq!(due(Rule::SchoolDays(1), at(2028, 2, 28, 9, 0), &cal), at(2028, 2, 29, 15, 30));
    assert_eq!(due(Rule::CalendarDays(1), at(2028, 2, 28, 9, 0), &cal), at(2028, 2, 29, 17, 0));
    assert_eq!(due(Rule::CalendarMonths(1), at(2028, 1, 31, 9, 0), &cal), at(2028, 2, 29, 17, 0));
    assert_eq!(
        due(Rule::CalendarMonths(1), at(2027, 1, 31, 9, 0), &cal),
        at(2027, 3, 1, 17, 0),
        "28th is a Sunday"
    );
    assert_eq!(due(Rule::CalendarMonths(12), at(2028, 2, 29, 9, 0), &cal), at(2029, 2, 28, 17, 0));
    assert_eq!(due(Rule::ClockHours(24), at(2028, 2, 28, 23, 0), &cal), at(2028, 2, 29, 23, 0));
}

#[test]
fn d1_the_last_day_of_the_year() {
    let cal = Calendar::provisional(Nation::England);
    // Thursday 31 December 2026; 1 January 2027 is a bank holiday.
    let eve = at(2026, 12, 31, 23, 45);
    assert_eq!(due(Rule::Minutes(30), eve, &cal), at(2027, 1, 1, 0, 15));
    assert_eq!(due(Rule::WorkingDays(1), eve, &cal), at(2027, 1, 4, 17, 0));
    assert_eq!(due(Rule::CalendarDays(1), eve, &cal), at(2027, 1, 1, 17, 0));
    assert_eq!(due(Rule::CalendarMonths(1), eve, &cal), at(2027, 2, 1, 17, 0), "31 January is a Sunday");
    assert_eq!(
        due(Rule::WorkingDays(1), eve, &Calendar::provisional(Nation::Scotland)),
        at(2027, 1, 5, 17, 0)
    );
}

#[test]
fn d1_a_school_with_no_calendar_yet() {
    let cal = Calendar::provisional(Nation::England);
    assert!(cal.is_provisional() && !school().is_provisional());
    assert_eq!(cal.covered_until(), None);
    assert_eq!(cal.term_of(at(2026, 11, 17, 9, 0)), None);
    assert!(cal.in_school_hours(at(2026, 8, 5, 9, 0)), "a Wednesday in August: not known to be a holiday");
    assert!(!cal.in_school_hours(at(2026, 8, 31, 9, 0)), "the summer bank holiday");
    assert_eq!(due(Rule::SchoolDays(1), at(2026, 10, 23, 14, 0), &cal), at(2026, 10, 26, 15, 30));
}

#[test]
fn d1_past_the_last_term_entered_days_still_come() {
    let cal = school();
    assert_eq!(cal.covered_until(), Some(date(2027, 7, 21)));
    assert_eq!(due(Rule::SchoolDays(1), at(2027, 7, 21, 9, 0), &cal), at(2027, 7, 22, 15, 30));
    // A forgotten term leaves too long a gap to be a holiday.
    let mut forgotten = parts();
    forgotten.terms.retain(|term| term.name != "Spring 2027");
    forgotten.breaks.retain(|pause| pause.name != "Spring half term");
    let forgotten = Calendar::new(forgotten).unwrap();
    assert!(forgotten.is_school_day(date(2027, 2, 1)));
}

#[test]
fn terms_and_what_is_counted_in_them() {
    let cal = school();
    let name = |at| cal.term_of(at).map(|term| term.name.as_str());
    assert_eq!(name(at(2026, 11, 17, 9, 0)), Some("Autumn 2026"));
    assert_eq!(name(at(2026, 12, 25, 9, 0)), Some("Spring 2027"), "holidays count with the next term");
    assert_eq!(name(at(2026, 12, 18, 23, 59)), Some("Autumn 2026"));
    // 23:30 UTC is already the next day in British Summer Time.
    assert_eq!(name(utc("2027-04-11T23:30:00Z")), Some("Summer 2027"));
    assert_eq!(name(at(2027, 7, 22, 9, 0)), None);
    assert_eq!(name(at(2019, 7, 22, 9, 0)), None, "old records are not counted in the first term entered");
}

#[test]
fn a_calendar_is_checked() {
    let named = |name: &str| PeriodName(name.to_owned());
    let refuse = |change: fn(&mut CalendarParts)| {
        let mut wrong = parts();
        change(&mut wrong);
        Calendar::new(wrong).unwrap_err()
    };
    assert_eq!(
        refuse(|p| p.terms.push(period("Extra", date(2026, 12, 18), date(2026, 12, 20)))),
        CalendarError::Overlap { one: named("Autumn 2026"), other: named("Extra") }
    );
    assert_eq!(
        refuse(|p| p.breaks.push(period("Trip", date(2026, 12, 18), date(2026, 12, 20)))),
        CalendarError::BreakOutsideTerm { period: named("Trip") }
    );
    assert_eq!(
        refuse(|p| p.terms.push(period("Odd", date(2028, 2, 2), date(2028, 2, 1)))),
        CalendarError::Backwards { period: named("Odd") }
    );
    assert_eq!(refuse(|p| p.breaks[0].name = " ".to_owned()), CalendarError::NameMissing);
    assert_eq!(refuse(|p| p.hours.to = p.hours.from), CalendarError::Hours);
}

#[test]
fn d2_letters_wait_for_the_school_to_open() {
    let cal = school();
    let open = |from| cal.next_school_open(from);
    assert_eq!(open(at(2026, 11, 17, 11, 0)), at(2026, 11, 17, 11, 0));
    assert_eq!(open(at(2026, 11, 17, 6, 0)), at(2026, 11, 17, 8, 30));
    assert_eq!(open(at(2026, 11, 17, 15, 30)), at(2026, 11, 18, 8, 30));
    assert_eq!(open(at(2026, 10, 24, 1, 0)), at(2026, 11, 2, 8, 30));
    assert!(Rule::Minutes(30).runs_always() && !Rule::SameSchoolDay.runs_always());
}

#[test]
fn a_calendar_is_read_as_it_was_written_and_checked_again() {
    for cal in [school(), Calendar::provisional(Nation::NorthernIreland)] {
        let text = serde_json::to_string(&cal).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&text).unwrap(), cal);
    }
    let text = serde_json::to_string(&school()).unwrap().replace("2026-12-18", "2026-08-18");
    assert!(serde_json::from_str::<Calendar>(&text).is_err());
}

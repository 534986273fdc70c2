//! The pretend schools' calendar: ordinary English school years around today, so that the demonstration never
//! runs out.

use super::figures::MONTHS;
use crate::domain::kernel::clock::{Calendar, CalendarError, CalendarParts, Nation, Period, SchoolHours};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

/// Years of terms: from the first of the history to the end of the next school year, so that deadlines of the
/// summer are covered too.
pub fn around(today: NaiveDate) -> Result<Calendar, CalendarError> {
    let this_year = if today.month() >= 9 { today.year() } else { today.year() - 1 };
    let mut parts = CalendarParts {
        nation: Nation::England,
        hours: hours(),
        terms: Vec::new(),
        breaks: Vec::new(),
        inset: Vec::new(),
        more_bank_holidays: Vec::new(),
    };
    for year in this_year - 2..=this_year + 1 {
        school_year(year, &mut parts);
    }
    // The school began with Candour when the history begins: terms before that have nothing to report.
    let since = today.checked_sub_months(Months::new(MONTHS)).unwrap_or(NaiveDate::MIN);
    parts.terms.retain(|term| term.last >= since);
    let terms = &parts.terms;
    parts.breaks.retain(|pause| terms.iter().any(|term| term.contains(pause.first)));
    Calendar::new(parts)
}

fn hours() -> SchoolHours {
    let time = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
    SchoolHours { from: time(8, 30), to: time(15, 30) }
}

fn school_year(year: i32, parts: &mut CalendarParts) {
    let next = year + 1;
    let opens = weekday_from(date(year, 9, 1));
    let back = weekday_from(after(opens, 1));
    let christmas = on_or_before(date(year, 12, 21), Weekday::Fri);
    let january = on_or_after(date(next, 1, 4), Weekday::Mon);
    let easter = on_or_before(date(next, 4, 1), Weekday::Fri);
    let april = on_or_after(after(easter, 15), Weekday::Mon);
    let july = on_or_before(date(next, 7, 22), Weekday::Wed);
    parts.terms.extend([
        period(format!("Autumn {year}"), back, christmas),
        period(format!("Spring {next}"), january, easter),
        period(format!("Summer {next}"), april, july),
    ]);
    let halves = [
        ("Autumn half term", on_or_before(date(year, 10, 28), Weekday::Mon)),
        ("Spring half term", on_or_before(date(next, 2, 17), Weekday::Mon)),
        ("Summer half term", on_or_before(date(next, 5, 31), Weekday::Mon)),
    ];
    for (name, monday) in halves {
        parts.breaks.push(period(format!("{name} {}", monday.year()), monday, after(monday, 4)));
    }
    // Training days: before the year, after the autumn half term, and the first day of spring.
    parts.inset.extend([opens, after(halves[0].1, 7), january]);
}

fn period(name: String, first: NaiveDate, last: NaiveDate) -> Period {
    Period { name, first, last }
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

fn on_or_after(day: NaiveDate, wanted: Weekday) -> NaiveDate {
    day.iter_days().find(|day| day.weekday() == wanted).unwrap_or(day)
}

fn on_or_before(day: NaiveDate, wanted: Weekday) -> NaiveDate {
    let back = u64::from(day.weekday().days_since(wanted));
    day.checked_sub_days(Days::new(back)).unwrap_or(day)
}

fn weekday_from(day: NaiveDate) -> NaiveDate {
    day.iter_days().find(|day| day.weekday().num_days_from_monday() < 5).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_years_has_a_calendar_that_ends_later() {
        let mut today = date(2025, 1, 1);
        while today < date(2035, 1, 1) {
            let calendar = around(today).unwrap();
            assert!(calendar.covered_until().unwrap() > today, "{today}");
            assert!(calendar.terms().len() >= 5, "{today}");
            let names: std::collections::BTreeSet<_> = calendar.terms().iter().map(|t| &t.name).collect();
            assert_eq!(names.len(), calendar.terms().len());
            today = after(today, 13);
        }
    }

    #[test]
    fn autumn_2026_is_as_a_school_would_have_it() {
        let calendar = around(date(2026, 11, 22)).unwrap();
        assert!(calendar.is_school_day(date(2026, 9, 2)) && !calendar.is_school_day(date(2026, 9, 1)));
        assert!(!calendar.is_school_day(date(2026, 10, 27)) && calendar.is_school_day(date(2026, 11, 3)));
        assert!(calendar.is_school_day(date(2026, 12, 18)) && !calendar.is_school_day(date(2026, 12, 21)));
    }
}

//! A school year to test with; the stories and the laws stand beside it.

use super::*;

mod days;
mod laws;
mod life;
mod public_holidays;
mod said;

fn date(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

/// A moment on a London clock that names just one.
fn at(y: i32, m: u32, d: u32, hour: u32, minute: u32) -> Instant {
    let wall = date(y, m, d).and_hms_opt(hour, minute, 0).unwrap();
    London.from_local_datetime(&wall).single().unwrap().with_timezone(&Utc)
}

fn utc(text: &str) -> Instant {
    text.parse().unwrap()
}

fn period(name: &str, first: NaiveDate, last: NaiveDate) -> Period {
    Period { name: name.to_owned(), first, last }
}

fn parts() -> CalendarParts {
    CalendarParts {
        nation: Nation::England,
        hours: SchoolHours::default(),
        terms: vec![
            period("Spring 2027", date(2027, 1, 4), date(2027, 3, 25)),
            period("Autumn 2026", date(2026, 9, 2), date(2026, 12, 18)),
            period("Summer 2027", date(2027, 4, 12), date(2027, 7, 21)),
        ],
        breaks: vec![
            period("Autumn half term", date(2026, 10, 26), date(2026, 10, 30)),
            period("Spring half term", date(2027, 2, 15), date(2027, 2, 19)),
            period("Summer half term", date(2027, 5, 31), date(2027, 6, 4)),
        ],
        inset: vec![date(2026, 9, 2), date(2027, 1, 4), date(2026, 11, 20)],
        more_bank_holidays: vec![],
    }
}

fn school() -> Calendar {
    Calendar::new(parts()).unwrap()
}

#[test]
fn a_calendar_of_the_first_release_is_read_as_it_was_kept() {
    crate::domain::kernel::document::tests::hold(
        "domain/kernel/clock/tests/documents/calendar_1.json",
        &school(),
    );
}

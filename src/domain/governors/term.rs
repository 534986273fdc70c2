//! Which days belong to which term of the report, worked out from the school's calendar.

use super::raw::{Season, TermKey};
use crate::domain::kernel::clock::{Calendar, Instant, Period};
use chrono::{Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use std::{fmt, str::FromStr};

/// A term with its bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which term.
    pub key: TermKey,
    /// Its first day in school.
    pub first: NaiveDate,
    /// Its last day in school.
    pub last: NaiveDate,
    /// What is reported from here on is counted in it: the holidays before it too, so that a report published at the
    /// end of a term stays complete.
    pub from: Instant,
    /// What is reported from here on is counted later.
    pub until: Instant,
}

impl Term {
    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        now >= self.until
    }
}

/// Holidays longer than this are a year that was not entered, and are counted nowhere (as `Calendar::term_of` has it).
const LONGEST_HOLIDAY: Days = Days::new(91);

/// The terms of a calendar, earliest first. A school with six short terms has two of them in each.
#[must_use]
pub fn terms(calendar: &Calendar) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    let mut before: Option<NaiveDate> = None;
    for period in calendar.terms() {
        let earliest = period.first.checked_sub_days(LONGEST_HOLIDAY).unwrap_or(period.first);
        let first = before.and_then(|last| last.succ_opt()).map_or(earliest, |next| next.max(earliest));
        before = Some(period.last);
        let until = midnight(period.last.succ_opt().unwrap_or(period.last));
        let key = key_of(period);
        match terms.last_mut().filter(|term| term.key == key) {
            Some(term) => (term.last, term.until) = (period.last, until),
            None => {
                terms.push(Term { key, first: period.first, last: period.last, from: midnight(first), until })
            }
        }
    }
    terms
}

/// By the month it begins in: no term of a British school begins in the other season's months.
fn key_of(period: &Period) -> TermKey {
    let year = u16::try_from(period.first.year()).unwrap_or(0);
    match period.first.month() {
        1..=3 => TermKey { school_year: year.saturating_sub(1), season: Season::Spring },
        4..=7 => TermKey { school_year: year.saturating_sub(1), season: Season::Summer },
        _ => TermKey { school_year: year, season: Season::Autumn },
    }
}

/// The clocks never change at midnight, so it always comes once.
fn midnight(date: NaiveDate) -> Instant {
    let wall = date.and_time(NaiveTime::MIN);
    London.from_local_datetime(&wall).latest().map_or_else(|| wall.and_utc(), |at| at.with_timezone(&Utc))
}

impl TermKey {
    /// The code in addresses and in the database: `autumn-2026`, `spring-2027`, with the calendar year people say.
    #[must_use]
    pub fn code(self) -> String {
        let next = self.school_year.saturating_add(1);
        match self.season {
            Season::Autumn => format!("autumn-{}", self.school_year),
            Season::Spring => format!("spring-{next}"),
            Season::Summer => format!("summer-{next}"),
        }
    }
}

/// What was given is not the code of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotATerm;

impl fmt::Display for NotATerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a term")
    }
}

impl std::error::Error for NotATerm {}

impl FromStr for TermKey {
    type Err = NotATerm;

    fn from_str(code: &str) -> Result<Self, NotATerm> {
        let (season, year) = code.split_once('-').ok_or(NotATerm)?;
        let year: u16 = year.parse().ok().filter(|year| (2000..=2999).contains(year)).ok_or(NotATerm)?;
        let key = match season {
            "autumn" => Self { school_year: year, season: Season::Autumn },
            "spring" => Self { school_year: year - 1, season: Season::Spring },
            "summer" => Self { school_year: year - 1, season: Season::Summer },
            _ => return Err(NotATerm),
        };
        // One spelling only: no sign, no leading zero.
        if key.code() == code { Ok(key) } else { Err(NotATerm) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kernel::clock::{CalendarParts, Nation, SchoolHours};

    fn period(name: &str, first: &str, last: &str) -> Period {
        Period { name: name.into(), first: first.parse().unwrap(), last: last.parse().unwrap() }
    }

    fn calendar(terms: Vec<Period>) -> Calendar {
        Calendar::new(CalendarParts {
            nation: Nation::England,
            hours: SchoolHours::default(),
            terms,
            breaks: Vec::new(),
            inset: Vec::new(),
            more_bank_holidays: Vec::new(),
        })
        .unwrap()
    }

    #[test]
    fn every_instant_is_in_the_term_the_calendar_counts_it_in() {
        let calendar = calendar(vec![
            period("Autumn", "2026-09-02", "2026-12-18"),
            period("Spring", "2027-01-04", "2027-03-25"),
            period("Summer", "2027-04-12", "2027-07-21"),
        ]);
        let terms = terms(&calendar);
        assert_eq!(
            terms.iter().map(|t| t.key.code()).collect::<Vec<_>>(),
            ["autumn-2026", "spring-2027", "summer-2027"]
        );
        let mut at: Instant = "2026-06-01T00:00:00Z".parse().unwrap();
        while at < "2027-08-01T00:00:00Z".parse::<Instant>().unwrap() {
            let ours = terms.iter().find(|t| t.from <= at && at < t.until).map(|t| t.first);
            assert_eq!(ours, calendar.term_of(at).map(|period| period.first), "{at}");
            at += chrono::TimeDelta::minutes(30);
        }
    }

    #[test]
    fn six_short_terms_are_three() {
        let terms = terms(&calendar(vec![
            period("Term 1", "2026-09-02", "2026-10-16"),
            period("Term 2", "2026-11-02", "2026-12-18"),
            period("Term 3", "2027-01-04", "2027-02-05"),
            period("Term 4", "2027-02-22", "2027-03-25"),
            period("Term 5", "2027-04-12", "2027-05-28"),
            period("Term 6", "2027-06-07", "2027-07-21"),
        ]));
        assert_eq!(terms.len(), 3);
        assert_eq!(terms[0].until, terms[1].from);
        assert_eq!(terms[2].last, "2027-07-21".parse().unwrap());
    }

    #[test]
    fn a_code_has_one_spelling() {
        for code in ["autumn-2026", "spring-2027", "summer-2027"] {
            assert_eq!(code.parse::<TermKey>().unwrap().code(), code);
        }
        for code in
            ["autumn-+2026", "Autumn-2026", "winter-2026", "autumn", "autumn-1", "spring-0", "autumn-99999"]
        {
            assert_eq!(code.parse::<TermKey>(), Err(NotATerm), "{code}");
        }
    }
}

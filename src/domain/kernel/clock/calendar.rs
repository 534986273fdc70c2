//! A school's calendar: terms, half terms, INSET days and hours, and what counts as a school day or a working day.

use std::{borrow::Cow, collections::BTreeSet, fmt};

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::holidays::{Nation, is_bank_holiday, is_weekend};
use super::{Instant, instant_at, local};
use crate::domain::kernel::{
    codes::{Worded, problems},
    document::DocumentVersion,
};

/// A named run of days, both ends included: a term, a half term, a closure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// What the school calls it, for instance "Autumn 2026".
    pub name: String,
    /// First day.
    pub first: NaiveDate,
    /// Last day, included.
    pub last: NaiveDate,
}

impl Period {
    /// Whether a date falls in it.
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.first <= date && date <= self.last
    }
}

/// The hours in which a school is open on a school day, on a London wall clock. `to` is no longer in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchoolHours {
    /// Opening.
    pub from: NaiveTime,
    /// Closing.
    pub to: NaiveTime,
}

impl Default for SchoolHours {
    /// 08:30 to 15:30, until the school says otherwise.
    fn default() -> Self {
        let hour = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap_or(NaiveTime::MIN);
        SchoolHours { from: hour(8, 30), to: hour(15, 30) }
    }
}

/// What a school enters, before it is checked by [`Calendar::new`]. Any order will do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarParts {
    /// Decides the bank holidays.
    pub nation: Nation,
    /// Opening hours on school days.
    pub hours: SchoolHours,
    /// Terms. Days between two terms are holidays.
    pub terms: Vec<Period>,
    /// Half terms, and closures inside a term.
    pub breaks: Vec<Period>,
    /// Staff training days: working days without pupils, so not school days. Also just before a term.
    pub inset: Vec<NaiveDate>,
    /// Bank holidays proclaimed after this edition of Candour, or local ones.
    pub more_bank_holidays: Vec<NaiveDate>,
}

/// What a school calls a term or a holiday.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodName(pub String);

impl Worded for PeriodName {
    fn worded(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }
}

problems! {
    /// Why a calendar cannot be used, for the person who typed it.
    CalendarError {
        Hours = "hours", "The time the school day ends must be after the time it starts";
        NameMissing = "name_missing", "Enter a name for each term and holiday";
        Backwards { period: PeriodName } = "backwards", "{period}: the last day must be the same as or after the first day";
        Overlap { one: PeriodName, other: PeriodName } = "overlap", "{one} and {other} overlap: a day can only be in one term";
        BreakOutsideTerm { period: PeriodName } = "break_outside_term", "{period} must be inside one term";
    }
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl std::error::Error for CalendarError {}

/// A checked school calendar.
///
/// A date is *covered* if it lies in a term or between two terms at most 13 weeks apart. Every other date (there is no
/// calendar yet, or the next year is not entered) counts as open from Monday to Friday except on bank holidays:
/// a deadline may then fall early, never vanish, and is worked out again once the calendar is entered.
///
/// It is kept as its parts, and checked again when it is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CalendarDocument", into = "CalendarDocument")]
pub struct Calendar {
    nation: Nation,
    hours: SchoolHours,
    terms: Vec<Period>,
    breaks: Vec<Period>,
    inset: BTreeSet<NaiveDate>,
    more_bank_holidays: BTreeSet<NaiveDate>,
}

/// Longer than any summer holiday, shorter than a term that was forgotten together with the holidays around it.
const LONGEST_HOLIDAY_DAYS: i64 = 91;

impl Calendar {
    /// Checks and sorts what a school entered.
    ///
    /// # Errors
    /// The first thing found wrong, see [`CalendarError`].
    pub fn new(parts: CalendarParts) -> Result<Calendar, CalendarError> {
        let CalendarParts { nation, hours, mut terms, mut breaks, inset, more_bank_holidays } = parts;
        if hours.from >= hours.to {
            return Err(CalendarError::Hours);
        }
        for period in terms.iter().chain(&breaks) {
            if period.name.trim().is_empty() {
                return Err(CalendarError::NameMissing);
            }
            if period.last < period.first {
                return Err(CalendarError::Backwards { period: PeriodName(period.name.clone()) });
            }
        }
        terms.sort_by_key(|term| term.first);
        breaks.sort_by_key(|pause| pause.first);
        if let Some([one, two]) = terms.array_windows().find(|[one, two]| two.first <= one.last) {
            let (one, other) = (PeriodName(one.name.clone()), PeriodName(two.name.clone()));
            return Err(CalendarError::Overlap { one, other });
        }
        let inside = |first, last| terms.iter().any(|term| term.contains(first) && term.contains(last));
        if let Some(stray) = breaks.iter().find(|pause| !inside(pause.first, pause.last)) {
            return Err(CalendarError::BreakOutsideTerm { period: PeriodName(stray.name.clone()) });
        }
        let (inset, more_bank_holidays) =
            (inset.into_iter().collect(), more_bank_holidays.into_iter().collect());
        Ok(Calendar { nation, hours, terms, breaks, inset, more_bank_holidays })
    }

    /// The calendar of a school that has not entered one: Monday to Friday without bank holidays, 08:30 to 15:30.
    pub fn provisional(nation: Nation) -> Calendar {
        Calendar {
            nation,
            hours: SchoolHours::default(),
            terms: Vec::new(),
            breaks: Vec::new(),
            inset: BTreeSet::new(),
            more_bank_holidays: BTreeSet::new(),
        }
    }

    /// Whether the school has entered no term yet, so that every answer is a guess; pages say so.
    pub fn is_provisional(&self) -> bool {
        self.terms.is_empty()
    }

    /// The last day of the last term entered: after it the calendar is a guess again.
    pub fn covered_until(&self) -> Option<NaiveDate> {
        self.terms.last().map(|term| term.last)
    }

    /// The school's nation.
    pub fn nation(&self) -> Nation {
        self.nation
    }

    /// Opening hours on school days.
    pub fn hours(&self) -> SchoolHours {
        self.hours
    }

    /// The terms, earliest first.
    pub fn terms(&self) -> &[Period] {
        &self.terms
    }

    /// Half terms and closures, earliest first.
    pub fn breaks(&self) -> &[Period] {
        &self.breaks
    }

    /// Staff training days, earliest first.
    pub fn inset_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.inset.iter().copied()
    }

    /// Bank holidays the school added to the computed ones, earliest first.
    pub fn more_bank_holidays(&self) -> impl Iterator<Item = NaiveDate> {
        self.more_bank_holidays.iter().copied()
    }

    /// The term in which something that happened at `at` is counted: the term it lies in or, in the holidays, the
    /// next, so that a report published at the end of a term stays complete. None if no such term is entered.
    pub fn term_of(&self, at: Instant) -> Option<&Period> {
        let date = local(at).date();
        let next = self.terms.iter().find(|term| date <= term.last)?;
        ((next.first - date).num_days() <= LONGEST_HOLIDAY_DAYS).then_some(next)
    }

    /// Whether pupils are in school that day.
    pub fn is_school_day(&self, date: NaiveDate) -> bool {
        self.is_working_day(date)
            && !self.inset.contains(&date)
            && !self.breaks.iter().any(|pause| pause.contains(date))
            && !self.is_holiday_between_terms(date)
    }

    /// Monday to Friday and no bank holiday; school holidays and INSET days are working days.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !is_weekend(date) && !self.more_bank_holidays.contains(&date) && !is_bank_holiday(self.nation, date)
    }

    /// Whether the school is open: a school day, from opening until just before closing.
    pub fn in_school_hours(&self, at: Instant) -> bool {
        let wall = local(at);
        self.is_school_day(wall.date()) && self.hours.from <= wall.time() && wall.time() < self.hours.to
    }

    /// The moment itself if the school is open, otherwise when it opens next: until then e-mails are held.
    pub fn next_school_open(&self, at: Instant) -> Instant {
        if self.in_school_hours(at) {
            return at;
        }
        let date = local(at).date();
        let today = instant_at(date, self.hours.from);
        if self.is_school_day(date) && at <= today {
            return today;
        }
        instant_at(self.school_day_after(date, 1), self.hours.from)
    }

    /// When the school closes on a date, which need not be a school day.
    pub fn end_of_school_day(&self, date: NaiveDate) -> Instant {
        instant_at(date, self.hours.to)
    }

    /// The `n`th school day after a date, which itself never counts (0 is read as 1).
    pub fn school_day_after(&self, date: NaiveDate, n: u16) -> NaiveDate {
        nth_after(date, n, |day| self.is_school_day(day))
    }

    /// The `n`th working day after a date, which itself never counts (0 is read as 1).
    pub fn working_day_after(&self, date: NaiveDate, n: u16) -> NaiveDate {
        nth_after(date, n, |day| self.is_working_day(day))
    }

    fn is_holiday_between_terms(&self, date: NaiveDate) -> bool {
        self.terms.array_windows().any(|[one, two]| {
            one.last < date && date < two.first && (two.first - one.last).num_days() <= LONGEST_HOLIDAY_DAYS
        })
    }
}

/// The form a calendar is kept in.
#[derive(Clone, Serialize, Deserialize)]
struct CalendarDocument {
    document_version: DocumentVersion<1>,
    parts: CalendarParts,
}

impl TryFrom<CalendarDocument> for Calendar {
    type Error = CalendarError;

    fn try_from(document: CalendarDocument) -> Result<Calendar, CalendarError> {
        Calendar::new(document.parts)
    }
}

impl From<Calendar> for CalendarDocument {
    fn from(calendar: Calendar) -> CalendarDocument {
        CalendarDocument { document_version: DocumentVersion, parts: calendar.into() }
    }
}

impl From<Calendar> for CalendarParts {
    fn from(calendar: Calendar) -> CalendarParts {
        let Calendar { nation, hours, terms, breaks, inset, more_bank_holidays } = calendar;
        let (inset, more_bank_holidays) =
            (inset.into_iter().collect(), more_bank_holidays.into_iter().collect());
        CalendarParts { nation, hours, terms, breaks, inset, more_bank_holidays }
    }
}

/// Ends: only the days a school entered as closed can be without open days, and there are finitely many.
fn nth_after(date: NaiveDate, n: u16, counts: impl Fn(NaiveDate) -> bool) -> NaiveDate {
    let mut day = date;
    let mut left = n.max(1);
    while let Some(next) = day.checked_add_days(Days::new(1)) {
        day = next;
        if counts(day) {
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    day
}

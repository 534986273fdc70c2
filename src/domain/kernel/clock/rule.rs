//! The rule a deadline follows: its stored code, and when it falls due.

use std::{borrow::Cow, fmt};

use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use thiserror::Error;

use super::{Calendar, Instant, instant_at, local, plus};
use crate::domain::kernel::codes::Worded;

/// A stored code that means nothing here: a row written by another edition, or a mistake in a table of defaults.
/// The code itself is left out, since it may be words a person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown {0} code")]
pub struct UnknownCode(pub(super) &'static str);

/// How long there is, from a fact. A count of 0 days or months is read as 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Minutes, running always.
    Minutes(u16),
    /// Hours, running always.
    ClockHours(u16),
    /// When the school closes that day if the fact fell in school hours, otherwise 10:00 on the next school day
    /// (today, if the school is still to open today).
    SameSchoolDay,
    /// When the school closes on the nth school day after.
    SchoolDays(u16),
    /// 17:00 on the nth working day after.
    WorkingDays(u16),
    /// 17:00 on the nth day after, on any day of the week.
    CalendarDays(u16),
    /// 17:00 on the same date of the nth month after (its last day if it has no such date), moved on to a working
    /// day: how the Information Commissioner counts the month for a subject access request.
    CalendarMonths(u16),
    /// 17:00 on a chosen date: tasks and follow-ups.
    On(NaiveDate),
}

impl Rule {
    /// Acknowledging at critical severity, unless a category sets something else.
    pub const ACKNOWLEDGE_CRITICAL: Rule = Rule::Minutes(30);
    /// Acknowledging at high severity.
    pub const ACKNOWLEDGE_HIGH: Rule = Rule::SameSchoolDay;
    /// Acknowledging at low severity.
    pub const ACKNOWLEDGE_LOW: Rule = Rule::SchoolDays(3);
    /// The stored code, for instance `30_minutes`, `same_school_day`, `3_school_days`, `on_2026-11-17`.
    pub fn code(self) -> String {
        let counted = |n: u16, unit: &str| format!("{n}_{unit}{}", if n == 1 { "" } else { "s" });
        match self {
            Rule::Minutes(n) => counted(n, "minute"),
            Rule::ClockHours(n) => counted(n, "clock_hour"),
            Rule::SameSchoolDay => "same_school_day".to_owned(),
            Rule::SchoolDays(n) => counted(n.max(1), "school_day"),
            Rule::WorkingDays(n) => counted(n.max(1), "working_day"),
            Rule::CalendarDays(n) => counted(n.max(1), "calendar_day"),
            Rule::CalendarMonths(n) => counted(n.max(1), "calendar_month"),
            Rule::On(date) => format!("on_{}", date.format("%Y-%m-%d")),
        }
    }

    /// Reads a stored code, with or without the plural `s`.
    ///
    /// # Errors
    /// A code that names no rule, among them a count of no days.
    pub fn parse(code: &str) -> Result<Rule, UnknownCode> {
        let unknown = || UnknownCode("deadline rule");
        if code == "same_school_day" {
            return Ok(Rule::SameSchoolDay);
        }
        if let Some(date) = code.strip_prefix("on_") {
            return NaiveDate::parse_from_str(date, "%Y-%m-%d").map(Rule::On).map_err(|_| unknown());
        }
        let (count, unit) = code.split_once('_').ok_or_else(unknown)?;
        let n: u16 = count.parse().map_err(|_| unknown())?;
        let rule = match unit.strip_suffix('s').unwrap_or(unit) {
            "minute" => return Ok(Rule::Minutes(n)),
            "clock_hour" => return Ok(Rule::ClockHours(n)),
            "school_day" => Rule::SchoolDays(n),
            "working_day" => Rule::WorkingDays(n),
            "calendar_day" => Rule::CalendarDays(n),
            "calendar_month" => Rule::CalendarMonths(n),
            _ => return Err(unknown()),
        };
        if n == 0 { Err(unknown()) } else { Ok(rule) }
    }

    /// Whether it runs at night and at weekends, so that the next desk is told at any hour.
    pub fn runs_always(self) -> bool {
        match self {
            Rule::Minutes(_) | Rule::ClockHours(_) => true,
            Rule::SameSchoolDay
            | Rule::SchoolDays(_)
            | Rule::WorkingDays(_)
            | Rule::CalendarDays(_)
            | Rule::CalendarMonths(_)
            | Rule::On(_) => false,
        }
    }

    /// A due moment that was moved by a pause, brought to where this rule lets a deadline fall: a moment already
    /// there stays, any other goes on to the next such closing time.
    pub(super) fn settle(self, at: Instant, calendar: &Calendar) -> Instant {
        let date = local(at).date();
        match self {
            Rule::Minutes(_) | Rule::ClockHours(_) => at,
            Rule::SameSchoolDay => {
                let open = calendar.is_school_day(date);
                if open && morning(date, calendar) <= at && at <= calendar.end_of_school_day(date) {
                    at
                } else if open && at < morning(date, calendar) {
                    morning(date, calendar)
                } else {
                    morning(calendar.school_day_after(date, 1), calendar)
                }
            }
            Rule::SchoolDays(_) => {
                let today = calendar.end_of_school_day(date);
                if calendar.is_school_day(date) && at <= today {
                    today
                } else {
                    calendar.end_of_school_day(calendar.school_day_after(date, 1))
                }
            }
            Rule::WorkingDays(_) | Rule::CalendarMonths(_) | Rule::On(_) => {
                if calendar.is_working_day(date) && at <= end_of_work(date) {
                    end_of_work(date)
                } else {
                    end_of_work(calendar.working_day_after(date, 1))
                }
            }
            Rule::CalendarDays(_) => {
                if at <= end_of_work(date) {
                    end_of_work(date)
                } else {
                    end_of_work(days_after(date, 1))
                }
            }
        }
    }
}

impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Rule {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        Rule::parse(&code).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Rule {
    /// In words: "30 minutes", "the same school day", "3 school days", "Tue 17 Nov 2026".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rule::SameSchoolDay => f.write_str("the same school day"),
            Rule::On(date) => f.write_str(&super::date_of(*date)),
            Rule::Minutes(_)
            | Rule::SchoolDays(_)
            | Rule::WorkingDays(_)
            | Rule::CalendarDays(_)
            | Rule::CalendarMonths(_) => f.write_str(&self.code().replace('_', " ")),
            // "Clock hours" is our word, not a teacher's.
            Rule::ClockHours(_) => f.write_str(&self.code().replace("_clock_", " ")),
        }
    }
}

impl Worded for Rule {
    fn worded(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

/// When a deadline that follows `rule` is due, counted from the fact at `from`. Never before the fact.
pub fn due(rule: Rule, from: Instant, calendar: &Calendar) -> Instant {
    let date = local(from).date();
    match rule {
        Rule::Minutes(n) => plus(from, TimeDelta::minutes(n.into())),
        Rule::ClockHours(n) => plus(from, TimeDelta::hours(n.into())),
        Rule::SameSchoolDay => {
            if calendar.in_school_hours(from) {
                calendar.end_of_school_day(date)
            } else if calendar.is_school_day(date) && from < calendar.end_of_school_day(date) {
                morning(date, calendar)
            } else {
                morning(calendar.school_day_after(date, 1), calendar)
            }
        }
        Rule::SchoolDays(n) => calendar.end_of_school_day(calendar.school_day_after(date, n)),
        Rule::WorkingDays(n) => end_of_work(calendar.working_day_after(date, n)),
        Rule::CalendarDays(n) => end_of_work(days_after(date, n.max(1))),
        Rule::CalendarMonths(n) => {
            let same_date = date.checked_add_months(Months::new(n.max(1).into())).unwrap_or(NaiveDate::MAX);
            if calendar.is_working_day(same_date) {
                end_of_work(same_date)
            } else {
                end_of_work(calendar.working_day_after(same_date, 1))
            }
        }
        Rule::On(chosen) => end_of_work(chosen).max(from),
    }
}

/// 10:00, kept within the school's hours.
fn morning(date: NaiveDate, calendar: &Calendar) -> Instant {
    let ten = NaiveTime::from_hms_opt(10, 0, 0).unwrap_or(NaiveTime::MIN);
    let hours = calendar.hours();
    instant_at(date, ten.clamp(hours.from, hours.to))
}

/// 17:00, when an office closes.
fn end_of_work(date: NaiveDate) -> Instant {
    instant_at(date, NaiveTime::from_hms_opt(17, 0, 0).unwrap_or(NaiveTime::MIN))
}

fn days_after(date: NaiveDate, n: u16) -> NaiveDate {
    date.checked_add_days(Days::new(n.into())).unwrap_or(NaiveDate::MAX)
}

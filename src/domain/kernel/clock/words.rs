//! Dates and times as people read and type them, always on a London clock.

use chrono::{Datelike, MappedLocalTime, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Europe::London;

use super::{Instant, local};
use crate::domain::kernel::codes::{Worded, problems};
use std::borrow::Cow;

/// "Tue 17 Nov 2026, 15:52".
pub fn long(at: Instant) -> String {
    local(at).format("%a %-d %b %Y, %H:%M").to_string()
}

/// "Monday 23 November at 8:30am", to be read in a sentence.
pub fn in_a_sentence(at: Instant) -> String {
    let wall = local(at);
    let time = if wall.minute() == 0 { "%-I%P" } else { "%-I:%M%P" };
    wall.format(&format!("%A %-d %B at {time}")).to_string()
}

/// "Tue 17 Nov 2026", the day a moment falls on.
pub fn day(at: Instant) -> String {
    date_of(local(at).date())
}

/// "Tue 17 Nov 2026".
pub fn date_of(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

/// "12 June 2026", the day a moment falls on, beside a name.
pub fn plain_day(at: Instant) -> String {
    local(at).format("%-d %B %Y").to_string()
}

/// In a sentence an instant stands with its day and its time.
impl Worded for Instant {
    fn worded(&self) -> Cow<'static, str> {
        long(*self).into()
    }
}

/// "15:52", the time of day.
pub fn time_of(at: Instant) -> String {
    local(at).format("%H:%M").to_string()
}

/// How a due moment stands: "Today, 17:20", "Tue 24 Nov" (with the year if it is another), or "25 minutes overdue",
/// "1 hour overdue", "2 days overdue", counted in full minutes, hours and days of 24 hours.
pub fn describe_due(now: Instant, due: Instant) -> String {
    if due < now {
        let late = now - due;
        let (count, unit) = if late.num_days() > 0 {
            (late.num_days(), "day")
        } else if late.num_hours() > 0 {
            (late.num_hours(), "hour")
        } else {
            (late.num_minutes().max(1), "minute")
        };
        return format!("{count} {unit}{} overdue", if count == 1 { "" } else { "s" });
    }
    let (today, wall) = (local(now).date(), local(due));
    if wall.date() == today {
        wall.format("Today, %H:%M").to_string()
    } else if wall.year() == today.year() {
        wall.format("%a %-d %b").to_string()
    } else {
        wall.format("%a %-d %b %Y").to_string()
    }
}

/// The box of a date and time question that an error belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InputPart {
    /// Day of the month.
    Day,
    /// Month, as a number or a name.
    Month,
    /// Year, in four figures.
    Year,
    /// Time of day.
    Time,
    /// The date as a whole.
    Date,
}

problems! {
    /// Why what was typed is no moment; it stands beside the box.
    InputError {
        /// All three boxes of the date are empty.
        DateMissing = "date_missing", "Enter a date, like 17 11 2026";
        Day = "day", "Day must be a number from 1 to 31";
        Month = "month", "Month must be a number from 1 to 12, or a name like November";
        /// The year is empty, or not in four figures.
        Year = "year", "Year must be 4 numbers, like 2026";
        /// In four figures, and too long ago or too far ahead.
        YearOutside = "year_outside", "Year must be from 1900 to 2199";
        /// 31 November, 29 February of a common year.
        NoSuchDate = "no_such_date", "There is no such day in that month";
        TimeMissing = "time_missing", "Enter a time, like 15:52 or 3:52pm";
        /// The time cannot be read.
        Time = "time", "Time must be hours and minutes, like 15:52 or 3:52pm";
        /// In March, between 1:00 and 2:00 of one Sunday.
        SkippedHour = "skipped_hour", "There was no such time that night: the clocks went forward from 1am to 2am";
        /// After the present, although only the past makes sense.
        Future = "future", "The date and time must be now or in the past";
    }
}

impl InputError {
    /// The box it belongs to.
    pub fn part(&self) -> InputPart {
        match self {
            InputError::DateMissing | InputError::NoSuchDate | InputError::Future => InputPart::Date,
            InputError::Day => InputPart::Day,
            InputError::Month => InputPart::Month,
            InputError::Year | InputError::YearOutside => InputPart::Year,
            InputError::TimeMissing | InputError::Time | InputError::SkippedHour => InputPart::Time,
        }
    }
}

/// Reads a date from three boxes. Years from 1900 to 2199.
///
/// # Errors
/// The first box that is wrong.
pub fn parse_date(day: &str, month: &str, year: &str) -> Result<NaiveDate, InputError> {
    let (day, month, year) = (day.trim(), month.trim(), year.trim());
    if day.is_empty() && month.is_empty() && year.is_empty() {
        return Err(InputError::DateMissing);
    }
    let d = figures(day, 2).filter(|d| (1..=31).contains(d)).ok_or(InputError::Day)?;
    let m = month_of(month).ok_or(InputError::Month)?;
    let y = figures(year, 4).filter(|_| year.len() == 4).ok_or(InputError::Year)?;
    if !(1900..2200).contains(&y) {
        return Err(InputError::YearOutside);
    }
    let y = i32::try_from(y).map_err(|_| InputError::Year)?;
    NaiveDate::from_ymd_opt(y, m, d).ok_or(InputError::NoSuchDate)
}

/// Reads a time of day: "15:52", "9.05", "0905", "3:52pm", "3 pm", "midday", "midnight".
///
/// # Errors
/// [`InputError::TimeMissing`] or [`InputError::Time`].
pub fn parse_time(time: &str) -> Result<NaiveTime, InputError> {
    let text: String = time.to_lowercase().split_whitespace().collect();
    let (clock, half) = match text.as_str() {
        "" => return Err(InputError::TimeMissing),
        "midday" | "noon" => ("12:00", None),
        "midnight" => ("0:00", None),
        other => {
            if let Some(clock) = other.strip_suffix("pm").or_else(|| other.strip_suffix("p.m.")) {
                (clock, Some(12))
            } else if let Some(clock) = other.strip_suffix("am").or_else(|| other.strip_suffix("a.m.")) {
                (clock, Some(0))
            } else {
                (other, None)
            }
        }
    };
    let (hour, minute) = match clock.split_once([':', '.']) {
        Some((hour, minute)) if minute.len() == 2 => (figures(hour, 2), figures(minute, 2)),
        Some(_) => (None, None),
        None if clock.len() == 4 => (figures(clock, 4).map(|n| n / 100), figures(clock, 4).map(|n| n % 100)),
        // "3" alone could be either half of the day.
        None => (half.and_then(|_| figures(clock, 2)), Some(0)),
    };
    let (Some(hour), Some(minute)) = (hour, minute) else { return Err(InputError::Time) };
    let hour = match half {
        None => hour,
        Some(offset) if (1..=12).contains(&hour) => hour % 12 + offset,
        Some(_) => return Err(InputError::Time),
    };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(InputError::Time)
}

/// Reads a moment from the boxes of a date and time question.
///
/// In October one hour happens twice; the first is taken, since a time limit that counts from it may not be late.
///
/// # Errors
/// The first box that is wrong, or a time that was skipped in March.
pub fn parse_instant(day: &str, month: &str, year: &str, time: &str) -> Result<Instant, InputError> {
    moment(parse_date(day, month, year)?, parse_time(time)?)
}

fn moment(date: NaiveDate, time: NaiveTime) -> Result<Instant, InputError> {
    let wall = date.and_time(time);
    match London.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Ok(at.with_timezone(&Utc)),
        MappedLocalTime::None => Err(InputError::SkippedHour),
    }
}

/// Like [`parse_instant`], for what has happened already: "When did you notice?".
///
/// # Errors
/// As [`parse_instant`], and [`InputError::Future`].
pub fn parse_past_instant(
    day: &str,
    month: &str,
    year: &str,
    time: &str,
    now: Instant,
) -> Result<Instant, InputError> {
    let at = parse_instant(day, month, year, time)?;
    if at <= now { Ok(at) } else { Err(InputError::Future) }
}

/// Reads a time of day as one of today that has passed.
///
/// # Errors
/// As [`parse_time`], a time that was skipped in March, and [`InputError::Future`].
pub fn parse_earlier_today(time: &str, now: Instant) -> Result<Instant, InputError> {
    let at = moment(local(now).date(), parse_time(time)?)?;
    if at <= now { Ok(at) } else { Err(InputError::Future) }
}

/// A number written in plain figures, at most `most` of them.
pub(in crate::domain) fn figures(text: &str, most: usize) -> Option<u32> {
    let plain = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// The month of a number or of a name, also of its first letters.
pub(in crate::domain) fn month_of(text: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if let Some(n) = figures(text, 2) {
        return (1..=12).contains(&n).then_some(n);
    }
    let text = text.to_lowercase();
    let found = NAMES.iter().position(|name| text.len() >= 3 && name.starts_with(&text));
    found.or_else(|| (text == "sept").then_some(8)).and_then(|at| u32::try_from(at + 1).ok())
}

//! Time as a school counts it: the calendar, the rule each deadline follows, and how both are said in words.
//!
//! Instants are stored in UTC and worked out in Europe/London. Nothing here reads a clock: the present is always
//! a parameter.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::London;

mod calendar;
mod deadline;
mod holidays;
mod rule;
mod words;

pub use calendar::{Calendar, CalendarError, CalendarParts, Period, PeriodName, SchoolHours};
pub use deadline::{CancelReason, Deadline, DeadlineKind, DeadlineRefusal, DueChange, State};
pub use holidays::{Nation, bank_holidays, is_bank_holiday};
pub use rule::{Rule, UnknownCode, due};
pub use words::{
    InputError, InputPart, date_of, day, describe_due, in_a_sentence, long, parse_date, parse_earlier_today,
    parse_instant, parse_past_instant, parse_time, plain_day, time_of,
};

pub(in crate::domain) use words::{figures, month_of};

/// A moment, in UTC. Kept to the microsecond (see [`truncate`]), which is what both databases keep.
pub type Instant = DateTime<Utc>;

/// The moment cut to whole microseconds, so that what is read back equals what was written.
pub fn truncate(at: Instant) -> Instant {
    at.trunc_subsecs(6)
}

/// The wall clock in London at a moment.
fn local(at: Instant) -> NaiveDateTime {
    at.with_timezone(&London).naive_local()
}

/// The day in London at a moment.
pub fn day_in_london(at: Instant) -> NaiveDate {
    local(at).date()
}

/// The first moment of a day in London.
pub fn beginning_of(day: NaiveDate) -> Instant {
    instant_at(day, NaiveTime::MIN)
}

/// The end of the day in London at a moment: the midnight that follows it.
pub fn end_of_day(at: Instant) -> Instant {
    end_of(day_in_london(at))
}

/// The moment a London day ends.
pub fn end_of(day: NaiveDate) -> Instant {
    instant_at(day.succ_opt().unwrap_or(day), NaiveTime::MIN)
}

/// The moment at which a London wall clock shows `date` and `time`.
///
/// In the hour that happens twice (October) the later one, so that no time is lost; in the hour that never happens
/// (March) as far after the change, as a clock that was not put forward would show.
fn instant_at(date: NaiveDate, time: NaiveTime) -> Instant {
    let wall = date.and_time(time);
    London.from_local_datetime(&wall).latest().map_or_else(
        // The gap is exactly one hour and starts in winter time, which is UTC.
        || wall.and_utc(),
        |at| at.with_timezone(&Utc),
    )
}

/// Adds a span, stopping at the last moment there is.
fn plus(at: Instant, span: TimeDelta) -> Instant {
    at.checked_add_signed(span).unwrap_or(Instant::MAX_UTC)
}

#[cfg(test)]
mod tests;

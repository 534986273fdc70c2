//! A changed calendar: what it was when the change was proposed, and what it is to be. Its days carry their own dates,
//! so it is no part of an [`Edition`](super::Edition): it takes the place of the calendar when it is approved.

use super::{Line, Problem, Refusal};
use crate::domain::{
    kernel::clock::{Calendar, Period, date_of},
    people::{Desk, Standing},
};
use serde::{Deserialize, Serialize};

/// A change of the school's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarChange {
    /// The calendar it started from.
    pub from: Calendar,
    /// The whole calendar as it is to be.
    pub to: Calendar,
}

/// Whether a person may change the calendar at once: the head and the DSL, whose deadlines follow from it and who know
/// in the morning that the school stays shut. An administrator proposes.
pub fn may_change_calendar(standing: &Standing) -> bool {
    standing.holds(Desk::Head) || standing.holds(Desk::Dsl)
}

impl CalendarChange {
    /// Refuses if the calendar has changed since: an approver must have seen what they approve.
    pub fn starts_from(&self, now: &Calendar) -> Result<(), Refusal> {
        if self.from == *now {
            return Ok(());
        }
        Err(Refusal::WrongState(Problem::OtherCalendar))
    }

    /// Each part that changes, before and after.
    pub(in crate::domain::school) fn lines(&self) -> Vec<Line> {
        let part = |label, words: fn(&Calendar) -> String| {
            let (before, after) = (words(&self.from), words(&self.to));
            (before != after).then_some(Line { label, before, after })
        };
        let parts = [
            part("The school day", hours),
            part("Terms", |calendar| periods(calendar.terms())),
            part("Half terms", |calendar| periods(calendar.breaks())),
            part("INSET days", |calendar| joined(calendar.inset_days().map(date_of))),
        ];
        parts.into_iter().flatten().collect()
    }
}

fn hours(calendar: &Calendar) -> String {
    let hours = calendar.hours();
    format!("{} to {}", hours.from.format("%H:%M"), hours.to.format("%H:%M"))
}

fn periods(all: &[Period]) -> String {
    joined(all.iter().map(|one| format!("{}: {} to {}", one.name, date_of(one.first), date_of(one.last))))
}

fn joined(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    if all.is_empty() { "None".to_owned() } else { all.join("; ") }
}

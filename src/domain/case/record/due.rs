//! What is due in a case, about what, and how that is kept.

use crate::domain::{
    case::work::referral::Body,
    kernel::{
        clock::{self, Calendar, CancelReason, Deadline, DeadlineKind, Instant, Rule},
        ids::{ReferralId, TaskId},
    },
    people::Desk,
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// What a deadline is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// The case itself.
    Case,
    /// One task.
    Task(TaskId),
    /// One referral.
    Referral(ReferralId),
}

/// One deadline of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "DueRow", into = "DueRow")]
pub struct Due {
    /// What it is about.
    pub about: About,
    /// The desk it is put to.
    pub desk: Desk,
    /// The deadline.
    pub deadline: Deadline,
}

impl Due {
    /// Starts one.
    pub fn start(
        about: About,
        desk: Desk,
        kind: DeadlineKind,
        rule: Rule,
        fact_at: Instant,
        calendar: &Calendar,
    ) -> Self {
        Self { about, desk, deadline: Deadline::start(kind, rule, fact_at, calendar) }
    }

    /// Whether it still asks for something.
    pub fn is_running(&self) -> bool {
        matches!(self.deadline.state, clock::State::Running)
    }
}

/// The deadlines of a case, with the few things verbs do to them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dues(Vec<Due>);

impl Dues {
    /// Every one, ended ones too, in the order they were started.
    pub fn all(&self) -> &[Due] {
        &self.0
    }

    /// Those that ask for something, soonest first.
    pub fn running(&self) -> Vec<&Due> {
        let mut running: Vec<&Due> = self.0.iter().filter(|due| due.is_running()).collect();
        running.sort_by_key(|due| due.deadline.due);
        running
    }

    /// The soonest that asks for something.
    pub fn next(&self) -> Option<&Due> {
        self.running().into_iter().next()
    }

    /// The soonest that asks something of a desk.
    pub fn next_at(&self, desk: Desk) -> Option<&Due> {
        self.running().into_iter().find(|due| due.desk == desk)
    }

    pub(in crate::domain::case) fn add(&mut self, due: Due) {
        self.0.push(due);
    }

    /// Meets every running or paused deadline of this kind about this; late ones become missed, and say so.
    pub(in crate::domain::case) fn meet(&mut self, kind: DeadlineKind, about: About, at: Instant) {
        self.change(|due| {
            if due.deadline.kind == kind && due.about == about { due.deadline.meet(at).ok() } else { None }
        });
    }

    /// Meets every deadline about this.
    pub(in crate::domain::case) fn meet_about(&mut self, about: About, at: Instant) {
        self.change(|due| if due.about == about { due.deadline.meet(at).ok() } else { None });
    }

    /// Meets every deadline of this kind.
    pub(in crate::domain::case) fn meet_kind(&mut self, kind: DeadlineKind, at: Instant) {
        self.change(|due| if due.deadline.kind == kind { due.deadline.meet(at).ok() } else { None });
    }

    /// Counts the clocks that run from awareness from another moment.
    pub(in crate::domain::case) fn count_from(&mut self, aware: Instant, calendar: &Calendar) {
        self.change(|due| {
            let counts = Body::asked_by(due.deadline.kind).is_some();
            let corrected = counts.then(|| due.deadline.correct_fact(aware, calendar).ok()).flatten();
            corrected.map(|(deadline, _)| deadline)
        });
    }

    pub(in crate::domain::case) fn cancel(&mut self, kind: DeadlineKind, reason: CancelReason, at: Instant) {
        self.change(
            |due| if due.deadline.kind == kind { due.deadline.cancel(reason, at).ok() } else { None },
        );
    }

    pub(in crate::domain::case) fn cancel_about(&mut self, about: About, reason: CancelReason, at: Instant) {
        self.change(|due| if due.about == about { due.deadline.cancel(reason, at).ok() } else { None });
    }

    pub(in crate::domain::case) fn cancel_all(&mut self, reason: CancelReason, at: Instant) {
        self.change(|due| due.deadline.cancel(reason, at).ok());
    }

    pub(in crate::domain::case) fn pause_all(&mut self, at: Instant) {
        self.change(|due| due.deadline.pause(at).ok());
    }

    pub(in crate::domain::case) fn resume_all(&mut self, at: Instant, calendar: &Calendar) {
        self.change(|due| due.deadline.resume(at, calendar).ok());
    }

    /// Counts a met deadline of the case from its fact again, because what met it was withdrawn. The met one stays.
    pub(in crate::domain::case) fn ask_again(&mut self, kind: DeadlineKind, calendar: &Calendar) {
        let met = |due: &&Due| {
            let is_met = matches!(due.deadline.state, clock::State::Met | clock::State::Missed);
            is_met && due.deadline.cancelled.is_none()
        };
        let of_kind = |due: &&Due| due.about == About::Case && due.deadline.kind == kind;
        let Some(last) = self.0.iter().rfind(of_kind).filter(met) else { return };
        let (desk, rule, fact_at) = (last.desk, last.deadline.rule, last.deadline.fact_at);
        self.add(Due::start(About::Case, desk, kind, rule, fact_at, calendar));
    }

    /// Puts what still runs to another desk, if `which` says so.
    pub(in crate::domain::case) fn hand_to(&mut self, desk: Desk, which: impl Fn(&Due) -> bool) {
        let live = |due: &Due| matches!(due.deadline.state, clock::State::Running | clock::State::Paused);
        for due in self.0.iter_mut().filter(|due| live(due)) {
            if which(due) {
                due.desk = desk;
            }
        }
    }

    /// Whether a deadline of this kind about the case itself runs or is paused.
    pub(in crate::domain::case) fn has(&self, kind: DeadlineKind) -> bool {
        let live = |due: &Due| matches!(due.deadline.state, clock::State::Running | clock::State::Paused);
        self.0.iter().any(|due| due.about == About::Case && due.deadline.kind == kind && live(due))
    }

    /// Works out again what is due after the school's calendar was changed, and says what moved, from when to when.
    pub fn recompute(&mut self, calendar: &Calendar) -> Vec<(About, DeadlineKind, clock::DueChange)> {
        let mut moved = Vec::new();
        for due in &mut self.0 {
            let (after, change) = due.deadline.recompute(calendar);
            due.deadline = after;
            moved.extend(change.map(|change| (due.about, due.deadline.kind, change)));
        }
        moved
    }

    fn change(&mut self, verb: impl Fn(&Due) -> Option<Deadline>) {
        for due in &mut self.0 {
            if let Some(after) = verb(due) {
                due.deadline = after;
            }
        }
    }
}

/// How a deadline is kept.
#[derive(Clone, Serialize, Deserialize)]
struct DueRow {
    about: About,
    desk: Desk,
    kind: DeadlineKind,
    rule: String,
    fact_at: Instant,
    due: Instant,
    state: clock::State,
    paused_at: Option<Instant>,
    extended_micros: i64,
    ended_at: Option<Instant>,
    cancelled: Option<CancelReason>,
}

impl From<Due> for DueRow {
    fn from(due: Due) -> Self {
        let deadline = due.deadline;
        Self {
            about: due.about,
            desk: due.desk,
            kind: deadline.kind,
            rule: deadline.rule.code(),
            fact_at: deadline.fact_at,
            due: deadline.due,
            state: deadline.state,
            paused_at: deadline.paused_at,
            extended_micros: deadline.extended_by.num_microseconds().unwrap_or(0),
            ended_at: deadline.ended_at,
            cancelled: deadline.cancelled,
        }
    }
}

impl TryFrom<DueRow> for Due {
    type Error = String;

    fn try_from(row: DueRow) -> Result<Self, String> {
        Ok(Self {
            about: row.about,
            desk: row.desk,
            deadline: Deadline {
                kind: row.kind,
                rule: Rule::parse(&row.rule).map_err(|unknown| unknown.to_string())?,
                fact_at: row.fact_at,
                due: row.due,
                state: row.state,
                paused_at: row.paused_at,
                extended_by: TimeDelta::microseconds(row.extended_micros),
                ended_at: row.ended_at,
                cancelled: row.cancelled,
            },
        })
    }
}

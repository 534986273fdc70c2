//! A deadline's life: running, paused, met, missed or cancelled, always worked out again from its fact and its rule.

use chrono::{Days, TimeDelta};

use crate::domain::kernel::codes::{codes, problems};

use super::{Calendar, Instant, Rule, day_in_london, due, instant_at, local, plus};

codes! {
    /// What has to be done by then.
    DeadlineKind {
        /// The lead desk, from submission.
        Acknowledge = "acknowledge", "Acknowledge the concern";
        /// From acknowledging.
        Triage = "triage", "Triage the case";
        /// From awareness.
        IcoDecision = "ico_decision", "Decide whether to report to the ICO";
        /// From awareness (UK GDPR, Article 33).
        IcoReport = "ico_report", "Report to the ICO";
        /// From awareness.
        LadoReferral = "lado_referral", "Refer to the LADO";
        /// From awareness.
        PreventDecision = "prevent_decision", "Decide about a Prevent referral";
        /// What an immediate recording left out: one working day.
        Basis = "basis", "Add what is missing from the record";
        /// A task with a date.
        Task = "task", "Task";
        /// A case that waits for an external agency.
        Followup = "followup", "Follow up";
        /// A case that another one opened, by the owner it was given to.
        TakeUp = "take_up", "Taken up by the case owner";
    }
}

impl DeadlineKind {
    /// Whether it may pause while the case is with the police. A duty to tell another body runs on, and so does adding
    /// what is missing from the record of having told one.
    pub fn may_pause(self) -> bool {
        match self {
            DeadlineKind::IcoDecision
            | DeadlineKind::IcoReport
            | DeadlineKind::LadoReferral
            | DeadlineKind::PreventDecision
            | DeadlineKind::Basis => false,
            DeadlineKind::Acknowledge
            | DeadlineKind::Triage
            | DeadlineKind::Task
            | DeadlineKind::Followup
            | DeadlineKind::TakeUp => true,
        }
    }
}

codes! {
    /// Where a deadline stands. The last three are final.
    State {
        /// Time is running, or has run out and nothing was done yet.
        Running = "running", "To do";
        /// No time passes.
        Paused = "paused", "Waiting";
        /// In time.
        Met = "met", "Done";
        /// Late, or cancelled after it was due.
        Missed = "missed", "Done late";
        /// No longer asked for.
        Cancelled = "cancelled", "Not needed";
    }
}

codes! {
    /// Why a deadline is no longer asked for: a reason in a person's own words belongs to the act that cancelled it.
    CancelReason {
        /// The new lead's own clock started.
        Rerouted = "rerouted", "the case went to another lead";
        /// The rule may have changed with it.
        Recategorised = "recategorised", "the category or severity was changed";
        Merged = "merged", "the case was merged into another";
        NoCase = "no_case", "it was decided that no further action is needed";
        Closed = "closed", "the case was closed";
        GivenBack = "given_back", "the case has another owner, or none";
        Withdrawn = "withdrawn", "the referral was withdrawn";
        /// The person who decided said why.
        NotNeeded = "not_needed", "it was decided that it is not needed";
    }
}

problems! {
    /// Why a deadline did not move.
    #[derive(Copy)]
    DeadlineRefusal {
        /// It is met, missed or cancelled.
        Ended = "ended", "This deadline has already ended.";
        AlreadyPaused = "already_paused", "This deadline is already paused.";
        /// Only a paused deadline can be resumed.
        NotPaused = "not_paused", "This deadline is not paused.";
        /// See [`DeadlineKind::may_pause`].
        RunsOn = "runs_on", "This deadline cannot be paused: the time limit runs on while the case is with the police.";
    }
}

/// A due moment that changed, to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueChange {
    /// What was due.
    pub was: Instant,
    /// What is due now.
    pub now: Instant,
}

/// A due moment, the rule it follows and the fact it came from. A plain row: the verbs keep it consistent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// What has to be done.
    pub kind: DeadlineKind,
    /// How long there is.
    pub rule: Rule,
    /// When the fact it counts from happened.
    pub fact_at: Instant,
    /// When it is due, pauses included.
    pub due: Instant,
    /// Where it stands.
    pub state: State,
    /// Since when it is paused; set exactly while it is.
    pub paused_at: Option<Instant>,
    /// How far pauses that have ended moved the due moment on, whole microseconds; see [`Deadline::resume`].
    pub extended_by: TimeDelta,
    /// When it was met, missed or cancelled.
    pub ended_at: Option<Instant>,
    /// Why it is no longer asked for; set by [`Deadline::cancel`] only.
    pub cancelled: Option<CancelReason>,
}

impl Deadline {
    /// Starts one.
    pub fn start(kind: DeadlineKind, rule: Rule, fact_at: Instant, calendar: &Calendar) -> Deadline {
        Deadline {
            kind,
            rule,
            fact_at,
            due: due(rule, fact_at, calendar),
            state: State::Running,
            paused_at: None,
            extended_by: TimeDelta::zero(),
            ended_at: None,
            cancelled: None,
        }
    }

    /// Stops time, for instance while the case is with the police.
    ///
    /// # Errors
    /// It is paused or has ended, or this kind runs on.
    pub fn pause(self, at: Instant) -> Result<Deadline, DeadlineRefusal> {
        match self.state {
            State::Running if self.kind.may_pause() => {
                Ok(Deadline { state: State::Paused, paused_at: Some(at.max(self.fact_at)), ..self })
            }
            State::Running => Err(DeadlineRefusal::RunsOn),
            State::Paused => Err(DeadlineRefusal::AlreadyPaused),
            State::Met | State::Missed | State::Cancelled => Err(DeadlineRefusal::Ended),
        }
    }

    /// Lets time run again: the due moment moves on by the time paused (by whole days if the rule counts days, so that
    /// a pause within a day gives none), and from there to where its rule lets it fall. A deadline that was not late
    /// when it was paused is not late when it is resumed.
    ///
    /// # Errors
    /// It is not paused.
    pub fn resume(self, at: Instant, calendar: &Calendar) -> Result<Deadline, DeadlineRefusal> {
        match self.state {
            State::Paused => {
                let due = self.due_after_pause(at, calendar);
                let extended_by = self.extended_by + (due - self.due);
                Ok(Deadline { state: State::Running, due, paused_at: None, extended_by, ..self })
            }
            State::Running => Err(DeadlineRefusal::NotPaused),
            State::Met | State::Missed | State::Cancelled => Err(DeadlineRefusal::Ended),
        }
    }

    /// Records that it was done: met up to and including the due moment, missed after it. What was done during a
    /// pause is judged as if the pause ended then, so a deadline that had not run out before it is met.
    ///
    /// # Errors
    /// It has ended.
    pub fn meet(self, at: Instant) -> Result<Deadline, DeadlineRefusal> {
        match self.state {
            State::Running | State::Paused => {
                let pause = self.pause_until(at);
                let (due, extended_by) = (plus(self.due, pause), self.extended_by + pause);
                let state = if at <= due { State::Met } else { State::Missed };
                Ok(Deadline { state, due, paused_at: None, extended_by, ended_at: Some(at), ..self })
            }
            State::Met | State::Missed | State::Cancelled => Err(DeadlineRefusal::Ended),
        }
    }

    /// Cancels it. One that had run out before is missed, not cancelled: a late answer stays visible.
    ///
    /// # Errors
    /// It has ended.
    pub fn cancel(self, reason: CancelReason, at: Instant) -> Result<Deadline, DeadlineRefusal> {
        match self.state {
            State::Running | State::Paused => {
                let state = if self.is_overdue(at) { State::Missed } else { State::Cancelled };
                Ok(Deadline { state, paused_at: None, ended_at: Some(at), cancelled: Some(reason), ..self })
            }
            State::Met | State::Missed | State::Cancelled => Err(DeadlineRefusal::Ended),
        }
    }

    /// Whether it has run out and nothing was done. A paused one has not.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.state == State::Running && self.due < now
    }

    /// Works out again what is due after the calendar was changed, and says what moved. One that has ended stays
    /// as it was judged.
    pub fn recompute(self, calendar: &Calendar) -> (Deadline, Option<DueChange>) {
        match self.state {
            State::Running | State::Paused => {
                let after = Deadline { due: self.work_out(calendar), ..self };
                let moved = (after.due != self.due).then_some(DueChange { was: self.due, now: after.due });
                (after, moved)
            }
            State::Met | State::Missed | State::Cancelled => (self, None),
        }
    }

    /// Counts from another moment, for instance after awareness was corrected at triage.
    ///
    /// # Errors
    /// It has ended.
    pub fn correct_fact(
        self,
        fact_at: Instant,
        calendar: &Calendar,
    ) -> Result<(Deadline, Option<DueChange>), DeadlineRefusal> {
        match self.state {
            State::Running | State::Paused => Ok(Deadline { fact_at, ..self }.recompute(calendar)),
            State::Met | State::Missed | State::Cancelled => Err(DeadlineRefusal::Ended),
        }
    }

    fn work_out(&self, calendar: &Calendar) -> Instant {
        let due = due(self.rule, self.fact_at, calendar);
        if self.extended_by.is_zero() { due } else { self.rule.settle(plus(due, self.extended_by), calendar) }
    }

    fn due_after_pause(&self, at: Instant, calendar: &Calendar) -> Instant {
        let (pause, since) = (self.pause_until(at), self.paused_at.unwrap_or(at));
        let later = |due: Instant| self.rule.settle(due, calendar);
        let due = match (day_in_london(at) - day_in_london(since)).num_days() {
            _ if self.rule.runs_always() && !pause.is_zero() => later(plus(self.due, pause)),
            days if days > 0 => later(days_later(self.due, days)),
            _ => self.due,
        };
        let was_late = self.due < since;
        if due < at && !was_late { later(plus(self.due, pause)) } else { due }
    }

    /// How long the pause that is going on has lasted at `at`.
    fn pause_until(&self, at: Instant) -> TimeDelta {
        self.paused_at.map_or(TimeDelta::zero(), |since| (at - since).max(TimeDelta::zero()))
    }
}

/// This time of day in London, so many days later.
fn days_later(at: Instant, days: i64) -> Instant {
    let later = u64::try_from(days).ok().and_then(|days| local(at).date().checked_add_days(Days::new(days)));
    later.map_or(Instant::MAX_UTC, |day| instant_at(day, local(at).time()))
}

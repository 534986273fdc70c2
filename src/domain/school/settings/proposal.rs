//! A proposal and what becomes of it: an administrator proposes, the head approves or refuses; the chair if the head
//! proposed it or there is no head; never the proposer, who may only withdraw it.

use super::{DatedChange, Edition, Editions, FieldError, Problem, Refusal, SettingsChange, limits};
use crate::domain::{
    kernel::{
        clock::{Instant, beginning_of, day_in_london},
        document::DocumentVersion,
        ids::{PersonId, ProposalId},
        text::Summary,
    },
    people::{Desk, Office, Roster, Standing},
};
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};

/// When a proposed change is to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Starts {
    /// As soon as it is approved.
    WhenApproved,
    /// With this day, or as soon as it is approved if that is later.
    On(NaiveDate),
}

impl Starts {
    /// The first instant, were it approved now. Never in the past: what was in force when a case came in stays so.
    pub fn first(self, now: Instant) -> Instant {
        match self {
            Self::WhenApproved => now,
            Self::On(day) => beginning_of(day).max(now),
        }
    }
}

/// What the head or the chair decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It comes into force.
    Approve,
    /// It does not.
    Refuse,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It waits for a decision.
    Waiting,
    /// It was approved.
    Approved {
        /// By whom.
        by: PersonId,
        /// When.
        at: Instant,
        /// In force from then on.
        from: Instant,
    },
    /// It was refused.
    Refused {
        /// By whom.
        by: PersonId,
        /// When.
        at: Instant,
        /// Why.
        why: String,
    },
    /// The proposer withdrew it.
    Withdrawn {
        /// By whom.
        by: PersonId,
        /// When.
        at: Instant,
    },
}

/// A proposed change of a school's settings. It is kept for good, no matter what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// In which form it is kept.
    pub document_version: DocumentVersion<1>,
    /// Its id.
    pub id: ProposalId,
    /// What.
    pub change: SettingsChange,
    /// Why, in the proposer's words.
    pub why: String,
    /// From when.
    pub starts: Starts,
    /// Who proposed it.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// What became of it.
    pub state: State,
}

/// The desk that decides what this person proposes: the head; the chair if the head proposed it or there is none; no
/// desk if both fail.
pub fn approving_desk(roster: &Roster, proposer: PersonId) -> Option<Desk> {
    let decides = |desk: &Desk| {
        let holders = roster.holders(*desk);
        !holders.is_empty() && !holders.contains(&proposer)
    };
    [Desk::Head, Desk::Chair].into_iter().find(decides)
}

/// Whether a person decides what this proposer proposed.
pub fn decides(standing: &Standing, proposer: PersonId, roster: &Roster) -> bool {
    standing.person != proposer && approving_desk(roster, proposer).is_some_and(|desk| standing.holds(desk))
}

/// An administrator proposes a change.
pub fn propose(
    id: ProposalId,
    change: SettingsChange,
    (why, starts): (&Summary, Starts),
    standing: &Standing,
    roster: &Roster,
    editions: &Editions,
) -> Result<Proposal, Refusal> {
    if !standing.is(Office::Administrator) {
        return Err(Refusal::Refused(Problem::AdministratorProposes));
    }
    let (by, at) = (standing.person, standing.at);
    let change = change.beside(&editions.at(at));
    let starts = change.starts(starts);
    let proposal = Proposal {
        document_version: DocumentVersion,
        id,
        change,
        why: why.as_str().to_owned(),
        starts,
        by,
        at,
        state: State::Waiting,
    };
    let mut wrong = proposal.problems(editions, roster, at);
    if let Starts::On(day) = starts
        && day < day_in_london(at)
    {
        wrong.push(FieldError { field: "starts-day", problem: Problem::DayOver });
    }
    if proposal.change.is_nothing() {
        wrong.push(FieldError { field: "nothing", problem: Problem::NothingChanged });
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    if approving_desk(roster, by).is_none() {
        return Err(Refusal::WrongState(Problem::NobodyApproves));
    }
    Ok(proposal)
}

impl Proposal {
    /// Whether this person decides on it now.
    pub fn is_for(&self, standing: &Standing, roster: &Roster) -> bool {
        self.state == State::Waiting && decides(standing, self.by, roster)
    }

    /// The rules on the day it begins, without it and with it; of one that was not approved, on the day it would have
    /// begun.
    pub fn before_and_after(&self, editions: &Editions, now: Instant) -> (Edition, Edition) {
        let before = match self.state {
            State::Waiting => editions.at(self.starts.first(now)),
            State::Refused { at, .. } | State::Withdrawn { at, .. } => editions.at(self.starts.first(at)),
            State::Approved { from, .. } => editions.at(from - TimeDelta::microseconds(1)),
        };
        let after = before.with(&self.change);
        (before, after)
    }

    /// What is wrong with it, in every edition in which it would be in force.
    fn problems(&self, editions: &Editions, roster: &Roster, now: Instant) -> Vec<FieldError> {
        let from = self.starts.first(now);
        let with = editions.with(DatedChange { from, change: self.change.clone() });
        let found = with
            .instants_from(from)
            .into_iter()
            .map(|at| limits::problems(&self.change, &with.at(at), roster))
            .find(|wrong| !wrong.is_empty());
        found.unwrap_or_default()
    }

    /// Approves it: gives back the proposal as decided and the editions with it. A calendar is no part of those: the
    /// caller stores it.
    pub fn approve(
        &self,
        standing: &Standing,
        roster: &Roster,
        editions: &Editions,
    ) -> Result<(Self, Editions), Refusal> {
        self.may_decide(standing, roster)?;
        let wrong = self.problems(editions, roster, standing.at);
        if !wrong.is_empty() {
            // It was right when it was proposed: people or other rules have changed since.
            let problems = wrong.into_iter().map(|error| error.problem).collect();
            return Err(Refusal::WrongState(Problem::NotAnyMore { problems }));
        }
        let (by, at) = (standing.person, standing.at);
        let from = self.starts.first(at);
        let editions = match &self.change {
            SettingsChange::Category(_) | SettingsChange::Phones(_) | SettingsChange::Rules(_) => {
                editions.with(DatedChange { from, change: self.change.clone() })
            }
            SettingsChange::Calendar(_) => editions.clone(),
        };
        Ok((Self { state: State::Approved { by, at, from }, ..self.clone() }, editions))
    }

    /// Refuses it, with a reason.
    pub fn refuse(&self, why: &Summary, standing: &Standing, roster: &Roster) -> Result<Self, Refusal> {
        self.may_decide(standing, roster)?;
        let (by, at, why) = (standing.person, standing.at, why.as_str().to_owned());
        Ok(Self { state: State::Refused { by, at, why }, ..self.clone() })
    }

    /// Withdraws it before it is decided: only the proposer may.
    pub fn withdraw(&self, standing: &Standing) -> Result<Self, Refusal> {
        self.still_waits()?;
        if standing.person != self.by {
            return Err(Refusal::Refused(Problem::ProposerWithdraws));
        }
        Ok(Self { state: State::Withdrawn { by: standing.person, at: standing.at }, ..self.clone() })
    }

    fn still_waits(&self) -> Result<(), Refusal> {
        match self.state {
            State::Waiting => Ok(()),
            State::Approved { .. } | State::Refused { .. } => {
                Err(Refusal::WrongState(Problem::DecidedAlready))
            }
            State::Withdrawn { .. } => Err(Refusal::WrongState(Problem::Withdrawn)),
        }
    }

    fn may_decide(&self, standing: &Standing, roster: &Roster) -> Result<(), Refusal> {
        self.still_waits()?;
        if self.is_for(standing, roster) {
            return Ok(());
        }
        let desk = approving_desk(roster, self.by);
        let why = desk.map_or(Problem::AnotherDecides, |desk| Problem::DeskDecides { desk });
        Err(Refusal::Refused(why))
    }
}

//! A case: what the school manages. Verbs on it return an event, and change nothing by themselves.

mod fact;
mod linked;
mod problem;
#[cfg(test)]
mod tests;
mod record;
mod sight;
pub mod lifecycle;
pub mod work;
pub mod consequences;

pub use consequences::duties_changed::Gone;
pub use consequences::escalation::EscalationDesk;
pub use fact::{Deadline, Detail, DetailCode, Entry, Fact, Label, Phrase};
pub use lifecycle::closing::{Closing, Outcome, Proposal};
pub use lifecycle::merging::MergeEvents;
pub use lifecycle::opening::{NewCase, lodge};
pub use lifecycle::questions::{Answer, Question, Reply};
pub use lifecycle::second_person::SecondPerson;
pub use lifecycle::triage::{Answers, FilterLetItThrough, TechnicalWords, Triage, TriageForm};
pub use linked::{LinkKind, LinkedCase};
pub use problem::{Block, FieldError, Problem, Refusal};
pub use record::act::{Act, Asking, CaseEvent, NewText, Notice, Urgency, people_at};
pub use record::due::{About, Due, Dues};
pub use record::setting::Setting;
pub use sight::access::{Grant, Part, Principal, Sight, Sits};
pub use sight::behind::Behind;
pub use sight::could_be_meant::{Candidates, IsMeant, Meaning, MeantIn, RuledOut};
pub use sight::glass::may_break_glass;
pub use sight::inspection::Inspection;
pub use sight::newcomers::Newcomers;
pub use sight::together::{Together, TogetherAct, TogetherKind, TogetherRequest};
pub use work::escalating::{Hold, NewReferral};
pub use work::people::{Restriction, Share, ShareKind};
pub use work::recording::{Fix, NewTask, Retest, RetestResult, Task, TaskKind, TaskWords};

use super::{
    case::{
        lifecycle::workflow::{self, Move, Status, To, Who},
        work::referral::{self, Escalation, Referral},
    },
    concern::{AtRisk, Concern},
    kernel::{
        clock::Instant,
        document::DocumentVersion,
        ids::{CaseId, PersonId, Reference, SchoolId, TextId},
    },
    people::{Desk, subject::Subject},
    school::{
        categories::{CategoryCode, Retention, Severity},
        routing::{AdultAnswer, Elsewhere, Exclusion, NobodyReached, PersonalData, Reason},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How a desk has a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskKind {
    /// It leads.
    Lead,
    /// It is told.
    Copied,
    /// It may read, and is not told.
    Oversight,
}

/// What the network manager is shown if only copied: the technical fields and the lead's note to IT.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Technical {
    /// Where.
    pub place: Option<TextId>,
    /// Device.
    pub device: Option<TextId>,
    /// App or account.
    pub app: Option<TextId>,
    /// Web address, as text.
    pub web: Option<TextId>,
    /// The note to IT: what the lead wants the network manager to know or do.
    pub brief: Option<TextId>,
}

/// Everything Candour knows of a case but the words themselves, which live in the store of words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// In which form it is kept.
    pub document_version: DocumentVersion<1>,
    /// Its id.
    pub id: CaseId,
    /// Its school.
    pub school: SchoolId,
    /// What people call it.
    pub reference: Reference,
    /// Bumped by every change.
    pub version: i32,
    /// Where it stands.
    pub status: Status,
    /// Its category now.
    pub category: CategoryCode,
    /// Its severity now.
    pub severity: Severity,
    /// Whether anyone was at risk when it was reported.
    pub at_risk: AtRisk,
    /// Whether it is about something an adult here did, and which.
    pub adult: AdultAnswer,
    /// Whether an adult's part in it put the head in charge (Routing rule 2).
    pub about_adult: AboutAdult,
    /// Whether personal data was lost or shared.
    pub personal_data: PersonalData,
    /// The concerns it gathers, the first one first.
    pub concerns: Vec<Concern>,
    /// The people it is about; those removed stay, marked.
    pub subjects: Vec<CaseSubject>,
    /// The desks it is with; exactly one leads.
    pub desks: BTreeMap<Desk, DeskKind>,
    /// Whether routing, when it last ran, found no one who could lead it: then no one may read it.
    pub nobody_reached: NobodyReached,
    /// The desk it was reassigned to.
    pub sent_to: Option<Desk>,
    /// Why it is with them.
    pub reasons: Vec<Reason>,
    /// Who may not see it, or not through a desk, for what is in it. Who may not because of another case is in `follows`.
    #[serde(deserialize_with = "sight::behind::own_exclusions")]
    pub exclusions: BTreeMap<PersonId, Exclusion>,
    /// People who declared a conflict of interest.
    pub stepped_aside: BTreeSet<PersonId>,
    /// The people who held the role the reporter chose, at that time.
    pub chosen: BTreeSet<PersonId>,
    /// The adults whom words in it could mean: kept out until a person whom the words cannot mean rules them out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub could_be_meant: Candidates,
    /// Set if it could be about anyone who has it, until two of them agree that it is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub together: Option<Together>,
    /// The case owner.
    pub owner: Option<PersonId>,
    /// Every person who ever owned it, triaged it or submitted it for sign-off: none may be the second person.
    pub handled_by: BTreeSet<PersonId>,
    /// The people it was shared with.
    pub shares: Vec<Share>,
    /// For which inspectors it was selected.
    pub inspections: Vec<Inspection>,
    /// Whether oversight and deputies may open it.
    pub restriction: Restriction,
    /// The legal hold, if there is one.
    pub hold: Option<Hold>,
    /// When its first concern was sent.
    pub submitted_at: Instant,
    /// When the school became aware: the earlier of noticing and sending, or as corrected at triage.
    pub aware_at: Instant,
    /// When its lead desk acknowledged it, the first time.
    pub acknowledged_at: Option<Instant>,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// The first decision.
    pub triage: Option<Triage>,
    /// The questions asked at triage, with the answers given so far.
    pub questions: BTreeMap<Question, Answer>,
    /// The outcome submitted for sign-off.
    pub proposal: Option<Proposal>,
    /// Which class of retention was chosen at closing.
    pub retention: Option<Retention>,
    /// What is due.
    pub dues: Dues,
    /// What has to be done.
    pub tasks: Vec<Task>,
    /// Referrals, and refusals to refer.
    pub referrals: Vec<Referral>,
    /// What was done to mend a filtering or monitoring failure.
    pub fix: Option<Fix>,
    /// Re-tests of the fix.
    pub retests: Vec<Retest>,
    /// What the network manager sees.
    pub technical: Technical,
    /// A case opened from this one, or that this one was opened from.
    pub linked: Vec<CaseId>,
    /// The cases that follow this one: opened by it, or by one that became part of it.
    pub opened: BTreeSet<CaseId>,
    /// What it takes over from each case it was opened from, as it was found there: only [`Case::follow_source`]
    /// changes it.
    pub follows: BTreeMap<CaseId, Elsewhere>,
    /// What follows from that and is never shown: worked out with every event.
    #[serde(default, skip_serializing_if = "Behind::is_empty")]
    pub behind: Behind,
    /// The case this one became part of.
    pub merged_into: Option<CaseId>,
    /// The cases that became part of this one, with those that were part of them before.
    pub gathered: Vec<CaseId>,
    /// The desks told as well because the lead had not acknowledged, in order.
    pub chased: Vec<EscalationDesk>,
}

/// Whether an adult's part put the head in charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AboutAdult {
    /// It is about something an adult here did.
    Yes,
    /// It is not.
    No,
}

/// A subject in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSubject {
    /// The person and their part.
    #[serde(flatten)]
    pub subject: Subject,
    /// The words they were reported in, if they were matched to a person since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported: Option<TextId>,
    /// When they were added.
    pub added_at: Instant,
    /// When they were removed.
    pub removed_at: Option<Instant>,
}

impl Case {
    /// The desk that leads.
    pub fn lead(&self) -> Desk {
        self.desks.iter().find(|(_, kind)| **kind == DeskKind::Lead).map_or(Desk::Head, |(desk, _)| *desk)
    }

    /// The subjects who are in it now.
    pub fn current_subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().filter(|s| s.removed_at.is_none()).map(|s| &s.subject)
    }

    /// How far it has been escalated, by its referrals.
    pub fn escalation(&self) -> Escalation {
        referral::escalation(&self.referrals, self.lead())
    }

    /// Whether the person reported any of its concerns.
    pub fn reported_by(&self, person: PersonId) -> bool {
        self.concerns.iter().any(|concern| concern.reporter == person)
    }

    /// What this person may do now: the moves the table allows from here, to them. Buttons are drawn from this; the
    /// same check stands before every verb.
    pub fn moves_for(&self, by: &Asking<'_>) -> Vec<Move> {
        Move::ALL.iter().copied().filter(|action| self.may(*action, by).is_ok()).collect()
    }

    /// Checks a move against the table: sight first, then who, then from where.
    pub fn may(&self, action: Move, by: &Asking<'_>) -> Result<(), Refusal> {
        let row = workflow::row_of(action);
        let sight = self.sight(by.standing).ok_or(Refusal::NotFound)?;
        if sight == Sight::Inspected {
            return Err(Refusal::Refused(Problem::OnlyToRead));
        }
        if sight == Sight::Technical && row.who != Who::Technician {
            return Err(Refusal::Refused(Problem::TechnicalPartOnly));
        }
        if !self.is(row.who, by) {
            return Err(Refusal::Refused(Problem::NotTheirs { who: row.who }));
        }
        if !row.from.contains(&self.status) {
            return Err(Refusal::WrongState(Problem::NotNow { status: self.status }));
        }
        Ok(())
    }

    /// The moves of [`Case::moves_for`] that have a use here: a link to any other would lead to a form that cannot be
    /// sent.
    pub fn offers(&self, by: &Asking<'_>) -> Vec<Move> {
        self.moves_for(by).into_iter().filter(|action| self.has_use_for(*action, by)).collect()
    }

    fn has_use_for(&self, action: Move, by: &Asking<'_>) -> bool {
        match action {
            Move::Fix => self.is_filtering_failure(),
            Move::Retest => {
                let theirs = |fix: &Fix| fix.by == by.person();
                self.is_filtering_failure() && self.fix.as_ref().is_some_and(|fix| !theirs(fix))
            }
            Move::Await => self.referrals.iter().any(|referral| referral.state.is_open()),
            Move::SetHold => self.hold.is_none(),
            Move::LiftHold => self.hold.is_some(),
            Move::Unshare => self.live_shares(by.now()).next().is_some(),
            Move::Deselect => self.live_inspections(by.now()).next().is_some(),
            // A network manager who leads reads everything, and one with no part would not get a note to IT.
            Move::Brief => self.desks.get(&Desk::Network) == Some(&DeskKind::Copied),
            Move::Close => !self.tested_by(by.person()),
            Move::Reroute => !self.desks_to_send_to(by).is_empty(),
            Move::SayWho => self.who_could_be_meant().next().is_some(),
            Move::Submit
            | Move::Add
            | Move::Acknowledge
            | Move::Triage
            | Move::Start
            | Move::Resume
            | Move::Propose
            | Move::SendBack
            | Move::NoCase
            | Move::Merge
            | Move::Gather
            | Move::Reopen
            | Move::Note
            | Move::Task
            | Move::TaskDone
            | Move::Contact
            | Move::Answer
            | Move::AnswerAgain
            | Move::Reassess
            | Move::Subject
            | Move::Together
            | Move::Assign
            | Move::Share
            | Move::Select
            | Move::BreakGlass
            | Move::Restrict
            | Move::StepAside
            | Move::Refer
            | Move::ReferralMoves
            | Move::Decline
            | Move::Call999
            | Move::Chase
            | Move::Follow
            | Move::FollowSource
            | Move::TiesChanged
            | Move::Recount => true,
        }
    }

    /// The status after a move of the table.
    fn after(&self, action: Move) -> Status {
        match workflow::row_of(action).to {
            To::Stays => self.status,
            To::Becomes(status) => status,
        }
    }
}

//! What the audit log keeps of an act of the school that is about no case: which act, and facts of a type each.

use super::{
    clock::Instant,
    codes::codes,
    ids::{PersonId, ProposalId},
};
use crate::domain::{
    entry::founding::FirstDuty,
    people::{
        PersonKind,
        duty::{DutyKind, Why},
        register::incoming::Source,
        ties::{Grounds, Otherwise, Tie},
    },
    school::settings::Subject,
};
use serde::{Deserialize, Serialize};

codes! {
    /// An act of the school.
    SchoolAct {
        Founded = "founded_school", "School added";
        MadeFirstCode = "made_first_code", "One-time code made on the server";
        MadeCode = "made_code", "One-time code made";
        EnteredCode = "entered_code", "One-time code entered";
        RefusedCode = "refused_code", "One-time code refused: it was for somebody else";
        DismissedSignIn = "dismissed_access_request", "Access request dismissed";
        BoundBySignIn = "bound_by_sign_in", "Let in by what the school's sign-in says of them";
        BackBySignIn = "back_by_sign_in", "Back by what the school's sign-in says of them";
        TookAccountAway = "took_account_away", "Account taken away";
        ProposedDuty = "proposed_duty", "Change of a role proposed";
        RefusedDuty = "refused_duty", "Change of a role refused";
        WithdrewDuty = "withdrew_duty", "Change of a role withdrawn";
        BeganDuty = "began_duty", "Role begun";
        EndedDuty = "ended_duty", "Role ended";
        ProposedSettings = "propose_settings", "Change of settings proposed";
        ApprovedSettings = "approve_settings", "Change of settings approved";
        RefusedSettings = "refuse_settings", "Change of settings refused";
        WithdrewSettings = "withdraw_settings", "Change of settings withdrawn";
        SaidOnCall = "say_on_duty", "Who is on call today recorded";
        ChangedCalendar = "change_calendar", "School calendar changed";
        AddedPerson = "added_person", "Person added";
        CorrectedPerson = "corrected_person", "Person corrected";
        RecordedLeaving = "recorded_leaving", "Leaving recorded";
        RecordedReturn = "recorded_return", "Return recorded";
        RecordedContext = "recorded_context", "A pupil's situation recorded";
        RecordedTie = "recorded_tie", "Relationship declared";
        SetTieAside = "set_tie_aside", "Decided otherwise about a declared relationship";
        ImportedPeople = "imported_people", "People imported";
        PublishedReport = "publish_term_report", "Report to governors published";
        SealedLooks = "sealed_access_log", "Access log sealed";
    }
}

/// One fact of an act of the school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchoolFact {
    /// Whom it is about.
    Person(PersonId),
    /// The other one of two.
    Other(PersonId),
    /// What they are in the register, now.
    Kind(PersonKind),
    /// Their name was changed; the register has it.
    NameChanged,
    /// Their address was changed; the register has it.
    AddressChanged,
    /// Who was there first, as what.
    First(FirstDuty, PersonId),
    /// Which duty.
    Duty(DutyKind),
    /// Why a duty begins or ends.
    Why(Why),
    /// From when.
    From(Instant),
    /// Until when.
    To(Instant),
    /// How two people are close.
    Tie(Tie),
    /// How that is known.
    Grounds(Grounds),
    /// Why it was decided otherwise.
    Otherwise(Otherwise),
    /// What a change of settings is about.
    Setting(Subject),
    /// Which proposal.
    Proposal(ProposalId),
    /// Who proposed it.
    ProposedBy(PersonId),
    /// SHA-256 of a document that is kept beside the log, in hexadecimal.
    Sha256(String),
    /// Names of school terms.
    Terms(Vec<String>),
    /// The term of a report.
    Term(String),
    /// Where a list of people came from.
    Source(Source),
    /// How many people and ties a list changed.
    Imported {
        /// New in the register.
        added: usize,
        /// Changed.
        changed: usize,
        /// Back again.
        back: usize,
        /// Left.
        left: usize,
        /// As before.
        unchanged: usize,
        /// Ties.
        ties: usize,
    },
    /// How many looks were sealed.
    Looks(usize),
}

//! What the audit log keeps of an act of the school that is about no case: which act, and facts of a type each.

use super::{
    entry::founding::FirstDuty,
    kernel::{
        clock::Instant,
        codes::{codes, problems},
        ids::{AccountId, PersonId, ProposalId},
    },
    people::{
        PersonKind,
        duty::{DutyKind, Why},
        register::source::Source,
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
        MadeRecoveryCode = "made_recovery_code", "One-time code made on the server for a person who was locked out";
        MadeCode = "made_code", "One-time code made";
        EnteredCode = "entered_code", "One-time code entered";
        RefusedCode = "refused_code", "One-time code refused: it was for another person";
        DismissedSignIn = "dismissed_access_request", "Access request dismissed";
        BoundBySignIn = "bound_by_sign_in", "Let in by what the school's sign-in says of them";
        BackBySignIn = "back_by_sign_in", "Back by what the school's sign-in says of them";
        TookAccountAway = "took_account_away", "Account taken away";
        ProposedAccount = "proposed_account", "Account confirmed by the first of two";
        ConfirmedAccount = "confirmed_account", "Account confirmed";
        RefusedAccount = "refused_account", "Account not confirmed, and removed";
        EndedSessions = "ended_sessions", "Everyone signed out on the server";
        ProposedDuty = "proposed_duty", "Change of a role proposed";
        RefusedDuty = "refused_duty", "Change of a role refused";
        WithdrewDuty = "withdrew_duty", "Change of a role withdrawn";
        BeganDuty = "began_duty", "Role begun";
        EndedDuty = "ended_duty", "Role ended";
        ProposedName = "proposed_name", "Name or address proposed that takes two people";
        RefusedName = "refused_name", "Name or address refused";
        WithdrewName = "withdrew_name", "Name or address withdrawn";
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
        SetTieAside = "set_tie_aside", "Declared relationship set aside";
        ImportedPeople = "imported_people", "People imported";
        PublishedReport = "publish_term_report", "Report to governors published";
        SealedLooks = "sealed_access_log", "Access log sealed";
    }
}

problems! {
    /// What stands before a fact of an act of the school. What a list of people changed stands in it with its numbers.
    SchoolLabel {
        Person = "person", "Person";
        Other = "other", "Other person";
        Account = "account", "Account";
        Kind = "kind", "In the register as";
        NameChanged = "name_changed", "Name changed";
        AddressChanged = "address_changed", "E-mail address changed";
        First { duty: FirstDuty } = "first", "First {duty}";
        Duty = "duty", "Role";
        Why = "why", "Why";
        From = "from", "From";
        To = "to", "Until";
        Tie = "tie", "Relationship";
        Grounds = "grounds", "How it is known";
        Otherwise = "otherwise", "Why it was set aside";
        Setting = "setting", "Setting";
        Proposal = "proposal", "Proposal";
        ProposedBy = "proposed_by", "Proposed by";
        Sha256 = "sha256", "Hash";
        Terms = "terms", "Terms";
        Term = "term", "Term";
        Source = "source", "Where the list came from";
        Imported { added: usize, changed: usize, back: usize, left: usize, unchanged: usize, ties: usize }
            = "imported", "{added} added, {changed} changed, {back} back again, {left} left, {unchanged} unchanged, {ties} relationships";
        Looks = "looks", "Entries of the access log";
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
    /// Which account.
    Account(AccountId),
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
    /// Why it was set aside.
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

impl SchoolFact {
    /// What stands before it.
    pub const fn label(&self) -> SchoolLabel {
        match self {
            Self::Person(_) => SchoolLabel::Person,
            Self::Other(_) => SchoolLabel::Other,
            Self::Account(_) => SchoolLabel::Account,
            Self::Kind(_) => SchoolLabel::Kind,
            Self::NameChanged => SchoolLabel::NameChanged,
            Self::AddressChanged => SchoolLabel::AddressChanged,
            Self::First(duty, _) => SchoolLabel::First { duty: *duty },
            Self::Duty(_) => SchoolLabel::Duty,
            Self::Why(_) => SchoolLabel::Why,
            Self::From(_) => SchoolLabel::From,
            Self::To(_) => SchoolLabel::To,
            Self::Tie(_) => SchoolLabel::Tie,
            Self::Grounds(_) => SchoolLabel::Grounds,
            Self::Otherwise(_) => SchoolLabel::Otherwise,
            Self::Setting(_) => SchoolLabel::Setting,
            Self::Proposal(_) => SchoolLabel::Proposal,
            Self::ProposedBy(_) => SchoolLabel::ProposedBy,
            Self::Sha256(_) => SchoolLabel::Sha256,
            Self::Terms(_) => SchoolLabel::Terms,
            Self::Term(_) => SchoolLabel::Term,
            Self::Source(_) => SchoolLabel::Source,
            Self::Imported { added, changed, back, left, unchanged, ties } => SchoolLabel::Imported {
                added: *added,
                changed: *changed,
                back: *back,
                left: *left,
                unchanged: *unchanged,
                ties: *ties,
            },
            Self::Looks(_) => SchoolLabel::Looks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kernel::codes::reworded;

    #[test]
    fn a_fact_is_stored_by_the_code_of_its_label_and_none_of_its_words() {
        let imported =
            SchoolFact::Imported { added: 1_204, changed: 3, back: 0, left: 2, unchanged: 40, ties: 5 };
        let facts = [SchoolFact::NameChanged, SchoolFact::Terms(Vec::new()), SchoolFact::Looks(3), imported];
        for fact in facts {
            let stored = serde_json::to_string(&fact).unwrap();
            assert!(stored.contains(&format!("\"{}\"", fact.label().code())), "{stored}");
            assert_eq!(stored, reworded(|| serde_json::to_string(&fact).unwrap()));
            assert_eq!(serde_json::from_str::<SchoolFact>(&stored).unwrap(), fact);
        }
    }

    #[test]
    fn a_list_of_people_is_told_by_its_numbers() {
        let fact =
            SchoolFact::Imported { added: 1_204, changed: 3, back: 0, left: 2, unchanged: 40, ties: 5 };
        let words = "1,204 added, 3 changed, 0 back again, 2 left, 40 unchanged, 5 relationships";
        assert_eq!(fact.label().words(), words);
    }
}

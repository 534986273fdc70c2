//! Who may not receive a case, and why: worked out from subjects and answers before any person is told.

use super::{AdultAnswer, Facts};
use crate::domain::{
    kernel::{codes::codes, ids::PersonId},
    people::{
        Roster,
        subject::{Subject, SubjectKind, SubjectRole},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

codes! {
    /// How far an exclusion goes.
    ExclusionScope {
        All = "all", "everything of the case";
        Desks = "desks", "sight and work through a role; a share may be given";
    }
}

codes! {
    /// Why a person is excluded; the first that applies is the one kept.
    ExclusionReason {
        Alleged = "alleged", "alleged";
        NamedOnly = "named_only", "mentioned in it";
        ChosenByDuty = "chosen_by_duty", "holds the role the reporter chose";
        Tied = "tie", "has a declared relationship with a person it is about";
        SteppedAside = "stepped_aside", "declared a conflict of interest";
        /// Read in cases that were stored before [`Elsewhere`](super::Elsewhere) kept it, and never given again.
        Elsewhere = "elsewhere", "may see nothing of the case it was opened from";
        NotRuledOut = "not_ruled_out", "could be meant by words in it";
        /// Of a case that has ended, so that no role of later brings it to them.
        NamedInIt = "named_in_it", "is named by an account in it";
        AffectedAdult = "affected_adult", "affected by it";
        TiedToAffected = "tie_to_affected", "has a declared relationship with a person affected by it";
    }
}

/// One person's exclusion from one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// How far it goes.
    pub scope: ExclusionScope,
    /// Why.
    pub why: ExclusionReason,
}

impl ExclusionReason {
    /// How far an exclusion for this reason goes.
    pub const fn scope(self) -> ExclusionScope {
        match self {
            Self::Alleged
            | Self::NamedOnly
            | Self::ChosenByDuty
            | Self::Tied
            | Self::SteppedAside
            | Self::Elsewhere
            | Self::NotRuledOut
            | Self::NamedInIt => ExclusionScope::All,
            Self::AffectedAdult | Self::TiedToAffected => ExclusionScope::Desks,
        }
    }
}

/// Who holds the role the reporter chose. Holders and cover only: a deputy of the chosen desk is kept away by routing,
/// not by being under suspicion.
pub fn chosen_now(adult: AdultAnswer, roster: &Roster) -> BTreeSet<PersonId> {
    let desk = match adult {
        AdultAnswer::No => None,
        AdultAnswer::Yes(which) => which.desk(),
    };
    desk.map(|desk| roster.holders(desk)).unwrap_or_default()
}

/// Every person excluded from the case (Exclusion acts on people): not those who were told, nor witnesses. A person close
/// to a subject is excluded like them: to one affected, as an affected adult. Those whom words could mean and who are not
/// ruled out are kept out as well.
pub(super) fn exclusions(
    facts: &Facts<'_>,
    not_ruled_out: &BTreeSet<PersonId>,
) -> BTreeMap<PersonId, Exclusion> {
    let subjects =
        facts.subjects.iter().filter_map(|subject| Some((subject.person()?, of_subject(subject)?)));
    let chosen = facts.chosen.cloned().unwrap_or_else(|| chosen_now(facts.adult, facts.roster));
    let tied = facts.subjects.iter().filter_map(|subject| Some((subject.person()?, of_tie(subject)?)));
    let close = tied.flat_map(|(subject, why)| facts.ties.of(subject).map(move |other| (other, why)));
    let all = subjects
        .chain(chosen.into_iter().map(|person| (person, ExclusionReason::ChosenByDuty)))
        .chain(close)
        .chain(facts.stepped_aside.iter().map(|person| (*person, ExclusionReason::SteppedAside)))
        .chain(not_ruled_out.iter().map(|person| (*person, ExclusionReason::NotRuledOut)));

    let mut strongest = BTreeMap::new();
    for (person, why) in all {
        let kept = strongest.entry(person).or_insert(why);
        *kept = why.min(*kept);
    }
    strongest.into_iter().map(|(person, why)| (person, Exclusion { scope: why.scope(), why })).collect()
}

fn of_subject(subject: &Subject) -> Option<ExclusionReason> {
    match subject.role {
        SubjectRole::Alleged if is_adult(subject) => Some(ExclusionReason::Alleged),
        SubjectRole::NamedOnly if is_adult(subject) => Some(ExclusionReason::NamedOnly),
        SubjectRole::Affected if is_adult(subject) => Some(ExclusionReason::AffectedAdult),
        SubjectRole::Alleged | SubjectRole::NamedOnly | SubjectRole::Affected | SubjectRole::Witness => None,
    }
}

/// Why a person close to a subject is excluded; nothing if they are not. A pupil's part counts like an adult's.
const fn of_tie(subject: &Subject) -> Option<ExclusionReason> {
    match subject.role {
        SubjectRole::Alleged | SubjectRole::NamedOnly => Some(ExclusionReason::Tied),
        SubjectRole::Affected => Some(ExclusionReason::TiedToAffected),
        SubjectRole::Witness => None,
    }
}

/// Whether the subject is an adult: a parent or another adult may hold a desk here too.
fn is_adult(subject: &Subject) -> bool {
    match subject.kind {
        SubjectKind::AdultHere | SubjectKind::ParentOrCarer | SubjectKind::SomebodyElse => true,
        SubjectKind::Pupil => false,
    }
}

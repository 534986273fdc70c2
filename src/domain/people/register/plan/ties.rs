//! The ties an import would record.

use super::index::Index;
use crate::domain::{
    kernel::ids::PersonId,
    people::{
        register::incoming::{Entry, Reference, WrittenTie},
        ties::Tie,
    },
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A person of the register, or one the same plan adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Of the register.
    Known(PersonId),
    /// New: the place in [`super::Plan::new`].
    New(usize),
    /// A row that was not taken.
    Nobody,
}

/// A tie to be recorded between two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewTie {
    /// One of them.
    pub one: Target,
    /// The other.
    pub other: Target,
    /// How.
    pub tie: Tie,
}

/// The pairs of an import that the register does not have yet, each once.
pub(super) fn new_ties(
    index: &Index<'_>,
    entries: &[Entry],
    targets: &[Target],
    ties: &BTreeSet<WrittenTie>,
    known: &BTreeSet<(PersonId, PersonId)>,
) -> Vec<NewTie> {
    let here = references(entries, targets);
    let target = |reference: &Reference| {
        let of_register = || index.referred(reference).map(|at| Target::Known(index.people[at].id));
        here.get(reference).copied().or_else(of_register).filter(|target| *target != Target::Nobody)
    };
    let mut pairs: BTreeMap<(Target, Target), Tie> = BTreeMap::new();
    for tie in ties {
        if let (Some(one), Some(other)) = (target(&tie.one), target(&tie.other)) {
            pairs.entry((one.min(other), one.max(other))).or_insert(tie.tie);
        }
    }
    let is_new = |(one, other): (Target, Target)| match (one, other) {
        (Target::Known(one), Target::Known(other)) => {
            one != other && !known.contains(&(one, other)) && !known.contains(&(other, one))
        }
        (Target::Known(_) | Target::New(_) | Target::Nobody, _) => one != other,
    };
    let new = pairs.into_iter().filter(|(pair, _)| is_new(*pair));
    new.map(|((one, other), tie)| NewTie { one, other, tie }).collect()
}

/// Every way another row may refer to an entry.
fn references(entries: &[Entry], targets: &[Target]) -> HashMap<Reference, Target> {
    let mut here = HashMap::with_capacity(entries.len());
    for (entry, target) in entries.iter().zip(targets) {
        let id = entry.id.clone().map(|id| Reference::Id(entry.group, id));
        let upn = entry.upn.clone().map(Reference::Upn);
        let email = entry.email.clone().map(Reference::Email);
        here.extend([id, upn, email].into_iter().flatten().map(|reference| (reference, *target)));
    }
    here
}

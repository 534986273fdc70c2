//! Names in time: which change of a name takes two people, and who the second one is (Who is meant, rule 5).
//!
//! A name is how a report finds the person it is about. One person alone who could change the name of a person with a
//! role, or their own, or give a new record a name that means a person with a role, would decide who reads a case. So
//! it is with the address of a person with a role: e-mails that something needs them would go to somebody else.

use super::{
    Desk, PersonKind, ShownName, Standing,
    duty::{Book, PROPOSAL_LASTS, ProposalState},
    name_matching::is_near_name,
    register::{keys::fold, known::HasDuties, values::Email},
};
use crate::domain::kernel::{
    clock::Instant,
    codes::{codes, problems},
    ids::{NameProposalId, PersonId},
    refusal,
};
use std::collections::{BTreeSet, HashMap};

/// Why nothing was done about a name.
pub type Refusal = refusal::Refusal<Problem>;

problems! {
    /// Why nothing was done about a name.
    Problem {
        NotWaiting = "name_not_waiting", "This change of a name can no longer be decided.";
        OwnName = "own_name", "You cannot decide about your own name or address.";
        OwnProposal = "own_name_proposal", "You proposed this name. Another person has to confirm it.";
        DeskDecides { desk: Desk } = "name_desk_decides", "Only the {desk} can decide about this name.";
        ProposerWithdraws = "name_proposer_withdraws", "Only the person who proposed this name can withdraw it.";
        LeftSince = "name_left_since", "They have left the school since this name was proposed. Refuse it.";
        WaitsAlready = "name_waits_already", "This name waits for a second person already. See Names, under Roles";
        AddressWaits = "address_waits_already", "This address waits for a second person already. See Names, under Roles";
    }
}

codes! {
    /// Why a name, or an address, takes two people.
    WhyTwo {
        HasRole = "has_role", "they have a role";
        Own = "own", "it is their own name";
        OfAnother = "of_another", "another person has or had this name";
        Near = "near", "a person with a role has or had a name that is spelt nearly like it";
    }
}

codes! {
    /// By which road a name came.
    Road {
        Page = "page", "entered under People";
        List = "list", "came with a list";
        SignIn = "sign_in", "came from the school’s sign-in";
    }
}

problems! {
    /// A name that waits for a second person, as it is told in one line.
    NameLine {
        Renamed { before: ShownName, name: ShownName, why: WhyTwo } = "renamed", "{before} to {name}, because {why}";
        Added { name: ShownName, why: WhyTwo } = "added", "{name}, to be added, because {why}";
        Address { name: ShownName, why: WhyTwo } = "address", "{name}, another e-mail address, because {why}";
    }
}

impl NameLine {
    /// The line of what is proposed.
    pub fn of(change: &NameChange, name: &ShownName, why: WhyTwo) -> Self {
        let name = name.clone();
        match change {
            NameChange::Rename { before, .. } => Self::Renamed { before: before.clone(), name, why },
            NameChange::Add { .. } => Self::Added { name, why },
            NameChange::Address { .. } => Self::Address { name, why },
        }
    }
}

/// Every name that adults of a school have or had, here or gone.
#[derive(Debug, Clone)]
pub struct Bearers {
    by_name: HashMap<String, BTreeSet<PersonId>>,
    with_role: BTreeSet<PersonId>,
    /// Every name of those with a role.
    names_with_role: Vec<(PersonId, String)>,
}

impl Bearers {
    /// The adults with whether they have a role, of today or to come, and every name they have or had.
    pub fn new(adults: impl IntoIterator<Item = (PersonId, HasDuties, Vec<String>)>) -> Self {
        let mut bearers =
            Self { by_name: HashMap::new(), with_role: BTreeSet::new(), names_with_role: Vec::new() };
        for (person, role, names) in adults {
            match role {
                HasDuties::Some => {
                    bearers.with_role.insert(person);
                    bearers.names_with_role.extend(names.iter().map(|name| (person, name.clone())));
                }
                HasDuties::None => {}
            }
            for name in names {
                bearers.by_name.entry(in_any_order(&name)).or_default().insert(person);
            }
        }
        bearers
    }

    /// Why a change of a person's name takes two people; nothing if one may do it. `by` is who changes it: for what
    /// the school's sign-in says, the person whose account it is.
    ///
    /// Capitals, accents and hyphens change nothing about who is meant, so one person may put those right.
    pub fn why_two_to_rename(
        &self,
        person: PersonId,
        (from, to): (&str, &str),
        by: Option<PersonId>,
    ) -> Option<WhyTwo> {
        if fold(from) == fold(to) {
            None
        } else if self.with_role.contains(&person) {
            Some(WhyTwo::HasRole)
        } else if by == Some(person) {
            Some(WhyTwo::Own)
        } else if self.called(to).any(|other| other != person) {
            Some(WhyTwo::OfAnother)
        } else if self.nearly_called(to).any(|other| other != person) {
            Some(WhyTwo::Near)
        } else {
            None
        }
    }

    /// Why adding a person under these names takes two people: a person with a role has or had one of them, or one that
    /// is spelt nearly like it.
    pub fn why_two_to_add(&self, names: &[String]) -> Option<WhyTwo> {
        let is_theirs = |name: &String| self.called(name).any(|person| self.with_role.contains(&person));
        let is_near = |name: &String| self.nearly_called(name).next().is_some();
        if names.iter().any(is_theirs) {
            Some(WhyTwo::OfAnother)
        } else {
            names.iter().any(is_near).then_some(WhyTwo::Near)
        }
    }

    /// Why another address for a person takes two people: they have a role.
    pub fn why_two_for_address(&self, person: PersonId) -> Option<WhyTwo> {
        self.with_role.contains(&person).then_some(WhyTwo::HasRole)
    }

    /// The people with a role who have or had this name, or one that is spelt nearly like it.
    pub fn with_role_called(&self, name: &str) -> BTreeSet<PersonId> {
        let exactly = self.called(name).filter(|person| self.with_role.contains(person));
        exactly.chain(self.nearly_called(name)).collect()
    }

    fn nearly_called(&self, name: &str) -> impl Iterator<Item = PersonId> {
        let near = self.names_with_role.iter().filter(move |(_, theirs)| is_near_name(theirs, name));
        near.map(|(person, _)| *person)
    }

    fn called(&self, name: &str) -> impl Iterator<Item = PersonId> {
        self.by_name.get(&in_any_order(name)).into_iter().flatten().copied()
    }
}

/// A folded name whose words stand in an order of their own, so that "Marlowe, Ada" is "Ada Marlowe".
fn in_any_order(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<&str> = folded.split(' ').collect();
    words.sort_unstable();
    words.join(" ")
}

/// What is proposed about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameChange {
    /// A person is to have another name.
    Rename {
        /// Who.
        person: PersonId,
        /// Their name when it was proposed.
        before: ShownName,
    },
    /// A person is to be added under the name.
    Add {
        /// What they are.
        kind: PersonKind,
        /// Where e-mails go.
        email: Option<Email>,
    },
    /// E-mails to a person are to go to another address; their name stays.
    Address {
        /// Who.
        person: PersonId,
        /// The address they had when it was proposed.
        before: Option<Email>,
        /// The other one; none if they are to have none.
        email: Option<Email>,
    },
}

/// A name that waits for a second person, or that waited. It never changes: another name is another proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameProposal {
    /// Its id.
    pub id: NameProposalId,
    /// What is proposed.
    pub change: NameChange,
    /// The name.
    pub name: ShownName,
    /// Why it takes two people.
    pub why: WhyTwo,
    /// By which road it came.
    pub road: Road,
    /// Who proposed it; no one for the school's sign-in and for a command on the machine.
    pub proposed_by: Option<PersonId>,
    /// When.
    pub proposed_at: Instant,
    /// What became of it.
    pub state: ProposalState,
}

impl NameProposal {
    /// Whether it can still be decided.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == ProposalState::Waiting && now - self.proposed_at < PROPOSAL_LASTS
    }

    /// Whom it concerns, so that they decide nothing about it: the person to be renamed, or whoever with a role has or
    /// had the name of a person to be added.
    pub fn concerned(&self, bearers: &Bearers) -> BTreeSet<PersonId> {
        match &self.change {
            NameChange::Rename { person, .. } | NameChange::Address { person, .. } => {
                BTreeSet::from([*person])
            }
            NameChange::Add { .. } => bearers.with_role_called(&self.name.0),
        }
    }

    /// Whether it stands in the way of the same proposal made once more: it waits, or, for a list or the school's
    /// sign-in, which say the same again each time, a person refused it.
    pub fn answers(&self, change: &NameChange, road: Road, now: Instant) -> bool {
        let is_the_same = match (&self.change, change) {
            (NameChange::Rename { person, .. }, NameChange::Rename { person: other, .. }) => person == other,
            (NameChange::Add { .. }, NameChange::Add { .. }) => true,
            (
                NameChange::Address { person, email, .. },
                NameChange::Address { person: other, email: another, .. },
            ) => person == other && email == another,
            (NameChange::Rename { .. }, NameChange::Add { .. } | NameChange::Address { .. })
            | (NameChange::Add { .. }, NameChange::Rename { .. } | NameChange::Address { .. })
            | (NameChange::Address { .. }, NameChange::Rename { .. } | NameChange::Add { .. }) => false,
        };
        let was_refused = match (self.state, road) {
            (ProposalState::Refused, Road::List | Road::SignIn) => true,
            (ProposalState::Refused, Road::Page)
            | (ProposalState::Waiting | ProposalState::Confirmed | ProposalState::Withdrawn, _) => false,
        };
        is_the_same && (self.is_open(now) || was_refused)
    }
}

/// Whether a person may confirm or refuse a name: one who would confirm a role of those concerned, and is neither one
/// of them nor the one who proposed it.
pub fn may_decide(
    standing: &Standing,
    proposal: &NameProposal,
    concerned: &BTreeSet<PersonId>,
    book: &Book,
) -> Result<(), Refusal> {
    if !proposal.is_open(book.now) {
        return Err(Refusal::WrongState(Problem::NotWaiting));
    }
    if concerned.contains(&standing.person) {
        return Err(Refusal::Refused(Problem::OwnName));
    }
    if proposal.proposed_by == Some(standing.person) {
        return Err(Refusal::Refused(Problem::OwnProposal));
    }
    let (desk, people) = book.name_confirmers(concerned, proposal.proposed_by);
    // The book says who; the session says that they have entered the code that makes them count.
    if !people.contains(&standing.person) || !standing.holds(desk) {
        return Err(Refusal::Refused(Problem::DeskDecides { desk }));
    }
    Ok(())
}

/// Who is told of a name that was proposed, confirmed or refused: those concerned, the head, the one who proposed it.
/// Never the one who acted.
pub fn recipients(
    proposal: &NameProposal,
    concerned: &BTreeSet<PersonId>,
    book: &Book,
    actor: Option<PersonId>,
) -> BTreeSet<PersonId> {
    let mut told = concerned.clone();
    told.extend(book.roster().holders(Desk::Head));
    told.extend(proposal.proposed_by);
    if let Some(actor) = actor {
        told.remove(&actor);
    }
    told
}

#[cfg(test)]
mod tests;

//! From a desk to people: who of a desk can be told, and where a concern goes if no one there can (Routing rule 3).

use super::{Cause, Exclusion, StandIn};
use crate::domain::{
    kernel::ids::PersonId,
    people::{Desk, Roster},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who sits where and who may not be told.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) roster: &'a Roster,
    pub(super) exclusions: &'a BTreeMap<PersonId, Exclusion>,
}

/// What asking one desk gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DeskAnswer {
    Holders(BTreeSet<PersonId>),
    Deputies(BTreeSet<PersonId>),
    Missing(Missing),
}

/// Why no one of a desk can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// No one sits there.
    Vacant,
    /// The holder may not receive this. The deputies are not asked: they work for the holder.
    Excluded,
}

/// Where a chain ended, and the desks it passed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) end: Option<(Desk, BTreeSet<PersonId>)>,
    pub(super) stand_in: StandIn,
    pub(super) passed: Vec<(Desk, Missing)>,
}

impl Sight<'_> {
    /// Asks one desk, and no other.
    pub(super) fn ask(self, desk: Desk) -> DeskAnswer {
        let free = |people: &BTreeSet<PersonId>| -> BTreeSet<PersonId> {
            people.iter().copied().filter(|person| !self.exclusions.contains_key(person)).collect()
        };
        let holders = self.roster.holders(desk);
        if !holders.is_empty() {
            let free = free(&holders);
            return if free.is_empty() {
                DeskAnswer::Missing(Missing::Excluded)
            } else {
                DeskAnswer::Holders(free)
            };
        }
        let deputies = self.roster.deputies(desk);
        let free = free(&deputies);
        if deputies.is_empty() {
            DeskAnswer::Missing(Missing::Vacant)
        } else if free.is_empty() {
            DeskAnswer::Missing(Missing::Excluded)
        } else {
            DeskAnswer::Deputies(free)
        }
    }

    /// Asks a desk, then the desks of its chain, until one has people who can be told.
    pub(super) fn walk(self, desk: Desk) -> Walk {
        let mut passed = Vec::new();
        let mut asked = desk;
        let mut rest = [].iter();
        loop {
            let (people, stand_in) = match self.ask(asked) {
                DeskAnswer::Holders(people) => (people, StandIn::No),
                DeskAnswer::Deputies(people) => (people, StandIn::Deputies),
                DeskAnswer::Missing(why) => {
                    if passed.is_empty() {
                        rest = after(desk, why).iter();
                    }
                    passed.push((asked, why));
                    match rest.find(|next| passed.iter().all(|(gone, _)| gone != *next)) {
                        Some(next) => asked = *next,
                        None => return Walk { end: None, stand_in: StandIn::No, passed },
                    }
                    continue;
                }
            };
            return Walk { end: Some((asked, people)), stand_in, passed };
        }
    }
}

/// The desks asked, in order, if no one of this one can be told.
pub(super) const fn after(desk: Desk, why: Missing) -> &'static [Desk] {
    use Desk::{Chair, DataProtection, Dsl, External, Head, InformationRisk, Network, OnlineSafety, Slt};
    match (desk, why) {
        (OnlineSafety, Missing::Vacant | Missing::Excluded) => &[Dsl, Head, Chair, External],
        (Network, Missing::Vacant) => &[OnlineSafety, Dsl, Head, Chair, External],
        (Head, Missing::Vacant | Missing::Excluded) => &[Chair, External],
        (
            Dsl | Network | InformationRisk | DataProtection | Slt | Chair | External,
            Missing::Vacant | Missing::Excluded,
        ) => &[Head, Chair, External],
    }
}

impl Walk {
    /// Why the end is not the desk that was asked first; nothing if it is.
    pub(super) fn causes(&self) -> Vec<Cause> {
        let cause = |(desk, why): &(Desk, Missing)| match why {
            Missing::Vacant => Cause::Vacant { desk: *desk },
            Missing::Excluded => Cause::Excluded { desk: *desk },
        };
        self.passed.iter().map(cause).collect()
    }
}

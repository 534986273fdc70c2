//! Whom the words of a case could mean, as routing takes it, and the route of a case that could be about anyone who has
//! it: the head, the DSL and the chair together (Who is meant, 2).

use super::{
    AdultRule, Because, Cause, Exclusion, Facts, NobodyReached, ReachedDesk, Reason, Route, StandIn,
    extra_decisions,
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{Desk, Roster, Seat},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the adult it is about could be anyone who has it: the words single no one out, and the reporter cannot say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CouldBeAnyone {
    /// It is about no adult, or the words or the reporter say enough.
    #[default]
    No,
    /// It could, and it is not settled yet.
    Yes,
}

/// The adults whom the words of a case could mean, less those ruled out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CouldBeMeant {
    /// Those who are kept out.
    pub people: BTreeSet<PersonId>,
    /// Those whom an account of what happened names: they are kept out if the route would give them sight or a say.
    pub named: BTreeSet<PersonId>,
    /// Whether it could be any of those who have it.
    pub anyone: CouldBeAnyone,
}

/// No one: most words could mean no adult here.
pub static NO_ONE_MEANT: CouldBeMeant =
    CouldBeMeant { people: BTreeSet::new(), named: BTreeSet::new(), anyone: CouldBeAnyone::No };

impl CouldBeMeant {
    /// Those of the people named who would have sight or a say by a route, and are not among those kept out already.
    pub(super) fn named_of(
        &self,
        route: &Route,
        roster: &Roster,
        kept_out: &BTreeSet<PersonId>,
    ) -> Vec<PersonId> {
        if self.named.is_empty() {
            return Vec::new();
        }
        let have_a_say = route.who_has_a_say(roster);
        let named = self.named.iter().copied().filter(|person| have_a_say.contains(person));
        named.filter(|person| !kept_out.contains(person)).collect()
    }
}

/// The desks that have it together.
pub(in crate::domain) const TOGETHER: [Desk; 3] = [Desk::Head, Desk::Dsl, Desk::Chair];
/// Which of them leads, and the external contact, who comes in if one of them is out.
const LEADS: [Desk; 4] = [Desk::Head, Desk::Chair, Desk::External, Desk::Dsl];

/// The route of a case that could be about anyone who has it: the holders of the three desks, and no deputies or cover.
pub(super) fn together(facts: &Facts<'_>, exclusions: BTreeMap<PersonId, Exclusion>) -> Route {
    let holders = |desk: Desk| -> BTreeSet<PersonId> {
        let sittings = facts.roster.sittings().iter();
        let theirs = sittings.filter(|sitting| sitting.desk == desk && sitting.seat == Seat::Holder);
        theirs.map(|sitting| sitting.person).collect()
    };
    let free = |desk: Desk| -> BTreeSet<PersonId> {
        holders(desk).into_iter().filter(|person| !exclusions.contains_key(person)).collect()
    };
    let is_in = |desk: &Desk| !free(*desk).is_empty();
    let mut desks: Vec<Desk> = TOGETHER.into_iter().filter(is_in).collect();
    if desks.len() < TOGETHER.len() && is_in(&Desk::External) {
        desks.push(Desk::External);
    }
    let (because, stand_in) = (Because::CouldBeAnyone, StandIn::No);
    let lead = match LEADS.into_iter().find(|desk| desks.contains(desk)) {
        Some(desk) => {
            ReachedDesk { desk, people: free(desk), reason: Reason::Leads { desk, because, stand_in } }
        }
        None => {
            let why = |desk: Desk| match holders(desk).is_empty() {
                true => Cause::Vacant { desk },
                false => Cause::Excluded { desk },
            };
            let reason = Reason::NobodyLeads { causes: TOGETHER.into_iter().map(why).collect() };
            ReachedDesk { desk: Desk::External, people: BTreeSet::new(), reason }
        }
    };
    let others = desks.iter().copied().filter(|desk| *desk != lead.desk);
    let copied: Vec<ReachedDesk> = others
        .map(|desk| ReachedDesk {
            desk,
            people: free(desk),
            reason: Reason::Copied { desk, because, stand_in },
        })
        .collect();
    let nobody_reached = if desks.is_empty() { NobodyReached::Yes } else { NobodyReached::No };
    let mut reasons = vec![Reason::OthersWaitUntilSettled, lead.reason.clone()];
    reasons.extend(copied.iter().map(|reached| reached.reason.clone()));
    Route {
        lead,
        copied,
        oversight: Vec::new(),
        adult_rule: AdultRule::Together,
        extra_decisions: extra_decisions(facts.category, AdultRule::Together),
        nobody_reached,
        reasons,
        exclusions,
    }
}

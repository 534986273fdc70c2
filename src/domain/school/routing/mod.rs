//! Who gets a concern: a total function of its category, the answers, the subjects and who sits where.

mod answers;
mod chain;
mod elsewhere;
mod exclusion;
mod meant;
mod reasons;
#[cfg(test)]
mod tests;

pub use answers::{AdultAnswer, AdultLead, PersonalData, WhichAdult};
pub use elsewhere::{AdultThere, Elsewhere};
pub use exclusion::{Exclusion, ExclusionReason, ExclusionScope, chosen_now};
pub(in crate::domain) use meant::TOGETHER;
pub use meant::{CouldBeAnyone, CouldBeMeant, NO_ONE_MEANT};
pub use reasons::{Because, Cause, Reason, StandIn};

use super::categories::{Category, Decision};
use crate::domain::{
    kernel::{codes::codes, ids::PersonId},
    people::{
        Desk, Roster,
        subject::{Subject, SubjectKind, SubjectRole},
        ties::Ties,
    },
};
use chain::{DeskAnswer, Missing, Sight, Walk};
use std::collections::{BTreeMap, BTreeSet};

codes! {
    /// How the rule on adults bears on a route (Routing rule 2).
    AdultRule {
        NotInForce = "not_in_force", "It is not about something an adult here did";
        Leads = "leads", "The headteacher or safeguarding lead leads";
        RouteStands = "route_stands", "The category's route stands, with the headteacher copied";
        Unmatched = "unmatched", "Only the headteacher and safeguarding lead, until the adult is matched to a person";
        Waits = "waits", "Only the headteacher and safeguarding lead, until it is known which adult another concern is about";
        Together = "together", "The headteacher, the safeguarding lead and the chair of governors together, until it is settled whom it could be about";
    }
}

codes! {
    /// Whether a concern found no desk to lead it.
    NobodyReached {
        No = "no", "A role leads";
        Yes = "yes", "No one can lead: the receipt gives the LADO's phone number";
    }
}

/// Everything a route follows from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The category, as reported or as confirmed at triage.
    pub category: &'a Category,
    /// Whether it is about an adult here, and which.
    pub adult: AdultAnswer,
    /// The people it is about, without those who were only told.
    pub subjects: &'a [Subject],
    /// Whether personal data is involved.
    pub personal_data: PersonalData,
    /// Who sits where at this instant.
    pub roster: &'a Roster,
    /// Desk holders who declared a conflict of interest.
    pub stepped_aside: &'a BTreeSet<PersonId>,
    /// The declared relationships.
    pub ties: &'a Ties,
    /// Who held the role the reporter chose at that time, if that is known; otherwise its holders now. The role may
    /// pass on, and suspicion must not pass on with it.
    pub chosen: Option<&'a BTreeSet<PersonId>>,
    /// Whether the case it was opened from is about an unidentified adult: all that a route may follow from there.
    pub elsewhere: AdultThere,
    /// The adults whom words in it could mean, less those ruled out (Who is meant, 2).
    pub not_ruled_out: &'a CouldBeMeant,
    /// Who leads if it is about an adult.
    pub policy: AdultLead,
}

/// A desk that gets the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachedDesk {
    /// The desk.
    pub desk: Desk,
    /// The people to tell there: none excluded, and deputies only if the desk has no holder.
    pub people: BTreeSet<PersonId>,
    /// Why.
    pub reason: Reason,
}

/// Who gets a case, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The one lead desk. The external desk with no people if [`Route::nobody_reached`].
    pub lead: ReachedDesk,
    /// The desks told as well; no desk twice, never the lead.
    pub copied: Vec<ReachedDesk>,
    /// The desks that may read it and are not told.
    pub oversight: Vec<Desk>,
    /// Every person who may not receive it, at a desk or not.
    pub exclusions: BTreeMap<PersonId, Exclusion>,
    /// How the rule on adults bears on it.
    pub adult_rule: AdultRule,
    /// What triage must decide beyond the category's own decisions.
    pub extra_decisions: Vec<Decision>,
    /// Whether no desk could be found to lead it (a copied desk may still be told).
    pub nobody_reached: NobodyReached,
    /// The whole reasoning, in order.
    pub reasons: Vec<Reason>,
}

impl Route {
    /// Every person to tell, at any desk.
    pub fn recipients(&self) -> BTreeSet<PersonId> {
        std::iter::once(&self.lead)
            .chain(&self.copied)
            .flat_map(|reached| reached.people.iter().copied())
            .collect()
    }

    /// Everybody at a desk that has it, and at those that agree, or are next in the chain, but those excluded.
    pub fn who_has_a_say(&self, roster: &Roster) -> BTreeSet<PersonId> {
        let reached = std::iter::once(&self.lead).chain(&self.copied).map(|reached| reached.desk);
        let last = [Desk::Dsl, Desk::Head, Desk::Chair, Desk::External];
        let desks = reached.chain(self.oversight.iter().copied()).chain(last);
        let people = desks.flat_map(|desk| roster.everyone_at(desk));
        people.filter(|person| !self.exclusions.contains_key(person)).collect()
    }

    /// Whether the desk leads or is copied.
    pub fn has(&self, desk: Desk) -> bool {
        self.lead.desk == desk || self.copied.iter().any(|reached| reached.desk == desk)
    }
}

/// Why another desk is told as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// The lead did not acknowledge in time.
    NotAcknowledged,
    /// No e-mail reached a person who was to be told.
    NotReached,
}

/// Who is told as well if a desk is silent: the first of its chain with people to tell who are not among those `told`
/// (Routing rule 5).
pub fn next_to_tell(
    (desk, silence): (Desk, Silence),
    roster: &Roster,
    exclusions: &BTreeMap<PersonId, Exclusion>,
    told: &BTreeSet<PersonId>,
) -> Option<ReachedDesk> {
    let sight = Sight { roster, exclusions };
    // A silent desk is passed by like a vacant one: it is under no suspicion.
    chain::after(desk, Missing::Vacant).iter().find_map(|next| {
        let (DeskAnswer::Holders(people) | DeskAnswer::Deputies(people)) = sight.ask(*next) else {
            return None;
        };
        let reason = match silence {
            Silence::NotAcknowledged => Reason::NotAcknowledged { desk: *next, silent: desk },
            Silence::NotReached => Reason::NotReached { desk: *next, silent: desk },
        };
        (!people.is_subset(told)).then_some(ReachedDesk { desk: *next, people, reason })
    })
}

/// Works out who gets a concern. Total: for any facts, the concern is kept and there is one lead desk.
pub fn route(facts: &Facts<'_>) -> Route {
    let mut kept_out = facts.not_ruled_out.people.clone();
    loop {
        let route = route_without(facts, &kept_out);
        // Each time it goes to others: a person named who would be among them is kept out as well.
        let named = facts.not_ruled_out.named_of(&route, facts.roster, &kept_out);
        if named.is_empty() {
            return route;
        }
        kept_out.extend(named);
    }
}

/// The route that keeps these people out, whom words could mean.
fn route_without(facts: &Facts<'_>, kept_out: &BTreeSet<PersonId>) -> Route {
    let exclusions = exclusion::exclusions(facts, kept_out);
    let adult_rule = adult_rule(facts);
    if adult_rule == AdultRule::Together {
        return meant::together(facts, exclusions);
    }
    let sight = Sight { roster: facts.roster, exclusions: &exclusions };
    let plan = Plan::new(facts, adult_rule);
    let mut reasons = plan.notes.clone();

    let walk = sight.walk(plan.lead);
    let lead_reason = plan.lead_reason(&walk);
    if !walk.passed.is_empty() && plan.because != Because::Category {
        reasons.push(Reason::AskedFirst { desk: plan.lead, because: plan.because });
    }
    reasons.push(lead_reason.clone());
    let (nobody_reached, desk, people) = match walk.end {
        Some((desk, people)) => (NobodyReached::No, desk, people),
        None => (NobodyReached::Yes, Desk::External, BTreeSet::new()),
    };
    let lead = ReachedDesk { desk, people, reason: lead_reason };

    let copied = copied(sight, &plan, lead.desk, &mut reasons);
    let mut route = Route {
        lead,
        copied,
        oversight: Vec::new(),
        adult_rule,
        extra_decisions: extra_decisions(facts.category, adult_rule),
        nobody_reached,
        reasons,
        exclusions: BTreeMap::new(),
    };
    route.oversight = oversight(facts, sight, &route);
    for desk in &route.oversight {
        route.reasons.push(Reason::MayRead { desk: *desk });
    }
    route.exclusions = exclusions;
    route
}

/// What rule 1 and rule 2 ask for, before any person is looked up.
struct Plan {
    lead: Desk,
    because: Because,
    copied: Vec<(Desk, Because)>,
    notes: Vec<Reason>,
}

impl Plan {
    fn new(facts: &Facts<'_>, rule: AdultRule) -> Self {
        let category = Self::category(facts);
        match rule {
            AdultRule::NotInForce => category,
            AdultRule::RouteStands => {
                let mut plan = category;
                plan.copy(Desk::Head, Because::AboutAnAdult);
                plan
            }
            AdultRule::Leads => {
                let (lead, other, because) = match facts.policy {
                    AdultLead::Head => (Desk::Head, Desk::Dsl, Because::AboutAnAdult),
                    AdultLead::Dsl => (Desk::Dsl, Desk::Head, Because::SetByTheSchool),
                };
                let mut plan = Self { lead, because, copied: Vec::new(), notes: Vec::new() };
                plan.copy(other, Because::AboutAnAdult);
                for (desk, because) in category.copied {
                    if !is_taken_off(desk) {
                        plan.copy(desk, because);
                    }
                }
                for desk in [Desk::OnlineSafety, Desk::Network, Desk::Slt] {
                    if facts.category.lead == desk || facts.category.copied.contains(&desk) {
                        plan.notes.push(Reason::LeftOut { desk, because: Because::AboutAnAdult });
                    }
                }
                plan
            }
            // A case that could be about anyone who has it has a route of its own.
            AdultRule::Unmatched | AdultRule::Together => Self {
                lead: Desk::Head,
                because: Because::Unmatched,
                copied: vec![(Desk::Dsl, Because::Unmatched)],
                notes: vec![Reason::OthersWaitForMatch],
            },
            AdultRule::Waits => Self {
                lead: Desk::Head,
                because: Because::Waits,
                copied: vec![(Desk::Dsl, Because::Waits)],
                notes: vec![Reason::OthersWait],
            },
        }
    }

    fn category(facts: &Facts<'_>) -> Self {
        let category = facts.category;
        let because = Because::Category;
        let mut plan = Self { lead: category.lead, because, copied: Vec::new(), notes: Vec::new() };
        for desk in &category.copied {
            plan.copy(*desk, because);
        }
        if has_pupil(facts.subjects) {
            for desk in &category.copied_if_pupil {
                plan.copy(*desk, Because::AboutAPupil);
            }
        }
        match facts.personal_data {
            PersonalData::NotInvolved => {}
            PersonalData::Involved => {
                for desk in &category.copied_if_personal_data {
                    plan.copy(*desk, Because::PersonalData);
                }
            }
        }
        plan
    }

    fn copy(&mut self, desk: Desk, because: Because) {
        if desk != self.lead && self.copied.iter().all(|(copied, _)| *copied != desk) {
            self.copied.push((desk, because));
        }
    }

    fn lead_reason(&self, walk: &Walk) -> Reason {
        let (causes, stand_in) = (walk.causes(), walk.stand_in);
        match walk.end {
            Some((desk, _)) if causes.is_empty() => Reason::Leads { desk, because: self.because, stand_in },
            Some((desk, _)) => Reason::LeadsInPlace { desk, other: self.lead, causes, stand_in },
            None => Reason::NobodyLeads { causes },
        }
    }
}

/// Looks up the copied desks: those that can be told themselves first, then those that fall back to another.
fn copied(sight: Sight<'_>, plan: &Plan, lead: Desk, reasons: &mut Vec<Reason>) -> Vec<ReachedDesk> {
    let mut wanted = plan.copied.clone();
    let has_network = plan.lead == Desk::Network || wanted.iter().any(|(desk, _)| *desk == Desk::Network);
    if has_network && sight.ask(Desk::Network) == DeskAnswer::Missing(Missing::Excluded) {
        wanted.push((Desk::Dsl, Because::NetworkExcluded));
    }
    let walks: Vec<_> = wanted.into_iter().map(|(desk, because)| (desk, because, sight.walk(desk))).collect();
    let mut copied: Vec<ReachedDesk> = Vec::new();
    let (direct, fallen): (Vec<_>, Vec<_>) =
        walks.into_iter().partition(|(_, _, walk)| walk.passed.is_empty());
    for (wanted, because, walk) in direct.into_iter().chain(fallen) {
        let (causes, stand_in) = (walk.causes(), walk.stand_in);
        let Some((desk, people)) = walk.end else {
            reasons.push(Reason::NotCopied { desk: wanted, causes });
            continue;
        };
        let is_on_route = desk == lead || copied.iter().any(|reached| reached.desk == desk);
        let reason = match (causes.is_empty(), is_on_route) {
            (true, true) => continue,
            (true, false) => Reason::Copied { desk, because, stand_in },
            (false, true) => {
                reasons.push(Reason::OtherHasIt { desk: wanted, other: desk, causes });
                continue;
            }
            // The external desk sees only the cases it leads, so it is never a copy.
            (false, false) if desk == Desk::External => {
                reasons.push(Reason::NotCopied { desk: wanted, causes });
                continue;
            }
            (false, false) => Reason::CopiedInPlace { desk, other: wanted, causes, stand_in },
        };
        reasons.push(reason.clone());
        copied.push(ReachedDesk { desk, people, reason });
    }
    copied
}

/// The head oversees every case, the DSL every case of a pupil or of certain groups (Who may read a case). A desk
/// whose people are all excluded is dropped and not replaced: its deputies would see it otherwise.
fn oversight(facts: &Facts<'_>, sight: Sight<'_>, route: &Route) -> Vec<Desk> {
    let dsl = (facts.category.group.overseen_by_dsl() || has_pupil(facts.subjects)).then_some(Desk::Dsl);
    std::iter::once(Desk::Head)
        .chain(dsl)
        .filter(|desk| !route.has(*desk) && sight.ask(*desk) != DeskAnswer::Missing(Missing::Excluded))
        .collect()
}

fn extra_decisions(category: &Category, rule: AdultRule) -> Vec<Decision> {
    let asks = match rule {
        AdultRule::Leads => true,
        AdultRule::Unmatched | AdultRule::Together => !category.group.keeps_its_route_for_adults(),
        AdultRule::NotInForce | AdultRule::RouteStands | AdultRule::Waits => false,
    };
    if asks && !category.decisions.contains(&Decision::Lado) { vec![Decision::Lado] } else { Vec::new() }
}

fn adult_rule(facts: &Facts<'_>) -> AdultRule {
    if facts.not_ruled_out.anyone == CouldBeAnyone::Yes {
        return AdultRule::Together;
    }
    let mut adults =
        facts.subjects.iter().filter(|subject| subject.is_adult_here() && subject.is_implicated());
    let in_force =
        facts.adult != AdultAnswer::No || adults.any(|subject| subject.role == SubjectRole::Alleged);
    let unmatched = is_unmatched(facts.adult, facts.subjects);
    match (unmatched, in_force, facts.elsewhere) {
        (true, _, _) | (false, true, AdultThere::Unmatched) => AdultRule::Unmatched,
        (false, false, AdultThere::Unmatched) => AdultRule::Waits,
        (false, false, AdultThere::NoneOrMatched) => AdultRule::NotInForce,
        (false, true, AdultThere::NoneOrMatched) if facts.category.group.keeps_its_route_for_adults() => {
            AdultRule::RouteStands
        }
        (false, true, AdultThere::NoneOrMatched) => AdultRule::Leads,
    }
}

/// Whether it is about an unidentified adult here: one given in words, or "I do not know" without a person of the
/// register beside it (Routing rule 2).
pub fn is_unmatched(adult: AdultAnswer, subjects: &[Subject]) -> bool {
    let mut adults = subjects.iter().filter(|subject| subject.is_adult_here() && subject.is_implicated());
    let is_matched = adults.clone().any(|subject| subject.person().is_some());
    let in_words = adults.any(|subject| subject.person().is_none());
    let without_name = match adult {
        AdultAnswer::Yes(WhichAdult::SomebodyElse | WhichAdult::DoNotKnow) => !is_matched,
        AdultAnswer::Yes(
            WhichAdult::Headteacher
            | WhichAdult::SafeguardingLead
            | WhichAdult::OnlineSafetyCoordinator
            | WhichAdult::NetworkManager
            | WhichAdult::Chair,
        )
        | AdultAnswer::No => false,
    };
    in_words || without_name
}

/// The desks that hear nothing of a concern about an adult, outside the groups that keep their route.
pub(in crate::domain) const fn is_taken_off(desk: Desk) -> bool {
    match desk {
        Desk::OnlineSafety | Desk::Network | Desk::Slt => true,
        Desk::Dsl
        | Desk::Head
        | Desk::InformationRisk
        | Desk::DataProtection
        | Desk::Chair
        | Desk::External => false,
    }
}

fn has_pupil(subjects: &[Subject]) -> bool {
    subjects.iter().any(|subject| subject.kind == SubjectKind::Pupil)
}

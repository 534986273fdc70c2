//! Who gets a concern: a total function of its category, the answers, the subjects and who sits where.

mod answers;
mod chain;
mod elsewhere;
mod exclusion;
pub mod table;
#[cfg(test)]
mod tests;

pub use answers::{AdultAnswer, AdultLead, PersonalData, WhichAdult};
pub use elsewhere::{AdultThere, Elsewhere, NOTHING_ELSEWHERE};
pub use exclusion::{Exclusion, ExclusionReason, ExclusionScope, chosen_now, exclusions};

use super::{
    category::{Category, Decision},
    closeness::Ties,
    codes::codes,
    ids::PersonId,
    people::{Desk, Roster},
    subject::{Subject, SubjectKind, SubjectRole},
};
use chain::{Found, Missing, Sight, StandIn, Walk};
use std::collections::{BTreeMap, BTreeSet};

codes! {
    /// How the rule on adults bears on a route (Routing rule 2).
    AdultRule {
        NotInForce = "not_in_force", "It is not about something an adult here did";
        Leads = "leads", "The headteacher or safeguarding lead leads";
        RouteStands = "route_stands", "The category's route stands, with the headteacher copied";
        Unmatched = "unmatched", "Only the headteacher and safeguarding lead, until the adult is matched to a person";
        Waits = "waits", "Only the headteacher and safeguarding lead, until it is known which adult another concern is about";
    }
}

codes! {
    /// Whether a concern found no desk to lead it.
    NobodyReached {
        No = "no", "Somebody leads";
        Yes = "yes", "Nobody can lead: the receipt gives the LADO's telephone number";
    }
}

/// Everything a route follows from.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The category, as reported or as confirmed at triage.
    pub category: &'a Category,
    /// Whether it is about an adult here, and which.
    pub adult: AdultAnswer,
    /// Who it is about. Those who were only told are not here.
    pub subjects: &'a [Subject],
    /// Whether personal data is involved.
    pub personal_data: PersonalData,
    /// Who sits where at this instant.
    pub roster: &'a Roster,
    /// Desk holders who stepped aside from this case.
    pub stepped_aside: &'a BTreeSet<PersonId>,
    /// Who is close to whom.
    pub ties: &'a Ties,
    /// Who held the duty the reporter chose when they chose it, where that is known; otherwise whoever holds it now.
    /// The duty may pass on: not to somebody who is under suspicion by it, nor away from who is.
    pub chosen: Option<&'a BTreeSet<PersonId>>,
    /// What it takes over from the case it was opened from.
    pub elsewhere: &'a Elsewhere,
    /// Who leads where it is about an adult.
    pub policy: AdultLead,
}

/// A desk that gets the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The desk.
    pub desk: Desk,
    /// Whom to tell there: nobody excluded, and deputies only where nobody holds the desk.
    pub people: BTreeSet<PersonId>,
    /// Why, in words that name desks and never people.
    pub reason: String,
}

/// Who gets a case, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The one lead desk. The external desk with no people where [`Route::nobody_reached`].
    pub lead: Reached,
    /// The desks told as well; no desk twice, never the lead.
    pub copied: Vec<Reached>,
    /// The desks that may read it and are not told.
    pub oversight: Vec<Desk>,
    /// Everybody who may not receive it, at a desk or not.
    pub exclusions: BTreeMap<PersonId, Exclusion>,
    /// How the rule on adults bears on it.
    pub adult_rule: AdultRule,
    /// What triage must decide beyond the category's own decisions.
    pub extra_decisions: Vec<Decision>,
    /// Whether no desk could be found to lead it (a copied desk may still be told).
    pub nobody_reached: NobodyReached,
    /// The whole reasoning in plain words, naming desks and never people. It speaks of exclusion: only for pages
    /// inside the case, never for a receipt, a technical view, health or a letter.
    pub reasons: Vec<String>,
}

impl Route {
    /// Everybody to tell, at whatever desk.
    pub fn told(&self) -> BTreeSet<PersonId> {
        std::iter::once(&self.lead)
            .chain(&self.copied)
            .flat_map(|reached| reached.people.iter().copied())
            .collect()
    }

    /// Whether the desk leads or is copied.
    pub fn has(&self, desk: Desk) -> bool {
        self.lead.desk == desk || self.copied.iter().any(|reached| reached.desk == desk)
    }
}

/// Why somebody is told as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Nobody acknowledged in time.
    NotAcknowledged,
    /// No letter reached anybody who was to be told.
    NotReached,
}

/// Who is told as well when a desk is silent: the first of its chain where somebody can be told who is not among those
/// `told` (Routing rule 5).
pub fn next_to_tell(
    (desk, silence): (Desk, Silence),
    roster: &Roster,
    exclusions: &BTreeMap<PersonId, Exclusion>,
    told: &BTreeSet<PersonId>,
) -> Option<Reached> {
    let sight = Sight { roster, exclusions };
    // A desk that is silent is passed by as a vacant one would be; it is under no suspicion.
    chain::after(desk, Missing::Vacant).iter().find_map(|next| {
        let (Found::Holders(people) | Found::Deputies(people)) = sight.ask(*next) else { return None };
        let because = match silence {
            Silence::NotAcknowledged => format!("{} has not acknowledged it", the(desk)),
            Silence::NotReached => format!("no letter has reached {}", the(desk)),
        };
        let reason = format!("{} is told as well because {because}", The(*next));
        (!people.is_subset(told)).then_some(Reached { desk: *next, people, reason })
    })
}

/// Works out who gets a concern. Total: whatever the facts, the concern is kept and there is one lead desk.
pub fn route(facts: &Facts<'_>) -> Route {
    let exclusions = exclusions(facts);
    let sight = Sight { roster: facts.roster, exclusions: &exclusions };
    let adult_rule = adult_rule(facts);
    let plan = Plan::new(facts, adult_rule);
    let mut reasons = plan.notes.clone();

    let walk = sight.walk(plan.lead);
    let lead_reason = plan.lead_reason(&walk);
    if !walk.passed.is_empty() && plan.lead_why != THIS_CATEGORY {
        reasons.push(format!("{} is asked first {}", The(plan.lead), plan.lead_why));
    }
    reasons.push(lead_reason.clone());
    let (nobody_reached, desk, people) = match walk.end {
        Some((desk, people)) => (NobodyReached::No, desk, people),
        None => (NobodyReached::Yes, Desk::External, BTreeSet::new()),
    };
    let lead = Reached { desk, people, reason: lead_reason };

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
        route.reasons.push(format!("{} may read it and is not told", The(*desk)));
    }
    route.exclusions = exclusions;
    route
}

/// What rule 1 and rule 2 ask for, before anybody is looked up.
struct Plan {
    lead: Desk,
    lead_why: &'static str,
    copied: Vec<(Desk, &'static str)>,
    notes: Vec<String>,
}

const THIS_CATEGORY: &str = "this category";
const ABOUT_AN_ADULT: &str = "because it is about something an adult here did";
const ABOUT_A_PUPIL: &str = "because it is about a pupil";
const WITH_PERSONAL_DATA: &str = "because personal data is involved";
const WAITS: &str = "because it is not known yet whether an adult here has to do with it";
const NOT_MATCHED: &str = "because it is not known yet which adult it is about";

impl Plan {
    fn new(facts: &Facts<'_>, rule: AdultRule) -> Self {
        let category = Self::category(facts);
        match rule {
            AdultRule::NotInForce => category,
            AdultRule::RouteStands => {
                let mut plan = category;
                plan.copy(Desk::Head, ABOUT_AN_ADULT);
                plan
            }
            AdultRule::Leads => {
                let (lead, other, lead_why) = match facts.policy {
                    AdultLead::Head => (Desk::Head, Desk::Dsl, ABOUT_AN_ADULT),
                    AdultLead::Dsl => (
                        Desk::Dsl,
                        Desk::Head,
                        "because it is about something an adult here did, as this school has set",
                    ),
                };
                let mut plan = Self { lead, lead_why, copied: Vec::new(), notes: Vec::new() };
                plan.copy(other, ABOUT_AN_ADULT);
                for (desk, why) in category.copied {
                    if !is_taken_off(desk) {
                        plan.copy(desk, why);
                    }
                }
                for desk in [Desk::OnlineSafety, Desk::Network, Desk::Slt] {
                    if facts.category.lead == desk || facts.category.copied.contains(&desk) {
                        plan.notes.push(format!("{} is left out {ABOUT_AN_ADULT}", The(desk)));
                    }
                }
                plan
            }
            AdultRule::Unmatched => Self {
                lead: Desk::Head,
                lead_why: NOT_MATCHED,
                copied: vec![(Desk::Dsl, NOT_MATCHED)],
                notes: vec![
                    "Nobody else is told until the adult it is about is matched to a person".to_owned(),
                ],
            },
            AdultRule::Waits => Self {
                lead: Desk::Head,
                lead_why: WAITS,
                copied: vec![(Desk::Dsl, WAITS)],
                notes: vec!["Nobody else is told until that is known".to_owned()],
            },
        }
    }

    fn category(facts: &Facts<'_>) -> Self {
        let category = facts.category;
        let mut plan =
            Self { lead: category.lead, lead_why: THIS_CATEGORY, copied: Vec::new(), notes: Vec::new() };
        for desk in &category.copied {
            plan.copy(*desk, "in this category");
        }
        if has_pupil(facts.subjects) {
            for desk in &category.copied_if_pupil {
                plan.copy(*desk, ABOUT_A_PUPIL);
            }
        }
        match facts.personal_data {
            PersonalData::NotInvolved => {}
            PersonalData::Involved => {
                for desk in &category.copied_if_personal_data {
                    plan.copy(*desk, WITH_PERSONAL_DATA);
                }
            }
        }
        plan
    }

    fn copy(&mut self, desk: Desk, why: &'static str) {
        if desk != self.lead && self.copied.iter().all(|(copied, _)| *copied != desk) {
            self.copied.push((desk, why));
        }
    }

    fn lead_reason(&self, walk: &Walk) -> String {
        match (&walk.end, walk.causes()) {
            (Some((desk, _)), None) => {
                with_stand_in(format!("{} leads {}", The(*desk), self.lead_why), *desk, walk)
            }
            (Some((desk, _)), Some(causes)) => {
                let words = format!("{} leads in place of {}: {causes}", The(*desk), the(self.lead));
                with_stand_in(words, *desk, walk)
            }
            (None, causes) => format!("Nobody here can lead it: {}", causes.unwrap_or_default()),
        }
    }
}

fn with_stand_in(words: String, desk: Desk, walk: &Walk) -> String {
    match walk.stand_in {
        StandIn::No => words,
        StandIn::Deputies => format!("{words}; its deputies act, as there is no {} at present", desk.words()),
    }
}

/// Looks up the copied desks: those that can be told themselves first, then those that fall back to another.
fn copied(sight: Sight<'_>, plan: &Plan, lead: Desk, reasons: &mut Vec<String>) -> Vec<Reached> {
    let mut wanted = plan.copied.clone();
    let has_network = plan.lead == Desk::Network || wanted.iter().any(|(desk, _)| *desk == Desk::Network);
    if has_network && sight.ask(Desk::Network) == Found::Missing(Missing::Excluded) {
        wanted.push((Desk::Dsl, "because the network manager may not deal with this"));
    }
    let walks: Vec<_> = wanted.into_iter().map(|(desk, why)| (desk, why, sight.walk(desk))).collect();
    let mut copied: Vec<Reached> = Vec::new();
    let (direct, fallen): (Vec<_>, Vec<_>) =
        walks.into_iter().partition(|(_, _, walk)| walk.passed.is_empty());
    for (wanted, why, walk) in direct.into_iter().chain(fallen) {
        let causes = walk.causes();
        let Some((desk, people)) = walk.end.clone() else {
            reasons.push(format!("{} is not copied: {}", The(wanted), causes.unwrap_or_default()));
            continue;
        };
        let is_on_route = desk == lead || copied.iter().any(|reached| reached.desk == desk);
        let reason = match causes {
            None if is_on_route => continue,
            None => with_stand_in(format!("{} is copied {why}", The(desk)), desk, &walk),
            Some(causes) if is_on_route => {
                reasons.push(format!(
                    "{} is not copied, and {} has it already: {causes}",
                    The(wanted),
                    the(desk)
                ));
                continue;
            }
            // The external desk sees only the cases it leads, so it is never a copy.
            Some(causes) if desk == Desk::External => {
                reasons.push(format!("{} is not copied: {causes}", The(wanted)));
                continue;
            }
            Some(causes) => {
                let words = format!("{} is copied in place of {}: {causes}", The(desk), the(wanted));
                with_stand_in(words, desk, &walk)
            }
        };
        reasons.push(reason.clone());
        copied.push(Reached { desk, people, reason });
    }
    copied
}

/// The head oversees every case, the DSL every case of a pupil or of certain groups (Who may read a case). A desk
/// whose people are all excluded is dropped and not replaced: its deputies would see it otherwise.
fn oversight(facts: &Facts<'_>, sight: Sight<'_>, route: &Route) -> Vec<Desk> {
    let dsl = (facts.category.group.overseen_by_dsl() || has_pupil(facts.subjects)).then_some(Desk::Dsl);
    std::iter::once(Desk::Head)
        .chain(dsl)
        .filter(|desk| !route.has(*desk) && sight.ask(*desk) != Found::Missing(Missing::Excluded))
        .collect()
}

fn extra_decisions(category: &Category, rule: AdultRule) -> Vec<Decision> {
    let asks = match rule {
        AdultRule::Leads => true,
        AdultRule::Unmatched => !category.group.keeps_its_route_for_adults(),
        AdultRule::NotInForce | AdultRule::RouteStands | AdultRule::Waits => false,
    };
    if asks && !category.decisions.contains(&Decision::Lado) { vec![Decision::Lado] } else { Vec::new() }
}

fn adult_rule(facts: &Facts<'_>) -> AdultRule {
    let mut adults =
        facts.subjects.iter().filter(|subject| subject.is_adult_here() && subject.is_implicated());
    let in_force =
        facts.adult != AdultAnswer::No || adults.any(|subject| subject.role == SubjectRole::Alleged);
    let unmatched = is_unmatched(facts.adult, facts.subjects);
    match (unmatched, in_force, facts.elsewhere.adult) {
        (true, _, _) | (false, true, AdultThere::Unmatched) => AdultRule::Unmatched,
        (false, false, AdultThere::Unmatched) => AdultRule::Waits,
        (false, false, AdultThere::NoneOrMatched) => AdultRule::NotInForce,
        (false, true, AdultThere::NoneOrMatched) if facts.category.group.keeps_its_route_for_adults() => {
            AdultRule::RouteStands
        }
        (false, true, AdultThere::NoneOrMatched) => AdultRule::Leads,
    }
}

/// Whether it is about an adult here of whom nobody has said yet who it is: one given in words, or "I do not know"
/// without anybody in the register beside it (Routing rule 2).
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

/// A desk within a sentence.
fn the(desk: Desk) -> String {
    format!("the {}", desk.words())
}

/// A desk at the head of a sentence.
struct The(Desk);

impl std::fmt::Display for The {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "The {}", self.0.words())
    }
}

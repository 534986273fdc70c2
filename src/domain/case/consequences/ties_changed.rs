//! A relationship with a person in a case was declared or set aside: who may see the case is worked out again, even if
//! it has ended.
//!
//! A tie changes what follows from it and nothing else. An open case moves only if the tie makes another route, or if
//! a desk that has the case would work for an excluded person. A case that has ended stays ended: nothing is due again
//! and no one is told; but a desk whose holders are excluded loses sight of it, deputies and all.

use crate::domain::case::{Act, Case, CaseEvent, Entry, Label, Notice, Phrase, record::act::people_at};
use crate::domain::{
    case::lifecycle::workflow::{Move, Status},
    kernel::ids::PersonId,
    people::{Desk, ties::Ties},
    school::routing::{Exclusion, Route},
};
use std::collections::{BTreeMap, BTreeSet};

type Exclusions = BTreeMap<PersonId, Exclusion>;

impl Case {
    /// Works out again who may see it after ties changed that were these before; nothing if nothing follows.
    pub fn follow_ties(&self, ties_before: &Ties, act: &mut Act<'_>) -> Option<CaseEvent> {
        let (before, after) = (self.route_with(ties_before, act), self.route_now(act));
        let exclusions = follow(&self.exclusions, &before.exclusions, &after.exclusions);
        let mut case = Case { exclusions, ..self.clone() };
        if case.exclusions == self.exclusions {
            return None;
        }
        let notices = case.moves_where_the_route_leads(self, (&before, &after), act);
        Some(case.followed_ties(self, notices, act))
    }

    /// Moves a case whose exclusions were changed already to where the route leads now, if it has to; what an excluded
    /// person had goes back to the lead. Gives back who is to be told.
    pub(in crate::domain::case) fn moves_where_the_route_leads(
        &mut self,
        before: &Case,
        routes: (&Route, &Route),
        act: &mut Act<'_>,
    ) -> Vec<Notice> {
        let exclusions = self.exclusions.clone();
        let mut notices = Vec::new();
        if self.status != Status::Merged && self.has_to_move(before, routes, act) {
            notices = self.reroute(act);
            self.excludes_as_well(&exclusions);
        }
        self.put_back_what_excluded_people_had(act.now());
        if before.owner != self.owner && self.status.is_open() {
            let (lead, urgency) = (people_at(&act.roster, self.lead()), self.urgency());
            notices.extend(lead.into_iter().map(|person| Notice { person, urgency }));
        }
        notices.retain(|notice| self.sight_of(notice.person, act).is_some());
        notices
    }

    /// Follows ties for a case that became part of another: what follows there holds for what is left of it here.
    pub fn follow_ties_with(
        &self,
        ties_before: &Ties,
        (target_before, target): (&Case, &Case),
        act: &mut Act<'_>,
    ) -> Option<CaseEvent> {
        let of_both = |ties: &Ties, target: &Case| {
            let mut own = Case { exclusions: self.route_with(ties, act).exclusions, ..self.clone() };
            own.excludes_as_well(&target.exclusions);
            own.exclusions
        };
        let (before, after) = (of_both(ties_before, target_before), of_both(&act.ties, target));
        let case = Case { exclusions: follow(&self.exclusions, &before, &after), ..self.clone() };
        if case.exclusions == self.exclusions {
            return None;
        }
        Some(case.followed_ties(self, Vec::new(), act))
    }

    /// Whether the change of ties makes another route, or leaves the case with a desk that works for an excluded
    /// person.
    fn has_to_move(&self, before: &Case, (without, with): (&Route, &Route), act: &Act<'_>) -> bool {
        let shape = |route: &Route| {
            let copied: BTreeSet<Desk> = route.copied.iter().map(|reached| reached.desk).collect();
            (route.lead.desk, route.nobody_reached, copied, route.oversight.clone())
        };
        let newly_excluded =
            |desk: &Desk| self.desk_is_excluded(*desk, act) && !before.desk_is_excluded(*desk, act);
        shape(without) != shape(with) || self.desks.keys().any(newly_excluded)
    }

    /// Says what changed and names no one.
    fn followed_ties(self, before: &Case, notices: Vec<Notice>, act: &mut Act<'_>) -> CaseEvent {
        let is_kept_away = self.exclusions.keys().any(|person| !before.excludes(*person));
        let because = if is_kept_away { Phrase::Tied } else { Phrase::NotTied };
        let entry = Entry::new(Move::TiesChanged).code(Label::Because, because);
        let entry = self.says_where_it_went(before, entry);
        let nobody = act.person();
        CaseEvent::of(self, entry, act).by_nobody().telling(notices, nobody)
    }
}

/// What becomes of exclusions if those that follow from people and answers change: what rested on the tie alone goes
/// with it, what is added is added, and what was kept for another reason stays.
pub(in crate::domain::case) fn follow(
    kept: &Exclusions,
    before: &Exclusions,
    after: &Exclusions,
) -> Exclusions {
    let people: BTreeSet<PersonId> = kept.keys().chain(after.keys()).copied().collect();
    let of = |person: PersonId| {
        let (ours, then, now) = (kept.get(&person), before.get(&person), after.get(&person));
        let stronger = |ours: &Exclusion| now.is_none_or(|now| now.scope >= ours.scope);
        let exclusion = if ours == then { now } else { ours.filter(|ours| stronger(ours)).or(now) };
        exclusion.map(|exclusion| (person, *exclusion))
    };
    people.into_iter().filter_map(of).collect()
}

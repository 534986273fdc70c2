//! A person was given a role or lost one: open cases follow, if they have to.
//!
//! A case stays with the desk that has it as long as a person there can act. It moves if no one leads it any more, or
//! if an excluded person now holds a desk that has it: the others of that desk work for that person. It has no actor,
//! and no subject is told: it follows from who sits where.

use crate::domain::case::{
    Act, Case, CaseEvent, Detail, Entry, Label, Newcomers, Notice, Phrase, record::act::people_at,
};
use crate::domain::{
    case::lifecycle::workflow::{Move, Status},
    kernel::ids::{PersonId, TextId},
    people::Desk,
    school::routing::{Exclusion, ExclusionReason},
};
use std::collections::{BTreeMap, BTreeSet};

/// People who gave up a role or left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gone {
    /// Who no longer sits at a desk.
    pub from_desk: BTreeSet<(Desk, PersonId)>,
    /// Who left the school.
    pub from_school: BTreeSet<PersonId>,
}

impl Case {
    /// Works out again where it is after a change of roles; nothing if nothing has to change. What a person who is
    /// gone owned goes back to the desk that leads. A case that has ended stays where it is: only who may see it because
    /// of the case that opened it is worked out again.
    ///
    /// It is given the people who are new, and the words of the case that could mean them: whoever they could mean gets
    /// nothing of it by the role they are given, of a case that has ended neither.
    pub fn follow_people(
        &self,
        gone: &Gone,
        (new, words): (&Newcomers, &BTreeMap<TextId, String>),
        act: &mut Act<'_>,
    ) -> Option<CaseEvent> {
        if self.status == Status::Merged {
            // It follows the case it became part of.
            return None;
        }
        let mut case = self.clone();
        case.compares_with(new, words, act);
        let is_as_known = case.could_be_meant == self.could_be_meant;
        if !self.status.is_open() {
            if !is_as_known || case.has_words_for_more(act) {
                return Some(case.keeps_out_newcomers(self, act));
            }
            return self.is_seen_by_others(act).then(|| self.clone().changed_behind(self, act));
        }
        let mut notices = Vec::new();
        if case.is_out_of_place(act) {
            notices = case.reroute(act);
            // A change of roles takes sight away and never gives it back.
            case.excludes_as_well(&self.exclusions);
        }
        notices.extend(case.put_back_what_they_had(gone, act));
        case.end_shares_of(&gone.from_school, act);
        case.take_back_from_people(self, act);
        if case.is_where_it_was(self) && is_as_known {
            return self.is_seen_by_others(act).then(|| self.clone().changed_behind(self, act));
        }
        let mut entry = Entry::new(Move::Follow).code(Label::LeadsNow, case.lead());
        if case.reasons != self.reasons {
            entry = entry.with(Label::Why, Detail::Reasons(case.reasons.clone()));
        }
        if self.owner.is_some() && case.owner.is_none() {
            entry = entry.code(Label::GivenBack, Phrase::OtherDuty);
        }
        if case.shares != self.shares {
            entry = entry.code(Label::NoLongerShared, Phrase::LeftTheSchool);
        }
        let entry = case.says_who_is_kept_out(self, entry);
        let nobody = act.person();
        Some(CaseEvent::of(case, entry, act).by_nobody().telling(notices, nobody))
    }

    /// Keeps those whom its words could mean by now out of a case that has ended: it stays ended, and a desk whose holders
    /// are kept out loses sight of it.
    fn keeps_out_newcomers(mut self, before: &Case, act: &mut Act<'_>) -> CaseEvent {
        let (was, now) = (before.route_now(act), self.route_now(act));
        let for_words = |(_, kept): &(&PersonId, &Exclusion)| kept.why == ExclusionReason::NotRuledOut;
        for (person, kept) in now.exclusions.iter().filter(for_words) {
            self.exclusions.entry(*person).or_insert(*kept);
        }
        let notices = self.moves_where_the_route_leads(before, (&was, &now), act);
        let entry = Entry::new(Move::Follow).code(Label::LeadsNow, self.lead());
        let entry = self.says_who_is_kept_out(before, entry);
        let nobody = act.person();
        CaseEvent::of(self, entry, act).by_nobody().telling(notices, nobody)
    }

    /// Whether other desks may see nothing of it now, because of the case that opened it.
    fn is_seen_by_others(&self, act: &Act<'_>) -> bool {
        self.behind_now(act) != self.behind
    }

    fn is_out_of_place(&self, act: &Act<'_>) -> bool {
        let opens = |person: &PersonId| self.sight_of(*person, act).is_some();
        let somebody_leads = self.acting_at(self.lead(), act).iter().any(opens);
        let works_for_somebody_excluded = self.desks.keys().any(|desk| self.desk_is_excluded(*desk, act));
        let route = self.route_now(act);
        let somebody_is_excluded_now = route.exclusions.keys().any(|person| !self.excludes(*person));
        let together: BTreeSet<Desk> =
            std::iter::once(&route.lead).chain(&route.copied).map(|reached| reached.desk).collect();
        let others_have_it_together = self.is_together() && together != self.desks_together();
        !somebody_leads || works_for_somebody_excluded || somebody_is_excluded_now || others_have_it_together
    }

    /// Ownership and tasks of people who are gone go back to the desk that leads, which is told.
    fn put_back_what_they_had(&mut self, gone: &Gone, act: &Act<'_>) -> Vec<Notice> {
        let lead = self.lead();
        let seated = |person| act.roster.desks_of(person);
        let left_its_desk = |person: PersonId| {
            gone.from_school.contains(&person)
                || (gone.from_desk.iter().any(|(desk, who)| *who == person && self.desks.contains_key(desk))
                    && seated(person).is_disjoint(&self.desks.keys().copied().collect()))
        };
        let owner_is_gone = self.owner.is_some_and(left_its_desk);
        let theirs: BTreeSet<PersonId> = self
            .tasks
            .iter()
            .filter_map(|task| task.person)
            .filter(|person| left_its_desk(*person))
            .collect();
        if owner_is_gone {
            self.owner = None;
        }
        let handed = self.give_tasks_to_lead(|person| theirs.contains(&person));
        if !owner_is_gone && !handed {
            return Vec::new();
        }
        let urgency = self.urgency();
        let told =
            people_at(&act.roster, lead).into_iter().filter(|person| self.sight_of(*person, act).is_some());
        told.map(|person| Notice { person, urgency }).collect()
    }

    /// A share ends when its reader leaves the school, so that it does not return with them.
    fn end_shares_of(&mut self, left: &BTreeSet<PersonId>, act: &Act<'_>) {
        let now = act.now();
        for share in self.shares.iter_mut().filter(|share| left.contains(&share.person) && share.is_live(now))
        {
            share.ended_at = Some(now);
        }
    }

    /// Whether everything that people see of it is as it was; only the wording of the reasons may differ.
    fn is_where_it_was(&self, before: &Self) -> bool {
        self.desks == before.desks
            && self.nobody_reached == before.nobody_reached
            && self.exclusions == before.exclusions
            && self.owner == before.owner
            && self.tasks == before.tasks
            && self.shares == before.shares
            && self.inspections == before.inspections
    }
}

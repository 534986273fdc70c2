//! Who may not be given a case about an adult here (Routing rule 2).
//!
//! While the adult is unidentified, it may be any adult here: the head and the DSL receive it, or those who act in
//! their place, and cannot give it to another person. Once the adult is known, the case cannot be reassigned to the
//! three desks that routing takes off it.

use crate::domain::case::{
    Act, Answer, Asking, Case, Question, Reply, SecondPerson, ShareKind,
    problem::{Problem, Refusal},
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{Desk, subject::Subject},
    school::routing::{self, AdultAnswer, AdultRule, AdultThere, CouldBeAnyone, WhichAdult},
};
use std::collections::BTreeSet;

impl Case {
    /// Whether it is about an unidentified adult, who may be anyone who has it, or follows a case that is.
    pub fn has_unidentified_adult(&self) -> bool {
        self.is_together()
            || self.is_unmatched()
            || AdultThere::in_any(self.follows.values()) == AdultThere::Unmatched
    }

    /// Whether it is about an adult here who was not matched to a person yet.
    pub(in crate::domain::case) fn is_unmatched(&self) -> bool {
        let subjects: Vec<Subject> = self.current_subjects().cloned().collect();
        routing::is_unmatched(self.adult_as_routed(), &subjects)
    }

    /// The answer about an adult as routing takes it: if it turned out to be no staff matter, no adult is looked for
    /// any more. A role that was chosen stays chosen.
    pub(in crate::domain::case) fn adult_as_routed(&self) -> AdultAnswer {
        let is_no_staff_matter =
            self.questions.get(&Question::Threshold).and_then(Answer::choice) == Some(Reply::NotStaff);
        match self.adult {
            AdultAnswer::Yes(WhichAdult::SomebodyElse | WhichAdult::DoNotKnow) if is_no_staff_matter => {
                AdultAnswer::No
            }
            AdultAnswer::Yes(
                WhichAdult::Headteacher
                | WhichAdult::SafeguardingLead
                | WhichAdult::OnlineSafetyCoordinator
                | WhichAdult::NetworkManager
                | WhichAdult::Chair
                | WhichAdult::SomebodyElse
                | WhichAdult::DoNotKnow,
            )
            | AdultAnswer::No => self.adult,
        }
    }

    /// The desks that have it while the adult is unidentified: the DSL's and the head's, or the next in the head's
    /// place.
    fn let_in(&self, by: &Asking<'_>) -> BTreeSet<Desk> {
        if self.is_together() {
            return self.desks_together();
        }
        let can_act = |desk: &Desk| !self.acting_at(*desk, by).is_empty();
        let head = [Desk::Head, Desk::Chair, Desk::External].into_iter().find(can_act);
        Some(Desk::Dsl).filter(can_act).into_iter().chain(head).collect()
    }

    /// Whether a person may be given it, to own or to read: all but those excluded, unless the adult is unidentified.
    /// A case that another one opened is given to people of its own desks, whoever may see the other one.
    pub fn may_be_given(&self, person: PersonId, by: &Asking<'_>) -> bool {
        let sits = || match self.could_be_anyone() {
            CouldBeAnyone::Yes => self.people_together(by).contains(&person),
            CouldBeAnyone::No => !by.roster.desks_of(person).is_disjoint(&self.let_in(by)),
        };
        !self.excludes(person) && self.is_for(person, by) && (!self.has_unidentified_adult() || sits())
    }

    /// Whether it may be selected for an inspector. They come from outside and are not the unidentified adult, unless
    /// they sit at a desk of the school as well.
    pub(in crate::domain::case) fn may_be_inspected_by(&self, person: PersonId, by: &Asking<'_>) -> bool {
        self.may_be_given(person, by) || (!self.excludes(person) && by.roster.desks_of(person).is_empty())
    }

    /// Whether it may be shared with a person. The rule of the second person names one of the chain if no reader can
    /// agree, and a case must be able to end.
    pub(in crate::domain::case) fn may_be_shared_with(
        &self,
        person: PersonId,
        kind: ShareKind,
        by: &Asking<'_>,
    ) -> bool {
        let is_named = || self.second_person(by) == SecondPerson::ToName(person);
        let is_free = !self.has_unidentified_adult() && self.is_for(person, by);
        is_free || self.may_be_given(person, by) || (kind == ShareKind::Reviewer && is_named())
    }

    /// Why it may not be reassigned to a desk; nothing if it may.
    pub fn keeps_from(&self, desk: Desk, by: &Asking<'_>) -> Option<Problem> {
        if self.is_together() {
            return Some(Problem::HeldTogether);
        }
        if self.has_unidentified_adult() {
            return (!self.let_in(by).contains(&desk)).then(|| self.why_adult_first());
        }
        let is_taken_off = self.route_now(by).adult_rule == AdultRule::Leads && routing::is_taken_off(desk);
        if is_taken_off {
            return Some(Problem::AboutAnAdult);
        }
        self.names_a_person_at(desk, by).then_some(Problem::RoleNamedInAccount)
    }

    /// The desks it could be reassigned to.
    pub fn desks_to_send_to(&self, by: &Asking<'_>) -> Vec<Desk> {
        let may = |desk: &&Desk| {
            **desk != self.lead()
                && !self.acting_at(**desk, by).is_empty()
                && self.keeps_from(**desk, by).is_none()
        };
        Desk::ALL.iter().filter(may).copied().collect()
    }

    /// What helps if it cannot be given to this person.
    pub(in crate::domain::case) fn why_not_given(&self) -> Problem {
        if self.has_unidentified_adult() { self.why_adult_first() } else { Problem::NotOfItsRoles }
    }

    /// What helps if it cannot be given to another person.
    fn why_adult_first(&self) -> Problem {
        if self.is_together() {
            Problem::HeldTogether
        } else if self.is_unmatched() {
            Problem::AdultUnidentified
        } else {
            Problem::SourceUnidentified
        }
    }

    /// Refuses to give it to a person who may not have it yet, beside the field that names them.
    pub(in crate::domain::case) fn check_may_be_given(
        &self,
        person: PersonId,
        field: &'static str,
        by: &Asking<'_>,
    ) -> Result<(), Refusal> {
        if self.may_be_given(person, by) || self.excludes(person) {
            return Ok(());
        }
        Err(Refusal::field(field, self.why_not_given()))
    }

    /// Takes back what others have while the adult is unidentified: desks, questions, ownership, tasks; and shares, if
    /// the adult became unidentified only now.
    pub(in crate::domain::case) fn take_back_while_unidentified(&mut self, before: &Case, act: &mut Act<'_>) {
        if !self.has_unidentified_adult() {
            return;
        }
        let let_in = self.let_in(act);
        self.leave_desks(&let_in);
        let asked_elsewhere =
            |answer: &Answer| matches!(answer, Answer::Waiting(desk) if !let_in.contains(desk));
        let put: Vec<Question> =
            self.questions.iter().filter(|(_, answer)| asked_elsewhere(answer)).map(|(q, _)| *q).collect();
        for question in put {
            self.put_to_desk(question, act);
            self.leave_desks(&let_in);
        }
        self.take_back_from_people(before, act);
    }

    /// Takes the case back from people whose roles changed.
    pub(in crate::domain::case) fn take_back_from_people(&mut self, before: &Case, act: &Act<'_>) {
        if !self.has_unidentified_adult() {
            return;
        }
        let may_have = |case: &Self, person| case.excludes(person) || case.may_be_given(person, act);
        if self.owner.is_some_and(|owner| !may_have(self, owner)) {
            self.owner = None;
        }
        let tasks = self.tasks.iter().filter_map(|task| task.person);
        let others: BTreeSet<PersonId> = tasks.filter(|person| !may_have(self, *person)).collect();
        self.give_tasks_to_lead(|person| others.contains(&person));
        let (now, was_unidentified) = (act.now(), before.has_unidentified_adult());
        let seen = self.clone();
        self.end_inspections(now, |inspection| !seen.may_be_inspected_by(inspection.person, act));
        for share in self.shares.iter_mut().filter(|share| share.ended_at.is_none()) {
            let is_named = was_unidentified && share.kind == ShareKind::Reviewer;
            if !is_named && !seen.may_be_shared_with(share.person, ShareKind::Reader, act) {
                share.ended_at = Some(now);
            }
        }
    }

    /// Leaves it with these desks, the lead, and the chair if the lead did not acknowledge it and the chair was told.
    fn leave_desks(&mut self, let_in: &BTreeSet<Desk>) {
        let lead = self.lead();
        let chair_was_told = self.chased.iter().any(|chased| chased.desk == Desk::Chair);
        self.desks.retain(|desk, _| {
            *desk == lead || let_in.contains(desk) || (*desk == Desk::Chair && chair_was_told)
        });
    }
}

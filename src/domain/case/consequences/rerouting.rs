//! What follows when the route is worked out again: who leads now, what goes back to the lead, who is told.

use crate::domain::case::{
    About, AboutAdult, Act, Answer, Asking, Case, DeskKind, DetailCode, Entry, Label, Notice, Phrase,
    Question, Restriction, ShareKind, Urgency, record::act::people_at,
};
use crate::domain::{
    case::{lifecycle::workflow::Status, sight::could_be_meant},
    kernel::{
        clock::{CancelReason, DeadlineKind, Instant},
        ids::PersonId,
    },
    people::{Desk, subject::Subject, ties::Ties},
    school::routing::{self, AdultRule, AdultThere, ExclusionScope, Facts, NobodyReached, Reason, Route},
};
use std::collections::BTreeSet;

impl Case {
    /// The route for the people and answers of now, by the rules in force when it was submitted.
    pub(in crate::domain::case) fn route_now(&self, by: &Asking<'_>) -> Route {
        self.route_with(&by.ties, by)
    }

    /// The route with other ties than those of now, for what follows if ties change.
    pub(in crate::domain::case) fn route_with(&self, ties: &Ties, by: &Asking<'_>) -> Route {
        let subjects: Vec<Subject> = self.current_subjects().cloned().collect();
        let edition = by.editions.at(self.submitted_at);
        let mut not_ruled_out =
            could_be_meant::not_ruled_out(&self.could_be_meant, &subjects, self.could_be_anyone());
        not_ruled_out.people.extend(self.named_at_its_desks(by));
        routing::route(&Facts {
            category: edition.category(self.category),
            adult: self.adult_as_routed(),
            subjects: &subjects,
            personal_data: self.personal_data,
            roster: &by.roster,
            stepped_aside: &self.stepped_aside,
            ties,
            chosen: Some(&self.chosen),
            elsewhere: AdultThere::in_any(self.follows.values()),
            not_ruled_out: &not_ruled_out,
            policy: edition.settings.adult_lead,
        })
    }

    /// Takes the route of now after a change of category or of the answer about personal data.
    ///
    /// The desk that triages keeps the case: reassigning it is a move of its own.
    pub(in crate::domain::case) fn reroute_silently(&mut self, act: &Act<'_>) {
        let (lead, exclusions) = (self.lead(), self.exclusions.clone());
        let route = self.route_now(act);
        self.take_route(&route);
        self.exclusions.extend(exclusions);
        self.start_decisions(&route, act);
        if self.lead() != lead {
            self.stays_with(lead, &route);
            self.sent_to = Some(lead);
        }
        self.keep_the_desks_that_were_chased(act);
        self.keep_the_desks_that_are_asked();
        self.put_back_what_is_with_desks_taken_off();
        self.put_data_clocks_to_their_desk(act);
    }

    /// Runs exclusion and routing again. If another desk leads now, an open case starts again there, as if it had been
    /// reassigned.
    pub(in crate::domain::case) fn reroute(&mut self, act: &mut Act<'_>) -> Vec<Notice> {
        let before = self.clone();
        let route = self.route_now(act);
        self.take_route(&route);
        self.stay_where_it_was_sent(&before, &route, act);
        let moves_on = self.lead() != before.lead() && self.status.is_open();
        if moves_on {
            self.begin_again(act);
        } else {
            self.keep_the_desks_that_were_chased(act);
        }
        self.put_back_what_excluded_people_had(act.now());
        self.ask_again(act);
        self.take_back_while_unidentified(&before, act);
        if self.status.is_open() {
            self.start_decisions(&route, act);
        }
        self.put_back_what_is_with_desks_taken_off();
        self.put_data_clocks_to_their_desk(act);
        if self.status.is_open() { self.tell_those_new_to_it(&before, act) } else { Vec::new() }
    }

    /// Adds to an entry what the route of now changed: which desk leads, and that the case has no owner any more. Like
    /// the reasons of a route, it names no person.
    pub(in crate::domain::case) fn says_where_it_went(&self, before: &Case, entry: Entry) -> Entry {
        let leads = |case: &Case| match case.nobody_reached {
            NobodyReached::No => DetailCode::from(case.lead()),
            NobodyReached::Yes => Phrase::NobodyYet.into(),
        };
        let moved = leads(self) != leads(before);
        let entry = if moved { entry.code(Label::LeadsNow, leads(self)) } else { entry };
        match (before.owner, self.owner) {
            (Some(_), None) => entry.code(Label::GivenBack, Phrase::LeadChoosesOwner),
            (Some(_), Some(_)) | (None, _) => entry,
        }
    }

    /// Makes a desk lead. The one that led before stays copied, except the external contact, who sees only the
    /// cases it leads.
    pub(in crate::domain::case) fn lead_from(&mut self, desk: Desk) {
        let before = self.lead();
        if before == Desk::External {
            self.desks.remove(&before);
        } else {
            self.desks.insert(before, DeskKind::Copied);
        }
        self.desks.insert(desk, DeskKind::Lead);
        self.nobody_reached = NobodyReached::No;
    }

    /// A new lead desk starts from the beginning: no owner yet, to be acknowledged and triaged.
    pub(in crate::domain::case) fn begin_again(&mut self, act: &Act<'_>) {
        let now = act.now();
        self.owner = None;
        self.proposal = None;
        self.status = Status::Submitted;
        self.dues.resume_all(now, &act.calendar);
        self.dues.cancel(DeadlineKind::Acknowledge, CancelReason::Rerouted, now);
        self.dues.cancel(DeadlineKind::Triage, CancelReason::Rerouted, now);
        self.dues.cancel(DeadlineKind::Followup, CancelReason::Rerouted, now);
        let rule = act.editions.at(self.submitted_at).category(self.category).acknowledge;
        self.start(self.lead(), DeadlineKind::Acknowledge, rule, now, act);
    }

    /// A reassigned case stays there, unless that desk is excluded now, or an adult's part in it has come to light
    /// since.
    fn stay_where_it_was_sent(&mut self, before: &Case, route: &Route, act: &Act<'_>) {
        let takes_over = match route.adult_rule {
            AdultRule::Leads | AdultRule::Unmatched | AdultRule::Together => {
                before.about_adult == AboutAdult::No
            }
            AdultRule::RouteStands | AdultRule::NotInForce | AdultRule::Waits => false,
        };
        let may_stay =
            |desk: Desk| !self.acting_at(desk, act).is_empty() && self.keeps_from(desk, act).is_none();
        let stays = |desk: &Desk| !takes_over && may_stay(*desk);
        self.sent_to = self.sent_to.filter(stays);
        if let Some(desk) = self.sent_to.filter(|desk| *desk != self.lead()) {
            self.stays_with(desk, route);
        }
    }

    /// Leaves a case with a desk that would not lead by its category, and says so: the one that would is copied.
    fn stays_with(&mut self, desk: Desk, route: &Route) {
        self.lead_from(desk);
        let other = route.lead.desk;
        let stays = if self.desks.contains_key(&other) {
            Reason::StaysWithCopy { desk, other }
        } else {
            Reason::Stays { desk, other }
        };
        self.reasons.retain(|reason| *reason != route.lead.reason && reason.desk() != Some(desk));
        self.reasons.insert(0, stays);
    }

    /// An excluded person's ownership and tasks go back to the lead, and their shares end.
    pub(in crate::domain::case) fn put_back_what_excluded_people_had(&mut self, now: Instant) {
        let exclusions = self.exclusions.clone();
        let gone = |person: PersonId| exclusions.get(&person).map(|exclusion| exclusion.scope);
        if self.owner.is_some_and(|owner| gone(owner).is_some()) {
            self.owner = None;
        }
        self.give_tasks_to_lead(|person| gone(person).is_some());
        self.end_inspections(now, |inspection| gone(inspection.person).is_some());
        for share in self.shares.iter_mut().filter(|share| share.ended_at.is_none()) {
            let ends = match (gone(share.person), share.kind) {
                (Some(ExclusionScope::All), _)
                | (Some(ExclusionScope::Desks), ShareKind::Reviewer | ShareKind::BrokenGlass) => true,
                (Some(ExclusionScope::Desks), ShareKind::Reader) | (None, _) => false,
            };
            if ends {
                share.ended_at = Some(now);
            }
        }
    }

    /// Gives the open tasks of these people to the desk that leads, and says whether there were any.
    pub(in crate::domain::case) fn give_tasks_to_lead(&mut self, theirs: impl Fn(PersonId) -> bool) -> bool {
        let lead = self.lead();
        let mut handed = BTreeSet::new();
        for task in self.tasks.iter_mut().filter(|task| task.done_at.is_none()) {
            if task.person.is_some_and(&theirs) {
                task.person = None;
                task.desk = Some(lead);
                handed.insert(task.id);
            }
        }
        self.dues.hand_to(lead, |due| matches!(due.about, About::Task(id) if handed.contains(&id)));
        !handed.is_empty()
    }

    /// Tasks and deadlines of a desk that has the case no more go to the desk that leads.
    fn put_back_what_is_with_desks_taken_off(&mut self) {
        let (lead, desks) = (self.lead(), self.desks.clone());
        let is_off = |desk: Desk| matches!(desks.get(&desk), None | Some(DeskKind::Oversight));
        for task in self.tasks.iter_mut().filter(|task| task.done_at.is_none()) {
            if task.desk.is_some_and(is_off) {
                task.desk = Some(lead);
            }
        }
        self.dues.hand_to(lead, |due| !desks.contains_key(&due.desk));
    }

    /// The desks with a question still to answer.
    pub(in crate::domain::case) fn asked_desks(&self) -> BTreeSet<Desk> {
        let waiting = self.questions.values().filter_map(|answer| match answer {
            Answer::Waiting(desk) => Some(*desk),
            Answer::Given { .. } => None,
        });
        waiting.collect()
    }

    /// A desk that was told because the lead had not acknowledged keeps its copy while that lead stays.
    fn keep_the_desks_that_were_chased(&mut self, act: &Act<'_>) {
        for chased in self.chased.clone() {
            if !self.acting_at(chased.desk, act).is_empty() {
                self.copy_to(chased.desk);
            }
        }
    }

    pub(in crate::domain::case) fn copy_to(&mut self, desk: Desk) {
        let kind = self.desks.entry(desk).or_insert(DeskKind::Copied);
        if *kind == DeskKind::Oversight {
            *kind = DeskKind::Copied;
        }
    }

    /// A desk with a question to answer can see the case, even if the route does not name it.
    pub(in crate::domain::case) fn keep_the_desks_that_are_asked(&mut self) {
        for desk in self.asked_desks() {
            self.copy_to(desk);
        }
    }

    /// Puts questions to another desk if the one asked cannot answer now, and asks what the people in the case call
    /// for since triage.
    fn ask_again(&mut self, act: &mut Act<'_>) {
        if !self.status.is_open() {
            return;
        }
        let asked: Vec<Question> = self.questions.keys().copied().collect();
        for question in asked {
            let Some(Answer::Waiting(desk)) = self.questions.get(&question) else { continue };
            if self.acting_at(*desk, act).is_empty() {
                self.put_to_desk(question, act);
            }
        }
        self.keep_the_desks_that_are_asked();
        let is_triaged = !matches!(self.status, Status::Submitted | Status::Acknowledged);
        if is_triaged {
            self.ask_what_was_not_asked(act);
        }
    }

    /// Puts every question that the case calls for and that was never put to the desk that answers it.
    pub(in crate::domain::case) fn ask_what_was_not_asked(&mut self, act: &mut Act<'_>) {
        for question in self.questions_for(self.category, &BTreeSet::new()) {
            if !self.questions.contains_key(&question) {
                self.put_to_desk(question, act);
            }
        }
    }

    /// The desk that answers a question if the one acting may not: the DSL, or the head if it is about an adult; then
    /// the next who can act. The external contact is asked only if it leads. About personal data it is the desk the
    /// clocks of the ICO run for.
    pub(in crate::domain::case) fn desk_to_ask(&self, question: Question, act: &Asking<'_>) -> Desk {
        if question == Question::PersonalData {
            return self.information_desk(act);
        }
        let asked: &[Desk] = match (question.is_for_dsl_or_head(), self.about_adult) {
            (false, _) => &[],
            (true, AboutAdult::Yes) => &[Desk::Head, Desk::Chair],
            (true, AboutAdult::No) => &[Desk::Dsl, Desk::Head, Desk::Chair],
        };
        let can_act = |desk: &&Desk| !self.acting_at(**desk, act).is_empty();
        asked.iter().find(can_act).copied().unwrap_or_else(|| self.lead())
    }

    /// Whether the person is told of the case already: at its lead or a copied desk, or as owner.
    fn is_told(&self, person: PersonId, act: &Act<'_>) -> bool {
        let at_desk = |(desk, kind): (&Desk, &DeskKind)| {
            *kind != DeskKind::Oversight && act.roster.everyone_at(*desk).contains(&person)
        };
        self.owner == Some(person) || self.desks.iter().any(at_desk)
    }

    /// Who is told after the route was worked out again: those who had no part in it before, and a new lead desk.
    pub(in crate::domain::case) fn tell_those_new_to_it(&self, before: &Case, act: &Act<'_>) -> Vec<Notice> {
        let urgency = self.urgency();
        let mut people = BTreeSet::new();
        for (desk, _) in self.desks.iter().filter(|(_, kind)| **kind != DeskKind::Oversight) {
            let led_before = before.lead() == *desk && before.nobody_reached == NobodyReached::No;
            let leads_now = *desk == self.lead() && !led_before;
            let theirs = match urgency {
                Urgency::Critical => self.at_every_hour(*desk, &act.roster).into_iter().collect(),
                Urgency::Ordinary => people_at(&act.roster, *desk),
            };
            people.extend(theirs.into_iter().filter(|p| leads_now || !before.is_told(*p, act)));
        }
        let told = people.into_iter().filter(|person| self.sight_of(*person, act).is_some());
        told.map(|person| Notice { person, urgency }).collect()
    }

    /// Whether anybody could open the case under this restriction.
    pub(in crate::domain::case) fn somebody_could_open(&self, under: Restriction, act: &Act<'_>) -> bool {
        let case = Case { restriction: under, ..self.clone() };
        let at_lead = act.roster.everyone_at(case.lead());
        at_lead.into_iter().chain(case.owner).any(|person| case.sight_of(person, act).is_some())
    }
}

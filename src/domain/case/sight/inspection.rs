//! Selecting a case for an inspector: who may, until when, and when it ends (Who may read a case). It lets the
//! inspector read only, with names as initials, and only while their role lasts.

use crate::domain::case::{
    Act, Case, CaseEvent, Detail, Entry, Label, Notice, Restriction, Urgency,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::{Move, Who},
    concern::PersonTold,
    kernel::{
        clock::Instant,
        ids::{PersonId, TextId},
        text::Summary,
    },
    people::{
        Office,
        duty::{DutyKind, HeldDuty},
        subject,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A case selected for an inspector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// The inspector.
    pub person: PersonId,
    /// By whom.
    pub by: PersonId,
    /// Since when.
    pub since: Instant,
    /// Until when: never longer than the inspector's role.
    pub until: Instant,
    /// When it was ended, if before that.
    pub ended_at: Option<Instant>,
}

impl Inspection {
    /// Whether it gives sight at this instant.
    pub fn is_live(&self, now: Instant) -> bool {
        self.ended_at.is_none() && self.until > now
    }
}

impl Case {
    /// The selections for an inspector at this instant.
    pub fn live_inspections(&self, now: Instant) -> impl Iterator<Item = &Inspection> {
        self.inspections.iter().filter(move |inspection| inspection.is_live(now))
    }

    /// The words of the case that are the name of a person in no register.
    pub fn names_in_words(&self) -> BTreeSet<TextId> {
        // As they were reported too: words stay a name after they were matched to a person.
        let reported = self.concerns.iter().flat_map(|concern| &concern.subjects);
        let matched = self.subjects.iter().filter_map(|subject| subject.reported);
        let subjects = self.subjects.iter().map(|subject| &subject.subject).chain(reported);
        let subjects = subjects.filter_map(|subject| match subject.who {
            subject::SubjectIdentity::Words(words) => Some(words),
            subject::SubjectIdentity::Person(_) => None,
        });
        let told =
            self.concerns.iter().flat_map(|concern| concern.told.iter().chain(concern.in_person.people()));
        let told = told.filter_map(|told| match told {
            PersonTold::InWords(words) => Some(*words),
            PersonTold::Known(_) => None,
        });
        let told_by =
            self.concerns.iter().filter_map(|concern| concern.on_behalf.as_ref().map(|told| told.name));
        let referred = self.referrals.iter().flat_map(|referral| {
            let names = referral.body.fields().iter().filter(|field| field.is_a_name());
            names.filter_map(move |field| referral.fields.get(field.name).copied())
        });
        subjects.chain(matched).chain(told).chain(told_by).chain(referred).collect()
    }

    /// Until when it is selected for a person; nothing if it is not.
    pub fn inspected_until(&self, person: PersonId, now: Instant) -> Option<Instant> {
        self.live_inspections(now).filter(|inspection| inspection.person == person).map(|i| i.until).max()
    }

    /// Selects the case for an inspector: until a day, or as long as their role lasts.
    pub fn select_for(
        &self,
        inspector: &HeldDuty,
        until: Option<Instant>,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Select, act)?;
        let Some(last) = last_of(inspector, act.now()) else {
            return Err(Refusal::field("person", Problem::NotAnInspector));
        };
        if self.restriction == Restriction::Sealed && !self.is(Who::HeadOnly, act) {
            return Err(Refusal::Refused(Problem::Sealed { who: Who::HeadOnly }));
        }
        if self.excludes(inspector.person) {
            return Err(Refusal::field("person", Problem::NotToSelectFor));
        }
        self.check_not_named(inspector.person, "person")?;
        if !self.may_be_inspected_by(inspector.person, act) {
            return Err(Refusal::field("person", self.why_not_given()));
        }
        if self.inspected_until(inspector.person, act.now()).is_some() {
            return Err(Refusal::field("person", Problem::SelectedAlready));
        }
        let until = until.unwrap_or(last);
        if until <= act.now() {
            return Err(Refusal::field("until", Problem::DayIsOver));
        }
        if until > last {
            return Err(Refusal::field("until", Problem::AfterInspection { end: last }));
        }
        let mut case = self.clone();
        let (by, since) = (act.person(), act.now());
        let reason = act.write(reason.as_str());
        case.inspections.push(Inspection { person: inspector.person, by, since, until, ended_at: None });
        let entry = Entry::new(Move::Select)
            .with(Label::For, Detail::Person(inspector.person))
            .with(Label::Until, Detail::When(until))
            .with(Label::Because, Detail::Words(reason));
        let notice = Notice { person: inspector.person, urgency: Urgency::Ordinary };
        Ok(CaseEvent::of(case, entry, act).telling([notice], by))
    }

    /// Takes the case back from an inspector.
    pub fn deselect(&self, person: PersonId, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Deselect, act)?;
        let mut case = self.clone();
        if !case.end_inspections(act.now(), |inspection| inspection.person == person) {
            return Err(Refusal::field("person", Problem::NotSelected));
        }
        let entry = Entry::new(Move::Deselect).with(Label::For, Detail::Person(person));
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Ends what was selected for an inspector before their role begins or ends. It has no actor.
    pub fn inspection_is_over(&self, person: PersonId, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        if !case.end_inspections(act.now(), |inspection| inspection.person == person) {
            return None;
        }
        let entry = Entry::new(Move::Deselect).with(Label::For, Detail::Person(person));
        Some(CaseEvent::of(case, entry, act).by_nobody())
    }

    /// Ends the selections that still last, and says whether there were any.
    pub(in crate::domain::case) fn end_inspections(
        &mut self,
        now: Instant,
        of: impl Fn(&Inspection) -> bool,
    ) -> bool {
        let mut any = false;
        for inspection in
            self.inspections.iter_mut().filter(|inspection| inspection.is_live(now) && of(inspection))
        {
            inspection.ended_at = Some(now);
            any = true;
        }
        any
    }
}

/// The end of an inspector's role, of today or to come.
fn last_of(held: &HeldDuty, now: Instant) -> Option<Instant> {
    held.to.filter(|to| held.what == DutyKind::Office(Office::Inspector) && *to > now)
}

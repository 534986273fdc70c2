//! The second person: who agrees before a serious case ends, and who its owner names if no one can.

use crate::domain::case::{
    AboutAdult, Asking, Case, DeskKind, Restriction, Share, ShareKind, Sight, record::act::people_at,
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{
        Desk,
        subject::{Subject, SubjectKind, SubjectRole},
    },
    school::{
        categories::Severity,
        routing::{AdultAnswer, CouldBeAnyone},
    },
};
use std::collections::BTreeSet;

/// Who agrees before a case ends (Workflow, "Second person to close").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondPerson {
    /// No second person is needed: its owner ends it.
    NotAsked,
    /// These people can open the whole case, and one of them has to agree.
    OneOf(BTreeSet<PersonId>),
    /// No reader may agree: its owner shares it with this person for that.
    ToName(PersonId),
    /// No one at the school may, until another person is given a role.
    Nobody,
}

impl Case {
    /// Who has to agree before it ends, as things are now.
    pub fn second_person(&self, by: &Asking<'_>) -> SecondPerson {
        if !self.needs_second_person(by) {
            return SecondPerson::NotAsked;
        }
        let able = self.second_people(by);
        if able.is_empty() {
            self.first_to_name(by).map_or(SecondPerson::Nobody, SecondPerson::ToName)
        } else {
            SecondPerson::OneOf(able)
        }
    }

    /// Every person who can open the whole case and never handled it.
    fn second_people(&self, by: &Asking<'_>) -> BTreeSet<PersonId> {
        let seated = by.roster.sittings().iter().map(|sitting| sitting.person);
        let shared = self.shares.iter().map(|share| share.person);
        let qualifies = |person: &PersonId| {
            self.never_handled_by(*person)
                && self.sight_of(*person, by) == Some(Sight::Full)
                && !self.was_named_in_vain(*person)
        };
        seated.chain(shared).filter(qualifies).collect()
    }

    /// The first of deputy, head, chair and external contact who may agree, though they cannot open the case yet.
    fn first_to_name(&self, by: &Asking<'_>) -> Option<PersonId> {
        // Of a case that could be about anyone who has it, no deputy of theirs is named: they work for them.
        let deputies = match self.could_be_anyone() {
            CouldBeAnyone::Yes => BTreeSet::new(),
            CouldBeAnyone::No => by.roster.deputies(self.lead()),
        };
        let deputies = deputies.into_iter();
        let rest = [Desk::Head, Desk::Chair, Desk::External];
        let rest = rest.into_iter().flat_map(|desk| by.roster.holders(desk));
        deputies.chain(rest).find(|person| self.never_handled_by(*person) && !self.was_named_in_vain(*person))
    }

    /// Whether a case that another one opened was shared with the person to agree, and that share was ended: the next
    /// one is named, as the person may be one who gets nothing.
    fn was_named_in_vain(&self, person: PersonId) -> bool {
        let ended = |share: &Share| {
            share.person == person && share.kind == ShareKind::Reviewer && share.ended_at.is_some()
        };
        self.follows_another() && self.shares.iter().any(ended)
    }

    /// Whether the person is not excluded and never owned it, triaged it or submitted it for sign-off.
    pub(in crate::domain::case) fn never_handled_by(&self, person: PersonId) -> bool {
        !self.excludes(person) && !self.handled_by.contains(&person)
    }

    /// Who is told that an outcome was submitted for sign-off: those named for it, or the holders of the desks that
    /// have the case, or all others who may agree.
    pub(in crate::domain::case) fn second_people_to_tell(&self, by: &Asking<'_>) -> BTreeSet<PersonId> {
        let SecondPerson::OneOf(all) = self.second_person(by) else { return BTreeSet::new() };
        let is_named = |person: &PersonId| {
            self.live_shares(by.now())
                .any(|share| share.person == *person && share.kind == ShareKind::Reviewer)
        };
        let named: BTreeSet<PersonId> = all.iter().copied().filter(is_named).collect();
        let told = self.desks.iter().filter(|(_, kind)| **kind != DeskKind::Oversight);
        let at_desks: BTreeSet<PersonId> = told.flat_map(|(desk, _)| people_at(&by.roster, *desk)).collect();
        let at_desks: BTreeSet<PersonId> = all.intersection(&at_desks).copied().collect();
        [named, at_desks, all].into_iter().find(|people| !people.is_empty()).unwrap_or_default()
    }

    /// Whether closing takes a second person: by the rule of every school, or by what this school had added on the day
    /// the case came in, or has added since. An addition counts at once, and removing one frees no case that had it.
    pub fn needs_second_person(&self, by: &Asking<'_>) -> bool {
        let is_alleged_adult = |subject: &Subject| {
            let is_adult = matches!(subject.kind, SubjectKind::AdultHere | SubjectKind::ParentOrCarer);
            is_adult && subject.role == SubjectRole::Alleged
        };
        // The report was about an adult: that it turned out to be no staff matter takes two to agree.
        let somebody_said_so = self.adult != AdultAnswer::No;
        let adult_alleged = somebody_said_so
            || self.about_adult == AboutAdult::Yes
            || self.current_subjects().any(is_alleged_adult);
        // The highest severity counts: a case that was raised needs it, and one that was lowered keeps needing it.
        let triaged_as = self.triage.as_ref().map_or(self.severity, |triage| triage.severity);
        let severity = triaged_as.max(self.severity);
        let critical = severity == Severity::Critical;
        let referred = self.referrals.iter().any(|referral| referral.body.asks_second_person());
        let asks = |at| {
            let added = by.editions.settings_at(at).second_person;
            added.asks(self.category, severity) || added.asks(self.category, triaged_as)
        };
        let added = asks(self.submitted_at) || asks(by.now());
        adult_alleged || critical || referred || added || self.restriction != Restriction::Open
    }
}

//! Routing over every category, subject, answer and state of a desk, and by name the cases that went wrong elsewhere.

use super::*;
use crate::domain::{
    kernel::{
        codes::reworded,
        ids::{SubjectId, TextId},
    },
    people::{Seat, Sitting, subject::SubjectIdentity, ties::Pair},
    school::categories::{Group, all, find},
};
use uuid::Uuid;

mod every;
mod named;

pub(super) const STRANGER: PersonId = PersonId(Uuid::from_u128(900));

pub(super) fn at(desk: Desk) -> u128 {
    Desk::ALL.iter().position(|d| *d == desk).unwrap() as u128 * 10
}
pub(super) fn holder(desk: Desk) -> PersonId {
    PersonId(Uuid::from_u128(at(desk) + 1))
}
pub(super) fn deputy(desk: Desk) -> PersonId {
    PersonId(Uuid::from_u128(at(desk) + 2))
}
pub(super) fn second(desk: Desk) -> PersonId {
    PersonId(Uuid::from_u128(at(desk) + 3))
}
pub(super) fn sits(desk: Desk, seat: Seat, person: PersonId) -> Sitting {
    Sitting { desk, seat, person }
}

/// A holder and a deputy at every desk.
pub(super) fn full() -> Vec<Sitting> {
    let seats = |desk| [sits(desk, Seat::Holder, holder(desk)), sits(desk, Seat::Deputy, deputy(desk))];
    Desk::ALL.iter().flat_map(|desk| seats(*desk)).collect()
}

pub(super) fn subject(who: SubjectIdentity, kind: SubjectKind, role: SubjectRole) -> Subject {
    Subject { id: SubjectId(Uuid::nil()), who, kind, role }
}
pub(super) fn adult(person: PersonId, role: SubjectRole) -> Subject {
    subject(SubjectIdentity::Person(person), SubjectKind::AdultHere, role)
}
pub(super) fn words(role: SubjectRole) -> Subject {
    subject(SubjectIdentity::Words(TextId(Uuid::nil())), SubjectKind::AdultHere, role)
}
pub(super) fn pupil() -> Subject {
    subject(SubjectIdentity::Person(STRANGER), SubjectKind::Pupil, SubjectRole::Affected)
}

/// A question to the routing function, changed if a test differs from the usual.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) category: &'static Category,
    pub(super) adult: AdultAnswer,
    pub(super) subjects: Vec<Subject>,
    pub(super) personal_data: PersonalData,
    pub(super) roster: Roster,
    pub(super) aside: BTreeSet<PersonId>,
    pub(super) meant: CouldBeMeant,
    pub(super) close: Vec<(PersonId, PersonId)>,
    pub(super) ties: Ties,
    pub(super) policy: AdultLead,
}

impl Ask {
    pub(super) fn of(code: &str) -> Self {
        Self {
            category: find(code).unwrap(),
            adult: AdultAnswer::No,
            subjects: Vec::new(),
            personal_data: PersonalData::NotInvolved,
            roster: Roster::new(full()),
            aside: BTreeSet::new(),
            meant: CouldBeMeant::default(),
            close: Vec::new(),
            ties: Ties::default(),
            policy: AdultLead::Head,
        }
    }
    pub(super) fn about(mut self, subject: Subject) -> Self {
        self.subjects.push(subject);
        self
    }
    pub(super) fn answer(mut self, which: WhichAdult) -> Self {
        self.adult = AdultAnswer::Yes(which);
        self
    }
    pub(super) fn aside(mut self, person: PersonId) -> Self {
        self.aside.insert(person);
        self
    }
    pub(super) fn meant(mut self, person: PersonId) -> Self {
        self.meant.people.insert(person);
        self
    }
    pub(super) fn named(mut self, person: PersonId) -> Self {
        self.meant.named.insert(person);
        self
    }
    pub(super) fn could_be_anyone(mut self) -> Self {
        self.meant.anyone = CouldBeAnyone::Yes;
        self
    }
    pub(super) fn vacant(mut self, desk: Desk) -> Self {
        self.roster = Roster::new(self.roster.sittings().iter().copied().filter(|s| s.desk != desk));
        self
    }
    pub(super) fn roster(mut self, sittings: Vec<Sitting>) -> Self {
        self.roster = Roster::new(sittings);
        self
    }
    pub(super) fn with_ties(mut self, close: Vec<(PersonId, PersonId)>) -> Self {
        self.ties = close.iter().filter_map(|(one, other)| Pair::of(*one, *other)).collect();
        self.close = close;
        self
    }
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            category: self.category,
            adult: self.adult,
            subjects: &self.subjects,
            personal_data: self.personal_data,
            roster: &self.roster,
            stepped_aside: &self.aside,
            ties: &self.ties,
            chosen: None,
            elsewhere: AdultThere::NoneOrMatched,
            not_ruled_out: &self.meant,
            policy: self.policy,
        }
    }
    pub(super) fn route(&self) -> Route {
        route(&self.facts())
    }
}

pub(super) fn desks(reached: &[ReachedDesk]) -> Vec<Desk> {
    reached.iter().map(|r| r.desk).collect()
}

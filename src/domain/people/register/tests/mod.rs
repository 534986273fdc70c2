//! A small register and rows to put against it; every name invented.

mod choosing;
mod leaving;
mod laws;
mod matching;
mod offering;
mod names;
mod reading;
mod typing;

use super::{
    context::Context,
    field::Field,
    incoming::{Extent, Group, Incoming},
    known::{HasDuties, Known, Presence, Record},
    name::Name,
    plan::{Plan, Register, Rulings, plan},
    rejected::{At, Others, Place, Rejection, Why},
    source::Source,
    values::BornOn,
    written::{Read, WrittenRow},
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{PersonKind, ShownName},
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const OSEI: &str = "B801200005001";
pub(super) const REID: &str = "P207000016049";
pub(super) const TEMPORARY: &str = "M80120000500A";

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

pub(super) fn id(number: u128) -> PersonId {
    PersonId(uuid::Uuid::from_u128(number))
}

pub(super) fn place(line: u64) -> Place {
    Place { file: "pupils.csv".into(), at: At::Line(line) }
}

/// A row of a pupil: surname and forename.
pub(super) fn pupil(line: u64, family: &str, given: &str) -> WrittenRow {
    WrittenRow::new(place(line), Group::Pupils).with(Field::FamilyName, family).with(Field::GivenName, given)
}

/// A row of a member of staff.
pub(super) fn staff(line: u64, family: &str, given: &str) -> WrittenRow {
    WrittenRow::new(place(line), Group::Adults).with(Field::FamilyName, family).with(Field::GivenName, given)
}

/// A list of everybody.
pub(super) fn list(rows: &[WrittenRow]) -> Incoming {
    let mut incoming = Incoming::new(Source::Arbor, Extent::Whole);
    for row in rows {
        incoming.take(row, today());
    }
    incoming
}

/// A pupil of the register who came with an earlier list from Arbor.
pub(super) fn known(number: u128, family: &str, given: &str) -> Known {
    Known {
        id: id(number),
        kind: PersonKind::Pupil,
        record: Record {
            given: Some(Name::parse(given).unwrap()),
            family: Some(Name::parse(family).unwrap()),
            ..Record::named(format!("{given} {family}"))
        },
        from: BTreeMap::from([(Source::Arbor, None)]),
        presence: Presence::Here,
        duties: HasDuties::None,
        context: Context::default(),
    }
}

impl Known {
    pub(super) fn adult(mut self) -> Self {
        self.kind = PersonKind::Staff;
        self
    }
    pub(super) fn upn(mut self, upn: &str) -> Self {
        self.record.upn = Some(upn.parse().unwrap());
        self
    }
    pub(super) fn born(mut self, year: i32, month: u32, day: u32) -> Self {
        self.record.born = Some(BornOn::known(NaiveDate::from_ymd_opt(year, month, day).unwrap()));
        self
    }
    pub(super) fn email(mut self, email: &str) -> Self {
        self.record.email = Some(email.parse().unwrap());
        self
    }
    pub(super) fn called(mut self, own_id: &str) -> Self {
        self.from.insert(Source::Arbor, Some(own_id.parse().unwrap()));
        self
    }
    pub(super) fn typed_in(mut self) -> Self {
        self.from.clear();
        self
    }
    pub(super) fn left(mut self) -> Self {
        self.presence = Presence::Left;
        self
    }
}

pub(super) fn planned(people: &[Known], incoming: Incoming) -> Plan {
    ruled(people, incoming, &Rulings::new())
}

pub(super) fn ruled(people: &[Known], incoming: Incoming, rulings: &Rulings) -> Plan {
    plan(Register { people, ties: &BTreeSet::new(), former: &BTreeMap::new() }, incoming, rulings)
}

/// How many are new, changed, back, leaving, unchanged and rejected.
pub(super) fn counts(plan: &Plan) -> [usize; 6] {
    let Plan { new, changed, back, leavers, unchanged, rejected, .. } = plan;
    [new.len(), changed.len(), back.len(), leavers.len(), unchanged.len(), rejected.len()]
}

/// What is wrong with one row.
pub(super) fn faults(row: &WrittenRow) -> Vec<Rejection> {
    match row.read(today()) {
        Read::Rejected(faults, _) => faults,
        Read::Here(..) | Read::Gone(_) => Vec::new(),
    }
}

/// Which rows were rejected, in which field, and why.
pub(super) fn reasons(plan: &Plan) -> Vec<(Place, Option<Field>, Why)> {
    let reason = |rejected: &Rejection| (rejected.place.clone(), rejected.field, rejected.why.clone());
    plan.rejected.iter().map(reason).collect()
}

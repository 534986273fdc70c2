//! The people register as an import sees it: all of it is read, and an agreed plan is written whole.
//!
//! [`keep`] takes an [`AgreedPlan`], which only the domain makes: no row of a list comes in any other way.
//! No person is ever removed: those who leave keep their history.

use super::{
    addresses, former_names, name_keys,
    row::{Row, or_nothing},
    staff,
};
use crate::domain::{
    audit::{SchoolAct, SchoolFact},
    kernel::{
        clock::Instant,
        ids::{PersonId, Random, SchoolId},
    },
    people::{
        PersonKind,
        register::{
            context::{Context, Flag, Send},
            incoming::ExternalId,
            known::{HasDuties, Known, Presence, Record},
            plan::{AgreedPlan, ChangedPerson, NewTie, Plan, Register, Target},
            source::Source,
            values::BornOn,
        },
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::{QueryExt, insert_rows},
        mapping::At,
        schema::{duties, people, person_context, person_sources, person_ties, registers},
    },
    entry::viewer::Viewer,
    record::audit,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Rows written in one statement.
const PIECE: usize = 200;

/// A school's register, those who have left among its people.
#[derive(Debug, Clone, Default)]
pub struct StoredRegister {
    /// The people.
    pub people: Vec<Known>,
    /// The declared relationships.
    pub ties: BTreeSet<(PersonId, PersonId)>,
    /// The names that people no longer go by.
    pub former: BTreeMap<PersonId, Vec<String>>,
}

impl StoredRegister {
    /// The register as the plan takes it.
    pub fn as_register(&self) -> Register<'_> {
        Register { people: &self.people, ties: &self.ties, former: &self.former }
    }
}

/// Adds a school's empty register.
pub(in crate::store) fn begin(tx: &mut Tx<'_>, school: SchoolId) -> Result<()> {
    diesel::insert_into(registers::table)
        .values((registers::school_id.eq(school), registers::keyed_as.eq(name_keys::KEYED_AS)))
        .execute(tx.conn())?;
    Ok(())
}

/// What one import leaves for the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastImport {
    /// Which school of a bundle of several is this one.
    pub org: Option<String>,
    /// When the last import was kept.
    pub imported_at: Option<Instant>,
}

/// What a school's last import left for the next.
pub fn last_import(tx: &mut Tx<'_>, school: SchoolId) -> Result<LastImport> {
    let (org, imported_at) =
        registers::table.find(school).select((registers::org, registers::imported_at)).first(tx.conn())?;
    Ok(LastImport { org, imported_at })
}

/// Locks a school's register until the transaction ends: two imports at once take turns, so that no person is
/// added twice.
pub fn in_turn(tx: &mut Tx<'_>, school: SchoolId) -> Result<()> {
    let _held: SchoolId =
        registers::table.find(school).select(registers::school_id).locked().get_result(tx.conn())?;
    Ok(())
}

/// Everything an import is compared with.
pub fn load(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<StoredRegister> {
    let rows: Vec<Row> = people::table
        .filter(people::school_id.eq(school))
        .order(people::id.asc())
        .select(Row::as_select())
        .load(tx.conn())?;
    let (mut from, mut context) = (sources(tx, school)?, contexts(tx, school)?);
    let with_duties: Vec<PersonId> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .select(duties::person_id)
        .load(tx.conn())?;
    let with_duties: BTreeSet<PersonId> = with_duties.into_iter().collect();
    let ties: Vec<(PersonId, PersonId)> = person_ties::table
        .filter(person_ties::school_id.eq(school))
        .select((person_ties::person_id, person_ties::other_id))
        .load(tx.conn())?;
    let known = |row: Row| {
        Ok(Known {
            id: row.id,
            kind: row.kind,
            record: row.record()?,
            from: from.remove(&row.id).unwrap_or_default(),
            presence: if row.left_at.is_none() { Presence::Here } else { Presence::Left },
            duties: if with_duties.contains(&row.id) { HasDuties::Some } else { HasDuties::None },
            context: context.remove(&row.id).unwrap_or_default(),
        })
    };
    Ok(StoredRegister {
        people: rows.into_iter().map(known).collect::<Result<_>>()?,
        ties: ties.into_iter().collect(),
        former: former_names::all(tx, school)?,
    })
}

type From = BTreeMap<Source, Option<ExternalId>>;

fn sources(tx: &mut Tx<'_>, school: SchoolId) -> Result<BTreeMap<PersonId, From>> {
    let rows: Vec<(PersonId, Source, Option<String>)> = person_sources::table
        .filter(person_sources::school_id.eq(school))
        .select((person_sources::person_id, person_sources::source, person_sources::external_id))
        .load(tx.conn())?;
    let mut all: BTreeMap<PersonId, From> = BTreeMap::new();
    for (person, source, id) in rows {
        all.entry(person).or_default().insert(source, or_nothing(&id));
    }
    Ok(all)
}

type ContextRow = (Option<Send>, Option<Flag>, Option<Flag>, Option<Flag>, Option<Flag>);

const CONTEXT: (
    person_context::send,
    person_context::looked_after,
    person_context::child_in_need,
    person_context::protection_plan,
    person_context::social_worker,
) = (
    person_context::send,
    person_context::looked_after,
    person_context::child_in_need,
    person_context::protection_plan,
    person_context::social_worker,
);

fn context((send, looked_after, child_in_need, protection_plan, social_worker): ContextRow) -> Context {
    Context { send, looked_after, child_in_need, protection_plan, social_worker }
}

fn contexts(tx: &mut Tx<'_>, school: SchoolId) -> Result<BTreeMap<PersonId, Context>> {
    let rows: Vec<(PersonId, ContextRow)> = person_context::table
        .filter(person_context::school_id.eq(school))
        .select((person_context::person_id, CONTEXT))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(person, row)| (person, context(row))).collect())
}

/// Records pupils' situations, in place of what was known.
pub fn set_context(
    tx: &mut Tx<'_>,
    school: SchoolId,
    all: &[(PersonId, Context)],
    now: Instant,
) -> Result<()> {
    for some in all.chunks(PIECE) {
        let ids: Vec<PersonId> = some.iter().map(|(id, _)| *id).collect();
        diesel::delete(
            person_context::table
                .filter(person_context::school_id.eq(school))
                .filter(person_context::person_id.eq_any(ids)),
        )
        .execute(tx.conn())?;
        let row = |(person, context): &(PersonId, Context)| {
            (
                person_context::school_id.eq(school),
                person_context::person_id.eq(*person),
                person_context::send.eq(context.send),
                person_context::looked_after.eq(context.looked_after),
                person_context::child_in_need.eq(context.child_in_need),
                person_context::protection_plan.eq(context.protection_plan),
                person_context::social_worker.eq(context.social_worker),
                person_context::changed_at.eq(At(now)),
            )
        };
        let rows: Vec<_> = some.iter().map(row).collect();
        insert_rows!(tx.conn(), person_context::table, &rows)?;
    }
    Ok(())
}

/// An import that is being written: where, by whom, and of what.
pub struct Import<'a> {
    /// The school.
    pub school: SchoolId,
    /// Who; none for a command on the machine itself.
    pub by: Option<&'a Viewer>,
    /// When.
    pub now: Instant,
    /// The SHA-256 of everything that was sent.
    pub sha256: &'a str,
    /// Which school of a bundle it was, if one was chosen.
    pub org: Option<&'a str>,
}

/// Writes an agreed plan, all of it, with its one entry in the audit log: numbers, where the list came from
/// and its digest, no name. `said` is told after each piece how many people are written.
pub fn keep(
    tx: &mut Tx<'_>,
    import: &Import<'_>,
    agreed: &AgreedPlan,
    random: &mut dyn Random,
    said: &mut dyn FnMut(usize),
) -> Result<()> {
    let plan = agreed.plan();
    let (school, now) = (import.school, import.now);
    let ids: Vec<PersonId> = plan.new.iter().map(|_| PersonId::draw(now, random)).collect();
    let mut written = 0;
    let mut piece_done = |people: usize| {
        written += people;
        said(written);
    };
    for (new, ids) in plan.new.chunks(PIECE).zip(ids.chunks(PIECE)) {
        let rows: Vec<NewRow<'_>> = new
            .iter()
            .zip(ids)
            .map(|(new, id)| NewRow::of(school, *id, new.kind, &new.record, now))
            .collect();
        insert_rows!(tx.conn(), people::table, &rows)?;
        let keyed: Vec<_> = ids.iter().copied().zip(new.iter().map(|new| &new.record)).collect();
        name_keys::add(tx, school, &keyed)?;
        piece_done(new.len());
    }
    let changed: Vec<&ChangedPerson> = plan.changed.iter().chain(&plan.back).collect();
    for some in changed.chunks(PIECE) {
        for changed in some {
            addresses::before_list(tx, school, changed, now)?;
            change(tx, school, changed)?;
        }
        let names: Vec<_> =
            some.iter().map(|changed| (changed.person, &changed.before, &changed.record)).collect();
        former_names::keep(tx, school, &names, now)?;
        let keyed: Vec<_> = some.iter().map(|changed| (changed.person, &changed.record)).collect();
        name_keys::replace(tx, school, &keyed)?;
        piece_done(some.len());
    }
    let leaving: Vec<PersonId> = plan.leavers.iter().map(|leaver| leaver.person).collect();
    for person in &leaving {
        staff::leave(tx, school, *person, now)?;
    }
    let new_ones = ids.iter().zip(&plan.new).map(|(id, new)| (*id, new.id.clone()));
    let on_the_list: Vec<_> = new_ones.chain(plan.seen.iter().cloned()).collect();
    see(tx, import, plan.source, &on_the_list)?;
    let told =
        |(id, context): (&PersonId, Context)| (context != Context::default()).then_some((*id, context));
    let of_new = ids.iter().zip(plan.new.iter().map(|new| new.context)).filter_map(told);
    set_context(tx, school, &of_new.chain(plan.context.iter().copied()).collect::<Vec<_>>(), now)?;
    keep_ties(tx, import, plan, &ids)?;
    diesel::update(registers::table.find(school))
        .set(registers::imported_at.eq(Some(At(now))))
        .execute(tx.conn())?;
    if let Some(org) = import.org {
        diesel::update(registers::table.find(school)).set(registers::org.eq(Some(org))).execute(tx.conn())?;
    }
    let actor = import.by.map(Viewer::person);
    audit::write_act_in(tx, (school, actor), import.by, now, SchoolAct::ImportedPeople, &facts(import, plan))
}

fn facts(import: &Import<'_>, plan: &Plan) -> [SchoolFact; 3] {
    [
        SchoolFact::Source(plan.source),
        SchoolFact::Sha256(import.sha256.to_owned()),
        SchoolFact::Imported {
            added: plan.new.len(),
            changed: plan.changed.len(),
            back: plan.back.len(),
            left: plan.leavers.len(),
            unchanged: plan.unchanged.len(),
            ties: plan.ties.len(),
        },
    ]
}

#[derive(Insertable)]
#[diesel(table_name = people)]
struct NewRow<'a> {
    school_id: SchoolId,
    id: PersonId,
    kind: PersonKind,
    name: &'a str,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    preferred_given: Option<&'a str>,
    preferred_family: Option<&'a str>,
    upn: Option<&'a str>,
    born_on: Option<NaiveDate>,
    year_group: Option<&'a str>,
    tutor_group: Option<&'a str>,
    post: Option<&'a str>,
    email: Option<&'a str>,
    directory_id: Option<&'a str>,
    teaching: bool,
    added_at: At,
}

impl<'a> NewRow<'a> {
    fn of(school: SchoolId, id: PersonId, kind: PersonKind, record: &'a Record, now: Instant) -> Self {
        Self {
            school_id: school,
            id,
            kind,
            name: &record.name,
            given_name: record.given.as_ref().map(|name| name.as_str()),
            family_name: record.family.as_ref().map(|name| name.as_str()),
            preferred_given: record.preferred_given.as_ref().map(|name| name.as_str()),
            preferred_family: record.preferred_family.as_ref().map(|name| name.as_str()),
            upn: record.upn.as_ref().map(|upn| upn.as_str()),
            born_on: record.born.map(BornOn::date),
            year_group: record.year.as_ref().map(|year| year.as_str()),
            tutor_group: record.tutor_group.as_ref().map(|group| group.as_str()),
            post: record.post.as_ref().map(|post| post.as_str()),
            email: record.email.as_ref().map(|email| email.as_str()),
            directory_id: record.sign_in.as_ref().map(|id| id.as_str()),
            teaching: false,
            added_at: At(now),
        }
    }
}

/// What an import changes of a person. The outer `None` leaves a column alone: an import never clears what
/// identifies a person, and an address it could not read stays as it was typed.
#[derive(AsChangeset)]
#[diesel(table_name = people)]
struct Changes<'a> {
    kind: PersonKind,
    name: &'a str,
    given_name: Option<&'a str>,
    family_name: Option<&'a str>,
    preferred_given: Option<Option<&'a str>>,
    preferred_family: Option<Option<&'a str>>,
    upn: Option<&'a str>,
    born_on: Option<NaiveDate>,
    year_group: Option<Option<&'a str>>,
    tutor_group: Option<Option<&'a str>>,
    post: Option<Option<&'a str>>,
    email: Option<&'a str>,
    directory_id: Option<&'a str>,
    left_at: Option<Option<At>>,
}

fn change(tx: &mut Tx<'_>, school: SchoolId, changed: &ChangedPerson) -> Result<()> {
    let record = &changed.record;
    let changes = Changes {
        kind: changed.kind,
        name: &record.name,
        given_name: record.given.as_ref().map(|name| name.as_str()),
        family_name: record.family.as_ref().map(|name| name.as_str()),
        preferred_given: Some(record.preferred_given.as_ref().map(|name| name.as_str())),
        preferred_family: Some(record.preferred_family.as_ref().map(|name| name.as_str())),
        upn: record.upn.as_ref().map(|upn| upn.as_str()),
        born_on: record.born.map(BornOn::date),
        year_group: Some(record.year.as_ref().map(|year| year.as_str())),
        tutor_group: Some(record.tutor_group.as_ref().map(|group| group.as_str())),
        post: Some(record.post.as_ref().map(|post| post.as_str())),
        email: record.email.as_ref().map(|email| email.as_str()),
        directory_id: record.sign_in.as_ref().map(|id| id.as_str()),
        left_at: Some(None),
    };
    diesel::update(people::table.find((school, changed.person))).set(changes).cached().execute(tx.conn())?;
    Ok(())
}

/// Stores who was on the list, under which identifier.
fn see(
    tx: &mut Tx<'_>,
    import: &Import<'_>,
    source: Source,
    on_the_list: &[(PersonId, Option<ExternalId>)],
) -> Result<()> {
    let school = import.school;
    for some in on_the_list.chunks(PIECE) {
        let ids: Vec<PersonId> = some.iter().map(|(id, _)| *id).collect();
        diesel::delete(
            person_sources::table
                .filter(person_sources::school_id.eq(school))
                .filter(person_sources::person_id.eq_any(ids))
                .filter(person_sources::source.eq(source)),
        )
        .execute(tx.conn())?;
        let row = |(person, id): &(PersonId, Option<ExternalId>)| {
            (
                person_sources::school_id.eq(school),
                person_sources::person_id.eq(*person),
                person_sources::source.eq(source),
                person_sources::external_id.eq(id.as_ref().map(|id| id.as_str().to_owned())),
                person_sources::seen_at.eq(At(import.now)),
            )
        };
        let rows: Vec<_> = some.iter().map(row).collect();
        insert_rows!(tx.conn(), person_sources::table, &rows)?;
    }
    Ok(())
}

fn keep_ties(tx: &mut Tx<'_>, import: &Import<'_>, plan: &Plan, ids: &[PersonId]) -> Result<()> {
    let person = |target: Target| match target {
        Target::Known(person) => Some(person),
        Target::New(at) => ids.get(at).copied(),
        Target::Nobody => None,
    };
    let row = |tie: &NewTie| {
        Some((
            person_ties::school_id.eq(import.school),
            person_ties::person_id.eq(person(tie.one)?),
            person_ties::other_id.eq(person(tie.other)?),
            person_ties::tie.eq(tie.tie),
            person_ties::source.eq(Some(plan.source)),
            person_ties::recorded_at.eq(At(import.now)),
        ))
    };
    let rows: Vec<_> = plan.ties.iter().filter_map(row).collect();
    for some in rows.chunks(PIECE) {
        insert_rows!(tx.conn(), person_ties::table, some)?;
    }
    Ok(())
}

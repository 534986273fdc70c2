//! Names that people no longer go by, for good: whoever is looked for under one is found, and a report shows the name
//! its subject had when it was sent.

use super::{row::Row, staff};
use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        PersonKind,
        naming::FormerNames,
        register::known::{HasDuties, Record},
        renaming::Bearers,
    },
};
use crate::store::{
    Any, Result, Tx,
    db::{
        dialect::insert_rows,
        mapping::At,
        schema::{duties, former_names, people},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// People whose names are read in one statement.
const PIECE: usize = 200;

/// An adult by every name they go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdultNames {
    /// Their id.
    pub id: PersonId,
    /// What they are.
    pub kind: PersonKind,
    /// Their names, and whatever else a list says of them.
    pub record: Record,
    /// The names they no longer go by.
    pub former: Vec<String>,
    /// Their post as it is stored.
    pub post: Option<String>,
    /// Their address as it is stored.
    pub email: Option<String>,
    /// When they left, if they have.
    pub left_at: Option<Instant>,
}

impl AdultNames {
    /// Every name they have or had, the one that is shown first.
    pub fn every_name(&self) -> Vec<String> {
        let mut names = self.record.names();
        names.extend(self.former.iter().cloned());
        names
    }
}

/// Every adult of a school with every name they have or had, in one statement.
pub(in crate::store) fn every_name(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<AdultNames>> {
    let theirs = former_names::school_id.eq(people::school_id).and(former_names::person_id.eq(people::id));
    let rows: Vec<(Row, Option<String>)> = people::table
        .left_join(former_names::table.on(theirs))
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .order((people::name.asc(), people::id.asc(), former_names::until.desc()))
        .select((Row::as_select(), former_names::name.nullable()))
        .load(tx.conn())?;
    let mut all: Vec<AdultNames> = Vec::new();
    for (row, former) in rows {
        if all.last().is_none_or(|last| last.id != row.id) {
            let record = row.record()?;
            let Row { id, kind, post, email, left_at, .. } = row;
            all.push(AdultNames { id, kind, record, former: Vec::new(), post, email, left_at });
        }
        if let (Some(last), Some(former)) = (all.last_mut(), former)
            && !last.former.contains(&former)
        {
            last.former.push(former);
        }
    }
    Ok(all)
}

/// Keeps the names that people no longer go by, from what the register had of each before and has now.
pub(in crate::store) fn keep(
    tx: &mut Tx<'_>,
    school: SchoolId,
    changed: &[(PersonId, &Record, &Record)],
    now: Instant,
) -> Result<()> {
    let mut rows = Vec::new();
    for (person, before, after) in changed {
        let names = after.names();
        for name in before.names().into_iter().filter(|name| !names.contains(name)) {
            rows.push((
                former_names::school_id.eq(school),
                former_names::person_id.eq(*person),
                former_names::shown.eq(name == before.name),
                former_names::name.eq(name),
                former_names::until.eq(At(now)),
            ));
        }
    }
    if !rows.is_empty() {
        insert_rows!(tx.conn(), former_names::table, &rows)?;
    }
    Ok(())
}

/// The former names of these people, the latest first.
pub(in crate::store) fn of(
    tx: &mut Tx<'_>,
    school: SchoolId,
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, Vec<String>>> {
    let mut rows: Vec<(PersonId, String)> = Vec::new();
    for some in people.chunks(PIECE) {
        let found: Vec<(PersonId, String)> = former_names::table
            .filter(former_names::school_id.eq(school))
            .filter(former_names::person_id.eq_any(some.to_vec()))
            .order((former_names::until.desc(), former_names::name.asc()))
            .select((former_names::person_id, former_names::name))
            .load(tx.conn())?;
        rows.extend(found);
    }
    Ok(by_person(rows))
}

/// The former names of everybody in a school, the latest first.
pub(in crate::store) fn all(tx: &mut Tx<'_>, school: SchoolId) -> Result<BTreeMap<PersonId, Vec<String>>> {
    let rows: Vec<(PersonId, String)> = former_names::table
        .filter(former_names::school_id.eq(school))
        .order((former_names::until.desc(), former_names::name.asc()))
        .select((former_names::person_id, former_names::name))
        .load(tx.conn())?;
    Ok(by_person(rows))
}

fn by_person(rows: Vec<(PersonId, String)>) -> BTreeMap<PersonId, Vec<String>> {
    let mut all: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
    for (person, name) in rows {
        let theirs = all.entry(person).or_default();
        if !theirs.contains(&name) {
            theirs.push(name);
        }
    }
    all
}

/// Every name that the adults of a school have or had, with who has a role, of today or to come.
pub fn bearers(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Bearers> {
    let adults = staff::names_of_adults(tx, school)?;
    let with_roles: Vec<PersonId> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .select(duties::person_id)
        .load(tx.conn())?;
    let with_roles: BTreeSet<PersonId> = with_roles.into_iter().collect();
    Ok(Bearers::new(adults.into_iter().map(|(person, name, mut others)| {
        let role = if with_roles.contains(&person) { HasDuties::Some } else { HasDuties::None };
        others.push(name);
        (person, role, others)
    })))
}

/// A name of an adult that changed: who, the name they have now, the one before, and until when they had it.
pub type ChangedName = (PersonId, String, String, Instant);

/// The shown names of adults of the viewer's school that changed since then, the latest first; of one of them if
/// that is asked.
pub fn lately(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    since: Instant,
    whose: Option<PersonId>,
) -> Result<Vec<ChangedName>> {
    let theirs = people::school_id.eq(former_names::school_id).and(people::id.eq(former_names::person_id));
    let mut query = former_names::table
        .inner_join(people::table.on(theirs))
        .filter(former_names::school_id.eq(viewer.school()))
        .filter(former_names::shown.eq(true))
        .filter(former_names::until.gt(At(since)))
        .filter(people::kind.ne(PersonKind::Pupil))
        .order((former_names::until.desc(), former_names::person_id.asc()))
        .select((former_names::person_id, people::name, former_names::name, former_names::until))
        .into_boxed::<Any>();
    if let Some(person) = whose {
        query = query.filter(former_names::person_id.eq(person));
    }
    Ok(query.load(tx.conn())?)
}

/// The names of people of the viewer's school with the shown ones they had before, in one statement.
pub fn with_names(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &BTreeSet<PersonId>,
) -> Result<(BTreeMap<PersonId, String>, FormerNames)> {
    type Row = (PersonId, String, Option<String>, Option<Instant>);
    let theirs = former_names::school_id
        .eq(people::school_id)
        .and(former_names::person_id.eq(people::id))
        .and(former_names::shown.eq(true));
    let rows: Vec<Row> = people::table
        .left_join(former_names::table.on(theirs))
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq_any(ids.iter().copied().collect::<Vec<_>>()))
        .select((people::id, people::name, former_names::name.nullable(), former_names::until.nullable()))
        .load(tx.conn())?;
    let (mut names, mut former) = (BTreeMap::new(), FormerNames::default());
    for (person, name, before, until) in rows {
        names.insert(person, name);
        if let Some((before, until)) = before.zip(until) {
            former.add(person, before, until);
        }
    }
    Ok((names, former))
}

//! How a name is found while it is being typed: a few folded words for each person, read in the order of an
//! index.

use super::{former_names, row::Row};
use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        PersonKind,
        naming::{formerly, without_formerly},
        register::{
            keys::{self, NameQuery},
            known::{Presence, Record},
            offered::{Offered, words_of},
        },
    },
};
use crate::store::{
    Any, Result, Tx,
    db::{
        dialect::insert_rows,
        schema::{name_keys, people, registers},
    },
    entry::viewer::Viewer,
};
use chrono::NaiveDate;
use diesel::{dsl::exists, prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// How many are suggested at once.
pub const SUGGESTED: usize = 8;
/// One person can come up under several keys, so more rows are read than people shown.
const ROWS: i64 = 4 * 8;
/// The most words of a whole name that are looked for beside the longest.
const WORDS: usize = 5;
/// People whose keys are written in one statement.
const PIECE: usize = 200;

/// Which keys [`keys::keys`] makes: raise it if they change, so that `candour migrate` writes those of everybody again.
pub(in crate::store) const KEYED_AS: i32 = 1;

type Columns = (
    people::id,
    people::kind,
    people::name,
    people::given_name,
    people::family_name,
    people::preferred_given,
    people::preferred_family,
    people::year_group,
    people::tutor_group,
    people::born_on,
    people::post,
    people::email,
    people::left_at,
);

pub(super) const COLUMNS: Columns = (
    people::id,
    people::kind,
    people::name,
    people::given_name,
    people::family_name,
    people::preferred_given,
    people::preferred_family,
    people::year_group,
    people::tutor_group,
    people::born_on,
    people::post,
    people::email,
    people::left_at,
);

pub(super) type Values = (
    PersonId,
    PersonKind,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<NaiveDate>,
    Option<String>,
    Option<String>,
    Option<Instant>,
);

pub(super) fn offered(values: Values) -> Offered {
    let (
        id,
        kind,
        name,
        given,
        family,
        preferred_given,
        preferred_family,
        year,
        tutor,
        born_on,
        post,
        email,
        left_at,
    ) = values;
    Offered {
        id,
        kind,
        name,
        former: Vec::new(),
        found_as: None,
        given: [given, preferred_given].into_iter().flatten().collect(),
        family: [family, preferred_family].into_iter().flatten().collect(),
        year_group: year,
        tutor_group: tutor,
        born_on,
        post,
        email,
        left_at,
    }
}

/// Writes the keys of new people, who have none.
pub(in crate::store) fn add(tx: &mut Tx<'_>, school: SchoolId, people: &[(PersonId, &Record)]) -> Result<()> {
    for some in people.chunks(PIECE) {
        let keys_of = |(id, record): &(PersonId, &Record)| {
            let (id, name) = (*id, record.name.clone());
            let row = move |key: String| {
                (
                    name_keys::school_id.eq(school),
                    name_keys::key.eq(key),
                    name_keys::name.eq(name.clone()),
                    name_keys::person_id.eq(id),
                )
            };
            keys::keys(record).into_iter().map(row).collect::<Vec<_>>()
        };
        let rows: Vec<_> = some.iter().flat_map(keys_of).collect();
        if !rows.is_empty() {
            insert_rows!(tx.conn(), name_keys::table, &rows)?;
        }
    }
    Ok(())
}

/// Removes the keys of people that are about to be written again. Those who left keep theirs: a concern may name them.
fn remove(tx: &mut Tx<'_>, school: SchoolId, people: &[PersonId]) -> Result<()> {
    for some in people.chunks(PIECE) {
        diesel::delete(
            name_keys::table
                .filter(name_keys::school_id.eq(school))
                .filter(name_keys::person_id.eq_any(some.to_vec())),
        )
        .execute(tx.conn())?;
    }
    Ok(())
}

/// Writes the keys of people again who changed, or are back.
pub(in crate::store) fn replace(
    tx: &mut Tx<'_>,
    school: SchoolId,
    people: &[(PersonId, &Record)],
) -> Result<()> {
    let ids: Vec<PersonId> = people.iter().map(|(id, _)| *id).collect();
    remove(tx, school, &ids)?;
    add(tx, school, people)?;
    let former = former_names::of(tx, school, &ids)?;
    add_former(tx, school, people, &former)
}

/// Writes the keys of the names that people no longer go by: who is found by one is shown with both.
fn add_former(
    tx: &mut Tx<'_>,
    school: SchoolId,
    people: &[(PersonId, &Record)],
    former: &BTreeMap<PersonId, Vec<String>>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (id, record) in people {
        let names: BTreeSet<String> = record.names().iter().map(|name| keys::fold(name)).collect();
        let others = former.get(id).into_iter().flatten();
        for before in others.filter(|before| !names.contains(&keys::fold(before))) {
            let shown = formerly(&record.name, before);
            for key in keys::keys(&Record::named(before.clone())) {
                rows.push((
                    name_keys::school_id.eq(school),
                    name_keys::key.eq(key),
                    name_keys::name.eq(shown.clone()),
                    name_keys::person_id.eq(*id),
                ));
            }
        }
    }
    if !rows.is_empty() {
        insert_rows!(tx.conn(), name_keys::table, &rows)?;
    }
    Ok(())
}

/// Writes the keys of every school again that has older ones than this Candour makes, those of former names too, and says
/// of how many schools.
pub fn catch_up(tx: &mut Tx<'_>) -> Result<usize> {
    let behind: Vec<SchoolId> = registers::table
        .filter(registers::keyed_as.lt(KEYED_AS))
        .select(registers::school_id)
        .load(tx.conn())?;
    for school in &behind {
        let rows: Vec<Row> = people::table
            .filter(people::school_id.eq(*school))
            .order(people::id.asc())
            .select(Row::as_select())
            .load(tx.conn())?;
        let records: Vec<Record> = rows.iter().map(Row::record).collect::<Result<_>>()?;
        let keyed: Vec<(PersonId, &Record)> = rows.iter().map(|row| row.id).zip(&records).collect();
        replace(tx, *school, &keyed)?;
        diesel::update(registers::table.find(*school))
            .set(registers::keyed_as.eq(KEYED_AS))
            .execute(tx.conn())?;
    }
    Ok(behind.len())
}

/// People of the viewer's school whose name begins so, about [`SUGGESTED`]: those who are here first, then, if there is
/// room, those who left.
pub fn suggest(tx: &mut Tx<'_>, viewer: &Viewer, typed: &NameQuery) -> Result<Vec<Offered>> {
    let mut found = first_of(beginning(tx, viewer, typed, Presence::Here)?, SUGGESTED);
    if found.len() < SUGGESTED {
        let room = SUGGESTED - found.len();
        found.extend(first_of(beginning(tx, viewer, typed, Presence::Left)?, room));
    }
    Ok(found)
}

/// The first so many, and everyone of the last one's name: a person whose namesake was cut off would look like the only one.
fn first_of(mut found: Vec<Offered>, most: usize) -> Vec<Offered> {
    let namesakes = match found.split_at_checked(most) {
        Some(([.., last], rest)) => rest.iter().take_while(|one| one.name == last.name).count(),
        Some(([], _)) | None => 0,
    };
    found.truncate(most + namesakes);
    found
}

/// The longest word is read in the order of the index, every other one is looked up by person, and reading
/// stops after a few rows: the size of the school does not matter.
fn beginning(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    typed: &NameQuery,
    presence: Presence,
) -> Result<Vec<Offered>> {
    let [first, rest @ ..] = typed.prefixes.as_slice() else { return Ok(Vec::new()) };
    let (from, to) = first.range();
    let mut query = name_keys::table
        .inner_join(
            people::table
                .on(people::school_id.eq(name_keys::school_id).and(people::id.eq(name_keys::person_id))),
        )
        .filter(name_keys::school_id.eq(viewer.school()))
        .filter(name_keys::key.ge(from))
        .filter(name_keys::key.lt(to))
        .select((COLUMNS, name_keys::name))
        .order((name_keys::key.asc(), name_keys::name.asc(), name_keys::person_id.asc()))
        .limit(ROWS)
        .into_boxed::<Any>();
    query = match presence {
        Presence::Here => query.filter(people::left_at.is_null()),
        Presence::Left => query.filter(people::left_at.is_not_null()),
    };
    // The offset keeps PostgreSQL from gathering every person with the other word first: 43 ms among 30,000,
    // not 0.6.
    let others = diesel::alias!(name_keys as others);
    for prefix in rest {
        let (from, to) = prefix.range();
        query = query.filter(exists(
            others
                .filter(others.field(name_keys::school_id).eq(people::school_id))
                .filter(others.field(name_keys::person_id).eq(people::id))
                .filter(others.field(name_keys::key).ge(from))
                .filter(others.field(name_keys::key).lt(to))
                .limit(1)
                .offset(0),
        ));
    }
    let rows: Vec<(Values, String)> = query.load(tx.conn())?;
    let mut found: Vec<Offered> = Vec::new();
    for (values, keyed) in rows {
        let before = without_formerly(&keyed).1.map(str::to_owned);
        match found.iter_mut().find(|one| one.id == values.0) {
            Some(one) if before.is_none() => one.found_as = None,
            Some(_) => {}
            None => found.push(Offered { found_as: before, ..offered(values) }),
        }
    }
    Ok(found)
}

/// Everyone of the viewer's school who has each word of this name among their keys, those who left too: whoever is called
/// so is among them. Names are compared by the rules of the domain, which no database has.
pub fn with_every_word(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> Result<Vec<Offered>> {
    let mut words = words_of(name).into_iter();
    let Some(first) = words.next() else { return Ok(Vec::new()) };
    let mut query = name_keys::table
        .inner_join(
            people::table
                .on(people::school_id.eq(name_keys::school_id).and(people::id.eq(name_keys::person_id))),
        )
        .filter(name_keys::school_id.eq(viewer.school()))
        .filter(name_keys::key.eq(first))
        .select(COLUMNS)
        .order((people::name.asc(), people::id.asc()))
        .into_boxed::<Any>();
    let others = diesel::alias!(name_keys as others);
    for word in words.take(WORDS) {
        query = query.filter(exists(
            others
                .filter(others.field(name_keys::school_id).eq(people::school_id))
                .filter(others.field(name_keys::person_id).eq(people::id))
                .filter(others.field(name_keys::key).eq(word)),
        ));
    }
    let rows: Vec<Values> = query.load(tx.conn())?;
    let mut seen = BTreeSet::new();
    let once = rows.into_iter().filter(|(id, ..)| seen.insert(*id)).map(offered).collect();
    with_former_names(tx, viewer, once)
}

/// People with the names they no longer go by, which a concern may name them by.
fn with_former_names(tx: &mut Tx<'_>, viewer: &Viewer, mut people: Vec<Offered>) -> Result<Vec<Offered>> {
    let ids: Vec<PersonId> = people.iter().map(|one| one.id).collect();
    let mut former = former_names::of(tx, viewer.school(), &ids)?;
    for one in &mut people {
        one.former = former.remove(&one.id).unwrap_or_default();
    }
    Ok(people)
}

/// These people of the viewer's school, those who left too; ids of anyone else's find nothing.
pub fn of_ids(tx: &mut Tx<'_>, viewer: &Viewer, ids: &BTreeSet<PersonId>) -> Result<Vec<Offered>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<PersonId> = ids.iter().copied().collect();
    let rows: Vec<Values> = people::table
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq_any(ids))
        .order((people::name.asc(), people::id.asc()))
        .select(COLUMNS)
        .load(tx.conn())?;
    with_former_names(tx, viewer, rows.into_iter().map(offered).collect())
}

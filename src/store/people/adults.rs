//! The adults of a school as its administrators see and keep them: never a pupil, never anything of a case.

pub use super::former_names::AdultNames;
use super::{addresses, duties::what_of, former_names, name_keys, row::Row, staff};
use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        Desk, Office, PersonKind, Seat,
        duty::DutyKind,
        register::{known::Record, source::Source, values::Email},
    },
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{
        mapping::At,
        schema::{bindings, duties, people, person_sources},
    },
    entry::{codes, viewer::Viewer},
};
use diesel::{dsl::exists, prelude::*};
use std::collections::BTreeMap;

/// An adult of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adult {
    /// Their id.
    pub id: PersonId,
    /// What they are.
    pub kind: PersonKind,
    /// Their name.
    pub name: String,
    /// Where e-mails go.
    pub email: Option<String>,
    /// The lists they have been on.
    pub lists: Vec<Source>,
    /// How they came, if no list brought them.
    pub added: HowAdded,
    /// Whether they have an account.
    pub account: Account,
    /// Their roles of today and to come, with the day each begins.
    pub duties: Vec<(DutyKind, Instant)>,
    /// When they left, if they have.
    pub left_at: Option<Instant>,
}

impl Adult {
    /// Their roles alone.
    pub fn duties(&self) -> Vec<DutyKind> {
        self.duties.iter().map(|(duty, _)| *duty).collect()
    }
}

/// How a person came into the register whom no list brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HowAdded {
    /// The school's sign-in added them when they first came: it renames them, too.
    BySignIn,
    /// An administrator entered them by hand.
    ByHand,
}

/// Whether an adult has an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// They have one: they can sign in.
    Theirs,
    /// They have none yet.
    None,
}

/// Which adults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// Those who are here, by name, after this one.
    Here(Option<PersonId>),
    /// Those who have left, the latest first, after this one.
    Left(Option<PersonId>),
    /// These, by name.
    These(Vec<PersonId>),
}

/// Adults of the viewer's school, at most so many, in three statements; in four after the first page. A page
/// goes on from a person's id: an address with a name in it would stand in the logs of every proxy.
pub fn some(tx: &mut Tx<'_>, viewer: &Viewer, which: &Which, most: i64) -> Result<Vec<Adult>> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    type AdultRow = (PersonId, PersonKind, String, Option<String>, Option<String>, Option<Instant>, bool);
    let bound = bindings::table
        .filter(bindings::school_id.eq(people::school_id))
        .filter(bindings::person_id.eq(people::id));
    let mut query = people::table
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .select((
            people::id,
            people::kind,
            people::name,
            people::email,
            people::added_by,
            people::left_at,
            exists(bound),
        ))
        .limit(most)
        .into_boxed::<Any>();
    let by_name = (people::name.asc(), people::id.asc());
    query = match which {
        Which::Here(after) => {
            query = query.filter(people::left_at.is_null()).order(by_name);
            match after {
                None => query,
                Some(after) => {
                    let (name, _) = place_of(tx, school, *after)?;
                    query.filter(
                        people::name.gt(name.clone()).or(people::name.eq(name).and(people::id.gt(*after))),
                    )
                }
            }
        }
        Which::Left(after) => {
            query = query
                .filter(people::left_at.is_not_null())
                .order((people::left_at.desc(), people::id.desc()));
            match after {
                None => query,
                Some(after) => {
                    let left = place_of(tx, school, *after)?.1.ok_or(StoreError::NotFound)?;
                    let at = people::left_at.assume_not_null();
                    query.filter(at.lt(At(left)).or(at.eq(At(left)).and(people::id.lt(*after))))
                }
            }
        }
        Which::These(ids) => query.filter(people::id.eq_any(ids.clone())).order(by_name),
    };
    let found: Vec<AdultRow> = query.load(tx.conn())?;
    let ids: Vec<PersonId> = found.iter().map(|(id, ..)| *id).collect();
    let (mut held, mut lists) = (duties_of(tx, school, &ids, now)?, lists_of(tx, school, &ids)?);
    let adult = |(id, kind, name, email, added_by, left_at, is_bound): AdultRow| Adult {
        id,
        kind,
        name,
        email,
        lists: lists.remove(&id).unwrap_or_default(),
        added: if added_by.is_some() { HowAdded::BySignIn } else { HowAdded::ByHand },
        account: if is_bound { Account::Theirs } else { Account::None },
        duties: held.remove(&id).unwrap_or_default(),
        left_at,
    };
    Ok(found.into_iter().map(adult).collect())
}

/// One adult of the viewer's school, whether here or gone.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: PersonId) -> Result<Adult> {
    some(tx, viewer, &Which::These(vec![id]), 1)?.pop().ok_or(StoreError::NotFound)
}

/// The place of a person in a list: their name, and when they left.
fn place_of(tx: &mut Tx<'_>, school: SchoolId, id: PersonId) -> Result<(String, Option<Instant>)> {
    let adult = people::table.find((school, id)).filter(people::kind.ne(PersonKind::Pupil));
    Ok(adult.select((people::name, people::left_at)).first(tx.conn())?)
}

type HeldDuties = Vec<(DutyKind, Instant)>;

fn duties_of(
    tx: &mut Tx<'_>,
    school: SchoolId,
    ids: &[PersonId],
    now: Instant,
) -> Result<BTreeMap<PersonId, HeldDuties>> {
    type DutyRow = (PersonId, (Option<Desk>, Option<Seat>, Option<Office>), Instant);
    let rows: Vec<DutyRow> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::person_id.eq_any(ids.to_vec()))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .order((duties::starts_at.asc(), duties::id.asc()))
        .select((duties::person_id, (duties::desk, duties::seat, duties::office), duties::starts_at))
        .load(tx.conn())?;
    let mut held: BTreeMap<PersonId, HeldDuties> = BTreeMap::new();
    for (person, what, from) in rows {
        held.entry(person).or_default().push((what_of("duties", person, what)?, from));
    }
    Ok(held)
}

fn lists_of(tx: &mut Tx<'_>, school: SchoolId, ids: &[PersonId]) -> Result<BTreeMap<PersonId, Vec<Source>>> {
    let rows: Vec<(PersonId, Source)> = person_sources::table
        .filter(person_sources::school_id.eq(school))
        .filter(person_sources::person_id.eq_any(ids.to_vec()))
        .order((person_sources::person_id.asc(), person_sources::source.asc()))
        .select((person_sources::person_id, person_sources::source))
        .load(tx.conn())?;
    let mut lists: BTreeMap<PersonId, Vec<Source>> = BTreeMap::new();
    for (person, source) in rows {
        lists.entry(person).or_default().push(source);
    }
    Ok(lists)
}

/// Every adult of the viewer's school, those who left among them, by name. Names are compared by the rules of
/// the domain, which no database has; administrators alone ask, to look for an adult or to add one.
pub fn by_every_name(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<AdultNames>> {
    former_names::every_name(tx, viewer.school())
}

/// Writes the name and kind an administrator enters. What lists say of the person otherwise stays, their legal name
/// too: they are found by either.
pub fn correct(
    tx: &mut Tx<'_>,
    (school, id): (SchoolId, PersonId),
    (name, kind): (&str, PersonKind),
    now: Instant,
) -> Result<()> {
    diesel::update(people::table.find((school, id))).set(people::kind.eq(kind)).execute(tx.conn())?;
    rename(tx, (school, id), name, now)
}

/// Gives a person another address, or none. The one they had is kept for a while.
pub fn readdress(
    tx: &mut Tx<'_>,
    (school, id): (SchoolId, PersonId),
    email: Option<&Email>,
    now: Instant,
) -> Result<()> {
    let email = email.map(Email::as_str);
    addresses::before_change(tx, (school, id), email, now)?;
    diesel::update(people::table.find((school, id))).set(people::email.eq(email)).execute(tx.conn())?;
    Ok(())
}

/// Gives a person another name. The one they had is kept, and finds them for good.
pub fn rename(tx: &mut Tx<'_>, (school, id): (SchoolId, PersonId), name: &str, now: Instant) -> Result<()> {
    let before = record(tx, school, id)?;
    diesel::update(people::table.find((school, id))).set(people::name.eq(name)).execute(tx.conn())?;
    let after = Record { name: name.to_owned(), ..before.clone() };
    former_names::keep(tx, school, &[(id, &before, &after)], now)?;
    write_keys(tx, school, id)
}

fn record(tx: &mut Tx<'_>, school: SchoolId, id: PersonId) -> Result<Record> {
    let row: Row = people::table.find((school, id)).select(Row::as_select()).first(tx.conn())?;
    row.record()
}

fn write_keys(tx: &mut Tx<'_>, school: SchoolId, id: PersonId) -> Result<()> {
    let record = record(tx, school, id)?;
    name_keys::replace(tx, school, &[(id, &record)])
}

/// Records that a person left, as an import does.
pub fn leave(tx: &mut Tx<'_>, school: SchoolId, id: PersonId, now: Instant) -> Result<()> {
    staff::leave(tx, school, id, now)
}

/// Records that a person who left is here again, with what they reported. No role comes back. Their account
/// may be another person's by now, so they have none until the school's sign-in vouches for a person without
/// a role, or a code is handed over; no earlier code serves.
pub fn is_back(tx: &mut Tx<'_>, viewer: &Viewer, id: PersonId, email: Option<&Email>) -> Result<()> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    diesel::update(people::table.find((school, id)))
        .set((
            people::left_at.eq(None::<At>),
            people::deactivated_by.eq(None::<String>),
            people::email.eq(email.map(|email| email.as_str().to_owned())),
        ))
        .execute(tx.conn())?;
    diesel::delete(bindings::table.filter(bindings::school_id.eq(school)).filter(bindings::person_id.eq(id)))
        .execute(tx.conn())?;
    codes::no_code_serves(tx, school, id, now)?;
    write_keys(tx, school, id)
}

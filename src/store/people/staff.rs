//! The register and the roster: people, and their seats.

use super::{former_names, name_keys};
pub use crate::domain::people::duty::DutyKind;
use crate::domain::{
    entry::{
        account_proof::{AccountProof, LetIn, LetInBy},
        first_sign_in::BoundBy,
    },
    kernel::{
        clock::Instant,
        ids::{AccountId, DutyId, PersonId, SchoolId},
    },
    people::{
        Desk, Office, PersonKind, Roster, Seat, Sitting, Standing,
        duty::{self, Confirmer, HowEnded},
        name_matching::Adult,
        register::{
            choosing::{ToChoose, to_choose},
            known::Record,
            offered::Offered,
        },
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::insert_rows,
        mapping::At,
        schema::{bindings, duties, people},
    },
    entry::{account_proof, viewer::Viewer},
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A person of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// What they are.
    pub kind: PersonKind,
    /// Their name.
    pub name: String,
    /// A pupil's year group.
    pub year_group: Option<String>,
    /// A member of staff's post.
    pub post: Option<String>,
    /// Where e-mails go.
    pub email: Option<String>,
}

/// A seat or an office of one person, from one instant on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its id.
    pub id: DutyId,
    /// Whose role it is.
    pub person: PersonId,
    /// A seat at a desk, or an office.
    pub what: DutyKind,
    /// From when.
    pub starts_at: Instant,
    /// Until when.
    pub ends_at: Option<Instant>,
}

/// Adds people to the register.
pub fn add_people(tx: &mut Tx<'_>, school: SchoolId, new: &[Person], now: Instant) -> Result<()> {
    for some in new.chunks(200) {
        let rows: Vec<_> = some
            .iter()
            .map(|person| {
                (
                    people::school_id.eq(school),
                    people::id.eq(person.id),
                    people::kind.eq(person.kind),
                    people::name.eq(person.name.clone()),
                    people::year_group.eq(person.year_group.clone()),
                    people::post.eq(person.post.clone()),
                    people::email.eq(person.email.clone()),
                    people::teaching.eq(false),
                    people::added_at.eq(At(now)),
                    people::left_at.eq(None::<At>),
                )
            })
            .collect();
        if !rows.is_empty() {
            insert_rows!(tx.conn(), people::table, &rows)?;
        }
        let records: Vec<_> = some.iter().map(|person| Record::named(person.name.clone())).collect();
        let keyed: Vec<_> = some.iter().map(|person| person.id).zip(&records).collect();
        name_keys::add(tx, school, &keyed)?;
    }
    Ok(())
}

/// Adds a role.
pub fn add_duty(tx: &mut Tx<'_>, school: SchoolId, duty: &Duty) -> Result<()> {
    let (desk, seat, office) = match duty.what {
        DutyKind::Seat(desk, seat) => (Some(desk), Some(seat), None),
        DutyKind::Office(office) => (None, None, Some(office)),
    };
    diesel::insert_into(duties::table)
        .values((
            duties::school_id.eq(school),
            duties::id.eq(duty.id),
            duties::person_id.eq(duty.person),
            duties::desk.eq(desk),
            duties::seat.eq(seat),
            duties::office.eq(office),
            duties::starts_at.eq(At(duty.starts_at)),
            duties::ends_at.eq(duty.ends_at.map(At)),
            duties::why.eq(None::<duty::Why>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a role.
pub fn end_duty(tx: &mut Tx<'_>, school: SchoolId, duty: DutyId, now: Instant) -> Result<()> {
    diesel::update(duties::table.find((school, duty)))
        .set(duties::ends_at.eq(Some(At(now))))
        .execute(tx.conn())?;
    Ok(())
}

/// Binds an account to a person of a school, as by a one-time code from the server, which is good for every role.
pub fn bind(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    person: PersonId,
    now: Instant,
) -> Result<()> {
    let code = (person, BoundBy::Code, Some(Confirmer::Chair));
    bind_by(tx, school, account, code, LetInBy::ServerCode, now).map(drop)
}

/// Binds an account to a person of a school, with how that is known, and whose code it was if there was one. Says
/// whether it is proven to be them, or has to be confirmed.
pub(in crate::store) fn bind_by(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    (person, how, code_from): (PersonId, BoundBy, Option<Confirmer>),
    by: LetInBy,
    now: Instant,
) -> Result<LetIn> {
    let let_in = account_proof::begin(tx, (school, person), account, by, now)?;
    diesel::insert_into(bindings::table)
        .values((
            bindings::school_id.eq(school),
            bindings::account_id.eq(account),
            bindings::person_id.eq(person),
            bindings::how.eq(how),
            bindings::code_from.eq(code_from),
            bindings::bound_at.eq(At(now)),
            bindings::confirmed_at.eq((let_in.proof == AccountProof::Proven).then_some(At(now))),
        ))
        .execute(tx.conn())?;
    Ok(let_in)
}

/// Records that a person left. Their sessions, e-mails and roles end: should they come back, they are given
/// roles anew.
pub fn leave(tx: &mut Tx<'_>, school: SchoolId, person: PersonId, now: Instant) -> Result<()> {
    diesel::update(people::table.find((school, person)))
        .set(people::left_at.eq(Some(At(now))))
        .execute(tx.conn())?;
    let theirs = duties::table.filter(duties::school_id.eq(school)).filter(duties::person_id.eq(person));
    diesel::update(
        theirs.filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now)))),
    )
    .set((duties::ends_at.eq(Some(At(now))), duties::how_ended.eq(Some(HowEnded::Left))))
    .execute(tx.conn())?;
    Ok(())
}

/// The seats of a school now.
pub fn roster(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Roster> {
    let rows: Vec<(PersonId, Option<Desk>, Option<Seat>)> = duties::table
        .inner_join(
            people::table.on(people::school_id.eq(duties::school_id).and(people::id.eq(duties::person_id))),
        )
        .filter(duties::school_id.eq(school))
        .filter(duties::desk.is_not_null())
        .filter(duties::starts_at.le(At(now)))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .filter(people::left_at.is_null())
        .select((duties::person_id, duties::desk, duties::seat))
        .load(tx.conn())?;
    let sitting = |(person, desk, seat): (PersonId, Option<Desk>, Option<Seat>)| {
        Some(Sitting { desk: desk?, seat: seat?, person })
    };
    Ok(Roster::new(rows.into_iter().filter_map(sitting)))
}

/// The seats and offices of a person that have not ended: today's, and those to come.
pub fn duties_of(tx: &mut Tx<'_>, school: SchoolId, person: PersonId, now: Instant) -> Result<Vec<DutyKind>> {
    let rows: Vec<(Option<Desk>, Option<Seat>, Option<Office>)> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::person_id.eq(person))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .select((duties::desk, duties::seat, duties::office))
        .load(tx.conn())?;
    let kind = |(desk, seat, office): (Option<Desk>, Option<Seat>, Option<Office>)| match (desk, seat, office)
    {
        (Some(desk), Some(seat), _) => Some(DutyKind::Seat(desk, seat)),
        (_, _, Some(office)) => Some(DutyKind::Office(office)),
        (_, _, None) => None,
    };
    Ok(rows.into_iter().filter_map(kind).collect())
}

/// People who have a desk's holder's seat, or an office, and have not left, by name: for a command on the
/// machine itself.
pub fn entrusted_with(
    tx: &mut Tx<'_>,
    school: SchoolId,
    what: DutyKind,
    now: Instant,
) -> Result<Vec<(PersonId, String)>> {
    type Row = (PersonId, String, Option<Desk>, Option<Seat>, Option<Office>);
    let rows: Vec<Row> = duties::table
        .inner_join(
            people::table.on(people::school_id.eq(duties::school_id).and(people::id.eq(duties::person_id))),
        )
        .filter(duties::school_id.eq(school))
        .filter(duties::starts_at.le(At(now)))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .filter(people::left_at.is_null())
        .order((people::name.asc(), people::id.asc()))
        .select((people::id, people::name, duties::desk, duties::seat, duties::office))
        .load(tx.conn())?;
    let is_it = |(_, _, desk, seat, office): &Row| match what {
        DutyKind::Seat(this_desk, this_seat) => (*desk, *seat) == (Some(this_desk), Some(this_seat)),
        DutyKind::Office(this) => *office == Some(this),
    };
    Ok(rows.into_iter().filter(is_it).map(|(person, name, ..)| (person, name)).collect())
}

/// Whether any person of the school has an account yet.
pub fn is_anybody_in(tx: &mut Tx<'_>, school: SchoolId) -> Result<bool> {
    let bound: i64 = bindings::table.filter(bindings::school_id.eq(school)).count().get_result(tx.conn())?;
    Ok(bound > 0)
}

/// Roles as seats and offices.
pub fn split(duties: &[DutyKind]) -> (BTreeSet<(Desk, Seat)>, BTreeSet<Office>) {
    let seats = duties.iter().filter_map(|duty| match duty {
        DutyKind::Seat(desk, seat) => Some((*desk, *seat)),
        DutyKind::Office(_) => None,
    });
    let offices = duties.iter().filter_map(|duty| match duty {
        DutyKind::Office(office) => Some(*office),
        DutyKind::Seat(..) => None,
    });
    (seats.collect(), offices.collect())
}

/// A person's standing in a school now, without a session: for e-mails and jobs.
pub fn standing(tx: &mut Tx<'_>, school: SchoolId, person: PersonId, now: Instant) -> Result<Standing> {
    let rows: Vec<(Option<Desk>, Option<Seat>, Option<Office>)> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::person_id.eq(person))
        .filter(duties::starts_at.le(At(now)))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .select((duties::desk, duties::seat, duties::office))
        .load(tx.conn())?;
    let is_here: i64 = people::table
        .filter(people::school_id.eq(school))
        .filter(people::id.eq(person))
        .filter(people::left_at.is_null())
        .count()
        .get_result(tx.conn())?;
    let rows = if is_here == 1 { rows } else { Vec::new() };
    Ok(standing_of(school, person, &rows, now))
}

pub(in crate::store) fn standing_of(
    school: SchoolId,
    person: PersonId,
    rows: &[(Option<Desk>, Option<Seat>, Option<Office>)],
    at: Instant,
) -> Standing {
    let seats: BTreeSet<(Desk, Seat)> =
        rows.iter().filter_map(|(desk, seat, _)| Some(((*desk)?, (*seat)?))).collect();
    let offices = rows.iter().filter_map(|(_, _, office)| *office).collect();
    Standing { school, person, seats, offices, at }
}

/// The people of the viewer's school by id: names for a page.
pub fn names(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &BTreeSet<PersonId>,
) -> Result<BTreeMap<PersonId, String>> {
    let ids: Vec<PersonId> = ids.iter().copied().collect();
    let rows: Vec<(PersonId, String)> = people::table
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq_any(ids))
        .select((people::id, people::name))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Those of the viewer's school who may be given a case today, by name. What tells them apart is the same whoever is left
/// out.
pub fn who_may_be_given_a_case(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<ToChoose>> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    let of_today = duties::starts_at
        .le(At(now))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    type DutyColumns = (Option<Desk>, Option<Seat>, Option<Office>);
    let rows: Vec<(name_keys::Values, DutyColumns)> =
        people::table
            .left_join(duties::table.on(
                duties::school_id.eq(people::school_id).and(duties::person_id.eq(people::id)).and(of_today),
            ))
            .filter(people::school_id.eq(school))
            .filter(people::kind.ne(PersonKind::Pupil))
            .filter(people::left_at.is_null())
            .order((people::name.asc(), people::id.asc()))
            .select((
                name_keys::COLUMNS,
                (duties::desk.nullable(), duties::seat.nullable(), duties::office.nullable()),
            ))
            .load(tx.conn())?;
    let mut adults: Vec<(Offered, Vec<DutyColumns>)> = Vec::new();
    for (values, held) in rows {
        if let Some((last, all)) = adults.last_mut()
            && last.id == values.0
        {
            all.push(held);
        } else {
            adults.push((name_keys::offered(values), vec![held]));
        }
    }
    let may_be_given_one = adults
        .iter()
        .filter(|(adult, held)| standing_of(school, adult.id, held, now).may_be_given_a_case(adult.kind));
    let may: BTreeSet<PersonId> = may_be_given_one.map(|(adult, _)| adult.id).collect();
    let mut list = to_choose(adults.into_iter().map(|(adult, _)| adult).collect());
    list.retain(|one| may.contains(&one.person()));
    Ok(list)
}

/// The adults of the viewer's school who have not left, by name, to choose one of.
pub fn adults_to_choose(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<ToChoose>> {
    let rows: Vec<name_keys::Values> = people::table
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::left_at.is_null())
        .order((people::name.asc(), people::id.asc()))
        .select(name_keys::COLUMNS)
        .load(tx.conn())?;
    Ok(to_choose(rows.into_iter().map(name_keys::offered).collect()))
}

/// The adults of a school's register who have not left, by name: for a command on the machine itself, which
/// has no viewer.
pub fn adults(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<Person>> {
    type Row = (PersonId, PersonKind, String, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::left_at.is_null())
        .order((people::name.asc(), people::id.asc()))
        .select((people::id, people::kind, people::name, people::year_group, people::post, people::email))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, kind, name, year_group, post, email)| Person { id, kind, name, year_group, post, email })
        .collect())
}

/// Every adult of a school whom words could mean: those who work here and those who have left, by every name they go by
/// or went by.
pub fn who_could_be_meant(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<Adult>> {
    let all = former_names::every_name(tx, school)?;
    let named = |one: former_names::AdultNames| {
        let mut names = one.every_name().into_iter();
        let (name, former_names) = (names.next().unwrap_or_default(), names.collect());
        Adult { person: one.id, name, former_names, post: one.post }
    };
    Ok(all.into_iter().map(named).collect())
}

/// Every adult of a school, here or gone: who, the name they have, and every other name they go by or went by (their
/// legal name, and those they no longer have, the latest first).
pub fn names_of_adults(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<(PersonId, String, Vec<String>)>> {
    let all = who_could_be_meant(tx, school)?;
    Ok(all.into_iter().map(|adult| (adult.person, adult.name, adult.former_names)).collect())
}

/// Whether these are current people of the viewer's school: what a form posts is checked before it is
/// believed.
pub fn are_current(tx: &mut Tx<'_>, viewer: &Viewer, ids: &BTreeSet<PersonId>) -> Result<bool> {
    let wanted: Vec<PersonId> = ids.iter().copied().collect();
    let found: i64 = people::table
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq_any(wanted))
        .filter(people::left_at.is_null())
        .count()
        .get_result(tx.conn())?;
    Ok(usize::try_from(found).is_ok_and(|found| found == ids.len()))
}

/// Whether these are people of the viewer's school, those who left too: what a form says of a person is checked before it
/// is believed.
pub fn are_of_the_school(tx: &mut Tx<'_>, viewer: &Viewer, ids: &BTreeSet<PersonId>) -> Result<bool> {
    let wanted: Vec<PersonId> = ids.iter().copied().collect();
    let found: i64 = people::table
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq_any(wanted))
        .count()
        .get_result(tx.conn())?;
    Ok(usize::try_from(found).is_ok_and(|found| found == ids.len()))
}

/// The kinds of two people of a school, if both are of it. A person who left may still be close to one who is here.
pub fn kinds(tx: &mut Tx<'_>, school: SchoolId, both: [PersonId; 2]) -> Result<Option<[PersonKind; 2]>> {
    let kinds: Vec<PersonKind> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::id.eq_any(both.to_vec()))
        .select(people::kind)
        .load(tx.conn())?;
    Ok(kinds.try_into().ok())
}

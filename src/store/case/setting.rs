//! The school around a case, as its rules are given it: roster, declared relationships, calendar and rules.

use crate::domain::{
    case::Setting,
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        Desk, Roster, Seat, Sitting,
        ties::{Pair, Ties},
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{duties, people, person_ties},
        sql_types::sql,
    },
    entry::viewer::Viewer,
    people::{staff, ties},
    school::schools,
};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The setting as it is in the transaction of an act.
pub fn read(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Setting> {
    let roster = staff::roster(tx, school, now)?;
    let ties = ties::in_force(tx, school)?;
    let school = schools::find(tx, school)?;
    let (calendar, editions) = (Arc::new(school.calendar), Arc::new(school.editions));
    Ok(Setting { roster, ties, calendar, editions })
}

/// The setting the viewer's page is drawn with: calendar and rules as they were when the request came.
pub fn around(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Setting> {
    Ok(with_names(tx, viewer, &BTreeSet::new())?.0)
}

/// The setting of the viewer's page, with the names of `ids` and of everybody who has a seat, in one
/// statement.
pub fn with_names(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &BTreeSet<PersonId>,
) -> Result<(Setting, BTreeMap<PersonId, String>)> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    let seat_of_today = duties::desk
        .is_not_null()
        .and(duties::starts_at.le(At(now)))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    let taken = diesel::alias!(duties as taken);
    let seated = taken
        .filter(taken.field(duties::school_id).eq(school))
        .filter(taken.field(duties::desk).is_not_null())
        .select(taken.field(duties::person_id));
    let ids: Vec<PersonId> = ids.iter().copied().collect();
    let named = people::table
        .left_join(duties::table.on(
            duties::school_id.eq(people::school_id).and(duties::person_id.eq(people::id)).and(seat_of_today),
        ))
        .filter(people::school_id.eq(school))
        .filter(people::id.eq_any(ids).or(people::id.eq_any(seated)))
        .select((
            people::id,
            people::name.nullable(),
            people::left_at,
            duties::desk.nullable(),
            duties::seat.nullable(),
            None::<PersonId>.into_sql::<Nullable<sql::Uuid>>(),
        ));
    let tied =
        person_ties::table.filter(person_ties::school_id.eq(school)).filter(ties::keeps_apart()).select((
            person_ties::person_id,
            None::<String>.into_sql::<Nullable<Text>>(),
            None::<Instant>.map(At).into_sql::<Nullable<sql::Instant>>(),
            None::<Desk>.into_sql::<Nullable<Text>>(),
            None::<Seat>.into_sql::<Nullable<Text>>(),
            person_ties::other_id.nullable(),
        ));
    type Row = (PersonId, Option<String>, Option<Instant>, Option<Desk>, Option<Seat>, Option<PersonId>);
    let rows: Vec<Row> = named.union_all(tied).both().load(tx.conn())?;
    let sitting = |(person, _, left, desk, seat, _): &Row| {
        left.is_none().then_some(Sitting { desk: (*desk)?, seat: (*seat)?, person: *person })
    };
    let setting = Setting {
        roster: Roster::new(rows.iter().filter_map(sitting)),
        ties: rows.iter().filter_map(|(one, .., other)| Pair::of(*one, (*other)?)).collect::<Ties>(),
        calendar: Arc::clone(viewer.calendar()),
        editions: Arc::clone(viewer.editions()),
    };
    Ok((setting, rows.into_iter().filter_map(|(person, name, ..)| Some((person, name?))).collect()))
}

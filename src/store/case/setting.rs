//! The school around a case, as its rules are given it: roster, declared relationships, calendar and rules.

use crate::domain::{
    case::Setting,
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{
        Desk, Roster, Seat, Sitting,
        naming::FormerNames,
        ties::{Pair, Ties},
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{duties, former_names, people, person_ties},
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
    Ok(Setting { roster, ties, adults: Arc::default(), calendar, editions })
}

/// The setting of an act that may bring words about a person: with every adult whom they could mean.
pub fn with_adults(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Setting> {
    let adults = staff::who_could_be_meant(tx, school)?.into();
    Ok(Setting { adults, ..read(tx, school, now)? })
}

/// The setting the viewer's page is drawn with: calendar and rules as they were when the request came.
pub fn around(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Setting> {
    Ok(with_names(tx, viewer, &BTreeSet::new())?.0)
}

/// The setting of the viewer's page, with the names of `ids` and of everybody who has a seat.
pub fn with_names(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &BTreeSet<PersonId>,
) -> Result<(Setting, BTreeMap<PersonId, String>)> {
    let (setting, names, _) = with_names_in_time(tx, viewer, ids)?;
    Ok((setting, names))
}

/// The setting of the viewer's page, with the names of `ids` and of everybody who has a seat, and the names that
/// `ids` had before, in one statement.
pub fn with_names_in_time(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    ids: &BTreeSet<PersonId>,
) -> Result<(Setting, BTreeMap<PersonId, String>, FormerNames)> {
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
        .filter(people::id.eq_any(ids.clone()).or(people::id.eq_any(seated)))
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
    // A former name has whose it was in the place of the other person of a tie, and until when in that of leaving.
    let had = former_names::table
        .filter(former_names::school_id.eq(school))
        .filter(former_names::shown.eq(true))
        .filter(former_names::person_id.eq_any(ids))
        .select((
            former_names::person_id,
            former_names::name.nullable(),
            former_names::until.nullable(),
            None::<Desk>.into_sql::<Nullable<Text>>(),
            None::<Seat>.into_sql::<Nullable<Text>>(),
            former_names::person_id.nullable(),
        ));
    type Row = (PersonId, Option<String>, Option<Instant>, Option<Desk>, Option<Seat>, Option<PersonId>);
    let rows: Vec<Row> = named.union_all(tied).union_all(had).both().load(tx.conn())?;
    let sitting = |(person, _, left, desk, seat, _): &Row| {
        left.is_none().then_some(Sitting { desk: (*desk)?, seat: (*seat)?, person: *person })
    };
    let setting = Setting {
        roster: Roster::new(rows.iter().filter_map(sitting)),
        ties: rows.iter().filter_map(|(one, .., other)| Pair::of(*one, (*other)?)).collect::<Ties>(),
        adults: Arc::default(),
        calendar: Arc::clone(viewer.calendar()),
        editions: Arc::clone(viewer.editions()),
    };
    let (mut names, mut former) = (BTreeMap::new(), FormerNames::default());
    for (person, name, at, _, _, other) in rows {
        match (name, at, other) {
            (Some(name), _, None) => drop(names.insert(person, name)),
            (Some(name), Some(until), Some(_)) => former.add(person, name, until),
            (Some(_), None, Some(_)) | (None, _, _) => {}
        }
    }
    Ok((setting, names, former))
}

//! Schools of the installation: name, settings, calendar.

use crate::domain::{
    kernel::{
        clock::{Calendar, Instant},
        ids::SchoolId,
    },
    school::settings::Editions,
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::schools,
    },
    people::register,
    record::audit,
};
use diesel::prelude::*;

/// A school.
#[derive(Debug, Clone, PartialEq)]
pub struct School {
    /// Its id.
    pub id: SchoolId,
    /// A short name for command lines.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it has settled for itself, from its first day on: ask for the edition of an instant.
    pub editions: Editions,
    /// Its calendar.
    pub calendar: Calendar,
}

type Row = (SchoolId, String, String, Json<Editions>, Json<Calendar>);

fn school((id, slug, name, editions, calendar): Row) -> School {
    School { id, slug, name, editions: editions.0, calendar: calendar.0 }
}

const COLUMNS: (schools::id, schools::slug, schools::name, schools::settings, schools::calendar) =
    (schools::id, schools::slug, schools::name, schools::settings, schools::calendar);

/// One school.
pub fn find(tx: &mut Tx<'_>, id: SchoolId) -> Result<School> {
    Ok(schools::table.find(id).select(COLUMNS).first::<Row>(tx.conn()).map(school)?)
}

/// Every school, by name.
pub fn all(tx: &mut Tx<'_>) -> Result<Vec<School>> {
    let rows: Vec<Row> = schools::table.order(schools::name.asc()).select(COLUMNS).load(tx.conn())?;
    Ok(rows.into_iter().map(school).collect())
}

/// The school of a short name.
pub fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<School> {
    Ok(schools::table.filter(schools::slug.eq(slug)).select(COLUMNS).first::<Row>(tx.conn()).map(school)?)
}

/// Adds a school with an empty register and an empty audit log.
pub fn add(tx: &mut Tx<'_>, school: &School, now: Instant) -> Result<()> {
    diesel::insert_into(schools::table)
        .values((
            schools::id.eq(school.id),
            schools::slug.eq(&school.slug),
            schools::name.eq(&school.name),
            schools::settings.eq(Json(school.editions.clone())),
            schools::calendar.eq(Json(school.calendar.clone())),
            schools::created_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    register::begin(tx, school.id)?;
    audit::begin(tx, school.id)
}

/// One school, locked until the transaction ends: its rules are changed one after the other.
pub fn find_to_change(tx: &mut Tx<'_>, id: SchoolId) -> Result<School> {
    let row: Row = schools::table.find(id).select(COLUMNS).locked().get_result(tx.conn())?;
    Ok(school(row))
}

/// Replaces the editions by those with one change more.
pub fn set_editions(tx: &mut Tx<'_>, id: SchoolId, editions: &Editions) -> Result<()> {
    diesel::update(schools::table.find(id))
        .set(schools::settings.eq(Json(editions.clone())))
        .execute(tx.conn())?;
    Ok(())
}

/// Replaces the calendar.
pub fn set_calendar(tx: &mut Tx<'_>, id: SchoolId, calendar: &Calendar) -> Result<()> {
    diesel::update(schools::table.find(id))
        .set(schools::calendar.eq(Json(calendar.clone())))
        .execute(tx.conn())?;
    Ok(())
}

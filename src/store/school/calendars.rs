//! Every calendar a school has had since it first changed it, with who changed it and when.

use crate::domain::kernel::{
    clock::{Calendar, Instant},
    ids::PersonId,
};
use crate::store::{
    Result, Tx,
    db::{
        mapping::{At, Json},
        schema::calendars,
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// A calendar, from when on it was in force and who entered it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredCalendar {
    /// From when.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
    /// As it was entered.
    pub calendar: Calendar,
}

/// Stores a calendar that was just entered.
pub fn add(tx: &mut Tx<'_>, viewer: &Viewer, calendar: &Calendar) -> Result<()> {
    diesel::insert_into(calendars::table)
        .values((
            calendars::school_id.eq(viewer.school()),
            calendars::kept_at.eq(At(viewer.standing().at)),
            calendars::kept_by.eq(viewer.person()),
            calendars::calendar.eq(Json(calendar.clone())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The calendars of the viewer's school, the latest first.
pub fn some(tx: &mut Tx<'_>, viewer: &Viewer, limit: i64) -> Result<Vec<StoredCalendar>> {
    let rows: Vec<(Instant, PersonId, Json<Calendar>)> = calendars::table
        .filter(calendars::school_id.eq(viewer.school()))
        .order(calendars::kept_at.desc())
        .select((calendars::kept_at, calendars::kept_by, calendars::calendar))
        .limit(limit)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(at, by, calendar)| StoredCalendar { at, by, calendar: calendar.0 }).collect())
}

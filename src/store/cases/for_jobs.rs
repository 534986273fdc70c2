//! Cases as jobs and other acts of Candour itself read them: nobody looks, so nobody's reach is asked.

use crate::{
    domain::{
        case::Case,
        clock::Instant,
        ids::{CaseId, SchoolId},
    },
    store::{
        Result, Tx,
        dialect::QueryExt,
        mapping::{At, Json},
        schema::cases,
    },
};
use diesel::prelude::*;

/// The open cases of a school in which something is overdue, the longest first, for the job that chases deadlines. Only
/// which: each is read by itself, so that one that cannot be read holds up no other.
pub fn overdue(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Vec<CaseId>> {
    Ok(cases::table
        .filter(cases::school_id.eq(school))
        .filter(cases::is_open.eq(true))
        .filter(cases::due_at.lt(At(now)))
        .order((cases::due_at.asc(), cases::id.asc()))
        .select(cases::id)
        .load(tx.conn())?)
}

/// One of them as it is now.
pub fn look_for_job(tx: &mut Tx<'_>, school: SchoolId, id: CaseId) -> Result<Case> {
    let row: Json<Case> = cases::table.find((school, id)).select(cases::document).first(tx.conn())?;
    Ok(row.0)
}

/// The same, with its row locked until the transaction ends: the job decides again, since somebody may have acted.
pub fn find_for_job(tx: &mut Tx<'_>, school: SchoolId, id: CaseId) -> Result<Case> {
    let row: Json<Case> =
        cases::table.find((school, id)).select(cases::document).locked().get_result(tx.conn())?;
    Ok(row.0)
}

/// Every open case of a school, locked: for a change of the calendar, from which every due time follows.
pub fn all_open(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<Case>> {
    let rows: Vec<Json<Case>> = cases::table
        .filter(cases::school_id.eq(school))
        .filter(cases::is_open.eq(true))
        .order(cases::id.asc())
        .select(cases::document)
        .locked()
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|case| case.0).collect())
}

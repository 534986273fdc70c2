//! The list an inspector sees: the cases selected for them.

use super::cases::within;
use crate::domain::case::Case;
use crate::store::{
    Result, Tx,
    db::{
        mapping::Json,
        schema::{case_grants, cases},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// Every case selected for the viewer, whether it has ended or not, the latest first.
pub fn list(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Case>> {
    let standing = viewer.standing();
    // Reads their own rows first: the rule alone would ask of every case of the school.
    let theirs = case_grants::table
        .filter(case_grants::school_id.eq(standing.school))
        .filter(case_grants::person_id.assume_not_null().eq(standing.person))
        .select(case_grants::case_id);
    let rows: Vec<Json<Case>> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::id.eq_any(theirs))
        .order((cases::submitted_at.desc(), cases::id.desc()))
        .select(cases::document)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|case| case.0).collect())
}

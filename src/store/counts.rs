//! Counting a term: from the viewer's own reach, never from the whole school, so a preview equals their own list.

use super::{
    Result, Tx,
    cases::within,
    mapping::{At, Json},
    schema::cases,
    viewer::Viewer,
};
use crate::domain::{
    ids::PersonId,
    statistics::{CaseFacts, RawCounts, Term},
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The viewer's own cases of a term, added up. `present` sit at the DSL's or the head's desk today.
pub fn of_term(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    term: &Term,
    present: &BTreeSet<PersonId>,
) -> Result<RawCounts> {
    let reach = viewer.reach();
    let facts: Vec<Json<CaseFacts>> = cases::table
        .filter(within(&reach))
        .filter(cases::submitted_at.ge(At(term.from)))
        .filter(cases::submitted_at.lt(At(term.until)))
        .select(cases::document)
        .load(tx.conn())?;
    let now = viewer.standing().at;
    Ok(RawCounts::from_cases(term.key, facts.iter().filter_map(|facts| facts.0.counted(present, now))))
}

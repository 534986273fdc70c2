//! Counting a term: from the viewer's own reach, never from the whole school, so that a preview equals their
//! own list.

use crate::domain::{
    governors::{RawCounts, Tally, Term},
    kernel::ids::PersonId,
};
use crate::store::{
    Result, StoreError, Tx,
    case::cases::within,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{case_exclusions, cases},
    },
    entry::viewer::Viewer,
};
use diesel::{
    dsl::{count_star, exists, not},
    prelude::*,
};
use std::collections::BTreeSet;

/// The viewer's own cases of a term, added up. `present` sit at the DSL's or the head's desk today, deputies
/// too: a case from which any of them is excluded is left out for everybody. What each case is counted as
/// stands in its own column, and cases that are counted alike come as one row.
pub fn of_term(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    term: &Term,
    present: &BTreeSet<PersonId>,
) -> Result<RawCounts> {
    let present: Vec<PersonId> = present.iter().copied().collect();
    let kept_from_them = case_exclusions::table
        .filter(case_exclusions::school_id.eq(cases::school_id))
        .filter(case_exclusions::case_id.eq(cases::id))
        .filter(case_exclusions::person_id.eq_any(present));
    let rows: Vec<(Option<String>, i64)> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::submitted_at.ge(At(term.from)))
        .filter(cases::submitted_at.lt(At(term.until)))
        .filter(cases::counted_as.is_not_null())
        .filter(not(exists(kept_from_them)))
        .group_by(cases::counted_as)
        .select((cases::counted_as, count_star()))
        .cached()
        .load(tx.conn())?;
    let now = viewer.standing().at;
    let mut counts = RawCounts::builder(term.key);
    for (counted_as, times) in rows {
        let corrupt = || StoreError::Corrupt {
            table: "cases",
            column: "counted_as".to_owned(),
            row: term.key.to_string(),
        };
        let tally: Tally = serde_json::from_str(&counted_as.unwrap_or_default()).map_err(|_| corrupt())?;
        counts = counts.add(tally.counted(now), u32::try_from(times).unwrap_or(u32::MAX));
    }
    Ok(counts.build())
}

//! Published term reports, frozen: added once, never changed.

use crate::domain::{
    governors::{FrozenReport, Published, TermKey},
    kernel::clock::Instant,
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        mapping::{At, Json},
        schema::term_reports,
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// The only revision there is: a published report does not change.
const FIRST: i32 = 1;

/// A report as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptReport {
    /// The report.
    pub report: Published,
    /// Its SHA-256, in lower-case hexadecimal.
    pub hash: String,
    /// When it was published.
    pub published_at: Instant,
}

type Row = (String, Json<FrozenReport>, String, Instant);

fn report_of_row((term, frozen, hash, published_at): Row) -> Result<KeptReport> {
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "term_reports",
        column: column.to_owned(),
        row: term.clone(),
    };
    let report = frozen.0.thaw().map_err(|_| corrupt("report"))?;
    if report.term().code() != term {
        return Err(corrupt("term"));
    }
    if frozen.0.sha256 != hash {
        return Err(corrupt("hash"));
    }
    Ok(KeptReport { report, hash, published_at })
}

/// Every report of the viewer's school, in the order of publication.
pub fn all(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<KeptReport>> {
    let rows: Vec<Row> = term_reports::table
        .filter(term_reports::school_id.eq(viewer.school()))
        .order((term_reports::published_at.asc(), term_reports::term.asc()))
        .select((term_reports::term, term_reports::report, term_reports::hash, term_reports::published_at))
        .load(tx.conn())?;
    rows.into_iter().map(report_of_row).collect()
}

/// One term's report.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, term: TermKey) -> Result<KeptReport> {
    let row: Row = term_reports::table
        .find((viewer.school(), term.code(), FIRST))
        .select((term_reports::term, term_reports::report, term_reports::hash, term_reports::published_at))
        .first(tx.conn())?;
    report_of_row(row)
}

/// Stores a report. A second one of the same term is [`StoreError::Duplicate`].
pub fn add(tx: &mut Tx<'_>, viewer: &Viewer, term: TermKey, frozen: &FrozenReport) -> Result<()> {
    diesel::insert_into(term_reports::table)
        .values((
            term_reports::school_id.eq(viewer.school()),
            term_reports::term.eq(term.code()),
            term_reports::revision.eq(FIRST),
            term_reports::report.eq(Json(frozen.clone())),
            term_reports::hash.eq(&frozen.sha256),
            term_reports::published_at.eq(At(viewer.standing().at)),
            term_reports::published_by.eq(viewer.person()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

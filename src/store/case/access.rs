//! Who may read a case, as rows beside it; and the two reads that do not ask for it as a case's own page
//! does.

use super::cases::within;
use crate::domain::{
    case::{Case, DeskKind, LinkedCase, Principal, Sight, Sits},
    kernel::{
        clock::Instant,
        ids::{CaseId, Reference},
    },
    people::Desk,
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::{QueryExt, insert_rows},
        mapping::{At, Json},
        schema::{case_exclusions, case_grants, cases},
    },
    entry::viewer::Viewer,
};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use std::collections::BTreeMap;

/// Every seat at the desk.
pub(in crate::store) const ANY_SEAT: &str = "any";
const HOLDERS_ONLY: &str = "holders";
/// What an inspector sees.
pub(in crate::store) const INSPECTED: &str = "inspected";

/// Stores who may read a case as rows, in place of the rows stored before.
pub(in crate::store) fn replace(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    diesel::delete(
        case_grants::table
            .filter(case_grants::school_id.eq(case.school))
            .filter(case_grants::case_id.eq(case.id)),
    )
    .execute(tx.conn())?;
    diesel::delete(
        case_exclusions::table
            .filter(case_exclusions::school_id.eq(case.school))
            .filter(case_exclusions::case_id.eq_any(case.with_gathered())),
    )
    .execute(tx.conn())?;
    write(tx, case)
}

/// A desk that stands in for the one that leads has its steps too.
fn due_at(case: &Case, desk: Desk) -> Option<Instant> {
    let of_lead = case.stands_in().filter(|stand_in| *stand_in == desk).map(|_| case.lead());
    let theirs = std::iter::once(desk).chain(of_lead).filter_map(|desk| case.dues.next_at(desk));
    theirs.map(|due| due.deadline.due).min()
}

/// When each desk that has a case has its own next step: stored beside what the desk may read.
pub(in crate::store) fn due_at_each(case: &Case) -> BTreeMap<Desk, Option<Instant>> {
    let desks = case.desks.keys().copied().chain(case.stands_in());
    desks.map(|desk| (desk, due_at(case, desk))).collect()
}

/// Stores who may read a new case as rows.
pub(in crate::store) fn write(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let grants: Vec<_> = (0i32..)
        .zip(case.grants())
        .map(|(position, grant)| {
            let (desk, person, seats) = match grant.principal {
                Principal::Desk(desk, Sits::AnySeat) => (Some(desk), None, ANY_SEAT),
                Principal::Desk(desk, Sits::HoldersOnly) => (Some(desk), None, HOLDERS_ONLY),
                Principal::Person(person) => (None, Some(person), ANY_SEAT),
            };
            let waits = grant.sight != Sight::Inspected
                && desk.is_none_or(|desk| {
                    case.stands_in() == Some(desk)
                        || case.desks.get(&desk).is_some_and(|kind| *kind != DeskKind::Oversight)
                });
            let sight = match grant.sight {
                Sight::Technical => "technical",
                Sight::Full => "full",
                Sight::Inspected => INSPECTED,
            };
            (
                case_grants::school_id.eq(case.school),
                case_grants::case_id.eq(case.id),
                case_grants::position.eq(position),
                case_grants::desk.eq(desk),
                case_grants::person_id.eq(person),
                case_grants::seats.eq(seats),
                case_grants::sight.eq(sight),
                case_grants::ends_at.eq(grant.until.map(At)),
                case_grants::queue.eq(waits),
                case_grants::due_at.eq(desk.filter(|_| waits).and_then(|desk| due_at(case, desk)).map(At)),
            )
        })
        .collect();
    if !grants.is_empty() {
        insert_rows!(tx.conn(), case_grants::table, &grants)?;
    }
    let ids: Vec<CaseId> = case.with_gathered().collect();
    let scopes = case.scopes();
    let everybody = ids.iter().flat_map(|id| scopes.iter().map(move |(who, scope)| (*id, who, scope)));
    let excluded: Vec<_> = everybody
        .map(|(id, person, scope)| {
            (
                case_exclusions::school_id.eq(case.school),
                case_exclusions::case_id.eq(id),
                case_exclusions::person_id.eq(*person),
                case_exclusions::scope.eq(scope.code()),
            )
        })
        .collect();
    if !excluded.is_empty() {
        insert_rows!(tx.conn(), case_exclusions::table, &excluded)?;
    }
    Ok(())
}

/// What a case may say of those linked to it that the viewer may read whole: a link to any other would disclose
/// that it exists, or that a technical view of it came or went with who is in it.
pub fn linked(tx: &mut Tx<'_>, viewer: &Viewer, case: &Case) -> Result<Vec<LinkedCase>> {
    let ids: Vec<CaseId> = case.links().into_keys().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Json<Case>> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::id.eq_any(ids))
        .order((cases::submitted_at.asc(), cases::id.asc()))
        .select(cases::document)
        .load(tx.conn())?;
    let is_read_whole = |other: &&Case| match other.sight(viewer.standing()) {
        Some(Sight::Full | Sight::Inspected) => true,
        Some(Sight::Technical) | None => false,
    };
    let readable = rows.iter().map(|row| &row.0).filter(is_read_whole);
    Ok(readable.filter_map(|other| case.says_of(other)).collect())
}

/// A case that may be kept from the head or the DSL by a restriction, locked: for emergency access alone. An
/// excluded person finds nothing, after the same statement as for a case that does not exist.
pub fn find_behind_glass(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<Case> {
    let reach = viewer.reach();
    let excluded = case_exclusions::table
        .filter(case_exclusions::school_id.eq(cases::school_id))
        .filter(case_exclusions::case_id.eq(cases::id))
        .filter(case_exclusions::person_id.eq(reach.person));
    let row: Option<Json<Case>> = cases::table
        .filter(cases::school_id.eq(reach.school))
        .filter(cases::reference.eq(reference))
        .filter(not(exists(excluded)))
        .select(cases::document)
        .locked()
        .get_result(tx.conn())
        .optional()?;
    row.map(|case| case.0).ok_or(StoreError::NotFound)
}

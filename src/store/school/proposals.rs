//! Proposed changes of a school's settings: stored for good, whatever became of them.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, ProposalId},
    },
    people::{Desk, Roster, Seat, Sitting},
    school::settings::{Proposal, State},
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::{duties, people, proposals},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const WAITING: &str = "waiting";
const APPROVED: &str = "approved";
const REFUSED: &str = "refused";
const WITHDRAWN: &str = "withdrawn";

/// The columns that follow from what became of a proposal.
const fn columns(state: &State) -> (&'static str, Option<At>, Option<PersonId>) {
    match state {
        State::Waiting => (WAITING, None, None),
        State::Approved { by, at, .. } => (APPROVED, Some(At(*at)), Some(*by)),
        State::Refused { by, at, .. } => (REFUSED, Some(At(*at)), Some(*by)),
        State::Withdrawn { by, at } => (WITHDRAWN, Some(At(*at)), Some(*by)),
    }
}

/// Stores a new proposal.
pub fn add(tx: &mut Tx<'_>, viewer: &Viewer, proposal: &Proposal) -> Result<()> {
    let (status, decided_at, decided_by) = columns(&proposal.state);
    diesel::insert_into(proposals::table)
        .values((
            proposals::school_id.eq(viewer.school()),
            proposals::id.eq(proposal.id),
            proposals::status.eq(status),
            proposals::proposed_at.eq(At(proposal.at)),
            proposals::proposed_by.eq(proposal.by),
            proposals::decided_at.eq(decided_at),
            proposals::decided_by.eq(decided_by),
            proposals::document.eq(Json(proposal.clone())),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Stores what became of one that waited. If it was decided meanwhile, that is [`StoreError::Stale`].
pub fn decide(tx: &mut Tx<'_>, viewer: &Viewer, proposal: &Proposal) -> Result<()> {
    let (status, decided_at, decided_by) = columns(&proposal.state);
    let row = proposals::table.find((viewer.school(), proposal.id));
    let changed = diesel::update(row)
        .filter(proposals::status.eq(WAITING))
        .set((
            proposals::status.eq(status),
            proposals::decided_at.eq(decided_at),
            proposals::decided_by.eq(decided_by),
            proposals::document.eq(Json(proposal.clone())),
        ))
        .execute(tx.conn())?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// One proposal of the viewer's school.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: ProposalId) -> Result<Proposal> {
    let row = proposals::table.find((viewer.school(), id)).select(proposals::document);
    Ok(row.first::<Json<Proposal>>(tx.conn())?.0)
}

/// One proposal of the viewer's school, locked until the transaction ends.
pub fn find_to_decide(tx: &mut Tx<'_>, viewer: &Viewer, id: ProposalId) -> Result<Proposal> {
    let row = proposals::table.find((viewer.school(), id)).select(proposals::document);
    let found: Json<Proposal> = row.locked().get_result(tx.conn())?;
    Ok(found.0)
}

/// Every proposal that waits in the viewer's school, the oldest first.
pub fn waiting(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Proposal>> {
    let rows: Vec<Json<Proposal>> = proposals::table
        .filter(proposals::school_id.eq(viewer.school()))
        .filter(proposals::status.eq(WAITING))
        .order((proposals::proposed_at.asc(), proposals::id.asc()))
        .select(proposals::document)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Decided and withdrawn proposals of the viewer's school, the latest first.
pub fn decided(tx: &mut Tx<'_>, viewer: &Viewer, limit: i64) -> Result<Vec<Proposal>> {
    let rows: Vec<Json<Proposal>> = proposals::table
        .filter(proposals::school_id.eq(viewer.school()))
        .filter(proposals::status.eq_any([APPROVED, REFUSED, WITHDRAWN]))
        .order((proposals::decided_at.desc(), proposals::id.desc()))
        .select(proposals::document)
        .limit(limit)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// What the desk page of a person who may have to decide needs beside its cases.
#[derive(Debug, Clone)]
pub struct Deciding {
    /// The seats now.
    pub roster: Roster,
    /// Names of everybody there, of everybody whose proposal waits, and of those asked for.
    pub names: BTreeMap<PersonId, String>,
    /// Who proposed each that waits.
    pub proposers: Vec<PersonId>,
}

/// Who proposed what waits, the seats and the names of `ids`, in the statement that the names alone would
/// take.
pub fn deciding(tx: &mut Tx<'_>, viewer: &Viewer, ids: &BTreeSet<PersonId>) -> Result<Deciding> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    let seat_of_today = duties::desk
        .is_not_null()
        .and(duties::starts_at.le(At(now)))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    let (taken, waiting) = diesel::alias!(duties as taken, proposals as waiting);
    let seated = taken
        .filter(taken.field(duties::school_id).eq(school))
        .filter(taken.field(duties::desk).is_not_null())
        .select(taken.field(duties::person_id));
    let proposers = waiting
        .filter(waiting.field(proposals::school_id).eq(school))
        .filter(waiting.field(proposals::status).eq(WAITING))
        .select(waiting.field(proposals::proposed_by));
    let ids: Vec<PersonId> = ids.iter().copied().collect();
    type Row = (PersonId, String, Option<Instant>, Option<Desk>, Option<Seat>, Option<ProposalId>);
    let rows: Vec<Row> = people::table
        .left_join(duties::table.on(
            duties::school_id.eq(people::school_id).and(duties::person_id.eq(people::id)).and(seat_of_today),
        ))
        .left_join(
            proposals::table.on(proposals::school_id
                .eq(people::school_id)
                .and(proposals::proposed_by.eq(people::id))
                .and(proposals::status.eq(WAITING))),
        )
        .filter(people::school_id.eq(school))
        .filter(people::id.eq_any(ids).or(people::id.eq_any(seated)).or(people::id.eq_any(proposers)))
        .select((
            people::id,
            people::name,
            people::left_at,
            duties::desk.nullable(),
            duties::seat.nullable(),
            proposals::id.nullable(),
        ))
        .load(tx.conn())?;
    let sitting = |(person, _, left, desk, seat, _): &Row| {
        left.is_none().then_some(Sitting { desk: (*desk)?, seat: (*seat)?, person: *person })
    };
    let roster = Roster::new(rows.iter().filter_map(sitting));
    let waiting: BTreeMap<ProposalId, PersonId> =
        rows.iter().filter_map(|row| Some((row.5?, row.0))).collect();
    Ok(Deciding {
        roster,
        proposers: waiting.into_values().collect(),
        names: rows.into_iter().map(|(person, name, ..)| (person, name)).collect(),
    })
}

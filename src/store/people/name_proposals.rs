//! Names that take two people: what was proposed, and what became of it.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{NameProposalId, PersonId, SchoolId},
    },
    people::{
        PersonKind, ShownName,
        duty::ProposalState,
        register::values::Email,
        renaming::{NameChange, NameProposal, Road, WhyTwo},
    },
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{dialect::QueryExt, mapping::At, schema::name_proposals},
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// A proposal with who decided about it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameProposalRecord {
    /// The proposal.
    pub proposal: NameProposal,
    /// Who decided, and when.
    pub decided: Option<(PersonId, Instant)>,
}

/// Stores a proposal.
pub fn propose(tx: &mut Tx<'_>, school: SchoolId, proposal: &NameProposal) -> Result<()> {
    let (person, name_before, kind) = match &proposal.change {
        NameChange::Rename { person, before: ShownName(before) } => {
            (Some(*person), Some(before.as_str()), None)
        }
        NameChange::Add { kind, .. } => (None, None, Some(*kind)),
        NameChange::Address { person, .. } => (Some(*person), None, None),
    };
    let (email_before, email) = match &proposal.change {
        NameChange::Rename { .. } => (None, None),
        NameChange::Add { email, .. } => (None, email.as_ref()),
        NameChange::Address { before, email, .. } => (before.as_ref(), email.as_ref()),
    };
    diesel::insert_into(name_proposals::table)
        .values((
            name_proposals::school_id.eq(school),
            name_proposals::id.eq(proposal.id),
            name_proposals::person_id.eq(person),
            name_proposals::name.eq(&proposal.name.0),
            name_proposals::name_before.eq(name_before),
            name_proposals::person_kind.eq(kind),
            name_proposals::email.eq(email.map(Email::as_str)),
            name_proposals::email_before.eq(email_before.map(Email::as_str)),
            name_proposals::why.eq(proposal.why),
            name_proposals::road.eq(proposal.road),
            name_proposals::proposed_by.eq(proposal.proposed_by),
            name_proposals::proposed_at.eq(At(proposal.proposed_at)),
            name_proposals::state.eq(proposal.state),
        ))
        .execute(tx.conn())?;
    Ok(())
}

type Row = (
    (NameProposalId, Option<PersonId>, String, Option<String>),
    (Option<PersonKind>, Option<String>, Option<String>, WhyTwo, Road),
    (Option<PersonId>, Instant, ProposalState, Option<PersonId>, Option<Instant>),
);

type NameColumns =
    (name_proposals::id, name_proposals::person_id, name_proposals::name, name_proposals::name_before);
type WhatColumns = (
    name_proposals::person_kind,
    name_proposals::email,
    name_proposals::email_before,
    name_proposals::why,
    name_proposals::road,
);
type DecisionColumns = (
    name_proposals::proposed_by,
    name_proposals::proposed_at,
    name_proposals::state,
    name_proposals::decided_by,
    name_proposals::decided_at,
);

const PROPOSAL: (NameColumns, WhatColumns, DecisionColumns) = (
    (name_proposals::id, name_proposals::person_id, name_proposals::name, name_proposals::name_before),
    (
        name_proposals::person_kind,
        name_proposals::email,
        name_proposals::email_before,
        name_proposals::why,
        name_proposals::road,
    ),
    (
        name_proposals::proposed_by,
        name_proposals::proposed_at,
        name_proposals::state,
        name_proposals::decided_by,
        name_proposals::decided_at,
    ),
);

fn record_of_row(row: Row) -> Result<NameProposalRecord> {
    let ((id, person, name, before), what, (by, at, state, decided_by, decided_at)) = row;
    let (kind, email, email_before, why, road) = what;
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "name_proposals",
        column: column.to_owned(),
        row: id.to_string(),
    };
    let address = |stored: Option<String>, column: &str| {
        stored.map(|stored| stored.parse::<Email>().map_err(|_| corrupt(column))).transpose()
    };
    let email = address(email, "email")?;
    let change = match (kind, person, before) {
        (Some(kind), _, None) => NameChange::Add { kind, email },
        (None, Some(person), Some(before)) => NameChange::Rename { person, before: ShownName(before) },
        (None, Some(person), None) => {
            NameChange::Address { person, before: address(email_before, "email_before")?, email }
        }
        (Some(_), _, Some(_)) | (None, None, _) => return Err(corrupt("name_before")),
    };
    let name = ShownName(name);
    let proposal = NameProposal { id, change, name, why, road, proposed_by: by, proposed_at: at, state };
    Ok(NameProposalRecord { proposal, decided: decided_by.zip(decided_at) })
}

/// One proposal, locked.
pub fn proposal(tx: &mut Tx<'_>, viewer: &Viewer, id: NameProposalId) -> Result<NameProposal> {
    let row: Row =
        name_proposals::table.find((viewer.school(), id)).select(PROPOSAL).locked().get_result(tx.conn())?;
    Ok(record_of_row(row)?.proposal)
}

/// Every proposal of a name in a school, the latest first: of this name alone if one is asked for.
pub fn proposals(
    tx: &mut Tx<'_>,
    school: SchoolId,
    name: Option<&ShownName>,
) -> Result<Vec<NameProposalRecord>> {
    let mut query = name_proposals::table
        .filter(name_proposals::school_id.eq(school))
        .order((name_proposals::proposed_at.desc(), name_proposals::id.desc()))
        .select(PROPOSAL)
        .into_boxed::<Any>();
    if let Some(ShownName(name)) = name {
        query = query.filter(name_proposals::name.eq(name.clone()));
    }
    let rows: Vec<Row> = query.load(tx.conn())?;
    rows.into_iter().map(record_of_row).collect()
}

/// Stores what became of a proposal, once, and who was added by it.
pub fn decide(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    proposal: &NameProposal,
    (state, added): (ProposalState, Option<PersonId>),
) -> Result<()> {
    let open = name_proposals::table.find((viewer.school(), proposal.id));
    let waiting = name_proposals::state.eq(ProposalState::Waiting);
    let decided = (
        name_proposals::state.eq(state),
        name_proposals::decided_by.eq(Some(viewer.person())),
        name_proposals::decided_at.eq(Some(At(viewer.standing().at))),
    );
    let changed = diesel::update(open.filter(waiting)).set(decided).execute(tx.conn())?;
    if let Some(person) = added {
        diesel::update(open).set(name_proposals::person_id.eq(Some(person))).execute(tx.conn())?;
    }
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

//! Roles with their history: proposals, what became of them, and who has not seen it yet.

use crate::domain::{
    entry::first_sign_in::BoundBy,
    kernel::{
        clock::Instant,
        ids::{DutyId, DutyProposalId, PersonId, Random, SchoolId},
    },
    people::{
        Desk, Office, Seat,
        duty::{
            Book, Change, CodeState, Confirmer, DutyKind, Effect, HeldDuty, HowEnded, Proposal,
            ProposalState, Why,
        },
    },
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{bindings, duties, duty_news, duty_proposals, people},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const BEGIN: &str = "begin";
const END: &str = "end";

type What = (Option<Desk>, Option<Seat>, Option<Office>);

pub(in crate::store) fn what_of(table: &'static str, row: impl ToString, what: What) -> Result<DutyKind> {
    match what {
        (Some(desk), Some(seat), None) => Ok(DutyKind::Seat(desk, seat)),
        (None, None, Some(office)) => Ok(DutyKind::Office(office)),
        (_, _, _) => Err(StoreError::Corrupt { table, column: "office".to_owned(), row: row.to_string() }),
    }
}

fn columns(what: DutyKind) -> What {
    match what {
        DutyKind::Seat(desk, seat) => (Some(desk), Some(seat), None),
        DutyKind::Office(office) => (None, None, Some(office)),
    }
}

/// The book of a school: every role of today and to come of people who have not left.
pub fn book(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Book> {
    type Row = (DutyId, PersonId, What, Instant, Option<Instant>);
    let rows: Vec<Row> = duties::table
        .inner_join(
            people::table.on(people::school_id.eq(duties::school_id).and(people::id.eq(duties::person_id))),
        )
        .filter(duties::school_id.eq(school))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .filter(people::left_at.is_null())
        .order((duties::starts_at.asc(), duties::id.asc()))
        .select((
            duties::id,
            duties::person_id,
            (duties::desk, duties::seat, duties::office),
            duties::starts_at,
            duties::ends_at,
        ))
        .load(tx.conn())?;
    let codes = codes(tx, school)?;
    let held = |(id, person, what, from, to): Row| {
        let what = what_of("duties", id, what)?;
        Ok(HeldDuty { id, person, what, from, to, code: code_state(&codes, person, what) })
    };
    Ok(Book { duties: rows.into_iter().map(held).collect::<Result<_>>()?, now })
}

/// The book from roles that were read already, with the people who have not left.
pub fn book_among(
    tx: &mut Tx<'_>,
    school: SchoolId,
    now: Instant,
    (past, here): (&[Past], &BTreeSet<PersonId>),
) -> Result<Book> {
    let codes = codes(tx, school)?;
    let lasts = |held: &HeldDuty| held.to.is_none_or(|to| to > now) && here.contains(&held.person);
    // The book wants the earliest first, and they come the latest first.
    let held = past.iter().rev().map(|past| past.held).filter(lasts);
    let duties =
        held.map(|held| HeldDuty { code: code_state(&codes, held.person, held.what), ..held }).collect();
    Ok(Book { duties, now })
}

fn code_state(codes: &BTreeMap<PersonId, Confirmer>, person: PersonId, what: DutyKind) -> CodeState {
    let counts =
        what.needs_code_from().is_none_or(|needs| codes.get(&person).is_some_and(|from| *from >= needs));
    if counts { CodeState::Entered } else { CodeState::Awaited }
}

/// The most trusted code that each person of a school has entered with an account that is proven to be theirs.
fn codes(tx: &mut Tx<'_>, school: SchoolId) -> Result<BTreeMap<PersonId, Confirmer>> {
    let rows: Vec<(PersonId, Option<Confirmer>)> = bindings::table
        .filter(bindings::school_id.eq(school))
        .filter(bindings::how.eq(BoundBy::Code))
        .filter(bindings::confirmed_at.is_not_null())
        .select((bindings::person_id, bindings::code_from))
        .load(tx.conn())?;
    let mut best: BTreeMap<PersonId, Confirmer> = BTreeMap::new();
    for (person, from) in rows.into_iter().filter_map(|(person, from)| Some((person, from?))) {
        let kept = best.entry(person).or_insert(from);
        *kept = from.max(*kept);
    }
    Ok(best)
}

/// Stores a proposal.
pub fn propose(tx: &mut Tx<'_>, school: SchoolId, proposal: &Proposal) -> Result<()> {
    let (kind, duty, from, to) = match &proposal.change {
        Change::Begin { from, to, .. } => (BEGIN, None, *from, *to),
        Change::End { duty, at } => (END, Some(duty.id), None, *at),
    };
    let (desk, seat, office) = columns(proposal.change.what());
    diesel::insert_into(duty_proposals::table)
        .values((
            duty_proposals::school_id.eq(school),
            duty_proposals::id.eq(proposal.id),
            duty_proposals::person_id.eq(proposal.change.person()),
            duty_proposals::desk.eq(desk),
            duty_proposals::seat.eq(seat),
            duty_proposals::office.eq(office),
            duty_proposals::duty_id.eq(duty),
            duty_proposals::kind.eq(kind),
            duty_proposals::starts_at.eq(from.map(At)),
            duty_proposals::ends_at.eq(to.map(At)),
            duty_proposals::why.eq(proposal.why),
            duty_proposals::proposed_by.eq(proposal.proposed_by),
            duty_proposals::proposed_at.eq(At(proposal.proposed_at)),
            duty_proposals::state.eq(proposal.state),
        ))
        .execute(tx.conn())?;
    Ok(())
}

type ProposalRow = (
    (DutyProposalId, PersonId, What, Option<DutyId>, String),
    (Option<Instant>, Option<Instant>, Why),
    (PersonId, Instant, ProposalState, Option<PersonId>, Option<Instant>),
);

type ProposedColumns = (
    duty_proposals::id,
    duty_proposals::person_id,
    (duty_proposals::desk, duty_proposals::seat, duty_proposals::office),
    duty_proposals::duty_id,
    duty_proposals::kind,
);
type PeriodColumns = (duty_proposals::starts_at, duty_proposals::ends_at, duty_proposals::why);
type DecisionColumns = (
    duty_proposals::proposed_by,
    duty_proposals::proposed_at,
    duty_proposals::state,
    duty_proposals::decided_by,
    duty_proposals::decided_at,
);

const PROPOSAL: (ProposedColumns, PeriodColumns, DecisionColumns) = (
    (
        duty_proposals::id,
        duty_proposals::person_id,
        (duty_proposals::desk, duty_proposals::seat, duty_proposals::office),
        duty_proposals::duty_id,
        duty_proposals::kind,
    ),
    (duty_proposals::starts_at, duty_proposals::ends_at, duty_proposals::why),
    (
        duty_proposals::proposed_by,
        duty_proposals::proposed_at,
        duty_proposals::state,
        duty_proposals::decided_by,
        duty_proposals::decided_at,
    ),
);

/// A proposal with who decided about it, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposalRecord {
    /// The proposal.
    pub proposal: Proposal,
    /// The role it began or is to end.
    pub duty: Option<DutyId>,
    /// Who decided, and when.
    pub decided: Option<(PersonId, Instant)>,
}

fn record_of_row(row: ProposalRow, held: &BTreeMap<DutyId, HeldDuty>) -> Result<ProposalRecord> {
    let ((id, person, what, duty, kind), (from, to, why), (proposed_by, proposed_at, state, by, at)) = row;
    let corrupt = |column: &str| StoreError::Corrupt {
        table: "duty_proposals",
        column: column.to_owned(),
        row: id.to_string(),
    };
    let what = what_of("duty_proposals", id, what)?;
    let change = match kind.as_str() {
        BEGIN => Change::Begin { person, what, from, to },
        END => {
            let duty = duty.and_then(|duty| held.get(&duty)).ok_or_else(|| corrupt("duty_id"))?;
            Change::End { duty: *duty, at: to }
        }
        _ => return Err(corrupt("kind")),
    };
    let proposal = Proposal { id, change, why, proposed_by, proposed_at, state };
    Ok(ProposalRecord { proposal, duty, decided: by.zip(at) })
}

/// One proposal, locked.
pub fn proposal(tx: &mut Tx<'_>, viewer: &Viewer, id: DutyProposalId) -> Result<Proposal> {
    let row: ProposalRow =
        duty_proposals::table.find((viewer.school(), id)).select(PROPOSAL).locked().get_result(tx.conn())?;
    let held = history(tx, viewer.school())?.into_iter().map(|past| (past.held.id, past.held)).collect();
    Ok(record_of_row(row, &held)?.proposal)
}

/// Every proposal of the viewer's school, the latest first.
pub fn proposals(tx: &mut Tx<'_>, viewer: &Viewer, past: &[Past]) -> Result<Vec<ProposalRecord>> {
    let rows: Vec<ProposalRow> = duty_proposals::table
        .filter(duty_proposals::school_id.eq(viewer.school()))
        .order((duty_proposals::proposed_at.desc(), duty_proposals::id.desc()))
        .select(PROPOSAL)
        .load(tx.conn())?;
    let held = past.iter().map(|past| (past.held.id, past.held)).collect();
    rows.into_iter().map(|row| record_of_row(row, &held)).collect()
}

/// Stores what became of a proposal, once, and which role it began.
pub fn decide(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    proposal: &Proposal,
    (state, began): (ProposalState, Option<DutyId>),
) -> Result<()> {
    let open = duty_proposals::table.find((viewer.school(), proposal.id));
    let waiting = duty_proposals::state.eq(ProposalState::Waiting);
    let decided = (
        duty_proposals::state.eq(state),
        duty_proposals::decided_by.eq(Some(viewer.person())),
        duty_proposals::decided_at.eq(Some(At(viewer.standing().at))),
    );
    let changed = diesel::update(open.filter(waiting)).set(decided).execute(tx.conn())?;
    if let Some(duty) = began {
        diesel::update(open).set(duty_proposals::duty_id.eq(Some(duty))).execute(tx.conn())?;
    }
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}

/// How an effect comes about.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    /// Why.
    pub why: Why,
    /// How an ending comes about.
    pub how: HowEnded,
}

/// Applies a decision to the book. Says which role it was.
pub fn apply(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    effect: Effect,
    cause: Cause,
    random: &mut dyn Random,
) -> Result<DutyId> {
    let school = viewer.school();
    match effect {
        Effect::Begins { person, what, from, to } => {
            let id = DutyId::draw(viewer.standing().at, random);
            let (desk, seat, office) = columns(what);
            diesel::insert_into(duties::table)
                .values((
                    duties::school_id.eq(school),
                    duties::id.eq(id),
                    duties::person_id.eq(person),
                    duties::desk.eq(desk),
                    duties::seat.eq(seat),
                    duties::office.eq(office),
                    duties::starts_at.eq(At(from)),
                    duties::ends_at.eq(to.map(At)),
                    duties::why.eq(Some(cause.why)),
                ))
                .execute(tx.conn())?;
            Ok(id)
        }
        Effect::Ends { duty, at } => {
            let ended = diesel::update(duties::table.find((school, duty)))
                .set((
                    duties::ends_at.eq(Some(At(at))),
                    duties::how_ended.eq(Some(cause.how)),
                    duties::ended_by.eq(Some(viewer.person())),
                    duties::ended_why.eq(Some(cause.why)),
                ))
                .execute(tx.conn())?;
            if ended == 1 { Ok(duty) } else { Err(StoreError::NotFound) }
        }
    }
}

/// A role as history has it, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Past {
    /// The role.
    pub held: HeldDuty,
    /// Why it began, if it was proposed.
    pub why: Option<Why>,
    /// How it ended, if its last day did not simply pass, by whom and why.
    pub ended: Option<(HowEnded, Option<PersonId>, Option<Why>)>,
}

/// Every role there ever was in a school, the latest first.
pub fn history(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<Past>> {
    type Row = (
        (DutyId, PersonId, What, Instant, Option<Instant>),
        (Option<Why>, Option<HowEnded>, Option<PersonId>, Option<Why>),
    );
    let rows: Vec<Row> = duties::table
        .filter(duties::school_id.eq(school))
        .order((duties::starts_at.desc(), duties::id.desc()))
        .select((
            (
                duties::id,
                duties::person_id,
                (duties::desk, duties::seat, duties::office),
                duties::starts_at,
                duties::ends_at,
            ),
            (duties::why, duties::how_ended, duties::ended_by, duties::ended_why),
        ))
        .load(tx.conn())?;
    let past = |((id, person, what, from, to), (why, how, by, ended_why)): Row| {
        let held =
            HeldDuty { id, person, what: what_of("duties", id, what)?, from, to, code: CodeState::Entered };
        Ok(Past { held, why, ended: how.map(|how| (how, by, ended_why)) })
    };
    rows.into_iter().map(past).collect()
}

/// Marks that these people have something new to look at.
pub fn tell(tx: &mut Tx<'_>, school: SchoolId, people: &BTreeSet<PersonId>, now: Instant) -> Result<()> {
    for person in people {
        diesel::insert_into(duty_news::table)
            .values((
                duty_news::school_id.eq(school),
                duty_news::person_id.eq(*person),
                duty_news::since.eq(At(now)),
            ))
            .on_conflict_do_nothing()
            .both()
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Marks that the viewer has looked.
pub fn mark_seen(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    diesel::delete(duty_news::table.find((viewer.school(), viewer.person()))).execute(tx.conn())?;
    Ok(())
}

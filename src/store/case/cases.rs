//! Cases: every read starts at [`within`], every write takes an event that only the domain can make.

use super::{
    access::{self, ANY_SEAT, INSPECTED},
    linked_case, pupils,
};
use crate::domain::{
    case::{
        Case, CaseEvent,
        lifecycle::workflow::{Kind, Status},
    },
    governors::Tally,
    kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, Random, Reference, SchoolId},
    },
    people::Desk,
    school::categories::Severity,
};
use crate::store::{
    Any, By, Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::{case_exclusions, case_grants, cases, concerns},
    },
    entry::viewer::{Reach, Reads, Viewer},
    record::{audit, outbox},
};
use diesel::{
    dsl::{exists, not},
    prelude::*,
    sql_types::{Bool, Nullable},
};

pub(in crate::store) type Condition = Box<dyn BoxableExpression<cases::table, Any, SqlType = Nullable<Bool>>>;

/// Stored if nothing is due, so that such cases come last.
const NOTHING_DUE: Instant = chrono::DateTime::from_timestamp_nanos(4_102_444_800_000_000_000);

/// The one predicate of who may read a case: a semi-join on grants and an anti-join on exclusions. It is the
/// SQL side of `Case::sight`; a property test holds the two together.
pub(in crate::store) fn within(reach: &Reach) -> Condition {
    // Each case is looked up by itself: the offset keeps PostgreSQL from gathering every case of a desk for
    // the first few.
    let excluded = |scope: &'static str| {
        case_exclusions::table
            .filter(case_exclusions::school_id.eq(cases::school_id))
            .filter(case_exclusions::case_id.eq(cases::id))
            .filter(case_exclusions::person_id.eq(reach.person))
            .filter(case_exclusions::scope.eq(scope))
    };
    let granted = || {
        case_grants::table
            .filter(case_grants::school_id.eq(cases::school_id))
            .filter(case_grants::case_id.eq(cases::id))
            .filter(
                case_grants::ends_at.is_null().or(case_grants::ends_at.assume_not_null().gt(At(reach.at))),
            )
            .limit(1)
            .offset(0)
    };
    let by_person = || granted().filter(case_grants::person_id.assume_not_null().eq(reach.person));
    let here = cases::school_id.eq(reach.school).and(not(exists(excluded("all"))));
    if reach.reads == Reads::WhatWasSelected {
        let selected = by_person().filter(case_grants::sight.eq(INSPECTED));
        return Box::new(here.and(not(exists(excluded("desks")))).and(exists(selected)).nullable());
    }
    let by_name = by_person().filter(case_grants::sight.ne(INSPECTED));
    let by_desk = granted().filter(
        (case_grants::desk
            .assume_not_null()
            .eq_any(reach.any_seat.clone())
            .and(case_grants::seats.eq(ANY_SEAT)))
        .or(case_grants::desk.assume_not_null().eq_any(reach.holder.clone())),
    );
    let through_a_desk = exists(by_desk).and(not(exists(excluded("desks"))));
    Box::new(here.and(through_a_desk.or(exists(by_name))).nullable())
}

/// A case the viewer may read. Anything else, existing or not, is [`StoreError::NotFound`], after the same
/// statement.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<Case> {
    let row: Option<Json<Case>> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::reference.eq(reference))
        .select(cases::document)
        .cached()
        .get_result(tx.conn())
        .optional()?;
    row.map(|case| case.0).filter(|case| case.sight(viewer.standing()).is_some()).ok_or(StoreError::NotFound)
}

/// A case within reach with its row locked until the transaction ends: the first thing an act does.
pub fn find_to_change(tx: &mut Tx<'_>, viewer: &Viewer, reference: &Reference) -> Result<Case> {
    let row: Option<Json<Case>> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::reference.eq(reference))
        .select(cases::document)
        .locked()
        .cached()
        .get_result(tx.conn())
        .optional()?;
    row.map(|case| case.0).ok_or(StoreError::NotFound)
}

/// Whether the school has this reference already; the caller then draws another.
pub fn is_taken(tx: &mut Tx<'_>, school: SchoolId, reference: &Reference) -> Result<bool> {
    let taken = cases::table.filter(cases::school_id.eq(school)).filter(cases::reference.eq(reference));
    Ok(diesel::select(exists(taken)).get_result(tx.conn())?)
}

/// Stores a new case with everything its event brings; the event has to be of the person who acts.
pub fn open(tx: &mut Tx<'_>, by: By<'_>, event: &CaseEvent, random: &mut dyn Random) -> Result<()> {
    by.check(event)?;
    write_new(tx, event.case(), by.account())?;
    write_rest(tx, by, event, random)
}

/// Writes the row of a new case, and the rows drawn from it; its reports with the account they were written with.
pub(in crate::store) fn write_new(
    tx: &mut Tx<'_>,
    case: &Case,
    written_with: Option<AccountId>,
) -> Result<()> {
    diesel::insert_into(cases::table)
        .values((
            cases::school_id.eq(case.school),
            cases::id.eq(case.id),
            cases::reference.eq(&case.reference),
            Columns::of(case)?,
        ))
        .cached()
        .execute(tx.conn())?;
    access::write(tx, case)?;
    pupils::write(tx, case)?;
    for concern in &case.concerns {
        diesel::insert_into(concerns::table)
            .values((
                concerns::school_id.eq(case.school),
                concerns::id.eq(concern.id),
                concerns::case_id.eq(case.id),
                concerns::reporter_id.eq(concern.reporter),
                concerns::submitted_at.eq(At(concern.submitted_at)),
                concerns::account_id.eq(written_with),
            ))
            .cached()
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Stores what an act did to a case that was loaded with [`find_to_change`] in this transaction: all of it or
/// nothing. The cases it opened follow it here, so that no act can forget them: a caller that goes on to one
/// of those reads it again.
pub fn record(
    tx: &mut Tx<'_>,
    by: By<'_>,
    before: &Case,
    event: &CaseEvent,
    random: &mut dyn Random,
) -> Result<()> {
    by.check(event)?;
    let mut case = event.case().clone();
    if event.kind() == Kind::Change {
        case.version = before.version + 1;
    }
    if case != *before {
        let changed = diesel::update(cases::table.find((case.school, case.id)))
            .filter(cases::version.eq(before.version))
            .set(Columns::of(&case)?)
            .cached()
            .execute(tx.conn())?;
        if changed != 1 {
            return Err(StoreError::Stale);
        }
        if case.grants() != before.grants()
            || case.scopes() != before.scopes()
            || case.stands_in() != before.stands_in()
            || case.desks != before.desks
            || access::due_at_each(&case) != access::due_at_each(before)
        {
            access::replace(tx, &case)?;
            linked_case::excludes_as_its_target(tx, &case)?;
            outbox::drop_for_excluded(tx, &case, event.at())?;
        }
        if pupils::in_case(&case) != pupils::in_case(before) {
            pupils::replace(tx, &case)?;
        }
    }
    write_rest(tx, by, event, random)?;
    linked_case::take_along(tx, by, before, event, random)?;
    linked_case::take_gathered_along(tx, by, before, event, random)
}

/// What a row says of its case beside its name: every change writes all of it, as a new case does.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = cases, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Columns {
    version: i32,
    status: Status,
    category: &'static str,
    severity: Severity,
    owner_id: Option<PersonId>,
    is_open: bool,
    submitted_at: At,
    closed_at: Option<At>,
    due_at: At,
    due_desk: Desk,
    counted_as: Option<String>,
    document: Json<Case>,
}

impl Columns {
    fn of(case: &Case) -> Result<Self> {
        Ok(Self {
            version: case.version,
            status: case.status,
            category: case.category.as_str(),
            severity: case.severity,
            owner_id: case.owner,
            is_open: case.status.is_open(),
            submitted_at: At(case.submitted_at),
            closed_at: case.closed_at.map(At),
            due_at: At(due_at(case)),
            due_desk: due_desk(case),
            counted_as: counted_as(case)?,
            document: Json(case.clone()),
        })
    }
}

fn due_at(case: &Case) -> Instant {
    case.dues.next().map_or(NOTHING_DUE, |due| due.deadline.due)
}

/// The desk that has the next step: the lead desk if nothing is due, or the one that stands in for it.
fn due_desk(case: &Case) -> Desk {
    let desk = case.dues.next().map_or(case.lead(), |due| due.desk);
    case.stands_in().filter(|_| desk == case.lead()).unwrap_or(desk)
}

fn counted_as(case: &Case) -> Result<Option<String>> {
    let tally = Tally::of(case);
    tally.map(|tally| serde_json::to_string(&tally).map_err(StoreError::unavailable)).transpose()
}

fn write_rest(tx: &mut Tx<'_>, by: By<'_>, event: &CaseEvent, random: &mut dyn Random) -> Result<()> {
    let digests = audit::write_words(tx, event, random)?;
    outbox::write(tx, event, random)?;
    for another in event.opens() {
        open(tx, by, another, random)?;
    }
    audit::write_act(tx, by, event, digests)
}

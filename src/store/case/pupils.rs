//! Who is in which case now, as rows beside the case, and what a reader may see of one person across cases.

use super::cases::within;
use crate::domain::{
    case::{Case, Sight, lifecycle::workflow::Status},
    kernel::{clock::Instant, ids::PersonId},
    people::{
        PersonKind,
        register::context::{Context, Flag, Send},
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::insert_rows,
        mapping::Json,
        schema::{case_subjects, cases, people, person_context},
    },
    entry::viewer::Viewer,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The people who are in a case now.
pub(in crate::store) fn in_case(case: &Case) -> BTreeSet<PersonId> {
    case.current_subjects().filter_map(crate::domain::people::subject::Subject::person).collect()
}

/// Stores who is in a new case.
pub(in crate::store) fn write(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let row = |person: PersonId| {
        (
            case_subjects::school_id.eq(case.school),
            case_subjects::person_id.eq(person),
            case_subjects::case_id.eq(case.id),
        )
    };
    let rows: Vec<_> = in_case(case).into_iter().map(row).collect();
    if !rows.is_empty() {
        insert_rows!(tx.conn(), case_subjects::table, &rows)?;
    }
    Ok(())
}

/// Stores who is in a case, in place of the people stored before.
pub(in crate::store) fn replace(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    diesel::delete(
        case_subjects::table
            .filter(case_subjects::school_id.eq(case.school))
            .filter(case_subjects::case_id.eq(case.id)),
    )
    .execute(tx.conn())?;
    write(tx, case)
}

/// The cases any of these people is in, of those the viewer sees whole, the first reported first. A merged
/// case is left to the one it became part of.
pub fn cases_of(tx: &mut Tx<'_>, viewer: &Viewer, people: &BTreeSet<PersonId>) -> Result<Vec<Case>> {
    let theirs = case_subjects::table
        .filter(case_subjects::school_id.eq(viewer.school()))
        .filter(case_subjects::person_id.eq_any(people.iter().copied().collect::<Vec<_>>()))
        .select(case_subjects::case_id);
    let rows: Vec<Json<Case>> = cases::table
        .filter(within(&viewer.reach()))
        .filter(cases::id.eq_any(theirs))
        .filter(cases::status.ne(Status::Merged))
        .order((cases::submitted_at.asc(), cases::id.asc()))
        .select(cases::document)
        .load(tx.conn())?;
    let whole = |case: &Case| case.sight(viewer.standing()) == Some(Sight::Full);
    Ok(rows.into_iter().map(|case| case.0).filter(whole).collect())
}

/// What the register says of a pupil, for their page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    /// Who.
    pub id: PersonId,
    /// Their name as shown.
    pub name: String,
    /// Their year group.
    pub year_group: Option<String>,
    /// Their tutor group.
    pub tutor_group: Option<String>,
    /// Their date of birth.
    pub born_on: Option<NaiveDate>,
    /// Whether they left.
    pub has_left: bool,
}

type Situation = (Option<Send>, Option<Flag>, Option<Flag>, Option<Flag>, Option<Flag>);
type Row = ((String, Option<String>, Option<String>, Option<NaiveDate>, Option<Instant>), Situation);

/// A pupil of the viewer's school, even one who left, with their situation. The service sees to it that the
/// viewer has come from inside a case.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: PersonId) -> Result<(Pupil, Context)> {
    let row: Row = people::table
        .left_join(person_context::table.on(
            person_context::school_id.eq(people::school_id).and(person_context::person_id.eq(people::id)),
        ))
        .filter(people::school_id.eq(viewer.school()))
        .filter(people::id.eq(id))
        .filter(people::kind.eq(PersonKind::Pupil))
        .select((
            (people::name, people::year_group, people::tutor_group, people::born_on, people::left_at),
            (
                person_context::send.nullable(),
                person_context::looked_after.nullable(),
                person_context::child_in_need.nullable(),
                person_context::protection_plan.nullable(),
                person_context::social_worker.nullable(),
            ),
        ))
        .first(tx.conn())?;
    let ((name, year_group, tutor_group, born_on, left_at), situation) = row;
    let (send, looked_after, child_in_need, protection_plan, social_worker) = situation;
    let pupil = Pupil { id, name, year_group, tutor_group, born_on, has_left: left_at.is_some() };
    Ok((pupil, Context { send, looked_after, child_in_need, protection_plan, social_worker }))
}

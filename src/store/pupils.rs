//! Who is in which case now, as rows beside the case, and what is read of one person across the cases of a reader.

use super::{
    Result, StoreError, Tx,
    cases::within,
    dialect::insert_rows,
    mapping::Json,
    schema::{case_subjects, cases, people},
    viewer::Viewer,
};
use crate::domain::{
    case::{Case, Sight},
    ids::PersonId,
    people::PersonKind,
    workflow::Status,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;

/// The people who are in a case now.
pub(super) fn in_case(case: &Case) -> BTreeSet<PersonId> {
    case.current_subjects().filter_map(crate::domain::subject::Subject::person).collect()
}

/// Keeps who is in a new case.
pub(super) fn write(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
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

/// Keeps who is in a case, in place of who was.
pub(super) fn replace(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    diesel::delete(
        case_subjects::table
            .filter(case_subjects::school_id.eq(case.school))
            .filter(case_subjects::case_id.eq(case.id)),
    )
    .execute(tx.conn())?;
    write(tx, case)
}

/// The cases any of these people is in, of those the viewer sees whole, the first reported first. A case that became part
/// of another is told there.
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

/// A pupil of the viewer's school, one who left too.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: PersonId) -> Result<Pupil> {
    type Row = (PersonKind, String, Option<String>, Option<String>, Option<NaiveDate>, Option<crate::domain::clock::Instant>);
    let (kind, name, year_group, tutor_group, born_on, left_at): Row = people::table
        .find((viewer.school(), id))
        .select((
            people::kind,
            people::name,
            people::year_group,
            people::tutor_group,
            people::born_on,
            people::left_at,
        ))
        .first(tx.conn())?;
    match kind {
        PersonKind::Pupil => {
            Ok(Pupil { id, name, year_group, tutor_group, born_on, has_left: left_at.is_some() })
        }
        PersonKind::Staff | PersonKind::GovernorOnly | PersonKind::Visitor | PersonKind::Outside => {
            Err(StoreError::NotFound)
        }
    }
}

//! Cases as Candour itself reads them, for no viewer: each of its works is named here, and reads what it is
//! for. No page shows what is read here, and words are read only to be compared with the names of people who are new.

use super::{access::INSPECTED, cases::Condition};
use crate::domain::{
    case::Case,
    kernel::{
        clock::Instant,
        ids::{CaseId, PersonId, SchoolId, TextId},
    },
    school::routing::ExclusionScope,
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::{case_exclusions, case_grants, case_subjects, cases, texts},
    },
};
use diesel::{dsl::exists, prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// Candour itself at work in one school: it stands where a [`Viewer`](crate::store::Viewer) stands for a
/// person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Steward {
    school: SchoolId,
    work: Work,
}

/// What cases are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Escalating what is overdue, or reports that reached no desk, to the next in the chain.
    ChaseDeadlines,
    /// Moving open cases after roles that began or ended, and working out who sees ended ones that keep a person out:
    /// which desks those shut follows from who sits there.
    FollowDuties,
    /// Comparing the words of cases, ended ones too, with people who are new in the school or in a role.
    CompareWords,
    /// Moving cases after declared relationships: what is kept from a person stays kept when a case ends.
    FollowTies,
    /// Working out due times again under another calendar.
    Recount,
    /// Ending what was selected for an inspector whose role began or ended, in ended cases too.
    EndInspection,
    /// Letting a case take over the state of the case that opened it, and of what either was merged into.
    TakeAlong,
}

impl Steward {
    /// Candour at this work in this school.
    pub const fn of(school: SchoolId, work: Work) -> Self {
        Self { school, work }
    }

    /// What the work may read: every read below starts here, as a person's starts at `within`.
    fn within(self) -> Condition {
        let here = cases::school_id.eq(self.school).nullable();
        match self.work {
            Work::ChaseDeadlines | Work::Recount => Box::new(here.and(cases::is_open.eq(true))),
            Work::FollowDuties => {
                let kept_from_a_person = case_exclusions::table
                    .filter(case_exclusions::school_id.eq(cases::school_id))
                    .filter(case_exclusions::case_id.eq(cases::id))
                    .filter(case_exclusions::scope.eq(ExclusionScope::All.code()));
                Box::new(here.and(cases::is_open.eq(true).or(exists(kept_from_a_person))))
            }
            Work::CompareWords | Work::FollowTies | Work::EndInspection | Work::TakeAlong => Box::new(here),
        }
    }
}

/// Which open cases have something overdue, the longest first. Each is read by itself, so that an unreadable
/// one holds up no other.
pub fn overdue(tx: &mut Tx<'_>, steward: Steward, now: Instant) -> Result<Vec<CaseId>> {
    Ok(cases::table
        .filter(steward.within())
        .filter(cases::due_at.lt(At(now)))
        .order((cases::due_at.asc(), cases::id.asc()))
        .select(cases::id)
        .load(tx.conn())?)
}

/// One case as it is now.
pub fn case(tx: &mut Tx<'_>, steward: Steward, id: CaseId) -> Result<Case> {
    let row: Json<Case> = cases::table
        .filter(steward.within())
        .filter(cases::id.eq(id))
        .select(cases::document)
        .first(tx.conn())?;
    Ok(row.0)
}

/// One case with its row locked until the transaction ends: a decision is taken again here, since the case
/// may have changed.
pub fn case_to_change(tx: &mut Tx<'_>, steward: Steward, id: CaseId) -> Result<Case> {
    let row: Json<Case> = cases::table
        .filter(steward.within())
        .filter(cases::id.eq(id))
        .select(cases::document)
        .locked()
        .get_result(tx.conn())?;
    Ok(row.0)
}

/// Every case the work is in, locked.
pub fn all(tx: &mut Tx<'_>, steward: Steward) -> Result<Vec<Case>> {
    let rows: Vec<Json<Case>> = cases::table
        .filter(steward.within())
        .order(cases::id.asc())
        .select(cases::document)
        .locked()
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|case| case.0).collect())
}

/// The words of a case in hand that could mean an adult, to compare them with people who are new.
pub fn words(tx: &mut Tx<'_>, steward: Steward, case: &Case) -> Result<BTreeMap<TextId, String>> {
    let found: Option<CaseId> = cases::table
        .filter(steward.within())
        .filter(cases::id.eq(case.id))
        .select(cases::id)
        .first(tx.conn())
        .optional()?;
    let ids: Vec<TextId> = case.words_to_compare().into_iter().map(|(_, text, _)| text).collect();
    if found.is_none() || ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(TextId, String)> = texts::table
        .filter(texts::school_id.eq(steward.school))
        .filter(texts::id.eq_any(ids))
        .select((texts::id, texts::words))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Every case that was selected for a person as an inspector, locked.
pub fn selected_for(tx: &mut Tx<'_>, steward: Steward, person: PersonId) -> Result<Vec<Case>> {
    let selected = case_grants::table
        .filter(case_grants::school_id.eq(steward.school))
        .filter(case_grants::person_id.assume_not_null().eq(person))
        .filter(case_grants::sight.eq(INSPECTED))
        .select(case_grants::case_id);
    let rows: Vec<Json<Case>> = cases::table
        .filter(steward.within())
        .filter(cases::id.eq_any(selected))
        .order(cases::id.asc())
        .select(cases::document)
        .locked()
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|case| case.0).collect())
}

/// How many people or cases are named in one statement.
const PIECE: usize = 200;

/// Every case in which one of these people is, locked; with those merged into one of them, and those that one
/// of them was merged into.
pub fn cases_with(tx: &mut Tx<'_>, steward: Steward, people: &BTreeSet<PersonId>) -> Result<Vec<Case>> {
    let people: Vec<PersonId> = people.iter().copied().collect();
    let mut wanted: BTreeSet<CaseId> = BTreeSet::new();
    for some in people.chunks(PIECE) {
        let theirs: Vec<CaseId> = case_subjects::table
            .filter(case_subjects::school_id.eq(steward.school))
            .filter(case_subjects::person_id.eq_any(some.to_vec()))
            .select(case_subjects::case_id)
            .load(tx.conn())?;
        wanted.extend(theirs);
    }
    let (mut found, mut asked): (Vec<Case>, BTreeSet<CaseId>) = (Vec::new(), BTreeSet::new());
    while !wanted.is_subset(&asked) {
        let new: Vec<CaseId> = wanted.difference(&asked).copied().collect();
        for some in new.chunks(PIECE) {
            let rows: Vec<Json<Case>> = cases::table
                .filter(steward.within())
                .filter(cases::id.eq_any(some.to_vec()))
                .order(cases::id.asc())
                .select(cases::document)
                .locked()
                .load(tx.conn())?;
            found.extend(rows.into_iter().map(|case| case.0));
        }
        asked.extend(new);
        wanted.extend(found.iter().flat_map(|case| case.gathered.iter().copied().chain(case.merged_into)));
    }
    Ok(found)
}

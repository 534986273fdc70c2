//! How far open cases have followed who sits where: what began or ended since, on its day or by an act. And the cases that
//! follow a change of who is close to whom.

use super::{
    Result, Tx,
    dialect::QueryExt,
    mapping::{At, Json},
    schema::{case_subjects, cases, duties, people, roster_follow_ups},
};
use crate::domain::{
    case::{Case, Gone},
    clock::Instant,
    ids::{CaseId, PersonId, SchoolId},
    people::{Desk, PersonKind},
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Holds who sits where until the transaction ends, so that two changes come one after the other. Says until when open
/// cases have followed it; nothing where they never had to.
pub fn hold(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<Instant>> {
    diesel::insert_into(roster_follow_ups::table)
        .values((
            roster_follow_ups::school_id.eq(school),
            roster_follow_ups::followed_at.eq(At(Instant::UNIX_EPOCH)),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(tx.conn())?;
    let at: Instant = roster_follow_ups::table
        .find(school)
        .select(roster_follow_ups::followed_at)
        .locked()
        .get_result(tx.conn())?;
    Ok((at > Instant::UNIX_EPOCH).then_some(at))
}

/// Until when open cases have followed who sits where, without holding anything.
pub fn until(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<Instant>> {
    Ok(roster_follow_ups::table
        .find(school)
        .select(roster_follow_ups::followed_at)
        .first(tx.conn())
        .optional()?)
}

/// Keeps that open cases have followed who sits where until now.
pub fn followed(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<()> {
    diesel::update(roster_follow_ups::table.find(school))
        .set(roster_follow_ups::followed_at.eq(At(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// What changed after an instant and until now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Whether anybody began or ceased to sit at a desk, or an adult left the school.
    pub anything: bool,
    /// Who ceased.
    pub gone: Gone,
}

/// What changed after an instant and until now.
pub fn changed(tx: &mut Tx<'_>, school: SchoolId, since: Instant, now: Instant) -> Result<Changed> {
    let within = |at: Option<Instant>| at.is_some_and(|at| at > since && at <= now);
    type Row = (PersonId, Option<Desk>, Instant, Option<Instant>);
    let rows: Vec<Row> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::desk.is_not_null())
        .filter(duties::starts_at.gt(At(since)).or(duties::ends_at.assume_not_null().gt(At(since))))
        .select((duties::person_id, duties::desk, duties::starts_at, duties::ends_at))
        .load(tx.conn())?;
    let left: Vec<PersonId> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::left_at.assume_not_null().gt(At(since)))
        .filter(people::left_at.assume_not_null().le(At(now)))
        .select(people::id)
        .load(tx.conn())?;
    let ended = rows.iter().filter(|(_, _, _, to)| within(*to));
    let from_desk = ended.filter_map(|(person, desk, ..)| Some(((*desk)?, *person))).collect();
    let begun = rows.iter().any(|(_, _, from, _)| within(Some(*from)));
    let gone = Gone { from_desk, from_school: left.into_iter().collect() };
    Ok(Changed { anything: begun || gone != Gone::default(), gone })
}

/// How many people or cases are named in one statement.
const PIECE: usize = 200;

/// Every case of a school in which one of these people is, open or ended, locked; with those that became part of one of
/// them, and those that one of them became part of.
pub fn cases_of(tx: &mut Tx<'_>, school: SchoolId, people: &BTreeSet<PersonId>) -> Result<Vec<Case>> {
    let people: Vec<PersonId> = people.iter().copied().collect();
    let mut wanted: BTreeSet<CaseId> = BTreeSet::new();
    for some in people.chunks(PIECE) {
        let theirs: Vec<CaseId> = case_subjects::table
            .filter(case_subjects::school_id.eq(school))
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
                .filter(cases::school_id.eq(school))
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

//! How far open cases have followed the roster: what began or ended since, on its day or by an act.

use crate::domain::{
    case::{Gone, Newcomers},
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{Desk, PersonKind},
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{duties, people, roster_follow_ups},
    },
};
use diesel::prelude::*;

/// Locks the roster until the transaction ends, so that two changes come one after the other. Says until when
/// open cases have followed it; nothing if they never had to.
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

/// Until when open cases have followed the roster, without locking it.
pub fn until(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<Instant>> {
    Ok(roster_follow_ups::table
        .find(school)
        .select(roster_follow_ups::followed_at)
        .first(tx.conn())
        .optional()?)
}

/// Stores that open cases have followed the roster until now.
pub fn mark_followed(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<()> {
    diesel::update(roster_follow_ups::table.find(school))
        .set(roster_follow_ups::followed_at.eq(At(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// What changed after an instant and until now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterChange {
    /// Whether a seat at a desk began or ended, or an adult left the school.
    pub anything: bool,
    /// Whose seats ended.
    pub gone: Gone,
}

/// What changed in the roster after `since` and until now.
pub fn changes_since(
    tx: &mut Tx<'_>,
    school: SchoolId,
    since: Instant,
    now: Instant,
) -> Result<RosterChange> {
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
    Ok(RosterChange { anything: begun || gone != Gone::default(), gone })
}

/// Who was added to the register, and whose seat at a desk began, after `since` and until now.
pub fn newcomers_since(tx: &mut Tx<'_>, school: SchoolId, since: Instant, now: Instant) -> Result<Newcomers> {
    let joined: Vec<(PersonId, Instant)> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::added_at.gt(At(since)))
        .filter(people::added_at.le(At(now)))
        .select((people::id, people::added_at))
        .load(tx.conn())?;
    let began: Vec<(PersonId, Instant)> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::desk.is_not_null())
        .filter(duties::starts_at.gt(At(since)))
        .filter(duties::starts_at.le(At(now)))
        .select((duties::person_id, duties::starts_at))
        .load(tx.conn())?;
    Ok(Newcomers { joined: joined.into_iter().collect(), began: began.into_iter().collect() })
}

//! What has to be seen to now and then: the access log sealed into the audit log, its head sent to those who
//! watch over it, and old sessions, drafts and lists of people removed.

use super::{Job, in_each_school};
use crate::{
    domain::{
        case::consequences::notice,
        kernel::{clock::Instant, ids::PersonId},
        people::Desk,
    },
    service::{
        Candour, Result,
        clock::{Clock, Randomness},
    },
    store::{
        StoreError,
        concern::drafts,
        entry::sessions,
        people::{sent_lists, staff},
        record::{audit, outbox},
        school::schools::School,
    },
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// People who ask why they were signed out should still find the session for a month.
const SESSIONS_KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Who can tell, together, that the audit log was altered.
const WATCH_OVER_IT: [Desk; 3] = [Desk::Head, Desk::Dsl, Desk::Chair];

/// Seals the access log of every school into its audit log.
///
/// # Errors
/// The database does not answer.
pub fn seal_looks(candour: &Candour, clock: &Clock) -> Result<()> {
    in_each_school(candour, Job::SealLooks, |school| {
        candour.write(|tx| audit::seal_looks(tx, school.id, clock.now()))?;
        Ok(())
    })
}

/// Removes sessions that were over long ago.
///
/// # Errors
/// The database does not answer.
pub fn end_sessions(candour: &Candour, clock: &Clock) -> Result<()> {
    candour.write(|tx| sessions::forget_ended(tx, clock.now() - SESSIONS_KEPT_FOR))?;
    Ok(())
}

/// Removes drafts and lists of people that their owners did not come back to.
///
/// # Errors
/// The database does not answer.
pub fn forget_drafts(candour: &Candour, clock: &Clock) -> Result<()> {
    let now = clock.now();
    candour.write(|tx| {
        drafts::forget_old(tx, now)?;
        sent_lists::forget_old(tx, now)
    })?;
    Ok(())
}

/// Writes the week's e-mail with the head of the audit log, in every school where it is due.
///
/// # Errors
/// The database does not answer.
pub fn send_audit_heads(candour: &Candour, clock: &Clock) -> Result<()> {
    in_each_school(candour, Job::SendAuditHeads, |school| write_audit_heads(candour, school, clock.now()))
}

fn write_audit_heads(candour: &Candour, school: &School, now: Instant) -> Result<()> {
    let is_due = |last| notice::audit_head_is_due(last, now, &school.calendar);
    if !is_due(candour.read(|tx| outbox::last_audit_head(tx, school.id))?) {
        return Ok(());
    }
    Ok(candour.write(|tx| {
        audit::in_turn(tx, school.id)?;
        // Another node may have written them since.
        if is_due(outbox::last_audit_head(tx, school.id)?) {
            let roster = staff::roster(tx, school.id, now)?;
            let people: BTreeSet<PersonId> =
                WATCH_OVER_IT.iter().flat_map(|desk| roster.holders(*desk)).collect();
            for person in people {
                outbox::write_audit_head(tx, school.id, person, now, &mut Randomness)?;
            }
        }
        Ok::<_, StoreError>(())
    })?)
}

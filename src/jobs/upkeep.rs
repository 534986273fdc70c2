//! What has to be seen to now and then: looks sealed into the trail, its head sent to those who watch over it, and old
//! sessions, drafts and lists of people removed.

use super::{Job, JobError, Jobs, More, of_school};
use crate::{
    domain::{ids::PersonId, notice, people::Desk},
    service::clock::Randomness,
    store::{StoreError, drafts, outbox, schools::School, sent_lists, sessions, staff, trail},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// Whoever asks why they were signed out should still find the session for a month.
const SESSIONS_KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// Who can tell, together, that the trail was altered.
const WATCH_OVER_IT: [Desk; 3] = [Desk::Head, Desk::Dsl, Desk::Chair];

impl Jobs {
    pub(super) fn seal_looks(&self) -> Result<More, JobError> {
        let now = self.clock.now();
        for school in self.schools()? {
            let sealed =
                self.candour.write(|tx| trail::seal_looks(tx, school.id, now)).map_err(JobError::from);
            of_school(Job::SealLooks, school.id, sealed);
        }
        Ok(More::No)
    }

    pub(super) fn end_sessions(&self) -> Result<More, JobError> {
        let before = self.clock.now() - SESSIONS_KEPT_FOR;
        self.candour.write(|tx| sessions::forget_ended(tx, before))?;
        Ok(More::No)
    }

    pub(super) fn forget_drafts(&self) -> Result<More, JobError> {
        let now = self.clock.now();
        self.candour.write(|tx| {
            drafts::forget_old(tx, now)?;
            sent_lists::forget_old(tx, now)
        })?;
        Ok(More::No)
    }

    pub(super) fn send_trail_heads(&self) -> Result<More, JobError> {
        for school in self.schools()? {
            of_school(Job::SendTrailHeads, school.id, self.write_trail_heads(&school));
        }
        Ok(More::No)
    }

    fn write_trail_heads(&self, school: &School) -> Result<(), JobError> {
        let now = self.clock.now();
        let is_due = |last| notice::trail_head_is_due(last, now, &school.calendar);
        if !is_due(self.candour.read(|tx| outbox::last_trail_head(tx, school.id))?) {
            return Ok(());
        }
        Ok(self.candour.write(|tx| {
            trail::in_turn(tx, school.id)?;
            // Another node may have written them since.
            if is_due(outbox::last_trail_head(tx, school.id)?) {
                let roster = staff::roster(tx, school.id, now)?;
                let people: BTreeSet<PersonId> =
                    WATCH_OVER_IT.iter().flat_map(|desk| roster.holders(*desk)).collect();
                for person in people {
                    outbox::write_trail_head(tx, school.id, person, now, &mut Randomness)?;
                }
            }
            Ok::<_, StoreError>(())
        })?)
    }
}

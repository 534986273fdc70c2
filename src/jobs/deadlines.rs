//! Deadlines nobody met: the next in the chain is told as well, and people are reminded of what is overdue.

use super::{Job, JobError, Jobs, More, of_school};
use crate::{
    domain::{
        ids::{CaseId, PersonId},
        notice,
    },
    service::clock::Randomness,
    store::{By, StoreError, cases, outbox, schools::School, staff, trail},
};
use std::collections::{BTreeMap, BTreeSet};

impl Jobs {
    pub(super) fn chase_deadlines(&self) -> Result<More, JobError> {
        for school in self.schools()? {
            of_school(Job::ChaseDeadlines, school.id, self.chase_in(&school));
        }
        Ok(More::No)
    }

    fn chase_in(&self, school: &School) -> Result<(), JobError> {
        let now = self.clock.now();
        let (overdue, roster) = self.candour.read(|tx| {
            Ok::<_, StoreError>((cases::overdue(tx, school.id, now)?, staff::roster(tx, school.id, now)?))
        })?;
        // Whom something overdue waits for, with one of the cases; a letter names none of them.
        let mut waiting: BTreeMap<PersonId, CaseId> = BTreeMap::new();
        for id in overdue {
            let case = self.candour.read(|tx| cases::look_for_job(tx, school.id, id)).map_err(JobError::from);
            let Some(case) = of_school(Job::ChaseDeadlines, school.id, case) else { continue };
            if case.chase(&roster, &school.calendar, now).is_some() {
                of_school(Job::ChaseDeadlines, school.id, self.chase(school, id));
            }
            for person in case.overdue_with(&roster, now) {
                waiting.entry(person).or_insert(id);
            }
        }
        if !waiting.is_empty() {
            self.remind(school, &waiting)?;
        }
        let unreached = self.candour.read(|tx| outbox::unreached(tx, school.id, now))?;
        for (id, people) in unreached {
            of_school(Job::ChaseDeadlines, school.id, self.chase_unreached(school, id, &people));
        }
        Ok(())
    }

    /// The next in the chain finds the case among their own, where no letter gets through.
    fn chase_unreached(
        &self,
        school: &School,
        id: CaseId,
        unreached: &BTreeSet<PersonId>,
    ) -> Result<(), JobError> {
        let now = self.clock.now();
        Ok(self.candour.write(|tx| {
            let case = cases::find_for_job(tx, school.id, id)?;
            let roster = staff::roster(tx, school.id, now)?;
            match case.chase_unreached(unreached, (&roster, &school.calendar), now) {
                Some(event) => cases::record(tx, By::Candour, &case, &event, &mut Randomness),
                None => Ok(()),
            }
        })?)
    }

    /// Decides again with the case's row locked: somebody may have acknowledged it, or another node have chased it.
    fn chase(&self, school: &School, id: CaseId) -> Result<(), JobError> {
        let now = self.clock.now();
        Ok(self.candour.write(|tx| {
            let case = cases::find_for_job(tx, school.id, id)?;
            let roster = staff::roster(tx, school.id, now)?;
            match case.chase(&roster, &school.calendar, now) {
                Some(event) => cases::record(tx, By::Candour, &case, &event, &mut Randomness),
                None => Ok(()),
            }
        })?)
    }

    fn remind(&self, school: &School, waiting: &BTreeMap<PersonId, CaseId>) -> Result<(), JobError> {
        let now = self.clock.now();
        if !school.calendar.in_school_hours(now) {
            return Ok(());
        }
        Ok(self.candour.write(|tx| {
            trail::in_turn(tx, school.id)?;
            for (person, case) in waiting {
                let last = outbox::last_about_a_case(tx, school.id, *person)?;
                if notice::may_remind(last, now, &school.calendar) {
                    outbox::remind(tx, (school.id, *person), *case, now, &mut Randomness)?;
                }
            }
            Ok::<_, StoreError>(())
        })?)
    }
}

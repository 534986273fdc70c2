//! Duties that begin and end on their day, with nobody acting: open cases follow within a minute. And concerns that were
//! on their way while somebody was recorded as close to a person in them.

use super::{Job, JobError, Jobs, More, of_school};
use crate::service::{clock::Randomness, closeness, duties};

impl Jobs {
    pub(super) fn follow_duties(&self) -> Result<More, JobError> {
        let now = self.clock.now();
        for school in self.schools()? {
            let followed = closeness::follow_what_changed(&self.candour, school.id, now, &mut Randomness);
            of_school(Job::FollowDuties, school.id, followed.map_err(JobError::from));
            let followed = duties::follow_what_changed(&self.candour, school.id, now, &mut Randomness);
            of_school(Job::FollowDuties, school.id, followed.map_err(JobError::from));
        }
        Ok(More::No)
    }
}

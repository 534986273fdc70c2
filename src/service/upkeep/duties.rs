//! Roles that begin and end on their day, without an act: open cases follow within a minute. So do concerns
//! that were on their way while a relationship with a person in them was declared.

use super::{Job, in_each_school, part};
use crate::service::{
    Candour, Result,
    clock::{Clock, Randomness},
    people::{duties, ties},
};

/// Moves the cases of every school after what changed.
///
/// # Errors
/// The database does not answer.
pub fn follow(candour: &Candour, clock: &Clock) -> Result<()> {
    in_each_school(candour, Job::FollowDuties, |school| {
        let followed = ties::follow_what_changed(candour, school.id, clock.now(), &mut Randomness);
        part(Job::FollowDuties, school, followed);
        duties::follow_what_changed(candour, school.id, clock.now(), &mut Randomness)
    })
}

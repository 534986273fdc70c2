//! Lock 6: what somebody may read is worked out from their own duties, never put together by hand.

use candour::{domain::kernel::ids::PersonId, store::{Viewer, entry::viewer::Reach}};

pub fn of_somebody_else(viewer: &Viewer, person: PersonId) -> Reach {
    let mut reach = viewer.reach();
    reach.person = person;
    reach
}

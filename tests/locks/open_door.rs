//! What the other programs here would do by the front door: it compiles, so that each of those fails for its own reason.

use candour::{domain::{case::CaseEvent, kernel::ids::PersonId}, store::{Viewer, entry::viewer::Reach}, web::http::routes::{ENDPOINTS, Endpoint}};

pub fn reads(viewer: &Viewer) -> (PersonId, Reach) {
    (viewer.person(), viewer.reach())
}

pub fn acted(event: &CaseEvent) -> Option<PersonId> {
    event.actor()
}

pub fn first_address() -> &'static Endpoint {
    &ENDPOINTS[0]
}

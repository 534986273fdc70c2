//! What the other programs here would do by the front door: it compiles, so that each of those fails for its own reason.

use candour::{
    domain::{case::CaseEvent, ids::PersonId},
    store::{Viewer, viewer::Reach},
    web::routes::{ENDPOINTS, Endpoint},
};

pub fn reads(viewer: &Viewer) -> (PersonId, Reach) {
    (viewer.person(), viewer.reach())
}

pub fn acted(event: &CaseEvent) -> Option<PersonId> {
    event.actor()
}

pub fn first_address() -> &'static Endpoint {
    &ENDPOINTS[0]
}

//! The school that a page is of, when its session has moved on to another: a form is taken there, or not at all.

use crate::{
    domain::kernel::ids::SchoolId,
    service::{Candour, Result, Viewer},
    store::{entry::sessions, school::schools},
};

/// Who an account is in the school of a page.
#[derive(Debug, Clone)]
pub enum WhoThere {
    /// This person, in that school.
    Person(Box<Viewer>),
    /// No one, or no one any more.
    NoOne {
        /// What that school is called.
        school: String,
    },
}

/// Who the account signed in is in another of the schools that its pages were drawn for. The session is not moved.
pub fn who(candour: &Candour, viewer: &Viewer, school: SchoolId) -> Result<WhoThere> {
    candour.read(|tx| match sessions::in_school(tx, viewer, school)? {
        Some(there) => Ok(WhoThere::Person(Box::new(there))),
        None => Ok(WhoThere::NoOne { school: schools::find(tx, school)?.name }),
    })
}

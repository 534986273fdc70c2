//! A session as it is used: found again by its cookie, moved to another school, hidden and ended.

use super::sign_in::hash;
use crate::{
    domain::kernel::{clock::Instant, ids::SchoolId},
    service::{Candour, Op, Result, ServiceError},
    store::{
        StoreError,
        entry::sessions::{self, Place},
    },
};
use chrono::TimeDelta;

pub use crate::store::entry::sessions::Session;

/// Whether a request notes that its session is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noting {
    /// A page notes it, at most once a minute.
    Now,
    /// A form leaves it to the page it leads to: what was sent waits for one commit, its own. Only a session
    /// of which nothing was noted for [`LONG_UNNOTED`] is noted at once.
    IfOverdue,
}

/// Well before any session is over for lack of use.
const LONG_UNNOTED: TimeDelta = TimeDelta::minutes(10);

/// What a cookie leads to.
pub fn resume(candour: &Candour, token: &str, now: Instant, noting: Noting) -> Result<Session, StoreError> {
    let session = candour.read(|tx| sessions::resume(tx, &hash(token), now))?;
    if let Session::Live(viewer) = &session {
        let least = match noting {
            Noting::Now => TimeDelta::minutes(1),
            Noting::IfOverdue => LONG_UNNOTED,
        };
        if viewer.unnoted_for() >= least {
            candour.write(|tx| sessions::note_use(tx, viewer))?;
        }
    }
    Ok(session)
}

/// The schools in which the signed-in account belongs to a person.
pub fn places(candour: &Candour, op: &Op) -> Result<Vec<Place>> {
    Ok(candour.read(|tx| sessions::places(tx, op.viewer.account()))?)
}

/// Moves the session to another school of the account.
pub fn change_school(candour: &Candour, op: &Op, to: SchoolId) -> Result<()> {
    candour.write(|tx| {
        let places = sessions::places(tx, op.viewer.account())?;
        let place = places.into_iter().find(|place| place.school == to).ok_or(ServiceError::NotFound)?;
        Ok(sessions::move_to(tx, &op.viewer, &place)?)
    })
}

/// Hides the screen: the session lives on, and shows nothing until a fresh sign-in.
pub fn hide(candour: &Candour, op: &Op) -> Result<()> {
    Ok(candour.write(|tx| sessions::hide(tx, &op.viewer))?)
}

/// Ends a session.
pub fn end(candour: &Candour, token: &str, now: Instant) -> Result<()> {
    Ok(candour.write(|tx| sessions::end(tx, &hash(token), now))?)
}

//! The made-up past of pretend schools: the demonstration acts for everybody in it, each at their own moment.
//! It cannot do so in a database of real schools.

use crate::domain::{kernel::clock::Instant, people::Standing};
use crate::store::{
    Result, StoreError, Tx, Viewer,
    db::installation::{self, Kind},
};

/// Proof that a database is the demonstration's.
#[derive(Debug)]
pub struct Pretend(());

impl Pretend {
    /// Whether this database is the demonstration's.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it holds real schools, or is not marked yet.
    pub fn of(tx: &mut Tx<'_>) -> Result<Self> {
        match installation::find(tx)? {
            Some(Kind::Demo) => Ok(Self(())),
            Some(Kind::Live) | None => Err(StoreError::NotFound),
        }
    }

    /// A person of a pretend school as their viewer would have been then.
    pub fn then(&self, viewer: &Viewer, at: Instant) -> Viewer {
        Viewer { standing: Standing { at, ..viewer.standing.clone() }, ..viewer.clone() }
    }
}

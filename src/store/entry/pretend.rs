//! The made-up past of pretend schools: the demonstration acts for everybody in it, each at their own moment. Nobody can do so
//! in a database of real schools.

use crate::domain::{kernel::clock::Instant, people::Standing};
use crate::store::{
    Result, StoreError, Tx, Viewer,
    db::installation::{self, Kind},
};

/// That a database is the demonstration's.
#[derive(Debug)]
pub struct Pretend(());

impl Pretend {
    /// Whether this is one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where it holds real schools, or nobody has said yet.
    pub fn of(tx: &mut Tx<'_>) -> Result<Self> {
        match installation::find(tx)? {
            Some(Kind::Demo) => Ok(Self(())),
            Some(Kind::Live) | None => Err(StoreError::NotFound),
        }
    }

    /// Somebody of a pretend school as they would have looked then.
    pub fn then(&self, viewer: &Viewer, at: Instant) -> Viewer {
        Viewer { standing: Standing { at, ..viewer.standing.clone() }, ..viewer.clone() }
    }
}

//! Lock 6, the other way round: no query of cases begins outside the store.

use candour::store::{Viewer, case::cases};

pub fn everything(viewer: &Viewer) {
    let _ = cases::within(&viewer.reach());
}

//! Lock 1: a viewer comes from a live session row alone, and looks at the instant of the request alone.

use candour::{domain::kernel::clock::Instant, store::Viewer};

pub fn with_the_duties_of(mut mine: Viewer, theirs: &Viewer) -> Viewer {
    mine.standing = theirs.standing().clone();
    mine
}

pub fn at_another_instant(mine: &Viewer, then: Instant) -> Viewer {
    mine.at(then)
}

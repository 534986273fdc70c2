//! What an act on a case amounts to: the event, and what is due.

pub(super) mod act;
pub(super) mod due;
pub(super) mod setting;

//! What follows without anybody acting on the case: routes worked out again, silence, letters whose time has come.

pub mod notice;
pub(super) mod chasing;
pub(super) mod close_to;
pub(super) mod following;
pub(super) mod opened_from;
pub(super) mod recounting;
pub(super) mod routed;

//! What follows without an act on the case: routes worked out again, silence, e-mails whose time has come.

pub mod notice;
pub(super) mod escalation;
pub(super) mod ties_changed;
pub(super) mod duties_changed;
pub(super) mod linked_case;
pub(super) mod calendar_changed;
pub(super) mod rerouting;

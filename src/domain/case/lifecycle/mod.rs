//! From a concern to an end: the table of moves, and a verb each.

pub mod workflow;
pub(super) mod answering;
pub(super) mod closing;
pub(super) mod merging;
pub(super) mod opening;
pub(super) mod questions;
pub(super) mod retention;
pub(super) mod revising;
pub(super) mod second_person;
pub(super) mod triage;

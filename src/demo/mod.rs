//! The demonstration: pretend schools with two years of concerns, and a pretend identity provider, mail
//! server and mailbox, on this machine only. The tests use them too.
//!
//! A Cargo feature, on by default: what real schools run is built without it.

pub mod calendar;
pub mod chance;
mod doing;
pub mod figures;
mod filled_in;
mod history;
mod past_terms;
pub mod people;
pub mod schools;
pub mod stories;
mod words;
pub mod provider;
pub mod sink;
pub mod mailbox;
pub(in crate::demo) mod showcase;

pub use history::{PretendSchools, Unfilled, fill};

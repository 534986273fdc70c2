//! `candour demo`: two pretend schools with their own folder, sign-in and mailbox, on this machine only.

pub mod calendar;
pub mod chance;
mod doing;
pub mod figures;
mod filled_in;
mod history;
pub mod people;
pub mod schools;
mod shown;
pub mod stories;
mod words;

pub use history::{Filled, Unfilled, fill};

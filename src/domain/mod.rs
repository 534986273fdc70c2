//! The school's rules: pure. No clock, no input or output, no async, no framework.

pub mod people;
pub mod school;
pub mod concern;
pub mod case;
pub mod governors;
pub mod kernel;
pub mod entry;

//! The school's rules: pure. No clock, no input or output, no async, no framework.
//!
//! Each room uses only the rooms listed above it.

pub mod kernel;
pub mod people;
pub mod school;
pub mod concern;
pub mod case;
pub mod governors;
pub mod entry;
pub mod audit;

//! The school's rules: pure. No clock, no input or output, no async, no framework.

pub mod clock;
pub mod ids;

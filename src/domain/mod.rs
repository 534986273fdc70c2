//! The school's rules: pure. No clock, no input or output, no async, no framework.

pub mod clock;
pub mod codes;
pub mod ids;
pub mod text;
pub mod people;
pub mod category;
pub mod subject;
pub mod routing;
pub mod statistics;

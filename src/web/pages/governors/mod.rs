//! Term reports.

pub mod statistics;

//! Term reports: previewed, published, read.

pub mod review;

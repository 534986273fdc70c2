//! Published term reports, and the counts they come from.

pub mod counts;
pub mod term_reports;

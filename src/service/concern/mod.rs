//! Reporting a concern, its drafts, and a reporter's own reports.

pub mod report;
mod asking;
pub mod drafts;

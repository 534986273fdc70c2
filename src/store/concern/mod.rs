//! What was reported: own reports, drafts, and forms that were taken.

pub mod reports;
pub mod forms;
pub mod drafts;

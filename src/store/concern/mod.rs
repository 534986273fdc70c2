//! What was reported: own reports, drafts, and the forms that were received.

pub mod reports;
pub mod forms;
pub mod drafts;

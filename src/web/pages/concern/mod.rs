//! Reporting a concern, and what its reporter sees of it afterwards.

pub mod report;
pub mod receipt;
pub(super) mod report_asks;
pub(super) mod report_form;
pub(super) mod report_optional;
pub mod drafts;
pub mod my_reports;

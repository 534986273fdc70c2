//! A school's own rows: name, settings, proposals, calendars, who is on call.

pub mod schools;
pub mod proposals;
pub mod on_duty;
pub mod calendars;

//! What a school changes for itself: settings and calendar.

pub mod calendar;
pub mod settings;

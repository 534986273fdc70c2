//! A case: its page, its technical view, who has opened it, and everything that can be done to it.

pub mod acts;
pub mod inspected;
pub mod page;
pub mod pupil;
mod history;
mod offers;
mod steps;
mod view;
pub mod queue;
pub mod inspection;
pub mod break_glass;
pub mod access_log;

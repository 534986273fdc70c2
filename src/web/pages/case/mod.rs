//! A case: its page, its technical view, who has opened it, and everything that can be done to it.

pub mod acts;
pub mod opened;
pub mod page;
pub mod pupil;
mod history;
mod steps;
mod view;

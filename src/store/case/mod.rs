//! Cases, who may read them, and what follows them.

pub mod setting;
pub mod pupils;
pub mod steward;
pub mod access;
pub mod inspections;
pub mod cases;
pub mod lists;
pub mod copies;
pub mod duties_changed;
pub mod linked_case;

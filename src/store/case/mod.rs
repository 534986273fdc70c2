//! Cases, who may read them, and what follows them.

pub mod setting;
pub mod pupils;
pub mod steward;
pub mod followed;
pub mod access;
pub mod inspections;
pub mod cases;
pub mod lists;
pub mod copies;
pub mod opened;

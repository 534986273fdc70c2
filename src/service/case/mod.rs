//! One case and many: acting, reading, lists, inspectors, a pupil across cases.

pub mod desk;
pub mod read;
pub mod act;
pub mod inspection;
pub mod pupil;

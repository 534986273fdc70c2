//! How somebody comes in: a school that begins, a first arrival, a session.

pub mod arrival;
pub mod founding;
pub mod session;

//! Letters and how they travel.

pub mod letter;
pub mod transport;

//! Letters and how they travel.

pub mod letter;
pub mod mailbox;
pub mod sink;
pub mod transport;

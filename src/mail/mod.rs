//! E-mails (letters in code) and how they travel.

pub mod letter;
pub mod transport;

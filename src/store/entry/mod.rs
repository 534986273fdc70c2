//! Who comes in: viewers, sessions, accounts, codes.

pub mod viewer;
pub(super) mod pretend;
pub mod sessions;
pub mod arrivals;
pub mod accounts;
pub mod codes;
pub mod knocks;

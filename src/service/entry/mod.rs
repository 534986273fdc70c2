//! Signing in, codes, accounts, and a school that begins.

pub mod started;
pub mod sign_in;
pub mod sessions;
pub mod codes;
pub mod accounts;
pub mod founding;

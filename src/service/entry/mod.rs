//! Signing in, codes, accounts and whether they are proven, and a school that begins.

pub mod started;
pub mod sign_in;
mod newcomers;
pub mod sessions;
pub mod page_school;
pub mod codes;
pub mod accounts;
pub mod account_proof;
pub mod provider_change;
pub mod founding;

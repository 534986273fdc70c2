//! Coming in: signing in, access requests, accounts and whether they are confirmed, the person's own settings.

pub mod sign_in;
pub mod accounts;
pub mod account_proof;
pub mod provider_change;
pub mod settings;
pub mod access_requests;

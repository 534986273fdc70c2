//! Coming in: signing in, access requests, accounts, the person's own settings.

pub mod sign_in;
pub mod accounts;
pub mod settings;
pub mod access_requests;

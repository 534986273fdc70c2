//! Signing in: viewers, sessions, accounts, codes.

pub mod viewer;
pub(super) mod pretend;
pub mod sessions;
pub mod accounts;
pub mod codes;
pub mod account_linking;
pub mod pending_sign_ins;
pub mod started_sign_ins;
pub mod code_tries;

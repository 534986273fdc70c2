//! Signing in: viewers, sessions, accounts, whether they are proven, codes.

pub mod viewer;
pub(super) mod pretend;
pub mod sessions;
pub mod accounts;
pub mod account_proof;
pub mod codes;
pub mod account_linking;
pub mod provider_change;
pub mod pending_sign_ins;
pub mod started_sign_ins;

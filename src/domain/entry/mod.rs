//! How people come in: a school that begins, a first arrival, whether an account is theirs, a session.

pub mod founding;
pub mod session;
pub mod first_sign_in;
pub mod account_proof;
pub mod provider_change;

//! How people come in: a school that begins, a first arrival, a session.

pub mod founding;
pub mod session;
pub mod first_sign_in;

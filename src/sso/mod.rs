//! OpenID Connect: signs people in through the school's identity provider. Whose account it is in Candour is
//! not decided here.
//!
//! The demonstration has a provider of its own (`demo::provider`), on loopback. Candour talks to it through
//! `client` like to any other, so that no sign-in skips the protocol.

pub mod client;

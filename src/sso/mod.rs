//! OpenID Connect: signs people in through the school's identity provider. Who they are to Candour is not decided here.
//!
//! The demonstration has a provider of its own (`demo::provider`), on loopback. Candour talks to it through `client`
//! like to any other, so there is no way in that skips the protocol.

pub mod client;

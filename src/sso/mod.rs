//! OpenID Connect: the client, and the development provider.
//!
//! `client` signs people in through the school's identity provider; who they are to Candour is not decided here.
//! `dev_provider` is a provider for the demonstration only, on loopback. Candour talks to it through `client` like
//! to any other, so there is no way in that skips the protocol.

pub mod client;
pub mod dev_provider;

//! OpenID Connect: the client, and the development provider.
//!
//! `client` signs people in through the school's identity provider. Who they are to Candour is not decided here.

pub mod client;

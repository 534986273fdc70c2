//! OpenID Connect: the client, and the development provider.

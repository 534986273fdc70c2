//! What every handler can reach.

use super::{
    callers::forwarded::{self, Network},
    callers::wrong_codes::WrongCodes,
    external_health::ExternalHealth,
    page::Installation,
    security::Transport,
};
use crate::{
    service::{Candour, ServiceError, clock::Clock, entry::sign_in::IdentityProvider},
    sso::client::Client,
};
use actix_web::{HttpRequest, web};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// One way to sign in: its rules, and the client that goes there.
pub struct SignInProvider {
    /// What the school set up.
    pub identity: IdentityProvider,
    /// The client of its provider.
    pub client: Client,
}

/// What every handler can reach.
pub struct App {
    /// The use cases, and the database behind them.
    pub candour: Candour,
    /// The clock.
    pub clock: Clock,
    /// The address people type, without a path.
    pub origin: String,
    /// Over TLS or on loopback.
    pub transport: Transport,
    /// The providers to sign in, in the order of the sign-in page.
    pub sign_in: Arc<Vec<SignInProvider>>,
    /// The providers and the mail server, as they were at the last look.
    pub external_health: Arc<ExternalHealth>,
    /// Whether every page says that the school is a pretend one.
    pub installation: Installation,
    /// Proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// How long the form of a person who is not signed in may take to arrive.
    pub body_within: Duration,
    /// The wrong codes of this minute that came from people who are not signed in.
    pub wrong_codes: WrongCodes,
}

impl App {
    /// The address that a request came from, as far as it is known: the other end of the connection, or what a trusted
    /// proxy says of it.
    pub fn caller(&self, request: &HttpRequest) -> Option<IpAddr> {
        let peer = request.peer_addr()?;
        Some(forwarded::client(peer, request.headers(), &self.trusted_proxies))
    }

    /// Runs a use case away from the threads that answer requests: the database blocks.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Candour) -> Result<T, ServiceError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let app = Arc::clone(self);
        web::block(move || work(&app.candour)).await.unwrap_or_else(|stopped| {
            Err(ServiceError::Unavailable(crate::service::StoreError::unavailable(stopped)))
        })
    }
}

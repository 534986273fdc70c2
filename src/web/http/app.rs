//! What every handler can reach.

use super::{external_health::ExternalHealth, page::Installation, security::Transport};
use crate::{
    service::{Candour, ServiceError, clock::Clock, entry::sign_in::IdentityProvider},
    sso::client::Client,
};
use actix_web::web;
use std::sync::Arc;

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
}

impl App {
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

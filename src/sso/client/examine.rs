//! A look at a provider without a sign-in: its description, its keys, its clock and its certificate.

use super::{
    Client, Fault, SignInError, TIME_LIMIT,
    outbound::{Outbound, Reach},
};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{JsonWebKey, core::CoreJsonWebKeyType};
use reqwest::{header, tls::TlsInfo};
use thiserror::Error;
use url::Url;

/// A provider as the doctor finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderReport {
    /// How many keys it publishes with which an ID token may be signed.
    pub keys: usize,
    /// The scopes it says that it offers; none if it does not say.
    pub scopes: Option<Vec<String>>,
    /// The claims it says that it may send; none if it does not say.
    pub claims: Option<Vec<String>>,
    /// How far its clock is ahead of ours; nothing if it does not say what time it is.
    pub ahead: Option<TimeDelta>,
    /// Its certificate (DER); none without TLS, to this machine itself.
    pub certificate: Option<Vec<u8>>,
}

impl ProviderReport {
    /// Whether it offers a scope, as far as it says.
    pub fn offers(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_none_or(|scopes| scopes.iter().any(|offered| offered == scope))
    }

    /// Whether it may send a claim, as far as it says.
    pub fn sends(&self, claim: &str) -> bool {
        self.claims.as_ref().is_none_or(|claims| claims.iter().any(|sent| sent == claim))
    }
}

/// Why there was nothing to look at.
#[derive(Debug, Error)]
pub enum ExaminationError {
    /// No connection, or no complete answer: the cause may be a certificate that is not trusted.
    #[error("no answer")]
    NoAnswer(#[source] reqwest::Error),
    /// It answered that there is nothing, or that it is failing.
    #[error("it answers {0}")]
    Status(u16),
    /// What it says of itself cannot be believed.
    #[error(transparent)]
    Untrusted(#[from] SignInError),
}

impl Client {
    /// Looks at the provider. `clock` is asked twice: before the question and after the answer.
    ///
    /// # Errors
    /// [`ExaminationError`].
    pub async fn examine(
        &self,
        clock: impl Fn() -> DateTime<Utc>,
    ) -> Result<ProviderReport, ExaminationError> {
        let description = format!(
            "{}/.well-known/openid-configuration",
            self.provider.issuer.strip_suffix('/').unwrap_or(&self.provider.issuer)
        );
        let description = Url::parse(&description).map_err(|_| SignInError::from(Fault::Discovery))?;
        let asked = clock();
        let answer = look(&self.outbound, &description).await?;
        let answered = clock();
        let known = self.discover(answered).await?;
        // Signatures with a public key only: a shared secret signs nothing here.
        let can_sign = |kind: &CoreJsonWebKeyType| *kind != CoreJsonWebKeyType::Symmetric;
        let keys = known.metadata.jwks().keys().iter().filter(|key| can_sign(key.key_type())).count();
        let scopes = known
            .metadata
            .scopes_supported()
            .map(|scopes| scopes.iter().map(|scope| scope.as_str().to_owned()).collect());
        let claims = known
            .metadata
            .claims_supported()
            .map(|claims| claims.iter().map(|claim| claim.as_str().to_owned()).collect());
        let midway = asked + (answered - asked) / 2;
        let ahead = answer.date.map(|date| date - midway);
        Ok(ProviderReport { keys, scopes, claims, ahead, certificate: answer.certificate })
    }
}

/// Asks an address as a browser would, and gives the certificate shown there.
///
/// # Errors
/// [`ExaminationError`].
pub async fn certificate_at(address: &Url) -> Result<Option<Vec<u8>>, ExaminationError> {
    let outbound = Outbound::new(Reach::of(address).unwrap_or(Reach::Https), TIME_LIMIT)
        .map_err(ExaminationError::NoAnswer)?;
    Ok(look(&outbound, address).await?.certificate)
}

struct Look {
    date: Option<DateTime<Utc>>,
    certificate: Option<Vec<u8>>,
}

async fn look(outbound: &Outbound, address: &Url) -> Result<Look, ExaminationError> {
    let answer = outbound.look(address).await.map_err(|error| match error {
        Some(error) => ExaminationError::NoAnswer(error),
        None => SignInError::from(Fault::Address).into(),
    })?;
    if !answer.status().is_success() {
        return Err(ExaminationError::Status(answer.status().as_u16()));
    }
    let date = answer.headers().get(header::DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let certificate = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
    Ok(Look { date: date.map(|date| date.with_timezone(&Utc)), certificate: certificate.map(<[u8]>::to_vec) })
}

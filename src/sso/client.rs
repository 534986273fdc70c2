//! Signing in through the school's own identity provider: OpenID Connect, authorization code flow with PKCE.
//!
//! [`Client::start`] makes the address to send the browser to and what the caller must keep;
//! [`Client::finish`] takes that and what the browser brought back, and gives an [`Identity`] or a reason in
//! fixed words. The client keeps nothing of a sign-in itself, so any node may finish what another started.
//! Whose account the identity is in Candour is not decided here.

mod claims;
mod error;
mod examine;
mod logout;
mod outbound;
mod protocol;
mod records;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessToken, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    DiscoveryError, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, StandardErrorResponse, SubjectIdentifier, UserInfoError,
    core::{CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreResponseType},
};
use subtle::ConstantTimeEq;
use url::Url;

pub use claims::SKEW;
pub use error::{Fault, NotSignedIn, Outage, SignInError};
pub use examine::{ExaminationError, ProviderReport, certificate_at};
pub use logout::{LogoutTarget, LogoutToken};
pub use outbound::is_loopback;
pub use records::{
    Callback, ClaimNames, ClaimsFrom, FreshProof, Freshness, Identity, Pending, Provider, ProviderError,
    RawIdToken, SignInStart,
};

use claims::{ALGORITHMS, IdToken, UserInfo};
use outbound::{Outbound, OutboundError, Reach};
use protocol::{Metadata, Protocol};

/// How long any one request to the provider may take, from connecting to the last byte.
pub const TIME_LIMIT: Duration = Duration::from_secs(5);
/// How long a person may take at the provider before they must start again.
pub const STARTED_WITHIN: TimeDelta = TimeDelta::minutes(30);
/// How long the discovery document and the keys are believed before they are fetched again.
pub const DISCOVERY_KEPT: TimeDelta = TimeDelta::hours(1);

/// How long after fetching the keys for a token of an unknown key they are not fetched for another one.
const KEYS_STAND_FOR: TimeDelta = TimeDelta::minutes(1);

/// Fills a buffer with unpredictable bytes; in the product `getrandom::fill`.
pub type Random = fn(&mut [u8]) -> Result<(), getrandom::Error>;

/// What the provider says about itself, and when it was asked.
struct Known {
    metadata: Metadata,
    protocol: Protocol,
    fetched_at: DateTime<Utc>,
}

/// The client of one provider. Share one per provider: it remembers discovery and keys.
pub struct Client {
    provider: Provider,
    reach: Reach,
    outbound: Outbound,
    known: Mutex<Option<Arc<Known>>>,
    /// When the keys were last fetched for a token of an unknown key.
    fetched_for_unknown: tokio::sync::Mutex<Option<DateTime<Utc>>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("provider", &self.provider).finish_non_exhaustive()
    }
}

impl Client {
    /// A client for one provider. Nothing is fetched yet, so a provider that is down does not keep Candour
    /// down.
    pub fn new(provider: Provider) -> Result<Self, ProviderError> {
        Self::with_time_limit(provider, TIME_LIMIT)
    }

    /// As [`Client::new`] with another limit than [`TIME_LIMIT`] for each request.
    pub fn with_time_limit(provider: Provider, limit: Duration) -> Result<Self, ProviderError> {
        let issuer = Url::parse(&provider.issuer).map_err(|_| ProviderError::Issuer)?;
        if issuer.query().is_some() || issuer.fragment().is_some() {
            return Err(ProviderError::Issuer);
        }
        let reach = Reach::of(&issuer).ok_or(ProviderError::Issuer)?;
        if Reach::of(&provider.redirect_uri).is_none() || provider.redirect_uri.fragment().is_some() {
            return Err(ProviderError::RedirectUri);
        }
        if provider.client_id.is_empty() {
            return Err(ProviderError::ClientId);
        }
        let outbound = Outbound::new(reach, limit).map_err(ProviderError::Outbound)?;
        let (known, fetched_for_unknown) = (Mutex::new(None), tokio::sync::Mutex::new(None));
        Ok(Self { provider, reach, outbound, known, fetched_for_unknown })
    }

    /// The issuer this client trusts.
    pub fn issuer(&self) -> &str {
        &self.provider.issuer
    }

    /// Starts a sign-in.
    pub async fn start(
        &self,
        freshness: Freshness,
        random: Random,
        now: DateTime<Utc>,
    ) -> Result<SignInStart, SignInError> {
        let [state, nonce, pkce_verifier] = [draw(random)?, draw(random)?, draw(random)?];
        let known = self.known(now).await?;
        let verifier = PkceCodeVerifier::new(pkce_verifier.clone());
        let (csrf, once) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let mut request = known
            .protocol
            .authorize_url(flow, move || csrf, move || once)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        for scope in self.provider.scopes.iter().filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        let authenticated_since = match freshness {
            Freshness::Remembered => None,
            Freshness::Within(age) => {
                request = request.set_max_age(age.to_std().unwrap_or_default());
                Some(now - age)
            }
            Freshness::Again => {
                request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
                Some(now)
            }
        };
        let (authorize_url, _, _) = request.url();
        let pending = Pending { state, nonce, pkce_verifier, started_at: now, authenticated_since };
        Ok(SignInStart { authorize_url, pending })
    }

    /// Finishes a sign-in: redeems the code, checks the ID token, and asks userinfo for what it left out.
    ///
    /// The caller takes `pending` out of its store before calling, so that an answer is used once at most.
    pub async fn finish(
        &self,
        pending: &Pending,
        returned: &Callback,
        now: DateTime<Utc>,
    ) -> Result<Identity, SignInError> {
        let state = returned.state.as_deref().unwrap_or_default();
        if pending.state.is_empty() || !bool::from(state.as_bytes().ct_eq(pending.state.as_bytes())) {
            return Err(SignInError::NotStartedHere);
        }
        if now > pending.started_at + STARTED_WITHIN {
            return Err(SignInError::TookTooLong);
        }
        let known = self.known(now).await?;
        let must_name_issuer =
            known.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match &returned.iss {
            Some(iss) if *iss != self.provider.issuer => return Err(Fault::ResponseIssuer.into()),
            None if must_name_issuer => return Err(Fault::ResponseIssuer.into()),
            Some(_) | None => {}
        }
        let code = match (&returned.error, &returned.code) {
            (Some(error), _) => return Err(refusal(error)),
            (None, Some(code)) if !code.is_empty() => AuthorizationCode::new(code.clone()),
            (None, _) => return Err(Fault::Unreadable.into()),
        };
        let answer = known
            .protocol
            .exchange_code(code)
            .map_err(|_| Fault::Discovery)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.pkce_verifier.clone()))
            .request_async(&self.outbound)
            .await
            .map_err(token_error)?;
        let token = answer.extra_fields().id_token().ok_or(Fault::NoIdToken)?;
        let mut identity = self.verify(&known, token, answer.access_token(), pending, now).await?;
        if self.is_incomplete(&identity) && known.metadata.userinfo_endpoint().is_some() {
            let info = self.user_info(&known, answer.access_token(), &identity.subject).await?;
            claims::complete(&mut identity, &info, &self.provider);
        }
        Ok(identity)
    }

    /// The provider's own sign-out page, for after Candour's session has ended; `None` if it has none.
    ///
    /// `back_to` must be registered with the provider.
    pub async fn sign_out_url(
        &self,
        id_token: Option<&RawIdToken>,
        back_to: &Url,
        now: DateTime<Utc>,
    ) -> Result<Option<Url>, SignInError> {
        let known = self.known(now).await?;
        let Some(mut address) = known.metadata.additional_metadata().end_session_endpoint.clone() else {
            return Ok(None);
        };
        address
            .query_pairs_mut()
            .append_pair("client_id", &self.provider.client_id)
            .append_pair("post_logout_redirect_uri", back_to.as_str());
        if let Some(token) = id_token {
            address.query_pairs_mut().append_pair("id_token_hint", token.as_str());
        }
        Ok(Some(address))
    }

    /// Checks the ID token; if no key fits, fetches the keys once more, since providers change them
    /// unannounced.
    async fn verify(
        &self,
        known: &Known,
        token: &IdToken,
        access_token: &AccessToken,
        pending: &Pending,
        now: DateTime<Utc>,
    ) -> Result<Identity, SignInError> {
        let attempt = |known: &Known| {
            let verifier = known
                .protocol
                .id_token_verifier()
                .set_allowed_algs(ALGORITHMS)
                .set_time_fn(move || now - SKEW);
            claims::verify(&self.provider, &verifier, token, access_token, pending, now)
        };
        match attempt(known) {
            Err(SignInError::Untrusted(Fault::UnknownKey)) => attempt(&*self.with_new_keys(now).await?),
            settled => settled,
        }
    }

    fn is_incomplete(&self, identity: &Identity) -> bool {
        let asked_for_groups = self.provider.scopes.iter().any(|scope| scope == "groups");
        self.provider.claims_from == ClaimsFrom::UserInfo
            || identity.name.is_none()
            || identity.email.is_none()
            || !identity.email_verified
            || (asked_for_groups && !identity.said.contains_key("groups"))
    }

    async fn user_info(
        &self,
        known: &Known,
        access_token: &AccessToken,
        subject: &str,
    ) -> Result<UserInfo, SignInError> {
        // Without the expected subject the library would accept the details of any person.
        let subject = SubjectIdentifier::new(subject.to_owned());
        known
            .protocol
            .user_info(access_token.clone(), Some(subject))
            .map_err(|_| Fault::Discovery)?
            .request_async(&self.outbound)
            .await
            .map_err(|error| match error {
                UserInfoError::Request(error) => outbound_error(error),
                UserInfoError::ClaimsVerification(_) => Fault::UserInfoSubject.into(),
                _ => Fault::Unreadable.into(),
            })
    }

    /// What is known of the provider, fetched if it was never fetched or is old.
    async fn known(&self, now: DateTime<Utc>) -> Result<Arc<Known>, SignInError> {
        let kept = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match kept {
            Some(known) if now - known.fetched_at < DISCOVERY_KEPT => Ok(known),
            // Fetched outside the lock: a slow provider must not make people wait for one another.
            Some(_) | None => self.discover(now).await,
        }
    }

    /// The provider with its keys of now, for a token whose key is unknown. Any stranger can write such a token, so the
    /// keys are fetched for one at most once a minute; in between those already known stand.
    async fn with_new_keys(&self, now: DateTime<Utc>) -> Result<Arc<Known>, SignInError> {
        // Held while they are fetched: others who come with the new key meanwhile wait for it.
        let mut last = self.fetched_for_unknown.lock().await;
        if last.is_some_and(|last| (now - last).abs() < KEYS_STAND_FOR) {
            return self.known(now).await;
        }
        *last = Some(now);
        self.discover(now).await
    }

    /// Fetches the discovery document and the keys, and remembers them.
    async fn discover(&self, now: DateTime<Utc>) -> Result<Arc<Known>, SignInError> {
        let issuer = IssuerUrl::new(self.provider.issuer.clone()).map_err(|_| Fault::Discovery)?;
        let metadata =
            Metadata::discover_async(issuer, &self.outbound).await.map_err(|error| match error {
                DiscoveryError::Request(error) => outbound_error(error),
                _ => Fault::Discovery.into(),
            })?;
        let announced = [
            Some(metadata.authorization_endpoint().url()),
            metadata.token_endpoint().map(|address| address.url()),
            metadata.userinfo_endpoint().map(|address| address.url()),
            metadata.additional_metadata().end_session_endpoint.as_ref(),
        ];
        if announced.iter().flatten().any(|address| !self.reach.allows(address)) {
            return Err(Fault::Address.into());
        }
        let known = Arc::new(Known { protocol: self.protocol(&metadata), metadata, fetched_at: now });
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&known));
        Ok(known)
    }

    fn protocol(&self, metadata: &Metadata) -> Protocol {
        let secret = Some(&self.provider.client_secret).filter(|secret| !secret.is_empty());
        // Basic is the standard's default; the body is used only if the provider does not offer Basic.
        let auth_type = match metadata.token_endpoint_auth_methods_supported() {
            Some(offered)
                if offered.contains(&CoreClientAuthMethod::ClientSecretPost)
                    && !offered.contains(&CoreClientAuthMethod::ClientSecretBasic) =>
            {
                AuthType::RequestBody
            }
            Some(_) | None => AuthType::BasicAuth,
        };
        Protocol::from_provider_metadata(
            metadata.clone(),
            ClientId::new(self.provider.client_id.clone()),
            secret.cloned().map(ClientSecret::new),
        )
        .set_redirect_uri(RedirectUrl::from_url(self.provider.redirect_uri.clone()))
        .set_auth_type(auth_type)
    }
}

impl From<Fault> for SignInError {
    fn from(fault: Fault) -> Self {
        Self::Untrusted(fault)
    }
}

/// 32 random bytes as 43 characters: the shortest PKCE verifier allowed, and ample for state and nonce.
fn draw(random: Random) -> Result<String, SignInError> {
    let mut bytes = [0; 32];
    random(&mut bytes).map_err(|_| SignInError::NoRandomness)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

/// The `error` parameter (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6) as ours.
fn refusal(error: &str) -> SignInError {
    match error {
        "access_denied"
        | "login_required"
        | "interaction_required"
        | "consent_required"
        | "account_selection_required" => SignInError::Declined,
        "server_error" | "temporarily_unavailable" => SignInError::ProviderUnavailable(Outage::Failing),
        _ => SignInError::ProviderRefused,
    }
}

fn outbound_error(error: OutboundError) -> SignInError {
    match error {
        OutboundError::NotAllowed => Fault::Address.into(),
        OutboundError::Unreachable => SignInError::ProviderUnavailable(Outage::Unreachable),
        OutboundError::TimedOut => SignInError::ProviderUnavailable(Outage::TimedOut),
        OutboundError::Failing => SignInError::ProviderUnavailable(Outage::Failing),
        OutboundError::Malformed => Fault::Unreadable.into(),
    }
}

fn token_error(
    error: RequestTokenError<OutboundError, StandardErrorResponse<CoreErrorResponseType>>,
) -> SignInError {
    match error {
        RequestTokenError::Request(error) => outbound_error(error),
        RequestTokenError::ServerResponse(answer) => match answer.error() {
            CoreErrorResponseType::InvalidGrant => SignInError::CodeRefused,
            _ => SignInError::ProviderRefused,
        },
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => Fault::Unreadable.into(),
    }
}

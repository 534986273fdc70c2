//! Plain data: what the client is given, what its caller keeps between start and finish, and whose identity
//! comes out.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use thiserror::Error;
use url::Url;

/// One identity provider, as the school's configuration describes it.
#[derive(Clone)]
pub struct Provider {
    /// The issuer, letter for letter as the provider writes it (a final slash counts). https, or http to
    /// loopback.
    pub issuer: String,
    /// Candour's name at the provider.
    pub client_id: String,
    /// Candour's password at the provider. Never shown by `Debug`.
    pub client_secret: String,
    /// Scopes asked for beside `openid`, for example `profile`, `email`, `groups`.
    pub scopes: Vec<String>,
    /// Where the provider sends the browser back to: an address of this installation.
    pub redirect_uri: Url,
    /// How old `iat` of an ID token may be. [`super::SKEW`] unless the provider dates its tokens back.
    pub issued_within: TimeDelta,
    /// Under which names it says the things that are shown.
    pub claims: ClaimNames,
    /// Where the claims that decide who a person is are read.
    pub claims_from: ClaimsFrom,
    /// What shows that a person signed in just now.
    pub proof: FreshProof,
}

/// The claims that hold what Candour shows of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// Their name; `name` in the standard.
    pub name: String,
    /// Their e-mail address; `email` in the standard.
    pub email: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self { name: "name".to_owned(), email: "email".to_owned() }
    }
}

/// Where a provider puts the claims that the school's rules ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClaimsFrom {
    /// In the ID token; userinfo only adds what it left out.
    #[default]
    IdToken,
    /// In its userinfo answer alone.
    UserInfo,
}

/// What shows that a person signed in freshly, if that is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FreshProof {
    /// `auth_time` in the ID token. A provider that leaves it out proves nothing.
    #[default]
    AuthTime,
    /// That they came through the provider's page again. For a provider that never sends `auth_time`, as
    /// Google: it may have let them through without a password.
    RoundTrip,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("redirect_uri", &self.redirect_uri.as_str())
            .finish_non_exhaustive()
    }
}

/// A provider that cannot be used as configured.
#[derive(Debug, Error)]
pub enum ProviderError {
    /// Not an address, not https (or loopback), or with a query or fragment.
    #[error("the issuer must be an https address without query or fragment (http only for this machine)")]
    Issuer,
    /// Not https (or loopback), or with a fragment.
    #[error("the redirect address must be an https address without fragment (http only for this machine)")]
    RedirectUri,
    /// No client id.
    #[error("the client id is empty")]
    ClientId,
    /// TLS could not be set up.
    #[error("the outgoing HTTPS client cannot be set up")]
    Outbound(#[source] reqwest::Error),
}

/// How recently the person must have signed in at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A sign-in the provider still remembers will do.
    Remembered,
    /// They signed in at the provider no longer ago than this.
    Within(TimeDelta),
    /// They sign in again now, whatever the provider remembers: before acts that need it, and to unlock a
    /// screen.
    Again,
}

/// A sign-in under way: send the browser to the address, keep the rest.
#[derive(Debug)]
pub struct SignInStart {
    /// Where to send the browser.
    pub authorize_url: Url,
    /// What to keep on the server, tied to this browser, and to hand to [`super::Client::finish`] once.
    pub pending: Pending,
}

/// What the caller keeps of a sign-in between start and finish: plain data, a row. Delete it when it is used.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// Comes back beside the code: ties the answer to this browser.
    pub state: String,
    /// Comes back inside the ID token: ties the token to this sign-in.
    pub nonce: String,
    /// Proves to the provider that who redeems the code is who asked for it (RFC 7636).
    pub pkce_verifier: String,
    /// When it was started (UTC).
    pub started_at: DateTime<Utc>,
    /// `auth_time` must not be before this (UTC), if freshness was asked for.
    pub authenticated_since: Option<DateTime<Utc>>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("started_at", &self.started_at)
            .field("authenticated_since", &self.authenticated_since)
            .finish_non_exhaustive()
    }
}

/// The query of the redirect address as the browser brought it. `error_description` is not read: its words
/// are not ours.
#[derive(Clone, Default, Deserialize)]
pub struct Callback {
    /// One-use code to redeem.
    pub code: Option<String>,
    /// Must equal [`Pending::state`].
    pub state: Option<String>,
    /// The issuer, if the provider gives it (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("code", &self.code.is_some()).finish_non_exhaustive()
    }
}

/// The ID token as it came: only to be handed back to the provider at sign-out.
#[derive(Clone, PartialEq, Eq)]
pub struct RawIdToken(pub(super) String);

impl RawIdToken {
    /// A token that was kept with the session.
    pub fn from_store(token: String) -> Self {
        Self(token)
    }

    /// The token itself, to keep with the session.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RawIdToken")
    }
}

/// Who signed in, as the provider vouches. A person is known by issuer and subject together, never by e-mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's own lasting name for the person.
    pub subject: String,
    /// For showing only. No control characters, at most 200 characters; still to be escaped.
    pub name: Option<String>,
    /// For showing only: it may change, and may be another person's tomorrow.
    pub email: Option<String>,
    /// Whether the provider says that it has checked the e-mail address.
    pub email_verified: bool,
    /// When the person last typed a password or the like at the provider (UTC), if it says so.
    pub auth_time: Option<DateTime<Utc>>,
    /// The provider's session, as it writes it, for sign-out that starts there.
    pub sid: Option<String>,
    /// Every other claim by name, groups among them, as words.
    pub said: BTreeMap<String, Vec<String>>,
    /// For sign-out at the provider.
    pub id_token: RawIdToken,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

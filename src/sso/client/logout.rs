//! Back-channel logout: the provider says, server to server, that a person signed out there or was signed out
//! (OpenID Connect Back-Channel Logout 1.0, section 2.6).
//!
//! A logout token is not an ID token (it may lack `sub`, and must lack `nonce`), so the sign-in library does
//! not read it; its keys check the signature here as they do there.

use super::{
    Client, Fault, Known, SKEW, SignInError,
    claims::{ALGORITHMS, RawClaims, signature_fault},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    JsonWebKey, JsonWebKeyId, JsonWebKeyUse, JwsSigningAlgorithm,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fmt;

/// The event a logout token is about (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token older than this is refused: it may have been lifted from a log.
const ISSUED_WITHIN: TimeDelta = TimeDelta::minutes(5);

/// Whom a provider signed out.
#[derive(Clone, PartialEq, Eq)]
pub enum LogoutTarget {
    /// One session of theirs, as the provider names it.
    Session(String),
    /// Everything of this subject.
    Subject(String),
}

/// A logout that the provider really sent.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoutToken {
    /// The provider.
    pub issuer: String,
    /// Whom.
    pub target: LogoutTarget,
    /// Its own id: one token serves once.
    pub id: String,
    /// Until when its id has to be remembered (UTC).
    pub ends_at: DateTime<Utc>,
}

impl fmt::Debug for LogoutToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutToken").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// The head of a token. Its sender, whoever that is, chose what it says: it only tells where to look.
#[derive(Deserialize)]
struct Head {
    alg: CoreJwsSigningAlgorithm,
    #[serde(default)]
    kid: Option<JsonWebKeyId>,
    /// What a reader must understand, which we do not (RFC 7515, section 4.1.11).
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: f64,
    jti: String,
    events: RawClaims,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    nonce: Option<Value>,
}

/// For whom a token is: one client by itself, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn names(&self, client: &str) -> bool {
        match self {
            Self::One(named) => named == client,
            Self::Several(named) => named.iter().any(|named| named == client),
        }
    }
}

impl Client {
    /// Checks a logout token: signature, issuer, audience, times, event, no nonce, and a person it is about.
    ///
    /// The caller remembers [`LogoutToken::id`] so that the token serves once.
    pub async fn logout(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutToken, SignInError> {
        let known = self.known(now).await?;
        let claims = match self.read_logout(&known, token) {
            Err(Fault::UnknownKey) => self.read_logout(&*self.with_new_keys(now).await?, token)?,
            settled => settled?,
        };
        let issued = DateTime::from_timestamp(claims.iat as i64, 0).ok_or(Fault::Unreadable)?;
        if issued > now + SKEW {
            return Err(Fault::IssuedInFuture.into());
        }
        if issued < now - ISSUED_WITHIN {
            return Err(Fault::IssuedTooLongAgo.into());
        }
        if claims.nonce.is_some() {
            return Err(Fault::Nonce.into());
        }
        if !claims.events.contains_key(EVENT) || claims.jti.is_empty() {
            return Err(Fault::Unreadable.into());
        }
        // A session is the narrower of the two, if both are named.
        let target = match (claims.sid, claims.sub) {
            (Some(session), _) if !session.is_empty() => LogoutTarget::Session(session),
            (_, Some(subject)) if !subject.is_empty() => LogoutTarget::Subject(subject),
            (_, _) => return Err(Fault::Subject.into()),
        };
        let ends_at = issued + ISSUED_WITHIN + SKEW;
        Ok(LogoutToken { issuer: self.provider.issuer.clone(), target, id: claims.jti, ends_at })
    }

    fn read_logout(&self, known: &Known, token: &str) -> Result<Claims, Fault> {
        let claims = signed_claims(known.metadata.jwks().keys(), token)?;
        if claims.iss != self.provider.issuer {
            return Err(Fault::Issuer);
        }
        if !claims.aud.names(&self.provider.client_id) {
            return Err(Fault::Audience);
        }
        Ok(claims)
    }
}

/// What a token says, read once one of the keys has shown who said it.
fn signed_claims(keys: &[CoreJsonWebKey], token: &str) -> Result<Claims, Fault> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Unreadable)?;
    let (head, claims) = signed.split_once('.').ok_or(Fault::Unreadable)?;
    let head: Head = json(head)?;
    if head.crit.is_some() {
        return Err(Fault::Unreadable);
    }
    if !ALGORITHMS.contains(&head.alg) {
        return Err(Fault::Algorithm);
    }
    let key = only_fitting(keys, &head).ok_or(Fault::UnknownKey)?;
    key.verify_signature(&head.alg, signed.as_bytes(), &bytes(signature)?)
        .map_err(|error| signature_fault(&error))?;
    json(claims)
}

/// The key a head asks for; none if none fits, or more than one.
fn only_fitting<'k>(keys: &'k [CoreJsonWebKey], head: &Head) -> Option<&'k CoreJsonWebKey> {
    let fits = |key: &&CoreJsonWebKey| {
        let named = head.kid.is_none() || key.key_id() == head.kid.as_ref();
        let signs = key.key_use().is_none_or(JsonWebKeyUse::allows_signature);
        named && signs && head.alg.key_type().as_ref() == Some(key.key_type())
    };
    let mut fitting = keys.iter().filter(fits);
    fitting.next().filter(|_| fitting.next().is_none())
}

fn bytes(part: &str) -> Result<Vec<u8>, Fault> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Unreadable)
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, Fault> {
    serde_json::from_slice(&bytes(part)?).map_err(|_| Fault::Unreadable)
}

//! Back-channel logout: the provider says, server to server, that somebody signed out there or was signed out
//! (OpenID Connect Back-Channel Logout 1.0, section 2.6).
//!
//! A logout token is not an ID token (it may lack `sub`, and must lack `nonce`), so the sign-in library does not read
//! it; signature and standard claims are left to a JSON Web Token library.

use super::{Client, Fault, Known, SKEW, SignInError, claims::Said};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header,
    jwk::{AlgorithmParameters, Jwk, JwkSet},
};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// The event a logout token is about (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// A logout token older than this is refused: it may have been lifted from a log.
const ISSUED_WITHIN: TimeDelta = TimeDelta::minutes(5);
/// Signatures with a public key only, as for ID tokens.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

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

#[derive(Deserialize)]
struct Claims {
    iat: f64,
    jti: String,
    events: Said,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    nonce: Option<Value>,
}

impl Client {
    /// Checks a logout token: signature, issuer, audience, times, event, no nonce, and somebody it is about.
    ///
    /// The caller remembers [`LogoutToken::id`] so that the token serves once.
    pub async fn logout(&self, token: &str, now: DateTime<Utc>) -> Result<LogoutToken, SignInError> {
        let known = self.known(now).await?;
        let claims = match self.read_logout(&known, token) {
            Err(Fault::UnknownKey) => self.read_logout(&*self.discover(now).await?, token)?,
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
        // A session is the narrower of the two, where both are named.
        let target = match (claims.sid, claims.sub) {
            (Some(session), _) if !session.is_empty() => LogoutTarget::Session(session),
            (_, Some(subject)) if !subject.is_empty() => LogoutTarget::Subject(subject),
            (_, _) => return Err(Fault::Subject.into()),
        };
        let ends_at = issued + ISSUED_WITHIN + SKEW;
        Ok(LogoutToken { issuer: self.provider.issuer.clone(), target, id: claims.jti, ends_at })
    }

    fn read_logout(&self, known: &Known, token: &str) -> Result<Claims, Fault> {
        let header = decode_header(token).map_err(|_| Fault::Unreadable)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Fault::Algorithm);
        }
        let keys = serde_json::to_value(known.metadata.jwks()).map_err(|_| Fault::Discovery)?;
        let keys: JwkSet = serde_json::from_value(keys).map_err(|_| Fault::Discovery)?;
        let key = match &header.kid {
            Some(kid) => keys.find(kid),
            None => only_public(&keys),
        };
        let key = key.and_then(|key| DecodingKey::from_jwk(key).ok()).ok_or(Fault::UnknownKey)?;
        let mut checks = Validation::new(header.alg);
        checks.set_issuer(&[&self.provider.issuer]);
        checks.set_audience(&[&self.provider.client_id]);
        checks.set_required_spec_claims(&["iss", "aud"]);
        // Its own clock cannot be set: `iat` is held against ours above, more tightly than `exp` would be.
        checks.validate_exp = false;
        decode::<Claims>(token, &key, &checks).map(|token| token.claims).map_err(|error| fault(&error))
    }
}

/// The only key there is, where the token names none.
fn only_public(keys: &JwkSet) -> Option<&Jwk> {
    let is_public = |key: &&Jwk| !matches!(key.algorithm, AlgorithmParameters::OctetKey(_));
    let mut public = keys.keys.iter().filter(is_public);
    public.next().filter(|_| public.next().is_none())
}

/// The library's finding as ours; its own text may repeat what the token said, so it is dropped.
fn fault(error: &jsonwebtoken::errors::Error) -> Fault {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature => Fault::Signature,
        ErrorKind::InvalidIssuer => Fault::Issuer,
        ErrorKind::InvalidAudience => Fault::Audience,
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => Fault::Algorithm,
        // The library's list may grow; whatever it adds is not a token we can read.
        _ => Fault::Unreadable,
    }
}

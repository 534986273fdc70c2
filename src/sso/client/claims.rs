//! Checks an ID token claim by claim, beyond what the protocol library looks at.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, IdTokenVerifier, Nonce,
    SignatureVerificationError,
    core::{CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

use super::{ClaimsFrom, Fault, FreshProof, Identity, Pending, Provider, RawIdToken, SignInError};

/// How far the provider's clock and ours may differ, in either direction.
pub const SKEW: TimeDelta = TimeDelta::seconds(60);

/// The longest subject the standard allows (OpenID Connect Core, section 2), in bytes.
const LONGEST_SUBJECT: usize = 255;
/// Names, addresses and group names are cut to this many characters: they are shown on pages.
const LONGEST_WORDS: usize = 200;
/// Values of one claim beyond this many are left out.
const MOST_VALUES: usize = 500;
/// Claims beyond this many are left out.
const MOST_CLAIMS: usize = 100;

/// Asymmetric algorithms only. Never `none`; never a shared secret, whose key could be the public key.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Claims by name, as they came.
pub(super) type RawClaims = BTreeMap<String, Value>;

/// Claims the library does not name. Each is read leniently here and strictly when used, so that a provider's
/// odd `groups` does not keep a whole school out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Extra {
    #[serde(default)]
    nbf: Option<Value>,
    #[serde(default)]
    sid: Option<Value>,
    #[serde(flatten)]
    other: RawClaims,
}
impl AdditionalClaims for Extra {}

pub(super) type IdToken = openidconnect::IdToken<
    Extra,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
pub(super) type UserInfo = openidconnect::UserInfoClaims<Extra, CoreGenderClaim>;
type Claims = openidconnect::IdTokenClaims<Extra, CoreGenderClaim>;

/// Every check of OpenID Connect Core 3.1.3.7, plus `nbf`, `azp`, the age of `iat`, `auth_time` and
/// `at_hash`.
pub(super) fn verify(
    provider: &Provider,
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
    token: &IdToken,
    access_token: &AccessToken,
    pending: &Pending,
    now: DateTime<Utc>,
) -> Result<Identity, SignInError> {
    let nonce = Nonce::new(pending.nonce.clone());
    let claims = token.claims(verifier, &nonce).map_err(|error| SignInError::Untrusted(fault(&error)))?;
    check_party(provider, claims).map_err(SignInError::Untrusted)?;
    check_times(provider, claims, now).map_err(SignInError::Untrusted)?;
    check_access_token(verifier, token, claims, access_token).map_err(SignInError::Untrusted)?;
    check_fresh(provider, claims, pending)?;
    let (email, email_verified) = email(claims.email().map(|e| e.as_str()), claims.email_verified());
    let mut said = claim_words(&claims.additional_claims().other);
    if let Some(username) = claims.preferred_username().and_then(|n| words(n.as_str())) {
        said.insert("preferred_username".to_owned(), vec![username]);
    }
    let mut identity = Identity {
        issuer: provider.issuer.clone(),
        subject: claims.subject().as_str().to_owned(),
        name: name(claims),
        email,
        email_verified,
        auth_time: claims.auth_time(),
        sid: claims.additional_claims().sid.as_ref().and_then(Value::as_str).map(str::to_owned),
        said,
        id_token: RawIdToken(token.to_string()),
    };
    rename(&mut identity, provider);
    Ok(identity)
}

/// Reads name and e-mail address from the claims the school names, if they are not the standard's own.
fn rename(identity: &mut Identity, provider: &Provider) {
    let first = |claim: &str| identity.said.get(claim).and_then(|values| values.first()).cloned();
    let (name, address) = (first(&provider.claims.name), first(&provider.claims.email));
    if provider.claims.name != "name" && name.is_some() {
        identity.name = name;
    }
    if provider.claims.email != "email" && address.is_some() {
        // `email_verified` speaks of the standard's address, not of this one.
        (identity.email, identity.email_verified) = (address, false);
    }
}

/// Fills in what the ID token left out. The caller has had the subject checked.
pub(super) fn complete(identity: &mut Identity, info: &UserInfo, provider: &Provider) {
    if identity.name.is_none() {
        identity.name = info
            .name()
            .and_then(|n| n.get(None))
            .and_then(|n| words(n.as_str()))
            .or_else(|| info.preferred_username().and_then(|n| words(n.as_str())));
    }
    // The address and whether it is verified come from one place, never one from each.
    if identity.email.is_none() || !identity.email_verified {
        let (other, verified) = email(info.email().map(|e| e.as_str()), info.email_verified());
        if other.is_some() && (identity.email.is_none() || (verified && other == identity.email)) {
            (identity.email, identity.email_verified) = (other, verified);
        }
    }
    let more = claim_words(&info.additional_claims().other);
    match provider.claims_from {
        ClaimsFrom::UserInfo => identity.said = more,
        ClaimsFrom::IdToken => {
            for (claim, values) in more {
                identity.said.entry(claim).or_insert(values);
            }
        }
    }
    rename(identity, provider);
}

/// Every claim that is words, a list of words, a number or yes and no: what the school's rules about who is
/// staff ask.
fn claim_words(other: &RawClaims) -> BTreeMap<String, Vec<String>> {
    let kept = other.iter().map(|(claim, value)| (claim.clone(), values(value)));
    kept.filter(|(_, values)| !values.is_empty()).take(MOST_CLAIMS).collect()
}

fn check_party(provider: &Provider, claims: &Claims) -> Result<(), Fault> {
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT {
        return Err(Fault::Subject);
    }
    // A second audience was refused by the verifier already, so `azp` is never needed to choose between them.
    match claims.authorized_party() {
        Some(party) if party.as_str() != provider.client_id => Err(Fault::AuthorizedParty),
        Some(_) | None => Ok(()),
    }
}

fn check_times(provider: &Provider, claims: &Claims, now: DateTime<Utc>) -> Result<(), Fault> {
    if let Some(nbf) = &claims.additional_claims().nbf {
        let nbf =
            nbf.as_f64().and_then(|s| DateTime::from_timestamp(s as i64, 0)).ok_or(Fault::Unreadable)?;
        if nbf > now + SKEW {
            return Err(Fault::NotYetValid);
        }
    }
    if claims.issue_time() > now + SKEW {
        return Err(Fault::IssuedInFuture);
    }
    if claims.issue_time() < now - provider.issued_within {
        return Err(Fault::IssuedTooLongAgo);
    }
    match claims.auth_time() {
        Some(at) if at > now + SKEW => Err(Fault::AuthTimeInFuture),
        Some(_) | None => Ok(()),
    }
}

fn check_access_token(
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
    token: &IdToken,
    claims: &Claims,
    access_token: &AccessToken,
) -> Result<(), Fault> {
    let Some(claimed) = claims.access_token_hash() else { return Ok(()) };
    let algorithm = token.signing_alg().map_err(|_| Fault::Algorithm)?;
    let key = token.signing_key(verifier).map_err(|_| Fault::UnknownKey)?;
    let actual =
        AccessTokenHash::from_token(access_token, algorithm, key).map_err(|_| Fault::AccessTokenHash)?;
    if actual == *claimed { Ok(()) } else { Err(Fault::AccessTokenHash) }
}

/// A provider may ignore `prompt` and `max_age`, so `auth_time` counts, unless the school says that it never
/// comes.
fn check_fresh(provider: &Provider, claims: &Claims, pending: &Pending) -> Result<(), SignInError> {
    let Some(since) = pending.authenticated_since else { return Ok(()) };
    match (claims.auth_time(), provider.proof) {
        (Some(at), _) if at >= since - SKEW => Ok(()),
        (None, FreshProof::RoundTrip) => Ok(()),
        (Some(_), _) | (None, FreshProof::AuthTime) => Err(SignInError::NotFresh),
    }
}

/// The library's finding as ours. The library's own text may repeat what the token held, so it is dropped.
fn fault(error: &ClaimsVerificationError) -> Fault {
    match error {
        ClaimsVerificationError::Expired(_) => Fault::Expired,
        ClaimsVerificationError::InvalidAudience(_) => Fault::Audience,
        ClaimsVerificationError::InvalidIssuer(_) => Fault::Issuer,
        ClaimsVerificationError::InvalidNonce(_) => Fault::Nonce,
        ClaimsVerificationError::InvalidSubject(_) => Fault::Subject,
        ClaimsVerificationError::SignatureVerification(signature) => signature_fault(signature),
        _ => Fault::Unreadable,
    }
}

/// The library's finding about a signature as ours; its own text may repeat what the token held, so it is
/// dropped.
pub(super) fn signature_fault(error: &SignatureVerificationError) -> Fault {
    match error {
        SignatureVerificationError::NoMatchingKey
        | SignatureVerificationError::AmbiguousKeyId(_)
        | SignatureVerificationError::InvalidKey(_) => Fault::UnknownKey,
        SignatureVerificationError::DisallowedAlg(_)
        | SignatureVerificationError::NoSignature
        | SignatureVerificationError::UnsupportedAlg(_) => Fault::Algorithm,
        _ => Fault::Signature,
    }
}

fn name(claims: &Claims) -> Option<String> {
    let whole = claims.name().and_then(|n| n.get(None)).and_then(|n| words(n.as_str()));
    let parts = || {
        let given = claims.given_name().and_then(|n| n.get(None)).map_or("", |n| n.as_str());
        let family = claims.family_name().and_then(|n| n.get(None)).map_or("", |n| n.as_str());
        words(&format!("{given} {family}"))
    };
    whole.or_else(parts).or_else(|| claims.preferred_username().and_then(|n| words(n.as_str())))
}

fn email(address: Option<&str>, verified: Option<bool>) -> (Option<String>, bool) {
    let address = address.and_then(words);
    let verified = address.is_some() && verified == Some(true);
    (address, verified)
}

/// A list, or one value by itself; anything else is no value.
fn values(claim: &Value) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(text) => words(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    match claim {
        Value::Array(all) => all.iter().filter_map(one).take(MOST_VALUES).collect(),
        Value::String(_) | Value::Bool(_) | Value::Number(_) | Value::Null | Value::Object(_) => {
            one(claim).into_iter().collect()
        }
    }
}

/// Words from outside: no control characters, no blanks around, not too long; nothing left is nothing.
fn words(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    let cut: String = plain.trim().chars().take(LONGEST_WORDS).collect();
    (!cut.is_empty()).then_some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn words_lose_control_characters_and_surplus() {
        assert_eq!(words("  Ann\r\nBcc: x\u{0} "), Some("AnnBcc: x".to_owned()));
        assert_eq!(words(" \t "), None);
        assert_eq!(words(&"é".repeat(500)).unwrap().chars().count(), LONGEST_WORDS);
    }

    #[test]
    fn claims_are_read_in_the_forms_that_occur() {
        assert_eq!(values(&json!(["staff", 7, "", {"a": 1}])), ["staff", "7"]);
        assert_eq!(values(&json!("staff")), ["staff"]);
        assert_eq!(values(&json!(true)), ["true"]);
        assert!(values(&json!({"staff": true})).is_empty());
        assert!(values(&json!(null)).is_empty());
    }

    #[test]
    fn an_address_is_verified_only_where_the_provider_says_so() {
        assert_eq!(email(Some("a@b.example"), None), (Some("a@b.example".to_owned()), false));
        assert_eq!(email(Some("a@b.example"), Some(true)), (Some("a@b.example".to_owned()), true));
        assert_eq!(email(None, Some(true)), (None, false));
    }
}

//! What can go wrong with a sign-in, in fixed words: nothing the provider or the browser sent is ever
//! repeated.

use crate::domain::kernel::codes::codes;
use thiserror::Error;

/// Why a person is not signed in, by what can be done about it.
///
/// No variant carries text from outside, so `Debug` and `Display` are safe to log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SignInError {
    /// The provider is down, slow or failing. Trying again later may work.
    #[error("the identity provider is unavailable: {0}")]
    ProviderUnavailable(Outage),
    /// The person, or the provider on their behalf, said no (`access_denied`).
    #[error("the sign-in was declined at the provider")]
    Declined,
    /// `state` is missing or is not the one handed out: another browser, an old tab, or a forged link.
    #[error("the returned state is not the one handed out")]
    NotStartedHere,
    /// The person came back after more than [`super::STARTED_WITHIN`].
    #[error("the sign-in was started too long ago")]
    TookTooLong,
    /// The provider does not accept the code: used twice, expired, or started elsewhere (`invalid_grant`).
    #[error("the provider did not accept the code")]
    CodeRefused,
    /// A fresh sign-in was asked for and the provider did not show that there was one (`auth_time`).
    #[error("the person did not sign in freshly")]
    NotFresh,
    /// The provider does not accept Candour's request: client id, secret, scopes or redirect address are
    /// wrong.
    #[error("the provider refused the request")]
    ProviderRefused,
    /// An answer failed a check. It signs no one in.
    #[error("the provider's answer cannot be trusted: {0}")]
    Untrusted(Fault),
    /// The machine's source of randomness failed.
    #[error("no randomness")]
    NoRandomness,
}

impl SignInError {
    /// What is said to the person, without the details that are for the log.
    pub const fn for_the_person(self) -> NotSignedIn {
        match self {
            Self::ProviderUnavailable(_) => NotSignedIn::ProviderUnavailable,
            Self::Declined => NotSignedIn::Declined,
            Self::NotStartedHere => NotSignedIn::NotStartedHere,
            Self::TookTooLong => NotSignedIn::TookTooLong,
            Self::CodeRefused => NotSignedIn::CodeRefused,
            Self::NotFresh => NotSignedIn::NotFresh,
            Self::ProviderRefused => NotSignedIn::ProviderRefused,
            Self::Untrusted(_) => NotSignedIn::Untrusted,
            Self::NoRandomness => NotSignedIn::NoRandomness,
        }
    }
}

codes! {
    /// Why a person is not signed in, as their page says it.
    NotSignedIn {
        ProviderUnavailable = "provider_unavailable", "The school's sign-in service is not answering. Try again in a few minutes.";
        Declined = "declined", "You did not finish signing in. You can try again.";
        NotStartedHere = "not_started_here", "This sign-in was not started in this browser. Start again.";
        TookTooLong = "took_too_long", "Signing in took too long. Start again.";
        CodeRefused = "code_refused", "This sign-in has already been used, or has run out. Start again.";
        NotFresh = "not_fresh", "You need to sign in again with your password to continue.";
        ProviderRefused = "provider_refused", "The school's sign-in service did not accept the request. Tell the person who looks after Candour at your school.";
        Untrusted = "untrusted", "The answer from the school's sign-in service did not pass our checks, so you are not signed in. Try again. If it happens again, tell the person who looks after Candour at your school.";
        NoRandomness = "no_randomness", "Signing in is not working at the moment. Try again in a few minutes.";
    }
}

/// How the provider is unavailable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Outage {
    /// No connection, or it was broken off.
    #[error("unreachable")]
    Unreachable,
    /// No complete answer within the time limit.
    #[error("timed out")]
    TimedOut,
    /// The provider answered with a status of 500 or above, or said `temporarily_unavailable`.
    #[error("failing")]
    Failing,
}

/// The check that an answer failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// The `iss` parameter beside the code is missing though announced, or names another issuer (RFC 9207).
    #[error("issuer of the response")]
    ResponseIssuer,
    /// The discovery document is not there, cannot be read, or names another issuer.
    #[error("discovery document")]
    Discovery,
    /// An address the provider announces is not https (or, for a loopback issuer, not loopback).
    #[error("address announced by the provider")]
    Address,
    /// Neither a code nor an error came back, or an answer is not in the form the standard gives it.
    #[error("unreadable answer")]
    Unreadable,
    /// The token answer has no ID token.
    #[error("no ID token")]
    NoIdToken,
    /// The ID token is unsigned, or signed with an algorithm outside the allowed list.
    #[error("algorithm")]
    Algorithm,
    /// No key of the provider fits the ID token, even after fetching the keys again.
    #[error("unknown key")]
    UnknownKey,
    /// The signature is wrong.
    #[error("signature")]
    Signature,
    /// `iss` of the ID token.
    #[error("iss")]
    Issuer,
    /// `aud` of the ID token does not name this client alone.
    #[error("aud")]
    Audience,
    /// `azp` of the ID token is present and names another client.
    #[error("azp")]
    AuthorizedParty,
    /// `nonce` of the ID token is missing or another sign-in's.
    #[error("nonce")]
    Nonce,
    /// `sub` is empty or longer than 255 characters.
    #[error("sub")]
    Subject,
    /// `exp` is past.
    #[error("exp")]
    Expired,
    /// `nbf` is in the future.
    #[error("nbf")]
    NotYetValid,
    /// `iat` is longer ago than [`super::Provider::issued_within`].
    #[error("iat, too old")]
    IssuedTooLongAgo,
    /// `iat` is in the future.
    #[error("iat, in the future")]
    IssuedInFuture,
    /// `auth_time` is in the future.
    #[error("auth_time, in the future")]
    AuthTimeInFuture,
    /// `at_hash` does not belong to the access token beside it.
    #[error("at_hash")]
    AccessTokenHash,
    /// The userinfo answer is about another person.
    #[error("subject of userinfo")]
    UserInfoSubject,
}

//! What the development provider remembers for minutes: who is choosing, codes and access tokens.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// How long the page "Choose a person" may stay open.
const CHOOSING: TimeDelta = TimeDelta::minutes(30);
/// How long a code may be redeemed.
pub(super) const CODE_LIFE: TimeDelta = TimeDelta::seconds(60);
/// How long an access token and an ID token last.
pub(super) const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(5);
/// How many of a kind are held: beyond that the oldest goes.
const MOST: usize = 1000;

/// An authorization request that was found in order.
#[derive(Clone, Debug)]
pub(super) struct AuthRequest {
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: String,
    pub(super) scopes: Vec<String>,
}

/// A person was chosen and a code sent.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) request: AuthRequest,
    pub(super) subject: String,
    pub(super) chosen_at: DateTime<Utc>,
}

#[derive(Debug)]
struct Code {
    grant: Grant,
    /// The access token it was redeemed for, once it was.
    token: Option<String>,
}

/// Who an access token speaks for.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) subject: String,
    pub(super) scopes: Vec<String>,
}

#[derive(Debug)]
struct Expiring<T> {
    what: T,
    until: DateTime<Utc>,
}

/// The books. Everything in them is found by an unguessable name alone.
#[derive(Debug, Default)]
pub(super) struct Books {
    choosing: HashMap<String, Expiring<AuthRequest>>,
    codes: HashMap<String, Expiring<Code>>,
    tokens: HashMap<String, Expiring<Access>>,
}

/// The code is unknown, expired, used already, or the verifier does not fit it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotRedeemed;

impl Books {
    /// Stores a request while a person is being chosen.
    pub(super) fn ask(&mut self, name: String, request: AuthRequest, now: DateTime<Utc>) {
        keep(&mut self.choosing, name, request, now, CHOOSING);
    }

    /// Takes the request out: the page works once.
    pub(super) fn take_request(&mut self, name: &str, now: DateTime<Utc>) -> Option<AuthRequest> {
        self.choosing.remove(name).filter(|kept| kept.until > now).map(|kept| kept.what)
    }

    /// Stores what a code stands for.
    pub(super) fn grant(&mut self, code: String, grant: Grant, now: DateTime<Utc>) {
        // It is held beyond its life, so that a second use is recognised and costs the first one its token.
        keep(&mut self.codes, code, Code { grant, token: None }, now, TOKEN_LIFE);
    }

    /// Redeems a code once, for `token`. A second attempt also ends the token of the first (RFC 6749 4.1.2).
    pub(super) fn redeem(
        &mut self,
        code: &str,
        verifier: &str,
        token: String,
        now: DateTime<Utc>,
    ) -> Result<Grant, NotRedeemed> {
        let kept = self.codes.get_mut(code).ok_or(NotRedeemed)?;
        if let Some(first) = &kept.what.token {
            self.tokens.remove(first);
            return Err(NotRedeemed);
        }
        let grant = kept.what.grant.clone();
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        let fits = bool::from(challenge.as_bytes().ct_eq(grant.request.challenge.as_bytes()));
        // Marked used whatever comes of it, so that verifiers cannot be tried one after another.
        kept.what.token = Some(token.clone());
        if !fits || now >= grant.chosen_at + CODE_LIFE {
            return Err(NotRedeemed);
        }
        let access = Access { subject: grant.subject.clone(), scopes: grant.request.scopes.clone() };
        keep(&mut self.tokens, token, access, now, TOKEN_LIFE);
        Ok(grant)
    }

    /// Whom an access token speaks for, while it lasts.
    pub(super) fn access(&self, token: &str, now: DateTime<Utc>) -> Option<Access> {
        self.tokens.get(token).filter(|kept| kept.until > now).map(|kept| kept.what.clone())
    }
}

fn keep<T>(
    shelf: &mut HashMap<String, Expiring<T>>,
    name: String,
    what: T,
    now: DateTime<Utc>,
    life: TimeDelta,
) {
    shelf.retain(|_, kept| kept.until > now);
    if shelf.len() >= MOST {
        let oldest = shelf.iter().min_by_key(|(_, kept)| kept.until).map(|(name, _)| name.clone());
        oldest.and_then(|name| shelf.remove(&name));
    }
    shelf.insert(name, Expiring { what, until: now + life });
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_789_000_000, 0).unwrap()
    }

    fn auth_request() -> AuthRequest {
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        AuthRequest { state: None, nonce: None, challenge, scopes: vec!["openid".into()] }
    }

    fn with_code() -> Books {
        let mut books = Books::default();
        let grant = Grant { request: auth_request(), subject: "ann".into(), chosen_at: noon() };
        books.grant("code".into(), grant, noon());
        books
    }

    #[test]
    fn a_code_is_redeemed_once_and_a_second_use_ends_its_token() {
        let mut books = with_code();
        assert_eq!(books.redeem("code", VERIFIER, "one".into(), noon()).unwrap().subject, "ann");
        assert_eq!(books.access("one", noon()).unwrap().subject, "ann");
        assert_eq!(books.redeem("code", VERIFIER, "two".into(), noon()).map(|_| ()), Err(NotRedeemed));
        assert!(books.access("one", noon()).is_none() && books.access("two", noon()).is_none());
    }

    #[test]
    fn a_code_ends_after_a_minute() {
        let late = noon() + CODE_LIFE;
        assert!(with_code().redeem("code", VERIFIER, "t".into(), late).is_err());
        assert!(with_code().redeem("code", VERIFIER, "t".into(), late - TimeDelta::seconds(1)).is_ok());
    }

    #[test]
    fn a_wrong_verifier_uses_the_code_up() {
        let mut books = with_code();
        assert!(books.redeem("code", "another", "t".into(), noon()).is_err());
        assert!(books.redeem("code", VERIFIER, "t".into(), noon()).is_err());
        assert!(books.access("t", noon()).is_none());
    }

    #[test]
    fn the_page_works_once_and_not_for_ever() {
        let mut books = Books::default();
        books.ask("page".into(), auth_request(), noon());
        assert!(books.take_request("page", noon()).is_some());
        assert!(books.take_request("page", noon()).is_none());
        books.ask("page".into(), auth_request(), noon());
        assert!(books.take_request("page", noon() + CHOOSING).is_none());
    }

    #[test]
    fn an_access_token_ends() {
        let mut books = with_code();
        assert!(books.redeem("code", VERIFIER, "t".into(), noon()).is_ok());
        assert!(books.access("t", noon() + TOKEN_LIFE).is_none());
    }

    #[test]
    fn the_books_do_not_grow_without_end() {
        let mut books = Books::default();
        for n in 0..MOST + 10 {
            books.ask(n.to_string(), auth_request(), noon() + TimeDelta::milliseconds(n as i64));
        }
        assert_eq!(books.choosing.len(), MOST);
        assert!(!books.choosing.contains_key("0") && books.choosing.contains_key("1009"));
    }
}

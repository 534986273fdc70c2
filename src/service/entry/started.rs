//! A sign-in on its way through the provider. The browser keeps it, in a cookie that only Candour can make and read, so
//! that a sign-in which is only started leaves nothing here. One that comes back is used once.

use super::sign_in::{hash, secret};
use crate::service::{Candour, Result, ServiceError};
use crate::{
    domain::{
        entry::session::Asked,
        kernel::{clock::Instant, ids::Random},
    },
    sso::client::Pending,
    store::{StoreError, entry::started_sign_ins},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

/// A sign-in must come back from the provider within this time.
pub const SIGN_IN_WITHIN: TimeDelta = TimeDelta::minutes(15);
/// The longest address, in bytes, that a sign-in goes back to.
pub const LONGEST_ADDRESS: usize = 1_000;
/// What the key is used for here: a cookie sealed for anything else does not open.
const PURPOSE: &[u8] = b"candour: a sign-in on its way, 1";

/// A sign-in on its way through the provider.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartedSignIn {
    /// Which configured provider.
    pub provider: String,
    /// Where to go afterwards: an address of Candour's own.
    pub return_to: String,
    /// Whether the person has to sign in again, whatever the provider remembers.
    pub asked: Asked,
    state: String,
    nonce: String,
    verifier: String,
    started_at: Instant,
}

impl std::fmt::Debug for StartedSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StartedSignIn(..)")
    }
}

impl StartedSignIn {
    /// What the provider's answer is checked against.
    pub fn pending(&self) -> Pending {
        Pending {
            state: self.state.clone(),
            nonce: self.nonce.clone(),
            pkce_verifier: self.verifier.clone(),
            started_at: self.started_at,
            authenticated_since: match self.asked {
                Asked::Remembered => None,
                Asked::Again => Some(self.started_at),
            },
        }
    }
}

/// What the cookie of a browser says of the sign-in that it comes back from.
#[derive(Debug)]
pub enum Origin {
    /// It was started in this browser.
    Here(Box<StartedSignIn>),
    /// It was started in this browser too long ago.
    TooLongAgo,
    /// It was started elsewhere, or the cookie is not ours.
    Elsewhere,
}

/// Whether a sign-in came back before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It is used now.
    First,
    /// It was used already.
    Again,
}

/// An address of Candour's own: one slash, then no other slash or backslash, so that it leads nowhere else. One that is
/// too long is none.
pub fn own_address(asked: &str) -> &str {
    let mut letters = asked.chars();
    let (first, second) = (letters.next(), letters.next());
    let leads_here = first == Some('/') && !matches!(second, Some('/' | '\\'));
    let harmless = leads_here && asked.len() <= LONGEST_ADDRESS && !asked.chars().any(char::is_control);
    if harmless { asked } else { "/" }
}

/// Begins a sign-in, and gives the cookie that the browser keeps of it. Only addresses of Candour's own are gone back to.
pub fn begin(
    candour: &Candour,
    provider: &str,
    pending: &Pending,
    (asked, return_to): (Asked, &str),
    now: Instant,
    random: &mut dyn Random,
) -> Result<String> {
    let started = StartedSignIn {
        provider: provider.to_owned(),
        return_to: own_address(return_to).to_owned(),
        asked,
        state: pending.state.clone(),
        nonce: pending.nonce.clone(),
        verifier: pending.pkce_verifier.clone(),
        started_at: now,
    };
    let kept = candour.read(started_sign_ins::cookie_key)?;
    let key = match kept {
        Some(key) => key,
        None => draw_key(candour, now, random)?,
    };
    seal(&key_of(&key)?, &started, random)
}

/// Reads the cookie of a browser that comes back with this state.
pub fn origin(candour: &Candour, cookie: &str, state: &str, now: Instant) -> Result<Origin> {
    let Some(key) = candour.read(started_sign_ins::cookie_key)? else { return Ok(Origin::Elsewhere) };
    let Some(started) = open(&key_of(&key)?, cookie) else { return Ok(Origin::Elsewhere) };
    Ok(if state.is_empty() || started.state != state {
        Origin::Elsewhere
    } else if now - started.started_at > SIGN_IN_WITHIN {
        Origin::TooLongAgo
    } else {
        Origin::Here(Box::new(started))
    })
}

/// Uses a sign-in that came back with the provider's word, once.
pub fn use_up(candour: &Candour, started: &StartedSignIn, now: Instant) -> Result<Use> {
    let ends_at = started.started_at + SIGN_IN_WITHIN;
    match candour.write(|tx| started_sign_ins::use_up(tx, &hash(&started.state), ends_at, now)) {
        Ok(()) => Ok(Use::First),
        Err(StoreError::Duplicate) => Ok(Use::Again),
        Err(other) => Err(other.into()),
    }
}

fn draw_key(candour: &Candour, now: Instant, random: &mut dyn Random) -> Result<String> {
    let drawn = secret(random);
    match candour.write(|tx| started_sign_ins::keep_cookie_key(tx, &drawn, now)) {
        Ok(()) => Ok(drawn),
        // Another node drew one at that very moment.
        Err(StoreError::Duplicate) => {
            candour.read(started_sign_ins::cookie_key)?.ok_or_else(|| unusable("the cookie key is gone"))
        }
        Err(other) => Err(other.into()),
    }
}

fn key_of(kept: &str) -> Result<LessSafeKey> {
    let bytes = URL_SAFE_NO_PAD.decode(kept).map_err(|_| unusable("the cookie key is no key"))?;
    let key =
        UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| unusable("the cookie key is no key"))?;
    Ok(LessSafeKey::new(key))
}

fn unusable(why: &'static str) -> ServiceError {
    ServiceError::Unavailable(StoreError::unavailable(why))
}

fn seal(key: &LessSafeKey, started: &StartedSignIn, random: &mut dyn Random) -> Result<String> {
    // Drawn for each cookie: 96 bits do not meet again in all the sign-ins of a school.
    let mut once = [0; NONCE_LEN];
    random.fill(&mut once);
    let mut sealed = serde_json::to_vec(started).map_err(|_| unusable("a sign-in cannot be written"))?;
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(once), Aad::from(PURPOSE), &mut sealed)
        .map_err(|_| unusable("a cookie cannot be sealed"))?;
    Ok(URL_SAFE_NO_PAD.encode([once.as_slice(), sealed.as_slice()].concat()))
}

fn open(key: &LessSafeKey, cookie: &str) -> Option<StartedSignIn> {
    let mut bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
    let (once, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
    let once = Nonce::try_assume_unique_for_key(once).ok()?;
    let words = key.open_in_place(once, Aad::from(PURPOSE), sealed).ok()?;
    serde_json::from_slice(words).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::Randomness;

    fn key(byte: u8) -> LessSafeKey {
        key_of(&URL_SAFE_NO_PAD.encode([byte; 32])).unwrap()
    }

    fn started() -> StartedSignIn {
        StartedSignIn {
            provider: "Upton sign-in".to_owned(),
            return_to: "/my-reports".to_owned(),
            asked: Asked::Again,
            state: "state-1".to_owned(),
            nonce: "nonce-1".to_owned(),
            verifier: "verifier-1".to_owned(),
            started_at: "2026-11-17T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_cookie_is_read_by_its_own_key_alone_and_says_nothing_to_others() {
        let cookie = seal(&key(1), &started(), &mut Randomness).unwrap();
        assert!(open(&key(1), &cookie) == Some(started()));
        assert!(open(&key(2), &cookie).is_none(), "another installation's key");
        assert_ne!(cookie, seal(&key(1), &started(), &mut Randomness).unwrap(), "never twice alike");
        let inside = String::from_utf8_lossy(&URL_SAFE_NO_PAD.decode(&cookie).unwrap()).into_owned();
        for secret in ["state-1", "nonce-1", "verifier-1", "my-reports"] {
            assert!(!inside.contains(secret), "{secret}");
        }
    }

    #[test]
    fn a_cookie_with_one_bit_changed_or_of_another_length_does_not_open() {
        let cookie = seal(&key(1), &started(), &mut Randomness).unwrap();
        let raw = URL_SAFE_NO_PAD.decode(&cookie).unwrap();
        for bit in 0..raw.len() * 8 {
            let mut changed = raw.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&key(1), &URL_SAFE_NO_PAD.encode(changed)).is_none(), "bit {bit}");
        }
        for length in [0, 1, NONCE_LEN, raw.len() - 1] {
            assert!(open(&key(1), &URL_SAFE_NO_PAD.encode(&raw[..length])).is_none(), "{length} bytes");
        }
        assert!(open(&key(1), "no base64!").is_none());
    }

    #[test]
    fn only_short_addresses_of_candours_own_are_gone_back_to() {
        let longest = format!("/{}", "x".repeat(LONGEST_ADDRESS - 1));
        for own in ["/", "/my-reports", "/cases?show=open", longest.as_str()] {
            assert_eq!(own_address(own), own);
        }
        let too_long = format!("{longest}x");
        for other in ["", "x", "//evil.example", "/\\evil.example", "https://evil.example/", "/\n", &too_long]
        {
            assert_eq!(own_address(other), "/", "{other:.40}");
        }
    }
}

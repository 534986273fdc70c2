//! Proof that a form was posted from Candour's own page: a token of the session, and the browser's own word. The token
//! says which school the page is of as well: a form belongs there, wherever its session has moved on to.

use crate::domain::kernel::ids::{Random, SchoolId};
use actix_web::http::header::{HeaderMap, HeaderValue, ORIGIN};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;
use subtle::ConstantTimeEq;
use uuid::Uuid;

const LENGTH: usize = 32;
/// A secret, and then a school.
const OF_A_PAGE: usize = LENGTH + 16;

/// One session's secret, kept with the session and never sent as it is.
#[derive(Clone, PartialEq, Eq)]
pub struct CsrfSecret([u8; LENGTH]);

/// The form did not come from a page of this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this page was not sent from Candour's own form")]
pub struct NotOurForm;

impl CsrfSecret {
    /// A new one, drawn when a session starts.
    pub fn draw(random: &mut dyn Random) -> Self {
        let mut bytes = [0; LENGTH];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// One read back from where it was kept.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes to keep with the session.
    pub fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// The token for one answer to a person who is not signed in, and so in no school.
    pub fn token(&self, random: &mut dyn Random) -> String {
        masked(&self.0, random)
    }

    /// Checks the token a form brought back, in a time that does not tell where it differs.
    pub fn verify(&self, typed: &str) -> Result<(), NotOurForm> {
        self.is(&Self(unmasked(typed)?))
    }

    /// The token for one page of a session, drawn for one school.
    pub fn page_token(&self, school: SchoolId, random: &mut dyn Random) -> String {
        let mut plain = [0; OF_A_PAGE];
        plain[..LENGTH].copy_from_slice(&self.0);
        plain[LENGTH..].copy_from_slice(school.0.as_bytes());
        masked(&plain, random)
    }

    /// The school of the page that brought this token back, if it is a page of this session. The school is not sealed in
    /// any way: who alters it in a token of their own gets no further than they do by changing school.
    pub fn school_of_page(&self, typed: &str) -> Result<SchoolId, NotOurForm> {
        let (secret, school) = Self::of_page(typed)?;
        self.is(&secret)?;
        Ok(school)
    }

    /// The secret and the school a page's token was made from. It says which session's page a form came from, whether or
    /// not that session is still live; it never stands for [`Self::school_of_page`].
    pub fn of_page(typed: &str) -> Result<(Self, SchoolId), NotOurForm> {
        let plain: [u8; OF_A_PAGE] = unmasked(typed)?;
        let (mut secret, mut school) = ([0; LENGTH], [0; 16]);
        secret.copy_from_slice(&plain[..LENGTH]);
        school.copy_from_slice(&plain[LENGTH..]);
        Ok((Self(secret), SchoolId(Uuid::from_bytes(school))))
    }

    fn is(&self, other: &Self) -> Result<(), NotOurForm> {
        if bool::from(other.0.ct_eq(&self.0)) { Ok(()) } else { Err(NotOurForm) }
    }
}

/// Bytes under a new mask each time: none are ever sent twice, so an attacker who can watch the length of compressed
/// answers learns nothing (BREACH).
fn masked(plain: &[u8], random: &mut dyn Random) -> String {
    let mut mask = vec![0; plain.len()];
    random.fill(&mut mask);
    let hidden: Vec<u8> = plain.iter().zip(&mask).map(|(plain, mask)| plain ^ mask).collect();
    URL_SAFE_NO_PAD.encode([mask, hidden].concat())
}

/// The bytes under a mask, if there are as many as there should be.
fn unmasked<const N: usize>(typed: &str) -> Result<[u8; N], NotOurForm> {
    let token = URL_SAFE_NO_PAD.decode(typed).map_err(|_| NotOurForm)?;
    if token.len() != N * 2 {
        return Err(NotOurForm);
    }
    let (mask, hidden) = token.split_at(N);
    let mut plain = [0; N];
    for ((plain, mask), hidden) in plain.iter_mut().zip(mask).zip(hidden) {
        *plain = mask ^ hidden;
    }
    Ok(plain)
}

impl fmt::Debug for CsrfSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfSecret(..)")
    }
}

/// Checks what the browser itself says about where a post came from. `own` is the public address's origin,
/// `https://candour.school.example`. Comes before [`CsrfSecret::verify`], and never instead of it.
///
/// `Sec-Fetch-Site` is asked first: our pages send no referrer, and then a browser writes `Origin: null` even on
/// our own forms. If a browser says nothing at all, the token alone decides.
pub fn same_origin(headers: &HeaderMap, own: &str) -> Result<(), NotOurForm> {
    let said = |value: &HeaderValue, expected: &str| value.as_bytes() == expected.as_bytes();
    let ours = match (headers.get("sec-fetch-site"), headers.get(ORIGIN)) {
        (Some(site), Some(origin)) => {
            said(site, "same-origin") && (said(origin, own) || said(origin, "null"))
        }
        (Some(site), None) => said(site, "same-origin"),
        (None, Some(origin)) => said(origin, own),
        (None, None) => true,
    };
    if ours { Ok(()) } else { Err(NotOurForm) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::Randomness;
    use actix_web::http::header::HeaderName;

    const OWN: &str = "https://candour.school.example";

    fn checked(lines: &[(&'static str, &'static str)]) -> Result<(), NotOurForm> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        same_origin(&headers, OWN)
    }

    #[test]
    fn a_token_is_new_in_every_answer_and_always_its_own_sessions() {
        let (secret, other) = (CsrfSecret::draw(&mut Randomness), CsrfSecret::draw(&mut Randomness));
        let (first, second) = (secret.token(&mut Randomness), secret.token(&mut Randomness));
        assert_ne!(first, second);
        assert_eq!(secret.verify(&first), Ok(()));
        assert_eq!(CsrfSecret::from_bytes(*secret.as_bytes()).verify(&second), Ok(()));
        assert_eq!(other.verify(&first), Err(NotOurForm));
    }

    #[test]
    fn every_other_token_is_refused() {
        let secret = CsrfSecret::draw(&mut Randomness);
        let good = secret.token(&mut Randomness);
        let raw = URL_SAFE_NO_PAD.decode(&good).unwrap();
        for bit in 0..raw.len() * 8 {
            let mut changed = raw.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(secret.verify(&URL_SAFE_NO_PAD.encode(changed)), Err(NotOurForm), "bit {bit}");
        }
        for typed in ["", "x", "null", "ø", &good[1..], &format!("{good}AA"), &"A".repeat(10_000)] {
            assert_eq!(secret.verify(typed), Err(NotOurForm), "{typed:.20}");
        }
        // 64 zero bytes unmask to zeros, which no session's secret is.
        assert_eq!(secret.verify(&URL_SAFE_NO_PAD.encode([0; 64])), Err(NotOurForm));
    }

    #[test]
    fn a_pages_token_says_its_school_to_its_own_session_alone() {
        let (secret, other) = (CsrfSecret::draw(&mut Randomness), CsrfSecret::draw(&mut Randomness));
        let (here, there) = (SchoolId(Uuid::from_u128(1)), SchoolId(Uuid::from_u128(2)));
        let (first, second) =
            (secret.page_token(here, &mut Randomness), secret.page_token(here, &mut Randomness));
        assert_ne!(first, second);
        assert_eq!(secret.school_of_page(&first), Ok(here));
        assert_eq!(secret.school_of_page(&secret.page_token(there, &mut Randomness)), Ok(there));
        assert_eq!(other.school_of_page(&first), Err(NotOurForm));
        assert_eq!(CsrfSecret::of_page(&first), Ok((secret.clone(), here)));
        let raw = URL_SAFE_NO_PAD.decode(&first).unwrap();
        for bit in 0..raw.len() * 8 {
            let mut changed = raw.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            let read = secret.school_of_page(&URL_SAFE_NO_PAD.encode(changed));
            assert_ne!(read, Ok(here), "bit {bit}");
        }
        // Neither kind of token stands for the other, and a piece of one for none.
        assert_eq!(secret.school_of_page(&secret.token(&mut Randomness)), Err(NotOurForm));
        assert_eq!(secret.verify(&first), Err(NotOurForm));
        for typed in ["", "x", &first[1..], &format!("{first}AA"), &"A".repeat(10_000)] {
            assert_eq!(secret.school_of_page(typed), Err(NotOurForm), "{typed:.20}");
        }
    }

    #[test]
    fn the_secret_is_never_printed() {
        assert_eq!(format!("{:?}", CsrfSecret::from_bytes([7; 32])), "CsrfSecret(..)");
    }

    #[test]
    fn a_post_from_another_place_is_refused() {
        assert_eq!(checked(&[]), Ok(()));
        assert_eq!(checked(&[("origin", OWN)]), Ok(()));
        assert_eq!(checked(&[("sec-fetch-site", "same-origin"), ("origin", "null")]), Ok(()));
        assert_eq!(checked(&[("sec-fetch-site", "same-origin"), ("origin", OWN)]), Ok(()));
        for foreign in ["cross-site", "same-site", "none", "SAME-ORIGIN"] {
            assert_eq!(checked(&[("sec-fetch-site", foreign)]), Err(NotOurForm), "{foreign}");
            assert_eq!(
                checked(&[("sec-fetch-site", foreign), ("origin", OWN)]),
                Err(NotOurForm),
                "{foreign}"
            );
        }
        for foreign in ["null", "https://evil.example", "http://candour.school.example", ""] {
            assert_eq!(checked(&[("origin", foreign)]), Err(NotOurForm), "{foreign}");
        }
        assert_eq!(
            checked(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]),
            Err(NotOurForm)
        );
    }
}

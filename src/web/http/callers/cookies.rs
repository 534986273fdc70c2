//! Candour's cookies: what they are called, how one is set, and how one is found among whatever else a browser brings. What
//! a neighbouring site left there, however odd, hides none of ours.

use crate::web::http::security::Transport;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie as SetCookie, SameSite, time::Duration},
    http::header::{self, HeaderMap},
};

/// A cookie of Candour's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// A session's token.
    Session,
    /// A sign-in on its way through the provider.
    StartedSignIn,
    /// The token of a person who waits for a one-time code.
    Outside,
    /// How pages look to the person.
    Look,
}

impl Cookie {
    /// Its name. Over TLS every name has the prefix with which browsers keep it to this one site: no neighbour can set it,
    /// and no page without TLS. On loopback there is no TLS, and the prefix would have browsers drop it.
    pub const fn name(self, transport: Transport) -> &'static str {
        match (self, transport) {
            (Self::Session, Transport::Tls) => "__Host-candour",
            (Self::Session, Transport::Plain) => "candour",
            (Self::StartedSignIn, Transport::Tls) => "__Host-candour-sign-in",
            (Self::StartedSignIn, Transport::Plain) => "candour-sign-in",
            (Self::Outside, Transport::Tls) => "__Host-candour-outside",
            (Self::Outside, Transport::Plain) => "candour-outside",
            (Self::Look, Transport::Tls) => "__Host-candour-look",
            (Self::Look, Transport::Plain) => "candour-look",
        }
    }

    /// Its value, if the browser brought one that Candour could have set. The framework's own reader gives up on every
    /// cookie if it cannot read one of them.
    pub fn of(self, request: &HttpRequest, transport: Transport) -> Option<String> {
        find(request.headers(), self.name(transport))
    }

    /// Sets it; for as long as the browser is open, if there is no age.
    pub fn set(self, answer: &mut HttpResponse, transport: Transport, value: String, age: Option<Duration>) {
        let mut cookie = SetCookie::build(self.name(transport), value)
            .path("/")
            .http_only(true)
            .secure(transport == Transport::Tls)
            .same_site(SameSite::Lax)
            .finish();
        cookie.set_max_age(age);
        // Letters, digits, dashes and underscores always fit a header.
        let _ = answer.add_cookie(&cookie);
    }
}

fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers.get_all(header::COOKIE);
    let mut pairs = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    pairs.find_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (before, after) = (pair[..equals].trim_ascii(), pair[equals + 1..].trim_ascii());
        (before == name.as_bytes() && is_ours(after)).then(|| String::from_utf8_lossy(after).into_owned())
    })
}

/// Whether a value is written as Candour writes all of them: letters, digits, dashes and underscores.
fn is_ours(value: &[u8]) -> bool {
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    !value.is_empty() && value.iter().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn found(lines: &[&[u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        find(&headers, "candour")
    }

    #[test]
    fn a_neighbours_odd_cookie_hides_none_of_ours() {
        let odd: [&[u8]; 9] = [
            b"nameless",
            b"=nothing",
            b"caf\xe9=\xff\xfe",
            b"percent=%FF%FE%zz",
            b"quoted=\"a, b\"",
            b"candour=",
            b"candour=%00",
            b"candour=\xff",
            b"; ;;",
        ];
        for neighbour in odd {
            for line in [
                [neighbour, b"; candour=token-1".as_slice()].concat(),
                [b"candour=token-1; ".as_slice(), neighbour].concat(),
            ] {
                assert_eq!(found(&[&line]).as_deref(), Some("token-1"), "{}", line.escape_ascii());
            }
            assert_eq!(found(&[neighbour, b"candour=token-1"]).as_deref(), Some("token-1"));
            assert_eq!(found(&[neighbour]), None, "{}", neighbour.escape_ascii());
        }
        assert_eq!(found(&[b"candour-look=dark; xcandour=1; Candour=2"]), None, "another name");
        assert_eq!(found(&[]), None);
    }

    #[test]
    fn over_tls_every_cookie_is_kept_to_this_one_site() {
        for cookie in [Cookie::Session, Cookie::StartedSignIn, Cookie::Outside, Cookie::Look] {
            let mut answer = HttpResponse::Ok().finish();
            cookie.set(&mut answer, Transport::Tls, "value".to_owned(), Some(Duration::minutes(1)));
            let set = answer.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
            assert!(set.starts_with("__Host-candour"), "{set}");
            for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/"] {
                assert!(set.contains(part), "{part}: {set}");
            }
            assert!(!set.contains("Domain"), "{set}");
            assert!(!cookie.name(Transport::Plain).starts_with("__"), "loopback has no TLS");
        }
    }
}

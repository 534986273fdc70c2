//! The only requests to the provider: no redirects, short time limits, bounded answers, https (or loopback).

use std::{future::Future, pin::Pin, sync::Once, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use thiserror::Error;
use url::{Host, Url};

/// The longest answer that is read, in bytes: a key set or a token is a few kilobytes.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Whether a host is this machine: plain http is allowed to it alone.
pub fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Where requests may go, settled by the issuer's own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Any https address: providers keep keys and tokens on several hosts.
    Https,
    /// This machine only, http or https: development and tests.
    Loopback,
}

impl Reach {
    /// The reach that goes with an issuer, or `None` if the address may not be an issuer at all.
    pub(super) fn of(issuer: &Url) -> Option<Self> {
        match issuer.scheme() {
            "http" | "https" if is_loopback(issuer) => Some(Self::Loopback),
            "https" if issuer.host().is_some() => Some(Self::Https),
            _ => None,
        }
    }

    /// Whether an address the provider announced may be called, or handed to a browser.
    pub(super) fn allows(self, address: &Url) -> bool {
        match self {
            Self::Https => address.scheme() == "https",
            Self::Loopback => matches!(address.scheme(), "http" | "https") && is_loopback(address),
        }
    }
}

/// Why a request brought no answer. Carries no address: an address may hold a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum OutboundError {
    #[error("the address is not allowed")]
    NotAllowed,
    #[error("the provider cannot be reached")]
    Unreachable,
    #[error("the provider did not answer in time")]
    TimedOut,
    #[error("the provider is failing")]
    Failing,
    #[error("the answer is too long or malformed")]
    Malformed,
}

impl From<reqwest::Error> for OutboundError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::TimedOut
        } else if error.is_builder() {
            Self::Malformed
        } else {
            Self::Unreachable
        }
    }
}

/// The HTTP client that the protocol library is given.
#[derive(Clone)]
pub(super) struct Outbound {
    http: reqwest::Client,
    reach: Reach,
}

impl Outbound {
    /// A client for one provider. `limit` bounds each request from connecting to the last byte.
    pub(super) fn new(reach: Reach, limit: Duration) -> Result<Self, reqwest::Error> {
        static TLS: Once = Once::new();
        // An error only says that the process has a provider already, which is what is wanted.
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limit)
            .timeout(limit)
            // For the doctor, which says until when a certificate is valid.
            .tls_info(true)
            // Each actix worker has its own runtime: a connection kept by one must not be handed to another.
            .pool_max_idle_per_host(0);
        builder = match reach {
            Reach::Https => builder.https_only(true),
            Reach::Loopback => builder.no_proxy(),
        };
        Ok(Self { http: builder.build()?, reach })
    }

    /// Asks for an address and gives the answer without its body; nothing if the address is not allowed. The
    /// error is the library's, without the address, for the doctor alone: it may tell of a certificate.
    pub(super) async fn look(&self, address: &Url) -> Result<reqwest::Response, Option<reqwest::Error>> {
        if !self.reach.allows(address) {
            return Err(None);
        }
        self.http.get(address.clone()).send().await.map_err(|error| Some(error.without_url()))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, OutboundError> {
        let request = reqwest::Request::try_from(request)?;
        if !self.reach.allows(request.url()) {
            return Err(OutboundError::NotAllowed);
        }
        let mut answer = self.http.execute(request).await?;
        if answer.status().is_server_error() {
            return Err(OutboundError::Failing);
        }
        let mut out = http::Response::builder().status(answer.status());
        for (name, value) in answer.headers() {
            out = out.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(OutboundError::Malformed);
            }
            body.extend_from_slice(&chunk);
        }
        out.body(body).map_err(|_| OutboundError::Malformed)
    }
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = OutboundError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutboundError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.exchange(request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(address: &str) -> Option<Reach> {
        Reach::of(&Url::parse(address).unwrap())
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert_eq!(reach("http://127.0.0.1:9/"), Some(Reach::Loopback));
        assert_eq!(reach("http://[::1]:9/"), Some(Reach::Loopback));
        assert_eq!(reach("http://localhost:9/"), Some(Reach::Loopback));
        assert_eq!(reach("https://login.school.example/"), Some(Reach::Https));
        assert_eq!(reach("http://login.school.example/"), None);
        assert_eq!(reach("http://127.0.0.1.school.example/"), None);
        assert_eq!(reach("http://localhost.school.example/"), None);
        assert_eq!(reach("ftp://127.0.0.1/"), None);
    }

    #[test]
    fn a_real_provider_cannot_send_us_to_this_machine_in_clear() {
        let inside = Url::parse("http://127.0.0.1:8080/keys").unwrap();
        let outside = Url::parse("https://keys.school.example/").unwrap();
        assert!(!Reach::Https.allows(&inside));
        assert!(Reach::Https.allows(&outside));
        assert!(Reach::Loopback.allows(&inside));
        assert!(!Reach::Loopback.allows(&outside));
    }
}

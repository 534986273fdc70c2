//! What every request and every answer goes through, whatever the page: the header table, a request id, the log
//! line, the checks of host and size, and the answer if code panics.
//!
//! The log line holds the request id, the method, the route's pattern, the status and the time taken. Never an
//! address as asked for, a query, a form's value, a cookie or a name.

use super::body;
use crate::{
    domain::kernel::ids::{Random, RequestId},
    service::clock::{Clock, Randomness},
};
use actix_web::{
    Error, HttpMessage, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use futures_util::FutureExt;
use std::{
    future::Future,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

/// The most bytes a posted form may hold: fifty thousand characters of narrative, each at its longest when
/// encoded, and the form's other fields.
pub const FORM_LIMIT: usize = 1024 * 1024;

/// The one address that takes a file, and the most bytes it takes: three times what a school of 10,000 sends.
pub const UPLOADS: &str = "/admin/people/import";
/// See [`UPLOADS`].
pub const UPLOAD_LIMIT: usize = 32 * 1024 * 1024;

/// How long the headers of a request may take to arrive; the server is built with it.
pub const HEADERS_WITHIN: Duration = Duration::from_secs(10);

/// How long the form of a person who is not signed in may take to arrive: the longest report over a bad line.
pub const BODY_WITHIN: Duration = Duration::from_secs(60);

/// The longest address that is looked at, in bytes: ours have a few hundred at most.
pub const ADDRESS_LIMIT: usize = 8 * 1024;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'; manifest-src 'self'";

/// The header table: on every answer, a file, a 404 and a 500 included.
const ALWAYS: [(HeaderName, &str); 8] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
];

/// Two years, the least that browsers' own lists accept.
const TRANSPORT: (HeaderName, &str) =
    (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");

/// Whether people reach this installation over TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// The public address is `https`.
    Tls,
    /// Loopback: the demo and the tests.
    Plain,
}

/// Which `Host` a request may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// A proxy stands in front and sees to it.
    Any,
    /// Only these, each `name:port` as a browser writes it. Loopback needs it: another web page could otherwise
    /// point a name of its own at this machine and read the answers.
    Only(Vec<String>),
}

/// Why a request is answered before, or in spite of, its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It names a host that is not this installation.
    WrongHost,
    /// Its body is longer than [`FORM_LIMIT`].
    TooLarge,
    /// Its address is longer than [`ADDRESS_LIMIT`].
    LongAddress,
    /// The code that should have answered panicked.
    Panicked,
}

/// Makes the answer to [`Trouble`]: `web::error` gives the styled page.
pub type Answer = fn(Trouble, RequestId, &str) -> HttpResponse;

/// What the guard needs to know.
#[derive(Debug, Clone)]
pub struct Guard {
    /// Whether people reach this installation over TLS.
    pub transport: Transport,
    /// Which hosts are answered.
    pub hosts: Hosts,
    /// The clock that request ids are drawn by.
    pub clock: Clock,
    /// The address people reach this installation at, for a browser that asked at another.
    pub public: String,
    /// Makes the answer if the page does not.
    pub answer: Answer,
}

impl Guard {
    /// The whole table for one answer, in a fixed order; `Cache-Control` is only a default, see [`guard`].
    pub fn headers(transport: Transport) -> Vec<(HeaderName, HeaderValue)> {
        let transport = match transport {
            Transport::Tls => Some(TRANSPORT),
            Transport::Plain => None,
        };
        let line = |(name, value)| (name, HeaderValue::from_static(value));
        ALWAYS.into_iter().chain(transport).map(line).collect()
    }

    fn refuses(&self, request: &ServiceRequest) -> Option<Trouble> {
        let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        // HTTP/2 has the host in its address and may leave the header out.
        let named = named.or_else(|| request.uri().authority().map(|authority| authority.as_str()));
        let known = match &self.hosts {
            Hosts::Any => true,
            Hosts::Only(hosts) => {
                named.is_some_and(|host| hosts.iter().any(|own| own.eq_ignore_ascii_case(host)))
            }
        };
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
        // The parts of a form with a file have a little more around them than the file.
        let most = if request.path() == UPLOADS { UPLOAD_LIMIT + FORM_LIMIT } else { FORM_LIMIT };
        let too_large = length.and_then(|length| length.parse::<u64>().ok()).is_some_and(|n| n > most as u64);
        let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
        if !known {
            Some(Trouble::WrongHost)
        } else if address > ADDRESS_LIMIT {
            Some(Trouble::LongAddress)
        } else {
            too_large.then_some(Trouble::TooLarge)
        }
    }

    fn finish(&self, headers: &mut HeaderMap, id: RequestId) {
        for (name, value) in Self::headers(self.transport) {
            headers.insert(name, value);
        }
        // An asset says for itself how long it keeps; whatever says nothing is private and is not kept at all.
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        headers.remove(header::SERVER);
        if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
            headers.insert(HeaderName::from_static("x-request-id"), id);
        }
    }
}

/// The middleware: `App::wrap(from_fn(move |request, next| guard(Arc::clone(&settings), request, next)))`,
/// outermost of all. It leaves the request's [`RequestId`] in the request's extensions.
pub async fn guard<B: MessageBody + 'static>(
    settings: Arc<Guard>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    guard_with(settings, &mut Randomness, request, |request| next.call(request)).await
}

async fn guard_with<B, F>(
    settings: Arc<Guard>,
    random: &mut dyn Random,
    mut request: ServiceRequest,
    next: impl FnOnce(ServiceRequest) -> F,
) -> Result<ServiceResponse<BoxBody>, Error>
where
    B: MessageBody + 'static,
    F: Future<Output = Result<ServiceResponse<B>, Error>>,
{
    let started = Instant::now();
    let id = RequestId::draw(settings.clock.now(), random);
    request.extensions_mut().insert(id);
    let method = method(&request);
    // What answers GET answers HEAD, and the server leaves the body out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        let pieces = request.take_payload();
        request.set_payload(body::held(pieces));
    }

    if let Some(trouble) = settings.refuses(&request) {
        if trouble == Trouble::TooLarge {
            body::throw_away(&mut request.take_payload()).await;
        }
        let mut response = request.into_response((settings.answer)(trouble, id, &settings.public));
        settings.finish(response.headers_mut(), id);
        log(id, method, None, response.status(), started);
        return Ok(response);
    }
    // The request is not kept across the call: actix routes it only while it has one owner.
    match AssertUnwindSafe(next(request)).catch_unwind().await {
        Ok(Ok(response)) => {
            let mut response = response.map_into_boxed_body();
            settings.finish(response.headers_mut(), id);
            log(id, method, response.request().match_pattern(), response.status(), started);
            Ok(response)
        }
        Ok(Err(error)) => Err(settings.as_error(error.error_response(), id, method, started)),
        Err(_) => {
            tracing::error!(request = %id, "a page panicked; the message is on standard error");
            let answer = (settings.answer)(Trouble::Panicked, id, &settings.public);
            Err(settings.as_error(answer, id, method, started))
        }
    }
}

impl Guard {
    /// An answer without its request, which went with the call: actix sends it nevertheless.
    fn as_error(&self, mut response: HttpResponse, id: RequestId, method: &str, started: Instant) -> Error {
        self.finish(response.headers_mut(), id);
        log(id, method, None, response.status(), started);
        InternalError::from_response("answered by the guard", response).into()
    }
}

/// The method, if it is one of ours: a client may send any word as a method, and no such word is logged.
fn method(request: &ServiceRequest) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}

fn log(id: RequestId, method: &str, pattern: Option<String>, status: StatusCode, started: Instant) {
    let route = pattern.as_deref().unwrap_or("none");
    let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(target: "candour::request", request = %id, method, route, status = status.as_u16(), ms);
}

/// Limits for bodies that do not say how long they are; goes into the application's data.
pub fn limits() -> (web::PayloadConfig, web::FormConfig) {
    (web::PayloadConfig::new(FORM_LIMIT), web::FormConfig::default().limit(FORM_LIMIT))
}

#[cfg(test)]
#[path = "security_tests.rs"]
mod tests;

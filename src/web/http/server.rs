//! The running site: how it is put together from its parts, and what it answers at an address that there is not.

use super::{
    app::{App, SignInProvider},
    callers::forwarded::Network,
    callers::wrong_codes::WrongCodes,
    error::{self, PageError},
    error_words::BadRequest,
    external_health::ExternalHealth,
    gate,
    page::Installation,
    refusals, routes,
    security::{self, Guard, Hosts, Transport},
};
use crate::{
    mail::transport::Mailer,
    service::{Candour, clock::Clock},
};
use actix_web::{
    App as ActixApp, HttpRequest, HttpResponse, HttpServer, dev::Server, middleware::from_fn, web,
};
use std::{net::TcpListener, sync::Arc, time::Duration};
use url::Url;

/// Whether the schools are pretend ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pretend {
    /// The demonstration.
    Yes,
    /// Real schools.
    No,
}

/// Everything a site is started from.
pub struct Site {
    /// The use cases, and the database behind them.
    pub candour: Candour,
    /// The clock.
    pub clock: Clock,
    /// The address people type.
    pub public_url: Url,
    /// Where to listen.
    pub listen: TcpListener,
    /// The providers to sign in, in the order of the sign-in page.
    pub sign_in: Vec<SignInProvider>,
    /// Whether the schools are pretend ones.
    pub pretend: Pretend,
    /// Proxies whose forwarded headers are believed.
    pub trusted_proxies: Vec<Network>,
    /// What the jobs send e-mails with: readiness says whether it gets through.
    pub mailer: Mailer,
    /// How long the form of a person who is not signed in may take to arrive.
    pub body_within: Duration,
}

/// Starts answering. The server stops gracefully: what it accepted, it finishes.
pub fn run(site: Site) -> std::io::Result<Server> {
    let transport = if site.public_url.scheme() == "https" { Transport::Tls } else { Transport::Plain };
    let hosts = match transport {
        Transport::Tls => Hosts::Any,
        Transport::Plain => Hosts::Only(own_hosts(&site.public_url)),
    };
    let sign_in = Arc::new(site.sign_in);
    let external_health =
        Arc::new(ExternalHealth::new(Arc::clone(&sign_in), site.mailer, site.clock.clone()));
    let app = Arc::new(App {
        candour: site.candour,
        clock: site.clock.clone(),
        origin: site.public_url.origin().ascii_serialization(),
        transport,
        sign_in,
        external_health,
        installation: match site.pretend {
            Pretend::Yes => Installation::Demo,
            Pretend::No => Installation::Real,
        },
        trusted_proxies: site.trusted_proxies,
        body_within: site.body_within,
        wrong_codes: WrongCodes::default(),
    });
    let public = site.public_url.to_string();
    let guard = Arc::new(Guard { transport, hosts, clock: site.clock, public, answer: error::trouble });
    let server = HttpServer::new(move || {
        let (payload, form) = security::limits();
        let guard = Arc::clone(&guard);
        ActixApp::new()
            .app_data(web::Data::from(Arc::clone(&app)))
            .app_data(payload)
            .app_data(form)
            .app_data(web::QueryConfig::default().error_handler(|_, _| unreadable_query()))
            .configure(routes::mount)
            .default_service(web::to(nothing_here))
            .wrap(from_fn(refusals::keep))
            .wrap(from_fn(refusals::in_frame))
            .wrap(from_fn(move |request, next| security::guard(Arc::clone(&guard), request, next)))
    })
    .client_request_timeout(security::HEADERS_WITHIN)
    .shutdown_timeout(20)
    .workers(4)
    .listen(site.listen)?
    .run();
    Ok(server)
}

/// An address that there is not looks to a person signed in like one that is not for them.
async fn nothing_here(request: HttpRequest) -> Result<HttpResponse, PageError> {
    gate::recognise(&request).await;
    Err(PageError::not_found())
}

/// A query that does not fit its page: words of our own, as for anything else that cannot be read.
fn unreadable_query() -> actix_web::Error {
    PageError::Bad(BadRequest::Query).into()
}

fn own_hosts(public: &Url) -> Vec<String> {
    let host = public.host_str().unwrap_or("127.0.0.1");
    match public.port() {
        Some(port) => vec![format!("{host}:{port}")],
        None => vec![host.to_owned()],
    }
}

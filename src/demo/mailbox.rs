//! The pretend mailbox of the demo: the e-mails the sink has, as pages on a loopback port of their own.
//!
//! Not part of a real installation: no real e-mail passes through it, and it has no sign-in.

use std::{io, net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    guard::{Guard, GuardContext},
    http::header,
    middleware::DefaultHeaders,
    web,
};
use askama::Template;

use super::sink::{ReceivedEmail, Sink};

const STYLE: &str = include_str!("../../templates/mailbox.css");

/// Serves the pages until the server is stopped.
///
/// # Errors
/// `InvalidInput` if the listener is not on loopback, or what the operating system says.
pub fn serve(listener: TcpListener, sink: Sink) -> io::Result<Server> {
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        let words = "the pretend mailbox is for this machine only: give a loopback address";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let app = move || {
        App::new()
            .app_data(web::Data::new(sink.clone()))
            .wrap(
                DefaultHeaders::new()
                    .add((
                        header::CONTENT_SECURITY_POLICY,
                        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                         frame-ancestors 'none'; require-trusted-types-for 'script'",
                    ))
                    .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                    .add((header::REFERRER_POLICY, "no-referrer"))
                    .add((header::CACHE_CONTROL, "no-store"))
                    .add(("Cross-Origin-Opener-Policy", "same-origin"))
                    .add(("Cross-Origin-Resource-Policy", "same-origin")),
            )
            .service(
                web::scope("")
                    .guard(NamedAsLoopback)
                    .route("/", web::get().to(list))
                    .route("/letters/{number}", web::get().to(one))
                    .route("/mailbox.css", web::get().to(style)),
            )
            .default_service(web::to(missing))
    };
    // The demo decides when to stop, so signals are not this server's.
    Ok(HttpServer::new(app).workers(1).disable_signals().listen(listener)?.run())
}

/// Refuses any name but loopback's own, or a page elsewhere could read this one through a name it controls.
struct NamedAsLoopback;

impl Guard for NamedAsLoopback {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        let host = context.head().headers().get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("");
        let name =
            if host.ends_with(']') { host } else { host.rsplit_once(':').map_or(host, |(name, _)| name) };
        ["localhost", "127.0.0.1", "[::1]"].contains(&name)
    }
}

/// The e-mails of one reader, newest first.
struct Pile {
    reader: String,
    letters: Vec<Arc<ReceivedEmail>>,
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Page {
    title: String,
    shown: PageContent,
}

/// What a page shows.
enum PageContent {
    List(Vec<Pile>),
    One(Arc<ReceivedEmail>),
    Missing,
}

async fn list(sink: web::Data<Sink>) -> HttpResponse {
    let piles = piles(&sink.letters());
    page(HttpResponse::Ok(), Page { title: "Pretend mailbox".into(), shown: PageContent::List(piles) })
}

async fn one(sink: web::Data<Sink>, number: web::Path<String>) -> HttpResponse {
    let number = number.parse::<u64>().ok();
    match sink.letters().into_iter().find(|letter| Some(letter.number) == number) {
        Some(letter) => {
            let title = format!("{} - Pretend mailbox", letter.subject);
            page(HttpResponse::Ok(), Page { title, shown: PageContent::One(letter) })
        }
        None => missing().await,
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(STYLE)
}

async fn missing() -> HttpResponse {
    page(
        HttpResponse::NotFound(),
        Page { title: "No such e-mail - Pretend mailbox".into(), shown: PageContent::Missing },
    )
}

fn page(mut response: actix_web::HttpResponseBuilder, page: Page) -> HttpResponse {
    match page.render() {
        Ok(html) => response.content_type("text/html; charset=utf-8").body(html),
        Err(_) => HttpResponse::InternalServerError().body("The pretend mailbox could not show this page."),
    }
}

/// The e-mails by reader; the reader with the newest e-mail first.
fn piles(letters: &[Arc<ReceivedEmail>]) -> Vec<Pile> {
    let mut piles: Vec<Pile> = Vec::new();
    for letter in letters.iter().rev() {
        for reader in &letter.to {
            match piles.iter_mut().find(|pile| pile.reader == *reader) {
                Some(pile) => pile.letters.push(Arc::clone(letter)),
                None => piles.push(Pile { reader: reader.clone(), letters: vec![Arc::clone(letter)] }),
            }
        }
    }
    piles
}

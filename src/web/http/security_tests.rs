//! The guard on every kind of answer, over a small application of its own.

use super::*;
use actix_web::{App, HttpRequest, dev::Service, middleware::from_fn, test};
use std::cell::RefCell;

const CANARY: &str = "canary-Jane-Doe";

fn plain(trouble: Trouble, id: RequestId, _: &str) -> HttpResponse {
    let status = match trouble {
        Trouble::WrongHost => StatusCode::MISDIRECTED_REQUEST,
        Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Trouble::LongAddress => StatusCode::URI_TOO_LONG,
        Trouble::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
    };
    HttpResponse::build(status).body(format!("Sorry, there is a problem. Reference {id}"))
}

fn settings(transport: Transport, hosts: Hosts) -> Arc<Guard> {
    let public = "http://127.0.0.1".to_owned();
    Arc::new(Guard { transport, hosts, clock: Clock::System, public, answer: plain })
}

/// The answer as a browser would get it: a service's error is an answer too.
async fn ask(settings: &Arc<Guard>, request: test::TestRequest) -> (StatusCode, HeaderMap, String) {
    let settings = Arc::clone(settings);
    let page = |request: HttpRequest| async move {
        let id = *request.extensions().get::<RequestId>().unwrap();
        HttpResponse::Ok().body(id.to_string())
    };
    let asset = || async {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body("a{}")
    };
    let posted = |_: web::Form<Vec<(String, String)>>| async { HttpResponse::Ok().finish() };
    let failing = || async { Err::<HttpResponse, _>(actix_web::error::ErrorInternalServerError("no")) };
    let panicking = || async {
        if CANARY.is_empty() {
            return HttpResponse::Ok().finish();
        }
        panic!("as the test means it to")
    };
    let (payload, form) = limits();
    let app = test::init_service(
        App::new()
            .app_data(payload)
            .app_data(form)
            .wrap(from_fn(move |request, next| guard(Arc::clone(&settings), request, next)))
            .route("/page/{name}", web::get().to(page))
            .route("/asset", web::get().to(asset))
            .route("/post", web::post().to(posted))
            .route("/failing", web::get().to(failing))
            .route("/panicking", web::get().to(panicking)),
    )
    .await;
    let response = match app.call(request.to_request()).await {
        Ok(response) => response.into_parts().1,
        Err(error) => error.error_response(),
    };
    let (status, headers) = (response.status(), response.headers().clone());
    let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
    (status, headers, String::from_utf8(body.to_vec()).unwrap())
}

fn get(path: &str) -> test::TestRequest {
    test::TestRequest::get().uri(path)
}

/// H5: on every kind of answer, a panic's 500 included.
#[actix_web::test]
async fn every_answer_carries_the_whole_table() {
    for transport in [Transport::Tls, Transport::Plain] {
        let settings = settings(transport, Hosts::Any);
        for (path, status) in [
            ("/page/x", 200),
            ("/asset", 200),
            ("/nowhere", 404),
            ("/post", 404),
            ("/failing", 500),
            ("/panicking", 500),
        ] {
            let (got, headers, _) = ask(&settings, get(path)).await;
            assert_eq!(got.as_u16(), status, "{path}");
            for (name, value) in Guard::headers(transport) {
                assert_eq!(headers.get(&name), Some(&value), "{path} {name}");
            }
            assert_eq!(
                headers.contains_key("strict-transport-security"),
                transport == Transport::Tls,
                "{path}"
            );
            assert!(headers.contains_key("x-request-id") && !headers.contains_key("server"), "{path}");
            let kept = if path == "/asset" { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(headers.get("cache-control").unwrap(), kept, "{path}");
        }
    }
}

#[actix_web::test]
async fn the_table_is_what_was_agreed() {
    let lines = Guard::headers(Transport::Tls);
    let lines: Vec<String> =
        lines.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[actix_web::test]
async fn a_page_knows_its_request_id_and_a_senders_own_is_not_believed() {
    let settings = settings(Transport::Plain, Hosts::Any);
    let (_, headers, body) = ask(&settings, get("/page/x").insert_header(("x-request-id", "mine"))).await;
    assert_eq!(headers.get("x-request-id").unwrap().to_str().unwrap(), body);
    assert!(body.parse::<RequestId>().is_ok());
}

#[actix_web::test]
async fn a_panic_is_an_answer_with_fixed_words() {
    let settings = settings(Transport::Plain, Hosts::Any);
    let (status, headers, body) = ask(&settings, get("/panicking")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(
        body,
        format!(
            "Sorry, there is a problem. Reference {}",
            headers.get("x-request-id").unwrap().to_str().unwrap()
        )
    );
}

#[actix_web::test]
async fn only_the_named_hosts_are_answered() {
    let settings =
        settings(Transport::Plain, Hosts::Only(vec!["127.0.0.1:8080".into(), "localhost:8080".into()]));
    for (host, status) in [
        ("127.0.0.1:8080", 200),
        ("LOCALHOST:8080", 200),
        ("localhost", 421),
        ("localhost:8081", 421),
        ("evil.example:8080", 421),
        ("", 421),
    ] {
        let (got, headers, _) = ask(&settings, get("/page/x").insert_header(("host", host))).await;
        assert_eq!(got.as_u16(), status, "{host}");
        assert!(headers.contains_key("content-security-policy"));
    }
}

#[actix_web::test]
async fn an_address_of_any_length_is_answered_with_words_of_ours() {
    let settings = settings(Transport::Plain, Hosts::Any);
    let of = |length: usize| format!("/page/x?{}", "q".repeat(length - "/page/x?".len()));
    assert_eq!(ask(&settings, get(&of(ADDRESS_LIMIT))).await.0, StatusCode::OK);
    let (status, headers, body) = ask(&settings, get(&of(ADDRESS_LIMIT + 1))).await;
    assert_eq!(status, StatusCode::URI_TOO_LONG);
    assert!(body.starts_with("Sorry") && headers.contains_key("content-security-policy"), "{body}");
}

#[actix_web::test]
async fn what_answers_get_answers_head() {
    let settings = settings(Transport::Plain, Hosts::Any);
    for (path, status) in [("/page/x", 200), ("/asset", 200), ("/nowhere", 404), ("/post", 404)] {
        let head = test::TestRequest::default().method(Method::HEAD).uri(path);
        assert_eq!(ask(&settings, head).await.0.as_u16(), status, "{path}");
    }
}

/// H7: a huge body, whether it says so or not.
#[actix_web::test]
async fn a_body_over_the_limit_is_refused_said_or_not() {
    let settings = settings(Transport::Plain, Hosts::Any);
    let form = |length: usize| {
        let body = format!("a={}", "b".repeat(length - 2));
        test::TestRequest::post()
            .uri("/post")
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .set_payload(body)
    };
    assert_eq!(ask(&settings, form(FORM_LIMIT)).await.0, StatusCode::OK);
    assert_eq!(ask(&settings, form(FORM_LIMIT + 1)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let said = form(10).insert_header(("content-length", (FORM_LIMIT + 1).to_string()));
    assert_eq!(ask(&settings, said).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

thread_local! {
    /// What this thread, and so this test, has logged.
    static LOGGED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes each log line to the thread it comes from. One subscriber for all: tracing remembers for the whole
/// process whether anything listens to a line, so one that comes and goes with a test would miss some.
struct LogWriter;

impl std::io::Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.extend_from_slice(bytes));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[actix_web::test]
async fn the_log_names_the_route_and_never_what_was_asked() {
    let log = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    tracing::subscriber::set_global_default(log.with_writer(|| LogWriter).finish()).unwrap();
    let settings = settings(Transport::Plain, Hosts::Only(vec!["localhost:8080".into()]));
    let asked =
        |path: String| get(&path).insert_header(("host", "localhost:8080")).insert_header(("cookie", CANARY));
    ask(&settings, asked(format!("/page/{CANARY}?q={CANARY}"))).await;
    ask(&settings, asked(format!("/{CANARY}"))).await;
    ask(&settings, asked("/panicking".into())).await;
    ask(&settings, get("/page/x").insert_header(("host", CANARY))).await;
    let strange = test::TestRequest::default().method(CANARY.parse().unwrap()).uri("/asset");
    ask(&settings, strange.insert_header(("host", "localhost:8080"))).await;
    let log = String::from_utf8(LOGGED.take()).unwrap();
    assert!(!log.contains(CANARY), "{log}");
    let first = log.lines().next().unwrap();
    assert!(first.contains("method=\"GET\" route=\"/page/{name}\" status=200 ms="), "{first}");
    assert_eq!(log.lines().filter(|line| line.contains("candour::request")).count(), 5, "{log}");
}

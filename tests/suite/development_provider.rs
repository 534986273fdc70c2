//! The development provider: the real client signs in through it, and it refuses what a provider must refuse.

use std::{collections::HashMap, sync::Arc, sync::OnceLock};

use actix_web::{dev::ServerHandle, rt};
use candour::{
    demo::provider::{DevClient, DevKey, DevPeople, DevPerson, DevProvider, DevProviderError},
    sso::client::{Callback, Client, Freshness, Pending, Provider, SKEW, SignInError},
};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Response, StatusCode, header, redirect};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, Ordering};
use url::Url;

const CLIENT_ID: &str = "candour-demo";
const CLIENT_SECRET: &str = "drawn at start + / é";
const REDIRECT: &str = "http://127.0.0.1:8080/signin/callback";
const SIGNED_OUT: &str = "http://127.0.0.1:8080/signed-out";
const START: i64 = 1_789_000_000;

/// A running provider, a client of it, a browser that follows nothing, and a clock.
struct Demo {
    issuer: String,
    client: Client,
    browser: reqwest::Client,
    clock: Arc<AtomicI64>,
    server: ServerHandle,
}

fn people() -> DevPeople {
    let person = |subject: &str, name: &str, duty: &str, school: &str| DevPerson {
        subject: subject.into(),
        name: name.into(),
        email: format!("{subject}@pretend.example"),
        duty_words: duty.into(),
        school: school.into(),
        directory_id: None,
        groups: vec!["staff".into()],
    };
    DevPeople {
        people: vec![
            person("p-1", "Ann Other", "Designated safeguarding lead", "Hartwell Academy"),
            person("p-2", "Siân O'Neil & Sons", "Teacher", "Hartwell Academy"),
            person("p-3", "Bo Little", "Headteacher", "Mill Lane Primary"),
        ],
    }
}

fn dev_client() -> DevClient {
    DevClient {
        client_id: CLIENT_ID.into(),
        client_secret: CLIENT_SECRET.into(),
        redirect_uri: Url::parse(REDIRECT).unwrap(),
        signed_out_uri: Url::parse(SIGNED_OUT).unwrap(),
    }
}

fn key() -> DevKey {
    static KEY: OnceLock<DevKey> = OnceLock::new();
    KEY.get_or_init(|| DevKey::draw().unwrap()).clone()
}

fn config(issuer: &str) -> Provider {
    Provider {
        issuer: issuer.into(),
        client_id: CLIENT_ID.into(),
        client_secret: CLIENT_SECRET.into(),
        scopes: vec!["openid".into(), "profile".into(), "email".into()],
        redirect_uri: Url::parse(REDIRECT).unwrap(),
        issued_within: SKEW,
        claims: Default::default(),
        claims_from: Default::default(),
        proof: Default::default(),
    }
}

impl Demo {
    fn open() -> Self {
        let provider = DevProvider::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let issuer = provider.issuer().to_owned();
        let clock = Arc::new(AtomicI64::new(START));
        let told = clock.clone();
        let now = Arc::new(move || DateTime::from_timestamp(told.load(Ordering::SeqCst), 0).unwrap());
        let server = provider.serve(people(), dev_client(), key(), getrandom::fill, now).unwrap();
        let handle = server.handle();
        rt::spawn(server);
        // Building the client first sets up TLS for the browser too.
        let client = Client::new(config(&issuer)).unwrap();
        let browser =
            reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { issuer, client, browser, clock, server: handle }
    }

    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.clock.load(Ordering::SeqCst), 0).unwrap()
    }

    fn wait(&self, time: TimeDelta) {
        self.clock.fetch_add(time.num_seconds(), Ordering::SeqCst);
    }

    async fn get(&self, address: &str) -> Response {
        self.browser.get(address).send().await.unwrap()
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.browser
            .post(format!("{}{path}", self.issuer))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .unwrap()
    }

    /// Starts a sign-in and opens the page: what is kept, and the page's request.
    async fn choosing(&self) -> (Pending, String) {
        let started = self.client.start(Freshness::Again, getrandom::fill, self.now()).await.unwrap();
        let page = self.get(started.authorize_url.as_str()).await.text().await.unwrap();
        let request = page.split("name=\"request\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        (started.pending, request.to_owned())
    }

    /// Starts a sign-in and presses the button of a person.
    async fn chosen(&self, subject: &str) -> (Pending, Callback) {
        let (pending, request) = self.choosing().await;
        let answer = self.post("/authorize", &[("request", &request), ("person", subject)]).await;
        (pending, returned(&answer))
    }

    async fn close(self) {
        self.server.stop(true).await;
    }
}

fn location(answer: &Response) -> Url {
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    Url::parse(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap()
}

fn returned(answer: &Response) -> Callback {
    let address = location(answer);
    assert!(address.as_str().starts_with(REDIRECT));
    let mut query: HashMap<_, _> = address.query_pairs().into_owned().collect();
    Callback {
        code: query.remove("code"),
        state: query.remove("state"),
        iss: query.remove("iss"),
        error: query.remove("error"),
    }
}

#[actix_web::test]
async fn the_real_client_signs_a_chosen_person_in() {
    let demo = Demo::open();
    let (pending, returned) = demo.chosen("p-2").await;
    let who = demo.client.finish(&pending, &returned, demo.now()).await.unwrap();
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), (demo.issuer.as_str(), "p-2"));
    assert_eq!(who.name.as_deref(), Some("Siân O'Neil & Sons"));
    assert_eq!((who.email.as_deref(), who.email_verified), (Some("p-2@pretend.example"), true));
    assert_eq!(who.auth_time, Some(demo.now()));
    assert!(who.sid.is_some());
    // The code is used up.
    let again = demo.client.finish(&pending, &returned, demo.now()).await;
    assert_eq!(again, Err(SignInError::CodeRefused));
    demo.close().await;
}

#[actix_web::test]
async fn the_page_lists_people_by_school_with_their_duty() {
    let demo = Demo::open();
    let started = demo.client.start(Freshness::Remembered, getrandom::fill, demo.now()).await.unwrap();
    let answer = demo.get(started.authorize_url.as_str()).await;
    let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
    let page = answer.text().await.unwrap();
    for words in [
        "Pretend school: enter nothing real",
        "Choose a person",
        "Hartwell Academy",
        "Mill Lane Primary",
        "Designated safeguarding lead",
        "Headteacher",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert_eq!(page.matches("name=\"person\"").count(), 3);
    assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("pretend.example"));
    assert_eq!(
        policy,
        "default-src 'none'; style-src 'self'; form-action 'self' http://127.0.0.1:8080; base-uri 'none'; frame-ancestors 'none'"
    );
    demo.close().await;
}

#[actix_web::test]
async fn not_signing_in_and_nobody_come_back_as_declined() {
    let demo = Demo::open();
    for fields in [[("cancel", "yes"), ("person", "p-1")], [("x", "y"), ("person", "nobody")]] {
        let (pending, request) = demo.choosing().await;
        let answer = demo.post("/authorize", &[("request", &request), fields[0], fields[1]]).await;
        let result = demo.client.finish(&pending, &returned(&answer), demo.now()).await;
        assert_eq!(result, Err(SignInError::Declined));
    }
    demo.close().await;
}

#[actix_web::test]
async fn the_page_works_once() {
    let demo = Demo::open();
    let (_, request) = demo.choosing().await;
    let fields = [("request", request.as_str()), ("person", "p-1")];
    assert_eq!(demo.post("/authorize", &fields).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(demo.post("/authorize", &fields).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(demo.post("/authorize", &[("person", "p-1")]).await.status(), StatusCode::BAD_REQUEST);
    demo.close().await;
}

#[actix_web::test]
async fn a_code_ends_after_a_minute() {
    let demo = Demo::open();
    let (pending, returned) = demo.chosen("p-1").await;
    demo.wait(TimeDelta::seconds(60));
    assert_eq!(demo.client.finish(&pending, &returned, demo.now()).await, Err(SignInError::CodeRefused));
    demo.close().await;
}

#[actix_web::test]
async fn a_code_is_worth_nothing_without_its_verifier() {
    let demo = Demo::open();
    let (_, stolen) = demo.chosen("p-1").await;
    let (pending, own) = demo.chosen("p-2").await;
    let returned = Callback { code: stolen.code, ..own };
    assert_eq!(demo.client.finish(&pending, &returned, demo.now()).await, Err(SignInError::CodeRefused));
    demo.close().await;
}

#[actix_web::test]
async fn the_token_address_refuses_strangers_and_nonsense() {
    let demo = Demo::open();
    let mut wrong = config(&demo.issuer);
    wrong.client_secret = "guess".into();
    let stranger = Client::new(wrong).unwrap();
    let (pending, returned) = demo.chosen("p-1").await;
    assert_eq!(stranger.finish(&pending, &returned, demo.now()).await, Err(SignInError::ProviderRefused));

    let own = [("client_id", CLIENT_ID), ("client_secret", CLIENT_SECRET)];
    let code = returned.code.as_deref().unwrap();
    let granted = ("grant_type", "authorization_code");
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[("grant_type", "password"), ("username", "a"), ("password", "b")], "unsupported_grant_type"),
        (&[granted, ("code", code), ("redirect_uri", REDIRECT)], "invalid_request"),
        (&[granted, ("code", code), ("code_verifier", &pending.pkce_verifier)], "invalid_grant"),
        (&[granted, ("code", "x"), ("code_verifier", "x"), ("redirect_uri", REDIRECT)], "invalid_grant"),
    ];
    for (fields, expected) in cases {
        let answer = demo.post("/token", &[&own[..], fields].concat()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        let said: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        assert_eq!(said, json!({ "error": expected }));
    }
    // None of that used the code up: it is still good for its owner.
    assert!(demo.client.finish(&pending, &returned, demo.now()).await.is_ok());
    demo.close().await;
}

#[actix_web::test]
async fn a_request_out_of_order_is_refused() {
    let demo = Demo::open();
    let started = demo.client.start(Freshness::Remembered, getrandom::fill, demo.now()).await.unwrap();
    let right: Vec<(String, String)> = started.authorize_url.query_pairs().into_owned().collect();
    let with = |name: &str, value: Option<&str>| {
        let mut address = Url::parse(&format!("{}/authorize", demo.issuer)).unwrap();
        let kept =
            right.iter().filter(|(key, _)| key != name).map(|(key, value)| (key.as_str(), value.as_str()));
        address.query_pairs_mut().extend_pairs(kept.chain(value.map(|value| (name, value))));
        address
    };
    for (name, value) in [
        ("client_id", Some("another")),
        ("client_id", None),
        ("redirect_uri", Some("https://evil.example/")),
        ("redirect_uri", Some("http://127.0.0.1:8080/signin/callback/../x")),
        ("redirect_uri", None),
    ] {
        let answer = demo.get(with(name, value).as_str()).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{name} {value:?}");
        assert!(answer.text().await.unwrap().contains("Pretend school: enter nothing real"));
    }
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("scope", Some("profile"), "invalid_scope"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
    ] {
        let answer = returned(&demo.get(with(name, value).as_str()).await);
        assert_eq!(answer.error.as_deref(), Some(error), "{name} {value:?}");
        assert_eq!(answer.state.as_deref(), Some(started.pending.state.as_str()));
        assert_eq!(answer.code, None);
    }
    demo.close().await;
}

#[actix_web::test]
async fn only_its_own_host_name_is_answered_and_headers_are_on_every_answer() {
    let demo = Demo::open();
    let port = Url::parse(&demo.issuer).unwrap().port().unwrap();
    let paths = [
        "/.well-known/openid-configuration",
        "/jwks",
        "/authorize",
        "/token",
        "/userinfo",
        "/end-session",
        "/nowhere",
        "/dev-provider.css",
    ];
    for path in paths {
        for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".into()] {
            let address = format!("{}{path}", demo.issuer);
            let answer = demo.browser.get(address).header(header::HOST, host).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        }
        let answer = demo.get(&format!("{}{path}", demo.issuer)).await;
        assert_ne!(answer.status(), StatusCode::MISDIRECTED_REQUEST);
        let headers = answer.headers();
        assert!(
            headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none';")
        );
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers[header::X_FRAME_OPTIONS], "DENY");
        assert!(!headers.contains_key(header::SET_COOKIE));
    }
    demo.close().await;
}

#[actix_web::test]
async fn userinfo_needs_a_token() {
    let demo = Demo::open();
    let address = format!("{}/userinfo", demo.issuer);
    assert_eq!(demo.get(&address).await.status(), StatusCode::UNAUTHORIZED);
    let guess = demo.browser.get(&address).bearer_auth("guess").send().await.unwrap();
    assert_eq!(guess.status(), StatusCode::UNAUTHORIZED);
    demo.close().await;
}

#[actix_web::test]
async fn signing_out_returns_to_candour_and_nowhere_else() {
    let demo = Demo::open();
    let back = Url::parse(SIGNED_OUT).unwrap();
    let own = demo.client.sign_out_url(None, &back, demo.now()).await.unwrap().unwrap();
    assert_eq!(location(&demo.get(own.as_str()).await).as_str(), SIGNED_OUT);
    let evil = Url::parse("https://evil.example/").unwrap();
    let other = demo.client.sign_out_url(None, &evil, demo.now()).await.unwrap().unwrap();
    let answer = demo.get(other.as_str()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.unwrap().contains("You are signed out"));
    demo.close().await;
}

#[actix_web::test]
async fn it_refuses_to_leave_this_machine() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[2001:db8::1]:0"] {
        let refused = DevProvider::bind(address.parse().unwrap());
        assert!(matches!(refused, Err(DevProviderError::NotLoopback(_))), "{address}");
    }
    let now = || Arc::new(|| DateTime::from_timestamp(START, 0).unwrap());
    let bind = || DevProvider::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let mut away = dev_client();
    away.redirect_uri = Url::parse("https://candour.school.example/signin/callback").unwrap();
    let refused = bind().serve(people(), away, key(), getrandom::fill, now());
    assert!(matches!(refused, Err(DevProviderError::ClientNotLoopback)));
    let mut twice = people();
    twice.people[2].subject = "p-1".into();
    let refused = bind().serve(twice, dev_client(), key(), getrandom::fill, now());
    assert!(matches!(refused, Err(DevProviderError::Subjects)));
}

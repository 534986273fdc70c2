//! What somebody can do who is not signed in, or who is and tries codes: it is bounded, keeps nothing, and never stands in the
//! way of a report. The second node of the stories is served as behind a proxy with TLS.

use crate::{
    account_linking::{Scene, google},
    databases::{TestDb, both_databases},
    faulty_provider::{CLIENT_ID, SUBJECT, Signing},
    hostile::has_the_table,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser, hidden, mailer},
    signed_in::{answer, encoded},
    whose_code::code_for,
};
use actix_web::{dev::ServerHandle, http::Method};
use candour::{
    domain::{entry::session, people::PersonKind},
    service::{Candour, concern::drafts, entry::sign_in::IdentityProvider},
    web::http::{
        app::SignInProvider,
        callers::wrong_codes,
        routes::ENDPOINTS,
        security::{ADDRESS_LIMIT, BODY_WITHIN},
        server::{self, Pretend, Site},
    },
};
use chrono::TimeDelta;
use futures_util::future::join_all;
use macro_rules_attribute::apply;
use reqwest::{
    StatusCode,
    header::{self, HeaderValue},
};
use serde_json::json;
use std::{net::TcpListener, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

const WRONG: &str = "AAA-AAA-AAA-AAA";
const OUTSIDE: &str = "/signin/code";
const INSIDE: &str = "/settings/code";
/// A report with every answer it needs.
const REPORT: [(&str, &str); 5] = [
    ("category", "CON-HARM"),
    ("happened", "Something happened in period two."),
    ("noticed", "now"),
    ("risk", "no"),
    ("adult", "no"),
];

/// Another node of the scene's school, on its database, at an address with https.
struct Node {
    address: String,
    server: ServerHandle,
}

impl Node {
    fn beside(scene: &Scene, trusted: &[&str], body_within: Duration) -> Self {
        let school = &scene.school;
        let listen = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listen.local_addr().unwrap().to_string();
        let identity = IdentityProvider {
            name: "the other sign-in".to_owned(),
            rules: google(),
            schools: vec!["upton".to_owned()],
        };
        let site = server::run(Site {
            candour: Candour::clone(&school.db),
            clock: school.clock.clone(),
            public_url: Url::parse("https://candour.school.example").unwrap(),
            listen,
            sign_in: vec![SignInProvider { identity, client: scene.provider.client() }],
            pretend: Pretend::No,
            trusted_proxies: trusted.iter().map(|proxy| proxy.parse().unwrap()).collect(),
            mailer: mailer(&school.sink),
            body_within,
        })
        .unwrap();
        let server = site.handle();
        actix_web::rt::spawn(site);
        Self { address, server }
    }

    async fn get(&self, school: &School, path: &str, cookies: &str) -> Answer {
        let request = school.browser.get(format!("http://{}{path}", self.address));
        answer(request.header(header::COOKIE, cookies).send().await.unwrap()).await
    }

    async fn post(&self, school: &School, path: &str, from: (&str, &str), fields: &[(&str, &str)]) -> Answer {
        let (cookies, address) = from;
        let request = school
            .browser
            .post(format!("http://{}{path}", self.address))
            .header(header::COOKIE, cookies)
            .header("x-forwarded-for", address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(encoded(fields));
        answer(request.send().await.unwrap()).await
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

/// Cookies of the first node as the second one calls them.
fn over_tls(cookies: &str) -> String {
    cookies.replace("candour", "__Host-candour")
}

/// A sign-in that is started at the first node: its cookies, and the address the browser comes back to.
async fn started(scene: &Scene) -> (String, String) {
    let start = scene.school.get_as_nobody("/signin/start?provider=1").await;
    assert_eq!(start.status, StatusCode::SEE_OTHER, "{}", start.body);
    let returned = scene.provider.sign_in_at(&Url::parse(&start.location).unwrap());
    let query = encoded(&[
        ("code", &returned.code.unwrap()),
        ("state", &returned.state.unwrap()),
        ("iss", &returned.iss.unwrap()),
    ]);
    (start.cookies(), format!("/signin/callback?{query}"))
}

/// S5: starting sign-ins leaves nothing, whichever node finishes one; what comes back is used once, in time, with its own
/// cookie.
#[apply(both_databases!)]
async fn s5_a_sign_in_that_is_only_started_keeps_no_row(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let school = &scene.school;
    let rows = || {
        let tables = ["used_sign_ins", "pending_sign_ins", "access_requests", "sessions", "cookie_keys"];
        tables.map(|table| school.db.count(table))
    };
    for _ in 0..20 {
        started(&scene).await;
    }
    assert_eq!(rows(), [0, 0, 0, 0, 1], "one key for all of them");

    let node = Node::beside(&scene, &[], BODY_WITHIN);
    let (cookies, back) = started(&scene).await;
    let (altered, _) = cookies.split_at(cookies.len() - 1);
    let (another, _) = started(&scene).await;
    for theirs in ["", altered, "candour-sign-in=AAAA", another.as_str()] {
        let refused = school.browser_with(theirs.to_owned()).get(&back).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(words_of(&refused.body).contains("not started in this browser"), "{}", refused.body);
    }
    assert_eq!(rows(), [0, 0, 0, 0, 1]);
    let there = node.get(school, &back, &over_tls(&cookies)).await;
    assert_eq!((there.status, there.location.as_str()), (StatusCode::SEE_OTHER, "/"), "{}", there.body);
    assert_eq!(rows(), [1, 0, 0, 1, 1]);
    for again in [
        node.get(school, &back, &over_tls(&cookies)).await,
        school.browser_with(cookies.clone()).get(&back).await,
    ] {
        assert_eq!(again.status, StatusCode::FORBIDDEN, "a second time, at either node");
    }
    assert_eq!(rows(), [1, 0, 0, 1, 1]);

    let (late, back) = started(&scene).await;
    school.hands.forward(TimeDelta::minutes(16));
    let too_late = school.browser_with(late).get(&back).await;
    assert!(words_of(&too_late.body).contains("This sign-in took too long"), "{}", too_late.body);
    scene.comes_in().await;
    assert_eq!(school.db.count("used_sign_ins"), 1, "what is too old to come back is forgotten");
}

/// S4: an address to come back to is Candour's own and short, wherever it is carried.
#[apply(both_databases!)]
async fn s4_an_address_to_come_back_to_is_short(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let long = format!("/my-reports?x={}", "y".repeat(1_000));
    let asked = scene.school.get_as_nobody(&long).await;
    assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/signin?return_to=%2F"));
    let page = scene.school.get_as_nobody(&format!("/signin?{}", encoded(&[("return_to", &long)]))).await;
    assert!(!page.body.contains("yyyy"), "{}", page.body);
    let start = format!("/signin/start?provider=1&{}", encoded(&[("return_to", &long)]));
    assert_eq!(scene.arrives_with("", &start).await.location, "/");
    let short = "/my-reports?x=y";
    let start = format!("/signin/start?provider=1&{}", encoded(&[("return_to", short)]));
    assert_eq!(scene.arrives_with("", &start).await.location, short);
}

/// Sends what there is of a request, and reads until the server ends the connection.
async fn until_closed(address: &str, request: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(60), socket.read_to_end(&mut read)).await;
    // A server that resets the connection has ended it too.
    let _ = closed.unwrap_or_else(|_| panic!("still open: {request}"));
    String::from_utf8_lossy(&read).into_owned()
}

/// H7: the body of a form that never ends holds no connection of a stranger's, said how long it is or not; the report of a
/// person signed in may take as long as it takes.
#[apply(both_databases!)]
async fn h7_slow_bodies_before_sign_in_are_given_up(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let node = Node::beside(&scene, &[], Duration::from_millis(100));
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    let (token, key) = (hidden(&form.body, "csrf").unwrap(), hidden(&form.body, "idempotency").unwrap());
    let tokens = [("csrf", token.as_str()), ("idempotency", key.as_str())];
    let report = encoded(&[&tokens[..], &REPORT[..]].concat());
    let head = |path: &str, cookies: &str, length: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookies}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n",
            node.address
        )
    };
    let (first, rest) = report.split_at(20);
    let mut slow = TcpStream::connect(&node.address).await.unwrap();
    let length = format!("Content-Length: {}", report.len());
    slow.write_all(head("/report", &over_tls(&teacher.cookie), &length).as_bytes()).await.unwrap();
    slow.write_all(first.as_bytes()).await.unwrap();

    let strangers: Vec<String> =
        [OUTSIDE, "/report", "/drafts", "/signin/backchannel-logout", "/nowhere", "/help"]
            .into_iter()
            .flat_map(|path| {
                let cookies = "__Host-candour-outside=somebody";
                let pieces = head(path, cookies, "Transfer-Encoding: chunked");
                [head(path, cookies, "Content-Length: 1000") + "csrf=", pieces + "5\r\ncsrf=\r\n"]
            })
            .collect();
    let answers = join_all(strangers.iter().map(|request| until_closed(&node.address, request))).await;
    for (request, answer) in strangers.iter().zip(&answers) {
        assert!(answer.starts_with("HTTP/1.1 4"), "{request}: {answer}");
    }
    assert!(answers[0].contains("took too long to arrive"), "{}", answers[0]);

    slow.write_all(rest.as_bytes()).await.unwrap();
    let mut sent = String::new();
    slow.read_to_string(&mut sent).await.unwrap();
    assert!(sent.starts_with("HTTP/1.1 303") && sent.contains("/report/sent/"), "{sent}");
    assert_eq!(school.db.count("cases"), 1);
    school.deliver().await;
}

/// Every cookie has the prefix over TLS: no neighbour and no page in clear can set one.
#[apply(both_databases!)]
async fn s3_every_cookie_is_kept_to_the_one_site_over_tls(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let node = Node::beside(&scene, &[], BODY_WITHIN);
    let mut answers = vec![node.get(school, "/signin/start?provider=0", "").await];
    let (cookies, back) = started(&scene).await;
    answers.push(node.get(school, &back, &over_tls(&cookies)).await);
    assert_eq!(answers[1].location, "/signin/code", "Ann is not in the register yet");
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let (cookies, back) = started(&scene).await;
    answers.push(node.get(school, &back, &over_tls(&cookies)).await);
    let session = answers[2].cookies();
    let page = node.get(school, "/settings", &session).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let token = hidden(&page.body, "csrf").unwrap();
    let look = [("csrf", token.as_str()), ("theme", "dark")];
    answers.push(node.post(school, "/settings", (&session, "203.0.113.9"), &look).await);
    let mut names = std::collections::BTreeSet::new();
    for (name, value) in answers.iter().flat_map(|answer| &answer.headers) {
        if name == "set-cookie" {
            let kept =
                value.contains("; Secure") && value.contains("; Path=/") && value.contains("; HttpOnly");
            assert!(kept && !value.to_lowercase().contains("domain"), "{value}");
            names.insert(value.split('=').next().unwrap());
        }
    }
    let every = ["__Host-candour", "__Host-candour-look", "__Host-candour-outside", "__Host-candour-sign-in"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), every);
    let dark = format!("{session}; {}", answers[3].cookies());
    assert!(node.get(school, "/settings", &dark).await.body.contains("govuk-template pref-dark"));
    assert_eq!(
        node.get(school, "/settings", &session.replace("__Host-", "")).await.status,
        StatusCode::SEE_OTHER
    );
}

/// Whatever a neighbouring site left in the browser, the person stays signed in.
#[apply(both_databases!)]
async fn s3_a_neighbours_odd_cookie_signs_nobody_out(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let odd: [&[u8]; 5] =
        [b"nameless", b"caf\xe9=\xff\xfe", b"percent=%FF%zz", b"=; ;;", b"candour=; candour=%00"];
    for neighbour in odd {
        let cookies = [neighbour, b"; ".as_slice(), teacher.cookie.as_bytes()].concat();
        let request = school.browser.get(format!("{}/my-reports", school.address));
        let request = request.header(header::COOKIE, HeaderValue::from_bytes(&cookies).unwrap());
        let page = answer(request.send().await.unwrap()).await;
        assert_eq!(page.status, StatusCode::OK, "{}", neighbour.escape_ascii());
    }
}

/// S1: any stranger can write a token with an unknown key. However many come, the provider's keys are fetched once a minute,
/// and a new key of its own is believed within that minute.
#[apply(both_databases!)]
async fn s1_keys_are_fetched_for_unknown_ids_once_a_minute(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let school = &scene.school;
    let ann = scene.comes_in().await;
    let post = |id: String| {
        let now = school.clock.now().timestamp();
        let token = scene.provider.signs(&json!({
            "iss": scene.provider.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": id, "sub": SUBJECT,
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }));
        async move {
            let nobody = school.browser_with(String::new());
            nobody.post("/signin/backchannel-logout", &[("logout_token", &token)]).await.status
        }
    };
    let before = scene.provider.asked("/jwks");
    for minute in 1..=3 {
        scene.provider.script(|s| s.header = Arc::new(|header| header["kid"] = json!("key-9")));
        for stranger in 0..10 {
            let refused = post(format!("stranger-{minute}-{stranger}")).await;
            assert_eq!(refused, StatusCode::BAD_REQUEST);
        }
        assert_eq!(scene.provider.asked("/jwks"), before + minute);
        scene.provider.script(|s| s.header = Arc::new(|_| {}));
        if minute == 3 {
            scene.provider.script(|s| (s.signing, s.published) = (Signing::Key(1), vec![1]));
            assert_eq!(post("new-key".to_owned()).await, StatusCode::BAD_REQUEST, "not for a minute");
        }
        school.hands.forward(TimeDelta::minutes(1));
    }
    assert_eq!(ann.get("/my-reports").await.status, StatusCode::OK);
    assert_eq!(post("new-key".to_owned()).await, StatusCode::OK);
    assert_eq!(ann.get("/my-reports").await.status, StatusCode::SEE_OTHER, "signed out there");
}

/// A code typed by a person signed in, with the answer that it is theirs.
async fn enters(browser: &SignedInBrowser<'_>, code: &str) -> Answer {
    browser.submit(INSIDE, INSIDE, &[("code", code), ("answer", "yes")]).await
}

/// Wrong codes of a person signed in are counted over all their sessions; while they may not try, they may do all else.
#[apply(both_databases!)]
async fn s7_wrong_codes_are_bounded_for_the_signed_in_too(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, elsewhere) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Teacher).await);
    let other = school.sign_in(Cast::OtherTeacher).await;
    let code = code_for(&school, Cast::Administrator, school.person(Cast::Teacher));
    for n in 0..session::CODE_TRIES {
        let wrong = enters(if n % 2 == 0 { &teacher } else { &elsewhere }, WRONG).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("Enter the code exactly as it was given to you"), "{}", wrong.body);
    }
    for browser in [&teacher, &elsewhere] {
        for typed in [WRONG, code.as_str()] {
            let stopped = enters(browser, typed).await;
            assert_eq!(stopped.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(stopped.body.contains("You entered too many wrong codes"), "{}", stopped.body);
        }
    }
    assert!(enters(&other, WRONG).await.body.contains("Enter the code exactly"), "nobody else is stopped");
    let sent = teacher.submit("/report", "/report", &REPORT).await;
    assert!(
        sent.location.starts_with("/report/sent/"),
        "a report is never refused for a limit: {}",
        sent.body
    );

    school.hands.forward(session::CODE_TRIES_WITHIN);
    for _ in 0..session::CODE_TRIES - 1 {
        assert!(enters(&teacher, WRONG).await.body.contains("Enter the code exactly"));
    }
    // Asking whose it is takes no try away.
    assert_eq!(teacher.enters_code(INSIDE, &code).await.status, StatusCode::SEE_OTHER);
    school.deliver().await;
}

/// Wrong codes of strangers, from `addresses` one after the other: the last answer.
async fn strangers_try(
    scene: &Scene,
    node: Option<&Node>,
    times: u32,
    address: impl Fn(u32) -> String,
) -> StatusCode {
    let school = &scene.school;
    let mut last = StatusCode::OK;
    let mut outside = scene.stays_outside().await;
    for n in 0..times {
        if n % 5 == 4 {
            outside = scene.stays_outside().await;
        }
        let page = outside.get(OUTSIDE).await;
        let token = hidden(&page.body, "csrf").unwrap();
        let (fields, from) = ([("csrf", token.as_str()), ("code", WRONG)], address(n));
        last = match node {
            Some(node) => {
                node.post(school, OUTSIDE, (&over_tls(&outside.cookie), &from), &fields).await.status
            }
            None => outside.post_with(OUTSIDE, &[("x-forwarded-for", &from)], &fields).await.status,
        };
    }
    last
}

/// Wrong codes of strangers are bounded by network. Who is not behind a trusted proxy cannot choose their own address; and
/// from a network that is stopped reports arrive, sent in time or after the session was over.
#[apply(both_databases!)]
async fn s7_wrong_codes_are_bounded_by_an_address_that_nobody_chooses(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let teacher = school.sign_in(Cast::Teacher).await;
    let gone = school.sign_in(Cast::OtherTeacher).await;
    let form = gone.get("/report").await;
    gone.submit("/settings/sessions", "/settings/sessions", &[]).await;

    let node = Node::beside(&scene, &["127.0.0.1"], BODY_WITHIN);
    let one = |_| "203.0.113.9".to_owned();
    let most = wrong_codes::MOST;
    assert_eq!(strangers_try(&scene, Some(&node), most, one).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strangers_try(&scene, Some(&node), 1, one).await, StatusCode::TOO_MANY_REQUESTS);
    let another = |_| "198.51.100.1".to_owned();
    assert_eq!(strangers_try(&scene, Some(&node), 1, another).await, StatusCode::UNPROCESSABLE_ENTITY);
    let forged = |_| "1.1.1.1, 203.0.113.9".to_owned();
    assert_eq!(strangers_try(&scene, Some(&node), 1, forged).await, StatusCode::TOO_MANY_REQUESTS);

    let own_choice = |n: u32| format!("198.51.100.{n}");
    assert_eq!(strangers_try(&scene, None, most, own_choice).await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(strangers_try(&scene, None, 1, own_choice).await, StatusCode::TOO_MANY_REQUESTS);
    let sent = teacher.submit("/report", "/report", &REPORT).await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", sent.body);
    let kept = gone.submit_from(&form, "/report", &REPORT).await;
    assert_eq!(kept.status, StatusCode::ACCEPTED, "{}", kept.body);
    assert_eq!(drafts::mine(&school.db, &school.op(Cast::OtherTeacher)).unwrap().len(), 1);
    assert_eq!(school.sign_in(Cast::OtherTeacher).await.get("/drafts").await.status, StatusCode::OK);

    school.hands.forward(TimeDelta::minutes(1));
    assert_eq!(strangers_try(&scene, None, 1, own_choice).await, StatusCode::UNPROCESSABLE_ENTITY);
    school.deliver().await;
}

/// H5: a query that cannot be read, an address that is too long and a method that an address is not for are answered in
/// words of ours under the header table; what answers GET answers HEAD.
#[apply(both_databases!)]
async fn h5_what_cannot_be_read_is_answered_in_words_of_ours(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let ask = async |method: &str, path: &str| {
        let request = school.browser.request(method.parse().unwrap(), format!("{}{path}", school.address));
        answer(request.header(header::COOKIE, &teacher.cookie).send().await.unwrap()).await
    };
    let long = format!("/help?{}", "x".repeat(ADDRESS_LIMIT));
    for (method, path, status, words, allowed) in [
        ("GET", "/signin/start?provider=x", 400, "The address of this page cannot be read", None),
        ("GET", "/signin/callback?state=1&state=2", 400, "The address of this page cannot be read", None),
        ("GET", long.as_str(), 414, "The address of this page is too long", None),
        ("POST", "/help", 405, "This page cannot be used in this way", Some("GET, HEAD")),
        ("PUT", "/report", 405, "This page cannot be used in this way", Some("GET, HEAD, POST")),
        ("GET", "/lock", 405, "This page cannot be used in this way", Some("POST")),
        ("DELETE", "/nowhere", 404, "Page not found", None),
    ] {
        let said = ask(method, path).await;
        assert_eq!(said.status.as_u16(), status, "{method} {path:.60}");
        assert!(said.body.contains(words), "{method} {path:.60}: {}", words_of(&said.body));
        has_the_table(&format!("{method} {path:.60}"), &said);
        let allow = said.headers.iter().find(|(name, _)| name == "allow").map(|(_, value)| value.as_str());
        assert_eq!(allow, allowed, "{method} {path:.60}");
    }
    for endpoint in ENDPOINTS.iter().filter(|e| e.method == Method::GET && !e.path.contains('{')) {
        let (get, head) = (ask("GET", endpoint.path).await, ask("HEAD", endpoint.path).await);
        assert_eq!(head.status, get.status, "HEAD {}", endpoint.path);
        has_the_table(&format!("HEAD {}", endpoint.path), &head);
    }
    let address = school.address.strip_prefix("http://").unwrap();
    let head = format!("HEAD /help HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let said = until_closed(address, &head).await;
    assert!(said.starts_with("HTTP/1.1 200") && said.ends_with("\r\n\r\n"), "no body: {said}");
    assert!(said.to_lowercase().contains("\r\ncontent-length: "), "{said}");
    // What is no request at all never reaches a page: the parser's own answer says nothing.
    let said = until_closed(address, "GET / HTTP/1.1\r\nno header\r\n\r\n").await;
    assert!(said.starts_with("HTTP/1.1 400") && said.ends_with("\r\n\r\n"), "{said}");
    assert!(!said.to_lowercase().contains("\r\nserver:"), "{said}");
}

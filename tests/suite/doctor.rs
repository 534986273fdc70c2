//! What `candour doctor` says of a mail server and a sign-in provider that fail, each in its own way: the line, what to do,
//! and the code it ends with.

use crate::{
    command_line::installation,
    databases::TestDb,
    faulty_provider::{Answer, FaultyProvider},
    small_school::SmallSchool,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use candour::{
    demo::sink::{Fault, Sink, Stage},
    service::clock::Clock,
    store::{DbUrl, db::migrate},
};
use chrono::{Datelike, TimeDelta};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use std::{fs, net::SocketAddr, path::Path, process::Command, sync::Arc};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// An installation with a mail server and a provider that are well, and an empty database.
struct Scene {
    folder: TempDir,
    sink: Sink,
    provider: FaultyProvider,
}

impl Scene {
    async fn set() -> Self {
        let sink = Sink::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let provider = FaultyProvider::open().await;
        provider.script(|s| s.date = Some(Clock::System.now()));
        let folder = installation(sink.address().port(), &provider.issuer);
        migrate::run(&DbUrl::Sqlite(folder.path().join("candour.db"))).unwrap();
        Self { folder, sink, provider }
    }

    fn changes(&self, from: &str, to: &str) {
        let path = self.folder.path().join("candour.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    async fn doctor(&self) -> (i32, String) {
        doctor(self.folder.path(), &[]).await
    }

    /// The doctor finds one fault, says this, and this to do.
    async fn is_at_fault(&self, what: &str, to_do: &str) {
        let (code, printed) = self.doctor().await;
        let line = printed.lines().find(|line| line.starts_with("FAULT")).unwrap_or_default();
        assert!(line.contains(what) && line.contains(to_do), "{what}; {to_do}: {printed}");
        assert!(code == 1 && printed.ends_with("faults: 1\n"), "{code}: {printed}");
        assert!(!printed.contains("canary"), "no secret: {printed}");
    }

    /// The doctor finds nothing at fault, and says this.
    async fn is_said(&self, line: &str) {
        let (code, printed) = self.doctor().await;
        assert!(printed.lines().any(|said| said.starts_with(line)), "{line}: {printed}");
        assert_eq!(code, 0, "{printed}");
    }
}

async fn doctor(folder: &Path, more: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
    command.args(["doctor", "--config", "candour.toml"]).args(more).current_dir(folder);
    command.env("SSL_CERT_FILE", folder.join("trusted.pem"));
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (ran.status.code().unwrap(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

#[tokio::test]
async fn what_is_well_is_said_to_be_ok() {
    let scene = Scene::set().await;
    let (code, printed) = scene.doctor().await;
    assert_eq!(code, 0, "{printed}");
    for line in [
        "ok       configuration: candour.toml can be used",
        "ok       database: every migration has run",
        "warning  people: there is no school yet. To do: run candour init",
        "ok       mail: 127.0.0.1:",
        "ok       sign-in: your school account: the provider describes itself as it should",
        "ok       sign-in: your school account: it publishes 1 key",
        "ok       sign-in: your school account: its clock and this machine's agree",
    ] {
        assert!(printed.lines().any(|said| said.starts_with(line)), "{line}: {printed}");
    }
    assert!(scene.sink.letters().is_empty(), "it sends nothing unless asked");
}

#[tokio::test]
async fn a_mail_server_that_fails_is_named_with_the_step_it_failed_at() {
    let scene = Scene::set().await;
    for (fault, what) in [
        (Fault::Temp(Stage::Connect), "when connecting"),
        (Fault::Perm(Stage::Connect), "when connecting"),
        (Fault::DropAt(Stage::Connect), "the connection failed when connecting"),
        (Fault::Temp(Stage::Ehlo), "when connecting"),
        (Fault::DropAt(Stage::Ehlo), "the connection failed when connecting"),
    ] {
        scene.sink.fail_next(fault);
        scene.is_at_fault(&format!("mail: 127.0.0.1:{}", scene.sink.address().port()), what).await;
    }
    scene.changes("security = \"none\"", "security = \"starttls\"");
    scene.is_at_fault("the mail server does not offer STARTTLS", "check mail.security").await;
    scene.changes(
        "security = \"starttls\"",
        "security = \"none\"\nusername = \"candour\"\npassword_file = \"secret\"",
    );
    scene.is_at_fault("when signing in", "check mail.username").await;
    assert!(scene.sink.letters().is_empty());
}

#[tokio::test]
async fn a_test_letter_is_sent_only_where_it_is_asked_for() {
    let scene = Scene::set().await;
    let (code, printed) = doctor(scene.folder.path(), &["--send-test", "it@school.example"]).await;
    assert!(code == 0 && printed.contains("a test e-mail to it@school.example was accepted"), "{printed}");
    let letters = scene.sink.letters();
    assert_eq!((letters.len(), &letters[0].to[..]), (1, &["it@school.example".to_owned()][..]));
    assert_eq!(letters[0].subject, "A test of e-mails from Candour");
    scene.sink.refuse("gone@school.example");
    let (code, printed) = doctor(scene.folder.path(), &["--send-test", "gone@school.example"]).await;
    assert!(
        code == 1 && printed.contains("FAULT    mail: a test e-mail to gone@school.example: "),
        "{printed}"
    );
}

#[tokio::test]
async fn a_provider_that_fails_is_named_with_what_is_wrong() {
    const DISCOVERY: &str = "/.well-known/openid-configuration";
    let scene = Scene::set().await;
    let answers = |answer: Answer| scene.provider.script(|s| drop(s.answers.insert(DISCOVERY, answer)));
    answers(Answer::This(404, "text/html", "nothing".to_owned()));
    scene.is_at_fault("it answers 404", "check `issuer`, letter for letter").await;
    answers(Answer::This(503, "text/html", "later".to_owned()));
    scene.is_at_fault("it answers 503", "check `issuer`").await;
    answers(Answer::Broken);
    scene.is_at_fault("sign-in: your school account: no answer", "no one new can sign in").await;
    answers(Answer::This(200, "application/json", "{}".to_owned()));
    scene.is_at_fault("discovery document", "compare `issuer` letter for letter").await;
    answers(Answer::Right);
    let says = |key: &'static str, value: serde_json::Value| {
        scene.provider.script(|s| s.discovery = Arc::new(move |said| said[key] = value.clone()));
    };
    says("issuer", json!("https://login.elsewhere.example"));
    scene.is_at_fault("discovery document", "compare `issuer`").await;
    says("token_endpoint", json!("http://login.elsewhere.example/token"));
    scene.is_at_fault("address announced by the provider", "compare `issuer`").await;
    says("scopes_supported", json!(["profile"]));
    scene
        .is_said("warning  sign-in: your school account: it does not say that it offers the scope openid.")
        .await;
    says("scopes_supported", json!(["openid"]));
    scene.provider.script(|s| s.published.clear());
    scene.is_at_fault("it publishes no key that Candour accepts", "have it sign ID tokens with").await;
}

#[tokio::test]
async fn a_claim_that_decides_and_may_never_come_is_said_with_what_to_ask_for() {
    let scene = Scene::set().await;
    let says = |key: &'static str, value: serde_json::Value| {
        scene.provider.script(|s| s.discovery = Arc::new(move |said| said[key] = value.clone()));
    };
    let marked =
        "bind = \"claim\"\nbind_claim = \"employee\"\nstaff = \"groups=staff\"\npupils = \"groups=pupils\"";
    scene.changes("bind = \"code\"", marked);
    says("claims_supported", json!(["sub", "employee"]));
    let whose = "warning  sign-in: your school account: ";
    scene
        .is_said(&format!("{whose}it does not say that it sends the claim groups, for `staff` and `pupils`"))
        .await;
    says("claims_supported", json!(["sub", "groups"]));
    scene
        .is_said(&format!("{whose}it does not say that it sends the claim employee, for `bind_claim`"))
        .await;
    says("scopes_supported", json!(["openid", "groups"]));
    scene.is_said(&format!("{whose}the claim groups, for `staff` and `pupils`, has a scope groups")).await;
    scene.changes("scopes = [\"openid\"]", "scopes = [\"openid\", \"groups\"]");
    let (_, printed) = scene.doctor().await;
    assert!(!printed.contains("the claim groups"), "{printed}");
    // A mark by the domain of the address comes with the address.
    scene.changes("staff = \"groups=staff\"", "staff = \"email_domain=school.example\"");
    says("claims_supported", json!(["sub", "groups", "employee"]));
    scene.is_said(&format!("{whose}it does not say that it sends the claim email, for `staff`")).await;
}

#[tokio::test]
async fn clocks_that_disagree_are_said_before_they_keep_people_out() {
    let scene = Scene::set().await;
    let tells = |seconds: i64| {
        scene.provider.script(|s| s.date = Some(Clock::System.now() + TimeDelta::seconds(seconds)));
    };
    tells(600);
    scene.is_at_fault("seconds ahead of this machine's", "by the network (NTP)").await;
    tells(-600);
    scene.is_at_fault("seconds behind this machine's", "by the network (NTP)").await;
    tells(35);
    scene.is_said("warning  sign-in: your school account: its clock is 3").await;
    scene.provider.script(|s| s.date = None);
    scene.is_said("warning  sign-in: your school account: it does not say what time it is").await;
}

/// Puts TLS before a server, with a certificate that serves for so many days yet; it is trusted in this folder.
async fn with_tls(listener: TcpListener, inner: SocketAddr, days: i64, folder: &Path) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let ends = (Clock::System.now() + TimeDelta::days(days)).date_naive();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(ends.year(), ends.month() as u8, ends.day() as u8);
    let certificate = params.self_signed(&key).unwrap();
    let pem = format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
        BASE64_STANDARD.encode(certificate.der())
    );
    let trusted = folder.join("trusted.pem");
    let before = fs::read_to_string(&trusted).unwrap_or_default();
    fs::write(trusted, format!("{before}{pem}")).unwrap();
    let shown = vec![CertificateDer::clone(certificate.der())];
    let secret = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        rustls::ServerConfig::builder_with_provider(ring).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(shown, secret).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    tokio::spawn(async move {
        while let Ok((outer, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                // A client that does not trust the certificate hangs up.
                let Ok(mut outer) = acceptor.accept(outer).await else { return };
                let mut inner = TcpStream::connect(inner).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut outer, &mut inner).await;
            });
        }
    });
}

/// A scene in which mail, sign-in and Candour's own address have certificates that serve for so many days yet.
async fn scene_with_tls(days: i64) -> Scene {
    let free = || async { TcpListener::bind("127.0.0.1:0").await.unwrap() };
    let (mail, door, own) = (free().await, free().await, free().await);
    let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
    let sink = Sink::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (issuer, own_port) = (format!("https://127.0.0.1:{}", port(&door)), port(&own));
    let (provider, inner) = FaultyProvider::open_as(issuer).await;
    provider.script(|s| {
        s.date = Some(Clock::System.now());
        s.answers.insert("/health/live", Answer::This(200, "text/plain", "yes".to_owned()));
    });
    let folder = installation(port(&mail), &provider.issuer);
    migrate::run(&DbUrl::Sqlite(folder.path().join("candour.db"))).unwrap();
    with_tls(mail, sink.address(), days, folder.path()).await;
    with_tls(door, inner, days, folder.path()).await;
    with_tls(own, inner, days, folder.path()).await;
    let scene = Scene { folder, sink, provider };
    scene.changes("security = \"none\"", "security = \"tls\"");
    scene.changes("http://localhost:8080", &format!("https://localhost:{own_port}"));
    scene
}

#[tokio::test]
async fn certificates_are_read_before_they_run_out() {
    let scene = scene_with_tls(90).await;
    for whose in ["mail", "sign-in: your school account", "address"] {
        scene.is_said(&format!("ok       {whose}: its certificate is valid until ")).await;
    }
    let scene = scene_with_tls(10).await;
    for whose in ["mail", "sign-in: your school account", "address"] {
        scene.is_said(&format!("warning  {whose}: its certificate is valid until ")).await;
    }
    let scene = scene_with_tls(-2).await;
    let (code, printed) = scene.doctor().await;
    assert_eq!(code, 1, "{printed}");
    assert!(printed.contains("FAULT    mail: ") && printed.contains("certificate has expired"), "{printed}");
    assert!(printed.contains("FAULT    sign-in: your school account: no answer: "), "{printed}");
    assert!(printed.contains("warning  address: https://localhost:"), "{printed}");
    assert!(printed.contains("expired") && printed.ends_with("faults: 2\n"), "{printed}");
}

#[tokio::test]
async fn desks_without_holders_and_a_school_without_terms_are_told() {
    let scene = Scene::set().await;
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let DbUrl::Sqlite(path) = db.url() else { panic!("a file") };
    scene.changes("sqlite:candour.db", &format!("sqlite:{}", path.display()));
    scene.is_said("warning  people: meadow: there is no senior leadership team at present. To do: ").await;
    scene.is_said("warning  calendar: meadow: no terms are entered").await;
    let chmod = format!("chmod 600 {}", path.display());
    let (_, printed) = scene.doctor().await;
    assert!(printed.contains(&chmod), "others can read the records: {printed}");
}

#[tokio::test]
async fn a_provider_that_names_a_school_that_is_not_there_is_a_fault() {
    let scene = Scene::set().await;
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    SmallSchool::called(&db, "hill", "Hill School");
    let DbUrl::Sqlite(path) = db.url() else { panic!("a file") };
    scene.changes("sqlite:candour.db", &format!("sqlite:{}", path.display()));
    let names = |from: &str, list: &str| scene.changes(from, &format!("{list}bind = \"code\""));
    names("bind = \"code\"", "schools = [\"meadow\", \"hill\"]\n");
    assert_eq!(scene.doctor().await.0, 0);
    names("schools = [\"meadow\", \"hill\"]\nbind = \"code\"", "schools = [\"nope\"]\n");
    let (code, printed) = scene.doctor().await;
    for line in [
        "FAULT    sign-in: your school account: `schools` names no school of this installation: nope; it serves no school \
         at all. To do: correct `schools`; the schools here are: hill, meadow",
        "FAULT    sign-in: no one can sign in at meadow: no [[sign_in]] serves it",
        "FAULT    sign-in: no one can sign in at hill: ",
    ] {
        assert!(printed.lines().any(|said| said.starts_with(line)), "{line}: {printed}");
    }
    assert!(code == 1 && printed.ends_with("faults: 3\n"), "{printed}");
}

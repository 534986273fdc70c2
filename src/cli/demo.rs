//! `candour demo`: two pretend schools with their own folder, sign-in and mailbox, on this machine only.

use super::{console::say, installation::DEMO_DATABASE, serve};
use crate::{
    demo::{
        PretendSchools, Unfilled,
        chance::SeededRandom,
        figures, fill, mailbox,
        provider::{DevClient, DevKey, DevProvider, DevProviderError},
        schools,
        sink::Sink,
    },
    domain::{
        entry::first_sign_in::{Mark, Pin, Rules},
        kernel::ids::Random,
    },
    mail::transport::{ConfigError, Mailer, Patience, Security, SmtpConfig},
    service::{
        Candour,
        clock::{Clock, Randomness},
        entry::sign_in::IdentityProvider,
    },
    sso::client::{ClaimNames, ClaimsFrom, Client, FreshProof, Provider, ProviderError, SKEW},
    store::{
        Db, DbUrl, Kind, StoreError,
        db::{installation, migrate},
    },
    web::http::{
        app::SignInProvider,
        security,
        server::{Pretend, Site},
    },
};
use actix_web::dev::{Server, ServerHandle};
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
};
use url::Url;

/// What `candour demo` is given: nothing.
#[derive(Debug, clap::Args)]
pub struct Demo {}

/// Where each of the three answers, if nothing else does there already.
const CANDOUR: u16 = 8700;
const SIGN_IN: u16 = 8701;
const MAILBOX: u16 = 8702;

/// The seed of everything that is drawn, so that one day always has one pair of schools.
const SEED: u64 = 20_260_901;

/// How many readers the database has.
const CONNECTIONS: u32 = 4;

/// Why the demonstration does not run.
#[derive(Debug, thiserror::Error)]
pub enum NotShown {
    /// The folder cannot be made or emptied.
    #[error("the demonstration's folder {0} cannot be used: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// Another demonstration runs in this folder.
    #[error(
        "the demonstration is running in this folder already: stop it first, or start another in another folder"
    )]
    Running(#[source] StoreError),
    /// There is a database that is not the demonstration's.
    #[error("{0} is not a database of the demonstration: move it away; nothing was changed")]
    NotOurs(PathBuf),
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Database(#[from] StoreError),
    /// The pretend schools could not be made.
    #[error("the pretend schools could not be made: {0}")]
    Unfilled(#[from] Unfilled),
    /// The development provider does not run.
    #[error(transparent)]
    Provider(#[from] DevProviderError),
    /// Candour cannot use the development provider.
    #[error("the pretend sign-in cannot be used: {0}")]
    SignIn(#[from] ProviderError),
    /// The mail settings are wrong.
    #[error("the pretend mail cannot be used: {0}")]
    Mail(#[from] ConfigError),
    /// An address is wrong.
    #[error("an address cannot be made: {0}")]
    Address(#[from] url::ParseError),
    /// Something cannot listen, or ended by itself.
    #[error("the demonstration ended: {0}")]
    Ended(#[from] io::Error),
}

/// Fills a fresh database with two pretend schools and shows them until told to stop.
///
/// # Errors
/// [`NotShown`].
pub fn run(_: &Demo) -> Result<(), NotShown> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::WARN).with_writer(io::stderr).init();
    let path = Path::new(DEMO_DATABASE);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| NotShown::Folder(folder.to_owned(), error))?;
    let url = DbUrl::Sqlite(path.to_owned());
    let _one_at_a_time = Db::serve_lock(&url).map_err(NotShown::Running)?;
    let db = fresh(path, &url)?;
    actix_web::rt::System::new().block_on(show(db))
}

/// Makes a new, marked database. One of an earlier demonstration makes room; any other stays, with an error.
fn fresh(path: &Path, url: &DbUrl) -> Result<Db, NotShown> {
    if path.exists() {
        let before = Db::open_read_only(url, 1).and_then(|db| db.read(installation::find));
        if !matches!(before, Ok(Some(Kind::Demo))) {
            return Err(NotShown::NotOurs(path.to_owned()));
        }
        for ending in ["", "-wal", "-shm"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            match fs::remove_file(&name) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(NotShown::Folder(name.into(), error));
                }
                Ok(()) | Err(_) => {}
            }
        }
    }
    migrate::run(url)?;
    let db = Db::open(url, CONNECTIONS)?;
    db.write(|tx| installation::mark(tx, Kind::Demo, Clock::System.now()))?;
    Ok(db)
}

async fn show(db: Db) -> Result<(), NotShown> {
    let listen = free_or(CANDOUR)?;
    let public_url = Url::parse(&format!("http://{}", listen.local_addr()?))?;
    let provider = DevProvider::bind(here(SIGN_IN)).or_else(|_| DevProvider::bind(here(0)))?;
    say!("Filling two pretend schools with {} months of concerns.", figures::MONTHS)?;
    say!("The database is made anew at each start: what you do is gone at the next one.")?;
    let filled = fill(&db, provider.issuer(), Clock::System.now(), &mut SeededRandom::new(SEED))?;

    let issuer = provider.issuer().to_owned();
    let (client, signing_in) = sign_in(provider, &public_url)?;
    let sink = Sink::start(here(0)).await?;
    let letters = free_or(MAILBOX)?;
    let mailbox_url = format!("http://{}", letters.local_addr()?);
    let mailer = mailer(&sink)?;
    let beside = [beside(signing_in), beside(mailbox::serve(letters, sink.clone())?)];

    tell(&filled, &public_url, &mailbox_url, &issuer)?;
    let served = serve::serve(Site {
        candour: Candour::new(db),
        clock: Clock::System,
        public_url,
        listen,
        sign_in: vec![SignInProvider { identity: pretend_identity(), client }],
        pretend: Pretend::Yes,
        trusted_proxies: Vec::new(),
        mailer,
        body_within: security::BODY_WITHIN,
    })
    .await;
    for server in beside {
        server.stop(true).await;
    }
    Ok(served?)
}

const fn here(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

/// The usual port, or any free one if that is taken.
fn free_or(usual: u16) -> io::Result<TcpListener> {
    TcpListener::bind(here(usual)).or_else(|_| TcpListener::bind(here(0)))
}

/// Runs a server on this thread's runtime beside Candour.
fn beside(server: Server) -> ServerHandle {
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

/// The pretend provider and Candour's client of it, with a new key and a new password between the two.
fn sign_in(provider: DevProvider, public_url: &Url) -> Result<(Client, Server), NotShown> {
    let mut secret = [0; 32];
    Randomness.fill(&mut secret);
    let secret: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let redirect_uri = public_url.join("signin/callback")?;
    let client = Client::new(Provider {
        issuer: provider.issuer().to_owned(),
        client_id: "candour-demo".to_owned(),
        client_secret: secret.clone(),
        scopes: vec!["profile".to_owned(), "email".to_owned()],
        redirect_uri: redirect_uri.clone(),
        issued_within: SKEW,
        claims: ClaimNames::default(),
        claims_from: ClaimsFrom::IdToken,
        proof: FreshProof::AuthTime,
    })?;
    let registered = DevClient {
        client_id: "candour-demo".to_owned(),
        client_secret: secret,
        redirect_uri,
        signed_out_uri: public_url.join("signed-out")?,
    };
    let now = Arc::new(|| Clock::System.now());
    let server =
        provider.serve(schools::to_sign_in(), registered, DevKey::draw()?, Randomness::bytes, now)?;
    Ok((client, server))
}

/// Rules as a school has them: staff whom the register knows by their id are let in at their first sign-in,
/// everybody else by a code.
fn pretend_identity() -> IdentityProvider {
    let rules = Rules {
        pin: Pin::Vouched { claim: "directory_id".to_owned() },
        staff: Mark::parse(&format!("groups={}", schools::STAFF_GROUP)),
        ..Rules::by_code_only()
    };
    IdentityProvider { name: "the pretend sign-in".to_owned(), rules, schools: Vec::new() }
}

fn mailer(sink: &Sink) -> Result<Mailer, ConfigError> {
    Mailer::new(SmtpConfig {
        host: sink.address().ip().to_string(),
        port: sink.address().port(),
        security: Security::None,
        username: None,
        password: None,
        from: "Candour <candour@demonstration.example>".to_owned(),
        hostname: "localhost".to_owned(),
        patience: Patience::default(),
    })
}

fn tell(filled: &PretendSchools, candour: &Url, mailbox: &str, issuer: &str) -> io::Result<()> {
    let [secondary, primary] = &filled.schools;
    say!(
        "{}: {} pupils. {}: {} pupils.",
        secondary.row.name,
        secondary.pupils.len(),
        primary.row.name,
        primary.pupils.len()
    )?;
    say!("{} concerns were reported and {} acts are in the audit log.\n", filled.concerns, filled.acts)?;
    say!("  Candour   {candour}")?;
    say!("  Mailbox   {mailbox}/")?;
    say!("  Sign-in   {issuer}/ (Candour sends you there)\n")?;
    say!("Choose who to sign in as on the sign-in page. For example:")?;
    for (subject, why) in SUGGESTED {
        let parts = schools::SECONDARY.iter().chain(schools::PRIMARY);
        let parts = parts.map(|part| (part.subject, part.name, part.words));
        let newcomers = schools::NEWCOMERS.iter().map(|new| (new.subject, new.name, new.words));
        if let Some((_, name, words)) = parts.chain(newcomers).find(|(known, ..)| known == subject) {
            say!("  {name:<22}{words:<60}{why}")?;
        }
    }
    say!("\nPretend schools: enter nothing real. Press Ctrl-C to stop.")
}

/// Whom to begin with, and why.
const SUGGESTED: &[(&str, &str)] = &[
    ("teacher", "report a concern, and follow your own"),
    ("dsl", "the most cases"),
    ("online-safety", "what pupils meet online"),
    ("network", "a lost memory stick; a fix that waits for a test"),
    ("head", "concerns about adults; a case with the police"),
    ("governor", "nothing but published terms, in two schools"),
    ("newcomer", "a first sign-in: let in by what the provider says"),
    ("supply", "waits for a code: the administrator makes it, under Access requests"),
    ("primary-head", "a small school, where one person is head and DSL"),
];

//! `candour serve`: the site and its jobs, until it is told to stop. What was accepted is finished first.

use super::{
    check_config::Misconfigured,
    config::{Config, LogFormat},
    console::say,
};
use crate::{
    jobs::{self, Jobs},
    mail::transport::{ConfigError as MailError, Mailer},
    service::{
        Candour,
        clock::Clock,
        machine::{self, Kind},
    },
    sso::client::{Client, ProviderError},
    store::{Db, StoreError, db::migrate},
    web::http::{
        app::SignInProvider,
        security,
        server::{self, Pretend, Site},
    },
};
use std::io::IsTerminal;
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
};
use url::Url;

/// What `candour serve` is given.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "candour.toml")]
    config: PathBuf,
}

/// Why Candour does not serve.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// The configuration is wrong.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// The database has tables of an older edition.
    #[error("the database is not up to date ({0} steps): stop Candour and run candour migrate")]
    NotMigrated(usize),
    /// The database is the demonstration's.
    #[error("this database belongs to the demonstration: serve real schools from another one")]
    Demonstration,
    /// Another process serves it.
    #[error("another candour serve is using this database; stop it first, or use PostgreSQL for several")]
    InUse(#[source] StoreError),
    /// The database cannot be used.
    #[error("the database cannot be used; if it is a new one, run candour migrate first")]
    Database(#[from] StoreError),
    /// The address is taken or not this machine's.
    #[error("cannot listen on {0}: is something else using it?")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The public address cannot be extended.
    #[error("server.public_url cannot be used")]
    Address(#[from] url::ParseError),
    /// A sign-in provider cannot be used.
    #[error("a sign-in provider cannot be used")]
    SignIn(#[from] ProviderError),
    /// The mail settings cannot be used.
    #[error("the mail settings cannot be used")]
    Mail(#[from] MailError),
    /// Standard output cannot be written to.
    #[error("the address of Candour could not be printed")]
    NotSaid(#[source] std::io::Error),
    /// The server ended by itself.
    #[error("the server ended")]
    Ended(#[from] std::io::Error),
}

/// Serves real schools.
pub fn run(args: &Serve) -> Result<(), NotServed> {
    let config = Config::read(&args.config).map_err(Misconfigured::from)?;
    log(&config);
    let candour = open_live(&config)?;
    let _one_process = Db::serve_lock(&config.database.url).map_err(NotServed::InUse)?;
    let back = config.server.public_url.join("signin/callback")?;
    let mut sign_in = Vec::new();
    for provider in &config.sign_in {
        sign_in.push(SignInProvider {
            identity: provider.identity(),
            client: Client::new(provider.provider(back.clone()))?,
        });
    }
    let at = config.server.listen;
    let listen = TcpListener::bind(at).map_err(|error| NotServed::Listen(at, error))?;
    let mailer = Mailer::new(config.mail.clone())?;
    say!("Candour is at {}", config.server.public_url).map_err(NotServed::NotSaid)?;
    let site = Site {
        candour,
        clock: Clock::System,
        public_url: config.server.public_url.clone(),
        listen,
        sign_in,
        pretend: Pretend::No,
        trusted_proxies: config.server.trusted_proxies.clone(),
        mailer,
        body_within: security::BODY_WITHIN,
    };
    Ok(actix_web::rt::System::new().block_on(serve(site))?)
}

fn log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_ansi(std::io::stdout().is_terminal()).with_env_filter(filter);
    match config.log.format {
        LogFormat::Plain => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

/// Opens a database of real schools. An unused database becomes one.
fn open_live(config: &Config) -> Result<Candour, NotServed> {
    let waiting = migrate::pending(&config.database.url)?;
    if !waiting.is_empty() {
        return Err(NotServed::NotMigrated(waiting.len()));
    }
    let candour = Candour::new(Db::open(&config.database.url, config.database.pool)?);
    match machine::kind(&candour)? {
        Some(Kind::Demo) => return Err(NotServed::Demonstration),
        Some(Kind::Live) => {}
        None => machine::make_it_a_schools(&candour, Clock::System.now())?,
    }
    Ok(candour)
}

/// Runs a site and its jobs until the process is told to stop (Ctrl-C or SIGTERM).
pub async fn serve(site: Site) -> std::io::Result<()> {
    let running = jobs::run(Jobs {
        candour: site.candour.clone(),
        clock: site.clock.clone(),
        mailer: site.mailer.clone(),
        public_url: Url::clone(&site.public_url),
    });
    let served = server::run(site)?.await;
    running.stop().await;
    served
}

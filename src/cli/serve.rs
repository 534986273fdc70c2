//! `candour serve`: the site and its jobs, until it is told to stop. What was accepted is finished first.

use super::{
    check_config::Misconfigured,
    config::{Config, LogFormat},
};
use crate::{
    jobs::{self, Jobs},
    mail::transport::Mailer,
    service::{clock::Clock, system},
    sso::client::Client,
    store::{Db, Kind, installation, migrate},
    web::app::{self, Pretend, Site},
};
use anyhow::{Context, bail};
use std::{net::TcpListener, path::PathBuf};
use url::Url;

/// What `candour serve` is given.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The configuration file.
    #[arg(long, value_name = "FILE", default_value = "candour.toml")]
    config: PathBuf,
}

/// Serves real schools.
pub fn run(args: &Serve) -> anyhow::Result<()> {
    let config = Config::read(&args.config).map_err(Misconfigured::from)?;
    log(&config);
    let db = open_live(&config)?;
    let _one_process = Db::serve_lock(&config.database.url).context(
        "another candour serve is using this database; stop it first, or use PostgreSQL for several",
    )?;
    let back =
        config.server.public_url.join("signin/callback").context("the public address cannot be extended")?;
    let sign_in = config
        .sign_in
        .iter()
        .map(|door| Ok((door.name.clone(), Client::new(door.provider(back.clone()))?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let listen = TcpListener::bind(config.server.listen)
        .with_context(|| format!("cannot listen on {}: is something else using it?", config.server.listen))?;
    let mailer = Mailer::new(config.mail.clone()).context("the mail settings cannot be used")?;
    println!("Candour is at {}", config.server.public_url);
    actix_web::rt::System::new().block_on(serve(
        Site {
            db,
            clock: Clock::System,
            public_url: config.server.public_url.clone(),
            listen,
            sign_in,
            pretend: Pretend::No,
            trusted_proxies: config.server.trusted_proxies.clone(),
        },
        mailer,
    ))
}

fn log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter);
    match config.log.format {
        LogFormat::Plain => lines.init(),
        LogFormat::Json => lines.json().init(),
    }
}

/// Opens a database of real schools. A database that nobody has used yet becomes one.
fn open_live(config: &Config) -> anyhow::Result<Db> {
    let waiting = migrate::pending(&config.database.url).context("the database cannot be opened")?;
    if !waiting.is_empty() {
        bail!(
            "the database is not up to date ({} steps): stop Candour and run candour migrate",
            waiting.len()
        );
    }
    let db = Db::open(&config.database.url, config.database.pool).context("the database cannot be opened")?;
    match system::kind(&db)? {
        Some(Kind::Demo) => {
            bail!("this database belongs to the demonstration: serve real schools from another one")
        }
        Some(Kind::Live) => {}
        None => db.write(|tx| installation::mark(tx, Kind::Live, Clock::System.now()))?,
    }
    Ok(db)
}

/// Runs a site and its jobs until the process is told to stop (Ctrl-C or SIGTERM).
pub async fn serve(site: Site, mailer: Mailer) -> anyhow::Result<()> {
    let running = jobs::run(Jobs {
        db: site.db.clone(),
        clock: site.clock.clone(),
        mailer,
        public_url: Url::clone(&site.public_url),
    });
    let served = app::run(site)?.await;
    running.stop().await;
    Ok(served?)
}

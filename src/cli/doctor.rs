//! `candour doctor`: looks at everything this installation depends on and says, line by line, what is well, what to
//! mind and what is wrong. It changes nothing, and may run beside a server.
//!
//! Its lines speak of the installation alone: never of a case, a person, or who would be told of what.

use super::{check_config::Misconfigured, config::Config};
use crate::{
    domain::staffing,
    mail::transport::Mailer,
    service::clock::{Clock, Randomness},
    sso::client::{Client, Freshness, Provider, SignInError},
    store::{
        Db, DbUrl, Kind, StoreError, installation, migrate,
        schools::{self, School},
        staff,
    },
};
use std::{
    error::Error,
    fmt, fs, iter,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Look at everything this installation depends on
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// The configuration of the installation
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// How one thing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    /// As it should be.
    Well(String),
    /// Works, but somebody should see to it.
    Mind(String),
    /// Does not work.
    Wrong(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well(words) => write!(f, "well   {words}"),
            Self::Mind(words) => write!(f, "mind   {words}"),
            Self::Wrong(words) => write!(f, "WRONG  {words}"),
        }
    }
}

/// Why the doctor does not say that all is well.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    /// The configuration cannot be used, so that nothing else could be looked at.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// What is wrong was printed, each on its line.
    #[error("things wrong: {0}")]
    Found(usize),
    /// The machine would not even let it look.
    #[error("the doctor could not start")]
    NotStarted(#[from] std::io::Error),
}

/// Looks and prints. Errors: the configuration cannot be used, or something it names does not work.
pub fn run(args: &Doctor) -> Result<(), Unwell> {
    let config = Config::read(&args.config).map_err(Misconfigured::from)?;
    let mut findings = vec![Finding::Well(format!("configuration: {} can be used", args.config.display()))];
    findings.extend(database(&config.database.url));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        findings.push(mail(&config).await);
        findings.extend(sign_in(&config, &Clock::System).await);
    });
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| matches!(finding, Finding::Wrong(_))).count() {
        0 => Ok(()),
        wrong => Err(Unwell::Found(wrong)),
    }
}

fn database(url: &DbUrl) -> Vec<Finding> {
    let pending = match migrate::pending(url) {
        Ok(pending) => pending,
        Err(error) => return vec![Finding::Wrong(format!("database: {}", causes(&error)))],
    };
    let mut findings = vec![Finding::Well(format!("database: {url} answers"))];
    if pending.is_empty() {
        findings.push(Finding::Well("database: every migration has run".into()));
        findings.push(kind(url));
        findings.extend(people(url, &Clock::System));
    } else {
        let names = pending.join(", ");
        findings.push(Finding::Wrong(format!("database: run candour migrate; still to run: {names}")));
    }
    match url {
        DbUrl::Sqlite(path) => findings.extend(file(path)),
        DbUrl::Postgres(_) => {}
    }
    findings
}

fn kind(url: &DbUrl) -> Finding {
    let found = Db::open_read_only(url, 1).and_then(|db| db.read::<_, StoreError>(installation::find));
    match found {
        Ok(Some(Kind::Live)) => Finding::Well("database: it is a school's".into()),
        Ok(Some(Kind::Demo)) => {
            Finding::Wrong("database: it is the demonstration's; serve refuses it".into())
        }
        Ok(None) => Finding::Mind("database: nobody has said yet that it is a school's".into()),
        Err(error) => Finding::Wrong(format!("database: {}", causes(&error))),
    }
}

/// Who sits where in every school: what is missing there, and nothing about a case.
fn people(url: &DbUrl, clock: &Clock) -> Vec<Finding> {
    let now = clock.now();
    let found = Db::open_read_only(url, 1).and_then(|db| {
        db.read(|tx| {
            let all = schools::all(tx)?;
            let with_roster = |school: School| Ok((staff::roster(tx, school.id, now)?, school));
            all.into_iter().map(with_roster).collect::<Result<Vec<_>, StoreError>>()
        })
    });
    let schools = match found {
        Ok(schools) => schools,
        Err(error) => return vec![Finding::Wrong(format!("people: {}", causes(&error)))],
    };
    let gaps = schools.iter().flat_map(|(roster, school)| {
        let gaps = staffing::gaps(roster, &school.editions.at(now));
        gaps.into_iter().map(|gap| (school.slug.as_str(), gap))
    });
    gaps.map(|(slug, gap)| {
        let words = format!("people: {slug}: {}", gap.words());
        if gap.is_grave() { Finding::Wrong(words) } else { Finding::Mind(words) }
    })
    .collect()
}

/// Only Candour's own user may read the records. A folder that others may enter does not change that.
fn file(path: &Path) -> Option<Finding> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let open =
        (mode & 0o077 != 0).then(|| format!("database: {} can be read by others; chmod 600", path.display()));
    open.map(Finding::Mind)
}

async fn mail(config: &Config) -> Finding {
    let (host, port) = (&config.mail.host, config.mail.port);
    let mailer = match Mailer::new(config.mail.clone()) {
        Ok(mailer) => mailer,
        Err(error) => return Finding::Wrong(format!("mail: {error}")),
    };
    match mailer.reach().await {
        Ok(()) => Finding::Well(format!("mail: {host}:{port} takes the connection")),
        Err(error) => Finding::Wrong(format!("mail: {host}:{port}: {error}")),
    }
}

async fn sign_in(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut findings = Vec::new();
    for way in &config.sign_in {
        let name = &way.name;
        findings.push(match reach(way.provider(config.server.public_url.clone()), clock).await {
            Ok(()) => Finding::Well(format!("sign-in: {name}: the provider describes itself as it should")),
            Err(error) => Finding::Wrong(format!("sign-in: {name}: {error}")),
        });
    }
    findings
}

/// Starts a sign-in that nobody finishes: it needs the provider's description of itself, and nothing more.
async fn reach(provider: Provider, clock: &Clock) -> Result<(), String> {
    let client = Client::new(provider).map_err(|error| causes(&error))?;
    let started = client.start(Freshness::Remembered, Randomness::bytes, clock.now()).await;
    started.map(|_| ()).map_err(|error: SignInError| causes(&error))
}

/// An error and what caused it, in one line.
fn causes(error: &dyn Error) -> String {
    let chain = iter::successors(Some(error), |error| (*error).source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ").replace('\n', " ")
}

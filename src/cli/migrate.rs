//! `candour migrate`: brings the tables of an installation up to date, and makes a new database a school's.

use super::{
    check_config::Misconfigured,
    config::Config,
    console::say,
    installation::{Unable, refuse_demo},
};
use crate::{
    service::{Candour, clock::Clock, machine},
    store::{Db, DbUrl, StoreError, db::migrate},
};
use std::path::PathBuf;

/// Make the database, or bring its tables up to date; stop the server first
#[derive(Debug, clap::Args)]
pub struct Migrate {
    /// The configuration of the installation
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Runs what is still to run, and names it. Errors: the configuration, a server at work on the same SQLite
/// file, the demonstration's database, or what the database says.
pub fn run(args: &Migrate) -> Result<(), Unable> {
    let url = Config::read(&args.config).map_err(Misconfigured::from)?.database.url;
    let _alone = Db::serve_lock(&url)?;
    for name in bring_up_to_date(&url)? {
        say!("ran {name}")?;
    }
    Ok(say!("{url}: every migration has run")?)
}

/// Runs what is still to run, and makes a new database a school's. The caller holds the lock of the server.
///
/// # Errors
/// The demonstration's database, or what the database says.
pub(super) fn bring_up_to_date(url: &DbUrl) -> Result<Vec<String>, Unable> {
    if has_its_first_table(url)? {
        refuse_demo(&Candour::new(Db::open_read_only(url, 1)?))?;
    }
    let done = migrate::run(url)?;
    let candour = Candour::new(Db::open(url, 1)?);
    machine::make_it_a_schools(&candour, Clock::System.now())?;
    machine::write_name_keys(&candour)?;
    Ok(done)
}

/// Whether the table is there that says what the database is for.
fn has_its_first_table(url: &DbUrl) -> Result<bool, StoreError> {
    match url {
        DbUrl::Sqlite(path) if !path.exists() => return Ok(false),
        DbUrl::Sqlite(_) | DbUrl::Postgres(_) => {}
    }
    let [known, _] = migrate::known()?;
    let pending = migrate::pending(url)?;
    Ok(known.first().is_some_and(|first| !pending.contains(first)))
}

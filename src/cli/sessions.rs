//! `candour sessions end-all`: signs everyone out, in every school and on every device, beside a server that runs
//! as well: the next request of each finds no session.

use super::{
    check_config::Misconfigured,
    config::Config,
    console::say,
    installation::{self, Unable},
};
use crate::{
    service::{Candour, clock::Clock, machine},
    store::{Db, db::migrate},
};
use std::path::PathBuf;

/// Sign everyone out
#[derive(Debug, clap::Args)]
pub struct Sessions {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// End every session of every school; everyone signs in again
    EndAll {
        /// The configuration of the installation
        #[arg(long, value_name = "FILE", default_value = "candour.toml")]
        config: PathBuf,
    },
}

/// Ends the sessions, and says how many there were.
///
/// # Errors
/// The configuration, or the database.
pub fn run(args: &Sessions) -> Result<(), Unable> {
    let What::EndAll { config } = &args.what;
    let config = Config::read(config).map_err(Misconfigured::from)?;
    let url = &config.database.url;
    if !migrate::pending(url)?.is_empty() {
        let words = "the database is not up to date: stop Candour and run candour migrate first".to_owned();
        return Err(Unable::Found(words));
    }
    let candour = Candour::new(Db::open(url, 1)?);
    installation::refuse_demo(&candour)?;
    let ended = machine::end_all_sessions(&candour, Clock::System.now())?;
    say!(
        "Sessions ended: {ended}. Everyone has to sign in again; reports they were typing are kept as drafts."
    )?;
    Ok(())
}

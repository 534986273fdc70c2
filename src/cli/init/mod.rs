//! `candour init`: from nothing to the first sign-in. It asks a few questions, writes `candour.toml`, makes the database
//! and the first school, and prints three codes.
//!
//! It can be stopped anywhere and run again: each step looks whether it is done, says so, and leaves what is there.

mod answers;
mod first;
mod questions;
mod written;

pub(super) use answers::Answers;
pub use answers::Unanswered;
pub(super) use first::{hand_over, print, school};
pub(super) use questions::SCHOOL;

use super::{
    check_config::Misconfigured,
    config::Config,
    installation::{self, Unable},
    migrate,
};
use crate::{
    domain::founding::NotLikeThis,
    service::{clock::Clock, founding::NotFounded},
    store::{Db, schools},
};
use questions::INSTALLATION;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Set up a new installation with its first school, and print the first three codes
#[derive(Debug, clap::Args)]
pub struct Init {
    /// The configuration to write; one that is there is left as it is
    #[arg(long, value_name = "FILE", default_value = "candour.toml")]
    config: PathBuf,
    /// Answers for a script, instead of typing them
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
}

/// Why an installation or a school did not begin.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// The answers cannot be used; nothing was tried.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// The configuration that would be written, or is there, cannot be used.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// The configuration was written and waits for its secrets.
    #[error("{0}\nPut that right, then run candour init again: it goes on from here.")]
    Waiting(Misconfigured),
    /// The configuration cannot be written.
    #[error("{0} cannot be written: {1}")]
    NotWritten(PathBuf, #[source] io::Error),
    /// The first three are not three, or the day is upside down.
    #[error(transparent)]
    NotLikeThis(#[from] NotLikeThis),
    /// The school would not begin.
    #[error(transparent)]
    NotFounded(#[from] NotFounded),
    /// There is a school already.
    #[error(
        "there is a school here already: {0}. Nothing was changed. candour school add adds another; candour school codes \
         makes new first codes while nobody has signed in there"
    )]
    AlreadyBegun(String),
    /// The database did not do its part, or is not a school's.
    #[error(transparent)]
    Unable(#[from] Unable),
}

/// Sets up an installation.
///
/// # Errors
/// [`NotBegun`].
pub fn run(args: &Init) -> Result<(), NotBegun> {
    let answers = Answers::open(args.answers.as_deref())?;
    answers.know_only(&[INSTALLATION, SCHOOL])?;
    let is_new = !args.config.exists();
    // From a file, everything is read before anything is done; a person is asked when their answers are needed.
    let from_file = match answers {
        Answers::Typed => None,
        Answers::File(..) => Some(school(&answers)?),
    };
    if is_new {
        let given = answers.to(INSTALLATION)?;
        let text = written::configuration(&given);
        check(&args.config, &text)?;
        written::write(&args.config, &text)
            .map_err(|error| NotBegun::NotWritten(args.config.clone(), error))?;
        println!("Configuration: {} was written.", args.config.display());
    } else {
        println!("Configuration: {} is there and was left as it is.", args.config.display());
    }
    let config = Config::read(&args.config).map_err(|errors| NotBegun::Waiting(errors.into()))?;
    println!("Secrets: they are there.");
    let url = &config.database.url;
    let _alone = Db::serve_lock(url).map_err(Unable::from)?;
    let ran = migrate::bring_up_to_date(url)?;
    println!("Database: {url} is up to date ({} migrations ran now).", ran.len());
    let db = Db::open(url, 1).map_err(Unable::from)?;
    installation::refuse_demo(&db)?;
    let there = db.read(schools::all).map_err(Unable::from)?;
    if !there.is_empty() {
        let names: Vec<&str> = there.iter().map(|school| school.slug.as_str()).collect();
        return Err(NotBegun::AlreadyBegun(names.join(", ")));
    }
    let founding = match from_file {
        Some(founding) => founding,
        None => school(&answers)?,
    };
    hand_over(&config, &db, &founding, &Clock::System)
}

/// Checks what would be written. Secrets may be missing still: whoever knows them puts them there afterwards.
fn check(path: &Path, text: &str) -> Result<(), NotBegun> {
    let Err(errors) = Config::parse(path, text) else { return Ok(()) };
    let is_secret = |key: &Option<String>| key.as_ref().is_some_and(|key| key.ends_with("_file"));
    let wrong: Vec<_> = errors.into_iter().filter(|error| !is_secret(&error.key)).collect();
    if wrong.is_empty() { Ok(()) } else { Err(Misconfigured::from(wrong).into()) }
}

//! `candour init`: from nothing to the first sign-in. It asks a few questions, writes `candour.toml`, makes
//! the database and the first school, and prints three codes.
//!
//! It can be stopped anywhere and run again: each step looks whether it is done, says so, and leaves what is
//! there.

mod answers;
mod first;
mod questions;
mod written;

use answers::AnswerSheet;
pub(super) use answers::Answers;
pub use answers::Unanswered;
pub(super) use first::{hand_over, print, school};
pub(super) use questions::SCHOOL;

use super::{
    check_config::Misconfigured,
    config::Config,
    console::say,
    installation::{self, Unable},
    migrate,
};
use crate::{
    domain::entry::founding::{Founding, NotLikeThis},
    service::{
        Candour,
        clock::Clock,
        entry::founding::NotFounded,
        machine::{self, School},
    },
    store::Db,
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
    /// There is a school already, and the answers are about another.
    #[error(
        "there is a school here already: {0}. Nothing was changed. To add the one of the answers: candour school add"
    )]
    AlreadyBegun(String),
    /// The database did not do its part, or is not a school's.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The configuration was written and waits for its database.
    #[error(
        "{0}\nPut the database right, or `url` under [database] in {1}, then run candour init again: it goes on from here."
    )]
    NoDatabase(#[source] Unable, PathBuf),
}

impl From<io::Error> for NotBegun {
    fn from(error: io::Error) -> Self {
        Self::Unable(error.into())
    }
}

/// Sets up an installation.
///
/// # Errors
/// [`NotBegun`].
pub fn run(args: &Init) -> Result<(), NotBegun> {
    let answers = Answers::open(args.answers.as_deref())?;
    answers.know_only(&[INSTALLATION, SCHOOL])?;
    let is_new = !args.config.exists();
    // From a file, everything is read before anything is done; a person is asked when their answers are
    // needed.
    let of_school = match answers {
        Answers::Typed => None,
        Answers::File(..) => Some(school(&answers)),
    };
    let of_installation =
        is_new.then(|| answers.to(INSTALLATION, &|sheet, key| fits(&args.config, sheet, key)));
    let (sheet, from_file) = both(of_installation, of_school)?;
    if let Some(sheet) = sheet {
        let text = written::configuration(&sheet);
        // Every answer was accepted by itself; what the whole may still have against them is reported by key
        // as well.
        let wrong = wrong_with(&args.config, &text);
        if !wrong.is_empty() {
            return Err(answers.refused(wrong).into());
        }
        written::write(&args.config, &text)
            .map_err(|error| NotBegun::NotWritten(args.config.clone(), error))?;
        say!("Configuration: {} was written.", args.config.display())?;
    } else {
        let beside = match from_file {
            Some(_) => " What it says counts; only the answers about the school are read now.",
            None => "",
        };
        say!("Configuration: {} exists and was left as it is.{beside}", args.config.display())?;
    }
    let config = Config::read(&args.config).map_err(|errors| NotBegun::Waiting(errors.into()))?;
    say!("Secrets: they are there.")?;
    let url = &config.database.url;
    let no_database = |why: Unable| NotBegun::NoDatabase(why, args.config.clone());
    let _alone = Db::serve_lock(url).map_err(|why| no_database(why.into()))?;
    let ran = migrate::bring_up_to_date(url).map_err(no_database)?;
    say!("Database: {url} is up to date ({} migrations ran now).", ran.len())?;
    let candour = Candour::new(Db::open(url, 1).map_err(Unable::from)?);
    installation::refuse_demo(&candour)?;
    let there = machine::schools(&candour).map_err(Unable::from)?;
    if !there.is_empty() {
        return all_done(&there, from_file.as_ref(), &args.config);
    }
    let founding = match from_file {
        Some(founding) => founding,
        None => school(&answers)?,
    };
    hand_over(&config, &candour, &founding, &Clock::System)?;
    next(&args.config)
}

/// The answers about the installation and about the school; if either cannot be used, everything that is
/// wrong.
fn both(
    installation: Option<Result<AnswerSheet, Unanswered>>,
    school: Option<Result<Founding, NotBegun>>,
) -> Result<(Option<AnswerSheet>, Option<Founding>), NotBegun> {
    match (installation.transpose(), school.transpose()) {
        (Err(one), Err(NotBegun::Unanswered(other))) => Err(one.and(other).into()),
        (installation, school) => Ok((installation?, school?)),
    }
}

/// Ends without a change, since there is a school, unless the answers are about another one.
fn all_done(there: &[School], told: Option<&Founding>, config: &Path) -> Result<(), NotBegun> {
    let names: Vec<&str> = there.iter().map(|school| school.slug.as_str()).collect();
    if told.is_some_and(|told| !names.contains(&told.short_name.as_str())) {
        return Err(NotBegun::AlreadyBegun(names.join(", ")));
    }
    say!(
        "School: {} is there already. Nothing is left to set up, and nothing was changed. candour school add \
         adds another; candour school codes makes new first codes while no one has signed in there.",
        names.join(", ")
    )?;
    next(config)
}

fn next(config: &Path) -> Result<(), NotBegun> {
    let config = config.display();
    say!(
        "Next: candour doctor --config {config} says what is still wrong; candour serve --config {config} starts it."
    )?;
    Ok(())
}

/// Stands for what has not been answered yet, so that one answer can be checked as the configuration will be.
const NOT_YET: &[(&str, &str)] = &[
    ("server.public_url", "https://candour.school.example"),
    ("server.listen", "127.0.0.1:8080"),
    ("database.url", "sqlite:candour.sqlite3"),
    ("mail.host", "mail.school.example"),
    ("mail.port", "587"),
    ("mail.security", "starttls"),
    ("mail.from", "Candour <candour@school.example>"),
    ("sign_in.name", "your school account"),
    ("sign_in.bind", "code"),
    ("sign_in.issuer", "https://login.school.example"),
    ("sign_in.client_id", "candour"),
    ("sign_in.staff", "groups=staff"),
];

/// Whether an answer is one that the configuration accepts, read as `check-config` reads one key of it.
fn fits(path: &Path, sheet: &AnswerSheet, key: &str) -> Result<(), String> {
    let wrong = wrong_with(path, &written::configuration(&sheet.or(NOT_YET)));
    wrong.into_iter().find(|(about, _)| about == key).map_or(Ok(()), |(_, problem)| Err(problem))
}

/// What is wrong with a configuration that is not written yet, by key: it has no lines to look at. Secrets
/// may be missing still, since those who know them put them there afterwards.
fn wrong_with(path: &Path, text: &str) -> Vec<(String, String)> {
    let errors = Config::parse(path, text).err().unwrap_or_default();
    let by_key = errors.into_iter().map(|error| (error.key.unwrap_or_default(), error.problem));
    by_key.filter(|(key, _)| !key.ends_with("_file")).collect()
}

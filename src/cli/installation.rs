//! Which installation a command works on, and what keeps it from working: shared by the commands.

use super::{check_config::Misconfigured, config::Config, console};
use crate::{
    service::{
        Candour,
        machine::{self, Kind, School},
    },
    store::{Db, DbUrl, StoreError},
};
use std::path::PathBuf;

/// Where the demonstration keeps its database, from the folder it was started in.
pub const DEMO_DATABASE: &str = "var/demo/candour.db";

/// The database of a configuration, or the demonstration's: for commands that only look.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The configuration of the installation
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The demonstration in this folder
    #[arg(long)]
    demo: bool,
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Unable {
    /// The configuration cannot be used; nothing was tried.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// The database did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Standard output cannot be written to.
    #[error("what was found could not be printed: {0}")]
    NotSaid(#[from] std::io::Error),
    /// It would have written to the demonstration's database.
    #[error(
        "this is the demonstration's database; only the demonstration may write to it: name another in [database]"
    )]
    Demo,
    /// No school has this short name.
    #[error("no school is called {0:?} here; the schools are: {1}")]
    NoSuchSchool(String, String),
    /// What was typed names no one, or more than one person.
    #[error("{0}")]
    NotFound(String),
    /// It looked, and found faults, which were printed.
    #[error("{0}")]
    Found(String),
}

impl Which {
    /// Opens the database for reading alone, which a server beside it does not mind.
    ///
    /// # Errors
    /// The configuration, or the database.
    pub fn look(&self) -> Result<Candour, Unable> {
        let url = match &self.config {
            Some(file) => Config::read(file).map_err(Misconfigured::from)?.database.url,
            None => DbUrl::Sqlite(DEMO_DATABASE.into()),
        };
        Ok(Candour::new(Db::open_read_only(&url, 1)?))
    }
}

/// Refuses the demonstration's database, for commands that serve it or write to it.
///
/// # Errors
/// [`Unable::Demo`], or what keeps from reading it.
pub fn refuse_demo(candour: &Candour) -> Result<(), Unable> {
    match machine::kind(candour)? {
        Some(Kind::Demo) => Err(Unable::Demo),
        Some(Kind::Live) | None => Ok(()),
    }
}

/// The school with this short name, or every school.
///
/// # Errors
/// [`Unable::NoSuchSchool`], or what keeps from reading them.
pub fn schools(candour: &Candour, slug: Option<&str>) -> Result<Vec<School>, Unable> {
    let all = machine::schools(candour)?;
    if all.is_empty() {
        console::line("There is no school in this database yet.")?;
    }
    let Some(slug) = slug else { return Ok(all) };
    let names: Vec<&str> = all.iter().map(|school| school.slug.as_str()).collect();
    let names = names.join(", ");
    let found: Vec<School> = all.into_iter().filter(|school| school.slug == slug).collect();
    if found.is_empty() { Err(Unable::NoSuchSchool(slug.to_owned(), names)) } else { Ok(found) }
}

//! `candour import people`: reads a list of pupils and staff, says what it would do, and does all of it or
//! nothing.

pub(in crate::cli::import) mod report;

use super::{
    check_config::Misconfigured,
    config::Config,
    console::{self, say},
    installation::{Unable, refuse_demo, schools},
};
use crate::{
    domain::people::register::{
        incoming::Extent,
        plan::{NotAgreed, Plan},
    },
    register::{NamedFile, NotOpened, Package, limits},
    service::{
        Candour,
        clock::{Clock, Randomness},
        machine::School,
        people::register::{self, ImportOptions, Importer, NotImported, SentFiles},
    },
    store::{Db, StoreError, db::migrate},
};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Bring people in from another system
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    #[command(subcommand)]
    command: ImportCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ImportCommand {
    /// Bring the people register up to date from a OneRoster bundle, a CSV list or a Common Transfer File
    People(People),
}

#[derive(Debug, clap::Args)]
struct People {
    /// A folder of CSV files, a zip, a CSV file or an XML file
    from: PathBuf,
    /// Say what would happen, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The configuration of the installation
    #[arg(long, value_name = "FILE", default_value = "candour.toml")]
    config: PathBuf,
    /// The short name of the school; needed if there are several
    #[arg(long, value_name = "SLUG")]
    school: Option<String>,
    /// Which school of the bundle it is, by its sourcedId; needed the first time if the bundle has several
    #[arg(long, value_name = "ID")]
    org: Option<String>,
    /// The list is a part of the school: no one leaves for not being on it
    #[arg(long)]
    part: bool,
    /// Confirm that so many people leave, as the dry run said
    #[arg(long, value_name = "NUMBER")]
    leavers: Option<usize>,
}

/// Why people were not imported. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The configuration cannot be used.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// The database, or the school, is not one to import into.
    #[error(transparent)]
    Unable(#[from] Unable),
    /// The database has tables of an older edition.
    #[error("the database is not up to date ({0} steps): stop Candour and run candour migrate")]
    NotMigrated(usize),
    /// The installation has several schools, and none was named.
    #[error("name the school with --school; the schools are: {0}")]
    WhichSchool(String),
    /// The installation has no school yet.
    #[error("there is no school here yet")]
    NoSchool,
    /// What was named cannot be read.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, #[source] io::Error),
    /// It is not a list of people, or not one we read.
    #[error("{0}{more}", more = report::what_helps(.0))]
    NotOpened(NotOpened),
    /// Rows were rejected; each was printed.
    #[error("nothing was imported: put the rejected rows right and try again")]
    Rejected,
    /// It was not confirmed who leaves; that was printed.
    #[error("nothing was imported: if the leavers are right, confirm their number with --leavers {0}")]
    Unconfirmed(usize),
    /// The use case said no.
    #[error(transparent)]
    Service(#[from] crate::service::ServiceError),
}

impl NotDone {
    /// The exit code: 1 if the list has to be put right or confirmed, 2 if the import could not run.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Rejected | Self::Unconfirmed(_) => 1,
            Self::Misconfigured(_)
            | Self::Unable(_)
            | Self::NotMigrated(_)
            | Self::WhichSchool(_)
            | Self::NoSchool
            | Self::Unreadable(..)
            | Self::NotOpened(_)
            | Self::Service(_) => 2,
        }
    }
}

impl From<io::Error> for NotDone {
    fn from(error: io::Error) -> Self {
        Self::Unable(error.into())
    }
}

impl From<StoreError> for NotDone {
    fn from(error: StoreError) -> Self {
        Self::Unable(error.into())
    }
}

/// Imports people, and prints what changes and every row that was rejected.
pub fn run(args: &ImportArgs) -> Result<(), NotDone> {
    let ImportCommand::People(args) = &args.command;
    let config = Config::read(&args.config).map_err(Misconfigured::from)?;
    let waiting = migrate::pending(&config.database.url)?;
    if !waiting.is_empty() {
        return Err(NotDone::NotMigrated(waiting.len()));
    }
    let candour = Candour::new(Db::open(&config.database.url, 1)?);
    refuse_demo(&candour)?;
    let school = the_school(&candour, args.school.as_deref())?;
    let sent = register::open(files(&args.from)?).map_err(NotDone::NotOpened)?;
    let by = Importer::on_the_machine(school.id, Clock::System.now());
    let chosen = ImportOptions {
        extent: if args.part { Extent::Part } else { Extent::Whole },
        org: args.org.clone(),
        leavers: args.leavers,
        ..ImportOptions::default()
    };
    announce(&school, &sent)?;
    if args.dry_run { try_it(&candour, &by, &sent, &chosen) } else { do_it(&candour, &by, &sent, &chosen) }
}

/// Which school people come into: the one named, or the only one there is.
fn the_school(candour: &Candour, slug: Option<&str>) -> Result<School, NotDone> {
    let mut found = schools(candour, slug)?;
    match (found.pop(), found.as_slice()) {
        (Some(only), []) => Ok(only),
        (None, _) => Err(NotDone::NoSchool),
        (Some(last), others) => {
            let mut names: Vec<&str> = others.iter().map(|school| school.slug.as_str()).collect();
            names.push(&last.slug);
            Err(NotDone::WhichSchool(names.join(", ")))
        }
    }
}

/// What was sent, for whom, and how it is understood.
fn announce(school: &School, sent: &SentFiles) -> Result<(), NotDone> {
    match &sent.package {
        Package::OneRoster(bundle) => say!("{}: a OneRoster {} bundle", school.name, bundle.version())?,
        Package::Transfer(_) => say!("{}: a Common Transfer File of pupils", school.name)?,
        Package::List(list) => {
            let guess = list.guess();
            say!("{}: a list of {} from {}", school.name, guess.group.words(), guess.source.words())?;
            let samples = list.sample();
            for (field, at) in &guess.columns {
                let heading = samples.get(*at).map_or("", |sample| sample.heading.as_str());
                say!("  column \"{heading}\" is the {}", field.words())?;
            }
        }
    }
    Ok(())
}

fn try_it(candour: &Candour, by: &Importer, sent: &SentFiles, chosen: &ImportOptions) -> Result<(), NotDone> {
    let plan = register::check(candour, by, sent, chosen).map_err(not_done)?;
    report::plan(&plan, report::Mood::Would)?;
    // The plan itself is asked, so that a dry run ends as the import would.
    match plan.agree(chosen.leavers) {
        Ok(_) => {
            say!("Nothing was written: this was a dry run.")?;
            Ok(())
        }
        Err(NotAgreed::Rejected(_)) => Err(NotDone::Rejected),
        Err(NotAgreed::Unconfirmed(plan)) => Err(NotDone::Unconfirmed(plan.leavers.len())),
    }
}

fn do_it(candour: &Candour, by: &Importer, sent: &SentFiles, chosen: &ImportOptions) -> Result<(), NotDone> {
    let mut next = 0;
    let mut progress = |written: usize, all: usize| {
        if written >= next || written == all {
            console::aside(&format!("written: {written} of {all} people"));
            next = written + all.div_ceil(10);
        }
    };
    match register::import(candour, by, sent, chosen, &mut Randomness, &mut progress) {
        Ok(plan) => {
            report::plan(&plan, report::Mood::Did)?;
            say!("Imported.")?;
            Ok(())
        }
        Err(error) => Err(not_done(error)),
    }
}

fn told_then(plan: &Plan, why: NotDone) -> NotDone {
    report::plan(plan, report::Mood::Would).map_or_else(NotDone::from, |()| why)
}

fn not_done(error: NotImported) -> NotDone {
    match error {
        NotImported::NotOpened(why) => NotDone::NotOpened(why),
        NotImported::Rejected(plan) => told_then(&plan, NotDone::Rejected),
        NotImported::Unconfirmed(plan) => told_then(&plan, NotDone::Unconfirmed(plan.leavers.len())),
        NotImported::Service(why) => NotDone::Service(why),
    }
}

/// The files of a folder that may belong to a bundle (its CSV files, not below), or the one file named. No
/// more is read than a list of people can be.
fn files(from: &Path) -> Result<Vec<NamedFile>, NotDone> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |error| NotDone::Unreadable(path, error)
    };
    let mut paths = vec![from.to_owned()];
    if from.is_dir() {
        let entries = fs::read_dir(from).map_err(unreadable(from))?;
        paths =
            entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_csv(path)).collect();
        paths.sort();
    }
    let mut left = limits::SENT + 1;
    let mut files = Vec::new();
    for path in paths {
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(unreadable(&path))?;
        let most = u64::try_from(left).unwrap_or(u64::MAX);
        left -= file.take(most).read_to_end(&mut bytes).map_err(unreadable(&path))?;
        files.push(NamedFile::new(&path.to_string_lossy(), bytes));
    }
    Ok(files)
}

fn is_csv(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end.eq_ignore_ascii_case("csv"))
}

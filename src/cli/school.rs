//! `candour school`: adds a school to an installation that has one, makes new first codes before anyone has
//! signed in, and codes for a head and chair who are locked out.

use super::{
    check_config::Misconfigured,
    config::Config,
    console::say,
    init::{Answers, NotBegun, SCHOOL, hand_over, print, school},
    installation::{self, Unable},
};
use crate::{
    domain::kernel::clock::long,
    service::{
        Candour,
        clock::{Clock, Randomness},
        entry::founding::{self, FirstCodes},
    },
    store::{Db, ServeLock, db::migrate},
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Add a school to an installation, or make new first codes for one
#[derive(Debug, clap::Args)]
pub struct School {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Add a school with its administrator, headteacher and chair of governors, and print their codes
    Add {
        /// The configuration of the installation
        #[arg(long, value_name = "FILE", default_value = "candour.toml")]
        config: PathBuf,
        /// Answers for a script, instead of typing them
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
    },
    /// Make new codes for the first three of a school in which no one has signed in yet, or for a head and chair
    /// who are locked out
    Codes {
        /// The configuration of the installation
        #[arg(long, value_name = "FILE", default_value = "candour.toml")]
        config: PathBuf,
        /// The school's short name
        #[arg(long, value_name = "NAME")]
        school: String,
        /// For the headteacher and the chair of governors, who cannot sign in any more: they, and the external contact
        /// or the DSL, are told by e-mail
        #[arg(long)]
        recover: bool,
    },
}

/// Does what was asked of a school.
///
/// # Errors
/// [`NotBegun`].
pub fn run(args: &School) -> Result<(), NotBegun> {
    match &args.what {
        What::Add { config, answers } => {
            let answers = Answers::open(answers.as_deref())?;
            answers.know_only(&[SCHOOL])?;
            let (config, candour, _alone) = open(config)?;
            hand_over(&config, &candour, &school(&answers)?, &Clock::System)
        }
        What::Codes { config, school, recover: true } => {
            let (config, candour, _alone) = open(config)?;
            let codes = founding::recovery_codes(&candour, school, Clock::System.now(), &mut Randomness)?;
            Ok(print_recovery(&codes, &config)?)
        }
        What::Codes { config, school, recover: false } => {
            let (config, candour, _alone) = open(config)?;
            let codes = founding::new_codes(&candour, school, Clock::System.now(), &mut Randomness)?;
            Ok(print(&codes, &config)?)
        }
    }
}

/// Prints codes for people who are locked out. This is the only time they are seen.
fn print_recovery(codes: &FirstCodes, config: &Config) -> io::Result<()> {
    say!("\nHand each of these over in person. Each serves once, until {}.", long(codes.ends_at))?;
    for one in &codes.codes {
        say!("  {:<26}{:<30}{}", one.duty.words(), one.name, one.code.as_handed_over())?;
    }
    say!(
        "They sign in at {} and type the code where Candour asks for it. It opens what is theirs at once.",
        config.server.public_url
    )?;
    say!(
        "The headteacher, the chair of governors, and the external contact or the DSL are told by e-mail that these \
         codes were made, and the audit log keeps it.\n"
    )
}

/// Opens a school's database to write to it: one that is up to date, and a file that no process serves
/// meanwhile.
fn open(config: &Path) -> Result<(Config, Candour, ServeLock), NotBegun> {
    let config = Config::read(config).map_err(Misconfigured::from)?;
    let url = &config.database.url;
    let alone = Db::serve_lock(url).map_err(Unable::from)?;
    let pending = migrate::pending(url).map_err(Unable::from)?;
    if !pending.is_empty() {
        let words = format!(
            "the database is not up to date ({} migrations): run candour migrate first",
            pending.len()
        );
        return Err(Unable::Found(words).into());
    }
    let candour = Candour::new(Db::open(url, 1).map_err(Unable::from)?);
    installation::refuse_demo(&candour)?;
    Ok((config, candour, alone))
}

//! The `candour` command: runs what was typed, says in plain words what went wrong, and picks the exit code.

#![warn(clippy::print_stdout, clippy::print_stderr)]

use candour::cli::{
    Cli, Command, audit,
    check_config::{self, Misconfigured},
    console,
    doctor::{self, Unwell},
    import::{self, NotDone},
    init::{self, NotBegun, Unanswered},
    installation::Unable,
    migrate, routes, school,
    serve::{self, NotServed},
    sessions,
};
#[cfg(feature = "demo")]
use candour::cli::{bench, demo};
use clap::Parser;
use std::process::ExitCode;

/// What was asked for could not be done.
const FAILED: u8 = 1;
/// What was typed or configured is wrong; nothing was tried. The code clap uses too.
const MISTYPED: u8 = 2;

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            console::aside(&console::causes(error.as_ref()));
            ExitCode::from(match error.downcast_ref::<NotDone>() {
                Some(not_done) => not_done.exit_code(),
                None if error.is::<Misconfigured>() || error.is::<Unanswered>() => MISTYPED,
                None => FAILED,
            })
        }
    }
}

fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::CheckConfig(args) => plainly(check_config::run(args))?,
        Command::Serve(args) => match serve::run(args) {
            Err(NotServed::Misconfigured(wrong)) => return Err(wrong.into()),
            outcome => outcome?,
        },
        #[cfg(feature = "demo")]
        Command::Demo(args) => demo::run(args)?,
        #[cfg(feature = "demo")]
        Command::Bench(args) => bench::run(args)?,
        Command::Import(args) => import::run(args)?,
        Command::Doctor(args) => match doctor::run(args) {
            Err(Unwell::Misconfigured(wrong)) => return Err(wrong.into()),
            outcome => outcome?,
        },
        Command::Init(args) => begun(init::run(args))?,
        Command::School(args) => begun(school::run(args))?,
        Command::Migrate(args) => plainly(migrate::run(args))?,
        Command::Routes(args) => plainly(routes::run(args))?,
        Command::Audit(args) => plainly(audit::run(args))?,
        Command::Sessions(args) => plainly(sessions::run(args))?,
    }
    Ok(())
}

/// Passes on an unusable configuration as one error, whichever command met it.
fn plainly(outcome: Result<(), Unable>) -> anyhow::Result<()> {
    match outcome {
        Err(Unable::Misconfigured(wrong)) => Err(wrong.into()),
        outcome => Ok(outcome?),
    }
}

/// Passes on unusable answers or an unusable configuration as one error, whichever command met them.
fn begun(outcome: Result<(), NotBegun>) -> anyhow::Result<()> {
    match outcome {
        Err(NotBegun::Misconfigured(wrong)) => Err(wrong.into()),
        Err(NotBegun::Unanswered(wrong)) => Err(wrong.into()),
        Err(NotBegun::Unable(unable)) => plainly(Err(unable)),
        outcome => Ok(outcome?),
    }
}

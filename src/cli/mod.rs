//! The command line: one file a command.
//!
//! A command is listed here when it does what it says. Each has a `run` that gives its own error; `main`
//! prints it and picks the exit code.

#[cfg(feature = "demo")]
pub mod bench;
pub mod check_config;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod doctor;
pub mod init;
pub mod import;
pub mod installation;
pub mod migrate;
pub mod routes;
pub mod school;
pub mod serve;
pub mod sessions;
pub mod console;
pub mod audit;

use clap::{Parser, Subcommand};

/// What can be typed after `candour`.
#[derive(Debug, Parser)]
#[command(name = "candour", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Every command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Set up a new installation with its first school: asks a few questions, prints the first three codes
    Init(init::Init),
    /// Add a school to an installation, or make new first codes for one
    School(school::School),
    /// Check a configuration file and say everything that is wrong with it
    CheckConfig(check_config::CheckConfig),
    /// Look at everything this installation depends on: database, mail server, sign-in
    Doctor(doctor::Doctor),
    /// Make the database, or bring its tables up to date; stop the server first
    Migrate(migrate::Migrate),
    /// Show who would get a concern of each category today, and why
    Routes(routes::Routes),
    /// Bring people in from another system
    Import(import::ImportArgs),
    /// Look after the audit log
    Audit(audit::Audit),
    /// Sign everyone out
    Sessions(sessions::Sessions),
    /// Show two pretend schools on this machine, with their sign-in and mailbox
    #[cfg(feature = "demo")]
    Demo(demo::Demo),
    /// Measure against the bars on this machine, and print the numbers
    #[cfg(feature = "demo")]
    Bench(bench::Bench),
    /// Serve real schools until told to stop
    Serve(serve::Serve),
}

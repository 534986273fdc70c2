//! `candour doctor`: looks at everything this installation depends on and says, line by line, what is ok,
//! what to mind and what is at fault, with what to do. It changes nothing, sends nothing, and may run beside
//! a server.
//!
//! Its lines speak of the installation alone: never of a case or who would be told of what, and of people only that
//! they have a role and cannot sign in; and no secret is in them.

mod address;
mod certificate;
mod database;
mod finding;
mod mail;
mod served;
mod sign_in;

use super::{check_config::Misconfigured, config::Config, console::say};
use crate::service::clock::Clock;
use finding::Finding;
use std::path::PathBuf;

/// Look at everything this installation depends on
#[derive(Debug, clap::Args)]
pub struct Doctor {
    /// The configuration of the installation
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Send one test e-mail to this address
    #[arg(long, value_name = "ADDRESS")]
    send_test: Option<String>,
}

/// Why the doctor does not say that all is well.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    /// The configuration cannot be used, so that nothing else could be looked at.
    #[error(transparent)]
    Misconfigured(#[from] Misconfigured),
    /// What is at fault was printed, each on its line.
    #[error("faults: {0}")]
    Found(usize),
    /// The machine would not even let it look.
    #[error("the doctor could not start")]
    NotStarted(#[source] std::io::Error),
    /// Standard output cannot be written to.
    #[error("what was found could not be printed")]
    NotSaid(#[source] std::io::Error),
}

/// Looks and prints. Errors: the configuration cannot be used, or something it names does not work.
pub fn run(args: &Doctor) -> Result<(), Unwell> {
    let config = Config::read(&args.config).map_err(Misconfigured::from)?;
    let clock = Clock::System;
    let mut findings = vec![Finding::ok(format!("configuration: {} can be used", args.config.display()))];
    findings.extend(database::findings(&config.database.url, &config.sign_in, clock.now()));
    findings.extend(served::findings(&config.database.url, &config.sign_in));
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Unwell::NotStarted)?;
    runtime.block_on(async {
        findings.extend(mail::findings(&config, args.send_test.as_deref(), clock.now()).await);
        findings.extend(sign_in::findings(&config, &clock).await);
        findings.extend(address::findings(&config.server.public_url, clock.now()).await);
    });
    for finding in &findings {
        say!("{finding}").map_err(Unwell::NotSaid)?;
    }
    match findings.iter().filter(|finding| matches!(finding, Finding::Fault(..))).count() {
        0 => Ok(()),
        faults => Err(Unwell::Found(faults)),
    }
}

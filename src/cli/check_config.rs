//! `candour check-config`: reads the configuration as `serve` would, and says everything that is wrong with
//! it.

use super::{
    config::{Config, ConfigError},
    console::say,
    installation::Unable,
};
use std::{fmt, path::PathBuf};

/// Check a configuration file and say everything that is wrong with it
#[derive(Debug, clap::Args)]
pub struct CheckConfig {
    /// The file to check
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// The configuration cannot be used; one line for each thing wrong.
#[derive(Debug)]
pub struct Misconfigured(Vec<ConfigError>);

impl From<Vec<ConfigError>> for Misconfigured {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self(errors)
    }
}

impl fmt::Display for Misconfigured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Misconfigured {}

/// Prints `ok` if the file can be used. Errors: everything wrong with it.
pub fn run(args: &CheckConfig) -> Result<(), Unable> {
    Config::read(&args.config).map_err(Misconfigured::from)?;
    Ok(say!("{}: ok", args.config.display())?)
}

//! What the doctor finds: one line each, with what to do if there is something to do.

use crate::cli::console;
use std::{error::Error, fmt};

/// How one thing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// As it should be.
    Ok(String),
    /// Works, but needs attention.
    Warning(String, String),
    /// Does not work.
    Fault(String, String),
}

impl Finding {
    pub(super) fn ok(what: impl Into<String>) -> Self {
        Self::Ok(what.into())
    }

    pub(super) fn warning(what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::Warning(what.into(), to_do.into())
    }

    pub(super) fn fault(what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self::Fault(what.into(), to_do.into())
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok(what) => write!(f, "ok       {what}"),
            Self::Warning(what, to_do) => write!(f, "warning  {what}. To do: {to_do}"),
            Self::Fault(what, to_do) => write!(f, "FAULT    {what}. To do: {to_do}"),
        }
    }
}

/// An error and what caused it, in one line.
pub(super) fn causes(error: &dyn Error) -> String {
    console::causes(error).replace('\n', " ")
}

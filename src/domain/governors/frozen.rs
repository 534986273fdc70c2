//! A published report as it is stored: canonical JSON and its SHA-256, so that later doubt can be settled.

use super::published::Published;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

impl Published {
    /// The form to store, with its hash.
    #[must_use]
    pub fn freeze(&self) -> FrozenReport {
        // Strings, numbers and lists with text keys: writing them to memory cannot fail.
        let json = serde_json::to_string(self.contents()).unwrap_or_default();
        let sha256 = digest(&json);
        FrozenReport { json, sha256 }
    }
}

fn digest(json: &str) -> String {
    Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A published report as stored: canonical JSON and the SHA-256 of it, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenReport {
    /// Canonical JSON.
    pub json: String,
    /// SHA-256 of `json`.
    pub sha256: String,
}

/// A frozen report that cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThawError {
    /// The hash is not the hash of the words.
    HashDiffers,
    /// The hash is right, but this program cannot read the form.
    Unreadable,
}

impl fmt::Display for ThawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HashDiffers => "the report is not the one that was published: its hash differs",
            Self::Unreadable => "the report was frozen in a form this version cannot read",
        })
    }
}

impl std::error::Error for ThawError {}

impl FrozenReport {
    /// The report again.
    ///
    /// # Errors
    /// [`ThawError`] if the hash differs or the form is unknown.
    pub fn thaw(&self) -> Result<Published, ThawError> {
        if digest(&self.json) != self.sha256 {
            return Err(ThawError::HashDiffers);
        }
        let report =
            serde_json::from_str(&self.json).map(Published::new).map_err(|_| ThawError::Unreadable)?;
        // The canonical form has one spelling only.
        if report.freeze().json == self.json { Ok(report) } else { Err(ThawError::Unreadable) }
    }
}

//! What every document kept as JSON begins with: the version of its form.

#[cfg(test)]
pub(crate) mod tests;

use super::codes::UnknownCode;
use serde::{Deserialize, Serialize};

/// The version of the form a document is kept in. A document of another version is not read as this one: a form that
/// changes takes the next number, and documents of the form before are read into it. A test reads a golden document of
/// each version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct DocumentVersion<const NUMBER: u16>;

impl<const NUMBER: u16> TryFrom<u16> for DocumentVersion<NUMBER> {
    type Error = UnknownCode;
    fn try_from(number: u16) -> Result<Self, UnknownCode> {
        if number == NUMBER { Ok(Self) } else { Err(UnknownCode { of: "DocumentVersion" }) }
    }
}

impl<const NUMBER: u16> From<DocumentVersion<NUMBER>> for u16 {
    fn from(_: DocumentVersion<NUMBER>) -> Self {
        NUMBER
    }
}

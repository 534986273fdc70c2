//! A phone number that can be called: parsed once, kept as it was written.

use serde::{Deserialize, Serialize};

/// A phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// What was typed cannot be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a phone number")]
pub struct NotAPhone;

/// A number with its area code has at least this many figures (a few places in the United Kingdom have ten).
const FEWEST: usize = 10;
/// The most figures a number has (ITU-T E.164).
const MOST: usize = 15;
/// The longest extension.
const EXTENSION: usize = 6;

impl Phone {
    /// Reads what was typed: figures with spaces, brackets, dashes or dots, beginning with 0 or +, and perhaps an
    /// extension ("ext 204").
    pub fn parse(typed: &str) -> Result<Self, NotAPhone> {
        let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
        let (number, extension) = match words.to_lowercase().find("ext") {
            Some(at) => words.split_at_checked(at).ok_or(NotAPhone)?,
            None => (words.as_str(), ""),
        };
        let extension = extension.get(3..).unwrap_or_default().trim_start_matches(['.', ':', ' ']);
        let figures = number.chars().filter(char::is_ascii_digit).count();
        let is_written_so = |letter: char| letter.is_ascii_digit() || " ()-.".contains(letter);
        let is_whole = (FEWEST..=MOST).contains(&figures)
            && number.strip_prefix('+').unwrap_or(number).chars().all(is_written_so)
            && number.starts_with(['0', '+', '('])
            && extension.len() <= EXTENSION
            && extension.chars().all(|letter| letter.is_ascii_digit());
        if is_whole { Ok(Self(words)) } else { Err(NotAPhone) }
    }

    /// The number as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Phone {
    type Error = NotAPhone;
    fn try_from(typed: String) -> Result<Self, NotAPhone> {
        Self::parse(&typed)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.0
    }
}

//! Words that people write: parsed once at the door, bounded, and never printed by accident.

use super::codes::problems;
use std::fmt;

problems! {
    /// Why words were not taken; follows the name of the field.
    #[derive(Copy)]
    TextError {
        /// Nothing but white space.
        Empty = "empty", "is empty";
        TooLong { limit: usize } = "too_long", "must be {limit} characters or fewer";
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl std::error::Error for TextError {}

/// Tidies what was typed: line ends become `\n`; control characters other than tab and newline go, NUL among them.
fn tidy(typed: &str) -> String {
    let unix = typed.replace("\r\n", "\n").replace('\r', "\n");
    unix.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

fn parse(typed: &str, limit: usize) -> Result<String, TextError> {
    let tidied = tidy(typed);
    let words = tidied.trim();
    if words.is_empty() {
        Err(TextError::Empty)
    } else if words.chars().count() > limit {
        Err(TextError::TooLong { limit })
    } else {
        Ok(words.to_owned())
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident <= $limit:literal),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The most characters it holds.
            pub const LIMIT: usize = $limit;

            /// Reads what was typed. Errors: empty, or longer than [`Self::LIMIT`].
            pub fn parse(typed: &str) -> Result<Self, TextError> { parse(typed, Self::LIMIT).map(Self) }

            /// Reads an optional field: nothing typed is nothing, not an error.
            pub fn optional(typed: &str) -> Result<Option<Self>, TextError> {
                match Self::parse(typed) {
                    Ok(words) => Ok(Some(words)),
                    Err(TextError::Empty) => Ok(None),
                    Err(too_long @ TextError::TooLong { .. }) => Err(too_long),
                }
            }

            /// The words.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }
    )+ };
}

words! {
    /// What happened, in a person's own words.
    Narrative <= 50_000,
    /// A reason, a plan, an answer: a paragraph or two.
    Summary <= 4_000,
    /// One line: a place, a device, an account, a name.
    Line <= 300,
}

impl From<Line> for Summary {
    fn from(line: Line) -> Self {
        Self(line.0)
    }
}

impl From<Summary> for Narrative {
    fn from(summary: Summary) -> Self {
        Self(summary.0)
    }
}

impl From<Line> for Narrative {
    fn from(line: Line) -> Self {
        Self(line.0)
    }
}

/// A web address as text that nobody can follow by accident: `http` becomes `hxxp`, dots in the host `[.]`.
pub fn defang(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.replace("tt", "xx").replace("TT", "XX")), rest),
        None => (None, address),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.replace('.', "[.]");
    match scheme {
        Some(scheme) => format!("{scheme}://{host}{path}"),
        None => format!("{host}{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_only_a_length() {
        let words = Narrative::parse("a canary in the words").unwrap();
        assert_eq!(format!("{words:?}"), "Narrative(21 characters)");
    }

    #[test]
    fn line_ends_are_made_alike_and_nul_goes() {
        assert_eq!(Narrative::parse("one\r\ntwo\rthree\0 ").unwrap().as_str(), "one\ntwo\nthree");
    }

    #[test]
    fn fifty_thousand_characters_fit_and_one_more_does_not() {
        assert!(Narrative::parse(&"é".repeat(50_000)).is_ok());
        assert_eq!(Narrative::parse(&"é".repeat(50_001)), Err(TextError::TooLong { limit: 50_000 }));
    }

    #[test]
    fn an_address_cannot_be_followed() {
        assert_eq!(defang("https://bad.example.com/a.b?c"), "hxxps://bad[.]example[.]com/a.b?c");
        assert_eq!(defang("bad.example.com"), "bad[.]example[.]com");
    }
}

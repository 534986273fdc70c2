//! A name as a register writes it: tidied, bounded, and with nothing in it that is not part of a name.

use crate::domain::kernel::codes::codes;
use icu_normalizer::ComposingNormalizerBorrowed;
use std::fmt;

/// One part of a person's name, or one short label such as a tutor group. Composed (NFC), single spaces.
///
/// `Debug` prints only a length: a name does not belong in a log.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

codes! {
    /// What is wrong with a name.
    NotAName {
        Empty = "empty", "is empty";
        /// More characters than [`Name::LIMIT`].
        TooLong = "too_long", "is longer than 100 characters";
        /// A character no name has: control characters, direction overrides, `<`, `=`, `@` and the like.
        Character = "character", "has a character that does not belong in a name";
        /// No letter, or something other than a letter, figure or apostrophe first (`-`, `(`).
        Beginning = "beginning", "does not begin like a name";
    }
}

impl Name {
    /// The most characters a part of a name has.
    pub const LIMIT: usize = 100;

    /// Reads a name as written.
    pub fn parse(written: &str) -> Result<Self, NotAName> {
        let name = tidy(written, Self::LIMIT).ok_or(NotAName::TooLong)?;
        if name.is_empty() {
            Err(NotAName::Empty)
        } else if name.chars().count() > Self::LIMIT {
            Err(NotAName::TooLong)
        } else if !name.chars().all(belongs) {
            Err(NotAName::Character)
        } else if !name.starts_with(begins) || !name.contains(char::is_alphabetic) {
            Err(NotAName::Beginning)
        } else {
            Ok(Self(name))
        }
    }

    /// Reads family name and given name out of one column that joins them as "Surname, Forename".
    ///
    /// Without a comma it does not say which word is which, and nothing is guessed.
    pub fn parse_joined(written: &str) -> Option<Result<(Self, Self), NotAName>> {
        let (family, given) = written.split_once(',')?;
        Some(Self::parse(family).and_then(|family| Ok((family, Self::parse(given)?))))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Trims, composes and joins runs of white space into one space; nothing if the words are absurdly long.
///
/// Invisible characters that word processors leave behind (soft hyphen, zero-width space, direction marks, byte order
/// mark) go; what could turn text round on a screen (overrides and isolates) stays, and is refused later.
pub(super) fn tidy(written: &str, limit: usize) -> Option<String> {
    // No character of NFC takes more than 4 bytes; the slack is for marks that compose and for spaces.
    if written.len() > limit.saturating_mul(16) {
        return None;
    }
    let visible: String = written.chars().filter(|c| !is_left_behind(*c)).collect();
    let single = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(ComposingNormalizerBorrowed::new_nfc().normalize(&single).into_owned())
}

const fn is_left_behind(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

/// Letters, marks and figures of any script, and the few signs names are written with.
fn belongs(c: char) -> bool {
    c.is_alphanumeric()
        || is_mark(c)
        || matches!(
            c,
            ' ' | '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}' | '`' | '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' |
            '.' | ',' | '(' | ')' | '/' | '&' | '\u{b7}' |
            // Joiners are part of spelling in Persian and several Indian scripts.
            '\u{200c}' | '\u{200d}'
        )
}

/// Marks that stand on the letter before them, as far as they occur in names.
pub(in crate::domain) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        | '\u{900}'..='\u{903}' | '\u{93a}'..='\u{94f}' | '\u{981}'..='\u{983}' | '\u{9bc}'..='\u{9cd}'
        | '\u{a01}'..='\u{a03}' | '\u{a3c}'..='\u{a4d}' | '\u{a81}'..='\u{a83}' | '\u{abc}'..='\u{acd}'
        | '\u{b82}' | '\u{bbe}'..='\u{bcd}' | '\u{d3e}'..='\u{d4d}' | '\u{dca}'..='\u{ddf}' | '\u{e31}'
        | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

fn begins(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2bc}')
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_many_kinds_are_good() {
        for (written, kept) in [
            ("  Zoë ", "Zoë"),
            ("Zoe\u{308}", "Zoë"),
            ("O\u{2019}Brien", "O\u{2019}Brien"),
            ("'t Hooft", "'t Hooft"),
            ("Smith-\u{ad}Jones", "Smith-Jones"),
            ("Anne \t Marie", "Anne Marie"),
            ("Łukasz", "Łukasz"),
            ("Nguyễn", "Nguyễn"),
            ("محمد\u{200f}", "محمد"),
            ("சுப்பிரமணியன்", "சுப்பிரமணியன்"),
            ("Price (Jones)", "Price (Jones)"),
            ("St. John", "St. John"),
        ] {
            assert_eq!(Name::parse(written).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        for (written, fault) in [
            ("", NotAName::Empty),
            (" \u{200b} ", NotAName::Empty),
            ("=1+1", NotAName::Character),
            ("=HYPERLINK(x)", NotAName::Character),
            ("@SUM(A1)", NotAName::Character),
            ("<script>alert(1)</script>", NotAName::Character),
            ("Amara\0", NotAName::Character),
            ("Amara\u{202e}", NotAName::Character),
            ("Amara\u{1b}[2J", NotAName::Character),
            ("Amara\u{7}", NotAName::Character),
            ("-Amara", NotAName::Beginning),
            ("123", NotAName::Beginning),
        ] {
            assert_eq!(Name::parse(written), Err(fault), "{written:?}");
        }
        assert_eq!(Name::parse(&"a".repeat(101)), Err(NotAName::TooLong));
        assert_eq!(Name::parse(&"a".repeat(10_000_000)), Err(NotAName::TooLong));
    }

    #[test]
    fn joined_names_need_a_comma() {
        let (family, given) = Name::parse_joined("O'Brien, Mary Anne").unwrap().unwrap();
        assert_eq!((family.as_str(), given.as_str()), ("O'Brien", "Mary Anne"));
        assert!(Name::parse_joined("Mary O'Brien").is_none());
        assert_eq!(Name::parse_joined("O'Brien, "), Some(Err(NotAName::Empty)));
    }

    proptest! {
        #[test]
        fn reading_a_name_again_changes_nothing(written in "\\PC{0,40}") {
            if let Ok(name) = Name::parse(&written) {
                prop_assert_eq!(Name::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
            }
        }
    }
}

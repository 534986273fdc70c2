//! The unique pupil number (UPN) and its check letter.
//!
//! Source: UK Government Data Standards Catalogue, "Unique Pupil Number" 2.0; DfE, "Unique pupil numbers" guide, and
//! school census validation 1510 ("wrong check letter"). The second character weighs 2, the thirteenth 13; the sum
//! modulo 23 picks a letter of an alphabet without I, O and S. A temporary number ends in a letter of that alphabet,
//! worth its place in it. Local authority numbers (characters 2 to 4) are not checked: the list changes whenever
//! councils merge, and a pupil keeps the number of an authority that is no more.

use crate::domain::kernel::codes::codes;
use std::{fmt, str::FromStr};

const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A pupil's number whose check letter fits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upn(String);

/// Whether a number is a pupil's for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Twelve figures: kept for the whole of school life.
    Permanent,
    /// Eleven figures and a letter: given until the permanent number is known.
    Temporary,
}

codes! {
    /// What is wrong with a pupil's number.
    NotAUpn {
        Shape = "shape", "is not a letter followed by 12 figures";
        /// The first letter does not follow from the rest.
        CheckLetter = "check_letter", "has a first letter that does not fit its figures";
    }
}

impl Upn {
    /// The number, capitals and no spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the pupil's for good.
    pub fn term(&self) -> Term {
        match self.0.ends_with(|last: char| last.is_ascii_digit()) {
            true => Term::Permanent,
            false => Term::Temporary,
        }
    }
}

impl FromStr for Upn {
    type Err = NotAUpn;

    /// Reads one as written: any case, with or without spaces.
    fn from_str(written: &str) -> Result<Self, NotAUpn> {
        let number: String = written.chars().filter(|c| !c.is_whitespace()).collect();
        let number = number.to_ascii_uppercase();
        let [first, rest @ ..] = number.as_bytes() else { return Err(NotAUpn::Shape) };
        let figures = rest.get(..11).ok_or(NotAUpn::Shape)?;
        let is_shaped =
            rest.len() == 12 && figures.iter().all(u8::is_ascii_digit) && first.is_ascii_uppercase();
        let sum = is_shaped.then(|| weigh(rest)).flatten().ok_or(NotAUpn::Shape)?;
        match ALPHABET.get(sum % ALPHABET.len()) == Some(first) {
            true => Ok(Self(number)),
            false => Err(NotAUpn::CheckLetter),
        }
    }
}

/// The weighted sum of the twelve characters after the check letter, or nothing if one has no worth.
fn weigh(rest: &[u8]) -> Option<usize> {
    rest.iter().zip(2..).map(|(character, weight)| Some(worth(*character)? * weight)).sum()
}

fn worth(character: u8) -> Option<usize> {
    match character.is_ascii_digit() {
        true => Some(usize::from(character - b'0')),
        false => ALPHABET.iter().position(|letter| *letter == character),
    }
}

impl fmt::Display for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upn({:?})", self.term())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_the_guide_are_good() {
        for (number, term) in [
            ("B801200005001", Term::Permanent),
            ("P207000016049", Term::Permanent),
            ("M80120000500A", Term::Temporary),
            (" b801 200005001 ", Term::Permanent),
        ] {
            assert_eq!(number.parse::<Upn>().map(|upn| upn.term()), Ok(term), "{number}");
        }
    }

    #[test]
    fn wrong_numbers_are_not() {
        for (number, fault) in [
            ("A801200005001", NotAUpn::CheckLetter),
            ("I801200005001", NotAUpn::CheckLetter),
            ("X80120000A001", NotAUpn::Shape),
            ("M80120000500I", NotAUpn::Shape),
            ("B80120000500", NotAUpn::Shape),
            ("B8012000050011", NotAUpn::Shape),
            ("", NotAUpn::Shape),
            ("é801200005001", NotAUpn::Shape),
            ("B80120000500é", NotAUpn::Shape),
            ("B٨01200005001", NotAUpn::Shape),
        ] {
            assert_eq!(number.parse::<Upn>(), Err(fault), "{number}");
        }
    }

    proptest! {
        /// A prime modulus above nine and weights from 2 to 13: no slip of one figure and no swap of two goes
        /// unnoticed.
        #[test]
        fn one_wrong_figure_is_noticed(figures in "[0-9]{12}", at in 0usize..12, shift in 1u8..10) {
            let letter = ALPHABET[weigh(figures.as_bytes()).unwrap() % 23];
            let good = format!("{}{figures}", char::from(letter));
            prop_assert!(good.parse::<Upn>().is_ok());
            let mut wrong = good.into_bytes();
            wrong[at + 1] = b'0' + (wrong[at + 1] - b'0' + shift) % 10;
            prop_assert_eq!(String::from_utf8(wrong).unwrap().parse::<Upn>(), Err(NotAUpn::CheckLetter));
        }

        #[test]
        fn two_figures_swapped_are_noticed(figures in "[0-9]{12}", one in 0usize..12, other in 0usize..12) {
            let bytes = figures.as_bytes();
            prop_assume!(bytes[one] != bytes[other]);
            let letter = ALPHABET[weigh(bytes).unwrap() % 23];
            let mut swapped = bytes.to_vec();
            swapped.swap(one, other);
            let wrong = format!("{}{}", char::from(letter), String::from_utf8(swapped).unwrap());
            prop_assert_eq!(wrong.parse::<Upn>(), Err(NotAUpn::CheckLetter));
        }

        #[test]
        fn anything_at_all_can_be_read(written in ".{0,30}") {
            let _ = written.parse::<Upn>();
        }
    }
}

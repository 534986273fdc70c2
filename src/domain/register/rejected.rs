//! A row that was not taken: where it stands, what it says, why not, and what to do.

use super::{
    field::Field,
    name::NotAName,
    upn::NotAUpn,
    values::{NotABirthday, NotAValue, is_override},
};
use std::{fmt, sync::Arc};

/// Where something stands in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file, by its own name without any folder.
    pub file: Arc<str>,
    /// Where in it.
    pub at: At,
}

/// Where in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// The line on which a row begins, counted from 1.
    Line(u64),
    /// The pupil of an XML file, counted from 1: such a file may have one single line.
    Pupil(u64),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Pupil(pupil) => write!(f, "pupil {pupil}"),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.file, self.at)
    }
}

/// One reason why one row is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Where it stands.
    pub place: Place,
    /// Which field is at fault, where it is one.
    pub field: Option<Field>,
    /// What the field says, short and safe to print; nothing for the context of a child.
    pub value: Option<String>,
    /// Why.
    pub why: Why,
}

impl Rejected {
    /// A fault of one field.
    pub fn of_field(place: &Place, field: Field, written: &str, why: Why) -> Self {
        let value = (!field.is_context() && !written.is_empty()).then(|| shown(written));
        Self { place: place.clone(), field: Some(field), value, why }
    }

    /// A fault of the whole row.
    pub fn of_row(place: &Place, why: Why) -> Self {
        Self { place: place.clone(), field: None, value: None, why }
    }

    /// The reason as a sentence: "UPN has a first letter that does not fit its figures."
    pub fn reason(&self) -> String {
        let what = self.field.map_or("This row", Field::words);
        format!("{} {}.", crate::domain::codes::capital(what), self.why)
    }

    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        self.why.remedy()
    }
}

/// A value as it may be printed on a page or a terminal: at most 40 characters, nothing that moves a cursor or turns
/// text round.
pub fn shown(written: &str) -> String {
    let safe = |c: char| if c.is_control() || is_override(c) { '\u{fffd}' } else { c };
    let mut short: String = written.trim().chars().take(40).map(safe).collect();
    if written.trim().chars().nth(40).is_some() {
        short.push('\u{2026}');
    }
    short
}

/// Why a row or a field is not taken; continues a sentence that begins with the field, or with "This row".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A field that has to be filled in is not.
    #[error("is missing")]
    Missing,
    /// See [`NotAUpn`].
    #[error("{0}")]
    Upn(NotAUpn),
    /// See [`NotAName`].
    #[error("{0}")]
    Name(NotAName),
    /// A joined name without a comma.
    #[error("is not written as Surname, Forename")]
    NotJoined,
    /// See [`NotABirthday`].
    #[error("{0}")]
    Born(NotABirthday),
    /// See [`NotAValue`].
    #[error("{0}")]
    Value(NotAValue),
    /// A date we cannot read.
    #[error("is not a date")]
    Date,
    /// Context that is none of the answers we know.
    #[error("has an answer we do not know")]
    Answer,
    /// More or fewer cells than there are headings.
    #[error("has {found} cells where the headings have {expected}")]
    Width {
        /// The cells of the row.
        found: usize,
        /// The headings.
        expected: usize,
    },
    /// A quotation mark that is opened and not closed swallows the lines after it.
    #[error("has a quotation mark that is opened and never closed")]
    Quote,
    /// A role, status or mode that the format does not have.
    #[error("has a {0} that is not one of the OneRoster standard")]
    Unknown(&'static str),
    /// Something another file of the bundle should say of this row.
    #[error("has no {0}")]
    Dangling(&'static str),
    /// Nothing by which the person could be known again next time.
    #[error("has nothing to know this person by next time")]
    NothingToKnowBy,
    /// The same in several rows.
    #[error("is also in {0}")]
    Repeated(Others),
    /// The same name and date of birth in several rows.
    #[error("has the same name and date of birth as {0}")]
    SameChild(Others),
    /// Two rows that are the same person of the register.
    #[error("and {0} are the same person of the register")]
    SamePerson(Others),
    /// Identifiers of one row that belong to several people of the register.
    #[error("fits more than one person of the register: {0}")]
    SeveralPeople(String),
    /// Somebody of the same name is in the register, and nothing tells whether it is the same person.
    #[error("may be {0}, who is in the register already")]
    PerhapsKnown(String),
    /// The identifier belongs to somebody who cannot be this person.
    #[error("belongs to {0} in the register, who seems to be somebody else")]
    SomebodyElses(String),
    /// A temporary number for a pupil whose permanent one is known.
    #[error("is temporary, and the register has a permanent one for this pupil")]
    TemporaryAgain,
}

/// Other rows, for a sentence; at most three are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Others(pub Vec<Place>);

impl fmt::Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<String> = self.0.iter().take(3).map(Place::to_string).collect();
        f.write_str(&named.join("; "))?;
        match self.0.len().checked_sub(3) {
            None | Some(0) => Ok(()),
            Some(more) => write!(f, "; and {more} more"),
        }
    }
}

impl Why {
    /// What to do about it.
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Missing => "Fill it in where the list comes from, then export again.",
            Self::Upn(_) => {
                "Check the number with the pupil's record or the last school, correct it, then export again."
            }
            Self::Name(_) => "Correct the name where the list comes from, then export again.",
            Self::NotJoined => {
                "Write it as Surname, Forename, or export surname and forename as two columns."
            }
            Self::Born(_) => "Correct the date of birth. Write dates as 04/03/2012 or 2012-03-04.",
            Self::Value(_) => {
                "Correct it where the list comes from, or check that the right column was chosen."
            }
            Self::Date => "Write the date as 04/03/2012 or 2012-03-04.",
            Self::Answer => "Use yes or no (for SEN provision N, K or E), or leave the column out.",
            Self::Width { .. } => {
                "Look for a comma or a line break that is not inside quotation marks, or export again."
            }
            Self::Quote => "Close the quotation mark, or export again.",
            Self::Unknown(_) => "Correct it where the files are made, or ask your supplier.",
            Self::Dangling(_) => "Export all the files again together.",
            Self::NothingToKnowBy => {
                "Export an identifier as well: for pupils the UPN, for staff the work e-mail address."
            }
            Self::Repeated(_) => "Remove one of the rows, or correct the one that is wrong.",
            Self::SameChild(_) => {
                "Remove one if it is the same child; if they are two children, add both UPNs."
            }
            Self::SamePerson(_) => "Remove one of the rows, or correct the one that is wrong.",
            Self::SeveralPeople(_) => {
                "Correct the identifiers, or merge the two entries of the register first."
            }
            Self::PerhapsKnown(_) => {
                "Say on the import page whether it is the same person, or export the UPN or e-mail address as well."
            }
            Self::SomebodyElses(_) => {
                "Correct the identifier, or mark the other person as having left first."
            }
            Self::TemporaryAgain => "Put the permanent UPN in where the list comes from, then export again.",
        }
    }
}

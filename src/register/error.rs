//! Why files cannot be read at all, said to the person who sent them.

use super::limits;
use crate::domain::kernel::codes::Worded;
use std::borrow::Cow;

/// A school of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    /// Its `sourcedId`, by which it is chosen.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its number, where the bundle has one (in England the URN or the DfE number).
    pub number: String,
}

/// Why files cannot be read: nothing of them was looked at further.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    /// No file, or one without a byte.
    #[error("There is nothing in the file. Export it again.")]
    Empty,
    /// More than is read.
    #[error("The files are larger than {} MB. Export people only, without photographs.", limits::SENT >> 20)]
    TooLarge,
    /// An archive that grows beyond all measure, or has far too many entries.
    #[error(
        "The zip file unpacks to more than a list of people can be. Make it again with the exported files only."
    )]
    Bomb,
    /// An archive we cannot read.
    #[error("The zip file cannot be read. Make it again, without a password.")]
    Zip,
    /// An archive whose entries point outside it.
    #[error("The zip file names a place outside itself ({0}). Do not use it; ask the person who sent it.")]
    Path(String),
    /// An archive in the archive.
    #[error("The zip file has another zip file in it ({0}). Unpack it once, and send the inner one.")]
    Nested(String),
    /// Two files of one name.
    #[error("{0} is there twice. Leave one.")]
    Twice(String),
    /// A workbook.
    #[error("{0} is an Excel workbook. Open it, save it as CSV UTF-8, and send that.")]
    Workbook(String),
    /// Neither text nor archive.
    #[error("{0} is not a list: send a OneRoster bundle, a CSV file or a Common Transfer File.")]
    NotAList(String),
    /// Several files that are no bundle.
    #[error(
        "These files do not belong together. Send a OneRoster bundle with its manifest.csv, or one file."
    )]
    NotABundle,
    /// A version other than 1.1 and 1.2.
    #[error("manifest.csv says OneRoster {0}. Candour reads 1.1 and 1.2.")]
    Version(String),
    /// A manifest that says neither how a file is sent nor that it is absent.
    #[error("manifest.csv says \"{mode}\" of {file}, which is neither bulk, delta nor absent.")]
    Mode {
        /// The file.
        file: String,
        /// What it says.
        mode: String,
    },
    /// A file that should be there.
    #[error("{0} is missing. Export all the files again together.")]
    MissingFile(&'static str),
    /// A column that should be there.
    #[error("{file} has no column {column}. Export it again with all columns of the standard.")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A list without headings or without a row.
    #[error("{0} has no rows under its headings. Export it again.")]
    NoRows(String),
    /// More rows, columns or people than are read.
    #[error("{0} has more rows or columns than a list of people can have. Check what was exported.")]
    TooMany(String),
    /// A bundle of several schools, and none chosen.
    #[error("The bundle has {} schools. Say which one is yours.", .0.len())]
    WhichSchool(Vec<School>),
    /// A school that is not in the bundle.
    #[error("The bundle has no school {0}.")]
    NoSuchSchool(String),
    /// Columns that do not make a list.
    #[error("{0}")]
    Columns(super::columns::Unmatched),
    /// XML with a document type or entities of its own.
    #[error(
        "{0} declares entities or a document type, which a Common Transfer File never does. Do not use it."
    )]
    Entities(String),
    /// XML that is not well formed, or deeper than it can be.
    #[error("{0} is not well-formed XML. Export it again.")]
    Malformed(String),
    /// XML that is something else.
    #[error("{0} is not a Common Transfer File of pupils.")]
    NotATransfer(String),
}

impl Worded for NotOpened {
    fn worded(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

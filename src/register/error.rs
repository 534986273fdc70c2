//! Why files cannot be read at all, said to the person who sent them.

use super::{columns::Unmatched, limits};
use crate::domain::{
    kernel::codes::{Worded, problems},
    people::register::rejected::printable,
};
use std::{borrow::Cow, fmt};

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

/// The schools of a bundle; a sentence says how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schools(pub Vec<School>);

impl Worded for Schools {
    fn worded(&self) -> Cow<'static, str> {
        self.0.len().worded()
    }
}

/// What somebody else wrote and a sentence repeats, short and safe to print: the name of a file or column, a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation(String);

impl From<&str> for Quotation {
    fn from(written: &str) -> Self {
        Self(printable(written))
    }
}

impl Worded for Quotation {
    fn worded(&self) -> Cow<'static, str> {
        self.0.clone().into()
    }
}

problems! {
    /// Why files cannot be read: nothing of them was looked at further.
    NotOpened {
        /// No file, or one without a byte.
        Empty = "empty", "There is nothing in the file. Export it again.";
        TooLarge { megabytes: usize } = "too_large", "The files are larger than {megabytes} MB. Export people only, without photographs.";
        /// An archive that grows beyond all measure, or has far too many entries.
        Bomb = "bomb", "The zip file unpacks to more than a list of people can be. Make it again with the exported files only.";
        Zip = "zip", "The zip file cannot be read. Make it again, without a password.";
        Path { path: Quotation } = "path", "The zip file names a place outside itself ({path}). Do not use it; ask the person who sent it.";
        Nested { file: Quotation } = "nested", "The zip file has another zip file in it ({file}). Unpack it once, and send the inner one.";
        Twice { file: Quotation } = "twice", "{file} is there twice. Leave one.";
        Workbook { file: Quotation } = "workbook", "{file} is an Excel workbook. Open it, save it as CSV UTF-8, and send that.";
        /// Neither text nor archive.
        NotAList { file: Quotation } = "not_a_list", "{file} is not a list: send a OneRoster bundle, a CSV file or a Common Transfer File.";
        NotABundle = "not_a_bundle", "These files do not belong together. Send a OneRoster bundle with its manifest.csv, or one file.";
        NoVersion = "no_version", "manifest.csv does not say which version of OneRoster it is. Candour reads 1.1 and 1.2.";
        Version { version: Quotation } = "version", "manifest.csv says OneRoster {version}. Candour reads 1.1 and 1.2.";
        Mode { mode: Quotation, file: Quotation } = "mode", "manifest.csv says \"{mode}\" of {file}, which is neither bulk, delta nor absent.";
        MissingFile { file: Quotation } = "missing_file", "{file} is missing. Export all the files again together.";
        MissingColumn { file: Quotation, column: Quotation } = "missing_column", "{file} has no column {column}. Export it again with all columns of the standard.";
        NoRows { file: Quotation } = "no_rows", "{file} has no rows under its headings. Export it again.";
        /// More rows, columns or people than are read.
        TooMany { file: Quotation } = "too_many", "{file} has more rows or columns than a list of people can have. Check what was exported.";
        WhichSchool { schools: Schools } = "which_school", "The bundle has {schools} schools. Say which one is yours.";
        NoSuchSchool { school: Quotation } = "no_such_school", "The bundle has no school {school}.";
        Columns { why: Unmatched } = "columns", "{why}";
        Entities { file: Quotation } = "entities", "{file} declares entities or a document type, which a Common Transfer File never does. Do not use it.";
        /// It is not well formed, or deeper than it can be.
        Malformed { file: Quotation } = "malformed", "{file} is not well-formed XML. Export it again.";
        NotATransfer { file: Quotation } = "not_a_transfer", "{file} is not a Common Transfer File of pupils.";
    }
}

impl NotOpened {
    /// More was sent than is read.
    pub(super) const fn too_large() -> Self {
        Self::TooLarge { megabytes: limits::SENT >> 20 }
    }
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl std::error::Error for NotOpened {}

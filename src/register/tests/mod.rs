//! The readers against small files written here; every name and number invented.

mod ctf;
mod hostile;
mod oneroster;
mod plain;

use super::{NamedFile, NotOpened, Package, open};
use crate::domain::people::register::{
    field::Field,
    incoming::{Entry, Extent, Incoming},
    name::NotAName,
    rejected::{Rejection, Why},
    upn::NotAUpn,
};
use chrono::NaiveDate;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

pub(super) const OSEI: &str = "B801200005001";
pub(super) const REID: &str = "P207000016049";

pub(super) fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

pub(super) fn file(name: &str, text: &str) -> NamedFile {
    NamedFile::new(name, text.as_bytes().to_vec())
}

pub(super) fn zipped(files: &[NamedFile]) -> NamedFile {
    let named: Vec<(&str, &[u8])> = files.iter().map(|file| (&*file.name, file.bytes.as_slice())).collect();
    NamedFile::new("people.zip", zip_of(&named))
}

pub(super) fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What a CSV or XML file says, its columns as guessed.
pub(super) fn read(files: Vec<NamedFile>) -> Result<Incoming, NotOpened> {
    match open(files)? {
        Package::OneRoster(bundle) => bundle.read(None, today()),
        Package::List(list) => list.read(&list.guess(), Extent::Whole, today()),
        Package::Transfer(transfer) => Ok(transfer.read(today())),
    }
}

/// "Surname, Forename" of everybody, in the order of the rows.
pub(super) fn names(incoming: &Incoming) -> Vec<String> {
    incoming.entries.iter().map(|entry| format!("{}, {}", entry.family, entry.given)).collect()
}

/// Where rows were rejected, in which field, and why.
pub(super) fn faults(incoming: &Incoming) -> Vec<(String, Option<Field>, Why)> {
    let fault = |rejected: &Rejection| (rejected.place.to_string(), rejected.field, rejected.why.clone());
    incoming.rejected.iter().map(fault).collect()
}

pub(super) fn fault(place: &str, field: Option<Field>, why: Why) -> (String, Option<Field>, Why) {
    (place.to_owned(), field, why)
}

pub(super) fn entry<'a>(incoming: &'a Incoming, family: &str) -> &'a Entry {
    incoming.entries.iter().find(|entry| entry.family.as_str() == family).unwrap()
}

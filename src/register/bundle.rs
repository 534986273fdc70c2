//! What was sent: which format it is, whatever it is called.

use super::{ctf::Transfer, decode, error::NotOpened, limits, oneroster::Bundle, plain::List, unpack};
use crate::domain::people::register::rejected::printable;
use std::{fmt, sync::Arc};

/// A file that was sent, in memory.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its own name, without a folder, safe to print.
    pub name: Arc<str>,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl NamedFile {
    /// A file of this name; whatever folder the name has is left out.
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        let own = name.rsplit(['/', '\\']).next().unwrap_or_default();
        Self { name: printable(own).into(), bytes }
    }
}

impl fmt::Debug for NamedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NamedFile({} bytes)", self.bytes.len())
    }
}

/// What was sent, opened.
#[derive(Debug)]
pub enum Package {
    /// A OneRoster bundle: say which school, then read.
    OneRoster(Box<Bundle>),
    /// A plain list: match its columns, then read.
    List(Box<List>),
    /// A Common Transfer File: read.
    Transfer(Box<Transfer>),
}

/// Opens what was sent: the files of a folder, one zip, one CSV or one XML file.
pub fn open(files: Vec<NamedFile>) -> Result<Package, NotOpened> {
    let sent: usize = files.iter().map(|file| file.bytes.len()).sum();
    if sent == 0 {
        return Err(NotOpened::Empty);
    } else if sent > limits::SENT {
        return Err(NotOpened::too_large());
    }
    let files = match files.as_slice() {
        [archive] if unpack::is_zip(&archive.bytes) => {
            let unpacked = unpack::unpack(archive, limits::UNPACKED)?;
            // A workbook is an archive too: of XML, with these names at its top.
            match unpacked.iter().any(|file| &*file.name == "[Content_Types].xml") {
                true => return Err(NotOpened::Workbook { file: (&*archive.name).into() }),
                false => unpacked,
            }
        }
        [] | [..] => files,
    };
    if Bundle::is_one(&files) {
        return Bundle::open(&files).map(|bundle| Package::OneRoster(Box::new(bundle)));
    }
    match files.as_slice() {
        [] => Err(NotOpened::Empty),
        [file] => open_one(file),
        [..] => Err(NotOpened::NotABundle),
    }
}

fn open_one(file: &NamedFile) -> Result<Package, NotOpened> {
    let text = decode::xml(&file.name, &file.bytes)?;
    if text.trim_start().starts_with('<') {
        return Transfer::open(&file.name, &text).map(|transfer| Package::Transfer(Box::new(transfer)));
    }
    let text = decode::text(&file.name, &file.bytes)?;
    List::open(&file.name, text).map(|list| Package::List(Box::new(list)))
}

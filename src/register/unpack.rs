//! Zip archives, read in memory and within bounds. Sizes that an archive declares are not believed.

use super::{bundle::NamedFile, error::NotOpened, limits};
use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// Whether bytes are an archive.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The CSV and XML files of an archive. Others are left packed; folders do not matter but for
/// where they point. `most` bytes come out of it, or none.
pub(super) fn unpack(archive: &NamedFile, most: usize) -> Result<Vec<NamedFile>, NotOpened> {
    // Counted before the directory is read, which takes memory for each.
    let entries = archive.bytes.windows(4).filter(|bytes| bytes == b"PK\x01\x02").count();
    if entries > limits::ENTRIES {
        return Err(NotOpened::Bomb);
    }
    let mut zip = ZipArchive::new(Cursor::new(archive.bytes.as_slice())).map_err(|_| NotOpened::Zip)?;
    let mut left = most;
    let mut files = Vec::new();
    let mut names = BTreeSet::new();
    for at in 0..zip.len() {
        let entry = zip.by_index(at).map_err(|_| NotOpened::Zip)?;
        let path = entry.name().map_err(|_| NotOpened::Zip)?.into_owned();
        let Some(name) = file_name(&path)? else { continue };
        if path.starts_with("xl/") {
            return Err(NotOpened::Workbook { file: (&*archive.name).into() });
        }
        if !names.insert(name.to_lowercase()) {
            return Err(NotOpened::Twice { file: name.as_str().into() });
        }
        let bytes = read(entry, left)?;
        left -= bytes.len();
        files.push(NamedFile::new(&name, bytes));
    }
    Ok(files)
}

/// The name of an entry that is to be read, without its folder.
fn file_name(path: &str) -> Result<Option<String>, NotOpened> {
    let is_elsewhere =
        path.starts_with('/') || path.contains(['\\', '\0', ':']) || path.split('/').any(|part| part == "..");
    if is_elsewhere {
        return Err(NotOpened::Path { path: path.into() });
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let lower = name.to_lowercase();
    // What macOS adds of its own.
    let is_shadow = path.starts_with("__MACOSX/") || name.starts_with('.');
    if lower.ends_with(".zip") {
        return Err(NotOpened::Nested { file: path.into() });
    }
    let is_ours = lower.ends_with(".csv") || lower.ends_with(".xml");
    Ok((is_ours && !is_shadow).then(|| name.to_owned()))
}

/// The bytes of an entry, as far as they go within what is left.
fn read(entry: impl Read, left: usize) -> Result<Vec<u8>, NotOpened> {
    let mut bytes = Vec::new();
    let most = u64::try_from(left).unwrap_or(u64::MAX).saturating_add(1);
    entry.take(most).read_to_end(&mut bytes).map_err(|_| NotOpened::Zip)?;
    if bytes.len() > left { Err(NotOpened::Bomb) } else { Ok(bytes) }
}

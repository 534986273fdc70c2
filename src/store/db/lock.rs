//! One serving process on a SQLite file.

use super::error::Result;
use crate::store::{DbUrl, StoreError};
use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

/// Held by the process that serves a database, or works on it with the server stopped. Released when dropped,
/// and by the operating system however the process ends.
#[derive(Debug)]
#[must_use = "the lock is let go when this is dropped"]
pub struct ServeLock {
    _held: Option<File>,
}

/// Another process serves the file.
#[derive(Debug, thiserror::Error)]
#[error("another candour process is using this database (it holds {})", .0.display())]
struct InUse(PathBuf);

pub(in crate::store) fn serve_lock(url: &DbUrl) -> Result<ServeLock> {
    match url {
        DbUrl::Sqlite(path) => {
            let path = lock_path(path);
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(StoreError::unavailable)?;
            match file.try_lock() {
                Ok(()) => Ok(ServeLock { _held: Some(file) }),
                Err(TryLockError::WouldBlock) => Err(StoreError::unavailable(InUse(path))),
                Err(TryLockError::Error(error)) => Err(StoreError::unavailable(error)),
            }
        }
        // Several nodes may serve one PostgreSQL database.
        DbUrl::Postgres(_) => Ok(ServeLock { _held: None }),
    }
}

/// Beside the database, through links: two names of one file share one lock.
fn lock_path(path: &Path) -> PathBuf {
    let mut name = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()).into_os_string();
    name.push(".lock");
    name.into()
}

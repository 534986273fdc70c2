//! Candour itself: it owns the database, and the use cases alone reach it.

use crate::store::{
    Db, DbUrl, StoreError, Tx,
    record::access_log::{Look, WaitingLooks},
};
use std::sync::Arc;

/// What the ways in hold: every use case is asked with it. Cheap to clone.
///
/// Its database is private to this floor: a page or a job can reach a row through a use case alone.
#[derive(Clone)]
pub struct Candour {
    db: Db,
    access_log: Arc<WaitingLooks>,
}

impl Candour {
    /// Takes a database over.
    pub fn new(db: Db) -> Self {
        Self { db, access_log: Arc::default() }
    }

    /// Runs queries that only read, all seeing one moment.
    pub(in crate::service) fn read<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.read(f)
    }

    /// Runs `f` in a transaction that is kept whole or not at all.
    pub(in crate::service) fn write<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.db.write(f)
    }

    /// Records an access, and comes back when it is committed.
    pub(in crate::service) fn look(&self, look: Look) -> Result<(), StoreError> {
        self.access_log.keep(&self.db, look)
    }

    /// Where the database is.
    pub(in crate::service) fn url(&self) -> &DbUrl {
        self.db.url()
    }
}

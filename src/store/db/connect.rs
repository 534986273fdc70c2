//! One connection: how it is opened, what is set on it, and what is noticed while it works.

use super::{
    error::Result,
    url::{FileMode, file_uri, with_connect_timeout},
};
use crate::store::{AnyConn, DbUrl, StoreError};
use diesel::{
    connection::{InstrumentationEvent, SimpleConnection},
    dsl::sql,
    prelude::*,
    r2d2::R2D2Connection,
    sql_types::{Integer, Text},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Use {
    /// Everything.
    Write,
    /// Reading, in the process that serves.
    Read,
    /// Reading, in another process: a SQLite file is opened without the right to write.
    ReadOnlyFile,
}

/// Set on every connection to a SQLite file. The wait comes first: the other settings may have to wait
/// themselves.
///
/// `secure_delete` overwrites what is erased; `trusted_schema` off keeps a tampered file from running
/// functions; temporary tables stay in memory, so that no words are spilt into a file that no erasure
/// reaches.
const EVERY_FILE: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
     PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;";

/// Set on every connection to a server: times in UTC, and an end to a statement, a wait or a forgotten
/// transaction.
const EVERY_SERVER: &str = "SET TIME ZONE 'UTC'; SET client_min_messages = 'warning'; \
     SET statement_timeout = '30s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s';";

/// Lets a migration take as long as it needs.
const NO_HURRY: &str = "SET statement_timeout = 0; SET lock_timeout = 0;";

/// The oldest PostgreSQL that is tested.
const OLDEST_SERVER: u32 = 150_000;

/// Seconds to reach a server.
const CONNECT_SECONDS: u32 = 5;

/// Makes connections for a pool.
pub(in crate::store) struct Manager {
    pub(in crate::store) url: DbUrl,
    pub(in crate::store) usage: Use,
    pub(in crate::store) statements: Arc<AtomicU64>,
}

/// A connection that counts its statements and notices failed ones.
pub(in crate::store) struct WatchedConnection {
    pub(in crate::store) conn: AnyConn,
    failed: Arc<AtomicBool>,
}

impl WatchedConnection {
    /// Whether a statement of the open transaction failed and was not undone with its savepoint.
    pub(in crate::store) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// Whether the connection is lost.
    pub(in crate::store) fn is_broken(&mut self) -> bool {
        R2D2Connection::is_broken(&mut self.conn)
    }

    /// The settings in force, by name.
    pub(in crate::store) fn settings(&mut self) -> Result<Vec<(&'static str, String)>> {
        match &mut self.conn {
            AnyConn::Sqlite(file) => {
                let numbers = [
                    "busy_timeout",
                    "synchronous",
                    "foreign_keys",
                    "secure_delete",
                    "trusted_schema",
                    "temp_store",
                    "query_only",
                ];
                let mut all =
                    vec![("journal_mode", sql::<Text>("PRAGMA journal_mode").get_result::<String>(file)?)];
                for name in numbers {
                    let value: i32 = sql::<Integer>(&format!("PRAGMA {name}")).get_result(file)?;
                    all.push((name, value.to_string()));
                }
                Ok(all)
            }
            AnyConn::Postgres(server) => {
                let names =
                    ["TimeZone", "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"];
                let show =
                    |name| Ok((name, sql::<Text>(&format!("SHOW {name}")).get_result::<String>(server)?));
                names.into_iter().map(show).collect()
            }
        }
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = WatchedConnection;
    type Error = StoreError;

    fn connect(&self) -> Result<WatchedConnection> {
        let mut conn = connect(&self.url, self.usage)?;
        let failed = Arc::default();
        listen(&mut conn, Arc::clone(&self.statements), Arc::clone(&failed));
        Ok(WatchedConnection { conn, failed })
    }

    fn is_valid(&self, connection: &mut WatchedConnection) -> Result<()> {
        Ok(R2D2Connection::ping(&mut connection.conn)?)
    }

    fn has_broken(&self, connection: &mut WatchedConnection) -> bool {
        // A panic may have left a transaction open; closing the connection undoes it.
        std::thread::panicking() || connection.is_broken()
    }
}

/// A connection outside any pool, without time limits.
pub(in crate::store) fn connect_for_migration(url: &DbUrl) -> Result<AnyConn> {
    let mut conn = connect(url, Use::Write)?;
    match &mut conn {
        AnyConn::Postgres(server) => server.batch_execute(NO_HURRY)?,
        AnyConn::Sqlite(_) => {}
    }
    Ok(conn)
}

fn connect(url: &DbUrl, usage: Use) -> Result<AnyConn> {
    match url {
        DbUrl::Sqlite(path) => {
            let mode = match usage {
                Use::Write | Use::Read => FileMode::Existing,
                Use::ReadOnlyFile => FileMode::ReadOnly,
            };
            let mut file =
                SqliteConnection::establish(&file_uri(path, mode)).map_err(StoreError::unavailable)?;
            file.batch_execute(EVERY_FILE)?;
            match usage {
                Use::Write => file.batch_execute("PRAGMA journal_mode = WAL")?,
                Use::Read | Use::ReadOnlyFile => file.batch_execute("PRAGMA query_only = ON")?,
            }
            Ok(AnyConn::Sqlite(file))
        }
        DbUrl::Postgres(address) => {
            let address = with_connect_timeout(address, CONNECT_SECONDS);
            let mut server = PgConnection::establish(&address).map_err(StoreError::unavailable)?;
            server.batch_execute(EVERY_SERVER)?;
            let version: String = sql::<Text>("SHOW server_version_num").get_result(&mut server)?;
            if version.parse().is_ok_and(|version: u32| version < OLDEST_SERVER) {
                return Err(StoreError::unavailable("PostgreSQL 15 or newer is needed"));
            }
            Ok(AnyConn::Postgres(server))
        }
    }
}

/// Counts statements, leaving out those that begin or end a transaction, and notices failed ones.
fn listen(conn: &mut AnyConn, statements: Arc<AtomicU64>, failed: Arc<AtomicBool>) {
    let mut boundary = false;
    let ear = move |event: InstrumentationEvent<'_>| match event {
        InstrumentationEvent::BeginTransaction { depth, .. } => {
            boundary = true;
            if depth.get() == 1 {
                failed.store(false, Ordering::Relaxed);
            }
        }
        InstrumentationEvent::RollbackTransaction { .. } => {
            boundary = true;
            // Rolling back to a savepoint undoes the failure with the rest: `Tx::attempt` lets none come
            // before it.
            failed.store(false, Ordering::Relaxed);
        }
        InstrumentationEvent::CommitTransaction { .. } => boundary = true,
        InstrumentationEvent::StartQuery { .. } => {
            statements.fetch_add(u64::from(!std::mem::take(&mut boundary)), Ordering::Relaxed);
        }
        InstrumentationEvent::FinishQuery { error: Some(_), .. } => failed.store(true, Ordering::Relaxed),
        // Diesel may add events that are none of ours.
        _ => {}
    };
    diesel::Connection::set_instrumentation(conn, ear);
}

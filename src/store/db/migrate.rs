//! Brings a database's tables up to date. Each database has a tree of migrations; the names are the same in
//! both.

use super::{connect::connect_for_migration, error::Result};
use crate::store::{Any, AnyConn, DbUrl, StoreError};
use diesel::{
    connection::SimpleConnection,
    migration::{Migration, MigrationSource},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Any number, the same in every version of Candour: the process that holds it migrates.
const ADVISORY_LOCK: &str = "SELECT pg_advisory_lock(4855017264)";

/// The names of the migrations still to run, oldest first. Changes nothing; a SQLite file that is not there
/// is an error.
pub fn pending(url: &DbUrl) -> Result<Vec<String>> {
    let mut conn = connect_for_migration(url)?;
    let source = source_for(&conn);
    names(conn.pending_migrations(source))
}

/// Runs what is pending and names it. Makes a missing SQLite file, readable by its owner only. Nodes that
/// start at the same time take turns.
pub fn run(url: &DbUrl) -> Result<Vec<String>> {
    if let DbUrl::Sqlite(path) = url {
        make_private_file(path).map_err(StoreError::unavailable)?;
    }
    let mut conn = in_turn(url)?;
    let source = source_for(&conn);
    let due = names(conn.pending_migrations(source))?;
    let source = source_for(&conn);
    conn.run_pending_migrations(source).map_err(StoreError::Unavailable)?;
    Ok(due)
}

/// Takes every table away again, newest migration first, and counts what was undone: for tests of the
/// migrations.
pub fn revert_all(url: &DbUrl) -> Result<usize> {
    let mut conn = in_turn(url)?;
    let source = source_for(&conn);
    Ok(conn.revert_all_migrations(source).map_err(StoreError::Unavailable)?.len())
}

type Answer<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

fn names(migrations: Answer<Vec<Box<dyn Migration<Any>>>>) -> Result<Vec<String>> {
    let migrations = migrations.map_err(StoreError::Unavailable)?;
    Ok(migrations.iter().map(|migration| migration.name().to_string()).collect())
}

fn source_for(conn: &AnyConn) -> EmbeddedMigrations {
    match conn {
        AnyConn::Postgres(_) => POSTGRES,
        AnyConn::Sqlite(_) => SQLITE,
    }
}

fn in_turn(url: &DbUrl) -> Result<AnyConn> {
    let mut conn = connect_for_migration(url)?;
    match &mut conn {
        // Closing the connection releases the lock.
        AnyConn::Postgres(postgres) => postgres.batch_execute(ADVISORY_LOCK)?,
        // SQLite has one server, stopped meanwhile: see `Db::serve_lock`.
        AnyConn::Sqlite(_) => {}
    }
    Ok(conn)
}

fn make_private_file(path: &std::path::Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    // SQLite gives its side files the mode of the database.
    std::fs::OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path).map(drop)
}

/// The names of every migration known to this binary on either database: the same list, or a test fails.
pub fn known() -> Result<[Vec<String>; 2]> {
    let of = |source: EmbeddedMigrations| names(MigrationSource::<Any>::migrations(&source));
    Ok([of(POSTGRES)?, of(SQLITE)?])
}

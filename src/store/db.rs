//! Pools and transactions: all access to either database passes through here.

pub(super) mod conn;
pub(super) mod connect;
pub(super) mod dialect;
pub(super) mod error;
pub mod installation;
pub(super) mod lock;
pub(super) mod mapping;
pub mod migrate;
pub(super) mod schema;
pub(super) mod sql_types;
pub(super) mod url;

use super::{
    AnyConn, DbUrl, ServeLock, StoreError,
    db::{
        connect::{Manager, Use, WatchedConnection},
        error::Result,
    },
};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

type Pool = r2d2::Pool<Manager>;

/// How long a transaction waits for a connection before the database counts as unavailable.
const WAIT_FOR_CONNECTION: Duration = Duration::from_secs(10);

/// A database: readers and writers come from different pools. SQLite has many readers and one writer, so
/// waiting for the writer happens here and never shows as "locked". On PostgreSQL the two are one pool.
///
/// Cheap to clone. Its closures block: async code runs them on a thread for blocking work.
#[derive(Clone)]
pub struct Db {
    url: DbUrl,
    read: Pool,
    write: Option<Pool>,
    statements: Arc<AtomicU64>,
    commits: Arc<AtomicU64>,
}

impl Db {
    /// Opens a database whose tables are there already ([`super::db::migrate::run`]), with at most
    /// `connections` readers.
    pub fn open(url: &DbUrl, connections: u32) -> Result<Self> {
        let statements = Arc::default();
        let (read, write) = match url {
            DbUrl::Sqlite(_) => {
                (pool(url, Use::Read, connections, &statements)?, pool(url, Use::Write, 1, &statements)?)
            }
            DbUrl::Postgres(_) => {
                let shared = pool(url, Use::Write, connections, &statements)?;
                (shared.clone(), shared)
            }
        };
        Ok(Self { url: url.clone(), read, write: Some(write), statements, commits: Arc::default() })
    }

    /// Opens a database for reading alone, beside a server: every [`Db::write`] is refused.
    pub fn open_read_only(url: &DbUrl, connections: u32) -> Result<Self> {
        let statements = Arc::default();
        let read = pool(url, Use::ReadOnlyFile, connections, &statements)?;
        Ok(Self { url: url.clone(), read, write: None, statements, commits: Arc::default() })
    }

    /// Refuses if another process serves, migrates or restores the same SQLite file. The caller holds the
    /// lock for as long as it serves. PostgreSQL is served by several nodes at once and never refuses.
    pub fn serve_lock(url: &DbUrl) -> Result<ServeLock> {
        lock::serve_lock(url)
    }

    /// Where it is.
    pub fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Statements run so far through this value and its clones, without those that begin or end a
    /// transaction.
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// Transactions kept so far that could write: each is one wait for the disk.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Runs queries that only read, all seeing the same moment. Both databases refuse a write in here.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let _once = Once::enter(self)?;
        in_transaction(&self.read, begin_read, f)
    }

    /// Runs `f` in a transaction that is kept whole if `f` answers `Ok` and left without a trace otherwise,
    /// even if `f` panics. On SQLite it is the only writer from its first statement, so that it may read
    /// before it writes.
    pub fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        let _once = Once::enter(self)?;
        self.commit(f)
    }

    pub(super) fn commit<T, E: From<StoreError>>(
        &self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let pool = self.write.as_ref().ok_or_else(|| StoreError::unavailable("opened for reading alone"))?;
        let kept = in_transaction(pool, begin_write, f)?;
        self.commits.fetch_add(1, Ordering::Relaxed);
        Ok(kept)
    }

    /// The settings of every pooled connection, read back from the database: for `doctor` and tests.
    pub fn settings(&self) -> Result<Vec<Vec<(&'static str, String)>>> {
        let mut held = Vec::new();
        for pool in [Some(&self.read), self.write.as_ref()].into_iter().flatten() {
            let shared = matches!(self.url, DbUrl::Postgres(_)) && !held.is_empty();
            for _ in 0..if shared { 0 } else { pool.max_size() } {
                held.push(pool.get().map_err(StoreError::unavailable)?);
            }
        }
        held.iter_mut().map(|connection| connection.settings()).collect()
    }
}

fn pool(url: &DbUrl, usage: Use, size: u32, statements: &Arc<AtomicU64>) -> Result<Pool> {
    let manager = Manager { url: url.clone(), usage, statements: Arc::clone(statements) };
    // One connection of our own comes first: the pool would try a wrong address until its time is up, and
    // hide the reason.
    drop(r2d2::ManageConnection::connect(&manager)?);
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        // A ping would be one more statement in every transaction; `begin` below notices a dead connection
        // instead.
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connection_timeout(WAIT_FOR_CONNECTION)
        .build(manager)
        .map_err(StoreError::unavailable)
}

/// A transaction that is open. Only the store can get at what is inside.
pub struct Tx<'c> {
    connection: &'c mut WatchedConnection,
}

impl Tx<'_> {
    /// The connection, for the store's queries.
    pub(super) fn conn(&mut self) -> &mut AnyConn {
        &mut self.connection.conn
    }

    /// Runs `f` so that its failure undoes only its own part (a savepoint): the way to try a statement that
    /// may fail, since after a failed statement the rest of a transaction cannot be kept.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        unfailed(self.connection)?;
        finish(self.connection, AnyConn::begin_transaction, f)
    }
}

type Begin = fn(&mut AnyConn) -> diesel::QueryResult<()>;

fn begin_read(conn: &mut AnyConn) -> diesel::QueryResult<()> {
    const ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    match conn {
        AnyConn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, ONE_MOMENT),
        AnyConn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
    }
}

fn begin_write(conn: &mut AnyConn) -> diesel::QueryResult<()> {
    match conn {
        AnyConn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        // Takes the write lock at once: a transaction that reads first could otherwise fail when it comes to
        // write.
        AnyConn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
    }
}

fn in_transaction<T, E: From<StoreError>>(
    pool: &Pool,
    begin: Begin,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let mut left = pool.max_size();
    loop {
        let mut connection = pool.get().map_err(StoreError::unavailable)?;
        match begin(&mut connection.conn) {
            Ok(()) => return finish(&mut connection, |_| Ok(()), f),
            // After a restart of the server every idle connection may be dead, and the pool drops each as it
            // comes back.
            Err(_) if connection.is_broken() && left > 0 => left -= 1,
            Err(error) => return Err(StoreError::from(error).into()),
        }
    }
}

fn finish<T, E: From<StoreError>>(
    connection: &mut WatchedConnection,
    begin: Begin,
    f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    begin(&mut connection.conn).map_err(StoreError::from)?;
    let result = f(&mut Tx { connection }).and_then(|value| Ok(unfailed(connection).map(|()| value)?));
    match result {
        Ok(value) => match AnyConn::commit_transaction(&mut connection.conn) {
            Ok(()) => Ok(value),
            Err(error) => Err(StoreError::from(error).into()),
        },
        Err(error) => {
            // A connection that cannot roll back is marked as broken, and the pool drops it.
            let _ = AnyConn::rollback_transaction(&mut connection.conn);
            Err(error)
        }
    }
}

/// Refuses to go on if a statement failed and its error was passed over. PostgreSQL would run nothing more
/// and answer COMMIT with a silent ROLLBACK; SQLite would keep what there is. Neither is what the caller
/// believes.
fn unfailed(connection: &WatchedConnection) -> Result<()> {
    if connection.has_failed() {
        Err(StoreError::unavailable("a statement failed and the transaction went on"))
    } else {
        Ok(())
    }
}

thread_local! {
    /// The databases this thread has a transaction open on.
    static OPEN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// Refuses a second transaction on the same database and thread: it would wait for the first for ever
/// (SQLite) or not see what it wrote (PostgreSQL).
pub(super) struct Once(usize);

impl Once {
    pub(super) fn enter(db: &Db) -> Result<Self> {
        let this = Arc::as_ptr(&db.statements).addr();
        OPEN.with_borrow_mut(|open| {
            if open.contains(&this) {
                return Err(StoreError::unavailable(
                    "a transaction inside a transaction: pass the first one on",
                ));
            }
            open.push(this);
            Ok(Self(this))
        })
    }
}

impl Drop for Once {
    fn drop(&mut self) {
        OPEN.with_borrow_mut(|open| open.retain(|other| *other != self.0));
    }
}

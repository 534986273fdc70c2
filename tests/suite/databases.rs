//! A fresh database with the real migrations for every test, on SQLite and on PostgreSQL.
//!
//! SQLite: one file is migrated once in the process and copied. PostgreSQL: one private cluster for the process, from
//! the installed server binaries, with no port open to the network; one migrated template, copied for every test.

use candour::{
    service::Candour,
    store::{Db, DbUrl, StoreError, Tx, db::migrate},
};
use diesel::{Connection, PgConnection, SqliteConnection, connection::SimpleConnection};
use std::{
    env, fs,
    io::{BufRead, BufReader},
    ops::Deref,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};
use tempfile::TempDir;

/// A database of one test's own; gone when dropped. Use cases take it as the [`Candour`] it is; a test reads and writes
/// behind them.
pub struct TestDb {
    open: Option<(Db, Candour)>,
    url: DbUrl,
    _folder: Option<TempDir>,
}

/// Connections for readers: enough for the tests with many threads, few enough for many tests at once.
const CONNECTIONS: u32 = 4;

impl TestDb {
    /// A SQLite file.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("candour.db");
        fs::write(&path, sqlite_template()).unwrap();
        Self::open(DbUrl::Sqlite(path), Some(folder))
    }

    /// A database on the private cluster.
    pub fn postgres() -> Self {
        let name = new_name();
        cluster().admin(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"));
        Self::open(cluster().url(&name), None)
    }

    /// A SQLite file that is not there yet, for tests of the migrations themselves.
    pub fn empty_sqlite() -> (DbUrl, TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (DbUrl::Sqlite(folder.path().join("candour.db")), folder)
    }

    /// Opens one whose tables are there; a folder given goes with it.
    pub fn open(url: DbUrl, folder: Option<TempDir>) -> Self {
        let db = Db::open(&url, CONNECTIONS).unwrap();
        Self { open: Some((db.clone(), Candour::new(db))), url, _folder: folder }
    }

    /// The database itself.
    pub fn db(&self) -> &Db {
        &self.open.as_ref().unwrap().0
    }

    /// Reads behind the use cases.
    pub fn read<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.db().read(f)
    }

    /// Writes behind the use cases.
    pub fn write<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E> {
        self.db().write(f)
    }

    /// Where it is.
    pub fn url(&self) -> &DbUrl {
        &self.url
    }

    /// Runs SQL behind the store's back, to break what the store cannot.
    pub fn run_sql(&self, sql: &str) {
        match &self.url {
            DbUrl::Sqlite(path) => {
                let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                file.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA ignore_check_constraints = ON")
                    .unwrap();
                file.batch_execute(sql).unwrap();
            }
            DbUrl::Postgres(url) => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
        }
    }
}

impl Deref for TestDb {
    type Target = Candour;
    fn deref(&self) -> &Candour {
        &self.open.as_ref().unwrap().1
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        drop(self.open.take());
        if let DbUrl::Postgres(url) = &self.url {
            let name = url.split(['/', '?']).find(|part| part.starts_with("t_")).unwrap();
            cluster().admin(&format!("DROP DATABASE {name} WITH (FORCE)"));
        }
    }
}

fn sqlite_template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let (url, _folder) = TestDb::empty_sqlite();
        let DbUrl::Sqlite(path) = &url else { unreachable!() };
        // The last connection to close writes everything from the log into the file.
        migrate::run(&url).unwrap();
        fs::read(path).unwrap()
    })
}

const TEMPLATE: &str = "candour_template";

fn new_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("t_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

struct Cluster {
    folder: PathBuf,
    /// Its standard input is the cluster's life line: when this process ends, however it ends, it closes, and the
    /// watchdog stops the server and removes the folder.
    _watchdog: Child,
}

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = Cluster::start();
        cluster.admin(&format!("CREATE DATABASE {TEMPLATE}"));
        migrate::run(&cluster.url(TEMPLATE)).unwrap();
        cluster
    })
}

/// Started by `sh` in a process group of its own, so that an interrupt from the keyboard leaves it to clean up.
/// Safe to lose: no `fsync` here, and only here.
/// Broken pipes are borne: the tests may end while the server is still starting.
const WATCHDOG: &str = r#"
trap '' PIPE INT TERM HUP
exec 2>"$DIR/log"
"$BIN/initdb" --pgdata="$DIR/data" --username=candour --auth=trust --encoding=UTF8 --no-locale --no-sync >&2 &&
"$BIN/pg_ctl" --pgdata="$DIR/data" --log="$DIR/log" --wait start --options="-k '$DIR' -c listen_addresses='' \
  -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
  -c autovacuum=off" >&2 &&
echo ready || echo failed
exec >&-
read -r _
"$BIN/pg_ctl" --pgdata="$DIR/data" --mode=immediate --wait stop
rm -rf "$DIR"
"#;

impl Cluster {
    fn start() -> Self {
        let bin =
            server_binaries().expect("PostgreSQL's server is missing: install the package `postgresql`");
        let server = server_user();
        // The server's own user may not reach a folder for root's temporary files.
        let base = if server.is_some() { PathBuf::from("/tmp") } else { env::temp_dir() };
        let folder = tempfile::Builder::new().prefix("candour-pg-").tempdir_in(base).unwrap().keep();
        let mut shell = Command::new("sh");
        shell
            .args(["-c", WATCHDOG])
            .env("BIN", bin)
            .env("DIR", &folder)
            .current_dir(&folder)
            .process_group(0);
        if let Some((user, group)) = server {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
            shell.uid(user).gid(group);
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let mut watchdog = shell.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(watchdog.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert_eq!(said, "ready\n", "the PostgreSQL server did not start:\n{}", log());
        Self { folder, _watchdog: watchdog }
    }

    fn url(&self, database: &str) -> DbUrl {
        DbUrl::Postgres(format!("postgres:///{database}?host={}&user=candour", self.folder.display()))
    }

    fn admin(&self, sql: &str) {
        let DbUrl::Postgres(url) = self.url("postgres") else { unreachable!() };
        PgConnection::establish(&url).unwrap().batch_execute(sql).unwrap();
    }
}

/// Where `initdb` and its fellows are: the newest of the usual folders, or the search path.
fn server_binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut usual: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    usual.sort_by_key(|bin| bin.parent().and_then(|v| v.file_name()?.to_str()?.parse::<u32>().ok()));
    let path = env::var_os("PATH").unwrap_or_default();
    usual.into_iter().rev().chain(env::split_paths(&path)).find(|bin| bin.join("initdb").is_file())
}

/// The user and group to run the server as if the tests run as root, which the server refuses.
fn server_user() -> Option<(u32, u32)> {
    let number = |args: [&str; 2]| -> Option<u32> {
        let said = Command::new("id").args(args).output().ok().filter(|said| said.status.success())?;
        String::from_utf8(said.stdout).ok()?.trim().parse().ok()
    };
    let root =
        fs::metadata(Path::new("/proc/self")).is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0);
    root.then(|| {
        let ids = number(["-u", "postgres"]).zip(number(["-g", "postgres"]));
        ids.expect("the user `postgres` is missing: install the package `postgresql`")
    })
}

/// Makes two tests of one function: `name::sqlite` and `name::postgres`. The function takes a [`TestDb`]; it may be
/// `async`, and then runs as the web server's code does. Written as `#[apply(both_databases!)]`, so that rustfmt
/// formats its body.
macro_rules! both_databases {
    ($(#[$about:meta])* async fn $name:ident($db:ident: $type:ty) $body:block) => {
        $crate::databases::both_databases! {
            $(#[$about])*
            fn $name($db: $type) {
                actix_web::rt::System::new().block_on(async move $body)
            }
        }
    };
    ($(#[$about:meta])* fn $name:ident($db:ident: $type:ty) $body:block) => {
        $(#[$about])*
        fn $name($db: $type) $body

        mod $name {
            #[test]
            fn sqlite() {
                super::$name($crate::databases::TestDb::sqlite());
            }

            #[test]
            fn postgres() {
                super::$name($crate::databases::TestDb::postgres());
            }
        }
    };
}
pub(crate) use both_databases;

//! Reading a test's database by SQL and making its writes fail, behind the store's back.

use crate::databases::TestDb;
use candour::store::DbUrl;
use diesel::{
    Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection,
    connection::SimpleConnection,
    sql_types::{BigInt, Text},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The tables an act may write to; looks are not acts.
pub const TABLES_OF_ACTS: [&str; 12] = [
    "cases",
    "case_grants",
    "case_exclusions",
    "concerns",
    "texts",
    "audit_entries",
    "outbox",
    "forms",
    "term_reports",
    "people",
    "duties",
    "drafts",
];

impl TestDb {
    /// A copy of a SQLite file that others may have open: with its log, as after the power went, and nothing of theirs.
    pub fn sqlite_copy(path: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("candour.db");
        fs::copy(path, &to).unwrap();
        let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
        if log(path).exists() {
            fs::copy(log(path), log(&to)).unwrap();
        }
        Self::open(DbUrl::Sqlite(to), Some(folder))
    }

    /// Lets every statement fail that adds to a table or changes it.
    pub fn fail_writes(&self, table: &str) {
        self.run_sql(&match self.url() {
            DbUrl::Sqlite(_) => format!(
                "CREATE TRIGGER fails_i BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'failed for the test'); END;
                 CREATE TRIGGER fails_u BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, 'failed for the test'); END"
            ),
            DbUrl::Postgres(_) => format!(
                "CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS
                     $$ BEGIN RAISE EXCEPTION 'failed for the test'; END $$;
                 CREATE TRIGGER fails BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION fails()"
            ),
        });
    }

    /// Undoes [`Self::fail_writes`].
    pub fn mend_writes(&self, table: &str) {
        self.run_sql(&match self.url() {
            DbUrl::Sqlite(_) => "DROP TRIGGER fails_i; DROP TRIGGER fails_u".to_owned(),
            DbUrl::Postgres(_) => format!("DROP TRIGGER fails ON {table}"),
        });
    }

    /// How many rows there are of what follows FROM, counted behind the store's back.
    pub fn count(&self, from: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Counted {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        let asked = diesel::sql_query(format!("SELECT count(*) AS n FROM {from}"));
        let counted: Counted = match self.url() {
            DbUrl::Sqlite(path) => {
                let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                file.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                asked.get_result(&mut file).unwrap()
            }
            DbUrl::Postgres(url) => asked.get_result(&mut PgConnection::establish(url).unwrap()).unwrap(),
        };
        counted.n
    }

    /// The column `value` of what follows SELECT, read behind the store's back.
    pub fn strings(&self, select: &str) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Selected {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let query = diesel::sql_query(format!("SELECT {select}"));
        let rows: Vec<Selected> = match self.url() {
            DbUrl::Sqlite(path) => {
                let mut file = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
                file.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                query.get_results(&mut file).unwrap()
            }
            DbUrl::Postgres(url) => query.get_results(&mut PgConnection::establish(url).unwrap()).unwrap(),
        };
        rows.into_iter().map(|row| row.value).collect()
    }

    /// How many rows every table has that an act may write to.
    pub fn counts(&self) -> Vec<(&'static str, i64)> {
        TABLES_OF_ACTS.iter().map(|table| (*table, self.count(table))).collect()
    }
}

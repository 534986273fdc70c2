//! What the store promises whatever is kept in it: transactions, pools, locks, and errors that name a place.

use crate::databases::{TestDb, both_databases};
use candour::store::{Db, Kind, StoreError, Tx, db::installation};
use chrono::{DateTime, Utc};
use macro_rules_attribute::apply;
use std::panic::{AssertUnwindSafe, catch_unwind};

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00.123456Z".parse().unwrap()
}

fn mark(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    installation::mark(tx, Kind::Demo, noon())
}

#[apply(both_databases!)]
fn what_is_written_is_read(db: TestDb) {
    assert_eq!(db.read(installation::find).unwrap(), None);
    db.write(mark).unwrap();
    assert_eq!(db.read(installation::find).unwrap(), Some(Kind::Demo));
}

#[apply(both_databases!)]
fn a_second_row_is_a_duplicate(db: TestDb) {
    db.write(mark).unwrap();
    assert!(matches!(db.write(mark), Err(StoreError::Duplicate)));
}

#[apply(both_databases!)]
fn reading_cannot_write(db: TestDb) {
    let refused = db.read(mark);
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert_eq!(db.read(installation::find).unwrap(), None);
}

#[apply(both_databases!)]
fn a_failure_leaves_nothing(db: TestDb) {
    let failed = db.write(|tx| {
        mark(tx)?;
        Err::<(), _>(StoreError::NotFound)
    });
    assert!(matches!(failed, Err(StoreError::NotFound)));
    assert_eq!(db.read(installation::find).unwrap(), None);
}

#[apply(both_databases!)]
fn a_panic_leaves_nothing_and_the_pool_goes_on(db: TestDb) {
    for _ in 0..6 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            db.write(|tx| -> Result<(), StoreError> {
                mark(tx)?;
                panic!("inside a transaction")
            })
        }));
        assert!(panicked.is_err());
    }
    assert_eq!(db.write(installation::find).unwrap(), None);
    db.write(mark).unwrap();
}

#[apply(both_databases!)]
fn an_attempt_that_fails_undoes_only_itself(db: TestDb) {
    let outcome = db.write(|tx| {
        mark(tx)?;
        let second = tx.attempt(mark);
        assert!(matches!(second, Err(StoreError::Duplicate)), "{second:?}");
        installation::find(tx)
    });
    assert_eq!(outcome.unwrap(), Some(Kind::Demo));
    assert_eq!(db.read(installation::find).unwrap(), Some(Kind::Demo));
}

#[apply(both_databases!)]
fn a_statement_that_failed_cannot_be_passed_over(db: TestDb) {
    let outcome = db.write(|tx| {
        mark(tx)?;
        assert!(mark(tx).is_err());
        Ok::<_, StoreError>(())
    });
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(db.read(installation::find).unwrap(), None);
}

#[apply(both_databases!)]
fn nothing_is_tried_after_a_statement_that_failed(db: TestDb) {
    let outcome = db.write(|tx| {
        mark(tx)?;
        assert!(mark(tx).is_err());
        tx.attempt(installation::find)
    });
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(db.read(installation::find).unwrap(), None);
}

#[apply(both_databases!)]
fn a_transaction_inside_another_is_refused_at_once(db: TestDb) {
    let inner = db.write(|_| Ok::<_, StoreError>(db.read(installation::find))).unwrap();
    assert!(matches!(inner, Err(StoreError::Unavailable(_))), "{inner:?}");
    db.write(mark).unwrap();
}

#[apply(both_databases!)]
fn statements_are_counted_without_begin_and_commit(db: TestDb) {
    let before = db.db().statements();
    db.read(installation::find).unwrap();
    assert_eq!(db.db().statements() - before, 1);
    db.write(|tx| {
        installation::find(tx)?;
        tx.attempt(mark)
    })
    .unwrap();
    assert_eq!(db.db().statements() - before, 3);
}

#[apply(both_databases!)]
fn an_unknown_code_is_named_by_its_place_and_never_printed(db: TestDb) {
    db.write(mark).unwrap();
    if matches!(db.url(), candour::store::DbUrl::Postgres(_)) {
        db.run_sql("ALTER TABLE installation DROP CONSTRAINT installation_kind_check");
    }
    db.run_sql("UPDATE installation SET kind = 'canary'");
    let Err(error) = db.read(installation::find) else { panic!("read what nobody can know") };
    let StoreError::Corrupt { table, column, row } = &error else { panic!("{error:?}") };
    assert_eq!((*table, column.as_str(), row.as_str()), ("installation", "kind", "1"));
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[apply(both_databases!)]
fn a_missing_table_is_a_failure_and_not_an_absence(db: TestDb) {
    db.run_sql("DROP TABLE installation");
    assert!(matches!(db.read(installation::find), Err(StoreError::Unavailable(_))));
}

#[apply(both_databases!)]
fn every_pooled_connection_is_set(db: TestDb) {
    let all = db.db().settings().unwrap();
    let of = |name: &str| -> Vec<String> {
        all.iter().map(|one| one.iter().find(|(n, _)| *n == name).unwrap().1.clone()).collect()
    };
    match db.url() {
        candour::store::DbUrl::Sqlite(_) => {
            assert_eq!(all.len(), 5);
            for (name, value) in [
                ("journal_mode", "wal"),
                ("synchronous", "2"),
                ("foreign_keys", "1"),
                ("secure_delete", "1"),
                ("trusted_schema", "0"),
                ("busy_timeout", "5000"),
                ("temp_store", "2"),
            ] {
                assert_eq!(of(name), [value; 5], "{name}");
            }
            assert_eq!(of("query_only"), ["1", "1", "1", "1", "0"]);
        }
        candour::store::DbUrl::Postgres(_) => {
            assert_eq!(of("TimeZone"), ["UTC"; 4]);
            assert_eq!(of("lock_timeout"), ["10s"; 4]);
        }
    }
}

#[apply(both_databases!)]
fn a_look_beside_the_server_reads_and_cannot_write(db: TestDb) {
    db.write(mark).unwrap();
    let beside = Db::open_read_only(db.url(), 1).unwrap();
    assert_eq!(beside.read(installation::find).unwrap(), Some(Kind::Demo));
    assert!(matches!(beside.write(mark), Err(StoreError::Unavailable(_))));
}

#[apply(both_databases!)]
async fn works_from_async_code(db: TestDb) {
    let clone = Db::clone(db.db());
    let found = actix_web::web::block(move || clone.read(installation::find)).await.unwrap();
    assert_eq!(found.unwrap(), None);
}

#[test]
fn a_second_server_on_a_file_is_refused() {
    let db = crate::databases::TestDb::sqlite();
    let first = Db::serve_lock(db.url()).unwrap();
    let Err(second) = Db::serve_lock(db.url()) else { panic!("served twice") };
    let StoreError::Unavailable(why) = second else { panic!("{second:?}") };
    assert!(why.to_string().starts_with("another candour process is using this database"), "{why}");
    drop(first);
    drop(Db::serve_lock(db.url()).unwrap());
}

#[test]
fn several_nodes_serve_one_postgresql() {
    let db = crate::databases::TestDb::postgres();
    let _first = Db::serve_lock(db.url()).unwrap();
    let _second = Db::serve_lock(db.url()).unwrap();
}

#[test]
fn a_wrong_path_does_not_become_an_empty_database() {
    let (url, folder) = crate::databases::TestDb::empty_sqlite();
    assert!(matches!(Db::open(&url, 1), Err(StoreError::Unavailable(_))));
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

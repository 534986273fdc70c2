//! What a stored value is when it is read back, on both databases: a scratch table with a column of every
//! kind.

use super::{
    Db, Result, StoreError, Tx,
    db::{
        connect::connect_for_migration,
        dialect::{QueryExt, insert_rows},
        error::Reading,
        mapping::{At, Json, MaybeUnreadable},
    },
};
use crate::{
    databases::{TestDb, both_databases},
    domain::{
        kernel::ids::{CaseId, PersonId, Reference},
        people::Desk,
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{connection::SimpleConnection, dsl, prelude::*};
use macro_rules_attribute::apply;
use std::collections::BTreeMap;
use uuid::Uuid;

diesel::table! {
    use crate::store::db::sql_types::sql::*;
    scratch (id) {
        id -> Uuid,
        person -> Nullable<Uuid>,
        reference -> Text,
        desk -> Text,
        made_at -> Instant,
        ended_at -> Nullable<Instant>,
        day -> Date,
        facts -> Json,
        restricted -> Bool,
        key -> Binary,
        version -> Integer,
    }
}

type Facts = Json<BTreeMap<String, Option<String>>>;

#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = scratch)]
struct Scratch {
    id: CaseId,
    person: Option<PersonId>,
    reference: Reference,
    desk: Desk,
    made_at: At,
    ended_at: Option<At>,
    day: NaiveDate,
    facts: Facts,
    restricted: bool,
    key: Vec<u8>,
    version: i32,
}

fn noon() -> DateTime<Utc> {
    "2026-11-23T12:00:00.123456Z".parse().unwrap()
}

fn row(n: u8) -> Scratch {
    Scratch {
        id: CaseId(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0000 + u128::from(n))),
        person: None,
        reference: Reference::draw(&mut Counting(n)),
        desk: Desk::Dsl,
        made_at: At(noon() + TimeDelta::microseconds(i64::from(n))),
        ended_at: None,
        day: "2026-11-23".parse().unwrap(),
        facts: Json(BTreeMap::from([
            ("ünïcode '\"".to_owned(), Some("a\nb".to_owned())),
            ("none".to_owned(), None),
        ])),
        restricted: true,
        key: vec![0, 255, n],
        version: 1,
    }
}

struct Counting(u8);
impl crate::domain::kernel::ids::Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| {
            self.0 = self.0.wrapping_add(1);
            self.0
        });
    }
}

fn with_table(db: &TestDb) {
    db.write(|tx| {
        let sqlite = "CREATE TABLE scratch (id text NOT NULL PRIMARY KEY, person text, reference text NOT NULL, \
             desk text NOT NULL, made_at text NOT NULL, ended_at text, day text NOT NULL, \
             facts text NOT NULL CHECK (json_valid(facts)), restricted integer NOT NULL, key blob NOT NULL, \
             version integer NOT NULL) STRICT";
        let postgres = "CREATE TABLE scratch (id uuid NOT NULL PRIMARY KEY, person uuid, reference text NOT NULL, \
             desk text NOT NULL, made_at timestamptz NOT NULL, ended_at timestamptz, day date NOT NULL, \
             facts jsonb NOT NULL, restricted boolean NOT NULL, key bytea NOT NULL, version integer NOT NULL)";
        match tx.conn() {
            super::AnyConn::Sqlite(c) => c.batch_execute(sqlite)?,
            super::AnyConn::Postgres(c) => c.batch_execute(postgres)?,
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
}

fn insert(tx: &mut Tx<'_>, row: &Scratch) -> Result<Scratch> {
    Ok(diesel::insert_into(scratch::table)
        .values(row)
        .returning(<Scratch as diesel::Selectable<super::Any>>::construct_selection())
        .get_result(tx.conn())?)
}

#[apply(both_databases!)]
fn every_kind_of_value_is_read_back_as_it_was(db: TestDb) {
    with_table(&db);
    let empty = row(1);
    let full = Scratch { person: Some(PersonId(Uuid::max())), ended_at: Some(At(noon())), ..row(2) };
    for one in [&empty, &full] {
        assert_eq!(&db.write(|tx| insert(tx, one)).unwrap(), one);
        let found: Scratch = db
            .read(|tx| -> Result<_> {
                Ok(scratch::table.find(one.id).select(Scratch::as_select()).first(tx.conn())?)
            })
            .unwrap();
        assert_eq!(&found, one);
    }
}

#[apply(both_databases!)]
fn values_are_found_by_what_they_are(db: TestDb) {
    with_table(&db);
    let (first, second) =
        (row(1), Scratch { person: Some(PersonId(Uuid::nil())), ended_at: Some(At(noon())), ..row(2) });
    let found = db.write(|tx| -> Result<_> {
        insert(tx, &first)?;
        insert(tx, &second)?;
        use self::scratch::dsl::*;
        let later: Vec<CaseId> =
            scratch.filter(made_at.gt(At(noon() + TimeDelta::microseconds(1)))).select(id).load(tx.conn())?;
        assert_eq!(later, [second.id]);
        let ended: Vec<CaseId> = scratch.filter(ended_at.le(At(noon()))).select(id).load(tx.conn())?;
        assert_eq!(ended, [second.id]);
        let by: Vec<CaseId> = scratch.filter(person.eq(PersonId(Uuid::nil()))).select(id).load(tx.conn())?;
        assert_eq!(by, [second.id]);
        let by: i64 = scratch.filter(reference.eq(&first.reference)).count().get_result(tx.conn())?;
        assert_eq!(by, 1);
        let desks: Vec<Desk> =
            scratch.filter(desk.eq_any([Desk::Dsl, Desk::Head])).select(desk).distinct().load(tx.conn())?;
        assert_eq!(desks, [Desk::Dsl]);
        // The plain type of the domain is read without `At`.
        Ok(scratch
            .select((dsl::max(made_at), dsl::count_star()))
            .first::<(Option<DateTime<Utc>>, i64)>(tx.conn())?)
    });
    assert_eq!(found.unwrap(), (Some(second.made_at.0), 2));
}

#[apply(both_databases!)]
fn what_is_finer_than_a_microsecond_is_cut_off(db: TestDb) {
    with_table(&db);
    let fine = Scratch { made_at: At(noon() + TimeDelta::nanoseconds(999)), ..row(1) };
    assert_eq!(db.write(|tx| insert(tx, &fine)).unwrap().made_at, At(noon()));
}

#[apply(both_databases!)]
fn many_rows_a_conflict_and_a_lock(db: TestDb) {
    with_table(&db);
    let many = [row(1), row(2), row(3)];
    let kept = db.write(|tx| -> Result<_> {
        let made = insert_rows!(tx.conn(), scratch::table, &many[..])?;
        assert_eq!(made, 3);
        let again: i32 = diesel::insert_into(scratch::table)
            .values(&row(2))
            .on_conflict(scratch::id)
            .do_update()
            .set(scratch::version.eq(scratch::version + 1))
            .returning(scratch::version)
            .both()
            .get_result(tx.conn())?;
        assert_eq!(again, 2);
        Ok(scratch::table.find(row(2).id).select(scratch::version).locked().get_result::<i32>(tx.conn())?)
    });
    assert_eq!(kept.unwrap(), 2);
}

#[apply(both_databases!)]
fn a_list_with_an_unreadable_value_names_its_row(db: TestDb) {
    with_table(&db);
    db.write(|tx| -> Result<()> {
        insert(tx, &row(1))?;
        insert(tx, &row(2))?;
        Ok(())
    })
    .unwrap();
    db.run_sql(&format!(
        "UPDATE scratch SET desk = 'canary', facts = '[\"canary\"]' WHERE id = '{}'",
        row(2).id
    ));
    let listed: Vec<(CaseId, MaybeUnreadable<Desk>, MaybeUnreadable<Facts>)> = db
        .read(|tx| -> Result<_> {
            Ok(scratch::table
                .select((scratch::id, scratch::desk, scratch::facts))
                .order(scratch::id)
                .load(tx.conn())?)
        })
        .unwrap();
    let read: Vec<Result<Desk>> =
        listed.iter().map(|(id, desk, _)| desk.clone().of("scratch", "desk", id)).collect();
    assert_eq!(*read[0].as_ref().unwrap(), Desk::Dsl);
    assert_eq!(
        read[1].as_ref().unwrap_err().to_string(),
        format!("scratch.desk of row {} cannot be read", row(2).id)
    );
    assert!(listed[1].2.clone().of("scratch", "facts", row(2).id).is_err());
    let strict = db.read(|tx| -> Result<_> {
        scratch::table
            .find(row(2).id)
            .select(Scratch::as_select())
            .first(tx.conn())
            .reading("scratch", row(2).id)
    });
    let error = strict.unwrap_err();
    assert_eq!(error.to_string(), format!("scratch.desk of row {} cannot be read", row(2).id));
    assert!(!format!("{error:?}").contains("canary"));
}

#[apply(both_databases!)]
fn many_writers_never_fail(db: TestDb) {
    with_table(&db);
    write_from_everywhere(&[db.db(); 8]);
}

#[apply(both_databases!)]
fn two_processes_that_write_never_fail(db: TestDb) {
    with_table(&db);
    let other = Db::open(db.url(), 2).unwrap();
    write_from_everywhere(&[db.db(), &other, db.db(), &other]);
}

#[apply(both_databases!)]
fn an_absent_row_is_not_found(db: TestDb) {
    with_table(&db);
    let absent = db.read(|tx| -> Result<_> {
        Ok(scratch::table.find(row(1).id).select(scratch::version).first::<i32>(tx.conn())?)
    });
    assert!(matches!(absent, Err(StoreError::NotFound)));
}

/// Writes 25 transactions from every thread, one thread for each pool. Each reads first and then writes,
/// which SQLite without BEGIN IMMEDIATE refuses as soon as another thread has written in between.
fn write_from_everywhere(pools: &[&Db]) {
    std::thread::scope(|threads| {
        for (thread, db) in (0u8..).zip(pools) {
            threads.spawn(move || {
                for n in 0..25 {
                    db.write(|tx| {
                        let before = count(tx)?;
                        insert(tx, &row(thread * 25 + n))?;
                        assert!(count(tx)? > before);
                        Ok::<_, StoreError>(())
                    })
                    .unwrap();
                }
            });
        }
    });
    let all = pools[0].read(count).unwrap();
    assert_eq!(usize::try_from(all).unwrap(), pools.len() * 25);
}

fn count(tx: &mut Tx<'_>) -> Result<i64> {
    Ok(scratch::table.count().get_result(tx.conn())?)
}

#[test]
fn a_server_that_went_away_is_noticed_once_it_is_back() {
    let db = TestDb::postgres();
    db.write(|_| Ok::<_, StoreError>(())).unwrap();
    let mut other = connect_for_migration(db.url()).unwrap();
    other
        .batch_execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        .unwrap();
    db.write(|_| Ok::<_, StoreError>(())).unwrap();
}

#[test]
fn an_instant_outside_four_digit_years_is_refused_where_it_would_break_the_order() {
    let db = TestDb::sqlite();
    with_table(&db);
    let far = Scratch { made_at: At(DateTime::<Utc>::MAX_UTC), ..row(1) };
    assert!(matches!(db.write(|tx| insert(tx, &far)), Err(StoreError::Unavailable(_))));
}

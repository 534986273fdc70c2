//! The two trees of migrations: up, down and up again, the same tables on both databases, what `schema.rs` says, and that
//! what was released never changes.

use crate::databases::{TestDb, both_databases};
use candour::store::{DbUrl, db::migrate};
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_types::Text};
use macro_rules_attribute::apply;
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Every file that a school's database may have been made with, and its SHA-256.
const RELEASED: [(&str, &str); 28] = [
    (
        "postgres/2026-11-30-000001_first_release/down.sql",
        "033a3f7be7da672d6018b803aa047673866add7bc875eb3a9b369d022ba6233f",
    ),
    (
        "postgres/2026-11-30-000001_first_release/up.sql",
        "2dd342af9be48d11b9f2b8deb7cfd75266ade405324bca2fe2bf1a64f49482e8",
    ),
    (
        "postgres/2026-11-30-000003_names_in_time/down.sql",
        "d056e8aac1f21f552bb19b0ac3fcf50859ab214d1be7d47bec0afa070ae06438",
    ),
    (
        "postgres/2026-11-30-000003_names_in_time/up.sql",
        "f3a00f010eb449844dda1429e88a7d0ca052d96e3f3ec5a13ab0be61d335f965",
    ),
    (
        "postgres/2026-11-30-000004_proof_of_accounts/down.sql",
        "f1b4559e0886c2fba646aabd7ecf2af0b6b0fedc1a616401694d9fa2b1d804cd",
    ),
    (
        "postgres/2026-11-30-000004_proof_of_accounts/up.sql",
        "b926696da7e7ed4454566f3724a5cb8fcd7813c35ac65c91847e3855d6a3eb04",
    ),
    (
        "postgres/2026-11-30-000006_versions_of_drafts/down.sql",
        "941c3106569c774ed1c3c14880c3726963b756549da048377f8cae7796da7641",
    ),
    (
        "postgres/2026-11-30-000006_versions_of_drafts/up.sql",
        "d4b29a0dcf523b80204bec75328b84fb0c430e582077f1121fe4064d29d05be4",
    ),
    (
        "postgres/2026-11-30-000007_name_keys/down.sql",
        "2d1ef4988401c7a91730ea445b0e1382ac212e58a00359247e04cfaa7cd382d9",
    ),
    (
        "postgres/2026-11-30-000007_name_keys/up.sql",
        "3433d81fa96a819e3ba207408ef8583db15c35b1dca1a372ab091b6375e283a1",
    ),
    (
        "postgres/2026-11-30-000009_strangers/down.sql",
        "c92c40d3b0f3a0d45185bd833e85f6ac066470ff491dd2d23e24eb68abd55745",
    ),
    (
        "postgres/2026-11-30-000009_strangers/up.sql",
        "c13a779789f2f654cf88e7efeb349ccddaf8b0db0d61ded185588310f149e8fe",
    ),
    (
        "postgres/2026-12-01-000003_change_of_provider/down.sql",
        "cc015d2bf7b5ccfe1e43d2a9b856af28fea7e7333a5bd6d0fd5cbe8cdbf362be",
    ),
    (
        "postgres/2026-12-01-000003_change_of_provider/up.sql",
        "a83cfcedc3bbf3b788daa1554c63418c2ca71129380dc563c73fbdd19c15d0ea",
    ),
    (
        "sqlite/2026-11-30-000001_first_release/down.sql",
        "033a3f7be7da672d6018b803aa047673866add7bc875eb3a9b369d022ba6233f",
    ),
    (
        "sqlite/2026-11-30-000001_first_release/up.sql",
        "7ab2385fde065c9775e19a754a23a0fea14b09264390b30342a9badb872f17d8",
    ),
    (
        "sqlite/2026-11-30-000003_names_in_time/down.sql",
        "d056e8aac1f21f552bb19b0ac3fcf50859ab214d1be7d47bec0afa070ae06438",
    ),
    (
        "sqlite/2026-11-30-000003_names_in_time/up.sql",
        "247b304b511fe81d6bf5384971b4f08fe8b21875e1242bfc6740606adce08a73",
    ),
    (
        "sqlite/2026-11-30-000004_proof_of_accounts/down.sql",
        "f1b4559e0886c2fba646aabd7ecf2af0b6b0fedc1a616401694d9fa2b1d804cd",
    ),
    (
        "sqlite/2026-11-30-000004_proof_of_accounts/up.sql",
        "4b0648df57460b270fc16c468c3274a2f80d56d3479c225c58f133971201c336",
    ),
    (
        "sqlite/2026-11-30-000006_versions_of_drafts/down.sql",
        "941c3106569c774ed1c3c14880c3726963b756549da048377f8cae7796da7641",
    ),
    (
        "sqlite/2026-11-30-000006_versions_of_drafts/up.sql",
        "d4b29a0dcf523b80204bec75328b84fb0c430e582077f1121fe4064d29d05be4",
    ),
    (
        "sqlite/2026-11-30-000007_name_keys/down.sql",
        "2d1ef4988401c7a91730ea445b0e1382ac212e58a00359247e04cfaa7cd382d9",
    ),
    (
        "sqlite/2026-11-30-000007_name_keys/up.sql",
        "3433d81fa96a819e3ba207408ef8583db15c35b1dca1a372ab091b6375e283a1",
    ),
    (
        "sqlite/2026-11-30-000009_strangers/down.sql",
        "0e0e7f304c5a58b1059a4ad37c57267a125b5a728718d402e502cefff107d5ec",
    ),
    (
        "sqlite/2026-11-30-000009_strangers/up.sql",
        "2115158459d4203f364e7dd5cb6e44b69a6def06c69eb10a64ee0b369df80188",
    ),
    (
        "sqlite/2026-12-01-000003_change_of_provider/down.sql",
        "cc015d2bf7b5ccfe1e43d2a9b856af28fea7e7333a5bd6d0fd5cbe8cdbf362be",
    ),
    (
        "sqlite/2026-12-01-000003_change_of_provider/up.sql",
        "15025d0bf00930399ce62381617332170e42fb018e8f1a51341b3732c1d1046d",
    ),
];

/// A type by its PostgreSQL name, and whether it may be null.
type Column = (String, bool);

#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    columns: BTreeMap<String, Column>,
    primary: String,
    /// Columns, and `where` if only some rows are in it.
    uniques: BTreeSet<String>,
    indexes: BTreeSet<String>,
    /// `columns -> table columns`.
    foreign: BTreeSet<String>,
}

type Tables = BTreeMap<String, Table>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    t: String,
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Text)]
    b: String,
    #[diesel(sql_type = Text)]
    c: String,
}

fn rows<C>(conn: &mut C, sql: &str) -> Vec<Row>
where
    C: diesel::connection::LoadConnection,
    diesel::query_builder::SqlQuery: for<'q> diesel::query_dsl::LoadQuery<'q, C, Row>,
{
    diesel::sql_query(sql).load(conn).unwrap()
}

fn assemble(columns: Vec<Row>, indexes: Vec<Row>, foreign: Vec<Row>) -> Tables {
    let mut tables = Tables::new();
    for Row { t, a, b, c } in columns {
        tables.entry(t).or_default().columns.insert(a, (b, c == "null"));
    }
    for Row { t, a, b, c } in indexes {
        let table = tables.get_mut(&t).unwrap();
        match b.as_str() {
            "primary" => table.primary = a,
            "unique" => drop(table.uniques.insert(a + c.as_str())),
            _ => drop(table.indexes.insert(a + c.as_str())),
        }
    }
    for Row { t, a, b, c } in foreign {
        tables.get_mut(&t).unwrap().foreign.insert(format!("{a} -> {b} {c}"));
    }
    tables
}

/// Full text has a column of its own here and a table of its own on SQLite: neither is compared.
fn of_postgres(url: &str) -> Tables {
    let conn = &mut PgConnection::establish(url).unwrap();
    const COLUMNS: &str = "
        SELECT r.relname::text AS t, c.attname::text AS a, format_type(c.atttypid, NULL) AS b,
            CASE WHEN c.attnotnull THEN '' ELSE 'null' END AS c
        FROM pg_attribute c JOIN pg_class r ON r.oid = c.attrelid
        WHERE r.relkind = 'r' AND r.relnamespace = 'public'::regnamespace AND c.attnum > 0 AND NOT c.attisdropped
            AND r.relname <> '__diesel_schema_migrations' AND c.atttypid <> 'tsvector'::regtype";
    const INDEXES: &str = "
        SELECT r.relname::text AS t,
            (SELECT string_agg(coalesce(c.attname, '(expression)'), ',' ORDER BY k.n)
                FROM unnest(i.indkey) WITH ORDINALITY k(num, n)
                LEFT JOIN pg_attribute c ON c.attrelid = r.oid AND c.attnum = k.num) AS a,
            CASE WHEN i.indisprimary THEN 'primary' WHEN i.indisunique THEN 'unique' ELSE '' END AS b,
            CASE WHEN i.indpred IS NULL THEN '' ELSE ' where' END AS c
        FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_am m ON m.oid = x.relam
        WHERE r.relnamespace = 'public'::regnamespace AND r.relname <> '__diesel_schema_migrations'
            AND m.amname = 'btree'";
    const FOREIGN: &str = "
        SELECT r.relname::text AS t,
            (SELECT string_agg(c.attname, ',' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY k(num, n)
                JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = k.num) AS a,
            o.relname::text AS b,
            (SELECT string_agg(c.attname, ',' ORDER BY k.n) FROM unnest(f.confkey) WITH ORDINALITY k(num, n)
                JOIN pg_attribute c ON c.attrelid = f.confrelid AND c.attnum = k.num) AS c
        FROM pg_constraint f JOIN pg_class r ON r.oid = f.conrelid JOIN pg_class o ON o.oid = f.confrelid
        WHERE f.contype = 'f' AND r.relnamespace = 'public'::regnamespace";
    assemble(rows(conn, COLUMNS), rows(conn, INDEXES), rows(conn, FOREIGN))
}

const OUR_TABLES: &str = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> '__diesel_schema_migrations'";

fn of_sqlite(path: &Path) -> Tables {
    let conn = &mut SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let columns = format!(
        "SELECT t.name AS t, c.name AS a, lower(c.type) AS b,
            CASE WHEN c.\"notnull\" OR c.pk THEN '' ELSE 'null' END AS c
        FROM ({OUR_TABLES}) t, pragma_table_xinfo(t.name) c"
    );
    let indexes = format!(
        "SELECT t.name AS t,
            (SELECT group_concat(coalesce(name, '(expression)'), ',' ORDER BY seqno) FROM pragma_index_info(i.name)) AS a,
            CASE WHEN i.origin = 'pk' THEN 'primary' WHEN i.\"unique\" THEN 'unique' ELSE '' END AS b,
            CASE WHEN i.partial THEN ' where' ELSE '' END AS c
        FROM ({OUR_TABLES}) t, pragma_index_list(t.name) i
        UNION ALL
        SELECT t.name, c.name, 'primary', '' FROM ({OUR_TABLES}) t, pragma_table_info(t.name) c
        WHERE c.pk = 1 AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk')"
    );
    let foreign = format!(
        "SELECT t.name AS t, f.\"table\" AS b, group_concat(f.\"from\", ',' ORDER BY f.seq) AS a,
            coalesce(group_concat(f.\"to\", ',' ORDER BY f.seq),
                (SELECT group_concat(name, ',' ORDER BY pk) FROM pragma_table_info(f.\"table\") WHERE pk)) AS c
        FROM ({OUR_TABLES}) t, pragma_foreign_key_list(t.name) f
        GROUP BY t.name, f.id"
    );
    assemble(rows(conn, &columns), rows(conn, &indexes), rows(conn, &foreign))
}

/// Where SQLite keeps a PostgreSQL type.
fn kept_in_sqlite(postgres: &str) -> &'static str {
    match postgres {
        "uuid" | "text" | "timestamp with time zone" | "date" | "jsonb" => "text",
        "boolean" | "smallint" | "integer" | "bigint" => "integer",
        "bytea" => "blob",
        "double precision" => "real",
        other => panic!("a column type the conventions of schema.rs do not have: {other}"),
    }
}

/// What a type of `schema.rs` is on PostgreSQL.
fn kept_in_postgres(schema: &str) -> &'static str {
    match schema {
        "Uuid" => "uuid",
        "Text" => "text",
        "Instant" => "timestamp with time zone",
        "Date" => "date",
        "Json" => "jsonb",
        "Bool" => "boolean",
        "SmallInt" => "smallint",
        "Integer" => "integer",
        "BigInt" => "bigint",
        "Binary" => "bytea",
        "Double" => "double precision",
        other => panic!("a type of schema.rs that this test does not know: {other}"),
    }
}

/// The tables of `schema.rs`, read as text, since they are private to the store.
fn of_schema() -> Tables {
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in include_str!("../../src/store/db/schema.rs").lines().map(str::trim) {
        if let Some((name, key)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
            table = name.to_owned();
            tables.entry(table.clone()).or_default().primary = key.replace(' ', "");
        } else if let Some((name, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let inner = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let column = (kept_in_postgres(inner.unwrap_or(kind)).to_owned(), inner.is_some());
            tables.get_mut(&table).unwrap().columns.insert(name.to_owned(), column);
        }
    }
    tables
}

fn path(url: &DbUrl) -> &Path {
    let DbUrl::Sqlite(path) = url else { unreachable!() };
    path
}

fn address(url: &DbUrl) -> &str {
    let DbUrl::Postgres(address) = url else { unreachable!() };
    address
}

fn tables(url: &DbUrl) -> Tables {
    match url {
        DbUrl::Postgres(address) => of_postgres(address),
        DbUrl::Sqlite(path) => of_sqlite(path),
    }
}

#[apply(both_databases!)]
fn up_down_and_up_again(db: TestDb) {
    let url = db.url();
    let [names, _] = migrate::known().unwrap();
    let first = tables(url);
    assert!(!first.is_empty());
    assert_eq!(migrate::run(url).unwrap(), Vec::<String>::new());
    assert_eq!(migrate::revert_all(url).unwrap(), names.len());
    assert_eq!(tables(url), Tables::new());
    assert_eq!(migrate::pending(url).unwrap(), names);
    assert_eq!(migrate::run(url).unwrap(), names);
    assert_eq!(tables(url), first);
}

#[test]
fn a_new_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (url, _folder) = TestDb::empty_sqlite();
    assert!(!migrate::run(&url).unwrap().is_empty());
    assert_eq!(path(&url).metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

/// A database that ran a migration never runs it again, so a change to its file would reach new schools only.
#[test]
fn a_released_migration_never_changes() {
    let mut released = BTreeMap::from(RELEASED);
    for (path, digest) in migration_files() {
        match released.remove(path.as_str()) {
            Some(then) => {
                assert_eq!(digest, then, "{path} was released: put it back, and add a new migration instead")
            }
            None => panic!("{path} is new: add it to RELEASED with {digest}"),
        }
    }
    assert!(released.is_empty(), "released migrations are gone: {released:?}");
}

/// Each file under `migrations/`, by its path from there, with its SHA-256.
fn migration_files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let inside =
        |folder: &Path| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    let databases = inside(&root);
    let migrations = databases.iter().flat_map(|database| inside(database));
    let files = migrations.flat_map(|migration| inside(&migration));
    files
        .map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let digest = Sha256::digest(fs::read(&file).unwrap());
            (path, digest.iter().map(|byte| format!("{byte:02x}")).collect())
        })
        .collect()
}

#[test]
fn both_trees_have_the_same_names() {
    let [postgres, sqlite] = migrate::known().unwrap();
    assert_eq!(postgres, sqlite);
}

#[test]
fn both_databases_have_the_same_tables() {
    let (postgres, sqlite) = (TestDb::postgres(), TestDb::sqlite());
    let mut expected = of_postgres(address(postgres.url()));
    for (kind, _) in expected.values_mut().flat_map(|table| table.columns.values_mut()) {
        *kind = kept_in_sqlite(kind).to_owned();
    }
    similar(&of_sqlite(path(sqlite.url())), &expected, "SQLite", "PostgreSQL");
}

#[test]
fn schema_rs_says_what_is_there() {
    let postgres = TestDb::postgres();
    let mut found = of_postgres(address(postgres.url()));
    for table in found.values_mut() {
        *table = Table {
            columns: std::mem::take(&mut table.columns),
            primary: table.primary.clone(),
            ..Table::default()
        };
    }
    similar(&of_schema(), &found, "schema.rs", "PostgreSQL");
}

/// Table by table, so that a difference is short to read.
fn similar(left: &Tables, right: &Tables, left_name: &str, right_name: &str) {
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        right.keys().collect::<Vec<_>>(),
        "{left_name}, {right_name}"
    );
    for (name, table) in left {
        assert_eq!(table, &right[name], "table {name}: {left_name} (left), {right_name} (right)");
    }
}

#[test]
fn sqlite_tables_are_strict_and_their_json_is_checked() {
    let (postgres, sqlite) = (TestDb::postgres(), TestDb::sqlite());
    let conn = &mut SqliteConnection::establish(path(sqlite.url()).to_str().unwrap()).unwrap();
    let made = rows(
        conn,
        &format!(
            "SELECT t.name AS t, lower(s.sql) AS a, CASE WHEN l.strict THEN 'strict' ELSE '' END AS b, '' AS c \
             FROM ({OUR_TABLES}) t JOIN sqlite_schema s ON s.name = t.name JOIN pragma_table_list l ON l.name = t.name"
        ),
    );
    assert!(!made.is_empty());
    let expected = of_postgres(address(postgres.url()));
    for Row { t, a, b, .. } in made {
        assert_eq!(b, "strict", "table {t}");
        for (column, _) in expected[&t].columns.iter().filter(|(_, (kind, _))| kind == "jsonb") {
            assert!(
                a.contains(&format!("json_valid({column})")),
                "{t}.{column} has no CHECK (json_valid({column}))"
            );
        }
    }
}

/// A row of one school can never point into another: a key of a school's table begins with the school. Accounts and
/// session tokens belong to the installation: one account may be somebody in several schools.
#[test]
fn keys_of_a_school_begin_with_the_school() {
    let postgres = TestDb::postgres();
    for (name, table) in of_postgres(address(postgres.url())) {
        if table.columns.contains_key("school_id") {
            let of_the_installation =
                |key: &&String| key.contains("account_id") || key.contains("token_hash");
            for key in table.foreign.iter().chain(&table.uniques).filter(|key| !of_the_installation(key)) {
                assert!(key.starts_with("school_id"), "table {name}: {key}");
            }
        }
    }
}

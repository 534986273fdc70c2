//! Every table, in the column types both databases share. Private to the store.
//!
//! Conventions, held by `tests/suite/migrations.rs`:
//! - Ids are UUID v7: `uuid` on PostgreSQL, 36 characters of text on SQLite. Every SQLite table is `STRICT`.
//! - Instants are UTC: `timestamptz`, or RFC 3339 text to the microsecond (`2026-11-21T09:30:00.000000Z`), whose
//!   order is the order of time. Days are `date`, or text `2026-11-21`.
//! - JSON is `jsonb`, or text with `CHECK (json_valid(column))`. Codes are text with no list in the database: the
//!   domain's `codes!` is the list, and one it does not know is [`super::StoreError::Corrupt`].
//! - Every table of a school has `school_id`, and its foreign keys and unique indexes begin with it, so that a row of
//!   one school can never point into another.
//! - A migration has the same name and makes the same tables, columns, nullability and keys on both.

diesel::table! {
    use crate::store::sql_types::sql::*;

    /// One row: what this database is for.
    installation (id) {
        id -> SmallInt,
        kind -> Text,
        created_at -> Instant,
    }
}

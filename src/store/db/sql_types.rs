//! Column types that mean the same on both databases; `schema.rs` uses no others.

/// The SQL types a table may use.
pub(crate) mod sql {
    use diesel::{query_builder::QueryId, sql_types::SqlType};

    #[expect(
        unused_imports,
        reason = "the whole palette of schema.rs; not every table needs every colour"
    )]
    pub(crate) use diesel::sql_types::{
        BigInt, Binary, Bool, Date, Double, Integer, Nullable, SmallInt, Text,
    };

    /// `uuid` on PostgreSQL, 36 characters of lower-case text on SQLite.
    #[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
    #[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Text"))]
    pub struct Uuid;

    /// `timestamptz` on PostgreSQL, RFC 3339 text of one width on SQLite, so that text order is time order.
    #[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
    pub struct Instant;
    /// `max` and `min` of instants.
    impl diesel::sql_types::SqlOrd for Instant {}

    /// `jsonb` on PostgreSQL, JSON text on SQLite.
    #[derive(SqlType, QueryId, Debug, Clone, Copy, Default)]
    #[diesel(postgres_type(oid = 3802, array_oid = 3807), sqlite_type(name = "Text"))]
    pub struct Json;
}

mod known {
    //! The two-database backend learns our types.
    use super::sql;
    use crate::store::Any;
    use diesel::sql_types::{HasSqlType, TypeMetadata};

    macro_rules! known {
        ($($sql:ty),+) => { $(
            impl HasSqlType<$sql> for Any {
                fn metadata(lookup: &mut <Any as TypeMetadata>::MetadataLookup) -> <Any as TypeMetadata>::TypeMetadata {
                    Any::lookup_sql_type::<$sql>(lookup)
                }
            }
        )+ };
    }
    known!(sql::Uuid, sql::Instant, sql::Json);
}

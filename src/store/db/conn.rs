//! The enum that is both databases. Alone in its module, since the derive makes helper modules that `use
//! super::*`.

use diesel::prelude::*;

#[derive(diesel::MultiConnection)]
pub enum AnyConn {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

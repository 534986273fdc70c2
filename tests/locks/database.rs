//! Lock 2: nothing outside the use cases gets at the database behind them.

use candour::{service::Candour, store::Db};

pub fn database_of(candour: &Candour) -> &Db {
    &candour.db
}

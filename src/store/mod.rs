//! The database: the only place that names diesel.
//!
//! [`Db`] is the one door: `db.read(|tx| ..)` sees one moment and cannot write, `db.write(|tx| ..)` keeps all or
//! nothing. Everything that knows there are two databases is in `conn`, `connect`, `dialect` and `sql_types`.

mod conn;
mod connect;
mod db;
mod dialect;
mod error;
pub mod installation;
mod lock;
mod mapping;
pub mod migrate;
pub mod viewer;
mod acting;
mod pretend;
pub mod schools;
pub mod setting;
pub mod staff;
pub mod adults;
pub mod register;
pub mod returning;
pub mod name_keys;
pub mod name_pace;
pub mod sent_lists;
pub mod pupils;
pub mod duties;
pub mod steward;
pub mod followed;
pub mod closeness;
pub mod sessions;
pub mod access;
pub mod inspections;
pub mod arrivals;
pub mod accounts;
pub mod codes;
pub mod knocks;
pub mod cases;
pub mod reports;
pub mod forms;
pub mod drafts;
pub mod counts;
pub mod copies;
pub mod term_reports;
pub mod proposals;
pub mod on_duty;
pub mod calendars;
pub mod trail;
pub mod looks;
pub mod opened;
pub mod outbox;
mod schema;
mod sql_types;
#[cfg(test)]
mod tests;
mod url;

pub use acting::{By, NotTheirDoing};
pub(crate) use conn::{AnyConn, MultiBackend as Any};
pub use db::{Db, Tx};
pub use error::{Result, StoreError, UNNAMED};
pub use installation::Kind;
pub use lock::ServeLock;
pub use pretend::Pretend;
pub use url::{DbUrl, NotADatabase};
pub use viewer::{Reach, Viewer};

//! The database: the only place that names diesel.
//!
//! [`Db`] gives the only access: `db.read(|tx| ..)` sees one moment and cannot write, `db.write(|tx| ..)`
//! keeps all or nothing. Everything that knows there are two databases is in `conn`, `connect`, `dialect` and
//! `sql_types`.

pub mod db;
#[cfg(test)]
mod tests;
pub mod concern;
pub mod case;
pub mod people;
pub mod entry;
pub mod school;
pub mod governors;
pub mod record;

pub(crate) use db::conn::{AnyConn, MultiBackend as Any};
pub use db::error::{Result, StoreError, UNNAMED};
pub use db::installation::Kind;
pub use db::lock::ServeLock;
pub use db::url::{DbUrl, NotADatabase};
pub use db::{Db, Tx};
pub use entry::pretend::Pretend;
pub use entry::viewer::{Reach, Viewer};
pub use record::acting::{By, NotTheirDoing};

//! Lists of people in the formats schools export: OneRoster bundles, plain CSV, Common Transfer Files.
//!
//! Bytes in, [`Incoming`](crate::domain::people::register::incoming::Incoming) out. Nothing here reads a file or a clock, keeps
//! anything or decides anything: the command line and the page hand bytes over, `domain/register` decides. Everything
//! read is bounded by [`limits`], and nothing of an archive is ever written anywhere.

mod bundle;
mod ctf;
mod decode;
mod error;
mod plain;
mod sheet;
mod unpack;
mod xml;

pub mod columns;
pub mod limits;
pub mod oneroster;

#[cfg(test)]
mod tests;

pub use bundle::{NamedFile, Package, open};
pub use ctf::Transfer;
pub use error::{NotOpened, School, Schools};
pub use plain::{List, Sample};

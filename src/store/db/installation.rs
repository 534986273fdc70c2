//! What this database is for. Marked once, when it is made; a demonstration's database can never become a
//! school's.

use super::{
    error::Reading,
    mapping::At,
    schema::installation::dsl::{created_at, id, installation, kind},
};
use crate::domain::kernel::clock::Instant;
use crate::store::{Result, Tx};
use diesel::prelude::*;
use std::str::FromStr;

/// What a database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Real records.
    Live,
    /// The demonstration's pretend schools.
    Demo,
}

impl Kind {
    /// The code stored in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Demo => "demo",
        }
    }
}

impl FromStr for Kind {
    type Err = UnknownKind;
    fn from_str(code: &str) -> std::result::Result<Self, UnknownKind> {
        match code {
            "live" => Ok(Self::Live),
            "demo" => Ok(Self::Demo),
            _ => Err(UnknownKind),
        }
    }
}

/// A stored code that is neither live nor demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of installation")]
pub struct UnknownKind;

const ONLY: i16 = 1;

/// What this database is for, or `None` if it is not marked yet.
pub fn find(tx: &mut Tx<'_>) -> Result<Option<Kind>> {
    installation.find(ONLY).select(kind).first(tx.conn()).optional().reading("installation", ONLY)
}

/// Marks what this database is for, once: a second time is [`crate::store::StoreError::Duplicate`].
pub fn mark(tx: &mut Tx<'_>, what: Kind, now: Instant) -> Result<()> {
    let row = (id.eq(ONLY), kind.eq(what), created_at.eq(At(now)));
    diesel::insert_into(installation).values(row).execute(tx.conn())?;
    Ok(())
}

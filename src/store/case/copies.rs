//! Copies of a case, to measure a school that has very many: rows that lists and counts read, without words
//! or an audit log.

use super::cases;
use crate::domain::{
    case::Case,
    kernel::ids::{Random, Reference},
};
use crate::store::{Kind, Result, StoreError, Tx, db::installation};

/// Adds copies, each with an id of its own, under references the school does not have. Only a database marked
/// as a demonstration takes them.
pub fn add(tx: &mut Tx<'_>, copies: Vec<Case>, random: &mut dyn Random) -> Result<()> {
    match installation::find(tx)? {
        Some(Kind::Demo) => {}
        Some(Kind::Live) | None => {
            return Err(StoreError::unavailable("copies of cases are for measuring alone"));
        }
    }
    for mut copy in copies {
        copy.reference = Reference::draw(random);
        while cases::is_taken(tx, copy.school, &copy.reference)? {
            copy.reference = Reference::draw(random);
        }
        cases::write_new(tx, &copy, None)?;
    }
    Ok(())
}

//! What a command asks at the machine itself, with no one signed in: what the database is for, which schools
//! there are, who has which seat in them and what is missing, and whether an audit log is whole.
//!
//! There is no viewer because the person who runs a command owns the file already. So nothing here reads a
//! case or any words.

use super::Candour;
use crate::{
    domain::{
        kernel::{clock::Instant, ids::SchoolId},
        people::Roster,
        school::staffing::{self, Gap},
    },
    store::{
        StoreError,
        db::installation,
        people::{duties, staff},
        record::audit,
        school::schools,
    },
};

pub use crate::store::{Kind, people::staff::Person, record::audit::Verdict, school::schools::School};

type Result<T> = std::result::Result<T, StoreError>;

/// What the database is for; `None` if it is not marked yet.
///
/// # Errors
/// The database does not answer.
pub fn kind(candour: &Candour) -> Result<Option<Kind>> {
    candour.read(installation::find)
}

/// Marks an unused database as a school's. One that is for something already stays what it is.
///
/// # Errors
/// The database does not answer.
pub fn make_it_a_schools(candour: &Candour, now: Instant) -> Result<()> {
    let marked = candour.write(|tx| match installation::find(tx)? {
        Some(Kind::Live | Kind::Demo) => Ok(()),
        None => installation::mark(tx, Kind::Live, now),
    });
    match marked {
        // Another node marked it at that very moment.
        Err(StoreError::Duplicate) => Ok(()),
        marked => marked,
    }
}

/// Every school of the installation.
///
/// # Errors
/// The database does not answer.
pub fn schools(candour: &Candour) -> Result<Vec<School>> {
    candour.read(schools::all)
}

/// Walks a school's audit log, and gives its head.
///
/// # Errors
/// The database does not answer.
pub fn verify_audit(candour: &Candour, school: SchoolId, against: Option<&str>) -> Result<(Verdict, String)> {
    candour.read(|tx| {
        let verdict = audit::verify(tx, school, against)?;
        Ok((verdict, audit::head(tx, school)?.1))
    })
}

/// The roster of a school and its adults: what decides who would get a concern, but for declared
/// relationships, which a command tells nobody of.
pub struct Adults {
    /// The roster.
    pub roster: Roster,
    /// The adults of the register.
    pub adults: Vec<Person>,
}

/// Reads what decides who would get a concern.
///
/// # Errors
/// The database does not answer.
pub fn adults(candour: &Candour, school: SchoolId, now: Instant) -> Result<Adults> {
    candour
        .read(|tx| Ok(Adults { roster: staff::roster(tx, school, now)?, adults: staff::adults(tx, school)? }))
}

/// What is missing in the roster of every school.
///
/// # Errors
/// The database does not answer.
pub fn gaps(candour: &Candour, now: Instant) -> Result<Vec<(School, Vec<Gap>)>> {
    candour.read(|tx| {
        let mut found = Vec::new();
        for school in schools::all(tx)? {
            let book = duties::book(tx, school.id, now)?;
            let gaps = staffing::gaps_of(&book, &school.editions.at(now));
            found.push((school, gaps));
        }
        Ok(found)
    })
}

/// What will be missing in a school once those who have a role have entered their codes.
///
/// # Errors
/// No such school, or the database does not answer.
pub fn gaps_once_in(candour: &Candour, slug: &str, now: Instant) -> Result<Vec<Gap>> {
    candour.read(|tx| {
        let school = schools::by_slug(tx, slug)?;
        Ok(staffing::gaps(&staff::roster(tx, school.id, now)?, &school.editions.at(now)))
    })
}

//! What a command asks at the machine itself, with no one signed in: what the database is for, which schools
//! there are, who has which seat in them, what is missing and who cannot sign in, and whether an audit log is
//! whole; and that everyone is signed out.
//!
//! There is no viewer because the person who runs a command owns the file already. So nothing here reads a
//! case or any words.

use super::Candour;
use crate::{
    domain::{
        audit::SchoolAct,
        kernel::{
            clock::Instant,
            ids::{PersonId, SchoolId},
        },
        people::{Roster, duty::DutyKind},
        school::staffing::{self, Gap},
    },
    store::{
        StoreError,
        db::installation,
        entry::{accounts, sessions},
        people::{duties, name_keys, staff},
        record::audit,
        school::schools,
    },
};

pub use crate::store::{Kind, people::staff::Person, record::audit::Verdict, school::schools::School};
use std::collections::BTreeSet;

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

/// Writes the keys of names again in every school whose keys an earlier Candour made: names are found by them.
///
/// # Errors
/// The database does not answer.
pub fn write_name_keys(candour: &Candour) -> Result<usize> {
    candour.write(name_keys::catch_up)
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

/// A person with a role who cannot sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithoutAccount {
    /// Their name.
    pub name: String,
    /// Their role.
    pub what: DutyKind,
}

/// Those who have a role today that needs a code, and no account of theirs at any of these issuers, by role.
///
/// # Errors
/// The database does not answer.
pub fn without_account(
    candour: &Candour,
    school: SchoolId,
    issuers: &[&str],
    now: Instant,
) -> Result<Vec<WithoutAccount>> {
    candour.read(|tx| {
        let can_sign_in: BTreeSet<PersonId> = accounts::issuers(tx, school)?
            .into_iter()
            .filter(|(_, issuer)| issuers.contains(&issuer.as_str()))
            .map(|(person, _)| person)
            .collect();
        let adults = staff::adults(tx, school)?;
        let book = duties::book(tx, school, now)?;
        let mut locked_out: Vec<(DutyKind, PersonId)> = book
            .present()
            .filter(|held| held.what.needs_code_from().is_some() && !can_sign_in.contains(&held.person))
            .map(|held| (held.what, held.person))
            .collect();
        locked_out.sort_unstable();
        let named = |(what, person): (DutyKind, PersonId)| {
            let adult = adults.iter().find(|adult| adult.id == person)?;
            Some(WithoutAccount { name: adult.name.clone(), what })
        };
        Ok(locked_out.into_iter().filter_map(named).collect())
    })
}

/// Signs everyone out, in every school and on every device. Says how many sessions ended; the audit log of each
/// school keeps that it was done.
///
/// # Errors
/// The database does not answer.
pub fn end_all_sessions(candour: &Candour, now: Instant) -> Result<usize> {
    candour.write(|tx| {
        let ended = sessions::end_all(tx, now)?;
        for school in schools::all(tx)? {
            audit::write_act_without_viewer(tx, school.id, None, now, SchoolAct::EndedSessions, &[])?;
        }
        Ok(ended)
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

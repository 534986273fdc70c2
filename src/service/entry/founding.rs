//! A school begins: its row, its first three people with their roles and codes, and the beginning of its
//! audit log, in one transaction. It happens on the machine itself, before there is anybody who could sign
//! in.

use super::{account_proof::tell_of_server_codes, sign_in::hash};
use crate::service::Candour;
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::{
            first_sign_in::OneTimeCode,
            founding::{FirstDuty, Founding},
        },
        kernel::{
            clock::Instant,
            ids::{DutyId, PersonId, Random, SchoolId},
        },
        school::settings::Editions,
    },
    store::{
        StoreError, Tx,
        entry::codes,
        people::staff::{self, Duty, DutyKind, Person},
        record::audit,
        school::schools::{self, School},
    },
};

/// A code to hand over in person.
#[derive(Debug, Clone)]
pub struct ToHandOver {
    /// Their role.
    pub duty: FirstDuty,
    /// Their name.
    pub name: String,
    /// The code. It is stored nowhere: only its hash is.
    pub code: OneTimeCode,
}

/// The first codes of a school.
#[derive(Debug, Clone)]
pub struct FirstCodes {
    /// One for each of the first three.
    pub codes: Vec<ToHandOver>,
    /// Until when they serve.
    pub ends_at: Instant,
}

/// Why no school began, or no codes were made. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum NotFounded {
    /// There is one of this short name.
    #[error("there is a school called {0} already; nothing was changed")]
    AlreadyThere(String),
    /// There is none of this short name.
    #[error("no school is called {0} here")]
    NoSuchSchool(String),
    /// Codes are made on a page from now on.
    #[error(
        "a person has signed in at {0} already: codes are now made on a page, under Access requests, by the \
         chair of governors for the headteacher and by the headteacher for everyone else"
    )]
    IsInUse(String),
    /// There is no one to make a code for.
    #[error("no one is headteacher or chair of governors at {0}: no code was made")]
    NoHeadOrChair(String),
    /// The database did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a school with its first three people.
pub fn found(
    candour: &Candour,
    founding: &Founding,
    now: Instant,
    random: &mut dyn Random,
) -> Result<FirstCodes, NotFounded> {
    let slug = founding.short_name.as_str();
    let founded = candour.write(|tx| {
        let school = School {
            id: SchoolId::draw(now, random),
            slug: slug.to_owned(),
            name: founding.name.as_str().to_owned(),
            editions: Editions::founded(founding.settings.clone()),
            calendar: founding.calendar.clone(),
        };
        schools::add(tx, &school, now)?;
        let mut first = Vec::new();
        for (duty, person) in founding.people() {
            let id = PersonId::draw(now, random);
            let row = Person {
                id,
                kind: duty.kind(),
                name: person.name.as_str().to_owned(),
                year_group: None,
                post: None,
                email: Some(person.email.as_str().to_owned()),
            };
            staff::add_people(tx, school.id, &[row], now)?;
            for what in kinds(duty) {
                let duty =
                    Duty { id: DutyId::draw(now, random), person: id, what, starts_at: now, ends_at: None };
                staff::add_duty(tx, school.id, &duty)?;
            }
            first.push((duty, id, person.name.as_str().to_owned()));
        }
        let facts: Vec<_> = first.iter().map(|(duty, id, _)| SchoolFact::First(*duty, *id)).collect();
        audit::write_act_without_viewer(tx, school.id, None, now, SchoolAct::Founded, &facts)?;
        hand_out(tx, school.id, (SchoolAct::MadeFirstCode, first), now, random)
    });
    founded.map_err(|error| match error {
        StoreError::Duplicate => NotFounded::AlreadyThere(slug.to_owned()),
        other => other.into(),
    })
}

/// Makes new codes for the first three of a school in which no one has signed in yet: earlier ones were lost,
/// or ran out. Afterwards codes are made on a page, so that the audit log says by whom.
pub fn new_codes(
    candour: &Candour,
    slug: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<FirstCodes, NotFounded> {
    candour.write(|tx| {
        let school = by_slug(tx, slug)?;
        if staff::is_anybody_in(tx, school.id)? {
            return Err(NotFounded::IsInUse(slug.to_owned()));
        }
        let first = holders(tx, school.id, now)?;
        Ok(hand_out(tx, school.id, (SchoolAct::MadeFirstCode, first), now, random)?)
    })
}

/// Makes codes for the headteacher and the chair of a school who cannot sign in any more. What such a code lets in
/// needs no one who confirms it, so that all who would are told that it was made.
pub fn recovery_codes(
    candour: &Candour,
    slug: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<FirstCodes, NotFounded> {
    candour.write(|tx| {
        let school = by_slug(tx, slug)?;
        let mut locked_out = holders(tx, school.id, now)?;
        locked_out.retain(|(duty, ..)| *duty != FirstDuty::Administrator);
        if locked_out.is_empty() {
            return Err(NotFounded::NoHeadOrChair(slug.to_owned()));
        }
        Ok(hand_out(tx, school.id, (SchoolAct::MadeRecoveryCode, locked_out), now, random)?)
    })
}

fn by_slug(tx: &mut Tx<'_>, slug: &str) -> Result<School, NotFounded> {
    schools::by_slug(tx, slug).map_err(|error| match error {
        StoreError::NotFound => NotFounded::NoSuchSchool(slug.to_owned()),
        other => other.into(),
    })
}

/// Who has the first roles of a school now, by name.
fn holders(
    tx: &mut Tx<'_>,
    school: SchoolId,
    now: Instant,
) -> Result<Vec<(FirstDuty, PersonId, String)>, StoreError> {
    let mut found = Vec::new();
    for duty in FirstDuty::ALL {
        let Some(what) = kinds(*duty).next() else { continue };
        let people = staff::entrusted_with(tx, school, what, now)?;
        found.extend(people.into_iter().map(|(id, name)| (*duty, id, name)));
    }
    Ok(found)
}

fn hand_out(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (act, first): (SchoolAct, Vec<(FirstDuty, PersonId, String)>),
    now: Instant,
    random: &mut dyn Random,
) -> Result<FirstCodes, StoreError> {
    let (mut codes, mut ends_at) = (Vec::new(), now);
    for (duty, person, name) in first {
        let code = OneTimeCode::draw(random);
        ends_at = codes::make_code(tx, (school, person), &hash(code.letters()), None, now, random)?;
        let facts = [SchoolFact::Person(person)];
        audit::write_act_without_viewer(tx, school, None, now, act, &facts)?;
        codes.push(ToHandOver { duty, name, code });
    }
    tell_of_server_codes(tx, school, now, random)?;
    Ok(FirstCodes { codes, ends_at })
}

/// A first role as seats and offices, the one it is known by first.
fn kinds(duty: FirstDuty) -> impl Iterator<Item = DutyKind> {
    let seat = duty.seat().map(|(desk, seat)| DutyKind::Seat(desk, seat));
    seat.into_iter().chain(duty.office().map(DutyKind::Office))
}

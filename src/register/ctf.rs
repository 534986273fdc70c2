//! The Common Transfer File (CTF): pupils on their way from one school to another.
//!
//! Source: DfE, "Common transfer file CTF 21 specification" 1.1 (July 2021), sections 3.1.3 to 3.1.10 and 4.3.2; older
//! files have the same elements for what is read here. A pupil has `UPN`, `Surname`, `Forename`, `DOB`; preferred
//! names, former UPN and year in `BasicDetails`; `LookedAfter/InCare`; `SENprovision`; `Contacts/Contact`. Some systems
//! put all of it in `BasicDetails`, with `Legal` before surname and forename; both are read.
//!
//! A file is some pupils, never the school: nobody leaves by one.

use super::{error::NotOpened, limits, xml};
use crate::domain::people::register::{
    field::Field,
    incoming::{Extent, Group, Incoming},
    rejected::{At, Place},
    source::Source,
    written::WrittenRow,
};
use chrono::NaiveDate;
use std::sync::Arc;

/// A Common Transfer File, opened.
#[derive(Debug)]
pub struct Transfer {
    pupils: Vec<WrittenRow>,
}

impl Transfer {
    pub(super) fn open(name: &Arc<str>, text: &str) -> Result<Self, NotOpened> {
        let mut hearing = Hearing { name: name.clone(), pupils: Vec::new(), now: None, root: String::new() };
        xml::read(name, text, &mut hearing)?;
        if !hearing.root.eq_ignore_ascii_case("CTfile") {
            Err(NotOpened::NotATransfer { file: (&**name).into() })
        } else if hearing.pupils.is_empty() {
            Err(NotOpened::NoRows { file: (&**name).into() })
        } else if hearing.pupils.len() > limits::PEOPLE {
            Err(NotOpened::TooMany { file: (&**name).into() })
        } else {
            Ok(Self { pupils: hearing.pupils })
        }
    }

    /// What the file says.
    pub fn read(&self, today: NaiveDate) -> Incoming {
        let mut incoming = Incoming::new(Source::Ctf, Extent::Part);
        for pupil in &self.pupils {
            incoming.take(pupil, today);
        }
        incoming
    }
}

/// What has been heard of a file.
struct Hearing {
    name: Arc<str>,
    root: String,
    pupils: Vec<WrittenRow>,
    now: Option<Pupil>,
}

/// The pupil being read.
struct Pupil {
    depth: usize,
    row: WrittenRow,
    addresses: Vec<String>,
}

impl xml::Hears for Hearing {
    fn begins(&mut self, path: &[String]) {
        match path {
            [root] => self.root.clone_from(root),
            [_, .., element] if element == "Pupil" && self.now.is_none() => {
                let number = u64::try_from(self.pupils.len()).unwrap_or(u64::MAX).saturating_add(1);
                let place = Place { file: self.name.clone(), at: At::Pupil(number) };
                let row = WrittenRow::new(place, Group::Pupils)
                    .with(Field::FamilyName, "")
                    .with(Field::GivenName, "");
                self.now = Some(Pupil { depth: path.len(), row, addresses: Vec::new() });
            }
            [] | [_, ..] => {}
        }
    }

    fn says(&mut self, path: &[String], text: &str) {
        let Some(pupil) = &mut self.now else { return };
        let inside: Vec<&str> = path[pupil.depth..].iter().map(String::as_str).collect();
        if let Some(field) = field_of(&inside) {
            pupil.row.say(field, text);
        } else if matches!(inside.as_slice(), ["Contacts", "Contact", .., "Email" | "EmailAddress"]) {
            pupil.addresses.push(text.to_owned());
        }
    }

    fn ends(&mut self, path: &[String]) {
        if let Some(mut pupil) = self.now.take_if(|pupil| pupil.depth == path.len()) {
            // A contact with an address is a parent; one whose address is a member of staff's is close to them.
            let is_one =
                |address: &String| address.parse::<crate::domain::people::register::values::Email>().is_ok();
            pupil.addresses.retain(is_one);
            if !pupil.addresses.is_empty() {
                pupil.row.say(Field::StaffParents, pupil.addresses.join(";"));
            }
            self.pupils.push(pupil.row);
        }
    }
}

/// Which field an element of a pupil is, by its path inside the pupil.
fn field_of(inside: &[&str]) -> Option<Field> {
    match inside {
        [name] | ["BasicDetails", name] => match *name {
            "UPN" => Some(Field::Upn),
            "FormerUPN" => Some(Field::FormerUpn),
            "Surname" | "LegalSurname" => Some(Field::FamilyName),
            "Forename" | "LegalForename" => Some(Field::GivenName),
            "PreferredSurname" => Some(Field::PreferredFamilyName),
            "PreferredForename" => Some(Field::PreferredGivenName),
            "DOB" => Some(Field::BornOn),
            "NCyearActual" => Some(Field::YearGroup),
            "RegGroup" => Some(Field::TutorGroup),
            "SENprovision" => Some(Field::Send),
            "InCare" => Some(Field::LookedAfter),
            _ => None,
        },
        ["LookedAfter", "InCare"] => Some(Field::LookedAfter),
        // A history comes in the order of time; the last provision is the present one.
        ["SEN" | "SENhistory", .., "SENprovision"] => Some(Field::Send),
        [] | [_, ..] => None,
    }
}

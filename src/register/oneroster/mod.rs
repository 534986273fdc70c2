//! OneRoster 1.1 and 1.2 bundles of CSV files.
//!
//! Sources: 1EdTech OneRoster 1.1 CSV Tables (2017) and OneRoster CSV Binding 1.2.1 (22 August 2023). What differs
//! here: 1.1 has role and schools of a user in `users.csv`, 1.2 in `roles.csv`; 1.2 adds preferred names. Read are
//! `manifest`, `users`, `roles`, `orgs`, `demographics` (date of birth), and `classes` with `enrollments` for the class
//! of type `homeroom`, which is the tutor group. Passwords, telephone numbers and results are never looked at.

mod families;
mod manifest;
mod people;
mod users;

use super::{
    bundle::NamedFile,
    decode,
    error::{NotOpened, School, Schools},
    sheet::Sheet,
};
use crate::domain::people::register::incoming::{Extent, Incoming};
use chrono::NaiveDate;
use manifest::{Manifest, Mode};
use std::{collections::BTreeMap, fmt};

/// Which standard a bundle follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 1.1
    V1p1,
    /// 1.2
    V1p2,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1p1 => "1.1",
            Self::V1p2 => "1.2",
        })
    }
}

/// A bundle, opened: its files are there and have their columns.
pub struct Bundle {
    version: Version,
    /// Whether `users.csv` is everybody.
    pub extent: Extent,
    users: Sheet,
    roles: Option<Sheet>,
    orgs: Option<Sheet>,
    demographics: Option<Sheet>,
    classes: Option<Sheet>,
    enrollments: Option<Sheet>,
}

impl Bundle {
    /// Whether these files are a bundle.
    pub(super) fn is_one(files: &[NamedFile]) -> bool {
        files.iter().any(|file| file.name.eq_ignore_ascii_case("manifest.csv"))
            || (files.len() > 1 && files.iter().any(|file| file.name.eq_ignore_ascii_case("users.csv")))
    }

    /// Opens one. A file the manifest calls absent is not looked at, though it be there.
    pub(super) fn open(files: &[NamedFile]) -> Result<Self, NotOpened> {
        let sheet = |name: &'static str| {
            let found = files.iter().find(|file| file.name.eq_ignore_ascii_case(name));
            found.map(|file| Sheet::open(&file.name, decode::text(&file.name, &file.bytes)?)).transpose()
        };
        let manifest = sheet("manifest.csv")?.ok_or_else(|| missing("manifest.csv"))?;
        let manifest = Manifest::read(&manifest)?;
        let listed = |name: &'static str, property: &str| match manifest.mode(property)? {
            Mode::Absent => Ok(None),
            Mode::Bulk | Mode::Delta => sheet(name)?.ok_or_else(|| missing(name)).map(Some),
        };
        let users = listed("users.csv", "file.users")?.ok_or_else(|| missing("users.csv"))?;
        let roles = match manifest.version {
            Version::V1p1 => None,
            Version::V1p2 => Some(listed("roles.csv", "file.roles")?.ok_or_else(|| missing("roles.csv"))?),
        };
        Ok(Self {
            version: manifest.version,
            extent: manifest.extent()?,
            users,
            roles,
            orgs: listed("orgs.csv", "file.orgs")?,
            demographics: listed("demographics.csv", "file.demographics")?,
            classes: listed("classes.csv", "file.classes")?,
            enrollments: listed("enrollments.csv", "file.enrollments")?,
        })
    }

    /// The standard it follows.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The schools of the bundle, by name.
    pub fn schools(&self) -> Result<Vec<School>, NotOpened> {
        let Some(orgs) = &self.orgs else { return Ok(Vec::new()) };
        let (id, kind) = (orgs.required("sourcedId")?, orgs.required("type")?);
        let (name, number, status) = (orgs.column("name"), orgs.column("identifier"), orgs.column("status"));
        let mut schools = BTreeMap::new();
        orgs.each(&mut Vec::new(), |row| {
            let cell = |column: Option<usize>| row.cell(column).unwrap_or_default().trim().to_owned();
            let is_school = cell(Some(kind)).eq_ignore_ascii_case("school");
            if is_school && !is_deleted(&cell(status)) {
                let school = School { id: cell(Some(id)), name: cell(name), number: cell(number) };
                schools.insert((school.name.clone(), school.id.clone()), school);
            }
        })?;
        Ok(schools.into_values().collect())
    }

    /// What the bundle says of one school. Where it has one school only, none need be chosen.
    pub fn read(&self, school: Option<&str>, today: NaiveDate) -> Result<Incoming, NotOpened> {
        let schools = self.schools()?;
        let chosen = match (school, schools.as_slice()) {
            (Some(chosen), []) => Some(chosen.to_owned()),
            (Some(chosen), [_, ..]) => {
                let known = schools.iter().any(|school| school.id == chosen);
                known
                    .then(|| Some(chosen.to_owned()))
                    .ok_or_else(|| NotOpened::NoSuchSchool { school: chosen.into() })?
            }
            (None, []) => None,
            (None, [only]) => Some(only.id.clone()),
            (None, [_, ..]) => return Err(NotOpened::WhichSchool { schools: Schools(schools) }),
        };
        people::read(self, chosen.as_deref(), today)
    }
}

/// A file that the bundle should have.
fn missing(name: &str) -> NotOpened {
    NotOpened::MissingFile { file: name.into() }
}

/// Whether a record is one that the sender has deleted.
fn is_deleted(status: &str) -> bool {
    status.trim().eq_ignore_ascii_case("tobedeleted")
}

/// The parts of a list in one cell.
fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',').map(str::trim).filter(|part| !part.is_empty())
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bundle({:?}, {:?})", self.version, self.extent)
    }
}

//! `manifest.csv`: the version, and for every file whether it is everything, changes only, or not there.

use super::{Extent, NotOpened, Version};
use crate::register::sheet::Sheet;
use std::collections::BTreeMap;

/// How a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Everything.
    Bulk,
    /// Changes since the last one.
    Delta,
    /// Not at all.
    Absent,
}

pub(super) struct Manifest {
    pub(super) version: Version,
    properties: BTreeMap<String, String>,
}

impl Manifest {
    pub(super) fn read(sheet: &Sheet) -> Result<Self, NotOpened> {
        let (name, value) = (sheet.required("propertyName")?, sheet.required("value")?);
        let mut properties = BTreeMap::new();
        sheet.each(&mut Vec::new(), |row| {
            let cell = |column| row.cell(Some(column)).unwrap_or_default().trim();
            properties.insert(cell(name).to_lowercase(), cell(value).to_owned());
        })?;
        let version = match properties.get("oneroster.version").map(String::as_str) {
            Some("1.1") => Version::V1p1,
            Some("1.2" | "1.2.1") => Version::V1p2,
            Some(other) => {
                return Err(NotOpened::Version { version: other.into() });
            }
            None => return Err(NotOpened::NoVersion),
        };
        Ok(Self { version, properties })
    }

    /// How a file is sent; one that is not spoken of is absent.
    pub(super) fn mode(&self, property: &str) -> Result<Mode, NotOpened> {
        match self.properties.get(&property.to_lowercase()).map(|mode| mode.to_lowercase()).as_deref() {
            Some("bulk") => Ok(Mode::Bulk),
            Some("delta") => Ok(Mode::Delta),
            Some("absent" | "") | None => Ok(Mode::Absent),
            Some(mode) => Err(NotOpened::Mode {
                mode: mode.into(),
                file: format!("{}.csv", property.trim_start_matches("file.")).as_str().into(),
            }),
        }
    }

    /// Everybody only where neither users nor their roles are changes.
    pub(super) fn extent(&self) -> Result<Extent, NotOpened> {
        let is_delta = |property| Ok(self.mode(property)? == Mode::Delta);
        Ok(if is_delta("file.users")? || is_delta("file.roles")? { Extent::Part } else { Extent::Whole })
    }
}

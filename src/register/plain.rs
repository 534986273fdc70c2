//! A plain CSV list, as exported from SIMS, Arbor or Bromcom, or typed by hand.

use super::{
    columns::{ColumnMatch, looks_like_headings},
    error::NotOpened,
    limits,
    sheet::Sheet,
};
use crate::domain::people::register::{
    incoming::{Extent, Incoming},
    rejected::printable,
    written::WrittenRow,
};
use chrono::NaiveDate;
use std::sync::Arc;

/// A list, opened.
#[derive(Debug)]
pub struct List {
    sheet: Sheet,
}

/// One column for the page on which columns are matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Its heading, short and safe to print.
    pub heading: String,
    /// What the first rows say there, short and safe to print.
    pub values: Vec<String>,
}

impl List {
    pub(super) fn open(name: &Arc<str>, text: String) -> Result<Self, NotOpened> {
        let sheet = Sheet::with_headings(name, text, looks_like_headings)?;
        match sheet.first(1).is_empty() {
            true => Err(NotOpened::NoRows { file: (&**name).into() }),
            false => Ok(Self { sheet }),
        }
    }

    /// Which column is probably which field.
    pub fn guess(&self) -> ColumnMatch {
        ColumnMatch::guess(&self.sheet.headings)
    }

    /// The columns with what the first three rows say.
    pub fn sample(&self) -> Vec<Sample> {
        let rows = self.sheet.first(3);
        let column = |(at, heading): (usize, &String)| Sample {
            heading: printable(heading),
            values: rows
                .iter()
                .map(|row| row.get(at).map(|cell| printable(cell)).unwrap_or_default())
                .collect(),
        };
        self.sheet.headings.iter().enumerate().map(column).collect()
    }

    /// What the list says, its columns matched as somebody confirmed. Whether it is everybody nobody but they can know.
    pub fn read(
        &self,
        columns: &ColumnMatch,
        extent: Extent,
        today: NaiveDate,
    ) -> Result<Incoming, NotOpened> {
        columns.check(self.sheet.headings.len()).map_err(|why| NotOpened::Columns { why })?;
        let mut incoming = Incoming::new(columns.source, extent);
        let mut rejected = Vec::new();
        self.sheet.each(&mut rejected, |row| {
            let mut written = WrittenRow::new(row.place.clone(), columns.group);
            for (field, column) in &columns.columns {
                written.say(*field, row.cell(Some(*column)).unwrap_or_default());
            }
            incoming.take(&written, today);
        })?;
        incoming.rejected.append(&mut rejected);
        match incoming.entries.len() > limits::PEOPLE {
            true => Err(NotOpened::TooMany { file: (&*self.sheet.name).into() }),
            false => Ok(incoming),
        }
    }
}

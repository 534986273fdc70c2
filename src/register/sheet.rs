//! A CSV file with headings, read row by row; every row knows its line.

use super::{error::NotOpened, limits};
use crate::domain::people::register::rejected::{At, Place, Rejection, Why};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::{fmt, sync::Arc};

/// A CSV file: its text, its headings, and how they are parted.
pub(super) struct Sheet {
    pub(super) name: Arc<str>,
    pub(super) headings: Vec<String>,
    /// The line the headings stand on.
    heading_line: u64,
    text: String,
    delimiter: u8,
}

/// One row of it.
pub(super) struct Row<'a> {
    pub(super) place: Place,
    cells: &'a StringRecord,
}

impl Row<'_> {
    /// A cell by the place of its column; nothing where the file has no such column.
    pub(super) fn cell(&self, column: Option<usize>) -> Option<&str> {
        self.cells.get(column?)
    }
}

impl Sheet {
    /// Opens text whose headings are its first row.
    pub(super) fn open(name: &Arc<str>, text: String) -> Result<Self, NotOpened> {
        Self::with_headings(name, text, |_| true)
    }

    /// Opens text whose headings are the first of its first ten rows that looks like headings, else its first row:
    /// reports come with a title above.
    pub(super) fn with_headings(
        name: &Arc<str>,
        text: String,
        looks_like: impl Fn(&[String]) -> bool,
    ) -> Result<Self, NotOpened> {
        // One way to end a line: the reader counts lines by it.
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        let delimiter = delimiter_of(&text);
        let mut first = None;
        for (line, cells) in rows(&text, delimiter).take(10) {
            let is_separator = cells.len() <= 2 && cells.get(0).is_some_and(|cell| cell.starts_with("sep="));
            let headings: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            if is_separator || headings.iter().all(String::is_empty) {
                continue;
            }
            if looks_like(&headings) {
                first = Some((line, headings));
                break;
            }
            first.get_or_insert((line, headings));
        }
        let (heading_line, headings) = first.ok_or_else(|| NotOpened::NoRows { file: (&**name).into() })?;
        if headings.len() > limits::COLUMNS {
            return Err(NotOpened::TooMany { file: (&**name).into() });
        }
        Ok(Self { name: name.clone(), headings, heading_line, text, delimiter })
    }

    /// The place of the column with this heading, in any capitals.
    pub(super) fn column(&self, heading: &str) -> Option<usize> {
        self.headings.iter().position(|own| own.eq_ignore_ascii_case(heading))
    }

    /// The place of a column that has to be there.
    pub(super) fn required(&self, heading: &str) -> Result<usize, NotOpened> {
        let missing = || NotOpened::MissingColumn { file: (&*self.name).into(), column: heading.into() };
        self.column(heading).ok_or_else(missing)
    }

    /// Reads every row under the headings. A row of another width is rejected, and comes to nothing else.
    pub(super) fn each(
        &self,
        rejected: &mut Vec<Rejection>,
        mut take: impl FnMut(&Row<'_>),
    ) -> Result<(), NotOpened> {
        let mut reader = reader(&self.text, self.delimiter);
        let mut cells = StringRecord::new();
        let mut number = 0;
        // A bundle has hundreds of thousands of enrolments: one record serves them all.
        while reader.read_record(&mut cells).is_ok_and(|is_more| is_more) {
            let line = line_of(&cells);
            if line <= self.heading_line || cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            number += 1;
            if number > limits::ROWS {
                return Err(NotOpened::TooMany { file: (&*self.name).into() });
            }
            let place = Place { file: self.name.clone(), at: At::Line(line) };
            match self.fault(&cells) {
                Some(why) => rejected.push(Rejection::of_row(&place, why)),
                None => take(&Row { place, cells: &cells }),
            }
        }
        Ok(())
    }

    /// Empty cells beyond the headings do no harm; anything else of another width does.
    fn fault(&self, cells: &StringRecord) -> Option<Why> {
        let swallows =
            |cell: &str| cell.len() > 1_000 && cell.contains('\n') && cell.lines().nth(3).is_some();
        let (found, expected) = (cells.len(), self.headings.len());
        let is_wide = cells.iter().skip(expected).any(|cell| !cell.trim().is_empty());
        match (cells.iter().any(swallows), found < expected || is_wide) {
            (true, _) => Some(Why::Quote),
            (false, true) => Some(Why::Width { found, expected }),
            (false, false) => None,
        }
    }

    /// The first rows, for a preview.
    pub(super) fn first(&self, count: usize) -> Vec<Vec<String>> {
        let under = rows(&self.text, self.delimiter).filter(|(line, _)| *line > self.heading_line);
        let filled = under.filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
        filled.take(count).map(|(_, cells)| cells.iter().map(str::to_owned).collect()).collect()
    }
}

/// The rows of a text with the line each begins on. Text has no invalid UTF-8, so that no row is an error.
fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = (u64, StringRecord)> {
    let records = reader(text, delimiter).into_records().map_while(Result::ok);
    records.map(|cells| (line_of(&cells), cells))
}

fn reader(text: &str, delimiter: u8) -> Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes())
}

fn line_of(cells: &StringRecord) -> u64 {
    cells.position().map_or(0, csv::Position::line)
}

/// Comma, semicolon or tab: whichever stands most often in the first lines, outside quotation marks.
fn delimiter_of(text: &str) -> u8 {
    let head: String = text.lines().take(5).flat_map(|line| line.chars().take(4_000)).collect();
    let bare: String = head.split('"').step_by(2).collect();
    let count = |delimiter: &u8| bare.bytes().filter(|byte| byte == delimiter).count();
    let most = [b'\t', b';', b','].into_iter().max_by_key(count);
    most.unwrap_or(b',')
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sheet({} columns)", self.headings.len())
    }
}

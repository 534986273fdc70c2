//! XML read as a stream of texts, with nothing XML can do beside: no document type, no entities but the five that every
//! XML has, no more depth and no more text than a list of people needs.

use super::{error::NotOpened, limits};
use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesRef, Event},
};

/// What a reader of elements hears.
pub(super) trait Hears {
    /// An element begins; its path from the top, itself last, without name spaces.
    fn begins(&mut self, path: &[String]);
    /// An element ends that has nothing but text in it, or nothing at all.
    fn says(&mut self, path: &[String], text: &str);
    /// An element ends.
    fn ends(&mut self, path: &[String]);
}

/// Reads a whole text.
pub(super) fn read(name: &str, text: &str, hears: &mut impl Hears) -> Result<(), NotOpened> {
    let malformed = || NotOpened::Malformed { file: name.into() };
    let entities = || NotOpened::Entities { file: name.into() };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut path: Vec<String> = Vec::new();
    let mut said = Said::default();
    loop {
        match reader.read_event().map_err(|_| malformed())? {
            Event::Start(start) => {
                if path.len() >= limits::DEPTH {
                    return Err(malformed());
                }
                path.push(start.local_name().as_ref().to_owned());
                said = Said::default();
                hears.begins(&path);
            }
            Event::Empty(empty) => {
                path.push(empty.local_name().as_ref().to_owned());
                hears.begins(&path);
                hears.says(&path, "");
                hears.ends(&path);
                path.pop();
                said.has_elements = true;
            }
            Event::End(_) => {
                if !said.has_elements {
                    hears.says(&path, said.text.trim());
                }
                hears.ends(&path);
                path.pop();
                said = Said { has_elements: true, text: String::new() };
            }
            Event::Text(text) => said.add(&text.xml10_content()),
            Event::CData(text) => said.add(&text.xml10_content()),
            Event::GeneralRef(reference) => said.add(&character(&reference).ok_or_else(entities)?),
            Event::DocType(_) => return Err(entities()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if path.is_empty() => return Ok(()),
            Event::Eof => return Err(malformed()),
        }
    }
}

/// The text of the element being read.
#[derive(Default)]
struct Said {
    text: String,
    has_elements: bool,
}

impl Said {
    fn add(&mut self, text: &str) {
        let left = limits::TEXT.saturating_sub(self.text.len());
        self.text.extend(text.chars().take(left));
    }
}

/// What a reference stands for: a character by its number, or one of the five.
fn character(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character.to_string()),
        Ok(None) => resolve_predefined_entity(&reference.xml10_content()).map(str::to_owned),
        Err(_) => None,
    }
}

//! A name that was typed, and the person it means: picked from what was offered, or the only one who is called so. Words
//! that several people are called by name none of them.

use crate::service::{Candour, Op, Result};
use crate::{
    domain::{
        concern::Somebody,
        kernel::{ids::PersonId, text::Line},
        people::register::{
            keys::NameQuery,
            offered::{self, Meant, Offer, Offered, Pick, Reader, name_part},
            pace::Asking,
        },
    },
    store::{Tx, people::name_keys},
};
use std::collections::BTreeSet;

pub use super::register::Suggestions;

/// A name as a form posts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedName {
    /// What stands in the field.
    pub words: Line,
    /// What was picked for it.
    pub picks: Vec<Pick>,
}

/// What was picked for the names of a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picks {
    /// For each person it is about, in their order.
    pub subjects: Vec<Vec<Pick>>,
    /// For those who were told.
    pub told: Vec<Pick>,
    /// For those who were told in person.
    pub in_person: Vec<Pick>,
}

/// Whom a typed name means, as its reader is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whose {
    /// This person.
    Person(PersonId),
    /// No one of the register.
    Words,
    /// One of these: the reader says which.
    Several(Vec<Offer>),
}

/// Whom a typed name means.
pub fn whose(candour: &Candour, op: &Op, typed: &TypedName) -> Result<Whose> {
    candour.read(|tx| {
        Ok(match meant(tx, op, typed.words.as_str(), &typed.picks)? {
            Meant::Person(person) => Whose::Person(person),
            Meant::Words => Whose::Words,
            Meant::Several(people) => Whose::Several(offered::offers(&people, reader(op))),
        })
    })
}

/// A typed name as a concern or a case takes it: the person it means, or the words.
pub fn somebody(candour: &Candour, op: &Op, typed: &Line, picks: &[Pick]) -> Result<Somebody> {
    candour.read(|tx| {
        Ok(match meant(tx, op, typed.as_str(), picks)? {
            Meant::Person(person) => Somebody::Known(person),
            Meant::Words | Meant::Several(_) => Somebody::InWords(typed.clone()),
        })
    })
}

/// People to choose from for what was typed, for a member of staff who asks for them: as while it is typed.
pub fn find(candour: &Candour, op: &Op, typed: &str) -> Result<Suggestions> {
    super::register::suggest(candour, op, NameQuery::parse(name_part(typed).unwrap_or(typed)).as_ref())
}

/// People to choose from for a whole name, for anyone else who asks for them: as often as names may be looked for.
pub fn find_whole(candour: &Candour, op: &Op, typed: &str) -> Result<Suggestions> {
    match super::register::look_for_a_name(candour, op)? {
        Asking::Later => Ok(Suggestions::TooOften),
        Asking::Now => called(candour, op, typed).map(Suggestions::Names),
    }
}

/// People to choose from for a whole name: those who are called so, and no others. A reader away from the desks is told no
/// more of the only one than the name they typed.
pub fn called(candour: &Candour, op: &Op, typed: &str) -> Result<Vec<Offer>> {
    candour.read(|tx| {
        let found = people_of(tx, op, typed, &[])?;
        let called = found.into_iter().filter(|person| person.is_called(typed));
        let called: Vec<Offered> = called.map(|person| person.found_by(typed)).collect();
        Ok(match (reader(op), called.as_slice()) {
            (Reader::Elsewhere, [only]) if only.left_at.is_none() => {
                vec![Offer { person: Some(only.id), words: only.name.clone(), people: 1 }]
            }
            (reader, several) => offered::offers(several, reader),
        })
    })
}

fn reader(op: &Op) -> Reader {
    Reader::of(op.viewer.standing())
}

fn meant(tx: &mut Tx<'_>, op: &Op, typed: &str, picks: &[Pick]) -> Result<Meant> {
    Ok(offered::meant(typed, picks, &people_of(tx, op, typed, picks)?))
}

/// Those who were picked, and those who may be called by these words or by the part of them before a comma.
fn people_of(tx: &mut Tx<'_>, op: &Op, typed: &str, picks: &[Pick]) -> Result<Vec<Offered>> {
    let picked: BTreeSet<PersonId> = picks.iter().filter_map(Pick::person).collect();
    let mut found = name_keys::of_ids(tx, &op.viewer, &picked)?;
    for name in std::iter::once(typed).chain(name_part(typed)) {
        let more = name_keys::with_every_word(tx, &op.viewer, name)?;
        let new: Vec<Offered> =
            more.into_iter().filter(|one| found.iter().all(|known| known.id != one.id)).collect();
        found.extend(new);
    }
    Ok(found)
}

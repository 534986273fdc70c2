//! A question answered with one person of a list. A list of up to twenty is shown; a longer one is a name to type with the
//! button "Find", as everywhere else, and takes no one who is not in it.

use super::{
    fields::Fields,
    name_field::{FIND, NameField, Names, WhichPerson, picks},
    page::{Choice, Mistakes},
    problem::{FormProblem, Written},
};
use crate::{
    domain::{
        kernel::{
            ids::PersonId,
            text::{Line, TextError},
        },
        people::register::{
            choosing::{MeantAmong, ToChoose, find_among, meant_among},
            offered::{Pick, mark_of},
        },
    },
    service::people::names::TypedName,
};

/// The most people that are shown as a list.
const SHOWN: usize = 20;

/// Whether a list is too long to be shown.
pub fn is_long(people: &[ToChoose]) -> bool {
    people.len() > SHOWN
}

/// The question as a page shows it.
#[derive(Debug, Clone)]
pub enum PersonField {
    /// As a list.
    List(Vec<Choice>),
    /// As a name: what was typed, and what goes with it.
    Name(String, NameField),
}

impl PersonField {
    /// The question with what was answered so far.
    pub fn of(fields: &Fields, name: &str, people: &[ToChoose], which: &[WhichPerson]) -> Self {
        if is_long(people) {
            let field = NameField::of(Some(fields), name, "a person").entered(Names::Found).asking(which);
            return Self::Name(fields.get(name).to_owned(), field);
        }
        Self::List(Choice::mark(people.iter().map(Choice::person), &[fields.get(name)]))
    }

    /// Its answers, if it is shown as a list.
    pub fn list(&self) -> &[Choice] {
        match self {
            Self::List(choices) => choices,
            Self::Name(..) => &[],
        }
    }

    /// What goes with the name, if it is shown as one.
    pub fn name(&self) -> Option<&NameField> {
        match self {
            Self::List(_) => None,
            Self::Name(_, field) => Some(field),
        }
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        match self {
            Self::List(_) => "",
            Self::Name(typed, _) => typed,
        }
    }
}

/// Who was chosen, as a form posts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonChoice {
    /// A person of the list, by id. Whether they may be chosen is for the rules to say.
    Listed(PersonId),
    /// A name that was typed.
    Typed(TypedName),
}

/// Whom a choice means.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// This person.
    Person(PersonId),
    /// One of several: this is the question which.
    OneOf(WhichPerson),
    /// No one of the list.
    NoOne,
}

impl PersonChoice {
    /// What a form says; nothing if no one was chosen.
    ///
    /// # Errors
    /// If what was typed is too long for a name.
    pub fn read(fields: &Fields, name: &str) -> Result<Option<Self>, TextError> {
        let typed = fields.get(name).trim();
        if let Ok(person) = typed.parse() {
            return Ok(Some(Self::Listed(person)));
        }
        let picks = picks(fields, name);
        Ok(match Line::optional(typed)? {
            Some(words) => Some(Self::Typed(TypedName { words, picks })),
            None => picks.iter().find_map(picked_before_typing).map(Self::Listed),
        })
    }

    /// Whom it means among these people.
    pub fn among(self, field: &str, people: &[ToChoose]) -> Chosen {
        let name = match self {
            Self::Listed(person) => return Chosen::Person(person),
            Self::Typed(name) => name,
        };
        let words = name.words.as_str();
        match meant_among(people, words, &name.picks) {
            MeantAmong::Person(person) => Chosen::Person(person),
            MeantAmong::Several(people) => Chosen::OneOf(WhichPerson::among(field, words, &people)),
            MeantAmong::NoOne => Chosen::NoOne,
        }
    }
}

/// A person who was chosen of those shown before anything is typed.
fn picked_before_typing(pick: &Pick) -> Option<PersonId> {
    match pick {
        Pick::Listed(person, mark) if *mark == mark_of("") => Some(*person),
        Pick::Listed(..) | Pick::Person(_) | Pick::Words(_) => None,
    }
}

/// People of the list to choose from for the field whose button "Find" was pressed.
pub fn find(fields: &Fields, people: &[ToChoose]) -> Vec<WhichPerson> {
    let name = fields.get(FIND);
    let typed = fields.get(name).trim();
    vec![WhichPerson::among(name, typed, &find_among(people, typed))]
}

/// Who was chosen of these people: a mistake if it is no one, and a question if it may be several.
pub fn read(
    fields: &Fields,
    (name, missing): (&str, FormProblem),
    people: &[ToChoose],
    mistakes: &mut Mistakes,
    which: &mut Vec<WhichPerson>,
) -> Option<PersonId> {
    let chosen = match PersonChoice::read(fields, name) {
        Ok(chosen) => chosen,
        Err(error) => {
            mistakes.add(name, too_long(error));
            return None;
        }
    };
    let Some(chosen) = chosen else {
        mistakes.add(name, missing);
        return None;
    };
    match chosen.among(name, people) {
        Chosen::Person(person) => Some(person),
        Chosen::OneOf(question) => {
            which.push(question);
            None
        }
        Chosen::NoOne => {
            mistakes.add(name, FormProblem::NotAmongThem);
            None
        }
    }
}

/// What is wrong with words that cannot be a name.
pub fn too_long(error: TextError) -> FormProblem {
    match error {
        TextError::Empty => FormProblem::EnterName,
        TextError::TooLong { limit } => FormProblem::TooLong { what: Written::Name, limit },
    }
}

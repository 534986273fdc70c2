//! People in a list to choose from: each under words that no one else in it has. Every page that lists people takes them
//! from here, so that none can show a bare name beside a namesake's.

use super::{
    keys::fold,
    offered::{Meant, Offered, Pick, Reader, meant},
};
use crate::domain::kernel::ids::PersonId;
use std::collections::BTreeMap;

/// A person of a list to choose from. Only [`to_choose`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToChoose {
    offered: Offered,
    words: String,
}

impl ToChoose {
    /// Who.
    pub const fn person(&self) -> PersonId {
        self.offered.id
    }

    /// Their name alone, for a sentence about the one person who was chosen.
    pub fn name(&self) -> &str {
        &self.offered.name
    }

    /// What is read in the list.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// With more to know about them after those words.
    #[must_use]
    pub fn and(mut self, more: &str) -> Self {
        self.words.push_str(more);
        self
    }
}

/// People as a list shows them, in their order: the name and the post; if two would read alike, what they are, then their
/// e-mail address, then the number of their record. Give it everyone who could be in the list, and leave people out
/// afterwards: what tells one apart then says nothing about who was left out.
pub fn to_choose(people: Vec<Offered>) -> Vec<ToChoose> {
    let mut words: Vec<String> = people.iter().map(with_post).collect();
    let longer: [fn(&Offered) -> String; 3] = [with_kind, with_address, with_record];
    for read in longer {
        let mut alike: BTreeMap<String, usize> = BTreeMap::new();
        for line in &words {
            *alike.entry(fold(line)).or_default() += 1;
        }
        for (line, person) in words.iter_mut().zip(&people) {
            if alike.get(&fold(line)).is_some_and(|people| *people > 1) {
                *line = read(person);
            }
        }
    }
    people.into_iter().zip(words).map(|(offered, words)| ToChoose { offered, words }).collect()
}

fn with_post(person: &Offered) -> String {
    if person.post.is_none() && person.left_at.is_none() {
        return person.name.clone();
    }
    with_kind(person)
}

fn with_kind(person: &Offered) -> String {
    person.label(Reader::AtADesk)
}

fn with_address(person: &Offered) -> String {
    let label = with_kind(person);
    person.email.as_ref().map_or_else(|| label.clone(), |email| format!("{label}, {email}"))
}

fn with_record(person: &Offered) -> String {
    format!("{}, record {}", with_address(person), person.id)
}

/// Those of a list in whose words each word typed begins one.
pub fn find_among(list: &[ToChoose], typed: &str) -> Vec<ToChoose> {
    let typed = fold(typed);
    let wanted: Vec<&str> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    let is_found = |one: &&ToChoose| {
        let words = fold(&one.words);
        !wanted.is_empty() && wanted.iter().all(|start| words.split(' ').any(|word| word.starts_with(*start)))
    };
    list.iter().filter(is_found).cloned().collect()
}

/// Which people of a list words mean, by what was picked for them.
pub fn meant_among(list: &[ToChoose], typed: &str, picks: &[Pick]) -> MeantAmong {
    let all: Vec<Offered> = list.iter().map(|one| one.offered.clone()).collect();
    let read_so = |one: &&ToChoose| fold(&one.words) == fold(typed);
    match meant(typed, picks, &all) {
        Meant::Person(person) => MeantAmong::Person(person),
        Meant::Words => match list.iter().find(read_so) {
            Some(one) => MeantAmong::Person(one.person()),
            None => MeantAmong::NoOne,
        },
        Meant::Several(people) => {
            let is_one = |one: &&ToChoose| people.iter().any(|person| person.id == one.person());
            MeantAmong::Several(list.iter().filter(is_one).cloned().collect())
        }
    }
}

/// Whom words mean among the people of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeantAmong {
    /// This person, and no other.
    Person(PersonId),
    /// No one in it.
    NoOne,
    /// One of these, and the words do not say which.
    Several(Vec<ToChoose>),
}

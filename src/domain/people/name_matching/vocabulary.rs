//! Words that are words before they are a person's name: titles, what people are called without a name, and common
//! English.

use std::{collections::HashMap, sync::LazyLock};

/// What kind of word a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stands before a surname.
    Title,
    /// A title if it has a capital: "Father Daniel", and not "her father".
    Kin,
    /// Any adult: "man", "somebody".
    Person,
    /// What a person does, of which several do something else: "manager", "lead".
    Role,
    /// Staff of whom there are many: "teacher".
    Staff,
    /// A child, or somebody of a family.
    Pupil,
    /// Part of a role that receives cases.
    Duty,
    /// A common English word that is a name as often: "price", "grace".
    Name,
    /// Any other common English word.
    Plain,
}

static KINDS: LazyLock<HashMap<&'static str, Kind>> =
    LazyLock::new(|| read(include_str!("../../data/common_words.txt")));

fn read(lines: &'static str) -> HashMap<&'static str, Kind> {
    let mut kinds = HashMap::new();
    for (kind, words) in lines.lines().filter_map(|line| line.split_once(": ")) {
        let kind = match kind {
            "title" => Kind::Title,
            "kin" => Kind::Kin,
            "person" => Kind::Person,
            "role" => Kind::Role,
            "staff" => Kind::Staff,
            "pupil" => Kind::Pupil,
            "duty" => Kind::Duty,
            "name" => Kind::Name,
            "plain" => Kind::Plain,
            // The lines that say what the file is.
            _ => continue,
        };
        kinds.extend(words.split(' ').map(|word| (word, kind)));
    }
    kinds
}

/// What kind of word a folded word is; none if it is no common one, and so may well be a name.
pub(super) fn kind(word: &str) -> Option<Kind> {
    KINDS.get(word).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::register::keys::fold;

    #[test]
    fn every_word_is_folded_and_stands_once() {
        let lines = include_str!("../../data/common_words.txt").lines().filter(|line| !line.starts_with('#'));
        let words: Vec<&str> = lines.flat_map(|line| line.split_once(": ").unwrap().1.split(' ')).collect();
        assert!(words.iter().all(|word| fold(word) == *word));
        assert_eq!(words.len(), KINDS.len());
        assert!(words.len() > 1_000);
        assert_eq!(
            ["mr", "sister", "somebody", "manager", "teacher", "boy", "dsl", "price", "because", "achebe"]
                .map(kind),
            [
                Some(Kind::Title),
                Some(Kind::Kin),
                Some(Kind::Person),
                Some(Kind::Role),
                Some(Kind::Staff),
                Some(Kind::Pupil),
                Some(Kind::Duty),
                Some(Kind::Name),
                Some(Kind::Plain),
                None,
            ]
        );
    }
}

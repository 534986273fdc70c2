//! How people are named to the reader of a case: in full, or by initials to an inspector (Who may read a case).
//!
//! Names and words are reduced to what their reader may have as soon as they are read, so that no page has a full name
//! to print by accident.

use super::register::keys::fold;
use crate::domain::kernel::{
    clock::Instant,
    ids::{PersonId, TextId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

/// The names that people had before the ones they have now, each until an instant.
#[derive(Debug, Clone, Default)]
pub struct FormerNames(BTreeMap<PersonId, BTreeMap<Instant, String>>);

impl FormerNames {
    /// Adds a name that a person had until then.
    pub fn add(&mut self, person: PersonId, name: String, until: Instant) {
        self.0.entry(person).or_default().insert(until, name);
    }

    /// The name a person had at an instant; nothing if it is the one they have now.
    pub fn at(&self, person: PersonId, at: Instant) -> Option<&str> {
        let later = (Bound::Excluded(at), Bound::Unbounded);
        self.0.get(&person)?.range(later).next().map(|(_, name)| name.as_str())
    }

    fn all(&self) -> impl Iterator<Item = &String> {
        self.0.values().flat_map(BTreeMap::values)
    }

    fn by_initials(self) -> Self {
        let short = |(until, name): (Instant, String)| (until, initials(&name));
        let of_one = |(person, names): (PersonId, BTreeMap<Instant, String>)| {
            (person, names.into_iter().map(short).collect())
        };
        Self(self.0.into_iter().map(of_one).collect())
    }
}

/// A name today, and beside it the one that was reported if that was another.
pub fn beside(today: &str, reported: &str) -> String {
    if today == reported || reported.is_empty() {
        today.to_owned()
    } else {
        format!("{today}, reported as {reported}")
    }
}

const FORMERLY: &str = " (formerly ";

/// A name with the one the person had before, as a suggestion has it: "Ada Twyford (formerly Ada Marlowe)".
pub fn formerly(name: &str, before: &str) -> String {
    format!("{name}{FORMERLY}{before})")
}

/// Reads a name as a suggestion has it: the name, and the one before it if that was said.
pub fn without_formerly(typed: &str) -> (&str, Option<&str>) {
    match typed.strip_suffix(')').and_then(|typed| typed.split_once(FORMERLY)) {
        Some((name, before)) => (name, Some(before)),
        None => (typed, None),
    }
}

/// The names and the words of a case as one reader gets them.
#[derive(Debug, Clone)]
pub struct ShownNames {
    names: BTreeMap<PersonId, String>,
    former: FormerNames,
    words: BTreeMap<TextId, String>,
}

impl ShownNames {
    /// Names, of today and before, and words as they were read.
    pub fn in_full(
        names: BTreeMap<PersonId, String>,
        former: FormerNames,
        words: BTreeMap<TextId, String>,
    ) -> Self {
        Self { names, former, words }
    }

    /// Names as initials, and words without the names in them. `named` are the words that are a person's name
    /// themselves.
    pub fn by_initials(
        names: BTreeMap<PersonId, String>,
        former: FormerNames,
        words: BTreeMap<TextId, String>,
        named: &BTreeSet<TextId>,
    ) -> Self {
        let typed = words.iter().filter(|(id, _)| named.contains(id)).map(|(_, typed)| proper(typed));
        let parts: BTreeSet<String> = names
            .values()
            .chain(former.all())
            .cloned()
            .chain(typed)
            .flat_map(|name| parts_of(&name))
            .collect();
        let word = |(id, said): (TextId, String)| {
            let said = if named.contains(&id) { initials(&said) } else { mask(&said, &parts) };
            (id, said)
        };
        Self {
            words: words.into_iter().map(word).collect(),
            names: told_apart(names),
            former: former.by_initials(),
        }
    }

    /// A person's name.
    pub fn name(&self, person: PersonId) -> &str {
        self.names.get(&person).map_or("A person who has left", String::as_str)
    }

    /// A person's name today, and beside it the one they had when it was reported.
    pub fn reported(&self, person: PersonId, at: Instant) -> String {
        let today = self.name(person);
        beside(today, self.former.at(person, at).unwrap_or(today))
    }

    /// The words of an id; empty if they were erased.
    pub fn said(&self, id: TextId) -> &str {
        self.words.get(&id).map_or("", String::as_str)
    }
}

/// Two people with the same initials stay two people: the second is "A. B. (2)".
fn told_apart(names: BTreeMap<PersonId, String>) -> BTreeMap<PersonId, String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let one = |(person, name): (PersonId, String)| {
        let short = initials(&name);
        let times = seen.entry(short.clone()).or_default();
        *times += 1;
        (person, if *times == 1 { short } else { format!("{short} ({times})") })
    };
    names.into_iter().map(one).collect()
}

/// What is said before a name or within one, and tells no two people apart.
const TITLES: [&str; 30] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "dame", "rev", "fr", "lady", "lord", "the", "of",
    "de", "da", "di", "du", "la", "le", "van", "von", "der", "den", "bin", "al", "el", "st", "and",
];

/// The initials of a name: "D. L." for "Ms Dinah Lead".
pub fn initials(name: &str) -> String {
    let parts: Vec<&str> = name
        .split(|c: char| c.is_whitespace() || c == '-')
        .map(|part| part.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|part| !part.is_empty())
        .collect();
    let own: Vec<&str> =
        parts.iter().copied().filter(|part| !TITLES.contains(&fold(part).as_str())).collect();
    let kept = if own.is_empty() { parts } else { own };
    let short: Vec<String> = kept.into_iter().map(initial).collect();
    if short.is_empty() { "A person".to_owned() } else { short.join(" ") }
}

fn initial(word: &str) -> String {
    word.chars().find(|c| c.is_alphanumeric()).map_or_else(String::new, |c| format!("{}.", c.to_uppercase()))
}

/// Of a person described in words ("Jake from the IT team"), what is written like a name.
fn proper(typed: &str) -> String {
    let is_name =
        |word: &&str| word.starts_with(char::is_uppercase) && word.chars().skip(1).any(char::is_lowercase);
    typed.split_whitespace().filter(is_name).collect::<Vec<_>>().join(" ")
}

/// The words that tell whose a name is, folded.
fn parts_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    let tells = |part: &&str| part.chars().count() > 1 && !TITLES.contains(part);
    folded.split(' ').filter(tells).map(str::to_owned).collect()
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}')
}

/// Words with every part of a known name as an initial, in any spelling.
fn mask(words: &str, parts: &BTreeSet<String>) -> String {
    let mut masked = String::with_capacity(words.len());
    let mut rest = words;
    while !rest.is_empty() {
        let is_outside =
            |c: char| !(c.is_alphanumeric() || is_apostrophe(c) || super::register::name::is_mark(c));
        let end = rest.find(is_outside).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let short = mask_word(word, parts);
        // One full stop is enough at the end of a sentence.
        let after = if short != word { after.strip_prefix('.').unwrap_or(after) } else { after };
        masked.push_str(&short);
        let between = after.find(|c: char| !is_outside(c)).unwrap_or(after.len());
        masked.push_str(&after[..between]);
        rest = &after[between..];
    }
    masked
}

fn mask_word(word: &str, parts: &BTreeSet<String>) -> String {
    let is_name = |word: &str| parts.contains(&fold(word));
    if is_name(word) {
        return initial(word);
    }
    // "Ethan's", "O'Brien's", and "Ethans" as it is written in a hurry.
    if let Some((at, _)) = word.char_indices().rev().find(|(_, c)| is_apostrophe(*c)) {
        let (head, tail) = word.split_at(at);
        if is_name(head) {
            return initial(head) + tail;
        }
        let pieces = word.split(is_apostrophe);
        if pieces.clone().any(is_name) {
            return pieces
                .filter(|piece| !piece.is_empty())
                .map(|p| mask_word(p, parts))
                .collect::<Vec<_>>()
                .join("’");
        }
        return word.to_owned();
    }
    match word.strip_suffix(['s', 'S']) {
        Some(head) if head.chars().count() > 2 && is_name(head) => initial(head),
        Some(_) | None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeZone, Utc};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn shown(names: &[&str], words: &[(u128, &str)], named: &[u128]) -> ShownNames {
        let names = (1..).zip(names).map(|(n, name)| (person(n), (*name).to_owned())).collect();
        let words = words.iter().map(|(n, said)| (TextId(Uuid::from_u128(*n)), (*said).to_owned())).collect();
        let named = named.iter().map(|n| TextId(Uuid::from_u128(*n))).collect();
        ShownNames::by_initials(names, FormerNames::default(), words, &named)
    }

    #[test]
    fn a_name_becomes_its_initials() {
        for (name, short) in [
            ("Dinah Lead", "D. L."),
            ("Ms Dinah Lead-Smith", "D. L. S."),
            ("Ólafur d'Arcy", "Ó. D."),
            ("the IT man", "I. M."),
            ("Dr", "D."),
            ("(Zed) Moor", "Z. M."),
            ("", "A person"),
        ] {
            assert_eq!(initials(name), short, "{name}");
        }
    }

    #[test]
    fn words_lose_every_known_name_however_it_is_written() {
        let names = ["Ethan Price", "Siobhán O'Brien", "Wu Li"];
        for (said, left) in [
            ("Ethan Price told Wu.", "E. P. told W."),
            ("ETHAN’s phone, ethans bag", "E.’s phone, E. bag"),
            ("Siobhan O'Brien's coat; Mrs OBrien", "S. O.'s coat; Mrs O."),
            ("mail ethan.price@school.example", "mail E.P.@school.example"),
            ("The prices rose", "The P. rose"),
            ("They said it wasn't so", "They said it wasn't so"),
        ] {
            let shown = shown(&names, &[(9, said)], &[]);
            assert_eq!(shown.said(TextId(Uuid::from_u128(9))), left);
        }
    }

    #[test]
    fn somebody_named_in_words_is_initials_there_and_in_the_narrative() {
        let shown = shown(&[], &[(8, "Jake from the IT team"), (9, "Then Jake came to the team")], &[8]);
        assert_eq!(shown.said(TextId(Uuid::from_u128(8))), "J. F. I. T.");
        assert_eq!(shown.said(TextId(Uuid::from_u128(9))), "Then J. came to the team");
    }

    #[test]
    fn a_name_is_shown_beside_the_one_that_was_reported() {
        let day = |n| Utc.with_ymd_and_hms(2026, 11, n, 12, 0, 0).unwrap();
        let mut former = FormerNames::default();
        former.add(person(1), "Ada Marlowe".to_owned(), day(10));
        former.add(person(1), "Ada Reid".to_owned(), day(20));
        let names = BTreeMap::from([(person(1), "Ada Twyford".to_owned())]);
        let full = ShownNames::in_full(names.clone(), former.clone(), BTreeMap::new());
        for (at, shown) in [
            (day(9), "Ada Twyford, reported as Ada Marlowe"),
            (day(10), "Ada Twyford, reported as Ada Reid"),
            (day(19), "Ada Twyford, reported as Ada Reid"),
            (day(20), "Ada Twyford"),
        ] {
            assert_eq!(full.reported(person(1), at), shown);
        }
        let words = BTreeMap::from([(TextId(Uuid::from_u128(9)), "Marlowe shouted".to_owned())]);
        let short = ShownNames::by_initials(names, former, words, &BTreeSet::new());
        assert_eq!(short.reported(person(1), day(9)), "A. T., reported as A. M.");
        assert_eq!(short.said(TextId(Uuid::from_u128(9))), "M. shouted", "no inspector reads a former name");
    }

    #[test]
    fn a_suggestion_with_a_former_name_is_read_back() {
        let shown = formerly("Ada Twyford", "Ada Marlowe");
        assert_eq!(shown, "Ada Twyford (formerly Ada Marlowe)");
        assert_eq!(without_formerly(&shown), ("Ada Twyford", Some("Ada Marlowe")));
        assert_eq!(without_formerly("Ada (Addy) Twyford"), ("Ada (Addy) Twyford", None));
    }

    #[test]
    fn two_people_with_the_same_initials_are_told_apart() {
        let shown = shown(&["Ann Bell", "Alan Bird"], &[], &[]);
        assert_eq!((shown.name(person(1)), shown.name(person(2))), ("A. B.", "A. B. (2)"));
    }

    proptest! {
        /// No part of a known name of three letters or more is left in the words, no matter what is written around it.
        #[test]
        fn no_known_name_is_left(before in ".{0,20}", after in ".{0,20}", given in "[A-Z][a-z]{2,8}", family in "[A-Z][a-z]{2,8}") {
            prop_assume!(!TITLES.contains(&fold(&given).as_str()) && !TITLES.contains(&fold(&family).as_str()));
            let name = format!("{given} {family}");
            let said = format!("{before} {given} {after} {family}");
            let shown = shown(&[&name], &[(9, &said)], &[]);
            let left = shown.said(TextId(Uuid::from_u128(9)));
            let words: Vec<&str> = left.split(|c: char| !c.is_alphanumeric()).collect();
            prop_assert!(!words.contains(&given.as_str()) && !words.contains(&family.as_str()), "{left:?}");
        }
    }
}

//! How a name is found while it is being typed: folding, the keys kept for a person, and what a typed line asks for.
//!
//! Each current person has a handful of keys, one row each in a table whose primary key is `(school_id, key, name,
//! person_id)` in the order of bytes (SQLite's `BINARY`, PostgreSQL's collation `"C"`); `name` is the name as shown.
//! What is typed becomes one to five prefixes, and a prefix is a range of that index ([`Prefix::range`]): the longest
//! is read in the order of the index, each other one is an `EXISTS` on an index by `(school_id, person_id, key)`, and
//! reading stops after a few rows, so that the size of the school does not matter. Nothing typed reaches SQL as a
//! pattern. One person can come up under several keys: read four times as many rows as answers and keep each once.

use super::{known::Record, name::is_mark};
use icu_normalizer::DecomposingNormalizerBorrowed;
use std::{borrow::Cow, collections::BTreeSet};

/// The most keys kept for one person, and the most prefixes read from what is typed.
const MOST: (usize, usize) = (24, 5);

/// A name without capitals, accents, ligatures and apostrophes; hyphens and white space become one space.
///
/// `Zoë O'Brien-Łukasz` folds to `zoe obrien lukasz`, in letters of any width. Marks go in every script; a letter is
/// never turned into another script's.
pub fn fold(name: &str) -> String {
    // A spacing accent is an apostrophe only as it was typed: taken apart, it is a space and a mark.
    let goes = |c: char| is_apostrophe(c) || is_invisible(c);
    let typed: Cow<'_, str> = if name.contains(goes) { name.replace(goes, "").into() } else { name.into() };
    let mut folded = String::with_capacity(typed.len());
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(&typed);
    for c in apart.chars().flat_map(char::to_lowercase) {
        match c {
            c if is_mark(c) || goes(c) => {}
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ŋ' => folded.push('n'),
            'ĸ' => folded.push('k'),
            'ς' => folded.push('σ'),
            c if c.is_alphanumeric() => folded.push(c),
            // Hyphens, spaces, full stops, brackets.
            _ if folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    folded.trim().to_owned()
}

/// Signs that stand for an apostrophe within a name, of any keyboard and script, and the joiners of Persian and Indian
/// scripts.
pub(in crate::domain) const fn is_apostrophe(c: char) -> bool {
    matches!(
        c,
        '\'' | '`'
            | '\u{b4}'
            | '\u{b7}'
            | '\u{2b9}'
            | '\u{2bb}'..='\u{2bf}'
            | '\u{2c8}'
            | '\u{2ca}'
            | '\u{2cb}'
            | '\u{55a}'
            | '\u{5f3}'
            | '\u{1fbd}'
            | '\u{1fbf}'
            | '\u{200c}'
            | '\u{200d}'
            | '\u{2018}'..='\u{201b}'
            | '\u{2032}'
            | '\u{2035}'
            | '\u{a78b}'
            | '\u{a78c}'
            | '\u{ff07}'
            | '\u{ff40}'
    )
}

/// Signs that nobody sees and word processors leave within a name: soft hyphens, spaces without width, marks of
/// direction.
pub(in crate::domain) const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// The keys to keep for a person, legal and preferred names alike.
///
/// For every word of a name itself; for a name of several words (`Smith-Jones`, `de la Cruz`) also the words run
/// together; for a name with an apostrophe (`O'Brien`) also what stands after it.
pub fn keys(record: &Record) -> BTreeSet<String> {
    let parts = [&record.given, &record.family, &record.preferred_given, &record.preferred_family];
    let mut keys = BTreeSet::new();
    for part in parts.into_iter().flatten() {
        add(&mut keys, part.as_str());
        let folded = fold(part.as_str());
        if folded.contains(' ') {
            keys.insert(folded.replace(' ', ""));
        }
    }
    add(&mut keys, &record.name);
    keys.into_iter().take(MOST.0).collect()
}

fn add(keys: &mut BTreeSet<String>, name: &str) {
    let words = |name: &str| fold(name).split(' ').map(str::to_owned).collect::<Vec<_>>();
    keys.extend(words(name));
    keys.extend(words(&name.replace(is_apostrophe, " ")));
    keys.remove("");
}

/// One folded beginning of a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix(String);

impl Prefix {
    /// From where to where the keys with this beginning stand in an index in the order of bytes, the end left out
    /// (SQLite's `BINARY`, PostgreSQL's collation `"C"`).
    pub fn range(&self) -> (String, String) {
        (self.0.clone(), format!("{}\u{10ffff}", self.0))
    }

    /// The beginning.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name as it is typed: every prefix has to begin a key of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameQuery {
    /// The prefixes, the longest first: it finds the fewest, so it is the one to read from the index.
    pub prefixes: Vec<Prefix>,
}

impl NameQuery {
    /// Reads what is typed. Nothing until there are two letters: one letter finds a tenth of a school.
    pub fn parse(typed: &str) -> Option<Self> {
        let short: String = typed.chars().take(100).collect();
        let folded = fold(&short);
        let words: BTreeSet<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let mut prefixes: Vec<Prefix> = words.into_iter().map(|word| Prefix(word.to_owned())).collect();
        prefixes.sort_by_key(|prefix| std::cmp::Reverse(prefix.0.chars().count()));
        prefixes.truncate(MOST.1);
        let longest = prefixes.first().map_or(0, |prefix| prefix.0.chars().count());
        (longest >= 2).then_some(Self { prefixes })
    }

    /// Whether a person with these keys is one of those asked for.
    pub fn finds(&self, keys: &BTreeSet<String>) -> bool {
        self.prefixes.iter().all(|prefix| {
            let (from, to) = prefix.range();
            keys.range(from..to).next().is_some()
        })
    }
}

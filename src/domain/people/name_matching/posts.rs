//! Posts as people write them, whole or in part: "the caretaker", "head of year 8", "the geography teacher".

use super::{
    reading::{Case, Token, tokens},
    spelling::{Shape, Spelled},
    vocabulary::{Kind, kind},
};
use std::collections::HashMap;

/// What joins the words of a post.
const GLUE: &[&str] =
    &["a", "an", "and", "at", "both", "for", "in", "my", "of", "our", "s", "the", "to", "with"];
/// A post with one of these before it is another person's.
const NOT_THEIRS: &[&str] = &["ex", "former", "last", "old", "previous", "retired"];
/// What a headteacher is the head of.
const SCHOOLS: &[&str] = &["academy", "centre", "college", "school"];

/// A word of a post, and what it tells.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// What it is about: "geography", "deputy".
    Subject(String),
    /// The year or group it is about, which a child may be in.
    Group(String),
    /// What they do: "manager", "head of".
    Role(String),
    /// An adult, or staff of whom there are many: "man", "teacher".
    Anybody,
}

/// One phrase about a post.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Phrase(Vec<Part>);

impl Phrase {
    fn subjects(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Subject(word) | Part::Group(word) => Some(word.as_str()),
            Part::Role(_) | Part::Anybody => None,
        })
    }

    fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Role(word) => Some(word.as_str()),
            Part::Subject(_) | Part::Group(_) | Part::Anybody => None,
        })
    }

    /// Whether it says an adult: "the geography teacher", and not "geography".
    fn says_an_adult(&self) -> bool {
        self.0.iter().any(|part| match part {
            Part::Role(_) | Part::Anybody => true,
            Part::Subject(_) | Part::Group(_) => false,
        })
    }

    /// Whether it is more than a class: "Year 8".
    fn is_telling(&self) -> bool {
        let has_subject = self.0.iter().any(|part| match part {
            Part::Subject(_) => true,
            Part::Group(_) | Part::Role(_) | Part::Anybody => false,
        });
        has_subject || (self.roles().next().is_some() && self.subjects().next().is_some())
    }
}

/// A word of a post as it is compared: "head teacher" is one word, and "head of" another than "head".
fn joined<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let (mut joined, mut rest) = (Vec::new(), texts);
    while let Some(first) = rest.first().copied() {
        let (word, length) = match rest {
            ["assistant" | "associate", "head", "teacher", ..] => ("assistanthead", 3),
            ["assistant" | "associate", "head" | "headteacher", ..] => ("assistanthead", 2),
            ["head", "teacher", ..] => ("headteacher", 2),
            ["head", "of", of @ ..] => {
                let is_school = of.iter().take(2).any(|word| SCHOOLS.contains(word));
                (if is_school { "headteacher" } else { "headof" }, 2)
            }
            ["head", ..] => ("headteacher", 1),
            [] | [_, ..] => (first, 1),
        };
        if !GLUE.contains(&word) {
            joined.push(word);
        }
        rest = &rest[length..];
    }
    joined
}

/// What a word tells; nothing of most common ones.
fn part(word: &str) -> Option<Part> {
    let subject = || Some(Part::Subject(word.to_owned()));
    match word {
        "headof" => return Some(Part::Role(word.to_owned())),
        "headteacher" | "assistanthead" => return subject(),
        "year" | "class" | "form" => return Some(Part::Group(word.to_owned())),
        _ => {}
    }
    if word.starts_with(char::is_numeric) {
        return Some(Part::Group(word.to_owned()));
    }
    match kind(word) {
        None | Some(Kind::Duty | Kind::Name) => subject(),
        Some(Kind::Role) => Some(Part::Role(word.to_owned())),
        Some(Kind::Person | Kind::Staff) => Some(Part::Anybody),
        Some(Kind::Plain) if word == "it" => subject(),
        Some(Kind::Title | Kind::Kin | Kind::Pupil | Kind::Plain) => None,
    }
}

fn phrase(words: &[&str]) -> Phrase {
    Phrase(joined(words).into_iter().filter_map(part).collect())
}

/// The phrases of some words: what stands between two signs.
fn runs(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    tokens.chunk_by(|_, next| !next.is_first)
}

fn texts(tokens: &[Token]) -> Vec<&str> {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

/// What words that stand for a person may say of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenPosts {
    phrases: Vec<Phrase>,
    /// Short forms: "SBM" for the school business manager.
    letters: Vec<String>,
}

impl WrittenPosts {
    /// Reads words that stand for a person.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let letters = tokens.iter().filter(|token| token.case == Case::Capitals && token.shape.count() > 2);
        Self {
            phrases: runs(tokens).filter(|run| may_say_a_post(run)).map(written).collect(),
            letters: letters.map(|token| token.text.clone()).collect(),
        }
    }

    /// Whether they name a post of which there may be one: "head of year 8".
    pub(super) fn names_one(&self) -> bool {
        self.phrases.iter().any(|phrase| phrase.is_telling() && phrase.roles().next().is_some())
    }

    /// Whether they may mean this post.
    pub(super) fn may_mean(&self, post: &str) -> bool {
        let tokens = tokens(post);
        let theirs = phrase(&texts(&tokens));
        let has_letters = || {
            let first = |token: &Token| token.text.chars().next();
            let letters: String = tokens.iter().filter_map(first).collect();
            let telling = tokens.iter().filter(|token| !GLUE.contains(&token.text.as_str()));
            let short: String = telling.filter_map(first).collect();
            self.letters.contains(&letters) || self.letters.contains(&short)
        };
        self.phrases.iter().any(|written| is_part_of(written, &theirs))
            || (!self.letters.is_empty() && theirs.is_telling() && has_letters())
    }
}

/// Whether a phrase may be about an adult's post of today.
fn may_say_a_post(run: &[Token]) -> bool {
    let has = |text: &str| run.iter().any(|token| token.text == text);
    let is_childs = |token: &Token| match token.kind {
        Some(Kind::Pupil) => {
            !(token.text == "child" && has("protection") || token.text == "parent" && has("governor"))
        }
        Some(
            Kind::Title
            | Kind::Kin
            | Kind::Person
            | Kind::Role
            | Kind::Staff
            | Kind::Duty
            | Kind::Name
            | Kind::Plain,
        )
        | None => false,
    };
    !run.iter().any(|token| is_childs(token) || NOT_THEIRS.contains(&token.text.as_str()))
}

/// A phrase without "it" where that is no more than a word.
fn written(run: &[Token]) -> Phrase {
    let says_it = |at: usize| {
        let next = run.get(at + 1).and_then(|token| token.kind);
        run[at].case == Case::Capitals || matches!(next, Some(Kind::Role | Kind::Person | Kind::Staff))
    };
    let kept = run.iter().enumerate().filter(|(at, token)| token.text != "it" || says_it(*at));
    phrase(&kept.map(|(_, token)| token.text.as_str()).collect::<Vec<_>>())
}

fn is_part_of(written: &Phrase, post: &Phrase) -> bool {
    if written.subjects().next().is_none() {
        // "The caretaker": that alone, of those whose post says so.
        let mut roles = written.roles().peekable();
        return roles.peek().is_some() && roles.all(|role| post.roles().any(|theirs| theirs == role));
    }
    let is_said =
        |subject: &str| post.subjects().any(|theirs| is_like(theirs, subject, written.says_an_adult()));
    (written.is_telling() || written.says_an_adult()) && written.subjects().all(is_said)
}

/// Whether a word is the word of a post: as it is, by a slip, or beside an adult by its beginning ("maths").
fn is_like(theirs: &str, word: &str, has_adult: bool) -> bool {
    let first_four = |word: &str| word.char_indices().nth(4).map_or(word.len(), |(at, _)| at);
    let is_long = |word: &str| word.chars().count() > 3;
    theirs == word
        || (is_long(theirs) && is_long(word) && Spelled::new(theirs).is_near(word, Shape::of(word)))
        || (has_adult && is_long(word) && theirs.starts_with(&word[..first_four(word)]))
}

/// The words of an account as posts are looked for in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AccountWords {
    words: Vec<String>,
    places: HashMap<String, Vec<usize>>,
}

impl AccountWords {
    /// Reads an account.
    pub(super) fn of(tokens: &[Token]) -> Self {
        let words: Vec<String> = joined(&texts(tokens)).into_iter().map(str::to_owned).collect();
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, word) in words.iter().enumerate() {
            places.entry(word.clone()).or_default().push(at);
        }
        Self { words, places }
    }

    /// Whether it names a post, or one of several that a person has: all its words beside each other, in any order.
    pub(super) fn names(&self, post: &str) -> bool {
        let tokens = tokens(post);
        runs(&tokens).any(|run| {
            let texts = texts(run);
            texts.split(|word| *word == "and").any(|one| self.has_one(one))
        })
    }

    fn has_one(&self, post: &[&str]) -> bool {
        let words = joined(post);
        let is_head = words == ["headteacher"];
        if is_head || !phrase(post).is_telling() {
            return false;
        }
        let length = words.len();
        // The last word is the rarest: "head of year 8".
        let places =
            words.last().and_then(|last| self.places.get(*last)).map(Vec::as_slice).unwrap_or_default();
        places.iter().any(|at| {
            let starts = (at + 1).saturating_sub(length)..=*at;
            starts
                .filter_map(|start| self.words.get(start..start + length))
                .any(|beside| words.iter().all(|word| beside.iter().any(|other| other == word)))
        })
    }
}

//! Words as they are compared: each folded once, with how it was written, what kind of word it is, and what stands
//! beside it.

use super::{
    spelling::{Shape, Spelled},
    vocabulary::{Kind, kind},
};
use crate::domain::people::register::{
    keys::{fold, is_apostrophe, is_invisible},
    name::is_mark,
};
use std::collections::HashMap;

/// The most words that may be one name written apart: "de la Cruz".
const TOGETHER: usize = 3;

/// What words are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// They stand for a person.
    Person,
    /// They tell what happened.
    Account,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Without a capital.
    Small,
    /// With one.
    Capital,
    /// In capitals, of two letters or more.
    Capitals,
}

impl Case {
    fn of(written: &str) -> Self {
        let letters = || written.chars().filter(|c| c.is_alphabetic());
        match (letters().any(char::is_uppercase), letters().any(char::is_lowercase)) {
            (false, _) => Self::Small,
            (true, false) if letters().nth(1).is_some() => Self::Capitals,
            (true, _) => Self::Capital,
        }
    }
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// The word, folded.
    pub(super) text: String,
    /// Its shape.
    pub(super) shape: Shape,
    /// How it is written.
    pub(super) case: Case,
    /// What kind of word it is, if it is a common one.
    pub(super) kind: Option<Kind>,
    /// Whether it begins a phrase: a sign stands before it that parts one from another.
    pub(super) is_first: bool,
}

impl Token {
    /// Whether it stands before a surname.
    pub(super) fn is_title(&self) -> bool {
        match self.kind {
            Some(Kind::Title) => true,
            Some(Kind::Kin) => self.case != Case::Small,
            Some(
                Kind::Person | Kind::Role | Kind::Staff | Kind::Pupil | Kind::Duty | Kind::Name | Kind::Plain,
            )
            | None => false,
        }
    }

    /// Whether it may be a name or an initial: "Price" in "Daniel Price", "price" never.
    pub(super) fn may_be_name(&self) -> bool {
        match self.kind {
            None => !self.is_figure(),
            Some(Kind::Name) => self.case != Case::Small,
            Some(
                Kind::Title
                | Kind::Kin
                | Kind::Person
                | Kind::Role
                | Kind::Staff
                | Kind::Pupil
                | Kind::Duty
                | Kind::Plain,
            ) => false,
        }
    }

    /// The letter that it is, if it is one alone.
    pub(super) fn letter(&self) -> Option<char> {
        let mut chars = self.text.chars();
        chars.next().filter(|c| chars.next().is_none() && c.is_alphabetic())
    }

    /// Whether it begins with a figure: "8B".
    pub(super) fn is_figure(&self) -> bool {
        self.text.starts_with(char::is_numeric)
    }
}

/// Reads words one by one.
pub(super) fn tokens(words: &str) -> Vec<Token> {
    let is_part = |c: char| c.is_alphanumeric() || is_mark(c) || is_apostrophe(c) || is_invisible(c);
    let mut tokens: Vec<Token> = Vec::new();
    let (mut rest, mut is_first) = (words, true);
    while let Some(start) = rest.find(is_part) {
        let (between, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c: char| !is_part(c)).unwrap_or(from.len()));
        is_first = is_first || parts(between, tokens.last());
        let bare = without_possessive(word);
        for text in fold(bare).split(' ').filter(|text| !text.is_empty()) {
            tokens.push(Token {
                shape: Shape::of(text),
                case: Case::of(bare),
                kind: kind(text),
                text: text.to_owned(),
                is_first,
            });
            is_first = false;
        }
        rest = after;
    }
    tokens
}

/// Whether signs between two words part one phrase from another. "D. Achebe", "Mr. Achebe" and "Twyford-Ashe" are one.
fn parts(between: &str, before: Option<&Token>) -> bool {
    let signs = || between.chars().filter(|c| !c.is_whitespace());
    let is_short = before.is_none_or(|token| token.letter().is_some() || token.is_title());
    if between.contains('\n') {
        true
    } else if signs().all(|c| c == '.') {
        signs().next().is_some() && !is_short
    } else {
        !signs().all(is_hyphen) || between.contains(char::is_whitespace)
    }
}

const fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// "Achebe" of "Achebe's".
fn without_possessive(word: &str) -> &str {
    let owner = word.strip_suffix(['s', 'S']).unwrap_or_default();
    match owner.char_indices().next_back() {
        Some((at, c)) if at > 0 && is_apostrophe(c) => &owner[..at],
        Some(_) | None => word,
    }
}

/// One to three words that may be one part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// The place of its first word.
    pub(super) at: usize,
    /// How many words.
    pub(super) length: usize,
    /// Whether it is a common word.
    pub(super) is_common: bool,
    /// Whether a slip counts in it: not in words of which one is a letter alone, which is an initial.
    may_slip: bool,
    text: String,
    shape: Shape,
}

impl Span {
    /// The place after its last word.
    pub(super) const fn end(&self) -> usize {
        self.at + self.length
    }
}

/// Whether a part of a name is written as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// It is.
    Same,
    /// By a slip or a short form of it.
    Near,
}

/// What stands beside some words of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Neighbour<'a> {
    /// Nothing that may be a name.
    Nothing,
    /// A title.
    Title,
    /// A letter alone, and its place.
    Letter(char, usize),
    /// A word that may be a name, and its place.
    Word(&'a Token, usize),
}

/// Words read once, to be asked about many adults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// What they are for.
    pub(super) purpose: Purpose,
    /// Each word.
    pub(super) tokens: Vec<Token>,
    spans: Vec<Span>,
    /// Which spans read so.
    exact: HashMap<String, Vec<usize>>,
    /// The spans in which a slip counts: all if they stand for a person, those after a title in an account.
    slips: Vec<usize>,
}

impl Reading {
    /// Reads words.
    pub(super) fn of(words: &str, purpose: Purpose) -> Self {
        let tokens = tokens(words);
        let spans = spans(&tokens);
        let mut exact: HashMap<String, Vec<usize>> = HashMap::new();
        for (id, span) in spans.iter().enumerate() {
            exact.entry(span.text.clone()).or_default().push(id);
        }
        let mut reading = Self { purpose, tokens, spans, exact, slips: Vec::new() };
        let counts = |span: &Span| match purpose {
            Purpose::Person => span.may_slip,
            Purpose::Account => span.may_slip && reading.is_after_title(span.at),
        };
        let slips =
            reading.spans.iter().enumerate().filter(|(_, span)| counts(span)).map(|(id, _)| id).collect();
        reading.slips = slips;
        reading
    }

    /// Whether a title stands before a place, with an initial or without: "Mr", "Mr D.".
    pub(super) fn is_after_title(&self, at: usize) -> bool {
        match self.before(at) {
            Neighbour::Title => true,
            Neighbour::Letter(_, at) => self.before(at) == Neighbour::Title,
            Neighbour::Nothing | Neighbour::Word(..) => false,
        }
    }

    /// Whether some words read so, run together or apart.
    pub(super) fn says(&self, text: &str) -> bool {
        self.exact.contains_key(text)
    }

    /// Where a part of a name may stand.
    pub(super) fn like<'a>(&'a self, part: &'a Spelled) -> impl Iterator<Item = (&'a Span, Likeness)> {
        let slips = self.slipped(move |span| part.is_near(&span.text, span.shape));
        self.same(part).map(|span| (span, Likeness::Same)).chain(slips)
    }

    /// Where a given name or a form of it may stand.
    pub(super) fn like_given<'a>(&'a self, part: &'a Spelled) -> impl Iterator<Item = (&'a Span, Likeness)> {
        let is_like = move |span: &Span| match span.length {
            1 => is_given_like(part, &span.text, span.shape),
            // "Daniel Price" is no long form of Daniel.
            _ => part.is_near(&span.text, span.shape),
        };
        let slips = self.slipped(is_like);
        self.same(part).map(|span| (span, Likeness::Same)).chain(slips)
    }

    /// Where a part of a name stands as it is.
    pub(super) fn same(&self, part: &Spelled) -> impl Iterator<Item = &Span> {
        let ids = self.exact.get(&part.text).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.spans.get(*id))
    }

    fn slipped<'a>(
        &'a self,
        is_like: impl Fn(&Span) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a Span, Likeness)> {
        let spans = self.slips.iter().filter_map(|id| self.spans.get(*id));
        spans.filter(move |span| is_like(span)).map(|span| (span, Likeness::Near))
    }

    /// What stands before a place.
    pub(super) fn before(&self, at: usize) -> Neighbour<'_> {
        match self.tokens.get(at) {
            Some(token) if !token.is_first => {
                at.checked_sub(1).map_or(Neighbour::Nothing, |at| self.neighbour(at))
            }
            Some(_) | None => Neighbour::Nothing,
        }
    }

    /// What stands at a place, which is after some words.
    pub(super) fn after(&self, at: usize) -> Neighbour<'_> {
        match self.tokens.get(at) {
            Some(token) if !token.is_first => self.neighbour(at),
            Some(_) | None => Neighbour::Nothing,
        }
    }

    fn neighbour(&self, at: usize) -> Neighbour<'_> {
        let Some(token) = self.tokens.get(at) else { return Neighbour::Nothing };
        // "A" is a word only without its capital, "I" always.
        let is_word = token.text == "i" || (token.text == "a" && token.case == Case::Small);
        match token.letter() {
            _ if token.is_title() => Neighbour::Title,
            Some(_) if is_word => Neighbour::Nothing,
            Some(letter) => Neighbour::Letter(letter, at),
            None if token.may_be_name() => Neighbour::Word(token, at),
            None => Neighbour::Nothing,
        }
    }

    /// How a span is written.
    pub(super) fn case(&self, span: &Span) -> Case {
        self.tokens.get(span.at).map_or(Case::Small, |token| token.case)
    }

    /// Whether a span is all there is.
    pub(super) fn is_all(&self, span: &Span) -> bool {
        span.length == self.tokens.len()
    }
}

/// Whether a word may be said for a given name.
pub(super) fn is_given_like(given: &Spelled, word: &str, shape: Shape) -> bool {
    given.text == word || given.is_near(word, shape) || super::spelling::is_form_of(&given.text, word)
}

fn spans(tokens: &[Token]) -> Vec<Span> {
    let mut spans = Vec::new();
    for at in 0..tokens.len() {
        let (mut text, mut may_slip) = (String::new(), true);
        for (length, token) in (1..=TOGETHER).zip(&tokens[at..]) {
            if length > 1 && token.is_first {
                break;
            }
            text.push_str(&token.text);
            may_slip = may_slip && token.letter().is_none();
            let is_common = if length == 1 { token.kind.is_some() } else { kind(&text).is_some() };
            spans.push(Span { at, length, is_common, may_slip, shape: Shape::of(&text), text: text.clone() });
        }
    }
    spans
}

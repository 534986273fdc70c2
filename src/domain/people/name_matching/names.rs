//! Whether words say an adult's name: the whole of it in any order, a surname or a given name alone, initials, a title
//! before either, each as it is or by a slip.

use super::{
    Adult,
    reading::{Case, Likeness, Neighbour, Purpose, Reading, Span, Token, is_given_like},
    spelling::Spelled,
    vocabulary::{Kind, kind},
};
use crate::domain::people::register::keys::{fold, is_apostrophe};

/// What stands within a surname and is none by itself.
const PARTICLES: [&str; 26] = [
    "abu", "al", "ap", "bin", "bint", "d", "da", "das", "de", "del", "della", "den", "der", "di", "dos",
    "du", "el", "ibn", "la", "le", "mac", "mc", "o", "st", "van", "von",
];

/// What an adult is called, present and former names together: each part folded.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: Vec<Spelled>,
    surnames: Vec<Spelled>,
    /// Every word.
    words: Vec<String>,
    /// Given name and surname run together, in both orders.
    whole: Vec<String>,
    /// The letter of the given name before the surname, as in an address: "dachebe".
    addresses: Vec<String>,
    /// "da", "ad".
    initials: Vec<String>,
}

impl Names {
    /// The names of an adult.
    pub(super) fn of(adult: &Adult) -> Self {
        let mut names = Self::default();
        for name in std::iter::once(&adult.name).chain(&adult.former_names) {
            names.add(name);
        }
        names
    }

    fn add(&mut self, name: &str) {
        let folded = fold(name);
        let all: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        let titles = all.iter().take_while(|word| kind(word) == Some(Kind::Title)).count();
        let words = if titles < all.len() { &all[titles..] } else { &all[..] };
        match words {
            [] => {}
            [only] => {
                self.given.push(Spelled::new(*only));
                self.surnames.push(Spelled::new(*only));
            }
            [first, rest @ ..] => self.add_words(first, rest),
        }
        self.words.extend(words.iter().map(|word| (*word).to_owned()));
        if name.contains(is_apostrophe) {
            self.add_after_apostrophes(name);
        }
    }

    fn add_words(&mut self, first: &str, rest: &[&str]) {
        self.given.push(Spelled::new(first));
        let mut together = first.to_owned();
        for (at, word) in rest.iter().enumerate() {
            let is_last = at + 1 == rest.len();
            let is_telling = word.chars().count() > 1 && !PARTICLES.contains(word);
            if is_last || is_telling {
                self.surnames.push(Spelled::new(*word));
            }
            if !is_last {
                self.surnames.push(Spelled::new(rest[at..].concat()));
                // "Anne-Marie", or one of several given names.
                together.push_str(word);
                self.given.push(Spelled::new(together.as_str()));
            }
            if !is_last && is_telling {
                self.given.push(Spelled::new(*word));
            }
        }
        let last = rest.last().copied().filter(|_| rest.len() > 1).map(str::to_owned);
        for surname in std::iter::once(rest.concat()).chain(last) {
            self.whole.extend([format!("{first}{surname}"), format!("{surname}{first}")]);
            self.addresses.extend(first.chars().next().map(|letter| format!("{letter}{surname}")));
        }
        self.add_initials(first, rest);
    }

    /// The given name's letter with that of any other name, in both orders, and those of all names as far as they are
    /// written: "AT" and "AMT" of Anne-Marie Twyford-Ashe.
    fn add_initials(&mut self, first: &str, rest: &[&str]) {
        let Some(given) = first.chars().next() else { return };
        let mut all = String::from(given);
        for letter in rest.iter().filter_map(|word| word.chars().next()) {
            all.push(letter);
            self.initials.extend([format!("{given}{letter}"), format!("{letter}{given}"), all.clone()]);
        }
    }

    /// "Brien" of "O'Brien".
    fn add_after_apostrophes(&mut self, name: &str) {
        let apart = fold(&name.replace(is_apostrophe, " "));
        let pieces = apart.split(' ').filter(|piece| piece.chars().count() > 2);
        let new: Vec<String> =
            pieces.filter(|piece| !self.words.iter().any(|word| word == piece)).map(str::to_owned).collect();
        self.surnames.extend(new.iter().map(|piece| Spelled::new(piece.as_str())));
        self.words.extend(new);
    }

    fn is_given(&self, token: &Token) -> bool {
        self.given.iter().any(|given| is_given_like(given, &token.text, token.shape))
    }

    fn is_surname(&self, token: &Token) -> bool {
        let is_like = |part: &Spelled| part.text == token.text || part.is_near(&token.text, token.shape);
        self.surnames.iter().any(is_like)
    }

    fn has_word(&self, token: &Token) -> bool {
        self.words.contains(&token.text)
    }

    fn has_given_initial(&self, letter: char) -> bool {
        self.given.iter().any(|given| given.text.starts_with(letter))
    }

    fn has_initial(&self, letter: char) -> bool {
        self.has_given_initial(letter) || self.surnames.iter().any(|part| part.text.starts_with(letter))
    }
}

/// Whether words say one of these names, and how; `is_duty` says whether a span is part of a role that was read.
pub(super) fn named(reading: &Reading, names: &Names, is_duty: &dyn Fn(&Span) -> bool) -> Option<Likeness> {
    let find = Find { reading, names, is_duty };
    if find.is_whole() || find.is_initials() || find.is_titled_letter() {
        return Some(Likeness::Same);
    }
    let surnames = names.surnames.iter().flat_map(|part| reading.like(part));
    let by_surname = surnames.filter_map(|(span, likeness)| find.by_surname(span, likeness));
    let given = names.given.iter().flat_map(|part| reading.like_given(part));
    let by_given = given.filter_map(|(span, likeness)| find.by_given(span, likeness));
    by_surname.chain(by_given).min()
}

/// What stands beside a surname.
enum Beside {
    /// Nothing that tells whose it is.
    Nothing,
    /// A title.
    Title,
    /// Their given name, or its first letter.
    Own,
    /// A word with the first letter of their given name: "Danny" and "Dave" for Daniel.
    Maybe,
}

struct Find<'a> {
    reading: &'a Reading,
    names: &'a Names,
    is_duty: &'a dyn Fn(&Span) -> bool,
}

impl Find<'_> {
    /// Given name and surname one after another, run together or not: "D Achebe", "achebedaniel", "dachebe".
    fn is_whole(&self) -> bool {
        let is_common = |text: &str| kind(text).is_some();
        let mut addresses =
            self.names.addresses.iter().filter(|text| !is_common(text.as_str()) && text.len() > 3);
        self.names.whole.iter().any(|text| !is_common(text.as_str()) && self.reading.says(text))
            || (self.reading.purpose == Purpose::Person && addresses.any(|text| self.reading.says(text)))
    }

    /// "Mr A", with no name after it.
    fn is_titled_letter(&self) -> bool {
        let is_theirs = |letter: char| self.names.surnames.iter().any(|part| part.text.starts_with(letter));
        self.reading.tokens.iter().enumerate().any(|(at, token)| {
            let has_name = match self.reading.after(at + 1) {
                Neighbour::Nothing | Neighbour::Title => false,
                Neighbour::Letter(..) => true,
                Neighbour::Word(word, _) => word.case != Case::Small,
            };
            // "Mrs L Lead": a surname that is a word too is the name after the letter.
            let has_name =
                has_name || self.reading.tokens.get(at + 1).is_some_and(|next| self.names.has_word(next));
            token.case != Case::Small
                && token.letter().is_some_and(is_theirs)
                && self.reading.before(at) == Neighbour::Title
                && !has_name
        })
    }

    /// Initials, if the words stand for a person: "DA", "D.A.", "mr d", and common words beside them.
    fn is_initials(&self) -> bool {
        if self.reading.purpose == Purpose::Account {
            return false;
        }
        let tokens = &self.reading.tokens;
        let said = &tokens[tokens.iter().take_while(|token| token.is_title()).count()..];
        let letters: String = said.iter().map_while(Token::letter).collect();
        let run = letters.chars().count();
        let is_common = |token: &Token| token.kind.is_some();
        let is_one_of_theirs = |text: &String| self.names.initials.contains(text);
        match said {
            [only] if run == 1 => {
                let is_word = is_common(only) && only.case == Case::Small;
                !is_word && letters.chars().all(|letter| self.names.has_initial(letter))
            }
            [only] => is_one_of_theirs(&only.text),
            _ if run > 1 && said[run..].iter().all(is_common) => is_one_of_theirs(&letters),
            _ => {
                let mut telling = said.iter().filter(|token| !is_common(token) && !token.is_figure());
                let first = telling.next().filter(|_| telling.next().is_none());
                first.is_some_and(|token| token.case == Case::Capitals && is_one_of_theirs(&token.text))
            }
        }
    }

    fn by_surname(&self, span: &Span, likeness: Likeness) -> Option<Likeness> {
        let beside = self.beside_surname(span)?;
        match (self.reading.purpose, likeness, beside) {
            (_, Likeness::Same, Beside::Title | Beside::Own)
            | (Purpose::Person, Likeness::Near, Beside::Title | Beside::Own)
            | (Purpose::Account, Likeness::Near, Beside::Title) => Some(likeness),
            (Purpose::Account, Likeness::Near, Beside::Own) => {
                self.reading.is_after_title(span.at).then_some(likeness)
            }
            (_, Likeness::Same, Beside::Maybe) => Some(Likeness::Near),
            (_, Likeness::Same, Beside::Nothing) => self.may_stand_alone(span).then_some(likeness),
            (Purpose::Person, Likeness::Near, Beside::Nothing) => {
                let is_word = span.is_common || (self.is_duty)(span);
                (!is_word && self.is_end(span)).then_some(likeness)
            }
            (_, Likeness::Near, Beside::Maybe) | (Purpose::Account, Likeness::Near, Beside::Nothing) => None,
        }
    }

    /// What stands beside a surname; none if it is another person's by that.
    fn beside_surname(&self, span: &Span) -> Option<Beside> {
        let before = match self.reading.before(span.at) {
            Neighbour::Nothing => Beside::Nothing,
            Neighbour::Title => Beside::Title,
            Neighbour::Letter(letter, at) => {
                let is_titled = self.reading.before(at) == Neighbour::Title;
                let whose = if is_titled { Beside::Title } else { Beside::Own };
                self.names.has_given_initial(letter).then_some(whose)?
            }
            Neighbour::Word(word, at) => self.before_surname(span, word, at)?,
        };
        match before {
            Beside::Title | Beside::Own | Beside::Maybe => Some(before),
            Beside::Nothing => match self.reading.after(span.end()) {
                Neighbour::Word(word, _) if self.names.is_given(word) => Some(Beside::Own),
                Neighbour::Letter(letter, at) if self.reading.after(at + 1) == Neighbour::Nothing => {
                    self.names.has_initial(letter).then_some(Beside::Own)
                }
                Neighbour::Nothing | Neighbour::Title | Neighbour::Letter(..) | Neighbour::Word(..) => {
                    Some(Beside::Nothing)
                }
            },
        }
    }

    fn before_surname(&self, span: &Span, word: &Token, at: usize) -> Option<Beside> {
        let has_first_letter =
            word.text.chars().next().is_some_and(|first| self.names.has_given_initial(first));
        if self.names.is_given(word) {
            return Some(Beside::Own);
        }
        if self.names.has_word(word) || self.is_small_beside(word, span) {
            return Some(Beside::Nothing);
        }
        if has_first_letter {
            return Some(Beside::Maybe);
        }
        // A middle name.
        match self.reading.before(at) {
            Neighbour::Word(earlier, _) if self.names.is_given(earlier) => Some(Beside::Own),
            Neighbour::Nothing | Neighbour::Title | Neighbour::Letter(..) | Neighbour::Word(..) => None,
        }
    }

    fn by_given(&self, span: &Span, likeness: Likeness) -> Option<Likeness> {
        let is_with_surname = match self.reading.after(span.end()) {
            Neighbour::Nothing | Neighbour::Title => false,
            Neighbour::Letter(letter, _) => self.names.has_initial(letter).then_some(true)?,
            Neighbour::Word(word, _) => self.after_given(span, word)?,
        };
        let is_titled = match self.reading.before(span.at) {
            Neighbour::Nothing => false,
            Neighbour::Title => true,
            Neighbour::Letter(letter, _) => self.names.has_initial(letter).then_some(false)?,
            Neighbour::Word(word, _) => {
                (self.names.has_word(word) || self.is_small_beside(word, span)).then_some(false)?
            }
        };
        let is_sure = is_with_surname || is_titled;
        match (self.reading.purpose, likeness) {
            (Purpose::Person, Likeness::Same) => (is_sure || self.may_stand_alone(span)).then_some(likeness),
            (Purpose::Person, Likeness::Near) => (is_sure || !span.is_common).then_some(likeness),
            (Purpose::Account, Likeness::Same) => {
                let has_capital = self.reading.case(span) != Case::Small;
                let counts = has_capital && (is_sure || !(span.is_common || self.is_anothers()));
                counts.then_some(likeness)
            }
            (Purpose::Account, Likeness::Near) => None,
        }
    }

    /// Whether a word after a given name is their surname; none if it is another person's.
    fn after_given(&self, span: &Span, word: &Token) -> Option<bool> {
        if self.names.is_surname(word) {
            Some(true)
        } else {
            (self.names.has_word(word) || self.is_small_beside(word, span)).then_some(false)
        }
    }

    /// Whether a word is no name because it has no capital, and what it stands beside has.
    fn is_small_beside(&self, word: &Token, span: &Span) -> bool {
        word.case == Case::Small && self.reading.case(span) != Case::Small
    }

    /// Whether a name that may be a word stands for a person by itself.
    fn may_stand_alone(&self, span: &Span) -> bool {
        let is_word = (span.is_common && self.reading.case(span) == Case::Small) || (self.is_duty)(span);
        !is_word || self.reading.is_all(span)
    }

    /// Whether no other part of a name follows.
    fn is_end(&self, span: &Span) -> bool {
        match self.reading.after(span.end()) {
            Neighbour::Nothing | Neighbour::Title | Neighbour::Letter(..) => true,
            Neighbour::Word(word, _) => self.names.has_word(word) || self.is_small_beside(word, span),
        }
    }

    /// Whether an account has the given name with another surname: then, alone, it is that person's.
    fn is_anothers(&self) -> bool {
        let mut spans = self.names.given.iter().flat_map(|given| self.reading.same(given));
        spans.any(|span| match self.reading.after(span.end()) {
            Neighbour::Word(word, _) => word.case != Case::Small && self.after_given(span, word).is_none(),
            Neighbour::Nothing | Neighbour::Title | Neighbour::Letter(..) => false,
        })
    }
}

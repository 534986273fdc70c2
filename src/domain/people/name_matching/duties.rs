//! Roles as people write them, whole, in part or by a slip: "the DSL", "deputy head", "safegaurding lead", "the IT man".

use super::{
    called::{CALLED, Called, Counts, Who},
    reading::{Case, Purpose, Span, Token},
    spelling::Spelled,
    vocabulary::Kind,
};
use crate::domain::{
    kernel::ids::PersonId,
    people::{Desk, Roster, Seat, Sitting},
};
use std::sync::LazyLock;

/// A role with one of these before it is its deputies'.
const DEPUTY: &[&str] = &["deputy", "vice"];
/// A role with one of these before it is of anybody who sits there: an acting head may be recorded as a deputy, as
/// cover or as the holder.
const ANY: &[&str] = &[
    "a",
    "acting",
    "an",
    "another",
    "any",
    "co",
    "cover",
    "covering",
    "each",
    "every",
    "interim",
    "joint",
    "one",
    "other",
    "second",
    "temporary",
];
/// A role with one of these before it is another person's.
const NOT_THEIRS: &[&str] = &["assistant", "associate", "ex", "former", "last", "old", "previous", "retired"];
/// "Head of school" is the headteacher; "head of year 8" is not.
const SCHOOLS: &[&str] = &["academy", "centre", "college", "governors", "infants", "school", "trust"];
/// "The head boy", "the head cook".
const OTHER_HEADS: &[&str] = &[
    "boy",
    "boys",
    "caretaker",
    "chef",
    "coach",
    "cook",
    "cooks",
    "gardener",
    "girl",
    "girls",
    "injury",
    "lice",
    "librarian",
    "prefect",
    "prefects",
    "pupil",
];
/// Before "the head" these make it a part of the body.
const ON_THE_HEAD: &[&str] =
    &["above", "across", "against", "around", "in", "into", "of", "on", "onto", "over", "round"];
/// "A blow to the head".
const HITS: &[&str] =
    &["blow", "bang", "bump", "cut", "hit", "injury", "kick", "knock", "punch", "slap", "wound"];

/// Words of roles in which a slip is read as the word.
static LONG_WORDS: LazyLock<Vec<Spelled>> = LazyLock::new(|| {
    let words = "authority chairman computer coordinator deputy designated external governors headmaster \
                 headmistress headteacher information leadership manager network officer principal protection \
                 safeguarding senior technician";
    words.split(' ').map(Spelled::new).collect()
});

/// A role that was written; of any desk, if only "the deputy" was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WrittenDuty {
    desk: Option<Desk>,
    who: Who,
}

impl WrittenDuty {
    fn is(self, sitting: &Sitting) -> bool {
        let seated = match (self.who, sitting.seat) {
            (Who::Everyone, Seat::Holder | Seat::Deputy | Seat::Cover)
            | (Who::Holder, Seat::Holder | Seat::Cover)
            | (Who::Deputies, Seat::Deputy | Seat::Cover) => true,
            (Who::Holder, Seat::Deputy) | (Who::Deputies, Seat::Holder) => false,
        };
        seated && self.desk.is_none_or(|desk| desk == sitting.desk)
    }
}

/// Every role in some words, and the words that are part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenDuties {
    duties: Vec<WrittenDuty>,
    words: Vec<bool>,
}

impl WrittenDuties {
    /// Reads the longest role at each place: "deputy designated safeguarding lead" is one, and no lead's.
    pub(super) fn of(tokens: &[Token], purpose: Purpose) -> Self {
        let texts: Vec<&str> = tokens.iter().map(|token| as_meant(token, purpose)).collect();
        let place = Place { tokens, texts: &texts, purpose };
        let mut read = Self { duties: Vec::new(), words: vec![false; tokens.len()] };
        let mut at = 0;
        while at < tokens.len() {
            let length = match place.longest(at) {
                Some((called, length)) => {
                    read.duties.extend(place.duty(called, at, length));
                    length
                }
                None if place.is_deputy_alone(at) => {
                    read.duties.push(WrittenDuty { desk: None, who: Who::Deputies });
                    1
                }
                None => {
                    at += 1;
                    continue;
                }
            };
            read.words[at..at + length].fill(true);
            at += length;
        }
        read
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.duties.is_empty()
    }

    /// Whether a span is part of a role, or of another post that reads like one.
    pub(super) fn has(&self, span: &Span) -> bool {
        self.words.get(span.at).copied().unwrap_or_default()
    }

    /// The desk at which a person sits as it was written.
    pub(super) fn desk_of(&self, person: PersonId, roster: &Roster) -> Option<Desk> {
        if self.is_empty() {
            return None;
        }
        let theirs = roster.sittings().iter().filter(|sitting| sitting.person == person);
        let written = theirs.filter(|sitting| self.duties.iter().any(|duty| duty.is(sitting)));
        written.map(|sitting| sitting.desk).min()
    }
}

/// A word, or the word of a role that it is a slip for.
fn as_meant(token: &Token, purpose: Purpose) -> &str {
    match purpose {
        // "In principle".
        Purpose::Account => token.text.as_str(),
        Purpose::Person if token.kind.is_some() || token.shape.count() < 5 => token.text.as_str(),
        Purpose::Person => LONG_WORDS
            .iter()
            .find(|word| word.is_near(&token.text, token.shape))
            .map_or(token.text.as_str(), |word| word.text.as_str()),
    }
}

struct Place<'a> {
    tokens: &'a [Token],
    texts: &'a [&'a str],
    purpose: Purpose,
}

impl<'a> Place<'a> {
    /// The words from a place to the end of its phrase.
    fn rest(&self, at: usize) -> &'a [&'a str] {
        let rest = self.tokens.get(at + 1..).unwrap_or_default();
        let length = 1 + rest.iter().take_while(|token| !token.is_first).count();
        self.texts.get(at..at + length).unwrap_or_default()
    }

    /// The words after a place within its phrase.
    fn after(&self, at: usize) -> &'a [&'a str] {
        match self.tokens.get(at) {
            Some(token) if !token.is_first => self.rest(at),
            Some(_) | None => &[],
        }
    }

    /// A word some places before, within the phrase.
    fn before(&self, at: usize, places: usize) -> &'a str {
        let Some(start) = at.checked_sub(places) else { return "" };
        let goes_on = self.tokens[start + 1..=at].iter().all(|token| !token.is_first);
        if goes_on { self.texts[start] } else { "" }
    }

    fn longest(&self, at: usize) -> Option<(&'static Called, usize)> {
        let rest = self.rest(at);
        let length = |called: &Called| {
            let words = called.words.split(' ');
            let length = words.clone().count();
            (length <= rest.len() && words.zip(rest).all(|(word, said)| word == *said)).then_some(length)
        };
        let first = rest.first().copied().unwrap_or_default();
        let begins = CALLED.iter().filter(|called| called.words.starts_with(first));
        begins.filter_map(|called| Some((called, length(called)?))).max_by_key(|(_, length)| *length)
    }

    fn is_deputy_alone(&self, at: usize) -> bool {
        let is_deputy = matches!(self.texts[at], "deputy" | "deputies");
        is_deputy && (self.after(at + 1).is_empty() || self.longest(at + 1).is_none())
    }

    fn duty(&self, called: &Called, at: usize, length: usize) -> Option<WrittenDuty> {
        let before = self.before(at, 1);
        let is_another = NOT_THEIRS.contains(&before) || self.is_another_post(called, at + length);
        let who = if DEPUTY.contains(&before) {
            Who::Deputies
        } else if ANY.contains(&before) && called.who == Who::Holder {
            Who::Everyone
        } else {
            called.who
        };
        let counts = !is_another && self.counts(called, at, length);
        counts.then_some(WrittenDuty { desk: Some(called.desk), who })
    }

    /// "Head of Year 8", "chair of the parents", "head boy": another role altogether.
    fn is_another_post(&self, called: &Called, end: usize) -> bool {
        let is_alone = matches!(called.words, "head" | "chair" | "principal" | "executive head");
        match self.after(end) {
            ["of", rest @ ..] => is_alone && !rest.iter().take(3).any(|word| SCHOOLS.contains(word)),
            [next, ..] => is_alone && OTHER_HEADS.contains(next),
            [] => false,
        }
    }

    fn counts(&self, called: &Called, at: usize, length: usize) -> bool {
        let before = self.before(at, 1);
        let is_somebodys = DEPUTY.contains(&before) || matches!(before, "acting" | "interim");
        match (self.purpose, called.counts) {
            (_, Counts::Always) => true,
            (Purpose::Person, Counts::BeforeARole | Counts::InWords | Counts::Head) => true,
            (Purpose::Person, Counts::Pronoun) => {
                self.tokens[at].case == Case::Capitals
                    || self.has_a_role(at + length)
                    || self.tokens.len() == 1
            }
            (Purpose::Account, Counts::BeforeARole) => is_somebodys || self.has_a_role(at + length),
            (Purpose::Account, Counts::InWords) => is_somebodys,
            (Purpose::Account, Counts::Pronoun) => {
                self.tokens[at].case == Case::Capitals && self.has_a_role(at + length)
            }
            (Purpose::Account, Counts::Head) => is_somebodys || self.is_the_head(at),
        }
    }

    /// "The IT man", "the safeguarding lead": somebody, not the thing.
    fn has_a_role(&self, end: usize) -> bool {
        let token = self.tokens.get(end).filter(|token| !token.is_first);
        token.is_some_and(|token| match token.kind {
            Some(Kind::Role | Kind::Person) => true,
            Some(Kind::Staff) => token.text == "staff",
            Some(Kind::Title | Kind::Kin | Kind::Pupil | Kind::Duty | Kind::Name | Kind::Plain) | None => {
                false
            }
        })
    }

    /// Whether "head" is a person in an account, and no part of the body.
    fn is_the_head(&self, at: usize) -> bool {
        let (before, earlier) = (self.before(at, 2), self.before(at, 3));
        match self.before(at, 1) {
            "the" | "our" => !(ON_THE_HEAD.contains(&before) || (before == "to" && HITS.contains(&earlier))),
            "" => false,
            _ => self.tokens[at].case == Case::Capital,
        }
    }
}

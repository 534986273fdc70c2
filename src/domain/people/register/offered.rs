//! People as they are offered while a name is typed: what tells namesakes apart, for which reader, and which words mean
//! exactly one of them. A person who is picked is carried by id; words go by [`fold`](super::keys::fold) alone.

use super::keys::fold;
use crate::domain::{
    kernel::{
        clock::{Instant, plain_day},
        ids::PersonId,
    },
    people::{
        PersonKind, Standing,
        naming::{formerly, without_formerly},
    },
};
use chrono::NaiveDate;
use std::str::FromStr;

/// A person of the register as a name may find them, those who have left among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Their id.
    pub id: PersonId,
    /// What they are.
    pub kind: PersonKind,
    /// Their name as shown.
    pub name: String,
    /// The names they no longer go by.
    pub former: Vec<String>,
    /// The former name they were found by, if it was not one of today's: it is said beside the name.
    pub found_as: Option<String>,
    /// Forenames, the legal one and the preferred one.
    pub given: Vec<String>,
    /// Surnames, the legal one and the preferred one.
    pub family: Vec<String>,
    /// A pupil's year group.
    pub year_group: Option<String>,
    /// A pupil's tutor group.
    pub tutor_group: Option<String>,
    /// A pupil's date of birth.
    pub born_on: Option<NaiveDate>,
    /// A member of staff's post.
    pub post: Option<String>,
    /// An adult's work e-mail address: shown only if nothing else tells two people of a list apart.
    pub email: Option<String>,
    /// When they left, if they have.
    pub left_at: Option<Instant>,
}

/// Who reads what is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person with a role that receives cases.
    AtADesk,
    /// Anyone else.
    Elsewhere,
}

impl Reader {
    /// What a person's roles make of them as a reader.
    pub fn of(standing: &Standing) -> Self {
        if standing.seats.is_empty() { Self::Elsewhere } else { Self::AtADesk }
    }
}

/// One line that is offered: a person, or words that this reader cannot tell apart further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Who; none if several people look the same to this reader, so that none of them is guessed.
    pub person: Option<PersonId>,
    /// What is read, and what stands in the field once it is taken.
    pub words: String,
    /// How many people it may be.
    pub people: usize,
}

/// What a form says was picked for a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pick {
    /// This person, whose label went into the field.
    Person(PersonId),
    /// This person, chosen from a list for the words with this mark of [`mark_of`], which still stand in the field.
    Listed(PersonId, String),
    /// None of those listed for the words with this mark.
    Words(String),
}

impl Pick {
    /// Who was picked, if anyone was.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) | Self::Listed(person, _) => Some(*person),
            Self::Words(_) => None,
        }
    }

    /// A person chosen from a list for these words, as a form posts it.
    pub fn listed(person: PersonId, typed: &str) -> String {
        format!("{person}.{}", mark_of(typed))
    }
}

impl FromStr for Pick {
    type Err = ();

    fn from_str(posted: &str) -> Result<Self, ()> {
        if posted.starts_with(MARK) {
            return Ok(Self::Words(posted.to_owned()));
        }
        let (person, mark) = posted.split_once('.').map_or((posted, None), |(id, mark)| (id, Some(mark)));
        let person: PersonId = person.parse().map_err(|_| ())?;
        Ok(mark.map_or(Self::Person(person), |mark| Self::Listed(person, mark.to_owned())))
    }
}

/// Whom words mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// This person, and no other.
    Person(PersonId),
    /// No person of the register, or none that was picked.
    Words,
    /// One of these, and the words do not say which.
    Several(Vec<Offered>),
}

/// What a mark of words begins with.
const MARK: &str = "words-";

/// The mark of words, posted with an answer about them, or alone if they are to stay words: the answer holds only as long
/// as they stand in the field.
pub fn mark_of(typed: &str) -> String {
    fold(typed).bytes().fold(MARK.to_owned(), |mark, byte| format!("{mark}{byte:02x}"))
}

/// Whether two names are the same: by their words in any order, or by their letters, wherever spaces stand.
pub fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (fold(one), fold(other));
    let (mut words, mut others) = (split(&one), split(&other));
    if words.is_empty() || others.is_empty() {
        return false;
    }
    let whole = others.concat();
    let turned = (0..words.len()).any(|at| [&words[at..], &words[..at]].concat().concat() == whole);
    words.sort_unstable();
    others.sort_unstable();
    turned || words == others
}

fn split(folded: &str) -> Vec<&str> {
    folded.split(' ').filter(|word| !word.is_empty()).collect()
}

/// The words of a name, the longest first: each is a key of everyone who is called so.
pub fn words_of(name: &str) -> Vec<String> {
    let folded = fold(name);
    let mut words: Vec<String> = split(&folded).into_iter().map(str::to_owned).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.dedup();
    words
}

/// The part of what is typed that can be a name: a suggestion goes on with a name before, or after a comma.
pub fn name_part(typed: &str) -> Option<&str> {
    let label = typed.split_once(", ").map_or(typed, |(name, _)| name);
    let (name, _) = without_formerly(label);
    (name != typed).then_some(name)
}

impl Offered {
    /// The person as this reader is offered them: a pupil with year, tutor group and, at a desk, day and month of birth;
    /// an adult with their post, or what they are here; a person who left with the day; with the name before, if that is
    /// what found them.
    pub fn label(&self, reader: Reader) -> String {
        let before = self.found_as.as_ref();
        self.label_of(before.map_or_else(|| self.name.clone(), |before| formerly(&self.name, before)), reader)
    }

    fn label_of(&self, name: String, reader: Reader) -> String {
        let mut parts = vec![name];
        match self.kind {
            PersonKind::Pupil => {
                parts.extend(self.year_group.clone());
                parts.extend(self.tutor_group.clone());
                if reader == Reader::AtADesk {
                    parts.extend(self.born_on.map(|born| format!("born {}", born.format("%-d %B"))));
                }
            }
            PersonKind::Staff | PersonKind::GovernorOnly | PersonKind::Visitor | PersonKind::Outside => {
                parts.push(self.post.clone().unwrap_or_else(|| self.kind.words().to_owned()));
            }
        }
        parts.extend(self.left_at.map(|at| format!("left {}", plain_day(at))));
        parts.join(", ")
    }

    /// Whether the whole of what is typed is a name of theirs: one of today, or one they had.
    pub fn is_called(&self, typed: &str) -> bool {
        self.is_called_today(typed) || self.former.iter().any(|former| is_same_name(former, typed))
    }

    /// Whether it is the name shown, or any forename with any surname.
    fn is_called_today(&self, typed: &str) -> bool {
        let whole = |given: &String| {
            self.family.iter().any(|family| is_same_name(&format!("{given} {family}"), typed))
        };
        is_same_name(&self.name, typed) || self.given.iter().any(whole)
    }

    /// The person as found by these words: by a former name, if they are none of today's.
    #[must_use]
    pub fn found_by(mut self, typed: &str) -> Self {
        if !self.is_called_today(typed) {
            self.found_as = self.former.iter().find(|former| is_same_name(former, typed)).cloned();
        }
        self
    }

    /// Whether what is typed is what a suggestion puts into a field for them, with any of what it tells beside the name.
    pub fn is_labelled(&self, typed: &str) -> bool {
        let typed = fold(typed);
        let before: Vec<String> = self.former.iter().map(|former| formerly(&self.name, former)).collect();
        let is_label_of = |name: &String| {
            let with = |part: &Option<String>| part.as_ref().map(|part| format!("{name}, {part}"));
            let labels =
                [Reader::AtADesk, Reader::Elsewhere].map(|reader| Some(self.label_of(name.clone(), reader)));
            let parts = [with(&self.year_group), with(&self.tutor_group), with(&self.post)];
            labels.into_iter().chain(parts).flatten().any(|label| fold(&label) == typed)
        };
        let is_both_names = before.iter().any(|both| fold(both) == typed);
        !typed.is_empty() && (is_both_names || std::iter::once(&self.name).chain(&before).any(is_label_of))
    }

    /// Whether a pick of this person still belongs to what stands in the field.
    fn belongs_to(&self, typed: &str) -> bool {
        self.is_called(typed) || self.is_labelled(typed)
    }
}

/// Whom words mean, by what was picked for them and who is called so. `found` are the people picked, and those whose name
/// may be the words or the part of them before a comma.
///
/// A pick holds only if the words are still a name or the label of that person, or those the list was shown for: old picks
/// never win over new words. The only person with a name is meant by it; of several none is guessed.
pub fn meant(typed: &str, picks: &[Pick], found: &[Offered]) -> Meant {
    let mark = mark_of(typed);
    let is_picked = |person: &&Offered| {
        picks.iter().any(|pick| match pick {
            Pick::Person(id) => *id == person.id && person.belongs_to(typed),
            Pick::Listed(id, of) => *id == person.id && (*of == mark || person.belongs_to(typed)),
            Pick::Words(_) => false,
        })
    };
    if let [person] = found.iter().filter(is_picked).collect::<Vec<_>>()[..] {
        return Meant::Person(person.id);
    }
    if picks.contains(&Pick::Words(mark)) {
        return Meant::Words;
    }
    let called: Vec<&Offered> = found.iter().filter(|person| person.is_called(typed)).collect();
    let of_label = || {
        let name = name_part(typed).unwrap_or_default();
        found.iter().filter(|person| person.is_called(name) && person.is_labelled(typed)).collect()
    };
    let one_of: Vec<&Offered> = if called.is_empty() { of_label() } else { called };
    match one_of.as_slice() {
        [] => Meant::Words,
        [only] => Meant::Person(only.id),
        several @ [_, _, ..] => {
            Meant::Several(several.iter().map(|one| (*one).clone().found_by(typed)).collect())
        }
    }
}

/// The lines a reader is offered for these people, in their order: people who look the same share one, which names none.
pub fn offers(people: &[Offered], reader: Reader) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for person in people {
        let words = person.label(reader);
        match offers.iter_mut().find(|offer| fold(&offer.words) == fold(&words)) {
            Some(offer) => (offer.person, offer.people) = (None, offer.people + 1),
            None => offers.push(Offer { person: Some(person.id), words, people: 1 }),
        }
    }
    offers
}

//! What every verb is given and what it gives back: an event that only the domain can make.

use crate::domain::case::{Case, Entry, Setting, sight::behind::Instead};
use crate::domain::{
    case::lifecycle::workflow::{self, Kind},
    kernel::{
        clock::Instant,
        ids::{PersonId, Random, TextId},
        text::{Line, Narrative, Summary},
    },
    people::{Desk, Roster, Standing},
};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Who asks, when, and the school around the case: enough to say what a person sees of a case and may do, and nothing
/// to act with.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Who asks, and when.
    pub standing: &'a Standing,
    /// The school: its fields can be read here.
    pub setting: &'a Setting,
}

impl Asking<'_> {
    /// When it is asked.
    pub fn now(&self) -> Instant {
        self.standing.at
    }

    /// Who asks.
    pub fn person(&self) -> PersonId {
        self.standing.person
    }

    /// Whether a person is an adult of the school, here or left.
    pub fn is_an_adult(&self, person: PersonId) -> bool {
        self.setting.adults.iter().any(|adult| adult.person == person)
    }
}

impl Deref for Asking<'_> {
    type Target = Setting;
    fn deref(&self) -> &Setting {
        self.setting
    }
}

/// Everything a verb may look at beside the case itself. An act can be used as an [`Asking`].
pub struct Act<'a> {
    /// Who acts, when, and the school around the case.
    pub asking: Asking<'a>,
    /// Randomness for ids.
    pub random: &'a mut dyn Random,
    /// Words written so far.
    pub texts: Vec<NewText>,
}

impl<'a> Act<'a> {
    /// A fresh act by this person.
    pub fn new(standing: &'a Standing, setting: &'a Setting, random: &'a mut dyn Random) -> Self {
        Self { asking: Asking { standing, setting }, random, texts: Vec::new() }
    }

    /// Puts words in the store of words and gives back their id.
    pub fn write(&mut self, words: &str) -> TextId {
        let id = TextId::draw(self.now(), self.random);
        self.texts.push(NewText { id, words: words.to_owned() });
        id
    }

    /// Keeps an optional line.
    pub fn write_line(&mut self, words: Option<&Line>) -> Option<TextId> {
        words.map(|w| self.write(w.as_str()))
    }

    /// Keeps an optional paragraph.
    pub fn write_summary(&mut self, words: Option<&Summary>) -> Option<TextId> {
        words.map(|w| self.write(w.as_str()))
    }

    /// Keeps a narrative.
    pub fn write_narrative(&mut self, words: &Narrative) -> TextId {
        self.write(words.as_str())
    }
}

impl<'a> Deref for Act<'a> {
    type Target = Asking<'a>;
    fn deref(&self) -> &Asking<'a> {
        &self.asking
    }
}

/// Words on their way to the store of words.
#[derive(Clone, PartialEq, Eq)]
pub struct NewText {
    /// Their id.
    pub id: TextId,
    /// The words.
    pub words: String,
}

impl std::fmt::Debug for NewText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewText({}, {} characters)", self.id, self.words.chars().count())
    }
}

/// How pressing an e-mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Urgency {
    /// Sent once until they look, in school hours.
    Ordinary,
    /// Always sent, at every hour.
    Critical,
}

/// A person is to be told that Candour needs them, and nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// Who is told.
    pub person: PersonId,
    /// How pressing it is.
    pub urgency: Urgency,
}

/// What an act amounts to: the case as it is afterwards, the audit log entry, the words and the e-mails, as one value.
///
/// Only the domain can make one, and the store writes all of it or nothing.
#[derive(Debug, Clone)]
pub struct CaseEvent {
    actor: Option<PersonId>,
    at: Instant,
    case: Case,
    kind: Kind,
    entry: Entry,
    texts: Vec<NewText>,
    notices: Vec<Notice>,
    opens: Vec<CaseEvent>,
    instead: Instead,
}

impl CaseEvent {
    pub(in crate::domain::case) fn of(mut case: Case, entry: Entry, act: &mut Act<'_>) -> Self {
        case.keeps_out_the_named_once_ended();
        case.look_behind(act);
        case.takes_up(act);
        let (kind, instead) = (workflow::row_of(entry.act).kind, case.instead(&act.roster, act.now()));
        let (actor, at, texts) = (Some(act.person()), act.now(), std::mem::take(&mut act.texts));
        Self { actor, at, case, kind, entry, texts, notices: Vec::new(), opens: Vec::new(), instead }
    }

    /// An act of a job: it has no actor and brings no words.
    pub(in crate::domain::case) fn of_nobody(
        case: Case,
        entry: Entry,
        notices: Vec<Notice>,
        at: Instant,
    ) -> Self {
        let kind = workflow::row_of(entry.act).kind;
        let (texts, opens, instead) = (Vec::new(), Vec::new(), Instead::default());
        Self { actor: None, at, case, kind, entry, texts, notices, opens, instead }
    }

    /// Takes no version, whatever the table says: nothing that is shown of the case changes.
    pub(in crate::domain::case) fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Removes the actor: the event follows from something else that was decided.
    pub(in crate::domain::case) fn by_nobody(self) -> Self {
        Self { actor: None, ..self }
    }

    /// Tells people, and others in place of those who may not see it because of the case that opened it.
    pub(in crate::domain::case) fn telling(
        mut self,
        notices: impl IntoIterator<Item = Notice>,
        actor: PersonId,
    ) -> Self {
        for notice in notices {
            let told = self.instead.of(notice.person).into_iter().filter(|person| *person != actor);
            self.notices.extend(told.map(|person| Notice { person, ..notice }));
        }
        // The most pressing first, since only the first notice of each person is kept.
        self.notices.sort_by_key(|notice| (notice.person, std::cmp::Reverse(notice.urgency)));
        self.notices.dedup_by_key(|notice| notice.person);
        self
    }

    pub(in crate::domain::case) fn opening(mut self, another: Option<CaseEvent>) -> Self {
        self.opens.extend(another);
        self
    }

    /// Who acted; none if a job did.
    pub fn actor(&self) -> Option<PersonId> {
        self.actor
    }
    /// When.
    pub fn at(&self) -> Instant {
        self.at
    }
    /// The case as it is after the act.
    pub fn case(&self) -> &Case {
        &self.case
    }
    /// Whether it compares and bumps the version.
    pub fn kind(&self) -> Kind {
        self.kind
    }
    /// The audit entry.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }
    /// The words it brings.
    pub fn texts(&self) -> &[NewText] {
        &self.texts
    }
    /// Who is to be told.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
    /// Other cases it opens in the same transaction.
    pub fn opens(&self) -> &[CaseEvent] {
        &self.opens
    }
}

/// The people of a desk who get its e-mails: holders and covers, or deputies if the desk is vacant.
pub fn people_at(roster: &Roster, desk: Desk) -> Vec<PersonId> {
    let holders = roster.holders(desk);
    if holders.is_empty() {
        roster.deputies(desk).into_iter().collect()
    } else {
        holders.into_iter().collect()
    }
}

//! What one member of staff reports: a draft parsed from the form, then a concern that never changes.

pub mod optional;
pub mod written_on;

pub use optional::HowKnown;
pub use written_on::WrittenOn;

use super::{
    concern::optional::OptionalAnswers,
    kernel::{
        clock::Instant,
        codes::{codes, problems},
        ids::{ConcernId, PersonId, TextId},
        text::{Line, Narrative, Summary},
    },
    people::{
        Desk,
        candidates::WhyMeant,
        subject::{Subject, SubjectKind, SubjectRole},
    },
    school::{
        categories::{Category, CategoryCode, Severity},
        routing::{AdultAnswer, CouldBeAnyone, NobodyReached, PersonalData, WhichAdult},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

problems! {
    /// Why a concern was not taken.
    Problem {
        NotHere = "not_here", "Type the name again: this is not a person at this school now";
        TooManyDrafts { most: i64 } = "too_many_drafts", "You have {most} drafts already. Delete or send one, then save this again";
    }
}

codes! {
    /// "Is anyone at risk right now?"
    AtRisk {
        Yes = "yes", "Yes";
        No = "no", "No";
        NotSure = "not_sure", "I am not sure";
    }
}

impl Serialize for AdultAnswer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for AdultAnswer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <std::borrow::Cow<'_, str>>::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

codes! {
    /// What a person without an account, who told of it, is to the school.
    TellerRole {
        Supply = "supply", "supply teacher or agency staff";
        Visitor = "visitor", "visitor";
        Contractor = "contractor", "contractor";
        Volunteer = "volunteer", "volunteer";
        Parent = "parent", "parent or carer";
        Staff = "staff", "member of staff who could not sign in";
        Other = "other", "another person";
    }
}

codes! {
    /// How a person without an account told of it.
    HowTold {
        Paper = "paper", "on a paper form";
        Spoken = "spoken", "in person or by phone";
    }
}

/// The person a report is made for: they have no account, so a member of staff types it for them. The report is
/// theirs; the receipt, and the right to add to it, are with the one who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldBy {
    /// Their name, in words: a visitor is in no register.
    pub name: Line,
    /// What they are to the school.
    pub role: TellerRole,
    /// How they told of it.
    pub how: HowTold,
    /// When they did: the paper's own time.
    pub at: Instant,
}

/// [`ToldBy`] as a concern keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnBehalf {
    /// Their name.
    pub name: TextId,
    /// What they are to the school.
    pub role: TellerRole,
    /// How they told of it.
    pub how: HowTold,
    /// When they did.
    pub at: Instant,
}

/// A person in a draft: picked from the register, or given in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Somebody {
    /// A person of this school's register.
    Known(PersonId),
    /// A name or description.
    InWords(Line),
}

/// A person a draft is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftSubject {
    /// Who.
    pub who: Somebody,
    /// What they are to the school.
    pub kind: SubjectKind,
    /// Their part in it.
    pub role: SubjectRole,
}

/// "Who have you told in person or by phone?": asked if a child is at risk now, or the category is critical.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InPerson<T> {
    /// It was not asked, or not answered.
    #[default]
    NotAsked,
    /// No one yet.
    NotYet,
    /// These.
    Told(Vec<T>),
}

impl<T> InPerson<T> {
    /// The people who were told.
    pub fn people(&self) -> &[T] {
        match self {
            Self::NotAsked | Self::NotYet => &[],
            Self::Told(people) => people,
        }
    }
}

/// Whether the form asks who was told in person: a report of this kind cannot wait to be read.
pub fn asks_in_person(category: &Category, at_risk: AtRisk) -> bool {
    at_risk == AtRisk::Yes || category.severity == Severity::Critical
}

/// A form that has been read without errors: everything a concern needs, not yet a concern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it is about.
    pub category: CategoryCode,
    /// What happened.
    pub happened: Narrative,
    /// When it was noticed; never after it is sent.
    pub noticed_at: Instant,
    /// Whether anyone is at risk right now.
    pub at_risk: AtRisk,
    /// Whether it is about something an adult here did, and which.
    pub adult: AdultAnswer,
    /// Who it is about.
    pub subjects: Vec<DraftSubject>,
    /// The adults of whom the reporter said, when the form asked, that it is not about something they did.
    pub ruled_out: BTreeSet<PersonId>,
    /// The adults about whom the form asked, and of whom the reporter did not say so: they stay out.
    pub not_ruled_out: BTreeMap<PersonId, WhyMeant>,
    /// The adults whom what happened names and who would have no say in it: they stay out if it comes to them later.
    pub named: BTreeMap<PersonId, WhyMeant>,
    /// Whether the words for an adult single no one out, and the reporter cannot say whether it is one who would receive it.
    pub could_be_anyone: CouldBeAnyone,
    /// Who was told already.
    pub told: Vec<Somebody>,
    /// Who was told in person or by phone.
    pub in_person: InPerson<Somebody>,
    /// Whether personal data was lost or shared.
    pub personal_data: PersonalData,
    /// What was answered to the optional questions.
    pub optional: OptionalAnswers<Summary>,
    /// Whose report it is, if a member of staff types it for them.
    pub told_by: Option<ToldBy>,
}

impl Draft {
    /// The least a report says: what it is about, what happened, and when it was noticed.
    pub const fn of(category: CategoryCode, happened: Narrative, noticed_at: Instant) -> Self {
        Self {
            category,
            happened,
            noticed_at,
            at_risk: AtRisk::No,
            adult: AdultAnswer::No,
            subjects: Vec::new(),
            ruled_out: BTreeSet::new(),
            not_ruled_out: BTreeMap::new(),
            named: BTreeMap::new(),
            could_be_anyone: CouldBeAnyone::No,
            told: Vec::new(),
            in_person: InPerson::NotAsked,
            personal_data: PersonalData::NotInvolved,
            optional: OptionalAnswers::none(),
            told_by: None,
        }
    }

    /// Every person who was told, in person or in another way.
    pub fn everybody_told(&self) -> impl Iterator<Item = &Somebody> {
        self.told.iter().chain(self.in_person.people())
    }

    /// Takes "yes" to "Is your concern about something {name} did?": that person is alleged, no matter what was said
    /// before.
    #[must_use]
    pub fn about(mut self, person: PersonId) -> Self {
        self.subjects.retain(|subject| subject.who != Somebody::Known(person));
        self.subjects.push(DraftSubject {
            who: Somebody::Known(person),
            kind: SubjectKind::AdultHere,
            role: SubjectRole::Alleged,
        });
        if self.adult == AdultAnswer::No {
            self.adult = AdultAnswer::Yes(WhichAdult::SomebodyElse);
        }
        self
    }
}

/// A person who was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonTold {
    /// A person of the register.
    Known(PersonId),
    /// A name in words.
    InWords(TextId),
}

/// What a reporter adds to a report, and what they answered about those whom the words could mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddition {
    /// The words.
    pub words: Narrative,
    /// The adults of whom the reporter said, when the page asked, that it is about something they did.
    pub about: BTreeSet<PersonId>,
    /// Those of whom they said that it is not.
    pub ruled_out: BTreeSet<PersonId>,
}

impl NewAddition {
    /// These words, with no answer: whoever they could mean stays out.
    pub const fn of(words: Narrative) -> Self {
        Self { words, about: BTreeSet::new(), ruled_out: BTreeSet::new() }
    }
}

/// Something the reporter forgot and added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// The words.
    pub words: TextId,
    /// When.
    pub at: Instant,
}

codes! {
    /// What a case is about that no one reported in words.
    Discovery {
        FilterLetThrough
            = "filter_let_through", "The filter let something through. This was found while looking into another concern.";
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Account {
    /// In the reporter's own words.
    Words(TextId),
    /// Found while another case was dealt with.
    Found(Discovery),
}

impl Account {
    /// What is shown for it, given how the reporter's words are shown.
    pub fn told(self, said: impl FnOnce(TextId) -> String) -> String {
        match self {
            Self::Words(words) => said(words),
            Self::Found(found) => found.words().to_owned(),
        }
    }

    /// The reporter's own words.
    pub const fn text(self) -> Option<TextId> {
        match self {
            Self::Words(words) => Some(words),
            Self::Found(_) => None,
        }
    }
}

/// What one member of staff reported. It never changes; corrections are additions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// Its id.
    pub id: ConcernId,
    /// Who reported it.
    pub reporter: PersonId,
    /// The category the reporter chose.
    pub category: CategoryCode,
    /// What happened.
    pub happened: Account,
    /// When it was noticed.
    pub noticed_at: Instant,
    /// When it was sent.
    pub submitted_at: Instant,
    /// Whether anyone was at risk.
    pub at_risk: AtRisk,
    /// Whether it is about something an adult here did, and which.
    pub adult: AdultAnswer,
    /// The people the reporter named, as they named them: the case keeps what becomes of them.
    pub subjects: Vec<Subject>,
    /// Whether personal data was lost or shared.
    pub personal_data: PersonalData,
    /// Who had been told.
    pub told: Vec<PersonTold>,
    /// Who had been told in person or by phone (Workflow, submit: "critical: told somebody in person?").
    pub in_person: InPerson<PersonTold>,
    /// What was answered to the optional questions.
    #[serde(flatten)]
    pub optional: OptionalAnswers<TextId>,
    /// Whose report it is, if the reporter typed it for a person without an account.
    pub on_behalf: Option<OnBehalf>,
    /// What they added later.
    pub additions: Vec<Addition>,
    /// The desks told when it was sent: what the receipt says, then and later, no matter what became of the case.
    pub told_desks: Vec<Desk>,
    /// Whether no one could be told to lead it when it was sent.
    pub nobody_reached: NobodyReached,
}

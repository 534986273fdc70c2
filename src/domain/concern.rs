//! What one member of staff reports: a draft parsed from the form, then a concern that never changes.

pub mod subject;

use super::{
    concern::subject::{Subject, SubjectKind, SubjectRole},
    kernel::{
        clock::Instant,
        codes::{codes, problems},
        ids::{ConcernId, PersonId, TextId},
        text::{Line, Narrative, Summary},
    },
    people::Desk,
    school::{
        categories::{Category, CategoryCode, Severity},
        routing::{AdultAnswer, NobodyReached, PersonalData, WhichAdult},
    },
};
use serde::{Deserialize, Serialize};

problems! {
    /// Why a concern was not taken.
    Problem {
        NotHere = "not_here", "Type the name again: it is not somebody at this school now";
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

codes! {
    /// "How do you know?"
    HowKnown {
        Saw = "saw", "I saw or heard it myself";
        ChildTold = "child_told", "A child told me";
        AdultTold = "adult_told", "Another adult told me";
        Alert = "alert", "A filtering or monitoring alert";
        Found = "found", "I found it afterwards";
        SelfReport = "self", "It is about something I did myself";
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
    /// What somebody is who told of it and has no account.
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
    /// How somebody without an account told of it.
    HowTold {
        Paper = "paper", "on a paper form";
        Spoken = "spoken", "in person or by phone";
    }
}

/// Whom a report is made for: they have no account, so somebody else types it for them. The report is theirs; the
/// receipt, and the right to add to it, are with the one who typed it.
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

/// Somebody in a draft: picked from the register, or given in words.
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

/// "Who have you told in person, or by telephone?": asked where somebody is at risk now, or the category is critical.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InPerson<T> {
    /// It was not asked, or not answered.
    #[default]
    NotAsked,
    /// Nobody yet.
    NotYet,
    /// These.
    Told(Vec<T>),
}

impl<T> InPerson<T> {
    /// Whoever was told.
    pub fn people(&self) -> &[T] {
        match self {
            Self::NotAsked | Self::NotYet => &[],
            Self::Told(people) => people,
        }
    }
}

/// Whether the form asks who was told in person: a report of this kind cannot wait for somebody to read it.
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
    /// Who has been told already.
    pub told: Vec<Somebody>,
    /// Whether somebody has been told in person or by telephone.
    pub in_person: InPerson<Somebody>,
    /// Whether personal data was lost or shared.
    pub personal_data: PersonalData,
    /// Where it happened.
    pub place: Option<Line>,
    /// Which device.
    pub device: Option<Line>,
    /// Which app or account.
    pub app: Option<Line>,
    /// The web address, as text.
    pub web: Option<Line>,
    /// How the reporter knows.
    pub how_known: Option<HowKnown>,
    /// What the reporter already did.
    pub already_done: Option<Summary>,
    /// Whose report it is, where somebody types it for them.
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
            told: Vec::new(),
            in_person: InPerson::NotAsked,
            personal_data: PersonalData::NotInvolved,
            place: None,
            device: None,
            app: None,
            web: None,
            how_known: None,
            already_done: None,
            told_by: None,
        }
    }

    /// Everybody who has been told, in person or in another way.
    pub fn everybody_told(&self) -> impl Iterator<Item = &Somebody> {
        self.told.iter().chain(self.in_person.people())
    }

    /// Takes "yes" to "Is your concern about something {name} did?": that person is alleged, whatever was said before.
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

/// Somebody who was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// A person of the register.
    Known(PersonId),
    /// A name in words.
    InWords(TextId),
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
    /// What a case was opened about that nobody reported in words.
    Found {
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
    /// Found while somebody dealt with another case.
    Found(Found),
}

impl Account {
    /// What is shown for it, given what is shown for somebody's words.
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
    /// The people the reporter named, as they named them: what becomes of them in the case is the case's.
    pub subjects: Vec<Subject>,
    /// Whether personal data was lost or shared.
    pub personal_data: PersonalData,
    /// Who had been told.
    pub told: Vec<Told>,
    /// Whether somebody had been told in person or by telephone (Workflow, submit: "critical: told somebody in person?").
    #[serde(default)]
    pub in_person: InPerson<Told>,
    /// Where.
    pub place: Option<TextId>,
    /// Device.
    pub device: Option<TextId>,
    /// App or account.
    pub app: Option<TextId>,
    /// Web address, as text.
    pub web: Option<TextId>,
    /// How the reporter knew.
    pub how_known: Option<HowKnown>,
    /// What the reporter had done.
    pub already_done: Option<TextId>,
    /// Whose report it is, where the reporter typed it for somebody without an account.
    #[serde(default)]
    pub on_behalf: Option<OnBehalf>,
    /// What they added later.
    pub additions: Vec<Addition>,
    /// The desks told when it was sent: what the receipt says, then and later, whatever became of the case.
    #[serde(default)]
    pub told_desks: Vec<Desk>,
    /// Whether nobody could be told to lead it when it was sent.
    #[serde(default = "somebody_was")]
    pub nobody_reached: NobodyReached,
}

const fn somebody_was() -> NobodyReached {
    NobodyReached::No
}

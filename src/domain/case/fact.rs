//! What the audit log and the timeline keep of an act: facts, each a label and a detail of its own type.

use super::{
    Outcome, Question, Reply, Restriction, Retention, RetestResult, ShareKind, TaskWords, TogetherKind,
};
use crate::domain::{
    case::{
        lifecycle::workflow::Move,
        work::referral::{Body, ReferralState},
    },
    concern::{HowTold, TellerRole},
    kernel::{
        clock::{DeadlineKind, Instant},
        codes::{Worded, codes, sentences},
        ids::{CaseId, PersonId, TextId},
    },
    people::{Desk, subject::SubjectRole},
    school::{
        categories::{CategoryCode, Severity},
        routing::Reason,
    },
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

sentences! {
    /// What stands before a fact.
    Label {
        About = "about", "It is about";
        Added = "added", "Added";
        AgreedTo = "agreed_to", "Agreed to";
        As = "as", "As";
        AskedFor = "asked_for", "Asked for";
        Because = "because", "Because";
        Before = "before", "Before";
        Brief = "brief", "Note to IT";
        Called = "called", "Called";
        Category = "category", "Category";
        Changed = "changed", "Changed";
        Done = "done", "Done";
        For = "for", "For";
        GivenBack = "given_back", "Case owner removed";
        GivenTo = "given_to", "Case owner";
        Heard = "heard", "What was heard";
        How = "how", "How";
        HowTold = "how_told", "How they told it";
        Into = "into", "Into";
        KeptAs = "kept_as", "Kept as";
        KeptOut = "kept_out", "Kept out until it is decided, because words could mean them";
        LeadsNow = "leads_now", "Leads now";
        Lessons = "lessons", "Lessons learned";
        Made = "made", "Made";
        NoLongerShared = "no_longer_shared", "No longer shared";
        Note = "note", "Note";
        NotAbout = "not_about", "It is not about";
        NotKeptOut = "not_kept_out", "No longer kept out";
        NotTold = "not_told", "Not told";
        Now = "now", "Now";
        NowDue = "now_due", "Now due";
        Outcome = "outcome", "Outcome";
        Parents = "parents", "Parents were told";
        Part = "part", "Part";
        PartBefore = "part_before", "Part before";
        Plan = "plan", "Plan";
        Police = "police", "The police answered";
        Question { question: Question } = "question", "{question}";
        Referral = "referral", "Referral";
        Removed = "removed", "Removed";
        Reporter = "reporter", "The reporter was told";
        Result = "result", "Result";
        Said = "said", "What was said";
        SchoolAware = "school_aware", "The school became aware";
        Severity = "severity", "Severity";
        To = "to", "To";
        ToDo = "to_do", "To do";
        ToldAsWell = "told_as_well", "Told as well";
        ToldBy = "told_by", "Told by";
        Until = "until", "Until";
        WasDone = "was_done", "What was done";
        WasDue = "was_due", "Was due";
        What = "what", "What is due";
        WhenTold = "when_told", "When they told it";
        WhereItWent = "where_it_went", "Where it went";
        Which = "which", "Which";
        WhoTheyAre = "who_they_are", "Who they are";
        Why = "why", "Why";
        With = "with", "With";
    }
}

codes! {
    /// What Candour says of itself in a fact.
    Phrase {
        NobodyYet = "nobody_yet", "no one yet";
        NotTakenUp = "not_taken_up", "the case owner did not take it up in time: the lead chooses a new one";
        LeadChoosesOwner = "lead_chooses_owner", "the lead chooses a new case owner";
        OtherDuty = "other_duty", "the case owner has another role now, or none";
        LeftTheSchool = "left_the_school", "with a person who has left the school";
        SourceChanged = "source_changed", "something changed in the concern in which this was found";
        Tied = "tied", "a relationship with a person in it was declared";
        NotTied = "not_tied", "a relationship with a person in it was set aside";
        InWords = "in_words", "In words";
    }
}

sentences! {
    /// Which deadline a fact is about.
    Deadline {
        Case { kind: DeadlineKind } = "case", "{kind}";
        Referral { kind: DeadlineKind, body: Body } = "referral", "{kind}: {body}";
    }
}

/// Declares what a coded detail can be: each variant named as its type is, which converts into it.
macro_rules! coded {
    ($($kind:ident),+) => {
        /// A detail that is a code, of a type of its own.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum DetailCode { $(#[doc = concat!("One of [`", stringify!($kind), "`].")] $kind($kind)),+ }

        impl Worded for DetailCode {
            fn worded(&self) -> Cow<'static, str> {
                match self { $(Self::$kind(code) => code.worded()),+ }
            }
        }

        $(impl From<$kind> for DetailCode {
            fn from(code: $kind) -> Self {
                Self::$kind(code)
            }
        })+
    };
}
coded! {
    Body, CategoryCode, Deadline, Desk, HowTold, Outcome, Phrase, ReferralState, Reply, Restriction, Retention, RetestResult,
    Severity, ShareKind, SubjectRole, TaskWords, TellerRole, TogetherKind
}

/// What a fact tells. Words are held by id, never copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detail {
    /// A code.
    Code(DetailCode),
    /// Why the case is where it is.
    Reasons(Vec<Reason>),
    /// Words a person wrote.
    Words(TextId),
    /// The name of a person in no register, as it was written.
    Name(TextId),
    /// A person.
    Person(PersonId),
    /// An instant.
    When(Instant),
    /// Another case: shown by its reference, to those who can open it alone.
    Case(CaseId),
}

impl Detail {
    /// What was chosen, or that the answer is in words.
    pub(super) fn answer(choice: Option<Reply>) -> Self {
        Self::Code(choice.map_or(DetailCode::Phrase(Phrase::InWords), DetailCode::Reply))
    }

    /// The words that are a person's name.
    pub const fn name(&self) -> Option<TextId> {
        match self {
            Self::Name(words) => Some(*words),
            Self::Code(_)
            | Self::Reasons(_)
            | Self::Words(_)
            | Self::Person(_)
            | Self::When(_)
            | Self::Case(_) => None,
        }
    }

    /// The person it names by id.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(*person),
            Self::Code(_)
            | Self::Reasons(_)
            | Self::Words(_)
            | Self::Name(_)
            | Self::When(_)
            | Self::Case(_) => None,
        }
    }
}

/// One fact of an act.
pub type Fact = (Label, Detail);

/// What the audit log and the timeline keep of an act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What was done.
    pub act: Move,
    /// Its facts.
    pub facts: Vec<Fact>,
}

impl Entry {
    pub(super) fn new(act: Move) -> Self {
        Self { act, facts: Vec::new() }
    }

    /// The words that are a person's name.
    pub fn names_in_words(&self) -> impl Iterator<Item = TextId> {
        self.facts.iter().filter_map(|(_, detail)| detail.name())
    }

    /// The people it names by id.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        self.facts.iter().filter_map(|(_, detail)| detail.person())
    }

    pub(super) fn with(mut self, label: Label, detail: Detail) -> Self {
        self.facts.push((label, detail));
        self
    }

    pub(super) fn code(self, label: Label, code: impl Into<DetailCode>) -> Self {
        self.with(label, Detail::Code(code.into()))
    }
}

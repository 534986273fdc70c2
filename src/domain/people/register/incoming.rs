//! What an import says: the one model that the reader of every format fills.

use super::{
    context::Context,
    name::Name,
    rejected::{Place, Rejection},
    source::Source,
    upn::Upn,
    values::{BornOn, Email, Identifier, Label, YearGroup},
    written::{Read, WrittenRow},
};
use crate::domain::{
    kernel::codes::codes,
    people::{PersonKind, ties::Tie},
};
use chrono::NaiveDate;
use std::{collections::BTreeSet, fmt};

codes! {
    /// Pupils or grown-ups. No one is matched across the two.
    Group {
        Pupils = "pupils", "pupils";
        Adults = "adults", "staff";
    }
}

impl Group {
    /// The group a person of the register belongs to.
    pub const fn of(kind: PersonKind) -> Self {
        match kind {
            PersonKind::Pupil => Self::Pupils,
            PersonKind::Staff | PersonKind::GovernorOnly | PersonKind::Visitor | PersonKind::Outside => {
                Self::Adults
            }
        }
    }

    /// What an import makes of a new person: never a governor, a visitor or an outsider.
    pub const fn kind(self) -> PersonKind {
        match self {
            Self::Pupils => PersonKind::Pupil,
            Self::Adults => PersonKind::Staff,
        }
    }
}

codes! {
    /// Whether a list is everybody, so that people who are not on it have left.
    Extent {
        Whole = "whole", "everybody";
        Part = "part", "some of them";
    }
}

/// What a system calls a person (`sourcedId` of OneRoster, Arbor's student id, the admission number).
pub type ExternalId = Identifier;

/// What a row says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue<T> {
    /// The list does not carry the field: what is known stays.
    Nothing,
    /// The list carries it and leaves it blank.
    Blank,
    /// A value.
    Value(T),
}

impl<T> FieldValue<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Nothing | Self::Blank => None,
            Self::Value(value) => Some(value),
        }
    }
}

/// One person as an import has them, every value checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands.
    pub place: Place,
    /// Pupil or staff.
    pub group: Group,
    /// What the source calls them.
    pub id: Option<ExternalId>,
    /// A pupil's number.
    pub upn: Option<Upn>,
    /// The number they had before.
    pub former_upn: Option<Upn>,
    /// Legal forename.
    pub given: Name,
    /// Legal surname.
    pub family: Name,
    /// Preferred forename.
    pub preferred_given: FieldValue<Name>,
    /// Preferred surname.
    pub preferred_family: FieldValue<Name>,
    /// Date of birth.
    pub born: Option<BornOn>,
    /// A pupil's year group.
    pub year: FieldValue<YearGroup>,
    /// A pupil's tutor group.
    pub tutor_group: FieldValue<Label>,
    /// Where e-mails to a member of staff go.
    pub email: Option<Email>,
    /// A member of staff's post.
    pub post: FieldValue<Label>,
    /// What the sign-in provider calls a member of staff.
    pub sign_in: Option<Identifier>,
    /// A pupil's situation.
    pub context: Context,
}

impl Entry {
    /// The best way for another row to refer to this entry.
    pub fn reference(&self) -> Option<Reference> {
        let id = || self.id.clone().map(|id| Reference::Id(self.group, id));
        let upn = || self.upn.clone().map(Reference::Upn);
        id().or_else(upn).or_else(|| self.email.clone().map(Reference::Email))
    }

    /// The name people use: the preferred one, if there is one.
    pub fn name(&self) -> String {
        let preferred = |said: &FieldValue<Name>, legal: &Name| match said {
            FieldValue::Value(name) => name.to_string(),
            FieldValue::Nothing | FieldValue::Blank => legal.to_string(),
        };
        let given = preferred(&self.preferred_given, &self.given);
        format!("{given} {}", preferred(&self.preferred_family, &self.family))
    }
}

/// A person a row mentions without saying that they are here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub place: Place,
    /// Pupil or staff.
    pub group: Group,
    /// What the source calls them.
    pub id: Option<ExternalId>,
    /// A pupil's number.
    pub upn: Option<Upn>,
    /// A member of staff's address.
    pub email: Option<Email>,
}

/// How one row refers to another person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// By what the source calls them.
    Id(Group, ExternalId),
    /// By a pupil's number.
    Upn(Upn),
    /// By a member of staff's address.
    Email(Email),
}

/// A tie between two people, as files have it. A person in neither files nor register is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WrittenTie {
    /// One of them.
    pub one: Reference,
    /// The other.
    pub other: Reference,
    /// How they are close.
    pub tie: Tie,
}

/// Everything an import says.
#[derive(Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Where the list comes from.
    pub source: Source,
    /// Whether it is everybody.
    pub extent: Extent,
    /// Whether it is about pupils, staff, or both: only people of those groups can be found to have left.
    pub covers: BTreeSet<Group>,
    /// Who is here.
    pub entries: Vec<Entry>,
    /// Who is here no more, by the list's own word.
    pub gone: Vec<Mention>,
    /// The ties between people.
    pub ties: BTreeSet<WrittenTie>,
    /// Rows that were not taken.
    pub rejected: Vec<Rejection>,
    /// The people those rows mention, as far as that can be read.
    pub unread: Vec<Mention>,
}

impl Incoming {
    /// A list that says nothing yet.
    pub const fn new(source: Source, extent: Extent) -> Self {
        Self {
            source,
            extent,
            covers: BTreeSet::new(),
            entries: Vec::new(),
            gone: Vec::new(),
            ties: BTreeSet::new(),
            rejected: Vec::new(),
            unread: Vec::new(),
        }
    }

    /// Reads one more row.
    pub fn take(&mut self, row: &WrittenRow, today: NaiveDate) {
        self.covers.insert(row.group);
        match row.read(today) {
            Read::Here(entry, ties) => {
                self.entries.push(*entry);
                self.ties.extend(ties);
            }
            Read::Gone(mention) => self.gone.push(mention),
            Read::Rejected(faults, mention) => {
                self.rejected.extend(faults);
                self.unread.push(mention);
            }
        }
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, extent, entries, gone, ties, rejected, .. } = self;
        let (entries, gone, ties, rejected) = (entries.len(), gone.len(), ties.len(), rejected.len());
        write!(
            f,
            "Incoming({source:?} {extent:?}: {entries} here, {gone} gone, {ties} ties, {rejected} rejected)"
        )
    }
}

//! What an import says, whatever format it came in: the one model every reader fills.

use super::{
    context::Context,
    name::Name,
    rejected::{Place, Rejected},
    upn::Upn,
    values::{BornOn, Email, Identifier, Label, YearGroup},
    written::{Read, Written},
};
pub use crate::domain::people::ties::Tie;
use crate::domain::{kernel::codes::codes, people::PersonKind};
use chrono::NaiveDate;
use std::{collections::BTreeSet, fmt};

codes! {
    /// Where a list of people comes from. Identifiers of one source mean nothing in another.
    Source {
        OneRoster = "oneroster", "OneRoster";
        Sims = "sims", "SIMS";
        Arbor = "arbor", "Arbor";
        Bromcom = "bromcom", "Bromcom";
        Csv = "csv", "another list";
        Ctf = "ctf", "Common Transfer File";
    }
}

codes! {
    /// Pupils or grown-ups. Nobody is matched across the two.
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

    /// What an import makes of somebody new. A governor, visitor or outsider is never made by one.
    pub const fn kind(self) -> PersonKind {
        match self {
            Self::Pupils => PersonKind::Pupil,
            Self::Adults => PersonKind::Staff,
        }
    }
}

codes! {
    /// Whether a list is everybody, so that who is not on it has left.
    Extent {
        Whole = "whole", "everybody";
        Part = "part", "some of them";
    }
}

/// What a system calls a person (`sourcedId` of OneRoster, Arbor's student id, the admission number).
pub type ExternalId = Identifier;

/// What a row says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said<T> {
    /// The list does not carry the field: what is known stays.
    Nothing,
    /// The list carries it and leaves it blank.
    Blank,
    /// A value.
    Value(T),
}

impl<T> Said<T> {
    /// The value, where there is one.
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
    pub preferred_given: Said<Name>,
    /// Preferred surname.
    pub preferred_family: Said<Name>,
    /// Date of birth.
    pub born: Option<BornOn>,
    /// A pupil's year group.
    pub year: Said<YearGroup>,
    /// A pupil's tutor group.
    pub tutor_group: Said<Label>,
    /// Where letters to a member of staff go.
    pub email: Option<Email>,
    /// A member of staff's post.
    pub post: Said<Label>,
    /// What the sign-in provider calls a member of staff.
    pub sign_in: Option<Identifier>,
    /// A pupil's situation.
    pub context: Context,
}

impl Entry {
    /// The best way to speak of this entry from another row.
    pub fn reference(&self) -> Option<Reference> {
        let id = || self.id.clone().map(|id| Reference::Id(self.group, id));
        let upn = || self.upn.clone().map(Reference::Upn);
        id().or_else(upn).or_else(|| self.email.clone().map(Reference::Email))
    }

    /// The name people use: preferred, where there is one.
    pub fn name(&self) -> String {
        let preferred = |said: &Said<Name>, legal: &Name| match said {
            Said::Value(name) => name.to_string(),
            Said::Nothing | Said::Blank => legal.to_string(),
        };
        let given = preferred(&self.preferred_given, &self.given);
        format!("{given} {}", preferred(&self.preferred_family, &self.family))
    }
}

/// Somebody a row speaks of without saying that they are here.
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

/// How one row speaks of another person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reference {
    /// By what the source calls them.
    Id(Group, ExternalId),
    /// By a pupil's number.
    Upn(Upn),
    /// By a member of staff's address.
    Email(Email),
}

/// Two people close to one another, as files have it. One who is in neither files nor register is left out.
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
    /// Whether it speaks of pupils, of staff, or of both: nobody else can be found to have left.
    pub covers: BTreeSet<Group>,
    /// Who is here.
    pub entries: Vec<Entry>,
    /// Who is here no more, by the list's own word.
    pub gone: Vec<Mention>,
    /// Who is close to whom.
    pub ties: BTreeSet<WrittenTie>,
    /// Rows that were not taken.
    pub rejected: Vec<Rejected>,
    /// Whom those rows speak of, as far as that can be read.
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
    pub fn take(&mut self, row: &Written, today: NaiveDate) {
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

//! What the register holds of a person, and what it would hold after an import.

use super::{
    context::Context,
    field::Field,
    incoming::{Entry, ExternalId, FieldValue, Group},
    name::Name,
    source::Source,
    upn::Upn,
    values::{BornOn, Email, Identifier, Label, YearGroup},
};
use crate::domain::{kernel::ids::PersonId, people::PersonKind};
use std::{collections::BTreeMap, fmt};

/// A person of one school's register, those who have left among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Their id.
    pub id: PersonId,
    /// What they are.
    pub kind: PersonKind,
    /// What is kept of them.
    pub record: Record,
    /// The lists they have been on, with what each calls them, if anything. Empty for those typed in.
    pub from: BTreeMap<Source, Option<ExternalId>>,
    /// Whether they are here.
    pub presence: Presence,
    /// Whether they have a role now.
    pub duties: HasDuties,
    /// A pupil's situation.
    pub context: Context,
}

/// Whether a person is of the school today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Of the school.
    Here,
    /// Left; what concerns them stays.
    Left,
}

/// Whether a person sits at a desk or holds an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HasDuties {
    /// None.
    None,
    /// At least one, so that their leaving would leave a gap.
    Some,
}

impl Known {
    /// Pupil or grown-up.
    pub const fn group(&self) -> Group {
        Group::of(self.kind)
    }

    /// What a source calls them.
    pub fn id_in(&self, source: Source) -> Option<&ExternalId> {
        self.from.get(&source)?.as_ref()
    }
}

/// What is kept of a person but for their situation. All have a name as shown; people typed in may have no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The name people use, as it is shown.
    pub name: String,
    /// Legal forename.
    pub given: Option<Name>,
    /// Legal surname.
    pub family: Option<Name>,
    /// Preferred forename.
    pub preferred_given: Option<Name>,
    /// Preferred surname.
    pub preferred_family: Option<Name>,
    /// A pupil's number.
    pub upn: Option<Upn>,
    /// Date of birth.
    pub born: Option<BornOn>,
    /// A pupil's year group.
    pub year: Option<YearGroup>,
    /// A pupil's tutor group.
    pub tutor_group: Option<Label>,
    /// Where e-mails go.
    pub email: Option<Email>,
    /// A member of staff's post.
    pub post: Option<Label>,
    /// What the sign-in provider calls them.
    pub sign_in: Option<Identifier>,
}

/// One field that an import would change, as it may be shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What it says now.
    pub old: Option<String>,
    /// What it would say.
    pub new: Option<String>,
}

impl Record {
    /// A record with nothing but a name.
    pub const fn named(name: String) -> Self {
        Self {
            name,
            given: None,
            family: None,
            preferred_given: None,
            preferred_family: None,
            upn: None,
            born: None,
            year: None,
            tutor_group: None,
            email: None,
            post: None,
            sign_in: None,
        }
    }

    /// The record of a new person.
    pub fn new(entry: &Entry) -> Self {
        Self::named(entry.name()).after(entry).0
    }

    /// The record after an import, and what that changes.
    ///
    /// A blank clears what describes a person today (preferred names, year, tutor group, post). It never clears what
    /// tells who a person is (UPN, date of birth, address, sign-in): a list that leaves it out does not make it
    /// untrue.
    pub fn after(&self, entry: &Entry) -> (Self, Vec<Change>) {
        let mut after = self.clone();
        let mut changes = Vec::new();
        replace(&mut changes, Field::GivenName, &mut after.given, Some(&entry.given));
        replace(&mut changes, Field::FamilyName, &mut after.family, Some(&entry.family));
        describe(&mut changes, Field::PreferredGivenName, &mut after.preferred_given, &entry.preferred_given);
        describe(
            &mut changes,
            Field::PreferredFamilyName,
            &mut after.preferred_family,
            &entry.preferred_family,
        );
        replace(&mut changes, Field::Upn, &mut after.upn, entry.upn.as_ref());
        replace(&mut changes, Field::BornOn, &mut after.born, entry.born.as_ref());
        describe(&mut changes, Field::YearGroup, &mut after.year, &entry.year);
        describe(&mut changes, Field::TutorGroup, &mut after.tutor_group, &entry.tutor_group);
        replace(&mut changes, Field::Email, &mut after.email, entry.email.as_ref());
        describe(&mut changes, Field::Post, &mut after.post, &entry.post);
        replace(&mut changes, Field::SignInId, &mut after.sign_in, entry.sign_in.as_ref());
        after.name = after.shown_name();
        (after, changes)
    }

    /// The record with the names of another: what is taken while its own names wait for a second person.
    pub fn named_as(self, other: &Self) -> Self {
        Self {
            name: other.name.clone(),
            given: other.given.clone(),
            family: other.family.clone(),
            preferred_given: other.preferred_given.clone(),
            preferred_family: other.preferred_family.clone(),
            ..self
        }
    }

    fn shown_name(&self) -> String {
        let given = self.preferred_given.as_ref().or(self.given.as_ref());
        let family = self.preferred_family.as_ref().or(self.family.as_ref());
        match (given, family) {
            (Some(given), Some(family)) => format!("{given} {family}"),
            (None, _) | (_, None) => self.name.clone(),
        }
    }

    /// Legal and preferred name, each as one line; the name as shown if there is no more.
    pub fn names(&self) -> Vec<String> {
        let both = |given: &Option<Name>, family: &Option<Name>| {
            Some(format!("{} {}", given.as_ref()?, family.as_ref()?))
        };
        let mut names = vec![self.name.clone()];
        names.extend(both(&self.given, &self.family));
        names.dedup();
        names
    }
}

/// Takes a value over if there is one.
fn replace<T: Clone + PartialEq + fmt::Display>(
    changes: &mut Vec<Change>,
    field: Field,
    kept: &mut Option<T>,
    said: Option<&T>,
) {
    if let Some(value) = said.filter(|value| kept.as_ref() != Some(value)) {
        let old = kept.replace(value.clone()).map(|old| old.to_string());
        changes.push(Change { field, old, new: Some(value.to_string()) });
    }
}

/// Takes over what is said, a blank too.
fn describe<T: Clone + PartialEq + fmt::Display>(
    changes: &mut Vec<Change>,
    field: Field,
    kept: &mut Option<T>,
    said: &FieldValue<T>,
) {
    match said {
        FieldValue::Nothing => {}
        FieldValue::Value(value) => replace(changes, field, kept, Some(value)),
        FieldValue::Blank => {
            if let Some(old) = kept.take() {
                changes.push(Change { field, old: Some(old.to_string()), new: None });
            }
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, "{}: {} -> {}", self.field.words(), said(&self.old), said(&self.new))
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Change({:?})", self.field)
    }
}

//! A person a case is about: who they are, what they are to the school, and their own part in it.

use crate::domain::kernel::{
    codes::codes,
    ids::{PersonId, SubjectId, TextId},
};
use serde::{Deserialize, Serialize};

codes! {
    /// What a subject is to the school.
    SubjectKind {
        Pupil = "pupil", "a pupil";
        AdultHere = "adult_here", "an adult who works or volunteers here";
        ParentOrCarer = "parent_or_carer", "a parent or carer";
        SomebodyElse = "somebody_else", "another person";
    }
}

codes! {
    /// A subject's own part in a case, never inherited from another subject.
    SubjectRole {
        Affected = "affected", "affected";
        Alleged = "alleged", "alleged";
        Witness = "witness", "witness";
        NamedOnly = "named_only", "mentioned";
    }
}

/// Who a subject is: a person of the school's register, or only words ("the IT man") until matched to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectIdentity {
    /// A person of this school.
    Person(PersonId),
    /// Words, kept where they can be erased.
    Words(TextId),
}

/// A person a case is about. One who was only *told* is not a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Which subject.
    pub id: SubjectId,
    /// Who they are.
    pub who: SubjectIdentity,
    /// What they are to the school.
    pub kind: SubjectKind,
    /// Their part in it.
    pub role: SubjectRole,
}

impl Subject {
    /// What they are and their part, as schools say it: "child affected", "a parent or carer, witness".
    pub fn part(&self) -> String {
        if self.kind == SubjectKind::Pupil && self.role == SubjectRole::Affected {
            "child affected".to_owned()
        } else {
            format!("{}, {}", self.kind.words(), self.role.words())
        }
    }

    /// The person, once matched to one.
    pub const fn person(&self) -> Option<PersonId> {
        match self.who {
            SubjectIdentity::Person(person) => Some(person),
            SubjectIdentity::Words(_) => None,
        }
    }

    /// Whether this is an adult who works or volunteers here: governors and supply too, no matter how they are
    /// registered.
    pub const fn is_adult_here(&self) -> bool {
        match self.kind {
            SubjectKind::AdultHere => true,
            SubjectKind::Pupil | SubjectKind::ParentOrCarer | SubjectKind::SomebodyElse => false,
        }
    }

    /// Whether their part in it would exclude an adult here: alleged or mentioned.
    pub const fn is_implicated(&self) -> bool {
        match self.role {
            SubjectRole::Alleged | SubjectRole::NamedOnly => true,
            SubjectRole::Affected | SubjectRole::Witness => false,
        }
    }
}

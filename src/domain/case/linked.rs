//! How one case is linked to another, and all that it may say of it.

use super::Case;
use crate::domain::kernel::ids::{CaseId, Reference};
use std::collections::BTreeMap;

/// How one case is linked to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// It was opened from this one.
    OpenedFromHere,
    /// This one was opened from it.
    OpenedFromThere,
    /// It became part of this one.
    Gathered,
    /// This one became part of it.
    GoesOn,
}

/// What a case may say of one it is linked to: its reference and how the two are linked, nothing of what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedCase {
    id: CaseId,
    reference: Reference,
    how: LinkKind,
}

impl LinkedCase {
    /// Which.
    pub fn id(&self) -> CaseId {
        self.id
    }

    /// What people call it.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// How it is linked to the case that names it.
    pub fn how(&self) -> LinkKind {
        self.how
    }
}

impl Case {
    /// The cases it is linked to, and how.
    pub fn links(&self) -> BTreeMap<CaseId, LinkKind> {
        let opened =
            if self.is_filtering_failure() { LinkKind::OpenedFromThere } else { LinkKind::OpenedFromHere };
        let opened = self.linked.iter().map(|id| (*id, opened));
        let gathered = self.gathered.iter().map(|id| (*id, LinkKind::Gathered));
        let goes_on = self.merged_into.iter().map(|id| (*id, LinkKind::GoesOn));
        opened.chain(gathered).chain(goes_on).collect()
    }

    /// What it may say of another case; nothing of one it is not linked to.
    pub fn says_of(&self, other: &Self) -> Option<LinkedCase> {
        let how = *self.links().get(&other.id)?;
        Some(LinkedCase { id: other.id, reference: other.reference.clone(), how })
    }
}

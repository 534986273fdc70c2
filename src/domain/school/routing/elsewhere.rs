//! What bears on a case because another one opened it: who may see nothing there, and whether the adult there is still
//! unidentified. Routing is told the second alone, so that no route and no reason can tell of the first.

use crate::domain::kernel::ids::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whether the other case is about an unidentified adult.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdultThere {
    /// It is about no adult, or it is known which.
    #[default]
    NoneOrMatched,
    /// It is about an adult who is not known yet.
    Unmatched,
}

/// What a case takes over from one it was opened from, for as long as it holds there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    kept_out: BTreeSet<PersonId>,
    adult: AdultThere,
}

impl Elsewhere {
    /// What holds there: the people who may see nothing of it, and whether the adult is still unidentified.
    pub const fn new(kept_out: BTreeSet<PersonId>, adult: AdultThere) -> Self {
        Self { kept_out, adult }
    }

    /// The people who may see nothing of it: for sight, and for nothing that is shown.
    pub(in crate::domain) const fn kept_out(&self) -> &BTreeSet<PersonId> {
        &self.kept_out
    }

    /// What routing knows of it, and nothing of its people.
    pub(in crate::domain) const fn without_people(&self) -> Self {
        Self { kept_out: BTreeSet::new(), adult: self.adult }
    }
}

impl AdultThere {
    /// Several cases as one: one that waits is enough.
    pub fn in_any<'a>(of: impl IntoIterator<Item = &'a Elsewhere>) -> Self {
        let waits = |there: &Elsewhere| there.adult == Self::Unmatched;
        if of.into_iter().any(waits) { Self::Unmatched } else { Self::NoneOrMatched }
    }
}

//! What bears on a case because another one opened it: whoever may see nothing there, and whether that one still waits to
//! learn which adult it is about.

use crate::domain::kernel::ids::PersonId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whether the other case is about an adult here of whom nobody has said yet who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdultThere {
    /// It is about no adult, or it is known which.
    #[default]
    NoneOrMatched,
    /// It is, and nobody has.
    Unmatched,
}

/// What a case takes over from one it was opened from, for as long as it is so there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Whoever may see nothing of it.
    pub kept_out: BTreeSet<PersonId>,
    /// Whether it still waits for a name.
    pub adult: AdultThere,
}

/// Nothing: most cases were opened by a concern.
pub static NOTHING_ELSEWHERE: Elsewhere =
    Elsewhere { kept_out: BTreeSet::new(), adult: AdultThere::NoneOrMatched };

impl Elsewhere {
    /// Several as one: kept out of any is kept out, and one that waits is enough.
    pub fn all<'a>(of: impl IntoIterator<Item = &'a Self>) -> Self {
        of.into_iter().fold(Self::default(), |mut all, one| {
            all.kept_out.extend(&one.kept_out);
            all.adult = match (all.adult, one.adult) {
                (AdultThere::NoneOrMatched, AdultThere::NoneOrMatched) => AdultThere::NoneOrMatched,
                (AdultThere::Unmatched, _) | (_, AdultThere::Unmatched) => AdultThere::Unmatched,
            };
            all
        })
    }
}

//! What bears on a case because another one opened it: who may see nothing there, and whether the adult there is still
//! unidentified.

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
    /// The people who may see nothing of it.
    pub kept_out: BTreeSet<PersonId>,
    /// Whether the adult there is still unidentified.
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

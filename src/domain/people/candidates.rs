//! The adults whom words could mean, and what in the words says so.

use super::{
    Roster,
    name_matching::{Adult, NameMatch, NameSearch, SinglesOut, name_match, singles_nobody_out},
};
use crate::domain::kernel::{codes::codes, ids::PersonId};

codes! {
    /// What in the words could mean an adult.
    WhyMeant {
        Name = "name", "their name, or a part of it";
        NearName = "near_name", "a name spelt nearly like theirs";
        Role = "role", "a role they have";
        Post = "post", "their post";
        Ticked = "ticked", "the reporter said that it could be them";
    }
}

impl From<NameMatch> for WhyMeant {
    fn from(how: NameMatch) -> Self {
        match how {
            NameMatch::ByName => Self::Name,
            NameMatch::ByNearName => Self::NearName,
            NameMatch::ByDuty(_) => Self::Role,
            NameMatch::ByPost => Self::Post,
        }
    }
}

/// Every adult whom words for one person could mean.
pub fn meant_by(words: &str, adults: &[Adult], roster: &Roster) -> Vec<(PersonId, WhyMeant)> {
    let search = NameSearch::for_person(words);
    let singles_out = singles_nobody_out(words);
    let how =
        |adult: &Adult| Some((adult.person, counting(search.matches(adult, roster)?, singles_out)?.into()));
    adults.iter().filter_map(how).collect()
}

/// How words for one person could mean an adult.
pub fn could_mean(words: &str, adult: &Adult, roster: &Roster) -> Option<NameMatch> {
    counting(name_match(words, adult, roster)?, singles_nobody_out(words))
}

/// Whether words for an adult single one out: by what they are, or because an adult has that name ("Mr Other").
pub fn single_one_out(words: &str, adults: &[Adult], roster: &Roster) -> SinglesOut {
    match singles_nobody_out(words) {
        SinglesOut::SomeOne => SinglesOut::SomeOne,
        SinglesOut::NoOne if meant_by(words, adults, roster).is_empty() => SinglesOut::NoOne,
        SinglesOut::NoOne => SinglesOut::SomeOne,
    }
}

/// Of words that single no one out, only a name counts: "a teacher" is no teacher's post.
const fn counting(how: NameMatch, singles_out: SinglesOut) -> Option<NameMatch> {
    match (singles_out, how) {
        (SinglesOut::SomeOne, _) | (SinglesOut::NoOne, NameMatch::ByName) => Some(how),
        (SinglesOut::NoOne, NameMatch::ByNearName | NameMatch::ByDuty(_) | NameMatch::ByPost) => None,
    }
}

//! People who joined the school, or were given a role, after words of a case were written: the words could mean them as well
//! (Who is meant, 2). The words themselves are kept apart from the case, so they are handed in.

use super::could_be_meant::add;
use crate::domain::case::{Asking, Case, MeantIn};
use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, TextId},
    },
    people::{
        candidates::{WhyMeant, meant_by},
        name_matching::{NameMatch, NameSearch},
        subject::SubjectIdentity,
    },
    school::routing::ExclusionReason,
};
use std::collections::BTreeMap;

/// Who is new in the school or in a role since cases last followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newcomers {
    /// The adults who were added to the register, and when.
    pub joined: BTreeMap<PersonId, Instant>,
    /// Those whose role at a desk began, and when.
    pub began: BTreeMap<PersonId, Instant>,
}

impl Newcomers {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.joined.is_empty() && self.began.is_empty()
    }

    /// Those of them whom words written at an instant could mean. Words for a person mean whoever they fit, by a role too:
    /// the school may have called them so before Candour knew. An account means those it names; the role it speaks of was
    /// another person's.
    fn meant_by(
        &self,
        words: &str,
        (within, written): (MeantIn, Instant),
        by: &Asking<'_>,
    ) -> Vec<(PersonId, WhyMeant)> {
        let has_joined = |person: &PersonId| self.joined.get(person).is_some_and(|at| *at >= written);
        let has_begun = |person: &PersonId| self.began.get(person).is_some_and(|at| *at >= written);
        match within {
            MeantIn::Subject(_) => {
                let meant = meant_by(words, &by.adults, &by.roster).into_iter();
                meant.filter(|(person, _)| has_joined(person) || has_begun(person)).collect()
            }
            MeantIn::Account(_) => {
                let search = NameSearch::in_account(words);
                let new = by.adults.iter().filter(|adult| has_joined(&adult.person));
                new.filter_map(|adult| Some((adult.person, by_name(search.matches(adult, &by.roster)?)?)))
                    .collect()
            }
            MeantIn::Report | MeantIn::Addition(_) => Vec::new(),
        }
    }
}

/// A match by anything but a role.
fn by_name(how: NameMatch) -> Option<WhyMeant> {
    match how {
        NameMatch::ByName | NameMatch::ByNearName | NameMatch::ByPost => Some(how.into()),
        NameMatch::ByDuty(_) => None,
    }
}

impl Case {
    /// The words in it that could mean an adult: where, which, and when they were written.
    pub fn words_to_compare(&self) -> Vec<(MeantIn, TextId, Instant)> {
        let people = self.subjects.iter().filter(|entry| entry.removed_at.is_none());
        let people = people.filter_map(|entry| match entry.subject.who {
            SubjectIdentity::Words(text) => Some((MeantIn::Subject(entry.subject.id), text, entry.added_at)),
            SubjectIdentity::Person(_) => None,
        });
        let happened =
            self.concerns.iter().filter_map(|concern| Some((concern.happened.text()?, concern.submitted_at)));
        let additions = self.concerns.iter().flat_map(|concern| &concern.additions);
        let added = additions.map(|addition| (addition.words, addition.at));
        let accounts = happened.chain(added).map(|(text, at)| (MeantIn::Account(text), text, at));
        people.chain(accounts).collect()
    }

    /// Keeps whom of the newcomers its words could mean.
    pub(in crate::domain::case) fn compares_with(
        &mut self,
        new: &Newcomers,
        words: &BTreeMap<TextId, String>,
        by: &Asking<'_>,
    ) {
        for (within, text, written) in self.words_to_compare() {
            let Some(words) = words.get(&text) else { continue };
            for (person, how) in new.meant_by(words, (within, written), by) {
                add(&mut self.could_be_meant, person, within, how);
            }
        }
    }

    /// Whether its words keep a person out by now who was not kept out before.
    pub(in crate::domain::case) fn has_words_for_more(&self, by: &Asking<'_>) -> bool {
        let now = self.route_now(by).exclusions;
        now.iter().any(|(person, kept)| kept.why == ExclusionReason::NotRuledOut && !self.excludes(*person))
    }
}

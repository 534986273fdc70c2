//! Who may be meant by words: "Mr Achebe", "D Achebe", "Acheba", "the headteacher", "the deputy", "the IT man".
//!
//! What is found here is only ever asked about, never taken for certain: whoever may be meant and would receive a report
//! is kept out until they are ruled out (DOMAIN, Who is meant). So both of two people with one surname match, and a
//! match too many costs one question.

mod called;
mod duties;
mod names;
mod posts;
mod reading;
mod spelling;
mod vague;
mod vocabulary;

#[cfg(test)]
pub(in crate::domain) mod tests;

pub use spelling::is_near_name;
pub use vague::{SinglesOut, singles_nobody_out};

use self::{
    duties::WrittenDuties,
    names::Names,
    posts::{AccountWords, WrittenPosts},
    reading::{Likeness, Purpose, Reading},
};
use super::{Desk, Roster};
use crate::domain::kernel::ids::PersonId;

/// An adult as people may name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adult {
    /// Who.
    pub person: PersonId,
    /// Their name of today.
    pub name: String,
    /// The names they had.
    pub former_names: Vec<String>,
    /// Their post.
    pub post: Option<String>,
}

/// How words match a person; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameMatch {
    /// By a name of theirs, or a part of one.
    ByName,
    /// By a near spelling or a short form of one.
    ByNearName,
    /// By the role they have, or a part of it.
    ByDuty(Desk),
    /// By their post, or a part of it.
    ByPost,
}

/// Words read once, to be compared with many adults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameSearch {
    reading: Reading,
    duties: WrittenDuties,
    posts: Posts,
}

/// Where posts are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Posts {
    Person(WrittenPosts),
    Account(AccountWords),
}

impl NameSearch {
    /// Words that stand for a person.
    pub fn for_person(words: &str) -> Self {
        let reading = Reading::of(words, Purpose::Person);
        let posts = Posts::Person(WrittenPosts::of(&reading.tokens));
        Self { duties: WrittenDuties::of(&reading.tokens, Purpose::Person), posts, reading }
    }

    /// An account of what happened. It names an adult by a whole name, a title or an initial before a surname, a surname
    /// alone, a role or a post; by a given name alone only with a capital, if it is no common English word; by near
    /// spellings only of surnames with a title.
    pub fn in_account(account: &str) -> Self {
        let reading = Reading::of(account, Purpose::Account);
        let posts = Posts::Account(AccountWords::of(&reading.tokens));
        Self { duties: WrittenDuties::of(&reading.tokens, Purpose::Account), posts, reading }
    }

    /// Whether they may mean this adult, and how.
    pub fn matches(&self, adult: &Adult, roster: &Roster) -> Option<NameMatch> {
        let is_duty = |span: &reading::Span| self.duties.has(span);
        match names::named(&self.reading, &Names::of(adult), &is_duty) {
            Some(Likeness::Same) => return Some(NameMatch::ByName),
            Some(Likeness::Near) => return Some(NameMatch::ByNearName),
            None => {}
        }
        if let Some(desk) = self.duties.desk_of(adult.person, roster) {
            return Some(NameMatch::ByDuty(desk));
        }
        let post = adult.post.as_deref()?;
        let is_meant = match &self.posts {
            Posts::Person(words) => words.may_mean(post),
            Posts::Account(account) => account.names(post),
        };
        is_meant.then_some(NameMatch::ByPost)
    }
}

/// Whether words that stand for a person may mean this adult. For many adults, read the words once: [`NameSearch`].
pub fn name_match(words: &str, adult: &Adult, roster: &Roster) -> Option<NameMatch> {
    NameSearch::for_person(words).matches(adult, roster)
}

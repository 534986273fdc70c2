//! Words for an adult that single no one out: "a teacher", "somebody in the corridor", "I do not know".

use super::{
    duties::WrittenDuties,
    posts::WrittenPosts,
    reading::{Case, Purpose, Token, tokens},
    vocabulary::Kind,
};

/// Whether words for an adult single one out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SinglesOut {
    /// They may be about any adult here.
    NoOne,
    /// They say which one: a name, a role, a post.
    SomeOne,
}

/// What is written when no one is named.
const NOTHING: &[&str] =
    &["n a", "na", "nil", "none", "no", "x", "xx", "dk", "idk", "not stated", "anon", "anonymous"];
/// What stands before one of several.
const ANY: &[&str] =
    &["a", "an", "another", "any", "each", "one", "some", "two", "three", "several", "unknown", "unnamed"];

/// Whether words for an adult single nobody out: no name, role or post is in them, or only what many adults are.
pub fn singles_nobody_out(words: &str) -> SinglesOut {
    let tokens = tokens(words);
    if !WrittenDuties::of(&tokens, Purpose::Person).is_empty() {
        return SinglesOut::SomeOne;
    }
    let all: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    if all.is_empty() || NOTHING.contains(&all.join(" ").as_str()) {
        return SinglesOut::NoOne;
    }
    let is_any = ANY.contains(&all[0]);
    let has = |kind: Kind| tokens.iter().any(|token| token.kind == Some(kind));
    let begins_as_anybody = is_any || matches!(tokens[0].kind, Some(Kind::Person | Kind::Staff));
    let has_name =
        tokens.iter().enumerate().any(|(at, token)| match at.checked_sub(1).map(|at| &tokens[at]) {
            Some(before) if before.is_title() => token.may_be_name(),
            // "D Achebe" and "A Achebe", and neither "a plumber" nor "A man".
            Some(before) if before.letter().is_some_and(|letter| letter != 'a' || all.len() == 2) => {
                token.may_be_name() && (before.text != "a" || token.case != Case::Small)
            }
            Some(_) => {
                token.kind.is_none() && token.case != Case::Small && !begins_as_anybody && !token.is_figure()
            }
            None => false,
        });
    let has_post = !is_any && WrittenPosts::of(&tokens).names_one();
    let has_unknown = tokens.iter().any(|token| token.kind.is_none() && !token.is_figure());
    let singles = if has_name || has_post || tokens.iter().all(Token::may_be_name) {
        true
    } else if !has_unknown || has(Kind::Person) || is_any {
        // "The man with the ponytail" may be any of them.
        false
    } else {
        // "Achebe", "the geography teacher", and not "teacher in the annexe".
        !has(Kind::Staff) || matches!(all[0], "the" | "our" | "my" | "his" | "her" | "their")
    };
    if singles { SinglesOut::SomeOne } else { SinglesOut::NoOne }
}

//! What a school knows of a child's situation. Shown only from inside a case, so it prints as nothing anywhere else.

use crate::domain::kernel::codes::codes;
use std::fmt;

codes! {
    /// Yes or no, as a school records it.
    Flag {
        No = "no", "no";
        Yes = "yes", "yes";
    }
}

codes! {
    /// Special educational needs provision: codes N, K and E of the school census.
    Send {
        None = "none", "no special educational provision";
        Support = "support", "SEN support";
        Plan = "plan", "education, health and care plan";
    }
}

/// What is known of a child's situation; nothing if no list has said.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Context {
    /// Special educational needs.
    pub send: Option<Send>,
    /// Looked after by a local authority now.
    pub looked_after: Option<Flag>,
    /// A child in need (section 17, Children Act 1989).
    pub child_in_need: Option<Flag>,
    /// Subject of a child protection plan.
    pub protection_plan: Option<Flag>,
    /// Has a social worker.
    pub social_worker: Option<Flag>,
}

impl Context {
    /// What is known once `newer` is heard: if it says nothing, what was known stays.
    #[must_use]
    pub fn heard(self, newer: Self) -> Self {
        Self {
            send: newer.send.or(self.send),
            looked_after: newer.looked_after.or(self.looked_after),
            child_in_need: newer.child_in_need.or(self.child_in_need),
            protection_plan: newer.protection_plan.or(self.protection_plan),
            social_worker: newer.social_worker.or(self.social_worker),
        }
    }
}

/// Reads a yes or a no as the three systems and CTF write it.
pub fn flag(written: &str) -> Option<Flag> {
    match written.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" => Some(Flag::Yes),
        "no" | "n" | "false" | "f" | "0" => Some(Flag::No),
        _ => None,
    }
}

/// Reads SEN provision: a code, a code with words ("K - SEN support"), or the words.
pub fn send(written: &str) -> Option<Send> {
    let lower = written.to_lowercase();
    let code = lower.split([' ', '-', '\u{2013}']).next().unwrap_or_default();
    match (code, lower.as_str()) {
        ("n", _)
        | (_, "no sen" | "none" | "no special educational need" | "no special educational needs") => {
            Some(Send::None)
        }
        ("k", _) | (_, "sen support") => Some(Send::Support),
        ("e" | "ehcp" | "ehc", _) | (_, "education, health and care plan") => Some(Send::Plan),
        _ => None,
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context(not shown)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_however_they_are_written() {
        for (written, flag_, send_) in [
            ("Yes", Some(Flag::Yes), None),
            ("F", Some(Flag::No), None),
            ("maybe", None, None),
            ("K", None, Some(Send::Support)),
            ("E - Education, health and care plan", None, Some(Send::Plan)),
            ("No SEN", None, Some(Send::None)),
            ("N", Some(Flag::No), Some(Send::None)),
            ("EHCP", None, Some(Send::Plan)),
        ] {
            assert_eq!((flag(written), send(written)), (flag_, send_), "{written}");
        }
    }

    #[test]
    fn silence_keeps_what_was_known() {
        let known = Context { looked_after: Some(Flag::Yes), ..Context::default() };
        let heard = known.heard(Context { send: Some(Send::Support), ..Context::default() });
        assert_eq!((heard.looked_after, heard.send), (Some(Flag::Yes), Some(Send::Support)));
        assert_eq!(
            known.heard(Context { looked_after: Some(Flag::No), ..known }).looked_after,
            Some(Flag::No)
        );
    }

    #[test]
    fn context_prints_as_nothing() {
        let known = Context { looked_after: Some(Flag::Yes), ..Context::default() };
        assert_eq!(format!("{known:?}"), "Context(not shown)");
    }
}

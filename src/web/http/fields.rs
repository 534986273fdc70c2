//! The fields of a posted form, and reading them into values with an error for each that is wrong.

use crate::service::Form;
use sha2::{Digest, Sha256};

/// What a form posted, in order; nothing of it is seen before the form is known to be ours.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Fields that are not a person's words, and differ from page to page.
const TOKENS: [&str; 3] = ["csrf", "idempotency", "page"];
/// Fields that say how a page was made or which button was pressed.
const OF_THE_PAGE: [&str; 5] = ["act", "asked", "find-name", "rows", "version"];

impl Fields {
    /// Reads a body of `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// A form as it stands before anything is typed.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Adds a field.
    pub fn add(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The first value of a field, as typed; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
    }

    /// Names and values of the fields whose name begins so, in order.
    pub fn beginning(&self, prefix: &str) -> Vec<(&str, &str)> {
        let named = self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        named.filter(|(name, _)| name.starts_with(prefix)).collect()
    }

    /// Whether a field has something other than white space.
    pub fn has(&self, name: &str) -> bool {
        !self.get(name).trim().is_empty()
    }

    /// Everything that was entered, without the tokens and the button pressed, as a form posts it.
    pub fn entered(&self) -> String {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let entered = self.0.iter().filter(|(name, _)| is_entered(name));
        body.extend_pairs(entered.map(|(name, value)| (name, one_kind_of_line(value))));
        body.finish()
    }

    /// Name and value of every field that a person wrote or chose something in, in the order of the page: not whose name
    /// it was taken for, which a script fills in.
    pub fn filled(&self) -> Vec<(&str, &str)> {
        let is_written = |name: &str| is_entered(name) && !name.ends_with("-id");
        let filled = self.0.iter().filter(|(name, value)| is_written(name) && !value.trim().is_empty());
        filled.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The key the page's form carried, if it is one of ours.
    pub fn key(&self) -> Option<&str> {
        Some(self.get("idempotency")).filter(|key| is_key(key))
    }

    /// The SHA-256, in hexadecimal, of those fields whose name passes.
    pub fn digest(&self, passes: impl Fn(&str) -> bool) -> String {
        let mut digest = Sha256::new();
        for (name, value) in self.0.iter().filter(|(name, _)| passes(name)) {
            digest.update(name);
            digest.update([0]);
            digest.update(one_kind_of_line(value));
            digest.update([0]);
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The form as what keeps it from being taken twice sees it.
    pub fn form(&self, address: &str) -> Form {
        let digest = self.digest(is_sent);
        // A form without a key of its own is known by what it says.
        let key = self.key().map_or_else(|| format!("{digest:.40}"), str::to_owned);
        Form { key, address: address.to_owned(), digest }
    }
}

/// Words as they are, however they are sent: a browser ends lines otherwise than a script of its own page does.
fn one_kind_of_line(value: &str) -> String {
    value.replace("\r\n", "\n")
}

/// Whether a field is part of what is sent, and no token.
pub fn is_sent(name: &str) -> bool {
    !TOKENS.contains(&name)
}

/// Whether a person entered this field, and not the page or a button.
pub fn is_entered(name: &str) -> bool {
    !TOKENS.contains(&name) && !OF_THE_PAGE.contains(&name)
}

/// Whether this can be the key of a form of ours.
pub fn is_key(typed: &str) -> bool {
    (8..=64).contains(&typed.len())
        && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.0.len())
    }
}

//! The fields of a posted form, and reading them into values with an error for each that is wrong.

use crate::store::forms::Form;
use sha2::{Digest, Sha256};

/// What a form posted, in order; nothing of it is seen before the form is known to be ours.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Fields that are not a person's words.
const TOKENS: [&str; 2] = ["csrf", "idempotency"];

impl Fields {
    /// Reads a body of `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first value of a field, as typed; empty where there is none.
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

    /// The form as what keeps it from being taken twice sees it.
    pub fn form(&self, address: &str) -> Form {
        let mut digest = Sha256::new();
        for (name, value) in self.0.iter().filter(|(name, _)| !TOKENS.contains(&name.as_str())) {
            digest.update(name);
            digest.update([0]);
            digest.update(value);
            digest.update([0]);
        }
        let digest = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = self.get("idempotency");
        // A form without a key of its own is known by what it says.
        let key = if is_key(key) { key.to_owned() } else { format!("{digest:.40}") };
        Form { key, address: address.to_owned(), digest }
    }
}

fn is_key(typed: &str) -> bool {
    (8..=64).contains(&typed.len())
        && typed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.0.len())
    }
}

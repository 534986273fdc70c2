//! Secrets: read from files of their own, never printed.

use super::reader::ConfigValue;
use std::{fmt, os::unix::fs::PermissionsExt};
use url::Url;

/// Words that open something. `Debug` prints none of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps words that were not read from a file, such as those the demo draws for itself.
    pub fn new(words: String) -> Self {
        Self(words)
    }

    /// The words, for the code that has to send them.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Reads the file a key names. Refused: a file that is missing, empty, or open to everybody on the machine.
pub(super) fn read(setting: &ConfigValue<'_, '_, String>) -> Option<Secret> {
    let path = setting.source().folder().join(&setting.value);
    let shown = path.display();
    let mode = match std::fs::metadata(&path) {
        Ok(about) => about.permissions().mode(),
        Err(error) => return setting.wrong(format!("{shown} cannot be read: {error}")),
    };
    if mode & 0o007 != 0 {
        return setting
            .wrong(format!("{shown} can be read by everyone on this machine; expected chmod 640 or less"));
    }
    match std::fs::read_to_string(&path) {
        Ok(words) if words.trim().is_empty() => setting.wrong(format!("{shown} is empty; expected a secret")),
        Ok(words) => Some(Secret(words.trim_end_matches(['\r', '\n']).to_owned())),
        Err(error) => setting.wrong(format!("{shown} cannot be read: {error}")),
    }
}

/// The address with its password. It goes in the query, which libpq takes with every form of host, a socket's
/// folder included; written byte by byte because a form's `+` for a space is not undone there.
pub(super) fn with_password(url: &Url, password: Option<&Secret>) -> String {
    let Some(Secret(password)) = password else { return url.to_string() };
    let encoded: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let joint = if url.query().is_some() { '&' } else { '?' };
    format!("{url}{joint}password={encoded}")
}

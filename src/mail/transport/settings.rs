//! What the mailer must be told before it can send, and what can be wrong with it.

use std::{fmt, time::Duration};

/// How the connection to the mail server is kept private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: only to a server on this same machine.
    None,
    /// In the clear at first, then TLS before anything is said (usually port 587). Never falls back.
    Starttls,
    /// TLS from the first byte (usually port 465).
    Tls,
}

/// A password that is never printed.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Wraps a password.
    pub fn new(words: String) -> Password {
        Password(words)
    }

    /// The password itself, for the sign-in and nothing else.
    pub(super) fn reveal(self) -> String {
        self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// How long to wait for a mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the connection to open.
    pub connect: Duration,
    /// For one e-mail, from the first byte to the server's last answer.
    pub letter: Duration,
}

impl Default for Patience {
    /// 10 seconds to connect, 60 for an e-mail.
    fn default() -> Patience {
        Patience { connect: Duration::from_secs(10), letter: Duration::from_secs(60) }
    }
}

/// Everything the mailer is told. `candour.toml` is read elsewhere; this is what comes of its `[mail]` table.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Name or address of the mail server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
    /// The name to sign in with, if the server asks for one.
    pub username: Option<String>,
    /// The password that goes with it.
    pub password: Option<Password>,
    /// Whom e-mails come from: `Candour <candour@school.example>`.
    pub from: String,
    /// This installation's own host name: given in EHLO and used in every Message-ID.
    pub hostname: String,
    /// How long to wait.
    pub patience: Patience,
}

/// What is wrong with a [`SmtpConfig`], in words that name the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// E-mails would cross a network in the clear.
    #[error("mail.security: \"none\" is only for a mail server on this machine; use \"starttls\" or \"tls\"")]
    NotPrivate,
    /// One of the two sign-in settings is missing.
    #[error("mail.username and mail.password: give both or neither")]
    HalfSignIn,
    /// Not a mailbox.
    #[error("mail.from: expected an address such as \"Candour <candour@school.example>\"")]
    From,
    /// Not a host name.
    #[error("mail.hostname: expected a host name such as \"candour.school.example\"")]
    Hostname,
    /// TLS cannot be set up for this host.
    #[error("mail.host: TLS cannot be set up for this name")]
    Host,
}

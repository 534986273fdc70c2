//! How an e-mail travels: one SMTP conversation, and what a failure means for the next attempt.
//!
//! There is one mailer and no trait: the tests speak to a real server on loopback (`demo::sink`).
//! No error and no log line carries the server's own words or an address: servers like to repeat addresses.

mod settings;
mod trouble;

pub use trouble::{Step, Trouble};

pub use settings::{ConfigError, Password, Patience, Security, SmtpConfig};

use std::{fmt, net::IpAddr};

use chrono::{DateTime, TimeDelta, Utc};
use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailParameter},
    },
};
use uuid::Uuid;

use super::letter::{Letter, Urgency};

/// The outside of one e-mail.
#[derive(Clone)]
pub struct Envelope {
    /// The reader's e-mail address.
    pub to: String,
    /// The outbox row's id. The Message-ID is made from it and so stays the same however often the e-mail is
    /// sent: if a server's last answer is lost, the reader's mail system can tell that the second is the
    /// first.
    pub outbox_id: Uuid,
    /// The `Date` header.
    pub date: DateTime<Utc>,
}

impl fmt::Debug for Envelope {
    /// Without the address: this may end in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("outbox_id", &self.outbox_id)
            .field("date", &self.date)
            .finish_non_exhaustive()
    }
}

/// Why an e-mail did not go, by what to do next. The words hold no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Try again at [`next_attempt`]: a 4xx, a broken or slow connection, or anything that is not about this
    /// e-mail, such as a refused sign-in. Never gives up.
    #[error("will be tried again: {0}")]
    Retry(Trouble),
    /// This address or this e-mail will not be taken, now or later: a clear 5xx to it, or not an address at
    /// all.
    #[error("refused for good: {0}")]
    Refused(Trouble),
}

/// A mail server that greets us, as the doctor finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServerReport {
    /// Its certificate (DER); none without TLS, on this machine.
    pub certificate: Option<Vec<u8>>,
}

impl Step {
    /// What a failure at this step means.
    ///
    /// The only question is whether it is a clear 5xx. A 5xx before the reader is named is about the
    /// installation (a changed password, a blocked sender): giving up would throw away every e-mail there is.
    fn failed(self, error: &lettre::transport::smtp::Error) -> SendError {
        let why = Trouble::of(error, self);
        let about_this_letter = match self {
            Step::Connect | Step::Secure | Step::SignIn | Step::Sender => false,
            Step::Recipient | Step::Data | Step::Body => true,
        };
        if error.is_permanent() && about_this_letter {
            SendError::Refused(why)
        } else {
            SendError::Retry(why)
        }
    }
}

/// When to try again after `attempts` failed attempts: 1, 5, 15 and 60 minutes, then every hour for ever.
pub fn next_attempt(attempts: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = match attempts {
        0 => 0,
        1 => 1,
        2 => 5,
        3 => 15,
        4.. => 60,
    };
    now + TimeDelta::minutes(minutes)
}

/// Sends e-mails over SMTP, one connection each: a school sends few, and a connection left open is dead by
/// the time it is needed.
#[derive(Clone)]
pub struct Mailer {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    from: Mailbox,
    hostname: String,
    patience: Patience,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("host", &self.host).field("port", &self.port).finish_non_exhaustive()
    }
}

impl Mailer {
    /// A mailer from its configuration. Connects to nothing yet.
    ///
    /// # Errors
    /// When a setting is wrong, naming its key.
    pub fn new(config: SmtpConfig) -> Result<Mailer, ConfigError> {
        let tls = match config.security {
            Security::None if is_this_machine(&config.host) => None,
            Security::None => return Err(ConfigError::NotPrivate),
            Security::Starttls | Security::Tls => {
                Some(TlsParameters::new(config.host.clone()).map_err(|_| ConfigError::Host)?)
            }
        };
        let credentials = match (config.username, config.password) {
            (Some(name), Some(password)) => Some(Credentials::new(name, password.reveal())),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => return Err(ConfigError::HalfSignIn),
        };
        if config.from.contains(char::is_control) {
            return Err(ConfigError::From);
        }
        let from: Mailbox = config.from.parse().map_err(|_| ConfigError::From)?;
        if !AsRef::<str>::as_ref(&from.email).is_ascii() {
            return Err(ConfigError::From);
        }
        if !is_host_name(&config.hostname) {
            return Err(ConfigError::Hostname);
        }
        let (host, port, security) = (config.host, config.port, config.security);
        let (hostname, patience) = (config.hostname, config.patience);
        Ok(Mailer { host, port, security, tls, credentials, from, hostname, patience })
    }

    /// Sends one e-mail. `Ok` means the server has taken it.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again.
    pub async fn send(&self, envelope: &Envelope, letter: &Letter) -> Result<(), SendError> {
        let to = address(&envelope.to)?;
        let message = self.message(envelope, to.clone(), letter)?;
        // lettre's own timeout covers connecting only, so the clock around the whole is ours.
        let conversation = async {
            let mut connection = self.connect().await?;
            self.hand_over(&mut connection, to, &message).await?;
            Ok(connection)
        };
        let mut connection = tokio::time::timeout(self.patience.letter, conversation)
            .await
            .unwrap_or_else(|_| Err(too_slow()))?;
        // The e-mail is the server's now: a failed goodbye must not send it again.
        let _ = tokio::time::timeout(self.patience.connect, connection.quit()).await;
        Ok(())
    }

    /// Connects, signs in and says goodbye: for the health page.
    ///
    /// # Errors
    /// Always [`SendError::Retry`], with the step that failed.
    pub async fn reach(&self) -> Result<(), SendError> {
        self.examine().await.map(|_| ())
    }

    /// Greets the server for `doctor`, and says until when its certificate is valid.
    ///
    /// # Errors
    /// Always [`SendError::Retry`], with the step that failed.
    pub async fn examine(&self) -> Result<MailServerReport, SendError> {
        let mut connection = tokio::time::timeout(self.patience.letter, self.connect())
            .await
            .unwrap_or_else(|_| Err(too_slow()))?;
        let certificate = connection.is_encrypted().then(|| connection.peer_certificate().ok()).flatten();
        let _ = tokio::time::timeout(self.patience.connect, connection.quit()).await;
        Ok(MailServerReport { certificate })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SendError> {
        let hello = ClientId::Domain(self.hostname.clone());
        let (at_once, later) = match self.security {
            Security::None => (None, None),
            Security::Starttls => (None, self.tls.clone()),
            Security::Tls => (self.tls.clone(), None),
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.patience.connect), &hello, at_once, None)
                .await
                .map_err(|e| Step::Connect.failed(&e))?;
        if let Some(tls) = later {
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(SendError::Retry(Trouble::NoStartTls));
            }
            connection.starttls(tls, &hello).await.map_err(|e| Step::Secure.failed(&e))?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            connection.auth(&mechanisms, credentials).await.map_err(|e| Step::SignIn.failed(&e))?;
        }
        Ok(connection)
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        to: Address,
        message: &[u8],
    ) -> Result<(), SendError> {
        let mut options = Vec::new();
        if !AsRef::<str>::as_ref(&to).is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(SendError::Refused(Trouble::AsciiOnly));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        let sender = Mail::new(Some(self.from.email.clone()), options);
        connection.command(sender).await.map_err(|e| Step::Sender.failed(&e))?;
        connection.command(Rcpt::new(to, Vec::new())).await.map_err(|e| Step::Recipient.failed(&e))?;
        connection.command(Data).await.map_err(|e| Step::Data.failed(&e))?;
        connection.message(message).await.map_err(|e| Step::Body.failed(&e))?;
        Ok(())
    }

    /// The e-mail as bytes, alike to the last one for one envelope and letter, however often it is sent.
    fn message(&self, envelope: &Envelope, to: Address, letter: &Letter) -> Result<Vec<u8>, SendError> {
        let header =
            |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        let id = envelope.outbox_id.hyphenated();
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .date(envelope.date.into())
            .message_id(Some(format!("<{id}@{}>", self.hostname)))
            .subject(letter.subject())
            // RFC 3834, and what Exchange wants instead: no out-of-office answers to a machine.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", "All"));
        match letter.urgency() {
            Urgency::Ordinary => {}
            Urgency::High => builder = builder.raw_header(header("Importance", "high")),
        }
        let body = MultiPart::alternative()
            .boundary(format!("candour-{}", envelope.outbox_id.simple()))
            .singlepart(lettre::message::SinglePart::plain(letter.text().to_owned()))
            .singlepart(lettre::message::SinglePart::html(letter.html().to_owned()));
        let message = builder.multipart(body).map_err(|_| SendError::Retry(Trouble::Unencodable))?;
        Ok(message.formatted())
    }
}

fn too_slow() -> SendError {
    SendError::Retry(Trouble::TooSlow)
}

/// Parses an address; text that could end a line or a command is refused before any parser sees it.
fn address(text: &str) -> Result<Address, SendError> {
    let refused = || SendError::Refused(Trouble::NoAddress);
    if text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '<' || c == '>') {
        return Err(refused());
    }
    text.parse().map_err(|_| refused())
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn is_host_name(name: &str) -> bool {
    name.len() <= 253
        && name.split('.').all(|label| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_1_5_15_60_minutes_and_then_every_hour() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let minutes: Vec<i64> = (0..8).map(|n| (next_attempt(n, now) - now).num_minutes()).collect();
        assert_eq!(minutes, [0, 1, 5, 15, 60, 60, 60, 60]);
        assert_eq!((next_attempt(u32::MAX, now) - now).num_minutes(), 60);
    }

    #[test]
    fn knows_a_host_name() {
        assert!(is_host_name("candour.school.example"));
        for bad in ["", "a..b", "-a", "a b", "a\r\nX: y", "a>b", &"a".repeat(64)] {
            assert!(!is_host_name(bad), "{bad:?}");
        }
    }
}

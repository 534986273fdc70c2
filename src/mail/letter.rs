//! What an e-mail (a letter in code) says: that something needs you, when, and the address of your own first
//! page. Nothing else.
//!
//! An e-mail crosses servers and lock screens that no rule of the school reaches. So its types have no field
//! for a reference, a task, a count, a person's name, a category or an address inside a case: what is not
//! there cannot be let out by a template.

use askama::Template;
use url::Url;

/// When something needs the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeededBy {
    /// Before anything else.
    Now,
    /// Before the end of the school day.
    Today,
}

impl NeededBy {
    /// The word as it stands in a sentence.
    pub fn word(self) -> &'static str {
        match self {
            NeededBy::Now => "now",
            NeededBy::Today => "today",
        }
    }
}

/// How the e-mail asks to be treated by the reader's mail program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// As any other e-mail.
    Ordinary,
    /// With `Importance: high`, so that a phone that is silent for ordinary mail may ring.
    High,
}

/// An e-mail as it is sent: a subject of one line, and its words as plain text and as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    subject: String,
    text: String,
    html: String,
    urgency: Urgency,
}

impl Letter {
    /// An e-mail from its parts. Line ends and other control characters in the subject become spaces, so that
    /// nothing put into a subject can start a header of its own.
    pub fn new(subject: &str, text: String, html: String, urgency: Urgency) -> Letter {
        Letter { subject: one_line(subject), text, html, urgency }
    }

    /// One line, without control characters.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The plain text body.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The HTML body: one page, no images, nothing fetched from anywhere.
    pub fn html(&self) -> &str {
        &self.html
    }

    /// How the e-mail asks to be treated.
    pub fn urgency(&self) -> Urgency {
        self.urgency
    }
}

/// The ordinary e-mail: one to a person until they look.
#[derive(Debug, Clone)]
pub struct NeedsYou {
    /// The school's name: its reader may work in two.
    pub school: String,
    /// When it needs them.
    pub when: NeededBy,
    /// The address of the reader's own first page.
    pub first_page_url: Url,
}

/// The e-mail about something critical: sent at any hour, also to a person who has not looked since the last.
#[derive(Debug, Clone)]
pub struct NeedsYouNow {
    /// The school's name: its reader may work in two.
    pub school: String,
    /// The address of the reader's own first page.
    pub first_page_url: Url,
}

/// The weekly e-mail to head, DSL and chair with the latest hash of the audit log: never how many entries it
/// has, because a number that grows tells what it counts.
#[derive(Debug, Clone)]
pub struct AuditHead {
    /// The school's name: a chair may serve two.
    pub school: String,
    /// The audit log's head hash, in hexadecimal.
    pub hash: String,
    /// The address of the reader's own first page.
    pub first_page_url: Url,
}

/// The e-mail to a person for whom another account was added: no one else would notice one in their name.
#[derive(Debug, Clone)]
pub struct AccountAdded {
    /// The school's name: its reader may work in two.
    pub school: String,
    /// The address of the reader's own first page.
    pub first_page_url: Url,
}

/// The e-mail to head, chair and external contact or DSL when one-time codes were printed on the server: no one
/// else confirms the accounts they let in.
#[derive(Debug, Clone)]
pub struct ServerCodes {
    /// The school's name: a chair may serve two.
    pub school: String,
    /// The address of the reader's own first page.
    pub first_page_url: Url,
}

#[derive(Template)]
#[template(path = "letters/needs_you.txt")]
struct NeedsYouText<'a> {
    school: &'a str,
    when: &'static str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/needs_you.html")]
struct NeedsYouHtml<'a> {
    subject: &'a str,
    school: &'a str,
    when: &'static str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/needs_you_now.txt")]
struct NeedsYouNowText<'a> {
    school: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/needs_you_now.html")]
struct NeedsYouNowHtml<'a> {
    subject: &'a str,
    school: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/audit_head.txt")]
struct AuditHeadText<'a> {
    school: &'a str,
    hash: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/audit_head.html")]
struct AuditHeadHtml<'a> {
    subject: &'a str,
    school: &'a str,
    hash: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/account_added.txt")]
struct AccountAddedText<'a> {
    school: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/account_added.html")]
struct AccountAddedHtml<'a> {
    subject: &'a str,
    school: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/server_codes.txt")]
struct ServerCodesText<'a> {
    school: &'a str,
    first_page: &'a str,
}

#[derive(Template)]
#[template(path = "letters/server_codes.html")]
struct ServerCodesHtml<'a> {
    subject: &'a str,
    school: &'a str,
    first_page: &'a str,
}

impl NeedsYou {
    /// Renders the e-mail.
    ///
    /// # Errors
    /// When a template fails: the caller keeps the outbox row, tries again and raises the alarm.
    pub fn render(&self) -> Result<Letter, askama::Error> {
        let subject = match self.when {
            NeededBy::Now => "Something in Candour needs you now",
            NeededBy::Today => "Something in Candour needs you today",
        };
        let (school, first_page) = (&*one_line(&self.school), self.first_page_url.as_str());
        let when = self.when.word();
        let text = NeedsYouText { school, when, first_page }.render()?;
        let html = NeedsYouHtml { subject, school, when, first_page }.render()?;
        Ok(Letter::new(subject, text, html, Urgency::Ordinary))
    }
}

impl NeedsYouNow {
    /// Renders the e-mail.
    ///
    /// # Errors
    /// When a template fails: the caller keeps the outbox row, tries again and raises the alarm.
    pub fn render(&self) -> Result<Letter, askama::Error> {
        let subject = "Needs you now: something in Candour";
        let (school, first_page) = (&*one_line(&self.school), self.first_page_url.as_str());
        let text = NeedsYouNowText { school, first_page }.render()?;
        let html = NeedsYouNowHtml { subject, school, first_page }.render()?;
        Ok(Letter::new(subject, text, html, Urgency::High))
    }
}

impl AuditHead {
    /// Renders the e-mail.
    ///
    /// # Errors
    /// When a template fails: the caller keeps the outbox row, tries again and raises the alarm.
    pub fn render(&self) -> Result<Letter, askama::Error> {
        let subject = "This week's hash of the audit log in Candour";
        let (school, hash) = (&*one_line(&self.school), &*one_line(&self.hash));
        let first_page = self.first_page_url.as_str();
        let text = AuditHeadText { school, hash, first_page }.render()?;
        let html = AuditHeadHtml { subject, school, hash, first_page }.render()?;
        Ok(Letter::new(subject, text, html, Urgency::Ordinary))
    }
}

impl AccountAdded {
    /// Renders the e-mail.
    ///
    /// # Errors
    /// When a template fails: the caller keeps the outbox row, tries again and raises the alarm.
    pub fn render(&self) -> Result<Letter, askama::Error> {
        let subject = "A new account was added for you in Candour";
        let (school, first_page) = (&*one_line(&self.school), self.first_page_url.as_str());
        let text = AccountAddedText { school, first_page }.render()?;
        let html = AccountAddedHtml { subject, school, first_page }.render()?;
        Ok(Letter::new(subject, text, html, Urgency::Ordinary))
    }
}

impl ServerCodes {
    /// Renders the e-mail.
    ///
    /// # Errors
    /// When a template fails: the caller keeps the outbox row, tries again and raises the alarm.
    pub fn render(&self) -> Result<Letter, askama::Error> {
        let subject = "One-time codes were printed on the server of Candour";
        let (school, first_page) = (&*one_line(&self.school), self.first_page_url.as_str());
        let text = ServerCodesText { school, first_page }.render()?;
        let html = ServerCodesHtml { subject, school, first_page }.render()?;
        Ok(Letter::new(subject, text, html, Urgency::Ordinary))
    }
}

/// The text on one line: each run of spaces, line ends and control characters becomes one space.
fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_whitespace() || c.is_control();
    text.split(breaks).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

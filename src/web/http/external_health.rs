//! What Candour needs outside this machine, as it was at the last look: the sign-in providers and the mail server.
//!
//! A look is made behind the answer, at most every [`KEPT`], however many ask at once. One that is down makes Candour no
//! less ready: people who are signed in go on working and e-mails wait. Its reason is given, and it is never answered by a 503,
//! which would take a machine out of service for the fault of another.

use super::app::SignInProvider;
use crate::{
    domain::kernel::clock::Instant,
    mail::transport::{Mailer, SendError},
    service::{
        clock::Clock,
        system::{Check, CheckState},
    },
    sso::client::{Client, ExaminationError},
};
use chrono::TimeDelta;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a look is believed.
pub const KEPT: TimeDelta = TimeDelta::seconds(30);
/// How long the first to ask waits for the first look; those after them do not wait at all.
const FIRST_WITHIN: Duration = Duration::from_secs(2);
/// How long one look may take.
const LOOK_WITHIN: Duration = Duration::from_secs(10);

/// What the last look found, and since when another one is under way.
#[derive(Debug, Default)]
struct LastLook {
    begun: Option<Instant>,
    checks: Vec<Check>,
}

/// The dependencies outside, and what the last look found.
pub struct ExternalHealth {
    providers: Arc<Vec<SignInProvider>>,
    mailer: Mailer,
    clock: Clock,
    last: Mutex<LastLook>,
}

impl ExternalHealth {
    /// Nothing has been looked at yet.
    pub fn new(providers: Arc<Vec<SignInProvider>>, mailer: Mailer, clock: Clock) -> Self {
        Self { providers, mailer, clock, last: Mutex::default() }
    }

    /// How each was at the last look, a line each; begins another look if that is too long ago.
    pub async fn checks(self: &Arc<Self>) -> Vec<Check> {
        if let Some(looking) = self.look_if_due() {
            // What is known by then is the answer, whether the look ended in time or not.
            let _ = tokio::time::timeout(FIRST_WITHIN, looking).await;
        }
        let known = self.last().checks.clone();
        if known.is_empty() { self.unseen() } else { known }
    }

    /// Begins a look if one is due, and gives it to wait for if nothing is known yet.
    fn look_if_due(self: &Arc<Self>) -> Option<actix_web::rt::task::JoinHandle<()>> {
        let now = self.clock.now();
        let mut last = self.last();
        if last.begun.is_some_and(|begun| now - begun < KEPT) {
            return None;
        }
        last.begun = Some(now);
        let is_first = last.checks.is_empty();
        drop(last);
        let health = Arc::clone(self);
        let looking = actix_web::rt::spawn(async move {
            let checks = health.look().await;
            health.last().checks = checks;
        });
        is_first.then_some(looking)
    }

    async fn look(&self) -> Vec<Check> {
        let mut checks = Vec::new();
        for each in self.providers.iter() {
            checks.push(check(name_of(each), provider(&each.client, &self.clock).await));
        }
        checks.push(check(MAIL.to_owned(), mail(&self.mailer).await));
        checks
    }

    fn unseen(&self) -> Vec<Check> {
        let names = self.providers.iter().map(name_of).chain([MAIL.to_owned()]);
        let unseen = |name| check(name, Err("being looked at for the first time: ask again".to_owned()));
        names.map(unseen).collect()
    }

    fn last(&self) -> std::sync::MutexGuard<'_, LastLook> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MAIL: &str = "mail server";

/// The name is on the sign-in page, which everyone may read.
fn name_of(provider: &SignInProvider) -> String {
    format!("sign-in with {}", provider.identity.name)
}

fn check(name: String, seen: Result<&'static str, String>) -> Check {
    match seen {
        Ok(words) => Check { name, words: words.to_owned(), state: CheckState::Well },
        Err(words) => Check { name, words, state: CheckState::Amber },
    }
}

/// A provider's own words are never repeated: this page is open to everyone.
async fn provider(client: &Client, clock: &Clock) -> Result<&'static str, String> {
    let why = match tokio::time::timeout(LOOK_WITHIN, client.examine(|| clock.now())).await {
        Ok(Ok(examined)) if examined.keys > 0 => return Ok("answers"),
        Ok(Ok(_)) => "publishes no key that Candour accepts".to_owned(),
        Ok(Err(ExaminationError::NoAnswer(_))) => "does not answer".to_owned(),
        Ok(Err(ExaminationError::Status(status))) => format!("answers with an error ({status})"),
        Ok(Err(ExaminationError::Untrusted(_))) => "does not describe itself as it should".to_owned(),
        Err(_) => "took too long".to_owned(),
    };
    Err(format!("{why}; people who are signed in can go on working, no one new can sign in this way"))
}

async fn mail(mailer: &Mailer) -> Result<&'static str, String> {
    let why = match tokio::time::timeout(LOOK_WITHIN, mailer.reach()).await {
        Ok(Ok(())) => return Ok("takes e-mails"),
        Ok(Err(SendError::Retry(why) | SendError::Refused(why))) => why.words(),
        Err(_) => "the mail server took too long".to_owned(),
    };
    Err(format!("{why}; e-mails wait, none is lost"))
}

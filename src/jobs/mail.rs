//! Sends the e-mails whose time has come, one after the other: rendered, sent, and marked with what became of
//! it.

use super::{JobError, Jobs, More, Round};
use crate::{
    domain::{
        case::{Urgency, consequences::notice::Reason},
        kernel::clock::Instant,
    },
    mail::{
        letter::{AccountAdded, AuditHead, Letter, NeededBy, NeedsYou, NeedsYouNow, ServerCodes},
        transport::{Envelope, SendError},
    },
    service::upkeep::letters::{self, ClaimedEmail, Fate, Next, Waiting, What, try_again},
};

/// How many e-mails in a row a mail server fails to take before it counts as down; the rest would only wait
/// for it.
const DOWN_AFTER: u32 = 3;

impl Jobs {
    pub(super) async fn deliver_next(&self, round: &mut Round) -> Result<More, JobError> {
        let next = self.blocking(|jobs| letters::next(&jobs.candour, jobs.clock.now())).await?;
        let ClaimedEmail { letter, to, head } = match next {
            Next::Nothing => return Ok(More::No),
            Next::Settled => return Ok(More::Yes),
            Next::Send(claimed) => *claimed,
        };
        let now = self.clock.now();
        let rendered = self.render(&letter, head);
        let fate = match rendered {
            Ok(rendered) => {
                let envelope = Envelope { to, outbox_id: letter.id.0, date: now };
                fate(&letter, self.mailer.send(&envelope, &rendered).await, now)
            }
            // The e-mail is tried again, and the log is loud: the template has to be mended.
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(letter = %letter.id, error = cause, "an e-mail could not be written");
                try_again(&letter, now)
            }
        };
        round.not_taken = match fate {
            Fate::TryAgain(_) => round.not_taken + 1,
            Fate::Sent | Fate::Dropped(_) | Fate::Later(_) => 0,
        };
        self.blocking(move |jobs| letters::settle(&jobs.candour, &letter, fate, now)).await?;
        Ok(if round.not_taken < DOWN_AFTER { More::Yes } else { More::No })
    }

    fn render(&self, letter: &Waiting, head: Option<String>) -> Result<Letter, askama::Error> {
        let (school, first_page_url) = (letter.school_name.clone(), self.public_url.clone());
        match (letter.what, head) {
            (What::AuditHead, hash) => {
                AuditHead { school, hash: hash.unwrap_or_default(), first_page_url }.render()
            }
            (What::NeedsYou(Urgency::Ordinary), _) => {
                NeedsYou { school, when: NeededBy::Today, first_page_url }.render()
            }
            (What::NeedsYou(Urgency::Critical), _) => NeedsYouNow { school, first_page_url }.render(),
            (What::AccountAdded, _) => AccountAdded { school, first_page_url }.render(),
            (What::ServerCodes, _) => ServerCodes { school, first_page_url }.render(),
        }
    }
}

/// What the mail server's answer means for an e-mail. The log gets ids and the step that failed, never an
/// address.
fn fate(letter: &Waiting, answer: Result<(), SendError>, now: Instant) -> Fate {
    match answer {
        Ok(()) => Fate::Sent,
        Err(SendError::Retry(why)) => {
            tracing::warn!(letter = %letter.id, attempts = letter.attempts + 1, why = %why, "an e-mail was not taken");
            try_again(letter, now)
        }
        Err(SendError::Refused(why)) => {
            tracing::warn!(letter = %letter.id, why = %why, "an e-mail was refused for good");
            Fate::Dropped(Reason::RefusedByServer)
        }
    }
}

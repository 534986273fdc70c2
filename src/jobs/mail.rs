//! Sends the letters whose time has come, one after the other: decided, claimed, rendered, sent, marked.
//!
//! What is known is asked again for every letter just before it is sent, so that access lost in the meantime, or a
//! letter sent a moment ago to the same person, counts.

use super::{JobError, Jobs, More, Round};
use crate::{
    domain::{
        case::Urgency,
        clock::Instant,
        notice::{self, Access, Address, Decision, Facts, Reason, Told},
    },
    mail::{
        letter::{Letter, NeedsYou, NeedsYouNow, TrailHead, When},
        transport::{Envelope, SendError, next_attempt},
    },
    store::{
        StoreError, Tx,
        outbox::{self, Fate, Waiting, What},
        schools, trail,
    },
};
use chrono::TimeDelta;

/// For so long a letter belongs to the node that sends it: longer than any conversation with a mail server.
const CLAIMED_FOR: TimeDelta = TimeDelta::minutes(5);
/// A mail server that does not take so many letters in a row is down; the rest would only wait for it.
const DOWN_AFTER: u32 = 3;

/// What was found in the outbox.
enum Next {
    /// Nothing whose time has come.
    Nothing,
    /// A letter that is not sent now.
    Settled,
    /// A letter to send, with the head of the trail where it is about that.
    Send(Box<(Waiting, String, Option<String>)>),
}

impl Jobs {
    pub(super) async fn deliver_next(&self, round: &mut Round) -> Result<More, JobError> {
        let (letter, to, head) = match self.blocking(Self::take_next).await? {
            Next::Nothing => return Ok(More::No),
            Next::Settled => return Ok(More::Yes),
            Next::Send(taken) => *taken,
        };
        let now = self.clock.now();
        let rendered = self.render(&letter, head);
        let fate = match rendered {
            Ok(rendered) => {
                let envelope = Envelope { to, outbox_id: letter.id.0, date: now };
                fate(&letter, self.mailer.send(&envelope, &rendered).await, now)
            }
            // Kept and tried again, and loud: somebody has to mend the template.
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(letter = %letter.id, error = cause, "a letter could not be written");
                try_again(&letter, now)
            }
        };
        round.not_taken = match fate {
            Fate::TryAgain(_) => round.not_taken + 1,
            Fate::Sent | Fate::Dropped(_) | Fate::Later(_) => 0,
        };
        self.blocking(move |jobs| Ok(jobs.candour.write(|tx| outbox::mark(tx, &letter, fate, now))?)).await?;
        Ok(if round.not_taken < DOWN_AFTER { More::Yes } else { More::No })
    }

    /// Decides about the oldest letter whose time has come.
    fn take_next(&self) -> Result<Next, JobError> {
        let now = self.clock.now();
        // Most rounds find nothing, and should not keep a writer waiting.
        let Some(letter) = self.candour.read(|tx| outbox::waiting(tx, now, 1))?.pop() else {
            return Ok(Next::Nothing);
        };
        match self.candour.write(|tx| take(tx, &letter, now)) {
            Ok(next) => Ok(next),
            // Without the database there is nothing to decide with; anything else is this letter's alone, which must
            // not stand in front of the others for ever.
            Err(error @ StoreError::Unavailable(_)) => Err(error.into()),
            Err(error) => {
                let cause = &error as &dyn std::error::Error;
                tracing::error!(letter = %letter.id, error = cause, "a letter could not be looked into");
                let fate = try_again(&letter, now);
                self.candour.write(|tx| outbox::mark(tx, &letter, fate, now))?;
                Ok(Next::Settled)
            }
        }
    }

    fn render(&self, letter: &Waiting, head: Option<String>) -> Result<Letter, askama::Error> {
        let (school, first_page_url) = (letter.school_name.clone(), self.public_url.clone());
        match (letter.what, head) {
            (What::TrailHead, hash) => {
                TrailHead { school, hash: hash.unwrap_or_default(), first_page_url }.render()
            }
            (What::NeedsYou(Urgency::Ordinary), _) => {
                NeedsYou { school, when: When::Today, first_page_url }.render()
            }
            (What::NeedsYou(Urgency::Critical), _) => NeedsYouNow { school, first_page_url }.render(),
        }
    }
}

fn take(tx: &mut Tx<'_>, letter: &Waiting, now: Instant) -> Result<Next, StoreError> {
    let calendar = schools::find(tx, letter.school)?.calendar;
    let access = if outbox::may_still_open(tx, letter, now)? { Access::Kept } else { Access::Lost };
    let (urgency, told) = match letter.what {
        What::NeedsYou(urgency) => (urgency, outbox::is_told_already(tx, letter)?),
        // It says something new every week.
        What::TrailHead => (Urgency::Ordinary, false),
    };
    let told = if told { Told::Already } else { Told::NotYet };
    let to = letter.email.clone().filter(|address| !address.trim().is_empty());
    let address = if to.is_some() { Address::Known } else { Address::Missing };
    let decision = notice::decide(Facts { urgency, access, told, address }, now, &calendar);
    let settled = match decision {
        Decision::Drop(reason) => Fate::Dropped(reason.words()),
        Decision::HoldUntil(opens) => Fate::Later(opens),
        Decision::Send => {
            // Another node may have taken it since it was read.
            if !outbox::claim(tx, letter, now + CLAIMED_FOR)? {
                return Ok(Next::Settled);
            }
            let head = match letter.what {
                What::TrailHead => Some(trail::head(tx, letter.school)?.1),
                What::NeedsYou(_) => None,
            };
            return Ok(Next::Send(Box::new((letter.clone(), to.unwrap_or_default(), head))));
        }
    };
    outbox::mark(tx, letter, settled, now)?;
    Ok(Next::Settled)
}

/// What the mail server's answer means for a letter. The log gets ids and the step that failed, never an address.
fn fate(letter: &Waiting, answer: Result<(), SendError>, now: Instant) -> Fate {
    match answer {
        Ok(()) => Fate::Sent,
        Err(SendError::Retry(why)) => {
            tracing::warn!(letter = %letter.id, attempts = letter.attempts + 1, why, "a letter was not taken");
            try_again(letter, now)
        }
        Err(SendError::Refused(why)) => {
            tracing::warn!(letter = %letter.id, why, "a letter was refused for good");
            Fate::Dropped(Reason::RefusedByServer.words())
        }
    }
}

fn try_again(letter: &Waiting, now: Instant) -> Fate {
    let attempts = u32::try_from(letter.attempts).unwrap_or(0).saturating_add(1);
    Fate::TryAgain(next_attempt(attempts, now))
}

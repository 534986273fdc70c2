//! E-mails whose time has come: decided about and claimed one by one, and marked once it is known what became of each.
//!
//! What is known is asked again for every e-mail just before it is sent, so that access lost in the meantime, or an
//! e-mail sent a moment ago to the same person, counts.

use crate::{
    domain::{
        case::{
            Urgency,
            consequences::notice::{self, Access, Address, Decision, Facts, Told},
        },
        kernel::clock::Instant,
    },
    mail::transport::next_attempt,
    service::{Candour, Result},
    store::{
        StoreError, Tx,
        record::{audit, outbox},
        school::schools,
    },
};
use chrono::TimeDelta;

pub use crate::store::record::outbox::{Fate, Waiting, What};

/// For so long a letter belongs to the node that sends it: longer than any conversation with a mail server.
const CLAIMED_FOR: TimeDelta = TimeDelta::minutes(5);

/// What was found in the outbox.
pub enum Next {
    /// Nothing whose time has come.
    Nothing,
    /// A letter that is not sent now.
    Settled,
    /// A letter to send.
    Send(Box<Claimed>),
}

/// A letter that this node sends, and no other.
pub struct Claimed {
    /// The letter.
    pub letter: Waiting,
    /// The address it goes to.
    pub to: String,
    /// The head of the audit log, where the letter is about that.
    pub head: Option<String>,
}

/// Decides about the oldest letter whose time has come.
///
/// # Errors
/// The database does not answer.
pub fn next(candour: &Candour, now: Instant) -> Result<Next> {
    // Most rounds find nothing, and should not keep a writer waiting.
    let Some(letter) = candour.read(|tx| outbox::waiting(tx, now, 1))?.pop() else {
        return Ok(Next::Nothing);
    };
    match candour.write(|tx| take(tx, &letter, now)) {
        Ok(next) => Ok(next),
        // Without the database there is nothing to decide with; anything else is this letter's alone, which must not
        // stand in front of the others for ever.
        Err(error @ StoreError::Unavailable(_)) => Err(error.into()),
        Err(error) => {
            let cause = &error as &dyn std::error::Error;
            tracing::error!(letter = %letter.id, error = cause, "an e-mail could not be checked");
            settle(candour, &letter, try_again(&letter, now), now)?;
            Ok(Next::Settled)
        }
    }
}

fn take(tx: &mut Tx<'_>, letter: &Waiting, now: Instant) -> Result<Next, StoreError> {
    let calendar = schools::find(tx, letter.school)?.calendar;
    let access = if outbox::may_still_open(tx, letter, now)? { Access::Kept } else { Access::Lost };
    let (urgency, told) = match letter.what {
        What::NeedsYou(urgency) => (urgency, outbox::is_told_already(tx, letter)?),
        // It says something new every week.
        What::AuditHead => (Urgency::Ordinary, false),
    };
    let told = if told { Told::Already } else { Told::NotYet };
    let to = letter.email.clone().filter(|address| !address.trim().is_empty());
    let address = if to.is_some() { Address::Known } else { Address::Missing };
    let decision = notice::decide(Facts { urgency, access, told, address }, now, &calendar);
    let settled = match decision {
        Decision::Drop(reason) => Fate::Dropped(reason),
        Decision::HoldUntil(opens) => Fate::Later(opens),
        Decision::Send => {
            // Another node may have taken it since it was read.
            if !outbox::claim(tx, letter, now + CLAIMED_FOR)? {
                return Ok(Next::Settled);
            }
            let head = match letter.what {
                What::AuditHead => Some(audit::head(tx, letter.school)?.1),
                What::NeedsYou(_) => None,
            };
            let (letter, to) = (letter.clone(), to.unwrap_or_default());
            return Ok(Next::Send(Box::new(Claimed { letter, to, head })));
        }
    };
    outbox::mark(tx, letter, settled, now)?;
    Ok(Next::Settled)
}

/// Marks what became of a letter, once.
///
/// # Errors
/// The database does not answer.
pub fn settle(candour: &Candour, letter: &Waiting, fate: Fate, now: Instant) -> Result<()> {
    Ok(candour.write(|tx| outbox::mark(tx, letter, fate, now))?)
}

/// What becomes of a letter that could not be sent now: later each time, and never given up.
pub fn try_again(letter: &Waiting, now: Instant) -> Fate {
    let attempts = u32::try_from(letter.attempts).unwrap_or(0).saturating_add(1);
    Fate::TryAgain(next_attempt(attempts, now))
}

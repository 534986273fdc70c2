//! E-mails whose time has come: decided about and claimed one by one, and marked once it is known what became
//! of each.
//!
//! Every e-mail is checked again just before it is sent, so that access lost in the meantime, or an e-mail
//! sent a moment ago to the same person, counts.

use crate::{
    domain::{
        case::{
            Urgency,
            consequences::notice::{self, Access, Address, Decision, EarlierEmail, Facts},
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

/// How long an e-mail belongs to the node that sends it: longer than any conversation with a mail server.
const CLAIMED_FOR: TimeDelta = TimeDelta::minutes(5);

/// What was found in the outbox.
pub enum Next {
    /// Nothing whose time has come.
    Nothing,
    /// An e-mail that is not sent now.
    Settled,
    /// An e-mail to send.
    Send(Box<ClaimedEmail>),
}

/// An e-mail that this node sends, and no other.
pub struct ClaimedEmail {
    /// The e-mail.
    pub letter: Waiting,
    /// The address it goes to.
    pub to: String,
    /// The head of the audit log, if the e-mail is about that.
    pub head: Option<String>,
}

/// Decides about the oldest e-mail whose time has come.
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
        // Without the database there is nothing to decide with; any other error is this e-mail's alone, which
        // must not stand in front of the others for ever.
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
        // An account opens what is its person's at any hour, and each is news.
        What::AccountAdded | What::ServerCodes => (Urgency::Critical, false),
    };
    let told = if told { EarlierEmail::Already } else { EarlierEmail::NotYet };
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
                What::NeedsYou(_) | What::AccountAdded | What::ServerCodes => None,
            };
            let (letter, to) = (letter.clone(), to.unwrap_or_default());
            return Ok(Next::Send(Box::new(ClaimedEmail { letter, to, head })));
        }
    };
    outbox::mark(tx, letter, settled, now)?;
    Ok(Next::Settled)
}

/// Marks what became of an e-mail, once.
///
/// # Errors
/// The database does not answer.
pub fn settle(candour: &Candour, letter: &Waiting, fate: Fate, now: Instant) -> Result<()> {
    Ok(candour.write(|tx| outbox::mark(tx, letter, fate, now))?)
}

/// What becomes of an e-mail that could not be sent now: later each time, and never given up.
pub fn try_again(letter: &Waiting, now: Instant) -> Fate {
    let attempts = u32::try_from(letter.attempts).unwrap_or(0).saturating_add(1);
    Fate::TryAgain(next_attempt(attempts, now))
}

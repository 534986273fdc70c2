//! What the installation can say of itself: whether it lives, whether it is ready, and why not.

use super::Candour;
use crate::{
    domain::{case::consequences::notice::LATE_AFTER, kernel::clock::Instant},
    store::{
        db::{installation, migrate},
        record::outbox,
    },
};

/// One dependency and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub name: String,
    /// How it is, in words.
    pub words: String,
    /// Whether Candour can work like this.
    pub state: CheckState,
}

/// How a dependency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// As it should be.
    Well,
    /// Working, and needing attention.
    Amber,
    /// Not working.
    Down,
}

/// Checks what is on this machine or beside it; services elsewhere are `web::external_health`'s. Speaks of
/// totals, never of cases or people.
pub fn ready(candour: &Candour, now: Instant) -> Vec<Check> {
    let database = match candour.read(installation::find) {
        Ok(_) => Check { name: "database".to_owned(), words: "answers".to_owned(), state: CheckState::Well },
        Err(_) => Check {
            name: "database".to_owned(),
            words: "does not answer".to_owned(),
            state: CheckState::Down,
        },
    };
    let migrations = match migrate::pending(candour.url()) {
        Ok(pending) if pending.is_empty() => {
            Check { name: "migrations".to_owned(), words: "up to date".to_owned(), state: CheckState::Well }
        }
        Ok(pending) => Check {
            name: "migrations".to_owned(),
            words: format!("{} waiting: run candour migrate", pending.len()),
            state: CheckState::Down,
        },
        Err(_) => Check {
            name: "migrations".to_owned(),
            words: "cannot be read".to_owned(),
            state: CheckState::Down,
        },
    };
    let mail = match candour.read(|tx| outbox::late(tx, now)) {
        Ok(0) => Check {
            name: "e-mails".to_owned(),
            words: "no e-mail is late".to_owned(),
            state: CheckState::Well,
        },
        Ok(late) => {
            let words = format!("{late} waiting for more than {} hours", LATE_AFTER.num_hours());
            Check { name: "e-mails".to_owned(), words, state: CheckState::Amber }
        }
        Err(_) => {
            Check { name: "e-mails".to_owned(), words: "cannot be read".to_owned(), state: CheckState::Down }
        }
    };
    vec![database, migrations, mail]
}

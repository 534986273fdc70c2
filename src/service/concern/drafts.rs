//! Drafts of the report form: stored on the school's server for their owner alone, until they are sent,
//! deleted or old.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{concern::Problem, kernel::clock::Instant},
    store::{
        Tx, Viewer,
        concern::{
            drafts::{self, Owner},
            forms,
        },
    },
};

pub use crate::store::concern::drafts::{Draft, UnsentReport};

/// The most drafts one person may have; each may hold a whole report.
const MOST: i64 = 20;

/// What became of a form that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveOutcome {
    /// It is stored as a draft.
    Kept,
    /// The report was sent already: there is nothing to store.
    Sent,
}

/// Saves the viewer's draft in the place of the one before.
pub fn save(candour: &Candour, op: &Op, unsent: &UnsentReport) -> Result<SaveOutcome> {
    candour.write(|tx| {
        keep(tx, Owner::from(&op.viewer), unsent, op.now)?;
        // Asked after the save: a report being sent meanwhile was waited for. A page that is left saves
        // itself once more, and that may arrive after the report.
        if forms::is_taken(tx, &op.viewer, &unsent.key)? {
            drafts::remove(tx, &op.viewer, &unsent.key)?;
            return Ok(SaveOutcome::Sent);
        }
        Ok(SaveOutcome::Kept)
    })
}

fn keep(tx: &mut Tx<'_>, owner: Owner, unsent: &UnsentReport, now: Instant) -> Result<()> {
    drafts::save(tx, owner, unsent, now)?;
    if drafts::count(tx, owner, now)? > MOST {
        return Err(ServiceError::WrongState(Problem::TooManyDrafts { most: MOST }.into()));
    }
    Ok(())
}

/// Whose page a form without a live session of its own came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOf {
    /// Of no known session: it may not be our page at all.
    Unknown,
    /// Of an earlier session of the person who is signed in now.
    TheViewer,
    /// Of a person who is not signed in here now.
    AnotherPerson,
}

/// Finds whose page a form came from by its secret, and stores a report as that person's draft. No one else
/// can ever open it, not even the next person signed in to the browser.
pub fn rescue(
    candour: &Candour,
    csrf: &str,
    viewer: Option<&Viewer>,
    unsent: Option<&UnsentReport>,
    now: Instant,
) -> Result<PageOf> {
    // Any stranger may post anything here: only a page that is really ours keeps a writer waiting.
    let Some(owner) = candour.read(|tx| drafts::owner_of_page(tx, csrf, now))? else {
        return Ok(PageOf::Unknown);
    };
    if let Some(unsent) = unsent {
        candour.write(|tx| keep(tx, owner, unsent, now))?;
    }
    let is_viewer = viewer.is_some_and(|viewer| Owner::from(viewer) == owner);
    Ok(if is_viewer { PageOf::TheViewer } else { PageOf::AnotherPerson })
}

/// The viewer's drafts, last saved first.
pub fn mine(candour: &Candour, op: &Op) -> Result<Vec<Draft>> {
    candour.read(|tx| Ok(drafts::mine(tx, &op.viewer)?))
}

/// One draft of the viewer's own: what was entered, and when it was last saved.
pub fn open(candour: &Candour, op: &Op, key: &str) -> Result<(String, Instant)> {
    candour.read(|tx| Ok(drafts::find(tx, &op.viewer, key)?))
}

/// Deletes a draft of the viewer's own, if it is there.
pub fn delete(candour: &Candour, op: &Op, key: &str) -> Result<()> {
    candour.write(|tx| Ok(drafts::remove(tx, &op.viewer, key)?))
}

//! Drafts of the report form: kept on the school's server for their owner alone, until they are sent, deleted or old.

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

pub use crate::store::concern::drafts::{Draft, Unsent};

/// The most drafts one person may have; each may hold a whole report.
const MOST: i64 = 20;

/// What became of a form that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is kept as a draft.
    Kept,
    /// The report was sent already: there is nothing to keep.
    Sent,
}

/// Saves the viewer's draft in the place of the one before.
pub fn save(candour: &Candour, op: &Op, unsent: &Unsent) -> Result<Saved> {
    candour.write(|tx| {
        keep(tx, Owner::from(&op.viewer), unsent, op.now)?;
        // Asked afterwards: what is being sent meanwhile was waited for. A page that is left saves itself once more,
        // and that may arrive after the report.
        if forms::is_taken(tx, &op.viewer, &unsent.key)? {
            drafts::remove(tx, &op.viewer, &unsent.key)?;
            return Ok(Saved::Sent);
        }
        Ok(Saved::Kept)
    })
}

fn keep(tx: &mut Tx<'_>, owner: Owner, unsent: &Unsent, now: Instant) -> Result<()> {
    drafts::save(tx, owner, unsent, now)?;
    if drafts::count(tx, owner, now)? > MOST {
        return Err(ServiceError::WrongState(Problem::TooManyDrafts { most: MOST }.into()));
    }
    Ok(())
}

/// Whose page a form came from that has no live session of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOf {
    /// Of no session that is known: it may not be our page at all.
    Nobody,
    /// Of an earlier session of the person who is signed in now.
    TheViewer,
    /// Of somebody who is not signed in here now.
    SomebodyElse,
}

/// Finds whose page a form came from by its secret, and keeps a report as that person's draft. Nobody else can ever
/// open it, whoever signs in next in the same browser.
pub fn rescue(
    candour: &Candour,
    csrf: &str,
    viewer: Option<&Viewer>,
    unsent: Option<&Unsent>,
    now: Instant,
) -> Result<PageOf> {
    // Anybody may post anything here: only a page that is really ours keeps a writer waiting.
    let Some(owner) = candour.read(|tx| drafts::owner_of_page(tx, csrf, now))? else {
        return Ok(PageOf::Nobody);
    };
    if let Some(unsent) = unsent {
        candour.write(|tx| keep(tx, owner, unsent, now))?;
    }
    let is_viewer = viewer.is_some_and(|viewer| Owner::from(viewer) == owner);
    Ok(if is_viewer { PageOf::TheViewer } else { PageOf::SomebodyElse })
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

//! Drafts of the report form: stored on the school's server for their owner alone, until they are sent,
//! deleted or old. A page never takes the place of words that were saved since it was drawn: what it has is
//! kept beside them.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        concern::{Problem, WrittenOn},
        kernel::{clock::Instant, ids::SchoolId},
    },
    store::{
        Tx, Viewer,
        concern::{
            drafts::{self, Owner},
            forms::{self, Form},
        },
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

pub use crate::store::concern::drafts::{Draft, OpenedDraft, UnsentReport};

/// The most drafts one person may have with one account; each may hold a whole report.
const MOST: i64 = 20;

/// What became of a form that was to be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveOutcome {
    /// It is stored as a draft.
    Kept,
    /// It is stored as a draft of its own, beside a newer version of what the page was drawn with.
    Beside,
    /// The report was sent already with other words: these are stored as a draft.
    SentSince,
    /// The report was sent already as it is: there is nothing to store.
    Sent,
}

/// Saves what the viewer has on a page: in the place of the draft it was drawn with, or beside a newer version.
pub fn save(candour: &Candour, op: &Op, unsent: &UnsentReport, form: &Form) -> Result<SaveOutcome> {
    candour.write(|tx| {
        let owner = Owner::from(&op.viewer);
        let key = keep(tx, owner, unsent, op.now)?;
        // Asked after the save: a report being sent meanwhile was waited for. A page that is left saves
        // itself once more, and that may arrive after the report.
        let Some(sent) = forms::received(tx, &op.viewer, &form.key)? else {
            return Ok(if key == unsent.key { SaveOutcome::Kept } else { SaveOutcome::Beside });
        };
        let another = forms::received(tx, &op.viewer, &form.of_another_report().key)?;
        if sent == form.digest || another.as_ref() == Some(&form.digest) {
            drafts::remove_own(tx, owner, unsent, beside, op.now)?;
            return Ok(SaveOutcome::Sent);
        }
        Ok(SaveOutcome::SentSince)
    })
}

/// Stores what a page has, and says under which key.
fn keep(tx: &mut Tx<'_>, owner: Owner, unsent: &UnsentReport, now: Instant) -> Result<String> {
    let key = drafts::save(tx, owner, unsent, beside, now)?;
    if drafts::count(tx, owner, now)? > MOST {
        return Err(ServiceError::WrongState(Problem::TooManyDrafts { most: MOST }.into()));
    }
    Ok(key)
}

/// The key of the draft that a page has beside another one. It follows from the two, so that the page finds it again
/// though it never learns of it.
fn beside(key: &str, page: &WrittenOn) -> String {
    let mut digest = Sha256::new();
    for part in [key, page.page.as_str()] {
        digest.update(part);
        digest.update([0]);
    }
    URL_SAFE_NO_PAD.encode(&digest.finalize()[..18])
}

/// Removes the draft of a report that is being sent from a page; a newer version that the page has not seen stays.
pub(in crate::service) fn remove_sent(tx: &mut Tx<'_>, op: &Op, unsent: &UnsentReport) -> Result<()> {
    Ok(drafts::remove_own(tx, Owner::from(&op.viewer), unsent, beside, op.now)?)
}

/// Removes the draft of a page on which nothing is left.
pub fn remove_emptied(candour: &Candour, op: &Op, unsent: &UnsentReport) -> Result<()> {
    candour.write(|tx| remove_sent(tx, op, unsent))
}

/// Whose page a form without a live session of its own came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOf {
    /// Of an earlier session of the account that is signed in now.
    TheViewer,
    /// Of a person who is not signed in here now.
    AnotherPerson,
}

/// A form that came without a live session of its own, from a page that is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Whose page it came from.
    pub page_of: PageOf,
    /// The key of the draft that it is kept as, if it is a report.
    pub draft: Option<String>,
    /// The school of the page, if its person is, or was last, in another one.
    pub elsewhere: Option<SchoolId>,
}

/// Finds whose page of which school a form came from by its secret, and stores a report as that person's draft in that
/// school. No one else can ever open it, not even the next person signed in to the browser. Nothing if it is of no known
/// session: it may not be our page at all.
pub fn rescue(
    candour: &Candour,
    (csrf, school): (&str, SchoolId),
    viewer: Option<&Viewer>,
    unsent: Option<&UnsentReport>,
    now: Instant,
) -> Result<Option<Rescued>> {
    // Any stranger may post anything here: only a page that is really ours keeps a writer waiting.
    let Some(page) = candour.read(|tx| drafts::owner_of_page(tx, (csrf, school), now))? else {
        return Ok(None);
    };
    let draft = match unsent.zip(page.owner) {
        Some((unsent, owner)) => Some(candour.write(|tx| keep(tx, owner, unsent, now))?),
        None => None,
    };
    let theirs = viewer.filter(|viewer| viewer.account() == page.account);
    let page_of = if theirs.is_some() { PageOf::TheViewer } else { PageOf::AnotherPerson };
    let is_in = theirs.map_or(page.session_in, Viewer::school);
    Ok(Some(Rescued { page_of, draft, elsewhere: (is_in != school).then_some(school) }))
}

/// The viewer's drafts, last saved first.
pub fn mine(candour: &Candour, op: &Op) -> Result<Vec<Draft>> {
    candour.read(|tx| Ok(drafts::mine(tx, &op.viewer)?))
}

/// One draft of the viewer's own.
pub fn open(candour: &Candour, op: &Op, key: &str) -> Result<OpenedDraft> {
    candour.read(|tx| Ok(drafts::find(tx, &op.viewer, key)?))
}

/// Deletes a draft of the viewer's own, if it is there.
pub fn delete(candour: &Candour, op: &Op, key: &str) -> Result<()> {
    candour.write(|tx| Ok(drafts::remove(tx, &op.viewer, key)?))
}

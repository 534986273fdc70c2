//! Who acts in a transaction that keeps events of cases: each is compared with them before anything of it is written.

use crate::domain::case::CaseEvent;
use crate::store::{Result, StoreError, Viewer, entry::pretend::Pretend};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody signed in: what they do, and what follows from it by itself.
    Viewer(&'a Viewer),
    /// Candour, for a job or because of what changed elsewhere: nobody's doing.
    Candour,
    /// Whoever it was in the made-up past of a pretend school.
    Pretend(&'a Pretend),
}

/// An event that is not of whoever acts in the transaction. It is a fault of Candour's own, and a danger to what the audit log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an act of somebody else, or about another school, came to be kept in this transaction")]
pub struct NotTheirDoing;

impl By<'_> {
    /// Lets an event pass that they did, or that nobody did.
    pub(in crate::store) fn check(self, event: &CaseEvent) -> Result<()> {
        let is_theirs = match self {
            Self::Viewer(viewer) => {
                event.case().school == viewer.school()
                    && event.actor().is_none_or(|actor| actor == viewer.person())
            }
            Self::Candour => event.actor().is_none(),
            Self::Pretend(_) => true,
        };
        if is_theirs { Ok(()) } else { Err(StoreError::unavailable(NotTheirDoing)) }
    }
}

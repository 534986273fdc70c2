//! Who acts in a transaction that stores events of cases: each event is compared with them before anything of
//! it is written.

use crate::domain::{case::CaseEvent, kernel::ids::AccountId};
use crate::store::{Result, StoreError, Viewer, entry::pretend::Pretend};

/// Who acts.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// A person signed in: what they do, and what follows from it by itself.
    Viewer(&'a Viewer),
    /// Candour, for a job or because of what changed elsewhere: no person's doing.
    Candour,
    /// The person whose act it was in the made-up past of a pretend school.
    Pretend(&'a Pretend),
}

/// An event of another person than the one who acts in the transaction. It is a fault of Candour's own, and a
/// danger to what the audit log says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of another person, or of another school, came to be recorded in this transaction")]
pub struct NotTheirDoing;

impl By<'_> {
    /// The account of the person who acts, if one signed in.
    pub(in crate::store) fn account(self) -> Option<AccountId> {
        match self {
            Self::Viewer(viewer) => Some(viewer.account()),
            Self::Candour | Self::Pretend(_) => None,
        }
    }

    /// Lets an event pass that they did, or that no person did.
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

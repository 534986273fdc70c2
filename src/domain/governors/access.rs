//! Who may read published reports, see a preview, and publish: rules about people, not about cases.

use crate::domain::people::{Desk, Office, Standing};

/// Whether a person may read what was published: governors, and the desks that account to them.
#[must_use]
pub fn may_read(standing: &Standing) -> bool {
    let mut account = [Desk::Head, Desk::Dsl, Desk::Chair, Desk::OnlineSafety].into_iter();
    standing.is(Office::Governor) || account.any(|desk| standing.sits_at(desk))
}

/// Whether a person may see a preview, counted from their own list of cases.
#[must_use]
pub fn may_preview(standing: &Standing) -> bool {
    standing.sits_at(Desk::Dsl) || standing.sits_at(Desk::Head)
}

/// Whether a person may publish: the head, or cover for the head.
#[must_use]
pub fn may_publish(standing: &Standing) -> bool {
    standing.holds(Desk::Head)
}

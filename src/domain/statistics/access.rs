//! Who may read published reports, see a preview, and publish: rules about people, not about cases.

use crate::domain::people::{Desk, Office, Standing};

/// Whether somebody may read what was published: governors, administrators, and everybody at a desk of the school.
/// The external contact is not of the school, and sees only cases it leads.
#[must_use]
pub fn may_read(standing: &Standing) -> bool {
    let office = standing.is(Office::Governor) || standing.is(Office::Administrator);
    office || standing.desks().iter().any(|desk| *desk != Desk::External)
}

/// Whether somebody may see a preview, counted from their own list of cases.
#[must_use]
pub fn may_preview(standing: &Standing) -> bool {
    standing.sits_at(Desk::Dsl) || standing.sits_at(Desk::Head)
}

/// Whether somebody may publish: the head, or whoever covers for the head.
#[must_use]
pub fn may_publish(standing: &Standing) -> bool {
    standing.holds(Desk::Head)
}

//! What changes on its day without an act is followed by a job that asks every minute.

use crate::service::{Candour, Result};
use crate::store::Tx;
use chrono::TimeDelta;

/// A concern that was on its way when something changed may have been routed as things were before: for so long after
/// a change it is looked at again.
pub(super) const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(2);

/// Follows a change if there was one. Most rounds find nothing, write nothing and keep no writer waiting.
pub(super) fn follow_if(
    candour: &Candour,
    has_changed: impl FnOnce(&mut Tx<'_>) -> Result<bool>,
    follow: impl FnOnce(&mut Tx<'_>) -> Result<()>,
) -> Result<()> {
    if candour.read(has_changed)? { candour.write(follow) } else { Ok(()) }
}

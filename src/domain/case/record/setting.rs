//! What the rules of a case need to know of the school, as one value read with the case.

use crate::domain::{
    kernel::clock::Calendar,
    people::{Roster, name_matching::Adult, ties::Ties},
    school::settings::Editions,
};
use std::sync::Arc;

/// The school around a case. Acts and pages are given the whole of it, so that no rule can be asked without what it
/// depends on.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Who sits where now.
    pub roster: Roster,
    /// The declared relationships in force.
    pub ties: Ties,
    /// Every adult who works here or has left, whom words that an act brings could mean. Pages and jobs bring none, and
    /// have none of them.
    pub adults: Arc<[Adult]>,
    /// The school's calendar.
    pub calendar: Arc<Calendar>,
    /// The school's rules, at this instant and at every one before: a case keeps those of its own.
    pub editions: Arc<Editions>,
}

//! The school's calendar was changed: what is due is worked out again, and what moved is shown.

use super::{Act, Case, CaseEvent, Detail, Entry};
use crate::domain::workflow::Move;

impl Case {
    /// Works out again what is due. Nothing where nothing moved. Not an act on the case by anybody's duty: it follows
    /// from the calendar alone.
    pub fn recount(&self, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        let moved = case.dues.recompute(act.calendar);
        if moved.is_empty() {
            return None;
        }
        let entry = moved.iter().fold(Entry::new(Move::Recount), |entry, moved| {
            entry.with("Was due", Detail::When(moved.was)).with("Now due", Detail::When(moved.now))
        });
        Some(CaseEvent::of(case, entry, act))
    }
}

//! Lock 3: only the rules make an event, which says who acted and what came of it.

use candour::domain::{case::{Act, Case, CaseEvent, Entry}, kernel::ids::PersonId};

pub fn made_up(case: Case, entry: Entry, act: &mut Act<'_>) -> CaseEvent {
    CaseEvent::of(case, entry, act)
}

pub fn as_somebody_else(mut event: CaseEvent, person: PersonId) -> CaseEvent {
    event.actor = Some(person);
    event
}

pub fn with_another_case(mut event: CaseEvent, case: Case) -> CaseEvent {
    event.case = case;
    event
}

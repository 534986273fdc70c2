//! The school's calendar was changed: what is due is worked out again, and what moved is shown.

use crate::domain::case::{About, Act, Case, CaseEvent, Deadline, Detail, Entry, Label, Task};
use crate::domain::{case::lifecycle::workflow::Move, kernel::clock::DeadlineKind};

impl Case {
    /// Works out again what is due. Nothing if nothing moved. It has no actor: it follows from the calendar alone.
    pub fn recount(&self, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        let moved = case.dues.recompute(&act.calendar);
        if moved.is_empty() {
            return None;
        }
        let entry = moved.iter().fold(Entry::new(Move::Recount), |entry, (about, kind, moved)| {
            entry
                .with(Label::What, self.what_is_due(*about, *kind))
                .with(Label::WasDue, Detail::When(moved.was))
                .with(Label::NowDue, Detail::When(moved.now))
        });
        Some(CaseEvent::of(case, entry, act))
    }

    /// Which deadline it is: a task by its own words, a referral by its body, anything else by what is to be done.
    fn what_is_due(&self, about: About, kind: DeadlineKind) -> Detail {
        let asked = match about {
            About::Case => None,
            About::Referral(id) => {
                let referral = self.referrals.iter().find(|referral| referral.id == id);
                referral.map(|referral| Detail::Code(Deadline::Referral { kind, body: referral.body }.into()))
            }
            About::Task(id) => self.tasks.iter().find(|task| task.id == id).and_then(Task::asks),
        };
        asked.unwrap_or_else(|| Detail::Code(Deadline::Case { kind }.into()))
    }
}

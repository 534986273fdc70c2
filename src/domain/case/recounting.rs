//! The school's calendar was changed: what is due is worked out again, and what moved is shown.

use super::{About, Act, Case, CaseEvent, Detail, Entry};
use crate::domain::{clock::DeadlineKind, workflow::Move};

impl Case {
    /// Works out again what is due. Nothing where nothing moved. Not an act on the case by anybody's duty: it follows
    /// from the calendar alone.
    pub fn recount(&self, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        let moved = case.dues.recompute(&act.calendar);
        if moved.is_empty() {
            return None;
        }
        let entry = moved.iter().fold(Entry::new(Move::Recount), |entry, (about, kind, moved)| {
            self.saying_what(*about, *kind, entry)
                .with("Was due", Detail::When(moved.was))
                .with("Now due", Detail::When(moved.now))
        });
        Some(CaseEvent::of(case, entry, act))
    }

    /// Says which deadline it is: a task by its own words, a referral by its body, anything else by what is to be done.
    fn saying_what(&self, about: About, kind: DeadlineKind, entry: Entry) -> Entry {
        const WHAT: &str = "What is due";
        match about {
            About::Case => entry.phrase(WHAT, kind.words()),
            About::Referral(id) => {
                let body = self.referrals.iter().find(|referral| referral.id == id).map(|known| known.body);
                let of = body.map_or_else(String::new, |body| format!(": {}", body.words()));
                entry.phrase(WHAT, &format!("{}{of}", kind.words()))
            }
            About::Task(id) => {
                let task = self.tasks.iter().find(|task| task.id == id);
                match task.map(|task| (task.words, task.kind.words())) {
                    Some((Some(words), _)) => entry.with(WHAT, Detail::Words(words)),
                    Some((None, Some(fixed))) => entry.phrase(WHAT, fixed),
                    Some((None, None)) | None => entry.phrase(WHAT, kind.words()),
                }
            }
        }
    }
}

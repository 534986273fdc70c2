//! How often somebody may ask for something in a minute. Kept in this process: behind several nodes each counts for
//! itself.

use crate::domain::{clock::Instant, ids::PersonId};
use chrono::TimeDelta;
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// The most requests of one person within [`WITHIN`].
pub const MOST: usize = 60;
/// The time they are counted over.
pub const WITHIN: TimeDelta = TimeDelta::minutes(1);

/// When each person asked lately.
#[derive(Debug, Default)]
pub struct Pace(Mutex<HashMap<PersonId, VecDeque<Instant>>>);

/// Whether somebody may ask now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They may.
    Now,
    /// They asked too often: after a while.
    Later,
}

impl Pace {
    /// Notes that somebody asks, where they may. Whoever has not asked for a while is forgotten.
    pub fn note(&self, person: PersonId, now: Instant) -> Asking {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now - WITHIN;
        all.retain(|_, asked| asked.back().is_some_and(|last| *last > since));
        let asked = all.entry(person).or_default();
        asked.retain(|at| *at > since);
        if asked.len() >= MOST {
            return Asking::Later;
        }
        asked.push_back(now);
        Asking::Now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    #[test]
    fn sixty_a_minute_each_and_not_one_more() {
        let pace = Pace::default();
        let (one, other) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let start: Instant = DateTime::UNIX_EPOCH;
        for second in 0..60 {
            assert_eq!(pace.note(one, start + TimeDelta::milliseconds(second * 500)), Asking::Now);
        }
        let later = start + TimeDelta::seconds(59);
        assert_eq!(pace.note(one, later), Asking::Later);
        assert_eq!(pace.note(other, later), Asking::Now);
        assert_eq!(pace.note(one, start + TimeDelta::seconds(60)), Asking::Now, "the first is a minute ago");
        assert_eq!(pace.note(one, start + TimeDelta::seconds(60)), Asking::Later);
    }

    #[test]
    fn whoever_stopped_asking_is_forgotten() {
        let pace = Pace::default();
        for n in 0..1_000 {
            pace.note(PersonId(Uuid::from_u128(n)), DateTime::UNIX_EPOCH);
        }
        pace.note(PersonId(Uuid::from_u128(1)), DateTime::UNIX_EPOCH + TimeDelta::hours(1));
        assert_eq!(pace.0.lock().unwrap().len(), 1);
    }
}

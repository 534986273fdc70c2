//! The one place that reads the machine's clock and its randomness.
//!
//! It stands on the service floor because web, jobs and the command line all need it and each may use
//! service; domain and store are given the time as a parameter.

use crate::domain::kernel::{
    clock::{Instant, truncate},
    ids::Random,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// Tells the time.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// A clock that stands still until its [`Hands`] are moved; shared by all its clones.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `at`, and the hands that move it. For tests and for building the demo's past.
    pub fn fixed(at: Instant) -> (Self, Hands) {
        let micros = Arc::new(AtomicI64::new(at.timestamp_micros()));
        (Self::Fixed(Arc::clone(&micros)), Hands(micros))
    }

    /// The present, to the microsecond: the precision of both databases.
    pub fn now(&self) -> Instant {
        match self {
            Self::System => system(),
            Self::Fixed(micros) => instant(micros.load(Ordering::SeqCst)),
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one home of the present; everywhere else it is a parameter"
)]
fn system() -> Instant {
    truncate(Utc::now())
}

fn instant(micros: i64) -> Instant {
    // Only an `Instant` or a move of one is ever stored, so the number is always one.
    DateTime::from_timestamp_micros(micros).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// Moves a clock made by [`Clock::fixed`].
#[derive(Debug, Clone)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    /// Sets the clock, backwards too.
    pub fn set(&self, at: Instant) {
        self.0.store(at.timestamp_micros(), Ordering::SeqCst);
    }

    /// Moves the clock on by a length of time.
    pub fn forward(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}

/// Random bytes from the operating system, fit for keys.
#[derive(Debug, Clone, Copy, Default)]
pub struct Randomness;

impl Randomness {
    /// Fills the whole slice, or says why the operating system cannot: for callers that can answer for that.
    pub fn bytes(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
        getrandom::fill(bytes)
    }
}

impl Random for Randomness {
    /// Panics if the operating system has no randomness to give: nothing safe can be done without it.
    fn fill(&mut self, bytes: &mut [u8]) {
        Self::bytes(bytes).expect("the operating system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_fixed_clock_stands_still_until_it_is_moved() {
        let (clock, hands) = Clock::fixed(at("2026-11-17T15:52:00.123456Z"));
        let other = clock.clone();
        assert_eq!(clock.now(), at("2026-11-17T15:52:00.123456Z"));
        hands.forward(TimeDelta::hours(72));
        assert_eq!(other.now(), at("2026-11-20T15:52:00.123456Z"));
        hands.set(at("2026-01-01T00:00:00Z"));
        assert_eq!(clock.now(), at("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn the_system_clock_tells_whole_microseconds_and_does_not_stand_still() {
        let (first, mut later) = (Clock::System.now(), Clock::System.now());
        while later == first {
            later = Clock::System.now();
        }
        assert!(later > first);
        assert_eq!(later, truncate(later));
    }

    #[test]
    fn randomness_fills_the_whole_slice() {
        let mut bytes = [0; 64];
        Randomness.fill(&mut bytes);
        assert!(bytes[..32].iter().any(|byte| *byte != 0) && bytes[32..].iter().any(|byte| *byte != 0));
    }
}

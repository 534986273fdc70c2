//! Measured times, and the table they are printed in.

use crate::cli::console::say;
use std::{
    io, thread,
    time::{Duration, Instant as Stopwatch},
};

/// How long something took each time, the shortest first.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Measures something so many times, one after another.
    ///
    /// # Errors
    /// What went wrong first.
    pub fn of<E>(times: usize, once: impl FnMut(usize) -> Result<(), E>) -> Result<Self, E> {
        Self::paced(times, Duration::ZERO, once)
    }

    /// Measures something at a steady pace: each begins this long after the one before.
    ///
    /// # Errors
    /// What went wrong first.
    pub fn paced<E>(
        times: usize,
        apart: Duration,
        mut once: impl FnMut(usize) -> Result<(), E>,
    ) -> Result<Self, E> {
        let (mut all, mut next) = (Vec::with_capacity(times), Stopwatch::now());
        for n in 0..times {
            while let Some(left) =
                next.checked_duration_since(Stopwatch::now()).filter(|left| !left.is_zero())
            {
                thread::park_timeout(left);
            }
            let start = Stopwatch::now();
            once(n)?;
            all.push(start.elapsed());
            next += apart;
        }
        all.sort();
        Ok(Self(all))
    }

    /// The time that so many in a hundred did not exceed, in milliseconds.
    pub fn at(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let time = self.0.get((self.0.len() * percent / 100).min(last)).copied().unwrap_or_default();
        time.as_secs_f64() * 1_000.0
    }

    /// How many a second, one after another.
    pub fn rate(&self) -> f64 {
        let all: Duration = self.0.iter().sum();
        f64::from(u32::try_from(self.0.len()).unwrap_or(u32::MAX)) / all.as_secs_f64().max(1e-9)
    }

    /// One line of the table.
    ///
    /// # Errors
    /// Standard output cannot be written to.
    pub fn row(&self, what: &str, beside: &str) -> io::Result<()> {
        let (p50, p95, p99) = (self.at(50), self.at(95), self.at(99));
        say!("| {what} | {p50:.2} ms | {p95:.2} ms | {p99:.2} ms | {beside} |")
    }
}

/// The head of the table.
///
/// # Errors
/// Standard output cannot be written to.
pub fn head() -> io::Result<()> {
    say!("| what | p50 | p95 | p99 | beside |")?;
    say!("|---|---|---|---|---|")
}

/// A process's resident memory, as the system says it.
pub fn resident(process: &str) -> String {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or_else(|| "not known on this system".to_owned(), |kb| kb.trim().to_owned())
}

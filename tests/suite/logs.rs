//! What the whole suite logs, watched line by line for words that no log may hold: who a story is about, what was
//! written about them, and the addresses they get their e-mails at.

use crate::{cast::Cast, drafts::CANARY, school::PUPILS};
use std::{
    io,
    sync::{
        Mutex, Once,
        atomic::{AtomicUsize, Ordering},
    },
};
use tracing_subscriber::EnvFilter;

/// Every line that held one of [`never`]; the words themselves are what the tests need to see.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
static LINES: AtomicUsize = AtomicUsize::new(0);

/// Words of every story: names, addresses, what happened, and canaries however they are written.
pub fn never() -> impl Iterator<Item = &'static str> {
    let words = ["anary", "@school.example", "period two", "second lesson", "bad.example", "draft=", CANARY];
    Cast::ALL.into_iter().map(Cast::name).chain(PUPILS).chain(words)
}

struct Watch;

impl io::Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.fetch_add(1, Ordering::Relaxed);
        // A name in an address is written with plus signs or as %20.
        let line = String::from_utf8_lossy(bytes).replace("%20", " ").replace('+', " ");
        if never().any(|word| line.contains(word)) {
            TOLD.lock().unwrap().push(line);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Listens to everything Candour logs in this process, and to what a school would keep of what it stands on.
pub fn watch() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let everything = EnvFilter::new("info,candour=trace,actix_web=trace,actix_http=trace,diesel=trace");
        tracing_subscriber::fmt().with_env_filter(everything).with_ansi(false).with_writer(|| Watch).init();
    });
}

/// Fails if a line of the log named somebody.
#[track_caller]
pub fn name_nobody() {
    // Let go before failing: the others still have something to write.
    let told = TOLD.lock().unwrap().clone();
    assert!(told.is_empty(), "the log tells: {told:?}");
}

/// How many lines were logged so far.
pub fn lines() -> usize {
    LINES.load(Ordering::Relaxed)
}

#[test]
fn a_name_in_a_line_is_noticed() {
    let line = format!("somebody opened the case of {}", PUPILS[0]);
    assert!(never().any(|word| line.contains(word)));
    assert!(!never().any(|word| "request=0 method=\"GET\" route=\"/cases\" status=200".contains(word)));
}

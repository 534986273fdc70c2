//! The e-mails of a story. When its school is dropped, those that still wait are sent by the job that sends them in a
//! school, and each is checked: it went once, to somebody who may know of the case, and says nothing of the case.

use crate::{
    databases::TestDb,
    logs,
    school::{School, mailer},
};
use candour::{
    demo::sink::{ReceivedEmail, Sink},
    jobs::{Job, Jobs},
    service::Candour,
    store::record::outbox::{self, Waiting},
};
use chrono::TimeDelta;
use std::{collections::BTreeSet, sync::Arc};
use url::Url;

/// How often the clock is moved on to an e-mail that is held; one that waits even then is stuck.
const ROUNDS: usize = 5;
/// How the reference of every case begins.
const REFERENCE: &str = "CAN-";
/// Anything shorter that was written in a case may stand in an e-mail by chance.
const SHORTEST_WORDS: usize = 20;

impl School {
    /// Sends every e-mail that still waits, and checks all e-mails of the story.
    pub fn settle_letters(&self) {
        let waiting = self.waiting_letters();
        let sent = self.send_all();
        let left = self.db.count("outbox WHERE sent_at IS NULL AND dropped_at IS NULL");
        assert_eq!(left, 0, "e-mails that never go: {:?}", self.waiting_letters());
        let written = self.db.strings("words AS value FROM texts");
        for letter in self.sink.letters().iter().chain(&sent) {
            says_nothing_of_a_case(letter, &written);
        }
        let marked_as_sent = ids(&self.db, "outbox WHERE sent_at IS NOT NULL AND dropped_at IS NULL");
        let to_excluded = ids(
            &self.db,
            "outbox JOIN case_exclusions ON case_exclusions.school_id = outbox.school_id \
             AND case_exclusions.case_id = outbox.case_id AND case_exclusions.person_id = outbox.person_id \
             WHERE case_exclusions.scope = 'all'",
        );
        for letter in &waiting {
            let id = letter.id.to_string();
            let copies: Vec<_> = sent.iter().filter(|copy| copy.message_id.starts_with(&id)).collect();
            assert_eq!(copies.len(), usize::from(marked_as_sent.contains(&id)), "how often {letter:?} went");
            for copy in copies {
                assert_eq!(copy.to, Vec::from_iter(letter.email.clone()), "where {letter:?} went");
                assert!(!to_excluded.contains(&id), "{letter:?} went to a person who is excluded");
            }
        }
    }

    /// The e-mails that were neither sent nor dropped, those that are held for later too.
    fn waiting_letters(&self) -> Vec<Waiting> {
        let much_later = self.clock.now() + TimeDelta::days(3650);
        self.db.read(|tx| outbox::waiting(tx, much_later, 100_000)).unwrap()
    }

    /// Sends every e-mail when its time has come, and moves the clock on to that time.
    fn send_all(&self) -> Vec<Arc<ReceivedEmail>> {
        let mut sent = Vec::new();
        for _ in 0..ROUNDS {
            let Some(next) = self.waiting_letters().iter().map(|letter| letter.not_before).min() else {
                break;
            };
            self.hands.set(next.max(self.clock.now()));
            sent.extend(self.send_due());
        }
        sent
    }

    /// Sends the e-mails whose time has come on a thread with a runtime of its own: the story's own runtime is busy
    /// dropping the school.
    fn send_due(&self) -> Vec<Arc<ReceivedEmail>> {
        let (candour, clock) = (Candour::clone(&self.db), self.clock.clone());
        let public_url = Url::parse(&self.address).unwrap();
        let sending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let sink = Sink::start(([127, 0, 0, 1], 0).into()).await.unwrap();
                let jobs = Jobs { candour, clock, mailer: mailer(&sink), public_url };
                jobs.once(Job::DeliverMail).await.unwrap();
                sink.letters()
            })
        });
        sending.join().unwrap()
    }
}

/// The ids of the e-mails in these rows.
fn ids(db: &TestDb, rows: &str) -> BTreeSet<String> {
    db.strings(&format!("CAST(outbox.id AS text) AS value FROM {rows}")).into_iter().collect()
}

/// An e-mail says that something waits: no name, no reference, and nothing that was written in a case.
fn says_nothing_of_a_case(letter: &ReceivedEmail, written: &[String]) {
    let mut never: Vec<&str> = logs::never().chain([REFERENCE]).collect();
    never.extend(written.iter().map(String::as_str).filter(|words| words.len() >= SHORTEST_WORDS));
    for part in [&letter.subject, &letter.text, &letter.html] {
        let told: Vec<_> = never.iter().filter(|words| part.contains(**words)).collect();
        assert!(told.is_empty(), "an e-mail tells {told:?}:\n{part}");
    }
}

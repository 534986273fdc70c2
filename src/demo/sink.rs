//! Candour's own mail server on loopback: it keeps e-mails in memory for the demo and the tests, and fails on
//! request.
//!
//! It speaks real SMTP over real TCP, so that the demo and the tests run the very code that sends a school's
//! e-mails. It never passes anything on, writes nothing to disk and refuses to listen to the network.

mod conversation;

use std::{
    collections::{HashSet, VecDeque},
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mail_parser::MessageParser;
use tokio::{
    net::TcpListener,
    sync::Notify,
    task::{JoinHandle, JoinSet},
};

/// How many e-mails are held; the oldest make room.
pub const KEPT_AT_MOST: usize = 2000;
/// The largest e-mail accepted, in bytes.
pub const LARGEST_LETTER: usize = 1024 * 1024;
/// How many conversations run at once; more wait to be accepted.
const CONVERSATIONS_AT_MOST: usize = 64;

/// A step of the conversation at which the sink can be told to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Before the greeting.
    Connect,
    /// EHLO or HELO.
    Ehlo,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The whole e-mail was read, nothing is stored yet.
    Body,
    /// The e-mail is stored, the sender has not heard so yet: a fault here makes the sender send it twice.
    Kept,
}

impl Stage {
    /// Every stage, in the order of a conversation.
    pub const ALL: [Stage; 7] =
        [Stage::Connect, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Body, Stage::Kept];
}

/// One failure, used up when the conversation next reaches its stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Answers with a 4xx: try again later.
    Temp(Stage),
    /// Answers with a 5xx: do not.
    Perm(Stage),
    /// Closes the connection without an answer.
    DropAt(Stage),
    /// Says nothing more until the sender hangs up.
    Hang(Stage),
}

impl Fault {
    fn stage(self) -> Stage {
        match self {
            Fault::Temp(stage) | Fault::Perm(stage) | Fault::DropAt(stage) | Fault::Hang(stage) => stage,
        }
    }
}

/// An e-mail the sink has received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedEmail {
    /// 1 for the first e-mail since the start, 2 for the second, and so on.
    pub number: u64,
    /// The address given in MAIL.
    pub from: String,
    /// The addresses given in RCPT.
    pub to: Vec<String>,
    /// Every byte of the e-mail, headers first.
    pub raw: Vec<u8>,
    /// The Message-ID, without angle brackets.
    pub message_id: String,
    /// The Date header in RFC 3339, or nothing if there is none.
    pub date: String,
    /// The subject, decoded.
    pub subject: String,
    /// The plain text body, decoded.
    pub text: String,
    /// The HTML body, decoded.
    pub html: String,
}

/// A running sink. Clones share it; when the last is dropped it stops and forgets.
#[derive(Debug, Clone)]
pub struct Sink {
    running: Arc<Running>,
}

#[derive(Debug)]
struct Running {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // The conversations belong to the accepting task and end with it.
        self.accepting.abort();
    }
}

#[derive(Debug, Default)]
struct State {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    letters: VecDeque<Arc<ReceivedEmail>>,
    taken: u64,
    faults: VecDeque<Fault>,
    refused: HashSet<String>,
}

impl Sink {
    /// Starts a sink on a loopback address; port 0 takes any free port.
    ///
    /// # Errors
    /// `InvalidInput` for any address but loopback, or what the operating system says.
    pub async fn start(address: SocketAddr) -> io::Result<Sink> {
        if !address.ip().is_loopback() {
            let words = "the mail sink listens to this machine only: give a loopback address";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State::default());
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Sink { running: Arc::new(Running { address, state, accepting }) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// The e-mails received, oldest first: at most [`KEPT_AT_MOST`].
    pub fn letters(&self) -> Vec<Arc<ReceivedEmail>> {
        self.running.state.lock().letters.iter().cloned().collect()
    }

    /// Waits until `count` e-mails have been received since the start (or since [`Sink::forget`]), and gives
    /// those held.
    pub async fn wait_for(&self, count: u64) -> Vec<Arc<ReceivedEmail>> {
        loop {
            let arrived = self.running.state.arrived.notified();
            tokio::pin!(arrived);
            // It listens before looking, or an e-mail between the two would be missed.
            arrived.as_mut().enable();
            if self.running.state.lock().taken >= count {
                return self.letters();
            }
            arrived.await;
        }
    }

    /// Forgets every e-mail and begins to count again.
    pub fn forget(&self) {
        let mut inner = self.running.state.lock();
        inner.letters.clear();
        inner.taken = 0;
    }

    /// Fails the next time a conversation reaches the fault's stage. Several faults of one stage are used in
    /// order.
    pub fn fail_next(&self, fault: Fault) {
        self.running.state.lock().faults.push_back(fault);
    }

    /// How many faults have not been met yet.
    pub fn faults_left(&self) -> usize {
        self.running.state.lock().faults.len()
    }

    /// From now on answers 550 whenever an e-mail is for this address.
    pub fn refuse(&self, address: &str) {
        self.running.state.lock().refused.insert(address.to_ascii_lowercase());
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // A panic elsewhere leaves nothing half written here.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_fault(&self, stage: Stage) -> Option<Fault> {
        let mut inner = self.lock();
        let place = inner.faults.iter().position(|fault| fault.stage() == stage)?;
        inner.faults.remove(place)
    }

    fn refuses(&self, address: &str) -> bool {
        self.lock().refused.contains(&address.to_ascii_lowercase())
    }

    fn keep(&self, from: String, to: Vec<String>, raw: Vec<u8>) {
        let parsed = MessageParser::default().parse(&raw);
        let message = parsed.as_ref();
        let text = message.and_then(|m| m.body_text(0)).unwrap_or_default().into_owned();
        let html = message.and_then(|m| m.body_html(0)).unwrap_or_default().into_owned();
        let subject = message.and_then(|m| m.subject()).unwrap_or_default().to_owned();
        let message_id = message.and_then(|m| m.message_id()).unwrap_or_default().to_owned();
        let date = message.and_then(|m| m.date()).map(|d| d.to_rfc3339()).unwrap_or_default();
        let mut inner = self.lock();
        inner.taken += 1;
        let number = inner.taken;
        if inner.letters.len() == KEPT_AT_MOST {
            inner.letters.pop_front();
        }
        inner.letters.push_back(Arc::new(ReceivedEmail {
            number,
            from,
            to,
            raw,
            message_id,
            date,
            subject,
            text,
            html,
        }));
        drop(inner);
        self.arrived.notify_waiters();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if conversations.len() < CONVERSATIONS_AT_MOST => {
                // A connection that failed before it was accepted is the sender's affair.
                if let Ok((stream, _)) = accepted {
                    conversations.spawn(conversation::hold(stream, Arc::clone(&state)));
                }
            }
            Some(_) = conversations.join_next() => {}
        }
    }
}

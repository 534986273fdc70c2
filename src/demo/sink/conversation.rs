//! One SMTP conversation of the sink, from the greeting to the goodbye (RFC 5321, with SIZE, 8BITMIME and
//! SMTPUTF8).

use std::{io, sync::Arc, time::Duration};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{Fault, LARGEST_LETTER, Stage, State};

/// The longest command line, in bytes.
const LONGEST_LINE: u64 = 4096;
/// RFC 5321, 4.5.3.1.8: at least 100 readers.
const MOST_READERS: usize = 100;
/// RFC 5321, 4.5.3.2.7: a server waits at least five minutes for a command.
const SILENCE: Duration = Duration::from_secs(300);

const BAD_ORDER: &str = "503 5.5.1 Not now: commands out of order";
const BAD_ADDRESS: &str = "501 5.1.7 Expected an address in angle brackets";

/// Holds the conversation until either side ends it. A broken connection is simply the end.
pub(super) async fn hold(stream: TcpStream, state: Arc<State>) {
    let mut talk = Talk { stream: BufReader::new(stream), state, greeted: false, from: None, to: Vec::new() };
    let _ = talk.run().await;
}

/// Whether the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Continuation {
    GoOn,
    HangUp,
}

/// What a stage's fault, if there was one, has left to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    /// No fault: answer as usual.
    Nothing,
    /// The fault has answered already.
    Answered,
    /// The fault ended the conversation.
    HangUp,
}

struct Talk {
    stream: BufReader<TcpStream>,
    state: Arc<State>,
    greeted: bool,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk {
    async fn run(&mut self) -> io::Result<()> {
        match self.meet(Stage::Connect).await? {
            Met::Nothing => self.say("220 Candour mail sink").await?,
            Met::Answered | Met::HangUp => return Ok(()),
        }
        loop {
            let Some(line) = self.command_line().await? else { return Ok(()) };
            if self.answer(&line).await? == Continuation::HangUp {
                return Ok(());
            }
        }
    }

    /// The next command without its line end, or nothing if the sender has gone, been silent or sent too
    /// much.
    async fn command_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stream).take(LONGEST_LINE);
        match tokio::time::timeout(SILENCE, limited.read_until(b'\n', &mut line)).await {
            Ok(read) => read?,
            Err(_) => {
                self.say("421 4.4.2 Silent for too long").await?;
                return Ok(None);
            }
        };
        if !line.ends_with(b"\n") {
            if line.len() as u64 == LONGEST_LINE {
                self.say("500 5.5.2 Line too long").await?;
            }
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn answer(&mut self, line: &str) -> io::Result<Continuation> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.hello("250-candour-sink\r\n250-SIZE 1048576\r\n250-8BITMIME\r\n250 SMTPUTF8").await
            }
            "HELO" => self.hello("250 candour-sink").await,
            "MAIL" => self.mail(rest).await,
            "RCPT" => self.rcpt(rest).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.reset();
                self.go_on("250 2.0.0 Forgotten").await
            }
            "NOOP" => self.go_on("250 2.0.0 Nothing done").await,
            "VRFY" => self.go_on("252 2.1.5 Send and see").await,
            "QUIT" => {
                self.say("221 2.0.0 Goodbye").await?;
                Ok(Continuation::HangUp)
            }
            _ => self.go_on("500 5.5.1 Unknown command").await,
        }
    }

    async fn hello(&mut self, welcome: &str) -> io::Result<Continuation> {
        match self.meet(Stage::Ehlo).await? {
            Met::Nothing => {
                self.greeted = true;
                self.reset();
                self.go_on(welcome).await
            }
            Met::Answered => Ok(Continuation::GoOn),
            Met::HangUp => Ok(Continuation::HangUp),
        }
    }

    async fn mail(&mut self, rest: &str) -> io::Result<Continuation> {
        if !self.greeted || self.from.is_some() {
            return self.go_on(BAD_ORDER).await;
        }
        let Some((from, parameters)) = path(rest, "FROM:") else { return self.go_on(BAD_ADDRESS).await };
        if announced_size(parameters).is_some_and(|size| size > LARGEST_LETTER) {
            return self.go_on("552 5.3.4 The e-mail is too large").await;
        }
        match self.meet(Stage::Mail).await? {
            Met::Nothing => {
                self.from = Some(from.to_owned());
                self.go_on("250 2.1.0 Sender noted").await
            }
            Met::Answered => Ok(Continuation::GoOn),
            Met::HangUp => Ok(Continuation::HangUp),
        }
    }

    async fn rcpt(&mut self, rest: &str) -> io::Result<Continuation> {
        if self.from.is_none() {
            return self.go_on(BAD_ORDER).await;
        }
        let Some((to, _)) = path(rest, "TO:").filter(|(to, _)| !to.is_empty()) else {
            return self.go_on(BAD_ADDRESS).await;
        };
        if self.state.refuses(to) {
            return self.go_on("550 5.1.1 No such mailbox").await;
        }
        if self.to.len() == MOST_READERS {
            return self.go_on("452 4.5.3 Too many readers").await;
        }
        match self.meet(Stage::Rcpt).await? {
            Met::Nothing => {
                self.to.push(to.to_owned());
                self.go_on("250 2.1.5 Reader noted").await
            }
            Met::Answered => Ok(Continuation::GoOn),
            Met::HangUp => Ok(Continuation::HangUp),
        }
    }

    async fn data(&mut self) -> io::Result<Continuation> {
        if self.to.is_empty() {
            return self.go_on(BAD_ORDER).await;
        }
        match self.meet(Stage::Data).await? {
            Met::Nothing => self.say("354 Go on, end with a line of one dot").await?,
            Met::Answered => return Ok(Continuation::GoOn),
            Met::HangUp => return Ok(Continuation::HangUp),
        }
        let letter = match self.letter().await? {
            MailData::Whole(letter) => letter,
            MailData::TooLarge => {
                self.reset();
                return self.go_on("552 5.3.4 The e-mail is too large").await;
            }
            MailData::BrokenOff => return Ok(Continuation::HangUp),
        };
        match self.meet(Stage::Body).await? {
            Met::Nothing => {}
            Met::Answered => {
                self.reset();
                return Ok(Continuation::GoOn);
            }
            Met::HangUp => return Ok(Continuation::HangUp),
        }
        let (from, to) = (self.from.take().unwrap_or_default(), std::mem::take(&mut self.to));
        self.state.keep(from, to, letter);
        match self.meet(Stage::Kept).await? {
            Met::Nothing => self.go_on("250 2.0.0 Kept").await,
            Met::Answered => Ok(Continuation::GoOn),
            Met::HangUp => Ok(Continuation::HangUp),
        }
    }

    /// Reads an e-mail up to its last line, a single dot between two CRLF and nothing else: a server that
    /// takes a bare line feed for a line end lets one e-mail smuggle in another.
    async fn letter(&mut self) -> io::Result<MailData> {
        let mut letter = Vec::new();
        let (mut line_starts, mut last, mut too_large) = (true, 0, false);
        loop {
            let mut piece = Vec::new();
            let mut limited = (&mut self.stream).take(64 * 1024);
            match tokio::time::timeout(SILENCE, limited.read_until(b'\n', &mut piece)).await {
                Ok(read) => read?,
                Err(_) => return Ok(MailData::BrokenOff),
            };
            if piece.is_empty() {
                return Ok(MailData::BrokenOff);
            }
            if line_starts && piece == b".\r\n" {
                return Ok(if too_large { MailData::TooLarge } else { MailData::Whole(letter) });
            }
            let unstuffed = if line_starts && piece.starts_with(b".") { &piece[1..] } else { &piece[..] };
            too_large |= letter.len() + unstuffed.len() > LARGEST_LETTER;
            if too_large {
                letter = Vec::new();
            } else {
                letter.extend_from_slice(unstuffed);
            }
            line_starts = piece.ends_with(b"\r\n") || (piece == b"\n" && last == b'\r');
            last = piece.last().copied().unwrap_or(last);
        }
    }

    /// Uses up the next fault of this stage, if any.
    async fn meet(&mut self, stage: Stage) -> io::Result<Met> {
        match self.state.take_fault(stage) {
            None => Ok(Met::Nothing),
            Some(Fault::Temp(_)) => {
                self.say("451 4.3.0 Asked to fail: try again later").await?;
                Ok(Met::Answered)
            }
            Some(Fault::Perm(_)) => {
                self.say("554 5.3.0 Asked to fail: do not try again").await?;
                Ok(Met::Answered)
            }
            Some(Fault::DropAt(_)) => Ok(Met::HangUp),
            Some(Fault::Hang(_)) => {
                tokio::io::copy_buf(&mut self.stream, &mut tokio::io::sink()).await?;
                Ok(Met::HangUp)
            }
        }
    }

    fn reset(&mut self) {
        self.from = None;
        self.to.clear();
    }

    async fn go_on(&mut self, words: &str) -> io::Result<Continuation> {
        self.say(words).await?;
        Ok(Continuation::GoOn)
    }

    async fn say(&mut self, words: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(format!("{words}\r\n").as_bytes()).await
    }
}

/// What came after DATA.
enum MailData {
    Whole(Vec<u8>),
    TooLarge,
    BrokenOff,
}

/// The address and the parameters of `FROM:<address> parameters`.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let (word, after) = rest.split_at_checked(keyword.len())?;
    let (address, parameters) = after.trim_start().strip_prefix('<')?.split_once('>')?;
    word.eq_ignore_ascii_case(keyword).then_some((address, parameters))
}

/// The `SIZE=` parameter of MAIL, in bytes.
fn announced_size(parameters: &str) -> Option<usize> {
    parameters.split(' ').find_map(|p| p.to_ascii_uppercase().strip_prefix("SIZE=")?.parse().ok())
}

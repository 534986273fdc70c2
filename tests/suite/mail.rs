//! E-mails: what they say, how they travel, and what a failing mail server does to them.

use std::{net::SocketAddr, time::Duration};

use candour::{
    demo::{
        mailbox,
        sink::{Fault, KEPT_AT_MOST, LARGEST_LETTER, Sink, Stage},
    },
    mail::{
        letter::{AccountAdded, AuditHead, Letter, NeededBy, NeedsYou, NeedsYouNow, ServerCodes, Urgency},
        transport::{
            ConfigError, Envelope, Mailer, Password, Patience, Security, SendError, SmtpConfig, Step,
            Trouble, next_attempt,
        },
    },
};
use chrono::{DateTime, Utc};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};
use uuid::Uuid;

const SCHOOL: &str = "St Dunstan's & St Brigid's <Primary>";

fn every_letter() -> Vec<(&'static str, Letter)> {
    let school = || SCHOOL.to_owned();
    let first_page_url = || "https://candour.school.example/".parse::<url::Url>().unwrap();
    let needs_you = |when| NeedsYou { school: school(), when, first_page_url: first_page_url() };
    let now = NeedsYouNow { school: school(), first_page_url: first_page_url() };
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
    let head = AuditHead { school: school(), hash, first_page_url: first_page_url() };
    let added = AccountAdded { school: school(), first_page_url: first_page_url() };
    let codes = ServerCodes { school: school(), first_page_url: first_page_url() };
    vec![
        ("needs_you_today", needs_you(NeededBy::Today).render().unwrap()),
        ("needs_you_soon", needs_you(NeededBy::Now).render().unwrap()),
        ("needs_you_now", now.render().unwrap()),
        ("audit_head", head.render().unwrap()),
        ("account_added", added.render().unwrap()),
        ("server_codes", codes.render().unwrap()),
    ]
}

fn a_letter() -> Letter {
    every_letter().remove(0).1
}

fn instant() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn to(address: &str, id: u128) -> Envelope {
    Envelope { to: address.into(), outbox_id: Uuid::from_u128(id), date: instant() }
}

fn config(port: u16) -> SmtpConfig {
    SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        security: Security::None,
        username: None,
        password: None,
        from: "Candour <candour@school.example>".into(),
        hostname: "candour.school.example".into(),
        patience: Patience::default(),
    }
}

async fn sink_and_mailer() -> (Sink, Mailer) {
    let sink = Sink::start(loopback()).await.unwrap();
    let mailer = Mailer::new(config(sink.address().port())).unwrap();
    (sink, mailer)
}

fn loopback() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

#[test]
fn every_letter_reads_as_agreed() {
    for (name, letter) in every_letter() {
        let whole = format!("{}\n\n{}\n\n{}", letter.subject(), letter.text(), letter.html());
        insta::assert_snapshot!(name, whole);
    }
}

#[tokio::test]
async fn a_letter_arrives_and_is_the_same_bytes_every_time() {
    let (sink, mailer) = sink_and_mailer().await;
    mailer.send(&to("dsl@school.example", 7), &a_letter()).await.unwrap();
    mailer.send(&to("dsl@school.example", 7), &a_letter()).await.unwrap();
    let kept = sink.wait_for(2).await;
    assert_eq!(kept[0].raw, kept[1].raw);
    assert_eq!(kept[0].from, "candour@school.example");
    assert_eq!(kept[0].to, ["dsl@school.example"]);
    assert_eq!(kept[0].message_id, "00000000-0000-0000-0000-000000000007@candour.school.example");
    assert_eq!(kept[0].subject, a_letter().subject());
    assert_eq!(kept[0].text.replace("\r\n", "\n").trim_end(), a_letter().text().trim_end());
    assert_eq!(kept[0].html.replace("\r\n", "\n").trim_end(), a_letter().html().trim_end());
    insta::assert_snapshot!("as_sent", String::from_utf8(kept[0].raw.clone()).unwrap().replace("\r\n", "\n"));
}

#[tokio::test]
async fn only_the_critical_letter_asks_for_attention() {
    let (sink, mailer) = sink_and_mailer().await;
    for (_, letter) in every_letter() {
        mailer.send(&to("dsl@school.example", 1), &letter).await.unwrap();
    }
    let high: Vec<bool> =
        sink.wait_for(6).await.iter().map(|k| head_of(&k.raw).contains("Importance: high")).collect();
    assert_eq!(high, [false, false, true, false, false, false]);
}

/// M1: subject, headers and body hold the fixed words, the school, the address of the first page and nothing else
/// that could tell a case or a person; no part has a file name; and the greeting has no name.
#[tokio::test]
async fn m1_no_personal_data_anywhere_in_a_letter() {
    let (sink, mailer) = sink_and_mailer().await;
    for (_, letter) in every_letter() {
        mailer.send(&to("a.patel@school.example", 1), &letter).await.unwrap();
    }
    for kept in sink.wait_for(6).await {
        let head = head_of(&kept.raw);
        let mut names: Vec<&str> =
            head.lines().filter(|l| !l.starts_with(' ')).filter_map(|l| l.split(':').next()).collect();
        names.sort_unstable();
        names.retain(|name| *name != "Importance");
        let expected = [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
        ];
        assert_eq!(names, expected, "a header more is a place more to leak");
        let raw = String::from_utf8(kept.raw.clone()).unwrap();
        let named = |line: &str| {
            line.starts_with("Content-Disposition")
                || line.contains("filename")
                || (line.starts_with("Content-") && line.contains("name"))
        };
        assert!(!raw.lines().any(named), "no files, so no file names");
        assert_eq!(raw.matches("a.patel@school.example").count(), 1, "only in To");
        let words = format!("{} {} {}", kept.subject, kept.text, kept.html).to_lowercase();
        for told in
            ["patel", "dear", "can-", "/cases", "concern", "critical", "case ", "pupil", "police", "report"]
        {
            assert!(!words.contains(told), "{told:?} in {words}");
        }
        let links: Vec<&str> = kept.text.split_whitespace().filter(|w| w.starts_with("http")).collect();
        assert_eq!(links, ["https://candour.school.example/"]);
        let hashless =
            kept.text.replace("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "");
        assert!(!hashless.contains(|c: char| c.is_ascii_digit()), "no count: {hashless}");
    }
}

/// M4: a bad address does not stop the others.
#[tokio::test]
async fn m4_a_bad_address_does_not_stop_the_others() {
    let (sink, mailer) = sink_and_mailer().await;
    sink.refuse("Left@school.example");
    let mut results = Vec::new();
    for (id, address) in ["dsl@school.example", "left@school.example", "nonsense", "", "head@school.example"]
        .iter()
        .enumerate()
    {
        results.push(mailer.send(&to(address, id as u128), &a_letter()).await);
    }
    assert_eq!(results[0], Ok(()));
    assert_eq!(results[1], Err(SendError::Refused(Trouble::Answered { answer: 550, step: Step::Recipient })));
    assert_eq!(results[2], Err(SendError::Refused(Trouble::NoAddress)));
    assert_eq!(results[3], Err(SendError::Refused(Trouble::NoAddress)));
    assert_eq!(results[4], Ok(()));
    let readers: Vec<String> = sink.wait_for(2).await.iter().map(|k| k.to.join(",")).collect();
    assert_eq!(readers, ["dsl@school.example", "head@school.example"]);
}

/// M5: a 4xx, a 5xx, a dropped connection at each stage: only a 5xx that is about this letter is final, and
/// whatever is tried again arrives.
#[tokio::test]
async fn m5_each_fault_at_each_stage_is_judged_rightly_and_the_letter_arrives_afterwards() {
    for stage in Stage::ALL {
        for fault in [Fault::Temp(stage), Fault::Perm(stage), Fault::DropAt(stage)] {
            let (sink, mailer) = sink_and_mailer().await;
            sink.fail_next(fault);
            let error = mailer.send(&to("dsl@school.example", 9), &a_letter()).await.unwrap_err();
            let about_this_letter = [Stage::Rcpt, Stage::Data, Stage::Body, Stage::Kept].contains(&stage);
            let final_answer = matches!(fault, Fault::Perm(_)) && about_this_letter;
            assert_eq!(matches!(error, SendError::Refused(_)), final_answer, "{fault:?}: {error}");
            assert_eq!(sink.faults_left(), 0, "{fault:?} was met");
            assert!(
                !error.to_string().contains('@') && !error.to_string().contains("Asked to fail"),
                "{error}"
            );
            let taken_already = u64::from(stage == Stage::Kept);
            assert_eq!(sink.letters().len() as u64, taken_already, "{fault:?}");

            mailer.send(&to("dsl@school.example", 9), &a_letter()).await.unwrap();
            let kept = sink.wait_for(taken_already + 1).await;
            assert!(
                kept.iter().all(|k| k.message_id == kept[0].message_id),
                "the second can be told from the first"
            );
        }
    }
}

#[tokio::test]
async fn m5_a_server_that_says_nothing_is_tried_again() {
    for stage in Stage::ALL {
        let sink = Sink::start(loopback()).await.unwrap();
        let letter = Duration::from_millis(300);
        let patience = Patience { letter, ..Patience::default() };
        let hurried = Mailer::new(SmtpConfig { patience, ..config(sink.address().port()) }).unwrap();
        sink.fail_next(Fault::Hang(stage));
        let result = hurried.send(&to("dsl@school.example", 1), &a_letter()).await;
        assert_eq!(result, Err(SendError::Retry(Trouble::TooSlow)), "{stage:?}");
        let patient = Mailer::new(config(sink.address().port())).unwrap();
        patient.send(&to("dsl@school.example", 1), &a_letter()).await.unwrap();
    }
}

/// M5: a server down for 24 hours: every attempt is a retry, about once an hour, and the letter arrives in the end.
#[tokio::test]
async fn m5_a_server_down_for_a_day_loses_nothing() {
    let free = std::net::TcpListener::bind(loopback()).unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mailer = Mailer::new(config(address.port())).unwrap();
    let (mut now, mut attempts) = (instant(), 0);
    while now < instant() + chrono::TimeDelta::hours(24) {
        let result = mailer.send(&to("dsl@school.example", 1), &a_letter()).await;
        assert_eq!(result, Err(SendError::Retry(Trouble::Connection { step: Step::Connect })));
        attempts += 1;
        now = next_attempt(attempts, now);
    }
    assert_eq!(attempts, 27);
    let sink = Sink::start(address).await.unwrap();
    mailer.send(&to("dsl@school.example", 1), &a_letter()).await.unwrap();
    assert_eq!(sink.wait_for(1).await.len(), 1);
}

/// M8: no newline in any value can start a header, a command or a second letter.
#[tokio::test]
async fn m8_a_newline_injects_nothing() {
    let (sink, mailer) = sink_and_mailer().await;
    for breaker in ["\r\n", "\n", "\r", "\u{0}", "\u{85}", "\u{2028}"] {
        let evil = format!("x{breaker}Bcc: everyone@school.example");
        for address in [
            format!("dsl@school.example{breaker}RCPT TO:<b@c.example>"),
            format!("\"a{breaker}b\"@c.example"),
        ] {
            let result = mailer.send(&to(&address, 1), &a_letter()).await;
            assert_eq!(result, Err(SendError::Refused(Trouble::NoAddress)), "{address:?}");
        }
        assert_eq!(
            Mailer::new(SmtpConfig { hostname: evil.clone(), ..config(25) }).err(),
            Some(ConfigError::Hostname)
        );
        if breaker.contains(char::is_control) {
            let from = format!("Candour{breaker}Bcc: a@b.example <c@d.example>");
            assert_eq!(Mailer::new(SmtpConfig { from, ..config(25) }).err(), Some(ConfigError::From));
        }
        let subject_and_body = Letter::new(
            &evil,
            format!("{evil}\r\n.\r\nMAIL FROM:<a@b.example>\r\n..two"),
            evil.clone(),
            Urgency::Ordinary,
        );
        let school = NeedsYou {
            school: evil,
            when: NeededBy::Now,
            first_page_url: "https://c.example/".parse().unwrap(),
        };
        for letter in [subject_and_body, school.render().unwrap()] {
            sink.forget();
            mailer.send(&to("dsl@school.example", 1), &letter).await.unwrap();
            let kept = sink.wait_for(1).await;
            assert_eq!(kept.len(), 1, "one letter stays one letter");
            assert_eq!(kept[0].to, ["dsl@school.example"]);
            let head = head_of(&kept[0].raw);
            assert!(!head.lines().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{head}");
        }
    }
    let dots = Letter::new("s", ".\r\n..\r\n.x\r\n".into(), ".".into(), Urgency::Ordinary);
    sink.forget();
    mailer.send(&to("dsl@school.example", 1), &dots).await.unwrap();
    assert_eq!(sink.wait_for(1).await[0].text, ".\r\n..\r\n.x\r\n");
}

#[tokio::test]
async fn long_and_foreign_words_survive_the_journey() {
    let (sink, mailer) = sink_and_mailer().await;
    let subject = "Ysgol Llanfair ŵ ✓ ".repeat(20);
    let letter = Letter::new(&subject, "ŵ✓é\n".repeat(500), "<p>ŵ✓é</p>".into(), Urgency::Ordinary);
    mailer.send(&to("siân@ysgol.example", 1), &letter).await.unwrap();
    let kept = sink.wait_for(1).await;
    assert_eq!(kept[0].to, ["siân@ysgol.example"]);
    assert_eq!(kept[0].subject, subject.trim());
    assert_eq!(kept[0].text.replace("\r\n", "\n"), "ŵ✓é\n".repeat(500));
}

#[test]
fn a_wrong_setting_names_its_key() {
    let error = |config| Mailer::new(config).err();
    let open = SmtpConfig { host: "mail.school.example".into(), ..config(25) };
    assert_eq!(error(open), Some(ConfigError::NotPrivate));
    let half = SmtpConfig { username: Some("candour".into()), ..config(25) };
    assert_eq!(error(half), Some(ConfigError::HalfSignIn));
    assert_eq!(error(SmtpConfig { from: "nobody".into(), ..config(25) }), Some(ConfigError::From));
    assert_eq!(error(SmtpConfig { hostname: "a b".into(), ..config(25) }), Some(ConfigError::Hostname));
    assert!(
        error(SmtpConfig { host: "mail.school.example".into(), security: Security::Tls, ..config(465) })
            .is_none()
    );
    let secret = SmtpConfig { password: Some(Password::new("hunter2".into())), ..config(25) };
    assert!(!format!("{secret:?}").contains("hunter2"));
    assert!(!format!("{:?}", to("a.patel@school.example", 1)).contains("patel"));
}

/// A server that stops offering TLS, or a sign-in, is not spoken to in the clear.
#[tokio::test]
async fn never_falls_back_to_the_clear() {
    let (sink, _) = sink_and_mailer().await;
    let port = sink.address().port();
    let starttls = Mailer::new(SmtpConfig { security: Security::Starttls, ..config(port) }).unwrap();
    let result = starttls.send(&to("dsl@school.example", 1), &a_letter()).await;
    assert_eq!(result, Err(SendError::Retry(Trouble::NoStartTls)));
    let (username, password) = (Some("candour".into()), Some(Password::new("hunter2".into())));
    let signing_in = Mailer::new(SmtpConfig { username, password, ..config(port) }).unwrap();
    let result = signing_in.reach().await;
    assert_eq!(result, Err(SendError::Retry(Trouble::Connection { step: Step::SignIn })));
    assert_eq!(Mailer::new(config(port)).unwrap().reach().await, Ok(()));
    assert!(sink.letters().is_empty());
}

#[tokio::test]
async fn the_sink_and_the_mailbox_refuse_the_network() {
    assert!(Sink::start(([0, 0, 0, 0], 0).into()).await.is_err());
    let (sink, _) = sink_and_mailer().await;
    assert!(mailbox::serve(std::net::TcpListener::bind("0.0.0.0:0").unwrap(), sink).is_err());
}

#[tokio::test]
async fn the_sink_keeps_to_the_protocol() {
    let (sink, _) = sink_and_mailer().await;
    let large = format!("DATA\n{}\n.", "x".repeat(LARGEST_LETTER + 1));
    let bare_line_feeds = "DATA\nSubject: s\n\nnot yet|\n.|\nMAIL FROM:<smuggled@b.example>\n.";
    let script = [
        ("MAIL FROM:<a@b.example>", "503"),
        ("EHLO [127.0.0.1]", "250"),
        ("RCPT TO:<a@b.example>", "503"),
        ("DATA", "503"),
        ("MAIL FROM:a@b.example", "501"),
        ("MAIL FROM:<a@b.example> SIZE=1048577", "552"),
        ("mail from:<a@b.example> SIZE=1048576", "250"),
        ("MAIL FROM:<a@b.example>", "503"),
        ("DATA", "503"),
        ("RCPT TO:<>", "501"),
        ("RCPT TO:<c@d.example>", "250"),
        (&large, "552"),
        ("RCPT TO:<c@d.example>", "503"),
        ("MAIL FROM:<>", "250"),
        ("RSET", "250"),
        ("MAIL FROM:<>", "250"),
        ("RCPT TO:<c@d.example>", "250"),
        (bare_line_feeds, "250"),
        ("NOOP", "250"),
        ("WHAT", "500"),
        ("QUIT", "221"),
    ];
    let mut stream = BufReader::new(TcpStream::connect(sink.address()).await.unwrap());
    assert_eq!(answer(&mut stream).await, "220");
    for (command, code) in script {
        let shown = &command[..command.len().min(60)];
        // `|` marks a line feed that stays bare.
        let command = command.replace("|\n", "|").replace('\n', "\r\n").replace('|', "\n");
        match command.strip_prefix("DATA\r\n") {
            Some(letter) => {
                stream.write_all(b"DATA\r\n").await.unwrap();
                assert_eq!(answer(&mut stream).await, "354", "{shown}");
                stream.write_all(format!("{letter}\r\n").as_bytes()).await.unwrap();
            }
            None => stream.write_all(format!("{command}\r\n").as_bytes()).await.unwrap(),
        }
        assert_eq!(answer(&mut stream).await, code, "{shown}");
    }
    let kept = sink.letters();
    assert_eq!(kept.len(), 1, "a dot between bare line feeds ends nothing");
    assert!(kept[0].text.contains("smuggled"));
    assert!(TcpStream::connect(sink.address()).await.is_ok());

    let mut stream = BufReader::new(TcpStream::connect(sink.address()).await.unwrap());
    assert_eq!(answer(&mut stream).await, "220");
    stream.write_all(&[b'x'; 4096]).await.unwrap();
    assert_eq!(answer(&mut stream).await, "500", "an endless command line is cut off");
}

#[tokio::test]
async fn the_sink_keeps_the_newest_and_stops_when_dropped() {
    let (sink, _) = sink_and_mailer().await;
    let address = sink.address();
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    answer(&mut stream).await;
    stream.write_all(b"EHLO me\r\n").await.unwrap();
    answer(&mut stream).await;
    for _ in 0..=KEPT_AT_MOST {
        for line in ["MAIL FROM:<>", "RCPT TO:<c@d.example>", "DATA", "Subject: s\r\n\r\n."] {
            stream.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
            answer(&mut stream).await;
        }
    }
    let kept = sink.wait_for(KEPT_AT_MOST as u64 + 1).await;
    assert_eq!((kept.len(), kept[0].number), (KEPT_AT_MOST, 2));
    drop(sink);
    let mut rest = String::new();
    assert_eq!(stream.read_line(&mut rest).await.unwrap_or(0), 0, "the conversation ends with the sink");
}

#[tokio::test]
async fn the_pretend_mailbox_shows_letters_newest_first_and_escapes_them() {
    let (sink, mailer) = sink_and_mailer().await;
    let listener = std::net::TcpListener::bind(loopback()).unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = mailbox::serve(listener, sink.clone()).unwrap();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    assert!(get(port, "/", "127.0.0.1").await.contains("No e-mails yet"));

    let first = Letter::new("First", "one".into(), "one".into(), Urgency::Ordinary);
    let script = "<script>alert(1)</script>";
    let second = Letter::new(script, script.into(), script.into(), Urgency::Ordinary);
    mailer.send(&to("dsl@school.example", 1), &first).await.unwrap();
    mailer.send(&to("head@school.example", 2), &first).await.unwrap();
    mailer.send(&to("dsl@school.example", 3), &second).await.unwrap();
    sink.wait_for(3).await;

    let list = get(port, "/", "localhost").await;
    let places =
        ["<h2>dsl@", "/letters/3", "/letters/1", "<h2>head@", "/letters/2"].map(|s| list.find(s).unwrap());
    assert!(places.is_sorted(), "{list}");
    let one = get(port, "/letters/3", "127.0.0.1").await;
    assert!(one.contains("<pre>&#60;script&#62;"), "{one}");
    for page in [
        &list,
        &one,
        &get(port, "/letters/99", "127.0.0.1").await,
        &get(port, "/letters/x", "127.0.0.1").await,
    ] {
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("<style"), "{page}");
        assert!(page.contains("Pretend school: enter nothing real"));
        let policy = "content-security-policy: default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'";
        assert!(page.contains(policy), "{page}");
    }
    assert!(get(port, "/mailbox.css", "127.0.0.1").await.contains("text/css"));
    assert!(get(port, "/nowhere", "127.0.0.1").await.starts_with("HTTP/1.1 404"));
    let rebound = get(port, "/letters/3", "evil.example").await;
    assert!(rebound.starts_with("HTTP/1.1 404") && !rebound.contains("alert"), "{rebound}");
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
}

fn head_of(raw: &[u8]) -> String {
    let raw = String::from_utf8(raw.to_vec()).unwrap();
    raw.split_once("\r\n\r\n").unwrap().0.to_owned()
}

/// The code of the next answer, its last line read.
async fn answer(stream: &mut BufReader<TcpStream>) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line.as_bytes().get(3) != Some(&b'-') {
            return line.chars().take(3).collect();
        }
    }
}

async fn get(port: u16, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    response
}

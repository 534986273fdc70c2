//! `candour demo` as somebody types it: it says where to look, answers there, lets people in by a school's own rules, and
//! stops when told to.

use crate::real_providers::Browser;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

/// The running demonstration; stopped however the test ends.
struct Shown(Child);

impl Shown {
    fn stop(&mut self) -> bool {
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status().unwrap();
        told.success() && self.0.wait().unwrap().success()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let host = address.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A new teaching assistant is let in by what the sign-in says; a supply teacher waits until an administrator has made her
/// a code; the head, who came in by a code long ago, just signs in.
async fn everybody_comes_in_by_the_rules(address: &str) {
    let address = address.trim_end_matches('/');
    let mut pages = Vec::new();
    for subject in ["newcomer", "supply", "head"] {
        let mut browser = Browser::at(address);
        let choice = browser.get("/signin/start?provider=0").await;
        let page = browser.submit(&choice, "/authorize", &[("person", subject)]).await;
        pages.push((browser, page));
    }
    let paths: Vec<&str> = pages.iter().map(|(_, page)| page.url.path()).collect();
    assert_eq!(paths[..2], ["/report", "/signin/code"], "{}", pages[0].1.body);
    assert!(pages[0].1.body.contains("Marek Dolan") && pages[2].1.body.contains("Catherine Broadbent"));

    let mut administrator = Browser::at(address);
    let choice =
        administrator.get("/signin/start?provider=0&again=yes&return_to=/admin/access-requests").await;
    let waiting = administrator.submit(&choice, "/authorize", &[("person", "administrator")]).await;
    assert!(waiting.body.contains("<h3 class=\"govuk-heading-s\">Patience Orrell</h3>"), "{}", waiting.body);
    let form = waiting
        .body
        .rfind("action=\"/admin/access-requests\"")
        .map(|at| waiting.body[..at].rfind("<form").unwrap());
    let only_form = waiting.body[form.unwrap()..].to_owned();
    let made = administrator
        .submit(
            &crate::real_providers::Page { body: only_form, ..waiting },
            "/admin/access-requests",
            &[("person", "Patience Orrell")],
        )
        .await;
    assert!(made.body.contains("own-code"), "{}: {}", made.status, made.body);
    let code = made.body.split("own-code\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let (supply, page) = &mut pages[1];
    let inside = supply.enters_code(page, &code).await;
    assert!(inside.url.path() == "/report" && inside.body.contains("Patience Orrell"), "{}", inside.body);
}

#[test]
fn it_says_where_to_look_answers_there_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
    let child = command.arg("demo").current_dir(folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut shown = Shown(child);
    let mut lines = BufReader::new(shown.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut said = Vec::new();
    while !said.last().is_some_and(|line: &String| line.contains("Ctrl-C")) {
        said.push(lines.next().expect("the demonstration went on"));
    }
    let address = |what: &str| -> String {
        let line = said.iter().find(|line| line.trim_start().starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };

    assert!(get(&address("Candour"), "/health/live").starts_with("HTTP/1.1 200"));
    let front = get(&address("Candour"), "/signin");
    assert!(front.contains("enter nothing real"), "{front}");
    assert!(get(&address("Mailbox"), "/").starts_with("HTTP/1.1 200"));
    assert!(get(&address("Sign-in"), "/.well-known/openid-configuration").contains("authorization_endpoint"));
    let (mut mailbox, begun) = (String::new(), std::time::Instant::now());
    while !mailbox.contains("helen.marlowe@thornmere.example") {
        assert!(begun.elapsed().as_secs() < 60, "no letter came");
        mailbox = get(&address("Mailbox"), "/");
    }

    tokio::runtime::Runtime::new().unwrap().block_on(everybody_comes_in_by_the_rules(&address("Candour")));

    let second = Command::new(env!("CARGO_BIN_EXE_candour")).arg("demo").current_dir(folder.path()).output();
    let words = String::from_utf8(second.unwrap().stderr).unwrap();
    assert!(words.contains("running in this folder already"), "{words}");
    assert!(shown.stop());
}

#[test]
fn a_database_that_is_not_its_own_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("var/demo")).unwrap();
    let file = folder.path().join("var/demo/candour.db");
    std::fs::write(&file, "somebody else's").unwrap();
    let ran =
        Command::new(env!("CARGO_BIN_EXE_candour")).arg("demo").current_dir(folder.path()).output().unwrap();
    assert!(!ran.status.success());
    assert!(String::from_utf8(ran.stderr).unwrap().contains("is not a database of the demonstration"));
    assert_eq!(std::fs::read_to_string(file).unwrap(), "somebody else's");
}

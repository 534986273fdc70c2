//! A form that is longer than Candour takes is answered with a page that says what to do, over a connection that holds until
//! everything was sent: a browser listens only then.

use crate::{
    databases::{TestDb, both_databases},
    school::{Cast, School},
};
use candour::web::http::security::FORM_LIMIT;
use macro_rules_attribute::apply;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// More than the buffers of two machines hold between them.
const SENT: usize = 8 * 1024 * 1024;

/// Sends everything as a browser does, and only then listens.
async fn sends(school: &School, head: &str, body: &[u8]) -> String {
    let mut socket = TcpStream::connect(school.address.strip_prefix("http://").unwrap()).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    for piece in body.chunks(64 * 1024) {
        socket.write_all(piece).await.expect("the connection holds while the form is sent");
    }
    let mut answer = vec![0; 64 * 1024];
    let mut read = 0;
    // Until the page is there whole; the connection may then stay open.
    while !String::from_utf8_lossy(&answer[..read]).contains("</html>") {
        match socket.read(&mut answer[read..]).await.expect("an answer, not a broken connection") {
            0 => break,
            more => read += more,
        }
    }
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

fn head(school: &School, cookie: &str, length: &str) -> String {
    let host = school.address.strip_prefix("http://").unwrap();
    format!(
        "POST /report HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n{length}\r\n\r\n"
    )
}

#[apply(both_databases!)]
async fn a_form_that_is_too_long_gets_a_page_and_not_a_broken_connection(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let body = vec![b'x'; SENT];
    let said = head(&school, &teacher.cookie, &format!("Content-Length: {SENT}"));
    let whole = sends(&school, &said, &body).await;

    // Without a length it is noticed on the way: pieces of an eighth of what a form may hold.
    let mut pieces = Vec::new();
    for piece in body.chunks(FORM_LIMIT / 8) {
        pieces.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        pieces.extend_from_slice(piece);
        pieces.extend_from_slice(b"\r\n");
    }
    pieces.extend_from_slice(b"0\r\n\r\n");
    let in_pieces =
        sends(&school, &head(&school, &teacher.cookie, "Transfer-Encoding: chunked"), &pieces).await;
    for answer in [whole, in_pieces] {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(
            answer.contains("What you sent is too long") && answer.contains("Nothing was saved"),
            "{answer}"
        );
    }
    assert_eq!(school.db.count("cases"), 0);
}

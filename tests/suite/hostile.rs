//! What somebody types who means harm (H3, H4, H5, H7, H8): in addresses, filters, cursors, forms and headers. It is
//! answered politely, changes nothing, and is never an error of the server.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::{Field, filled, form, pairs, words_of},
    school::{Answer, Cast, School, SignedInBrowser},
};
use actix_web::http::Method;
use candour::{
    domain::{
        kernel::ids::Reference,
        people::subject::{SubjectKind, SubjectRole},
    },
    web::http::{
        assets,
        audience::Audience,
        routes::ENDPOINTS,
        security::{FORM_LIMIT, Guard, Transport},
    },
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// SQL, times and numbers that are none, and bytes no database takes.
const BOGUS: [&str; 18] = [
    "' OR 1=1 --",
    "1; DROP TABLE cases; --",
    "\") UNION SELECT words FROM texts --",
    "submitted_at DESC",
    "%00",
    "%FF%FE",
    "%27%20OR%20%271%27=%271",
    "-1",
    "0",
    "99999999999999999999999",
    "-9223372036854775808_00000000-0000-7000-8000-000000000000",
    "9223372036854775807_00000000-0000-7000-8000-000000000000",
    "-8334601228800000000_00000000-0000-7000-8000-000000000000",
    "8210266876799999999_00000000-0000-7000-8000-000000000000",
    "-210866803200000001_00000000-0000-7000-8000-000000000000",
    "1e309_x",
    "NaN",
    "2026-02-31",
];

fn in_query(typed: &str) -> String {
    if typed.starts_with('%') {
        typed.to_owned()
    } else {
        url::form_urlencoded::byte_serialize(typed.as_bytes()).collect()
    }
}

/// A case led by the head, where every kind of thing can be done.
fn led_by_the_head(school: &School) -> Reference {
    let mut draft = school.draft("STF-COMM");
    draft.subjects = vec![
        school.about(school.person(Cast::OtherTeacher), SubjectKind::AdultHere, SubjectRole::Alleged),
        school.about(school.pupil("Kai Brook"), SubjectKind::Pupil, SubjectRole::Affected),
    ];
    school.report(Cast::Teacher, &draft).reference
}

/// An address with its parameters filled in; a reference is the case's.
fn address(pattern: &str, reference: &str, id: &str, term: &str) -> String {
    let path = pattern.replace("{reference}", reference).replace("{id}", id).replace("{term}", term);
    path.replace("{code}", "CON-INAPP")
}

/// Names with their values.
type Fields<'a> = &'a [(&'a str, &'a str)];

const SOME_ID: &str = "00000000-0000-7000-8000-000000000000";

/// The pages of acts that somebody who leads the case can open, and those besides that have a form.
async fn pages_with_forms(browser: &SignedInBrowser<'_>, reference: &Reference) -> Vec<String> {
    let mut pages = vec!["/report".to_owned(), "/settings".to_owned(), "/calendar".to_owned()];
    for endpoint in ENDPOINTS.iter().filter(|e| e.method == Method::POST && e.path.starts_with("/cases/")) {
        let path = address(endpoint.path, reference.as_str(), "", "");
        if !path.ends_with('/') && browser.get(&path).await.status == StatusCode::OK {
            pages.push(path);
        }
    }
    pages
}

#[track_caller]
fn polite(answer: &Answer, what: &str) {
    assert!(answer.status.as_u16() < 500, "{what}: {} {}", answer.status, words_of(&answer.body));
    for told in ["SELECT", "syntax", "sqlite", "postgres", "diesel", "panicked"] {
        assert!(!answer.body.contains(told), "{what} tells {told}: {}", words_of(&answer.body));
    }
}

/// H3, H8: SQL, bogus numbers, dates and bytes in every filter, cursor, page, reference, id and term: an answer of the
/// kind a wrong address gets, with nothing of the database in it, and everything is as it was.
#[apply(both_databases!)]
async fn h3_sql_in_a_filter_a_cursor_or_an_address_is_only_a_wrong_address(db: TestDb) {
    let school = School::open(db).await;
    let reference = led_by_the_head(&school);
    school.deliver().await;
    let head = school.sign_in(Cast::Head).await;
    let before = school.db.counts();
    for typed in BOGUS.map(in_query) {
        for list in ["/queue", "/cases", "/my-reports", "/statistics", "/calendar", "/report", "/"] {
            for name in ["show", "after", "sort", "page", "size", "limit", "done", "added"] {
                let path = format!("{list}?{name}={typed}");
                let answer = head.get(&path).await;
                polite(&answer, &path);
                if ["/queue", "/cases"].contains(&list) && ["show", "after"].contains(&name) {
                    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
                }
            }
        }
        for endpoint in ENDPOINTS.iter().filter(|e| e.method == Method::GET && e.path.contains('{')) {
            for (of, id, term) in [
                (typed.as_str(), SOME_ID, "summer-2026"),
                (reference.as_str(), typed.as_str(), "summer-2026"),
                (reference.as_str(), SOME_ID, typed.as_str()),
            ] {
                let path = address(endpoint.path, of, id, term);
                if path != address(endpoint.path, reference.as_str(), SOME_ID, "summer-2026") {
                    let answer = head.get(&path).await;
                    polite(&answer, &path);
                    // Of a case that was not triaged no answer can be changed, whichever is asked for: that is said first.
                    let is_too_early = endpoint.path.ends_with("/again") && path.contains(reference.as_str());
                    let said = if is_too_early { StatusCode::CONFLICT } else { StatusCode::NOT_FOUND };
                    assert_eq!(answer.status, said, "{path}");
                }
            }
        }
        for path in [
            "/signin?return_to=",
            "/signin/start?provider=",
            "/signin/callback?state=",
            "/signin/callback?code=",
        ] {
            polite(&school.get_as_nobody(&format!("{path}{typed}")).await, path);
        }
    }
    assert_eq!(school.db.counts(), before);
    assert_eq!(head.get(&format!("/cases/{reference}")).await.status, StatusCode::OK);
}

/// H3, H8: the same in every field of every form: it is words, or it is asked for again. Never an error of the server.
#[apply(both_databases!)]
async fn h8_bogus_values_in_every_field_of_every_form(db: TestDb) {
    let school = School::open(db).await;
    let reference = led_by_the_head(&school);
    school.deliver().await;
    let head = school.sign_in(Cast::Head).await;
    let pages = pages_with_forms(&head, &reference).await;
    assert!(pages.len() > 20, "{pages:?}");
    let bogus =
        ["'; DROP TABLE texts; --", "\u{0}", "-1", "99999999999999999999", "262144", "\u{661}\u{662}"];
    for page in &pages {
        // A case of its own for each: one may be ended or given away by what is typed.
        let fresh = led_by_the_head(&school);
        let page = &page.replace(reference.as_str(), fresh.as_str());
        let shown = head.get(page).await;
        let fields = form(&shown.body, page);
        for typed in bogus {
            for (spoilt, _) in fields.iter().filter(|(name, _)| name != "csrf") {
                // Nothing but the one field is wrong; a date with one bogus part is a date that is none.
                let mut all = filled(&fields, &[("adult", "yes")], &mut |_| "Words.".to_owned());
                all.retain(|(name, _)| name != spoilt);
                all.push((spoilt.clone(), typed.to_owned()));
                // A key of its own, so that each is a form nobody posted before.
                if spoilt != "idempotency" {
                    all.retain(|(name, _)| name != "idempotency");
                }
                let answer = head.post(page, &pairs(&all)).await;
                polite(&answer, &format!("{page} {spoilt}={typed:?}"));
            }
        }
    }
    assert!(school.db.count("texts") > 1, "the tables are there, and some of it was taken as words");
}

/// H8: days and times that are none are asked for again, next to their field, and nothing is kept.
#[apply(both_databases!)]
async fn h8_days_that_are_none_are_asked_for_again(db: TestDb) {
    let school = School::open(db).await;
    let reference = led_by_the_head(&school);
    school.deliver().await;
    let head = school.sign_in(Cast::Head).await;
    let before = school.db.counts();
    let days = [
        ("31", "2", "2026", "10:00"),
        ("0", "0", "0", "10:00"),
        ("1", "13", "2026", "10:00"),
        ("29", "2", "2027", "10:00"),
        ("1", "1", "99999", "10:00"),
        ("1", "1", "-1", "10:00"),
        ("1", "1", "262143", "10:00"),
        ("one", "two", "three", "four"),
        ("1", "11", "2026", "25:61"),
        ("29", "3", "2026", "01:30"),
        ("", "", "", ""),
    ];
    for (day, month, year, time) in days {
        let part = |name: &str| match name.rsplit('-').next() {
            Some("day") => day,
            Some("month") => month,
            Some("year") => year,
            _ => time,
        };
        for (page, moment, more) in [
            ("task", "due", &[("what", "Ring")][..]),
            ("refer", "made_at", &[("body", "lado"), ("made_at-when", "earlier")]),
            ("call-999", "called_at", &[("called_at-when", "earlier")]),
        ] {
            // A task is due on a day and has no time; the hour the clocks skip is a time of a real day.
            if page == "task" && ["25:61", "01:30"].contains(&time) {
                continue;
            }
            let names = ["day", "month", "year", "time"].map(|name| format!("{moment}-{name}"));
            let mut fields: Vec<(&str, &str)> =
                names.iter().map(|name| (name.as_str(), part(name))).collect();
            fields.extend_from_slice(more);
            let to = format!("/cases/{reference}/{page}");
            let answer = head.submit(&to, &to, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{page} {day}.{month}.{year} {time}");
        }
    }
    assert_eq!(school.db.counts(), before);
}

/// H4: a form without its token, with somebody else's, or from another site: refused on every address that posts,
/// and nothing changed. Getting an address changes nothing either, whatever its query says.
#[apply(both_databases!)]
async fn h4_no_address_is_moved_from_outside(db: TestDb) {
    let school = School::open(db).await;
    let reference = led_by_the_head(&school);
    school.deliver().await;
    let (head, dsl) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    let administrator = school.sign_in(Cast::Administrator).await;
    let (mine, hers, theirs) = (head.token().await, dsl.token().await, administrator.token().await);
    let before = school.db.counts();
    let evil = "https://evil.example";
    for endpoint in ENDPOINTS {
        let path = address(endpoint.path, reference.as_str(), SOME_ID, "summer-2026");
        if endpoint.path == "/signin/backchannel-logout" {
            // Servers post there. A token the provider signed is the only thing that moves it: arrivals.rs.
            let answer = head.post(&path, &[("logout_token", "x")]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        } else if endpoint.method == Method::POST {
            // Somebody whom the address is for, and the token of somebody else.
            let (browser, own, of_another) = if endpoint.audience == Audience::Administrator {
                (&administrator, &theirs, &hers)
            } else if endpoint.audience == Audience::DslDesk {
                (&dsl, &hers, &mine)
            } else {
                (&head, &mine, &hers)
            };
            let tries: [(&str, &str, Fields<'_>); 6] = [
                ("no token", "", &[]),
                ("a token of somebody else", of_another, &[]),
                ("from elsewhere", own, &[("origin", evil)]),
                ("from nowhere", own, &[("origin", "null")]),
                ("from another site", own, &[("sec-fetch-site", "cross-site"), ("origin", &school.address)]),
                ("from a neighbour", own, &[("sec-fetch-site", "same-site")]),
            ];
            for (what, token, headers) in tries {
                let fields =
                    [("csrf", token), ("note", "x"), ("reason", "x"), ("theme", "dark"), ("version", "1")];
                let answer = browser.post_with(&path, headers, &fields).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {what}");
                assert!(answer.headers.iter().all(|(name, _)| name != "set-cookie"), "{path} {what}");
            }
        } else {
            let path = format!("{path}?csrf={mine}&note=x&reason=x&version=1&words=x&owner={SOME_ID}&hash=x");
            polite(&head.get(&path).await, &path);
        }
    }
    // An address that only posts has nothing to get.
    for path in ["/lock", "/signout", &format!("/cases/{reference}/acknowledge")] {
        assert!(
            [404, 405].contains(&head.get(&format!("{path}?csrf={mine}")).await.status.as_u16()),
            "{path}"
        );
    }
    assert_eq!(school.db.counts(), before);
    assert_eq!(school.db.count("cases WHERE version = 1"), 1);
    assert_eq!(head.get("/settings").await.status, StatusCode::OK, "still signed in, the screen not hidden");
    let taken = head.post_with("/settings", &[("origin", &school.address)], &[("csrf", &mine)]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "our own form is taken");
}

/// H5: framing, sniffing, caching: the header table is on every address, whoever asks and however it goes, 404 and 503
/// included; only an asset may be kept. (A panic's 500 is held in `web::security`.)
#[apply(both_databases!)]
async fn h5_every_answer_of_every_address_carries_the_header_table(db: TestDb) {
    let school = School::open(db).await;
    let reference = led_by_the_head(&school);
    school.deliver().await;
    let head = school.sign_in(Cast::Head).await;
    let mut answers = Vec::new();
    for endpoint in ENDPOINTS {
        let path = address(endpoint.path, reference.as_str(), SOME_ID, "summer-2026");
        if endpoint.method == Method::GET {
            answers.push((path.clone(), school.get_as_nobody(&path).await));
            answers.push((path.clone(), head.get(&path).await));
        } else {
            answers.push((path.clone(), school.post_as_nobody(&path).await));
            answers.push((path.clone(), head.post(&path, &[]).await));
        }
    }
    for path in [
        "/nowhere",
        "/assets/nothing",
        "/queue?show=nothing",
        "/signin/start?provider=x",
        "/signin/callback?state[]=x",
    ] {
        answers.push((path.to_owned(), head.get(path).await));
    }
    answers.push(("too much".to_owned(), head.post("/report", &[("csrf", &"x".repeat(FORM_LIMIT))]).await));
    school.db.run_sql("ALTER TABLE sessions RENAME TO lost");
    answers.push(("no database".to_owned(), head.get("/queue").await));
    school.db.run_sql("ALTER TABLE lost RENAME TO sessions");
    let statuses: std::collections::BTreeSet<u16> =
        answers.iter().map(|(_, answer)| answer.status.as_u16()).collect();
    for status in [200, 303, 400, 403, 404, 413, 503] {
        assert!(statuses.contains(&status), "{status} is not among {statuses:?}");
    }
    for (path, answer) in &answers {
        has_the_table(path, answer);
        let kept =
            answer.headers.iter().find(|(name, _)| name == "cache-control").map(|(_, value)| value.as_str());
        assert_eq!(kept, Some("no-store"), "{path}");
    }
    has_the_table("an asset", &school.get_as_nobody(assets::APP_CSS).await);
}

/// H7: a huge body, a body of countless fields and one with endless keys: refused or read in good time.
#[apply(both_databases!)]
async fn h7_huge_bodies_are_refused_and_many_fields_are_read(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let token = teacher.token().await;
    let huge = "x".repeat(FORM_LIMIT);
    let refused = teacher.post_too_much("/report", &token, &huge).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", refused.body);
    let countless: Vec<(&str, &str)> =
        std::iter::once(("csrf", token.as_str())).chain((0..200_000).map(|_| ("a", ""))).collect();
    let answer = teacher.post("/report", &countless).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let deep = format!("{}x{}", "a[".repeat(10_000), "]".repeat(10_000));
    let answer = teacher.post("/report", &[("csrf", &token), (&deep, "1"), ("rows", "4294967295")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(school.db.count("cases"), 0);
}

#[track_caller]
pub fn has_the_table(path: &str, answer: &Answer) {
    let has = |name: &str, value: &str| answer.headers.iter().any(|(n, v)| n == name && v == value);
    for (name, value) in Guard::headers(Transport::Plain) {
        assert!(has(name.as_str(), value.to_str().unwrap()), "{path} ({}) has no {name}", answer.status);
    }
    let count = |name: &str| answer.headers.iter().filter(|(n, _)| n == name).count();
    assert_eq!(
        (count("x-request-id"), count("server"), count("content-security-policy")),
        (1, 0, 1),
        "{path}"
    );
}

/// A field that is only there for its kind.
#[test]
fn a_form_is_read_as_a_browser_would() {
    let page = "<form action=\"/x\"><input type=\"hidden\" name=\"csrf\" value=\"a&#34;b\"><textarea name=\"t\"></textarea>\
        <input name=\"on-day\"><input type=\"radio\" name=\"r\" value=\"1\"><input type=\"radio\" name=\"r\" value=\"2\">\
        <select name=\"s\"><option value=\"\"><option value=\"z\"></select></form><input name=\"outside\">";
    let fields = form(page, "/x");
    assert_eq!(fields[0], ("csrf".to_owned(), Field::Hidden("a\"b".to_owned())));
    let all = filled(&fields, &[("r", "2")], &mut |name| format!("words of {name}"));
    let all: Vec<(&str, &str)> = pairs(&all);
    assert_eq!(all, [("csrf", "a\"b"), ("t", "words of t"), ("on-day", "1"), ("r", "2"), ("s", "z")]);
}

//! Two pages, on one device or two, with the same draft: the older never wins. Both versions are kept, and both are shown.

use super::{CANARY, count, key, shown, typed};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::concern::WrittenOn,
    service::{
        Op,
        concern::drafts::{self, SaveOutcome, UnsentReport},
    },
    store::concern::forms::Form,
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::{BTreeMap, BTreeSet};

/// What was typed, with other words about what happened.
fn saying(words: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = typed();
    fields[1].1 = words;
    fields
}

/// Saves by itself what is on a page.
async fn saves(browser: &SignedInBrowser<'_>, page: &Answer, words: &'static str) -> u16 {
    browser.submit_from(page, "/drafts", &saying(words)).await.status.as_u16()
}

/// The words of every draft somebody has.
fn kept(school: &School, cast: Cast) -> BTreeSet<String> {
    let op = school.op(cast);
    let mine = drafts::mine(&school.db, &op).unwrap();
    let happened = |key: &str| {
        let fields = drafts::open(&school.db, &op, key).unwrap().fields;
        let mut pairs = url::form_urlencoded::parse(fields.as_bytes());
        pairs.find(|(name, _)| name == "happened").unwrap().1.into_owned()
    };
    mine.iter().map(|draft| happened(&draft.key)).collect()
}

fn are(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|words| (*words).to_owned()).collect()
}

/// X8: a draft is open on a telephone and on a laptop, and written on by both: neither loses a word. Sending one leaves the
/// other.
#[apply(both_databases!)]
async fn x8_two_devices_write_on_one_draft_and_both_versions_are_kept(db: TestDb) {
    let school = School::open(db).await;
    let (phone, laptop) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Teacher).await);
    let first = phone.get("/report").await;
    assert_eq!(saves(&phone, &first, "the beginning").await, 204);
    let address = format!("/report?draft={}", key(&first));
    let second = shown(&laptop, &address).await;
    assert_eq!(saves(&phone, &first, "the beginning, and more by telephone").await, 204);
    assert_eq!(
        saves(&laptop, &second, "the beginning, and more by laptop").await,
        201,
        "it has not seen that"
    );
    for (browser, page, words, status) in [
        (&laptop, &second, "by laptop", 201),
        (&phone, &first, "by telephone", 204),
        (&laptop, &second, "by laptop at last", 201),
    ] {
        assert_eq!(saves(browser, page, words).await, status, "{words}");
        assert_eq!(count(&school, Cast::Teacher), 2, "each page has the one draft");
    }
    assert_eq!(kept(&school, Cast::Teacher), are(&["by telephone", "by laptop at last"]));
    let list = shown(&laptop, "/drafts").await;
    assert_eq!(list.body.matches("One of 2 versions of this report.").count(), 2, "{}", words_of(&list.body));
    let mut later = saying("by laptop at last");
    later.push(("act", "later"));
    let saved = laptop.submit_from(&second, "/report", &later).await;
    assert_eq!(saved.location, "/drafts?saved=beside", "without scripts too");
    assert!(shown(&laptop, &saved.location).await.body.contains("both are kept"));

    let sent = laptop.submit_from(&second, "/report", &saying("by laptop at last")).await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", words_of(&sent.body));
    assert_eq!(kept(&school, Cast::Teacher), are(&["by telephone"]), "the other one stays");
    assert!(!shown(&laptop, "/drafts").await.body.contains("versions of this report"));
    assert_eq!(saves(&phone, &first, "by telephone").await, 208, "kept, though the report was sent");
    let added = phone.submit_from(&first, "/report", &saying("by telephone")).await;
    let reference =
        added.location.strip_prefix("/report/sent/").unwrap().split('?').next().unwrap().to_owned();
    assert!(sent.location.contains(&reference), "the same report: {}", added.location);
    let report = phone.get(&format!("/my-reports/{reference}")).await.body;
    assert!(report.contains("by laptop at last") && report.contains("by telephone"));
    assert_eq!(count(&school, Cast::Teacher), 0);
}

/// The page that shows what was saved last goes on with it; the one before it has a version of its own from then on.
#[apply(both_databases!)]
async fn x8_the_page_opened_last_goes_on_and_the_older_one_never_wins(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let older = teacher.get("/report").await;
    assert_eq!(saves(&teacher, &older, "one").await, 204);
    let address = format!("/report?draft={}", key(&older));
    let newer = shown(&teacher, &address).await;
    assert_eq!(saves(&teacher, &newer, "one, two").await, 204, "it showed what was saved last");
    // Nothing new is nothing to keep twice; and an older page that is emptied takes nothing of the newer along.
    assert_eq!(saves(&teacher, &older, "one, two").await, 204);
    assert_eq!(teacher.submit_from(&older, "/drafts", &[("rows", "3")]).await.status.as_u16(), 204);
    assert_eq!(kept(&school, Cast::Teacher), are(&["one, two"]));
    assert_eq!(saves(&teacher, &older, "one, three").await, 201);
    assert!(shown(&teacher, &address).await.body.contains("one, two"), "the newer one is what is opened");
    // A third page goes on with the version beside it, and the second page has another one again.
    let beside = drafts::mine(&school.db, &school.op(Cast::Teacher)).unwrap();
    let beside = beside.into_iter().find(|draft| draft.key != key(&older)).unwrap();
    let third = shown(&teacher, &format!("/report?draft={}", beside.key)).await;
    assert_eq!(saves(&teacher, &third, "one, three, four").await, 204);
    assert_eq!(saves(&teacher, &older, "one, three, five").await, 201);
    assert_eq!(kept(&school, Cast::Teacher), are(&["one, two", "one, three, four", "one, three, five"]));
    let list = shown(&teacher, "/drafts").await;
    assert_eq!(list.body.matches("One of 3 versions of this report.").count(), 3, "{}", words_of(&list.body));
    // A page that does not say what it shows is an older one.
    let tokens =
        ["csrf", "idempotency"].map(|name| (name, crate::school::hidden(&older.body, name).unwrap()));
    let mut bare: Vec<(&str, &str)> = tokens.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bare.extend(saying("of no page"));
    assert_eq!(teacher.post("/drafts", &bare).await.status, StatusCode::CREATED);
    assert_eq!(count(&school, Cast::Teacher), 4);
}

/// The list says when and with which device each version was saved.
#[apply(both_databases!)]
async fn a_draft_is_marked_with_its_device(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let page = teacher.get("/report").await;
    let tokens =
        ["csrf", "idempotency", "page"].map(|name| (name, crate::school::hidden(&page.body, name).unwrap()));
    let mut fields: Vec<(&str, &str)> = tokens.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.extend(typed());
    let says = "Mozilla/5.0 (X11; CrOS x86_64) Chrome/150.0 Safari/537.36";
    assert_eq!(teacher.post_with("/drafts", &[("user-agent", says)], &fields).await.status.as_u16(), 204);
    let list = shown(&teacher, "/drafts").await;
    assert!(list.body.contains("10:00, with Chrome on a Chromebook"), "{}", words_of(&list.body));
    assert!(!list.body.contains(CANARY));
    assert_eq!(markup::faults(&list.body), Vec::<String>::new());
}

/// What one of two pages does.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// It saves words that no page has yet.
    Saves(usize),
    /// It is drawn again.
    OpensAgain(usize),
}

const ALL: [Does; 4] = [Does::Saves(0), Does::Saves(1), Does::OpensAgain(0), Does::OpensAgain(1)];

/// A page, and which words whoever writes on it has seen there.
struct Page {
    written_on: WrittenOn,
    seen: BTreeSet<String>,
}

const KEY: &str = "a-form-of-two-pages";

fn opens(school: &School, op: &Op, name: String) -> Page {
    match drafts::open(&school.db, op, KEY) {
        Ok(opened) => Page {
            written_on: WrittenOn { page: name, version: opened.version },
            seen: BTreeSet::from([opened.fields]),
        },
        Err(_) => Page { written_on: WrittenOn { page: name, version: 0 }, seen: BTreeSet::new() },
    }
}

/// X8, in every order of four steps of two pages: what was kept goes only if the page that takes its place has shown it.
#[apply(both_databases!)]
async fn x8_in_no_order_is_a_word_lost_that_its_writer_has_not_seen(db: TestDb) {
    let school = School::open(db).await;
    let op = school.op(Cast::Teacher);
    let mine = || -> BTreeMap<String, String> {
        let mine = drafts::mine(&school.db, &op).unwrap();
        let opened = |key: String| (drafts::open(&school.db, &op, &key).unwrap().fields, key);
        mine.into_iter().map(|draft| opened(draft.key)).collect()
    };
    let form = Form { key: KEY.to_owned(), address: "/drafts".to_owned(), digest: String::new() };
    let mut were_beside = 0;
    for order in 0..ALL.len().pow(4) {
        let steps = (0..4).map(|at| ALL[order / ALL.len().pow(at) % ALL.len()]);
        let mut pages = ["first", "second"].map(|name| opens(&school, &op, format!("{name}-page-{order}")));
        for (at, step) in steps.enumerate() {
            match step {
                Does::OpensAgain(page) => {
                    pages[page] = opens(&school, &op, format!("page-{page}-{order}-{at}"))
                }
                Does::Saves(page) => {
                    let before = mine();
                    let words = format!("words-{order}-{at}");
                    let unsent = UnsentReport {
                        key: KEY.to_owned(),
                        category: None,
                        fields: words.clone(),
                        written_on: pages[page].written_on.clone(),
                        device: String::new(),
                    };
                    let outcome = drafts::save(&school.db, &op, &unsent, &form).unwrap();
                    were_beside += usize::from(outcome == SaveOutcome::Beside);
                    let after = mine();
                    assert!(after.contains_key(&words), "{order} {at}: what was saved is there");
                    for lost in before.keys().filter(|words| !after.contains_key(*words)) {
                        assert!(
                            pages[page].seen.contains(lost),
                            "{order} {at}: {lost} was not seen and is lost"
                        );
                    }
                    pages[page].seen.insert(words);
                }
            }
        }
        for key in mine().into_values() {
            drafts::delete(&school.db, &op, &key).unwrap();
        }
    }
    assert!(were_beside > 20, "two pages came in each other's way {were_beside} times");
}

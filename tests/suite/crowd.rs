//! Many people at one case in the same moment: nothing is lost, nothing happens twice, and the order stays (C9, C13).

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
};
use futures_util::future::join_all;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// People who write to the case, and how often each does.
const WRITERS: usize = 50;

/// A form as a page would post it, with a key of its own: fifty tabs.
async fn post(
    browser: &SignedInBrowser<'_>,
    token: &str,
    to: &str,
    key: &str,
    field: (&str, &str),
) -> Answer {
    browser.post(to, &[("csrf", token), ("idempotency", key), ("version", "1"), field]).await
}

/// The titles and the words of a timeline, latest first.
fn timeline(page: &str) -> Vec<String> {
    let from = page.find("moj-timeline\"").unwrap();
    words_of(&page[from..]).split(" | ").map(str::to_owned).collect()
}

/// C9: 50 writers on one case at once: 50 notes kept, exactly one of 50 changes of status wins, the rest are told,
/// nobody meets an error of the server, and the audit log is whole (which dropping the school checks).
#[apply(both_databases!)]
async fn c9_fifty_writers_of_one_case_keep_fifty_notes_and_change_it_once(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    school.deliver().await;
    let people = [school.sign_in(Cast::Dsl).await, school.sign_in(Cast::DeputyDsl).await];
    let tokens = [people[0].token().await, people[1].token().await];
    let before = school.db.counts();
    let (note, change) = (format!("/cases/{reference}/note"), format!("/cases/{reference}/acknowledge"));
    let words: Vec<String> = (0..WRITERS).map(|n| format!("Note number {n}.")).collect();
    let note_keys: Vec<String> = (0..WRITERS).map(|n| format!("note-key-{n}")).collect();
    let change_keys: Vec<String> = (0..WRITERS).map(|n| format!("change-key-{n}")).collect();
    let notes =
        (0..WRITERS).map(|n| post(&people[n % 2], &tokens[n % 2], &note, &note_keys[n], ("note", &words[n])));
    let changes =
        (0..WRITERS).map(|n| post(&people[n % 2], &tokens[n % 2], &change, &change_keys[n], ("more", "")));
    let (notes, changes) = tokio::join!(join_all(notes), join_all(changes));

    for answer in &notes {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
    }
    let won = changes.iter().filter(|answer| answer.status == StatusCode::SEE_OTHER).count();
    let told = changes.iter().filter(|answer| answer.status == StatusCode::CONFLICT).count();
    assert_eq!((won, told), (1, WRITERS - 1), "one wins and every other is told");
    let page = people[0].get(&format!("/cases/{reference}")).await.body;
    for words in &words {
        assert_eq!(page.matches(words.as_str()).count(), 1, "{words}");
    }
    let acts = |db: &[(&str, i64)], table: &str| db.iter().find(|(name, _)| *name == table).unwrap().1;
    let after = school.db.counts();
    for (table, more) in [("audit_entries", 51), ("texts", 50), ("forms", 51), ("cases", 0)] {
        assert_eq!(acts(&after, table) - acts(&before, table), more, "{table}");
    }
    assert_eq!(school.db.count("cases WHERE version = 2 AND status = 'acknowledged'"), 1);
}

/// C9: 50 people report in the same second: every one has a receipt of their own, and one entry in the audit log.
#[apply(both_databases!)]
async fn c9_fifty_reports_at_once_are_fifty_cases(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let token = teacher.token().await;
    let keys: Vec<String> = (0..WRITERS).map(|n| format!("report-key-{n}")).collect();
    let sent = join_all(keys.iter().map(|key| async {
        let fields = [
            ("csrf", token.as_str()),
            ("idempotency", key),
            ("category", "CON-INAPP"),
            ("happened", "It happened in the second lesson."),
            ("noticed", "now"),
            ("risk", "no"),
            ("adult", "no"),
        ];
        teacher.post("/report", &fields).await
    }))
    .await;
    let mut receipts: Vec<&str> = sent.iter().map(|answer| answer.location.as_str()).collect();
    assert!(sent.iter().all(|answer| answer.status == StatusCode::SEE_OTHER));
    receipts.sort_unstable();
    receipts.dedup();
    assert_eq!(receipts.len(), WRITERS);
    let counts = school.db.counts();
    for table in ["cases", "concerns", "audit_entries", "forms"] {
        assert!(counts.contains(&(table, 50)), "{counts:?}");
    }
    school.deliver().await;
}

/// C13: notes of the same second keep their order, whoever wrote them and however often the page is opened.
#[apply(both_databases!)]
async fn c13_notes_of_the_same_second_keep_their_order(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    school.deliver().await;
    let people = [school.sign_in(Cast::Dsl).await, school.sign_in(Cast::DeputyDsl).await];
    let to = format!("/cases/{reference}/note");
    let words: Vec<String> = (0..20).map(|n| format!("Words number {n}.")).collect();
    for (n, words) in words.iter().enumerate() {
        // The clock stands still all the while.
        let written = people[n % 2].submit(&to, &to, &[("note", words)]).await;
        assert_eq!(written.status, StatusCode::SEE_OTHER);
    }
    for browser in &people {
        let page = browser.get(&format!("/cases/{reference}")).await.body;
        let shown: Vec<String> =
            timeline(&page).into_iter().filter(|line| line.starts_with("Words number")).collect();
        let latest_first: Vec<String> = words.iter().rev().cloned().collect();
        assert_eq!(shown, latest_first);
    }
    assert_eq!(school.db.count("audit_entries WHERE act = 'note'"), 20);
}

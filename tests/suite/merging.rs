//! Merging over HTTP: the case that goes on has both concerns, every reporter keeps their own, and nobody sees more.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    school::{Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::lifecycle::workflow::Move,
        governors::{RawCounts, Term, TermKey},
        kernel::{ids::Reference, text::Narrative},
        people::subject::{SubjectKind, SubjectRole},
    },
    service::{case::read, clock::Randomness},
    store::governors::counts,
};
use chrono::{NaiveDate, TimeDelta};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// A concern about a pupil who saw something, in these words.
fn reported(school: &School, by: Cast, words: &str, pupil: &str) -> Reference {
    let mut draft = school.draft("CON-INAPP");
    draft.happened = Narrative::parse(words).unwrap();
    draft.subjects = vec![school.about(school.pupil(pupil), SubjectKind::Pupil, SubjectRole::Affected)];
    school.report(by, &draft).reference
}

async fn merges(
    browser: &SignedInBrowser<'_>,
    source: &Reference,
    target: &Reference,
) -> crate::school::Answer {
    let page = format!("/cases/{source}/merge");
    browser.submit(&page, &page, &[("target", target.as_str())]).await
}

async fn acts(browser: &SignedInBrowser<'_>, reference: &Reference, act: &str, fields: &[(&str, &str)]) {
    let page = format!("/cases/{reference}/{act}");
    let done = browser.submit(&page, &page, fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.body);
}

/// C6, C7: one act. Its lead reads both, the old address leads on, each reporter sees their own and what became of it.
#[apply(both_databases!)]
async fn c7_a_merged_case_goes_on_in_the_other(db: TestDb) {
    let school = School::open(db).await;
    let target = reported(&school, Cast::OtherTeacher, "The second teacher's words", "Kai Brook");
    school.hands.forward(TimeDelta::minutes(5));
    let source = reported(&school, Cast::Teacher, "The first teacher's words", "Ellie Marsh");
    let olive = school.sign_in(Cast::OnlineSafety).await;
    acts(&olive, &source, "note", &[("note", "Noted before the merge")]).await;
    let merged = merges(&olive, &source, &target).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.body);
    let moved = olive.get(&merged.location).await;
    assert_eq!(moved.location, format!("/cases/{target}?done=gather"));
    let shown = olive.get(&moved.location).await;
    assert_eq!(markup::faults(&shown.body), Vec::<String>::new());
    for words in
        ["The first teacher&#39;s words", "The second teacher&#39;s words", "Ellie Marsh", "Kai Brook"]
    {
        assert!(shown.body.contains(words), "{words}");
    }
    assert!(shown.body.contains(&format!("Linked case {source}")));
    let old = olive.get(&format!("/cases/{source}?as=it-was")).await;
    assert_eq!(old.status, StatusCode::OK);
    assert!(
        old.body.contains("Noted before the merge") && old.body.contains(&format!("Linked case {target}"))
    );

    // Every reporter keeps their own address, words and status, and nothing of the other's.
    let tessa = school.sign_in(Cast::Teacher).await;
    let mine = format!("/my-reports/{source}");
    let own = tessa.get(&mine).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.body.contains("The first teacher&#39;s words") && !own.body.contains("The second teacher"));
    assert!(!own.body.contains(target.as_str()) && own.body.contains("Received"));
    assert_eq!(tessa.get(&format!("/my-reports/{target}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(tessa.get(&format!("/report/sent/{source}")).await.status, StatusCode::OK);
    let added = tessa.submit(&mine, &format!("{mine}/add"), &[("words", "I forgot the time")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    assert!(tessa.get(&mine).await.body.contains("I forgot the time"));
    assert!(
        olive.get(&format!("/cases/{target}")).await.body.contains("I forgot the time"),
        "its lead reads it"
    );

    // The source's reporter follows the case that goes on.
    let shown = olive.get(&format!("/cases/{target}")).await;
    let acknowledged = olive.submit_from(&shown, &format!("/cases/{target}/acknowledge"), &[]).await;
    assert_eq!(acknowledged.status, StatusCode::SEE_OTHER);
    assert!(tessa.get(&mine).await.body.contains("Being dealt with"));
    assert!(tessa.get("/my-reports").await.body.contains("Being dealt with"));

    // Both events are on the timeline of their case, once.
    for (reference, act) in [(&source, Move::Merge), (&target, Move::Gather)] {
        let read::CaseView::Full(full) =
            read::case(&school.db, &school.op(Cast::OnlineSafety), reference, &mut Randomness).unwrap()
        else {
            panic!()
        };
        assert_eq!(full.timeline.iter().filter(|line| line.entry.act == act).count(), 1);
    }
    // Merged already, and never in a circle.
    let circle = merges(&olive, &target, &source).await;
    assert_eq!(circle.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// A person who comes to be excluded from the case that goes on loses the old address too, and nobody who can open only
/// one of the two learns of the other.
#[apply(both_databases!)]
async fn c7_a_merge_tells_nobody_more_than_they_may_know(db: TestDb) {
    let school = School::open(db).await;
    let target = reported(&school, Cast::OtherTeacher, "Words of the other", "Kai Brook");
    let source = reported(&school, Cast::Teacher, "Words of this one", "Ellie Marsh");
    let olive = school.sign_in(Cast::OnlineSafety).await;
    let siro = school.person(Cast::Siro).to_string();
    acts(&olive, &source, "share", &[("person", &siro), ("as", "reader"), ("reason", "To help.")]).await;
    assert_eq!(merges(&olive, &source, &target).await.status, StatusCode::SEE_OTHER);

    // A reader of the old case alone still reads it, and is not told where it went.
    let silas = school.sign_in(Cast::Siro).await;
    let old = silas.get(&format!("/cases/{source}")).await;
    assert_eq!(old.status, StatusCode::OK);
    assert!(!old.body.contains(target.as_str()) && old.body.contains("another case"));
    assert_eq!(silas.get(&format!("/cases/{target}")).await.status, StatusCode::NOT_FOUND);

    // He is named in the case that goes on: now he opens neither, and his own report is still his.
    acts(
        &olive,
        &target,
        "people",
        &[("who", Cast::Siro.name()), ("kind", "adult_here"), ("role", "named_only")],
    )
    .await;
    for reference in [&source, &target] {
        assert_eq!(silas.get(&format!("/cases/{reference}")).await.status, StatusCode::NOT_FOUND);
    }
    // So it is for a reporter who becomes somebody it is about: their right to their own report is another one.
    acts(
        &olive,
        &target,
        "people",
        &[("who", Cast::Teacher.name()), ("kind", "adult_here"), ("role", "alleged")],
    )
    .await;
    let tessa = school.sign_in(Cast::Teacher).await;
    let own = tessa.get(&format!("/my-reports/{source}")).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.body.contains("Words of this one") && !own.body.contains("Words of the other"));
    assert_eq!(tessa.get(&format!("/cases/{source}")).await.status, StatusCode::NOT_FOUND);
}

/// A merged case is on the desk once, and counted once: in the case that goes on, where its first concern was sent.
#[apply(both_databases!)]
async fn a_merged_case_counts_once(db: TestDb) {
    let school = School::open(db).await;
    let first = school.clock.now();
    let source = reported(&school, Cast::Teacher, "One", "Ellie Marsh");
    school.hands.forward(TimeDelta::hours(1));
    let later = school.clock.now();
    let target = reported(&school, Cast::OtherTeacher, "Two", "Kai Brook");
    school.hands.forward(TimeDelta::hours(1));
    let olive = school.sign_in(Cast::OnlineSafety).await;
    let viewer = school.viewer(Cast::OnlineSafety);
    let key: TermKey = "autumn-2026".parse().unwrap();
    let counted = |from, until| {
        let day = NaiveDate::MIN;
        let term = Term { key, first: day, last: day, from, until };
        school.db.read(|tx| counts::of_term(tx, &viewer, &term, &BTreeSet::new())).unwrap()
    };
    let nothing = RawCounts::builder(key).build();
    let (one, other) = (counted(first, later), counted(later, school.clock.now()));
    assert!(one != nothing && other != nothing, "each by itself");
    let both = counted(first, school.clock.now());
    assert_eq!(merges(&olive, &source, &target).await.status, StatusCode::SEE_OTHER);
    assert_eq!(counted(later, school.clock.now()), nothing);
    let now = counted(first, school.clock.now());
    assert!(now != nothing && now != both, "one and not two");
    assert_eq!(counted(first, later), now);
    let queue = olive.get("/queue").await.body;
    assert!(queue.contains(target.as_str()) && !queue.contains(source.as_str()));
}

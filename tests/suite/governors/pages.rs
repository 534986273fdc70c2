//! The pages of term reports over HTTP: who gets which, what they show, and that publishing goes through them.

use crate::{
    browser::{Browser, vocabulary::UP_TO_A_LAPTOP},
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser, hidden},
};
use candour::domain::{
    concern::{DraftSubject, HowKnown, Somebody},
    people::subject::{SubjectKind, SubjectRole},
    school::categories,
};
use chrono::{TimeZone, Utc};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const REPORT: &str = "/statistics/autumn-2026";
const APPROVE: &str = "/statistics/autumn-2026/approve";

/// `times` concerns of every category in turn, known in every way in turn, some about pupils.
fn a_term_of(school: &School, times: usize) {
    let categories = categories::all().iter().cycle();
    let ways = HowKnown::ALL.iter().filter(|how| **how != HowKnown::SelfReport).cycle();
    for (n, (category, how)) in categories.zip(ways).take(times).enumerate() {
        let mut draft = school.draft(category.code.as_str());
        draft.optional.how_known = Some(*how);
        if n % 2 == 0 {
            draft.subjects = vec![DraftSubject {
                who: Somebody::Known(school.pupil("Ellie Marsh")),
                kind: SubjectKind::Pupil,
                role: SubjectRole::Affected,
            }];
        }
        school.report(Cast::Teacher, &draft);
    }
}

fn in_january(school: &School) {
    school.hands.set(Utc.with_ymd_and_hms(2027, 1, 5, 9, 0, 0).unwrap());
}

fn is_right(page: &Answer) {
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    assert_eq!(markup::faults(&page.body), Vec::<String>::new());
}

/// The governor of both schools, who is in this one.
async fn governor_of(school: &School) -> SignedInBrowser<'_> {
    let governor = school.sign_in(Cast::Governor).await;
    let id = school.school.to_string();
    if governor.get("/schools").await.body.contains(&id) {
        let moved = governor.submit("/schools", "/schools", &[("school", &id)]).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER);
    }
    governor
}

async fn publish(school: &School, approve: &str) -> Answer {
    let head = school.sign_in(Cast::Head).await;
    let preview = head.get(approve).await;
    is_right(&preview);
    let hash = hidden(&preview.body, "hash").unwrap();
    head.submit_from(&preview, approve, &[("hash", &hash)]).await
}

#[apply(both_databases!)]
async fn the_head_looks_publishes_and_governors_read(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 120);
    in_january(&school);
    let governor = governor_of(&school).await;
    let list = governor.get("/statistics").await;
    is_right(&list);
    assert!(list.body.contains("No report has been published yet") && !list.body.contains("Preview"));
    assert_eq!(governor.get(REPORT).await.status, StatusCode::NOT_FOUND);
    assert_eq!(publish(&school, "/statistics/summer-2026/approve").await.status, StatusCode::SEE_OTHER);
    let published = publish(&school, APPROVE).await;
    assert_eq!((published.status, published.location.as_str()), (StatusCode::SEE_OTHER, REPORT));
    let report = governor.get(REPORT).await;
    is_right(&report);
    for words in [
        "Safeguarding and online safety: autumn term 2026",
        "Staff recorded",
        "The 4 Cs of online safety",
        "Cases recorded each term",
        "Questions governors could ask",
        "What is counted",
        "c-range",
        "fewer than 5",
    ] {
        assert!(report.body.contains(words), "{words}");
    }
    let list = governor.get("/statistics").await;
    is_right(&list);
    let place = |term: &str| list.body.find(&format!("/statistics/{term}\"")).unwrap();
    assert!(place("autumn-2026") < place("summer-2026"), "the latest term comes first");
    // In the other school the same governor reads that school's reports: none.
    let other = school.other_school.to_string();
    governor.submit("/schools", "/schools", &[("school", &other)]).await;
    assert_eq!(governor.get(REPORT).await.status, StatusCode::NOT_FOUND);
    // Published is published: there is nothing to preview any more.
    let head = school.sign_in(Cast::Head).await;
    assert_eq!(head.get(APPROVE).await.status, StatusCode::CONFLICT);
}

#[apply(both_databases!)]
async fn every_bar_of_a_small_number_is_drawn_alike(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 120);
    in_january(&school);
    publish(&school, APPROVE).await;
    let report = governor_of(&school).await.get(REPORT).await;
    let ranges: Vec<&str> =
        report.body.lines().filter(|line| line.contains("c-range")).map(str::trim).collect();
    assert!(ranges.len() > 1);
    let drawn = |line: &str| line[line.find("<rect").unwrap()..line.find("</svg>").unwrap()].to_owned();
    assert!(ranges.iter().all(|line| drawn(line) == drawn(ranges[0])), "{ranges:#?}");
    let hidden: Vec<&str> = report.body.split("<tr").filter(|row| row.contains(">hidden<")).collect();
    assert!(!hidden.is_empty() && hidden.iter().all(|row| !row.contains("<rect")), "{hidden:#?}");
}

/// Rounded totals stand beside exact numbers: both pages say why.
#[apply(both_databases!)]
async fn a_rounded_total_beside_exact_numbers_is_explained(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 122);
    in_january(&school);
    publish(&school, "/statistics/summer-2026/approve").await;
    let governor = governor_of(&school).await;
    const WHY: &str = "would show the ones that are hidden. A number without";
    assert!(!governor.get("/statistics").await.body.contains(WHY), "nothing is rounded yet");
    publish(&school, APPROVE).await;
    let report = governor.get(REPORT).await;
    is_right(&report);
    assert!(report.body.contains("about 120"), "{}", report.body);
    for page in [REPORT, "/statistics"] {
        assert!(governor.get(page).await.body.contains(WHY), "{page}");
    }
}

/// People who prepare reports see when the running term ends; governors do not, and nobody sees a number of it.
#[apply(both_databases!)]
async fn the_head_sees_which_terms_are_to_come_and_no_number_of_them(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 37);
    let head = school.sign_in(Cast::Head).await;
    let list = head.get("/statistics").await;
    is_right(&list);
    for words in [
        "Terms that are not over",
        "Autumn term 2026",
        "Fri 18 Dec 2026",
        "Sat 19 Dec 2026",
        "Spring term 2027",
    ] {
        assert!(list.body.contains(words), "{words}");
    }
    assert!(list.body.contains("Preview the report for summer term 2026"), "an ended one waits as before");
    assert!(
        !list.body.contains("autumn-2026") && !words_of(&list.body).contains("37"),
        "nothing leads to a running term"
    );
    assert!(
        school.sign_in(Cast::Dsl).await.get("/statistics").await.body.contains("Terms that are not over")
    );
    assert!(!governor_of(&school).await.get("/statistics").await.body.contains("not over"));
    // The last term of the calendar is over: she reads what to do.
    school.hands.set(Utc.with_ymd_and_hms(2027, 4, 1, 9, 0, 0).unwrap());
    let list = school.sign_in(Cast::Head).await.get("/statistics").await;
    is_right(&list);
    assert!(list.body.contains("Add the coming terms to the calendar"), "{}", list.body);
}

#[apply(both_databases!)]
async fn a_small_school_reads_folded_tables(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 9);
    in_january(&school);
    publish(&school, APPROVE).await;
    let report = governor_of(&school).await.get(REPORT).await;
    is_right(&report);
    assert!(report.body.contains("could point to one person."));
    assert!(report.body.contains("Staff recorded 9 cases in autumn term 2026."));
}

#[apply(both_databases!)]
async fn fewer_than_five_cases_are_a_headline(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 2);
    in_january(&school);
    publish(&school, APPROVE).await;
    let report = governor_of(&school).await.get(REPORT).await;
    is_right(&report);
    assert!(report.body.contains("Staff recorded fewer than 5 cases") && !report.body.contains("<table"));
}

#[apply(both_databases!)]
async fn each_page_is_for_whom_it_is_for(db: TestDb) {
    let school = School::open(db).await;
    a_term_of(&school, 12);
    in_january(&school);
    for cast in Cast::ALL {
        let browser = school.sign_in(cast).await;
        let reads = matches!(
            cast,
            Cast::Governor
                | Cast::Chair
                | Cast::Head
                | Cast::DeputyHead
                | Cast::Dsl
                | Cast::DeputyDsl
                | Cast::OnlineSafety
        );
        let previews = matches!(cast, Cast::Head | Cast::DeputyHead | Cast::Dsl | Cast::DeputyDsl);
        let expected = |may| if may { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(browser.get("/statistics").await.status, expected(reads), "{cast:?} lists");
        let preview = browser.get(APPROVE).await;
        assert_eq!(preview.status, expected(previews), "{cast:?} previews");
        assert_eq!(preview.body.contains("Publish this report"), cast == Cast::Head, "{cast:?} publishes");
        if cast != Cast::Head {
            let posted = browser.submit("/settings", APPROVE, &[("hash", "x")]).await;
            assert_eq!(posted.status, StatusCode::NOT_FOUND, "{cast:?} publishes");
        }
        assert_eq!(browser.get("/statistics/no-such-term").await.status, StatusCode::NOT_FOUND);
    }
    // What was looked at is what is published, or nothing.
    let head = school.sign_in(Cast::Head).await;
    assert_eq!(head.submit(APPROVE, APPROVE, &[("hash", "x")]).await.status, StatusCode::CONFLICT);
    assert_eq!(governor_of(&school).await.get(REPORT).await.status, StatusCode::NOT_FOUND);
}

#[actix_web::test]
async fn in_a_browser_the_head_publishes_and_the_report_is_accessible() {
    let school = School::open(TestDb::sqlite()).await;
    a_term_of(&school, 120);
    in_january(&school);
    publish(&school, "/statistics/summer-2026/approve").await;
    let browser = Browser::open().await;
    browser.signs_in(&school, Cast::Head, "/statistics").await;
    browser.is_right_on(&UP_TO_A_LAPTOP, "statistics-list").await;
    browser.click("Preview the report for autumn term 2026").await;
    browser.arrives_in(&school, APPROVE).await;
    browser.is_right_on(&UP_TO_A_LAPTOP, "statistics-preview").await;
    browser.click("Publish this report").await;
    browser.arrives_in(&school, REPORT).await;
    browser.is_right_on(&UP_TO_A_LAPTOP, "statistics-report").await;
}

//! Emergency access over HTTP: who comes to the page, what it opens, and what it never tells.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::domain::{
    kernel::ids::Reference,
    people::subject::{SubjectKind, SubjectRole},
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const PAGE: &str = "/break-glass";

async fn breaks(browser: &SignedInBrowser<'_>, reference: &str) -> Answer {
    browser.submit(PAGE, PAGE, &[("reference", reference), ("reason", "A canary reason")]).await
}

/// A case of the online safety desk that the head oversees, restricted or sealed by her; and where that led her.
async fn restricted_by_the_head(
    school: &School,
    hattie: &SignedInBrowser<'_>,
    to: &str,
) -> (Reference, String) {
    let mut draft = school.draft("CON-INAPP");
    draft.subjects =
        vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let page = format!("/cases/{reference}/restrict");
    let saved = hattie.submit(&page, &page, &[("restriction", to), ("reason", "The family asked.")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    (reference, saved.location)
}

/// The head restricts a case she only oversees, is told how to come back, does, and lifts it; the desk reads why.
#[apply(both_databases!)]
async fn a_head_who_shut_herself_out_comes_back_and_lifts_it(db: TestDb) {
    let school = School::open(db).await;
    let hattie = school.sign_in(Cast::Head).await;
    let (reference, led_to) = restricted_by_the_head(&school, &hattie, "restricted").await;
    let case = format!("/cases/{reference}");
    assert_eq!(led_to, format!("{PAGE}?reference={reference}"));
    assert_eq!(hattie.get(&case).await.status, StatusCode::NOT_FOUND);
    let page = hattie.get(&led_to).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(markup::faults(&page.body), Vec::<String>::new());
    assert!(page.body.contains(&format!("value=\"{reference}\"")));
    assert!(hattie.get("/queue").await.body.contains("href=\"/break-glass\""));

    let before = school.deliver().await.into_iter().filter(|to| to.contains("online")).count();
    let olive = school.sign_in(Cast::OnlineSafety).await;
    olive.get("/queue").await;
    let opened = breaks(&hattie, reference.as_str()).await;
    assert_eq!(opened.location, format!("{case}?done=break_glass"));
    let shown = hattie.get(&opened.location).await;
    assert_eq!(shown.status, StatusCode::OK);
    let after = school.deliver().await.into_iter().filter(|to| to.contains("online")).count();
    assert_eq!(after, before + 1, "the lead is told");
    let seen = olive.get(&case).await;
    assert!(seen.body.contains("Emergency access for 24 hours") && seen.body.contains("A canary reason"));

    let restrict = format!("{case}/restrict");
    let lifted =
        hattie.submit(&restrict, &restrict, &[("restriction", "open"), ("reason", "It is over.")]).await;
    assert_eq!(lifted.location, format!("{case}?done=restrict"));
    school.hands.forward(TimeDelta::days(2));
    let hattie = school.sign_in(Cast::Head).await;
    assert_eq!(hattie.get(&case).await.status, StatusCode::OK, "she oversees it again");
}

/// After a day it is shut again.
#[apply(both_databases!)]
async fn what_was_opened_is_shut_a_day_later(db: TestDb) {
    let school = School::open(db).await;
    let hattie = school.sign_in(Cast::Head).await;
    let (reference, _) = restricted_by_the_head(&school, &hattie, "sealed").await;
    let case = format!("/cases/{reference}");
    assert_eq!(breaks(&hattie, reference.as_str()).await.status, StatusCode::SEE_OTHER);
    school.hands.forward(TimeDelta::hours(24));
    let hattie = school.sign_in(Cast::Head).await;
    assert_eq!(hattie.get(&case).await.status, StatusCode::NOT_FOUND);
    assert!(!hattie.get("/cases").await.body.contains(reference.as_str()));
}

/// C8, P0: a case that is not there, one she is excluded from and one nobody shut are answered alike; nobody else
/// comes to the page at all.
#[apply(both_databases!)]
async fn c8_the_page_never_says_which_cases_there_are(db: TestDb) {
    let school = School::open(db).await;
    let mut hidden = school.draft("STF-COMM");
    hidden.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let hidden = school.report(Cast::Teacher, &hidden).reference;
    let hattie = school.sign_in(Cast::Head).await;
    let seal = format!("/cases/{hidden}/restrict");
    let sealed = hattie.submit(&seal, &seal, &[("restriction", "sealed"), ("reason", "So.")]).await;
    assert_eq!(sealed.status, StatusCode::SEE_OTHER);
    let open = school.report(Cast::Teacher, &school.draft("SYS-PHISH")).reference;

    let dinah = school.sign_in(Cast::Dsl).await;
    let mut answers = Vec::new();
    for reference in [hidden.as_str(), open.as_str(), "CAN-0000-0000"] {
        let page = dinah.get(PAGE).await;
        let answer =
            dinah.submit_from(&page, PAGE, &[("reference", reference), ("reason", "A canary reason")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{reference}");
        assert_eq!(markup::faults(&answer.body), Vec::<String>::new());
        assert!(answer.body.contains("A canary reason"), "nothing typed is lost");
        // Every answer has a key and a token of its own.
        let own = ["idempotency", "csrf"].map(|name| crate::school::hidden(&answer.body, name).unwrap());
        let body = own.iter().fold(answer.body, |body, own| body.replace(own, "OWN"));
        answers.push(body.replace(reference, "REFERENCE"));
    }
    assert_eq!(answers[0], answers[2], "one she is excluded from");
    assert_eq!(answers[1], answers[2], "one that is not restricted");
    assert_eq!(dinah.get(&format!("/cases/{hidden}")).await.status, StatusCode::NOT_FOUND);
    for cast in [Cast::Teacher, Cast::OnlineSafety, Cast::DeputyDsl, Cast::Administrator, Cast::Governor] {
        let other = school.sign_in(cast).await;
        assert_eq!(other.get(PAGE).await.status, StatusCode::NOT_FOUND, "{cast:?}");
        assert!(!other.get("/queue").await.body.contains("break-glass"), "{cast:?}");
    }
}

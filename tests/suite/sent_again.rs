//! R10: a report sent twice, gone back to, or sent again with more is one concern; with another answer it is another one.

use crate::{
    databases::{TestDb, both_databases},
    reporting::{receipt, reference, shown, with},
    school::{Cast, School},
};
use candour::service::concern::report;
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// R10: a double click, and the same page sent again later, are one concern.
#[apply(both_databases!)]
async fn r10_a_double_click_and_a_repeat_are_one_concern(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    let fields = with(&[]);
    let (one, other) = tokio::join!(
        teacher.submit_from(&form, "/report", &fields),
        teacher.submit_from(&form, "/report", &fields),
    );
    let again = teacher.submit_from(&form, "/report", &fields).await;
    for answer in [&one, &other, &again] {
        assert_eq!((answer.status, &answer.location), (StatusCode::SEE_OTHER, &one.location));
    }
    let mine = report::mine(&school.db, &school.op(Cast::Teacher)).unwrap();
    assert_eq!(mine.len(), 1);
    assert!(shown(&teacher, &again.location).await.contains("(DSL)"), "who was told is said again");
}

/// R10: Back, a sentence added, sent again: kept as an addition, and the page says so.
#[apply(both_databases!)]
async fn r10_back_and_a_sentence_more_is_an_addition(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    let first = teacher.submit_from(&form, "/report", &with(&[])).await;
    let more = with(&[("happened", "A pupil showed me a post. She was upset.")]);
    let second = teacher.submit_from(&form, "/report", &more).await;
    assert_eq!(reference(&first), reference(&second));
    assert!(receipt(&teacher, &second).await.contains("kept as an addition"));
    let op = school.op(Cast::Teacher);
    let own = report::my_report(&school.db, &op, &reference(&first)).unwrap().report;
    assert_eq!(own.happened, "A pupil showed me a post.");
    assert_eq!(own.additions[0].1, "A pupil showed me a post. She was upset.");
    assert_eq!(report::mine(&school.db, &op).unwrap().len(), 1);
}

/// R10: the page that was sent has an address of its own, which Back goes to: it says that it was sent. The address is
/// no trap for a reporter who comes back to it much later.
#[apply(both_databases!)]
async fn r10_the_page_gone_back_to_says_that_it_was_sent(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let page = "/report?form=a-page-of-its-own";
    let form = teacher.get(page).await;
    let sent = teacher.submit_from(&form, "/report", &with(&[])).await;
    let back = teacher.get(page).await;
    assert!(back.body.contains(&format!("You have sent this report already: {}", reference(&sent))));
    let more = with(&[("happened", "A pupil showed me a post. She was upset.")]);
    assert_eq!(reference(&teacher.submit_from(&back, "/report", &more).await), reference(&sent));
    school.hands.forward(TimeDelta::minutes(31));
    let later = teacher.get(page).await;
    assert!(later.location.starts_with("/report?form=") && later.location != page, "{}", later.location);
    let another = teacher.get(&later.location).await;
    assert!(!another.body.contains("You have sent this report already"));
    let sent_later = teacher.submit_from(&another, "/report", &with(&[])).await;
    assert_ne!(reference(&sent_later), reference(&sent));
}

/// R10: sent again with another answer, it is a concern of its own: an addition would reach the people of the first.
#[apply(both_databases!)]
async fn r10_another_answer_is_another_concern(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    let first = teacher.submit_from(&form, "/report", &with(&[])).await;
    let about = with(&[("adult", "yes"), ("which", "dsl")]);
    let second = teacher.submit_from(&form, "/report", &about).await;
    assert_ne!(reference(&second), reference(&first));
    assert_eq!(
        reference(&teacher.submit_from(&form, "/report", &about).await),
        reference(&second),
        "a double click"
    );
    let dsl = school.sign_in(Cast::Dsl).await;
    assert_eq!(dsl.get(&format!("/cases/{}", reference(&first))).await.status, StatusCode::OK);
    assert_eq!(dsl.get(&format!("/cases/{}", reference(&second))).await.status, StatusCode::NOT_FOUND);
    // Its receipt gives nobody the number of whom it is about.
    let shown = receipt(&teacher, &second).await;
    assert!(!shown.contains("01632 960 001"), "{shown}");
}

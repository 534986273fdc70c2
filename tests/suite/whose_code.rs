//! A code in the wrong hands: the person who enters it is asked who it is for, and an account that is somebody already
//! does not become somebody else.

use crate::{
    account_linking::Scene,
    databases::{TestDb, both_databases},
    school::{Cast, School},
};
use candour::{
    domain::{
        entry::first_sign_in::{Mark, Pin, Rules},
        kernel::ids::PersonId,
        people::PersonKind,
    },
    service::{clock::Randomness, entry::codes},
    store::people::staff,
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use serde_json::json;

const OUTSIDE: &str = "/signin/code";
const INSIDE: &str = "/settings/code";

/// Staff are known by an id of the school's directory.
pub fn by_number() -> Rules {
    Rules {
        pin: Pin::Vouched { claim: "employee_number".to_owned() },
        staff: Mark::parse("groups=staff"),
        ..Rules::by_code_only()
    }
}

pub fn code_for(school: &School, made_by: Cast, person: PersonId) -> String {
    codes::make_code(&school.db, &school.op(made_by), person, &mut Randomness).unwrap().0.as_handed_over()
}

#[apply(both_databases!)]
async fn whoever_enters_a_code_is_asked_whom_it_is_for_before_it_is_used(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let (school, head) = (&scene.school, scene.school.person(Cast::Head));
    let bound = || school.db.count(&format!("bindings WHERE person_id = '{head}'"));
    let before = bound();
    let code = code_for(school, Cast::Chair, head);
    let outside = scene.stays_outside().await;
    let asked = outside.submit(OUTSIDE, OUTSIDE, &[("code", &code)]).await;
    assert_eq!(asked.status, StatusCode::OK);
    let question = "This code is for <strong>Hattie Head</strong> of Upton School. Is that you?";
    assert!(asked.body.contains(question), "{}", asked.body);
    assert!(asked.body.contains("The account you signed in with is called Ann Other."), "{}", asked.body);
    let no = outside.submit_from(&asked, OUTSIDE, &[("code", &code), ("answer", "no")]).await;
    assert!(
        no.status == StatusCode::OK && no.body.contains("Give it back to the person who handed it to you")
    );
    assert_eq!(bound(), before, "looking binds nobody");
    assert_eq!(outside.get("/queue").await.status, StatusCode::SEE_OTHER);
    // A wrong code says what it always said, and asks nothing.
    let wrong = outside.submit(OUTSIDE, OUTSIDE, &[("code", "AAA-AAA-AAA-AAA")]).await;
    assert!(wrong.body.contains("Enter the code exactly as it was given to you"));
    // The right person can still use it.
    assert_eq!(outside.enters_code(OUTSIDE, &code).await.status, StatusCode::SEE_OTHER);
    assert_eq!(bound(), before + 1, "the accounts they are already stay");
    school.deliver().await;
}

#[apply(both_databases!)]
async fn an_account_that_is_somebody_does_not_become_somebody_else(db: TestDb) {
    let school = School::open(db).await;
    let head = school.person(Cast::Head);
    let code = code_for(&school, Cast::Chair, head);
    let teacher = school.sign_in(Cast::Teacher).await;
    let refused = teacher.submit(INSIDE, INSIDE, &[("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("belongs to another person at that school already"), "{}", refused.body);
    let forced = teacher.submit(INSIDE, INSIDE, &[("code", &code), ("answer", "yes")]).await;
    assert_eq!(forced.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(teacher.get("/queue").await.status, StatusCode::NOT_FOUND);
    assert_eq!(school.db.count("audit_entries WHERE act = 'refused_code'"), 2);
    // It was not used: the head's own account takes it, and is told what it was for.
    let hedda = school.sign_in(Cast::Head).await;
    let served = hedda.enters_code(INSIDE, &code).await;
    assert_eq!(served.status, StatusCode::SEE_OTHER, "{}", served.body);
    let page = hedda.get(&served.location).await;
    assert!(page.body.contains("Your code was accepted."), "{}", page.body);
    assert!(
        page.body.contains("It was for Hattie Head at Upton School")
            && page.body.contains("<li>headteacher</li>")
    );
}

#[apply(both_databases!)]
async fn whom_the_provider_vouches_for_enters_nobody_elses_code(db: TestDb) {
    let scene = Scene::open(db, by_number()).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", Some("S-10"));
    let bea = scene.registers("Bea Bell", PersonKind::Staff, "bea@school.example", Some("S-11"));
    scene.says(|claims| claims["employee_number"] = json!("S-10"));
    let code = code_for(school, Cast::Administrator, bea);
    // Bound by the provider's word.
    let inside = scene.comes_in().await;
    let refused = inside.submit(INSIDE, INSIDE, &[("code", &code), ("answer", "yes")]).await;
    assert!(refused.body.contains("belongs to another person at that school already"), "{}", refused.body);
    // Marked as nobody, and so bound as nobody: the id still says who they are.
    scene.says(|claims| {
        claims["employee_number"] = json!("S-10");
        claims["groups"] = json!(["alumni"]);
    });
    let outside = scene.stays_outside().await;
    let refused = outside.submit(OUTSIDE, OUTSIDE, &[("code", &code), ("answer", "yes")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("says that the account you signed in with is not theirs"),
        "{}",
        refused.body
    );
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{bea}'")), 0);
    // Her own code serves.
    let own = code_for(school, Cast::Administrator, ann);
    assert_eq!(outside.enters_code(OUTSIDE, &own).await.status, StatusCode::SEE_OTHER);
}

/// An account of somebody who has left is nobody's: who comes back under another record is let in as that.
#[apply(both_databases!)]
async fn an_account_of_a_leaver_may_be_let_in_as_the_record_they_have_now(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let school = &scene.school;
    let before = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let outside = scene.stays_outside().await;
    let code = code_for(school, Cast::Administrator, before);
    assert_eq!(outside.enters_code(OUTSIDE, &code).await.status, StatusCode::SEE_OTHER);
    school.db.write(|tx| staff::leave(tx, school.school, before, school.clock.now())).unwrap();
    let now = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let outside = scene.stays_outside().await;
    let code = code_for(school, Cast::Administrator, now);
    assert_eq!(outside.enters_code(OUTSIDE, &code).await.status, StatusCode::SEE_OTHER);
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{now}'")), 1);
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{before}'")), 0);
}

//! The site as a whole: signing in, what nobody sees, what a desk sees, and the locks between schools.

use crate::{
    databases::{TestDb, both_databases},
    school::{Cast, School},
};
use candour::{
    domain::people::subject::{SubjectKind, SubjectRole},
    service::{ServiceError, case::read, clock::Randomness},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// Somebody arrives through the provider and lands on their own first page.
#[apply(both_databases!)]
async fn everybody_lands_on_their_own_first_page(db: TestDb) {
    let school = School::open(db).await;
    for (cast, first) in [(Cast::Teacher, "/report"), (Cast::Dsl, "/queue"), (Cast::Governor, "/statistics")]
    {
        let browser = school.sign_in(cast).await;
        let home = browser.get("/").await;
        assert_eq!((home.status, home.location.as_str()), (StatusCode::SEE_OTHER, first));
    }
}

/// Signed out, hidden and back: no page without a session.
#[apply(both_databases!)]
async fn hiding_the_screen_needs_a_fresh_sign_in(db: TestDb) {
    let school = School::open(db).await;
    let browser = school.sign_in(Cast::Dsl).await;
    let hidden = browser.submit("/settings", "/lock", &[]).await;
    assert_eq!(hidden.location, "/locked");
    assert_eq!(browser.get("/settings").await.location, "/locked");
}

/// H4: a form without its token is refused, and says so.
#[apply(both_databases!)]
async fn h4_a_form_without_its_token_is_refused(db: TestDb) {
    let school = School::open(db).await;
    let browser = school.sign_in(Cast::Dsl).await;
    assert_eq!(browser.post("/lock", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.get("/settings").await.status, StatusCode::OK);
}

/// C8, P3: a case one may not know of answers like one that never existed.
#[apply(both_databases!)]
async fn c8_an_excluded_person_finds_nothing(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    draft.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let receipt = school.report(Cast::Teacher, &draft);
    let seen = |cast| read::case(&school.db, &school.op(cast), &receipt.reference, &mut Randomness);
    for cast in
        [Cast::Dsl, Cast::DeputyDsl, Cast::Teacher, Cast::Network, Cast::Governor, Cast::Administrator]
    {
        assert!(matches!(seen(cast), Err(ServiceError::NotFound)), "{cast:?} sees nothing");
    }
    assert!(seen(Cast::Head).is_ok());
}

/// P6: a duty that ended is gone on the very next request.
#[apply(both_databases!)]
async fn p6_somebody_who_left_is_out_on_the_next_request(db: TestDb) {
    let school = School::open(db).await;
    let browser = school.sign_in(Cast::Dsl).await;
    assert_eq!(browser.get("/settings").await.status, StatusCode::OK);
    let (id, person, now) = (school.school, school.person(Cast::Dsl), school.clock.now());
    school.db.write(|tx| candour::store::people::staff::leave(tx, id, person, now)).unwrap();
    assert!(browser.get("/settings").await.location.starts_with("/signin"));
}

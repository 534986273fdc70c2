//! A pupil's account: whatever the provider says of it, whoever hands over a code, and whatever stands in the database,
//! it opens nothing.

use super::*;
use actix_web::http::Method;
use candour::{
    service::{ServiceError, entry::codes},
    web::http::{audience::Audience, routes::ENDPOINTS},
};

const OUTSIDE: &str = "/signin/code";

/// No page but those for everyone.
async fn opens_nothing(browser: &SignedInBrowser<'_>) {
    let pages =
        ENDPOINTS.iter().filter(|page| page.method == Method::GET && page.audience != Audience::Everybody);
    let mut tried = 0;
    for page in pages {
        let path = page
            .path
            .replace("{reference}", "CAN-0000-0000")
            .replace("{id}", &browser.school.pupil("Ellie Marsh").to_string())
            .replace("{term}", "summer-2026")
            .replace("{code}", "CON-INAPP");
        let answer = browser.get(&path).await;
        assert_ne!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.body.contains("Ellie Marsh"), "{path}");
        tried += 1;
    }
    assert!(tried > 50, "{tried}");
}

/// P2: marked as staff by mistake, in the register as a pupil: no account, no code, no page.
#[apply(both_databases!)]
async fn p2_a_pupil_who_signs_in_through_the_schools_provider_gets_nothing(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let pupil = scene.registers("Ann Other", PersonKind::Pupil, "ann@school.example", None);
    let outside = scene.stays_outside().await;
    opens_nothing(&outside).await;
    for cast in [Cast::Administrator, Cast::Head] {
        let made = codes::make_code(&school.db, &school.op(cast), pupil, &mut Randomness);
        assert!(matches!(made, Err(ServiceError::NotFound)), "{cast:?}");
    }
    assert_eq!(school.db.count(&format!("binding_codes WHERE person_id = '{pupil}'")), 0);
    assert_eq!(school.db.count(&format!("bindings WHERE person_id = '{pupil}'")), 0);
    // Marked as a pupil: refused at the door, with nothing to come back with.
    scene.says(|claims| claims["groups"] = json!(["pupils"]));
    let refused = scene.arrives().await;
    assert_eq!((refused.status, refused.cookies().as_str()), (StatusCode::FORBIDDEN, ""));
}

/// P2: a person whom the register has as a pupil now is signed out on the next request, and comes in by no code of before.
#[apply(both_databases!)]
async fn p2_an_account_that_is_a_pupils_by_now_opens_nothing_any_more(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let inside = scene.comes_in().await;
    assert_eq!(inside.get("/report").await.status, StatusCode::OK);
    let by_administrator = school.op(Cast::Administrator);
    let (code, _) = codes::make_code(&school.db, &by_administrator, ann, &mut Randomness).unwrap();
    school.db.run_sql(&format!("UPDATE people SET kind = 'pupil' WHERE id = '{ann}'"));
    assert_eq!(inside.get("/report").await.status, StatusCode::SEE_OTHER);
    opens_nothing(&inside).await;
    let outside = scene.stays_outside().await;
    let entered = outside.submit(OUTSIDE, OUTSIDE, &[("code", &code.as_handed_over())]).await;
    assert!(entered.body.contains("Enter the code exactly as it was given to you"), "{}", entered.body);
    opens_nothing(&outside).await;
}

//! I7: what is a person's own is asked for by account if the account waits: drafts and their room, forms that were sent,
//! what the provider says of the person, and pages of an account that was taken away.

use super::*;

const REPORT: [(&str, &str); 5] = [
    ("category", "CON-HARM"),
    ("happened", "He told me at the gate."),
    ("noticed", "now"),
    ("risk", "no"),
    ("adult", "no"),
];

#[apply(both_databases!)]
async fn i7_an_account_that_waits_takes_no_room_of_its_persons_drafts(db: TestDb) {
    let scene = opened(db).await;
    let teacher = scene.school.sign_in(Cast::Teacher).await;
    let stranger = enters(&scene, Cast::Administrator, Cast::Teacher).await;
    for _ in 0..20 {
        assert_eq!(stranger.submit("/report", "/drafts", &REPORT).await.status, StatusCode::NO_CONTENT);
    }
    let full = stranger.submit("/report", "/drafts", &REPORT).await;
    assert_eq!(full.status, StatusCode::INSUFFICIENT_STORAGE);
    for _ in 0..20 {
        assert_eq!(teacher.submit("/report", "/drafts", &REPORT).await.status, StatusCode::NO_CONTENT);
    }
    scene.school.deliver().await;
}

/// It knows the key of the page, and every word that was sent from it: what it sends is a report of its own, and it learns
/// nothing of the other.
#[apply(both_databases!)]
async fn i7_an_account_that_waits_learns_of_no_form_its_person_sent(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    let sent = teacher.submit_from(&form, "/report", &REPORT).await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", sent.body);

    let stranger = enters(&scene, Cast::Administrator, Cast::Teacher).await;
    let hidden = |name| crate::school::hidden(&form.body, name).unwrap();
    let (key, page) = (hidden("idempotency"), hidden("page"));
    let reference = |location: &str| location.split('?').next().unwrap().to_owned();
    let case = reference(&sent.location).trim_start_matches("/report/sent/").to_owned();
    let page_of = format!("/report?form={key}");
    assert!(teacher.get(&page_of).await.body.contains(&case), "who sent it may add to it");
    assert!(!stranger.get(&page_of).await.body.contains(&case));
    let csrf = crate::school::hidden(&stranger.get("/report").await.body, "csrf").unwrap();
    let mut same = vec![("csrf", csrf.as_str()), ("idempotency", key.as_str()), ("page", page.as_str())];
    same.extend(REPORT);
    let theirs = stranger.post("/report", &same).await;
    assert!(theirs.location.starts_with("/report/sent/"), "{}", theirs.body);
    assert_ne!(reference(&theirs.location), reference(&sent.location));
    assert_eq!(school.db.count("concerns"), 2, "one each, and nothing was added to the other's");
    // Sent again by either, each is known as their own.
    let again = teacher.submit_from(&form, "/report", &REPORT).await;
    assert_eq!(reference(&again.location), reference(&sent.location));
    let again = stranger.post("/report", &same).await;
    assert_eq!(reference(&again.location), reference(&theirs.location));
    assert_eq!(school.db.count("concerns"), 2);
    school.deliver().await;
}

/// What the provider says of an account counts for its person once the account is confirmed, and no account that is not
/// makes its person leave or come back.
#[apply(both_databases!)]
async fn i7_an_account_that_waits_says_nothing_of_its_person(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let (teacher, whose) = (school.sign_in(Cast::Teacher).await, school.person(Cast::Teacher));
    enters(&scene, Cast::Administrator, Cast::Teacher).await;
    let teaches = || school.db.count(&format!("people WHERE id = '{whose}' AND teaching = true"));
    school.db.run_sql(&format!("UPDATE people SET teaching = true WHERE id = '{whose}'"));
    scene.comes_in().await;
    assert_eq!(teaches(), 1);
    // As if the provider had added the teacher and let the account in by its word: it no longer marks it.
    school.db.run_sql(&format!(
        "UPDATE people SET added_by = (SELECT a.issuer FROM accounts AS a INNER JOIN bindings AS b \
         ON b.account_id = a.id WHERE b.person_id = '{whose}' AND b.confirmed_at IS NULL) WHERE id = '{whose}'; \
         UPDATE bindings SET how = 'vouched' WHERE person_id = '{whose}' AND confirmed_at IS NULL"
    ));
    scene.stays_outside().await;
    assert_eq!(school.db.count(&format!("people WHERE id = '{whose}' AND left_at IS NULL")), 1);
    assert_eq!(
        teacher.get("/report").await.status,
        StatusCode::OK,
        "and nobody was signed out but the stranger"
    );
    school.deliver().await;
}

/// A page that was open when its account was taken away keeps no draft in the person's name: what was typed goes back to
/// where it came from.
#[apply(both_databases!)]
async fn i7_a_page_of_an_account_that_was_taken_away_keeps_nothing(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let teacher = school.sign_in(Cast::Teacher).await;
    let stranger = enters(&scene, Cast::Administrator, Cast::Teacher).await;
    let form = stranger.get("/report").await;
    answers(&teacher, "/settings", "/settings/accounts", "not_theirs").await;
    for to in ["/drafts", "/report"] {
        let late = stranger.submit_from(&form, to, &REPORT).await;
        assert_eq!(late.status, StatusCode::FORBIDDEN, "{to}");
        assert!(late.body.contains("He told me at the gate."), "{to}: {}", late.body);
    }
    assert_eq!(school.db.count("drafts"), 0);
    school.deliver().await;
}

/// Acts of a person signed in are kept with their account and session, those about another school's code too.
#[apply(both_databases!)]
async fn i7_a_code_entered_while_signed_in_is_kept_with_account_and_session(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let deputy = school.sign_in(Cast::DeputyDsl).await;
    let code = code_for(school, Cast::Head, school.person(Cast::DeputyDsl));
    let wrong = school.sign_in(Cast::Teacher).await;
    let refused = wrong.submit("/settings/code", "/settings/code", &[("code", &code)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(deputy.enters_code("/settings/code", &code).await.status, StatusCode::SEE_OTHER);
    for act in ["refused_code", "entered_code"] {
        let with = format!("audit_entries WHERE act = '{act}' AND entry LIKE '%\"session\":\"%'");
        assert_eq!(school.db.count(&with), 1, "{act}");
    }
}

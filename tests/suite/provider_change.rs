//! I7: a school changes its provider, and every account is a stranger's at once. Head and chair together confirm one
//! list of everybody whom a claim matches; nobody alone lets anybody in, and people with a role come in one by one.

use crate::{
    account_linking::Scene,
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
    whose_code::by_number,
};
use candour::{
    domain::{
        entry::first_sign_in::{Adding, Rules},
        kernel::ids::PersonId,
        people::PersonKind,
    },
    store::entry::account_linking,
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use serde_json::json;
use std::sync::Arc;

const LIST: &str = "/admin/account-list";

/// What the school's directory calls somebody, from an import.
fn is_number(school: &School, who: Cast, number: &str) {
    let person = school.person(who);
    school.db.write(|tx| account_linking::set_directory_id(tx, school.school, person, Some(number))).unwrap();
}

/// From now on the person who arrives has an account of the new provider with this number.
fn has_number(scene: &Scene, number: &'static str, name: &'static str) {
    scene.says(move |claims| {
        claims["sub"] = json!(format!("new-{number}"));
        claims["name"] = json!(name);
        claims["employee_number"] = json!(number);
    });
    scene.provider.script(move |script| {
        script.user_info = Arc::new(move |info| info["sub"] = json!(format!("new-{number}")));
    });
}

/// A line of the list, as it is ticked: the account of this number, and whose it is said to be.
fn line(school: &School, number: &str, whose: PersonId) -> String {
    let wanted = format!("CAST(id AS text) AS value FROM access_requests WHERE subject = 'new-{number}'");
    format!("{}.{whose}", school.db.strings(&wanted).remove(0))
}

async fn says(browser: &SignedInBrowser<'_>, act: &str, lines: &[&str]) -> Answer {
    let mut fields = vec![("act", act)];
    fields.extend(lines.iter().map(|line| ("account", *line)));
    browser.submit(LIST, LIST, &fields).await
}

#[track_caller]
fn recorded(answer: &Answer, act: &str) {
    assert_eq!(answer.location, format!("{LIST}?{act}"), "{}", words_of(&answer.body));
}

#[track_caller]
fn not_taken(answer: &Answer, why: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(why), "{why}: {}", words_of(&answer.body));
    assert_eq!(markup::faults(&answer.body), Vec::<String>::new());
}

/// A school with a new provider, of which the import has said who three people are.
async fn changed(db: TestDb) -> Scene {
    let scene = Scene::open(db, by_number()).await;
    for (who, number) in [(Cast::Teacher, "S-1"), (Cast::OtherTeacher, "S-2"), (Cast::Dsl, "S-3")] {
        is_number(&scene.school, who, number);
    }
    scene
}

#[apply(both_databases!)]
async fn i7_everybody_a_claim_matches_is_let_in_by_head_and_chair_together(db: TestDb) {
    let scene = changed(db).await;
    let school = &scene.school;
    let own = school.report(Cast::Teacher, &school.draft("CON-HARM")).reference;
    for (number, name) in [("S-1", "Tessa Teach"), ("S-2", "O. Other"), ("S-3", "Dinah Lead")] {
        has_number(&scene, number, name);
        scene.stays_outside().await;
    }
    has_number(&scene, "S-9", "Sam Stranger");
    scene.stays_outside().await;
    let told = school.deliver().await;
    for whom in ["hattie.head@school.example", "charlie.chair@school.example"] {
        assert!(told.iter().any(|to| to == whom), "{whom}: {told:?}");
    }

    // Nobody else has the list.
    for other in [Cast::Dsl, Cast::Administrator, Cast::External, Cast::DeputyHead, Cast::Teacher] {
        let other = school.sign_in(other).await;
        assert_eq!(other.get(LIST).await.status, StatusCode::NOT_FOUND);
        let tessa = line(school, "S-1", school.person(Cast::Teacher));
        let forced = other.submit("/settings", LIST, &[("act", "confirm"), ("account", &tessa)]).await;
        assert_eq!(forced.status, StatusCode::NOT_FOUND);
    }
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    assert!(head.get("/admin/access-requests").await.body.contains(LIST));
    let page = head.get(LIST).await;
    assert_eq!(markup::faults(&page.body), Vec::<String>::new());
    let words = words_of(&page.body);
    assert!(words.contains("The account shows Tessa Teach") && words.contains("Accounts so far"), "{words}");
    assert_eq!(words.matches("The names differ").count(), 1, "{words}");
    let (listed, others) = words.split_once("Accounts that are not on the list, and why").unwrap();
    assert!(!listed.contains("Dinah Lead") && !listed.contains("Sam Stranger"), "{listed}");
    for why in ["they have a role", "no adult on the register has the id that the sign-in sent"] {
        assert!(others.contains(why), "{why}: {others}");
    }

    // The head alone lets nobody in, however often.
    let tessa = line(school, "S-1", school.person(Cast::Teacher));
    not_taken(&says(&head, "confirm", &[]).await, "Tick the accounts");
    for _ in 0..2 {
        recorded(&says(&head, "confirm", &[&tessa]).await, "confirm");
        has_number(&scene, "S-1", "Tessa Teach");
        scene.stays_outside().await;
    }
    assert!(words_of(&head.get(LIST).await.body).contains("The other of the two has not yet."));
    assert_eq!(school.db.count("audit_entries WHERE act = 'proposed_account'"), 1);
    assert_eq!(school.db.count("audit_entries WHERE act = 'confirmed_account'"), 0);

    // Neither does what the page never showed: somebody else's account, or one of a person with a role.
    for (number, whose) in [("S-2", Cast::Teacher), ("S-3", Cast::Dsl), ("S-9", Cast::Teacher)] {
        let forged = line(school, number, school.person(whose));
        not_taken(&says(&chair, "confirm", &[&tessa, &forged]).await, "The list has changed");
    }
    assert_eq!(school.db.count("bindings WHERE how = 'list'"), 0, "all of it or nothing");

    // The chair too: she is in without a code, and opens what is hers. The other teacher waits for the head.
    assert!(words_of(&chair.get(LIST).await.body).contains("The other of the two has confirmed it."));
    let oliver = line(school, "S-2", school.person(Cast::OtherTeacher));
    recorded(&says(&chair, "confirm", &[&tessa, &oliver]).await, "confirm");
    let inside = scene.comes_in().await;
    let report = inside.get(&format!("/my-reports/{own}")).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert_eq!(inside.get("/settings/sessions").await.status, StatusCode::OK, "and nothing is awaited");
    has_number(&scene, "S-2", "O. Other");
    scene.stays_outside().await;
    assert_eq!(school.db.count("audit_entries WHERE act = 'confirmed_account'"), 1);
    let told = school.deliver().await;
    assert!(told.iter().any(|to| to == "tessa.teach@school.example"), "{told:?}");
    assert!(!words_of(&chair.get(LIST).await.body).contains("Tessa Teach"), "she is off the list");
    recorded(&says(&head, "confirm", &[&oliver]).await, "confirm");
    has_number(&scene, "S-2", "O. Other");
    scene.comes_in().await;
    assert_eq!(school.db.count("bindings WHERE how = 'list' AND confirmed_at IS NOT NULL"), 2);
    school.deliver().await;
}

/// The import may come after the people: whoever arrived before is on the list from then on. What is removed from the
/// list is back at the next sign-in, without the yes that one of the two had said.
#[apply(both_databases!)]
async fn i7_the_list_follows_the_register_of_today(db: TestDb) {
    let scene = Scene::open(db, by_number()).await;
    let school = &scene.school;
    has_number(&scene, "S-1", "Tessa Teach");
    scene.stays_outside().await;
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    let tessa = line(school, "S-1", school.person(Cast::Teacher));
    not_taken(&says(&head, "confirm", &[&tessa]).await, "The list has changed");
    is_number(school, Cast::Teacher, "S-1");
    recorded(&says(&head, "confirm", &[&tessa]).await, "confirm");
    // The number is another's by now: the yes was to Tessa, and counts for nobody else.
    is_number(school, Cast::Teacher, "S-8");
    is_number(school, Cast::OtherTeacher, "S-1");
    let oliver = line(school, "S-1", school.person(Cast::OtherTeacher));
    not_taken(&says(&chair, "confirm", &[&tessa]).await, "The list has changed");
    recorded(&says(&chair, "confirm", &[&oliver]).await, "confirm");
    scene.stays_outside().await;
    recorded(&says(&head, "remove", &[&oliver]).await, "remove");
    assert!(!head.get(LIST).await.body.contains(&oliver));
    scene.stays_outside().await;
    assert!(head.get(LIST).await.body.contains(&oliver));
    recorded(&says(&head, "confirm", &[&oliver]).await, "confirm");
    scene.stays_outside().await;
    // A yes lasts 30 days.
    school.hands.forward(TimeDelta::days(31));
    let chair = school.sign_in(Cast::Chair).await;
    recorded(&says(&chair, "confirm", &[&oliver]).await, "confirm");
    has_number(&scene, "S-1", "Tessa Teach");
    scene.stays_outside().await;
    let head = school.sign_in(Cast::Head).await;
    recorded(&says(&head, "confirm", &[&oliver]).await, "confirm");
    scene.comes_in().await;
    school.deliver().await;
}

/// A second account of one provider is on no list: an address, or a number, may have passed to a newcomer.
#[apply(both_databases!)]
async fn i7_a_second_account_of_one_provider_is_on_no_list(db: TestDb) {
    let scene = Scene::open(db, by_number()).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", Some("S-7"));
    has_number(&scene, "S-7", "Ann Other");
    scene.comes_in().await;
    scene.says(|claims| {
        claims["sub"] = json!("new-second");
        claims["employee_number"] = json!("S-7");
    });
    scene.provider.script(|script| script.user_info = Arc::new(|info| info["sub"] = json!("new-second")));
    scene.stays_outside().await;
    let head = school.sign_in(Cast::Head).await;
    let page = words_of(&head.get(LIST).await.body);
    assert!(page.contains("another account is this person already"), "{page}");
    let forged = line(school, "second", ann);
    not_taken(&says(&head, "confirm", &[&forged]).await, "The list has changed");
}

/// A provider that may add staff adds nobody a second time who has an account of the provider before.
#[apply(both_databases!)]
async fn i7_a_new_provider_adds_nobody_twice(db: TestDb) {
    let scene = Scene::open(db, Rules { adding: Adding::Staff, ..by_number() }).await;
    let school = &scene.school;
    let people = school.db.count("people");
    is_number(school, Cast::Teacher, "of-the-provider-before");
    has_number(&scene, "S-1", "Tessa Teach");
    scene.stays_outside().await;
    let head = school.sign_in(Cast::Head).await;
    let page = words_of(&head.get(LIST).await.body);
    assert!(page.contains("one with this name or address may be them"), "{page}");
    assert_eq!(school.db.count("people"), people);
    has_number(&scene, "S-2", "Nora New");
    scene.comes_in().await;
    assert_eq!(school.db.count("people"), people + 1);
}

/// What a provider forgets to say for a while makes no stranger of an account that head and chair let in.
#[apply(both_databases!)]
async fn i7_whom_the_list_let_in_is_let_in_again(db: TestDb) {
    let scene = changed(db).await;
    let school = &scene.school;
    has_number(&scene, "S-1", "Tessa Teach");
    scene.stays_outside().await;
    let tessa = line(school, "S-1", school.person(Cast::Teacher));
    for who in [Cast::Chair, Cast::Head] {
        recorded(&says(&school.sign_in(who).await, "confirm", &[&tessa]).await, "confirm");
    }
    let inside = scene.comes_in().await;
    scene.says(|claims| {
        claims["sub"] = json!("new-S-1");
        claims["groups"] = json!([]);
    });
    scene.stays_outside().await;
    assert_eq!(inside.get("/report").await.status, StatusCode::SEE_OTHER, "not staff, not in");
    has_number(&scene, "S-1", "Tessa Teach");
    let back = scene.comes_in().await;
    assert_eq!(back.get("/settings/sessions").await.status, StatusCode::OK, "nothing is awaited");
    school.deliver().await;
}

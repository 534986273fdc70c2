//! Which accounts are which person: seen by the people who may make their code, told to themselves, and removed.

use crate::{
    account_linking::{Scene, google},
    databases::{TestDb, both_databases},
    school::{Answer, Cast, SignedInBrowser},
    whose_code::code_for,
};
use candour::domain::{entry::first_sign_in::Rules, people::PersonKind};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const PAGE: &str = "/admin/access-requests/accounts";

/// The address below the page at which the account of this name is removed.
fn of_account(page: &Answer, account: &str) -> Option<String> {
    let row = page.body.split("<tr").find(|row| row.contains(&format!(">{account}")))?;
    Some(row.split("href=\"").nth(1)?.split('"').next()?.to_owned())
}

async fn taken(by: &SignedInBrowser<'_>, account: &str) {
    let page = by.get(PAGE).await;
    let href = of_account(&page, account).unwrap_or_else(|| panic!("no {account}: {}", page.body));
    let done = by.submit(&href, &href, &[]).await;
    assert_eq!(done.location, "/admin/access-requests/accounts?taken", "{}", done.body);
    assert!(by.get(&done.location).await.body.contains("The account has been removed and signed out."));
}

/// The wrong account entered the head's code and said that it was the head. The head is told, the chair sees it and
/// takes it away, and it is out at its next request.
#[apply(both_databases!)]
async fn an_account_let_in_as_the_wrong_person_is_seen_and_taken_away(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let (school, head) = (&scene.school, scene.school.person(Cast::Head));
    let hedda = school.sign_in(Cast::Head).await;
    assert!(!hedda.get("/settings/sessions").await.body.contains("Is one of them not yours?"));
    let outside = scene.stays_outside().await;
    let code = code_for(school, Cast::Chair, head);
    let inside = outside.enters_code("/signin/code", &code).await;
    let wrong = school.browser_with(inside.cookies());
    assert_eq!(wrong.get("/queue").await.location, "/settings/account", "it waits to be confirmed");
    // The person whose name it is, and who may confirm it: the chair made the code.
    let mut letters = school.deliver().await;
    letters.sort();
    assert_eq!(letters, ["erin.external@school.example", "hattie.head@school.example"]);
    let external = school.sign_in(Cast::External).await;
    let confirms = external.get("/accounts-to-confirm").await.body;
    let confirms = confirms.split("href=\"/accounts-to-confirm/").nth(1).unwrap().split('"').next().unwrap();
    let confirms = format!("/accounts-to-confirm/{confirms}");
    external.submit(&confirms, &confirms, &[("answer", "theirs")]).await;
    assert_eq!(wrong.get("/queue").await.status, StatusCode::OK, "confirmed by mistake");
    let duties = hedda.get("/admin/duties").await;
    assert!(duties.body.contains("Another account was linked to you on"), "{}", duties.body);
    let own = hedda.get("/settings/sessions").await;
    assert!(own.body.contains("Ann Other, ann@school.example, the other sign-in"), "{}", own.body);
    assert!(own.body.contains("Tell the chair of governors at once."), "{}", own.body);
    // An administrator and the head herself do not take it away: neither may make the head's code.
    let admin = school.sign_in(Cast::Administrator).await;
    let chair = school.sign_in(Cast::Chair).await;
    let seen = chair.get(PAGE).await;
    assert!(seen.body.contains("People with more than one account"), "{}", seen.body);
    let href = of_account(&seen, "Ann Other").unwrap();
    for other in [&admin, &hedda] {
        assert_eq!(of_account(&other.get(PAGE).await, "Ann Other"), None);
        assert_eq!(other.get(&href).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.submit(PAGE, &href, &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(wrong.get("/queue").await.status, StatusCode::OK);
    taken(&chair, "Ann Other").await;
    assert_eq!(wrong.get("/queue").await.status, StatusCode::SEE_OTHER, "out at once");
    assert_eq!(hedda.get("/queue").await.status, StatusCode::OK, "her own account stays");
    assert_eq!(school.db.count("audit_entries WHERE act = 'took_account_away'"), 1);
    assert!(!hedda.get("/settings/sessions").await.body.contains("Ann Other"));
    scene.stays_outside().await;
}

/// An administrator looks after people without a role; nobody at a desk is theirs to cut off.
#[apply(both_databases!)]
async fn an_administrator_takes_no_account_of_a_desk_away(db: TestDb) {
    let scene = Scene::open(db, Rules::by_code_only()).await;
    let admin = scene.school.sign_in(Cast::Administrator).await;
    let page = admin.get(PAGE).await;
    let sees = |name: &str| page.body.contains(&format!("govuk-table__header\">{name}</th>"));
    assert!(
        sees("Tessa Teach") && !sees("Dinah Lead") && !sees("Hattie Head") && !sees("Addy Admin"),
        "{}",
        page.body
    );
    let teacher = scene.school.sign_in(Cast::Teacher).await;
    let href = of_account(&page, "Tessa Teach").unwrap();
    assert!(admin.get(&href).await.body.contains("It is the only account of Tessa Teach."));
    taken(&admin, "Tessa Teach").await;
    assert_eq!(teacher.get("/report").await.status, StatusCode::SEE_OTHER);
    let code = code_for(&scene.school, Cast::Administrator, scene.school.person(Cast::Teacher));
    let back = scene.school.arrives(Cast::Teacher).await;
    assert_eq!(
        back.enters_code("/signin/code", &code).await.status,
        StatusCode::SEE_OTHER,
        "a code brings it back"
    );
}

/// What the provider says of an account does not undo what somebody decided about it.
#[apply(both_databases!)]
async fn what_was_taken_away_does_not_come_back_by_the_providers_word(db: TestDb) {
    let scene = Scene::open(db, google()).await;
    let school = &scene.school;
    let ann = scene.registers("Ann Other", PersonKind::Staff, "ann@school.example", None);
    let inside = scene.comes_in().await;
    let admin = school.sign_in(Cast::Administrator).await;
    taken(&admin, "Ann Other").await;
    assert_eq!(inside.get("/report").await.status, StatusCode::SEE_OTHER);
    let outside = scene.stays_outside().await;
    let code = code_for(school, Cast::Administrator, ann);
    assert_eq!(outside.enters_code("/signin/code", &code).await.status, StatusCode::SEE_OTHER);
    scene.comes_in().await;
}

//! The screens of the README, made in a real browser by people doing their work; each must pass axe and fit its screen.

use crate::{
    browser::{Browser, Screen, vocabulary::UP_TO_A_LAPTOP},
    databases::TestDb,
    school::{Cast, School},
};
use candour::domain::people::subject::{SubjectKind, SubjectRole};
use std::path::Path;

/// Checks a page, and keeps its picture for the README if `make bless` asks for it.
async fn keep(browser: &Browser, name: &str, screen: Screen) {
    browser.is_right_on(&[screen], name).await;
    if std::env::var_os("CANDOUR_BLESS").is_some() {
        let screens = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screens");
        browser.screenshot(&screens.join(format!("{name}.png"))).await;
    }
}

async fn sign_in(school: &School, cast: Cast, page: &str) -> Browser {
    let browser = Browser::open().await;
    browser.signs_in(school, cast, page).await;
    browser
}

/// The form on a phone, the desk and a case on a laptop.
#[actix_web::test]
async fn the_screens_of_the_readme() {
    let school = School::open(TestDb::sqlite()).await;
    let mut first = None;
    for category in ["CDT-CYBULLY", "CON-HARM", "CP-CONCERN", "CNT-STRANGER", "FIL-FAIL", "CON-INAPP"] {
        let mut draft = school.draft(category);
        draft.subjects =
            vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected)];
        let receipt = school.report(Cast::Teacher, &draft);
        first.get_or_insert(receipt.reference);
        school.hands.forward(chrono::TimeDelta::minutes(7));
    }
    let phone = sign_in(&school, Cast::Teacher, "/report").await;
    keep(&phone, "report", Screen::Phone).await;
    let laptop = sign_in(&school, Cast::OnlineSafety, "/queue").await;
    keep(&laptop, "desk", Screen::Laptop).await;
    laptop.is_right_on(&[Screen::Phone], "desk").await;
    laptop.opens(&school, &format!("/cases/{}", first.unwrap())).await;
    keep(&laptop, "case", Screen::Laptop).await;
    laptop.is_right_on(&[Screen::Phone], "case").await;
}

const BULLYING: &str = "/admin/categories/CDT-CYBULLY";

/// What a school settles for itself: each page as the one who uses it sees it, with and without mistakes.
#[actix_web::test]
async fn the_settings_are_accessible() {
    let school = School::open(TestDb::sqlite()).await;
    let everywhere = async |browser: &Browser, name: &str| {
        browser.is_right_on(&UP_TO_A_LAPTOP, &format!("settings-{name}")).await;
    };
    let administrator = sign_in(&school, Cast::Administrator, "/admin/settings").await;
    for (name, page) in [
        ("overview", "/admin/settings"),
        ("categories", "/admin/categories"),
        ("not-sure", "/admin/categories/NOT-SURE"),
        ("rules", "/admin/rules"),
        ("contacts", "/admin/contacts"),
        ("category", BULLYING),
    ] {
        administrator.opens(&school, page).await;
        everywhere(&administrator, name).await;
    }
    administrator.opens(&school, "/calendar").await;
    administrator.fill("When does the school day end?", "15:10").await;
    administrator.fill("Why should this change?", "The buses leave earlier.").await;
    everywhere(&administrator, "calendar").await;
    administrator.click("See what would change").await;
    administrator.arrives_at("What this would change – Candour").await;
    everywhere(&administrator, "calendar-preview").await;
    administrator.opens(&school, BULLYING).await;
    administrator.choose("How serious is it before triage?", "High").await;
    administrator.click("See what would change").await;
    administrator.arrives_at("Error: Change a category – Candour").await;
    everywhere(&administrator, "mistakes").await;
    administrator.choose("How soon must it be acknowledged?", "Within the same school day").await;
    administrator.fill("Why should this change?", "Parents asked us to take it more seriously.").await;
    administrator.click("See what would change").await;
    administrator.arrives_at("What this would change – Candour").await;
    everywhere(&administrator, "preview").await;
    administrator.click("Go back and change it").await;
    administrator.arrives_at("Change a category – Candour").await;
    administrator.click("See what would change").await;
    administrator.arrives_at("What this would change – Candour").await;
    administrator.click("Send to the headteacher").await;
    administrator.arrives_at("Proposed changes – Candour").await;
    everywhere(&administrator, "sent").await;
    drop(administrator);
    let head = sign_in(&school, Cast::Head, "/queue").await;
    everywhere(&head, "told").await;
    head.click("Decide").await;
    head.click("Online bullying between pupils").await;
    everywhere(&head, "decision").await;
    head.click("Approve this change").await;
    head.arrives_at("Proposed changes – Candour").await;
    everywhere(&head, "approved").await;
    drop(head);
    let deputy = sign_in(&school, Cast::DeputyDsl, "/admin/contacts").await;
    deputy.choose("Who is on call today?", "Dougal Deputy").await;
    deputy.click("Show this on the report form").await;
    deputy.arrives_at_address(&format!("{}/admin/contacts?said", school.address)).await;
    everywhere(&deputy, "on-duty").await;
    deputy.opens(&school, "/report").await;
    everywhere(&deputy, "report").await;
}

/// Every page that is only words, the settings and the sign-in page, narrow and wide.
#[actix_web::test]
async fn the_smaller_pages_are_accessible() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = sign_in(&school, Cast::Dsl, "/calendar").await;
    for page in
        ["/calendar", "/settings", "/help", "/accessibility", "/privacy", "/schools", "/cases", "/my-reports"]
    {
        browser.opens(&school, page).await;
        browser.is_right_on(&[Screen::Narrow, Screen::Laptop], page.trim_start_matches('/')).await;
    }
}

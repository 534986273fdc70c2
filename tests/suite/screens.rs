//! The screens of the README, made in a real browser by people doing their work; each must pass axe and fit its screen.

use crate::{
    browser::{Browser, Screen},
    databases::TestDb,
    school::{Cast, School},
};
use candour::domain::subject::{SubjectKind, SubjectRole};
use std::path::PathBuf;

fn screens() -> PathBuf {
    match std::env::var_os("CANDOUR_SCREENSHOTS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/screens"),
    }
}

/// Checks a page as it is shown.
async fn fits(browser: &Browser, name: &str, screen: Screen) {
    browser.show_on(screen).await;
    browser.no_horizontal_overflow(screen).await;
    assert_eq!(browser.axe().await, Vec::<String>::new(), "{name}");
    assert_eq!(browser.console_errors().await, Vec::<String>::new(), "{name}");
}

/// Checks a page, and keeps its picture where `make bless` asks for it.
async fn keep(browser: &Browser, name: &str, screen: Screen) {
    fits(browser, name, screen).await;
    if std::env::var_os("CANDOUR_BLESS").is_some() || std::env::var_os("CANDOUR_SCREENSHOTS").is_some() {
        std::fs::create_dir_all(screens()).unwrap();
        browser.screenshot(&screens().join(name)).await;
    }
}

async fn sign_in(school: &School, cast: Cast, page: &str) -> Browser {
    let browser = Browser::open().await;
    browser.goto(&format!("{}/signin?return_to={page}", school.address)).await;
    browser.click("Upton sign-in").await;
    browser.click(cast.name()).await;
    browser.arrives_at_address(&format!("{}{page}", school.address)).await;
    browser
}

/// The form on a phone, the desk and a case on a laptop.
#[actix_web::test]
async fn the_screens_of_the_readme() {
    let school = School::open(TestDb::sqlite()).await;
    school.leave_letters_waiting("pictures are taken of pages");
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
    keep(&phone, "report.png", Screen::Phone).await;
    let laptop = sign_in(&school, Cast::OnlineSafety, "/queue").await;
    keep(&laptop, "desk.png", Screen::Laptop).await;
    fits(&laptop, "desk", Screen::Phone).await;
    laptop.goto(&format!("{}/cases/{}", school.address, first.unwrap())).await;
    keep(&laptop, "case.png", Screen::Laptop).await;
    fits(&laptop, "case", Screen::Phone).await;
}

/// Every page that is only words, the settings and the sign-in page, narrow and wide.
#[actix_web::test]
async fn the_smaller_pages_are_accessible() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = sign_in(&school, Cast::Dsl, "/calendar").await;
    for page in
        ["/calendar", "/settings", "/help", "/accessibility", "/privacy", "/schools", "/cases", "/my-reports"]
    {
        browser.goto(&format!("{}{page}", school.address)).await;
        for screen in [Screen::Narrow, Screen::Laptop] {
            browser.show_on(screen).await;
            browser.no_horizontal_overflow(screen).await;
        }
        assert_eq!(browser.axe().await, Vec::<String>::new(), "{page}");
    }
}

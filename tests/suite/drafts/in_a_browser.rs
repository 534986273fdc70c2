//! Drafts in a real browser: saved by themselves while somebody types, and by a button without scripts.

use super::count;
use crate::{
    browser::{Browser, Screen},
    databases::TestDb,
    school::{Cast, School},
};
use chrono::TimeDelta;

async fn arrive(school: &School, cast: Cast) -> Browser {
    let browser = Browser::open().await;
    browser.show_on(Screen::Phone).await;
    browser.goto(&format!("{}/signin?return_to=/report", school.address)).await;
    browser.click("Upton sign-in").await;
    browser.click(cast.name()).await;
    browser.arrives_at("Report a concern – Candour").await;
    browser
}

/// Waits until the page says so.
async fn says(browser: &Browser, words: &str) {
    let since = std::time::Instant::now();
    while !browser.text().await.contains(words) {
        assert!(since.elapsed().as_secs() < 60, "{words:?} never came:\n{}", browser.text().await);
    }
}

async fn looks_right(browser: &Browser, name: &str) {
    for screen in [Screen::Narrow, Screen::Laptop, Screen::Phone] {
        browser.no_horizontal_overflow(screen).await;
        if let Some(folder) = std::env::var_os("CANDOUR_SCREENSHOTS") {
            let file = format!("{name}-{screen:?}.png").to_lowercase();
            browser.screenshot(&std::path::Path::new(&folder).join(file)).await;
        }
    }
    assert_eq!(browser.axe().await, Vec::<String>::new(), "{name}");
    assert_eq!(browser.console_errors().await, Vec::<String>::new(), "{name}");
}

/// R5: typing stops, the page says where the draft is, and another browser opens it; the session ends, and the page
/// says that too without losing a word.
#[actix_web::test]
async fn r5_a_draft_saves_itself_and_is_opened_in_a_second_browser() {
    let school = School::open(TestDb::sqlite()).await;
    let phone = arrive(&school, Cast::Teacher).await;
    phone.fill("What happened?", "A pupil showed me quokkawords.").await;
    says(&phone, "Draft saved on the school’s server, not on this device.").await;
    looks_right(&phone, "report-saved").await;
    let kept = "return [localStorage.length, sessionStorage.length, document.cookie].join()";
    assert_eq!(phone.ask(kept, vec![]).await, serde_json::json!("0,0,"), "nothing is on the device");
    let laptop = arrive(&school, Cast::Teacher).await;
    laptop.show_on(Screen::Laptop).await;
    assert!(laptop.text().await.contains("You have a report you did not send"));
    looks_right(&laptop, "report-waiting").await;
    laptop.click("Go on with it").await;
    says(&laptop, "This is your draft, last saved").await;
    let words = "return document.getElementById('happened').value";
    assert_eq!(laptop.ask(words, vec![]).await, serde_json::json!("A pupil showed me quokkawords."));
    looks_right(&laptop, "report-draft").await;
    laptop.goto(&format!("{}/drafts", school.address)).await;
    looks_right(&laptop, "drafts").await;
    laptop.click("Delete this draft").await;
    laptop.click("Delete draft").await;
    says(&laptop, "Draft deleted.").await;
    // Somebody hides the screen in another tab: it stays hidden, and the draft is saved behind it.
    laptop.goto(&format!("{}/report", school.address)).await;
    let hide = "return fetch('/lock', { method: 'POST', body: new URLSearchParams({ \
        csrf: document.querySelector('[name=csrf]').value }) }).then((answer) => answer.url)";
    assert_eq!(laptop.ask(hide, vec![]).await, serde_json::json!(format!("{}/locked", school.address)));
    laptop.fill("What happened?", "Behind a hidden screen.").await;
    says(&laptop, "Draft saved on the school’s server, not on this device.").await;
    assert_eq!(count(&school, Cast::Teacher), 1);
    drop(laptop);
    // The session ends. What is typed now is kept all the same, and the page says what to do.
    school.hands.forward(TimeDelta::minutes(61));
    phone.fill("What happened?", "And then she told me more.").await;
    says(&phone, "You have been signed out. What you wrote is kept on the school’s server.").await;
    looks_right(&phone, "report-signed-out").await;
    assert_eq!(count(&school, Cast::Teacher), 2);
    phone.click("Send report").await;
    says(&phone, "Not sent yet: sign in again").await;
    phone.click("Sign in and go on").await;
    phone.click("Upton sign-in").await;
    phone.click(Cast::Teacher.name()).await;
    says(&phone, "This is your draft, last saved").await;
    assert_eq!(phone.ask(words, vec![]).await, serde_json::json!("And then she told me more."));
}

/// "Save and finish later" without scripts.
#[actix_web::test]
async fn r5_a_draft_is_saved_without_scripts() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = arrive(&school, Cast::Teacher).await;
    browser.refuse_scripts().await;
    browser.goto(&format!("{}/report", school.address)).await;
    browser.fill("What happened?", "A pupil showed me a post.").await;
    browser.click("Save and finish later").await;
    browser.arrives_at("Your drafts – Candour").await;
    assert!(browser.text().await.contains("You have not said what it is about"));
    browser.click("Go on with this report").await;
    browser.arrives_at("Report a concern – Candour").await;
    assert!(browser.text().await.contains("This is your draft, last saved"));
}

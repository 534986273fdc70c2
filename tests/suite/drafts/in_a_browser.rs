//! Drafts in a real browser: saved by themselves while somebody types, and by a button without scripts.

use super::count;
use crate::{
    browser::{Browser, Screen, vocabulary::BACK_TO_A_PHONE},
    databases::TestDb,
    school::{Cast, School},
};
use chrono::TimeDelta;

async fn arrive(school: &School, cast: Cast) -> Browser {
    let browser = Browser::open().await;
    browser.show_on(Screen::Phone).await;
    browser.signs_in(school, cast, "/report").await;
    browser
}

/// R5: typing stops, the page says where the draft is, and another browser opens it; the session ends, and the page
/// says that too without losing a word.
#[actix_web::test]
async fn r5_a_draft_saves_itself_and_is_opened_in_a_second_browser() {
    let school = School::open(TestDb::sqlite()).await;
    let phone = arrive(&school, Cast::Teacher).await;
    phone.fill("What happened?", "A pupil showed me quokkawords.").await;
    phone.comes_to_say(&["Draft saved on the school’s server, not on this device."]).await;
    phone.is_right_on(&BACK_TO_A_PHONE, "report-saved").await;
    let kept = "return [localStorage.length, sessionStorage.length, document.cookie].join()";
    assert_eq!(phone.ask(kept, vec![]).await, serde_json::json!("0,0,"), "nothing is on the device");
    let laptop = arrive(&school, Cast::Teacher).await;
    laptop.show_on(Screen::Laptop).await;
    laptop.sees("You have a report you did not send").await;
    laptop.is_right_on(&BACK_TO_A_PHONE, "report-waiting").await;
    laptop.click("Go on with it").await;
    laptop.comes_to_say(&["This is your draft, last saved"]).await;
    let words = "return document.getElementById('happened').value";
    assert_eq!(laptop.ask(words, vec![]).await, serde_json::json!("A pupil showed me quokkawords."));
    laptop.is_right_on(&BACK_TO_A_PHONE, "report-draft").await;
    laptop.opens(&school, "/drafts").await;
    laptop.is_right_on(&BACK_TO_A_PHONE, "drafts").await;
    laptop.click("Delete this draft").await;
    laptop.click("Delete draft").await;
    laptop.comes_to_say(&["Draft deleted."]).await;
    // Somebody hides the screen in another tab: it stays hidden, and the draft is saved behind it.
    laptop.opens(&school, "/report").await;
    let hide = "return fetch('/lock', { method: 'POST', body: new URLSearchParams({ \
        csrf: document.querySelector('[name=csrf]').value }) }).then((answer) => answer.url)";
    assert_eq!(laptop.ask(hide, vec![]).await, serde_json::json!(format!("{}/locked", school.address)));
    laptop.fill("What happened?", "Behind a hidden screen.").await;
    laptop.comes_to_say(&["Draft saved on the school’s server, not on this device."]).await;
    assert_eq!(count(&school, Cast::Teacher), 1);
    drop(laptop);
    // The session ends. What is typed now is kept all the same, and the page says what to do.
    school.hands.forward(TimeDelta::minutes(61));
    phone.fill("What happened?", "And then she told me more.").await;
    phone.comes_to_say(&["You have been signed out. What you wrote is kept on the school’s server."]).await;
    phone.is_right_on(&BACK_TO_A_PHONE, "report-signed-out").await;
    assert_eq!(count(&school, Cast::Teacher), 2);
    phone.click("Send report").await;
    phone.comes_to_say(&["Not sent yet: sign in again"]).await;
    phone.click("Sign in and go on").await;
    phone.signs_in_again(Cast::Teacher).await;
    phone.comes_to_say(&["This is your draft, last saved"]).await;
    assert_eq!(phone.ask(words, vec![]).await, serde_json::json!("And then she told me more."));
}

/// "Save and finish later" without scripts.
#[actix_web::test]
async fn r5_a_draft_is_saved_without_scripts() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = arrive(&school, Cast::Teacher).await;
    browser.refuse_scripts().await;
    browser.opens(&school, "/report").await;
    browser.fill("What happened?", "A pupil showed me a post.").await;
    browser.click("Save and finish later").await;
    browser.arrives_at("Your drafts – Candour").await;
    browser.sees("You have not said what it is about").await;
    browser.click("Go on with this report").await;
    browser.arrives_at("Report a concern – Candour").await;
    browser.sees("This is your draft, last saved").await;
}

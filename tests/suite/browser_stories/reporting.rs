//! Reporting as it happens in a corridor: on a phone, without scripts, without a mouse, with mistakes, and from paper.

use crate::browser::vocabulary::{Concern, Person, Room};
use crate::{
    browser::{Browser, Screen},
    school::Cast,
};
use thirtyfour::Key;

const WORDS: &str = "A pupil showed me a post “he’ll be sorry” in period two.";
const PROBLEM: &str = "There is a problem";

/// Sends a report with mistakes; it comes back with every word, and is sent once they are put right.
async fn makes_mistakes_and_puts_them_right(teacher: &Person<'_>) {
    teacher.fills("What happened?", WORDS).await;
    teacher.answers("When did you notice it?", "Another day").await;
    teacher.fills("Day", "41").await;
    teacher.fills("Who have you told? (optional)", "My neighbour").await;
    teacher.presses("Send report", "Report a concern").await;
    teacher.sees(PROBLEM).await;
    teacher.sees("Select what your concern is about").await;
    for (label, kept) in
        [("What happened?", WORDS), ("Day", "41"), ("Who have you told? (optional)", "My neighbour")]
    {
        assert_eq!(teacher.reads_field(label).await, kept, "{label}");
    }
}

/// The rest of the form, from where the mistakes left it.
async fn sends_it(teacher: &Person<'_>) {
    let concern = Concern { group: None, ..Concern::of("", "I am not sure", WORDS) };
    teacher.fills_in(&concern).await;
    teacher.presses("Send report", "Report sent").await;
    teacher.sees("The designated safeguarding lead (DSL) has been told.").await;
}

/// On a phone, with no scripts at all: a mistake costs no word, and the report arrives.
#[actix_web::test]
async fn a_phone_without_scripts_keeps_every_word_and_sends_the_report() {
    let room = Room::open("no-scripts").await;
    room.refuses_scripts().await;
    room.shown_on(Screen::Phone);
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    makes_mistakes_and_puts_them_right(&teacher).await;
    sends_it(&teacher).await;
}

/// With scripts the summary of mistakes has the focus, its links lead to the fields, and nothing typed is lost.
#[actix_web::test]
async fn a_mistake_moves_the_focus_to_the_summary_and_keeps_every_word() {
    let room = Room::open("mistakes").await;
    room.shown_on(Screen::Phone);
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    makes_mistakes_and_puts_them_right(&teacher).await;
    assert!(room.browser.focused().await.starts_with(PROBLEM), "the summary has the focus");
    teacher.unfolds("Day must be a number from 1 to 31").await;
    assert_eq!(room.browser.focused().await, "Day", "a mistake leads to its field");
    sends_it(&teacher).await;
}

/// From sign-in to receipt with Tab, Space, Enter and the arrows alone.
#[actix_web::test]
async fn a_concern_is_reported_with_the_keyboard_alone() {
    let room = Room::open("keyboard").await;
    let teacher = room.comes_to_sign_in(Cast::Teacher).await;
    teacher.tabs_to("Upton sign-in").await;
    room.browser.leaves_by_key(Key::Enter, "Choose a person").await;
    teacher.tabs_to("Tessa Teach").await;
    room.browser.leaves_by_key(Key::Enter, "Report a concern").await;

    teacher.tabs_to("Something seen or searched for online").await;
    teacher.types(Key::Enter).await;
    teacher.tabs_to("Accidental access to inappropriate (but legal) material").await;
    teacher.types(Key::Space).await;
    teacher.types(Key::Down).await;
    teacher.types(Key::Down).await;
    teacher.types(Key::Down).await;
    teacher.sees("do not leave them alone").await;
    teacher.tabs_to("What happened?").await;
    teacher.types(WORDS).await;
    teacher.tabs_to("Just now").await;
    teacher.types(Key::Space).await;
    teacher.tabs_to("Yes").await;
    teacher.types(Key::Down).await;
    teacher.tabs_to("Yes").await;
    teacher.types(Key::Down).await;
    teacher.tabs_to("Send report").await;
    room.browser.leaves_by_key(Key::Enter, "Report sent").await;
    teacher.tabs_to("See your report").await;
    room.browser.leaves_by_key(Key::Enter, "Your report").await;
    teacher.sees(WORDS).await;
    teacher.sees("Self-harm, suicide, eating-disorder or violent content").await;
}

/// R4: on a phone, without scripts, somebody types in what a supply teacher left on paper.
#[actix_web::test]
async fn r4_a_paper_form_is_typed_in_on_a_phone_without_scripts() {
    let room = Room::open("paper").await;
    room.refuses_scripts().await;
    room.shown_on(Screen::Phone);
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    teacher.unfolds("Write this for a person without an account, or from a paper form").await;
    teacher.fills("Who told you?", "Sally Supply").await;
    teacher.answers("How did they tell you?", "On a paper form").await;
    let concern = Concern { group: None, ..Concern::of("", "I am not sure", WORDS) };
    teacher.fills_in(&concern).await;
    teacher.presses("Send report", "Report a concern").await;
    teacher.sees("Select what they are to the school").await;
    teacher.sees("Enter the day the paper form was written").await;
    assert_eq!(teacher.reads_field("Who told you?").await, "Sally Supply");
    room.keeps("mistakes").await;
    teacher.answers("What are they to the school?", "Supply teacher or agency staff").await;
    teacher.fills_date("When did they write it, or tell you?", ("16", "11", "2026")).await;
    teacher.presses("Send report", "Report sent").await;
    teacher.presses("See your report", "Your report").await;
    teacher.sees("Sally Supply (supply teacher or agency staff), on a paper form").await;
    let dsl = room.signs_in(Cast::Dsl, "Cases that need action").await;
    dsl.presses("I am not sure", "I am not sure").await;
    dsl.sees("Sally Supply (supply teacher or agency staff), typed by Tessa Teach").await;
}

/// R10: Back after sending, by the browser's own button: the page says what was sent, and sending it again sends nothing twice.
#[actix_web::test]
async fn r10_back_after_sending_finds_what_was_sent_and_sends_nothing_twice() {
    let room = Room::open("back").await;
    room.shown_on(Screen::Phone);
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    sends_it_as_written(&teacher).await;
    let reference = teacher.reference().await.to_string();
    let sent = format!("You have sent this report already: {reference}");
    for again in 1..=2 {
        room.browser.goes_back_to("Report a concern").await;
        teacher.sees(&sent).await;
        sends_it_as_written(&teacher).await;
        teacher.sees(&reference).await;
        assert_eq!(room.school.db.count("concerns"), 1, "sent again {again} times");
    }
    assert_eq!(room.school.db.count("cases"), 1);
    // Back, and on by the page's own link: a new form, which is another report.
    room.browser.goes_back_to("Report a concern").await;
    teacher.presses("Report something else", "Report a concern").await;
    teacher.does_not_see("You have sent this report already").await;
    sends_it_as_written(&teacher).await;
    assert_eq!(room.school.db.count("concerns"), 2);
    teacher.presses("See your report", "Your report").await;
    teacher.sees(WORDS).await;
}

/// The whole form, and the receipt.
async fn sends_it_as_written(teacher: &Person<'_>) {
    teacher.fills_in(&Concern { group: None, ..Concern::of("", "I am not sure", WORDS) }).await;
    teacher.presses("Send report", "Report sent").await;
}

/// Whether names are listed under the field that has the focus.
const IS_OFFERED: &str = "return document.activeElement.getAttribute('aria-expanded') === 'true'";

/// What stands in a field, hidden ones too.
async fn value_of(browser: &Browser, which: &str) -> serde_json::Value {
    browser.ask(&format!("return document.querySelector('{which}').value"), vec![]).await
}

/// I1: a pupil picked with the keyboard is the pupil of the case, and so is who was told; what is changed by hand afterwards
/// is no pick any more.
#[actix_web::test]
async fn i1_a_pupil_picked_with_the_keyboard_is_in_the_case() {
    let room = Room::open("picked").await;
    crate::picked::imports_the_list(&room.school);
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    teacher.fills_in(&Concern { group: None, ..Concern::of("", "I am not sure", WORDS) }).await;
    let browser = &room.browser;
    browser.fill_in("Person 1", "Name", "lu").await;
    browser.waits_for(IS_OFFERED).await;
    browser.is_accessible("a list of names").await;
    teacher.types(Key::Down).await;
    teacher.types(Key::Enter).await;
    let lucja = crate::picked::only(&room.school, "Łucja Zając").to_string();
    assert_eq!(value_of(browser, "#person-1").await, "Łucja Zając, Year 8, 8B");
    assert_eq!(value_of(browser, "[name=person-1-id]").await, lucja.as_str());
    teacher.types("x").await;
    assert_eq!(value_of(browser, "[name=person-1-id]").await, "", "words that were changed are words");
    teacher.types(Key::Backspace).await;
    browser.choose_in("Person 1", "Who they are", "A pupil").await;
    browser.choose_in("Person 1", "Their part in it", "Affected").await;
    browser.fill("Find a name to add", "as").await;
    browser.waits_for(IS_OFFERED).await;
    teacher.types(Key::Down).await;
    teacher.types(Key::Enter).await;
    assert_eq!(value_of(browser, "#told").await, "Élodie Ashe, Year 8, 8B");
    teacher.presses("Send report", "Report sent").await;
    assert_eq!(room.school.db.count(&format!("case_subjects WHERE person_id = '{lucja}'")), 1);
    let dsl = room.signs_in(Cast::Dsl, "Cases that need action").await;
    dsl.presses("I am not sure", "I am not sure").await;
    dsl.sees("Łucja Zając").await;
    dsl.sees("Élodie Ashe").await;
}

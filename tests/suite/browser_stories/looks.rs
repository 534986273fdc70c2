//! The pages people stay on longest, as their devices show them: dark, in colours of their own, on a phone, on paper.

use crate::browser::vocabulary::{
    Answer::{Choice, Words},
    Person, Room,
};
use crate::{
    browser::{Appearance, Screen},
    school::Cast,
};
use candour::domain::people::subject::{SubjectKind, SubjectRole};
use chrono::{TimeDelta, TimeZone, Utc};

const HARM: &str = "Self-harm, suicide, eating-disorder or violent content";

/// Every look of the page that is open. Dark words on dark pages fail the checker; on paper there is nothing to press.
async fn stands_every_look(person: &Person<'_>, name: &str) {
    let (room, browser) = (person.room, &person.room.browser);
    browser.no_horizontal_overflow(Screen::Phone).await;
    room.keeps(&format!("{name}-phone")).await;
    browser.show_on(Screen::Laptop).await;
    browser.show_as(Appearance::Dark).await;
    browser.is_accessible(&format!("{name} in the dark")).await;
    room.keeps(&format!("{name}-dark")).await;
    browser.show_as(Appearance::ForcedColours).await;
    room.keeps(&format!("{name}-forced-colours")).await;
    browser.show_as(Appearance::Paper).await;
    browser.no_horizontal_overflow(Screen::Sheet).await;
    room.keeps(&format!("{name}-paper")).await;
    for words in ["Skip to main content", "Hide screen", "Report a concern", "Your settings"] {
        person.does_not_see(words).await;
    }
    browser.show_as(Appearance::Usual).await;
    browser.show_on(Screen::Laptop).await;
}

#[actix_web::test]
async fn the_pages_of_a_long_day_stand_every_look() {
    let room = Room::open("look").await;
    let about =
        room.school.about(room.school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected);
    for category in ["CON-HARM", "CON-INAPP", "FIL-FAIL", "CDT-CYBULLY", "CNT-STRANGER", "COM-SCAM"] {
        let mut draft = room.school.draft(category);
        draft.subjects = vec![about.clone()];
        room.school.report(Cast::Teacher, &draft);
    }
    room.school.hands.forward(TimeDelta::days(1));
    let dsl = room.signs_in(Cast::Dsl, "Cases that need action").await;
    stands_every_look(&dsl, "desk").await;
    dsl.presses(HARM, HARM).await;
    let triage = [
        Choice("How serious is it?", "High"),
        Choice("Who should be the case owner?", "Dinah Lead (you), designated safeguarding lead (DSL)"),
        Choice("Is the child safe now, and safe to go home?", "Yes"),
        Words("What does the child want to happen?", "To talk to somebody she knows."),
        Choice("Have parents or carers been told?", "Yes, they have been told"),
        Choice("Did the filter let it through?", "No, or it cannot be known"),
    ];
    dsl.does("Triage", "Triage", "Save triage", &triage, "Triaged").await;
    stands_every_look(&dsl, "case").await;
    dsl.opens("/report", "Report a concern").await;
    room.browser.show_as(Appearance::Dark).await;
    dsl.presses("Send report", "Report a concern").await;
    dsl.sees("There is a problem").await;
    room.keeps("mistakes-dark").await;
    room.browser.show_as(Appearance::Usual).await;

    room.school.hands.set(Utc.with_ymd_and_hms(2027, 1, 5, 9, 0, 0).unwrap());
    let head = room.signs_in(Cast::Head, "Cases that need action").await;
    head.presses("Statistics", "Reports to governors").await;
    head.presses(
        "Preview the report for autumn term 2026",
        "Safeguarding and online safety: autumn term 2026",
    )
    .await;
    stands_every_look(&head, "statistics").await;
}

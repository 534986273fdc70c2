//! Duties as people give them, take them and lose them: proposed and confirmed, cover for an absence, a leaver cut off.

use crate::browser::vocabulary::{Concern, DESK, Person, Room};
use crate::school::Cast;
use candour::store::people::staff;

const WORRY: Concern<'_> = Concern::of(
    "A worry about a child",
    "A worry about a child's welfare or behaviour (anything else)",
    "He was very quiet today.",
);

/// An administrator proposes that somebody else has a duty.
async fn proposes(admin: &Person<'_>, name: &str, duty: &str, why: &str, leads_to: &str) {
    admin.presses("Roles", "Roles").await;
    admin.presses("Propose a role", "Propose a role").await;
    admin.answers("Who is it for?", name).await;
    admin.answers("Which role?", duty).await;
    admin.answers("Why?", why).await;
    admin.presses("Propose this role", leads_to).await;
}

/// The head sees that something waits, and confirms it.
async fn confirms(head: &Person<'_>, whose: &str) {
    head.sees("Roles").await;
    head.presses("Roles", "Roles").await;
    head.presses("Confirm or refuse", "A proposal").await;
    head.sees(whose).await;
    head.presses("Confirm", "Roles").await;
    head.sees("It has been confirmed.").await;
}

/// The DSL is away for two days. Somebody covers, gets what is hers, and afterwards nothing.
#[actix_web::test]
async fn somebody_covers_for_an_absent_dsl() {
    let room = Room::open("cover").await;
    let admin = room.signs_in(Cast::Administrator, "Report a concern").await;
    let dsl = "Cover for the designated safeguarding lead (DSL)";
    // Cover without a last day is not taken, and nothing that was chosen is lost.
    proposes(&admin, "Oliver Other", dsl, "Planned leave", "Propose a role").await;
    admin.sees("Enter the last day of the absence").await;
    admin.fills_date("Until which day?", ("18", "11", "2026")).await;
    admin.presses("Propose this role", "Roles").await;
    admin.sees("It has been proposed.").await;
    admin.sees("when it is confirmed, until Wed 18 Nov 2026").await;

    let head = room.signs_in(Cast::Head, DESK).await;
    confirms(&head, "Oliver Other").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let reference = teacher.reports(&WORRY).await;
    let oliver = room.signs_in(Cast::OtherTeacher, DESK).await;
    oliver.sees(reference.as_str()).await;
    oliver.presses("Roles", "Who has which role").await;
    oliver.sees("Oliver Other, Cover for the designated safeguarding lead (DSL)").await;

    room.school.hands.set("2026-11-19T08:00:00Z".parse().unwrap());
    oliver.opens("/queue", "Sign in").await;
    let oliver = room.signs_in(Cast::OtherTeacher, "Report a concern").await;
    oliver.opens("/queue", "Page not found").await;
    oliver.finds_no_case(&reference).await;
}

/// A deputy is proposed, confirmed, and ended at once while she is at work.
#[actix_web::test]
async fn a_duty_is_proposed_confirmed_and_ended_at_once() {
    let room = Room::open("duty").await;
    let admin = room.signs_in(Cast::Administrator, "Report a concern").await;
    let tessa = room.signs_in(Cast::Teacher, "Report a concern").await;
    tessa.opens("/queue", "Page not found").await;
    tessa.sees("tell an administrator this number:").await;
    proposes(&admin, "Tessa Teach", "Deputy designated safeguarding lead (DSL)", "New in the post", "Roles")
        .await;
    let head = room.signs_in(Cast::Head, DESK).await;
    confirms(&head, "Tessa Teach").await;
    tessa.opens("/queue", DESK).await;
    let dinah = room.signs_in(Cast::Dsl, DESK).await;
    dinah.presses("Roles", "Who has which role").await;
    dinah.sees("Tessa Teach").await;

    head.presses("End the role of Tessa Teach", "End a role").await;
    head.answers("Why does it end?", "Was entered by mistake").await;
    head.presses("End it at once", "Roles").await;
    head.presses("History of roles", "History of roles").await;
    head.sees("Ended at once by Hattie Head (was entered by mistake).").await;
    tessa.opens("/queue", "Page not found").await;
    head.opens("/admin/duties", "Roles").await;
    head.opens("/admin/routes", "Who gets which concern").await;
    head.answers("Who would it be about?", "Dinah Lead").await;
    head.presses("Show", "Who gets which concern").await;
    head.sees("if Dinah Lead were alleged to have done it").await;
}

/// Somebody leaves the school while they are writing: what they send is not taken, and the next page is the sign-in.
#[actix_web::test]
async fn a_leaver_is_cut_off_in_the_middle_of_a_note() {
    let room = Room::open("leaver").await;
    let school = &room.school;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let dougal = room.signs_in(Cast::DeputyDsl, DESK).await;
    dougal.opens(&format!("/cases/{reference}/note"), "Add a note").await;
    dougal.fills("What do you want to note?", "I have rung home.").await;
    let person = school.person(Cast::DeputyDsl);
    school.db.write(|tx| staff::leave(tx, school.school, person, school.clock.now())).unwrap();
    dougal.presses("Add note", "This page was open for too long").await;
    dougal.does_not_see(reference.as_str()).await;
    dougal.opens("/queue", "Sign in").await;
    let dinah = room.signs_in(Cast::Dsl, DESK).await;
    dinah.opens(&format!("/cases/{reference}"), "behaviour (anything else)").await;
    dinah.does_not_see("I have rung home.").await;
}

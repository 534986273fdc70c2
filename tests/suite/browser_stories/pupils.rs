//! What pupils met online: by accident, through a filter that failed, and from somebody who meant harm.

use crate::browser::vocabulary::{
    Answer::{Choice, Words},
    Concern, DESK, ENDS, Room,
};
use crate::school::Cast;

const SEEN_ONLINE: &str = "Something seen or searched for online";
const SEEN: &str = "Accidental access to inappropriate (but legal) material, or it was searched for or \
    received";
const LET_THROUGH: &str = "The filter let through something it should block";

/// Accidental access: the coordinator acknowledges, triages (the filter let it through, so that the network manager has
/// a case of his own) and closes; the teacher sees "Closed".
#[actix_web::test]
async fn accidental_access_is_followed_to_its_end() {
    let room = Room::open("accident").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let mut concern = Concern::of(SEEN_ONLINE, SEEN, "An advert came up in the second lesson.");
    concern.web = Some("http://bad.example/page");
    let reference = teacher.reports(&concern).await;
    teacher.sees("The online safety coordinator, the designated safeguarding lead (DSL) and the network manager have been told.").await;
    teacher.presses("See your report, or add something you forgot", "Your report").await;
    teacher.sees("Received").await;

    let coordinator = room.signs_in(Cast::OnlineSafety, DESK).await;
    coordinator.opens_from_the_desk(SEEN, &reference).await;
    coordinator.sees("Do next: acknowledge the concern").await;
    coordinator.sees("hxxp://bad[.]example/page").await;
    coordinator.presses("Acknowledge", SEEN).await;
    coordinator.sees("Acknowledged.").await;
    let triage = [
        Choice("How serious is it?", "Medium"),
        Choice("Who should be the case owner?", "Olive Online (you), online safety coordinator"),
        Choice("Did the filter let it through?", "Yes"),
        Words("Where", "Room 12"),
    ];
    coordinator.does("Triage", "Triage", "Save triage", &triage, "Triaged").await;
    coordinator.sees("A filtering case was opened from this one.").await;

    let network = room.signs_in_and_changes_school(Cast::Network, DESK).await;
    network.sees(LET_THROUGH).await;
    network.presses(LET_THROUGH, LET_THROUGH).await;
    network.sees("hxxp://bad[.]example/page").await;
    network.does_not_see("second lesson").await;
    network.opens(&format!("/cases/{reference}"), SEEN).await;
    network.sees("You can see the technical part of this case.").await;
    network.does_not_see("second lesson").await;

    let plan = [Words("What is the plan?", "Talk to the class.")];
    coordinator.does("Start work", "Start work", "Start work", &plan, "Work started").await;
    coordinator
        .does(
            "Submit for sign-off",
            "Submit for sign-off",
            "Submit for sign-off",
            &ENDS,
            "Submitted for sign-off",
        )
        .await;
    coordinator.sees("Do next: sign off and close the case").await;
    let kept = [Choice("How long must it be kept?", "Minor breach by a pupil: 3 years")];
    coordinator.does("Close the case", "Close the case", "Close case", &kept, "Closed").await;

    teacher.opens("/my-reports", "My reports").await;
    teacher.sees("Closed").await;
    teacher.presses(reference.as_str(), "Your report").await;
    teacher.sees("Closed").await;
}

/// A filtering failure: the person who fixed it cannot test it, and it stays open until somebody else did.
#[actix_web::test]
async fn a_fix_is_tested_by_somebody_else() {
    let room = Room::open("filter").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let mut concern =
        Concern::of("Filtering and monitoring", LET_THROUGH, "A game site opened on the tablets.");
    concern.web = Some("games.example");
    let reference = teacher.reports(&concern).await;

    let network = room.signs_in_and_changes_school(Cast::Network, DESK).await;
    network.opens_from_the_desk(LET_THROUGH, &reference).await;
    network.presses("Acknowledge", LET_THROUGH).await;
    let triage = [
        Choice("How serious is it?", "Medium"),
        Choice("Who should be the case owner?", "Ned Network (you), network manager"),
    ];
    network.does("Triage", "Triage", "Save triage", &triage, "Triaged").await;
    let plan = [Words("What is the plan?", "Block the site.")];
    network.does("Start work", "Start work", "Start work", &plan, "Work started").await;
    let fix = [Words("What was done to put it right?", "Blocked the site.")];
    network.does("Record a fix", "Record a fix", "Save fix", &fix, "Fix recorded").await;

    network.sees("Do next: another person tests the fix").await;
    network.does_not_see("Record a re-test").await;
    network.opens(&format!("/cases/{reference}/retest"), "Record a re-test").await;
    network.sees("The person who recorded the fix cannot test it").await;
    network.answers("What did the test show?", "It works now").await;
    network.presses("Save re-test", "Record a re-test").await;
    network.sees("You recorded the fix, so another person must test it.").await;
    network.presses("Back to case", LET_THROUGH).await;
    network.presses("Submit for sign-off", "Submit for sign-off").await;
    network.gives(&ENDS).await;
    network.presses("Submit for sign-off", "Submit for sign-off").await;
    network.sees("There is a problem").await;
    network.sees("have another person test that it works").await;

    let coordinator = room.signs_in(Cast::OnlineSafety, DESK).await;
    coordinator.opens_from_the_desk(LET_THROUGH, &reference).await;
    coordinator.sees("Do next: test the fix").await;
    let works = [Choice("What did the test show?", "It works now")];
    coordinator.does("Record a re-test", "Record a re-test", "Save re-test", &works, "Re-tested").await;

    network.opens_from_the_desk(LET_THROUGH, &reference).await;
    network
        .does(
            "Submit for sign-off",
            "Submit for sign-off",
            "Submit for sign-off",
            &ENDS,
            "Submitted for sign-off",
        )
        .await;
    let kept = [Choice("How long must it be kept?", "Filtering or monitoring: 3 years")];
    network.does("Close the case", "Close the case", "Close case", &kept, "Closed").await;
}

/// A referral to the police sets the hold; only the head lifts it, with what the police answered.
#[actix_web::test]
async fn the_police_set_a_hold_and_the_head_lifts_it() {
    let room = Room::open("police").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let grooming = "An adult (or unknown person) is grooming or sexually approaching a child online";
    let mut concern = Concern::of("Someone contacting a child online", grooming, "He asks her to meet him.");
    concern.people = &[("Ellie Marsh", "A pupil", "Affected")];
    concern.in_person = Some("I have not told anyone yet");
    let reference = teacher.reports(&concern).await;
    teacher.sees("Speak to someone now as well").await;

    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(grooming, &reference).await;
    let police = [
        Choice("Who did you refer this to?", "Police"),
        Words("Which police force, and how did you reach them?", "Wessex, by 999"),
        Words("What is the incident number?", "WX 1234"),
        Choice("When did you tell them?", "Just now"),
        Words("Why? (optional)", "A man wants to meet a child."),
    ];
    head.does("Record a referral", "Record a referral", "Save referral", &police, "Referral recorded").await;
    head.sees("Hold").await;
    head.sees("WX 1234").await;

    let dsl = room.signs_in(Cast::Dsl, DESK).await;
    dsl.opens_from_the_desk(grooming, &reference).await;
    dsl.sees("Hold").await;
    dsl.does_not_see("Lift the legal hold").await;
    dsl.opens(&format!("/cases/{reference}/lift-hold"), "You cannot do this").await;
    dsl.sees("Only the headteacher").await;

    let answer = [Words("What did the police answer?", "PC Bloggs, at noon: it may be lifted.")];
    head.opens_from_the_desk(grooming, &reference).await;
    head.does("Lift the legal hold", "Lift the legal hold", "Lift legal hold", &answer, "Legal hold lifted")
        .await;
    head.sees("Set a legal hold").await;
}

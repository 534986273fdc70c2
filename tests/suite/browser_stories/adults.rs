//! Concerns about adults who work here: who leads, who never hears of it, and what stays with the reporter.

use crate::browser::vocabulary::{
    Answer::{Choice, Words},
    Concern, DESK, ENDS, Person, Room,
};
use crate::school::Cast;
use candour::domain::kernel::ids::Reference;

const ADULTS: &str = "Something an adult here did, or had done to them";
const CONTACT: &str = "Social-media or personal contact between an adult and a pupil (or ex-pupil under 18)";
const HERE: &str = "An adult who works or volunteers here";
const DID_IT: &str = "Alleged";

/// Social-media contact with a pupil: the head leads, the DSL is copied, LADO and HR, a second person closes.
#[actix_web::test]
async fn contact_with_a_pupil_goes_to_the_head_and_the_lado() {
    let room = Room::open("contact").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let mut concern = Concern::of(ADULTS, CONTACT, "He writes to her at night.");
    concern.adult = Some("Another adult");
    concern.people = &[("Oliver Other", HERE, DID_IT), ("Ellie Marsh", "A pupil", "Affected")];
    let reference = teacher.reports(&concern).await;
    teacher.sees("The headteacher and the designated safeguarding lead (DSL) have been told.").await;
    let other = room.signs_in(Cast::OtherTeacher, "Report a concern").await;
    other.finds_no_case(&reference).await;

    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(CONTACT, &reference).await;
    head.presses("Acknowledge", CONTACT).await;
    let triage = [
        Choice("How serious is it?", "High"),
        Choice("Who should be the case owner?", "Hattie Head (you), headteacher"),
        Choice("Is the child safe now, and safe to go home?", "Yes"),
        Words("What does the child want to happen?", "She wants it to stop."),
        Choice("Have parents or carers been told?", "Yes, they have been told"),
        Choice("Does what the adult did meet the harm threshold?", "It may meet the harm threshold"),
    ];
    head.does("Triage", "Triage", "Save triage", &triage, "Triaged").await;
    let plan = [Words("What is the plan?", "Tell the LADO first.")];
    head.does("Start work", "Start work", "Start work", &plan, "Work started").await;
    refers(&head).await;

    let dsl = room.signs_in(Cast::Dsl, DESK).await;
    dsl.opens_from_the_desk(CONTACT, &reference).await;
    dsl.sees("Ellie Marsh").await;
    dsl.does_not_see("Submit for sign-off").await;

    head.presses("Submit for sign-off", "Submit for sign-off").await;
    head.gives(&ENDS).await;
    head.presses("Submit for sign-off", "Submit for sign-off").await;
    head.sees("There is a problem").await;
    head.presses("Back to case", CONTACT).await;
    let finished = [
        Choice("What is its status now?", "Finished"),
        Words("What did you hear, or why?", "They have finished."),
        Choice("What was the outcome?", "Unfounded"),
    ];
    // HR has no outcome of its own: the case has one.
    head.does("Update the referral", "Update a referral", "Save", &finished[..2], "Referral updated").await;
    head.does("Update the referral", "Update a referral", "Save", &finished, "Referral updated").await;
    head.does(
        "Submit for sign-off",
        "Submit for sign-off",
        "Submit for sign-off",
        &ENDS,
        "Submitted for sign-off",
    )
    .await;
    head.sees("Do next: a second person has to sign it off").await;
    head.does_not_see("Close the case").await;

    dsl.opens_from_the_desk(CONTACT, &reference).await;
    dsl.sees("She wants it to stop.").await;
    dsl.sees("Do next: sign off and close the case").await;
    let kept = [Choice("How long must it be kept?", "Allegation about an adult")];
    dsl.does("Close the case", "Close the case", "Close case", &kept, "Closed").await;
    other.opens("/my-reports", "My reports").await;
    other.sees("You have not reported anything yet.").await;
}

/// The head records what she told the LADO and HR.
async fn refers(head: &Person<'_>) {
    let lado = [
        Choice("Who did you refer this to?", "Local authority designated officer (LADO)"),
        Words("What is the adult’s name?", "Oliver Other"),
        Words("What is the adult’s role?", "Teacher here."),
        Words("Who employs them?", "The school."),
        Words("When did they start here?", "September 2023"),
        Words("Do they work with children anywhere else?", "He coaches swimming."),
        Words("Do they have children of their own, or live with children?", "Nobody knows."),
        Words("Were there concerns about them before?", "None."),
        Words("Which children is it about?", "Ellie Marsh"),
        Words("What are the children’s dates of birth?", "27 3 2012"),
        Words("Does a child have a social worker? Who is it?", "No."),
        Words("Which part of the harm threshold may be met?", "A risk of harm."),
        Words("Does the adult know?", "No."),
        Choice("What did the LADO advise?", "Hold"),
        Choice("When did you tell them?", "Just now"),
        Words("Why? (optional)", "Messages at night."),
    ];
    head.does("Record a referral", "Record a referral", "Save referral", &lado, "Referral recorded").await;
    head.sees("A risk of harm.").await;
    let hr = [
        Choice("Who did you refer this to?", "HR or disciplinary procedure"),
        Words("Who in HR did you tell?", "The county's adviser."),
        Words("Is the adult suspended, and why or why not?", "No: he works from home."),
        Words("Were the LADO and the police consulted first?", "The LADO agreed."),
        Choice("When did you tell them?", "Just now"),
    ];
    head.does("Record a referral", "Record a referral", "Save referral", &hr, "Referral recorded").await;
}

/// A concern about the DSL: she sees nothing anywhere, the head leads, no deputy hears of it.
#[actix_web::test]
async fn a_concern_about_the_dsl_is_nowhere_for_her() {
    let room = Room::open("dsl").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let harm = "An adult may have harmed a child or may be unsuitable to work with children";
    let mut concern = Concern::of(ADULTS, harm, "She locked him in the store room.");
    concern.adult = Some("The safeguarding lead");
    concern.in_person = Some("I have not told anyone yet");
    let reference = teacher.reports(&concern).await;
    teacher.sees("The headteacher has been told.").await;
    let mut told = room.school.deliver().await;
    told.sort();
    assert_eq!(told, ["harold.vice@school.example", "hattie.head@school.example"].map(str::to_owned));
    for cast in [Cast::Dsl, Cast::DeputyDsl] {
        let she = room.signs_in(cast, DESK).await;
        sees_it_nowhere(&she, &reference).await;
    }
    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(harm, &reference).await;
    head.sees("She locked him in the store room.").await;
    head.sees("Do next: acknowledge the concern").await;
}

/// On no list that can be followed from the desk, and not at its own address.
async fn sees_it_nowhere(she: &Person<'_>, reference: &Reference) {
    she.sees("Nothing needs you here.").await;
    for list in ["Overdue", "Due today", "New", "With you"] {
        she.presses(list, DESK).await;
        she.does_not_see(reference.as_str()).await;
    }
    she.presses("All cases", "All cases").await;
    she.does_not_see(reference.as_str()).await;
    she.presses("Ended", "All cases").await;
    she.does_not_see(reference.as_str()).await;
    she.opens("/my-reports", "My reports").await;
    she.does_not_see(reference.as_str()).await;
    she.finds_no_case(reference).await;
}

/// "The IT man", without a name: the network manager never hears of it.
#[actix_web::test]
async fn the_it_man_without_a_name_keeps_it_from_the_network_manager() {
    let room = Room::open("it-man").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let bypass = "Attempt to get round filtering or security (proxy, VPN)";
    let mut concern =
        Concern::of("Filtering and monitoring", bypass, "He switched the filter off for his friend.");
    concern.adult = Some("Another adult");
    concern.people = &[("the IT man", HERE, DID_IT)];
    let reference = teacher.reports(&concern).await;
    let network = room.signs_in_and_changes_school(Cast::Network, DESK).await;
    sees_it_nowhere(&network, &reference).await;
    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(bypass, &reference).await;
    head.sees("the IT man").await;
}

/// A teacher reports himself: he keeps his receipt, can add to it, and never sees the case.
#[actix_web::test]
async fn a_teacher_reports_himself_and_keeps_his_receipt() {
    let room = Room::open("himself").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let low_level = "A low-level concern about an adult's behaviour (no matter how small)";
    let mut concern = Concern::of(ADULTS, low_level, "I gave a pupil a lift home.");
    concern.adult = Some("Another adult");
    concern.people = &[("Tessa Teach", HERE, DID_IT)];
    concern.how = Some("It is about something I did myself");
    let reference = teacher.reports(&concern).await;
    teacher.presses("See your report, or add something you forgot", "Your report").await;
    teacher.sees("I gave a pupil a lift home.").await;
    teacher.fills("What do you want to add?", "I also told her mother.").await;
    teacher.presses("Add to report", "Your report").await;
    teacher.sees("It has been added to your report.").await;
    teacher.sees("I also told her mother.").await;
    teacher.finds_no_case(&reference).await;

    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(low_level, &reference).await;
    head.sees("I also told her mother.").await;
    head.presses("Acknowledge", low_level).await;
    teacher.opens("/my-reports", "My reports").await;
    teacher.sees("Being dealt with").await;
}

/// A case whose owner becomes its subject: it goes back to the desk and is gone for them.
#[actix_web::test]
async fn a_case_whose_owner_becomes_its_subject() {
    let room = Room::open("owner").await;
    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    let worry = "A worry about a child's welfare or behaviour (anything else)";
    let concern = Concern::of("A worry about a child", worry, "He is always hungry.");
    let reference = teacher.reports(&concern).await;

    let dsl = room.signs_in(Cast::Dsl, DESK).await;
    dsl.opens_from_the_desk(worry, &reference).await;
    dsl.presses("Acknowledge", worry).await;
    let triage =
        [Choice("How serious is it?", "High"), Choice("Who should be the case owner?", "Oliver Other")];
    dsl.does("Triage", "Triage", "Save triage", &triage, "Triaged").await;

    let other = room.signs_in(Cast::OtherTeacher, DESK).await;
    other.opens_from_the_desk(worry, &reference).await;
    other.sees("Do next: start work").await;

    let him = [
        Words("Who?", "Oliver Other"),
        Choice("What are they to the school?", HERE),
        Choice("What is their part in it?", DID_IT),
    ];
    dsl.does("Add a person", "Add a person", "Add person", &him, "People in the case changed").await;
    other.finds_no_case(&reference).await;
    other.opens("/", "Report a concern").await;
    other.does_not_see("Your cases").await;
    let head = room.signs_in(Cast::Head, DESK).await;
    head.opens_from_the_desk(worry, &reference).await;
    head.sees("Oliver Other").await;
}

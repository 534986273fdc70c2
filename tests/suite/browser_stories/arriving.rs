//! Somebody's first arrival: known to the school's sign-in, let in by a code handed over in person.

use crate::browser::vocabulary::{Concern, Person, Room};
use crate::school::{Cast, School};

const NOT_KNOWN: &str = "Candour does not know you yet";

/// The account of this person is nobody's in the school yet.
fn has_never_arrived(school: &School, cast: Cast) {
    school.db.run_sql(&format!("DELETE FROM bindings WHERE person_id = '{}'", school.person(cast)));
}

/// The code on the page, as somebody copies it by hand.
async fn code_on_the_page(admin: &Person<'_>) -> String {
    let is_code = |word: &&str| word.len() == 15 && word.split('-').count() == 4;
    let text = admin.reads().await;
    text.split_whitespace().find(is_code).unwrap_or_else(|| panic!("no code on the page:\n{text}")).to_owned()
}

#[actix_web::test]
async fn a_first_arrival_waits_for_a_code_and_then_reports() {
    let room = Room::open("arriving").await;
    has_never_arrived(&room.school, Cast::OtherTeacher);
    let oliver = room.signs_in(Cast::OtherTeacher, NOT_KNOWN).await;
    oliver.sees("Your administrator can see that you came.").await;
    oliver.sees("You need not wait to report.").await;
    oliver.opens("/report", "Sign in").await;

    let admin = room.signs_in(Cast::Administrator, "Report a concern").await;
    admin.presses("Access requests", "Access requests").await;
    admin.sees("Oliver Other").await;
    admin.answers("Who is it for?", "Oliver Other").await;
    admin.presses("Make a code", "A code to hand over").await;
    let code = code_on_the_page(&admin).await;

    let oliver = room.signs_in(Cast::OtherTeacher, NOT_KNOWN).await;
    oliver.fills("What is your code?", "AAA-AAA-AAA-AAA").await;
    oliver.presses("Enter code", NOT_KNOWN).await;
    oliver.fills("What is your code?", &code.to_lowercase()).await;
    oliver.presses("Enter code", "Is this code for you?").await;
    oliver.presses("Yes, that is me", "Report a concern").await;
    let worry = "A worry about a child's welfare or behaviour (anything else)";
    oliver.reports(&Concern::of("A worry about a child", worry, "He was very quiet today.")).await;

    admin.opens("/admin/access-requests", "Access requests").await;
    admin.sees("No one has asked.").await;
    admin
        .presses("Accounts people sign in with, and how to remove one", "Accounts people sign in with")
        .await;
    admin.presses("Remove the account Oliver Other", "Remove an account").await;
    admin.sees("It is the only account of Oliver Other.").await;
    admin.presses("Remove this account", "Accounts people sign in with").await;
    admin.sees("The account has been removed and signed out.").await;
    oliver.opens("/my-reports", "Sign in").await;
}

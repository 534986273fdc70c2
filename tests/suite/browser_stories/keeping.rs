//! The administrator keeps the adults of the school: the external contact is added, corrected, goes and is back.

use crate::browser::vocabulary::Room;
use crate::school::Cast;

#[actix_web::test]
async fn an_administrator_adds_somebody_who_is_on_no_list() {
    let room = Room::open("people").await;
    let admin = room.signs_in(Cast::Administrator, "Report a concern").await;
    admin.presses("People", "People").await;
    admin.does_not_see("Ellie Marsh").await;
    admin.presses("Add a person", "Add a person").await;
    // Nothing that was typed is lost to a question.
    admin.fills("What are they called?", "Oliver Other").await;
    admin.answers("What are they?", "Person from the local authority or trust").await;
    admin.fills("What is their work e-mail address?", "ee@trust.example").await;
    admin.presses("Add this person", "Add a person").await;
    admin.sees("These go by that name already").await;
    admin.answers("Is this one of them?", "This is another person of the same name").await;
    admin.presses("Add this person", "A person Oliver Other").await;
    admin.sees("They have been added.").await;
    admin.sees("What comes next").await;
    room.keeps("people-added").await;

    admin.presses("Correct name, address or kind", "Correct a person’s record").await;
    admin.fills("What are they called?", "Erin Quayle").await;
    admin.presses("Save these corrections", "A person Erin Quayle").await;
    admin.presses("Record that they have left", "Record that a person has left Erin Quayle").await;
    admin.sees("They are signed out, and cannot sign in again").await;
    admin.presses("Record that they have left", "A person Erin Quayle").await;
    admin.presses("Back to people", "People").await;
    admin.does_not_see("Erin Quayle").await;
    admin.presses("Who has left", "Who has left").await;
    admin.presses("Erin Quayle", "A person Erin Quayle").await;
    admin.presses("Record that they are back", "Record that a person is back Erin Quayle").await;
    admin.presses("Record that they are back", "A person Erin Quayle").await;
    admin.sees("It has been recorded that they are back.").await;

    // A person with a role stays until two people have ended it.
    admin.presses("Back to people", "People").await;
    admin.fills("Find by name", "dinah").await;
    admin.presses("Find", "People").await;
    admin.presses("Dinah Lead", "A person Dinah Lead").await;
    admin.presses("Record that they have left", "Record that a person has left Dinah Lead").await;
    admin.sees("End it first, under Roles").await;
    admin.presses("Go to Roles", "Roles").await;
    // The correction of the name is told to its person and the headteacher; nothing else asks anyone for anything.
    assert_eq!(room.school.db.count("outbox"), 2);
}

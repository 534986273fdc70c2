//! Words that are one long word, on the narrowest screen.

use crate::browser::vocabulary::{Answer::Words, DESK, Room};
use crate::{browser::Screen, school::Cast};

/// An address of 300 characters in a note, in a task and in what was reported breaks, and the page stays as wide as the
/// screen.
#[actix_web::test]
async fn a_long_address_breaks_on_a_narrow_screen() {
    let room = Room::open("wide").await;
    let address = format!("https://video.example/{}", "watch".repeat(56));
    let reference = room.school.report(Cast::Teacher, &room.school.draft("CON-INAPP")).reference;
    let olive = room.signs_in(Cast::OnlineSafety, DESK).await;
    let title = "Accidental access to inappropriate (but legal) material, or it was searched for or received";
    olive.opens_from_the_desk(title, &reference).await;
    let note = [Words("What do you want to note?", address.as_str())];
    olive.does("Add a note", "Add a note", "Add note", &note, "Note added").await;
    olive.sees(&address).await;
    room.browser.no_horizontal_overflow(Screen::Narrow).await;
    room.browser.show_on(Screen::Laptop).await;
}

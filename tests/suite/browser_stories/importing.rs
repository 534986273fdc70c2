//! The administrator imports a list that has faults, a teacher finds one of its pupils while typing a name, and the DSL
//! reads a pupil's page.

use crate::browser::vocabulary::{DESK, Person, Room};
use crate::{
    people_lists::{sims, upn},
    school::Cast,
};
use candour::{
    domain::{
        kernel::{ids::Reference, text::Summary},
        people::subject::{SubjectKind, SubjectRole},
    },
    register::NamedFile,
};
use std::path::Path;
use thirtyfour::Key;

const LOOK: &str = "What would change";

fn put(folder: &Path, list: &NamedFile) -> String {
    let path = folder.join(&*list.name);
    std::fs::write(&path, &list.bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Sends a list from the first page, says that it is everybody, and looks at what would change.
async fn sends(admin: &Person<'_>, path: &str) {
    admin.room.browser.fill_in("", "Which file?", path).await;
    admin.presses("Send and look through", "What is in each column?").await;
    admin.sees("It says: Osei").await;
    admin.answers("Is everyone on this list?", "Yes, everyone").await;
    admin.presses("See what would change", LOOK).await;
}

/// Two rows are wrong: they are told by line, value and reason, nothing can be imported, and the list put right is.
#[actix_web::test]
async fn an_import_with_faults() {
    let room = Room::open("import").await;
    let folder = tempfile::tempdir().unwrap();
    let (amara, maisie, kit) = (upn(801_200_005_001), upn(801_200_005_002), upn(801_200_005_003));
    let faulty = sims(&[
        (&amara, "Osei", "Amara", "7"),
        ("A801200005001", "Reid", "Maisie", "8"),
        (&kit, "Sm@th", "Kit", "8"),
    ]);
    let right = sims(&[
        (&amara, "Osei", "Amara", "7"),
        (&maisie, "Reid", "Maisie", "8"),
        (&kit, "Smith", "Kit", "8"),
    ]);

    let admin = room.signs_in(Cast::Administrator, "Report a concern").await;
    admin.presses("Import people", "Import people").await;
    admin.presses("Send and look through", "Import people").await;
    admin.sees("Choose a file with people in it").await;
    sends(&admin, &put(folder.path(), &faulty)).await;
    admin.sees("Rows that were not taken: 2").await;
    admin.sees("pupils.csv, line 3").await;
    admin.sees("It says “A801200005001”.").await;
    admin.sees("Correct the name where the list comes from").await;
    admin.does_not_see("Import these people").await;

    admin.presses("Send another file", "Import people").await;
    sends(&admin, &put(folder.path(), &right)).await;
    admin.sees("New: 3").await;
    admin.presses("Import these people", "Import people").await;
    admin.sees("3 people have been added or changed.").await;

    let teacher = room.signs_in(Cast::Teacher, "Report a concern").await;
    finds_while_typing(&teacher).await;
    assert_eq!(room.school.db.count("outbox"), 0, "an import needs no one");
}

/// With the keyboard: two letters, the arrow down, Enter. A screen reader is told what there is.
async fn finds_while_typing(teacher: &Person<'_>) {
    let browser = &teacher.room.browser;
    browser.fill_in("Person 1", "Name", "sm ki").await;
    browser.waits_for("return document.querySelectorAll('[role=option]').length === 1").await;
    let said = browser.ask("return document.querySelector('[role=option]').textContent", vec![]).await;
    assert_eq!(said, "Kit Smith, Year 8, 8A");
    browser.is_accessible("with names shown").await;
    teacher.types(Key::Down).await;
    let marked = "const it = document.activeElement; \
        return document.getElementById(it.getAttribute('aria-activedescendant'))?.getAttribute('aria-selected')";
    assert_eq!(browser.ask(marked, vec![]).await, "true");
    teacher.types(Key::Enter).await;
    let value =
        "return document.activeElement.value + '|' + document.activeElement.getAttribute('aria-expanded')";
    assert_eq!(browser.ask(value, vec![]).await, "Kit Smith, Year 8, 8A|false");
    assert_eq!(browser.heading().await, "Report a concern", "Enter took the name and sent nothing");
}

/// The DSL opens a pupil's page from the newest of three cases, reads the pattern, and records what is known.
#[actix_web::test]
async fn a_pattern_is_read_on_a_pupils_page() {
    let room = Room::open("pupil").await;
    let case = (0..3).map(|_| about_zed(&room)).last().unwrap();
    let dsl = room.signs_in(Cast::Dsl, DESK).await;
    let address = format!("/cases/{case}");
    let heading = "Online bullying between pupils";
    dsl.opens(&address, heading).await;
    dsl.presses("Zed Moor", "Zed Moor").await;
    dsl.sees("Third in six weeks, same platform: Chatterbox").await;
    dsl.sees("Child in need: not known").await;
    dsl.unfolds("Change what is known").await;
    dsl.answers("Child in need", "Yes").await;
    dsl.presses("Save what is known", "Zed Moor").await;
    dsl.sees("Child in need: yes").await;
    dsl.presses(&format!("Back to {case}"), heading).await;
}

fn about_zed(room: &Room) -> Reference {
    let school = &room.school;
    let mut draft = school.draft("CDT-CYBULLY");
    draft.subjects = vec![school.about(school.pupil("Zed Moor"), SubjectKind::Pupil, SubjectRole::Affected)];
    draft.optional.app = Some(Summary::parse("Chatterbox").unwrap());
    school.report(Cast::Teacher, &draft).reference
}

//! I4: whoever is renamed, by whatever road, stays who a report means; nobody alone gives a person with a role another
//! name, or their name to another record.

mod addresses;

use crate::{
    command_line::candour,
    commands::configured,
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    people_lists::{NamedText, staff as staff_list},
    school::{Answer, Cast, School, SignedInBrowser, hidden},
    small_school::SmallSchool,
};
use candour::{
    domain::{
        concern::Somebody,
        kernel::{ids::PersonId, text::Line},
        people::{
            register::{incoming::Extent, keys::NameQuery, plan::Ruling},
            subject::{SubjectKind, SubjectRole},
        },
    },
    register::NamedFile,
    service::{
        clock::Randomness,
        people::{
            names,
            register::{self, ImportOptions, Importer, NotImported, Suggestions},
        },
    },
    store::people::staff,
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::fs;

const ADD: &str = "/admin/people/add";
const NAMES: &str = "/admin/names";

#[track_caller]
fn done(answer: &Answer, location: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
    assert_eq!(answer.location, location);
}

#[track_caller]
fn not_taken(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&answer.body));
    assert!(answer.body.contains(words), "{words}: {}", words_of(&answer.body));
}

fn page_of(person: PersonId) -> String {
    format!("/admin/people/{person}")
}

/// Enters another name for a member of staff, who keeps their address.
pub async fn renames(admin: &SignedInBrowser<'_>, who: Cast, name: &str) -> Answer {
    admin.school.hands.forward(TimeDelta::seconds(5));
    let email = format!("{}@school.example", who.name().to_lowercase().replace(' ', "."));
    let page = format!("{}/correct", page_of(admin.school.person(who)));
    admin.submit(&page, &page, &[("name", name), ("kind", "staff"), ("email", &email)]).await
}

fn waits(school: &School, who: Cast) -> String {
    format!("{}?waits", page_of(school.person(who)))
}

/// Adds a visitor, and says of everyone with the name that this is another person.
async fn adds_a_namesake(admin: &SignedInBrowser<'_>, name: &str) -> Answer {
    let fields = [("name", name), ("kind", "visitor")];
    let asked = admin.submit(ADD, ADD, &fields).await;
    not_taken(&asked, "A person with this name is known already");
    let (_, rest) = asked.body.split_once("name=\"another\"").unwrap();
    let others = rest.split_once("value=\"").unwrap().1.split('"').next().unwrap();
    admin.submit_from(&asked, ADD, &[&fields[..], &[("another", others)]].concat()).await
}

/// Presses a button of the one name that waits.
pub async fn decides(browser: &SignedInBrowser<'_>, act: &str) -> Answer {
    let name = the_name_that_waits(browser).await;
    browser.submit(&name, &name, &[("act", act)]).await
}

async fn the_name_that_waits(browser: &SignedInBrowser<'_>) -> String {
    let page = browser.get(NAMES).await.body;
    assert_eq!(markup::faults(&page), Vec::<String>::new());
    let links: Vec<&str> =
        page.split("href=\"/admin/names/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let [one] = &links[..] else { panic!("{links:?}: {}", words_of(&page)) };
    format!("{NAMES}/{one}")
}

fn called(school: &School, name: &str) -> i64 {
    school.db.count(&format!("people WHERE name = '{name}'"))
}

fn whose(school: &School, typed: &str) -> Somebody {
    let line = Line::parse(typed).unwrap();
    names::somebody(&school.db, &school.op(Cast::Teacher), &line, &[]).unwrap()
}

fn suggested(school: &School, typed: &str) -> Vec<String> {
    match register::suggest(&school.db, &school.op(Cast::Teacher), NameQuery::parse(typed).as_ref()).unwrap()
    {
        Suggestions::Names(names) => names.into_iter().map(|one| one.words).collect(),
        Suggestions::TooOften => panic!("too often"),
    }
}

/// Seen: an administrator renamed herself, added a visitor under her old name, and led the case about herself.
#[apply(both_databases!)]
async fn i4_an_administrator_keeps_her_name_and_it_stays_hers(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let herself = Somebody::Known(school.person(Cast::Administrator));
    done(&renames(&admin, Cast::Administrator, "Ada Twyford").await, &waits(&school, Cast::Administrator));
    assert_eq!((called(&school, "Addy Admin"), called(&school, "Ada Twyford")), (1, 0), "it waits");
    assert_eq!(whose(&school, "addy admin"), herself);
    done(&adds_a_namesake(&admin, "Addy Admin").await, "/admin/names?proposed");
    assert_eq!(called(&school, "Addy Admin"), 1, "no new record of her name either");
    not_taken(
        &renames(&admin, Cast::Administrator, "Ada Twyford").await,
        "waits for a second person already",
    );
    // She decides about neither: only withdraws what she proposed.
    for name in admin.get(NAMES).await.body.split("href=\"/admin/names/").skip(1) {
        let name = format!("{NAMES}/{}", name.split('"').next().unwrap());
        assert!(!admin.get(&name).await.body.contains("value=\"confirm\""));
        not_taken(&admin.submit(&name, &name, &[("act", "confirm")]).await, "This attempt is kept");
        done(&admin.submit(&name, &name, &[("act", "withdraw")]).await, "/admin/names?withdrawn");
    }
    // Confirmed by the head, her old name stays hers for good: found, marked so, and no one else's by one person.
    done(&renames(&admin, Cast::Administrator, "Ada Twyford").await, &waits(&school, Cast::Administrator));
    let head = school.sign_in(Cast::Head).await;
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    assert_eq!((called(&school, "Addy Admin"), called(&school, "Ada Twyford")), (0, 1));
    assert_eq!(whose(&school, "Addy Admin"), herself);
    assert_eq!(whose(&school, "Ada Twyford (formerly Addy Admin)"), herself);
    assert_eq!(suggested(&school, "addy"), ["Ada Twyford (formerly Addy Admin), member of staff"]);
    assert_eq!(suggested(&school, "ada twy"), ["Ada Twyford, member of staff"]);
    done(&adds_a_namesake(&admin, "Addy Admin").await, "/admin/names?proposed");
    assert_eq!(called(&school, "Addy Admin"), 0);
    done(&decides(&head, "refuse").await, "/admin/names?refused");
    assert_eq!(called(&school, "Addy Admin"), 0);
    let page = admin.get(&page_of(school.person(Cast::Administrator))).await.body;
    assert!(page.contains("Names before") && page.contains("Addy Admin"), "{}", words_of(&page));
}

/// Seen: an administrator renamed the DSL by one letter, and she read an allegation against her.
#[apply(both_databases!)]
async fn i4_the_dsl_reads_nothing_about_herself_however_she_is_renamed(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let dinah = school.sign_in(Cast::Dsl).await;
    let is_kept_from_her = async |typed: &str| {
        let who = whose(&school, typed);
        assert_eq!(who, Somebody::Known(school.person(Cast::Dsl)), "{typed}");
        let mut draft = school.draft("STF-ALLEG");
        draft.subjects =
            vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
        let reference = school.report(Cast::Teacher, &draft).reference;
        let case = format!("/cases/{reference}");
        assert_eq!(dinah.get(&case).await.status, StatusCode::NOT_FOUND, "{typed}");
    };
    done(&renames(&admin, Cast::Dsl, "Dinah Leed").await, &waits(&school, Cast::Dsl));
    is_kept_from_her("Dinah Lead").await;
    let told = school.deliver().await;
    for address in ["dinah.lead@school.example", "hattie.head@school.example"] {
        assert!(told.iter().any(|to| to == address), "{address} is told: {told:?}");
    }
    assert!(dinah.get("/duties").await.status == StatusCode::OK);
    assert_eq!(dinah.get(NAMES).await.status, StatusCode::NOT_FOUND);
    assert!(head.get("/admin/duties").await.body.contains("1 waiting"));
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    assert_eq!(called(&school, "Dinah Leed"), 1);
    is_kept_from_her("Dinah Lead").await;
    is_kept_from_her("Dinah Leed").await;
    let page = dinah.get("/duties").await.body;
    assert!(page.contains("Dinah Leed, until Tue 17 Nov 2026 Dinah Lead"), "{}", words_of(&page));
}

/// Seen: an administrator renamed the accused to a colleague's name, and every page accused the colleague.
#[apply(both_databases!)]
async fn i4_a_case_shows_the_name_that_was_reported(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let mut draft = school.draft("STF-ALLEG");
    draft.subjects =
        vec![school.about(school.person(Cast::Teacher), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let reference = school.report(Cast::OtherTeacher, &draft).reference;
    let (case, own) = (format!("/cases/{reference}"), format!("/my-reports/{reference}"));
    let oliver = school.sign_in(Cast::OtherTeacher).await;
    // The name of a colleague takes two, with a role or without.
    for name in ["Oliver Other", "Olive Online"] {
        done(&renames(&admin, Cast::Teacher, name).await, &waits(&school, Cast::Teacher));
        done(&decides(&head, "refuse").await, "/admin/names?refused");
    }
    for page in [head.get(&case).await, oliver.get(&own).await] {
        assert!(page.body.contains("Tessa Teach") && !page.body.contains("reported as"), "{}", page.body);
    }
    let corrected = renames(&admin, Cast::Teacher, "Tessa Brook").await;
    done(&corrected, &format!("{}?corrected", page_of(school.person(Cast::Teacher))));
    for page in [head.get(&case).await, oliver.get(&own).await] {
        let words = words_of(&page.body);
        assert!(words.contains("Tessa Brook, reported as Tessa Teach"), "{words}");
    }
    // Confirmed by a second person, the colleague's name stands beside the one that was reported.
    done(&renames(&admin, Cast::Teacher, "Oliver Other").await, &waits(&school, Cast::Teacher));
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    let words = words_of(&head.get(&case).await.body);
    assert!(words.contains("Oliver Other, reported as Tessa Teach"), "{words}");
    // What is reported from now on was reported under the name of now.
    school.hands.forward(TimeDelta::seconds(5));
    let later = school.report(Cast::DeputyHead, &draft).reference;
    let words = words_of(&head.get(&format!("/cases/{later}")).await.body);
    assert!(words.contains("Oliver Other") && !words.contains("reported as"), "{words}");
}

/// Words that were matched to a person stay beside their name.
#[apply(both_databases!)]
async fn i4_words_stay_beside_whoever_they_were_matched_to(db: TestDb) {
    let school = School::open(db).await;
    let head = school.sign_in(Cast::Head).await;
    let mut draft = school.draft("STF-ALLEG");
    let who = Somebody::InWords(Line::parse("the man with the van").unwrap());
    draft.subjects.push(candour::domain::concern::DraftSubject {
        who,
        kind: SubjectKind::AdultHere,
        role: SubjectRole::Alleged,
    });
    let reference = school.report(Cast::Teacher, &draft).reference;
    let case = format!("/cases/{reference}");
    let page = head.get(&case).await.body;
    let people = format!("{case}/people/");
    let subject = page.split(&format!("href=\"{people}")).nth(1).unwrap();
    let subject = subject.split(['"', '/']).next().unwrap();
    let subject = format!("{people}{subject}");
    let matched = [("role", "alleged"), ("match", "Oliver Other"), ("reason", "He drives it.")];
    assert_eq!(head.submit(&subject, &subject, &matched).await.status, StatusCode::SEE_OTHER);
    let words = words_of(&head.get(&case).await.body);
    assert!(words.contains("Oliver Other, reported as the man with the van"), "{words}");
}

/// The head's own name is confirmed by the chair; one of no role by one person, who is no second one for themselves.
#[apply(both_databases!)]
async fn i4_nobody_decides_about_their_own_name(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    done(&renames(&admin, Cast::Head, "Hattie Crown").await, &waits(&school, Cast::Head));
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    let name = the_name_that_waits(&head).await;
    let asked = head.get(&name).await.body;
    assert_eq!(markup::faults(&asked), Vec::<String>::new());
    assert!(asked.contains("Charlie Chair") && !asked.contains("value=\"confirm\""), "{}", words_of(&asked));
    not_taken(
        &head.submit(FOR_ITS_TOKENS, &name, &[("act", "confirm")]).await,
        "You cannot decide about your own name",
    );
    not_taken(&admin.submit(&name, &name, &[("act", "confirm")]).await, "You proposed this name");
    assert_eq!(called(&school, "Hattie Crown"), 0);
    done(&decides(&chair, "confirm").await, "/admin/names?confirmed");
    assert_eq!(called(&school, "Hattie Crown"), 1);
    assert_eq!(school.db.count("audit_entries WHERE act = 'proposed_name'"), 1);
    assert_eq!(school.db.count("audit_entries WHERE entry LIKE '%Crown%'"), 0, "names live in the register");
    let again = chair.submit(FOR_ITS_TOKENS, &name, &[("act", "refuse")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it is decided");
}

/// A page with a form, for its token.
const FOR_ITS_TOKENS: &str = "/settings";

/// A second person may know that there are two of one name: then there are, and words single out neither.
#[apply(both_databases!)]
async fn i4_a_namesake_is_added_by_two(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    done(&adds_a_namesake(&admin, "dinah lead").await, "/admin/names?proposed");
    let head = school.sign_in(Cast::Head).await;
    let asked = head.get(&the_name_that_waits(&head).await).await.body;
    assert!(
        asked.contains("Who has or had this name") && asked.contains("Dinah Lead"),
        "{}",
        words_of(&asked)
    );
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    assert_eq!((called(&school, "dinah lead"), called(&school, "Dinah Lead")), (1, 1));
    assert!(matches!(whose(&school, "Dinah Lead"), Somebody::InWords(_)), "which of the two?");
}

const COLUMNS: [(&str, &str); 8] = [
    ("source", "csv"),
    ("group", "adults"),
    ("extent", "part"),
    ("column-0", "own_id"),
    ("column-1", "email"),
    ("column-2", "family_name"),
    ("column-3", "given_name"),
    ("column-4", "post"),
];

/// By a list on the page: the name waits, the rest of the list is taken, and the same list asks nothing twice.
#[apply(both_databases!)]
async fn i4_a_list_renames_nobody_with_a_role_and_the_rest_is_taken(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let list = staff_list(&[
        ("dinah.lead@school.example", "Leed", "Dinah", "Head of Music"),
        ("ann.new@school.example", "New", "Ann", "Teacher"),
    ]);
    let import = "/admin/people/import";
    let sends = async |list: &NamedFile| {
        let token = hidden(&admin.get(import).await.body, "csrf").unwrap();
        let at = admin.send_file(import, &token, (&list.name, &list.bytes)).await.location;
        let looked = admin.submit(&at, &at, &COLUMNS).await;
        let words = words_of(&looked.body);
        (admin.submit_from(&looked, &format!("{at}/keep"), &COLUMNS).await, words)
    };
    let (kept, words) = sends(&list).await;
    assert!(words.contains("Names and addresses that wait for a second person: 1"), "{words}");
    assert!(words.contains("Dinah Lead to Dinah Leed, because they have a role"), "{words}");
    done(&kept, "/admin/people/import?done=2&waiting=1");
    let back = words_of(&admin.get(&kept.location).await.body);
    assert!(back.contains("1 name or address waits for a second person"), "{back}");
    assert_eq!(school.db.count("people WHERE name = 'Dinah Lead' AND post = 'Head of Music'"), 1);
    assert_eq!((called(&school, "Ann New"), called(&school, "Dinah Leed")), (1, 0));
    let (kept, _) = sends(&list).await;
    done(&kept, "/admin/people/import?done=0&waiting=1");
    assert_eq!(school.db.count("name_proposals"), 1, "asked once");
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    let (kept, _) = sends(&list).await;
    done(&kept, "/admin/people/import?done=1");
    assert_eq!(school.db.count("people WHERE name = 'Dinah Leed' AND family_name = 'Leed'"), 1);
    assert_eq!(whose(&school, "Dinah Lead"), Somebody::Known(school.person(Cast::Dsl)));
}

/// By a list: no new record of a name that a person with a role has or had, whatever one person says of the row.
#[apply(both_databases!)]
async fn i4_a_list_adds_nobody_under_the_name_of_a_person_with_a_role(db: TestDb) {
    let school = School::open(db).await;
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    done(&renames(&admin, Cast::Dsl, "Dinah Leed").await, &waits(&school, Cast::Dsl));
    done(&decides(&head, "confirm").await, "/admin/names?confirmed");
    let imports = |family: &str, rulings| {
        let sent =
            register::open(vec![staff_list(&[("d.two@school.example", family, "Dinah", "Cook")])]).unwrap();
        let chosen = ImportOptions { extent: Extent::Part, rulings, ..ImportOptions::default() };
        let by = Importer::administrator(&school.op(Cast::Administrator)).unwrap();
        register::import(&school.db, &by, &sent, &chosen, &mut Randomness, &mut |_, _| {})
    };
    let people = school.db.count("people");
    let plan = imports("Lead", Default::default()).unwrap();
    assert_eq!((plan.new.len(), plan.waiting.len()), (0, 1), "the name she had");
    let Err(NotImported::Rejected(plan)) = imports("Leed", Default::default()) else {
        panic!("who is it?");
    };
    let place = plan.rejected[0].place.clone();
    let plan = imports("Leed", [(place, Ruling::SomebodyElse)].into()).unwrap();
    assert_eq!((plan.new.len(), plan.waiting.len()), (0, 1), "the name she has");
    assert_eq!(school.db.count("people"), people);
    assert_eq!(school.db.count("name_proposals WHERE state = 'waiting' AND person_kind = 'staff'"), 2);
}

/// By the command: as by the page, and it says so.
#[tokio::test]
async fn i4_the_command_renames_nobody_with_a_role_either() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    let list = staff_list(&[("dsl@school.example", "Canary", "Dalia", "Teacher")]);
    fs::write(folder.path().join("list"), list.text()).unwrap();
    let arguments = ["import", "people", "list", "--part", "--config", "candour.toml"];
    for (more, says) in [
        (&["--dry-run"][..], "names and addresses would be waiting for a second person, under Roles: 1\n"),
        (&[], "\nnames and addresses waiting for a second person, under Roles: 1\n"),
    ] {
        let (code, printed) = candour(folder.path(), &[&arguments[..], more].concat()).await;
        assert_eq!(code, 0, "{printed}");
        assert!(printed.contains(says), "{printed}");
        let line = "  dsl Canary to Dalia Canary, because they have a role (list, line 2)\n";
        assert!(printed.contains(line), "{printed}");
    }
    assert_eq!(db.count("people WHERE name = 'dsl Canary' AND post = 'Teacher'"), 1);
    assert_eq!(db.count("name_proposals WHERE state = 'waiting' AND proposed_by IS NULL"), 1);
}

/// What the helper that finds whoever words may mean is given: every adult, here or gone, with every other name.
#[apply(both_databases!)]
async fn i4_former_names_are_kept_for_good_of_leavers_too(db: TestDb) {
    let school = School::open(db).await;
    let admin = school.sign_in(Cast::Administrator).await;
    let tessa = school.person(Cast::Teacher);
    for name in ["Tessa Brook", "Tessa Marsh"] {
        done(&renames(&admin, Cast::Teacher, name).await, &format!("{}?corrected", page_of(tessa)));
    }
    school.db.write(|tx| staff::leave(tx, school.school, tessa, school.clock.now())).unwrap();
    let all = school.db.read(|tx| staff::names_of_adults(tx, school.school)).unwrap();
    let (_, name, others) = all.into_iter().find(|(person, ..)| *person == tessa).unwrap();
    assert_eq!(
        (name.as_str(), others),
        ("Tessa Marsh", vec!["Tessa Brook".to_owned(), "Tessa Teach".to_owned()])
    );
    let found = admin.submit("/admin/people", "/admin/people", &[("find", "tessa teach")]).await;
    assert!(found.body.contains("Tessa Marsh"), "{}", words_of(&found.body));
}

//! A person who is picked is known from the page to the record, with and without scripts; namesakes are told apart and never
//! guessed; names are compared by one fold on both databases.

mod fields;
mod governors;
mod lists;
mod tampered;

use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    people_lists::file,
    reporting::{reference, with},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::Case,
        kernel::{
            ids::{PersonId, Reference},
            text::Line,
        },
        people::{PersonKind, register::offered::Offer, subject::SubjectIdentity},
    },
    service::{
        case::read::{self, CaseView},
        clock::Randomness,
        people::{
            names::{self, TypedName, Whose},
            register::{self, ImportOptions, Importer},
        },
    },
    store::people::staff::{self, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// Invented pupils: accents, letters that are no accents, an apostrophe, and three of one name.
const LIST: &str = include_str!("identity_cases/pupils-accented-and-same-name.csv");

/// The school with these pupils.
pub async fn with_the_list(db: TestDb) -> School {
    let school = School::open(db).await;
    imports_the_list(&school);
    school
}

/// Adds these pupils.
pub fn imports_the_list(school: &School) {
    let sent = register::open(vec![file("pupils.csv", LIST)]).unwrap();
    let importer = Importer::on_the_machine(school.school, school.clock.now());
    let options = ImportOptions::default();
    register::import(&school.db, &importer, &sent, &options, &mut Randomness, &mut |_, _| {}).unwrap();
}

/// Everyone called so, as the DSL is offered them.
fn called(school: &School, name: &str) -> Vec<Offer> {
    names::called(&school.db, &school.op(Cast::Dsl), name).unwrap()
}

pub fn only(school: &School, name: &str) -> PersonId {
    let called = called(school, name);
    assert_eq!(called.len(), 1, "{name}: {called:?}");
    called[0].person.unwrap()
}

fn case(school: &School, reference: &Reference) -> Case {
    match read::case(&school.db, &school.op(Cast::Dsl), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full.case.clone(),
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("the whole case"),
    }
}

fn people_of(case: &Case) -> Vec<Option<PersonId>> {
    case.subjects.iter().map(|subject| subject.subject.person()).collect()
}

const PUPIL: [(&str, &str); 3] =
    [("category", "CP-CONCERN"), ("person-1-kind", "pupil"), ("person-1-role", "affected")];

async fn reports(browser: &SignedInBrowser<'_>, more: &[(&str, &str)]) -> Answer {
    let all = [&PUPIL[..], more].concat();
    browser.submit("/report", "/report", &with(&all)).await
}

async fn about(school: &School, teacher: &SignedInBrowser<'_>, more: &[(&str, &str)]) -> Case {
    let sent = reports(teacher, more).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    case(school, &reference(&sent))
}

async fn suggested(browser: &SignedInBrowser<'_>, typed: &str) -> Vec<serde_json::Value> {
    let token = browser.token().await;
    let found = browser.post("/people/suggest", &[("csrf", token.as_str()), ("typed", typed)]).await;
    assert_eq!(found.status, StatusCode::OK);
    serde_json::from_str(&found.body).unwrap()
}

/// I1: what a suggestion puts into the field is the pupil, by id and by its words alone, whatever letters the name has.
#[apply(both_databases!)]
async fn i1_a_name_taken_from_the_list_is_the_pupil(db: TestDb) {
    let school = with_the_list(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for (typed, name) in [
        ("lucja", "Łucja Zając"),
        ("elod ash", "Élodie Ashe"),
        ("ozturk", "İbrahim Öztürk"),
        ("omall", "Sinéad O’Malley"),
    ] {
        let pupil = only(&school, name);
        let found = suggested(&teacher, typed).await;
        let words = format!("{name}, Year 8, 8B");
        assert_eq!(found, [serde_json::json!({ "id": pupil, "words": words })], "{typed}");
        let id = pupil.to_string();
        let picked = about(&school, &teacher, &[("person-1", &words), ("person-1-id", &id)]).await;
        assert_eq!(people_of(&picked), [Some(pupil)], "{words}, picked");
        let shorter = format!("{name}, Year 8");
        for typed in [words.as_str(), &shorter, name, &name.to_uppercase()] {
            let seen = about(&school, &teacher, &[("person-1", typed)]).await;
            assert_eq!(people_of(&seen), [Some(pupil)], "{typed}");
        }
    }
}

/// I1: the register's own spelling is not asked of anyone: marks, apostrophes, spaces, order and capitals are folded.
#[apply(both_databases!)]
async fn i1_a_name_is_the_person_however_it_is_written(db: TestDb) {
    let school = with_the_list(db).await;
    let whose = |typed: &str| {
        let typed = TypedName { words: Line::parse(typed).unwrap(), picks: Vec::new() };
        names::whose(&school.db, &school.op(Cast::Dsl), &typed).unwrap()
    };
    for (name, spellings) in [
        ("Łucja Zając", &["lucja zajac", "ZAJĄC, ŁUCJA", "Zając  Łucja", "Łucja Zaja\u{328}c"][..]),
        ("Sinéad O’Malley", &["Sinead O'Malley", "sinead omalley", "Sinéad O Malley", "O`Malley Sinéad"][..]),
        ("İbrahim Öztürk", &["ibrahim ozturk", "İBRAHİM ÖZTÜRK"][..]),
    ] {
        let pupil = only(&school, name);
        for typed in spellings.iter().copied() {
            assert_eq!(whose(typed), Whose::Person(pupil), "{typed}");
        }
    }
    for typed in ["Lucja", "Zajac", "Lucia Zajac", "Łucja Zając, Year 9", "---"] {
        assert_eq!(whose(typed), Whose::Words, "{typed}");
    }
    assert!(matches!(whose("Muhammad Khan, Year 7, 7A"), Whose::Several(people) if people.len() == 2));
}

/// I1: the DSL says who the words meant, with the name as it is on the page.
#[apply(both_databases!)]
async fn i1_the_dsl_matches_words_with_the_pupil(db: TestDb) {
    let school = with_the_list(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let reported = about(&school, &teacher, &[("person-1", "the girl in the hall")]).await;
    let dsl = school.sign_in(Cast::Dsl).await;
    let page = format!("/cases/{}/people/{}", reported.reference, reported.subjects[0].subject.id);
    let fields = [("role", "affected"), ("match", "Łucja Zając"), ("reason", "Her friend said so.")];
    let matched = dsl.submit(&page, &page, &fields).await;
    assert_eq!(matched.status, StatusCode::SEE_OTHER, "{}", words_of(&matched.body));
    assert_eq!(people_of(&case(&school, &reported.reference)), [Some(only(&school, "Łucja Zając"))]);
}

/// Namesakes: a teacher's report is never refused and none is guessed; at a desk they are asked about, with the day of birth.
#[apply(both_databases!)]
async fn i1_namesakes_are_told_apart_and_never_guessed(db: TestDb) {
    let school = with_the_list(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let lines = suggested(&teacher, "khan").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    let known = lines.iter().find(|line| line.get("id").is_some()).unwrap();
    let alike = lines.iter().find(|line| line.get("id").is_none()).expect("neither is guessed");
    assert_eq!(known["words"], "Muhammad Khan, Year 7, 7C");
    assert_eq!(alike["words"], "Muhammad Khan, Year 7, 7A");
    assert_eq!(alike["note"], "2 people");
    let reported = about(&school, &teacher, &[("person-1", "Muhammad Khan, Year 7, 7A")]).await;
    assert_eq!(people_of(&reported), [None]);

    let dsl = school.sign_in(Cast::Dsl).await;
    let words: Vec<String> = called(&school, "Muhammad Khan").into_iter().map(|offer| offer.words).collect();
    for told in ["7A, born 5 May", "7A, born 6 May", "7C, born 7 May"] {
        assert!(words.contains(&format!("Muhammad Khan, Year 7, {told}")), "{words:?}");
    }
    let page = format!("/cases/{}/people/{}", reported.reference, reported.subjects[0].subject.id);
    let fields = [("role", "affected"), ("match", "muhammad khan"), ("reason", "His tutor said so.")];
    let asked = dsl.submit(&page, &page, &fields).await;
    assert_eq!(asked.status, StatusCode::OK, "a question, not a mistake: {}", words_of(&asked.body));
    assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
    assert!(
        asked.body.contains("Who do you mean by “muhammad khan”?")
            && asked.body.contains("His tutor said so.")
    );
    assert!(!asked.body.contains("There is a problem"));
    let second = radio(&asked.body, "match-id", "born 6 May");
    let answered = [&fields[..], &[("match-id", second.as_str())][..]].concat();
    let matched = dsl.submit_from(&asked, &page, &answered).await;
    assert_eq!(matched.status, StatusCode::SEE_OTHER, "{}", words_of(&matched.body));
    let person = people_of(&case(&school, &reported.reference))[0].unwrap();
    assert!(second.starts_with(&person.to_string()));

    // Added to a case, the words may stay words if none of them is meant.
    let add = format!("/cases/{}/people", reported.reference);
    let fields = [("who", "Muhammad Khan"), ("kind", "pupil"), ("role", "witness")];
    let asked = dsl.submit(&add, &add, &fields).await;
    assert_eq!(asked.status, StatusCode::OK);
    let none = radio(&asked.body, "who-id", "None of these");
    let kept = dsl.submit_from(&asked, &add, &[&fields[..], &[("who-id", none.as_str())][..]].concat()).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", words_of(&kept.body));
    let added = case(&school, &reported.reference);
    let added = &added.current_subjects().last().unwrap().who;
    assert!(matches!(added, SubjectIdentity::Words(_)), "{added:?}");
}

/// The value of the radio button of a question whose words have these.
fn radio(page: &str, question: &str, words: &str) -> String {
    let inputs =
        page.split("<input ").skip(1).filter(|input| input.contains(&format!("name=\"{question}\"")));
    let one =
        inputs.filter(|input| input.split("</div>").next().unwrap().contains(words)).collect::<Vec<_>>();
    let [only] = one[..] else { panic!("one answer {words}: {}", words_of(page)) };
    only.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// I1: without scripts "Find" lists whom the words may mean, nothing typed is lost or sent, and the answer goes with the
/// words.
#[apply(both_databases!)]
async fn i1_without_scripts_find_lists_matches_and_posts_back(db: TestDb) {
    let school = with_the_list(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let typed = [("person-1", "zaj"), ("told", "elodie\r\nmy neighbour"), ("place", "Room 4")];
    let found = reports(&teacher, &[&typed[..], &[("find-name", "person-1")][..]].concat()).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(markup::faults(&found.body), Vec::<String>::new());
    assert_eq!(school.db.count("concerns"), 0, "nothing was sent");
    for kept in ["value=\"zaj\"", "my neighbour", "Room 4", "A pupil showed me a post."] {
        assert!(found.body.contains(kept), "{kept}");
    }
    let lucja = radio(&found.body, "person-1-id", "Łucja Zając, Year 8, 8B");
    let first = [("person-1-id", lucja.as_str())];
    let also = [&PUPIL[..], &typed[..], &first[..], &[("find-name", "told")][..]].concat();
    let found = teacher.submit_from(&found, "/report", &with(&also)).await;
    assert!(found.body.contains(&format!("name=\"person-1-id\" value=\"{lucja}\"")), "the answer is kept");
    let elodie = radio(&found.body, "told-1-id", "Élodie Ashe, Year 8, 8B");
    assert!(found.body.contains("The register has no one of this name."));
    let all = [&PUPIL[..], &typed[..], &first[..], &[("told-1-id", elodie.as_str())][..]].concat();
    let sent = teacher.submit_from(&found, "/report", &with(&all)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
    let seen = case(&school, &reference(&sent));
    assert_eq!(people_of(&seen), [Some(only(&school, "Łucja Zając"))]);
    let told = &seen.concerns[0].told;
    assert_eq!(told[0], candour::domain::concern::PersonTold::Known(only(&school, "Élodie Ashe")));
    assert!(matches!(told[1], candour::domain::concern::PersonTold::InWords(_)));
}

/// I1: an id that was picked for other words, or is of another school, means nothing.
#[apply(both_databases!)]
async fn i1_an_old_pick_never_wins_over_new_words(db: TestDb) {
    let school = with_the_list(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let (lucja, ada) = (only(&school, "Łucja Zając").to_string(), only(&school, "Ada Twyford"));
    let seen = about(&school, &teacher, &[("person-1", "Ada Twyford"), ("person-1-id", &lucja)]).await;
    assert_eq!(people_of(&seen), [Some(ada)]);
    let found = reports(&teacher, &[("person-1", "zaj"), ("find-name", "person-1")]).await;
    let listed = radio(&found.body, "person-1-id", "Łucja Zając");
    for old in [lucja.as_str(), &listed, "nonsense", "00000000-0000-7000-8000-000000000000"] {
        let seen = about(&school, &teacher, &[("person-1", "the tall boy"), ("person-1-id", old)]).await;
        assert_eq!(people_of(&seen), [None], "{old}");
    }
    let there = Person {
        id: PersonId::draw(school.clock.now(), &mut Randomness),
        kind: PersonKind::Pupil,
        name: "Otto Elsewhere".to_owned(),
        year_group: Some("Year 8".to_owned()),
        post: None,
        email: None,
    };
    let now = school.clock.now();
    school
        .db
        .write(|tx| staff::add_people(tx, school.other_school, std::slice::from_ref(&there), now))
        .unwrap();
    let id = there.id.to_string();
    let seen = about(&school, &teacher, &[("person-1", "Otto Elsewhere"), ("person-1-id", &id)]).await;
    assert_eq!(people_of(&seen), [None], "of another school");
}

/// DOMAIN, "Who is meant" 4: people who left can be named, and are marked so.
#[apply(both_databases!)]
async fn i1_people_who_left_are_offered_and_marked_so(db: TestDb) {
    let school = with_the_list(db).await;
    let (daniel, now) = (only(&school, "Daniel Achebe"), school.clock.now());
    school.db.write(|tx| staff::leave(tx, school.school, daniel, now)).unwrap();
    let teacher = school.sign_in(Cast::Teacher).await;
    let words = "Daniel Achebe, Year 9, 9A, left 17 November 2026";
    assert_eq!(suggested(&teacher, "ache").await, [serde_json::json!({ "id": daniel, "words": words })]);
    let id = daniel.to_string();
    let seen = about(&school, &teacher, &[("person-1", words), ("person-1-id", &id)]).await;
    assert_eq!(people_of(&seen), [Some(daniel)]);
    let head = school.sign_in(Cast::Head).await;
    let tie = [("one", words), ("other", "Oliver Other"), ("tie", "partner"), ("grounds", "told")];
    let declared = head.submit("/admin/ties", "/admin/ties", &tie).await;
    assert_eq!(declared.location, "/admin/ties?recorded", "{}", words_of(&declared.body));
}

/// Adults are told apart by post, or by what they are here; whoever asks for them on the ties page is asked in the same way.
#[apply(both_databases!)]
async fn i1_adults_of_one_name_are_told_apart_by_post(db: TestDb) {
    let school = School::open(db).await;
    let now = school.clock.now();
    let adult = |kind, post: Option<&str>| Person {
        id: PersonId::draw(now, &mut Randomness),
        kind,
        name: "Sam Twin".to_owned(),
        year_group: None,
        post: post.map(str::to_owned),
        email: None,
    };
    let both = [adult(PersonKind::Staff, Some("Cook")), adult(PersonKind::Visitor, None)];
    school.db.write(|tx| staff::add_people(tx, school.school, &both, now)).unwrap();
    let head = school.sign_in(Cast::Head).await;
    let tie = [("one", "Sam Twin"), ("other", "Oliver Other"), ("tie", "partner"), ("grounds", "told")];
    let asked = head.submit("/admin/ties", "/admin/ties", &tie).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", words_of(&asked.body));
    assert!(
        asked.body.contains("Sam Twin, Cook")
            && asked.body.contains("Sam Twin, visitor, supply or contractor")
    );
    let cook = radio(&asked.body, "one-id", "Sam Twin, Cook");
    let answered = [&tie[..], &[("one-id", cook.as_str())][..]].concat();
    let declared = head.submit_from(&asked, "/admin/ties", &answered).await;
    assert_eq!(declared.location, "/admin/ties?recorded", "{}", words_of(&declared.body));
    let cook = both[0].id;
    let row = format!("person_ties WHERE person_id = '{cook}' OR other_id = '{cook}'");
    assert_eq!(school.db.count(&row), 1);
}

/// Keys that an earlier Candour wrote, or never wrote for people who left, are written again once.
#[apply(both_databases!)]
async fn i1_names_are_keyed_again_after_an_upgrade(db: TestDb) {
    let school = with_the_list(db).await;
    let before = school.db.count("name_keys");
    school.db.run_sql("DELETE FROM name_keys");
    school.db.run_sql("UPDATE registers SET keyed_as = 0");
    assert!(called(&school, "Ada Twyford").is_empty());
    assert_eq!(candour::service::machine::write_name_keys(&school.db).unwrap(), 2, "both schools");
    assert_eq!((school.db.count("name_keys"), called(&school, "Ada Twyford").len()), (before, 1));
    assert_eq!(candour::service::machine::write_name_keys(&school.db).unwrap(), 0);
}

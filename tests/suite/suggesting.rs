//! Names suggested while one is typed: to members of staff, of their own school, with what tells namesakes apart and nothing
//! else. What becomes of a name that was picked: `picked.rs`.

use crate::{
    databases::{TestDb, both_databases},
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        concern::Somebody,
        people::{
            register::keys::NameQuery,
            subject::{SubjectKind, SubjectRole},
        },
    },
    service::{
        Candour,
        people::{
            names,
            register::{self, Suggestions},
        },
    },
    store::{
        Db,
        people::staff::{self, Person},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

async fn types(browser: &SignedInBrowser<'_>, typed: &str) -> Answer {
    let token = browser.token().await;
    browser.post("/people/suggest", &[("csrf", token.as_str()), ("typed", typed)]).await
}

#[apply(both_databases!)]
async fn a_member_of_staff_is_offered_names_and_year_groups_and_nothing_else(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let found = types(&teacher, "mar el").await;
    let line = |id, words: &str| format!(r#"[{{"id":"{id}","words":"{words}"}}]"#);
    let ellie = line(school.pupil("Ellie Marsh"), "Ellie Marsh, Year 8");
    assert_eq!((found.status, found.body), (StatusCode::OK, ellie));
    let dinah = line(school.person(Cast::Dsl), "Dinah Lead, member of staff");
    assert_eq!(types(&teacher, "dinah").await.body, dinah, "no role is told");
    for nobody in ["e", "", "zzz", "' OR 1=1 --", "%", "_l"] {
        assert_eq!(types(&teacher, nobody).await.body, "[]", "{nobody}");
    }
    assert!(teacher.get("/report").await.body.contains("data-suggest"));
}

#[apply(both_databases!)]
async fn governors_and_visitors_type_a_name_as_text(db: TestDb) {
    let school = School::open(db).await;
    for cast in [Cast::Governor, Cast::Chair, Cast::External] {
        let browser = school.sign_in(cast).await;
        assert_eq!(types(&browser, "ellie").await.status, StatusCode::NOT_FOUND, "{cast:?}");
        assert!(!browser.get("/report").await.body.contains("data-suggest"), "{cast:?}");
    }
}

#[apply(both_databases!)]
async fn sixty_a_minute_for_each_person(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, other) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::OtherTeacher).await);
    let token = teacher.token().await;
    let fields = [("csrf", token.as_str()), ("typed", "ellie")];
    let asks = || teacher.post("/people/suggest", &fields);
    for _ in 0..60 {
        assert_eq!(asks().await.status, StatusCode::OK);
    }
    assert_eq!(asks().await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(types(&other, "ellie").await.status, StatusCode::OK);
    school.hands.forward(TimeDelta::minutes(1));
    assert_eq!(asks().await.status, StatusCode::OK);
}

/// Every node counts the same, with one small statement for a key press.
#[apply(both_databases!)]
async fn sixty_a_minute_whichever_node_is_asked(db: TestDb) {
    let school = School::open(db).await;
    let other_node = Candour::new(Db::open(school.db.url(), 1).unwrap());
    let (teacher, typed) = (school.sign_in(Cast::Teacher).await, NameQuery::parse("ellie"));
    let token = teacher.token().await;
    let fields = [("csrf", token.as_str()), ("typed", "ellie")];
    for _ in 0..30 {
        let op = school.op(Cast::Teacher);
        let there = register::suggest(&other_node, &op, typed.as_ref()).unwrap();
        assert!(matches!(there, Suggestions::Names(names) if names.len() == 1));
        assert_eq!(teacher.post("/people/suggest", &fields).await.status, StatusCode::OK);
    }
    assert_eq!(teacher.post("/people/suggest", &fields).await.status, StatusCode::TOO_MANY_REQUESTS);
    let op = school.op(Cast::Teacher);
    assert_eq!(register::suggest(&other_node, &op, typed.as_ref()).unwrap(), Suggestions::TooOften);
    assert_eq!(school.db.count("name_pace"), 1);

    let op = school.op(Cast::OtherTeacher);
    let mut costs = Vec::new();
    for _ in 0..3 {
        let (statements, commits) = (school.db.db().statements(), school.db.db().commits());
        register::suggest(&school.db, &op, typed.as_ref()).unwrap();
        costs.push((school.db.db().statements() - statements, school.db.db().commits() - commits));
    }
    assert_eq!(
        costs,
        [(4, 1), (3, 1), (3, 1)],
        "count, find those here and those who left; a minute that begins is one more"
    );
}

/// The field of a case's form is the same one: names are offered to a member of staff, and what was picked, or typed
/// whole without any script, is the person of the register.
#[apply(both_databases!)]
async fn a_name_is_suggested_when_a_person_is_added_to_a_case(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let dinah = school.sign_in(Cast::Dsl).await;
    let people = format!("/cases/{reference}/people");
    let form = dinah.get(&people).await;
    let field = form.body.split("data-suggest=\"/people/suggest\"").nth(1).unwrap();
    assert!(field.split("</div></div>").next().unwrap().contains("name=\"who\""), "{}", form.body);
    assert!(form.body.contains("name=\"csrf\"") && crate::markup::faults(&form.body).is_empty());
    let picked = [("who", "Ellie Marsh, Year 8"), ("kind", "pupil"), ("role", "affected")];
    assert_eq!(dinah.submit_from(&form, &people, &picked).await.status, StatusCode::SEE_OTHER);
    let ellie = school.pupil("Ellie Marsh");
    assert_eq!(school.db.count(&format!("case_subjects WHERE person_id = '{ellie}'")), 1);
    let words = [("who", "the man at the gate"), ("kind", "somebody_else"), ("role", "witness")];
    assert_eq!(dinah.submit(&people, &people, &words).await.status, StatusCode::SEE_OTHER);
    // Somebody known in words alone is matched in the same field, and taking somebody out asks for no name.
    let case = dinah.get(&format!("/cases/{reference}")).await;
    let mut at = case.body.split("href=\"").filter_map(|rest| rest.split('"').next());
    let all: Vec<&str> = at.by_ref().filter(|href| href.starts_with(&format!("{people}/"))).collect();
    let mut suggested = 0;
    for page in all {
        suggested += usize::from(dinah.get(page).await.body.contains("data-suggest"));
    }
    assert_eq!(suggested, 1);
    // The head's case, with the chair in her place: a governor types a name whole.
    let mut draft = school.draft("STF-ALLEG");
    draft.subjects =
        vec![school.about(school.person(Cast::Head), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let people = format!("/cases/{reference}/people");
    let form = school.sign_in(Cast::Chair).await.get(&people).await;
    assert!(
        form.status == StatusCode::OK
            && !form.body.contains("data-suggest")
            && form.body.contains("name=\"who\"")
    );
}

/// Two pupils of one name: what a suggestion puts into the field says which.
#[apply(both_databases!)]
async fn a_suggestion_tells_two_of_one_name_apart(db: TestDb) {
    let school = School::open(db).await;
    let now = school.clock.now();
    let twin = Person {
        id: candour::domain::kernel::ids::PersonId::draw(now, &mut candour::service::clock::Randomness),
        kind: candour::domain::people::PersonKind::Pupil,
        name: "Ellie Marsh".to_owned(),
        year_group: Some("Year 10".to_owned()),
        post: None,
        email: None,
    };
    school.db.write(|tx| staff::add_people(tx, school.school, std::slice::from_ref(&twin), now)).unwrap();
    let whose = |typed: &str| {
        let line = candour::domain::kernel::text::Line::parse(typed).unwrap();
        names::somebody(&school.db, &school.op(Cast::Teacher), &line, &[]).unwrap()
    };
    assert!(matches!(whose("Ellie Marsh"), Somebody::InWords(_)), "which of the two?");
    assert_eq!(whose("Ellie Marsh, Year 10"), Somebody::Known(twin.id));
    assert_eq!(whose("ellie marsh, Year 8"), Somebody::Known(school.pupil("Ellie Marsh")));
    assert!(matches!(whose("Ellie Marsh, Year 11"), Somebody::InWords(_)));
}

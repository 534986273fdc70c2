//! Names suggested while one is typed: to members of staff, of their own school, with the year group and nothing else.

use crate::{
    databases::both,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::concern::Somebody,
    service::report,
    store::staff::{self, Person},
};
use chrono::TimeDelta;
use reqwest::StatusCode;

async fn types(browser: &SignedInBrowser<'_>, typed: &str) -> Answer {
    let token = browser.token().await;
    browser.post("/people/suggest", &[("csrf", token.as_str()), ("typed", typed)]).await
}

both! {
    async fn a_member_of_staff_is_offered_names_and_year_groups_and_nothing_else(db) {
        let school = School::open(db).await;
        let teacher = school.sign_in(Cast::Teacher).await;
        let found = types(&teacher, "mar el").await;
        assert_eq!((found.status, found.body.as_str()), (StatusCode::OK, r#"[{"name":"Ellie Marsh","year":"Year 8"}]"#));
        assert_eq!(types(&teacher, "dinah").await.body, r#"[{"name":"Dinah Lead","year":null}]"#);
        for nobody in ["e", "", "zzz", "' OR 1=1 --", "%", "_l"] {
            assert_eq!(types(&teacher, nobody).await.body, "[]", "{nobody}");
        }
        assert!(teacher.get("/report").await.body.contains("data-suggest"));
    }

    async fn governors_and_visitors_type_a_name_as_text(db) {
        let school = School::open(db).await;
        for cast in [Cast::Governor, Cast::Chair, Cast::External] {
            let browser = school.sign_in(cast).await;
            assert_eq!(types(&browser, "ellie").await.status, StatusCode::NOT_FOUND, "{cast:?}");
            assert!(!browser.get("/report").await.body.contains("data-suggest"), "{cast:?}");
        }
    }

    async fn sixty_a_minute_for_each_person(db) {
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

    /// Two pupils of one name: what a suggestion puts into the field says which.
    async fn a_suggestion_tells_two_of_one_name_apart(db) {
        let school = School::open(db).await;
        let now = school.clock.now();
        let twin = Person {
            id: candour::domain::ids::PersonId::draw(now, &mut candour::service::clock::Randomness),
            kind: candour::domain::people::PersonKind::Pupil,
            name: "Ellie Marsh".to_owned(),
            year_group: Some("Year 10".to_owned()),
            post: None,
            email: None,
        };
        school.db.write(|tx| staff::add_people(tx, school.school, std::slice::from_ref(&twin), now)).unwrap();
        let whose = |typed: &str| {
            let line = candour::domain::text::Line::parse(typed).unwrap();
            report::whose_name(&school.db, &school.op(Cast::Teacher), &line).unwrap()
        };
        assert!(matches!(whose("Ellie Marsh"), Somebody::InWords(_)), "which of the two?");
        assert_eq!(whose("Ellie Marsh, Year 10"), Somebody::Known(twin.id));
        assert_eq!(whose("ellie marsh, Year 8"), Somebody::Known(school.pupil("Ellie Marsh")));
        assert!(matches!(whose("Ellie Marsh, Year 11"), Somebody::InWords(_)));
    }
}

//! Words that a reporter adds later are read like those of the report: a person whom they could mean is asked about, and
//! stays out from then on until it is decided.

use super::{case, could_be_meant::oliver_deputises, may_read};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Cast, School},
};
use candour::{
    domain::{
        kernel::ids::PersonId,
        people::{
            PersonKind,
            subject::{SubjectKind, SubjectRole},
        },
    },
    service::clock::Randomness,
    store::people::staff::{self, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// What is answered to "Is your concern about something Oliver Other did?"
#[apply(both_databases!)]
async fn i1_words_added_to_a_report_are_asked_about_and_keep_out_from_then_on(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let (teacher, dsl) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Dsl).await);
    let deputy = school.sign_in(Cast::OtherTeacher).await;
    let (about, was_asked) = (format!("about-{oliver}"), format!("asked-about-{oliver}"));
    for (words, answer, reads) in [
        ("It was Mr Other.", "", false),
        ("It was OLIVER OTHER again", "unknown", false),
        ("Mr. O. Other told me this.", "no", true),
        ("Mr Other pushed her.", "yes", false),
    ] {
        let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
        assert!(may_read(&school, Cast::OtherTeacher, &reference), "{words}: nothing means him yet");
        let (page, add) = (format!("/my-reports/{reference}"), format!("/my-reports/{reference}/add"));
        let asked = teacher.submit(&page, &add, &[("words", words)]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(asked.body.contains("Is your concern about something Oliver Other did?"), "{words}");
        assert!(asked.body.contains(words), "nothing that was typed is lost");
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new(), "{words}");
        assert!(may_read(&school, Cast::OtherTeacher, &reference), "{words}: nothing is added yet");
        let fields = [("words", words), (was_asked.as_str(), "yes"), (about.as_str(), answer)];
        let sent = teacher.submit_from(&asked, &add, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{words}: {}", words_of(&sent.body));
        assert_eq!(may_read(&school, Cast::OtherTeacher, &reference), reads, "{words}");
        let address = format!("/cases/{reference}");
        let expected = if reads { StatusCode::OK } else { StatusCode::NOT_FOUND };
        assert_eq!(deputy.get(&address).await.status, expected, "{words}");
        let seen = case(&school, Cast::Head, &reference);
        let is_alleged = seen.current_subjects().any(|subject| subject.person() == Some(oliver));
        assert_eq!(is_alleged, answer == "yes", "{words}");
        if answer.is_empty() {
            let kept_out = format!("{address}/could-be-meant");
            let shown = words_of(&dsl.get(&kept_out).await.body);
            assert!(shown.contains("Oliver Other") && shown.contains("What the reporter added"), "{shown}");
            let story = words_of(&dsl.get(&address).await.body);
            assert!(story.contains("Kept out until it is decided"), "{story}");
            let id = oliver.to_string();
            let says = [("person", id.as_str()), ("meant", "no"), ("reason", "He was away that day.")];
            assert_eq!(dsl.submit(&kept_out, &kept_out, &says).await.status, StatusCode::SEE_OTHER);
            assert!(may_read(&school, Cast::OtherTeacher, &reference), "ruled out");
            assert!(words_of(&dsl.get(&address).await.body).contains("No longer kept out"));
        }
    }
}

/// Ordinary words are added at once, and so are words about people who have no part in it.
#[apply(both_databases!)]
async fn i2_words_added_about_people_without_a_part_in_it_ask_nothing(db: TestDb) {
    let school = School::open(db).await;
    let now = school.clock.now();
    let colleague = Person {
        id: PersonId::draw(now, &mut Randomness),
        kind: PersonKind::Staff,
        name: "Bertram Gone".to_owned(),
        year_group: None,
        post: None,
        email: None,
    };
    school
        .db
        .write(|tx| staff::add_people(tx, school.school, std::slice::from_ref(&colleague), now))
        .unwrap();
    let teacher = school.sign_in(Cast::Teacher).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let (page, add) = (format!("/my-reports/{reference}"), format!("/my-reports/{reference}/add"));
    for words in ["She cried at lunch.", "Bertram Gone saw it too.", "I am Tessa Teach, in room 12."] {
        let sent = teacher.submit(&page, &add, &[("words", words)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{words}: {}", words_of(&sent.body));
    }
    let seen = case(&school, Cast::Dsl, &reference);
    assert_eq!((seen.exclusions.len(), seen.concerns[0].additions.len()), (0, 3));
}

/// A witness may turn out to be the one: the part they were given first answers no question about what is added.
#[apply(both_databases!)]
async fn i1_a_witness_named_by_what_is_added_is_asked_about_and_stays_out(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    for (answer, reads) in [("no", true), ("", false)] {
        let mut draft = school.draft("CP-CONCERN");
        draft.subjects.push(school.about(oliver, SubjectKind::AdultHere, SubjectRole::Witness));
        let reference = school.report(Cast::Teacher, &draft).reference;
        assert!(may_read(&school, Cast::OtherTeacher, &reference), "a witness");
        let (page, add) = (format!("/my-reports/{reference}"), format!("/my-reports/{reference}/add"));
        let words = "Now I know that it was Mr Other.";
        let asked = teacher.submit(&page, &add, &[("words", words)]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&asked.body));
        assert!(asked.body.contains("Is your concern about something Oliver Other did?"));
        let (about, was_asked) = (format!("about-{oliver}"), format!("asked-about-{oliver}"));
        let fields = [("words", words), (was_asked.as_str(), "yes"), (about.as_str(), answer)];
        let sent = teacher.submit_from(&asked, &add, &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
        assert_eq!(may_read(&school, Cast::OtherTeacher, &reference), reads, "{answer}");
    }
}

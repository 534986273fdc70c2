//! Words that single no one out, or more adults than can be asked about one by one: who could it be, by name, and who has
//! the report together if its reporter cannot say.

use super::{
    case,
    could_be_meant::{about, oliver_deputises},
    may_read, receipt, reference, with,
};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Cast, School},
};
use candour::{
    domain::{kernel::ids::PersonId, people::PersonKind},
    service::clock::Randomness,
    store::people::staff::{self, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// A report about an adult whom its reporter cannot name.
fn about_someone() -> Vec<(&'static str, &'static str)> {
    with(&[
        ("category", "STF-ALLEG"),
        ("happened", "He hit a child."),
        ("in-person", "not_yet"),
        ("adult", "yes"),
        ("which", "do_not_know"),
    ])
}

/// Five more members of staff of one surname: with Oliver there are six.
fn five_more(school: &School) {
    let now = school.clock.now();
    let other = |given: &str| Person {
        id: PersonId::draw(now, &mut Randomness),
        kind: PersonKind::Staff,
        name: format!("{given} Other"),
        year_group: None,
        post: None,
        email: None,
    };
    let people: Vec<Person> = ["Beatrix", "Cornelius", "Delphine", "Ezekiel", "Florentina"].map(other).into();
    school.db.write(|tx| staff::add_people(tx, school.school, &people, now)).unwrap();
}

/// A reporter who cannot say reaches the head, the DSL and the chair together, and no deputy of theirs.
#[apply(both_databases!)]
async fn i1_whoever_cannot_say_reaches_head_dsl_and_chair_together(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let asked = teacher.submit("/report", "/report", &about_someone()).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    let head = school.person(Cast::Head).to_string();
    for (answers, leaves_out) in [
        (vec![], None),
        (vec![("one-of", "unknown")], None),
        (vec![("one-of", "none"), ("one-of", "unknown")], None),
        (vec![("one-of", head.as_str()), ("one-of", "unknown")], Some(Cast::Head)),
    ] {
        let mut fields: Vec<(&str, &str)> = about_someone();
        fields.push(("asked-one-of", "yes"));
        fields.extend(answers.iter().copied());
        let asked = teacher.submit("/report", "/report", &about_someone()).await;
        let sent = teacher.submit_from(&asked, "/report", &fields).await;
        let shown = words_of(&receipt(&teacher, &sent).await);
        assert!(shown.contains("chair of governors"), "the receipt says who has it: {shown}");
        let reference = reference(&sent);
        for cast in [Cast::Head, Cast::Dsl, Cast::Chair] {
            assert_eq!(
                may_read(&school, cast, &reference),
                leaves_out != Some(cast),
                "{answers:?}: {cast:?}"
            );
        }
        assert_eq!(may_read(&school, Cast::External, &reference), leaves_out.is_some(), "{answers:?}");
        for cast in [Cast::DeputyDsl, Cast::DeputyHead, Cast::OnlineSafety, Cast::Siro, Cast::OtherTeacher] {
            assert!(!may_read(&school, cast, &reference), "{answers:?}: {cast:?}");
        }
    }
    let told = school.deliver().await;
    for (name, is_told) in [("hattie.head", true), ("charlie.chair", true), ("dougal.deputy", false)] {
        assert_eq!(told.contains(&format!("{name}@school.example")), is_told, "{name}: {told:?}");
    }

    // "None of these people" and whoever is ticked are answers: then it goes to the head and the DSL, as ever.
    for answer in ["none", head.as_str()] {
        let asked = teacher.submit("/report", "/report", &about_someone()).await;
        let mut fields = about_someone();
        fields.extend([("asked-one-of", "yes"), ("one-of", answer)]);
        let reference = reference(&teacher.submit_from(&asked, "/report", &fields).await);
        assert_eq!(may_read(&school, Cast::Chair, &reference), answer != "none", "in the head’s place alone");
        assert!(may_read(&school, Cast::Dsl, &reference) && !may_read(&school, Cast::External, &reference));
    }
}

/// None of the three seals it without another of them, and two of them settle it.
#[apply(both_databases!)]
async fn i1_none_of_them_decides_without_another_of_them(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let asked = teacher.submit("/report", "/report", &about_someone()).await;
    let mut fields = about_someone();
    fields.extend([("asked-one-of", "yes"), ("one-of", "unknown")]);
    let reference = reference(&teacher.submit_from(&asked, "/report", &fields).await);
    let (head, dsl) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    let chair = school.sign_in(Cast::Chair).await;
    let (restrict, together) =
        (format!("/cases/{reference}/restrict"), format!("/cases/{reference}/together"));

    let seal = [("restriction", "sealed"), ("reason", "I know who it is.")];
    let refused = head.submit(&restrict, &restrict, &seal).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let shown = words_of(&refused.body);
    assert!(shown.contains("Ask another of those who have this case first"), "{shown}");
    assert!(refused.body.contains("I know who it is."), "nothing that was typed is lost");

    let page = head.get(&together).await;
    assert_eq!((page.status, markup::faults(&page.body)), (StatusCode::OK, Vec::<String>::new()));
    let asks = [("what", "restrict"), ("restriction", "sealed"), ("reason", "The press has called.")];
    assert_eq!(head.submit(&together, &together, &asks).await.status, StatusCode::SEE_OTHER);
    assert_eq!(head.submit(&restrict, &restrict, &seal).await.status, StatusCode::FORBIDDEN, "asked alone");
    let shown = words_of(&dsl.get(&together).await.body);
    assert!(
        shown.contains("Hattie Head asked for this") && shown.contains("The press has called."),
        "{shown}"
    );
    assert_eq!(dsl.submit(&together, &together, &asks).await.status, StatusCode::SEE_OTHER);
    assert_eq!(head.submit(&restrict, &restrict, &seal).await.status, StatusCode::SEE_OTHER);
    for cast in [Cast::Head, Cast::Dsl, Cast::Chair] {
        assert!(may_read(&school, cast, &reference), "sealed, and none is left alone with it: {cast:?}");
    }
    let nothing = [("what", "restrict"), ("reason", "Because")];
    assert_eq!(chair.submit(&together, &together, &nothing).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let settles = [("what", "settle"), ("reason", "It was a visitor.")];
    assert_eq!(chair.submit(&together, &together, &settles).await.status, StatusCode::SEE_OTHER);
    assert!(may_read(&school, Cast::Chair, &reference), "one alone settles nothing");
    assert_eq!(head.submit(&together, &together, &settles).await.status, StatusCode::SEE_OTHER);
    assert!(!may_read(&school, Cast::Chair, &reference), "it goes on as with any other such concern");
    assert!(may_read(&school, Cast::Head, &reference));
    assert_eq!(head.get(&together).await.status, StatusCode::FORBIDDEN);
    assert_eq!(school.db.count("audit_entries WHERE act = 'together'"), 4);
}

/// Six people of one name: asked about once, by name, with boxes to tick.
#[apply(both_databases!)]
async fn i2_more_than_five_who_could_be_meant_are_asked_about_once_by_name(db: TestDb) {
    let school = School::open(db).await;
    let oliver = oliver_deputises(&school);
    five_more(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let id = oliver.to_string();
    let adult: &[(&str, &str)] = &[];
    let parent: &[(&str, &str)] =
        &[("category", "CP-CONCERN"), ("adult", "no"), ("person-1-kind", "parent_or_carer")];
    for (more, answer, kept_out, chair) in [
        (adult, id.as_str(), true, false),
        (adult, "none", false, false),
        (adult, "unknown", true, true),
        (parent, id.as_str(), true, false),
        (parent, "none", false, false),
        (parent, "unknown", true, false),
    ] {
        let fields = about("Mr Other", more);
        let asked = teacher.submit("/report", "/report", &fields).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert!(asked.body.contains("Could it be one of these people?"), "{}", words_of(&asked.body));
        assert!(!asked.body.contains(&format!("name=\"asked-about-{id}\"")), "no question for each");
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
        let mut fields = fields;
        fields.extend([("asked-one-of", "yes"), ("one-of", answer)]);
        let sent = teacher.submit_from(&asked, "/report", &fields).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", words_of(&sent.body));
        let reference = reference(&sent);
        assert_eq!(case(&school, Cast::Head, &reference).excludes(oliver), kept_out, "{more:?}, {answer}");
        assert!(!kept_out || !may_read(&school, Cast::OtherTeacher, &reference), "{more:?}, {answer}");
        assert_eq!(may_read(&school, Cast::Chair, &reference), chair, "{more:?}, {answer}");
    }
}

//! A person who is told or named by surname or role is asked about as by their full name.

use super::{case, may_read, receipt, reference, send, with};
use crate::{
    databases::{TestDb, both_databases},
    markup,
    school::{Cast, School},
};
use candour::{
    domain::{concern::PersonTold, kernel::ids::PersonId, people::PersonKind},
    store::people::staff::{self, Duty, DutyKind, Person},
};
use candour::{
    domain::{
        kernel::ids::DutyId,
        people::{Desk, Seat},
    },
    service::clock::Randomness,
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

fn about(person: PersonId) -> String {
    format!("name=\"about-{person}\"")
}

/// R2: "I told Mrs Lead" and "the DSL" are asked about, and "no" leaves her with it.
#[apply(both_databases!)]
async fn r2_a_surname_and_a_duty_are_asked_about(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let dsl = school.person(Cast::Dsl);
    for (told, called) in [
        ("Mrs Lead", "Dinah Lead"),
        ("I told Miss D. Lead at lunch", "Dinah Lead"),
        ("the DSL", "the designated safeguarding lead (DSL)"),
        ("our safeguarding lead", "the designated safeguarding lead (DSL)"),
    ] {
        let asked = send(&teacher, &[("told", told)]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(asked.body.contains(&format!("Is your concern about something {called} did?")), "{told}");
        assert!(asked.body.contains(&about(dsl)), "{told}");
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
        assert!(!asked.body.contains("There is a problem"), "a question is not a problem");
        let field = format!("about-{dsl}");
        let sent = teacher.submit_from(&asked, "/report", &with(&[("told", told), (&field, "no")])).await;
        assert!(receipt(&teacher, &sent).await.contains("The designated safeguarding lead (DSL)"), "{told}");
        let seen = case(&school, Cast::Dsl, &reference(&sent));
        assert!(
            matches!(seen.concerns[0].told.as_slice(), [PersonTold::InWords(_)]),
            "the words stay: {told}"
        );
    }
    // A person who has nothing to do with it is not asked about, nor a word that only looks like a role.
    for told in ["Mr Other", "the head of year 8", "Mrs Leader", "the chair of governors"] {
        assert_eq!(send(&teacher, &[("told", told)]).await.status, StatusCode::SEE_OTHER, "{told}");
    }
}

/// R2: a person named in "Who is it about?" who would receive it is asked about; "yes" keeps it from them.
#[apply(both_databases!)]
async fn r2_yes_about_words_keeps_the_case_from_whom_they_mean(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let olive = school.person(Cast::OnlineSafety);
    let more = [("person-1", "Ms Online"), ("person-1-kind", "adult_here"), ("person-1-role", "witness")];
    let asked = send(&teacher, &more).await;
    assert!(asked.body.contains("Is your concern about something Olive Online did?"), "{}", asked.body);
    assert!(asked.body.contains("may mean them") && !asked.body.contains("No, I only told them"));
    let field = format!("about-{olive}");
    let yes: Vec<(&str, &str)> = more.into_iter().chain([(field.as_str(), "yes")]).collect();
    let sent = teacher.submit_from(&asked, "/report", &with(&yes)).await;
    receipt(&teacher, &sent).await;
    assert!(!may_read(&school, Cast::OnlineSafety, &reference(&sent)));
    assert!(may_read(&school, Cast::Head, &reference(&sent)), "the head leads");
    // A pupil of the name is not an adult of the name.
    let pupil = [("person-1", "Ms Online"), ("person-1-kind", "pupil"), ("person-1-role", "affected")];
    assert_eq!(send(&teacher, &pupil).await.status, StatusCode::SEE_OTHER);
    // A "yes" about somebody who was not meant was not posted by our page: they lose nothing.
    let unasked = format!("about-{}", school.person(Cast::Dsl));
    let sent = send(&teacher, &[("told", "my neighbour"), (&unasked, "yes")]).await;
    assert!(may_read(&school, Cast::Dsl, &reference(&sent)));
}

/// Two of a surname who would both receive it: about each.
#[apply(both_databases!)]
async fn r2_of_two_with_a_surname_both_are_asked_about(db: TestDb) {
    let school = School::open(db).await;
    let now = school.clock.now();
    let (other, duty) = (PersonId::draw(now, &mut Randomness), DutyId::draw(now, &mut Randomness));
    school
        .db
        .write(|tx| {
            let person = Person {
                id: other,
                kind: PersonKind::Staff,
                name: "Laura Lead".to_owned(),
                year_group: None,
                post: None,
                email: None,
            };
            staff::add_people(tx, school.school, &[person], now)?;
            let what = DutyKind::Seat(Desk::Dsl, Seat::Holder);
            staff::add_duty(
                tx,
                school.school,
                &Duty { id: duty, person: other, what, starts_at: now, ends_at: None },
            )
        })
        .unwrap();
    let teacher = school.sign_in(Cast::Teacher).await;
    for told in ["Mrs Lead", "the DSL"] {
        let asked = send(&teacher, &[("told", told)]).await.body;
        for name in ["Dinah Lead", "Laura Lead"] {
            assert!(
                asked.contains(&format!("Is your concern about something {name} did?")),
                "{told}: {name}"
            );
        }
    }
    let one = send(&teacher, &[("told", "Mrs L Lead")]).await.body;
    assert!(one.contains(&about(other)) && !one.contains(&about(school.person(Cast::Dsl))));
}

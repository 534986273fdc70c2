//! Hidden ids that no page of ours would post: another school's person, a pupil where an adult is asked for, a person whose
//! name the words are not. Refused, or read as the words alone, with everything typed kept (decision 0018).

use super::{
    about,
    lists::{adds_a_crowd, adds_twins, done, owner, triaged},
    only, people_of, radio, with_the_list,
};
use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Cast, School},
};
use candour::{
    domain::{
        kernel::ids::PersonId,
        people::{PersonKind, register::offered::Pick, subject::SubjectIdentity},
    },
    service::clock::Randomness,
    store::people::staff::{self, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// An adult of the other school.
fn elsewhere(school: &School, name: &str) -> PersonId {
    let now = school.clock.now();
    let person = Person {
        id: PersonId::draw(now, &mut Randomness),
        kind: PersonKind::Staff,
        name: name.to_owned(),
        year_group: None,
        post: None,
        email: None,
    };
    school
        .db
        .write(|tx| staff::add_people(tx, school.other_school, std::slice::from_ref(&person), now))
        .unwrap();
    person.id
}

/// I1: a person of another school is no one here, on any page, and what was typed is kept.
#[apply(both_databases!)]
async fn i1_a_person_of_another_school_cannot_be_picked(db: TestDb) {
    let school = with_the_list(db).await;
    adds_a_crowd(&school);
    let otto = elsewhere(&school, "Otto Elsewhere");
    let teacher = school.sign_in(Cast::Teacher).await;
    let reported = about(&school, &teacher, &[("person-1", "the girl in the hall")]).await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let listed = Pick::listed(otto, "Otto Elsewhere");
    let plain = otto.to_string();

    let page = format!("/cases/{}/people/{}", reported.reference, reported.subjects[0].subject.id);
    for id in [&plain, &listed] {
        let fields = [
            ("role", "affected"),
            ("match", "Otto Elsewhere"),
            ("match-id", id.as_str()),
            ("reason", "Her tutor said so."),
        ];
        let refused = dinah.submit(&page, &page, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&refused.body));
        assert!(
            refused.body.contains("value=\"Otto Elsewhere\"") && refused.body.contains("Her tutor said so.")
        );
        assert_eq!(people_of(&super::case(&school, &reported.reference)), [None]);
    }
    let head = school.sign_in(Cast::Head).await;
    let tie = [
        ("one", "Otto Elsewhere"),
        ("one-id", listed.as_str()),
        ("other", "Oliver Other"),
        ("tie", "partner"),
        ("grounds", "told"),
    ];
    let refused = head.submit("/admin/ties", "/admin/ties", &tie).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("value=\"Otto Elsewhere\"") && refused.body.contains("value=\"Oliver Other\"")
    );
    assert_eq!(school.db.count("person_ties"), 0);

    let reference = triaged(&school, &dinah).await;
    let assign = format!("/cases/{reference}/assign");
    let named = dinah.submit(&assign, &assign, &[("owner", "Otto Elsewhere"), ("owner-id", &listed)]).await;
    assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(named.body.contains("value=\"Otto Elsewhere\""), "what was typed is kept");
    let begun = Pick::listed(otto, "");
    for fields in
        [[("owner", plain.as_str()), ("owner-id", "")], [("owner", ""), ("owner-id", begun.as_str())]]
    {
        let refused = dinah.submit(&assign, &assign, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", words_of(&refused.body));
    }
    assert_eq!(owner(&school, &reference), Some(school.person(Cast::Dsl)));
    school.deliver().await;
}

/// I1: a pupil, a governor and one who left are given no case, however the form names them.
#[apply(both_databases!)]
async fn i1_a_pupil_picked_for_an_adult_is_refused(db: TestDb) {
    let school = with_the_list(db).await;
    let twins = adds_twins(&school);
    adds_a_crowd(&school);
    let now = school.clock.now();
    school.db.write(|tx| staff::leave(tx, school.school, twins[0], now)).unwrap();
    let dinah = school.sign_in(Cast::Dsl).await;
    let reference = triaged(&school, &dinah).await;
    let assign = format!("/cases/{reference}/assign");
    let (pupil, governor) = (only(&school, "Ada Twyford"), school.person(Cast::Governor));
    for (who, name) in [(pupil, "Ada Twyford"), (governor, Cast::Governor.name())] {
        let (plain, listed) = (who.to_string(), Pick::listed(who, name));
        for id in [&plain, &listed] {
            let refused = dinah.submit(&assign, &assign, &[("owner", name), ("owner-id", id)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(refused.body.contains(&format!("value=\"{name}\"")), "what was typed is kept");
        }
        let refused = dinah.submit(&assign, &assign, &[("owner", &plain)]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{name}");
    }
    // One of the two of that name has left: the words mean the one who is here, and an id of the other changes nothing.
    let gone = Pick::listed(twins[0], "Sam Twin");
    done(&dinah.submit(&assign, &assign, &[("owner", "Sam Twin"), ("owner-id", &gone)]).await);
    assert_eq!(owner(&school, &reference), Some(twins[1]));
    school.deliver().await;
}

/// I1: words that were changed after somebody was picked mean what they say now.
#[apply(both_databases!)]
async fn i1_words_changed_after_picking_win(db: TestDb) {
    let school = with_the_list(db).await;
    adds_twins(&school);
    adds_a_crowd(&school);
    let teacher = school.sign_in(Cast::Teacher).await;
    let reported = about(&school, &teacher, &[("person-1", "the girl in the hall")]).await;
    let dinah = school.sign_in(Cast::Dsl).await;
    let page = format!("/cases/{}/people/{}", reported.reference, reported.subjects[0].subject.id);
    let rest = [("role", "affected"), ("reason", "Her tutor said so.")];
    let find = [&rest[..], &[("match", "zaj"), ("find-name", "match")][..]].concat();
    let found = dinah.submit(&page, &page, &find).await;
    let lucja = radio(&found.body, "match-id", "Łucja Zając");

    let other_words = [&rest[..], &[("match", "the tall girl"), ("match-id", lucja.as_str())][..]].concat();
    let refused = dinah.submit_from(&found, &page, &other_words).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", words_of(&refused.body));
    assert!(refused.body.contains("value=\"the tall girl\""));
    let other_name = [&rest[..], &[("match", "Ada Twyford"), ("match-id", lucja.as_str())][..]].concat();
    done(&dinah.submit_from(&refused, &page, &other_name).await);
    assert_eq!(people_of(&super::case(&school, &reported.reference)), [Some(only(&school, "Ada Twyford"))]);

    // Added as a person of the case, the words stay words.
    let add = format!("/cases/{}/people", reported.reference);
    let fields =
        [("who", "his older brother"), ("who-id", lucja.as_str()), ("kind", "pupil"), ("role", "witness")];
    done(&dinah.submit(&add, &add, &fields).await);
    let added = super::case(&school, &reported.reference);
    let added = &added.current_subjects().last().unwrap().who;
    assert!(matches!(added, SubjectIdentity::Words(_)), "{added:?}");

    let reference = triaged(&school, &dinah).await;
    let assign = format!("/cases/{reference}/assign");
    let found = dinah.submit(&assign, &assign, &[("owner", "twin"), ("find-name", "owner")]).await;
    let cook = radio(&found.body, "owner-id", "Sam Twin, Cook");
    let changed = [("owner", "Oliver Other"), ("owner-id", cook.as_str())];
    done(&dinah.submit_from(&found, &assign, &changed).await);
    assert_eq!(owner(&school, &reference), Some(school.person(Cast::OtherTeacher)));
    school.deliver().await;
}

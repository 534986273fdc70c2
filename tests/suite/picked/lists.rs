//! A person chosen from a list: two of one name are told apart in each, and a list that is too long is a name to type, with
//! "Find", which takes no one who is not in it.

use super::radio;
use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::words_of,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::Case,
        kernel::ids::{PersonId, Reference},
        people::PersonKind,
    },
    service::clock::Randomness,
    store::people::staff::{self, Person},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// Adds members of staff.
pub fn adds(school: &School, people: &[(&str, Option<&str>)]) -> Vec<PersonId> {
    let now = school.clock.now();
    let person = |(name, post): &(&str, Option<&str>)| Person {
        id: PersonId::draw(now, &mut Randomness),
        kind: PersonKind::Staff,
        name: (*name).to_owned(),
        year_group: None,
        post: post.map(str::to_owned),
        email: None,
    };
    let people: Vec<Person> = people.iter().map(person).collect();
    school.db.write(|tx| staff::add_people(tx, school.school, &people, now)).unwrap();
    people.iter().map(|person| person.id).collect()
}

/// Two of one name, told apart by their posts.
pub fn adds_twins(school: &School) -> [PersonId; 2] {
    adds(school, &[("Sam Twin", Some("Cook")), ("Sam Twin", Some("Caretaker"))]).try_into().unwrap()
}

/// So many others that no list is shown any more.
pub fn adds_a_crowd(school: &School) {
    let names: Vec<String> =
        (b'a'..=b'z').map(|letter| format!("Quill {}asey", char::from(letter))).collect();
    let people: Vec<(&str, Option<&str>)> = names.iter().map(|name| (name.as_str(), None)).collect();
    adds(school, &people);
}

/// A worry that the DSL leads and has triaged.
pub async fn triaged(school: &School, dinah: &SignedInBrowser<'_>) -> Reference {
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let (page, me) = (format!("/cases/{reference}/triage"), school.person(Cast::Dsl).to_string());
    let triage =
        [("category", "CP-CONCERN"), ("severity", "high"), ("owner", me.as_str()), ("aware-at", "keep")];
    done(&dinah.fills_in(&page, &triage, &mut |_| "Words.".to_owned()).await.0);
    reference
}

pub fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

pub fn owner(school: &School, reference: &Reference) -> Option<PersonId> {
    let case: Case = super::case(school, reference);
    case.owner
}

/// A page on which both are offered, each in words of their own, and no one as "Sam Twin" alone.
async fn tells_twins_apart(browser: &SignedInBrowser<'_>, page: &str, twins: [PersonId; 2]) {
    let shown = browser.get(page).await;
    assert_eq!(shown.status, StatusCode::OK, "{page}");
    assert_eq!(markup::faults(&shown.body), Vec::<String>::new(), "{page}");
    for (twin, words) in twins.into_iter().zip(["Sam Twin, Cook", "Sam Twin, Caretaker"]) {
        let offered: Vec<&str> =
            shown.body.split("value=\"").filter(|rest| rest.starts_with(&twin.to_string())).collect();
        assert_eq!(offered.len(), 1, "{page}");
        let read = offered[0].split("</option>").next().unwrap().split("</div>").next().unwrap();
        assert!(read.contains(words), "{page}: {read}");
    }
    assert!(!shown.body.contains(">Sam Twin<"), "{page}");
}

/// I1: in every list people of one name are told apart, and the one who is chosen is the one.
#[apply(both_databases!)]
async fn i1_every_list_tells_two_of_one_name_apart(db: TestDb) {
    let school = School::open(db).await;
    let twins = adds_twins(&school);
    let dinah = school.sign_in(Cast::Dsl).await;
    let reference = triaged(&school, &dinah).await;
    let to = |act: &str| format!("/cases/{reference}/{act}");
    for act in ["assign", "share", "task"] {
        tells_twins_apart(&dinah, &to(act), twins).await;
    }
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    tells_twins_apart(&admin, "/admin/duties/propose", twins).await;
    tells_twins_apart(&admin, "/admin/routes", twins).await;
    tells_twins_apart(&head, "/admin/access-requests", twins).await;

    let [cook, caretaker] = twins.map(|twin| twin.to_string());
    for twin in [&cook, &caretaker] {
        let share = [("person", twin.as_str()), ("as", "reader"), ("reason", "To help.")];
        done(&dinah.submit(&to("share"), &to("share"), &share).await);
    }
    tells_twins_apart(&dinah, &to("unshare"), twins).await;
    done(&dinah.submit(&to("unshare"), &to("unshare"), &[("person", &cook)]).await);
    let case = super::case(&school, &reference);
    let left: Vec<PersonId> = case.live_shares(school.clock.now()).map(|share| share.person).collect();
    assert_eq!(left, [twins[1]], "the share of the one who was chosen ended");
    done(&dinah.submit(&to("assign"), &to("assign"), &[("owner", &cook)]).await);
    assert_eq!(owner(&school, &reference), Some(twins[0]));
    school.deliver().await;
}

/// I1: without scripts a long list is a name with "Find": who is found is listed, and no one else is taken.
#[apply(both_databases!)]
async fn i1_a_long_list_is_a_name_with_find_and_needs_no_script(db: TestDb) {
    let school = School::open(db).await;
    let twins = adds_twins(&school);
    adds_a_crowd(&school);
    let dinah = school.sign_in(Cast::Dsl).await;
    let reference = triaged(&school, &dinah).await;
    let assign = format!("/cases/{reference}/assign");
    let shown = dinah.get(&assign).await;
    assert_eq!(markup::faults(&shown.body), Vec::<String>::new());
    assert!(!shown.body.contains("<select") && shown.body.contains("value=\"owner\">Find"));
    assert!(!shown.body.contains("data-suggest"), "pupils are not suggested for it");

    // Before anything is typed those in the case's roles can be chosen.
    let me = radio(&shown.body, "owner-id", "Dougal Deputy");
    done(&dinah.submit_from(&shown, &assign, &[("owner", ""), ("owner-id", &me)]).await);
    assert_eq!(owner(&school, &reference), Some(school.person(Cast::DeputyDsl)));

    let find = [("owner", "twi"), ("find-name", "owner")];
    let found = dinah.submit(&assign, &assign, &find).await;
    assert_eq!(found.status, StatusCode::OK);
    assert_eq!(markup::faults(&found.body), Vec::<String>::new());
    assert!(found.body.contains("Who do you mean by “twi”?") && found.body.contains("value=\"twi\""));
    let cook = radio(&found.body, "owner-id", "Sam Twin, Cook");
    done(&dinah.submit_from(&found, &assign, &[("owner", "twi"), ("owner-id", &cook)]).await);
    assert_eq!(owner(&school, &reference), Some(twins[0]));

    // The name of two is a question; the name and post of one, or a whole name that one has, is that person.
    let asked = dinah.submit(&assign, &assign, &[("owner", "SAM TWIN")]).await;
    assert_eq!(asked.status, StatusCode::OK);
    assert!(asked.body.contains("Who do you mean by “SAM TWIN”?"), "{}", words_of(&asked.body));
    done(&dinah.submit(&assign, &assign, &[("owner", "Sam Twin, Caretaker")]).await);
    assert_eq!(owner(&school, &reference), Some(twins[1]));
    done(&dinah.submit(&assign, &assign, &[("owner", "other, oliver")]).await);
    assert_eq!(owner(&school, &reference), Some(school.person(Cast::OtherTeacher)));

    // A task without a name is the lead's, and a share is for the person found.
    let task = [("what", "Ring home"), ("due-day", "1"), ("due-month", "12"), ("due-year", "2026")];
    let page = format!("/cases/{reference}/task");
    done(&dinah.submit(&page, &page, &task).await);
    assert_eq!(super::case(&school, &reference).tasks.last().unwrap().person, None);
    school.deliver().await;
}

/// I1: roles, codes and "who gets what, if" in a school with many adults.
#[apply(both_databases!)]
async fn i1_roles_and_codes_find_the_person_in_a_long_list(db: TestDb) {
    let school = School::open(db).await;
    let twins = adds_twins(&school);
    adds_a_crowd(&school);
    let (admin, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);

    let propose = "/admin/duties/propose";
    let role = [("person", "sam twin"), ("what", "dsl-deputy"), ("why", "shared")];
    let asked = admin.submit(propose, propose, &role).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", words_of(&asked.body));
    assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
    assert_eq!(school.db.count("duty_proposals"), 0, "nothing is proposed yet");
    let caretaker = radio(&asked.body, "person-id", "Caretaker");
    let answered = [&role[..], &[("person-id", caretaker.as_str())][..]].concat();
    let proposed = admin.submit_from(&asked, propose, &answered).await;
    assert_eq!(proposed.location, "/admin/duties?proposed", "{}", words_of(&proposed.body));
    assert_eq!(school.db.count(&format!("duty_proposals WHERE person_id = '{}'", twins[1])), 1);
    let unknown = admin.submit(propose, propose, &[("person", "Nora Nemo"), role[1], role[2]]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.body.contains("value=\"Nora Nemo\""), "what was typed is kept");

    let requests = "/admin/access-requests";
    let found = head.submit(requests, requests, &[("person", "twin"), ("find-name", "person")]).await;
    assert_eq!(found.status, StatusCode::OK);
    let cook = radio(&found.body, "person-id", "Sam Twin, Cook");
    let made = head.submit_from(&found, requests, &[("person", "twin"), ("person-id", &cook)]).await;
    assert!(
        made.body.contains("own-code") && made.body.contains("Sam Twin, Cook"),
        "{}",
        words_of(&made.body)
    );
    assert_eq!(school.db.count(&format!("binding_codes WHERE person_id = '{}'", twins[0])), 1);

    let routes = "/admin/routes";
    let chosen = head.submit(routes, routes, &[("subject", "Dinah Lead")]).await;
    assert_eq!(chosen.location, format!("/admin/routes?subject={}", school.person(Cast::Dsl)));
    assert!(head.get(&chosen.location).await.body.contains("if Dinah Lead were alleged"));
    let none = head.submit(routes, routes, &[("subject", "")]).await;
    assert_eq!(none.location, routes);
    school.deliver().await;
}

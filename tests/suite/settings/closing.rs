//! A school's additions to the rule of the second person: proposed and approved like every other rule, for a category on
//! its page and for severities on the page of rules.

use super::*;
use candour::{
    domain::case::{Case, SecondPerson, lifecycle::workflow::Move},
    service::case::read::FullCase,
};

const RULES: &str = "/admin/rules";

fn full(school: &School, reference: &Reference) -> FullCase {
    match read::case(&school.db, &school.op(Cast::Head), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => *full,
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("the head oversees every case"),
    }
}

fn asks(school: &School, reference: &Reference) -> bool {
    full(school, reference).second_person != SecondPerson::NotAsked
}

fn severity(case: &Case) -> Severity {
    case.triage.as_ref().map_or(case.severity, |triage| triage.severity)
}

/// A severity is added: open cases need a second person at once, and the page says so before it is sent.
#[apply(both_databases!)]
async fn a_second_person_is_added_by_severity(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let reference = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let plain = full(&school, &reference);
    assert_eq!((severity(&plain.case), plain.second_person), (Severity::Moderate, SecondPerson::NotAsked));
    let asked = [
        ("adult-lead", "head"),
        ("smallest", "5"),
        ("second-person", "moderate"),
        ("second-person", "high"),
        ("why", "Two people see more."),
        ("starts", "approved"),
    ];
    let preview = administrator.submit(RULES, RULES, &asked).await;
    for said in [
        "Nothing beside what every school asks for",
        "Cases of medium or high severity",
        "it asks for open cases too",
    ] {
        assert!(preview.body.contains(said), "{said}: {}", preview.body);
    }
    let proposal = proposes(&administrator, RULES, &asked).await;
    assert!(!asks(&school, &reference), "nothing changes before it is approved");
    school.hands.forward(TimeDelta::minutes(1));
    assert_eq!(approves(&head, &proposal).await.location, "/admin/proposals?approved");
    let now = full(&school, &reference);
    assert!(now.second_person != SecondPerson::NotAsked);
    assert!(!now.moves.contains(&Move::Close));
    let page = shown(&administrator, RULES).await;
    assert!(page.contains("Cases of medium or high severity"));
    assert!(page.contains("value=\"moderate\" checked") && !page.contains("value=\"low\" checked"), "{page}");
    // Taken away again: what was reported meanwhile still needs one.
    let meanwhile = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    school.hands.forward(TimeDelta::minutes(1));
    let without =
        [("adult-lead", "head"), ("smallest", "5"), ("why", "It takes too long."), ("starts", "approved")];
    let proposal = proposes(&administrator, RULES, &without).await;
    approves(&head, &proposal).await;
    assert!(asks(&school, &meanwhile) && !asks(&school, &reference));
}

/// A category asks for one on its own page.
#[apply(both_databases!)]
async fn a_second_person_is_added_by_category(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let always = with(&CHANGED, &[("closing", "always")]);
    let proposal = proposes(&administrator, BULLYING, &always).await;
    assert!(shown(&head, &proposal).await.contains("A second person to close"));
    approves(&head, &proposal).await;
    let (other, bullying) = (
        school.report(Cast::Teacher, &school.draft("CON-INAPP")),
        school.report(Cast::Teacher, &school.draft("CDT-CYBULLY")),
    );
    assert!(asks(&school, &bullying.reference) && !asks(&school, &other.reference));
    assert!(shown(&administrator, BULLYING).await.contains("value=\"always\" checked"));
}

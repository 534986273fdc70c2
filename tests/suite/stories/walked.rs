//! What somebody found who walked through the site as each person: words that promised what was not so, links that led
//! nowhere, and clocks that did not start.

use super::ENDS;
use crate::{
    databases::{TestDb, both_databases},
    page_forms::{led_to, words_of},
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::kernel::{clock::Instant, ids::Reference};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// What stands between two words of a page, for what is said in one place of it.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page.find(from).unwrap_or_else(|| panic!("no {from} in {}", words_of(page)));
    let end = page[start..].find(to).map_or(page.len(), |end| start + end);
    &page[start..end]
}

/// Everything a page of the case leads to opens, for everybody it is shown to.
async fn every_link_opens(browser: &SignedInBrowser<'_>, reference: &Reference, who: Cast) {
    let page = browser.get(&format!("/cases/{reference}")).await;
    if page.status == StatusCode::NOT_FOUND {
        return;
    }
    for href in led_to(&page.body, reference).into_iter().filter(|href| !href.ends_with("/acknowledge")) {
        let opened = browser.get(&href).await;
        assert_eq!(opened.status, StatusCode::OK, "{who:?} is led to {href}: {}", words_of(&opened.body));
    }
}

const EVERYBODY: [Cast; 7] =
    [Cast::OnlineSafety, Cast::Dsl, Cast::Head, Cast::Network, Cast::Siro, Cast::Dpo, Cast::Chair];

async fn everybodys_links_open(school: &School, reference: &Reference) {
    for who in EVERYBODY {
        every_link_opens(&school.sign_in(who).await, reference, who).await;
    }
}

/// An alleged adult comes to light after triage: the clock of the LADO starts, and the timeline says where it went.
#[apply(both_databases!)]
async fn an_adult_named_after_triage_starts_the_clock_of_the_lado(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, dsl) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Dsl).await);
    let reference = teacher.reports("CP-CONCERN", &[]).await;
    let owner = school.person(Cast::Dsl).to_string();
    let triage =
        [("category", "CP-CONCERN"), ("severity", "high"), ("owner", owner.as_str()), ("aware-at", "keep")];
    dsl.does(&reference, "triage", &triage).await;
    assert!(!dsl.case(&reference).await.contains("Refer to the LADO"));
    let him = [("who", "Oliver Other"), ("kind", "adult_here"), ("role", "alleged")];
    dsl.does(&reference, "people", &him).await;
    let case = school.sign_in(Cast::Head).await.case(&reference).await;
    assert!(case.contains("Refer to the LADO"), "{}", words_of(&case));
    assert!(
        case.contains("Leads now: headteacher") && case.contains("Case owner removed:"),
        "{}",
        words_of(&case)
    );
}

/// The case shows every answer of the reporter; the lead cannot take one back, and the SIRO is asked.
#[apply(both_databases!)]
async fn what_the_reporter_said_of_personal_data_is_shown_and_is_the_siros(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let reference = teacher.reports("DAT-LOSS", &[("data", "yes")]).await;
    let network = school.sign_in(Cast::Network).await;
    let case = network.case(&reference).await;
    assert!(
        between(&case, "Personal information lost or shared", "</dd>").contains("Yes"),
        "{}",
        words_of(&case)
    );
    let page = network.get(&format!("/cases/{reference}/triage")).await.body;
    assert!(page.contains("put to the senior information risk owner (SIRO)"), "{}", words_of(&page));
    let owner = school.person(Cast::Network).to_string();
    let triage = [
        ("category", "DAT-LOSS"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("personal_data", "no"),
        ("aware-at", "keep"),
    ];
    network.does(&reference, "triage", &triage).await;
    everybodys_links_open(&school, &reference).await;
    let case = network.case(&reference).await;
    assert!(case.contains("Report to the ICO") && !case.contains("/answer/personal_data"));
    let (status, why) = network.tries(&reference, "propose", &ENDS).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{why}");
    let siro = school.sign_in(Cast::Siro).await;
    let (status, _) = siro.tries(&reference, "answer/personal_data", &[("personal_data", "no")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "it takes a reason");
    let answer = [("personal_data", "no"), ("personal_data-words", "The stick was encrypted.")];
    siro.does(&reference, "answer/personal_data", &answer).await;
    network.does(&reference, "propose", &ENDS).await;
    network.does(&reference, "close", &[("retention", "data_cyber")]).await;
}

/// Outside school hours nobody was told yet: the receipt says who gets it, and when.
#[apply(both_databases!)]
async fn a_receipt_in_the_evening_says_when_they_are_told(db: TestDb) {
    let school = School::open(db).await;
    let evening: Instant = "2026-11-17T18:00:00Z".parse().unwrap();
    school.hands.set(evening);
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await.body;
    let panel = between(&form, "Is a child in immediate danger?", "<form");
    assert!(panel.contains("tel:01632960002") && !panel.contains("tel:01632960001"), "{}", words_of(&form));
    assert!(panel.contains("If it is about Dinah Lead, tell the headteacher instead"), "{}", words_of(&form));
    let himself = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", Cast::Teacher.name()),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
    ];
    for more in [[].as_slice(), himself.as_slice()] {
        let reference = teacher.reports("STF-LLC", more).await;
        let receipt = teacher.get(&format!("/report/sent/{reference}")).await.body;
        assert!(
            receipt.contains("They get an e-mail when school opens, on Wednesday 18 November at 8:30am."),
            "{}",
            words_of(&receipt)
        );
        assert!(!receipt.contains("been told."), "{}", words_of(&receipt));
    }
    let urgent = teacher.reports("CNT-GROOM", &[]).await;
    let receipt = teacher.get(&format!("/report/sent/{urgent}")).await.body;
    assert!(
        receipt.contains("been told.") && receipt.contains("the school’s number for closed hours"),
        "{}",
        words_of(&receipt)
    );
}

/// Nobody may lead it: its readers are told to call the LADO, and no desk is named that will act.
#[apply(both_databases!)]
async fn a_case_that_nobody_may_lead_says_so(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let mut about = vec![("adult", "yes"), ("which", "head")];
    for [name, kind, role, who] in [
        ["person-1", "person-1-kind", "person-1-role", "Hattie Head"],
        ["person-2", "person-2-kind", "person-2-role", "Charlie Chair"],
        ["person-3", "person-3-kind", "person-3-role", "Erin External"],
    ] {
        about.extend([(name, who), (kind, "adult_here"), (role, "alleged")]);
    }
    let reference = teacher.reports("STF-COMM", &about).await;
    let dsl = school.sign_in(Cast::Dsl).await;
    let case = dsl.case(&reference).await;
    assert!(case.contains("Do next: call the LADO") && case.contains("01632 960 003"), "{}", words_of(&case));
    assert!(case.contains("Not assigned yet"), "{}", words_of(&case));
    assert!(
        !case.contains("With the external contact") && !case.contains("acknowledge the concern"),
        "{}",
        words_of(&case)
    );
    every_link_opens(&dsl, &reference, Cast::Dsl).await;
}

/// The network manager's technical view offers a fix only if something has failed; and whatever a page of a case
/// offers can be done, to everybody and at every step.
#[apply(both_databases!)]
async fn whatever_is_offered_can_be_done(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let pupil = [("person-1", "Ellie Marsh"), ("person-1-kind", "pupil"), ("person-1-role", "affected")];
    let reference = teacher.reports("CON-INAPP", &pupil).await;
    let technical = school.sign_in(Cast::Network).await.case(&reference).await;
    assert!(!technical.contains("/fix\"") && !technical.contains("/retest\""), "{}", words_of(&technical));
    everybodys_links_open(&school, &reference).await;
    let coordinator = school.sign_in(Cast::OnlineSafety).await;
    let owner = school.person(Cast::OnlineSafety).to_string();
    let triage = [
        ("category", "CON-INAPP"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("safe_now", "yes"),
        ("wishes", "To be left alone."),
        ("filter", "no"),
        ("aware-at", "keep"),
    ];
    coordinator.does(&reference, "triage", &triage).await;
    everybodys_links_open(&school, &reference).await;
    let case = coordinator.case(&reference).await;
    assert!(!case.contains("/answer/parents") && !case.contains("/wait\""), "{}", words_of(&case));
    coordinator.does(&reference, "start", &[("plan", "Talk to the class.")]).await;
    everybodys_links_open(&school, &reference).await;
    school.sign_in(Cast::Dsl).await.does(&reference, "answer/parents", &[("parents", "told")]).await;
    coordinator.does(&reference, "propose", &ENDS).await;
    everybodys_links_open(&school, &reference).await;
    coordinator.does(&reference, "close", &[("retention", "minor_pupil")]).await;
    everybodys_links_open(&school, &reference).await;
    let failure = teacher.reports("FIL-FAIL", &[]).await;
    assert!(school.sign_in(Cast::Network).await.case(&failure).await.contains("/fix\""));
    everybodys_links_open(&school, &failure).await;
}

/// A referral made although the threshold was not met is done; one that was decided against is not.
#[apply(both_databases!)]
async fn a_referral_to_the_lado_that_was_made_is_done(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, head) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Head).await);
    let owner = school.person(Cast::Head).to_string();
    let him = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", "Oliver Other"),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
    ];
    let triage = [
        ("category", "STF-COMM"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("threshold", "not_staff"),
        ("threshold-words", "It was not him."),
        ("aware-at", "keep"),
    ];
    let reference = teacher.reports("STF-COMM", &him).await;
    head.does(&reference, "triage", &triage).await;
    let step = |page: &str| {
        let steps = between(page, "Steps and deadlines", "</ul>");
        steps.split("<li>").find(|step| step.contains("Refer to the LADO")).unwrap_or_default().to_owned()
    };
    assert!(step(&head.case(&reference).await).contains("Not needed"));
    head.does(&reference, "refer", &[("body", "lado"), ("made_at-when", "now"), ("reason", "To be sure.")])
        .await;
    let made = step(&head.case(&reference).await);
    assert!(made.contains("Done") && !made.contains("Not needed"), "{made}");

    let reference = teacher.reports("STF-COMM", &him).await;
    head.does(&reference, "decline", &[("body", "lado"), ("reason", "It is not for them.")]).await;
    let declined = step(&head.case(&reference).await);
    assert!(declined.contains("Decided not to") && !declined.contains("Done"), "{declined}");
}

/// A reporter checks whom they named; what the case made of it since is not theirs to read.
#[apply(both_databases!)]
async fn my_report_shows_my_answers_and_nothing_of_the_case(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, head) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Head).await);
    let about = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", "the IT man"),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
        ("data", "yes"),
        ("told", "Mrs Neighbour"),
    ];
    let reference = teacher.reports("STF-COMM", &about).await;
    let mine = teacher.get(&format!("/my-reports/{reference}")).await.body;
    for said in [
        "the IT man (an adult who works or volunteers here, alleged)",
        "Yes: another adult",
        "Mrs Neighbour",
        "Personal information lost or shared",
    ] {
        assert!(mine.contains(said), "{said}: {}", words_of(&mine));
    }
    let people = led_to(&head.case(&reference).await, &reference);
    let change = people.iter().find(|href| href.contains("/people/") && !href.ends_with("/remove")).unwrap();
    let act = change.strip_prefix(&format!("/cases/{reference}/")).unwrap();
    head.does(&reference, act, &[("role", "witness"), ("match", "Oliver Other"), ("reason", "It was he.")])
        .await;
    let after = teacher.get(&format!("/my-reports/{reference}")).await.body;
    assert!(
        after.contains("the IT man (an adult")
            && !after.contains("Oliver Other")
            && !after.contains("witness")
    );
}

/// A person who asks at another address is shown the right one.
#[apply(both_databases!)]
async fn another_address_leads_to_this_one(db: TestDb) {
    let school = School::open(db).await;
    let asked = school.browser.get(&school.address).header("host", "localhost:1").send().await.unwrap();
    assert_eq!(asked.status(), StatusCode::BAD_REQUEST);
    let page = asked.text().await.unwrap();
    assert!(
        page.contains(&format!("href=\"{}", school.address)) && page.contains("Go to http://127.0.0.1:"),
        "{page}"
    );
}

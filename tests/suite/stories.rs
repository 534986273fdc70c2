//! The main job, told as people live it: every page opened and every form posted as a browser would, on both databases.

mod walked;

use crate::{
    databases::{TestDb, both_databases},
    page_forms::without_new_values,
    school::{Cast, School, SignedInBrowser},
};
use candour::domain::kernel::ids::Reference;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

/// What somebody types into the report form beside what the story is about.
fn report<'a>(category: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let given = |name: &str| more.iter().any(|(field, _)| *field == name);
    let usual = [
        ("category", category),
        ("happened", "It happened in the second lesson of the day."),
        ("noticed", "now"),
        ("risk", "no"),
        ("adult", "no"),
        ("in-person", "not_yet"),
    ];
    let mut fields: Vec<(&str, &str)> = usual.into_iter().filter(|(name, _)| !given(name)).collect();
    fields.extend_from_slice(more);
    fields
}

impl SignedInBrowser<'_> {
    /// Reports a concern and gives back its reference.
    async fn reports(&self, category: &str, more: &[(&str, &str)]) -> Reference {
        let sent = self.submit("/report", "/report", &report(category, more)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "the report was taken: {}", problems(&sent.body));
        sent.location.rsplit('/').next().unwrap().parse().unwrap()
    }

    /// Fills in the page of an act and sends it; it must be taken.
    async fn does(&self, reference: &Reference, act: &str, fields: &[(&str, &str)]) {
        let answer = self.tries(reference, act, fields).await;
        assert_eq!(answer.0, StatusCode::SEE_OTHER, "{act}: {}", answer.1);
    }

    /// Fills in the page of an act and sends it, whatever comes of it: the status and the problems shown.
    async fn tries(&self, reference: &Reference, act: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let address = format!("/cases/{reference}/{act}");
        let page = if act == "acknowledge" { format!("/cases/{reference}") } else { address.clone() };
        let shown = self.get(&page).await;
        if shown.status != StatusCode::OK {
            return (shown.status, problems(&shown.body));
        }
        let answer = self.submit_from(&shown, &address, fields).await;
        (answer.status, problems(&answer.body))
    }

    async fn status_of(&self, path: &str) -> StatusCode {
        self.get(path).await.status
    }

    async fn case(&self, reference: &Reference) -> String {
        let page = self.get(&format!("/cases/{reference}")).await;
        assert_eq!(page.status, StatusCode::OK, "the case opens");
        page.body
    }
}

/// What an error summary or error page says.
fn problems(page: &str) -> String {
    let from = page.find("govuk-error-summary").or_else(|| page.find("<h1")).unwrap_or(0);
    let end = (from + 1_500).min(page.len());
    page.get(from..end).unwrap_or_default().to_owned()
}

/// The acts a case's page links to below `kind`.
fn acts(page: &str, reference: &Reference, kind: &str) -> BTreeSet<String> {
    let part = format!("/cases/{reference}/{kind}/");
    let ids = page.split(part.as_str()).skip(1).filter_map(|rest| rest.split('"').next());
    ids.map(|id| format!("{kind}/{id}")).collect()
}

const ENDS: [(&str, &str); 6] = [
    ("outcome", "support"),
    ("actions", "We spoke to everybody."),
    ("rationale", "It is settled."),
    ("reporter_told", "That it was dealt with."),
    ("parents_told", "They were told by telephone."),
    ("lessons", "A quicker check."),
];

/// What the LADO is told in words as soon as the referral is made.
const LADO: [&str; 12] = [
    "adult_name",
    "adult_role",
    "employer",
    "start_date",
    "other_work",
    "own_children",
    "previous_concerns",
    "threshold",
    "adult_aware",
    "children",
    "children_born",
    "social_worker",
];

/// Accidental access: acknowledged, triaged (the filter let it through), closed; the teacher sees "Closed".
#[apply(both_databases!)]
async fn accidental_access_is_followed_to_its_end(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, coordinator) =
        (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::OnlineSafety).await);
    let reference = teacher.reports("CON-INAPP", &[("web", "http://bad.example/page")]).await;
    assert!(coordinator.get("/queue").await.body.contains(reference.as_str()), "it waits on the desk");
    coordinator.does(&reference, "acknowledge", &[]).await;
    let owner = school.person(Cast::OnlineSafety).to_string();
    let triage = [
        ("category", "CON-INAPP"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("filter", "yes"),
        ("filter-web", "http://bad.example/page"),
        ("aware-at", "keep"),
    ];
    coordinator.does(&reference, "triage", &triage).await;
    let network = school.sign_in(Cast::Network).await;
    let queue = network.get("/queue").await.body;
    assert!(queue.contains("The filter let through something it should block"), "a linked case of its own");
    let technical = network.get(&format!("/cases/{reference}")).await.body;
    assert!(!technical.contains("second lesson"), "the network manager sees the technical part only");
    coordinator.does(&reference, "start", &[("plan", "Talk to the class.")]).await;
    coordinator.does(&reference, "propose", &ENDS).await;
    coordinator.does(&reference, "close", &[("retention", "minor_pupil")]).await;
    assert!(teacher.get("/my-reports").await.body.contains("Closed"));
}

/// Social-media contact with a pupil: the head leads, the DSL is copied, LADO and HR, a second person closes.
#[apply(both_databases!)]
async fn contact_with_a_pupil_goes_to_the_head_and_the_lado(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let about = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", "Oliver Other"),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
        ("person-2", "Ellie Marsh"),
        ("person-2-kind", "pupil"),
        ("person-2-role", "affected"),
    ];
    let reference = teacher.reports("STF-PUPIL-CONTACT", &about).await;
    let (head, dsl) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Dsl).await);
    assert!(dsl.case(&reference).await.contains("Ellie Marsh"));
    let page = format!("/cases/{reference}");
    let other = school.sign_in(Cast::OtherTeacher).await;
    assert_eq!(other.status_of(&page).await, StatusCode::NOT_FOUND);
    head.does(&reference, "acknowledge", &[]).await;
    let owner = school.person(Cast::Head).to_string();
    let triage = [
        ("category", "STF-PUPIL-CONTACT"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("safe_now", "yes"),
        ("wishes", "She wants it to stop."),
        ("parents", "told"),
        ("threshold", "harm"),
        ("aware-at", "keep"),
    ];
    head.does(&reference, "triage", &triage).await;
    head.does(&reference, "start", &[("plan", "Tell the LADO first.")]).await;
    for (body, fields) in
        [("lado", LADO.as_slice()), ("hr", ["hr_contact", "suspension", "consulted"].as_slice())]
    {
        let names: Vec<String> = fields.iter().map(|field| format!("{body}-{field}")).collect();
        let mut made = vec![("body", body), ("made_at-when", "now"), ("reason", "Messages at night.")];
        made.extend(names.iter().map(|name| (name.as_str(), "Known and written down.")));
        if body == "lado" {
            made.push(("lado-advice", "hold"));
        }
        head.does(&reference, "refer", &made).await;
    }
    let (status, why) = head.tries(&reference, "propose", &ENDS).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "an open referral keeps it open: {why}");
    for act in acts(&head.case(&reference).await, &reference, "referrals") {
        head.does(
            &reference,
            &act,
            &[("state", "done"), ("heard", "They have finished."), ("lado-outcome", "unfounded")],
        )
        .await;
    }
    head.does(&reference, "propose", &ENDS).await;
    let (status, _) = head.tries(&reference, "close", &[("retention", "allegation")]).await;
    assert_ne!(status, StatusCode::SEE_OTHER, "whoever proposed does not close");
    dsl.does(&reference, "close", &[("retention", "allegation")]).await;
}

/// A lost memory stick: the network manager leads, the SIRO has the 72 hours before her.
#[apply(both_databases!)]
async fn a_lost_memory_stick_reaches_the_siro_with_its_clock(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let reference = teacher.reports("DAT-LOSS", &[("data", "yes")]).await;
    for cast in [Cast::Network, Cast::Siro, Cast::Dpo] {
        let browser = school.sign_in(cast).await;
        assert!(browser.get("/queue").await.body.contains(reference.as_str()), "{cast:?} has it");
    }
    let siro = school.sign_in(Cast::Siro).await;
    let case = siro.case(&reference).await;
    assert!(case.contains("Report to the ICO"), "the clock of 72 hours is shown");
    assert!(case.contains("Fri 20 Nov"), "72 hours after Tuesday at ten");
}

/// A concern about the DSL: she sees nothing anywhere, the head leads, no deputy hears of it.
#[apply(both_databases!)]
async fn a_concern_about_the_dsl_is_nowhere_for_her(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let reference = teacher.reports("STF-ALLEG", &[("adult", "yes"), ("which", "dsl")]).await;
    let mut told = school.deliver().await;
    told.sort();
    assert_eq!(told, ["harold.vice@school.example", "hattie.head@school.example"].map(str::to_owned));
    let head = school.sign_in(Cast::Head).await;
    assert!(head.get("/queue").await.body.contains(reference.as_str()));
    for cast in [Cast::Dsl, Cast::DeputyDsl] {
        let browser = school.sign_in(cast).await;
        for list in ["/queue", "/cases", "/cases?show=ended"] {
            assert!(!browser.get(list).await.body.contains(reference.as_str()), "{cast:?} on {list}");
        }
        let unknown = browser.get("/cases/CAN-0000-0000").await;
        let hidden = browser.get(&format!("/cases/{reference}")).await;
        assert_eq!((hidden.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        assert_eq!(
            without_new_values(&hidden.body),
            without_new_values(&unknown.body),
            "the same page as for a case that never was"
        );
    }
}

/// "The IT man", without a name: the network manager never hears of it.
#[apply(both_databases!)]
async fn the_it_man_without_a_name_keeps_it_from_the_network_manager(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let words = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", "the IT man"),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
    ];
    let reference = teacher.reports("SYS-BYPASS", &words).await;
    let network = school.sign_in(Cast::Network).await;
    assert_eq!(network.status_of(&format!("/cases/{reference}")).await, StatusCode::NOT_FOUND);
    let head = school.sign_in(Cast::Head).await;
    assert!(head.case(&reference).await.contains("the IT man"));
}

/// A teacher reports himself: he keeps his receipt and never sees the case.
#[apply(both_databases!)]
async fn a_teacher_reports_himself_and_keeps_his_receipt(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let himself = [
        ("adult", "yes"),
        ("which", "somebody_else"),
        ("person-1", Cast::Teacher.name()),
        ("person-1-kind", "adult_here"),
        ("person-1-role", "alleged"),
        ("how", "self"),
    ];
    let reference = teacher.reports("STF-LLC", &himself).await;
    let mine = teacher.get(&format!("/my-reports/{reference}")).await;
    assert!(mine.status == StatusCode::OK && mine.body.contains("second lesson"));
    assert_eq!(teacher.status_of(&format!("/cases/{reference}")).await, StatusCode::NOT_FOUND);
    let added = [("more", "I also told her mother."), ("words", "I also told her mother.")];
    let page = format!("/my-reports/{reference}");
    let answer = teacher.submit(&page, &format!("{page}/add"), &added).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", problems(&answer.body));
}

/// A filtering failure: the person who fixed it cannot test it, and it stays open until somebody else did.
#[apply(both_databases!)]
async fn a_fix_is_tested_by_somebody_else(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, network) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Network).await);
    let reference = teacher.reports("FIL-FAIL", &[]).await;
    network.does(&reference, "acknowledge", &[]).await;
    let owner = school.person(Cast::Network).to_string();
    let triage = [
        ("category", "FIL-FAIL"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("filter", "no"),
        ("aware-at", "keep"),
    ];
    network.does(&reference, "triage", &triage).await;
    network.does(&reference, "start", &[("plan", "Block the site.")]).await;
    network.does(&reference, "fix", &[("fix", "Blocked the site.")]).await;
    let (status, _) = network.tries(&reference, "retest", &[("result", "works")]).await;
    assert_ne!(status, StatusCode::SEE_OTHER, "not by whoever fixed it");
    let (status, why) = network.tries(&reference, "propose", &ENDS).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "not before a re-test: {why}");
    let coordinator = school.sign_in(Cast::OnlineSafety).await;
    coordinator.does(&reference, "retest", &[("result", "works")]).await;
    network.does(&reference, "propose", &ENDS).await;
    network.does(&reference, "close", &[("retention", "filtering")]).await;
}

/// A referral to the police sets the hold; only the head lifts it, with what the police answered.
#[apply(both_databases!)]
async fn the_police_set_a_hold_and_the_head_lifts_it(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, head) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Head).await);
    let reference = teacher.reports("CNT-GROOM", &[]).await;
    let dsl = school.sign_in(Cast::Dsl).await;
    head.does(&reference, "refer", &[("body", "police"), ("made_at-when", "now"), ("reason", "Grooming.")])
        .await;
    assert!(head.case(&reference).await.contains("old"), "the hold is shown");
    let (status, _) = dsl.tries(&reference, "lift-hold", &[("answer", "They said so.")]).await;
    assert_ne!(status, StatusCode::SEE_OTHER, "only the head lifts it");
    head.does(&reference, "lift-hold", &[("answer", "PC Bloggs says it may be lifted.")]).await;
}

/// A case whose owner becomes its subject: it goes back to the desk and is gone for them.
#[apply(both_databases!)]
async fn a_case_whose_owner_becomes_its_subject(db: TestDb) {
    let school = School::open(db).await;
    let (teacher, dsl) = (school.sign_in(Cast::Teacher).await, school.sign_in(Cast::Dsl).await);
    let reference = teacher.reports("CP-CONCERN", &[]).await;
    let owner = school.person(Cast::OtherTeacher).to_string();
    let triage =
        [("category", "CP-CONCERN"), ("severity", "high"), ("owner", owner.as_str()), ("aware-at", "keep")];
    dsl.does(&reference, "triage", &triage).await;
    let other = school.sign_in(Cast::OtherTeacher).await;
    let page = format!("/cases/{reference}");
    assert_eq!(other.status_of(&page).await, StatusCode::OK);
    let him =
        [("who", "Oliver Other"), ("kind", "adult_here"), ("role", "alleged"), ("reason", "He is named.")];
    dsl.does(&reference, "people", &him).await;
    assert_eq!(other.status_of(&page).await, StatusCode::NOT_FOUND);
    let head = school.sign_in(Cast::Head).await;
    assert!(head.get("/queue").await.body.contains(reference.as_str()), "the head leads now");
}

/// A governor of two schools goes from one to the other.
#[apply(both_databases!)]
async fn a_governor_of_two_schools_reads_both(db: TestDb) {
    let school = School::open(db).await;
    let governor = school.sign_in(Cast::Governor).await;
    assert!(governor.get("/statistics").await.body.contains("Upton School"));
    let there = school.other_school.to_string();
    let moved = governor.submit("/schools", "/schools", &[("school", there.as_str())]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
    assert!(governor.get("/statistics").await.body.contains("Downton Primary"));
    assert_eq!(governor.status_of("/queue").await, StatusCode::NOT_FOUND);
}

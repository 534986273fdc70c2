//! Reporting over HTTP, as a member of staff does it: the form, what it asks again, the receipt, own reports.

mod added_words;
mod could_be_meant;
mod meant;
mod newcomers;
mod on_behalf;
mod together;

use crate::{
    browser::{Browser, Screen, vocabulary::BACK_TO_A_PHONE},
    databases::{TestDb, both_databases},
    markup,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::Case,
        concern::{InPerson, PersonTold},
        kernel::ids::Reference,
        people::subject::SubjectRole,
        school::routing::{AdultAnswer, WhichAdult},
    },
    service::{
        ServiceError,
        case::read::{self, CaseView},
        clock::Randomness,
        concern::report,
    },
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

const RIGHT: [(&str, &str); 5] = [
    ("category", "CON-HARM"),
    ("happened", "A pupil showed me a post."),
    ("noticed", "now"),
    ("risk", "no"),
    ("adult", "no"),
];

/// The shortest report with these answers instead or as well.
pub fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = RIGHT.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more.iter().copied()).collect()
}

async fn send(browser: &SignedInBrowser<'_>, more: &[(&str, &str)]) -> Answer {
    browser.submit("/report", "/report", &with(more)).await
}

/// The receipt of a report that was taken.
pub async fn receipt(browser: &SignedInBrowser<'_>, sent: &Answer) -> String {
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    shown(browser, &sent.location).await
}

/// A page that is there and has no fault.
pub async fn shown(browser: &SignedInBrowser<'_>, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert_eq!(markup::faults(&page.body), Vec::<String>::new(), "{path}");
    page.body
}

pub fn reference(sent: &Answer) -> Reference {
    let path = sent.location.split('?').next().unwrap();
    path.strip_prefix("/report/sent/").unwrap().parse().unwrap()
}

fn case(school: &School, cast: Cast, reference: &Reference) -> Case {
    match read::case(&school.db, &school.op(cast), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full.case.clone(),
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("{cast:?} sees the technical view only"),
    }
}

fn may_read(school: &School, cast: Cast, reference: &Reference) -> bool {
    match read::case(&school.db, &school.op(cast), reference, &mut Randomness) {
        Ok(_) => true,
        Err(ServiceError::NotFound) => false,
        Err(other) => panic!("{other}"),
    }
}

/// The shortest report: five answers, a receipt with a reference and duties, and one of the reporter's own.
#[apply(both_databases!)]
async fn five_answers_are_a_report(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = shown(&teacher, "/report").await;
    assert!(form.contains("Dinah Lead") && form.contains("tel:01632960001"), "whom to ring comes first");
    let sent = send(&teacher, &[]).await;
    let page = receipt(&teacher, &sent).await;
    assert!(page.contains(reference(&sent).as_str()));
    assert!(
        page.contains(
            "The designated safeguarding lead (DSL) and the online safety coordinator have been told."
        ),
        "{page}"
    );
    assert!(
        !page.contains("01632 960 002") && !page.contains("01632 960 003"),
        "no number that is not needed"
    );
    assert!(may_read(&school, Cast::Dsl, &reference(&sent)));
    let list = shown(&teacher, "/my-reports").await;
    assert!(list.contains(reference(&sent).as_str()) && list.contains("Received"));
    let own = shown(&teacher, &format!("/my-reports/{}", reference(&sent))).await;
    assert!(own.contains("A pupil showed me a post.") && own.contains("(DSL)"));
}

/// R2: "I told Mrs X (DSL)" does not exclude her; the form asks, and "no" leaves her with it.
#[apply(both_databases!)]
async fn r2_somebody_who_was_told_is_asked_about_and_no_leaves_them_with_it(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let more = [("told", "dinah lead\r\nmy neighbour")];
    let asked = send(&teacher, &more).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.body.contains("Is your concern about something Dinah Lead did?"));
    assert_eq!(markup::faults(&asked.body), Vec::<String>::new());
    assert!(report::mine(&school.db, &school.op(Cast::Teacher)).unwrap().is_empty(), "nothing is sent yet");
    let about = format!("about-{}", school.person(Cast::Dsl));
    let answered = with(&[more[0], (&about, "no")]);
    let sent = teacher.submit_from(&asked, "/report", &answered).await;
    assert!(receipt(&teacher, &sent).await.contains("The designated safeguarding lead (DSL)"));
    let seen = case(&school, Cast::Dsl, &reference(&sent));
    let concern = &seen.concerns[0];
    assert_eq!(concern.adult, AdultAnswer::No);
    assert!(seen.subjects.is_empty(), "somebody who was told is not a subject");
    assert_eq!(concern.told[0], PersonTold::Known(school.person(Cast::Dsl)));
    assert!(matches!(concern.told[1], PersonTold::InWords(_)));
}

/// R2: "yes" makes her the one it is about: she never hears of it, and the receipt speaks of duties as ever.
#[apply(both_databases!)]
async fn r2_yes_makes_somebody_who_was_told_the_one_it_is_about(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let about = format!("about-{}", school.person(Cast::Dsl));
    let sent = send(&teacher, &[("told", "Dinah Lead"), (&about, "yes")]).await;
    assert!(receipt(&teacher, &sent).await.contains("The headteacher has been told."));
    let reference = reference(&sent);
    assert!(!may_read(&school, Cast::Dsl, &reference) && !may_read(&school, Cast::DeputyDsl, &reference));
    let seen = case(&school, Cast::Head, &reference);
    assert_eq!(seen.concerns[0].adult, AdultAnswer::Yes(WhichAdult::SomebodyElse));
    assert_eq!(seen.subjects[0].subject.role, SubjectRole::Alleged);
}

/// R2: a name typed as a subject is matched to the person, whatever its capitals.
#[apply(both_databases!)]
async fn r2_a_typed_name_is_matched_to_the_person(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let sent = send(
        &teacher,
        &[
            ("adult", "yes"),
            ("which", "somebody_else"),
            ("person-1", "NED NETWORK"),
            ("person-1-kind", "adult_here"),
            ("person-1-role", "alleged"),
            ("person-2", "ellie marsh"),
            ("person-2-kind", "pupil"),
            ("person-2-role", "affected"),
        ],
    )
    .await;
    let seen = case(&school, Cast::Head, &reference(&sent));
    let people: Vec<_> = seen.subjects.iter().map(|s| s.subject.person()).collect();
    assert_eq!(people, [Some(school.person(Cast::Network)), Some(school.pupil("Ellie Marsh"))]);
    assert!(!may_read(&school, Cast::Network, &reference(&sent)));
}

/// R6: a form with mistakes comes back whole, its summary leads to the fields, and nothing was sent.
#[apply(both_databases!)]
async fn r6_a_form_with_mistakes_comes_back_with_every_word(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let back = send(
        &teacher,
        &[
            ("category", ""),
            ("happened", "Words I would hate to lose <b>"),
            ("noticed", "day"),
            ("noticed-date-day", "41"),
            ("told", "No one yet"),
            ("place", "Room 4"),
        ],
    )
    .await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in ["Words I would hate to lose &#60;b&#62;", "value=\"41\"", "No one yet", "Room 4"] {
        assert!(back.body.contains(kept), "{kept}");
    }
    assert!(back.body.contains("href=\"#category\"") && back.body.contains("href=\"#noticed-date\""));
    assert_eq!(markup::faults(&back.body), Vec::<String>::new());
    assert!(report::mine(&school.db, &school.op(Cast::Teacher)).unwrap().is_empty());
    let sent = teacher.submit_from(&back, "/report", &with(&[])).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

/// P0: what the reporter reads of their report never goes back, so that a new desk, or a reporter who becomes a
/// subject, shows nowhere.
#[apply(both_databases!)]
async fn p0_being_dealt_with_never_goes_back_to_received(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let sent = reference(&send(&teacher, &[]).await);
    let dsl = school.sign_in(Cast::Dsl).await;
    let done = dsl.submit(&format!("/cases/{sent}"), &format!("/cases/{sent}/acknowledge"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let page = format!("/my-reports/{sent}");
    assert!(shown(&teacher, &page).await.contains("Being dealt with"));
    let about = [("who", "Tessa Teach"), ("kind", "adult_here"), ("role", "alleged")];
    let people = format!("/cases/{sent}/people");
    assert_eq!(dsl.submit(&people, &people, &about).await.status, StatusCode::SEE_OTHER);
    assert_eq!(school.db.count("cases WHERE status = 'submitted'"), 1, "it begins again with the head");
    assert!(shown(&teacher, &page).await.contains("Being dealt with"));
}

/// A person who meets an error keeps the menu and "Hide screen", on an address that there is not as on one not for them.
#[apply(both_databases!)]
async fn an_error_is_said_in_the_persons_own_frame(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for path in ["/queue", "/nothing", "/queue?show=zzz", "/my-reports/CAN-0000-0001"] {
        let shown = teacher.get(path).await.body;
        assert!(shown.contains("Hide screen") && shown.contains("My reports"), "{path}: {shown}");
    }
    assert!(!school.get_as_nobody("/nothing").await.body.contains("Hide screen"));
}

/// R7, R8: what was sent cannot be changed; something forgotten is added, in any script, once.
#[apply(both_databases!)]
async fn r8_something_forgotten_is_added_and_nothing_is_changed(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let sent = send(
        &teacher,
        &[("web", "https://bad.example/x"), ("happened", "one\r\ntwo \u{1f467} \u{5e2}\u{5d1}")],
    )
    .await;
    let page = format!("/my-reports/{}", reference(&sent));
    let own = shown(&teacher, &page).await;
    assert!(own.contains("hxxps://bad[.]example/x") && !own.contains("https://bad.example"));
    let add = format!("{page}/add");
    let empty = teacher.submit(&page, &add, &[("words", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Enter what you want to add"));
    let form = teacher.get(&page).await;
    for _ in 0..2 {
        let added = teacher.submit_from(&form, &add, &[("words", "It was \u{202b}Tuesday.")]).await;
        assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
    }
    let own = shown(&teacher, &page).await;
    assert_eq!(own.matches("Tuesday.").count(), 1);
    assert!(own.contains("one\ntwo \u{1f467} \u{5e2}\u{5d1}"));
}

/// H8: bogus dates, codes and references are answered, never with an error 500; somebody else's report is not there.
#[apply(both_databases!)]
async fn h8_bogus_values_and_other_peoples_reports(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for wrong in [
        ("noticed", "0x7f"),
        ("category", "'; drop table cases"),
        ("adult", "perhaps"),
        ("risk", "\u{0}"),
        ("person-1-kind", "wizard"),
        ("happened", "\u{0}\u{0}"),
    ] {
        assert_eq!(send(&teacher, &[wrong]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
    }
    let more = [("rows", "99999999999999999999"), ("about-nobody", "yes"), ("how", "guess")];
    let sent = send(&teacher, &more).await;
    let other = school.sign_in(Cast::OtherTeacher).await;
    for page in ["/my-reports", "/report/sent"] {
        let own = format!("{page}/{}", reference(&sent));
        assert_eq!(teacher.get(&own).await.status, StatusCode::OK);
        assert_eq!(other.get(&own).await.status, StatusCode::NOT_FOUND);
        assert_eq!(teacher.get(&format!("{page}/CAN-0000-0001")).await.status, StatusCode::NOT_FOUND);
    }
    let add = format!("/my-reports/{}/add", reference(&sent));
    let refused = other.submit("/report", &add, &[("words", "mine now")]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert_eq!(teacher.post("/report", &RIGHT).await.status, StatusCode::FORBIDDEN, "without its token");
}

/// The numbers: out of hours if somebody is at risk or the category is critical; the LADO's if nobody can lead.
#[apply(both_databases!)]
async fn a_receipt_gives_the_number_that_is_needed(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for more in [("risk", "yes"), ("category", "CNT-GROOM")] {
        let sent = send(&teacher, &[more, ("in-person", "told"), ("in-person-who", "My neighbour")]).await;
        let page = receipt(&teacher, &sent).await;
        assert!(page.contains("tel:01632960002"), "{more:?}");
        assert!(!page.contains("You have not told anyone yet"), "{more:?}");
    }
    let mut more =
        vec![("category", "STF-ALLEG"), ("in-person", "not_yet"), ("adult", "yes"), ("which", "head")];
    let rows = [
        ["person-1", "person-1-kind", "person-1-role", "Hattie Head"],
        ["person-2", "person-2-kind", "person-2-role", "Charlie Chair"],
        ["person-3", "person-3-kind", "person-3-role", "Erin External"],
    ];
    for [name, kind, role, who] in rows {
        more.extend([(name, who), (kind, "adult_here"), (role, "alleged")]);
    }
    let sent = send(&teacher, &more).await;
    let page = receipt(&teacher, &sent).await;
    assert!(page.contains("tel:01632960003"), "{page}");
    assert!(!page.contains("external contact"), "a desk where nobody was told is not named");
}

/// Critical: has somebody been told in person? It is asked, "not yet" is taken as well as a name, and the receipt and
/// the lead desk follow from the answer.
#[apply(both_databases!)]
async fn somebody_at_risk_is_asked_who_was_told_in_person(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for more in [("risk", "yes"), ("category", "CNT-GROOM")] {
        let asked = send(&teacher, &[more]).await;
        assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        assert!(
            asked.body.contains("href=\"#in-person\"") && asked.body.contains("A pupil showed me a post.")
        );
        assert_eq!(markup::faults(&asked.body), Vec::<String>::new());

        let nobody = send(&teacher, &[more, ("in-person", "not_yet")]).await;
        let page = receipt(&teacher, &nobody).await;
        assert!(page.contains("tell the designated safeguarding lead (DSL) in person now"), "{page}");
        assert!(page.contains("tel:01632960001"));
        let dinah = school.sign_in(Cast::Dsl).await;
        let seen = shown(&dinah, &format!("/cases/{}", reference(&nobody))).await;
        assert!(seen.contains("No one yet when this was sent"));
    }
    let missing = send(&teacher, &[("risk", "yes"), ("in-person", "told"), ("in-person-who", " ")]).await;
    assert!(missing.body.contains("href=\"#in-person-who\""));
    // A name typed here is looked up and asked about like any other of those who were told.
    let told = [("risk", "yes"), ("in-person", "told"), ("in-person-who", "dinah lead")];
    let asked = send(&teacher, &told).await;
    assert!(asked.body.contains("Is your concern about something Dinah Lead did?"));
    let about = format!("about-{}", school.person(Cast::Dsl));
    let sent =
        teacher.submit_from(&asked, "/report", &with(&[told[0], told[1], told[2], (&about, "no")])).await;
    assert!(!receipt(&teacher, &sent).await.contains("You have not told anyone yet"));
    let seen = case(&school, Cast::Dsl, &reference(&sent));
    assert_eq!(seen.concerns[0].in_person.people(), [PersonTold::Known(school.person(Cast::Dsl))]);
    // Not critical: it is not asked, and what is posted all the same is not kept.
    let calm = send(&teacher, &[("in-person", "not_yet")]).await;
    assert_eq!(case(&school, Cast::Dsl, &reference(&calm)).concerns[0].in_person, InPerson::NotAsked);
}

/// A concern about the DSL never sends its reporter to the DSL.
#[apply(both_databases!)]
async fn the_receipt_never_sends_anybody_to_whom_it_is_about(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let more = [("risk", "yes"), ("in-person", "not_yet"), ("adult", "yes"), ("which", "dsl")];
    let sent = send(&teacher, &more).await;
    let page = receipt(&teacher, &sent).await;
    assert!(
        page.contains("tell the headteacher in person now") && !page.contains("(DSL) in person now"),
        "{page}"
    );
}

/// Another person can be added without a script, and every word stays.
#[apply(both_databases!)]
async fn another_person_is_a_button(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let more = send(&teacher, &[("rows", "3"), ("person-3", "Kai Brook"), ("act", "another-person")]).await;
    assert_eq!(more.status, StatusCode::OK);
    assert!(more.body.contains("id=\"person-4\"") && more.body.contains("value=\"Kai Brook\""));
    assert!(more.body.contains("A pupil showed me a post."));
}

#[actix_web::test]
async fn a_report_is_sent_from_a_phone_and_every_page_is_accessible() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = Browser::open().await;
    browser.show_on(Screen::Phone).await;
    browser.signs_in(&school, Cast::Teacher, "/report").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "report").await;
    browser.click("Send report").await;
    browser.arrives_at("Error: Report a concern – Candour").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "report-errors").await;
    browser.click("Something seen or searched for online").await;
    let category = "Self-harm, suicide, eating-disorder or violent content";
    browser.does_not_see("do not leave them alone").await;
    browser.choose("What is your concern about?", category).await;
    // Guidance comes as soon as the category is chosen.
    browser.sees("do not leave them alone").await;
    browser.fill("What happened?", "A pupil showed me a post.").await;
    browser.choose("When did you notice it?", "Earlier today").await;
    browser.fill("Who have you told? (optional)", "Dinah Lead").await;
    browser.choose("Is anyone at risk right now?", "I am not sure").await;
    browser.choose("Is it about something an adult who works or volunteers here did?", "No").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "report-filled").await;
    browser.click("Send report").await;
    browser.arrives_at("One more question – Candour").await;
    browser.choose("Is your concern about something Dinah Lead did?", "No, I only told them").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "report-asked").await;
    browser.click("Send report").await;
    browser.arrives_at("Report sent – Candour").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "report-sent").await;
    browser.click("See your report, or add something you forgot").await;
    browser.arrives_at("Your report – Candour").await;
    browser.fill("What do you want to add?", "It was in period two.").await;
    browser.click("Add to report").await;
    browser.arrives_at("Added to your report – Candour").await;
    browser.sees("It has been added to your report.").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "my-report").await;
    browser.opens(&school, "/my-reports").await;
    browser.is_right_on(&BACK_TO_A_PHONE, "my-reports").await;
}

#[actix_web::test]
async fn a_report_is_sent_without_scripts() {
    let school = School::open(TestDb::sqlite()).await;
    let browser = Browser::open().await;
    browser.refuse_scripts().await;
    browser.show_on(Screen::Phone).await;
    browser.signs_in(&school, Cast::Teacher, "/report").await;
    let question = "Which of these is it?";
    // It is asked once it makes sense.
    browser.does_not_see(question).await;
    browser.choose("What is your concern about?", "I am not sure").await;
    browser.sees("The safeguarding lead will decide what it is.").await;
    browser.fill("What happened?", "He asked a pupil for her number.").await;
    browser.choose("When did you notice it?", "Just now").await;
    browser.choose("Is anyone at risk right now?", "No").await;
    browser.choose("Is it about something an adult who works or volunteers here did?", "Yes").await;
    browser.choose(question, "The safeguarding lead").await;
    browser.click("Send report").await;
    browser.arrives_at("Report sent – Candour").await;
    browser.sees("The headteacher has been told.").await;
}

//! Two tabs, two schools: a form belongs to the school whose page it was drawn on, and nothing is ever written to the school
//! that its session happens to be in by then.

use crate::{
    databases::{TestDb, both_databases},
    direct_sql::TABLES_OF_ACTS,
    markup,
    page_forms::{filled, form, pairs, words_of},
    people_lists::{sims, upn},
    school::{Answer, Cast, School, SignedInBrowser, hidden},
};
use actix_web::http::Method;
use candour::{
    domain::{
        kernel::ids::{DutyId, PersonId, Reference, SchoolId},
        people::Office,
    },
    service::clock::Randomness,
    store::{
        entry::sessions::{self, NewSession, Place, Session},
        people::staff::{self, Duty, DutyKind},
    },
    web::http::{
        audience::{Audience, FormAbout},
        routes::ENDPOINTS,
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// Words that stand in forms of these tests and nowhere else.
const WORDS: &str = "Words of the first tab.";
const REPORT: [(&str, &str); 5] =
    [("category", "CON-HARM"), ("happened", WORDS), ("noticed", "now"), ("risk", "no"), ("adult", "no")];

/// The account of somebody of two schools, as the person it is in one of them.
fn place(school: &School, cast: Cast, of: SchoolId) -> Place {
    let places = school.db.read(|tx| {
        let account = sessions::account_of_person(tx, school.school, school.person(cast))?;
        sessions::places(tx, account)
    });
    places.unwrap().into_iter().find(|place| place.school == of).unwrap()
}

/// Makes somebody an administrator in a school.
fn administers(school: &School, at: SchoolId, person: PersonId) {
    let now = school.clock.now();
    let what = DutyKind::Office(Office::Administrator);
    let duty = Duty { id: DutyId::draw(now, &mut Randomness), person, what, starts_at: now, ends_at: None };
    school.db.write(|tx| staff::add_duty(tx, at, &duty)).unwrap();
}

/// The other tab changes school.
pub async fn moves(browser: &SignedInBrowser<'_>, to: SchoolId) {
    let moved = browser.submit("/schools", "/schools", &[("school", &to.to_string())]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER);
}

/// Everything that is written of a school.
fn written(school: &School, of: SchoolId) -> Vec<String> {
    let more = ["proposals", "on_duty", "calendars", "duty_proposals", "sent_lists", "access_requests"];
    let tables = TABLES_OF_ACTS.iter().chain(&more);
    let count = |table: &str| school.db.count(&format!("{table} WHERE school_id = '{of}'"));
    let counted = tables.map(|table| format!("{table} {}", count(table)));
    let rules = school.db.strings(&format!("CAST(settings AS text) AS value FROM schools WHERE id = '{of}'"));
    counted.chain(rules).collect()
}

/// What a form of the first school leads to, by way of the page that says which school it is of; the session is in the other
/// one before, and in the first one afterwards.
pub async fn leads_to(browser: &SignedInBrowser<'_>, taken: &Answer) -> Answer {
    let school = browser.school;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", words_of(&taken.body));
    let by_way_of = format!("/schools?of={}&return_to=%2F", school.school);
    assert!(taken.location.starts_with(&by_way_of), "{}", taken.location);
    let between = browser.get(&taken.location).await;
    assert_eq!(between.status, StatusCode::OK);
    assert_eq!(markup::faults(&between.body), Vec::<String>::new());
    let said = words_of(&between.body);
    assert!(said.contains("Upton School") && said.contains("Downton Primary"), "{said}");
    let to = hidden(&between.body, "return_to").unwrap();
    let moved = browser
        .submit_from(&between, "/schools", &[("school", &school.school.to_string()), ("return_to", &to)])
        .await;
    assert_eq!(moved.location, to);
    browser.get(&to).await
}

#[apply(both_databases!)]
async fn i8_a_report_goes_to_the_school_of_its_page(db: TestDb) {
    let school = School::open(db).await;
    let ned = school.sign_in(Cast::Network).await;
    let page = ned.get("/report").await;
    moves(&ned, school.other_school).await;
    let before = written(&school, school.other_school);
    // With something missing it comes back as a page of its own school still, and says so.
    let again = ned.submit_from(&page, "/report", &REPORT[..2]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(markup::faults(&again.body), Vec::<String>::new());
    assert!(words_of(&again.body).contains("You changed to Downton Primary"), "{}", words_of(&again.body));
    assert!(again.body.contains(WORDS), "every word is kept");
    let sent = ned.submit_from(&again, "/report", &REPORT).await;
    assert_eq!(written(&school, school.other_school), before, "nothing is of the school the session is in");
    let receipt = leads_to(&ned, &sent).await;
    assert_eq!(receipt.status, StatusCode::OK);
    assert!(receipt.body.contains("Report sent") && receipt.body.contains("Upton School"));
    assert_eq!(school.db.count(&format!("concerns WHERE school_id = '{}'", school.school)), 1);
}

#[apply(both_databases!)]
async fn i8_a_draft_is_kept_in_the_school_of_its_page(db: TestDb) {
    let school = School::open(db).await;
    let ned = school.sign_in(Cast::Network).await;
    let page = ned.get("/report").await;
    moves(&ned, school.other_school).await;
    let before = written(&school, school.other_school);
    let mine = || school.db.count(&format!("drafts WHERE school_id = '{}'", school.school));
    assert_eq!(ned.submit_from(&page, "/drafts", &REPORT).await.status, StatusCode::NO_CONTENT);
    assert_eq!(mine(), 1, "it waits in the school of the page");
    let mut later = REPORT.to_vec();
    later.push(("act", "later"));
    let saved = ned.submit_from(&page, "/report", &later).await;
    assert!(saved.location.ends_with("return_to=%2Fdrafts%3Fsaved%3Dyes"), "{}", saved.location);
    // Neither when the session is over does it go to the school that the session was in last.
    school.hands.forward(TimeDelta::minutes(61));
    let over = ned.submit_from(&page, "/drafts", &REPORT).await;
    assert_eq!(over.status, StatusCode::ACCEPTED);
    let way = format!("schools%3Fof%3D{}", school.school);
    assert!(over.body.contains(&way), "its owner is led to that school: {}", words_of(&over.body));
    let newer = school.arrives(Cast::Network).await;
    let pressed = newer.submit_from(&page, "/report", &REPORT).await;
    assert_eq!(written(&school, school.other_school), before);
    let draft = leads_to(&newer, &pressed).await;
    assert!(draft.body.contains("Not sent yet.") && draft.body.contains(WORDS), "{}", words_of(&draft.body));
    assert_eq!(mine(), 1);
}

#[apply(both_databases!)]
async fn i8_an_addition_is_added_in_the_school_of_its_page(db: TestDb) {
    let school = School::open(db).await;
    let ned = school.sign_in(Cast::Network).await;
    let reference = school.report(Cast::Network, &school.draft("CON-HARM")).reference;
    let page = ned.get(&format!("/my-reports/{reference}")).await;
    moves(&ned, school.other_school).await;
    let before = written(&school, school.other_school);
    let added = ned.submit_from(&page, &format!("/my-reports/{reference}/add"), &[("words", WORDS)]).await;
    assert_eq!(written(&school, school.other_school), before);
    let report = leads_to(&ned, &added).await;
    assert!(report.body.contains(WORDS), "{}", words_of(&report.body));
}

#[apply(both_databases!)]
async fn i8_a_note_is_written_in_the_school_of_its_page(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("SYS-UNLOCKED")).reference;
    let ned = school.sign_in(Cast::Network).await;
    let address = format!("/cases/{reference}/note");
    let page = ned.get(&address).await;
    assert_eq!(page.status, StatusCode::OK, "the network manager leads it");
    moves(&ned, school.other_school).await;
    let before = written(&school, school.other_school);
    let noted = ned.submit_from(&page, &address, &[("note", WORDS)]).await;
    assert_eq!(written(&school, school.other_school), before);
    assert_eq!(
        school.db.count(&format!("texts WHERE school_id = '{}' AND words = '{WORDS}'", school.school)),
        1
    );
    assert_eq!(leads_to(&ned, &noted).await.status, StatusCode::OK);
    school.deliver().await;
}

#[apply(both_databases!)]
async fn i8_settings_and_lists_are_of_the_school_of_their_page(db: TestDb) {
    let school = School::open(db).await;
    for of in [school.school, school.other_school] {
        administers(&school, of, place(&school, Cast::Network, of).person);
    }
    let ned = school.sign_in(Cast::Network).await;
    let (contacts, import) = ("/admin/contacts", "/admin/people/import");
    let (page, list) = (ned.get(contacts).await, ned.get(import).await);
    assert_eq!((page.status, list.status), (StatusCode::OK, StatusCode::OK));
    moves(&ned, school.other_school).await;
    let before = written(&school, school.other_school);
    let numbers = |act| {
        [
            ("duty", "01632 960 100"),
            ("out-of-hours", "01632 960 002"),
            ("lado", "01632 960 003"),
            ("why", "A new telephone."),
            ("starts", "approved"),
            ("act", act),
        ]
    };
    let preview = ned.submit_from(&page, contacts, &numbers("preview")).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", words_of(&preview.body));
    let proposed = ned.submit_from(&preview, contacts, &numbers("propose")).await;
    assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", words_of(&proposed.body));
    let pupils = sims(&[(&upn(801_200_005_001), "Osei", "Amara", "7")]);
    let token = hidden(&list.body, "csrf").unwrap();
    let sent = ned.send_file(import, &token, (&pupils.name, &pupils.bytes)).await;
    assert_eq!(written(&school, school.other_school), before);
    let in_the_first =
        |table: &str| school.db.count(&format!("{table} WHERE school_id = '{}'", school.school));
    assert_eq!((in_the_first("proposals"), in_the_first("sent_lists")), (1, 1));
    let matching = leads_to(&ned, &sent).await;
    assert!(matching.body.contains("Legal Surname"), "{}", words_of(&matching.body));
}

/// Somebody who is no one in the school of the page any more gets every word back, and can still leave.
#[apply(both_databases!)]
async fn i8_a_page_of_a_school_that_was_left_is_shown_back(db: TestDb) {
    let school = School::open(db).await;
    let ned = school.sign_in(Cast::Network).await;
    let reference = school.report(Cast::Network, &school.draft("CON-HARM")).reference;
    let add = format!("/my-reports/{reference}/add");
    let (report, mine) = (ned.get("/report").await, ned.get(&format!("/my-reports/{reference}")).await);
    moves(&ned, school.other_school).await;
    let person = school.person(Cast::Network);
    school.db.write(|tx| staff::leave(tx, school.school, person, school.clock.now())).unwrap();
    let all = || (written(&school, school.school), written(&school, school.other_school));
    let before = all();
    let addition = [("words", WORDS)];
    for (page, to, fields) in [
        (&report, "/report", &REPORT[..]),
        (&report, "/drafts", &REPORT[..]),
        (&mine, add.as_str(), &addition[..]),
    ] {
        let back = ned.submit_from(page, to, fields).await;
        assert_eq!(back.status, StatusCode::FORBIDDEN, "{to}");
        assert_eq!(markup::faults(&back.body), Vec::<String>::new(), "{to}");
        let said = words_of(&back.body);
        assert!(said.contains("This page is of Upton School") && said.contains(WORDS), "{to}: {said}");
    }
    assert_eq!(all(), before);
    let hidden = ned.submit_from(&report, "/lock", &[]).await;
    assert_eq!(hidden.location, "/locked", "the screen is hidden from any page");
}

/// Every form of the site, drawn in one school and sent when the session is in the other: by somebody who may do the same in
/// both. Nothing is written where the session is.
#[apply(both_databases!)]
async fn i8_no_form_writes_to_the_school_the_session_is_in(db: TestDb) {
    const SOME_ID: &str = "00000000-0000-7000-8000-000000000000";
    let school = School::open(db).await;
    for of in [school.school, school.other_school] {
        administers(&school, of, place(&school, Cast::Network, of).person);
    }
    let reference: Reference = school.report(Cast::Teacher, &school.draft("SYS-UNLOCKED")).reference;
    school.deliver().await;
    let ned = school.sign_in(Cast::Network).await;
    let (mut tried, mut taken) = (0_usize, 0_usize);
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.method == Method::POST) {
        if endpoint.audience == Audience::Everybody || endpoint.form == FormAbout::Session {
            continue;
        }
        let path = endpoint
            .path
            .replace("{reference}", reference.as_str())
            .replace("{id}", SOME_ID)
            .replace("{key}", "never-was-one")
            .replace("{term}", "summer-2026")
            .replace("{code}", "CON-INAPP");
        let page = ned.get(&path).await;
        let fields = if page.body.contains(&format!("action=\"{path}\"")) {
            filled(&form(&page.body, &path), &[], &mut |_| WORDS.to_owned())
        } else {
            let csrf = ned.token().await;
            let generic = [
                ("csrf", csrf.as_str()),
                ("idempotency", "a-form-of-its-own"),
                ("version", "1"),
                ("happened", WORDS),
                ("words", WORDS),
                ("typed", "Ellie"),
                ("reason", WORDS),
            ];
            generic.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
        };
        moves(&ned, school.other_school).await;
        let before = written(&school, school.other_school);
        let answer = ned.post(&path, &pairs(&fields)).await;
        assert_eq!(written(&school, school.other_school), before, "{path}: {}", answer.status);
        tried += 1;
        let is_taken = answer.location.starts_with("/schools?of=") || answer.status == StatusCode::NO_CONTENT;
        taken += usize::from(is_taken);
        moves(&ned, school.school).await;
    }
    assert!(tried > 50 && taken >= 3, "{taken} of {tried} forms were taken where they belong");
    school.deliver().await;
}

/// The person that a form of another school is taken from is, in everything, who they would be after changing school.
#[apply(both_databases!)]
async fn i8_who_sends_a_form_is_who_they_are_in_its_school(db: TestDb) {
    let school = School::open(db).await;
    for cast in [Cast::Network, Cast::Governor] {
        let (here, there) = (place(&school, cast, school.school), place(&school, cast, school.other_school));
        let now = school.clock.now();
        let token = cast.subject();
        let resumed = |session: Session| match session {
            Session::Live(viewer) => *viewer,
            Session::Hidden | Session::None => panic!("the session is live"),
        };
        let viewer = school.db.write(|tx| {
            let account = sessions::account_of_person(tx, school.school, here.person)?;
            let new = NewSession {
                token_hash: &token,
                account,
                place: &here,
                csrf: "i8",
                provider: "test",
                context: Default::default(),
            };
            sessions::start(tx, &new, now, &mut Randomness)?;
            sessions::resume(tx, &token, now)
        });
        let viewer = resumed(viewer.unwrap());
        let sends = school.db.read(|tx| sessions::in_school(tx, &viewer, school.other_school));
        let sends = sends.unwrap().unwrap();
        let moved = school.db.write(|tx| {
            sessions::move_to(tx, &viewer, &there)?;
            sessions::resume(tx, &token, now)
        });
        assert_eq!(format!("{sends:?}"), format!("{:?}", resumed(moved.unwrap())), "{cast:?}");
        assert_eq!((sends.school(), sends.person()), (there.school, there.person));
        school.db.write(|tx| staff::leave(tx, there.school, there.person, now)).unwrap();
        let left = school.db.read(|tx| sessions::in_school(tx, &viewer, school.other_school));
        assert!(left.unwrap().is_none(), "{cast:?} left");
    }
}

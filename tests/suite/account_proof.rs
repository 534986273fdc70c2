//! I7: a code, or a second account, for another person. It opens nothing from before until a present session of that
//! person says yes, or a second person who did not make the code confirms it.

mod own;

use crate::{
    account_linking::Scene,
    databases::{TestDb, both_databases},
    school::{Answer, Cast, School, SignedInBrowser},
    whose_code::code_for,
};
use candour::{
    domain::{
        case::ShareKind,
        entry::first_sign_in::Rules,
        kernel::{ids::Reference, text::Summary},
    },
    service::{
        case::{
            act::{self, CaseOnPage},
            read,
        },
        clock::Randomness,
        machine,
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;
use std::collections::BTreeSet;

const AWAITED: &str = "/settings/account";
const TO_CONFIRM: &str = "/accounts-to-confirm";
/// What the teacher typed and did not send.
const UNSENT: &str = "quokkawords";

/// A school, and an account that is no one's yet.
async fn opened(db: TestDb) -> Scene {
    Scene::open(db, Rules::by_code_only()).await
}

/// The account enters a code that somebody made for a person.
async fn enters(scene: &Scene, made_by: Cast, whose: Cast) -> SignedInBrowser<'_> {
    let code = code_for(&scene.school, made_by, scene.school.person(whose));
    scene.school.hands.forward(TimeDelta::minutes(1));
    let outside = scene.stays_outside().await;
    let inside = outside.enters_code("/signin/code", &code).await;
    assert_eq!(inside.status, StatusCode::SEE_OTHER, "{}", inside.body);
    scene.school.browser_with(inside.cookies())
}

/// Where the one account that waits is confirmed, from the page that lists it.
fn href_of(page: &Answer, below: &str) -> Option<String> {
    let from = page.body.split(&format!("href=\"{below}/")).nth(1)?;
    Some(format!("{below}/{}", from.split('"').next()?))
}

/// Goes to the page of the one account that waits for them, and says whose it is.
async fn answers(browser: &SignedInBrowser<'_>, list: &str, below: &str, answer: &str) {
    let page = browser.get(list).await;
    let href = href_of(&page, below).unwrap_or_else(|| panic!("no account on {list}: {}", page.body));
    let said = browser.submit(&href, &href, &[("answer", answer)]).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER, "{}", said.body);
}

/// Nothing but the page that says what is awaited, and the report form.
async fn is_kept_out(stranger: &SignedInBrowser<'_>, case: &Reference) {
    assert_eq!(stranger.get("/").await.location, AWAITED);
    let page = stranger.get(AWAITED).await;
    assert!(page.status == StatusCode::OK && page.body.contains("waits to be confirmed"), "{}", page.body);
    let kept =
        ["/queue", "/cases", "/settings/sessions", "/admin/people", "/admin/duties", "/duties", TO_CONFIRM];
    for kept in kept.into_iter().map(str::to_owned).chain([format!("/cases/{case}")]) {
        assert_eq!(stranger.get(&kept).await.location, AWAITED, "{kept}");
    }
    let note = format!("/cases/{case}/note");
    let posted = stranger.submit(AWAITED, &note, &[("words", "I was here")]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get("/report").await.status, StatusCode::OK);
}

/// A case of the teacher's own that the DSL shares with them.
fn shared_report(school: &School) -> Reference {
    let reference = school.report(Cast::Teacher, &school.draft("CON-HARM")).reference;
    let (op, form) = (school.op(Cast::Dsl), school.form());
    let Ok(read::CaseView::Full(full)) = read::case(&school.db, &op, &reference, &mut Randomness) else {
        panic!("the DSL opens it")
    };
    let seen = CaseOnPage { reference: &reference, version: full.case.version, form: &form };
    let why = Summary::parse("She teaches him").unwrap();
    act::perform(&school.db, &op, &seen, &BTreeSet::new(), &mut Randomness, |case, act, _| {
        case.share(school.person(Cast::Teacher), ShareKind::Reader, None, &why, act)
    })
    .unwrap();
    reference
}

/// An administrator makes a code for a teacher and enters it with a second account: neither reports, drafts nor
/// shared cases open. The teacher is told, says that it is not theirs, and it is out.
#[apply(both_databases!)]
async fn i7_an_administrators_second_account_reads_nothing_of_a_teachers(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let teacher = school.sign_in(Cast::Teacher).await;
    let case = shared_report(school);
    assert_eq!(teacher.get(&format!("/cases/{case}")).await.status, StatusCode::OK);
    let form = teacher.get("/report").await;
    let unsent = [("category", "CON-HARM"), ("happened", UNSENT)];
    assert_eq!(teacher.submit_from(&form, "/drafts", &unsent).await.status, StatusCode::NO_CONTENT);
    let key = crate::school::hidden(&form.body, "idempotency").unwrap();

    let stranger = enters(&scene, Cast::Administrator, Cast::Teacher).await;
    is_kept_out(&stranger, &case).await;
    let awaited = stranger.get(AWAITED).await;
    assert!(awaited.body.contains("lead (DSL) or the headteacher, in person"), "{}", awaited.body);
    let mine = stranger.get("/my-reports").await;
    assert!(mine.status == StatusCode::OK && !mine.body.contains(case.as_str()), "{}", mine.body);
    for own in [format!("/my-reports/{case}"), format!("/report/sent/{case}")] {
        assert_eq!(stranger.get(&own).await.status, StatusCode::NOT_FOUND, "{own}");
    }
    let drafts = stranger.get("/drafts").await;
    assert!(!drafts.body.contains(&key), "{}", drafts.body);
    assert!(!stranger.get(&format!("/report?draft={key}")).await.body.contains(UNSENT));
    assert!(!stranger.get("/report").await.body.contains("did not send"));

    // Nor does it delete that draft or take its place, though it knows its key and the page.
    let deleted = stranger.submit(AWAITED, &format!("/drafts/{key}/delete"), &[]).await;
    assert_eq!(deleted.status, StatusCode::SEE_OTHER, "it is answered as if there were none");
    let csrf = crate::school::hidden(&stranger.get("/report").await.body, "csrf").unwrap();
    let page = crate::school::hidden(&form.body, "page").unwrap();
    let mut over = vec![("csrf", csrf.as_str()), ("idempotency", key.as_str()), ("page", page.as_str())];
    over.extend([("category", "CON-HARM"), ("happened", "Nothing happened.")]);
    stranger.post("/drafts", &over).await;
    assert_eq!(school.db.count("drafts"), 2, "its own words are beside the other's");
    let kept = teacher.get(&format!("/report?draft={key}")).await.body;
    assert!(kept.contains(UNSENT) && !kept.contains("Nothing happened."), "{kept}");

    // What it writes itself is taken, and is all it sees.
    let form = stranger.get("/report").await;
    let sent = stranger
        .submit_from(
            &form,
            "/report",
            &[
                ("category", "CON-HARM"),
                ("happened", "He told me at the gate."),
                ("noticed", "now"),
                ("risk", "no"),
                ("adult", "no"),
                ("person-4", "Kai Brook"),
                ("person-4-kind", "pupil"),
                ("person-4-role", "affected"),
            ],
        )
        .await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", sent.body);
    assert_eq!(stranger.get(&sent.location).await.status, StatusCode::OK);
    let own = sent.location.trim_start_matches("/report/sent/").split('?').next().unwrap().to_owned();
    assert!(stranger.get("/my-reports").await.body.contains(&own));
    assert!(
        teacher.get("/my-reports").await.body.contains(&own),
        "it stands under their name, and they see it"
    );

    // The teacher, and those who may confirm it, are told. The administrator is not among them.
    let told = school.deliver().await;
    for whom in ["tessa.teach@school.example", "dinah.lead@school.example", "hattie.head@school.example"] {
        assert!(told.iter().any(|to| to == whom), "{whom}: {told:?}");
    }
    let settings = teacher.get("/settings").await;
    assert!(settings.body.contains("A new account was added on"), "{}", settings.body);
    answers(&teacher, "/settings", "/settings/accounts", "not_theirs").await;
    assert_eq!(stranger.get("/report").await.status, StatusCode::SEE_OTHER, "out at once");
    assert!(stranger.get("/report").await.location.starts_with("/signin"));
    assert_eq!(school.db.count("audit_entries WHERE act = 'refused_account'"), 1);
    assert_eq!(teacher.get(&format!("/cases/{case}")).await.status, StatusCode::OK);
    // They see for 60 days that it was tried.
    school.hands.forward(TimeDelta::days(59));
    let later = school.sign_in(Cast::Teacher).await;
    assert!(later.get("/settings").await.body.contains("It has been removed."));
    school.hands.forward(TimeDelta::days(2));
    let later = school.sign_in(Cast::Teacher).await;
    assert!(!later.get("/settings").await.body.contains("A new account was added on"));
}

/// The accused head makes a code for the deputy and enters it: it opens nothing, and only the chair may confirm it. So
/// it is when the head takes the deputy's own account away first.
#[apply(both_databases!)]
async fn i7_the_heads_code_for_the_deputy_opens_nothing_without_the_chair(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let case = school.report(Cast::Teacher, &school.draft("CON-HARM")).reference;
    let head = school.sign_in(Cast::Head).await;
    let accounts = "/admin/access-requests/accounts";
    let list = head.get(accounts).await;
    let row = list.body.split("<tr").find(|row| row.contains(">Dougal Deputy")).unwrap().to_owned();
    let href = row.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(head.submit(&href, &href, &[]).await.location, format!("{accounts}?taken"));

    let stranger = enters(&scene, Cast::Head, Cast::DeputyDsl).await;
    is_kept_out(&stranger, &case).await;
    let awaited = stranger.get(AWAITED).await;
    assert!(awaited.body.contains("the chair of governors, in person"), "{}", awaited.body);
    let chair = school.sign_in(Cast::Chair).await;
    let listed = chair.get(TO_CONFIRM).await;
    let href = href_of(&listed, TO_CONFIRM).unwrap();
    for other in [Cast::Head, Cast::Dsl, Cast::External, Cast::Administrator, Cast::OtherTeacher] {
        let other = school.sign_in(other).await;
        assert!(!other.get(TO_CONFIRM).await.body.contains("Dougal Deputy"));
        assert_eq!(other.get(&href).await.status, StatusCode::NOT_FOUND);
        let tried = other.submit("/settings", &href, &[("answer", "theirs")]).await;
        assert_eq!(tried.status, StatusCode::NOT_FOUND);
        let own = href.replace(TO_CONFIRM, "/settings/accounts");
        let tried = other.submit("/settings", &own, &[("answer", "theirs")]).await;
        assert_eq!(tried.status, StatusCode::NOT_FOUND);
    }
    is_kept_out(&stranger, &case).await;
    // A second code, of whoever makes it, changes nothing: it adds a maker.
    let again = code_for(school, Cast::Head, school.person(Cast::DeputyDsl));
    assert_eq!(stranger.enters_code("/settings/code", &again).await.status, StatusCode::SEE_OTHER);
    is_kept_out(&stranger, &case).await;
    assert_eq!(school.db.count("audit_entries WHERE act = 'confirmed_account'"), 0);
    // The chair has seen them.
    answers(&chair, TO_CONFIRM, TO_CONFIRM, "theirs").await;
    assert_eq!(stranger.get("/queue").await.status, StatusCode::OK);
    assert_eq!(stranger.get(&format!("/cases/{case}")).await.status, StatusCode::OK);
    assert_eq!(school.db.count("audit_entries WHERE act = 'confirmed_account'"), 1);
    school.deliver().await;
}

/// A present session of the person opens a further account of theirs by itself, and no one else is needed.
#[apply(both_databases!)]
async fn i7_a_present_session_of_the_person_says_yes(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let case = school.report(Cast::Teacher, &school.draft("CON-HARM")).reference;
    let dsl = school.sign_in(Cast::Dsl).await;
    let second = enters(&scene, Cast::Head, Cast::Dsl).await;
    is_kept_out(&second, &case).await;
    // It does not confirm itself.
    let own = href_of(&dsl.get("/settings").await, "/settings/accounts").unwrap();
    let tried = second.submit(AWAITED, &own, &[("answer", "theirs")]).await;
    assert_eq!(tried.status, StatusCode::NOT_FOUND);
    answers(&dsl, "/settings", "/settings/accounts", "theirs").await;
    assert_eq!(second.get(&format!("/cases/{case}")).await.status, StatusCode::OK);
    // What either does is kept with its account and session.
    assert_eq!(school.db.count("access_log WHERE account_id IS NULL OR session_id IS NULL"), 0);
    let with = "audit_entries WHERE act = 'confirmed_account' AND entry LIKE '%\"session\":\"%'";
    assert_eq!(school.db.count(with), 1);
    assert_eq!(school.db.count("(SELECT DISTINCT account_id FROM access_log WHERE kind = 'case') AS a"), 1);
    dsl.get(&format!("/cases/{case}")).await;
    assert_eq!(school.db.count("(SELECT DISTINCT account_id FROM access_log WHERE kind = 'case') AS a"), 2);
    school.deliver().await;
}

/// What the sign-in of an account calls its person is heard once the account is confirmed.
#[apply(both_databases!)]
async fn i4_an_account_that_waits_gives_its_person_no_name(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let (teacher, whose) = (school.sign_in(Cast::Teacher).await, school.person(Cast::Teacher));
    enters(&scene, Cast::Administrator, Cast::Teacher).await;
    // As if the sign-in had added them, so that it may rename them.
    school.db.run_sql(&format!(
        "UPDATE people SET added_by = (SELECT a.issuer FROM accounts AS a INNER JOIN bindings AS b \
         ON b.account_id = a.id WHERE b.person_id = '{whose}' AND b.confirmed_at IS NULL) WHERE id = '{whose}'"
    ));
    scene.comes_in().await;
    assert_eq!(school.db.count("name_proposals"), 0);
    answers(&teacher, "/settings", "/settings/accounts", "theirs").await;
    scene.comes_in().await;
    assert_eq!(school.db.count("name_proposals WHERE road = 'sign_in'"), 1);
    school.deliver().await;
}

/// Whoever changes the address first does not keep the e-mail from its person.
#[apply(both_databases!)]
async fn i7_the_address_of_the_day_before_is_told_too(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let admin = school.sign_in(Cast::Administrator).await;
    let page = format!("/admin/people/{}/correct", school.person(Cast::Teacher));
    let changed = [("name", "Tessa Teach"), ("kind", "staff"), ("email", "mine@evil.example")];
    assert_eq!(admin.submit(&page, &page, &changed).await.status, StatusCode::SEE_OTHER);
    enters(&scene, Cast::Administrator, Cast::Teacher).await;
    let told = school.deliver().await;
    for whom in ["mine@evil.example", "tessa.teach@school.example"] {
        assert_eq!(told.iter().filter(|to| to.as_str() == whom).count(), 1, "{whom}: {told:?}");
    }
}

/// The first account of a person with a role counts at once, and the holders of their role are told.
#[apply(both_databases!)]
async fn the_first_account_of_a_deputy_is_told_to_the_dsl(db: TestDb) {
    let scene = opened(db).await;
    let school = &scene.school;
    let deputy = school.person(Cast::DeputyDsl);
    // As if they had never signed in.
    school.db.run_sql(&format!(
        "DELETE FROM known_accounts WHERE person_id = '{deputy}'; DELETE FROM bindings WHERE person_id = '{deputy}'"
    ));
    let first = enters(&scene, Cast::Head, Cast::DeputyDsl).await;
    assert_eq!(first.get("/queue").await.status, StatusCode::OK);
    let told = school.deliver().await;
    assert_eq!(told, ["dinah.lead@school.example"]);
    let dsl = school.sign_in(Cast::Dsl).await;
    assert!(dsl.get("/duties").await.body.contains("Dougal Deputy was let in for the first time on"));
}

/// One command signs everyone out, and the doctor's question names those who could not come back.
#[apply(both_databases!)]
async fn everyone_is_signed_out_at_once_and_who_cannot_come_back_is_named(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let now = school.clock.now();
    assert!(machine::end_all_sessions(&school.db, now).unwrap() > 0);
    assert!(teacher.get("/report").await.location.starts_with("/signin"));
    assert_eq!(school.db.count("audit_entries WHERE act = 'ended_sessions'"), 2, "in each school");
    let here = school.db.strings("issuer AS value FROM accounts").remove(0);
    let locked_out = |issuer: &str| {
        let found = machine::without_account(&school.db, school.school, &[issuer], now).unwrap();
        found.into_iter().map(|one| format!("{}: {}", one.name, one.what.words())).collect::<Vec<_>>()
    };
    assert_eq!(locked_out(&here), Vec::<String>::new());
    let elsewhere = locked_out("https://another.example");
    for named in ["Hattie Head: headteacher", "Addy Admin: administrator"] {
        assert!(elsewhere.iter().any(|one| one == named), "{elsewhere:?}");
    }
    assert!(
        !elsewhere.iter().any(|one| one.starts_with("Tessa") || one.starts_with("Gwen")),
        "{elsewhere:?}"
    );
}

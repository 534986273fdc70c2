//! What a school changes for itself, over HTTP on both databases: proposed, previewed, approved, refused or withdrawn, in force
//! from its instant on, and never for what came before.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::{
    domain::{
        case::Case,
        kernel::ids::Reference,
        people::{Desk, Seat},
        school::categories::Severity,
    },
    service::{
        case::read::{self, CaseView},
        clock::Randomness,
    },
    store::{
        DbUrl,
        people::staff::{self, Duty, DutyKind},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

mod approving;
mod calendar;
mod closing;
mod contacts;

const BULLYING: &str = "/admin/categories/CDT-CYBULLY";

/// Online bullying led by the DSL, more serious, sooner, with words of the school's own.
const CHANGED: [(&str, &str); 8] = [
    ("shown", "shown"),
    ("guidance", "Tell the year office as well."),
    ("severity", "high"),
    ("acknowledge", "same_school_day"),
    ("lead", "dsl"),
    ("copied", "online_safety"),
    ("why", "Parents asked us to take it more seriously."),
    ("starts", "approved"),
];

fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().copied().filter(|(name, _)| !more.iter().any(|(other, _)| other == name));
    kept.chain(more.iter().copied()).filter(|(_, value)| *value != "-").collect()
}

/// A page that is there and has no fault, as it reads.
async fn shown(browser: &SignedInBrowser<'_>, path: &str) -> String {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert_eq!(markup::faults(&page.body), Vec::<String>::new(), "{path}");
    page.body
}

/// Proposes by way of the preview, and gives back the address of the proposal.
async fn proposes(browser: &SignedInBrowser<'_>, page: &str, fields: &[(&str, &str)]) -> String {
    let preview = browser.submit(page, page, &with(fields, &[("act", "preview")])).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.body);
    assert_eq!(markup::faults(&preview.body), Vec::<String>::new());
    assert!(preview.body.contains("open case"), "it says what it means for them");
    let sent = browser.submit_from(&preview, page, &with(fields, &[("act", "propose")])).await;
    assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/admin/proposals?sent"));
    let list = shown(browser, "/admin/proposals").await;
    let from = list.find("href=\"/admin/proposals/").expect("the proposal is listed") + 6;
    list[from..].split('"').next().unwrap().to_owned()
}

async fn approves(browser: &SignedInBrowser<'_>, proposal: &str) -> Answer {
    shown(browser, proposal).await;
    browser.submit(proposal, proposal, &[("act", "approve")]).await
}

fn case(school: &School, reference: &Reference) -> Case {
    match read::case(&school.db, &school.op(Cast::Head), reference, &mut Randomness).unwrap() {
        CaseView::Full(full) => full.case.clone(),
        CaseView::Technical(_) | CaseView::Inspected(_) => panic!("the head oversees every case"),
    }
}

fn problems(page: &str, field: &str) -> String {
    let begin = format!("id=\"{field}-error\"");
    let from = page.find(&begin).unwrap_or_else(|| panic!("nothing is said beside {field}: {page}"));
    page[from..].split("</span>").nth(1).unwrap().split('<').next().unwrap().trim().to_owned()
}

/// Proposed, previewed, approved; the next report follows it, and the case reported before does not.
#[apply(both_databases!)]
async fn an_approved_change_is_for_the_next_report_and_not_for_the_last(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head, teacher) = (
        school.sign_in(Cast::Administrator).await,
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Teacher).await,
    );
    let before = school.report(Cast::Teacher, &school.draft("CDT-CYBULLY")).reference;
    let preview = administrator.submit(BULLYING, BULLYING, &with(&CHANGED, &[("act", "preview")])).await.body;
    for said in [
        "It would go to the online safety coordinator: Olive Online.",
        "It would go to the designated safeguarding lead (DSL): Dinah Lead.",
        "Within 1 school day",
        "Within the same school day",
        "Send to the headteacher",
    ] {
        assert!(preview.contains(said), "{said}: {preview}");
    }
    let proposal = proposes(&administrator, BULLYING, &CHANGED).await;
    assert!(
        !teacher.get("/report").await.body.contains("year office"),
        "nothing changes before it is approved"
    );
    assert!(school.deliver().await.contains(&"hattie.head@school.example".to_owned()), "the head is told");
    let letter = school
        .sink
        .letters()
        .into_iter()
        .find(|l| l.to.contains(&"hattie.head@school.example".to_owned()))
        .unwrap();
    assert!(!format!("{letter:?}").contains("bullying"), "a letter says only that something needs you");
    assert!(head.get("/queue").await.body.contains("A change of the school’s settings waits for you."));
    school.hands.forward(TimeDelta::minutes(5));
    let approved = approves(&head, &proposal).await;
    assert_eq!(approved.location, "/admin/proposals?approved");
    assert!(teacher.get("/report").await.body.contains("Tell the year office as well."));
    school.hands.forward(TimeDelta::minutes(5));
    let after = school.report(Cast::Teacher, &school.draft("CDT-CYBULLY"));
    assert_eq!(after.told, [Desk::Dsl, Desk::OnlineSafety]);
    let (old, new) = (case(&school, &before), case(&school, &after.reference));
    assert_eq!((old.lead(), old.severity), (Desk::OnlineSafety, Severity::Moderate));
    assert_eq!((new.lead(), new.severity), (Desk::Dsl, Severity::High));
    // The earlier case is still the coordinator's, and triage suggests what its own day did.
    let coordinator = school.sign_in(Cast::OnlineSafety).await;
    let triage = shown(&coordinator, &format!("/cases/{before}/triage")).await;
    assert!(triage.contains("The category suggests: medium."));
    let history = shown(&administrator, "/admin/proposals").await;
    assert!(history.contains("Approved by Hattie Head, in force from"));
    assert!(shown(&administrator, BULLYING).await.contains("Severity: High (before: Medium)"));
    assert!(shown(&administrator, "/admin/categories").await.contains("Changed by this school"));
    assert!(shown(&head, &proposal).await.contains("Approved by"));
}

/// The proposer takes it back while it waits; a person who opens it afterwards is told so, and nobody decides.
#[apply(both_databases!)]
async fn a_withdrawn_proposal_changes_nothing(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let proposal = proposes(&administrator, BULLYING, &CHANGED).await;
    let open_at_the_head = head.get(&proposal).await;
    assert!(!open_at_the_head.body.contains("Withdraw this proposal"), "it is not theirs");
    let withdraw = format!("{proposal}/withdraw");
    let refused = head.submit_from(&open_at_the_head, &withdraw, &[]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "nor is the address");
    let page = administrator.get(&proposal).await;
    assert!(page.body.contains("Withdraw this proposal"));
    for _ in 0..2 {
        let withdrawn = administrator.submit_from(&page, &withdraw, &[]).await;
        assert_eq!(
            (withdrawn.status, withdrawn.location.as_str()),
            (StatusCode::SEE_OTHER, "/admin/proposals?withdrawn")
        );
    }
    assert!(
        shown(&administrator, "/admin/proposals?withdrawn")
            .await
            .contains("The proposal has been withdrawn.")
    );
    assert_eq!(
        school.db.count("audit_entries WHERE act = 'withdraw_settings'"),
        1,
        "a double click lands once"
    );
    for browser in [&administrator, &head] {
        assert!(shown(browser, "/admin/proposals").await.contains("Withdrawn by Addy Admin"));
        let opened = shown(browser, &proposal).await;
        assert!(
            opened.contains("Withdrawn by")
                && !opened.contains("Approve this change")
                && !opened.contains("Withdraw this")
        );
    }
    assert!(!head.get("/queue").await.body.contains("A change of the school’s settings waits for you."));
    for fields in [&[("act", "approve")][..], &[("act", "refuse"), ("why-not", "Too late.")]] {
        let late = head.submit_from(&open_at_the_head, &proposal, fields).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        assert!(late.body.contains("This was withdrawn by the person who proposed it"), "{}", late.body);
    }
    let other = administrator.submit_from(&administrator.get("/admin/contacts").await, &withdraw, &[]).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
}

/// A refused proposal changes nothing, keeps its reason, and cannot be decided again.
#[apply(both_databases!)]
async fn a_refused_proposal_changes_nothing(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let proposal = proposes(&administrator, BULLYING, &CHANGED).await;
    let without = head.submit(&proposal, &proposal, &[("act", "refuse"), ("why-not", " ")]).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problems(&without.body, "why-not"), "Write why it is refused");
    let page = head.get(&proposal).await;
    let refuse = [("act", "refuse"), ("why-not", "The coordinator does this well.")];
    let refused = head.submit_from(&page, &proposal, &refuse).await;
    assert_eq!(refused.location, "/admin/proposals?refused");
    assert_eq!(school.report(Cast::Teacher, &school.draft("CDT-CYBULLY")).told[0], Desk::OnlineSafety);
    let kept = shown(&administrator, &proposal).await;
    assert!(kept.contains("The coordinator does this well.") && kept.contains("Parents asked us"));
    let again = head.submit_from(&page, &proposal, &[("act", "approve")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

/// The proposer never decides: what the head proposes is for the chair, and the chair is told.
#[apply(both_databases!)]
async fn the_proposer_cannot_approve(db: TestDb) {
    let school = School::open(db).await;
    let (id, person, now) = (school.school, school.person(Cast::Head), school.clock.now());
    let office = Duty {
        id: candour::domain::kernel::ids::DutyId::draw(now, &mut Randomness),
        person,
        what: DutyKind::Office(candour::domain::people::Office::Administrator),
        starts_at: now,
        ends_at: None,
    };
    school.db.write(|tx| staff::add_duty(tx, id, &office)).unwrap();
    let (head, chair) = (school.sign_in(Cast::Head).await, school.sign_in(Cast::Chair).await);
    let proposal = proposes(&head, BULLYING, &CHANGED).await;
    let page = shown(&head, &proposal).await;
    assert!(!page.contains("Approve this change") && page.contains("This waits for the chair of governors."));
    assert_eq!(head.submit(&proposal, &proposal, &[("act", "approve")]).await.status, StatusCode::FORBIDDEN);
    assert!(school.deliver().await.contains(&"charlie.chair@school.example".to_owned()));
    let other = school.sign_in(Cast::Administrator).await;
    assert_eq!(other.submit(&proposal, &proposal, &[("act", "approve")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(approves(&chair, &proposal).await.location, "/admin/proposals?approved");
}

/// A category without a reachable desk is refused when it is configured, in words beside the field, and nothing
/// typed is lost.
#[apply(both_databases!)]
async fn an_unreachable_desk_is_refused_beside_its_field(db: TestDb) {
    let school = School::open(db).await;
    let administrator = school.sign_in(Cast::Administrator).await;
    let now = school.clock.now();
    for cast in [Cast::Head, Cast::DeputyHead, Cast::Chair, Cast::External] {
        school.db.write(|tx| staff::leave(tx, school.school, school.person(cast), now)).unwrap();
    }
    let to_nobody = with(&CHANGED, &[("lead", "slt"), ("copied", "dsl"), ("act", "preview")]);
    let answer = administrator.submit(BULLYING, BULLYING, &to_nobody).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(markup::faults(&answer.body), Vec::<String>::new());
    assert!(
        problems(&answer.body, "lead")
            .starts_with("No one can receive this: there is no senior leadership team")
    );
    for kept in [
        "Tell the year office as well.",
        "Parents asked us to take it more seriously.",
        "value=\"slt\" selected",
        "value=\"high\" checked",
    ] {
        assert!(answer.body.contains(kept), "{kept} is lost");
    }
}

/// H1: words of a school's own are words on every page they come to.
#[apply(both_databases!)]
async fn h1_guidance_and_reasons_are_only_ever_words(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head, teacher) = (
        school.sign_in(Cast::Administrator).await,
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Teacher).await,
    );
    let script = "<script>alert('one')</script>\"' onload=x";
    let proposal =
        proposes(&administrator, BULLYING, &with(&CHANGED, &[("guidance", script), ("why", script)])).await;
    let decision = shown(&head, &proposal).await;
    approves(&head, &proposal).await;
    for page in [
        decision,
        shown(&teacher, "/report").await,
        shown(&administrator, BULLYING).await,
        shown(&head, &proposal).await,
    ] {
        assert!(page.contains("&#60;script&#62;alert") && !page.contains("<script>alert"));
    }
}

/// What may not be loosened, what changes nothing and what is not dated well, each beside its field.
#[apply(both_databases!)]
async fn a_form_that_is_wrong_says_what_to_do(db: TestDb) {
    let school = School::open(db).await;
    let administrator = school.sign_in(Cast::Administrator).await;
    let page = administrator.get(BULLYING).await;
    for (more, field, words) in [
        (vec![("why", "-")], "why", "Write why this should change"),
        (
            vec![("acknowledge", "3_school_days")],
            "acknowledge",
            "With the severity “High” choose the same school day, or sooner",
        ),
        (
            vec![("lead", "online_safety"), ("copied", "-")],
            "copied",
            "The DSL has to lead this category or be told as well",
        ),
        (vec![("guidance", " ")], "guidance", "Write what the reporter reads when they choose this"),
        (
            vec![
                ("starts", "day"),
                ("starts-day-day", "16"),
                ("starts-day-month", "11"),
                ("starts-day-year", "2026"),
            ],
            "starts-day",
            "Enter today or a day to come",
        ),
        (
            vec![
                ("starts", "day"),
                ("starts-day-day", "31"),
                ("starts-day-month", "2"),
                ("starts-day-year", "2027"),
            ],
            "starts-day",
            "There is no such day in that month",
        ),
    ] {
        let fields = with(&CHANGED, &more);
        let answer = administrator.submit_from(&page, BULLYING, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(problems(&answer.body, field), words);
    }
    let groom = "/admin/categories/CNT-GROOM";
    let as_it_is = [
        ("shown", "shown"),
        ("guidance", "Tell the DSL now."),
        ("severity", "high"),
        ("acknowledge", "same_school_day"),
        ("lead", "dsl"),
        ("copied", "head"),
        ("why", "To try."),
        ("starts", "approved"),
    ];
    let answer = administrator.submit(groom, groom, &as_it_is).await;
    assert_eq!(problems(&answer.body, "severity"), "This category stays critical: a child may be in danger");
    let not_sure = administrator
        .submit(
            "/admin/categories/NOT-SURE",
            "/admin/categories/NOT-SURE",
            &[
                ("shown", "hidden"),
                ("guidance", "Write it down."),
                ("severity", "high"),
                ("acknowledge", "same_school_day"),
                ("lead", "network"),
                ("why", "To try."),
                ("act", "preview"),
            ],
        )
        .await;
    assert_eq!(not_sure.status, StatusCode::OK, "only the words change");
    assert!(!not_sure.body.contains("The report form") && not_sure.body.contains("Write it down."));
    assert_eq!(administrator.get("/admin/categories/NO-SUCH").await.status, StatusCode::NOT_FOUND);
}

/// A hidden category is off the form, and is taken from a form that was opened before.
#[apply(both_databases!)]
async fn a_hidden_category_is_taken_from_an_older_form(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head, teacher) = (
        school.sign_in(Cast::Administrator).await,
        school.sign_in(Cast::Head).await,
        school.sign_in(Cast::Teacher).await,
    );
    let older = teacher.get("/report").await;
    let hidden = with(&CHANGED, &[("shown", "hidden"), ("lead", "online_safety"), ("copied", "dsl")]);
    let proposal = proposes(&administrator, BULLYING, &hidden).await;
    approves(&head, &proposal).await;
    assert!(older.body.contains("CDT-CYBULLY") && !teacher.get("/report").await.body.contains("CDT-CYBULLY"));
    let typed = [
        ("category", "CDT-CYBULLY"),
        ("happened", "Messages about a pupil."),
        ("noticed", "now"),
        ("risk", "no"),
        ("adult", "no"),
    ];
    let unfinished = teacher.submit_from(&older, "/report", &with(&typed, &[("risk", "-")])).await;
    assert!(unfinished.body.contains("value=\"CDT-CYBULLY\" checked"), "what was chosen is not lost");
    let sent = teacher.submit_from(&older, "/report", &typed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let own = shown(&teacher, "/my-reports").await;
    assert!(own.contains("Online bullying between pupils"), "it keeps its label");
}

/// Effective dates: approved today for a day to come, in force from its midnight and not a second before.
#[apply(both_databases!)]
async fn a_change_begins_with_its_day(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let thursday = with(
        &CHANGED,
        &[
            ("starts", "day"),
            ("starts-day-day", "19"),
            ("starts-day-month", "11"),
            ("starts-day-year", "2026"),
        ],
    );
    let proposal = proposes(&administrator, BULLYING, &thursday).await;
    approves(&head, &proposal).await;
    let overview = shown(&administrator, "/admin/settings").await;
    assert!(
        overview.contains("Approved, and still to come") && overview.contains("Thu 19 Nov 2026"),
        "{overview}"
    );
    let leads = |school: &School| school.report(Cast::Teacher, &school.draft("CDT-CYBULLY")).told[0];
    // It is Tuesday at ten; one second before Thursday begins, and then that second.
    school.hands.forward(
        TimeDelta::hours(38) - TimeDelta::seconds(1) - (school.clock.now() - crate::school::tuesday_at_ten()),
    );
    assert_eq!(leads(&school), Desk::OnlineSafety);
    school.hands.forward(TimeDelta::seconds(1));
    assert_eq!(leads(&school), Desk::Dsl);
}

/// A decision takes a sign-in of just now; the page says so before anything is typed, and leads back.
#[apply(both_databases!)]
async fn a_decision_takes_a_fresh_sign_in(db: TestDb) {
    let school = School::open(db).await;
    let (administrator, head) = (school.sign_in(Cast::Administrator).await, school.sign_in(Cast::Head).await);
    let proposal = proposes(&administrator, BULLYING, &CHANGED).await;
    let open = head.get(&proposal).await;
    school.hands.forward(TimeDelta::minutes(11));
    let late = head.submit_from(&open, &proposal, &[("act", "approve")]).await;
    assert!(late.status == StatusCode::FORBIDDEN && late.body.contains("Sign in again to do this"));
    let page = shown(&head, &proposal).await;
    assert!(!page.contains("Approve this change") && !page.contains("why-not"));
    let back = proposal.replace('/', "%2F");
    assert!(page.contains(&format!("href=\"/signin?return_to={back}&#38;again=yes\"")), "{page}");
    let fresh = school.sign_in(Cast::Head).await;
    assert_eq!(approves(&fresh, &proposal).await.location, "/admin/proposals?approved");
    for (act, who) in [("propose_settings", Cast::Administrator), ("approve_settings", Cast::Head)] {
        let person = school.person(who);
        assert_eq!(
            school.db.count(&format!("audit_entries WHERE act = '{act}' AND actor_id = '{person}'")),
            1,
            "{act}"
        );
    }
}

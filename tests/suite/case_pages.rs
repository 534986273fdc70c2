//! A case over HTTP: its page, its acts, and what keeps two people from undoing each other.

use crate::{
    databases::{TestDb, both_databases},
    markup,
    page_forms::without_new_values,
    school::{Answer, Cast, School, SignedInBrowser},
};
use candour::domain::{
    concern::Draft,
    kernel::ids::Reference,
    people::subject::{SubjectKind, SubjectRole},
};
use macro_rules_attribute::apply;
use reqwest::StatusCode;

mod kept_apart;

/// A pupil saw something by accident: the online safety desk leads.
fn accident(school: &School) -> Reference {
    let mut draft = school.draft("CON-INAPP");
    draft.subjects =
        vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected)];
    school.report(Cast::Teacher, &draft).reference
}

/// A concern about an adult: the head leads.
fn about_an_adult(school: &School) -> Draft {
    let mut draft = school.draft("STF-COMM");
    draft.subjects = vec![
        school.about(school.person(Cast::OtherTeacher), SubjectKind::AdultHere, SubjectRole::Alleged),
        school.about(school.pupil("Kai Brook"), SubjectKind::Pupil, SubjectRole::Affected),
    ];
    draft
}

#[track_caller]
fn right(answer: &Answer, status: StatusCode) {
    assert_eq!(answer.status, status, "{}", words_of(&answer.body));
    assert_eq!(markup::faults(&answer.body), Vec::<String>::new());
}

#[track_caller]
fn done(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", words_of(&answer.body));
}

/// The words of a page's content, for a failure that can be read.
fn words_of(html: &str) -> String {
    let content = html.split_once("<main").map_or(html, |(_, rest)| rest);
    let texts = content.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text.trim());
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
}

async fn open(school: &School, cast: Cast) -> SignedInBrowser<'_> {
    school.sign_in(cast).await
}

/// The addresses below the case that a page leads to.
fn led_to(answer: &Answer, case: &str) -> Vec<String> {
    let hrefs = answer.body.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"'));
    let below = hrefs.map(|(href, _)| href.to_owned()).filter(|href| href.starts_with(&format!("{case}/")));
    let mut all: Vec<String> = below.collect();
    all.sort();
    all.dedup();
    all
}

const PROPOSAL: [(&str, &str); 6] = [
    ("outcome", "support"),
    ("actions", "We spoke with the class."),
    ("rationale", "It was an accident."),
    ("reporter_told", "That it was dealt with."),
    ("parents_told", "By telephone."),
    ("lessons", "A better filter."),
];

/// Accidental access: reported, acknowledged, triaged with a linked filtering case, worked on, closed.
#[apply(both_databases!)]
async fn a_case_goes_from_reported_to_closed(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let shown = olive.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(shown.body.contains("Do next: acknowledge the concern"));
    assert!(shown.body.contains("Something happened in period two."));
    assert!(shown.body.contains("hxxp://bad[.]example/x") && !shown.body.contains("http://bad.example"));
    assert!(!shown.body.split("</title>").next().unwrap().contains("Ellie"), "no name in a title");
    done(&olive.submit_from(&shown, &format!("{case}/acknowledge"), &[]).await);

    let triage = olive.get(&format!("{case}/triage")).await;
    right(&triage, StatusCode::OK);
    assert!(triage.body.contains("value=\"Room 12\""), "technical fields are filled in");
    let wrong = olive.submit_from(&triage, &format!("{case}/triage"), &[("category", "CON-INAPP")]).await;
    right(&wrong, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Choose how serious it is"));
    let owner = school.person(Cast::OnlineSafety).to_string();
    let answers = [
        ("category", "CON-INAPP"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("safe_now", "yes"),
        ("wishes", "To forget it."),
        ("aware-at", "keep"),
        ("filter", "yes"),
        ("filter-web", "bad.example"),
    ];
    done(&olive.submit_from(&triage, &format!("{case}/triage"), &answers).await);
    let shown = olive.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(shown.body.contains("A filtering case was opened from this one"));
    assert!(shown.body.contains("Waiting for the designated safeguarding lead"), "parents: the DSL answers");

    // It cannot end while a question waits; what was typed is kept.
    let early = olive.submit(&format!("{case}/propose"), &format!("{case}/propose"), &PROPOSAL).await;
    right(&early, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        early.body.contains("Wait until each question has been answered")
            && early.body.contains("We spoke with the class.")
    );
    let dinah = open(&school, Cast::Dsl).await;
    let answer = format!("{case}/answer/parents");
    right(&dinah.get(&answer).await, StatusCode::OK);
    done(&dinah.submit(&answer, &answer, &[("parents", "told")]).await);

    done(&olive.submit(&format!("{case}/propose"), &format!("{case}/propose"), &PROPOSAL).await);
    let shown = olive.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(shown.body.contains("Outcome to sign off") && shown.body.contains("A better filter."));
    let close = format!("{case}/close");
    done(&olive.submit(&close, &close, &[("retention", "minor_pupil")]).await);
    let shown = olive.get(&format!("{case}?done=close")).await;
    right(&shown, StatusCode::OK);
    assert!(!shown.body.contains("Do next"));
}

/// Triage of another category than was reported: a button shows its questions, and everything typed stays. Without
/// the button, saving names every question that is missing at once.
#[apply(both_databases!)]
async fn another_category_brings_its_own_questions_before_saving(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("SYS-PHISH")).reference;
    let to = format!("/cases/{reference}/triage");
    let ned = open(&school, Cast::Network).await;
    let first = ned.get(&to).await;
    right(&first, StatusCode::OK);
    assert!(first.body.contains("Show the questions for this category"));
    assert!(!first.body.contains("Did the filter let it through?"), "asked only where called for");
    let owner = school.person(Cast::Network).to_string();
    let typed = [
        ("category", "CON-INAPP"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("aware-at", "correct"),
        ("aware-reason", "A canary reason"),
    ];
    let with_again: Vec<_> = typed.into_iter().chain([("show-again", "yes")]).collect();
    let again = ned.submit_from(&first, &to, &with_again).await;
    right(&again, StatusCode::OK);
    assert!(again.body.contains("Did the filter let it through?") && again.body.contains("A canary reason"));
    assert!(!again.body.contains("error-summary"), "nothing is wrong yet");
    assert!(
        again.body.contains(&format!("value=\"{owner}\" selected"))
            && again.body.contains("value=\"high\" checked")
    );
    let fields = [
        ("category", "SYS-PHISH"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("aware-at", "keep"),
        ("ask", "personal_data"),
    ];
    let missing = ned.submit_from(&again, &to, &fields).await;
    right(&missing, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        missing.body.contains("href=\"#personal_data\"") && missing.body.contains("id=\"personal_data\"")
    );
    let answered: Vec<_> = fields.into_iter().chain([("personal_data", "no")]).collect();
    done(&ned.submit_from(&missing, &to, &answered).await);
}

/// A share has a last day if one is entered, and the page says until when.
#[apply(both_databases!)]
async fn a_share_may_have_a_last_day(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let share = format!("{case}/share");
    let who = school.person(Cast::OtherTeacher).to_string();
    let with = |day: &'static str, year: &'static str| {
        vec![
            ("person", who.as_str()),
            ("as", "reader"),
            ("reason", "To help."),
            ("until-day", day),
            ("until-month", "12"),
            ("until-year", year),
        ]
    };
    let over = olive.submit(&share, &share, &with("1", "2020")).await;
    right(&over, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        over.body.contains("href=\"#until\"") && over.body.contains("value=\"2020\""),
        "{}",
        words_of(&over.body)
    );
    done(&olive.submit_from(&over, &share, &with("1", "2099")).await);
    let shown = olive.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(
        shown.body.contains("Shared with until Wednesday 2 December 2099") || shown.body.contains("2099"),
        "{}",
        words_of(&shown.body)
    );
    let oliver = open(&school, Cast::OtherTeacher).await;
    right(&oliver.get(&case).await, StatusCode::OK);
}

/// Deciding not to tell the LADO: the page offers each person only what is theirs to decide.
#[apply(both_databases!)]
async fn only_whose_decision_it_is_may_leave_a_body_untold(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let to = format!("/cases/{reference}/decline");
    let olive = open(&school, Cast::OnlineSafety).await;
    let page = olive.get(&to).await;
    right(&page, StatusCode::OK);
    assert!(page.body.contains("value=\"ico\"") && !page.body.contains("value=\"lado\""));
    let forced = olive.submit_from(&page, &to, &[("body", "lado"), ("reason", "So.")]).await;
    right(&forced, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(forced.body.contains("Ask the DSL or the headteacher"));
    let dinah = open(&school, Cast::Dsl).await;
    done(&dinah.submit(&to, &to, &[("body", "lado"), ("reason", "So.")]).await);
}

/// A filtering case and the case it was opened from lead to each other, for readers who can open both.
#[apply(both_databases!)]
async fn linked_cases_are_links_to_those_who_can_open_both(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CNT-AI")).reference;
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let triage = olive.get(&format!("{case}/triage")).await;
    let owner = school.person(Cast::OnlineSafety).to_string();
    let answers = [
        ("category", "CNT-AI"),
        ("severity", "moderate"),
        ("owner", owner.as_str()),
        ("aware-at", "keep"),
        ("personal_data", "no"),
        ("filter", "yes"),
        ("filter-web", "bad.example"),
    ];
    done(&olive.submit_from(&triage, &format!("{case}/triage"), &answers).await);
    let shown = olive.get(&case).await;
    let linked = shown.body.split("href=\"").find(|part| part.contains("Linked case")).unwrap();
    let linked = linked.split('"').next().unwrap().to_owned();
    let other = olive.get(&linked).await;
    right(&other, StatusCode::OK);
    assert!(other.body.contains(&format!("Linked case {reference}")), "and back");
    // The teacher has a share of the first alone.
    let share = format!("{case}/share");
    let who = school.person(Cast::Teacher).to_string();
    done(&olive.submit(&share, &share, &[("person", &who), ("as", "reader"), ("reason", "To help.")]).await);
    let tessa = open(&school, Cast::Teacher).await;
    let seen = tessa.get(&case).await;
    right(&seen, StatusCode::OK);
    assert!(!seen.body.contains("Linked case") && !seen.body.contains("filtering case"));
}

/// Every page a case leads its lead desk to is there and well made; so is the list of who opened it.
#[apply(both_databases!)]
async fn every_page_a_case_leads_to_is_well_made(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &about_an_adult(&school)).reference;
    let case = format!("/cases/{reference}");
    let hattie = open(&school, Cast::Head).await;
    let note = format!("{case}/refer");
    let police = [("body", "police"), ("made_at-when", "now"), ("police-officer", "PC Lane")];
    done(&hattie.submit(&note, &note, &police).await);
    let shown = hattie.get(&case).await;
    right(&shown, StatusCode::OK);
    let pages = led_to(&shown, &case);
    for slug in [
        "opened",
        "triage",
        "note",
        "contact",
        "task",
        "refer",
        "decline",
        "call-999",
        "assign",
        "send",
        "share",
        "restrict",
        "step-aside",
        "lift-hold",
        "people",
        "no-case",
        "merge",
    ] {
        assert!(pages.contains(&format!("{case}/{slug}")), "{slug} is not among {pages:?}");
    }
    assert!(!pages.contains(&format!("{case}/brief")), "no brief where the network desk has no part");
    assert!(pages.iter().any(|page| page.contains("/referrals/")), "{pages:?}");
    assert!(pages.iter().any(|page| page.ends_with("/remove")), "{pages:?}");
    for page in &pages {
        right(&hattie.get(page).await, StatusCode::OK);
    }
    let opened = hattie.get(&format!("{case}/opened")).await;
    assert!(opened.body.contains(Cast::Head.name()));
    // Empty forms come back with their mistakes, and nothing else happens.
    let before = hattie.get(&case).await.body.matches("moj-timeline__item").count();
    // A 999 call and a ticked task need no words: recording never waits. Of a pupil nothing may be known.
    let asks = |page: &&String| {
        !["/opened", "/call-999"].iter().any(|end| page.ends_with(end))
            && !["/tasks/", "/pupils/"].iter().any(|part| page.contains(part))
    };
    for page in pages.iter().filter(asks) {
        let shown = hattie.get(page).await;
        right(&hattie.submit_from(&shown, page, &[]).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(hattie.get(&case).await.body.matches("moj-timeline__item").count(), before);
}

/// C2: the guard is checked on the server though the button was hidden.
#[apply(both_databases!)]
async fn c2_the_guard_stands_behind_a_hidden_button(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    // The head oversees the case: she reads it, and does not lead it.
    let hattie = open(&school, Cast::Head).await;
    let shown = hattie.get(&case).await;
    right(&shown, StatusCode::OK);
    assert!(!led_to(&shown, &case).contains(&format!("{case}/triage")), "no button");
    for act in ["acknowledge", "no-case", "assign", "merge", "send"] {
        let to = format!("{case}/{act}");
        let mine = school.person(Cast::Head).to_string();
        let fields =
            [("reason", "So."), ("owner", mine.as_str()), ("desk", "head"), ("target", reference.as_str())];
        let posted = hattie.submit_from(&shown, &to, &fields).await;
        assert!(
            matches!(posted.status, StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY),
            "{act}: {}",
            posted.status
        );
        assert_ne!(posted.status, StatusCode::SEE_OTHER, "{act}");
    }
    assert_eq!(hattie.get(&format!("{case}/opened")).await.status, StatusCode::FORBIDDEN);
    let olive = open(&school, Cast::OnlineSafety).await;
    assert!(olive.get(&case).await.body.contains("Do next: acknowledge the concern"), "nothing changed");
    // From the wrong status: 409, and the words are kept.
    let shown = olive.get(&case).await;
    let early = olive.submit_from(&shown, &format!("{case}/reopen"), &[("reason", "A canary reason")]).await;
    right(&early, StatusCode::CONFLICT);
    assert!(early.body.contains("A canary reason"));
}

/// C8: unknown, excluded and another school's: one answer.
#[apply(both_databases!)]
async fn c8_what_one_may_not_know_of_answers_like_nothing(db: TestDb) {
    let school = School::open(db).await;
    let hidden = school.report(Cast::Teacher, &about_an_adult(&school)).reference;
    let browser = open(&school, Cast::OtherTeacher).await;
    let blank = |answer: Answer| {
        let headers: Vec<_> = answer.headers.into_iter().filter(|(name, _)| name != "date").collect();
        let mut headers: Vec<String> = headers
            .iter()
            .map(
                |(name, value)| {
                    if name.contains("request-id") { name.clone() } else { format!("{name}: {value}") }
                },
            )
            .collect();
        // A map's order; each of these answers may have either.
        headers.sort();
        (answer.status, headers, without_new_values(&answer.body))
    };
    for below in ["", "/note", "/triage", "/opened"] {
        let excluded = blank(browser.get(&format!("/cases/{hidden}{below}")).await);
        let unknown = blank(browser.get(&format!("/cases/CAN-0000-0000{below}")).await);
        let nonsense = blank(browser.get(&format!("/cases/nothing{below}")).await);
        assert_eq!(excluded.0, StatusCode::NOT_FOUND);
        assert_eq!(excluded, unknown, "{below}");
        assert_eq!(unknown, nonsense, "{below}");
    }
    let settings = browser.get("/settings").await;
    for act in ["note", "acknowledge", "step-aside"] {
        let fields = [("note", "Words"), ("reason", "Words"), ("version", "1")];
        let excluded =
            blank(browser.submit_from(&settings, &format!("/cases/{hidden}/{act}"), &fields).await);
        let unknown =
            blank(browser.submit_from(&settings, &format!("/cases/CAN-0000-0000/{act}"), &fields).await);
        assert_eq!(excluded.0, StatusCode::NOT_FOUND, "{act}");
        assert_eq!(excluded, unknown, "{act}");
    }
}

/// C10: two people take the same case: one wins, and the other is told who.
#[apply(both_databases!)]
async fn c10_of_two_who_take_a_case_one_is_told_who(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CP-CONCERN")).reference;
    let case = format!("/cases/{reference}");
    let (dinah, dougal) = (open(&school, Cast::Dsl).await, open(&school, Cast::DeputyDsl).await);
    let (hers, his) = (dinah.get(&case).await, dougal.get(&case).await);
    let to = format!("{case}/acknowledge");
    done(&dinah.submit_from(&hers, &to, &[]).await);
    let second = dougal.submit_from(&his, &to, &[]).await;
    right(&second, StatusCode::CONFLICT);
    assert!(second.body.contains("“Acknowledged”, by Dinah Lead"), "{}", words_of(&second.body));
}

/// C11: a stale version: 409, the text kept, and sending it again works.
#[apply(both_databases!)]
async fn c11_a_stale_change_keeps_its_text(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let restrict = format!("{case}/people");
    let old = olive.get(&restrict).await;
    let assign = format!("{case}/assign");
    let owner = school.person(Cast::Teacher).to_string();
    done(&olive.submit(&assign, &assign, &[("owner", owner.as_str())]).await);
    let fields = [("who", "A canary visitor"), ("kind", "somebody_else"), ("role", "witness")];
    let stale = olive.submit_from(&old, &restrict, &fields).await;
    right(&stale, StatusCode::CONFLICT);
    assert!(stale.body.contains("A canary visitor"), "the text is kept");
    assert!(stale.body.contains("This case was changed"));
    done(&olive.submit_from(&stale, &restrict, &fields).await);
    assert!(olive.get(&case).await.body.contains("A canary visitor"));
}

/// C12: two tabs, a note each: both kept. A double click: one.
#[apply(both_databases!)]
async fn c12_two_tabs_and_a_double_click(db: TestDb) {
    let school = School::open(db).await;
    let reference = accident(&school);
    let case = format!("/cases/{reference}");
    let olive = open(&school, Cast::OnlineSafety).await;
    let to = format!("{case}/note");
    let (one, two) = (olive.get(&to).await, olive.get(&to).await);
    done(&olive.submit_from(&one, &to, &[("note", "From the first tab.")]).await);
    done(&olive.submit_from(&two, &to, &[("note", "From the second tab.")]).await);
    done(&olive.submit_from(&two, &to, &[("note", "From the second tab.")]).await);
    let body = olive.get(&case).await.body;
    assert_eq!(body.matches("From the first tab.").count(), 1);
    assert_eq!(body.matches("From the second tab.").count(), 1);
}

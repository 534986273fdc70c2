//! Drafts of a report: found again on any device by the one who wrote them, and by nobody else; nothing typed is lost
//! when a session ends or the sign-in provider is down.

mod in_a_browser;
mod two_pages;

use crate::{
    databases::{TestDb, both_databases},
    logs, markup,
    school::{Answer, Cast, School, SignedInBrowser, hidden},
};
use candour::{
    domain::kernel::ids::Reference,
    jobs::Job,
    service::concern::{drafts, report},
    store::{
        StoreError,
        people::staff,
        record::audit::{self, Verdict},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::StatusCode;

/// A word that stands in drafts of these tests and nowhere else.
pub const CANARY: &str = "quokkawords";
const TYPED: &str = "She showed me quokkawords \u{1f467} \u{5e2}\u{5d1}\r\nand <b>then";

/// What somebody typed before they were interrupted.
fn typed() -> Vec<(&'static str, &'static str)> {
    vec![
        ("category", "CON-HARM"),
        ("happened", TYPED),
        ("noticed", "now"),
        ("risk", "no"),
        ("adult", "no"),
        ("person-4", "Kai Brook"),
        ("person-4-kind", "pupil"),
        ("person-4-role", "affected"),
        ("place", "Room 4"),
    ]
}

fn key(page: &Answer) -> String {
    hidden(&page.body, "idempotency").unwrap()
}

/// A page that is there and has no fault.
async fn shown(browser: &SignedInBrowser<'_>, path: &str) -> Answer {
    let page = browser.get(path).await;
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert_eq!(markup::faults(&page.body), Vec::<String>::new(), "{path}");
    page
}

/// How many drafts somebody has.
fn count(school: &School, cast: Cast) -> usize {
    drafts::mine(&school.db, &school.op(cast)).unwrap().len()
}

fn reports(school: &School, cast: Cast) -> Vec<Reference> {
    let mine = report::mine(&school.db, &school.op(cast)).unwrap();
    mine.into_iter().map(|report| report.reference).collect()
}

/// Checks that a form holds everything that was typed.
fn holds_every_word(page: &Answer) {
    for kept in [
        "She showed me quokkawords \u{1f467} \u{5e2}\u{5d1}",
        "and &#60;b&#62;then",
        "value=\"Kai Brook\"",
        "value=\"Room 4\"",
        "value=\"CON-HARM\" checked",
    ] {
        assert!(page.body.contains(kept), "{kept}: {}", page.body);
    }
}

/// R5: what was typed on one device is there on another, and is sent from there; then it is gone everywhere.
#[apply(both_databases!)]
async fn r5_a_draft_is_opened_on_another_device(db: TestDb) {
    let school = School::open(db).await;
    let phone = school.sign_in(Cast::Teacher).await;
    let form = phone.get("/report").await;
    for words in ["only the beginning", TYPED] {
        let mut fields = typed();
        fields[1].1 = words;
        assert_eq!(phone.submit_from(&form, "/drafts", &fields).await.status, StatusCode::NO_CONTENT);
    }
    let laptop = school.sign_in(Cast::Teacher).await;
    let report = shown(&laptop, "/report").await;
    assert!(report.body.contains("You have a report you did not send"));
    assert!(!report.body.contains(CANARY));
    let list = shown(&laptop, "/drafts").await;
    assert!(list.body.contains("Self-harm") && list.body.contains("Tue 17 Nov 2026, 10:00"), "{}", list.body);
    assert!(!list.body.contains(CANARY) && !list.body.contains("Kai Brook"), "no words in a list");
    let draft = shown(&laptop, &format!("/report?draft={}", key(&form))).await;
    holds_every_word(&draft);
    let sent = laptop.submit_from(&draft, "/report", &typed()).await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", sent.body);
    // The page that is left on the telephone saves itself once more, and then is sent as well.
    let late = phone.submit_from(&form, "/drafts", &typed()).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    let again = phone.submit_from(&form, "/report", &typed()).await;
    assert_eq!(again.location, sent.location);
    assert_eq!((count(&school, Cast::Teacher), reports(&school, Cast::Teacher).len()), (0, 1));
    assert!(!phone.get("/report").await.body.contains("did not send"));
}

/// R5: "Save and finish later" is a button, and what it keeps survives signing out.
#[apply(both_databases!)]
async fn r5_a_draft_survives_sign_out(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let mut fields = typed();
    fields.push(("act", "later"));
    let saved = teacher.submit("/report", "/report", &fields).await;
    assert_eq!(saved.location, "/drafts?saved=yes", "{}", saved.body);
    assert!(shown(&teacher, &saved.location).await.body.contains("not on this device"));
    assert!(reports(&school, Cast::Teacher).is_empty(), "nothing was sent");
    assert!(teacher.submit("/settings", "/signout", &[]).await.body.contains("You have signed out"));
    let teacher = school.sign_in(Cast::Teacher).await;
    let waiting = &drafts::mine(&school.db, &school.op(Cast::Teacher)).unwrap()[0];
    holds_every_word(&shown(&teacher, &format!("/report?draft={}", waiting.key)).await);
    // A form with nothing in it is no draft, and emptying one deletes it.
    let empty =
        teacher.submit("/report", "/report", &[("act", "later"), ("rows", "3"), ("happened", " ")]).await;
    assert!(teacher.get(&empty.location).await.body.contains("not on this device"), "one is still there");
    let draft = teacher.get(&format!("/report?draft={}", waiting.key)).await;
    teacher.submit_from(&draft, "/drafts", &[("rows", "3")]).await;
    assert_eq!(count(&school, Cast::Teacher), 0);
}

/// R5: a report sent after the session ended waits for the person who opened the page; at a shared computer the next
/// person who signs in finds nothing of it.
#[apply(both_databases!)]
async fn r5_an_expired_session_loses_nothing_and_shows_nobody_else(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    school.hands.forward(TimeDelta::minutes(61));
    let refused = teacher.submit_from(&form, "/report", &typed()).await;
    assert_eq!(refused.status, StatusCode::ACCEPTED);
    assert_eq!(markup::faults(&refused.body), Vec::<String>::new());
    assert!(refused.body.contains("Not sent yet: sign in again") && !refused.body.contains(CANARY));
    let draft = format!("/report?draft={}", key(&form));
    let back = url::form_urlencoded::byte_serialize(draft.as_bytes()).collect::<String>();
    assert!(refused.body.contains(&format!("/signin?return_to={back}")), "{}", refused.body);
    assert!(reports(&school, Cast::Teacher).is_empty());
    for cast in [Cast::OtherTeacher, Cast::Dsl, Cast::Head, Cast::Administrator] {
        let next = school.sign_in(cast).await;
        assert_eq!(next.get(&draft).await.status, StatusCode::NOT_FOUND, "{cast:?}");
        assert!(!next.get("/report").await.body.contains("did not send"), "{cast:?}");
        // Even with the page still open in the browser: it is kept for the one who opened it.
        let pressed = next.submit_from(&form, "/report", &typed()).await;
        assert_eq!(
            (pressed.status, pressed.body.contains(CANARY)),
            (StatusCode::ACCEPTED, false),
            "{cast:?}"
        );
        assert_eq!((count(&school, cast), reports(&school, cast).len()), (0, 0), "{cast:?}");
    }
    let teacher = school.sign_in(Cast::Teacher).await;
    assert_eq!(count(&school, Cast::Teacher), 1);
    let restored = shown(&teacher, &draft).await;
    holds_every_word(&restored);
    let sent = teacher.submit_from(&restored, "/report", &typed()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert_eq!((count(&school, Cast::Teacher), reports(&school, Cast::Teacher).len()), (0, 1));
}

/// R5: signed in again in another tab: the old page's report opens as it was, to be sent once more. Its drafts are
/// saved all the while: with a live session, a session that is over, a hidden screen.
#[apply(both_databases!)]
async fn r5_a_page_older_than_its_sign_in_is_kept(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    teacher.submit("/settings", "/lock", &[]).await;
    let saved = teacher.submit_from(&form, "/drafts", &typed()).await;
    assert_eq!(saved.location, "/locked", "the screen stays hidden");
    assert_eq!(count(&school, Cast::Teacher), 1);
    school.hands.forward(TimeDelta::hours(13));
    let mut fields = typed();
    fields[1].1 = "later";
    assert_eq!(teacher.submit_from(&form, "/drafts", &fields).await.status, StatusCode::ACCEPTED);
    let newer = school.sign_in(Cast::Teacher).await;
    let pressed = newer.submit_from(&form, "/report", &typed()).await;
    assert_eq!(pressed.location, format!("/report?draft={}&again=yes", key(&form)));
    let restored = shown(&newer, &pressed.location).await;
    assert!(restored.body.contains("Not sent yet."));
    holds_every_word(&restored);
    assert_eq!((count(&school, Cast::Teacher), reports(&school, Cast::Teacher).len()), (1, 0));
}

/// R5, P6: a leaver keeps nothing here any more, and a page long over belongs to nobody.
#[apply(both_databases!)]
async fn r5_a_page_of_nobody_keeps_nothing(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let other = school.sign_in(Cast::OtherTeacher).await;
    let (form, others) = (teacher.get("/report").await, other.get("/report").await);
    let (id, person) = (school.school, school.person(Cast::Teacher));
    school.db.write(|tx| staff::leave(tx, id, person, school.clock.now())).unwrap();
    let refused = teacher.submit_from(&form, "/report", &typed()).await;
    assert_eq!((refused.status, refused.body.contains(CANARY)), (StatusCode::FORBIDDEN, false));
    school.hands.forward(TimeDelta::days(8));
    let refused = other.submit_from(&others, "/report", &typed()).await;
    assert_eq!((refused.status, refused.body.contains(CANARY)), (StatusCode::FORBIDDEN, false));
    assert_eq!(count(&school, Cast::OtherTeacher), 0);
}

/// R11: the provider is down. A person who is signed in goes on; a report being typed is kept, also if its session
/// ends meanwhile.
#[apply(both_databases!)]
async fn r11_the_provider_is_down_and_what_was_typed_is_kept(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let other = school.sign_in(Cast::OtherTeacher).await;
    let theirs = other.get("/report").await;
    school.servers[0].stop(false).await;
    let form = shown(&teacher, "/report").await;
    assert_eq!(teacher.submit_from(&form, "/drafts", &typed()).await.status, StatusCode::NO_CONTENT);
    let sent = teacher.submit_from(&form, "/report", &typed()).await;
    assert!(sent.location.starts_with("/report/sent/"), "{}", sent.body);
    school.hands.forward(TimeDelta::minutes(61));
    let kept = other.submit_from(&theirs, "/report", &typed()).await;
    assert_eq!(kept.status, StatusCode::ACCEPTED);
    let down = school.get_as_nobody("/signin/start?provider=0").await;
    assert_eq!(down.status, StatusCode::FORBIDDEN);
    assert!(down.body.contains("You could not be signed in"), "{}", down.body);
    assert_eq!(count(&school, Cast::OtherTeacher), 1, "it waits until the provider is back");
    let opened = drafts::open(&school.db, &school.op(Cast::OtherTeacher), &key(&theirs)).unwrap();
    assert!(opened.fields.contains(CANARY));
}

/// Any other form whose session is over is shown back to copy, kept nowhere, and only to where it came from.
#[apply(both_databases!)]
async fn a_form_about_a_case_is_shown_back_to_copy(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CON-HARM")).reference;
    let dsl = school.sign_in(Cast::Dsl).await;
    let address = format!("/cases/{reference}/note");
    let form = shown(&dsl, &address).await;
    school.hands.forward(TimeDelta::minutes(61));
    let words = [("words", "What quokkawords said </textarea><script>"), ("kind", "note")];
    let back = dsl.submit_from(&form, &address, &words).await;
    assert_eq!(back.status, StatusCode::FORBIDDEN);
    assert_eq!(markup::faults(&back.body), Vec::<String>::new());
    assert!(back.body.contains("Words:\nWhat quokkawords said &#60;/textarea&#62;"), "{}", back.body);
    assert!(!back.body.contains(&key(&form)) && !back.body.contains("<script>"), "no token, no markup");
    assert_eq!(count(&school, Cast::Dsl), 0, "nothing is kept");
    let nothing_typed = dsl.submit_from(&form, "/lock", &[]).await;
    assert!(nothing_typed.body.contains("This page was open for too long"), "{}", nothing_typed.body);
    for token in ["", "x", &"A".repeat(86)] {
        let stranger = dsl.post(&address, &[("csrf", token), words[0]]).await;
        assert_eq!((stranger.status, stranger.body.contains(CANARY)), (StatusCode::FORBIDDEN, false));
    }
}

/// P3: a draft is its owner's alone: no list, address, number or letter of anybody else knows of it, and no act is
/// recorded.
#[apply(both_databases!)]
async fn p3_nobody_else_sees_a_draft(db: TestDb) {
    let school = School::open(db).await;
    let entries = || {
        let verdict = school.db.read(|tx| {
            Ok::<_, StoreError>((
                audit::verify(tx, school.school, None)?,
                candour::store::record::outbox::late(tx, school.clock.now() + TimeDelta::days(60))?,
            ))
        });
        let (Verdict::Whole { entries, .. }, letters) = verdict.unwrap() else {
            panic!("the audit log is broken")
        };
        (entries, letters)
    };
    let mut before = Vec::new();
    const PAGES: [&str; 7] =
        ["/report", "/drafts", "/my-reports", "/queue", "/cases", "/statistics", "/health/ready"];
    let others: Vec<Cast> = Cast::ALL.into_iter().filter(|cast| *cast != Cast::Teacher).collect();
    for cast in &others {
        let browser = school.sign_in(*cast).await;
        for page in PAGES {
            before.push(without_tokens(&browser.get(page).await));
        }
    }
    let counted = entries();
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    assert_eq!(teacher.submit_from(&form, "/drafts", &typed()).await.status, StatusCode::NO_CONTENT);
    let mut before = before.into_iter();
    for cast in &others {
        let browser = school.sign_in(*cast).await;
        for page in PAGES {
            assert_eq!(Some(without_tokens(&browser.get(page).await)), before.next(), "{page} of {cast:?}");
        }
        let there = browser.get(&format!("/report?draft={}", key(&form))).await;
        let never = browser.get("/report?draft=never-was-one").await;
        assert_eq!((there.status, without_tokens(&there)), (StatusCode::NOT_FOUND, without_tokens(&never)));
        let delete = format!("/drafts/{}/delete", key(&form));
        assert_eq!(browser.submit("/settings", &delete, &[]).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(count(&school, Cast::Teacher), 1, "nobody else deletes it");
    assert_eq!(entries(), counted);
    // Nor are they the same person's in another school, nor saved under somebody else's page.
    let elsewhere = school.sign_in(Cast::Network).await;
    let page = elsewhere.get("/report").await;
    elsewhere.submit_from(&page, "/drafts", &typed()).await;
    let there = school.other_school.to_string();
    elsewhere.submit("/schools", "/schools", &[("school", &there)]).await;
    assert_eq!(elsewhere.get(&format!("/report?draft={}", key(&page))).await.status, StatusCode::NOT_FOUND);
}

/// A draft is erased by its owner, and by the job when nobody saved it for 7 days: not a day sooner.
#[apply(both_databases!)]
async fn r5_a_draft_goes_when_it_is_deleted_or_old(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let (one, other) = (teacher.get("/report").await, teacher.get("/report").await);
    for form in [&one, &other] {
        assert_eq!(teacher.submit_from(form, "/drafts", &typed()).await.status, StatusCode::NO_CONTENT);
    }
    assert!(shown(&teacher, "/report").await.body.contains("You have 2 reports you did not send"));
    let list = shown(&teacher, "/drafts").await;
    for _ in 0..2 {
        let deleted = teacher.submit_from(&list, &format!("/drafts/{}/delete", key(&one)), &[]).await;
        assert_eq!(deleted.location, "/drafts?deleted=yes", "deleting twice is deleting once");
    }
    assert_eq!(count(&school, Cast::Teacher), 1);
    school.hands.forward(TimeDelta::days(7) - TimeDelta::seconds(1));
    school.does(Job::ForgetDrafts).await;
    assert_eq!(count(&school, Cast::Teacher), 1);
    school.hands.forward(TimeDelta::seconds(1));
    assert_eq!(count(&school, Cast::Teacher), 0, "gone for its owner before the job comes round");
    school.does(Job::ForgetDrafts).await;
    school.does(Job::ForgetDrafts).await;
    school.hands.set(crate::school::tuesday_at_ten());
    assert_eq!(count(&school, Cast::Teacher), 0, "and erased");
}

/// A page that is left saves itself while it is being sent: whichever comes first, no draft stays behind.
#[apply(both_databases!)]
async fn a_draft_saved_while_its_report_is_sent_does_not_stay(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for _ in 0..8 {
        let form = teacher.get("/report").await;
        let fields = typed();
        let (sent, _, _) = tokio::join!(
            teacher.submit_from(&form, "/report", &fields),
            teacher.submit_from(&form, "/drafts", &fields),
            teacher.submit_from(&form, "/drafts", &fields),
        );
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    }
    assert_eq!((count(&school, Cast::Teacher), reports(&school, Cast::Teacher).len()), (0, 8));
}

/// Twenty drafts are enough; if there is no room, what was typed still comes back.
#[apply(both_databases!)]
async fn a_draft_too_many_is_not_lost(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    for _ in 0..20 {
        assert_eq!(teacher.submit("/report", "/drafts", &typed()).await.status, StatusCode::NO_CONTENT);
    }
    let form = teacher.get("/report").await;
    let full = teacher.submit_from(&form, "/drafts", &typed()).await;
    assert_eq!(full.status, StatusCode::INSUFFICIENT_STORAGE);
    let mut fields = typed();
    fields.push(("act", "later"));
    let again = teacher.submit_from(&form, "/report", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("You have 20 drafts already"));
    holds_every_word(&again);
    school.hands.forward(TimeDelta::minutes(61));
    let back = teacher.submit_from(&form, "/report", &typed()).await;
    assert_eq!(back.status, StatusCode::FORBIDDEN);
    assert!(back.body.contains("Happened:\nShe showed me quokkawords"));
    assert_eq!(count(&school, Cast::Teacher), 20);
}

/// What is kept, saved again, rescued, opened and deleted: nothing of it is in the log.
#[apply(both_databases!)]
async fn no_word_of_a_draft_is_logged(db: TestDb) {
    let lines = logs::lines();
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    teacher.submit_from(&form, "/drafts", &typed()).await;
    teacher.get(&format!("/report?draft={}", key(&form))).await;
    school.hands.forward(TimeDelta::minutes(61));
    teacher.submit_from(&form, "/report", &typed()).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    teacher.submit("/drafts", &format!("/drafts/{}/delete", key(&form)), &[]).await;
    assert!(logs::lines() > lines, "the log is listened to");
    logs::name_nobody();
}

/// A page without what differs each time it is drawn.
fn without_tokens(page: &Answer) -> String {
    let mut body = crate::page_forms::without_new_values(&page.body);
    for name in ["csrf", "idempotency", "page"] {
        while let Some(from) = body.find(&format!("name=\"{name}\" value=\"")) {
            let end = from + body[from..].find('>').unwrap();
            body.replace_range(from..end, "");
        }
    }
    body
}

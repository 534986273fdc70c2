//! What a page costs: statements, waits for the disk, and that a case one may not know of costs what an unknown one does.

use crate::{
    databases::{TestDb, both_databases},
    school::{Answer, Cast, School, SignedInBrowser},
    small_school::{SmallSchool, monday},
};
use candour::{
    domain::{
        kernel::ids::{Reference, SchoolId},
        people::subject::{SubjectKind, SubjectRole},
    },
    service::{Op, clock::Randomness, concern::report},
    store::{
        Viewer,
        entry::sessions,
        record::{
            access_log::{self, AccessKind, WaitingLooks},
            audit,
        },
    },
};
use macro_rules_attribute::apply;

/// The most a page may take, session and look included.
const MOST: u64 = 6;

/// How many look at once, and how often each.
const READERS: usize = 16;
const LOOKS: usize = 20;

/// Asks for a page, and says how many statements that took.
async fn counted(browser: &SignedInBrowser<'_>, path: &str) -> (Answer, u64) {
    let before = browser.school.db.db().statements();
    let answer = browser.get(path).await;
    (answer, browser.school.db.db().statements() - before)
}

/// A case with people in it, words, letters and a history.
#[apply(both_databases!)]
async fn a_page_takes_at_most_six_statements(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("CP-CONCERN");
    draft.subjects =
        vec![school.about(school.pupil("Ellie Marsh"), SubjectKind::Pupil, SubjectRole::Affected)];
    let reference = school.report(Cast::Teacher, &draft).reference;
    let another = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    let gathered = school.report(Cast::OtherTeacher, &school.draft("CP-CONCERN")).reference;
    let (dsl, teacher, head) = (
        school.sign_in(Cast::Dsl).await,
        school.sign_in(Cast::Teacher).await,
        school.sign_in(Cast::Head).await,
    );
    let acknowledged =
        dsl.submit(&format!("/cases/{reference}"), &format!("/cases/{reference}/acknowledge"), &[]).await;
    assert_eq!(acknowledged.status.as_u16(), 303);
    let merge = format!("/cases/{gathered}/merge");
    let merged = dsl.submit(&merge, &merge, &[("target", reference.as_str())]).await;
    assert_eq!(merged.status.as_u16(), 303, "{}", merged.body);
    let administrator = school.sign_in(Cast::Administrator).await;
    let numbers = [
        ("duty", "01632 960 100"),
        ("out-of-hours", "01632 960 002"),
        ("lado", "01632 960 003"),
        ("why", "A new telephone."),
        ("act", "propose"),
    ];
    let proposed = administrator.submit("/admin/contacts", "/admin/contacts", &numbers).await;
    assert_eq!(proposed.status.as_u16(), 303, "{}", proposed.body);
    let other = school.person(Cast::OtherTeacher).to_string();
    let duty = [("person", other.as_str()), ("what", "dsl-deputy"), ("why", "shared")];
    let to = "/admin/duties/propose";
    assert_eq!(administrator.submit(to, to, &duty).await.status.as_u16(), 303);
    let duties = head.get("/admin/duties").await;
    let proposal =
        duties.body.split("href=\"/admin/duties/proposals/").nth(1).unwrap().split('"').next().unwrap();
    let inspection = format!("/cases/{reference}/inspection");
    let inspects = school.person(Cast::Inspector).to_string();
    let selected = dsl.submit(&inspection, &inspection, &[("person", &inspects), ("reason", "So.")]).await;
    assert_eq!(selected.status.as_u16(), 303, "{}", selected.body);
    let inspector = school.sign_in(Cast::Inspector).await;
    assert_eq!(head.records("Dinah Lead", "Olive Online").await.status.as_u16(), 303);
    let tie = head.get("/admin/ties").await.body;
    let close = tie.split("href=\"/admin/ties/").nth(1).unwrap().split('"').next().unwrap();
    let close = format!("/admin/ties/{close}");
    let pages = [
        (&inspector, "/inspection".to_owned()),
        (&inspector, format!("/cases/{reference}")),
        (&head, format!("/admin/duties/proposals/{proposal}")),
        (&dsl, "/queue".to_owned()),
        (&dsl, "/queue?show=mine".to_owned()),
        (&dsl, "/cases".to_owned()),
        (&dsl, "/cases?show=ended".to_owned()),
        (&dsl, format!("/cases/{reference}")),
        (&dsl, format!("/cases/{another}")),
        (&dsl, format!("/cases/{reference}/opened")),
        (&dsl, format!("/cases/{reference}/note")),
        (&teacher, "/report?form=a-page-of-its-own".to_owned()),
        (&dsl, format!("/cases/{reference}/pupils/{}", school.pupil("Ellie Marsh"))),
        (&teacher, "/my-reports".to_owned()),
        (&teacher, format!("/my-reports/{reference}")),
        (&teacher, format!("/report/sent/{reference}")),
        (&head, "/statistics".to_owned()),
        (&head, "/statistics/summer-2026/approve".to_owned()),
        (&head, "/calendar".to_owned()),
        (&head, "/queue".to_owned()),
        (&head, "/admin/settings".to_owned()),
        (&head, "/admin/categories".to_owned()),
        (&head, "/admin/proposals".to_owned()),
        (&head, "/admin/ties".to_owned()),
        (&head, close),
        (&administrator, "/admin/people".to_owned()),
        (&administrator, "/admin/people/left".to_owned()),
        (&administrator, format!("/admin/people/{other}")),
        (&administrator, format!("/admin/people/{other}/leave")),
    ];
    for (browser, path) in pages {
        let (answer, statements) = counted(browser, &path).await;
        assert_eq!(answer.status.as_u16(), 200, "{path}");
        assert!(statements <= MOST, "{path} took {statements} statements");
    }
}

/// What was sent is one wait for the disk, however long ago the session was noted as in use.
#[apply(both_databases!)]
async fn a_reported_concern_is_one_commit(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let form = teacher.get("/report").await;
    school.hands.forward(chrono::TimeDelta::minutes(5));
    let before = school.db.db().commits();
    let fields = [
        ("category", "CP-CONCERN"),
        ("happened", "A pupil said something that worried me."),
        ("risk", "no"),
        ("adult", "no"),
        ("noticed", "now"),
    ];
    let sent = teacher.submit_from(&form, "/report", &fields).await;
    assert_eq!(sent.status.as_u16(), 303, "{}", sent.body);
    assert_eq!(school.db.db().commits() - before, 1);
    // The page it leads to notes that the session is in use.
    teacher.get(&sent.location).await;
    assert_eq!(school.db.db().commits() - before, 2);
}

/// Everybody who looks has their look kept when they are answered, and those who look at once share commits.
#[apply(both_databases!)]
fn looks_at_the_same_time_share_commits(db: TestDb) {
    let school = SmallSchool::new(&db);
    let viewer = school.signs_in("dsl", monday());
    let before = db.db().commits();
    let start = std::sync::Barrier::new(READERS);
    let looks = WaitingLooks::default();
    std::thread::scope(|threads| {
        for _ in 0..READERS {
            threads.spawn(|| {
                start.wait();
                for lines in 0..LOOKS {
                    let look =
                        access_log::look(&viewer, AccessKind::List { list: "queue", lines }, &mut Randomness);
                    looks.keep(db.db(), look).unwrap();
                }
            });
        }
    });
    let all = READERS * LOOKS;
    let commits = usize::try_from(db.db().commits() - before).unwrap();
    assert!(commits < all, "{commits} commits for {all} looks");
    let sealed = db.write(|tx| audit::seal_looks(tx, school.id, monday())).unwrap();
    assert_eq!(sealed, all);
}

/// C8: nothing in an answer, and nothing in what it costs, tells a case that is kept from somebody from one that
/// is not there.
#[apply(both_databases!)]
async fn c8_unknown_excluded_and_another_schools_case_are_answered_alike(db: TestDb) {
    let school = School::open(db).await;
    let mut draft = school.draft("STF-COMM");
    draft.subjects =
        vec![school.about(school.person(Cast::Dsl), SubjectKind::AdultHere, SubjectRole::Alleged)];
    let excluded = school.report(Cast::Teacher, &draft).reference;
    let elsewhere = elsewhere(&school);
    let unknown = Reference::draw(&mut Randomness);
    let dsl = school.sign_in(Cast::Dsl).await;
    let pupil = format!("/pupils/{}", school.pupil("Kai Brook"));
    for child in [
        "",
        "/opened",
        "/note",
        "/triage",
        "/close",
        "/people",
        "/assign",
        "/merge",
        "/people/x/remove",
        &pupil,
    ] {
        let asked = |reference: &Reference| format!("/cases/{reference}{child}");
        let (first, statements) = counted(&dsl, &asked(&unknown)).await;
        assert_eq!(first.status.as_u16(), 404, "{child}");
        for other in [&excluded, &elsewhere] {
            let (answer, same) = counted(&dsl, &asked(other)).await;
            assert_eq!(answer.status, first.status, "{child}");
            assert_eq!(same, statements, "{child} takes as many statements");
            assert_eq!(blanked(&answer), blanked(&first), "{child} answers alike");
        }
    }
}

/// A case of the other school, reported by a teacher of that school.
fn elsewhere(school: &School) -> Reference {
    let op = Op { viewer: at_the_other_school(school, school.other_school), ..school.op(Cast::Network) };
    let draft = school.draft("STF-COMM");
    report::lodge(&school.db, &op, &draft, &school.form(), &mut Randomness).unwrap().reference
}

fn at_the_other_school(school: &School, there: SchoolId) -> Viewer {
    let (now, random) = (school.clock.now(), &mut Randomness);
    let session = school.db.write(|tx| {
        let account = sessions::account_of_person(tx, school.school, school.person(Cast::Network))?;
        let place = sessions::places(tx, account)?.into_iter().find(|place| place.school == there).unwrap();
        let new = sessions::NewSession {
            token_hash: "elsewhere",
            account,
            place: &place,
            csrf: "elsewhere",
            provider: "test",
            context: Default::default(),
        };
        sessions::start(tx, &new, now, random)?;
        sessions::resume(tx, "elsewhere", now)
    });
    match session.unwrap() {
        sessions::Session::Live(viewer) => *viewer,
        sessions::Session::Hidden | sessions::Session::None => panic!("a fresh session is live"),
    }
}

/// An answer without what differs each time: the request's id, the token, the time of day.
fn blanked(answer: &Answer) -> (Vec<(String, String)>, String) {
    let differs = ["x-request-id", "date"];
    let headers = answer.headers.iter().filter(|(name, _)| !differs.contains(&name.as_str()));
    let id = answer.headers.iter().find(|(name, _)| name == "x-request-id").map_or("", |(_, id)| id.as_str());
    let body = if id.is_empty() { answer.body.clone() } else { answer.body.replace(id, "") };
    let token = crate::school::hidden(&body, "csrf");
    let body = token.map_or_else(|| body.clone(), |token| body.replace(&token, ""));
    let mut headers: Vec<_> = headers.cloned().collect();
    headers.sort();
    (headers, body)
}

//! What is left when Candour is killed, or a statement fails: both or neither, and nothing anybody was told is lost (C14).
//!
//! The program itself is started on a database of its own and killed under load, again and again.

use crate::{
    databases::{TestDb, both_databases},
    page_forms::words_of,
    school::{Cast, School, mailer},
    small_school::SmallSchool,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use candour::{
    demo::sink::Sink,
    domain::kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, Random, SchoolId},
    },
    jobs::{Job, Jobs},
    service::{
        Candour,
        clock::{Clock, Randomness},
    },
    store::{
        Db, DbUrl, Kind,
        db::installation,
        entry::sessions::{self, NewSession},
        people::staff,
        record::audit::{self, Verdict},
    },
};
use chrono::TimeDelta;
use macro_rules_attribute::apply;
use reqwest::{StatusCode, header};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use tokio::sync::mpsc;

/// How often the program is killed.
const KILLS: usize = 4;
/// People who report at the same time.
const REPORTERS: usize = 4;

/// The running program; killed however the test ends.
struct Server(Child);

impl Server {
    /// Starts it, and waits until it says where it is.
    fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
        command.args(["serve", "--config", "candour.toml"]).current_dir(folder);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.starts_with("Candour is at"), "{said:?}");
        Self(child)
    }

    /// SIGKILL: it can do nothing about it.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A configuration that names this database and this mail server.
fn configured(db: &TestDb, port: u16, mail: u16) -> tempfile::TempDir {
    let folder = crate::command_line::installation(mail, "http://127.0.0.1:9");
    let path = folder.path().join("candour.toml");
    let url = match db.url() {
        DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DbUrl::Postgres(url) => url.clone(),
    };
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replace("sqlite:candour.db", &url).replace("8080", &port.to_string());
    let text = text.replace("localhost", "127.0.0.1");
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    folder
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A session of somebody, as sign-in keeps it: the cookie's value.
fn session(db: &Db, school: SchoolId, person: PersonId, now: Instant) -> String {
    let random = &mut Randomness;
    let mut drawn = [0; 64];
    random.fill(&mut drawn);
    let [token, csrf] = [&drawn[..32], &drawn[32..]].map(|bytes| URL_SAFE_NO_PAD.encode(bytes));
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(&token));
    let account = AccountId::draw(now, random);
    db.write(|tx| {
        sessions::add_account(
            tx,
            account,
            ("https://login.example", &account.to_string()),
            "A teacher",
            now,
        )?;
        staff::bind(tx, school, account, person, now)?;
        let place = sessions::places(tx, account)?.remove(0);
        let new = NewSession {
            token_hash: &hash,
            account,
            place: &place,
            csrf: &csrf,
            provider: "test",
            context: Default::default(),
        };
        sessions::start(tx, &new, now, &mut Randomness)
    })
    .unwrap();
    token
}

fn browser() -> reqwest::Client {
    // The first to come chooses for the whole process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap()
}

/// What reporters were told: the words they wrote, by the receipt's address.
type Receipts = Arc<Mutex<BTreeMap<String, String>>>;

/// Reports, one concern after the other, until the server is gone.
async fn keep_reporting(
    site: String,
    cookie: String,
    next: Arc<AtomicUsize>,
    receipts: Receipts,
    taken: mpsc::UnboundedSender<()>,
) {
    let browser = browser();
    let cookie = format!("candour={cookie}");
    let Ok(page) =
        browser.get(format!("{site}/report?form=crash-page")).header(header::COOKIE, &cookie).send().await
    else {
        return;
    };
    let Ok(page) = page.text().await else { return };
    let token = crate::school::hidden(&page, "csrf").expect("signed in");
    loop {
        let n = next.fetch_add(1, Ordering::Relaxed);
        let (key, words) = (format!("crash-key-{n}"), format!("Report number {n}."));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("csrf", token.as_str()),
                ("idempotency", &key),
                ("category", "CNT-GROOM"),
                ("happened", &words),
                ("noticed", "now"),
                ("risk", "yes"),
                ("in-person", "not_yet"),
                ("adult", "no"),
            ])
            .finish();
        let request = browser.post(format!("{site}/report")).header(header::COOKIE, &cookie).body(body);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let Ok(answer) = request.send().await else { return };
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "a report is taken or the server is gone");
        let at = answer.headers()[header::LOCATION].to_str().unwrap().to_owned();
        receipts.lock().unwrap().insert(at, words);
        let _ = taken.send(());
    }
}

/// Whatever is there is there whole, and everything acknowledged is there.
fn is_whole(db: &TestDb, school: SchoolId, receipts: &BTreeMap<String, String>) {
    let verdict = db.read(|tx| audit::verify(tx, school, None)).unwrap();
    assert!(matches!(verdict, Verdict::Whole { .. }), "{verdict:?}");
    let cases = db.count("cases");
    assert!(cases >= i64::try_from(receipts.len()).unwrap(), "{cases} of {}", receipts.len());
    for (each, one) in [
        ("concerns", "concerns o WHERE o.case_id = cases.id"),
        ("texts", "texts o WHERE o.case_id = cases.id"),
        ("audit_entries", "audit_entries o WHERE o.case_id = cases.id AND o.act = 'submit'"),
        ("forms", "forms o WHERE o.answer = cases.reference"),
    ] {
        let without = format!("cases WHERE 1 <> (SELECT count(*) FROM {one})");
        assert_eq!(db.count(&without), 0, "cases without their {each}");
        assert_eq!(db.count(each), cases, "{each} without a case");
    }
    for (each, least) in [("case_grants", 2), ("outbox", 3)] {
        let without =
            format!("cases WHERE {least} > (SELECT count(*) FROM {each} o WHERE o.case_id = cases.id)");
        assert_eq!(db.count(&without), 0, "cases without their {each}");
    }
    for (receipt, words) in receipts {
        let reference = receipt.split('?').next().unwrap().rsplit('/').next().unwrap();
        let kept = format!(
            "cases JOIN texts ON texts.case_id = cases.id WHERE cases.reference = '{reference}' AND texts.words = '{words}'"
        );
        assert_eq!(db.count(&kept), 1, "{reference} was acknowledged, and is not there");
    }
}

/// The database as it would be found on a disk: the files as they are now, opened by nobody else.
fn as_found(db: &TestDb) -> Option<TestDb> {
    match db.url() {
        DbUrl::Sqlite(path) => Some(TestDb::sqlite_copy(path)),
        DbUrl::Postgres(_) => None,
    }
}

/// C14: killed at random moments under load and started again: every concern somebody had a receipt for is there,
/// nothing is half done, and every letter is sent at least once and marked once.
#[apply(both_databases!)]
async fn c14_killed_under_load_nothing_acknowledged_is_lost(db: TestDb) {
    let school = SmallSchool::new(&db);
    let now = Clock::System.now();
    db.write(|tx| installation::mark(tx, Kind::Live, now)).unwrap();
    let cookie = session(db.db(), school.id, school.person("teacher"), now);
    let sink = Sink::start(([127, 0, 0, 1], 0).into()).await.unwrap();
    let (receipts, next) = (Receipts::default(), Arc::new(AtomicUsize::new(0)));
    for _ in 0..KILLS {
        let port = free_port();
        let folder = configured(&db, port, sink.address().port());
        let server = Server::start(folder.path());
        let site = format!("http://127.0.0.1:{port}");
        let (taken, mut receipt) = mpsc::unbounded_channel();
        let reporters: Vec<_> = (0..REPORTERS)
            .map(|_| {
                let (next, receipts) = (Arc::clone(&next), Arc::clone(&receipts));
                let (site, cookie, taken) = (site.clone(), cookie.clone(), taken.clone());
                actix_web::rt::spawn(keep_reporting(site, cookie, next, receipts, taken))
            })
            .collect();
        drop(taken);
        // Some receipts in, at a moment that is nobody's choice, it is gone.
        let mut drawn = [0; 2];
        Randomness.fill(&mut drawn);
        let (some, spins) = (3 + drawn[0] % 10, drawn[1]);
        for _ in 0..some {
            receipt.recv().await.expect("reporters go on until the server is gone");
        }
        for _ in 0..spins {
            tokio::task::yield_now().await;
        }
        server.kill();
        for reporter in reporters {
            reporter.await.unwrap();
        }
        let receipts = receipts.lock().unwrap().clone();
        is_whole(as_found(&db).as_ref().unwrap_or(&db), school.id, &receipts);
    }

    // Started once more, the reporter finds every report; and the letters are delivered, the ones in flight too.
    let port = free_port();
    let folder = configured(&db, port, sink.address().port());
    let server = Server::start(folder.path());
    let mine = browser()
        .get(format!("http://127.0.0.1:{port}/my-reports"))
        .header(header::COOKIE, format!("candour={cookie}"));
    let mine = mine.send().await.unwrap().text().await.unwrap();
    for receipt in receipts.lock().unwrap().keys() {
        let reference = receipt.split('?').next().unwrap().rsplit('/').next().unwrap();
        assert!(mine.contains(reference), "{reference} is not among {}", words_of(&mine));
    }
    server.kill();
    let (clock, hands) = Clock::fixed(Clock::System.now());
    // What was being sent when the program died is taken again once its time is up.
    hands.forward(TimeDelta::minutes(10));
    let jobs = Jobs {
        candour: Candour::clone(&db),
        clock,
        mailer: mailer(&sink),
        public_url: "https://candour.school.example/".parse().unwrap(),
    };
    jobs.once(Job::DeliverMail).await.unwrap();
    assert_eq!(db.count("outbox WHERE sent_at IS NULL AND dropped_at IS NULL"), 0);
    assert_eq!(db.count("outbox WHERE sent_at IS NOT NULL AND dropped_at IS NOT NULL"), 0);
    let sent: BTreeSet<String> = sink.letters().iter().map(|letter| letter.message_id.clone()).collect();
    assert_eq!(i64::try_from(sent.len()).unwrap(), db.count("outbox WHERE sent_at IS NOT NULL"));
    is_whole(&db, school.id, &receipts.lock().unwrap().clone());
}

/// C14: whichever statement of a report fails, none of it is kept and the reporter is told to keep their words; sent
/// again from the same page it is taken, once.
#[apply(both_databases!)]
async fn c14_a_statement_that_fails_leaves_nothing_behind(db: TestDb) {
    let school = School::open(db).await;
    let teacher = school.sign_in(Cast::Teacher).await;
    let fields = [
        ("category", "CNT-GROOM"),
        ("happened", "It happened in the second lesson."),
        ("noticed", "now"),
        ("risk", "yes"),
        ("in-person", "not_yet"),
        ("adult", "yes"),
        ("which", "dsl"),
    ];
    for table in [
        "cases",
        "case_grants",
        "case_exclusions",
        "concerns",
        "texts",
        "audit_entries",
        "outbox",
        "forms",
        "audit_heads",
    ] {
        let form = teacher.get("/report").await;
        let before = school.db.counts();
        school.db.fail_writes(table);
        let failed = teacher.submit_from(&form, "/report", &fields).await;
        school.db.mend_writes(table);
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{table}");
        assert!(failed.body.contains("Nothing you sent was saved"), "{table}");
        assert_eq!(school.db.counts(), before, "{table} failed, and something else was kept");
        let taken = teacher.submit_from(&form, "/report", &fields).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{table}");
    }
    assert_eq!(school.db.count("cases"), 9);
    school.deliver().await;
}

/// C14: the same for a decision in a case that writes to every table an act can.
#[apply(both_databases!)]
async fn c14_a_decision_that_fails_half_way_was_never_made(db: TestDb) {
    let school = School::open(db).await;
    let reference = school.report(Cast::Teacher, &school.draft("CON-INAPP")).reference;
    school.deliver().await;
    let olive = school.sign_in(Cast::OnlineSafety).await;
    let owner = school.person(Cast::OtherTeacher).to_string();
    let to = format!("/cases/{reference}/triage");
    let triage = [
        ("category", "CON-INAPP"),
        ("severity", "high"),
        ("owner", owner.as_str()),
        ("filter", "yes"),
        ("filter-web", "a page"),
        ("aware-at", "keep"),
    ];
    let form = olive.get(&to).await;
    // The filter let it through: a second case is opened in the same act.
    for table in ["cases", "case_grants", "texts", "audit_entries", "outbox", "forms", "audit_heads"] {
        let before = school.db.counts();
        school.db.fail_writes(table);
        let failed = olive.submit_from(&form, &to, &triage).await;
        school.db.mend_writes(table);
        assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{table}");
        assert_eq!(school.db.counts(), before, "{table} failed, and something else was kept");
        assert_eq!(school.db.count("cases WHERE version = 1"), 1, "{table}");
    }
    assert_eq!(olive.submit_from(&form, &to, &triage).await.status, StatusCode::SEE_OTHER);
    assert_eq!(school.db.count("cases"), 2);
    school.deliver().await;
}

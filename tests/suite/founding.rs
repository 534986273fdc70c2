//! How an installation begins: `candour init`, `candour school add` and `candour school codes`, as they are typed, on
//! both databases.

use crate::{
    command_line::candour,
    databases::{TestDb, both_databases},
};
use candour::{
    domain::people::{Desk, Office, Seat},
    service::clock::{Clock, Randomness},
    store::{
        Db, DbUrl, Kind,
        db::installation,
        people::staff::{self, DutyKind},
        record::audit::{self, Verdict},
        school::schools::{self, School},
    },
};
use macro_rules_attribute::apply;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// Answers about a school.
pub const ANSWERS: &str = r#"
[school]
name = "Upton School"
short_name = "upton"
duty_phone = "01632 960 001"
lado_phone = "01632 960 003"
[administrator]
name = "Ada Ministrator"
email = "ada@upton.example"
[head]
name = "Hedda Head"
email = "hedda@upton.example"
[chair]
name = "Charlie Chair"
email = "charlie@governors.example"
"#;

/// The code that was printed for somebody.
pub fn code_of(printed: &str, name: &str) -> String {
    let line = printed.lines().find(|line| line.contains(name));
    let line = line.unwrap_or_else(|| panic!("no code for {name}: {printed}"));
    line.split_whitespace().last().unwrap().to_owned()
}

fn installation(db: &DbUrl) -> String {
    let url = match db {
        DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
        DbUrl::Postgres(url) => url.clone(),
    };
    format!(
        r#"
[server]
public_url = "https://candour.upton.example"
[database]
url = "{url}"
[mail]
host = "mail.upton.example"
from = "Candour <candour@upton.example>"
[sign_in]
bind = "entra"
tenant = "11111111-2222-3333-4444-555555555555"
client_id = "candour"
staff = "groups=staff"
"#
    )
}

/// A folder with answers for this database, and the client's secret in its place.
fn folder(db: &DbUrl) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("answers.toml"), installation(db) + ANSWERS).unwrap();
    secret(folder.path());
    folder
}

fn secret(folder: &Path) {
    fs::create_dir_all(folder.join("secrets")).unwrap();
    fs::write(folder.join("secrets/sign-in"), "canary-secret").unwrap();
    fs::set_permissions(folder.join("secrets/sign-in"), fs::Permissions::from_mode(0o600)).unwrap();
}

async fn init(folder: &Path) -> (i32, String) {
    candour(folder, &["init", "--answers", "answers.toml"]).await
}

async fn typed(folder: &Path, line: &str) -> (i32, String) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    candour(folder, &arguments).await
}

fn schools(db: &Db) -> Vec<School> {
    db.read(schools::all).unwrap()
}

#[apply(both_databases!)]
async fn init_writes_a_configuration_makes_a_school_and_prints_three_codes(db: TestDb) {
    let folder = folder(db.url());
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 0, "{printed}");
    let codes = ["Ada Ministrator", "Hedda Head", "Charlie Chair"].map(|name| code_of(&printed, name));
    assert!(codes.iter().all(|code| code.len() == 15 && code.split('-').count() == 4), "{printed}");
    assert!(printed.contains("there is no external contact at present"), "{printed}");
    assert!(!printed.contains("canary"), "{printed}");

    let config = fs::read_to_string(folder.path().join("candour.toml")).unwrap();
    assert!(config.contains(
        "issuer = \"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0\""
    ));
    assert!(config.contains("issued_within = 360") && config.contains("# What marks staff"), "{config}");
    let (code, checked) = typed(folder.path(), "check-config --config candour.toml").await;
    assert_eq!((code, checked.as_str()), (0, "candour.toml: ok\n"));

    assert_eq!(db.read(installation::find).unwrap(), Some(Kind::Live));
    let [school] = &schools(db.db())[..] else { panic!("one school") };
    assert_eq!((school.slug.as_str(), school.name.as_str()), ("upton", "Upton School"));
    let now = Clock::System.now();
    let held = |what| db.read(|tx| staff::entrusted_with(tx, school.id, what, now)).unwrap();
    let names = |what| held(what).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
    assert_eq!(names(DutyKind::Seat(Desk::Head, Seat::Holder)), ["Hedda Head"]);
    assert_eq!(names(DutyKind::Seat(Desk::Chair, Seat::Holder)), ["Charlie Chair"]);
    assert_eq!(names(DutyKind::Office(Office::Administrator)), ["Ada Ministrator"]);
    assert_eq!(names(DutyKind::Office(Office::Governor)), ["Charlie Chair"]);
    assert!(matches!(db.read(|tx| audit::verify(tx, school.id, None)).unwrap(), Verdict::Whole { .. }));

    // Again: nothing is written over, and nothing is made twice.
    fs::write(folder.path().join("candour.toml"), config.clone() + "# mine\n").unwrap();
    let (code, again) = init(folder.path()).await;
    assert!(
        code == 0 && again.contains("School: upton is there already. Nothing is left to set up"),
        "{again}"
    );
    for printed in [&printed, &again] {
        assert!(printed.contains("candour serve --config candour.toml starts it"), "{printed}");
    }
    let other = installation(db.url()) + ANSWERS.replace("\"upton\"", "\"downton\"").as_str();
    fs::write(folder.path().join("answers.toml"), other).unwrap();
    let (code, other) = init(folder.path()).await;
    assert!(code == 1 && other.contains("there is a school here already: upton"), "{other}");
    assert_eq!(fs::read_to_string(folder.path().join("candour.toml")).unwrap(), config + "# mine\n");
    assert_eq!(schools(db.db()).len(), 1);
}

#[apply(both_databases!)]
async fn init_waits_for_its_secret_and_goes_on_from_there(db: TestDb) {
    let folder = folder(db.url());
    fs::remove_dir_all(folder.path().join("secrets")).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("sign_in.client_secret_file") && printed.contains("run candour init again"),
        "{printed}"
    );
    assert!(folder.path().join("candour.toml").is_file() && schools(db.db()).is_empty());
    secret(folder.path());
    let (code, printed) = init(folder.path()).await;
    assert!(code == 0 && printed.contains("candour.toml exists and was left as it is"), "{printed}");
    assert_eq!(schools(db.db()).len(), 1);
}

#[apply(both_databases!)]
async fn init_makes_a_whole_school_or_nothing_of_it(db: TestDb) {
    let folder = folder(db.url());
    // The last statement of the school fails, as if the program had been killed before it.
    db.run_sql("DROP TABLE binding_codes");
    let (code, printed) = init(folder.path()).await;
    assert!(code == 1 && !printed.contains("Hand each of these"), "{printed}");
    assert!(schools(db.db()).is_empty(), "{printed}");
}

#[apply(both_databases!)]
async fn init_and_school_add_refuse_the_demonstrations_database(db: TestDb) {
    let folder = folder(db.url());
    db.write(|tx| installation::mark(tx, Kind::Demo, Clock::System.now())).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert!(code == 1 && printed.contains("this is the demonstration's database"), "{printed}");
    fs::write(folder.path().join("school.toml"), ANSWERS).unwrap();
    let (code, printed) = typed(folder.path(), "school add --answers school.toml").await;
    assert!(code == 1 && printed.contains("this is the demonstration's database"), "{printed}");
    assert!(schools(db.db()).is_empty());
}

#[apply(both_databases!)]
async fn a_school_is_added_once_and_codes_are_made_anew_only_while_nobody_is_in(db: TestDb) {
    let folder = folder(db.url());
    let (code, first) = init(folder.path()).await;
    assert_eq!(code, 0, "{first}");
    let second = ANSWERS.replace("Upton School", "Downton Primary").replace("\"upton\"", "\"downton\"");
    fs::write(folder.path().join("school.toml"), second).unwrap();
    let (code, printed) = typed(folder.path(), "school add --answers school.toml").await;
    assert_eq!(code, 0, "{printed}");
    let (code, again) = typed(folder.path(), "school add --answers school.toml").await;
    assert!(code == 1 && again.contains("there is a school called downton already"), "{again}");
    assert_eq!(schools(db.db()).len(), 2);

    let (code, anew) = typed(folder.path(), "school codes --school downton").await;
    assert_eq!(code, 0, "{anew}");
    assert_ne!(code_of(&anew, "Hedda Head"), code_of(&printed, "Hedda Head"));
    let (code, printed) = typed(folder.path(), "school codes --school nowhere").await;
    assert!(code == 1 && printed.contains("no school is called nowhere here"), "{printed}");

    // Somebody comes in: from then on codes are made on a page.
    let now = Clock::System.now();
    let downton = schools(db.db()).into_iter().find(|school| school.slug == "downton").unwrap();
    db.write(|tx| {
        let head =
            staff::entrusted_with(tx, downton.id, DutyKind::Seat(Desk::Head, Seat::Holder), now)?.remove(0);
        let account = candour::store::entry::account_linking::account(
            tx,
            ("https://a.example", "1"),
            "Hedda",
            now,
            &mut Randomness,
        )?;
        staff::bind(tx, downton.id, account, head.0, now)
    })
    .unwrap();
    let (code, printed) = typed(folder.path(), "school codes --school downton").await;
    assert!(code == 1 && printed.contains("a person has signed in at downton already"), "{printed}");
    assert!(printed.contains("under Access requests,"), "by the name the page has: {printed}");

    // Head and chair who are locked out are helped on the server; it is told to both, and kept.
    let told = || db.count("outbox WHERE kind = 'server_codes'");
    let before = told();
    let (code, printed) = typed(folder.path(), "school codes --school downton --recover").await;
    assert!(code == 0 && printed.contains("are told by e-mail"), "{printed}");
    assert_eq!(code_of(&printed, "Hedda Head").len(), 15, "{printed}");
    assert_eq!(code_of(&printed, "Charlie Chair").len(), 15, "{printed}");
    assert!(!printed.contains("Ada Ministrator"), "the head makes that one: {printed}");
    assert_eq!(told(), before + 2);
    assert_eq!(db.count("audit_entries WHERE act = 'made_recovery_code'"), 2);
    let (code, printed) = typed(folder.path(), "sessions end-all").await;
    assert!(code == 0 && printed.contains("Sessions ended: 0."), "{printed}");
}

#[tokio::test]
async fn what_cannot_be_used_of_the_answers_is_said_line_by_line_and_nothing_is_made() {
    let (url, folder) = TestDb::empty_sqlite();
    let wrong = (installation(&url) + ANSWERS)
        .replace("short_name = \"upton\"", "short_name = \"Upton!\"")
        .replace("email = \"ada@upton.example\"", "email = \"ada\"\nage = 7")
        .replace("lado_phone = \"01632 960 003\"", "");
    fs::write(folder.path().join("answers.toml"), &wrong).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!((code, printed.as_str()), (2, "answers.toml: administrator.age: is not asked\n"));
    fs::write(folder.path().join("answers.toml"), wrong.replace("age = 7", "")).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 2);
    for said in [
        "school.short_name: expected small letters",
        "school.lado_phone: is missing",
        "administrator.email: expected",
    ] {
        assert!(printed.contains(said), "{said}: {printed}");
    }
    // The head twice: a rule of three people, not of spelling. What would be written has to be usable, and is named by the
    // key of the answers: the file it would stand in was never written.
    let whole = installation(&url) + ANSWERS;
    for (from, to, said) in [
        (
            "Charlie Chair",
            "hedda  HEAD",
            "chair.name: this is the headteacher already, and it takes three people",
        ),
        ("charlie@governors", "Ada@upton", "chair.email: this is the administrator already"),
        (
            "host = \"mail",
            "security = \"none\"\nhost = \"mail",
            "mail.security: \"none\" is only for a mail server",
        ),
        ("\"mail.upton.example\"", "\"mail host\"", "mail.host: expected the name of the mail server"),
        ("\"https://candour", "\"http://candour", "server.public_url: must start https://"),
        ("\"11111111-", "\"x-", "sign_in.tenant: expected the tenant's id"),
        ("\"11111111-2222-3333-4444-555555555555\"", "\"common\"", "sign_in.tenant: is every tenant at once"),
        ("[database]", "listen = \"0.0.0.0:80\"\n[database]", "server.trusted_proxies: is missing"),
    ] {
        assert!(whole.contains(from), "{from}");
        fs::write(folder.path().join("answers.toml"), whole.replace(from, to)).unwrap();
        let (code, printed) = init(folder.path()).await;
        assert!(code == 2 && printed.starts_with(&format!("answers.toml: {said}")), "{said}: {printed}");
        assert!(!printed.contains("candour.toml"), "{printed}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the answers is there");
}

#[tokio::test]
async fn answers_wrong_in_both_halves_are_all_named_at_once() {
    let (url, folder) = TestDb::empty_sqlite();
    let wrong = (installation(&url) + ANSWERS)
        .replace("\"mail.upton.example\"", "\"mail host\"")
        .replace("\"upton\"", "\"Upton School\"");
    fs::write(folder.path().join("answers.toml"), wrong).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 2, "{printed}");
    for said in
        ["mail.host: expected the name of the mail server", "school.short_name: expected small letters"]
    {
        assert!(printed.contains(said), "{said}: {printed}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_put_right_where_it_says() {
    let (url, folder) = TestDb::empty_sqlite();
    let nowhere = DbUrl::Sqlite(folder.path().join("nowhere/candour.sqlite3"));
    fs::write(folder.path().join("answers.toml"), installation(&nowhere) + ANSWERS).unwrap();
    secret(folder.path());
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("`url` under [database] in candour.toml, then run candour init again"),
        "{printed}"
    );
    // Other answers do not change a configuration that is there, and that is said.
    fs::write(folder.path().join("answers.toml"), installation(&url) + ANSWERS).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 1, "{printed}");
    assert!(
        printed.contains("What it says counts; only the answers about the school are read now."),
        "{printed}"
    );
    let config = folder.path().join("candour.toml");
    let right = fs::read_to_string(&config).unwrap().replace("nowhere/", "");
    fs::write(&config, right).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert!(code == 0 && printed.contains("Hedda Head"), "{printed}");
}

/// What somebody types, and how the command ends.
async fn answered(folder: &Path, line: &str, input: String) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
    command.args(line.split_whitespace()).current_dir(folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    });
    let ran = ran.await.unwrap();
    (ran.status.code().unwrap(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

#[tokio::test]
async fn a_person_is_asked_again_until_an_answer_can_be_used_and_may_stop_anywhere() {
    let (_, folder) = TestDb::empty_sqlite();
    secret(folder.path());
    let installation = "candour.upton.example\nhttp://candour.upton.example\nhttps://candour.upton.example\nlocalhost\n\n\
                        mysql://db/candour\n\nmail host example\nmail.upton.example\n\nnone\n\n\nCandour\n\
                        Candour <candour@upton.example>\n\nGoogle\n@upton.example\nupton.example\ncandour\n\n\n";
    let (code, printed) = answered(folder.path(), "init", installation.to_owned()).await;
    assert_eq!(code, 2, "{printed}");
    for refused in [
        "expected an address that starts https://",
        "must start https:// because it is not an address of this machine alone",
        "expected an address and port such as 127.0.0.1:8080",
        "expected \"sqlite:PATH\" or \"postgres://USER@HOST/NAME\"",
        "expected the name of the mail server",
        "\"none\" is only for a mail server on this machine",
        "expected a mailbox such as",
        "expected the school's Google Workspace domain",
    ] {
        assert!(printed.contains(&format!("That cannot be used: {refused}")), "{refused}: {printed}");
    }
    assert!(printed.contains("The answers ended before the questions did."), "{printed}");
    let config = fs::read_to_string(folder.path().join("candour.toml")).unwrap();
    assert!(config.contains("staff = \"email_domain=upton.example\""), "{config}");
    assert!(config.contains("fresh_sign_in = \"round_trip\""), "{config}");

    let school = "Upton School\nupton\n\n\n07:00\n\n01632 960 001\n\n01632 960 003\nAda Ministrator\nada@upton.example\n\
                  Hedda Head\nADA@upton.example\nhedda@upton.example\nada ministrator\nCharlie Chair\ncharlie\n\
                  charlie@upton.example\n";
    let (code, printed) = answered(folder.path(), "init", school.to_owned()).await;
    assert_eq!(code, 0, "{printed}");
    for refused in [
        "the school closes before it opens",
        "this is the administrator already",
        "expected an address such as",
    ] {
        assert!(printed.contains(&format!("That cannot be used: {refused}")), "{refused}: {printed}");
    }
    assert_eq!(code_of(&printed, "Charlie Chair").len(), 15, "{printed}");
    let db = Db::open(&DbUrl::Sqlite(folder.path().join("candour.sqlite3")), 1).unwrap();
    assert_eq!(schools(&db).len(), 1);
}

/// Answers for a provider of which nothing is known beforehand, whose groups mark staff and pupils.
const BY_CLAIM: &str = r#"bind = "claim"
issuer = "https://login.upton.example"
bind_claim = "employee_number"
pupils = "groups=pupils""#;

#[tokio::test]
async fn a_marking_claim_is_asked_for_and_where_it_is_sent_is_written() {
    let (url, folder) = TestDb::empty_sqlite();
    secret(folder.path());
    let answers = (installation(&url) + ANSWERS)
        .replace("bind = \"entra\"\ntenant = \"11111111-2222-3333-4444-555555555555\"", BY_CLAIM);
    fs::write(folder.path().join("answers.toml"), &answers).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert_eq!(code, 0, "{printed}");
    let path = folder.path().join("candour.toml");
    let config = fs::read_to_string(&path).unwrap();
    assert!(config.contains("scopes = [\"openid\", \"profile\", \"email\", \"groups\"]"), "{config}");
    assert!(config.contains("claims_from = \"id_token\""), "{config}");
    fs::remove_file(&path).unwrap();
    let more = "pupils = \"groups=pupils\"\nscopes = \"openid member\"\nclaims_from = \"userinfo\"";
    fs::write(folder.path().join("answers.toml"), answers.replace("pupils = \"groups=pupils\"", more))
        .unwrap();
    init(folder.path()).await;
    let config = fs::read_to_string(&path).unwrap();
    assert!(config.contains("scopes = [\"openid\", \"member\"]"), "{config}");
    assert!(config.contains("claims_from = \"userinfo\""), "{config}");
}

#[tokio::test]
async fn the_example_of_answers_makes_a_school() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/init-answers.example.toml");
    fs::copy(example, folder.path().join("answers.toml")).unwrap();
    secret(folder.path());
    fs::copy(folder.path().join("secrets/sign-in"), folder.path().join("secrets/mail")).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert!(code == 0 && printed.contains("School: Upton School (upton) is there."), "{printed}");
    assert!(!printed.contains("canary"), "{printed}");
}

#[tokio::test]
async fn nothing_is_written_beside_a_server_on_the_same_file() {
    let (url, folder) = TestDb::empty_sqlite();
    fs::write(folder.path().join("answers.toml"), installation(&url) + ANSWERS).unwrap();
    secret(folder.path());
    let served = Db::serve_lock(&url).unwrap();
    let (code, printed) = init(folder.path()).await;
    assert!(code == 1 && printed.contains("another candour process is using this database"), "{printed}");
    drop(served);
    assert_eq!(init(folder.path()).await.0, 0);
}

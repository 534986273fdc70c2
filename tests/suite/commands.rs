//! The commands that look after an installation, as they are typed: migrate, routes, audit log, doctor.

use crate::{
    command_line::{candour, installation},
    databases::TestDb,
    small_school::{About, SmallSchool, long_ago, monday},
};
use candour::store::{Db, DbUrl, Kind, db::installation as kind};
use std::{
    fs,
    io::pipe,
    path::Path,
    process::{Command, Stdio},
};
use tempfile::TempDir;

/// A folder whose configuration names this database.
pub fn configured(db: &TestDb) -> TempDir {
    let folder = installation(25, "https://login.school.example");
    let DbUrl::Sqlite(path) = db.url() else { panic!("a file") };
    let config = folder.path().join("candour.toml");
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("sqlite:candour.db", &format!("sqlite:{}", path.display()))).unwrap();
    folder
}

async fn typed(folder: &Path, line: &str) -> (i32, String) {
    let arguments: Vec<&str> = line.split_whitespace().collect();
    candour(folder, &arguments).await
}

pub fn mark(db: &Db, what: Kind) {
    db.write(|tx| kind::mark(tx, what, monday())).unwrap();
}

#[tokio::test]
async fn migrate_makes_a_schools_database_and_runs_again_without_harm() {
    let folder = installation(25, "https://login.school.example");
    let (code, printed) = typed(folder.path(), "migrate --config candour.toml").await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("ran 2026-11-30-000001_first_release\n"), "{printed}");
    let url = DbUrl::Sqlite(folder.path().join("candour.db"));
    assert_eq!(Db::open(&url, 1).unwrap().read(kind::find).unwrap(), Some(Kind::Live));
    let (code, printed) = typed(folder.path(), "migrate --config candour.toml").await;
    assert_eq!((code, printed.lines().count()), (0, 1), "{printed}");
    assert!(printed.ends_with(": every migration has run\n"), "{printed}");
}

#[tokio::test]
async fn migrate_refuses_the_demonstrations_database_and_one_being_served() {
    let db = TestDb::sqlite();
    let folder = configured(&db);
    let served = Db::serve_lock(db.url()).unwrap();
    let (code, printed) = typed(folder.path(), "migrate --config candour.toml").await;
    assert_eq!(code, 1);
    assert!(printed.contains("another candour process is using this database"), "{printed}");
    drop(served);
    mark(db.db(), Kind::Demo);
    let (code, printed) = typed(folder.path(), "migrate --config candour.toml").await;
    assert_eq!(code, 1);
    assert!(printed.starts_with("this is the demonstration's database"), "{printed}");
}

#[tokio::test]
async fn audit_verify_prints_the_hash_and_names_the_first_broken_entry() {
    let db = TestDb::sqlite();
    let school = SmallSchool::new(&db);
    for _ in 0..3 {
        school.reports("teacher", &About::category("CP-CONCERN"), monday());
    }
    let folder = configured(&db);
    let hash = db.read(|tx| candour::store::record::audit::head(tx, school.id)).unwrap().1;
    let (code, printed) = typed(folder.path(), "audit verify --config candour.toml").await;
    assert_eq!((code, printed), (0, format!("meadow: whole; its hash is {hash}\n")));

    let known =
        format!("audit verify --config candour.toml --school meadow --against {}", hash.to_uppercase());
    let (code, printed) = typed(folder.path(), &known).await;
    assert!(code == 0 && printed.contains("the hash given is in it"), "{printed}");
    let other = format!("audit verify --config candour.toml --against {}", "0".repeat(64));
    let (code, printed) = typed(folder.path(), &other).await;
    assert!(code == 1 && printed.contains("is in no audit log here"), "{printed}");
    let (code, _) = typed(folder.path(), "audit verify --config candour.toml --against 12").await;
    assert_eq!(code, 1);
    let (code, printed) = typed(folder.path(), "audit verify --config candour.toml --school nowhere").await;
    assert!(code == 1 && printed.contains("the schools are: meadow"), "{printed}");

    db.run_sql("DELETE FROM audit_entries WHERE seq = 2");
    let (code, printed) = typed(folder.path(), "audit verify --config candour.toml").await;
    assert_eq!(
        (code, printed.as_str()),
        (1, "meadow: BROKEN at entry 2: an entry is missing\naudit logs broken: 1\n")
    );
}

#[tokio::test]
async fn routes_shows_who_would_get_what_if_somebody_were_the_subject() {
    let db = TestDb::sqlite();
    let school = SmallSchool::new(&db);
    let folder = configured(&db);
    let (code, printed) = typed(folder.path(), "routes --config candour.toml").await;
    assert_eq!(code, 0, "{printed}");
    assert!(printed.starts_with("Meadow School: who gets a concern\n"), "{printed}");
    assert!(printed.contains("CP-CONCERN") && printed.contains("dsl Canary"), "{printed}");
    for subject in ["dsl canary", &school.person("dsl").to_string()] {
        let arguments = ["routes", "--config", "candour.toml", "--school", "meadow", "--if-subject", subject];
        let (code, printed) = candour(folder.path(), &arguments).await;
        assert_eq!(code, 0, "{printed}");
        let (heading, table) = printed.split_once('\n').unwrap();
        assert!(heading.contains("if dsl Canary were alleged to have done it"), "{heading}");
        assert!(!table.contains("dsl Canary") && !table.contains("deputy Canary"), "{table}");
    }
    let (code, printed) = typed(folder.path(), "routes --config candour.toml --if-subject nobody").await;
    assert_eq!((code, printed.as_str()), (1, "no one here is called \"nobody\"\n"));
}

#[tokio::test]
async fn looking_changes_nothing_and_needs_to_be_told_where() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    mark(db.db(), Kind::Demo);
    let folder = configured(&db);
    let served = Db::serve_lock(db.url()).unwrap();
    for command in ["routes", "audit verify"] {
        let (code, printed) = typed(folder.path(), &format!("{command} --config candour.toml")).await;
        assert_eq!(code, 0, "{printed}");
        let (code, _) = typed(folder.path(), command).await;
        assert_eq!(code, 2, "{command} says neither --config nor --demo");
        let (code, _) = typed(folder.path(), &format!("{command} --demo")).await;
        assert_eq!(code, 1, "there is no demonstration in this folder");
    }
    drop(served);
    assert!(!folder.path().join("var").exists());
}

#[tokio::test]
async fn the_doctor_tells_of_vacancies_and_of_one_person_at_two_ends() {
    let db = TestDb::sqlite();
    let school = SmallSchool::new(&db);
    let later = long_ago() + chrono::TimeDelta::days(1);
    school.stands_down("network", later);
    school.stands_down("external", later);
    let folder = configured(&db);
    let (_, printed) = typed(folder.path(), "doctor --config candour.toml").await;
    assert!(
        printed.contains("warning  people: meadow: there is no network manager at present. To do: "),
        "{printed}"
    );
    assert!(
        printed.contains(
            "FAULT    people: meadow: there is no external contact at present. To do: an administrator \
             proposes a person on the page Roles, the chair of governors confirms\n"
        ),
        "{printed}"
    );
    assert!(
        printed.contains(
            "warning  people: meadow: the designated safeguarding lead (DSL) is named, but has not entered a \
             code yet: no one can open what reaches this role. To do: the headteacher makes a code"
        ),
        "{printed}"
    );
    school.sits_too("head", candour::domain::people::Desk::External, later);
    let (_, printed) = typed(folder.path(), "doctor --config candour.toml").await;
    assert!(printed.contains("must be three different people"), "{printed}");
    let locked_out = printed.lines().find(|line| line.contains("cannot sign in at any [[sign_in]]")).unwrap();
    assert!(locked_out.contains("dsl Canary (designated safeguarding lead (DSL))"), "{locked_out}");
    let mut others = printed.lines().filter(|line| *line != locked_out);
    assert!(others.all(|line| !line.contains("Canary")), "no one else is named: {printed}");
}

/// Runs a command whose reader has gone before it says a word, as `head` does after its lines; what it still says on standard
/// error is read, unless that went the same way.
async fn unheard(folder: &Path, line: &str, stderr: Stdio) -> (i32, String) {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
    command
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(stderr);
    let ran = tokio::task::spawn_blocking(move || command.spawn().unwrap().wait_with_output().unwrap());
    let ran = ran.await.unwrap();
    (ran.status.code().unwrap_or(-1), String::from_utf8(ran.stderr).unwrap())
}

#[tokio::test]
async fn no_command_minds_a_reader_who_has_had_enough() {
    let db = TestDb::sqlite();
    SmallSchool::new(&db);
    let folder = configured(&db);
    fs::write(
        folder.path().join("list.csv"),
        "UPN,Surname,Forename,DOB\nA801200005001,Osei,Amara,01/02/2014\n",
    )
    .unwrap();
    let config = "--config candour.toml";
    for (line, ends) in [
        (format!("check-config {config}"), 0),
        ("check-config --config nowhere.toml".to_owned(), 2),
        (format!("doctor {config}"), 1),
        (format!("migrate {config}"), 0),
        (format!("routes {config}"), 0),
        (format!("audit verify {config}"), 0),
        (format!("school codes {config} --school meadow"), 0),
        (format!("import people list.csv --dry-run {config}"), 1),
        (format!("init {config}"), 0),
        ("init --config new.toml".to_owned(), 2),
    ] {
        let (code, said) = unheard(folder.path(), &line, Stdio::piped()).await;
        assert!(code == ends && !said.contains("panicked"), "{line}: {code} {said}");
        let (reader, neither) = pipe().unwrap();
        drop(reader);
        assert_eq!(unheard(folder.path(), &line, neither.into()).await.0, ends, "{line}");
    }
}

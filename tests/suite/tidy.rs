//! The house rules that a compiler cannot hold: floors, first lines, lengths, and words that may not stand anywhere.
//!
//! A list of exceptions gives its reason and may only shrink: an exception nobody needs any more fails too.

mod contributing;
mod names;
mod own;
mod rings;
mod security;
mod templates;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which floors a floor may name in `crate::..`: itself and those below it.
const FLOORS: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("mail", &["domain"]),
    ("sso", &["domain"]),
    ("register", &["domain"]),
    ("service", &["domain", "store", "mail", "sso", "register"]),
    // Neither can name a database, a transaction or a query: what they show is handed up by the service.
    ("web", &["domain", "service", "mail", "sso", "register"]),
    ("jobs", &["domain", "service", "mail"]),
    ("demo", &["domain", "store", "service", "mail", "sso"]),
    ("cli", &["domain", "store", "service", "mail", "sso", "register", "web", "jobs", "demo"]),
];

/// Words of Rust that belong in some places only: the word, where it may stand, and why.
const PLACES: [(&str, &[&str], &str); 15] = [
    ("diesel", &["src/store/", "tests/"], "only the store knows the database library"),
    ("actix_web", WITH_PAGES, "only the ways in know the web framework"),
    (
        "async fn",
        &["src/web/", "src/jobs/", "src/mail/", "src/sso/", "src/demo/", "src/cli/", "tests/"],
        "the rest is synchronous",
    ),
    (
        "tokio",
        &["src/web/", "src/jobs/", "src/mail/", "src/sso/", "src/demo/", "src/cli/", "src/main.rs", "tests/"],
        "see async",
    ),
    ("std::fs", &["src/store/", "src/cli/", "build.rs", "tests/"], "rules and pages touch no files"),
    ("std::env", &["src/cli/", "build.rs", "tests/"], "settings come from candour.toml alone"),
    ("anyhow", &["src/main.rs"], "an error is an enum by what its reader can do"),
    ("Utc::now", &["src/service/clock.rs"], "time is a parameter"),
    ("Local::now", &[], "time is a parameter, and it is UTC"),
    ("SystemTime::now", &["tests/"], "time is a parameter"),
    ("Uuid::new_v4", &[], "randomness is a parameter"),
    ("Uuid::now_v7", &[], "time and randomness are parameters"),
    ("getrandom::fill", &["src/service/clock.rs", "tests/"], "randomness is a parameter"),
    // It panics if the reader has gone, as `head` does.
    (
        "println!",
        &["build.rs", "tests/"],
        "commands say it with src/cli/console.rs, and the log is tracing's",
    ),
    ("process::exit", &["build.rs"], "main gives an exit code"),
];

/// What serves pages: the ways in, and the demonstration's mailbox and identity provider.
const WITH_PAGES: &[&str] = &["src/web/", "src/cli/", "src/demo/mailbox.rs", "src/demo/provider", "tests/"];

/// How often a file asks which of the two databases it has. Another query that both take as it is costs nothing here;
/// a number that has to grow is a decision to write down (`docs/decisions/0002`).
const FORKS: [(&str, usize); 4] = [
    ("src/store/db/connect.rs", 3),
    ("src/store/db.rs", 2),
    ("src/store/db/dialect.rs", 2),
    ("src/store/db/migrate.rs", 2),
];

/// Longest file, in lines.
const LONGEST: usize = 500;

/// Files that may be longer, and why.
const LONG: [(&str, &str); 2] = [
    ("src/store/db/schema.rs", "every table, one after another; whoever looks for one reads no other"),
    ("tests/suite/sign_in_provider.rs", "one short test for each thing an identity provider can get wrong"),
];

/// One text file of the repository, its path from the top with forward slashes.
pub struct Source {
    /// Its path.
    pub path: String,
    /// What it says.
    pub text: String,
}

impl Source {
    /// Whether it is Rust.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Numbered lines without those that are comments, so that a comment may say what the code may not.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The code that ships: without a `mod tests { .. }` at the end, and nothing of a file of tests.
    pub fn shipped(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.path.ends_with("tests.rs") || self.path.contains("/tests/");
        self.code().take_while(move |(_, line)| !tests && *line != "mod tests {")
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().zip(1..).map(|(line, number)| (number, line))
    }

    fn says(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

/// Every text file of the repository but this one, which has to name what it looks for.
pub fn sources() -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().replace('\\', "/");
            let last = name.rsplit('/').next().unwrap_or_default();
            if matches!(last, ".git" | "node_modules" | "target" | "dist")
                || matches!(name.as_str(), "var" | file!())
            {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push(Source { path: name, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Fails with the faults there are.
#[track_caller]
pub fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The first names after every `crate::` of a line or group: `use crate::{store::Db, web}` gives store and web.
fn named_after_crate(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => names.extend(first_name(rest)),
            Some(group) => {
                let (mut depth, mut start) = (0, true);
                for (at, letter) in group.char_indices() {
                    if start && depth == 0 {
                        names.extend(first_name(group[at..].trim_start()));
                        start = false;
                    }
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' => start = true,
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

fn first_name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty()).then_some(name)
}

#[test]
fn a_floor_uses_only_the_floors_below_it() {
    let known: BTreeMap<&str, &[&str]> = FLOORS.into();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        let Some(inside) = source.path.strip_prefix("src/") else { continue };
        let floor = inside.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        if matches!(floor, "lib" | "main") {
            continue;
        }
        let Some(below) = known.get(floor) else {
            faults.push(source.says(1, "is on no floor: FLOORS in tests/suite/tidy.rs lists them"));
            continue;
        };
        // A test may reach up, to make what it needs.
        let code: String = source.shipped().map(|(_, line)| line).collect();
        let named = named_after_crate(&code);
        for name in named.iter().filter(|name| known.contains_key(name.as_str())) {
            if name != floor && !below.contains(&name.as_str()) {
                faults.push(
                    source
                        .says(1, &format!("is of {floor} and uses {name}, which stands above or beside it")),
                );
            }
        }
    }
    none(faults);
}

/// What of a case's document and of words is read otherwise than through somebody's reach: the function, and why.
const OUT_OF_REACH: [(&str, &str, &str); 6] = [
    (
        "src/store/case/access.rs",
        "find_behind_glass",
        "a restriction is what it opens; who is excluded stays out",
    ),
    (
        "src/store/record/outbox.rs",
        "may_still_open",
        "the rule is asked about whom the letter is to; it says yes or no",
    ),
    (
        "src/store/concern/reports.rs",
        "find",
        "words of a report that `case_of_mine` found to be the viewer's own",
    ),
    (
        "src/store/concern/reports.rs",
        "gathered_by",
        "from a case with a report of the viewer's own to the one it is in now",
    ),
    ("src/store/concern/reports.rs", "find_to_add", "see gathered_by"),
    (
        "src/store/record/audit.rs",
        "digests",
        "what verifies an audit log compares digests of words, and gives none away",
    ),
];

/// What makes a read somebody's: the predicate of a person's reach or of a steward's, the rule asked of cases in hand, or
/// that it is the viewer's own report.
const IN_REACH: [&str; 5] = [
    "within(&",
    "shown(show, &reach)",
    "steward.within()",
    "sees_each(viewer,",
    "concerns::reporter_id.eq(viewer.person())",
];

/// Whether code reads a column, not only writes it.
fn reads(code: &str, column: &str) -> bool {
    code.split(column).skip(1).any(|rest| !rest.starts_with(".eq("))
}

#[test]
fn no_case_and_no_words_are_read_but_within_somebodys_reach() {
    let mut excused: BTreeSet<(String, String)> =
        OUT_OF_REACH.map(|(path, function, _)| (path.to_owned(), function.to_owned())).into();
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("src/store/")) {
        let code: Vec<&str> = source.shipped().map(|(_, line)| line).collect();
        for function in code.join("\n").split("\nfn ").flat_map(|part| part.split(" fn ")) {
            if !reads(function, "cases::document") && !reads(function, "texts::words") {
                continue;
            }
            let name = first_name(function).unwrap_or_default();
            let is_excused = excused.remove(&(source.path.clone(), name.clone()));
            if is_excused == IN_REACH.iter().any(|how| function.contains(how)) {
                faults.push(source.says(
                    1,
                    &format!("{name} reads a case or words in nobody's reach, or is excused in vain"),
                ));
            }
        }
    }
    faults.extend(
        excused
            .iter()
            .map(|(path, function)| format!("{path}: {function} reads no case: take it off the list")),
    );
    none(faults);
}

#[test]
fn names_after_crate_are_found_in_every_form() {
    let names = |code: &str| named_after_crate(code).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(names("use crate::store::Db;"), "store");
    assert_eq!(names("let x = crate::web::page::PRODUCT + crate::domain::N;"), "domain web");
    assert_eq!(names("use crate::{domain::{ids::CaseId, web}, store, cli::{self, x}};"), "cli domain store");
    assert_eq!(names("use crate::{\n    domain::x,\n    jobs::y,\n};"), "domain jobs");
    assert_eq!(names("use std::fmt;"), "");
}

#[test]
fn every_rust_file_opens_with_its_one_story() {
    let rust = sources().into_iter().filter(Source::is_rust);
    none(rust.filter(|s| !s.text.starts_with("//! ")).map(|s| s.says(1, "does not open with //!")).collect());
}

#[test]
fn no_file_is_too_long_to_be_one_story() {
    let ours = [".rs", ".html", ".mjs", ".scss"];
    let excused: BTreeMap<&str, &str> = LONG.into();
    let long = |source: &Source| source.lines().count() > LONGEST;
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| ours.iter().any(|end| source.path.ends_with(end))) {
        match (long(source), excused.contains_key(source.path.as_str())) {
            (true, false) => faults.push(source.says(LONGEST, "goes on from here: one story each")),
            (false, true) => faults.push(source.says(1, "is short again: take it off the list")),
            (true, true) | (false, false) => {}
        }
    }
    none(faults);
}

#[test]
fn words_stand_only_where_they_belong() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.is_rust()) {
        for (word, places, why) in PLACES {
            if places.iter().any(|place| source.path.starts_with(place)) {
                continue;
            }
            let found = source.shipped().filter(|(_, line)| line.contains(word));
            faults.extend(found.map(|(line, _)| source.says(line, &format!("{word}: {why}"))));
        }
    }
    none(faults);
}

/// What differs between categories is a column of their table, so that a school's own category has it too.
#[test]
fn no_rule_names_a_category() {
    let sources = sources();
    let table = sources.iter().find(|source| source.path == "src/domain/data/categories.csv").unwrap();
    let codes: Vec<String> =
        table.text.lines().skip(1).map(|row| format!("\"{}\"", row.split(',').next().unwrap())).collect();
    let mut faults = Vec::new();
    // The demonstration and `bench` invent the cases of pretend schools, and name what they are about.
    let pretend =
        |source: &Source| ["src/cli/", "src/demo/"].iter().any(|room| source.path.starts_with(room));
    let rules = sources.iter().filter(|source| source.is_rust() && source.path.starts_with("src/"));
    for source in rules.filter(|source| !pretend(source)) {
        for (line, text) in source.shipped() {
            faults
                .extend(codes.iter().filter(|code| text.contains(*code)).map(|code| source.says(line, code)));
        }
    }
    none(faults);
}

#[test]
fn the_two_databases_differ_in_a_few_counted_places() {
    let forks = |line: &str| line.contains("AnyConn::Sqlite") || line.contains("per_database!(");
    let counted =
        sources().into_iter().filter(|source| source.path.starts_with("src/")).filter_map(|source| {
            let count = source.shipped().filter(|(_, line)| forks(line)).count();
            (count > 0).then_some((source.path, count))
        });
    let expected = FORKS.map(|(path, count)| (path.to_owned(), count));
    assert_eq!(counted.collect::<BTreeMap<_, _>>(), expected.into());
}

#[test]
fn nothing_is_left_behind_or_switched_off() {
    let everywhere = ["TODO", "FIXME", "XXX"];
    let in_code = ["#[allow", "#![allow", "#[ignore", "todo!(", "unimplemented!(", "dbg!(", "thread::sleep"];
    let mut faults = Vec::new();
    for source in sources() {
        // Lock files hold checksums, which spell anything.
        if source.path.contains("lock") {
            continue;
        }
        for (line, text) in source.lines() {
            let words = everywhere.iter().chain(if source.is_rust() { &in_code[..] } else { &[] });
            faults.extend(words.filter(|word| text.contains(**word)).map(|word| source.says(line, word)));
        }
    }
    none(faults);
}

/// A comment stands without its neighbour, which may move away: it says what its own thing is.
#[test]
fn no_comment_begins_with_the_same() {
    let begins = |line: &str| {
        let said = line.trim_start();
        let words = said.trim_start_matches(['/', '!']).trim_start();
        said.starts_with("//") && (words.starts_with("The same ") || words.starts_with("The same,"))
    };
    let rust = sources().into_iter().filter(Source::is_rust);
    let faults = rust.flat_map(|source| {
        let found = source.lines().filter(|(_, line)| begins(line));
        found.map(|(line, _)| source.says(line, "say what it is, not what it is like")).collect::<Vec<_>>()
    });
    none(faults.collect());
}

/// A clone must work anywhere: nothing may name a folder of the machine it was written on, or reach beside itself.
#[test]
fn nothing_names_a_place_outside_the_repository() {
    let here = env!("CARGO_MANIFEST_DIR");
    let mut places: Vec<String> =
        ["/home/", "/root/", "/Users/", "/tmp/", "/var/tmp", "file:///"].map(str::to_owned).into();
    places.push(format!("..{}", "/shared"));
    // A clone at the top of the machine has a name too short to tell anything.
    places.extend((here.matches('/').count() > 1).then(|| format!("{here}/")));
    places.extend(std::env::var("HOME").ok().filter(|home| home.len() > 1).map(|home| home + "/"));
    let mut faults = Vec::new();
    for source in sources() {
        for (line, text) in source.lines() {
            faults.extend(
                places.iter().filter(|place| text.contains(*place)).map(|place| source.says(line, place)),
            );
        }
    }
    none(faults);
}

#[test]
fn make_help_lists_every_target() {
    let sources = sources();
    let makefile = &sources.iter().find(|source| source.path == "Makefile").unwrap().text;
    let phony = makefile.lines().find_map(|line| line.strip_prefix(".PHONY:")).unwrap();
    for target in phony.split_whitespace() {
        let told =
            makefile.lines().any(|line| line.starts_with(&format!("{target}:")) && line.contains(" ## "));
        assert!(told, "make help does not tell of {target}");
    }
}

/// Two stand side by side while their users move from one to the other; a third is nobody's plan.
#[test]
fn no_crate_is_built_on_in_three_versions() {
    let lock = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock")).unwrap();
    let mut versions: BTreeMap<&str, usize> = BTreeMap::new();
    for name in lock.lines().filter_map(|line| line.strip_prefix("name = ")) {
        *versions.entry(name).or_default() += 1;
    }
    versions.retain(|_, count| *count > 2);
    assert_eq!(versions, BTreeMap::new());
}

//! The six locks of `docs/decisions/0001`: for each a program outside the crate, in `tests/locks`, that would get past it and does
//! not compile, for the reason written beside it.
//!
//! They are compiled against the library as it was built for this very suite, so that nothing is built again. A line is kept of
//! each error, without the lines of the library it leads to: those move with every change.

use crate::access::hold;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The one program that has to compile.
const OPEN: &str = "open_door";

#[test]
fn no_program_gets_past_a_lock() {
    let library = Library::of_this_suite();
    let mut names = programs();
    names.sort();
    assert!(names.len() > 6, "{names:?}");
    for name in names {
        let said = library.says_of(&name);
        assert_eq!(said.is_empty(), name == OPEN, "{name}: {said}");
        if name != OPEN {
            hold(&format!("tests/locks/{name}.stderr"), &said);
        }
    }
}

fn programs() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/locks");
    let name = |path: PathBuf| Some(path.file_name()?.to_str()?.strip_suffix(".rs")?.to_owned());
    fs::read_dir(folder).unwrap().filter_map(|entry| name(entry.unwrap().path())).collect()
}

/// The library this suite is linked with, and what it stands on, where cargo put them.
struct Library {
    built: PathBuf,
    beside: PathBuf,
}

impl Library {
    fn of_this_suite() -> Self {
        let beside = env::current_exe().unwrap().parent().unwrap().to_owned();
        let built = latest(&beside, "libcandour-").expect("cargo builds the library before its tests");
        Self { built, beside }
    }

    /// What the compiler says of a program: a line for each error.
    fn says_of(&self, name: &str) -> String {
        let scratch = tempfile::tempdir().unwrap();
        let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let done = Command::new(compiler)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args([
                "--edition=2024",
                "--crate-type=lib",
                "--emit=metadata",
                "--error-format=short",
                "--cap-lints=allow",
            ])
            .arg("--out-dir")
            .arg(scratch.path())
            .arg("-L")
            .arg(format!("dependency={}", self.beside.display()))
            .arg(format!("--extern=candour={}", self.built.display()))
            .arg(format!("tests/locks/{name}.rs"))
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        let errors = said.lines().filter(|line| line.contains("error"));
        let errors: Vec<&str> = errors.filter(|line| !line.starts_with("error: aborting")).collect();
        assert_eq!(done.status.success(), errors.is_empty(), "{said}");
        errors.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// The library built last under a name: one of another set of features may lie beside it.
fn latest(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_it = |path: &PathBuf| {
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        file.starts_with(name) && file.ends_with(".rlib")
    };
    let found = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_it);
    found.max_by_key(|path| fs::metadata(path).and_then(|about| about.modified()).ok())
}

//! `docs/SECURITY.md` is true in one thing a machine can tell: the tests and the files it names are there.

use super::{Source, none, sources};
use std::collections::BTreeSet;

const PAGE: &str = "docs/SECURITY.md";
/// Where a file may stand that the page names without the beginning of its path.
const BELOW: [&str; 6] = ["", "src/", "tests/suite/", "src/store/", "src/web/", "src/domain/"];

fn in_backticks(page: &str) -> BTreeSet<&str> {
    page.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// A scenario's letter and number before the rest, as in "i6_", or a sentence of at least four words.
fn is_a_test(word: &str) -> bool {
    let is_a_name = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    let mut parts = word.split('_');
    let first = parts.next().unwrap_or_default();
    let number = first.strip_prefix(|c: char| c.is_ascii_lowercase()).unwrap_or_default();
    let is_a_scenario =
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) && word.contains('_');
    is_a_name && (is_a_scenario || parts.count() >= 3)
}

/// Whether a test has this name, or begins with it if it ends in "_".
fn is_there(word: &str, rust: &[Source]) -> bool {
    let declared = if word.ends_with('_') { format!("fn {word}") } else { format!("fn {word}(") };
    rust.iter().any(|source| source.text.contains(&declared))
}

#[test]
fn every_test_and_file_that_the_security_page_names_is_there() {
    let all = sources();
    let page = all.iter().find(|source| source.path == PAGE).map(|source| source.text.clone()).unwrap();
    let paths: BTreeSet<String> = all.iter().map(|source| source.path.clone()).collect();
    let rust: Vec<Source> = all.into_iter().filter(Source::is_rust).collect();
    let named = in_backticks(&page);
    let tests: Vec<&str> =
        named.iter().map(|word| word.trim_end_matches('…')).filter(|word| is_a_test(word)).collect();
    assert!(tests.len() > 60, "the page names tests: {tests:?}");
    let missing_tests = tests.iter().filter(|word| !is_there(word, &rust));
    let missing_tests = missing_tests.map(|word| format!("{PAGE}: no test {word}"));
    let files = named.iter().filter(|word| word.ends_with(".rs"));
    let missing_files = files
        .filter(|file| !BELOW.iter().any(|below| paths.contains(&format!("{below}{file}"))))
        .map(|file| format!("{PAGE}: no file {file}"));
    none(missing_tests.chain(missing_files).collect());
}

#[test]
fn a_test_is_told_from_other_words() {
    for word in ["i6_", "h7_slow_bodies", "a_network_of_strangers_is_no_proxy"] {
        assert!(is_a_test(word), "{word}");
    }
    for word in ["trusted_proxies", "return_to", "i6", "fresh_sign_in = \"round_trip\"", "No_One_Is_Here"] {
        assert!(!is_a_test(word), "{word}");
    }
}

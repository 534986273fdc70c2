//! Names are compared by one rule of the domain: no database folds one, and none is looked for by a pattern.

use super::{none, sources};

#[test]
fn no_query_compares_a_name() {
    let folds = ["lower(", "upper(", "like(", "LIKE ", "LOWER(", "UPPER("];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("src/store/")) {
        for (line, text) in source.shipped() {
            let asks = folds.iter().any(|fold| text.contains(fold)) && !text.contains("fn lower(");
            // Addresses are of another kind: what stands before the @ is compared without capitals.
            if asks && !text.contains("people::email") {
                wrong.push(source.says(line, "compare names with `is_same_name`, found by their keys"));
            }
        }
    }
    none(wrong);
}

/// Where letters are made small, or compared without capitals, in the rules, the use cases and the store: the file, and what
/// it is that is no name of a person.
const OTHER_THAN_NAMES: [(&str, &str); 12] = [
    ("src/domain/case/work/pattern.rs", "names of apps"),
    ("src/domain/entry/first_sign_in.rs", "an e-mail address"),
    ("src/domain/entry/founding.rs", "an e-mail address"),
    ("src/domain/people/naming.rs", "an initial that is shown"),
    ("src/domain/people/register/context.rs", "yes and no in a list"),
    ("src/domain/people/register/keys.rs", "the one fold"),
    ("src/domain/entry/provider_change.rs", "an e-mail address"),
    ("src/domain/people/register/values.rs", "a year group"),
    ("src/service/people/adults.rs", "an e-mail address"),
    ("src/store/entry/account_linking.rs", "an e-mail address"),
    ("src/store/people/addresses.rs", "an e-mail address"),
    ("src/store/people/reactivation.rs", "an e-mail address"),
];

#[test]
fn names_are_folded_in_one_place() {
    let rooms = [
        "src/domain/people",
        "src/domain/entry",
        "src/domain/case",
        "src/domain/concern",
        "src/service/",
        "src/store/",
    ];
    let folds = ["to_lowercase", "to_uppercase", "eq_ignore_ascii_case"];
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for source in sources().iter().filter(|source| rooms.iter().any(|room| source.path.starts_with(room))) {
        let folded = source.shipped().find(|(_, text)| folds.iter().any(|fold| text.contains(fold)));
        let Some((line, _)) = folded else { continue };
        match OTHER_THAN_NAMES.iter().find(|(path, _)| source.path == *path) {
            Some((path, _)) => used.push(*path),
            None => wrong.push(source.says(line, "compare names with `keys::fold` or `is_same_name`")),
        }
    }
    let unused = OTHER_THAN_NAMES.iter().filter(|(path, _)| !used.contains(path));
    wrong.extend(unused.map(|(path, what)| format!("{path} folds nothing ({what}): take it off the list")));
    none(wrong);
}

/// What the value of an answer in a form begins with if it is neither a code nor written out, and what it is. A person is
/// offered by `Choice::person` alone, which takes one from a list whose lines are told apart.
const OTHER_VALUES: [(&str, &str); 8] = [
    ("Pick::listed(", "whom words may mean, with the labels of the domain"),
    ("mark_of(", "that words stay words"),
    ("r.id", "a referral"),
    ("account_of(", "an account with whose it is, told apart by what it shows"),
    ("plan.leavers", "a number"),
    ("one.person.to_string()", "whom a row of a list may be, told apart by the plan"),
    ("school.id", "a school of a bundle"),
    ("these", "the same answers again"),
];

#[test]
fn no_page_offers_a_person_by_a_bare_name() {
    let (mut wrong, mut used) = (Vec::new(), Vec::new());
    for source in sources().iter().filter(|source| source.path.starts_with("src/web/")) {
        let code: String = source.shipped().map(|(_, text)| text.trim()).collect::<Vec<_>>().join(" ");
        for rest in code.split("Choice::new(").skip(1) {
            let value = rest.trim_start().split(',').next().unwrap_or_default();
            let is_constant = value.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if value.starts_with('"') || is_constant || value.contains("code") {
                continue;
            }
            match OTHER_VALUES.iter().find(|(known, _)| value.starts_with(known)) {
                Some((known, _)) => used.push(*known),
                None => wrong.push(format!("{}: {value}: offer people with `Choice::person`", source.path)),
            }
        }
    }
    let unused = OTHER_VALUES.iter().filter(|(known, _)| !used.contains(known));
    wrong.extend(unused.map(|(known, _)| format!("no answer begins with {known}: take it off the list")));
    none(wrong);
}

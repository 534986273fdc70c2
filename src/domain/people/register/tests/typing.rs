//! Names found while they are being typed.

use super::*;
use crate::domain::people::register::keys::{NameQuery, fold, keys};
use proptest::prelude::*;

fn record(given: &str, family: &str, preferred: Option<&str>) -> Record {
    let mut record = known(1, family, given).record;
    record.preferred_given = preferred.map(|name| Name::parse(name).unwrap());
    record.name = format!("{} {family}", preferred.unwrap_or(given));
    record
}

fn finds(typed: &str, record: &Record) -> bool {
    NameQuery::parse(typed).is_some_and(|typed| typed.finds(&keys(record)))
}

#[test]
fn a_name_is_found_however_it_is_typed() {
    let obrien = record("Zoë Anne", "O\u{2019}Brien-Łukasz", Some("Zozo"));
    for typed in [
        "zo",
        "ZOE",
        "zoë",
        "Zoe\u{308}",
        "obrien",
        "o'brien",
        "o’brien",
        "O`Bri",
        "o brien",
        "brien",
        "lukasz",
        "Łuk",
        "obrien-luk",
        "obrienluk",
        "anne o'b",
        "luk zozo",
        "zoeanne",
        "  zo   luk ",
    ] {
        assert!(finds(typed, &obrien), "{typed}");
    }
    for typed in ["", " ", "z", "o", "rien", "anna", "zoe smith", "%", "_", "*", "zo%"] {
        assert_eq!(finds(typed, &obrien), typed == "zo%", "{typed}");
    }
    assert!(finds("de la cruz", &record("Mateo", "de la Cruz", None)));
    assert!(finds("delac", &record("Mateo", "de la Cruz", None)));
    assert!(finds("محم", &record("محمد", "علي", None)));
    assert!(finds("rob", &Record::named("Rob Marsh".to_owned())));
}

#[test]
fn folding_is_plain() {
    for (name, folded) in [
        ("Strauß", "strauss"),
        ("Bjørn", "bjorn"),
        ("Æthel", "aethel"),
        ("İpek", "ipek"),
        ("St. John", "st john"),
        ("Price (Jones)", "price jones"),
        ("D’Souza", "dsouza"),
        ("---", ""),
    ] {
        assert_eq!(fold(name), folded, "{name}");
    }
}

proptest! {
    /// Every beginning, of two letters or more, of every word of a name finds the person.
    #[test]
    fn every_beginning_finds(given in "[A-Za-zéüñł]{2,10}", family in "[A-Za-zéüñł]{2,8}([-' ][A-Za-z]{2,8})?", cut in 2usize..8) {
        let record = record(&given, &family, None);
        for word in format!("{given} {family}").split([' ', '-']) {
            let typed: String = word.chars().take(cut).collect();
            prop_assert!(finds(&typed, &record), "{} in {} {}", typed, given, family);
        }
        let whole = format!("{} {}", family, given);
        prop_assert!(finds(&whole, &record));
    }

    #[test]
    fn folding_again_changes_nothing(name in "\\PC{0,40}") {
        let once = fold(&name);
        prop_assert_eq!(fold(&once), once.clone());
        let _ = NameQuery::parse(&name);
    }

    /// A range holds exactly the keys that begin so, in the order of bytes.
    #[test]
    fn a_range_is_a_beginning(prefix in "[a-zà-ÿ]{2,5}", key in "[a-zà-ÿ]{1,8}") {
        if let Some(typed) = NameQuery::parse(&prefix) {
            let (from, to) = typed.prefixes[0].range();
            let folded = fold(&key);
            prop_assert_eq!((from.as_str()..to.as_str()).contains(&folded.as_str()), folded.starts_with(&from));
        }
    }
}

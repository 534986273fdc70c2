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
        // Ligatures, letters of full width, figures above the line.
        ("Gri\u{fb03}n", "griffin"),
        ("\u{ff2d}\u{ff41}\u{ff52}\u{ff53}\u{ff48}", "marsh"),
        ("\u{132}sbrand", "ijsbrand"),
        ("Ada\u{b2}", "ada2"),
        ("Ŧor Ŋele", "tor nele"),
        ("ΑΧΙΛΛΕΑΣ", "αχιλλεασ"),
        ("Gal\u{b7}la", "galla"),
        ("Smith\u{ad}Jones", "smithjones"),
    ] {
        assert_eq!(fold(name), folded, "{name}");
    }
}

/// Names of a list, as they are typed with other keyboards, capitals, and forms of Unicode.
#[test]
fn a_name_folds_to_one_form_however_it_is_written() {
    for (folded, ways) in [
        ("lucja zajac", ["Łucja Zając", "ŁUCJA ZAJĄC", "lucja zajac", "Łucja Zaja\u{328}c"]),
        ("elodie ashe", ["Élodie Ashe", "E\u{301}lodie Ashe", "élodie ashe", "ELODIE  ASHE"]),
        (
            "sinead omalley",
            ["Sinéad O’Malley", "sinead o'malley", "SINÉAD O`MALLEY", "Sine\u{301}ad O\u{2bc}Malley"],
        ),
        (
            "ibrahim ozturk",
            ["İbrahim Öztürk", "I\u{307}brahim O\u{308}ztu\u{308}rk", "ibrahim öztürk", "ıbrahım ozturk"],
        ),
        ("muhammad khan", ["Muhammad Khan", "MUHAMMAD KHAN", "muhammad-khan", "Muhammad\u{a0}Khan"]),
        ("etienne obasi", ["Étienne Óbasi", "ÉTIENNE ÓBASI", "E\u{301}tienne O\u{301}basi", "etienne obasi"]),
    ] {
        for way in ways {
            assert_eq!(fold(way), folded, "{way}");
        }
    }
    for apostrophe in "'`´ʹʻʼʽʾʿˈˋ՚׳‘’‚‛′‵ꞌ＇".chars() {
        assert_eq!(fold(&format!("Sinéad O{apostrophe}Malley")), "sinead omalley", "{apostrophe:?}");
    }
    for hyphen in "-‐‑‒–—―−﹘﹣－_".chars() {
        assert_eq!(fold(&format!("Ada Twyford{hyphen}Ashe")), "ada twyford ashe", "{hyphen:?}");
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

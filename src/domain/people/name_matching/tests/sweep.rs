//! Every adult, with each seat and with none, meant in each way: none is missed.

use super::{
    adult, person,
    spellings::{of_name, of_seat},
};
use crate::domain::people::{
    Desk, Roster, Seat, Sitting,
    name_matching::{NameSearch, name_match},
};

/// Given name and surname: plain, accented, double, short, common words, with particles and apostrophes.
pub(in crate::domain) const NAMES: [(&str, &str); 14] = [
    ("Daniel", "Achebe"),
    ("Helen", "Marlowe"),
    ("Catherine", "Broadbent"),
    ("Ana", "de la Cruz"),
    ("Siân", "O’Brien-Łukasz"),
    ("Imran", "Sheikh"),
    ("Robert", "Ainscough"),
    ("Li", "Ng"),
    ("Élodie", "Ashe"),
    ("İbrahim", "Öztürk"),
    ("Anne-Marie", "Twyford-Ashe"),
    ("Grace", "Price"),
    ("Mary Anne", "McDonald"),
    ("Sinéad", "O’Malley"),
];

#[test]
fn every_way_to_say_a_name_is_found() {
    let (mut missed, none) = (Vec::new(), Roster::default());
    for (at, (given, surname)) in NAMES.into_iter().enumerate() {
        let one = adult(at, &format!("{given} {surname}"));
        let ways = of_name(given, surname);
        assert!(ways.len() >= 40, "{given} {surname}: {} ways", ways.len());
        missed.extend(ways.into_iter().filter(|(_, words)| name_match(words, &one, &none).is_none()));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn every_way_to_say_a_seat_is_found() {
    let mut missed = Vec::new();
    for (desk, seat) in Desk::ALL.iter().flat_map(|desk| Seat::ALL.iter().map(|seat| (*desk, *seat))) {
        let roster = Roster::new([Sitting { desk, seat, person: person(0) }]);
        let one = adult(0, "Xena Yarrow");
        let ways = of_seat(desk, seat);
        let unseen = ways.into_iter().filter(|(_, words)| name_match(words, &one, &roster).is_none());
        missed.extend(unseen.map(|(rule, words)| (desk, seat, rule, words)));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn a_former_name_is_found_in_every_way() {
    let (mut missed, none) = (Vec::new(), Roster::default());
    for (at, (given, surname)) in NAMES.into_iter().enumerate() {
        let mut one = adult(at, &format!("{given} Quillfeather"));
        one.former_names.push(format!("{given} {surname}"));
        let ways = of_name(given, surname);
        missed.extend(ways.into_iter().filter(|(_, words)| name_match(words, &one, &none).is_none()));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// In an account: whole names, titles, initials and surnames, and a slip after a title.
#[test]
fn an_account_names_an_adult_however_it_is_written() {
    let told = [
        "whole",
        "in capitals",
        "without accents",
        "in wide letters",
        "surname first",
        "surname, given name",
        "surname alone",
        "surname in capitals",
        "Mr",
        "Mrs.",
        "ms",
        "MISS",
        "Dr and initial",
        "Mr without a space",
        "title and whole",
        "initial",
        "initial with a full stop",
        "initial without a space",
        "initial after",
        "middle name",
        "of theirs",
        "one of two",
    ];
    let (mut missed, none, mut tried) = (Vec::new(), Roster::default(), 0);
    for (at, (given, surname)) in NAMES.into_iter().enumerate() {
        let one = adult(at, &format!("{given} {surname}"));
        let ways = of_name(given, surname);
        for (rule, words) in
            ways.into_iter().filter(|(rule, words)| told.contains(rule) || words.starts_with("Mr "))
        {
            for account in
                [format!("At break {words} pushed him."), format!("he said it was {words}, I think")]
            {
                tried += 1;
                if NameSearch::in_account(&account).matches(&one, &none).is_none() {
                    missed.push((rule, account));
                }
            }
        }
    }
    assert!(tried > 700, "{tried}");
    assert!(missed.is_empty(), "{missed:#?}");
}

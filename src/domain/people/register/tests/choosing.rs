//! Lists to choose a person from: no two lines read alike, and words mean one of the list or no one.

use super::*;
use crate::domain::people::register::{
    choosing::{MeantAmong, ToChoose, find_among, meant_among, to_choose},
    keys::fold,
    offered::{Offered, Pick, mark_of},
};
use proptest::prelude::*;

fn adult(number: u128, name: &str, post: Option<&str>, email: Option<&str>) -> Offered {
    Offered {
        id: id(number),
        kind: PersonKind::Staff,
        name: name.to_owned(),
        former: Vec::new(),
        found_as: None,
        given: Vec::new(),
        family: Vec::new(),
        year_group: None,
        tutor_group: None,
        born_on: None,
        post: post.map(str::to_owned),
        email: email.map(str::to_owned),
        left_at: None,
    }
}

fn words(list: &[ToChoose]) -> Vec<&str> {
    list.iter().map(ToChoose::words).collect()
}

#[test]
fn people_of_one_name_are_told_apart_by_the_first_thing_that_does() {
    let list = to_choose(vec![
        adult(1, "Dinah Lead", None, None),
        adult(2, "Sam Twin", Some("Cook"), None),
        adult(3, "Sam Twin", Some("Caretaker"), None),
        adult(4, "Ada Pair", None, Some("ada@upton.example")),
        Offered { kind: PersonKind::Visitor, ..adult(5, "Ada Pair", None, None) },
        adult(6, "Max Same", Some("Cook"), Some("max@upton.example")),
        adult(7, "Max Same", Some("Cook"), Some("m.same@upton.example")),
        adult(8, "Jo Both", None, None),
        adult(9, "Jo Both", None, None),
    ]);
    let jo = |number| format!("Jo Both, member of staff, record {}", id(number));
    let (eighth, ninth) = (jo(8), jo(9));
    assert_eq!(
        words(&list),
        [
            "Dinah Lead",
            "Sam Twin, Cook",
            "Sam Twin, Caretaker",
            "Ada Pair, member of staff",
            "Ada Pair, visitor, supply or contractor",
            "Max Same, Cook, max@upton.example",
            "Max Same, Cook, m.same@upton.example",
            eighth.as_str(),
            ninth.as_str(),
        ]
    );
}

#[test]
fn a_name_typed_is_one_of_the_list_or_no_one() {
    let list = to_choose(vec![
        adult(1, "Łucja Zając", Some("Cook"), None),
        adult(2, "Sam Twin", Some("Cook"), None),
        adult(3, "Sam Twin", Some("Caretaker"), None),
    ]);
    let meant = |typed: &str, picks: &[Pick]| meant_among(&list, typed, picks);
    for typed in ["lucja zajac", "ZAJĄC, ŁUCJA", "Łucja Zając, Cook"] {
        assert_eq!(meant(typed, &[]), MeantAmong::Person(id(1)), "{typed}");
    }
    assert!(matches!(meant("Sam Twin", &[]), MeantAmong::Several(people) if people.len() == 2));
    assert_eq!(meant("sam twin, caretaker", &[]), MeantAmong::Person(id(3)));
    let pick = |typed: &str, number: u128| Pick::Listed(id(number), mark_of(typed));
    assert_eq!(meant("twin", &[pick("twin", 3)]), MeantAmong::Person(id(3)));
    assert_eq!(meant("twin", &[pick("lucja", 3)]), MeantAmong::NoOne, "picked for other words");
    assert_eq!(meant("Sam Twin", &[pick("Sam Twin", 9)]), meant("Sam Twin", &[]), "not of the list");
    assert_eq!(meant("Ada Twyford", &[Pick::Person(id(2))]), MeantAmong::NoOne, "words of another person");
    assert_eq!(words(&find_among(&list, "twi s")), ["Sam Twin, Cook", "Sam Twin, Caretaker"]);
    assert_eq!(words(&find_among(&list, "zaj")), ["Łucja Zając, Cook"]);
    assert!(find_among(&list, " - ").is_empty() && find_among(&list, "zzz").is_empty());
}

proptest! {
    /// Whatever names, posts and addresses people share, no two lines of a list read alike.
    #[test]
    fn no_two_lines_of_a_list_read_alike(
        people in prop::collection::vec(
            (
                prop::sample::select(vec!["Sam Twin", "sam twin", "Sam Twin, Cook"]),
                prop::sample::select(vec![None, Some("Cook"), Some("cook"), Some("member of staff")]),
                prop::sample::select(vec![None, Some("sam@upton.example")]),
            ),
            0..12,
        )
    ) {
        let people = people.into_iter().zip(1..).map(|((name, post, email), number)| adult(number, name, post, email));
        let list = to_choose(people.collect());
        let read: BTreeSet<String> = list.iter().map(|one| fold(one.words())).collect();
        prop_assert_eq!(read.len(), list.len());
    }
}

//! Who is meant by words, as tables of how people write; the sweep and the ordinary reports stand beside it.

mod ordinary;
pub(in crate::domain) mod spellings;
pub(in crate::domain) mod sweep;

use super::*;
use crate::domain::people::{Seat, Sitting, duty::DutyKind};
use proptest::prelude::*;
use uuid::Uuid;

const NAMES: [&str; 8] = [
    "Helen Marlowe",
    "Ada Marlowe",
    "Catherine Broadbent",
    "Ana de la Cruz",
    "Siân O’Brien-Łukasz",
    "Daniel Achebe",
    "Imran Sheikh",
    "Robert Ainscough",
];

fn person(at: usize) -> PersonId {
    PersonId(Uuid::from_u128(at as u128 + 1))
}

fn adult(at: usize, name: &str) -> Adult {
    Adult { person: person(at), name: name.to_owned(), former_names: Vec::new(), post: None }
}

fn with_post(name: &str, post: &str) -> Adult {
    Adult { post: Some(post.to_owned()), ..adult(0, name) }
}

fn roster() -> Roster {
    let seat = |at, desk, seat| Sitting { desk, seat, person: person(at) };
    Roster::new([
        seat(0, Desk::Dsl, Seat::Holder),
        seat(5, Desk::Dsl, Seat::Deputy),
        seat(2, Desk::Head, Seat::Holder),
        seat(1, Desk::Head, Seat::Deputy),
        seat(6, Desk::Network, Seat::Cover),
        seat(3, Desk::OnlineSafety, Seat::Holder),
        seat(7, Desk::Chair, Seat::Holder),
    ])
}

fn all_who_match(search: &NameSearch) -> Vec<usize> {
    let roster = roster();
    (0..NAMES.len()).filter(|at| search.matches(&adult(*at, NAMES[*at]), &roster).is_some()).collect()
}

#[test]
fn surnames_and_duties_as_people_write_them() {
    let table: &[(&str, &[usize])] = &[
        // Two of a surname: both.
        ("Mrs Marlowe", &[0, 1]),
        ("mrs. MARLOWE", &[0, 1]),
        ("Marlowe", &[0, 1]),
        ("Mrs H Marlowe", &[0]),
        ("A. Marlowe", &[1]),
        ("Marlowe, H", &[0, 1]),
        ("Marlowe H", &[0]),
        ("I told Mrs Marlowe in the corridor", &[0, 1]),
        ("Mrs Marlowe (DSL)", &[0, 1]),
        ("Helen Marlowe, yesterday", &[0]),
        ("Marlowe Helen", &[0, 1]),
        ("Ms de la Cruz", &[3]),
        ("Miss Cruz", &[3]),
        ("Delacruz", &[3]),
        ("Dr OBrien", &[4]),
        ("Dr O Brien", &[4]),
        ("Dr Lukasz", &[4]),
        ("Ms O'Brien-Lukasz", &[4]),
        // Given names alone, initials, short forms, slips.
        ("Helen", &[0]),
        ("Danny", &[5]),
        ("Danny Achebe", &[5]),
        ("Bob Ainscough", &[7]),
        ("DA", &[1, 3, 5]),
        ("D.A.", &[3, 5]),
        ("D A", &[3, 5]),
        ("Mr B", &[2, 4]),
        ("Marlow", &[0, 1]),
        ("Acehbe", &[5]),
        ("Mr Brodbant", &[2]),
        // Roles, whole and in part.
        ("the DSL", &[0]),
        ("our safeguarding lead", &[0, 5]),
        ("the safeguarding person", &[0, 5]),
        ("safegaurding", &[0, 5]),
        ("Deputy DSL", &[5]),
        ("the deputy designated safeguarding lead", &[5]),
        ("deputy safeguarding lead", &[5]),
        ("DDSL", &[5]),
        ("the deputy", &[1, 5, 6]),
        ("the headteacher", &[2]),
        ("Head", &[1, 2]),
        ("the Head Teacher and the DSL", &[0, 2]),
        ("deputy head", &[1]),
        ("acting head", &[1, 2]),
        ("the network manager", &[6]),
        ("the IT man", &[6]),
        ("the it man", &[6]),
        ("IT", &[6]),
        ("online safety lead", &[3]),
        ("chair of governors", &[7]),
        ("The principal", &[2]),
        // No one.
        ("head of year 8", &[]),
        ("deputy head of year 8", &[]),
        ("head boy", &[]),
        ("assistant head", &[]),
        ("the former headteacher", &[]),
        ("chair of the parents", &[]),
        ("Daniel Price", &[]),
        ("Tobi Achebe", &[]),
        ("Mrs J Marlowe", &[]),
        ("it was on the bus", &[]),
        ("somebody", &[]),
        ("a man", &[]),
        ("", &[]),
        ("a headache", &[]),
    ];
    for (words, expected) in table {
        assert_eq!(all_who_match(&NameSearch::for_person(words)), *expected, "{words}");
    }
}

#[test]
fn an_account_names_whole_names_titles_surnames_and_roles() {
    let table: &[(&str, &[usize])] = &[
        ("Then Mr Achebe pushed him.", &[5]),
        ("Achebe pushed him", &[5]),
        ("he said achebe pushed him", &[5]),
        ("D. Achebe pushed him", &[5]),
        ("It was Achebe's idea", &[5]),
        ("Achebe, Daniel pushed him", &[5]),
        ("Mr Acheba pushed him", &[5]),
        ("He said Daniel pushed him", &[5]),
        ("Miss Helen shouted", &[0]),
        ("Mr S shouted", &[6]),
        ("I saw the deputy DSL push him", &[5]),
        ("The deputy head shouted at him", &[1]),
        ("I told the head what the network manager did", &[1, 2, 6]),
        ("the IT technician looked at her", &[6]),
        ("the safeguarding lead told him to be quiet", &[0, 5]),
        // What only looks so.
        ("Acheba pushed him", &[]),
        ("he said daniel pushed him", &[]),
        ("Daniel Price pushed him. Daniel laughed.", &[]),
        ("Tobi Achebe pushed him", &[]),
        ("a safeguarding concern about online safety", &[]),
        ("he hit him on the head with a chair", &[]),
        ("a kick to the head, and his head hurt", &[]),
        ("it lead to a fight in the it room", &[]),
        ("The head of year 8 and the head girl were there", &[]),
        ("", &[]),
    ];
    for (account, expected) in table {
        assert_eq!(all_who_match(&NameSearch::in_account(account)), *expected, "{account}");
    }
}

#[test]
fn posts_are_meant_whole_and_in_part() {
    let none = Roster::default();
    let how = |words: &str, post: &str| name_match(words, &with_post("Xena Yarrow", post), &none);
    for (words, post) in [
        ("the caretaker", "Caretaker"),
        ("head of year 8", "Head of Year 8"),
        ("the year 8 lead", "Head of Year 8"),
        ("the IT man", "IT technician"),
        ("the geography teacher", "Teacher of geography"),
        ("the maths teacher", "Head of Mathematics"),
        ("assistant headteacher", "Assistant headteacher (senior leadership team)"),
        ("assistant head", "Assistant headteacher"),
        ("the deputy", "Deputy headteacher"),
        ("the deputy head", "Deputy headteacher and maths teacher"),
        ("business manager", "Business manager, senior information risk owner (SIRO)"),
        ("the SBM", "School business manager"),
        ("SENCO", "SENCO"),
    ] {
        assert_eq!(how(words, post), Some(NameMatch::ByPost), "{words}: {post}");
    }
    for (words, post) in [
        ("head of year 9", "Head of Year 8"),
        ("the head", "Head of Year 8"),
        ("the headteacher", "Assistant headteacher"),
        ("a teacher", "Teacher of geography"),
        ("a year 8 boy", "Head of Year 8"),
        ("Year 8", "Head of Year 8"),
        ("the former caretaker", "Caretaker"),
        ("the deputy head", "Deputy DSL"),
        ("", "Caretaker"),
    ] {
        assert_eq!(how(words, post), None, "{words}: {post}");
    }
    let named = |account: &str, post: &str| {
        NameSearch::in_account(account).matches(&with_post("Xena Yarrow", post), &none)
    };
    assert_eq!(named("the caretaker shouted", "Caretaker"), None, "what many a role is called");
    assert_eq!(named("the head of year 8 shouted", "Head of Year 8"), Some(NameMatch::ByPost));
    assert_eq!(named("the geography teacher shouted", "Teacher of geography"), Some(NameMatch::ByPost));
    assert_eq!(named("a teacher of year 8 shouted", "Head of Year 8"), None);
    assert_eq!(named("he hurt his head", "Headteacher"), None);
}

#[test]
fn a_duty_is_said_as_such_and_a_name_comes_first() {
    let roster = roster();
    let how = |words, at: usize| name_match(words, &adult(at, NAMES[at]), &roster);
    assert_eq!(how("the DSL", 0), Some(NameMatch::ByDuty(Desk::Dsl)));
    assert_eq!(how("Mrs Marlowe, the DSL", 0), Some(NameMatch::ByName));
    assert_eq!(how("Marlow", 0), Some(NameMatch::ByNearName));
}

#[test]
fn every_role_is_known_by_its_own_words() {
    for (desk, seat) in Desk::ALL.iter().flat_map(|desk| Seat::ALL.iter().map(|seat| (*desk, *seat))) {
        let roster = Roster::new([Sitting { desk, seat, person: person(0) }]);
        let words = DutyKind::Seat(desk, seat).words();
        let by = name_match(&words, &adult(0, "Xena Yarrow"), &roster);
        assert_eq!(by, Some(NameMatch::ByDuty(desk)), "{words}");
    }
}

#[test]
fn former_names_are_found_for_good() {
    let mut changed = adult(0, "Helen Forsythe");
    changed.former_names = vec!["Helen Marlowe".to_owned(), "Hall".to_owned()];
    for words in [
        "Mrs Marlowe",
        "H Marlowe",
        "Marlow",
        "Helen Forsythe",
        "Forsythe",
        "HM",
        "HF",
        "Mrs Hall",
        "Helen Hall",
    ] {
        assert!(name_match(words, &changed, &Roster::default()).is_some(), "{words}");
    }
}

#[test]
fn words_that_single_no_one_out() {
    for words in [
        "",
        " ",
        "?",
        "n/a",
        "a teacher",
        "A Teacher",
        "somebody in the corridor",
        "I do not know",
        "I don’t know",
        "not sure",
        "unknown",
        "a member of staff",
        "an adult",
        "one of the TAs",
        "TA",
        "supply teacher",
        "someone",
        "a tall man with a beard",
        "the man with the ponytail",
        "Sir",
        "Miss",
        "somebody in the Hall",
        "a teacher in the Sports Block",
        "two teachers",
        "a lady",
        "A plumber",
    ] {
        assert_eq!(singles_nobody_out(words), SinglesOut::NoOne, "{words}");
    }
    for words in [
        "Mr Achebe",
        "mr achebe",
        "Achebe",
        "Daniel",
        "D Achebe",
        "A Achebe",
        "DA",
        "Mr Price",
        "Grace Price",
        "Price",
        "the DSL",
        "the deputy",
        "the IT man",
        "head of year 8",
        "the geography teacher",
        "Mrs Marlowe in the corridor",
        "Łucja Zając",
    ] {
        assert_eq!(singles_nobody_out(words), SinglesOut::SomeOne, "{words}");
    }
}

proptest! {
    #[test]
    fn a_title_and_the_surname_always_mean_somebody(
        given in "[A-Z][a-z]{1,9}", family in "[A-Z][a-z]{2,9}(-[A-Z][a-z]{2,9})?", title in 0..6_usize,
    ) {
        let (one, none) = (adult(0, &format!("{given} {family}")), Roster::default());
        let title = ["Mr", "mrs", "Ms.", "DR", "Miss", "Prof"][title];
        for words in [format!("{title} {family}"), format!("{given} {family}"), family.to_uppercase()] {
            prop_assert_eq!(name_match(&words, &one, &none), Some(NameMatch::ByName), "{}", words);
        }
        let account = format!("Then {title} {family} pushed him.");
        prop_assert_eq!(NameSearch::in_account(&account).matches(&one, &none), Some(NameMatch::ByName), "{}", account);
    }

    #[test]
    fn nothing_typed_breaks_it(words in "\\PC{0,60}", name in "\\PC{0,30}", post in "\\PC{0,30}") {
        let one = with_post(&name, &post);
        let _ = (name_match(&words, &one, &roster()), NameSearch::in_account(&words).matches(&one, &roster()));
        let _ = singles_nobody_out(&words);
    }
}

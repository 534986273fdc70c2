//! Whom words mean, and what tells people of one name apart.

use super::*;
use crate::domain::people::register::offered::{
    Meant, Offered, Pick, Reader, is_same_name, mark_of, meant, offers,
};
use proptest::prelude::*;

fn pupil(number: u128, name: &str, tutor_group: &str, born: u32) -> Offered {
    let (given, family) = name.split_once(' ').unwrap();
    Offered {
        id: id(number),
        kind: PersonKind::Pupil,
        name: name.to_owned(),
        former: Vec::new(),
        found_as: None,
        given: vec![given.to_owned()],
        family: vec![family.to_owned()],
        year_group: Some("Year 7".to_owned()),
        tutor_group: Some(tutor_group.to_owned()),
        born_on: NaiveDate::from_ymd_opt(2014, 5, born),
        post: None,
        email: None,
        left_at: None,
    }
}

fn khans() -> [Offered; 3] {
    [
        pupil(1, "Muhammad Khan", "7A", 5),
        pupil(2, "Muhammad Khan", "7A", 6),
        pupil(3, "Muhammad Khan", "7C", 7),
    ]
}

#[test]
fn people_who_look_the_same_to_a_reader_share_a_line_that_names_none() {
    let lines =
        |reader| offers(&khans(), reader).into_iter().map(|one| (one.person, one.people)).collect::<Vec<_>>();
    assert_eq!(lines(Reader::Elsewhere), [(None, 2), (Some(id(3)), 1)]);
    assert_eq!(lines(Reader::AtADesk), [(Some(id(1)), 1), (Some(id(2)), 1), (Some(id(3)), 1)]);
    assert_eq!(khans()[0].label(Reader::AtADesk), "Muhammad Khan, Year 7, 7A, born 5 May");
    assert_eq!(khans()[0].label(Reader::Elsewhere), "Muhammad Khan, Year 7, 7A");
}

#[test]
fn a_person_who_left_is_marked_and_an_adult_has_a_post_or_what_they_are() {
    let mut adult = Offered { kind: PersonKind::Visitor, ..pupil(4, "Sam Twin", "", 1) };
    assert_eq!(adult.label(Reader::AtADesk), "Sam Twin, visitor, supply or contractor");
    adult.post = Some("Cook".to_owned());
    adult.left_at = Some("2026-06-12T10:00:00Z".parse().unwrap());
    assert_eq!(adult.label(Reader::Elsewhere), "Sam Twin, Cook, left 12 June 2026");
}

#[test]
fn of_several_none_is_guessed_and_a_pick_says_which() {
    let all = khans();
    let several = |typed: &str, picks: &[Pick]| match meant(typed, picks, &all) {
        Meant::Several(people) => people.len(),
        Meant::Words => 0,
        Meant::Person(_) => 1,
    };
    assert_eq!(several("muhammad khan", &[]), 3);
    assert_eq!(several("Muhammad Khan, Year 7, 7A", &[]), 2);
    assert_eq!(meant("Muhammad Khan, 7C", &[], &all), Meant::Person(id(3)));
    assert_eq!(meant("Muhammad Khan", &[Pick::Person(id(2))], &all), Meant::Person(id(2)));
    assert_eq!(several("Muhammad Khan", &[Pick::Person(id(1)), Pick::Person(id(2))]), 3, "two are no answer");
    assert_eq!(meant("Muhammad Khan", &[Pick::Words(mark_of("MUHAMMAD KHAN"))], &all), Meant::Words);
    assert_eq!(
        several("Muhammad Khan", &[Pick::Words(mark_of("Ada Twyford"))]),
        3,
        "an answer for other words"
    );
}

proptest! {
    /// A pick never makes a person of words that are not theirs, and what a form posts is read back as it was.
    #[test]
    fn an_old_pick_never_wins(typed in "[a-zA-Zéł ,]{1,20}", listed_for in "[a-z]{3,9}") {
        let all = khans();
        let posted = [all[0].id.to_string(), Pick::listed(all[0].id, &listed_for), mark_of(&listed_for)];
        let picks: Vec<Pick> = posted.iter().map(|value| value.parse().unwrap()).collect();
        prop_assert_eq!(&picks[1], &Pick::Listed(all[0].id, mark_of(&listed_for)));
        let answer = meant(&typed, &picks, &all);
        if !is_same_name(&typed, "Muhammad Khan") && !is_same_name(&typed, &listed_for) {
            prop_assert_eq!(answer, Meant::Words);
        }
        prop_assert_eq!(meant(&listed_for, &picks, &all), Meant::Person(all[0].id));
    }

    /// A name is itself whatever its order, capitals, spaces and hyphens.
    #[test]
    fn a_name_is_the_same_however_it_is_written(given in "[A-Za-zéüñł]{2,9}", family in "[A-Za-zéüñł]{2,9}( [A-Za-z]{2,8})?") {
        let name = format!("{given} {family}");
        let written = [
            format!("{family} {given}"),
            format!("{family}, {given}"),
            name.to_uppercase(),
            name.replace(' ', "-"),
            name.replace(' ', ""),
        ];
        for other in &written {
            prop_assert!(is_same_name(&name, other), "{} and {}", name, other);
        }
        prop_assert!(!is_same_name(&name, ""));
        let longer = format!("{name}q");
        prop_assert!(!is_same_name(&name, &longer));
    }
}

//! No rule reads a word: with the words of every code removed, everything is decided, stored and hidden as before.

use super::{
    clocks::{Does, does},
    *,
};
use crate::domain::kernel::codes::reworded;
use proptest::prelude::*;

/// What came of one act: what is stored, who sees it, what its page offers to whom, who is told, and which words an
/// inspector does not get.
#[derive(Debug, PartialEq)]
struct Came {
    refused: bool,
    case: String,
    entries: String,
    names: Vec<TextId>,
    seen: Vec<Option<Sight>>,
    offered: Vec<Vec<Move>>,
    told: Vec<PersonId>,
}

fn lived(start: &str, acts: &[(PersonId, Does)]) -> Vec<Came> {
    let mut school = School::with(&draft(start));
    let mut all = Vec::new();
    for (who, what) in acts {
        let refused = school.tries_to(*who, *what).is_err();
        all.push(Came {
            refused,
            case: serde_json::to_string(&school.case).unwrap(),
            entries: serde_json::to_string(&school.entries).unwrap(),
            names: school.entries.iter().flat_map(Entry::names_in_words).collect(),
            seen: SEATS.iter().map(|(_, _, person)| school.sees(*person)).collect(),
            offered: SEATS
                .iter()
                .map(|(_, _, person)| school.ask(*person, |case, act| case.offers(act)))
                .collect(),
            told: school.told(),
        });
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn without_the_words_of_any_code_everything_is_decided_as_with_them(
        start in prop::sample::select(vec!["CP-CONCERN", "CON-INAPP", "DAT-LOSS", "FIL-FAIL", "STF-COMM", "CON-EXTREM"]),
        acts in prop::collection::vec(
            (prop::sample::select(vec![DSL, HEAD, COORDINATOR, NETWORK, SIRO, CHAIR]), does()), 1..14,
        ),
    ) {
        prop_assert_eq!(lived(start, &acts), reworded(|| lived(start, &acts)));
    }
}

#[test]
fn nothing_that_is_stored_holds_the_words_of_a_code() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    school.triaged_as(COORDINATOR, &[(Question::Crime, Reply::No)]);
    school.adds(COORDINATOR, alleged(OTHER_TEACHER));
    let stored = serde_json::to_string(&(&school.case, &school.entries)).unwrap();
    for words in [Desk::Head.words(), Severity::High.words(), Question::Crime.words(), Move::Triage.words()] {
        assert!(!stored.contains(words), "{words} in {stored}");
    }
    assert!(!stored.contains("because it is"), "{stored}");
}

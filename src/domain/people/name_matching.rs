//! Who the words of a reporter may mean: "Mrs Marlowe", "A Marlowe", "the headteacher", "told the deputy DSL".
//!
//! What is found here is only ever asked about, never taken for certain (DOMAIN, Exclusion: "if a person named there
//! holds a desk on the route it asks"). So both of two people with one surname match, and a match too many costs one
//! question.

use super::{Desk, Roster, Seat, Sitting, register::keys::fold};
use crate::domain::kernel::ids::PersonId;

/// How words match a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    /// By their name or surname.
    ByName,
    /// By the role they have.
    ByDuty(Desk),
}

/// What stands before a surname.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "miss",
    "ms",
    "mx",
    "dr",
    "sir",
    "madam",
    "prof",
    "professor",
    "rev",
    "reverend",
    "father",
    "sister",
];
/// What may stand before a name or a role and says nothing.
const ARTICLES: &[&str] = &["the", "our", "my", "your", "school", "schools", "told", "i"];
/// A role with this before it is its deputy's.
const DEPUTY: &[&str] = &["deputy", "vice"];
/// A role with one of these before it is another person's.
const NOT_THEIRS: &[&str] = &["assistant", "former", "old", "previous", "last"];

/// What people call each desk, beside its own words; each folded.
const fn called(desk: Desk) -> &'static [&'static str] {
    match desk {
        Desk::Dsl => &[
            "dsl",
            "designated safeguarding lead",
            "safeguarding lead",
            "designated lead",
            "safeguarding officer",
            "child protection officer",
        ],
        Desk::OnlineSafety => &[
            "online safety coordinator",
            "online safety lead",
            "online safety officer",
            "e safety coordinator",
            "e safety lead",
            "esafety lead",
        ],
        Desk::Network => &["network manager", "it manager", "ict manager"],
        Desk::Head => &["headteacher", "head teacher", "head", "headmaster", "headmistress", "principal"],
        Desk::InformationRisk => &["senior information risk owner", "siro"],
        Desk::DataProtection => &["data protection officer", "dpo"],
        Desk::Slt => &["senior leadership team", "slt"],
        Desk::Chair => &["chair of governors", "chair of the governors", "chair"],
        Desk::External => &["external contact"],
    }
}

/// Whether words may mean this person of the school.
pub fn name_match(words: &str, (person, name): (PersonId, &str), roster: &Roster) -> Option<NameMatch> {
    let folded = fold(words);
    let said: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    if names(&said, name) {
        return Some(NameMatch::ByName);
    }
    let duties = duties(&said);
    let theirs = roster.sittings().iter().filter(|sitting| sitting.person == person);
    theirs
        .filter(|sitting| duties.iter().any(|duty| duty.is(sitting)))
        .map(|sitting| NameMatch::ByDuty(sitting.desk))
        .next()
}

/// Whether words say a name: the whole of it anywhere, or a surname after a title or by itself, an initial before it
/// or not.
fn names(said: &[&str], name: &str) -> bool {
    let whole = fold(name);
    let whole: Vec<&str> = whole.split(' ').filter(|word| !word.is_empty()).collect();
    let initial = whole.first().and_then(|given| given.chars().next());
    let is_initial = |word: &str| word.chars().count() == 1 && word.chars().next() == initial;
    let is_whole_anywhere = whole.len() > 1 && said.windows(whole.len()).any(|some| some == whole.as_slice());
    let bare: Vec<&str> = said.iter().copied().skip_while(|word| ARTICLES.contains(word)).collect();
    is_whole_anywhere
        || surnames(name).iter().any(|surname| {
            let surname: Vec<&str> = surname.split(' ').collect();
            let begins = |rest: &[&str]| {
                let rest = match rest {
                    [first, rest @ ..] if is_initial(first) && !rest.is_empty() => rest,
                    all => all,
                };
                rest.starts_with(&surname)
            };
            let after_a_title = said
                .iter()
                .enumerate()
                .any(|(at, word)| TITLES.contains(word) && said.get(at + 1..).is_some_and(begins));
            let by_itself = match bare.as_slice() {
                [first, rest @ ..] if is_initial(first) && rest == surname.as_slice() => true,
                all => all == surname.as_slice(),
            };
            after_a_title || by_itself
        })
}

/// What may be a person's surname: any number of last words of their name, and each part of a double one.
fn surnames(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let mut surnames: Vec<String> = (1..words.len().max(2))
        .filter_map(|from| {
            let tail = words.get(from..).filter(|tail| !tail.is_empty()).unwrap_or(&words);
            Some(fold(&tail.join(" "))).filter(|tail| !tail.is_empty())
        })
        .collect();
    let last = words.last().copied().unwrap_or_default();
    surnames
        .extend(last.split(['-', '\u{2010}', '\u{2011}']).map(fold).filter(|part| part.chars().count() > 1));
    surnames
}

/// A role the reporter wrote.
struct WrittenDuty {
    desk: Desk,
    of: Of,
}

#[derive(Clone, Copy)]
enum Of {
    Holder,
    Deputy,
}

impl WrittenDuty {
    fn is(&self, sitting: &Sitting) -> bool {
        let seated = match (self.of, sitting.seat) {
            (Of::Holder, Seat::Holder | Seat::Cover) | (Of::Deputy, Seat::Deputy) => true,
            (Of::Holder, Seat::Deputy) | (Of::Deputy, Seat::Holder | Seat::Cover) => false,
        };
        seated && sitting.desk == self.desk
    }
}

/// Every role in the words, the longest reading of each place: "deputy designated safeguarding lead" is one, and no
/// lead's.
fn duties(said: &[&str]) -> Vec<WrittenDuty> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = said.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((desk, length)) = longest(rest) else {
            if rest.first() == Some(&"ddsl") {
                found.push(WrittenDuty { desk: Desk::Dsl, of: Of::Deputy });
            }
            at += 1;
            continue;
        };
        let before = at.checked_sub(1).and_then(|at| said.get(at)).copied().unwrap_or_default();
        // "Head of Year 8", "chair of the parents": another role altogether.
        let goes_on = rest.get(length) == Some(&"of");
        if !goes_on && !NOT_THEIRS.contains(&before) {
            let of = if DEPUTY.contains(&before) { Of::Deputy } else { Of::Holder };
            found.push(WrittenDuty { desk, of });
        }
        at += length;
    }
    found
}

fn longest(rest: &[&str]) -> Option<(Desk, usize)> {
    let begins = |called: &str| {
        let words: Vec<&str> = called.split(' ').collect();
        rest.starts_with(&words).then_some(words.len())
    };
    let all = Desk::ALL.iter().flat_map(|desk| called(*desk).iter().map(move |called| (*desk, *called)));
    all.filter_map(|(desk, called)| Some((desk, begins(called)?))).max_by_key(|(_, length)| *length)
}

#[cfg(test)]
mod tests {
    use super::*;
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

    fn all_match(words: &str) -> Vec<usize> {
        let roster = roster();
        let is_meant = |at: &usize| name_match(words, (person(*at), NAMES[*at]), &roster).is_some();
        (0..NAMES.len()).filter(is_meant).collect()
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
            ("I told Mrs Marlowe in the corridor", &[0, 1]),
            ("Mrs Marlowe (DSL)", &[0, 1]),
            ("Helen Marlowe, yesterday", &[0]),
            ("Ms de la Cruz", &[3]),
            ("Miss Cruz", &[3]),
            ("Dr OBrien", &[4]),
            ("Dr Lukasz", &[4]),
            ("Ms O'Brien-Lukasz", &[4]),
            ("the DSL", &[0]),
            ("our safeguarding lead", &[0]),
            ("Deputy DSL", &[5]),
            ("the deputy designated safeguarding lead", &[5]),
            ("DDSL", &[5]),
            ("the headteacher", &[2]),
            ("Head", &[2]),
            ("the Head Teacher and the DSL", &[0, 2]),
            ("deputy head", &[1]),
            ("the network manager", &[6]),
            ("online safety lead", &[3]),
            ("chair of governors", &[7]),
            ("The principal", &[2]),
            // No one.
            ("head of year 8", &[]),
            ("assistant head", &[]),
            ("the former headteacher", &[]),
            ("Marlow", &[]),
            ("Marlowe's brother", &[]),
            ("the IT man", &[]),
            ("somebody", &[]),
            ("", &[]),
            ("Helen", &[]),
            ("a headache", &[]),
        ];
        for (words, expected) in table {
            assert_eq!(all_match(words), *expected, "{words}");
        }
    }

    #[test]
    fn a_duty_is_said_as_such_and_a_name_comes_first() {
        let roster = roster();
        let how = |words, at: usize| name_match(words, (person(at), NAMES[at]), &roster);
        assert_eq!(how("the DSL", 0), Some(NameMatch::ByDuty(Desk::Dsl)));
        assert_eq!(how("Mrs Marlowe, the DSL", 0), Some(NameMatch::ByName));
    }

    #[test]
    fn every_desk_is_known_by_its_own_words() {
        for desk in Desk::ALL {
            let holder = Roster::new([Sitting { desk: *desk, seat: Seat::Holder, person: person(0) }]);
            let by = name_match(desk.words(), (person(0), "Xena Yarrow"), &holder);
            assert_eq!(by, Some(NameMatch::ByDuty(*desk)), "{}", desk.words());
        }
    }

    proptest! {
        #[test]
        fn a_title_and_the_surname_always_mean_somebody(
            given in "[A-Z][a-z]{1,9}", family in "[A-Z][a-z]{2,9}(-[A-Z][a-z]{2,9})?", title in 0..TITLES.len(),
        ) {
            let (name, roster) = (format!("{given} {family}"), Roster::default());
            for words in [format!("{} {family}", TITLES[title]), format!("{given} {family}"), family.to_uppercase()] {
                prop_assert_eq!(name_match(&words, (person(0), &name), &roster), Some(NameMatch::ByName), "{}", words);
            }
        }

        #[test]
        fn nothing_typed_breaks_it(words in "\\PC{0,60}", name in "\\PC{0,30}") {
            let _ = name_match(&words, (person(0), &name), &roster());
        }
    }
}

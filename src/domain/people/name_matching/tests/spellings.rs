//! Ways to mean an adult, made by rule: by their name, and by the seat they have.

use crate::domain::people::{Desk, Seat, duty::DutyKind, register::keys::fold};

/// How an adult is meant: the name of the rule, and the words.
pub(in crate::domain) type Spelling = (&'static str, String);

fn changed(word: &str, change: impl Fn(&mut Vec<char>)) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    change(&mut letters);
    letters.into_iter().collect()
}

/// One slip of each kind, at the end of a word: a letter fewer, doubled, changed round, another, one more.
pub(super) fn slips(word: &str) -> [Spelling; 5] {
    let last = word.chars().count() - 1;
    [
        ("a letter fewer", changed(word, |letters| letters.truncate(last))),
        ("a letter doubled", changed(word, |letters| letters.push(letters[last]))),
        ("two letters changed round", changed(word, |letters| letters.swap(last - 1, last))),
        ("another letter", changed(word, |letters| letters[last] = 'x')),
        ("a letter more", changed(word, |letters| letters.insert(last, 'h'))),
    ]
}

fn wide(words: &str) -> String {
    let wide =
        |c: char| if c.is_ascii_alphabetic() { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c };
    words.chars().map(wide).collect()
}

/// Ways to say a name.
pub(in crate::domain) fn of_name(given: &str, surname: &str) -> Vec<Spelling> {
    let letter = given.chars().next().unwrap();
    let family_letter = surname.chars().find(|c| c.is_uppercase()).unwrap();
    let whole = format!("{given} {surname}");
    let mut all: Vec<Spelling> = vec![
        ("whole", whole.clone()),
        ("in capitals", whole.to_uppercase()),
        ("in small letters", whole.to_lowercase()),
        ("without accents", fold(&whole)),
        ("with an accent more", format!("{whole}\u{301}")),
        ("in wide letters", wide(&whole)),
        ("with spaces", format!("  {given}   {surname} ")),
        ("with a space that does not break", whole.replace(' ', "\u{a0}")),
        (
            "with a space of no width",
            format!("{given} {}", changed(surname, |letters| letters.insert(1, '\u{200b}'))),
        ),
        ("surname first", format!("{surname} {given}")),
        ("surname, given name", format!("{surname}, {given}")),
        ("surname alone", surname.to_owned()),
        ("surname in capitals", surname.to_uppercase()),
        ("surname in small letters", surname.to_lowercase()),
        ("given name alone", given.to_owned()),
        ("given name in small letters", given.to_lowercase()),
        ("Mr", format!("Mr {surname}")),
        ("Mrs.", format!("Mrs. {surname}")),
        ("ms", format!("ms {}", surname.to_lowercase())),
        ("MISS", format!("MISS {}", surname.to_uppercase())),
        ("Dr and initial", format!("Dr {letter} {surname}")),
        ("Mr without a space", format!("Mr.{surname}")),
        ("title and given name", format!("Miss {given}")),
        ("title and whole", format!("Prof {whole}")),
        ("title and letter", format!("Mr {family_letter}")),
        ("initial", format!("{letter} {surname}")),
        ("initial with a full stop", format!("{letter}. {surname}")),
        ("initial without a space", format!("{letter}.{surname}")),
        ("initial after", format!("{surname} {letter}")),
        ("initial after a comma", format!("{surname}, {letter}.")),
        ("initials", format!("{letter}{family_letter}")),
        ("initials with full stops", format!("{letter}.{family_letter}.")),
        ("initials apart", format!("{letter} {family_letter}")),
        ("given name and letter", format!("{given} {family_letter}.")),
        ("middle name", format!("{given} James {surname}")),
        ("run together", whole.replace([' ', '-', '’'], "")),
        ("as an address", format!("{letter}{surname}").to_lowercase().replace([' ', '-', '’'], "")),
        ("of theirs", format!("Mr {surname}’s class")),
        ("in a sentence", format!("I told Mr {surname} in the corridor")),
        ("given name in a sentence", format!("It was {given}")),
        ("that one", format!("that {surname}")),
        ("and what they are", format!("{whole} (teacher)")),
        ("one of two", format!("Mr {surname} or Mr Other")),
        ("given name by a slip", slips(given)[1].1.clone()),
        ("given name by a slip, and surname", format!("{} {surname}", slips(given)[1].1)),
    ];
    for (rule, slip) in slips(surname) {
        all.push((rule, slip.clone()));
        all.push((rule, format!("Mr {slip}")));
        all.push((rule, format!("{given} {slip}")));
    }
    if !surname.contains([' ', '-']) && fold(surname).chars().count() > 7 {
        all.push(("two slips", slips(&slips(surname)[3].1)[4].1.clone()));
    }
    for apostrophe in ["'", "`", "´", "\u{2bc}", "‘", "", " "].into_iter().filter(|_| surname.contains('’'))
    {
        all.push(("another apostrophe", whole.replace('’', apostrophe)));
    }
    for hyphen in ["\u{2010}", "\u{2011}", "–", "−", " ", ""].into_iter().filter(|_| surname.contains('-'))
    {
        all.push(("another hyphen", format!("Ms {}", surname.replace('-', hyphen))));
    }
    all.extend(
        surname.split('-').filter(|part| *part != surname).map(|part| ("part of it", format!("Mrs {part}"))),
    );
    all
}

fn called(desk: Desk) -> &'static [&'static str] {
    match desk {
        Desk::Dsl => &["DSL", "designated safeguarding lead"],
        Desk::OnlineSafety => &["online safety coordinator", "online safety lead"],
        Desk::Network => &["network manager", "IT manager"],
        Desk::Head => &["headteacher", "head teacher", "head"],
        Desk::InformationRisk => &["SIRO", "senior information risk owner"],
        Desk::DataProtection => &["DPO", "data protection officer"],
        Desk::Slt => &["SLT", "senior leadership team"],
        Desk::Chair => &["chair of governors", "chair of the governors", "chair"],
        Desk::External => &["external contact"],
    }
}

fn parts(desk: Desk) -> &'static [&'static str] {
    match desk {
        Desk::Dsl => &["safeguarding", "safeguarding person", "child protection lead", "safeguarding lead"],
        Desk::OnlineSafety => &["online safety", "online safety person", "e-safety lead"],
        Desk::Network => &["IT man", "IT support", "network person", "computer man"],
        Desk::Head => &["head", "executive head"],
        Desk::InformationRisk => &["information risk person"],
        Desk::DataProtection => &["data protection person", "GDPR person"],
        Desk::Slt => &["leadership team", "senior leader"],
        Desk::Chair => &["chair", "chairman"],
        Desk::External => &["external", "local authority contact"],
    }
}

/// Ways to say a seat.
pub(in crate::domain) fn of_seat(desk: Desk, seat: Seat) -> Vec<Spelling> {
    let before: &[&str] = match seat {
        Seat::Holder => &[""],
        Seat::Deputy => &["deputy ", "vice "],
        Seat::Cover => &["", "acting ", "interim ", "deputy "],
    };
    let mut bases: Vec<String> = vec![DutyKind::Seat(desk, seat).words()];
    for called in called(desk) {
        bases.extend(before.iter().map(|before| format!("{before}{called}")));
    }
    bases.extend(parts(desk).iter().map(|part| (*part).to_owned()));
    match seat {
        Seat::Holder => {}
        Seat::Deputy | Seat::Cover => bases.push("deputy".to_owned()),
    }
    bases.iter().flat_map(|base| said(base)).collect()
}

fn said(base: &str) -> Vec<Spelling> {
    let mut all: Vec<Spelling> = vec![
        ("a role", base.to_owned()),
        ("a role in capitals", base.to_uppercase()),
        ("the role", format!("the {base}")),
        ("our role, in small letters", format!("our {}", base.to_lowercase())),
        ("a role in a sentence", format!("it was the {base}")),
        ("a role told", format!("I told the {base} at lunch")),
    ];
    let longest = base.split([' ', '-']).max_by_key(|word| word.len()).unwrap_or_default();
    if longest.len() > 7 && longest.chars().all(char::is_alphabetic) {
        let slip = changed(longest, |letters| letters.swap(2, 3));
        all.push(("a role by a slip", base.replace(longest, &slip)));
    }
    all
}

//! Ordinary reports about pupils of a school of 900, in which no adult is named: few of them ask about anybody.

use super::{adult, person};
use crate::domain::people::{
    Desk, Roster, Seat, Sitting,
    name_matching::{Adult, NameSearch},
};

const GIVEN: [&str; 30] = [
    "Aisha", "Alfie", "Amara", "Amelia", "Ava", "Bethan", "Callum", "Chloe", "Daisy", "Daniel", "Dylan",
    "Ella", "Ethan", "Evie", "Farah", "Freya", "George", "Grace", "Hamza", "Harvey", "Isla", "Jacob",
    "Kacper", "Layla", "Mia", "Noah", "Olivia", "Poppy", "Tobi", "Zara",
];
const SURNAMES: [&str; 30] = [
    "Adeyemi", "Ahmed", "Bailey", "Begum", "Brown", "Carter", "Chukwu", "Clarke", "Davies", "Evans", "Green",
    "Hall", "Hussain", "Jackson", "Johnson", "Kaur", "Khan", "Kowalski", "Lewis", "Marsh", "Mensah", "Nowak",
    "Patel", "Price", "Roberts", "Sheikh", "Taylor", "Walker", "Williams", "Young",
];
const ACCOUNTS: [&str; 20] = [
    "At break {a} pushed {b} over in the playground and {b} hit her head on the wall.",
    "{a} told me that an older boy on Snapchat asked for pictures. She has not sent any.",
    "While we were in the library {a} opened a website that the filter should have blocked.",
    "{a} came to my lesson upset and said that things are not good at home.",
    "Heard {a} and {b} calling another pupil names in the lunch queue.",
    "{a} has been making comments about her body and did not eat lunch again.",
    "A parent rang to say that {a} gets messages from an account that nobody knows.",
    "{a} shared a video of {b} in the changing room. It may be on several phones.",
    "I found {a} crying in the toilets. {b} was with her.",
    "Today {a} said that mum’s boyfriend shouts a lot and that she is scared of him.",
    "{a} used another pupil’s password to get into the computer in room 12.",
    "There is a safeguarding worry about {a}: tired, hungry, in the same clothes all week.",
    "{a} wrote in a book that she wants to die. I stayed with her until the end of the lesson.",
    "In maths {a} looked for knives on a school laptop.",
    "{b} says {a} threw a chair at her. The chair hit the wall.",
    "{a} showed {b} something on a phone under the table and both laughed.",
    "Seen on the bus: {a} vaping with two boys from another school.",
    "{a} asked me what grooming is. In online safety lessons we have not done it yet.",
    "It was after football. {a} said it was only a joke, but it lead to a fight.",
    "{a} was late again. She said her uncle would not let her leave the house.",
];

fn school() -> (Vec<Adult>, Roster) {
    let seats = [
        ("Helen Marlowe", Some((Desk::Dsl, Seat::Holder)), "Designated safeguarding lead (DSL)"),
        ("Daniel Achebe", Some((Desk::Dsl, Seat::Deputy)), "Deputy DSL"),
        ("Parveen Aslam", Some((Desk::Dsl, Seat::Cover)), "Head of Year 8"),
        ("Sunita Raval", Some((Desk::OnlineSafety, Seat::Holder)), "Online safety coordinator"),
        ("Imran Sheikh", Some((Desk::Network, Seat::Holder)), "Network manager"),
        ("Catherine Broadbent", Some((Desk::Head, Seat::Holder)), "Headteacher"),
        ("Gareth Pryce", Some((Desk::Head, Seat::Deputy)), "Deputy headteacher"),
        ("Paul Whitcombe", Some((Desk::InformationRisk, Seat::Holder)), "Business manager"),
        ("Ngozi Tremlett", Some((Desk::DataProtection, Seat::Holder)), "Data protection officer"),
        ("Robert Ainscough", Some((Desk::Chair, Seat::Holder)), "Chair of governors"),
        ("Angela Forsythe", Some((Desk::External, Seat::Holder)), "External contact at the local authority"),
        ("Ruth Calloway", None, "Teacher of geography"),
    ];
    let adults = seats.iter().enumerate().map(|(at, (name, _, post))| {
        let post = Some((*post).to_owned());
        Adult { post, ..adult(at, name) }
    });
    let sitting = |(at, seat): (usize, Option<(Desk, Seat)>)| {
        seat.map(|(desk, seat)| Sitting { desk, seat, person: person(at) })
    };
    let seated = seats.iter().enumerate().map(|(at, (_, seat, _))| (at, *seat));
    (adults.collect(), Roster::new(seated.filter_map(sitting)))
}

/// A pupil as given name and surname: 900 of them.
fn pupil(at: usize) -> (&'static str, &'static str) {
    (GIVEN[at % 30], SURNAMES[at / 30 % 30])
}

/// The words for the pupils of a report, and its account.
fn report(at: usize) -> (Vec<String>, String) {
    let (first, second) = (pupil(at * 7 % 900), pupil((at * 11 + 450) % 900));
    let words = |(given, surname): (&str, &str), way: usize| match way {
        0 => given.to_owned(),
        1 => format!("{surname}, {given}"),
        2 => format!("{given} {surname}, Year 8"),
        3 => format!("{given} {} in 9B", &surname[..1]),
        4 => format!("{given} {surname}").to_lowercase(),
        _ => format!("{given} {surname}"),
    };
    let told = |(given, surname): (&str, &str)| match at % 3 {
        0 => format!("{given} {surname}"),
        _ => given.to_owned(),
    };
    let account = ACCOUNTS[at % ACCOUNTS.len()].replace("{a}", &told(first)).replace("{b}", &told(second));
    (vec![words(first, at % 17), words(second, at % 19)], account)
}

#[test]
fn fewer_than_three_in_a_hundred_ordinary_reports_ask_about_an_adult() {
    let (adults, roster) = school();
    let may_be_about = |search: &NameSearch| adults.iter().find(|one| search.matches(one, &roster).is_some());
    let mut about = Vec::new();
    for at in 0..1_000 {
        let (words, account) = report(at);
        let searches = words.iter().map(|words| NameSearch::for_person(words));
        let mut searches: Vec<NameSearch> = searches.collect();
        searches.push(NameSearch::in_account(&account));
        about.extend(searches.iter().find_map(may_be_about).map(|one| (one.name.clone(), words, account)));
    }
    assert!(about.len() < 30, "{} of 1,000: {about:#?}", about.len());
    assert!(!about.is_empty(), "a pupil called Daniel may be the deputy");
}

/// So that the number above is not one because nothing is ever found.
#[test]
fn one_sentence_about_an_adult_in_an_ordinary_report_is_found() {
    let (adults, roster) = school();
    for at in 0..1_000 {
        let (_, account) = report(at);
        let one = &adults[at % adults.len()];
        let surname = one.name.split(' ').next_back().unwrap();
        let account = format!("{account} Mr {surname} saw it and laughed.");
        assert!(NameSearch::in_account(&account).matches(one, &roster).is_some(), "{account}");
    }
}

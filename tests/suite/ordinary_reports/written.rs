//! Ordinary reports about pupils of a school of 900, in which no adult is meant, written by rule. The tests of the domain
//! read them, and those of the report form send them.

/// How many pupils there are.
pub(super) const PUPILS: usize = 900;

/// One of these is the given name of the deputy DSL as well.
const GIVEN: [&str; 60] = [
    "Aisha",
    "Alfie",
    "Amara",
    "Amelia",
    "Ava",
    "Bethan",
    "Callum",
    "Chloe",
    "Daisy",
    "Daniel",
    "Dylan",
    "Ella",
    "Ethan",
    "Evie",
    "Farah",
    "Freya",
    "George",
    "Grace",
    "Hamza",
    "Harvey",
    "Isla",
    "Jacob",
    "Kacper",
    "Layla",
    "Mia",
    "Noah",
    "Olivia",
    "Poppy",
    "Tobi",
    "Zara",
    "Aaliyah",
    "Adam",
    "Archie",
    "Arjun",
    "Ben",
    "Caleb",
    "Charlotte",
    "Elif",
    "Emily",
    "Erin",
    "Finley",
    "Florence",
    "Gabriel",
    "Hannah",
    "Harry",
    "Ibrahim",
    "Jasmine",
    "Joshua",
    "Lacey",
    "Leo",
    "Lily",
    "Logan",
    "Maisie",
    "Mohammed",
    "Nia",
    "Oscar",
    "Rosie",
    "Samuel",
    "Tia",
    "Yusuf",
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

/// A number below `of`, with no pattern and the same in every run.
pub(super) fn drawn(at: usize, what: u64, of: usize) -> usize {
    let mut mixed =
        (at as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ what.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % of as u64) as usize
}

/// A pupil as given name and surname; no two have both alike.
pub(super) fn pupil(at: usize) -> (&'static str, &'static str) {
    let given = at % GIVEN.len();
    (GIVEN[given], SURNAMES[at / GIVEN.len() * 2 + given % 2])
}

/// The words for the two pupils of a report, and its account.
pub(super) fn report(at: usize) -> ([String; 2], String) {
    let (first, second) = (pupil(drawn(at, 1, PUPILS)), pupil(drawn(at, 2, PUPILS)));
    let words = |(given, surname): (&str, &str), way: usize| match way {
        0 => given.to_owned(),
        1 => format!("{surname}, {given}"),
        2 => format!("{given} {surname}, Year 8"),
        3 => format!("{given} {} in 9B", &surname[..1]),
        4 => format!("{given} {surname}").to_lowercase(),
        _ => format!("{given} {surname}"),
    };
    let is_whole = drawn(at, 4, 3) == 0;
    let told = |(given, surname): (&str, &str)| {
        if is_whole { format!("{given} {surname}") } else { given.to_owned() }
    };
    let account = ACCOUNTS[drawn(at, 3, ACCOUNTS.len())];
    let account = account.replace("{a}", &told(first)).replace("{b}", &told(second));
    ([words(first, drawn(at, 5, 18)), words(second, drawn(at, 6, 18))], account)
}

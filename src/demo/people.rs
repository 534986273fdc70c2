//! Invented people: names put together from fixed lists, so that no real person is meant.

use super::chance::{below, pick};
use crate::{
    domain::{
        kernel::{
            clock::Instant,
            ids::{PersonId, Random},
        },
        people::PersonKind,
    },
    store::people::staff::Person,
};
use std::collections::BTreeSet;

const FIRST: &[&str] = &[
    "Aaliyah",
    "Aaron",
    "Abigail",
    "Adam",
    "Adaeze",
    "Aisha",
    "Alfie",
    "Alice",
    "Amara",
    "Amelia",
    "Amir",
    "Anya",
    "Arjun",
    "Ava",
    "Bethan",
    "Blessing",
    "Callum",
    "Charlotte",
    "Chidi",
    "Chloe",
    "Daisy",
    "Daniel",
    "Dariusz",
    "Dylan",
    "Eleni",
    "Elijah",
    "Ella",
    "Emeka",
    "Emily",
    "Ethan",
    "Evie",
    "Faisal",
    "Farah",
    "Finlay",
    "Florence",
    "Freya",
    "George",
    "Grace",
    "Hamza",
    "Hannah",
    "Harriet",
    "Harvey",
    "Ibrahim",
    "Imogen",
    "Isaac",
    "Isla",
    "Ivy",
    "Jakub",
    "Jasmine",
    "Jayden",
    "Joshua",
    "Kezia",
    "Kofi",
    "Layla",
    "Leo",
    "Lily",
    "Logan",
    "Lucas",
    "Maisie",
    "Maryam",
    "Mason",
    "Megan",
    "Mei",
    "Millie",
    "Mohammed",
    "Nadia",
    "Naomi",
    "Nathan",
    "Niamh",
    "Noah",
    "Oliver",
    "Olivia",
    "Omar",
    "Oscar",
    "Poppy",
    "Priya",
    "Rhys",
    "Riley",
    "Rosie",
    "Ruby",
    "Samir",
    "Sanjay",
    "Sofia",
    "Tegan",
    "Theo",
    "Thomas",
    "Tomasz",
    "Tyler",
    "Victoria",
    "William",
    "Yasmin",
    "Yusuf",
    "Zara",
    "Zuzanna",
];

const LAST: &[&str] = &[
    "Abara",
    "Adeyemi",
    "Ahmadi",
    "Alderwick",
    "Appiah",
    "Ashcombe",
    "Balogun",
    "Banerjee",
    "Barrowclough",
    "Bex",
    "Birtwhistle",
    "Blackmoor",
    "Bristowe",
    "Caddick",
    "Chaudhary",
    "Chettle",
    "Chukwu",
    "Clewlow",
    "Copperwheat",
    "Cragg",
    "Czarnecki",
    "Dalgleish",
    "Darkwah",
    "Deveraux",
    "Dhillon",
    "Dobbs",
    "Dunstall",
    "Eastaugh",
    "Eccleston",
    "Ellwood",
    "Fairbrother",
    "Farooqi",
    "Featherstone",
    "Fenwright",
    "Fothergill",
    "Gambrell",
    "Garside",
    "Goodyear",
    "Greenhalgh",
    "Grewal",
    "Hadley",
    "Halloran",
    "Hardcastle",
    "Hartigan",
    "Hebblethwaite",
    "Hollis",
    "Hosseini",
    "Ibekwe",
    "Ingleby",
    "Iqbal",
    "Jagger",
    "Jankowski",
    "Jellicoe",
    "Kearsley",
    "Kettlewell",
    "Khatun",
    "Kilbride",
    "Kowalczyk",
    "Lamptey",
    "Larkspur",
    "Lightfoot",
    "Lister",
    "Loveday",
    "Mahmood",
    "Marchetti",
    "Mellor",
    "Mensah",
    "Merriweather",
    "Nandakumar",
    "Nettleship",
    "Newsome",
    "Nwosu",
    "Oakeshott",
    "Ogden",
    "Okafor",
    "Ormerod",
    "Osei",
    "Pargeter",
    "Pemberton",
    "Penhale",
    "Popescu",
    "Quayle",
    "Rahman",
    "Ramsbottom",
    "Redfearn",
    "Rowbotham",
    "Sandhu",
    "Satterthwaite",
    "Shackleton",
    "Silva",
    "Stonehouse",
    "Tattersall",
    "Thackeray",
    "Tranter",
    "Uddin",
    "Underhill",
    "Vasquez",
    "Wadsworth",
    "Whitlock",
    "Winterbourne",
    "Wolstenholme",
    "Wrigley",
    "Yeboah",
    "Zielinski",
];

const POSTS: &[&str] = &[
    "Teacher of mathematics",
    "Teacher of English",
    "Teacher of science",
    "Teacher of history",
    "Teacher of geography",
    "Teacher of art",
    "Teacher of music",
    "Teacher of computing",
    "Teacher of languages",
    "Teacher of PE",
    "Form tutor",
    "Head of year",
    "Teaching assistant",
    "Learning mentor",
    "Librarian",
    "Receptionist",
    "Attendance officer",
    "Lunchtime supervisor",
    "Site manager",
    "Laboratory technician",
    "Examinations officer",
    "Cover supervisor",
];

const PRIMARY_POSTS: &[&str] =
    &["Class teacher", "Teaching assistant", "Lunchtime supervisor", "School secretary", "Caretaker"];

/// Draws names that are not taken yet.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Keeps a name from being drawn.
    pub fn keep(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    fn draw(&mut self, random: &mut dyn Random) -> String {
        loop {
            let first = FIRST[below(random, FIRST.len())];
            let last = LAST[below(random, LAST.len())];
            let name = format!("{first} {last}");
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// The address of a person at a pretend school: nothing sent to `.example` can arrive anywhere.
pub fn email(name: &str, slug: &str) -> String {
    let local: String =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphabetic() { c } else { '.' }).collect();
    format!("{local}@{slug}.example")
}

/// The size of a school.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Years 7 to 11.
    Secondary,
    /// Reception to Year 6.
    Primary,
}

/// Staff without a role of their own.
pub fn staff(
    many: usize,
    size: Size,
    slug: &str,
    names: &mut Names,
    now: Instant,
    random: &mut dyn Random,
) -> Vec<Person> {
    let posts = match size {
        Size::Secondary => POSTS,
        Size::Primary => PRIMARY_POSTS,
    };
    (0..many)
        .map(|at| {
            let name = names.draw(random);
            let post = posts[at % posts.len()].to_owned();
            Person {
                id: PersonId::draw(now, random),
                kind: PersonKind::Staff,
                email: Some(email(&name, slug)),
                name,
                year_group: None,
                post: Some(post),
            }
        })
        .collect()
}

/// Pupils, evenly over the years.
pub fn pupils(
    many: usize,
    size: Size,
    names: &mut Names,
    now: Instant,
    random: &mut dyn Random,
) -> Vec<Person> {
    let years: &[&str] = match size {
        Size::Secondary => &["Year 7", "Year 8", "Year 9", "Year 10", "Year 11"],
        Size::Primary => &["Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5", "Year 6"],
    };
    (0..many)
        .map(|_| Person {
            id: PersonId::draw(now, random),
            kind: PersonKind::Pupil,
            name: names.draw(random),
            year_group: pick(random, years).map(|year| (*year).to_owned()),
            post: None,
            email: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::chance::SeededRandom;

    #[test]
    fn a_thousand_names_are_all_different() {
        let mut names = Names::default();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let many = pupils(1_000, Size::Secondary, &mut names, now, &mut SeededRandom::new(1));
        let different: BTreeSet<_> = many.iter().map(|pupil| &pupil.name).collect();
        assert_eq!(different.len(), 1_000);
    }

    #[test]
    fn an_address_goes_nowhere() {
        assert_eq!(email("Niamh O'Dowd", "thornmere"), "niamh.o.dowd@thornmere.example");
    }
}

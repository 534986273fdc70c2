//! A school that begins: what has to be known of it, and the three people who let all others in.
//!
//! No page can let anyone in before an administrator is there to use it. So the first administrator, headteacher and
//! chair get a code each when the school is made, and every other role begins on a page, proposed by one of them and
//! confirmed by another ([`crate::domain::people::duty`]). That takes three different people.

use crate::domain::{
    kernel::{
        clock::{Calendar, CalendarError, CalendarParts, Nation, SchoolHours},
        codes::{codes, problems},
        text::{Line, TextError},
    },
    people::{Desk, Office, PersonKind, Seat, register::offered::is_same_name},
    school::{SecondPersonAlso, Settings, routing::AdultLead},
};
use std::fmt;

/// Governors' term report, disclosure control: k = 5, which a head may raise and no one may lower.
const SMALLEST_SHOWN: u8 = 5;

codes! {
    /// Who is there first.
    FirstDuty {
        Administrator = "administrator", "administrator of Candour";
        Head = "head", "headteacher";
        Chair = "chair", "chair of governors";
    }
}

impl FirstDuty {
    /// What they are in the register.
    pub fn kind(self) -> PersonKind {
        match self {
            Self::Administrator | Self::Head => PersonKind::Staff,
            Self::Chair => PersonKind::GovernorOnly,
        }
    }

    /// The desk they hold.
    pub fn seat(self) -> Option<(Desk, Seat)> {
        match self {
            Self::Administrator => None,
            Self::Head => Some((Desk::Head, Seat::Holder)),
            Self::Chair => Some((Desk::Chair, Seat::Holder)),
        }
    }

    /// The office they have.
    pub fn office(self) -> Option<Office> {
        match self {
            Self::Administrator => Some(Office::Administrator),
            Self::Head => None,
            Self::Chair => Some(Office::Governor),
        }
    }
}

/// One of the first three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstPerson {
    /// Their name.
    pub name: Line,
    /// Where e-mails go.
    pub email: EmailAddress,
}

/// An e-mail address, as far as can be told without sending anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads one: something, an @, and a name with a dot in it.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (person, place) = typed.split_once('@')?;
        let odd = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | '@');
        let dotted = place.split('.').count() > 1 && place.split('.').all(|part| !part.is_empty());
        (!person.is_empty() && dotted && !person.contains(odd) && !place.contains(odd) && typed.len() <= 254)
            .then(|| Self(typed.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A school's short name, for command lines and settings: `upton`, `little-wickering`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortName(String);

impl ShortName {
    /// Reads one: small letters, figures and dashes, beginning with a letter.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let begins = typed.starts_with(|c: char| c.is_ascii_lowercase()) && !typed.ends_with('-');
        (begins && typed.len() <= 40 && typed.chars().all(fits)).then(|| Self(typed.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is entered about a school when it begins. Everything else has a usual value and is set on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchoolDetails {
    /// Its name.
    pub name: Line,
    /// Its short name.
    pub short_name: ShortName,
    /// Decides the bank holidays.
    pub nation: Nation,
    /// When it is open on a school day, on a London wall clock.
    pub hours: SchoolHours,
    /// The number of the DSL on call; may be empty.
    pub duty_phone: String,
    /// The number to call when the school is closed; may be empty.
    pub out_of_hours_phone: String,
    /// The local authority designated officer: the last resort if everyone in school is excluded (Routing rule 3).
    pub lado_phone: String,
    /// The first three, in the order of [`FirstDuty::ALL`].
    pub people: [FirstPerson; 3],
}

/// A school that may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    /// Its name.
    pub name: Line,
    /// Its short name.
    pub short_name: ShortName,
    /// The usual settings with its phone numbers.
    pub settings: Settings,
    /// Its nation and hours; terms are entered on a page. Until then every weekday but bank holidays counts as open.
    pub calendar: Calendar,
    people: [FirstPerson; 3],
}

problems! {
    /// Why a school may not begin like this.
    NotLikeThis {
        /// The day ends before it begins.
        Hours = "hours", "the school closes before it opens";
        /// Two of the first three have the same name or the same address.
        OnePersonTwice { one: FirstDuty, other: FirstDuty } = "one_person_twice", "the {one} and the {other} are one person: it takes three people, so that no one gives a role to themselves";
    }
}

impl fmt::Display for NotLikeThis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl std::error::Error for NotLikeThis {}

impl From<CalendarError> for NotLikeThis {
    fn from(_: CalendarError) -> Self {
        // The hours are all of a calendar that is entered at the beginning.
        Self::Hours
    }
}

impl Founding {
    /// Checks what was entered.
    ///
    /// # Errors
    /// [`NotLikeThis`].
    pub fn new(details: SchoolDetails) -> Result<Self, NotLikeThis> {
        let [administrator, head, chair] = &details.people;
        use FirstDuty::{Administrator, Chair, Head};
        let pairs = [
            (Head, head, Chair, chair),
            (Administrator, administrator, Head, head),
            (Administrator, administrator, Chair, chair),
        ];
        for (duty, one, other_duty, other) in pairs {
            if is_one_person(one, other) {
                return Err(NotLikeThis::OnePersonTwice { one: duty, other: other_duty });
            }
        }
        let calendar = Calendar::new(CalendarParts {
            nation: details.nation,
            hours: details.hours,
            terms: Vec::new(),
            breaks: Vec::new(),
            inset: Vec::new(),
            more_bank_holidays: Vec::new(),
        })?;
        let settings = Settings {
            // KCSIE's default (Routing rule 2); a school may choose otherwise on its settings page.
            adult_lead: AdultLead::Head,
            duty_phone: details.duty_phone,
            out_of_hours_phone: details.out_of_hours_phone,
            lado_phone: details.lado_phone,
            smallest_shown: SMALLEST_SHOWN,
            second_person: SecondPersonAlso::default(),
        };
        let SchoolDetails { name, short_name, people, .. } = details;
        Ok(Self { name, short_name, settings, calendar, people })
    }

    /// The first three.
    pub fn people(&self) -> impl Iterator<Item = (FirstDuty, &FirstPerson)> {
        FirstDuty::ALL.iter().copied().zip(&self.people)
    }
}

fn is_one_person(one: &FirstPerson, other: &FirstPerson) -> bool {
    is_same_name(one.name.as_str(), other.name.as_str())
        || one.email.as_str().eq_ignore_ascii_case(other.email.as_str())
}

/// A person's or a school's name: one line.
///
/// # Errors
/// Empty, or too long.
pub fn one_line(typed: &str) -> Result<Line, TextError> {
    Line::parse(&typed.replace(['\n', '\t'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, email: &str) -> FirstPerson {
        FirstPerson { name: one_line(name).unwrap(), email: EmailAddress::parse(email).unwrap() }
    }

    fn details(people: [FirstPerson; 3]) -> SchoolDetails {
        SchoolDetails {
            name: one_line("Upton School").unwrap(),
            short_name: ShortName::parse("upton").unwrap(),
            nation: Nation::Wales,
            hours: SchoolHours::default(),
            duty_phone: String::new(),
            out_of_hours_phone: String::new(),
            lado_phone: "01632 960 003".to_owned(),
            people,
        }
    }

    fn three() -> [FirstPerson; 3] {
        [
            person("Ada Ministrator", "ada@upton.example"),
            person("Hedda Head", "hedda@upton.example"),
            person("Charlie Chair", "charlie@governors.example"),
        ]
    }

    #[test]
    fn a_school_begins_with_the_usual_settings() {
        let school = Founding::new(details(three())).unwrap();
        assert_eq!((school.settings.adult_lead, school.settings.smallest_shown), (AdultLead::Head, 5));
        let duties: Vec<_> = school.people().map(|(duty, person)| (duty, person.name.as_str())).collect();
        assert_eq!(
            duties,
            [
                (FirstDuty::Administrator, "Ada Ministrator"),
                (FirstDuty::Head, "Hedda Head"),
                (FirstDuty::Chair, "Charlie Chair"),
            ]
        );
    }

    #[test]
    fn the_first_three_are_three_people_by_name_and_by_address() {
        let mut people = three();
        people[2] = person("hedda  HEAD", "other@upton.example");
        let twice = NotLikeThis::OnePersonTwice { one: FirstDuty::Head, other: FirstDuty::Chair };
        assert_eq!(Founding::new(details(people)), Err(twice));
        let mut people = three();
        people[0] = person("Somebody Else", "Hedda@Upton.example");
        let refused = Founding::new(details(people)).unwrap_err();
        assert_eq!(
            refused,
            NotLikeThis::OnePersonTwice { one: FirstDuty::Administrator, other: FirstDuty::Head }
        );
        assert!(refused.to_string().contains("three people"));
    }

    #[test]
    fn a_day_that_ends_before_it_begins_is_none() {
        let mut school = details(three());
        school.hours = SchoolHours { from: school.hours.to, to: school.hours.from };
        assert_eq!(Founding::new(school), Err(NotLikeThis::Hours));
    }

    #[test]
    fn short_names_and_addresses_are_read_strictly() {
        for good in ["upton", "little-wickering", "s4"] {
            assert!(ShortName::parse(good).is_some(), "{good}");
        }
        for bad in ["", "Upton", "4s", "-a", "a-", "a b", "ä", &"a".repeat(41)] {
            assert!(ShortName::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(EmailAddress::parse(" a.b@c.example ").unwrap().as_str(), "a.b@c.example");
        for bad in
            ["", "a", "a@", "@b.example", "a@b", "a@b..c", "a b@c.example", "a@b@c.example", "<a@b.example>"]
        {
            assert!(EmailAddress::parse(bad).is_none(), "{bad}");
        }
    }
}

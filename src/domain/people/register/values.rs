//! Dates, year groups, addresses and identifiers as registers write them.

use super::name::tidy;
use crate::domain::kernel::{
    clock::{figures, month_of},
    codes::problems,
};
use chrono::{Datelike, NaiveDate};
use std::{fmt, str::FromStr};

/// Reads a date as the three systems, CTF and OneRoster write it: `2012-03-04`, `04/03/2012`, `4 Mar 2012`,
/// `04-March-2012`; a time of day after it is left out.
///
/// Day before month always (these are English exports). Two figures for a year are refused: they do not tell 1911 from
/// 2011.
pub fn date(written: &str) -> Option<NaiveDate> {
    let written = written.trim();
    let parts: Vec<&str> = written.split([' ', '/', '-', '.', 'T']).filter(|part| !part.is_empty()).collect();
    let [first, month, last, rest @ ..] = parts.as_slice() else { return None };
    let is_only_a_time =
        |part: &&str| part.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '+' | 'Z'));
    if written.len() > 40 || !rest.iter().all(is_only_a_time) {
        return None;
    }
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let is_year = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    is_year.then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month_of(month)?, figures(day, 2)?)).flatten()
}

/// A date of birth that can be true of the person it is said of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BornOn(NaiveDate);

/// Whose date of birth it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// A pupil: not yet born is wrong, and so is older than 26. Education, health and care plans run to 25.
    Pupil,
    /// A grown-up: between 14 (work experience) and 100.
    Adult,
}

problems! {
    /// What is wrong with a date of birth.
    NotABirthday {
        NotADate = "not_a_date", "is not a date";
        Future = "future", "is in the future";
        /// It makes the person too old or too young.
        Age { years: i32 } = "age", "would make this person {years} years old";
    }
}

impl BornOn {
    /// Reads a date of birth as written.
    pub fn parse(written: &str, whose: Age, today: NaiveDate) -> Result<Self, NotABirthday> {
        let born = date(written).ok_or(NotABirthday::NotADate)?;
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        let age = today.year() - born.year() - i32::from(!had_birthday);
        let can_be = match whose {
            Age::Pupil => 0..=26,
            Age::Adult => 14..=100,
        };
        match (born > today, can_be.contains(&age)) {
            (true, _) => Err(NotABirthday::Future),
            (false, true) => Ok(Self(born)),
            (false, false) => Err(NotABirthday::Age { years: age }),
        }
    }

    /// A date that is already in the register.
    pub const fn known(date: NaiveDate) -> Self {
        Self(date)
    }

    /// The date.
    pub const fn date(self) -> NaiveDate {
        self.0
    }
}

impl fmt::Display for BornOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.format("%-d %B %Y").fmt(f)
    }
}

impl fmt::Debug for BornOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BornOn(not shown)")
    }
}

problems! {
    /// What is wrong with a short value.
    NotAValue {
        /// Longer than the field holds.
        TooLong { limit: usize } = "too_long", "is longer than {limit} characters";
        /// Control characters and the like.
        Character = "character", "has a character that does not belong there";
        NotAnAddress = "not_an_address", "is not an e-mail address";
    }
}

macro_rules! short {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The value.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }
    )+ };
}

short! {
    /// A year group, in one way of writing: `Reception`, `Year 7`, or the school's own words.
    YearGroup,
    /// A tutor group, class or post.
    Label,
    /// An e-mail address, in small letters: two ways of writing one address are one address.
    Email,
    /// What a system calls a person, or what a sign-in provider does (`oid` at Microsoft Entra, `sub` elsewhere).
    Identifier,
}

impl FromStr for YearGroup {
    type Err = NotAValue;

    /// Reads a year group: the codes of the school census (`R`, `N1`, `N2`, `E1`, `E2`, `1` to `14`), the words of
    /// the three systems (`Year 7`, `Yr 7`, `Curriculum Year 7`), or up to 20 characters of a school's own.
    fn from_str(written: &str) -> Result<Self, NotAValue> {
        let own = label(written, 20)?;
        let lower = own.to_lowercase();
        let short = ["national curriculum year", "curriculum year", "nc year", "year", "yr", "y"]
            .iter()
            .find_map(|prefix| lower.strip_prefix(prefix))
            .unwrap_or(&lower)
            .trim();
        let number = short.parse::<u8>().ok().filter(|year| *year <= 14);
        Ok(Self(match (number, short) {
            (Some(0), _) | (None, "r" | "rec" | "reception") => "Reception".to_owned(),
            (Some(year), _) => format!("Year {year}"),
            (None, "n" | "n1" | "n2" | "e1" | "e2" | "nursery") => "Nursery".to_owned(),
            (None, _) => own,
        }))
    }
}

impl FromStr for Label {
    type Err = NotAValue;

    fn from_str(written: &str) -> Result<Self, NotAValue> {
        label(written, 100).map(Self)
    }
}

fn label(written: &str, limit: usize) -> Result<String, NotAValue> {
    let label = tidy(written, limit).filter(|label| label.chars().count() <= limit);
    let label = label.ok_or(NotAValue::TooLong { limit })?;
    let is_odd =
        |c: char| c.is_control() || is_override(c) || matches!(c, '<' | '>' | '=' | '@' | '|' | '\\');
    match label.contains(is_odd) || label.starts_with(['-', '+']) {
        true => Err(NotAValue::Character),
        false => Ok(label),
    }
}

/// Characters that turn the text after them round on a screen.
pub(super) const fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl FromStr for Email {
    type Err = NotAValue;

    /// Reads an address: at most 254 characters (RFC 5321), plain ones, one `@`, a dot in the domain.
    fn from_str(written: &str) -> Result<Self, NotAValue> {
        let address = written.trim().to_ascii_lowercase();
        if address.len() > 254 {
            return Err(NotAValue::TooLong { limit: 254 });
        }
        let is_plain = |c: char| c.is_ascii_graphic() && !"<>()[]\\,;:\"=|`".contains(c);
        let is_host = |host: &str| {
            let labels = host.split('.').collect::<Vec<_>>();
            let is_label = |label: &&str| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            };
            labels.len() > 1 && labels.iter().all(is_label)
        };
        let is_address = address.split_once('@').is_some_and(|(local, host)| {
            (1..=64).contains(&local.len())
                && local.chars().all(|c| is_plain(c) && c != '@')
                && !local.starts_with(['-', '+', '.'])
                && !local.ends_with('.')
                && is_host(host)
        });
        if is_address { Ok(Self(address)) } else { Err(NotAValue::NotAnAddress) }
    }
}

impl FromStr for Identifier {
    type Err = NotAValue;

    /// Reads an identifier: at most 255 visible ASCII characters (the limit of OneRoster and of OpenID Connect).
    fn from_str(written: &str) -> Result<Self, NotAValue> {
        let id = written.trim();
        if id.len() > 255 {
            Err(NotAValue::TooLong { limit: 255 })
        } else if !id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            Ok(Self(id.to_owned()))
        } else {
            Err(NotAValue::Character)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn dates_are_read_as_english_exports_write_them() {
        for written in [
            "2012-03-04",
            "04/03/2012",
            "4/3/2012",
            "04.03.2012",
            "4 Mar 2012",
            "04-March-2012",
            "4-mar-2012",
            "2012-03-04T00:00:00",
            "04/03/2012 00:00:00",
            "2012-03-04T00:00:00.000Z",
            " 04/03/2012 ",
        ] {
            assert_eq!(date(written), Some(day(2012, 3, 4)), "{written}");
        }
        for written in
            ["04/03/12", "31/02/2012", "03/13/2012", "", "soon", "2012", "2012-3", "4 Ma 2012", "99/99/9999"]
        {
            assert_eq!(date(written), None, "{written}");
        }
    }

    #[test]
    fn a_date_of_birth_is_sane() {
        let today = day(2026, 11, 22);
        let read = |written, whose| BornOn::parse(written, whose, today).map(BornOn::date);
        assert_eq!(read("22/11/2026", Age::Pupil), Ok(today));
        assert_eq!(read("23/11/2026", Age::Pupil), Err(NotABirthday::Future));
        assert_eq!(read("23/11/1999", Age::Pupil), Ok(day(1999, 11, 23)));
        assert_eq!(read("22/11/1999", Age::Pupil), Err(NotABirthday::Age { years: 27 }));
        assert_eq!(read("04/03/2016", Age::Adult), Err(NotABirthday::Age { years: 10 }));
        assert_eq!(read("29/02/1980", Age::Adult), Ok(day(1980, 2, 29)));
    }

    #[test]
    fn year_groups_are_written_one_way() {
        for (written, kept) in [
            ("7", "Year 7"),
            ("07", "Year 7"),
            ("Year 7", "Year 7"),
            ("Yr 7", "Year 7"),
            ("Y7", "Year 7"),
            ("Curriculum Year  7", "Year 7"),
            ("R", "Reception"),
            ("0", "Reception"),
            ("Year R", "Reception"),
            ("N2", "Nursery"),
            ("14", "Year 14"),
            ("Lower Sixth", "Lower Sixth"),
            ("15", "15"),
            ("X", "X"),
        ] {
            assert_eq!(written.parse::<YearGroup>().unwrap().as_str(), kept, "{written}");
        }
        assert_eq!("a very long year group name".parse::<YearGroup>(), Err(NotAValue::TooLong { limit: 20 }));
        assert_eq!("=7".parse::<YearGroup>(), Err(NotAValue::Character));
        assert_eq!("a@b.example".parse::<YearGroup>(), Err(NotAValue::Character));
    }

    #[test]
    fn addresses_are_plain() {
        assert_eq!(" A.Osei@School.Example ".parse::<Email>().unwrap().as_str(), "a.osei@school.example");
        for written in [
            "",
            "a",
            "a@b",
            "@b.example",
            "a@@b.example",
            "a@b..example",
            "a b@c.example",
            "=a@b.example\n",
            "a@b.example\r\nBcc: c@d.example",
            "-a@b.example",
            "a<b>@c.example",
            "a@-b.example",
            "é@b.example",
        ] {
            assert_eq!(written.parse::<Email>(), Err(NotAValue::NotAnAddress), "{written}");
        }
    }

    #[test]
    fn identifiers_are_visible() {
        assert!("8d8c6e0a-7c3f-4a40-9c7b-0f6d2a8e1b11".parse::<Identifier>().is_ok());
        assert_eq!("a\0b".parse::<Identifier>(), Err(NotAValue::Character));
        assert_eq!("a".repeat(256).parse::<Identifier>(), Err(NotAValue::TooLong { limit: 255 }));
    }

    proptest! {
        #[test]
        fn any_day_is_read_back_in_every_form(days in 0i32..40_000) {
            let born = day(1920, 1, 1) + chrono::Days::new(u64::from(days.unsigned_abs()));
            for form in ["%Y-%m-%d", "%d/%m/%Y", "%-d %b %Y", "%d-%B-%Y", "%d/%m/%Y %H:%M:%S"] {
                let written = born.and_time(chrono::NaiveTime::MIN).format(form).to_string();
                prop_assert_eq!(date(&written), Some(born));
            }
        }

        #[test]
        fn anything_at_all_can_be_read(written in "\\PC{0,60}") {
            let _ = (date(&written), written.parse::<YearGroup>(), written.parse::<Email>());
            let _ = (written.parse::<Label>(), written.parse::<Identifier>());
        }
    }
}

//! Two pretend schools: who works there, who sits at which desk, and who may be chosen to sign in as.

use super::{
    calendar,
    chance::SeededRandom,
    people::{Names, Size, email, pupils, staff},
    provider::{DevPeople, DevPerson},
};
use crate::{
    domain::{
        case::Setting,
        kernel::{
            clock::{CalendarError, Instant},
            ids::{AccountId, DutyId, PersonId, Random, SchoolId},
        },
        people::{Desk, Office, PersonKind, Seat, Standing},
        school::{SecondPersonAlso, Settings, routing::AdultLead, settings::Editions},
    },
    service::{ServiceError, entry::codes},
    store::{
        self, StoreError, Tx,
        people::staff::{Duty, DutyKind, Person},
        school::schools,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A person with a fixed name who can be chosen on the sign-in page.
#[derive(Debug, Clone)]
pub struct Part {
    /// Lasting name of the sign-in; one for both schools if a person is in both.
    pub subject: &'static str,
    /// Their invented name.
    pub name: &'static str,
    /// What they do, as the sign-in page says it.
    pub words: &'static str,
    kind: PersonKind,
    duties: &'static [DutyKind],
}

const fn part(
    subject: &'static str,
    name: &'static str,
    words: &'static str,
    kind: PersonKind,
    duties: &'static [DutyKind],
) -> Part {
    Part { subject, name, words, kind, duties }
}

const fn holds(desk: Desk) -> DutyKind {
    DutyKind::Seat(desk, Seat::Holder)
}

const fn deputises(desk: Desk) -> DutyKind {
    DutyKind::Seat(desk, Seat::Deputy)
}

use PersonKind::{GovernorOnly, Outside, Staff};

const SHARED_NETWORK: Part =
    part("network", "Imran Sheikh", "Network manager, in both schools", Staff, &[holds(Desk::Network)]);
const SHARED_GOVERNOR: Part = part(
    "governor",
    "Margaret Oyelowo",
    "Governor, in both schools",
    GovernorOnly,
    &[DutyKind::Office(Office::Governor)],
);

/// The people of the secondary with a role, and one teacher without.
pub const SECONDARY: &[Part] = &[
    part("teacher", "Ruth Calloway", "Teacher of geography", Staff, &[]),
    part("dsl", "Helen Marlowe", "Designated safeguarding lead (DSL)", Staff, &[holds(Desk::Dsl)]),
    part("deputy-dsl", "Daniel Achebe", "Deputy DSL", Staff, &[deputises(Desk::Dsl)]),
    part("online-safety", "Sunita Raval", "Online safety coordinator", Staff, &[holds(Desk::OnlineSafety)]),
    SHARED_NETWORK,
    part("head", "Catherine Broadbent", "Headteacher", Staff, &[holds(Desk::Head)]),
    part(
        "assistant-head",
        "Gareth Pryce",
        "Assistant headteacher (senior leadership team)",
        Staff,
        &[holds(Desk::Slt)],
    ),
    part(
        "business",
        "Paul Whitcombe",
        "Business manager, senior information risk owner (SIRO)",
        Staff,
        &[holds(Desk::InformationRisk)],
    ),
    part(
        "data-protection",
        "Ngozi Tremlett",
        "Data protection officer",
        Outside,
        &[holds(Desk::DataProtection)],
    ),
    part(
        "chair",
        "Robert Ainscough",
        "Chair of governors",
        GovernorOnly,
        &[holds(Desk::Chair), DutyKind::Office(Office::Governor)],
    ),
    part(
        "external",
        "Angela Forsythe",
        "External contact at the local authority",
        Outside,
        &[holds(Desk::External)],
    ),
    SHARED_GOVERNOR,
    part(
        "administrator",
        "Kwame Danquah",
        "Administrator of Candour",
        Staff,
        &[DutyKind::Office(Office::Administrator)],
    ),
];

/// The people of the primary with a role, and one teacher without. The head is the DSL too, as in many
/// primaries.
pub const PRIMARY: &[Part] = &[
    part("primary-teacher", "Hollie Brightwell", "Class teacher, Year 3", Staff, &[]),
    part(
        "primary-head",
        "Stephen Larkin",
        "Headteacher and designated safeguarding lead (DSL)",
        Staff,
        &[holds(Desk::Head), holds(Desk::Dsl)],
    ),
    part(
        "primary-deputy",
        "Parveen Aslam",
        "Deputy headteacher, deputy DSL and online safety coordinator",
        Staff,
        &[deputises(Desk::Dsl), holds(Desk::OnlineSafety)],
    ),
    SHARED_NETWORK,
    part(
        "primary-business",
        "Linda Garrow",
        "Business manager (SIRO) and administrator of Candour",
        Staff,
        &[holds(Desk::InformationRisk), DutyKind::Office(Office::Administrator)],
    ),
    part(
        "primary-data-protection",
        "Owen Talbot",
        "Data protection officer",
        Outside,
        &[holds(Desk::DataProtection)],
    ),
    part(
        "primary-chair",
        "Jean Hathersage",
        "Chair of governors",
        GovernorOnly,
        &[holds(Desk::Chair), DutyKind::Office(Office::Governor)],
    ),
    part(
        "primary-external",
        "David Sowerby",
        "External contact at the local authority",
        Outside,
        &[holds(Desk::External)],
    ),
    SHARED_GOVERNOR,
];

/// A person of the secondary who has never signed in: what comes of it is up to the visitor who tries.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// Lasting name of the sign-in.
    pub subject: &'static str,
    /// Their invented name.
    pub name: &'static str,
    /// What they do, as the sign-in page says it.
    pub words: &'static str,
    kind: PersonKind,
    directory_id: Option<&'static str>,
    groups: &'static [&'static str],
}

/// One newcomer whom the sign-in says enough of, and one who needs a code.
pub const NEWCOMERS: &[Newcomer] = &[
    Newcomer {
        subject: "newcomer",
        name: "Marek Dolan",
        words: "Teaching assistant, new: has never signed in",
        kind: Staff,
        directory_id: Some("T-2041"),
        groups: &[STAFF_GROUP],
    },
    Newcomer {
        subject: "supply",
        name: "Patience Orrell",
        words: "Supply teacher: the sign-in does not say that she is staff",
        kind: PersonKind::Visitor,
        directory_id: None,
        groups: &[],
    },
];

/// The group that marks staff at the pretend sign-in.
pub const STAFF_GROUP: &str = "staff";

/// A school as the history needs it.
#[derive(Debug)]
pub struct School {
    /// Its row.
    pub row: schools::School,
    /// How big it is.
    pub size: Size,
    /// What its cases are acted on with.
    pub setting: Setting,
    /// Those with a part, by subject.
    pub cast: BTreeMap<&'static str, PersonId>,
    /// Members of staff without a role.
    pub staff: Vec<PersonId>,
    /// Pupils.
    pub pupils: Vec<PersonId>,
    duties: BTreeMap<PersonId, Vec<DutyKind>>,
}

impl School {
    /// A person's standing there at an instant.
    pub fn standing(&self, person: PersonId, at: Instant) -> Standing {
        let duties = self.duties.get(&person).map_or(&[][..], Vec::as_slice);
        let seats = duties.iter().filter_map(|duty| match duty {
            DutyKind::Seat(desk, seat) => Some((*desk, *seat)),
            DutyKind::Office(_) => None,
        });
        let offices = duties.iter().filter_map(|duty| match duty {
            DutyKind::Seat(..) => None,
            DutyKind::Office(office) => Some(*office),
        });
        let (seats, offices): (BTreeSet<_>, BTreeSet<_>) = (seats.collect(), offices.collect());
        Standing { school: self.row.id, person, seats, offices, at }
    }

    /// Everybody who sits at a desk.
    pub fn seated(&self) -> impl Iterator<Item = PersonId> {
        self.cast.values().copied().filter(|person| !self.setting.roster.desks_of(*person).is_empty())
    }
}

/// Why a school could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum SchoolError {
    /// The calendar is not one.
    #[error("the pretend calendar is wrong: {0}")]
    Calendar(#[from] CalendarError),
    /// The database would not store it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A person could not be let in.
    #[error(transparent)]
    NotLetIn(#[from] ServiceError),
}

/// The seed of how people came in, which no page shows.
const CODES: u64 = 20_260_902;

/// Sets up both schools as they were at `since`, with accounts of this issuer.
pub fn found(
    tx: &mut Tx<'_>,
    issuer: &str,
    today: chrono::NaiveDate,
    since: Instant,
    random: &mut dyn Random,
) -> Result<[School; 2], SchoolError> {
    let mut names = Names::default();
    for part in SECONDARY.iter().chain(PRIMARY) {
        names.keep(part.name);
    }
    for newcomer in NEWCOMERS {
        names.keep(newcomer.name);
    }
    // Draws of its own, so that the history does not hang on how people came in.
    let mut apart = SeededRandom::new(CODES);
    let mut accounts = BTreeMap::new();
    let plans = [
        ("thornmere", "Thornmere Community School", Size::Secondary, SECONDARY, 140, 900),
        ("little-wickering", "Little Wickering Primary School", Size::Primary, PRIMARY, 11, 80),
    ];
    let mut both = Vec::new();
    for (slug, name, size, parts, many_staff, many_pupils) in plans {
        let row = schools::School {
            id: SchoolId::draw(since, random),
            slug: slug.to_owned(),
            name: name.to_owned(),
            editions: Editions::founded(settings(size)),
            calendar: calendar::around(today)?,
        };
        schools::add(tx, &row, since)?;
        let setting = store::case::setting::read(tx, row.id, since)?;
        let mut school = School {
            row,
            size,
            setting,
            cast: BTreeMap::new(),
            staff: Vec::new(),
            pupils: Vec::new(),
            duties: BTreeMap::new(),
        };
        let mut people = cast(&mut school, parts, since, random);
        let others = staff(many_staff, size, slug, &mut names, since, random);
        school.staff = others.iter().map(|person| person.id).collect();
        people.extend(others);
        let pupils = pupils(many_pupils, size, &mut names, since, random);
        school.pupils = pupils.iter().map(|person| person.id).collect();
        people.extend(pupils);
        store::people::staff::add_people(tx, school.row.id, &people, since)?;
        seat(tx, &mut school, parts, since, random)?;
        open_accounts(tx, &school, parts, issuer, &mut accounts, since, (random, &mut apart))?;
        match size {
            Size::Secondary => register_newcomers(tx, &school, since, &mut apart)?,
            Size::Primary => {}
        }
        both.push(school);
    }
    <[School; 2]>::try_from(both).map_err(|_| StoreError::NotFound.into())
}

/// Phone numbers of the range 01632 960000 to 960999, which Ofcom reserves for drama: no one answers them.
fn settings(size: Size) -> Settings {
    let (duty, late, lado) = match size {
        Size::Secondary => ("01632 960201", "01632 960202", "01632 960203"),
        Size::Primary => ("01632 960301", "01632 960202", "01632 960203"),
    };
    Settings {
        adult_lead: AdultLead::Head,
        duty_phone: duty.to_owned(),
        out_of_hours_phone: late.to_owned(),
        lado_phone: lado.to_owned(),
        smallest_shown: 5,
        second_person: SecondPersonAlso::default(),
    }
}

fn cast(school: &mut School, parts: &'static [Part], since: Instant, random: &mut dyn Random) -> Vec<Person> {
    let mut people = Vec::new();
    for part in parts {
        let id = PersonId::draw(since, random);
        school.cast.insert(part.subject, id);
        people.push(Person {
            id,
            kind: part.kind,
            name: part.name.to_owned(),
            year_group: None,
            post: Some(part.words.to_owned()),
            email: Some(email(part.name, &school.row.slug)),
        });
    }
    people
}

fn seat(
    tx: &mut Tx<'_>,
    school: &mut School,
    parts: &'static [Part],
    since: Instant,
    random: &mut dyn Random,
) -> Result<(), StoreError> {
    for part in parts {
        let Some(person) = school.cast.get(part.subject).copied() else { continue };
        for what in part.duties {
            let id = DutyId::draw(since, random);
            let duty = Duty { id, person, what: *what, starts_at: since, ends_at: None };
            store::people::staff::add_duty(tx, school.row.id, &duty)?;
        }
        school.duties.insert(person, part.duties.to_vec());
    }
    school.setting = store::case::setting::read(tx, school.row.id, since)?;
    Ok(())
}

fn open_accounts(
    tx: &mut Tx<'_>,
    school: &School,
    parts: &'static [Part],
    issuer: &str,
    accounts: &mut BTreeMap<&'static str, AccountId>,
    since: Instant,
    (random, apart): (&mut dyn Random, &mut dyn Random),
) -> Result<(), SchoolError> {
    for part in parts {
        let account = match accounts.get(part.subject) {
            Some(known) => *known,
            None => {
                let new = AccountId::draw(since, random);
                store::entry::sessions::add_account(tx, new, (issuer, part.subject), part.name, since)?;
                accounts.insert(part.subject, new);
                new
            }
        };
        if let Some(person) = school.cast.get(part.subject) {
            codes::hand_over_and_enter(tx, (school.row.id, *person), account, since, apart)?;
        }
    }
    Ok(())
}

/// Puts those who have never signed in into the register, as an import would.
fn register_newcomers(
    tx: &mut Tx<'_>,
    school: &School,
    since: Instant,
    random: &mut dyn Random,
) -> Result<(), StoreError> {
    for newcomer in NEWCOMERS {
        let id = PersonId::draw(since, random);
        let person = Person {
            id,
            kind: newcomer.kind,
            name: newcomer.name.to_owned(),
            year_group: None,
            post: None,
            email: Some(email(newcomer.name, &school.row.slug)),
        };
        store::people::staff::add_people(tx, school.row.id, &[person], since)?;
        store::entry::account_linking::set_directory_id(tx, school.row.id, id, newcomer.directory_id)?;
    }
    Ok(())
}

/// Everybody the development provider offers, the secondary first; a person in both schools is there once.
pub fn to_sign_in() -> DevPeople {
    let listed = |parts: &'static [Part], school: &'static str, slug: &'static str| {
        parts.iter().map(move |part| DevPerson {
            subject: part.subject.to_owned(),
            name: part.name.to_owned(),
            email: email(part.name, slug),
            duty_words: part.words.to_owned(),
            school: school.to_owned(),
            directory_id: None,
            groups: match part.kind {
                Staff => vec![STAFF_GROUP.to_owned()],
                PersonKind::Pupil | GovernorOnly | PersonKind::Visitor | Outside => Vec::new(),
            },
        })
    };
    let newcomers = NEWCOMERS.iter().map(|newcomer| DevPerson {
        subject: newcomer.subject.to_owned(),
        name: newcomer.name.to_owned(),
        email: email(newcomer.name, "thornmere"),
        duty_words: newcomer.words.to_owned(),
        school: "Thornmere Community School".to_owned(),
        directory_id: newcomer.directory_id.map(str::to_owned),
        groups: newcomer.groups.iter().map(|group| (*group).to_owned()).collect(),
    });
    let mut seen = BTreeSet::new();
    let secondary = listed(SECONDARY, "Thornmere Community School", "thornmere").chain(newcomers);
    let all = secondary.chain(listed(PRIMARY, "Little Wickering Primary School", "little-wickering"));
    DevPeople { people: all.filter(|person| seen.insert(person.subject.clone())).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_in_both_schools_is_offered_once() {
        let people = to_sign_in().people;
        assert_eq!(people.iter().filter(|person| person.subject == "network").count(), 1);
        assert_eq!(people.len(), SECONDARY.len() + NEWCOMERS.len() + PRIMARY.len() - 2);
    }

    #[test]
    fn head_chair_and_external_are_three_people_in_each_school() {
        for parts in [SECONDARY, PRIMARY] {
            let who = |desk| parts.iter().find(|p| p.duties.contains(&holds(desk))).unwrap().subject;
            let three = BTreeSet::from([who(Desk::Head), who(Desk::Chair), who(Desk::External)]);
            assert_eq!(three.len(), 3);
        }
    }
}

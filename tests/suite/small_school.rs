//! A small school in a test's own database: one person for each desk, cases made by the domain and stored by the store.

use crate::databases::TestDb;
use candour::{
    domain::{
        case::{self, Act, Case},
        concern::{AtRisk, Draft, DraftSubject},
        kernel::{
            clock::{Calendar, Instant, Nation},
            ids::{AccountId, DutyId, PersonId, Reference, SchoolId},
            text::Narrative,
        },
        people::{Desk, PersonKind, Seat},
        school::{SecondPersonAlso, Settings, categories, routing::AdultLead, settings::Editions},
    },
    service::clock::Randomness,
    store::{
        By, StoreError, Tx, Viewer,
        case::{
            cases, setting,
            steward::{self, Steward, Work},
        },
        entry::sessions::{self, NewSession, Session},
        people::staff::{self, Duty, DutyKind, Person},
        school::schools::{self, School},
    },
};

/// Everybody who works there: the local part of their address, and the desk they sit at.
pub const STAFF: [(&str, Option<(Desk, Seat)>); 9] = [
    ("teacher", None),
    ("dsl", Some((Desk::Dsl, Seat::Holder))),
    ("deputy", Some((Desk::Dsl, Seat::Deputy))),
    ("coordinator", Some((Desk::OnlineSafety, Seat::Holder))),
    ("network", Some((Desk::Network, Seat::Holder))),
    ("head", Some((Desk::Head, Seat::Holder))),
    ("siro", Some((Desk::InformationRisk, Seat::Holder))),
    ("chair", Some((Desk::Chair, Seat::Holder))),
    ("external", Some((Desk::External, Seat::Holder))),
];

/// A Monday morning in term.
pub fn monday() -> Instant {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

/// When everybody came.
pub fn long_ago() -> Instant {
    "2024-09-02T08:00:00Z".parse().unwrap()
}

/// What a concern is about, as far as these tests care.
pub struct About {
    pub category: &'static str,
    pub at_risk: AtRisk,
    pub subjects: Vec<DraftSubject>,
}

impl About {
    pub fn category(category: &'static str) -> Self {
        Self { category, at_risk: AtRisk::No, subjects: Vec::new() }
    }
}

/// The school, its people and its database.
pub struct SmallSchool<'d> {
    pub db: &'d TestDb,
    pub id: SchoolId,
    people: Vec<(&'static str, PersonId, DutyId)>,
}

impl<'d> SmallSchool<'d> {
    pub fn new(db: &'d TestDb) -> Self {
        Self::called(db, "meadow", "Meadow School")
    }

    pub fn called(db: &'d TestDb, slug: &str, name: &str) -> Self {
        Self::with_names(db, (slug, name), |local| format!("{local} Canary"))
    }

    /// A school whose people are called as this says of the local part of their address.
    pub fn with_names(
        db: &'d TestDb,
        (slug, name): (&str, &str),
        full_name: impl Fn(&str) -> String,
    ) -> Self {
        // Long ago by any clock: the program as it is typed goes by the machine's.
        let (now, random) = (long_ago(), &mut Randomness);
        let id = SchoolId::draw(now, random);
        let settings = Settings {
            adult_lead: AdultLead::Head,
            duty_phone: "01632 960001".into(),
            out_of_hours_phone: "01632 960002".into(),
            lado_phone: "01632 960003".into(),
            smallest_shown: 5,
            second_person: SecondPersonAlso::default(),
        };
        let school = School {
            id,
            slug: slug.into(),
            name: name.into(),
            editions: Editions::founded(settings),
            calendar: Calendar::provisional(Nation::England),
        };
        let people: Vec<_> = STAFF
            .iter()
            .map(|(name, _)| (*name, PersonId::draw(now, random), DutyId::draw(now, random)))
            .collect();
        db.write(|tx| {
            schools::add(tx, &school, now)?;
            let register: Vec<Person> =
                people.iter().map(|(local, id, _)| person(local, full_name(local), *id)).collect();
            staff::add_people(tx, id, &register, now)?;
            for ((_, seat), (_, person, duty)) in STAFF.iter().zip(&people) {
                if let Some((desk, seat)) = seat {
                    let what = DutyKind::Seat(*desk, *seat);
                    let duty = Duty { id: *duty, person: *person, what, starts_at: now, ends_at: None };
                    staff::add_duty(tx, id, &duty)?;
                }
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
        Self { db, id, people }
    }

    fn entry(&self, name: &str) -> &(&'static str, PersonId, DutyId) {
        self.people.iter().find(|(known, ..)| *known == name).unwrap()
    }

    pub fn person(&self, name: &str) -> PersonId {
        self.entry(name).1
    }

    /// Ends the duty somebody came with.
    pub fn stands_down(&self, name: &str, now: Instant) {
        let duty = self.entry(name).2;
        self.db.write(|tx| staff::end_duty(tx, self.id, duty, now)).unwrap();
    }

    /// Gives somebody another desk to hold.
    pub fn sits_too(&self, name: &str, desk: Desk, now: Instant) {
        let duty = Duty {
            id: DutyId::draw(now, &mut Randomness),
            person: self.person(name),
            what: DutyKind::Seat(desk, Seat::Holder),
            starts_at: now,
            ends_at: None,
        };
        self.db.write(|tx| staff::add_duty(tx, self.id, &duty)).unwrap();
    }

    /// Somebody reports a concern.
    pub fn reports(&self, name: &str, about: &About, now: Instant) -> Case {
        self.db.write(|tx| self.lodge(tx, name, about, now)).unwrap()
    }

    pub fn lodge(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        about: &About,
        now: Instant,
    ) -> Result<Case, StoreError> {
        let happened = Narrative::parse("canary-narrative").unwrap();
        let draft = Draft {
            at_risk: about.at_risk,
            subjects: about.subjects.clone(),
            ..Draft::of(categories::find(about.category).unwrap().code, happened, now)
        };
        let event =
            self.act(tx, name, now, |act| case::lodge(&draft, Reference::draw(&mut Randomness), act).event)?;
        let viewer = self.viewer_in(tx, name, now)?;
        cases::open(tx, By::Viewer(&viewer), &event, &mut Randomness)?;
        Ok(event.case().clone())
    }

    /// Somebody does something to a case.
    pub fn does(
        &self,
        name: &str,
        case: &Case,
        now: Instant,
        verb: impl FnOnce(&Case, &mut Act<'_>) -> case::CaseEvent,
    ) -> Case {
        let done = self.db.write(|tx| {
            let before = self.read(tx, case)?;
            let event = self.act(tx, name, now, |act| verb(&before, act))?;
            let viewer = self.viewer_in(tx, name, now)?;
            cases::record(tx, By::Viewer(&viewer), &before, &event, &mut Randomness)?;
            self.read(tx, case)
        });
        done.unwrap()
    }

    /// What somebody does, as the rules make it.
    pub fn act<T>(
        &self,
        tx: &mut Tx<'_>,
        name: &str,
        now: Instant,
        verb: impl FnOnce(&mut Act<'_>) -> T,
    ) -> Result<T, StoreError> {
        let standing = staff::standing(tx, self.id, self.person(name), now)?;
        let setting = setting::read(tx, self.id, now)?;
        Ok(verb(&mut Act::new(&standing, &setting, &mut Randomness)))
    }

    fn read(&self, tx: &mut Tx<'_>, case: &Case) -> Result<Case, StoreError> {
        steward::case_to_change(tx, Steward::of(self.id, Work::TakeAlong), case.id)
    }

    /// The case as it is stored.
    pub fn stored(&self, case: &Case) -> Case {
        self.db.write(|tx| self.read(tx, case)).unwrap()
    }

    /// Signs somebody in.
    pub fn signs_in(&self, name: &str, now: Instant) -> Viewer {
        self.db.write(|tx| self.viewer_in(tx, name, now)).unwrap()
    }

    /// Signs somebody in, inside a transaction.
    pub fn viewer_in(&self, tx: &mut Tx<'_>, name: &str, now: Instant) -> Result<Viewer, StoreError> {
        let account = AccountId::draw(now, &mut Randomness);
        sessions::add_account(tx, account, ("https://login.example", &account.to_string()), name, now)?;
        staff::bind(tx, self.id, account, self.person(name), now)?;
        let place = sessions::places(tx, account)?.remove(0);
        let token = account.to_string();
        let new = NewSession {
            token_hash: &token,
            account,
            place: &place,
            csrf: "csrf",
            provider: "https://login.example",
            context: Default::default(),
        };
        sessions::start(tx, &new, now, &mut Randomness)?;
        let Session::Live(viewer) = sessions::resume(tx, &token, now)? else { panic!("signed in") };
        Ok(*viewer)
    }
}

fn person(local: &str, name: String, id: PersonId) -> Person {
    Person {
        id,
        kind: PersonKind::Staff,
        name,
        year_group: None,
        post: None,
        email: Some(format!("{local}@school.example")),
    }
}

//! A school with one person at every place that matters to a report, and what they do.

use crate::databases::TestDb;
use candour::{
    domain::{
        case::Case,
        concern::{Draft, DraftSubject, HowKnown, Somebody},
        governors::{self, CountedCase, Published, RawCounts, Tally, TermKey},
        kernel::{
            clock::{Calendar, CalendarParts, Instant, Nation, Period, SchoolHours},
            ids::{AccountId, DutyId, PersonId, Random, Reference, RequestId, SchoolId},
            text::{Narrative, Summary},
        },
        people::{
            Desk, Office, PersonKind, Seat,
            subject::{SubjectKind, SubjectRole},
        },
        school::{
            SecondPersonAlso, Settings, categories,
            routing::{AdultAnswer, AdultLead, WhichAdult},
            settings::Editions,
        },
    },
    service::{Op, case::act, concern::report, governors::review},
    store::{
        DbUrl,
        case::{
            cases,
            lists::{self, Show},
        },
        concern::forms::Form,
        entry::sessions,
        people::staff,
        school::schools,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Random enough for tests, and the same every time.
pub(super) struct Counted(u64);
impl Random for Counted {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) const IN_TERM: &str = "2026-10-06T10:00:00Z";
pub(super) const AFTERWARDS: &str = "2027-01-04T10:00:00Z";

pub(super) fn autumn() -> TermKey {
    "autumn-2026".parse().unwrap()
}

pub(super) fn calendar() -> Calendar {
    let term = |name: &str, first: &str, last: &str| Period {
        name: name.to_owned(),
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    Calendar::new(CalendarParts {
        nation: Nation::England,
        hours: SchoolHours::default(),
        terms: vec![
            term("Autumn 2026", "2026-09-02", "2026-12-18"),
            term("Spring 2027", "2027-01-04", "2027-03-25"),
        ],
        breaks: Vec::new(),
        inset: Vec::new(),
        more_bank_holidays: Vec::new(),
    })
    .unwrap()
}

/// A school with one person at every place that matters here.
pub(super) struct School<'a> {
    pub(super) db: &'a TestDb,
    random: Counted,
    pub(super) id: SchoolId,
    people: BTreeMap<&'static str, PersonId>,
    sessions: u32,
}

type Place = (&'static str, Option<(Desk, Seat)>, Option<Office>);

pub(super) const PLACES: [Place; 9] = [
    ("teacher", None, None),
    ("dsl", Some((Desk::Dsl, Seat::Holder)), None),
    ("deputy", Some((Desk::Dsl, Seat::Deputy)), None),
    ("head", Some((Desk::Head, Seat::Holder)), None),
    ("network", Some((Desk::Network, Seat::Holder)), None),
    ("chair", Some((Desk::Chair, Seat::Holder)), Some(Office::Governor)),
    ("external", Some((Desk::External, Seat::Holder)), None),
    ("governor", None, Some(Office::Governor)),
    ("administrator", None, Some(Office::Administrator)),
];

impl<'a> School<'a> {
    pub(super) fn new(db: &'a TestDb) -> Self {
        Self::named(db, "oak", 7)
    }

    pub(super) fn named(db: &'a TestDb, slug: &str, seed: u64) -> Self {
        let mut random = Counted(seed);
        let start = at("2026-09-01T08:00:00Z");
        let id = SchoolId::draw(start, &mut random);
        let mut people = BTreeMap::new();
        db.write(|tx| {
            let settings = Settings {
                adult_lead: AdultLead::Head,
                duty_phone: "01".to_owned(),
                out_of_hours_phone: "02".to_owned(),
                lado_phone: "03".to_owned(),
                smallest_shown: 5,
                second_person: SecondPersonAlso::default(),
            };
            let school = schools::School {
                id,
                slug: slug.to_owned(),
                name: slug.to_owned(),
                editions: Editions::founded(settings),
                calendar: calendar(),
            };
            schools::add(tx, &school, start)?;
            for (name, seat, office) in PLACES {
                let person = PersonId::draw(start, &mut random);
                people.insert(name, person);
                let registered = staff::Person {
                    id: person,
                    kind: PersonKind::Staff,
                    name: name.to_owned(),
                    year_group: None,
                    post: None,
                    email: None,
                };
                staff::add_people(tx, id, &[registered], start)?;
                let duties = seat
                    .map(|(desk, seat)| staff::DutyKind::Seat(desk, seat))
                    .into_iter()
                    .chain(office.map(staff::DutyKind::Office));
                for what in duties {
                    let duty = staff::Duty {
                        id: DutyId::draw(start, &mut random),
                        person,
                        what,
                        starts_at: start,
                        ends_at: None,
                    };
                    staff::add_duty(tx, id, &duty)?;
                }
                let account = AccountId::draw(start, &mut random);
                sessions::add_account(tx, account, ("issuer", &format!("{slug}-{name}")), name, start)?;
                staff::bind(tx, id, account, person, start)?;
            }
            Ok::<_, candour::store::StoreError>(())
        })
        .unwrap();
        Self { db, random, id, people, sessions: 0 }
    }

    pub(super) fn person(&self, name: &str) -> PersonId {
        self.people[name]
    }

    /// Somebody signed in at this instant.
    pub(super) fn op(&mut self, name: &str, now: &str) -> Op {
        let now = at(now);
        self.sessions += 1;
        let token = format!("{}-{}", self.id, self.sessions);
        let subject = self.db.read(|tx| schools::find(tx, self.id)).unwrap().slug;
        let place = sessions::Place { school: self.id, name: subject.clone(), person: self.person(name) };
        let random = &mut self.random;
        let session = self
            .db
            .write(|tx| {
                let account = sessions::account(tx, "issuer", &format!("{subject}-{name}"))?.unwrap();
                let new = sessions::NewSession {
                    token_hash: &token,
                    account,
                    place: &place,
                    csrf: "csrf",
                    provider: "test",
                    context: Default::default(),
                };
                sessions::start(tx, &new, now, random)?;
                sessions::resume(tx, &token, now)
            })
            .unwrap();
        let sessions::Session::Live(viewer) = session else { panic!("no session for {name}") };
        Op { viewer: *viewer, now, request: RequestId::draw(now, &mut self.random) }
    }

    pub(super) fn form(&mut self) -> Form {
        let key = Reference::draw(&mut self.random).to_string();
        Form { digest: key.clone(), key, address: "test".to_owned() }
    }

    pub(super) fn report_as(&mut self, who: &str, draft: &Draft) -> Reference {
        let (op, form) = (self.op(who, IN_TERM), self.form());
        report::lodge(self.db, &op, draft, &form, &mut self.random).unwrap().reference
    }

    pub(super) fn preview(&mut self, who: &str) -> review::Preview {
        let op = self.op(who, AFTERWARDS);
        review::preview(self.db, &op, autumn()).unwrap()
    }

    pub(super) fn publish(&mut self) -> Published {
        let (op, hash) = (self.op("head", AFTERWARDS), self.preview("head").hash);
        review::publish(self.db, &op, autumn(), &hash).unwrap()
    }

    pub(super) fn end_as_no_case(&mut self, who: &str, reference: &Reference) {
        self.change(who, reference, |case, act| case.no_case(&Summary::parse("A mistake.").unwrap(), act));
    }

    pub(super) fn change(
        &mut self,
        who: &str,
        reference: &Reference,
        verb: impl FnOnce(
            &Case,
            &mut candour::domain::case::Act<'_>,
        ) -> Result<candour::domain::case::CaseEvent, candour::domain::case::Refusal>,
    ) {
        let (op, form) = (self.op(who, AFTERWARDS), self.form());
        let version = self.db.read(|tx| cases::find(tx, &op.viewer, reference)).unwrap().version;
        let seen = act::CaseOnPage { reference, version, form: &form };
        act::perform(self.db, &op, &seen, &BTreeSet::new(), &mut self.random, |case, act, _| verb(case, act))
            .unwrap();
    }

    /// Every case in somebody's own lists.
    pub(super) fn own_list(&mut self, who: &str) -> Vec<Case> {
        let viewer = self.op(who, AFTERWARDS).viewer;
        self.db
            .read(|tx| {
                let mut all = Vec::new();
                for show in [Show::AllOpen, Show::Ended] {
                    for line in lists::list(tx, &viewer, show, None, 1_000)? {
                        all.push(cases::find(tx, &viewer, &line.reference)?);
                    }
                }
                Ok::<_, candour::store::StoreError>(all)
            })
            .unwrap()
    }

    /// What a preview of this person's own list must be, recounted case by case.
    pub(super) fn recount(&mut self, who: &str) -> Published {
        let present: BTreeSet<_> = ["dsl", "deputy", "head"].map(|name| self.person(name)).into();
        let counted: Vec<_> = self
            .own_list(who)
            .iter()
            .filter(|case| case.scopes().keys().all(|person| !present.contains(person)))
            .filter_map(Tally::of)
            .map(|tally| tally.counted(at(AFTERWARDS)))
            .collect();
        governors::publish(&added_up(counted), governors::Threshold::LEAST, &[])
    }
}

/// The counts of these cases.
pub(super) fn added_up(cases: impl IntoIterator<Item = CountedCase>) -> RawCounts {
    cases.into_iter().fold(RawCounts::builder(autumn()), |counts, case| counts.add(case, 1)).build()
}

pub(super) fn draft(category: &str) -> Draft {
    let happened = Narrative::parse("Something happened.").unwrap();
    let mut draft = Draft::of(categories::find(category).unwrap().code, happened, at(IN_TERM));
    draft.optional.how_known = Some(HowKnown::Saw);
    draft
}

pub(super) fn known_by(how: HowKnown) -> Draft {
    let mut draft = draft("CON-INAPP");
    draft.optional.how_known = Some(how);
    draft
}

pub(super) fn about_the(which: WhichAdult) -> Draft {
    Draft { adult: AdultAnswer::Yes(which), ..draft("CON-INAPP") }
}

pub(super) fn about(person: PersonId, role: SubjectRole) -> Draft {
    let subject = DraftSubject { who: Somebody::Known(person), kind: SubjectKind::AdultHere, role };
    Draft { subjects: vec![subject], ..draft("CON-INAPP") }
}

/// Copies the one case of the database, with its grants, behind the store's back.
pub(super) fn copy_the_only_case(db: &TestDb, times: u32) {
    let (id, reference, case) = match db.url() {
        DbUrl::Sqlite(_) => (
            "printf('0193f0a0-0000-7000-8000-%012d', i)",
            "printf('copy-%d', i)",
            "(SELECT id FROM cases WHERE reference LIKE 'CAN-%')",
        ),
        DbUrl::Postgres(_) => (
            "('0193f0a0-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid",
            "'copy-' || i",
            "(SELECT id FROM cases WHERE reference LIKE 'CAN-%')",
        ),
    };
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {times})");
    let columns = "version, status, category, severity, owner_id, is_open, submitted_at, closed_at, due_at, due_desk, counted_as, document";
    db.run_sql(&format!(
        "{numbers} INSERT INTO cases (school_id, id, reference, {columns}) \
         SELECT school_id, {id}, {reference}, {columns} FROM cases, n"
    ));
    let columns = "position, desk, person_id, seats, sight, ends_at, queue";
    db.run_sql(&format!(
        "{numbers} INSERT INTO case_grants (school_id, case_id, {columns}) \
         SELECT school_id, {id}, {columns} FROM case_grants, n WHERE case_id = {case}"
    ));
}

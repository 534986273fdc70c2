//! Term reports: what is counted, who may see it, and that nothing done later changes what was published.

use crate::databases::{TestDb, both};
use candour::{
    domain::{
        case::{Case, Restriction},
        category,
        clock::{Calendar, CalendarParts, Instant, Nation, Period, SchoolHours},
        concern::{AtRisk, Draft, DraftSubject, HowKnown, Somebody},
        ids::{AccountId, DutyId, PersonId, Random, Reference, RequestId, SchoolId},
        people::{Desk, Office, PersonKind, Seat},
        routing::{AdultAnswer, AdultLead, PersonalData, WhichAdult},
        school::Settings,
        statistics::{self, CaseFacts, Count, Published, RawCounts, TermKey},
        subject::{SubjectKind, SubjectRole},
        text::{Line, Narrative, Summary},
    },
    service::{Op, ServiceError, act, report, review},
    store::{
        DbUrl,
        cases::{self, Show},
        forms::Form,
        schools, sessions, staff, trail,
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// Random enough for tests, and the same every time.
struct Counted(u64);
impl Random for Counted {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = self.0.to_be_bytes()[0];
        }
    }
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

const IN_TERM: &str = "2026-10-06T10:00:00Z";
const AFTERWARDS: &str = "2027-01-04T10:00:00Z";

fn autumn() -> TermKey {
    "autumn-2026".parse().unwrap()
}

fn calendar() -> Calendar {
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
struct School<'a> {
    db: &'a TestDb,
    random: Counted,
    id: SchoolId,
    people: BTreeMap<&'static str, PersonId>,
    sessions: u32,
}

const PLACES: [(&str, Option<(Desk, Seat)>, Option<Office>); 9] = [
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
    fn new(db: &'a TestDb) -> Self {
        Self::named(db, "oak", 7)
    }

    fn named(db: &'a TestDb, slug: &str, seed: u64) -> Self {
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
            };
            let school = schools::School {
                id,
                slug: slug.to_owned(),
                name: slug.to_owned(),
                settings,
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

    fn person(&self, name: &str) -> PersonId {
        self.people[name]
    }

    /// Somebody signed in at this instant.
    fn op(&mut self, name: &str, now: &str) -> Op {
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
                };
                sessions::start(tx, &new, now, random)?;
                sessions::resume(tx, &token, now)
            })
            .unwrap();
        let sessions::Session::Live(viewer) = session else { panic!("no session for {name}") };
        Op { viewer: *viewer, now, request: RequestId::draw(now, &mut self.random) }
    }

    fn form(&mut self) -> Form {
        let key = Reference::draw(&mut self.random).to_string();
        Form { digest: key.clone(), key, address: "test".to_owned() }
    }

    fn report_as(&mut self, who: &str, draft: &Draft) -> Reference {
        let (op, form) = (self.op(who, IN_TERM), self.form());
        report::lodge(self.db, &op, draft, &form, &mut self.random).unwrap().reference
    }

    fn preview(&mut self, who: &str) -> review::Preview {
        let op = self.op(who, AFTERWARDS);
        review::preview(self.db, &op, autumn()).unwrap()
    }

    fn publish(&mut self) -> Published {
        let (op, hash) = (self.op("head", AFTERWARDS), self.preview("head").hash);
        review::publish(self.db, &op, autumn(), &hash).unwrap()
    }

    fn end_as_no_case(&mut self, who: &str, reference: &Reference) {
        self.change(who, reference, |case, act| case.no_case(&Summary::parse("A mistake.").unwrap(), act));
    }

    fn change(
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
        let seen = act::Seen { reference, version, form: &form };
        act::perform(self.db, &op, &seen, &BTreeSet::new(), &mut self.random, |case, act, _| verb(case, act))
            .unwrap();
    }

    /// Every case in somebody's own lists.
    fn own_list(&mut self, who: &str) -> Vec<Case> {
        let viewer = self.op(who, AFTERWARDS).viewer;
        self.db
            .read(|tx| {
                let mut all = Vec::new();
                for show in [Show::AllOpen, Show::Ended] {
                    for line in cases::list(tx, &viewer, show, None, 1_000)? {
                        all.push(cases::find(tx, &viewer, &line.reference)?);
                    }
                }
                Ok::<_, candour::store::StoreError>(all)
            })
            .unwrap()
    }

    /// What a preview of this person's own list must be, recounted case by case.
    fn recount(&mut self, who: &str) -> Published {
        let present = ["dsl", "deputy", "head"].map(|name| self.person(name)).into();
        let counted: Vec<_> = self
            .own_list(who)
            .iter()
            .map(|case| serde_json::from_value::<CaseFacts>(serde_json::to_value(case).unwrap()).unwrap())
            .filter_map(|facts| facts.counted(&present, at(AFTERWARDS)))
            .collect();
        let raw = RawCounts::from_cases(autumn(), counted);
        statistics::publish(&raw, statistics::Threshold::LEAST, &[])
    }
}

fn draft(category: &str) -> Draft {
    Draft {
        category: category::find(category).unwrap().code,
        happened: Narrative::parse("Something happened.").unwrap(),
        noticed_at: at(IN_TERM),
        at_risk: AtRisk::No,
        adult: AdultAnswer::No,
        subjects: Vec::new(),
        told: Vec::new(),
        personal_data: PersonalData::NotInvolved,
        place: None,
        device: None,
        app: None,
        web: None,
        how_known: Some(HowKnown::Saw),
        already_done: None,
    }
}

fn about_the(which: WhichAdult) -> Draft {
    Draft { adult: AdultAnswer::Yes(which), ..draft("CON-INAPP") }
}

fn about(person: PersonId, role: SubjectRole) -> Draft {
    let subject = DraftSubject { who: Somebody::Known(person), kind: SubjectKind::AdultHere, role };
    Draft { subjects: vec![subject], ..draft("CON-INAPP") }
}

/// A case of every category, some ended, some confidential, one about its own reporter.
fn a_mixed_term(school: &mut School<'_>) {
    for category in category::all() {
        let reference = school.report_as("teacher", &draft(category.code.as_str()));
        if category.code.as_str().starts_with("CON-IN") {
            school.end_as_no_case("dsl", &reference);
        }
    }
    let pupil = DraftSubject {
        who: Somebody::InWords(Line::parse("A pupil").unwrap()),
        kind: SubjectKind::Pupil,
        role: SubjectRole::Affected,
    };
    for _ in 0..6 {
        school.report_as("teacher", &Draft { subjects: vec![pupil.clone()], ..draft("CON-INAPP") });
    }
    school.report_as("teacher", &about_the(WhichAdult::SafeguardingLead));
    school.report_as("teacher", &about_the(WhichAdult::Headteacher));
    school.report_as("teacher", &Draft { how_known: Some(HowKnown::SelfReport), ..draft("CON-INAPP") });
    let sealed = school.report_as("teacher", &draft("CON-INAPP"));
    school.change("head", &sealed, |case, act| {
        case.restrict(Restriction::Sealed, &Summary::parse("Very confidential.").unwrap(), act)
    });
}

both! {
    fn t3_an_empty_school_reports_nothing(db) {
        let mut school = School::new(&db);
        let preview = school.preview("head");
        assert_eq!(preview.report.total(), Count::Exact(0));
        assert!(preview.report.headline().starts_with("No cases were recorded"), "{}", preview.report.headline());
        assert_eq!(school.publish(), preview.report);
    }

    fn t3_one_case_is_fewer_than_five_and_nothing_else(db) {
        let mut school = School::new(&db);
        school.report_as("teacher", &draft("CON-INAPP"));
        let report = school.preview("head").report;
        assert_eq!((report.total(), report.tables().len()), (Count::FewerThan(5), 0));
    }

    fn t3_all_in_one_category_is_shown_as_it_is(db) {
        let mut school = School::new(&db);
        for _ in 0..12 {
            school.report_as("teacher", &draft("CON-INAPP"));
        }
        let report = school.preview("head").report;
        assert_eq!(report.total(), Count::Exact(12));
        let cs = report.table(statistics::TableKind::FourCs).unwrap();
        assert_eq!(cs.rows().iter().map(|row| row.count()).collect::<Vec<_>>(), [12, 0, 0, 0, 0].map(Count::Exact));
    }

    fn t3_ten_thousand_cases_are_all_counted(db) {
        let mut school = School::new(&db);
        school.report_as("teacher", &draft("CON-INAPP"));
        copy_the_only_case(&db, 9_999);
        let before = db.statements();
        let started = std::time::Instant::now();
        let report = school.preview("head").report;
        eprintln!("counting 10,000 cases: {:?}", started.elapsed());
        assert_eq!(report.total(), Count::Exact(10_000));
        // Signing in and all: the number does not grow with the cases.
        assert!(db.statements() - before <= 12, "{}", db.statements() - before);
    }

    fn t4_a_preview_equals_a_recount_of_the_previewers_own_list(db) {
        let mut school = School::new(&db);
        a_mixed_term(&mut school);
        for who in ["head", "dsl", "deputy"] {
            let recount = school.recount(who);
            let preview = school.preview(who);
            assert_eq!(preview.report, recount, "{who}");
            assert!(!preview.report.tables().is_empty());
        }
        assert_ne!(school.preview("dsl").report.total(), school.preview("head").report.total());
    }

    fn t4_a_case_that_excludes_the_dsl_changes_nothing_she_can_see(db) {
        let mut school = School::new(&db);
        a_mixed_term(&mut school);
        let everybody = ["dsl", "deputy", "head"];
        let before = everybody.map(|who| school.preview(who).hash);
        let (dsl, deputy, head) = (school.person("dsl"), school.person("deputy"), school.person("head"));
        let confidential = [
            about_the(WhichAdult::SafeguardingLead),
            about(dsl, SubjectRole::Alleged),
            about(dsl, SubjectRole::NamedOnly),
            about(dsl, SubjectRole::Affected),
            about(deputy, SubjectRole::Alleged),
            about(head, SubjectRole::Alleged),
        ];
        for draft in &confidential {
            school.report_as("teacher", draft);
            assert_eq!(everybody.map(|who| school.preview(who).hash), before);
        }
        // Ordinary cases do change them: this test can fail.
        for _ in 0..30 {
            school.report_as("teacher", &draft("CON-INAPP"));
        }
        for (who, before) in everybody.iter().zip(before) {
            assert_ne!(school.preview(who).hash, before, "{who}");
        }
    }

    fn t4_sealing_takes_a_case_out_and_self_reports_wait_for_triage(db) {
        let mut school = School::new(&db);
        let mut references = Vec::new();
        for _ in 0..10 {
            references.push(school.report_as("teacher", &draft("CON-INAPP")));
        }
        school.report_as("teacher", &Draft { how_known: Some(HowKnown::SelfReport), ..draft("CON-INAPP") });
        let teacher = school.person("teacher");
        school.report_as("teacher", &about(teacher, SubjectRole::Alleged));
        assert_eq!(school.preview("head").report.total(), Count::Exact(10));
        school.change("head", &references[0], |case, act| {
            case.restrict(Restriction::Sealed, &Summary::parse("Very confidential.").unwrap(), act)
        });
        assert_eq!(school.preview("dsl").report.total(), Count::Exact(9));
        school.end_as_no_case("dsl", &references[1]);
        assert_eq!(school.preview("head").report.total(), Count::Exact(8));
    }

    fn t6_nothing_done_later_changes_a_published_report(db) {
        let mut school = School::new(&db);
        let references: Vec<Reference> = (0..12).map(|_| school.report_as("teacher", &draft("CON-INAPP"))).collect();
        let published = school.publish();
        for reference in &references[..7] {
            school.end_as_no_case("dsl", reference);
        }
        let governor = school.op("governor", "2027-04-10T10:00:00Z");
        let read = review::report(&db, &governor, autumn()).unwrap();
        assert_eq!(read.report, published);
        assert_eq!(read.report.total(), Count::Exact(12));
        assert_eq!(read.hash, published.freeze().sha256);
        assert_eq!(review::published(&db, &governor).unwrap().published, [read]);
        let head = school.op("head", "2027-04-10T10:00:00Z");
        assert!(matches!(review::preview(&db, &head, autumn()), Err(ServiceError::WrongState(_))));
        assert!(matches!(review::publish(&db, &head, autumn(), ""), Err(ServiceError::WrongState(_))));
    }

    fn t6_publishing_is_an_act_of_the_head_on_the_trail(db) {
        let mut school = School::new(&db);
        school.report_as("teacher", &draft("CON-INAPP"));
        let (before, _) = db.read(|tx| trail::head(tx, school.id)).unwrap();
        let hash = school.preview("dsl").hash;
        let dsl = school.op("dsl", AFTERWARDS);
        assert!(matches!(review::publish(&db, &dsl, autumn(), &hash), Err(ServiceError::Refused(_))));
        let head = school.op("head", AFTERWARDS);
        assert!(matches!(review::publish(&db, &head, autumn(), "another"), Err(ServiceError::Stale)));
        assert_eq!(db.read(|tx| trail::head(tx, school.id)).unwrap().0, before);
        let published = school.publish();
        let head = school.op("head", AFTERWARDS);
        assert_eq!(review::publish(&db, &head, autumn(), &published.freeze().sha256).unwrap(), published);
        let (after, latest) = db.read(|tx| trail::head(tx, school.id)).unwrap();
        assert_eq!(after, before + 1);
        let verdict = db.read(|tx| trail::verify(tx, school.id, Some(&latest))).unwrap();
        assert_eq!(verdict, trail::Verdict::Whole { entries: after, known: Some(true) });
    }

    fn t6_a_report_that_was_altered_is_not_shown(db) {
        let mut school = School::new(&db);
        school.publish();
        let other = "0".repeat(64);
        db.meddle(&format!("UPDATE term_reports SET hash = '{other}'"));
        let governor = school.op("governor", AFTERWARDS);
        let read = review::report(&db, &governor, autumn());
        let Err(ServiceError::Unavailable(why)) = read else { panic!("{read:?}") };
        assert_eq!(why.to_string(), "term_reports.hash of row autumn-2026 cannot be read");
    }

    fn a_running_or_unknown_term_has_no_report(db) {
        let mut school = School::new(&db);
        let head = school.op("head", "2026-12-18T23:59:59Z");
        assert!(matches!(review::preview(&db, &head, autumn()), Err(ServiceError::WrongState(_))));
        assert!(matches!(review::publish(&db, &head, autumn(), ""), Err(ServiceError::WrongState(_))));
        let unknown = "summer-2031".parse().unwrap();
        assert!(matches!(review::preview(&db, &head, unknown), Err(ServiceError::NotFound)));
        let head = school.op("head", "2026-12-19T00:00:00Z");
        assert!(review::preview(&db, &head, autumn()).is_ok());
        assert_eq!(review::published(&db, &head).unwrap().waiting.len(), 1);
    }

    fn each_reads_what_is_theirs(db) {
        let mut school = School::new(&db);
        school.publish();
        for who in ["governor", "chair", "head", "dsl", "deputy"] {
            let op = school.op(who, AFTERWARDS);
            assert!(review::report(&db, &op, autumn()).is_ok(), "{who}");
            let spring = "spring-2027".parse().unwrap();
            let may_preview = !matches!(review::preview(&db, &op, spring), Err(ServiceError::NotFound));
            assert_eq!(may_preview, ["head", "dsl", "deputy"].contains(&who), "{who}");
        }
        for who in ["teacher", "network", "external", "administrator"] {
            let op = school.op(who, AFTERWARDS);
            assert!(matches!(review::report(&db, &op, autumn()), Err(ServiceError::NotFound)), "{who}");
            assert!(matches!(review::published(&db, &op), Err(ServiceError::NotFound)), "{who}");
            assert!(matches!(review::publish(&db, &op, autumn(), ""), Err(ServiceError::NotFound)), "{who}");
        }
        let mut other = School::named(&db, "ash", 99);
        let governor = other.op("governor", AFTERWARDS);
        assert!(review::published(&db, &governor).unwrap().published.is_empty());
        assert!(matches!(review::report(&db, &governor, autumn()), Err(ServiceError::NotFound)));
    }
}

/// Copies the one case of the database, with its grants, behind the store's back.
fn copy_the_only_case(db: &TestDb, times: u32) {
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
    let columns =
        "version, status, category, severity, owner_id, is_open, submitted_at, closed_at, due_at, document";
    db.meddle(&format!(
        "{numbers} INSERT INTO cases (school_id, id, reference, {columns}) \
         SELECT school_id, {id}, {reference}, {columns} FROM cases, n"
    ));
    let columns = "position, desk, person_id, seats, sight, ends_at, queue";
    db.meddle(&format!(
        "{numbers} INSERT INTO case_grants (school_id, case_id, {columns}) \
         SELECT school_id, {id}, {columns} FROM case_grants, n WHERE case_id = {case}"
    ));
}

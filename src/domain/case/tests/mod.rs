//! A small pretend school to act in: who sits where, a clock, drafts, and a case carried from act to act.

use super::*;
use crate::domain::{
    case::work::referral::{Body, ReferralState},
    concern::{Draft, DraftSubject, NewAddition, Somebody},
    kernel::{
        clock::{Calendar, CalendarParts, DeadlineKind, Nation, Period, SchoolHours, State},
        ids::{DutyId, Random, SubjectId},
        text::{Line, Narrative, Summary},
    },
    people::{
        Office, Roster, Seat, Sitting, Standing,
        duty::{CodeState, DutyKind, HeldDuty},
        name_matching::Adult,
        subject::{SubjectIdentity, SubjectKind, SubjectRole},
        ties::{Pair, Ties},
    },
    school::{
        categories::{CategoryRole, Retention},
        routing::{ExclusionReason, ExclusionScope, WhichAdult},
        settings::Editions,
    },
};
use chrono::{NaiveDate, TimeDelta};
use std::sync::Arc;
use uuid::Uuid;

mod clocks;
mod could_be_meant;
mod data;
mod declined;
mod endings;
mod escalated;
mod every_verb;
mod exclusion;
mod glass;
mod inspection;
mod kept;
mod kept_rules;
mod meant_sweep;
mod merging;
mod named;
mod newcomers;
mod questions;
mod revising;
mod reworded;
mod sight;
mod table;
mod together;
pub(in crate::domain::case::tests) mod ties_changed;
pub(in crate::domain::case::tests) mod duties_changed;
pub(in crate::domain::case::tests) mod linked_case;

impl Case {
    /// Follows roles while no one is new.
    fn follow_duties(&self, gone: &Gone, act: &mut Act<'_>) -> Option<CaseEvent> {
        self.follow_people(gone, (&Newcomers::default(), &BTreeMap::new()), act)
    }
}

/// Randomness that is the same in every run.
struct Counting(u64);
impl Random for Counting {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

/// How often a property is tried: ten times as often by `make exhaustive`.
fn tries(sample: u32) -> u32 {
    if std::env::var_os("CANDOUR_EXHAUSTIVE").is_some() { sample * 10 } else { sample }
}

const SCHOOL: SchoolId = SchoolId(Uuid::from_u128(1));

const fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}
const DSL: PersonId = person(11);
const DEPUTY_DSL: PersonId = person(12);
const COORDINATOR: PersonId = person(21);
const DEPUTY_COORDINATOR: PersonId = person(22);
const NETWORK: PersonId = person(31);
const HEAD: PersonId = person(41);
const DEPUTY_HEAD: PersonId = person(42);
const SIRO: PersonId = person(51);
const DPO: PersonId = person(61);
const CHAIR: PersonId = person(71);
const EXTERNAL: PersonId = person(81);
const TEACHER: PersonId = person(101);
const OTHER_TEACHER: PersonId = person(102);
const PUPIL: PersonId = person(201);

const SEATS: [(Desk, Seat, PersonId); 11] = [
    (Desk::Dsl, Seat::Holder, DSL),
    (Desk::Dsl, Seat::Deputy, DEPUTY_DSL),
    (Desk::OnlineSafety, Seat::Holder, COORDINATOR),
    (Desk::OnlineSafety, Seat::Deputy, DEPUTY_COORDINATOR),
    (Desk::Network, Seat::Holder, NETWORK),
    (Desk::Head, Seat::Holder, HEAD),
    (Desk::Head, Seat::Deputy, DEPUTY_HEAD),
    (Desk::InformationRisk, Seat::Holder, SIRO),
    (Desk::DataProtection, Seat::Holder, DPO),
    (Desk::Chair, Seat::Holder, CHAIR),
    (Desk::External, Seat::Holder, EXTERNAL),
];

/// A Tuesday at ten, within term and school hours.
fn ten_o_clock() -> Instant {
    "2026-11-17T10:00:00Z".parse().unwrap()
}

fn calendar() -> Calendar {
    let date = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap();
    Calendar::new(CalendarParts {
        nation: Nation::England,
        hours: SchoolHours::default(),
        terms: vec![Period { name: "Autumn".to_owned(), first: date(9, 2), last: date(12, 18) }],
        breaks: Vec::new(),
        inset: Vec::new(),
        more_bank_holidays: Vec::new(),
    })
    .unwrap()
}

/// A school, a clock and a case that people act on.
struct School {
    seats: Vec<(Desk, Seat, PersonId)>,
    now: Instant,
    random: Counting,
    calendar: Calendar,
    editions: Editions,
    ties: Ties,
    adults: Vec<Adult>,
    case: Case,
    notices: Vec<Notice>,
    opened: Vec<Case>,
    entries: Vec<Entry>,
}

impl School {
    /// A school in which the teacher has just reported this.
    fn with(draft: &Draft) -> Self {
        Self::seated(&SEATS, draft)
    }

    fn seated(seats: &[(Desk, Seat, PersonId)], draft: &Draft) -> Self {
        Self::reported_by(TEACHER, seats, draft)
    }

    fn reported_by(reporter: PersonId, seats: &[(Desk, Seat, PersonId)], draft: &Draft) -> Self {
        Self::lodged(reporter, seats, Ties::default(), &[], draft)
    }

    /// A school with these adults, in which the teacher has just reported this.
    fn of_adults(adults: &[Adult], draft: &Draft) -> Self {
        Self::lodged(TEACHER, &SEATS, Ties::default(), adults, draft)
    }

    /// A school with these ties, in which the teacher has just reported this.
    fn tied(pairs: &[(PersonId, PersonId)], draft: &Draft) -> Self {
        Self::lodged(TEACHER, &SEATS, ties(pairs), &[], draft)
    }

    fn lodged(
        reporter: PersonId,
        seats: &[(Desk, Seat, PersonId)],
        ties: Ties,
        adults: &[Adult],
        draft: &Draft,
    ) -> Self {
        let (now, calendar, mut random) = (ten_o_clock(), calendar(), Counting(7));
        let reference = Reference::draw(&mut random);
        let standing = standing(seats, reporter, now);
        let editions = Editions::untouched().clone();
        let setting = Setting { adults: adults.into(), ..setting(seats, &ties, &calendar, &editions) };
        let mut act = Act::new(&standing, &setting, &mut random);
        let lodged = lodge(draft, reference, &mut act);
        let (case, notices) = (lodged.event.case().clone(), lodged.event.notices().to_vec());
        let (seats, opened, entries) = (seats.to_vec(), Vec::new(), vec![lodged.event.entry().clone()]);
        let adults = adults.to_vec();
        Self { seats, now, random, calendar, editions, ties, adults, case, notices, opened, entries }
    }

    /// Whether closing takes a second person, by the rules of now.
    fn needs_second_person(&mut self) -> bool {
        self.ask(HEAD, |case, act| case.needs_second_person(act))
    }

    /// The school around the case, as it is now.
    fn setting(&self) -> Setting {
        let setting = setting(&self.seats, &self.ties, &self.calendar, &self.editions);
        Setting { adults: self.adults.as_slice().into(), ..setting }
    }

    /// Tries something as a person; the case stays as it is.
    fn ask<T>(&mut self, who: PersonId, ask: impl FnOnce(&Case, &mut Act<'_>) -> T) -> T {
        let (standing, setting) = (standing(&self.seats, who, self.now), self.setting());
        let mut act = Act::new(&standing, &setting, &mut self.random);
        ask(&self.case, &mut act)
    }

    /// Does something as a person, a minute later; if it is refused nothing changes.
    fn tries(
        &mut self,
        who: PersonId,
        verb: impl FnOnce(&Case, &mut Act<'_>) -> Result<CaseEvent, Refusal>,
    ) -> Result<(), Refusal> {
        self.now += TimeDelta::minutes(1);
        let event = self.ask(who, verb)?;
        assert!(event.notices().iter().all(|notice| notice.person != who), "no one is told of their own act");
        self.case = event.case().clone();
        self.notices = event.notices().to_vec();
        self.entries.push(event.entry().clone());
        self.opened.extend(event.opens().iter().map(|opened| opened.case().clone()));
        self.holds_together();
        Ok(())
    }

    /// Acts, and must succeed.
    fn does(
        &mut self,
        who: PersonId,
        verb: impl FnOnce(&Case, &mut Act<'_>) -> Result<CaseEvent, Refusal>,
    ) -> &mut Self {
        if let Err(refusal) = self.tries(who, verb) {
            panic!("refused: {refusal:?}");
        }
        self
    }

    /// What must hold after every act.
    fn holds_together(&mut self) {
        let case = &self.case;
        assert_eq!(case.desks.values().filter(|kind| **kind == DeskKind::Lead).count(), 1, "one desk leads");
        let external = case.desks.get(&Desk::External);
        assert!(
            external.is_none_or(|kind| *kind == DeskKind::Lead) || case.is_together(),
            "the external contact sees what it leads"
        );
        assert!(case.owner.is_none_or(|owner| !case.excludes(owner)), "an excluded person owns it");
        let open_tasks = || case.tasks.iter().filter(|task| task.done_at.is_none());
        assert!(open_tasks().all(|task| task.person.is_none_or(|person| !case.excludes(person))));
        assert!(open_tasks().all(|task| task.desk.is_some() || task.person.is_some()), "a task for no one");
        for notice in self.notices.clone() {
            assert_eq!(self.notices.iter().filter(|n| n.person == notice.person).count(), 1, "told twice");
            let opens = self.sees(notice.person).is_some()
                || self.case.inspected_until(notice.person, self.now).is_some();
            assert!(opens, "told of what they cannot open: {notice:?}");
        }
    }

    fn sees(&self, who: PersonId) -> Option<Sight> {
        self.case.sight(&standing(&self.seats, who, self.now))
    }

    fn told(&self) -> Vec<PersonId> {
        self.notices.iter().map(|notice| notice.person).collect()
    }

    fn running(&self, kind: DeadlineKind) -> Vec<&Due> {
        self.case.dues.running().into_iter().filter(|due| due.deadline.kind == kind).collect()
    }

    fn open_tasks(&self) -> Vec<Task> {
        self.case.tasks.iter().filter(|task| task.done_at.is_none()).cloned().collect()
    }

    fn adds(&mut self, who: PersonId, subject: DraftSubject) -> &mut Self {
        self.does(who, |case, act| case.add_subject(&subject, act))
    }

    /// Acknowledged and triaged by a person at the lead desk, who keeps it, with every question they may answer
    /// answered as harmless.
    fn triaged(&mut self, by: PersonId) -> &mut Self {
        self.triaged_as(by, &[])
    }

    fn triaged_as(&mut self, by: PersonId, answers: &[(Question, Reply)]) -> &mut Self {
        let form = form(&self.case, by, answers);
        self.does(by, |case, act| case.triage(&form, act))
    }

    fn proposed(&mut self, by: PersonId) -> &mut Self {
        self.does(by, |case, act| case.propose(&closing(), act))
    }
}

fn standing(seats: &[(Desk, Seat, PersonId)], person: PersonId, at: Instant) -> Standing {
    let theirs = seats.iter().filter(|(_, _, who)| *who == person).map(|(desk, seat, _)| (*desk, *seat));
    Standing { school: SCHOOL, person, seats: theirs.collect(), offices: BTreeSet::new(), at }
}

/// A person who inspects for a week.
fn inspector(person: PersonId, now: Instant) -> HeldDuty {
    HeldDuty {
        id: DutyId(Uuid::from_u128(77)),
        person,
        what: DutyKind::Office(Office::Inspector),
        from: now,
        to: Some(now + TimeDelta::days(7)),
        code: CodeState::Entered,
    }
}

fn setting(
    seats: &[(Desk, Seat, PersonId)],
    ties: &Ties,
    calendar: &Calendar,
    editions: &Editions,
) -> Setting {
    let (calendar, editions) = (Arc::new(calendar.clone()), Arc::new(editions.clone()));
    Setting { roster: roster(seats), ties: ties.clone(), adults: Arc::default(), calendar, editions }
}

/// Ties between these.
fn ties(pairs: &[(PersonId, PersonId)]) -> Ties {
    pairs.iter().filter_map(|(one, other)| Pair::of(*one, *other)).collect()
}

fn roster(seats: &[(Desk, Seat, PersonId)]) -> Roster {
    Roster::new(seats.iter().map(|(desk, seat, person)| Sitting {
        desk: *desk,
        seat: *seat,
        person: *person,
    }))
}

fn without(gone: &[PersonId]) -> Vec<(Desk, Seat, PersonId)> {
    SEATS.into_iter().filter(|(_, _, person)| !gone.contains(person)).collect()
}

fn category(code: &str) -> CategoryCode {
    crate::domain::school::categories::find(code).unwrap().code
}

fn draft(code: &str) -> Draft {
    let mut draft = Draft::of(category(code), Narrative::parse("What happened").unwrap(), ten_o_clock());
    draft.optional.web = Some(Summary::parse("https://example.invalid/a").unwrap());
    draft
}

fn about(mut draft: Draft, who: PersonId, kind: SubjectKind, role: SubjectRole) -> Draft {
    draft.subjects.push(DraftSubject { who: Somebody::Known(who), kind, role });
    draft
}

fn about_pupil(draft: Draft) -> Draft {
    about(draft, PUPIL, SubjectKind::Pupil, SubjectRole::Affected)
}

fn new(who: PersonId, kind: SubjectKind, role: SubjectRole) -> DraftSubject {
    DraftSubject { who: Somebody::Known(who), kind, role }
}

fn alleged(who: PersonId) -> DraftSubject {
    new(who, SubjectKind::AdultHere, SubjectRole::Alleged)
}

fn why() -> Summary {
    Summary::parse("Because").unwrap()
}

fn words() -> Narrative {
    Narrative::parse("Some words").unwrap()
}

fn form(case: &Case, owner: PersonId, answers: &[(Question, Reply)]) -> TriageForm {
    let harmless = |question: Question| match question {
        Question::SafeNow => Some(Reply::Yes),
        Question::Wishes => None,
        Question::Parents => Some(Reply::Told),
        Question::Threshold => Some(Reply::LowLevel),
        Question::Crime | Question::Prevent | Question::PersonalData => Some(Reply::No),
    };
    let mut given: Answers = case
        .questions_for(case.category, &BTreeSet::new())
        .into_iter()
        .map(|question| (question, (harmless(question), Some(why()))))
        .collect();
    for (question, choice) in answers {
        given.insert(*question, (Some(*choice), Some(why())));
    }
    TriageForm {
        category: case.category,
        severity: case.severity,
        owner,
        answers: given,
        asks: answers.iter().map(|(question, _)| *question).collect(),
        filter: Some(FilterLetItThrough::No),
        aware_at: None,
        spare_reference: Reference::draw(&mut Counting(99)),
    }
}

fn closing() -> Closing {
    Closing {
        outcome: Outcome::Support,
        actions: why(),
        rationale: why(),
        reporter_told: why(),
        parents_told: why(),
        lessons: Some(why()),
    }
}

/// The fields beside which a refusal says something.
fn fields(refused: Result<(), Refusal>) -> Vec<&'static str> {
    match refused {
        Err(Refusal::Invalid(errors)) => errors.iter().map(|error| error.field).collect(),
        other => panic!("not a refusal with fields: {other:?}"),
    }
}

fn referral(body: Body, made_at: Instant) -> NewReferral {
    NewReferral { body, made_at, reason: None, fields: BTreeMap::new() }
}

fn whole_referral(body: Body, made_at: Instant) -> NewReferral {
    let fields = body.fields().iter().map(|field| (field.name, why())).collect();
    NewReferral { body, made_at, reason: Some(why()), fields }
}

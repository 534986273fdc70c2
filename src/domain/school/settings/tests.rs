//! Settings: what is in force when, how far a school may go, and who decides.

use super::*;
use crate::domain::{
    kernel::{
        clock::Instant,
        document::{DocumentVersion, tests::hold},
        ids::{PersonId, ProposalId, SchoolId},
        text::Summary,
    },
    people::{Office, Roster, Seat, Sitting, Standing},
    school::{
        categories::{CategoryRole, all, find},
        preview::preview,
        routes::Question,
        routing::{self, AdultAnswer, Facts, NobodyReached, PersonalData},
    },
};
use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

mod decided;
mod limits;

fn code(code: &str) -> CategoryCode {
    find(code).unwrap().code
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A Monday morning.
fn monday() -> Instant {
    at("2026-11-23T10:00:00Z")
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

const ADMINISTRATOR: u128 = 100;

/// A holder at every desk, by the desk's place in the list.
fn roster() -> Roster {
    let holds = |(n, desk): (u128, &Desk)| Sitting { desk: *desk, seat: Seat::Holder, person: person(n) };
    Roster::new((1..).zip(Desk::ALL).map(holds))
}

fn holder(desk: Desk) -> PersonId {
    roster().holders(desk).into_iter().next().unwrap()
}

fn standing(who: PersonId, roster: &Roster, offices: &[Office]) -> Standing {
    let seats = roster.sittings().iter().filter(|s| s.person == who).map(|s| (s.desk, s.seat)).collect();
    let school = SchoolId(Uuid::from_u128(7));
    Standing { school, person: who, seats, offices: offices.iter().copied().collect(), at: monday() }
}

fn administrator() -> Standing {
    standing(person(ADMINISTRATOR), &roster(), &[Office::Administrator])
}

fn why() -> Summary {
    Summary::parse("Because").unwrap()
}

fn severity(severity: Severity) -> SettingsChange {
    let change = CategoryChange { severity: Some(severity), ..CategoryChange::of(code("AUP-INSTALL")) };
    SettingsChange::Category(change)
}

#[test]
fn a_change_is_in_force_from_its_very_instant_and_never_before() {
    let from = monday();
    let editions = Editions::untouched().with(DatedChange { from, change: severity(Severity::Low) });
    let then = |at| editions.at(at).category(code("AUP-INSTALL")).severity;
    assert_eq!(then(from - TimeDelta::microseconds(1)), Severity::Moderate);
    assert_eq!(then(from), Severity::Low);
    assert_eq!(then(from + TimeDelta::days(400)), Severity::Low);
    assert!(editions.at(from - TimeDelta::microseconds(1)).is_as_candour_has_it(code("AUP-INSTALL")));
    assert!(!editions.at(from).is_as_candour_has_it(code("AUP-INSTALL")));
}

#[test]
fn changes_count_in_the_order_of_their_days_and_then_of_their_approval() {
    let (first, second) = (monday(), monday() + TimeDelta::days(1));
    let editions = Editions::untouched()
        .with(DatedChange { from: second, change: severity(Severity::High) })
        .with(DatedChange { from: first, change: severity(Severity::Low) });
    let then = |editions: &Editions, at| editions.at(at).category(code("AUP-INSTALL")).severity;
    assert_eq!((then(&editions, first), then(&editions, second)), (Severity::Low, Severity::High));
    assert_eq!(editions.to_come(first).count(), 1);
    let again = editions.with(DatedChange { from: second, change: severity(Severity::Moderate) });
    assert_eq!(then(&again, second), Severity::Moderate, "the later approval of one instant counts");
    assert_eq!(again.version(), 3);
}

#[test]
fn editions_are_kept_and_read_back_the_same() {
    let change = CategoryChange {
        shown: Some(Visibility::Hidden),
        guidance: Some("Tell “us” — now".to_owned()),
        acknowledge: Some(Rule::SameSchoolDay),
        lead: Some(Desk::Head),
        copied: Some(vec![Desk::Dsl]),
        ..CategoryChange::of(code("CP-CONCERN"))
    };
    let phones = PhonesChange { lado: Some(Phone::parse("01632 960 111").unwrap()), ..Default::default() };
    let editions = Editions::untouched()
        .with(DatedChange { from: monday(), change: SettingsChange::Category(change) })
        .with(DatedChange { from: monday(), change: SettingsChange::Phones(phones) });
    hold("domain/school/settings/tests/documents/editions_1.json", &editions);
    let edition = editions.at(monday());
    assert_eq!(edition.settings.lado_phone, "01632 960 111");
    assert_eq!(edition.shown(code("CP-CONCERN")), Visibility::Hidden);
    assert_eq!(edition.category(code("CP-CONCERN")).copied, [Desk::Dsl]);
    assert_eq!(edition.categories().count(), all().len());
}

#[test]
fn a_proposal_is_kept_and_read_back_the_same() {
    let proposal = Proposal {
        document_version: DocumentVersion,
        id: ProposalId(Uuid::from_u128(9)),
        change: severity(Severity::Low),
        why: "Every teacher sees it".to_owned(),
        starts: Starts::WhenApproved,
        by: person(ADMINISTRATOR),
        at: monday(),
        state: State::Refused { by: holder(Desk::Head), at: monday(), why: "Not yet".to_owned() },
    };
    hold("domain/school/settings/tests/documents/proposal_1.json", &proposal);
}

#[test]
fn a_day_begins_with_its_midnight_in_london_and_never_in_the_past() {
    let on = |year, month, day| Starts::On(NaiveDate::from_ymd_opt(year, month, day).unwrap());
    assert_eq!(on(2026, 11, 24).first(monday()), at("2026-11-24T00:00:00Z"));
    // The clocks are an hour ahead of UTC in summer.
    assert_eq!(on(2027, 6, 1).first(monday()), at("2027-05-31T23:00:00Z"));
    assert_eq!(on(2026, 11, 23).first(monday()), monday(), "today has begun");
    assert_eq!(Starts::WhenApproved.first(monday()), monday());
}

#[test]
fn a_number_can_be_rung() {
    for good in
        ["01632 960001", "+44 1632 960 001", "(01632) 960-001", "0800 1111 000 ext 204", "016977 3555"]
    {
        assert_eq!(Phone::parse(good).map(|phone| phone.as_str().to_owned()), Ok(good.to_owned()));
    }
    assert_eq!(Phone::parse("  01632\u{a0}960001 ").unwrap().as_str(), "01632 960001");
    for bad in [
        "",
        "999",
        "01632",
        "1632 960001",
        "ask at the office",
        "01632 960001 x",
        "+",
        "0x632 960001",
        "01632 960001 01632 960002",
        "01632 960001 ext tell me",
        "ext 204",
    ] {
        assert_eq!(Phone::parse(bad), Err(NotAPhone), "{bad:?}");
    }
}

#[test]
fn who_is_on_duty_is_said_by_the_dsls_desk_for_one_day() {
    let desk = roster();
    let dsl = holder(Desk::Dsl);
    let by = standing(dsl, &desk, &[]);
    let said = OnDuty::say(dsl, None, &by, &desk).unwrap();
    assert!(said.holds(at("2026-11-23T23:59:59Z"), &desk));
    assert!(!said.holds(at("2026-11-24T00:00:00Z"), &desk), "yesterday's word");
    assert!(!said.holds(monday(), &Roster::default()), "they no longer sit there");
    let of_another = OnDuty::say(holder(Desk::Slt), None, &by, &desk);
    assert!(matches!(of_another, Err(Refusal::Invalid(_))));
    let by_another = OnDuty::say(dsl, None, &standing(holder(Desk::Network), &desk, &[]), &desk);
    assert!(matches!(by_another, Err(Refusal::Refused(_))));
}

#[test]
fn a_preview_says_before_and_after_and_where_it_would_go() {
    let change = SettingsChange::Category(CategoryChange {
        lead: Some(Desk::Dsl),
        copied: Some(vec![Desk::OnlineSafety]),
        acknowledge: Some(Rule::SameSchoolDay),
        ..CategoryChange::of(code("CDT-CYBULLY"))
    });
    let before = Editions::untouched().at(monday());
    let after = before.with(&change);
    let desk = roster();
    let name = |who: PersonId| format!("Person {}", who.0.as_u128());
    let question = Question { roster: &desk, names: &name, if_subject: None, edition: &before };
    let shown = preview(&change, &before, &after, &question);
    let lines: Vec<_> = shown.lines.iter().map(|l| (l.label, l.before.as_str(), l.after.as_str())).collect();
    assert_eq!(
        lines,
        [
            ("To be acknowledged", "Within 1 school day", "Within the same school day"),
            ("Led by", "Online safety coordinator", "Designated safeguarding lead (DSL)"),
            ("Told as well", "Designated safeguarding lead (DSL)", "Online safety coordinator"),
        ]
    );
    let [was, would] = shown.route.unwrap();
    assert_eq!(was.lead, "It would go to the online safety coordinator: Person 2.");
    assert_eq!(would.lead, "It would go to the designated safeguarding lead (DSL): Person 1.");
    assert_eq!(would.because[0], "The designated safeguarding lead (DSL) leads in this category.");
}

//! Who may be recorded as gone, over every role there is; what can be typed.

use super::*;
use crate::domain::{
    kernel::{clock::Instant, ids::SchoolId},
    people::{Desk, Seat},
};
use chrono::{TimeZone, Utc};
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

const ADDY: u128 = 1;
const SOMEBODY: u128 = 2;

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap()
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn standing(seats: &[(Desk, Seat)], offices: &[Office]) -> Standing {
    Standing {
        school: SchoolId(Uuid::from_u128(9)),
        person: person(ADDY),
        seats: seats.iter().copied().collect(),
        offices: offices.iter().copied().collect(),
        at: now(),
    }
}

fn administrator() -> Standing {
    standing(&[], &[Office::Administrator])
}

#[test]
fn each_duty_alone_keeps_somebody_here_but_for_a_governors() {
    for duty in DutyKind::all() {
        let may = may_record_leaving(&administrator(), person(SOMEBODY), &[duty]);
        assert_eq!(may.is_ok(), duty == DutyKind::Office(Office::Governor), "{duty:?}");
    }
    assert!(may_record_leaving(&administrator(), person(SOMEBODY), &[]).is_ok());
}

fn any_duties() -> impl Strategy<Value = Vec<DutyKind>> {
    proptest::sample::subsequence(DutyKind::all().collect::<Vec<_>>(), 0..=4)
}

proptest! {
    /// For any recorder, any person and any roles: no person goes who had more than a governor's office, none goes by
    /// their own word, and only an administrator records it. So no desk ever loses a person this way.
    #[test]
    fn nobody_with_a_duty_is_cut_off_by_one_person(
        of in prop_oneof![Just(ADDY), Just(SOMEBODY)],
        own in any_duties(),
        theirs in any_duties(),
    ) {
        let (mut seats, mut offices) = (BTreeSet::new(), BTreeSet::new());
        for duty in &own {
            match duty {
                DutyKind::Seat(desk, seat) => drop(seats.insert((*desk, *seat))),
                DutyKind::Office(office) => drop(offices.insert(*office)),
            }
        }
        let by = Standing { seats, offices, ..standing(&[], &[]) };
        let may = may_record_leaving(&by, person(of), &theirs).is_ok();
        let has_more = theirs.iter().any(|duty| *duty != DutyKind::Office(Office::Governor));
        prop_assert_eq!(may, by.is(Office::Administrator) && of == SOMEBODY && !has_more);
    }

    #[test]
    fn anything_at_all_can_be_typed(name in "\\PC{0,40}", code in "[a-z]{0,8}", email in "\\PC{0,40}") {
        if let Ok(read) = Details::read(&name, &code, &email) {
            prop_assert!(KINDS.contains(&read.kind));
            prop_assert!(read.email.is_some() || read.kind == PersonKind::Visitor);
        }
    }
}

#[test]
fn nobody_becomes_a_pupil_and_each_answer_is_said_beside_its_field() {
    assert_eq!(kind("pupil"), None);
    let wrong = |name, code, email| {
        let errors = Details::read(name, code, email).unwrap_err();
        errors.iter().map(|error| error.field).collect::<Vec<_>>()
    };
    assert_eq!(wrong("", "", "no address"), ["name", "kind", "email"]);
    assert_eq!(wrong("Ann Other", "pupil", "ann@school.example"), ["kind"]);
    assert_eq!(wrong("<b>", "staff", "ann@school.example"), ["name"]);
    for code in ["staff", "governor", "outside"] {
        assert_eq!(wrong("Ann Other", code, " "), ["email"], "{code}");
    }
    let read = Details::read("  Ann   Other ", "staff", " Ann@School.Example ").unwrap();
    assert_eq!((read.name.as_str(), read.email.unwrap().as_str()), ("Ann Other", "ann@school.example"));
    assert_eq!(Details::read("Ann Other", "visitor", "").unwrap().email, None, "a contractor may have none");
}

#[test]
fn what_somebody_is_takes_another_administrator_and_nobody_with_a_duty() {
    let (by, other) = (administrator(), person(SOMEBODY));
    let (staff, visitor) = (PersonKind::Staff, PersonKind::Visitor);
    let leads = [DutyKind::Seat(Desk::Dsl, Seat::Holder)];
    let governs = [DutyKind::Office(Office::Governor)];
    assert!(may_correct(&by, (other, &[]), (visitor, staff)).is_ok());
    assert!(may_correct(&by, (other, &governs), (visitor, staff)).is_ok());
    assert!(may_correct(&by, (other, &leads), (staff, visitor)).is_err());
    assert!(may_correct(&by, (other, &leads), (staff, staff)).is_ok(), "a name or an address");
    assert!(may_correct(&by, (person(ADDY), &[]), (visitor, staff)).is_err());
    assert!(may_correct(&by, (person(ADDY), &[]), (staff, staff)).is_ok());
    let head = standing(&[(Desk::Head, Seat::Holder)], &[]);
    assert!(may_correct(&head, (other, &[]), (staff, staff)).is_err());
    assert!(may_keep(&head).is_err());
}

#[test]
fn one_name_written_two_ways_is_one_name() {
    let record = Record::named("Zoë O’Brien-Smith".to_owned());
    for typed in ["zoe obrien smith", "ZOË  O'BRIEN SMITH", "Zoë O’Brien-Smith"] {
        assert!(goes_by(&record, typed), "{typed}");
    }
    assert!(!goes_by(&record, "Zoë Smith"));
    let legally = Record {
        given: Name::parse("Elizabeth").ok(),
        family: Name::parse("Marsh").ok(),
        ..Record::named("Liz Brook".to_owned())
    };
    assert!(goes_by(&legally, "Elizabeth Marsh") && goes_by(&legally, "Liz Brook"));
}

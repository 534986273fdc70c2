//! Which names take two people, and that no one of the two is the person meant.

use super::*;
use crate::domain::{
    kernel::ids::{DutyId, SchoolId},
    people::{
        Office, Seat,
        duty::{CodeState, DutyKind, HeldDuty},
    },
};
use chrono::{TimeDelta, TimeZone, Utc};
use proptest::prelude::*;
use uuid::Uuid;

const HEAD: u128 = 1;
const CHAIR: u128 = 2;
const DSL: u128 = 3;
const ADMINISTRATOR: u128 = 4;
const OTHER_ADMINISTRATOR: u128 = 5;
const TEACHER: u128 = 6;
const EXTERNAL: u128 = 7;

fn now() -> Instant {
    Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap()
}

fn person(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

fn book() -> Book {
    let holds = |desk| DutyKind::Seat(desk, Seat::Holder);
    let administers = DutyKind::Office(Office::Administrator);
    let duties = [
        (HEAD, holds(Desk::Head)),
        (CHAIR, holds(Desk::Chair)),
        (EXTERNAL, holds(Desk::External)),
        (DSL, holds(Desk::Dsl)),
        (ADMINISTRATOR, administers),
        (OTHER_ADMINISTRATOR, administers),
    ];
    let held = |(who, what): (u128, DutyKind)| HeldDuty {
        id: DutyId(Uuid::from_u128(who)),
        person: person(who),
        what,
        from: now() - TimeDelta::days(1),
        to: None,
        code: CodeState::Entered,
    };
    Book { duties: duties.into_iter().map(held).collect(), now: now() }
}

fn standing(who: u128) -> Standing {
    let mut standing = Standing::nobodys(SchoolId(Uuid::from_u128(99)), now());
    standing.person = person(who);
    for duty in book().duties.iter().filter(|duty| duty.person == person(who)) {
        match duty.what {
            DutyKind::Seat(desk, seat) => drop(standing.seats.insert((desk, seat))),
            DutyKind::Office(office) => drop(standing.offices.insert(office)),
        }
    }
    standing
}

fn bearers() -> Bearers {
    let of = |who, role, names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        (person(who), role, names)
    };
    Bearers::new([
        of(HEAD, HasDuties::Some, &["Hattie Head"]),
        of(DSL, HasDuties::Some, &["Ada Marlowe", "Ada Twyford"]),
        of(ADMINISTRATOR, HasDuties::Some, &["Addy Admin"]),
        of(TEACHER, HasDuties::None, &["Tessa Teach"]),
        of(8, HasDuties::None, &["Oliver Other", "Oliver Before"]),
    ])
}

fn rename(who: u128, by: Option<u128>) -> NameProposal {
    NameProposal {
        id: NameProposalId(Uuid::from_u128(1)),
        change: NameChange::Rename { person: person(who), before: ShownName("Before".to_owned()) },
        name: ShownName("After".to_owned()),
        why: WhyTwo::HasRole,
        road: Road::Page,
        proposed_by: by.map(person),
        proposed_at: now(),
        state: ProposalState::Waiting,
    }
}

fn may_confirm(proposal: &NameProposal) -> Vec<u128> {
    let concerned = proposal.concerned(&bearers());
    (1..=8).filter(|who| may_decide(&standing(*who), proposal, &concerned, &book()).is_ok()).collect()
}

#[test]
fn a_role_ones_own_and_the_name_of_another_adult_take_two() {
    let why = |who, from, to, by| bearers().why_two_to_rename(person(who), (from, to), Some(person(by)));
    for (who, from, to, by, expected) in [
        (DSL, "Ada Marlowe", "Ada Marlow", ADMINISTRATOR, Some(WhyTwo::HasRole)),
        (ADMINISTRATOR, "Addy Admin", "Ada Twyford", ADMINISTRATOR, Some(WhyTwo::HasRole)),
        (TEACHER, "Tessa Teach", "Tessa Brook", TEACHER, Some(WhyTwo::Own)),
        (TEACHER, "Tessa Teach", "Oliver Other", ADMINISTRATOR, Some(WhyTwo::OfAnother)),
        (TEACHER, "Tessa Teach", "BEFORE, Oliver", ADMINISTRATOR, Some(WhyTwo::OfAnother)),
        (TEACHER, "Tessa Teach", "Hattie Head", ADMINISTRATOR, Some(WhyTwo::OfAnother)),
        (TEACHER, "Tessa Teach", "Tessa Brook", ADMINISTRATOR, None),
        (8, "Oliver Other", "Oliver Before", ADMINISTRATOR, None),
        (DSL, "Ada Marlowe", "ADA MARLOWE", ADMINISTRATOR, None),
    ] {
        assert_eq!(why(who, from, to, by), expected, "{from} to {to}");
    }
}

#[test]
fn a_person_is_added_by_one_unless_a_person_with_a_role_has_or_had_the_name() {
    let why = |name: &str| bearers().why_two_to_add(&[name.to_owned()]);
    for name in ["Ada Marlowe", "ada twyford", "Twyford, Ada", "Hattie-Head"] {
        assert_eq!(why(name), Some(WhyTwo::OfAnother), "{name}");
    }
    for name in ["Tessa Teach", "Ada", "Ann New"] {
        assert_eq!(why(name), None, "{name}");
    }
}

#[test]
fn a_name_that_is_nearly_a_role_holders_takes_two() {
    let add = |name: &str| bearers().why_two_to_add(&[name.to_owned()]);
    for near in ["Ada Marlow", "Marlowe, Ade", "Hatti Head", "Ada Twyfrod", "ADDY ADMIM"] {
        assert_eq!(add(near), Some(WhyTwo::Near), "{near}");
        let rename = bearers().why_two_to_rename(person(TEACHER), ("Tessa Teach", near), None);
        assert_eq!(rename, Some(WhyTwo::Near), "{near}");
    }
    for other in ["Tessa Teech", "Ada", "Ada Marsh", "A Marlowe", "Ada Ann Marlowe"] {
        assert_eq!(add(other), None, "{other}");
    }
    // Whoever may be meant decides nothing about it.
    let near = NameProposal {
        change: NameChange::Add { kind: PersonKind::Visitor, email: None },
        name: ShownName("Hatti Head".to_owned()),
        ..rename(DSL, Some(ADMINISTRATOR))
    };
    assert_eq!(may_confirm(&near), [CHAIR]);
}

#[test]
fn an_address_takes_two_for_a_person_with_a_role_and_is_confirmed_like_their_name() {
    assert_eq!(bearers().why_two_for_address(person(DSL)), Some(WhyTwo::HasRole));
    assert_eq!(bearers().why_two_for_address(person(TEACHER)), None);
    let to = |email: &str| Some(email.parse::<Email>().unwrap());
    let address = |who: u128, email: &str| NameProposal {
        change: NameChange::Address { person: person(who), before: None, email: to(email) },
        ..rename(who, Some(ADMINISTRATOR))
    };
    assert_eq!(may_confirm(&address(DSL, "dsl@new.example")), [HEAD]);
    assert_eq!(may_confirm(&address(HEAD, "head@new.example")), [CHAIR]);
    let (filed, again) = (address(DSL, "dsl@new.example"), address(DSL, "DSL@new.example"));
    assert!(filed.answers(&again.change, Road::Page, now()));
    assert!(!filed.answers(&address(DSL, "other@new.example").change, Road::Page, now()));
    assert!(!filed.answers(&rename(DSL, None).change, Road::Page, now()));
    assert!(!rename(DSL, None).answers(&filed.change, Road::Page, now()));
}

#[test]
fn a_name_is_confirmed_by_whoever_would_confirm_their_role() {
    assert_eq!(may_confirm(&rename(DSL, Some(ADMINISTRATOR))), [HEAD]);
    assert_eq!(may_confirm(&rename(ADMINISTRATOR, Some(ADMINISTRATOR))), [HEAD]);
    assert_eq!(may_confirm(&rename(HEAD, Some(ADMINISTRATOR))), [CHAIR]);
    assert_eq!(may_confirm(&rename(EXTERNAL, Some(ADMINISTRATOR))), [CHAIR]);
    assert_eq!(may_confirm(&rename(CHAIR, None)), [HEAD]);
    assert_eq!(may_confirm(&rename(TEACHER, None)), [HEAD]);
    assert_eq!(may_confirm(&rename(DSL, Some(HEAD))), [CHAIR], "never the one who proposed it");
    let add = |name: &str| NameProposal {
        change: NameChange::Add { kind: PersonKind::Visitor, email: None },
        name: ShownName(name.to_owned()),
        ..rename(DSL, Some(ADMINISTRATOR))
    };
    assert_eq!(may_confirm(&add("Ada Twyford")), [HEAD]);
    assert_eq!(may_confirm(&add("Hattie Head")), [CHAIR], "not the person whose name it is");
    let over = NameProposal { proposed_at: now() - PROPOSAL_LASTS, ..rename(DSL, Some(ADMINISTRATOR)) };
    assert_eq!(may_confirm(&over), Vec::<u128>::new());
}

#[test]
fn what_a_list_says_each_time_is_not_proposed_again_once_it_was_refused() {
    let filed = |state| NameProposal { state, ..rename(DSL, None) };
    let answers = |state, road| filed(state).answers(&rename(DSL, None).change, road, now());
    for road in [Road::List, Road::SignIn] {
        assert!(answers(ProposalState::Waiting, road) && answers(ProposalState::Refused, road));
        assert!(!answers(ProposalState::Withdrawn, road) && !answers(ProposalState::Confirmed, road));
    }
    assert!(answers(ProposalState::Waiting, Road::Page) && !answers(ProposalState::Refused, Road::Page));
    assert!(!filed(ProposalState::Waiting).answers(&rename(TEACHER, None).change, Road::Page, now()));
}

proptest! {
    /// No one decides about their own name or what they proposed, and one person alone gives no person with a role a
    /// name that anything but capitals, accents and signs tells from theirs.
    #[test]
    fn no_one_alone_renames_a_person_with_a_role(who in 1u128..=8, by in 1u128..=8, to in "[A-Z][a-z]{1,8} [A-Z][a-z]{1,8}") {
        let proposal = rename(who, Some(by));
        let confirm = may_confirm(&proposal);
        prop_assert!(!confirm.contains(&who) && !confirm.contains(&by));
        let from = "Ada Marlowe";
        let alone = bearers().why_two_to_rename(person(DSL), (from, &to), Some(person(by))).is_none();
        prop_assert_eq!(alone, fold(from) == fold(&to));
    }
}

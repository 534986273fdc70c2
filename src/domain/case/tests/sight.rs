//! Who may read a case: restriction, seal, affected adults, other schools, and the list the store joins to.

use super::*;

const OWNER: PersonId = person(301);
const SHARED: PersonId = person(302);

/// The coordinator's case: the DSL and the network copied, the head overseeing, an owner and a share.
fn case_under(restriction: Restriction) -> School {
    let mut school = School::with(&draft("CON-INAPP"));
    let form = form(&school.case, OWNER, &[]);
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    school.does(COORDINATOR, |case, act| case.share(SHARED, ShareKind::Reader, None, &why(), act));
    if restriction != Restriction::Open {
        school.does(HEAD, |case, act| case.restrict(restriction, &why(), act));
    }
    school
}

#[test]
fn who_sees_what_under_each_restriction() {
    use Restriction::{Open, Restricted, Sealed};
    let (full, technical) = (Some(Sight::Full), Some(Sight::Technical));
    let rows = [
        ("lead holder", COORDINATOR, [full, full, full]),
        ("lead deputy", DEPUTY_COORDINATOR, [full, full, None]),
        ("owner", OWNER, [full, full, full]),
        ("named share", SHARED, [full, full, full]),
        ("copied holder", DSL, [full, full, None]),
        ("copied deputy", DEPUTY_DSL, [full, full, None]),
        ("network, copied", NETWORK, [technical, technical, None]),
        ("oversight", HEAD, [full, None, None]),
        ("oversight's deputy", DEPUTY_HEAD, [full, None, None]),
        ("chair", CHAIR, [None, None, None]),
        ("reporter", TEACHER, [None, None, None]),
        ("no part in it", OTHER_TEACHER, [None, None, None]),
    ];
    for (at, restriction) in [Open, Restricted, Sealed].into_iter().enumerate() {
        let school = case_under(restriction);
        for (who, person, sees) in rows {
            assert_eq!(school.sees(person), sees[at], "{who}, {restriction:?}");
        }
    }
}

#[test]
fn a_network_manager_who_leads_sees_the_whole_and_where_copied_cannot_act() {
    assert_eq!(School::with(&draft("SYS-PHISH")).sees(NETWORK), Some(Sight::Full));
    let mut school = School::with(&draft("CON-INAPP"));
    let noted = school.tries(NETWORK, |case, act| case.note(&words(), act));
    assert!(matches!(noted, Err(Refusal::Refused(_))));
    // Holding another desk of the case as well, the wider sight counts.
    school.seats.push((Desk::Dsl, Seat::Cover, NETWORK));
    assert_eq!(school.sees(NETWORK), Some(Sight::Full));
}

#[test]
fn only_the_dsl_or_the_head_restricts_and_nobody_shuts_everybody_out() {
    let mut school = case_under(Restriction::Open);
    let seal = |case: &Case, act: &mut Act<'_>| case.restrict(Restriction::Sealed, &why(), act);
    for who in [COORDINATOR, OWNER, SHARED, DEPUTY_DSL] {
        assert!(matches!(school.tries(who, seal), Err(Refusal::Refused(_))), "{who:?}");
    }
    school.does(DSL, seal);
    let mut vacant = School::seated(&without(&[COORDINATOR]), &draft("CON-INAPP"));
    assert_eq!(fields(vacant.tries(DSL, seal)), ["restriction"], "only a deputy leads it");
    vacant.does(DEPUTY_COORDINATOR, |case, act| case.assign(DEPUTY_COORDINATOR, act)).does(DSL, seal);
}

#[test]
fn an_affected_adult_sees_nothing_through_a_desk_and_everything_through_a_share() {
    let mut school =
        School::with(&about(draft("CON-INAPP"), DSL, SubjectKind::AdultHere, SubjectRole::Affected));
    assert_eq!(school.sees(DSL), None);
    assert!(!school.told().contains(&DSL));
    let form = form(&school.case, OWNER, &[]);
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    let share = |case: &Case, act: &mut Act<'_>| case.share(DSL, ShareKind::Reader, None, &why(), act);
    assert!(matches!(school.tries(OWNER, share), Err(Refusal::Refused(_))), "the lead desk decides");
    school.does(COORDINATOR, share);
    assert_eq!(school.sees(DSL), Some(Sight::Full));
    school.does(DSL, |case, act| case.note(&words(), act));
    for action in [Move::Restrict, Move::SetHold, Move::Answer, Move::Triage, Move::Close] {
        assert!(school.ask(DSL, |case, act| case.may(action, act)).is_err(), "{action:?}");
    }
}

#[test]
fn somebody_excluded_is_never_given_a_share() {
    let mut school = School::with(&about(
        draft("CON-INAPP"),
        OTHER_TEACHER,
        SubjectKind::AdultHere,
        SubjectRole::NamedOnly,
    ));
    let tried = school
        .tries(COORDINATOR, |case, act| case.share(OTHER_TEACHER, ShareKind::Reader, None, &why(), act));
    assert_eq!(fields(tried), ["person"]);
}

#[test]
fn the_list_the_store_joins_to_says_what_the_predicate_says() {
    for restriction in [Restriction::Open, Restriction::Restricted, Restriction::Sealed] {
        let school = case_under(restriction);
        let everybody = SEATS.iter().map(|(_, _, person)| *person).chain([OWNER, SHARED, TEACHER]);
        for who in everybody {
            let grants = school.case.grants();
            let through = grants.iter().filter(|grant| match grant.principal {
                Principal::Person(person) => person == who,
                Principal::Desk(desk, Sits::AnySeat) => SEATS.iter().any(|(d, _, p)| (*d, *p) == (desk, who)),
                Principal::Desk(desk, Sits::HoldersOnly) => SEATS.contains(&(desk, Seat::Holder, who)),
            });
            assert_eq!(through.map(|grant| grant.sight).max(), school.sees(who), "{who:?}");
        }
    }
}

#[test]
fn another_schools_standing_sees_nothing_whatever_it_holds() {
    let school = case_under(Restriction::Open);
    let mut elsewhere = standing(&SEATS, COORDINATOR, school.now);
    elsewhere.school = SchoolId(Uuid::from_u128(2));
    assert_eq!(school.case.sight(&elsewhere), None);
}

#[test]
fn a_restricted_case_tells_nobody_who_cannot_open_it() {
    let mut school = case_under(Restriction::Sealed);
    let called = school.now;
    school.does(COORDINATOR, |case, act| case.call_999(called, None, act));
    assert_eq!(school.told(), [OWNER]);
    assert_eq!(school.open_tasks()[0].desk, Some(Desk::OnlineSafety));
    let brief = why();
    school.does(COORDINATOR, |case, act| case.brief(&brief, act));
    assert!(school.notices.is_empty());
}

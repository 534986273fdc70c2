//! Cases selected for an inspector: who selects, until when, and what ends it.

use super::*;

const INSPECTOR: PersonId = person(401);

/// What the inspector sees of the case.
fn inspected(school: &School) -> Option<Sight> {
    let offices = BTreeSet::from([Office::Inspector]);
    school.case.sight(&Standing { offices, ..standing(&school.seats, INSPECTOR, school.now) })
}

#[test]
fn the_dsl_or_the_head_selects_and_takes_back_and_nobody_else() {
    for who in [DSL, HEAD] {
        let mut school = School::with(&draft("CON-INAPP"));
        let held = inspector(INSPECTOR, school.now);
        assert_eq!(inspected(&school), None);
        school.does(who, |case, act| case.select_for(&held, None, &why(), act));
        assert_eq!(inspected(&school), Some(Sight::Inspected));
        assert_eq!(school.told(), [INSPECTOR]);
        assert_eq!(school.sees(INSPECTOR), None, "without the duty it is nothing");
        assert_eq!(
            fields(school.tries(who, |case, act| case.select_for(&held, None, &why(), act))),
            ["person"]
        );
        school.does(who, |case, act| case.deselect(INSPECTOR, act));
        assert_eq!(inspected(&school), None);
        assert_eq!(fields(school.tries(who, |case, act| case.deselect(INSPECTOR, act))), ["person"]);
    }
    let mut school = School::with(&draft("CON-INAPP"));
    let held = inspector(INSPECTOR, school.now);
    for who in [COORDINATOR, DEPUTY_COORDINATOR, NETWORK, DEPUTY_HEAD] {
        let tried = school.tries(who, |case, act| case.select_for(&held, None, &why(), act));
        assert!(matches!(tried, Err(Refusal::Refused(_))), "{who:?}");
    }
    let chair = school.tries(CHAIR, |case, act| case.select_for(&held, None, &why(), act));
    assert_eq!(chair, Err(Refusal::NotFound));
}

#[test]
fn it_lasts_no_longer_than_the_inspection() {
    let mut school = School::with(&draft("CON-INAPP"));
    let held = inspector(INSPECTOR, school.now);
    let last = held.to.unwrap();
    for until in [last + TimeDelta::microseconds(1), school.now] {
        let tried = school.tries(HEAD, |case, act| case.select_for(&held, Some(until), &why(), act));
        assert_eq!(fields(tried), ["until"]);
    }
    let deputy = HeldDuty { what: DutyKind::Seat(Desk::Dsl, Seat::Deputy), ..held };
    assert_eq!(
        fields(school.tries(HEAD, |case, act| case.select_for(&deputy, None, &why(), act))),
        ["person"]
    );
    let tomorrow = school.now + TimeDelta::days(1);
    school.does(HEAD, |case, act| case.select_for(&held, Some(tomorrow), &why(), act));
    school.now = tomorrow - TimeDelta::microseconds(1);
    assert_eq!(inspected(&school), Some(Sight::Inspected));
    school.now = tomorrow;
    assert_eq!(inspected(&school), None);
}

#[test]
fn a_sealed_case_is_the_heads_to_select() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.does(DSL, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    let held = inspector(INSPECTOR, school.now);
    let tried = school.tries(DSL, |case, act| case.select_for(&held, None, &why(), act));
    assert!(matches!(tried, Err(Refusal::Refused(_))), "{tried:?}");
    school.does(HEAD, |case, act| case.break_glass(&why(), act));
    school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
    assert_eq!(inspected(&school), Some(Sight::Inspected));
}

#[test]
fn an_inspector_who_becomes_excluded_sees_nothing_and_is_never_chosen_again() {
    for (role, kind) in [
        (SubjectRole::Alleged, SubjectKind::AdultHere),
        (SubjectRole::NamedOnly, SubjectKind::SomebodyElse),
        (SubjectRole::Affected, SubjectKind::AdultHere),
    ] {
        let mut school = School::with(&draft("CON-INAPP"));
        let held = inspector(INSPECTOR, school.now);
        school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
        school.adds(COORDINATOR, new(INSPECTOR, kind, role));
        assert!(school.case.excludes(INSPECTOR), "{role:?}");
        assert_eq!(inspected(&school), None, "{role:?}");
        assert_eq!(school.case.live_inspections(school.now).count(), 0, "{role:?}");
        let by = if school.sees(HEAD).is_some() { HEAD } else { DSL };
        let tried = school.tries(by, |case, act| case.select_for(&held, None, &why(), act));
        assert_eq!(fields(tried), ["person"], "{role:?}");
    }
}

#[test]
fn an_inspector_sees_by_a_selection_alone_and_a_selection_shows_nobody_else_anything() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.does(COORDINATOR, |case, act| case.assign(INSPECTOR, act));
    school.does(COORDINATOR, |case, act| case.share(INSPECTOR, ShareKind::Reader, None, &why(), act));
    assert_eq!(inspected(&school), None, "what they had before is not theirs as an inspector");
    let mut held = inspector(TEACHER, school.now);
    school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
    assert_eq!(school.sees(TEACHER), None);
    held.person = DSL;
    school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
    assert_eq!(school.sees(DSL), Some(Sight::Full), "a selection takes nothing from a desk");
}

#[test]
fn with_the_duty_goes_what_was_selected_in_an_ended_case_too() {
    let mut school = School::with(&draft("CON-INAPP"));
    let held = inspector(INSPECTOR, school.now);
    school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
    school.case.status = Status::Closed;
    let event = school.ask(HEAD, |case, act| case.inspection_is_over(INSPECTOR, act)).unwrap();
    assert_eq!((event.actor(), event.entry().act), (None, Move::Deselect));
    school.case = event.case().clone();
    assert_eq!(inspected(&school), None);
    assert!(school.ask(HEAD, |case, act| case.inspection_is_over(INSPECTOR, act)).is_none());
}

#[test]
fn i1_words_added_about_the_inspector_end_what_was_selected_for_them() {
    let ivor =
        Adult { person: INSPECTOR, name: "Ivor Quill".to_owned(), former_names: Vec::new(), post: None };
    let mut school = School::of_adults(&[ivor], &draft("CON-INAPP"));
    let held = inspector(INSPECTOR, school.now);
    school.does(HEAD, |case, act| case.select_for(&held, None, &why(), act));
    assert_eq!(inspected(&school), Some(Sight::Inspected));
    let concern = school.case.concerns[0].id;
    let new = NewAddition::of(Narrative::parse("It was Mr Quill who pushed him.").unwrap());
    school.does(TEACHER, |case, act| case.add_to_concern(concern, &new, act));
    assert_eq!((inspected(&school), school.case.live_inspections(school.now).count()), (None, 0));
    assert_eq!(school.case.exclusions[&INSPECTOR].why, ExclusionReason::NotRuledOut);
}

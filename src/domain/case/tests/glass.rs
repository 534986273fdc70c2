//! Emergency access, and lifting what took one's own sight away.

use super::*;

/// A case of the coordinator's, which the head and the DSL oversee.
fn restricted(to: Restriction) -> School {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    school.does(HEAD, |case, act| case.restrict(to, &why(), act));
    school
}

fn breaks(school: &mut School, who: PersonId) -> Result<(), Refusal> {
    school.tries(who, |case, act| case.break_glass(&why(), act))
}

#[test]
fn the_head_or_the_dsl_opens_it_for_a_day_and_the_lead_desk_is_told() {
    // The DSL is copied, so that only a seal keeps the case from her.
    for (to, who) in
        [(Restriction::Restricted, HEAD), (Restriction::Sealed, HEAD), (Restriction::Sealed, DSL)]
    {
        let mut school = restricted(to);
        assert_eq!(school.sees(who), None, "{to:?}");
        assert_eq!(breaks(&mut school, who), Ok(()));
        assert_eq!(school.sees(who), Some(Sight::Full));
        assert!(school.told().contains(&COORDINATOR));
        assert_eq!(school.told().contains(&DEPUTY_COORDINATOR), to == Restriction::Restricted);
        let twice = breaks(&mut school, who);
        assert_eq!(fields(twice), ["reference"], "it is open already");
        school.now += TimeDelta::hours(24);
        assert_eq!(school.sees(who), None, "a day later");
        assert_eq!(breaks(&mut school, who), Ok(()), "again, with a reason of its own");
    }
}

#[test]
fn everybody_else_is_told_what_they_are_told_of_nothing() {
    let mut sealed = restricted(Restriction::Sealed);
    for who in [CHAIR, NETWORK, SIRO, TEACHER, DEPUTY_HEAD, DEPUTY_DSL, EXTERNAL] {
        assert_eq!(breaks(&mut sealed, who), Err(Refusal::NotFound), "{who:?}");
    }
    // Excluded, altogether or from desks.
    for role in [SubjectRole::Alleged, SubjectRole::NamedOnly, SubjectRole::Affected] {
        let mut school = School::with(&about(draft("CON-INAPP"), DSL, SubjectKind::AdultHere, role));
        school.case.restriction = Restriction::Sealed;
        assert_eq!(breaks(&mut school, DSL), Err(Refusal::NotFound), "{role:?}");
    }
    // An open case that is not theirs.
    let mut open = School::with(&draft("SYS-PHISH"));
    assert_eq!(open.sees(DSL), None);
    assert_eq!(breaks(&mut open, DSL), Err(Refusal::NotFound));
    // Of another school.
    let mut elsewhere = restricted(Restriction::Restricted);
    elsewhere.case.school = SchoolId(Uuid::from_u128(2));
    assert_eq!(breaks(&mut elsewhere, HEAD), Err(Refusal::NotFound));
}

#[test]
fn whoever_restricts_a_case_can_lift_it_though_they_lost_sight_of_it() {
    let mut school = restricted(Restriction::Sealed);
    let blind = school.tries(HEAD, |case, act| case.restrict(Restriction::Open, &why(), act));
    assert_eq!(blind, Err(Refusal::NotFound));
    breaks(&mut school, HEAD).unwrap();
    school.does(HEAD, |case, act| case.restrict(Restriction::Open, &why(), act));
    assert_eq!((school.sees(HEAD), school.sees(DSL)), (Some(Sight::Full), Some(Sight::Full)));
}

#[test]
fn the_chair_takes_the_heads_place_where_the_head_is_excluded() {
    let mut school =
        School::with(&about(draft("CON-INAPP"), HEAD, SubjectKind::AdultHere, SubjectRole::Affected));
    school.case.restriction = Restriction::Sealed;
    assert_eq!(breaks(&mut school, HEAD), Err(Refusal::NotFound));
    assert_eq!(breaks(&mut school, CHAIR), Ok(()));
    school.does(CHAIR, |case, act| case.restrict(Restriction::Open, &why(), act));
}

#[test]
fn broken_glass_ends_when_its_person_is_excluded_and_is_never_given_by_the_desk() {
    let mut school = restricted(Restriction::Sealed);
    breaks(&mut school, DSL).unwrap();
    let given =
        school.tries(COORDINATOR, |case, act| case.share(SIRO, ShareKind::BrokenGlass, None, &why(), act));
    assert_eq!(fields(given), ["as"]);
    school.adds(COORDINATOR, new(DSL, SubjectKind::AdultHere, SubjectRole::Affected));
    assert_eq!(school.sees(DSL), None);
    assert!(school.case.live_shares(school.now).next().is_none());
}

#[test]
fn a_share_may_have_a_last_day() {
    let mut school = School::with(&draft("CON-INAPP"));
    let tomorrow = school.now + TimeDelta::days(1);
    let over = school.now;
    let late =
        school.tries(COORDINATOR, |case, act| case.share(SIRO, ShareKind::Reader, Some(over), &why(), act));
    assert_eq!(fields(late), ["until"]);
    school.does(COORDINATOR, |case, act| case.share(SIRO, ShareKind::Reader, Some(tomorrow), &why(), act));
    assert_eq!(school.sees(SIRO), Some(Sight::Full));
    school.now = tomorrow;
    assert_eq!(school.sees(SIRO), None);
    let ended = school.tries(COORDINATOR, |case, act| case.unshare(SIRO, act));
    assert_eq!(fields(ended), ["person"], "it has ended by itself");
    school.does(COORDINATOR, |case, act| case.share(SIRO, ShareKind::Reader, None, &why(), act));
}

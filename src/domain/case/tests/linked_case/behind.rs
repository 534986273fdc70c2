//! I6: who is told in place of those who may see nothing, who is named as the second person, and what a reader who cannot
//! open the other case is handed.

use super::*;
use crate::domain::school::routing::AdultThere;

/// The filtering case, given to a person in one of the ways there are while nothing was known of anyone.
fn given_to(person: PersonId, way: usize) -> (School, FilterCase) {
    let mut school = content(AdultAnswer::No);
    let linked = FilterCase::of(&school);
    let source = std::mem::replace(&mut school.case, linked.0);
    given(&mut school, NETWORK, way, person).unwrap();
    let linked = FilterCase(std::mem::replace(&mut school.case, source));
    (school, linked)
}

/// Who is told when the source turns out to be about a person.
fn told_once_it_is_about(who: PersonId, (mut school, mut linked): (School, FilterCase)) -> Vec<PersonId> {
    school.adds(COORDINATOR, alleged(who));
    let event = linked.follows(&mut school).unwrap();
    let told: Vec<PersonId> = event.notices().iter().map(|notice| notice.person).collect();
    assert!(told.iter().all(|person| linked.seen_by(*person, &school).is_some()), "{who:?}: {told:?}");
    told
}

#[test]
fn i6_who_stands_in_is_told_once_what_a_person_has_is_with_one_who_may_not_see_it() {
    let (owner, task) = (0, 3);
    for way in [owner, task] {
        let told = told_once_it_is_about(COORDINATOR, given_to(COORDINATOR, way));
        assert_eq!(told, [HEAD], "{way}: it was with her, so the head sees to it");
    }
    let told = told_once_it_is_about(DEPUTY_COORDINATOR, given_to(COORDINATOR, owner));
    assert!(told.is_empty(), "her deputy had nothing of it: {told:?}");
    let (school, mut linked) = given_to(COORDINATOR, owner);
    linked.0.status = Status::Closed;
    assert!(told_once_it_is_about(COORDINATOR, (school, linked)).is_empty(), "it has ended");
    // The chair cannot open it: whoever leads has it back once the time for taking it up is over.
    assert!(told_once_it_is_about(HEAD, given_to(HEAD, owner)).is_empty());
}

#[test]
fn i6_a_second_person_named_in_vain_is_named_no_more_whoever_it_was() {
    for who in [DEPUTY_COORDINATOR, OTHER_TEACHER] {
        let (mut school, linked, _) = turned_out_to_be(who);
        school.case = linked.0;
        school.does(HEAD, |case, act| case.restrict(Restriction::Restricted, &why(), act));
        let able = |school: &mut School| {
            let second = school.ask(NETWORK, |case, act| case.second_person(act));
            let SecondPerson::OneOf(able) = &second else { panic!("{who:?}: {second:?}") };
            able.contains(&DEPUTY_COORDINATOR)
        };
        assert!(able(&mut school), "{who:?}");
        given(&mut school, NETWORK, 2, DEPUTY_COORDINATOR).unwrap();
        assert!(able(&mut school), "{who:?}: named, and may not have answered yet");
        school.does(NETWORK, |case, act| case.unshare(DEPUTY_COORDINATOR, act));
        assert!(!able(&mut school), "{who:?}: the same whether or not they may see it");
    }
    // In a case of its own a share that ended says nothing against them.
    let mut school = School::with(&draft("FIL-FAIL"));
    school.does(HEAD, |case, act| case.restrict(Restriction::Restricted, &why(), act));
    given(&mut school, NETWORK, 2, DEPUTY_COORDINATOR).unwrap();
    school.does(NETWORK, |case, act| case.unshare(DEPUTY_COORDINATOR, act));
    let second = school.ask(NETWORK, |case, act| case.second_person(act));
    assert!(matches!(&second, SecondPerson::OneOf(able) if able.contains(&DEPUTY_COORDINATOR)), "{second:?}");
}

#[test]
fn i6_a_reader_who_cannot_open_the_other_case_is_handed_none_of_its_people() {
    let (_, linked, _) = turned_out_to_be(DEPUTY_COORDINATOR);
    let id = DEPUTY_COORDINATOR.to_string();
    let names_her = |case: &Case| serde_json::to_string(case).unwrap().contains(&id);
    assert!(names_her(&linked.0) && linked.0.keeps_out(DEPUTY_COORDINATOR), "she is kept out");
    let handed = shown(&linked.0);
    assert!(!names_her(&handed) && handed.kept_out().is_empty());
    // What routing has to know stays: that the adult of the other case is not known yet.
    for (adult, there) in [
        (AdultAnswer::No, AdultThere::NoneOrMatched),
        (AdultAnswer::Yes(WhichAdult::DoNotKnow), AdultThere::Unmatched),
    ] {
        let linked = FilterCase::of(&content(adult));
        assert_eq!(AdultThere::in_any(shown(&linked.0).follows.values()), there, "{adult:?}");
    }
}

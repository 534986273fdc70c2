//! Words that single no one out, and a reporter who cannot say: the head, the DSL and the chair have it together.

use super::*;
use crate::domain::{
    people::candidates::WhyMeant,
    school::routing::{AdultAnswer, CouldBeAnyone},
};

/// "It is about an adult here, and I do not know which", and "I cannot say whether it is one of those who receive it".
fn nobody_singled_out() -> Draft {
    let mut draft = draft("STF-ALLEG");
    draft.adult = AdultAnswer::Yes(WhichAdult::DoNotKnow);
    draft.could_be_anyone = CouldBeAnyone::Yes;
    draft
}

fn decides(school: &mut School, who: PersonId, what: TogetherAct) {
    school.does(who, |case, act| case.decide_together(what, &why(), act));
}

#[test]
fn i1_whoever_cannot_say_reaches_head_dsl_and_chair_and_none_of_their_deputies() {
    let school = School::with(&nobody_singled_out());
    for who in [HEAD, DSL, CHAIR] {
        assert_eq!(school.sees(who), Some(Sight::Full), "{who:?}");
        assert!(school.told().contains(&who), "{who:?}");
    }
    for who in [DEPUTY_HEAD, DEPUTY_DSL, EXTERNAL, COORDINATOR, NETWORK] {
        assert_eq!(school.sees(who), None, "{who:?}");
        assert!(!school.told().contains(&who), "{who:?}");
    }
    let json = serde_json::to_string(&school.case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), school.case);
}

#[test]
fn i1_where_one_of_them_is_out_the_external_contact_comes_in() {
    for (out, lead) in [(HEAD, Desk::Chair), (DSL, Desk::Head), (CHAIR, Desk::Head)] {
        let mut draft = nobody_singled_out();
        draft.not_ruled_out.insert(out, WhyMeant::Ticked);
        let school = School::with(&draft);
        assert_eq!((school.case.lead(), school.sees(out)), (lead, None), "{out:?}");
        assert_eq!(school.sees(EXTERNAL), Some(Sight::Full), "{out:?}");
        assert!(school.told().contains(&EXTERNAL) && !school.told().contains(&out), "{out:?}");
    }
}

#[test]
fn none_of_them_ends_restricts_or_recategorises_it_without_another_of_them() {
    let mut school = School::with(&nobody_singled_out());
    let alone = [
        school.tries(HEAD, |case, act| case.no_case(&why(), act)),
        school.tries(HEAD, |case, act| case.restrict(Restriction::Sealed, &why(), act)),
    ];
    for refused in alone {
        assert_eq!(refused, Err(Refusal::Refused(Problem::AskOneOfThem)));
    }
    let mut other = form(&school.case, HEAD, &[]);
    other.category = category("CP-CONCERN");
    let refused = fields(school.tries(HEAD, |case, act| case.triage(&other, act)));
    assert!(refused.contains(&"category"), "{refused:?}");

    // To ask twice is not to agree, and to agree to one thing is to agree to no other.
    let sealed = TogetherAct::Restrict(Restriction::Sealed);
    for _ in 0..2 {
        decides(&mut school, HEAD, sealed);
        assert!(school.told().contains(&DSL) && school.told().contains(&CHAIR));
        assert!(!school.ask(HEAD, |case, act| case.is_agreed(sealed, act)));
    }
    decides(&mut school, CHAIR, sealed);
    let opened = school.tries(HEAD, |case, act| case.restrict(Restriction::Restricted, &why(), act));
    assert_eq!(opened, Err(Refusal::Refused(Problem::AskOneOfThem)));
    school.does(HEAD, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    for who in [HEAD, DSL, CHAIR] {
        assert_eq!(school.sees(who), Some(Sight::Full), "a seal leaves none of them alone with it: {who:?}");
    }
    assert!(!school.ask(HEAD, |case, act| case.is_agreed(sealed, act)), "it counted once");
}

#[test]
fn another_category_takes_two_and_is_taken_then() {
    let mut school = School::with(&nobody_singled_out());
    let concern = TogetherAct::Recategorise(category("CP-CONCERN"));
    decides(&mut school, DSL, concern);
    decides(&mut school, HEAD, concern);
    let entry = school.entries.last().unwrap();
    assert!(entry.facts.iter().any(|(label, _)| *label == Label::AgreedTo), "{entry:?}");
    assert!(school.ask(HEAD, |case, act| case.is_agreed(concern, act)));
    assert!(!school.ask(HEAD, |case, act| case.is_agreed(TogetherAct::End, act)));
}

#[test]
fn one_left_alone_may_recategorise_and_others_are_no_people_of_it() {
    let mut school = School::seated(&without(&[DSL, CHAIR, EXTERNAL]), &nobody_singled_out());
    let concern = TogetherAct::Recategorise(category("CP-CONCERN"));
    assert!(school.ask(HEAD, |case, act| case.is_agreed(concern, act)));
    let asks = school.tries(OTHER_TEACHER, |case, act| case.decide_together(concern, &why(), act));
    assert_eq!(asks, Err(Refusal::NotFound));
    let ordinary = School::with(&draft("STF-ALLEG"));
    assert!(!ordinary.case.is_together());
}

#[test]
fn two_of_them_settle_it_and_then_it_goes_as_ever() {
    let mut school = School::with(&nobody_singled_out());
    decides(&mut school, DSL, TogetherAct::Settle);
    assert!(school.case.is_together(), "one alone settles nothing");
    school.adds(HEAD, alleged(OTHER_TEACHER));
    assert!(school.case.is_together(), "a name alone settles nothing: it is one person's word");
    decides(&mut school, CHAIR, TogetherAct::Settle);
    assert!(!school.case.is_together());
    assert_eq!((school.case.lead(), school.sees(CHAIR)), (Desk::Head, None));
    assert_eq!((school.sees(DEPUTY_DSL), school.case.excludes(OTHER_TEACHER)), (Some(Sight::Full), true));
}

#[test]
fn a_role_that_ends_brings_in_the_external_contact() {
    let mut school = School::with(&nobody_singled_out());
    school.seats = without(&[CHAIR]);
    let gone = Gone { from_desk: BTreeSet::from([(Desk::Chair, CHAIR)]), from_school: BTreeSet::new() };
    let event = school.ask(person(999), |case, act| case.follow_duties(&gone, act)).unwrap();
    school.case = event.case().clone();
    assert_eq!((school.sees(EXTERNAL), school.sees(HEAD)), (Some(Sight::Full), Some(Sight::Full)));
}

#[test]
fn it_is_given_to_no_deputy_and_opened_by_none() {
    let mut school = School::with(&nobody_singled_out());
    for who in [DEPUTY_HEAD, DEPUTY_DSL, OTHER_TEACHER, EXTERNAL] {
        assert_eq!(fields(school.tries(HEAD, |case, act| case.assign(who, act))), ["owner"], "{who:?}");
    }
    let refused = fields(school.tries(HEAD, |case, act| case.send_to(Desk::Dsl, &why(), act)));
    assert_eq!(refused, ["desk"]);
    school.does(HEAD, |case, act| case.assign(DSL, act));
}

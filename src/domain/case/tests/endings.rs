//! C3, C4, C5, C7: what stands between a case and its end, who ends it, and what follows.

use super::*;
use crate::domain::{
    case::SecondPerson,
    school::{SecondPersonAlso, Settings},
};
use std::collections::BTreeSet;

const PARENT: PersonId = person(401);

/// A filtering failure, owned by the network manager, triaged.
fn filter_failure() -> School {
    let mut school = School::with(&draft("FIL-FAIL"));
    school.triaged(NETWORK);
    school
}

fn ends(school: &mut School, who: PersonId) -> Result<(), Refusal> {
    school.tries(who, |case, act| case.close(Retention::SexualAbuse, act))
}

#[test]
fn c3_nothing_closes_without_a_proposed_outcome() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.triaged(COORDINATOR);
    assert!(matches!(ends(&mut school, COORDINATOR), Err(Refusal::WrongState(_))));
    school.proposed(COORDINATOR);
    assert_eq!(ends(&mut school, COORDINATOR), Ok(()));
    assert_eq!(school.case.retention, Some(Retention::SexualAbuse));
    assert!(school.case.dues.running().is_empty());
}

#[test]
fn c3_lessons_learned_may_be_left_out() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.triaged(COORDINATOR);
    let without_lessons = Closing { lessons: None, ..closing() };
    school.does(COORDINATOR, |case, act| case.propose(&without_lessons, act));
    assert!(school.case.proposal.as_ref().is_some_and(|proposal| proposal.lessons.is_none()));
    assert_eq!(ends(&mut school, COORDINATOR), Ok(()));
}

#[test]
fn c3_an_open_referral_stands_in_the_way() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.triaged(COORDINATOR);
    let made = school.now;
    school.does(COORDINATOR, |case, act| case.refer(&whole_referral(Body::ICO, made), act));
    assert_eq!(fields(school.tries(COORDINATOR, |case, act| case.propose(&closing(), act))), ["referrals"]);
    let sent = school.case.referrals[0].id;
    let done = Some(ReferralState::Done);
    school
        .does(COORDINATOR, |case, act| case.referral_moves(sent, done, Some(&why()), &BTreeMap::new(), act));
    school.proposed(COORDINATOR);
}

#[test]
fn c3_a_filtering_failure_waits_for_a_second_persons_re_test() {
    let mut school = filter_failure();
    assert_eq!(fields(school.tries(NETWORK, |case, act| case.propose(&closing(), act))), ["retest"]);
    school.does(NETWORK, |case, act| case.fixed(&why(), act));
    assert!(school.told().contains(&COORDINATOR), "the coordinator may test it");
    let own = school.tries(NETWORK, |case, act| case.retest(RetestResult::Works, act));
    assert!(matches!(own, Err(Refusal::Refused(_))), "{own:?}");
    school.does(COORDINATOR, |case, act| case.retest(RetestResult::StillFails, act));
    assert_eq!(fields(school.tries(NETWORK, |case, act| case.propose(&closing(), act))), ["retest"]);
    school.does(NETWORK, |case, act| case.fixed(&why(), act));
    school.does(COORDINATOR, |case, act| case.retest(RetestResult::Works, act));
    school.proposed(NETWORK);
    assert_eq!(ends(&mut school, NETWORK), Ok(()));
}

#[test]
fn c3_whoever_tests_does_not_close() {
    let mut school = filter_failure();
    school.does(NETWORK, |case, act| case.fixed(&why(), act));
    school.does(COORDINATOR, |case, act| case.retest(RetestResult::Works, act));
    school.does(NETWORK, |case, act| case.assign(COORDINATOR, act));
    school.proposed(COORDINATOR);
    assert_eq!(fields(ends(&mut school, COORDINATOR)), ["retest"]);
}

#[test]
fn c3_a_possible_crime_asks_for_the_police_or_a_reason() {
    for choice in [Reply::Possible, Reply::Yes] {
        let mut school = School::with(&draft("CP-CONCERN"));
        school.triaged_as(DSL, &[(Question::Crime, choice)]);
        assert_eq!(fields(school.tries(DSL, |case, act| case.propose(&closing(), act))), ["police"]);
        // No further action is an end too.
        assert_eq!(fields(school.tries(DSL, |case, act| case.no_case(&why(), act))), ["police"]);
        school.does(DSL, |case, act| case.decline(Body::POLICE, &why(), act)).proposed(DSL);
        assert!(school.needs_second_person(), "it was declined");
        assert!(matches!(ends(&mut school, DSL), Err(Refusal::Refused(_))));
        assert_eq!(ends(&mut school, HEAD), Ok(()));
    }
}

#[test]
fn c3_a_withdrawn_referral_does_not_count() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.triaged_as(DSL, &[(Question::Crime, Reply::Possible)]);
    let made = school.now;
    school.does(DSL, |case, act| case.refer(&referral(Body::POLICE, made), act));
    let sent = school.case.referrals[0].id;
    let to = Some(ReferralState::Withdrawn);
    school.does(DSL, |case, act| case.referral_moves(sent, to, Some(&why()), &BTreeMap::new(), act));
    assert_eq!(school.open_tasks(), [], "what was missing from it is no longer asked");
    assert_eq!(school.case.tasks.len(), 1, "and is not removed from the case");
    assert_eq!(fields(school.tries(DSL, |case, act| case.propose(&closing(), act))), ["police"]);
}

#[test]
fn a_withdrawn_referral_told_nobody_and_the_law_asks_again() {
    let mut school = School::with(&draft("CON-EXTREM"));
    let form = form(&school.case, DSL, &[(Question::PersonalData, Reply::Yes)]);
    school.does(DSL, |case, act| case.triage(&form, act));
    let asked = [DeadlineKind::IcoDecision, DeadlineKind::IcoReport];
    let due = |school: &School| {
        asked.map(|kind| {
            school.running(kind).iter().map(|due| (due.desk, due.deadline.due)).collect::<Vec<_>>()
        })
    };
    let before = due(&school);
    assert!(before.iter().all(|due| due.len() == 1), "{before:?}");
    let made = school.now;
    for _ in 0..2 {
        school.does(DSL, |case, act| case.refer(&referral(Body::ICO, made), act));
    }
    assert!(due(&school).iter().all(Vec::is_empty));
    let withdraw = |school: &mut School, at: usize| {
        let id = school.case.referrals[at].id;
        let to = Some(ReferralState::Withdrawn);
        school.does(DSL, |case, act| case.referral_moves(id, to, Some(&why()), &BTreeMap::new(), act));
    };
    withdraw(&mut school, 0);
    assert!(due(&school).iter().all(Vec::is_empty), "the other one told them");
    withdraw(&mut school, 1);
    assert_eq!(due(&school).to_vec(), before.to_vec(), "from the same fact, at the same desk");
}

#[test]
fn c4_the_second_person_never_owned_triaged_or_proposed() {
    let mut school = School::with(&draft("CP-CONCERN"));
    let mut form = form(&school.case, DSL, &[]);
    form.severity = Severity::Critical;
    school.does(DEPUTY_DSL, |case, act| case.triage(&form, act));
    school.does(DEPUTY_DSL, |case, act| case.assign(DEPUTY_HEAD, act));
    school.proposed(DEPUTY_HEAD);
    assert!(school.told().contains(&HEAD), "a second person is asked");
    for who in [DSL, DEPUTY_DSL, DEPUTY_HEAD] {
        assert!(matches!(ends(&mut school, who), Err(Refusal::Refused(_))), "{who:?}");
        let back = school.tries(who, |case, act| case.send_back(&why(), act));
        assert!(matches!(back, Err(Refusal::Refused(_))), "{who:?}");
    }
    assert_eq!(
        school.ask(DEPUTY_HEAD, |case, act| case.second_person(act)),
        SecondPerson::OneOf(BTreeSet::from([HEAD]))
    );
    school.does(HEAD, |case, act| case.send_back(&why(), act));
    assert_eq!((school.case.status, school.told()), (Status::InProgress, vec![DEPUTY_HEAD]));
    school.proposed(DEPUTY_HEAD);
    assert_eq!(ends(&mut school, HEAD), Ok(()));
    assert_eq!(school.told(), [DEPUTY_HEAD]);
}

#[test]
fn c4_a_school_where_nobody_qualifies_can_still_close() {
    // One woman is head and DSL, and there are no deputies: a small primary.
    let seats = [
        (Desk::Dsl, Seat::Holder, HEAD),
        (Desk::Head, Seat::Holder, HEAD),
        (Desk::Chair, Seat::Holder, CHAIR),
        (Desk::External, Seat::Holder, EXTERNAL),
    ];
    let mut school = School::seated(&seats, &draft("CON-ILLEGAL"));
    assert_eq!(school.case.lead(), Desk::Dsl);
    school.triaged(HEAD).proposed(HEAD);
    assert!(matches!(ends(&mut school, HEAD), Err(Refusal::Refused(_))));
    assert_eq!(ends(&mut school, CHAIR), Err(Refusal::NotFound), "the chair cannot see it yet");
    assert_eq!(school.ask(HEAD, |case, act| case.second_person(act)), SecondPerson::ToName(CHAIR));
    let own = school.tries(HEAD, |case, act| case.share(HEAD, ShareKind::Reviewer, None, &why(), act));
    assert_eq!(fields(own), ["person"], "no one names themselves");
    school.does(HEAD, |case, act| case.share(CHAIR, ShareKind::Reviewer, None, &why(), act));
    assert_eq!(school.told(), [CHAIR]);
    assert_eq!(
        school.ask(HEAD, |case, act| case.second_person(act)),
        SecondPerson::OneOf(BTreeSet::from([CHAIR]))
    );
    assert_eq!(ends(&mut school, CHAIR), Ok(()));
}

#[test]
fn c4_an_excluded_person_is_passed_by_when_a_second_person_is_named() {
    let mut school =
        School::seated(&without(&[DEPUTY_DSL, COORDINATOR, DEPUTY_COORDINATOR]), &draft("CP-CONCERN"));
    school.adds(DSL, new(HEAD, SubjectKind::AdultHere, SubjectRole::Affected));
    let mut form = form(&school.case, DSL, &[]);
    form.severity = Severity::Critical;
    school.does(DSL, |case, act| case.triage(&form, act));
    assert_eq!(school.ask(DSL, |case, act| case.second_person(act)), SecondPerson::ToName(CHAIR));
    school.does(DSL, |case, act| case.share(HEAD, ShareKind::Reader, None, &why(), act));
    let reviews = school.tries(DSL, |case, act| case.share(HEAD, ShareKind::Reviewer, None, &why(), act));
    assert_eq!(fields(reviews), ["person"], "an affected adult never reviews");
    school.proposed(DSL);
    assert!(matches!(ends(&mut school, HEAD), Err(Refusal::Refused(_))), "nor closes");
}

#[test]
fn a_second_person_is_asked_for_where_the_rules_say() {
    let mut plain = School::with(&draft("CON-INAPP"));
    plain.triaged(COORDINATOR);
    assert!(!plain.needs_second_person());
    plain.does(HEAD, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    assert!(plain.needs_second_person(), "sealed");

    for body in [Body::HR, Body::LADO, Body::POLICE, Body::ICO] {
        let mut referred = School::with(&draft("CON-INAPP"));
        let made = referred.now;
        referred.does(COORDINATOR, |case, act| case.refer(&referral(body, made), act));
        assert_eq!(referred.needs_second_person(), body != Body::ICO, "{body:?}");
    }
    for kind in [SubjectKind::AdultHere, SubjectKind::ParentOrCarer] {
        let mut adult = School::with(&draft("CP-CONCERN"));
        adult.adds(DSL, new(PARENT, kind, SubjectRole::Alleged));
        assert!(adult.needs_second_person(), "{kind:?}");
    }
}

#[test]
fn c5_reopening_starts_clocks_and_retention_again() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.triaged(COORDINATOR).proposed(COORDINATOR);
    ends(&mut school, COORDINATOR).unwrap();
    school.does(HEAD, |case, act| case.reopen(&why(), act));
    assert_eq!(school.case.status, Status::InProgress);
    assert_eq!((school.case.retention, school.case.closed_at, &school.case.proposal), (None, None, &None));
    assert_eq!(school.running(DeadlineKind::Followup).len(), 1);
    assert_eq!(school.told(), [COORDINATOR]);
    school.proposed(COORDINATOR);
    assert!(school.running(DeadlineKind::Followup).is_empty(), "followed up");
}

#[test]
fn c5_what_was_never_triaged_is_asked_when_it_is_reopened() {
    let mut school = School::with(&about_pupil(draft("CON-HARM")));
    school.does(DSL, |case, act| case.no_case(&why(), act));
    assert!(school.case.dues.running().is_empty());
    school.does(DSL, |case, act| case.reopen(&why(), act));
    school.does(DSL, |case, act| case.assign(DSL, act));
    assert_eq!(fields(school.tries(DSL, |case, act| case.propose(&closing(), act))), ["questions", "tasks"]);
    for question in [Question::SafeNow, Question::Wishes, Question::Parents] {
        let choice = question.choices().first().copied();
        school.does(DSL, |case, act| case.answer(question, choice, Some(&why()), act));
    }
    school.proposed(DSL);
}

#[test]
fn c5_a_task_left_over_is_due_again() {
    let mut school = School::with(&draft("CON-INAPP"));
    let task = NewTask {
        words: Line::parse("Call home").unwrap(),
        person: None,
        due: crate::domain::kernel::clock::Rule::SchoolDays(1),
    };
    school.does(COORDINATOR, |case, act| case.task(&task, act));
    school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    assert!(school.case.dues.running().is_empty());
    school.does(COORDINATOR, |case, act| case.reopen(&why(), act));
    assert_eq!(school.running(DeadlineKind::Task).len(), 1);
}

#[test]
fn a_school_may_ask_for_a_second_person_in_more_cases_and_in_no_fewer() {
    let adds = |categories: &[&str], severities: &[Severity]| SecondPersonAlso {
        categories: categories.iter().map(|code| category(code)).collect(),
        severities: severities.iter().copied().collect(),
    };
    let nothing = SecondPersonAlso::default();
    let by_category = adds(&["CON-INAPP"], &[]);
    let other_category = adds(&["CP-CONCERN"], &[]);
    let by_severity = adds(&[], &[Severity::High]);
    for (also, severity, asked) in [
        (&nothing, Severity::Moderate, false),
        (&nothing, Severity::Critical, true),
        (&by_category, Severity::Low, true),
        (&other_category, Severity::Low, false),
        (&other_category, Severity::Critical, true),
        (&by_severity, Severity::High, true),
        (&by_severity, Severity::Moderate, false),
    ] {
        let mut school = School::with(&draft("CON-INAPP"));
        let mut form = form(&school.case, COORDINATOR, &[]);
        form.severity = severity;
        school.does(COORDINATOR, |case, act| case.triage(&form, act)).proposed(COORDINATOR);
        let at = format!("{also:?}, {severity:?}");
        let founding = Editions::untouched().settings_at(school.now);
        school.editions = Editions::founded(Settings { second_person: also.clone(), ..founding });
        assert_eq!(school.needs_second_person(), asked, "{at}");
        let closes = |school: &mut School, who| {
            school.ask(who, |case, act| case.close(Retention::MinorPupil, act).is_ok())
        };
        assert_eq!(closes(&mut school, COORDINATOR), !asked, "{at}");
        assert_eq!(closes(&mut school, HEAD), asked, "{at}");
    }
}

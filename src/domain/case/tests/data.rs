//! Personal data lost or shared: the clocks of the ICO are with one desk, and no other desk ends them.

use super::*;
use crate::domain::school::categories::Decision;

/// A memory stick was lost, and the reporter said that personal data was on it.
fn stick() -> Draft {
    Draft { personal_data: PersonalData::Involved, ..draft("DAT-LOSS") }
}

fn answer(choice: Reply) -> impl Fn(&Case, &mut Act<'_>) -> Result<CaseEvent, Refusal> {
    move |case, act| case.answer(Question::PersonalData, Some(choice), Some(&why()), act)
}

fn clocks(school: &School) -> (usize, usize) {
    (school.running(DeadlineKind::IcoDecision).len(), school.running(DeadlineKind::IcoReport).len())
}

#[test]
fn the_desk_that_leads_does_not_end_the_clock_of_the_siro() {
    let mut school = School::with(&stick());
    assert_eq!((school.case.lead(), clocks(&school)), (Desk::Network, (1, 1)));
    assert_eq!(school.running(DeadlineKind::IcoReport)[0].desk, Desk::InformationRisk);
    school.triaged_as(NETWORK, &[(Question::PersonalData, Reply::No)]);
    assert_eq!(school.case.questions[&Question::PersonalData], Answer::Waiting(Desk::InformationRisk));
    assert_eq!(clocks(&school), (1, 1), "they still run");
    assert!(school.told().contains(&SIRO));
    assert_eq!(school.open_tasks()[0].kind, TaskKind::Answer(Question::PersonalData));
    assert_eq!(
        fields(school.tries(NETWORK, |case, act| case.propose(&closing(), act))),
        ["questions", "tasks"]
    );
    for who in [NETWORK, DPO, HEAD] {
        assert!(school.tries(who, answer(Reply::No)).is_err(), "{who:?}");
        assert!(school.tries(who, |case, act| case.decline(Body::ICO, &why(), act)).is_err(), "{who:?}");
    }
    let silent =
        |case: &Case, act: &mut Act<'_>| case.answer(Question::PersonalData, Some(Reply::No), None, act);
    assert_eq!(fields(school.tries(SIRO, silent)), ["personal_data"], "with a reason");
    school.does(SIRO, answer(Reply::No));
    assert_eq!(clocks(&school), (0, 0));
    school.proposed(NETWORK);
}

#[test]
fn the_siro_may_decide_not_to_tell_the_ico_and_the_owner_only_where_neither_duty_has_the_case() {
    let mut school = School::with(&stick());
    school.triaged(NETWORK);
    school.does(SIRO, answer(Reply::Yes));
    assert_eq!(fields(school.tries(NETWORK, |case, act| case.propose(&closing(), act))), ["ico"]);
    school.does(SIRO, |case, act| case.decline(Body::ICO, &why(), act));
    assert_eq!(clocks(&school), (0, 0));

    let mut school = School::seated(&without(&[SIRO]), &stick());
    assert_eq!(school.running(DeadlineKind::IcoReport)[0].desk, Desk::DataProtection);
    school.does(DPO, |case, act| case.decline(Body::ICO, &why(), act));

    let mut school = School::seated(&without(&[SIRO, DPO]), &stick());
    school.does(NETWORK, |case, act| case.decline(Body::ICO, &why(), act));
}

#[test]
fn a_reporter_who_says_so_starts_the_clock_in_every_category() {
    let school = School::with(&Draft { personal_data: PersonalData::Involved, ..draft("CON-INAPP") });
    assert_eq!(clocks(&school), (1, 1));
    assert!(!school.case.is_decided(Decision::Ico));
}

#[test]
fn it_is_no_case_only_when_the_siro_has_decided() {
    let mut school = School::with(&stick());
    let no_case = |case: &Case, act: &mut Act<'_>| case.no_case(&why(), act);
    assert_eq!(fields(school.tries(NETWORK, no_case)), ["ico"]);
    school.does(SIRO, |case, act| case.decline(Body::ICO, &why(), act));
    school.does(NETWORK, no_case);
}

#[test]
fn whoever_answers_about_data_answers_nothing_that_is_for_the_dsl() {
    let mut school = School::with(&about_pupil(stick()));
    school.triaged(NETWORK);
    let parents =
        |case: &Case, act: &mut Act<'_>| case.answer(Question::Parents, Some(Reply::Told), None, act);
    assert!(matches!(school.tries(SIRO, parents), Err(Refusal::Refused(_))));
    assert!(matches!(school.tries(DSL, answer(Reply::No)), Err(Refusal::Refused(_))));
    school.does(DSL, parents).does(SIRO, answer(Reply::Yes));
}

#[test]
fn a_siro_who_is_taken_off_leaves_the_clock_and_the_question_to_the_next() {
    let mut school = School::with(&stick());
    school.triaged(NETWORK);
    school.adds(NETWORK, new(SIRO, SubjectKind::AdultHere, SubjectRole::NamedOnly));
    assert_eq!(school.case.questions[&Question::PersonalData], Answer::Waiting(Desk::DataProtection));
    assert_eq!(school.running(DeadlineKind::IcoReport)[0].desk, Desk::DataProtection);
    school.does(DPO, answer(Reply::No));
}

#[test]
fn in_a_sealed_case_that_the_siro_cannot_open_it_is_for_the_desk_that_leads() {
    let mut school = School::with(&stick());
    school.triaged(NETWORK);
    school.does(HEAD, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    assert_eq!(school.sees(SIRO), None);
    assert_eq!(school.running(DeadlineKind::IcoReport)[0].desk, Desk::Network);
    school.does(NETWORK, answer(Reply::No));
}

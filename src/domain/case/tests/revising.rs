//! What was decided at triage, decided again.

use super::*;
use crate::domain::school::categories::Severity;

fn about_a_teacher() -> School {
    let mut school =
        School::with(&about(draft("STF-COMM"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    school.triaged(HEAD);
    school
}

#[test]
fn a_threshold_met_after_all_starts_the_clock_of_the_lado_from_now() {
    let mut school = about_a_teacher();
    assert!(school.running(DeadlineKind::LadoReferral).is_empty(), "low-level: the LADO is not told");
    school.now += TimeDelta::days(7);
    let mut undecided = about_a_teacher();
    undecided.now = school.now;
    undecided.does(HEAD, |case, act| case.answer_again(Question::Threshold, Some(Reply::Harm), &why(), act));
    assert_eq!(undecided.running(DeadlineKind::LadoReferral)[0].deadline.fact_at, undecided.now);

    // The decision not to tell them was about something less serious.
    school.does(HEAD, |case, act| case.decline(Body::LADO, &why(), act));
    school.does(HEAD, |case, act| case.answer_again(Question::Threshold, Some(Reply::Harm), &why(), act));
    let now = school.now;
    let running: Vec<Instant> =
        school.running(DeadlineKind::LadoReferral).iter().map(|due| due.deadline.fact_at).collect();
    assert_eq!(running, [now], "it counts from what came to be known");
    let low = |case: &Case, act: &mut Act<'_>| {
        case.answer_again(Question::Threshold, Some(Reply::LowLevel), &why(), act)
    };
    school.does(HEAD, low);
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.does(HEAD, |case, act| case.refer(&whole_referral(Body::LADO, act.now()), act));
    school.does(HEAD, |case, act| case.answer_again(Question::Threshold, Some(Reply::Harm), &why(), act));
    assert!(school.running(DeadlineKind::LadoReferral).is_empty(), "they were told");
}

#[test]
fn only_whoever_may_answer_answers_again_and_only_what_has_an_answer() {
    let mut school = about_a_teacher();
    let harm = |case: &Case, act: &mut Act<'_>| {
        case.answer_again(Question::Threshold, Some(Reply::Harm), &why(), act)
    };
    school.does(HEAD, |case, act| case.share(TEACHER, ShareKind::Reader, None, &why(), act));
    assert!(matches!(school.tries(TEACHER, harm), Err(Refusal::Refused(_))));
    assert_eq!(school.tries(COORDINATOR, harm), Err(Refusal::NotFound));
    let wishes = |case: &Case, act: &mut Act<'_>| {
        case.answer_again(Question::Prevent, Some(Reply::Refer), &why(), act)
    };
    assert!(matches!(school.tries(HEAD, wishes), Err(Refusal::WrongState(_))));
    let data = |case: &Case, act: &mut Act<'_>| {
        case.answer_again(Question::Threshold, Some(Reply::LowLevel), &why(), act)
    };
    assert_eq!(fields(school.tries(HEAD, data)), ["threshold"]);
}

#[test]
fn prevent_after_all_and_not_after_all() {
    let mut school = School::with(&draft("CON-EXTREM"));
    school.triaged_as(DSL, &[(Question::Prevent, Reply::Refer)]);
    school.does(DSL, |case, act| case.answer_again(Question::Prevent, Some(Reply::No), &why(), act));
    assert!(school.open_tasks().is_empty());
    school.does(DSL, |case, act| case.answer_again(Question::Prevent, Some(Reply::Refer), &why(), act));
    assert_eq!(school.open_tasks()[0].kind, TaskKind::ReferToPrevent);
}

#[test]
fn a_case_that_grew_needs_a_second_person_and_keeps_needing_one() {
    let mut school = School::with(&draft("SYS-UNLOCKED"));
    let lead = school.case.lead();
    let by = SEATS.iter().find(|(desk, ..)| *desk == lead).unwrap().2;
    let mut form = form(&school.case, by, &[]);
    form.severity = Severity::Low;
    school.does(by, |case, act| case.triage(&form, act));
    assert!(!school.needs_second_person());
    let to = |severity| move |case: &Case, act: &mut Act<'_>| case.reassess(severity, &why(), act);
    school.does(by, to(Severity::Critical));
    assert!(school.needs_second_person());
    assert_eq!(school.case.urgency(), Urgency::Critical);
    assert_eq!(fields(school.tries(by, to(Severity::Critical))), ["severity"]);
    assert!(matches!(school.tries(DSL, to(Severity::Low)), Err(Refusal::Refused(_) | Refusal::NotFound)));

    let mut grave = form.clone();
    grave.severity = Severity::Critical;
    let mut school = School::with(&draft("SYS-UNLOCKED"));
    school.does(by, |case, act| case.triage(&grave, act));
    school.does(by, to(Severity::Low));
    assert!(school.needs_second_person(), "it was critical at triage");
}

#[test]
fn a_case_that_stays_where_it_was_triaged_says_so() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    let mut form = form(&school.case, COORDINATOR, &[]);
    form.category = category("CP-CONCERN");
    form.filter = None;
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    assert_eq!(school.case.lead(), Desk::OnlineSafety);
    let stays = Reason::StaysWithCopy { desk: Desk::OnlineSafety, other: Desk::Dsl };
    assert_eq!(school.case.reasons.first(), Some(&stays));
    let leads = |reason: &&Reason| matches!(reason, Reason::Leads { .. });
    assert_eq!(school.case.reasons.iter().find(leads), None, "two desks lead");
}

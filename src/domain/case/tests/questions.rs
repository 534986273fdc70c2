//! The questions of triage: who answers them, what an answer starts, and the filter that let it through.

use super::*;

fn waiting(school: &School, question: Question) -> Option<Desk> {
    match school.case.questions.get(&question) {
        Some(Answer::Waiting(desk)) => Some(*desk),
        Some(Answer::Given { .. }) | None => None,
    }
}

#[test]
fn questions_for_the_dsl_become_her_task_and_block_closing() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    school.triaged(COORDINATOR);
    assert_eq!(waiting(&school, Question::Parents), Some(Desk::Dsl));
    assert!(matches!(school.case.questions[&Question::SafeNow], Answer::Given { by: COORDINATOR, .. }));
    assert!(school.told().contains(&DSL));
    assert_eq!(
        fields(school.tries(COORDINATOR, |case, act| case.propose(&closing(), act))),
        ["questions", "tasks"]
    );
    let task = school.open_tasks()[0].id;
    let ticked = school.tries(DSL, |case, act| case.task_done(task, None, act));
    assert!(matches!(ticked, Err(Refusal::WrongState(_))), "it is answered, not marked as done");
    let answer =
        |case: &Case, act: &mut Act<'_>| case.answer(Question::Parents, Some(Reply::Told), None, act);
    assert!(matches!(school.tries(COORDINATOR, answer), Err(Refusal::Refused(_))));
    school.does(DSL, answer);
    assert!(matches!(school.tries(DSL, answer), Err(Refusal::WrongState(_))), "once");
    school.proposed(COORDINATOR);
}

#[test]
fn about_an_adult_the_head_answers() {
    let mut school =
        School::with(&about(draft("SYS-PHISH"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    school.triaged(NETWORK);
    assert_eq!(waiting(&school, Question::Threshold), Some(Desk::Head));
    school.does(HEAD, |case, act| case.answer(Question::Threshold, Some(Reply::Harm), None, act));
    assert_eq!(school.running(DeadlineKind::LadoReferral).len(), 1);
    assert_eq!(fields(school.tries(NETWORK, |case, act| case.propose(&closing(), act))), ["lado"]);
}

#[test]
fn about_the_head_the_chair_answers_and_the_case_can_close() {
    let mut school =
        School::with(&about(draft("SYS-PHISH"), HEAD, SubjectKind::AdultHere, SubjectRole::Alleged));
    school.triaged(NETWORK);
    assert_eq!(waiting(&school, Question::Threshold), Some(Desk::Chair));
    assert_eq!(school.sees(CHAIR), Some(Sight::Full));
    school.does(CHAIR, |case, act| case.answer(Question::Threshold, Some(Reply::LowLevel), None, act));
    school.proposed(NETWORK);
    school.does(CHAIR, |case, act| case.close(Retention::LowLevel, act));
}

#[test]
fn without_a_dsl_the_next_in_the_chain_is_asked() {
    let mut school = School::seated(&without(&[DSL, DEPUTY_DSL]), &about_pupil(draft("CON-INAPP")));
    school.triaged(COORDINATOR);
    assert_eq!(waiting(&school, Question::Parents), Some(Desk::Head));
    school.does(HEAD, |case, act| case.answer(Question::Parents, Some(Reply::Told), None, act));

    let mut school = School::seated(&without(&[DSL]), &about_pupil(draft("CON-INAPP")));
    school.triaged(COORDINATOR);
    assert_eq!(
        waiting(&school, Question::Parents),
        Some(Desk::Dsl),
        "her deputy acts while the desk is vacant"
    );
    school.does(DEPUTY_DSL, |case, act| case.answer(Question::Parents, Some(Reply::Told), None, act));
}

#[test]
fn a_question_moves_on_when_the_desk_asked_may_not_answer_any_more() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    school.triaged(COORDINATOR);
    school.adds(COORDINATOR, new(DSL, SubjectKind::AdultHere, SubjectRole::NamedOnly));
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
    assert_eq!(waiting(&school, Question::Parents), Some(Desk::Head));
    assert_eq!(school.told(), [HEAD]);
    let task = &school.open_tasks()[0];
    assert_eq!((task.kind, task.desk), (TaskKind::Answer(Question::Parents), Some(Desk::Head)));
    assert_eq!(school.running(DeadlineKind::Task)[0].desk, Desk::Head);
}

#[test]
fn a_head_who_is_also_the_dsl_answers_for_herself() {
    let seats = [
        (Desk::Dsl, Seat::Holder, HEAD),
        (Desk::Head, Seat::Holder, HEAD),
        (Desk::OnlineSafety, Seat::Holder, COORDINATOR),
        (Desk::Chair, Seat::Holder, CHAIR),
        (Desk::External, Seat::Holder, EXTERNAL),
    ];
    let mut school = School::seated(&seats, &about_pupil(draft("STF-PUPIL-CONTACT")));
    school.adds(HEAD, alleged(OTHER_TEACHER));
    school.triaged(HEAD);
    assert!(school.case.questions.values().all(|answer| matches!(answer, Answer::Given { by: HEAD, .. })));
    school.adds(HEAD, alleged(COORDINATOR));
    assert_eq!((school.case.lead(), school.case.status), (Desk::Head, Status::Triaged));

    let named = about(draft("STF-PUPIL-CONTACT"), HEAD, SubjectKind::AdultHere, SubjectRole::Alleged);
    let school = School::seated(&seats, &named);
    assert_eq!((school.case.lead(), school.sees(HEAD), school.told()), (Desk::Chair, None, vec![CHAIR]));
}

#[test]
fn triaged_again_by_another_desk_answers_are_kept_and_nothing_is_asked_twice() {
    let mut school = School::with(&about_pupil(draft("CON-INAPP")));
    school.triaged_as(COORDINATOR, &[(Question::Crime, Reply::No)]);
    school.does(DSL, |case, act| case.answer(Question::Crime, Some(Reply::No), None, act));
    school.does(COORDINATOR, |case, act| case.send_to(Desk::InformationRisk, &why(), act));
    let mut form = form(&school.case, SIRO, &[(Question::Crime, Reply::Possible)]);
    form.answers.remove(&Question::SafeNow);
    school.does(SIRO, |case, act| case.triage(&form, act));
    let Answer::Given { by, choice, .. } = &school.case.questions[&Question::Crime] else { panic!("lost") };
    assert_eq!((*by, *choice), (DSL, Some(Reply::No)), "the DSL's answer stands");
    assert!(matches!(school.case.questions[&Question::SafeNow], Answer::Given { by: COORDINATOR, .. }));
    let asks =
        school.open_tasks().iter().filter(|task| task.kind == TaskKind::Answer(Question::Parents)).count();
    assert_eq!(asks, 1);
}

#[test]
fn a_choice_is_never_kept_where_there_are_none() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged_as(DSL, &[(Question::Wishes, Reply::Harm)]);
    let Answer::Given { choice, words, .. } = &school.case.questions[&Question::Wishes] else {
        panic!("lost")
    };
    assert_eq!((*choice, words.is_some()), (None, true));
}

#[test]
fn every_question_must_be_answered_by_one_of_its_answers() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    let mut form = form(&school.case, DSL, &[(Question::Crime, Reply::Told), (Question::Prevent, Reply::No)]);
    form.answers.remove(&Question::Prevent);
    form.answers.insert(Question::Parents, (Some(Reply::NotTold), None));
    form.aware_at = Some((school.now + TimeDelta::hours(2), why()));
    let tried = school.tries(DSL, |case, act| case.triage(&form, act));
    assert_eq!(fields(tried), ["parents", "crime", "prevent", "aware"]);
    let mut content = School::with(&draft("CON-INAPP"));
    let mut unasked = self::form(&content.case, COORDINATOR, &[]);
    unasked.filter = None;
    assert_eq!(fields(content.tries(COORDINATOR, |case, act| case.triage(&unasked, act))), ["filter"]);
}

#[test]
fn personal_data_found_at_triage_copies_the_dpo_and_starts_72_hours() {
    let mut school = School::with(&draft("SYS-PHISH"));
    assert!(!school.case.desks.contains_key(&Desk::InformationRisk));
    school.triaged_as(NETWORK, &[(Question::PersonalData, Reply::Yes)]);
    assert_eq!(school.case.desks.get(&Desk::InformationRisk), Some(&DeskKind::Copied));
    assert!(school.told().contains(&SIRO));
    assert_eq!(school.running(DeadlineKind::IcoReport).len(), 1);
}

#[test]
fn another_category_cancels_the_clocks_it_does_not_ask_for() {
    let mut school = School::with(&draft("CON-EXTREM"));
    assert_eq!(school.running(DeadlineKind::PreventDecision).len(), 1);
    let mut form = form(&school.case, DSL, &[]);
    form.category = category("CON-HARM");
    form.answers.clear();
    school.does(DSL, |case, act| case.triage(&form, act));
    assert!(school.running(DeadlineKind::PreventDecision).is_empty());
}

#[test]
fn prevent_yes_becomes_a_task_of_one_working_day() {
    let mut school = School::with(&draft("CON-EXTREM"));
    school.triaged_as(DSL, &[(Question::Prevent, Reply::Refer)]);
    assert_eq!(school.open_tasks()[0].kind, TaskKind::ReferToPrevent);
    assert!(school.running(DeadlineKind::PreventDecision).is_empty());
}

#[test]
fn the_filter_opens_a_case_of_its_own_that_keeps_excluded_people_out() {
    let it = about(about_pupil(draft("CON-INAPP")), NETWORK, SubjectKind::AdultHere, SubjectRole::NamedOnly);
    let mut school = School::with(&it);
    let mut form = form(&school.case, COORDINATOR, &[]);
    let web = Line::parse("https://example.invalid/b").unwrap();
    form.filter = Some(FilterLetItThrough::Yes(TechnicalWords { web: Some(web), ..Default::default() }));
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    let linked = school.opened[0].clone();
    assert_eq!(school.case.linked, [linked.id]);
    assert_eq!(
        (linked.category, linked.reference.clone()),
        (CategoryCode::in_role(CategoryRole::FilterFailed), form.spare_reference.clone())
    );
    assert!(linked.subjects.is_empty() && linked.technical.web.is_some());
    assert_eq!(linked.linked, [school.case.id], "which only those who can open that one are shown");
    assert!(linked.exclusions.is_empty(), "it says nothing of that one's people");
    assert_eq!(linked.scopes()[&NETWORK], ExclusionScope::All);
    assert_eq!(linked.sight(&standing(&SEATS, NETWORK, school.now)), None);
    assert_eq!(
        (linked.lead(), linked.stands_in()),
        (Desk::Network, Some(Desk::Head)),
        "its lead does not tell"
    );

    // Triage at another desk does not open it twice, nor ask about it.
    school.does(COORDINATOR, |case, act| case.send_to(Desk::Dsl, &why(), act));
    let mut again = self::form(&school.case, DSL, &[]);
    again.filter = None;
    school.does(DSL, |case, act| case.triage(&again, act));
    assert_eq!((school.opened.len(), school.case.linked.len()), (1, 1));
}

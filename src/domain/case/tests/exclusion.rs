//! R2 and P0: a person turns out to be a subject after the case was routed, owned, shared, or triaged.

use super::*;

fn task_for(who: PersonId) -> NewTask {
    NewTask {
        words: Line::parse("Call home").unwrap(),
        person: Some(who),
        due: crate::domain::kernel::clock::Rule::SchoolDays(2),
    }
}

#[test]
fn r2_an_owner_becomes_the_subject() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    school.does(DSL, |case, act| case.assign(OTHER_TEACHER, act));
    school.does(DSL, |case, act| case.task(&task_for(OTHER_TEACHER), act));
    school.does(DSL, |case, act| case.share(OTHER_TEACHER, ShareKind::Reader, None, &why(), act));
    school.adds(DSL, alleged(OTHER_TEACHER));

    let excluded = school.case.exclusions[&OTHER_TEACHER];
    assert_eq!((excluded.scope, excluded.why), (ExclusionScope::All, ExclusionReason::Alleged));
    assert_eq!((school.case.owner, school.sees(OTHER_TEACHER)), (None, None));
    assert!(school.case.shares.iter().all(|share| share.ended_at == Some(school.now)));
    let tasks = school.open_tasks();
    assert!(tasks.iter().all(|task| task.person.is_none() && task.desk == Some(Desk::Head)), "{tasks:?}");
    let due = school.case.dues.all().iter().find(|due| due.about == About::Task(tasks[0].id));
    assert_eq!(due.map(|due| due.desk), Some(Desk::Head), "its deadline goes with it");
    assert!(!school.told().contains(&OTHER_TEACHER));
    assert_eq!(school.ask(OTHER_TEACHER, |case, act| case.may(Move::Note, act)), Err(Refusal::NotFound));
    // The head has it now, from the beginning.
    assert_eq!((school.case.lead(), school.case.status), (Desk::Head, Status::Submitted));
    assert_eq!(school.running(DeadlineKind::Acknowledge).len(), 1);
    assert!(school.told().contains(&HEAD));
}

#[test]
fn r2_the_lead_becomes_the_subject_after_triage() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL).does(DSL, |case, act| case.start_work(&why(), act));
    school.adds(DEPUTY_DSL, alleged(DSL));
    assert_eq!(
        (school.case.lead(), school.case.status, school.case.owner),
        (Desk::Head, Status::Submitted, None)
    );
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
    assert_eq!(school.told(), [HEAD]);
    school.triaged(HEAD);
    assert!(school.running(DeadlineKind::Acknowledge).is_empty(), "triage acknowledges for the new desk too");
}

#[test]
fn r2_the_dsl_is_named_and_neither_she_nor_her_deputy_hears_of_it() {
    let mut school =
        School::with(&about(draft("CP-CONCERN"), DSL, SubjectKind::AdultHere, SubjectRole::Alleged));
    assert_eq!(school.case.lead(), Desk::Head);
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
    assert!(school.told().iter().all(|person| ![DSL, DEPUTY_DSL].contains(person)));
    school.triaged_as(HEAD, &[(Question::Crime, Reply::No)]);
    assert!(school.told().iter().all(|person| ![DSL, DEPUTY_DSL].contains(person)));
    assert_eq!(school.sees(DEPUTY_DSL), None);
}

#[test]
fn a_new_adult_takes_the_case_from_the_desk_it_was_sent_to() {
    let mut school = School::with(&draft("NOT-SURE"));
    school.does(DSL, |case, act| case.send_to(Desk::OnlineSafety, &why(), act));
    school.triaged(COORDINATOR);
    school.adds(COORDINATOR, alleged(OTHER_TEACHER));
    assert_eq!(school.case.lead(), Desk::Head);
    assert_eq!((school.sees(COORDINATOR), school.case.owner), (None, None), "taken off");
    assert_eq!(school.sees(DSL), Some(Sight::Full));
    assert!(school.case.dues.running().iter().all(|due| due.desk != Desk::OnlineSafety));
}

#[test]
fn a_case_sent_on_by_hand_stays_there_when_a_pupil_is_added() {
    let mut school = School::with(&draft("NOT-SURE"));
    school.does(DSL, |case, act| case.send_to(Desk::OnlineSafety, &why(), act));
    school.triaged(COORDINATOR);
    school.adds(COORDINATOR, new(PUPIL, SubjectKind::Pupil, SubjectRole::Affected));
    assert_eq!((school.case.lead(), school.case.status), (Desk::OnlineSafety, Status::Triaged));
    assert_eq!(school.case.owner, Some(COORDINATOR));
    // What a pupil calls for is asked now.
    assert_eq!(school.case.questions.get(&Question::Parents), Some(&Answer::Waiting(Desk::Dsl)));
    assert_eq!(school.case.questions.get(&Question::SafeNow), Some(&Answer::Waiting(Desk::OnlineSafety)));
    school.does(COORDINATOR, |case, act| case.answer(Question::SafeNow, Some(Reply::Yes), None, act));
}

#[test]
fn a_category_found_at_triage_does_not_move_the_case_later() {
    let mut school = School::with(&draft("NOT-SURE"));
    let mut form = form(&school.case, DSL, &[]);
    form.category = category("CON-INAPP");
    school.does(DSL, |case, act| case.triage(&form, act));
    assert_eq!(school.case.lead(), Desk::Dsl, "the desk that triages keeps it");
    assert!(school.told().contains(&NETWORK), "a desk that is copied only now is told: {:?}", school.told());
    assert_eq!(school.sees(NETWORK), Some(Sight::Technical));
    school.adds(DSL, new(OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Witness));
    assert_eq!((school.case.lead(), school.case.status), (Desk::Dsl, Status::Triaged));
}

#[test]
fn the_network_manager_cannot_triage_an_adults_case_into_one_he_may_not_have() {
    let mut school =
        School::with(&about(draft("FIL-FAIL"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    assert_eq!(school.case.lead(), Desk::Network);
    let mut form = form(&school.case, NETWORK, &[]);
    form.category = category("STF-PUPIL-CONTACT");
    assert_eq!(fields(school.tries(NETWORK, |case, act| case.triage(&form, act))), ["category"]);
    school.does(NETWORK, |case, act| case.send_to(Desk::Head, &why(), act));
    form.owner = HEAD;
    school.does(HEAD, |case, act| case.triage(&form, act));
    assert_eq!((school.case.lead(), school.sees(NETWORK)), (Desk::Head, None));
}

#[test]
fn an_adult_of_a_systems_case_brings_the_threshold_question_after_triage() {
    let mut school = School::with(&draft("SYS-PHISH"));
    school.triaged(NETWORK);
    school.adds(NETWORK, alleged(OTHER_TEACHER));
    assert_eq!((school.case.lead(), school.case.status), (Desk::Network, Status::Triaged));
    assert_eq!(school.case.questions.get(&Question::Threshold), Some(&Answer::Waiting(Desk::Head)));
    assert_eq!(school.told(), [HEAD], "copied now");
}

#[test]
fn a_closed_case_stays_closed_when_a_subject_is_added() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    school.adds(COORDINATOR, alleged(OTHER_TEACHER));
    assert_eq!((school.case.lead(), school.case.status), (Desk::Head, Status::NoCase));
    assert!(school.case.dues.running().is_empty() && school.notices.is_empty());
    assert_eq!(school.sees(COORDINATOR), None);
}

#[test]
fn a_desk_told_because_nobody_acknowledged_keeps_the_case_unless_excluded() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.now += TimeDelta::days(2);
    let chased = school.ask(DSL, |case, act| case.chase(&act.roster, &act.calendar, act.now())).unwrap();
    school.case = chased.case().clone();
    assert_eq!(school.case.desks.get(&Desk::Head), Some(&DeskKind::Copied));
    school.adds(DSL, new(PUPIL, SubjectKind::Pupil, SubjectRole::Affected));
    assert_eq!(school.case.desks.get(&Desk::Head), Some(&DeskKind::Copied));
    school.adds(DSL, new(HEAD, SubjectKind::AdultHere, SubjectRole::NamedOnly));
    assert_eq!((school.case.desks.get(&Desk::Head), school.sees(DEPUTY_HEAD)), (None, None));
}

#[test]
fn nobody_is_told_again_of_what_they_have() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.adds(COORDINATOR, new(OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Witness));
    assert!(school.notices.is_empty(), "{:?}", school.notices);
    assert!(!school.case.excludes(OTHER_TEACHER), "a witness is not excluded");
}

#[test]
fn named_only_becomes_a_witness_with_a_reason() {
    let mut school =
        School::with(&about(draft("CON-INAPP"), DSL, SubjectKind::AdultHere, SubjectRole::NamedOnly));
    assert_eq!(school.sees(DSL), None);
    let id = school.case.subjects[0].subject.id;
    school.does(COORDINATOR, |case, act| case.change_subject(id, SubjectRole::Witness, None, &why(), act));
    assert_eq!(school.sees(DSL), Some(Sight::Full));
    let again = school.tries(COORDINATOR, |case, act| {
        case.add_subject(&new(DSL, SubjectKind::AdultHere, SubjectRole::Witness), act)
    });
    assert_eq!(fields(again), ["who"]);
    school.does(COORDINATOR, |case, act| case.remove_subject(id, &why(), act));
    assert_eq!((school.case.current_subjects().count(), school.case.subjects.len()), (0, 1));
}

#[test]
fn words_are_matched_to_a_person() {
    let in_words = |name: &str| Somebody::InWords(Line::parse(name).unwrap());
    let mut it_man = draft("STF-PUPIL-CONTACT");
    it_man.subjects.push(DraftSubject {
        who: in_words("the IT man"),
        kind: SubjectKind::AdultHere,
        role: SubjectRole::Alleged,
    });
    let mut school = School::with(&it_man);
    let desks: Vec<_> = school.case.desks.keys().copied().collect();
    assert_eq!(desks, [Desk::Dsl, Desk::Head], "only they, until he is known");
    let id: SubjectId = school.case.subjects[0].subject.id;
    school.does(HEAD, |case, act| case.change_subject(id, SubjectRole::Alleged, Some(NETWORK), &why(), act));
    assert_eq!(school.case.subjects[0].subject.who, SubjectIdentity::Person(NETWORK));
    assert!(school.case.excludes(NETWORK));
}

#[test]
fn a_duty_chosen_on_the_form_excludes_its_holder() {
    let mut chosen = draft("STF-ALLEG");
    chosen.adult = AdultAnswer::Yes(WhichAdult::NetworkManager);
    let school = School::with(&chosen);
    assert_eq!(school.case.exclusions[&NETWORK].why, ExclusionReason::ChosenByDuty);
    assert_eq!(school.case.about_adult, AboutAdult::Yes);
}

#[test]
fn stepping_aside_hands_everything_back() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.triaged(DSL);
    school.does(DSL, |case, act| case.step_aside(&why(), act));
    assert_eq!((school.case.lead(), school.sees(DSL), school.case.owner), (Desk::Head, None, None));
    assert_eq!(school.sees(DEPUTY_DSL), None, "her deputy works for her");
    assert!(school.told().contains(&HEAD));
    school.does(HEAD, |case, act| case.step_aside(&why(), act));
    school.does(CHAIR, |case, act| case.step_aside(&why(), act));
    let last = school.tries(EXTERNAL, |case, act| case.step_aside(&why(), act));
    assert!(matches!(last, Err(Refusal::Refused(_))), "no one would be left");
}

#[test]
fn a_copied_network_manager_may_step_aside() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.does(NETWORK, |case, act| case.step_aside(&why(), act));
    assert_eq!(school.sees(NETWORK), None);
}

#[test]
fn somebody_close_to_a_subject_is_excluded_too() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.ties = ties(&[(OTHER_TEACHER, DSL)]);
    school.adds(DSL, alleged(OTHER_TEACHER));
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::Tied);
    assert_eq!((school.sees(DSL), school.case.lead()), (None, Desk::Head));
}

fn added() -> NewAddition {
    NewAddition::of(words())
}

#[test]
fn the_reporter_adds_even_when_the_case_is_about_them() {
    let it = about(draft("STF-PUPIL-CONTACT"), TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged);
    let mut school = School::with(&it);
    assert_eq!(school.sees(TEACHER), None);
    let concern = school.case.concerns[0].id;
    school.does(TEACHER, |case, act| case.add_to_concern(concern, &added(), act));
    assert_eq!(school.case.concerns[0].additions.len(), 1);
    assert_eq!(school.told(), [HEAD]);
    let other = school.tries(OTHER_TEACHER, |case, act| case.add_to_concern(concern, &added(), act));
    assert_eq!(other, Err(Refusal::NotFound));
    // It is still their right once the case is closed.
    school.triaged(HEAD);
    school.case.status = Status::Closed;
    school.does(TEACHER, |case, act| case.add_to_concern(concern, &added(), act));
}

//! F6, F7 and the clocks of escalation: recorded at once, made into tasks, held, paused.

use super::*;

#[test]
fn f6_a_referral_is_saved_at_once_and_what_is_missing_is_chased() {
    let mut school = School::with(&draft("CP-CONCERN"));
    let made = school.now;
    school.does(DSL, |case, act| case.refer(&referral(Body::POLICE, made), act));
    let sent = school.case.referrals[0].clone();
    assert_eq!(
        (sent.state, sent.recorded_by, school.case.status),
        (ReferralState::Made, DSL, Status::Submitted)
    );
    assert_eq!(school.case.hold.as_ref().map(|hold| hold.by), Some(DSL), "the police set a hold");
    assert_eq!(
        school.open_tasks().iter().map(|task| task.kind).collect::<Vec<_>>(),
        [TaskKind::CompleteReferral(sent.id)]
    );
    let due = school.running(DeadlineKind::Basis)[0].deadline.due;
    assert_eq!(due, "2026-11-18T17:00:00Z".parse::<Instant>().unwrap(), "one working day");
    assert_eq!(school.case.escalation(), referral_escalation());

    let some = Body::POLICE.fields().iter().filter(|field| field.is_known_at_once());
    let some: BTreeMap<&'static str, Summary> = some.map(|field| (field.name, why())).collect();
    school.does(DSL, |case, act| case.referral_moves(sent.id, None, Some(&why()), &some, act));
    assert_eq!(school.open_tasks(), [], "the outcome comes later");
    assert!(school.running(DeadlineKind::Basis).is_empty());
}

fn referral_escalation() -> crate::domain::case::work::referral::Escalation {
    crate::domain::case::work::referral::Escalation::Police
}

#[test]
fn f6_a_999_call_is_saved_at_once_by_anybody_who_can_open_the_case() {
    let mut school = School::with(&draft("CON-INAPP"));
    let called = school.now;
    school.does(DEPUTY_COORDINATOR, |case, act| case.call_999(called, None, act));
    assert!(school.case.hold.is_some());
    assert_eq!(school.running(DeadlineKind::Basis).len(), 1);
    assert!(school.told().contains(&COORDINATOR) && school.told().contains(&HEAD));
    assert!(school.notices.iter().all(|notice| notice.urgency == Urgency::Critical));
    let later = school.now + TimeDelta::hours(1);
    assert_eq!(fields(school.tries(DSL, |case, act| case.call_999(later, None, act))), ["called_at"]);
    let by_subject = school.tries(TEACHER, |case, act| case.call_999(called, None, act));
    assert_eq!(by_subject, Err(Refusal::NotFound));
}

#[test]
fn f7_only_the_head_lifts_a_hold() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.does(DSL, |case, act| case.set_hold(&why(), act));
    for who in [DSL, DEPUTY_DSL, DEPUTY_HEAD] {
        let tried = school.tries(who, |case, act| case.lift_hold(&why(), act));
        assert!(matches!(tried, Err(Refusal::Refused(_))), "{who:?}");
    }
    assert_eq!(school.tries(CHAIR, |case, act| case.lift_hold(&why(), act)), Err(Refusal::NotFound));
    school.does(HEAD, |case, act| case.lift_hold(&why(), act));
    assert_eq!(school.case.hold, None);
}

#[test]
fn f7_the_chair_lifts_it_where_the_head_is_excluded() {
    let mut school =
        School::with(&about(draft("STF-ALLEG"), HEAD, SubjectKind::AdultHere, SubjectRole::Alleged));
    assert_eq!(school.case.lead(), Desk::Chair);
    school.does(CHAIR, |case, act| case.set_hold(&why(), act));
    assert_eq!(school.tries(HEAD, |case, act| case.lift_hold(&why(), act)), Err(Refusal::NotFound));
    let dsl = school.tries(DSL, |case, act| case.lift_hold(&why(), act));
    assert!(matches!(dsl, Err(Refusal::Refused(_))), "{dsl:?}");
    school.does(CHAIR, |case, act| case.lift_hold(&why(), act));
}

#[test]
fn a_deputy_acts_as_head_only_while_there_is_no_head() {
    let mut school = School::seated(&without(&[HEAD]), &draft("CP-CONCERN"));
    school.does(DSL, |case, act| case.set_hold(&why(), act));
    school.does(DEPUTY_HEAD, |case, act| case.lift_hold(&why(), act));
}

#[test]
fn only_waiting_for_the_police_pauses_and_only_what_may_pause() {
    let mut school = School::with(&draft("CON-EXTREM"));
    let made = school.now;
    let form = form(&school.case, DSL, &[(Question::PersonalData, Reply::Yes)]);
    school.does(DSL, |case, act| case.triage(&form, act));
    school.does(DSL, |case, act| case.start_work(&why(), act));
    school.does(DSL, |case, act| case.refer(&referral(Body::ICO, made), act));
    school.does(DSL, |case, act| case.refer(&referral(Body::POLICE, made), act));
    let [ico, police] = [school.case.referrals[0].id, school.case.referrals[1].id];
    let next_week = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

    school.does(DSL, |case, act| case.wait_for(ico, next_week, act));
    assert!(school.case.dues.all().iter().all(|due| due.deadline.state != State::Paused));
    school.does(DSL, |case, act| case.resume(&why(), act));
    assert!(school.running(DeadlineKind::Followup).is_empty());

    school.does(DSL, |case, act| case.decline(Body::LADO, &why(), act));
    let task = NewTask {
        words: Line::parse("Call home").unwrap(),
        person: None,
        due: crate::domain::kernel::clock::Rule::On(next_week),
    };
    school.does(DSL, |case, act| case.task(&task, act));
    school.does(DSL, |case, act| case.wait_for(police, next_week, act));
    let paused: BTreeSet<_> = school
        .case
        .dues
        .all()
        .iter()
        .filter(|due| due.deadline.state == State::Paused)
        .map(|due| due.deadline.kind)
        .collect();
    assert_eq!(
        paused,
        BTreeSet::from([DeadlineKind::Task]),
        "the task for what is missing from a referral runs on"
    );
    assert_eq!(school.running(DeadlineKind::Followup).len(), 1, "the follow-up itself runs");

    // It is reassigned meanwhile: no clock stays paused.
    school.does(DSL, |case, act| case.send_to(Desk::Head, &why(), act));
    assert!(school.case.dues.all().iter().all(|due| due.deadline.state != State::Paused));
    assert!(school.running(DeadlineKind::Followup).is_empty());
}

#[test]
fn waiting_takes_an_open_referral_and_a_day_to_come() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.triaged(DSL).does(DSL, |case, act| case.start_work(&why(), act));
    let nothing = crate::domain::kernel::ids::ReferralId(Uuid::nil());
    let yesterday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
    let tried = school.tries(DSL, |case, act| case.wait_for(nothing, yesterday, act));
    assert_eq!(fields(tried), ["referral", "follow_up"]);
}

#[test]
fn a_body_told_before_triage_starts_no_clock_again() {
    let mut school = School::with(&draft("STF-PUPIL-CONTACT"));
    school.adds(DSL, alleged(OTHER_TEACHER));
    assert_eq!((school.case.lead(), school.running(DeadlineKind::LadoReferral).len()), (Desk::Head, 1));
    let made = school.now;
    school.does(HEAD, |case, act| case.refer(&whole_referral(Body::LADO, made), act));
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.triaged_as(HEAD, &[(Question::Threshold, Reply::Harm)]);
    assert!(school.running(DeadlineKind::LadoReferral).is_empty(), "they were told already");
}

#[test]
fn a_low_level_concern_stops_the_lado_clock() {
    let mut school = School::with(&draft("STF-PUPIL-CONTACT"));
    school.adds(DSL, alleged(OTHER_TEACHER));
    school.triaged_as(HEAD, &[(Question::Threshold, Reply::LowLevel)]);
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
}

#[test]
fn a_lost_memory_stick_has_its_72_hours() {
    let mut school = School::with(&draft("DAT-LOSS"));
    let due = |school: &School, kind| school.running(kind)[0].deadline.due;
    assert_eq!(due(&school, DeadlineKind::IcoDecision), school.case.aware_at + TimeDelta::hours(48));
    assert_eq!(due(&school, DeadlineKind::IcoReport), school.case.aware_at + TimeDelta::hours(72));
    let lead = school.case.lead();
    let holder = SEATS.iter().find(|(desk, seat, _)| *desk == lead && *seat == Seat::Holder).unwrap().2;
    let earlier = school.now - TimeDelta::hours(5);
    let mut form = form(&school.case, holder, &[]);
    form.aware_at = Some((earlier, why()));
    let mut reason_is_kept = false;
    school.does(holder, |case, act| {
        let event = case.triage(&form, act)?;
        reason_is_kept = event.entry().facts.iter().any(|(label, _)| *label == Label::Because);
        Ok(event)
    });
    assert!(reason_is_kept);
    assert_eq!(due(&school, DeadlineKind::IcoReport), earlier + TimeDelta::hours(72));
    school.does(SIRO, |case, act| case.answer(Question::PersonalData, Some(Reply::Yes), None, act));
    assert_eq!(fields(school.tries(holder, |case, act| case.propose(&closing(), act))), ["ico"]);
}

#[test]
fn no_personal_data_stops_the_72_hours() {
    let mut school = School::with(&draft("DAT-LOSS"));
    let lead = school.case.lead();
    let holder = SEATS.iter().find(|(desk, seat, _)| *desk == lead && *seat == Seat::Holder).unwrap().2;
    school.triaged(holder);
    school.does(SIRO, |case, act| case.answer(Question::PersonalData, Some(Reply::No), Some(&why()), act));
    assert!(school.running(DeadlineKind::IcoDecision).is_empty());
    assert!(school.running(DeadlineKind::IcoReport).is_empty());
}

#[test]
fn a_task_is_due_on_a_day_to_come() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.triaged(DSL);
    for (day, is_taken) in [(16, false), (17, true), (18, true)] {
        let due = crate::domain::kernel::clock::Rule::On(NaiveDate::from_ymd_opt(2026, 11, day).unwrap());
        let task = NewTask { words: Line::parse("Call home").unwrap(), person: None, due };
        let tried = school.tries(DSL, |case, act| case.task(&task, act));
        assert_eq!(tried.is_ok(), is_taken, "{day} November");
        if !is_taken {
            assert_eq!(fields(tried), ["due"]);
        }
    }
}

#[test]
fn a_referral_that_ends_with_an_outcome_is_not_done_without_it() {
    let mut school = School::with(&draft("CON-INAPP"));
    let made = school.now;
    for (at, body) in Body::offered().enumerate() {
        school.does(COORDINATOR, |case, act| case.refer(&referral(body, made), act));
        let id = school.case.referrals[at].id;
        let done = |fields: BTreeMap<&'static str, Summary>| {
            move |case: &Case, act: &mut Act<'_>| {
                case.referral_moves(id, Some(ReferralState::Done), Some(&why()), &fields, act)
            }
        };
        if let Some(field) = body.ends_with() {
            assert_eq!(
                fields(school.tries(COORDINATOR, done(BTreeMap::new()))),
                [field.in_forms],
                "{body:?}"
            );
            school.does(COORDINATOR, done(BTreeMap::from([("outcome", why())])));
        } else {
            school.does(COORDINATOR, done(BTreeMap::new()));
        }
        assert_eq!(school.case.referrals[at].state, ReferralState::Done, "{body:?}");
    }
}

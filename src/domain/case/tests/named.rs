//! Small rules by name: notices, tasks, shares, owners.

use super::*;
use crate::domain::kernel::clock::Rule;

fn task(who: Option<PersonId>) -> NewTask {
    NewTask { words: Line::parse("Call home").unwrap(), person: who, due: Rule::SchoolDays(1) }
}

#[test]
fn the_most_pressing_notice_is_the_one_kept_and_the_actor_gets_none() {
    let mut school = School::with(&draft("CON-INAPP"));
    let notices = school.ask(HEAD, |case, act| {
        let notice = |person, urgency| Notice { person, urgency };
        let all = [
            notice(DSL, Urgency::Ordinary),
            notice(HEAD, Urgency::Critical),
            notice(DSL, Urgency::Critical),
            notice(COORDINATOR, Urgency::Ordinary),
        ];
        let event = CaseEvent::of(case.clone(), Entry::new(Move::Note), act).telling(all, HEAD);
        event.notices().to_vec()
    });
    let expected = [
        Notice { person: DSL, urgency: Urgency::Critical },
        Notice { person: COORDINATOR, urgency: Urgency::Ordinary },
    ];
    assert_eq!(notices, expected);
}

#[test]
fn a_critical_concern_tells_deputies_and_the_head_as_well() {
    let mut now = draft("CON-INAPP");
    now.at_risk = AtRisk::Yes;
    let school = School::with(&now);
    assert_eq!(school.told(), [DSL, DEPUTY_DSL, COORDINATOR, DEPUTY_COORDINATOR, NETWORK, HEAD]);
    assert!(school.notices.iter().all(|notice| notice.urgency == Urgency::Critical));
    let told = &school.case.concerns[0].told_desks;
    assert_eq!(told.last(), Some(&Desk::Head), "the receipt says so: {told:?}");
    let school = School::with(&draft("CON-INAPP"));
    assert_eq!(school.told(), [DSL, COORDINATOR, NETWORK]);
    assert!(!school.case.concerns[0].told_desks.contains(&Desk::Head));
}

#[test]
fn a_reporter_who_holds_the_desk_is_not_told_of_their_own_report() {
    let school = School::reported_by(COORDINATOR, &SEATS, &draft("CON-INAPP"));
    assert_eq!(school.told(), [DSL, NETWORK]);
}

#[test]
fn a_task_is_for_somebody_who_can_open_the_case() {
    let mut school = School::with(&draft("CON-INAPP"));
    for who in [OTHER_TEACHER, NETWORK] {
        let tried = school.tries(COORDINATOR, |case, act| case.task(&task(Some(who)), act));
        assert_eq!(fields(tried), ["person"], "{who:?}");
    }
    school.does(COORDINATOR, |case, act| case.task(&task(Some(DSL)), act));
    school.does(COORDINATOR, |case, act| case.task(&task(None), act));
    let [by_name, by_desk] = [school.case.tasks[0].clone(), school.case.tasks[1].clone()];
    assert_eq!((by_name.person, by_desk.desk), (Some(DSL), Some(Desk::OnlineSafety)));
    let tick = |id| move |case: &Case, act: &mut Act<'_>| case.task_done(id, None, act);
    assert!(matches!(school.tries(HEAD, tick(by_name.id)), Err(Refusal::Refused(_))));
    school.does(DSL, tick(by_name.id)).does(DEPUTY_COORDINATOR, tick(by_desk.id));
    assert!(matches!(school.tries(DSL, tick(by_name.id)), Err(Refusal::WrongState(_))));
    assert!(school.running(DeadlineKind::Task).is_empty());
}

#[test]
fn a_share_ends_by_its_time_and_may_then_be_given_again() {
    let mut school = School::with(&draft("CON-INAPP"));
    let share = |until| {
        move |case: &Case, act: &mut Act<'_>| {
            case.share(OTHER_TEACHER, ShareKind::Reader, Some(until), &why(), act)
        }
    };
    let now = school.now;
    assert_eq!(fields(school.tries(COORDINATOR, share(now))), ["until"]);
    school.does(COORDINATOR, share(now + TimeDelta::hours(24)));
    assert_eq!(school.sees(OTHER_TEACHER), Some(Sight::Full));
    assert_eq!(fields(school.tries(COORDINATOR, share(now + TimeDelta::hours(30)))), ["person"]);
    school.now = now + TimeDelta::hours(24);
    assert_eq!(school.sees(OTHER_TEACHER), None);
    school.does(COORDINATOR, share(now + TimeDelta::hours(48)));
    school.does(COORDINATOR, |case, act| case.unshare(OTHER_TEACHER, act));
    assert_eq!(school.sees(OTHER_TEACHER), None);
    assert_eq!(fields(school.tries(COORDINATOR, |case, act| case.unshare(OTHER_TEACHER, act))), ["person"]);
}

#[test]
fn f5_a_reader_by_two_ways_keeps_access_when_one_ends() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.does(COORDINATOR, |case, act| case.share(DSL, ShareKind::Reader, None, &why(), act));
    school.does(COORDINATOR, |case, act| case.unshare(DSL, act));
    assert_eq!(school.sees(DSL), Some(Sight::Full));
}

#[test]
fn ownership_is_not_given_to_somebody_who_may_not_have_it() {
    let mut school = School::with(&draft("CON-INAPP"));
    school.adds(COORDINATOR, new(OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Affected));
    let assign = |who| move |case: &Case, act: &mut Act<'_>| case.assign(who, act);
    assert_eq!(fields(school.tries(COORDINATOR, assign(OTHER_TEACHER))), ["owner"]);
    let affected = form(&school.case, OTHER_TEACHER, &[]);
    assert_eq!(fields(school.tries(COORDINATOR, |case, act| case.triage(&affected, act))), ["owner"]);
    school.does(COORDINATOR, assign(DSL));
    assert_eq!(fields(school.tries(COORDINATOR, assign(DSL))), ["owner"], "C10: it has an owner already");
}

#[test]
fn acknowledging_is_counted_once_and_late_is_missed() {
    let mut school = School::with(&draft("CON-ILLEGAL"));
    let due = school.running(DeadlineKind::Acknowledge)[0].deadline.due;
    assert_eq!(due, ten_o_clock() + TimeDelta::minutes(30));
    school.now += TimeDelta::hours(1);
    school.does(DEPUTY_DSL, |case, act| case.acknowledge(act));
    let states: Vec<State> = school.case.dues.all().iter().map(|due| due.deadline.state).collect();
    assert!(states.contains(&State::Missed));
    assert_eq!(school.running(DeadlineKind::Triage)[0].deadline.due, school.now + TimeDelta::hours(2));
    assert!(matches!(school.tries(DSL, |case, act| case.acknowledge(act)), Err(Refusal::WrongState(_))));
}

#[test]
fn re_routing_restarts_the_acknowledge_clock_and_only_a_reachable_desk_gets_it() {
    let mut school = School::seated(&without(&[SIRO]), &draft("CON-INAPP"));
    school.triaged(COORDINATOR);
    let to = |desk| move |case: &Case, act: &mut Act<'_>| case.send_to(desk, &why(), act);
    assert_eq!(fields(school.tries(COORDINATOR, to(Desk::InformationRisk))), ["desk"], "vacant");
    assert_eq!(fields(school.tries(COORDINATOR, to(Desk::OnlineSafety))), ["desk"], "theirs already");
    school.does(COORDINATOR, to(Desk::External));
    assert_eq!(
        (school.case.status, school.case.owner, school.told()),
        (Status::Submitted, None, vec![EXTERNAL])
    );
    assert_eq!(school.running(DeadlineKind::Acknowledge).len(), 1);
    assert_eq!(school.running(DeadlineKind::Acknowledge)[0].desk, Desk::External);
    school.does(EXTERNAL, to(Desk::Head));
    assert_eq!(school.sees(EXTERNAL), None, "the external contact sees only what it leads");
    assert_eq!(school.sees(COORDINATOR), Some(Sight::Full), "copied still");
}

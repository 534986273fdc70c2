//! A case keeps the rules of the day it came in, no matter what the school changes afterwards.

use super::*;
use crate::domain::{
    kernel::clock::Rule,
    school::{
        categories::Severity,
        routing::AdultLead,
        settings::{CategoryChange, DatedChange, RulesChange, SettingsChange},
    },
};

/// The school lets the head lead online bullying, at once, from an instant on.
fn changed(from: Instant) -> DatedChange {
    let change = CategoryChange {
        lead: Some(Desk::Head),
        copied: Some(vec![Desk::Dsl]),
        severity: Some(Severity::Critical),
        acknowledge: Some(Rule::Minutes(15)),
        ..CategoryChange::of(category("CDT-CYBULLY"))
    };
    DatedChange { from, change: SettingsChange::Category(change) }
}

fn acknowledge_rule(case: &Case) -> Rule {
    let due = case.dues.all().iter().rev().find(|due| due.deadline.kind == DeadlineKind::Acknowledge);
    due.unwrap().deadline.rule
}

#[test]
fn a_change_leaves_cases_that_came_before_alone_and_takes_those_from_its_very_instant() {
    let mut school = School::with(&draft("CDT-CYBULLY"));
    let submitted = school.case.submitted_at;
    assert_eq!((school.case.lead(), school.case.severity), (Desk::OnlineSafety, Severity::Moderate));
    school.editions = school.editions.with(changed(submitted + TimeDelta::microseconds(1)));
    let before = school.case.clone();
    // Another person in the case: exclusion and routing run again.
    school.does(COORDINATOR, |case, act| {
        case.add_subject(&new(PUPIL, SubjectKind::Pupil, SubjectRole::Affected), act)
    });
    assert_eq!(school.case.lead(), Desk::OnlineSafety);
    assert_eq!(school.case.severity, before.severity);
    // It moves to another lead and starts again, still by the rules of its own day.
    school.does(COORDINATOR, |case, act| case.add_subject(&alleged(COORDINATOR), act));
    assert_eq!(acknowledge_rule(&school.case), Rule::SchoolDays(1));
    let now = submitted + TimeDelta::microseconds(1);
    let (standing, setting) = (standing(&SEATS, TEACHER, now), school.setting());
    let mut act = Act::new(&standing, &setting, &mut school.random);
    let reference = Reference::draw(&mut Counting(40));
    let next = lodge(&draft("CDT-CYBULLY"), reference, &mut act).event.case().clone();
    assert_eq!((next.lead(), next.severity), (Desk::Head, Severity::Critical));
    assert_eq!(acknowledge_rule(&next), Rule::Minutes(15));
}

#[test]
fn who_leads_a_concern_about_an_adult_is_kept_too() {
    let about_an_adult = about(draft("STF-COMM"), COORDINATOR, SubjectKind::AdultHere, SubjectRole::Alleged);
    let mut school = School::with(&about_an_adult);
    let change = RulesChange { adult_lead: Some(AdultLead::Dsl), ..RulesChange::default() };
    let change = SettingsChange::Rules(change);
    school.editions = school.editions.with(DatedChange { from: school.now + TimeDelta::seconds(1), change });
    assert_eq!(school.case.lead(), Desk::Head);
    school.does(HEAD, |case, act| {
        case.add_subject(&new(PUPIL, SubjectKind::Pupil, SubjectRole::Affected), act)
    });
    assert_eq!(school.case.lead(), Desk::Head);
}

/// The school asks for a second person to close what is of high severity, from an instant on, or asks no more.
fn second_person(from: Instant, severities: &[Severity]) -> DatedChange {
    let second_person = Some(severities.iter().copied().collect());
    DatedChange {
        from,
        change: SettingsChange::Rules(RulesChange { second_person, ..RulesChange::default() }),
    }
}

#[test]
fn a_second_person_is_asked_for_open_cases_at_once_and_for_those_of_the_time_for_good() {
    let mut school = School::with(&draft("CON-INAPP"));
    let mut form = form(&school.case, COORDINATOR, &[]);
    form.severity = Severity::High;
    school.does(COORDINATOR, |case, act| case.triage(&form, act)).proposed(COORDINATOR);
    assert!(!school.needs_second_person());
    let submitted = school.case.submitted_at;
    let to_come = school.now + TimeDelta::days(1);
    school.editions = Editions::untouched().with(second_person(to_come, &[Severity::High]));
    assert!(!school.needs_second_person(), "it is to come");
    school.now = to_come;
    assert!(school.needs_second_person(), "it was reported before, and is closed now");
    school.editions = school.editions.with(second_person(to_come, &[]));
    assert!(!school.needs_second_person());
    school.editions = Editions::untouched()
        .with(second_person(submitted, &[Severity::High]))
        .with(second_person(to_come, &[]));
    assert!(school.needs_second_person(), "what was asked for on its day is asked for good");
    let closes = school.ask(COORDINATOR, |case, act| case.close(Retention::MinorPupil, act).is_ok());
    assert!(!closes);
}

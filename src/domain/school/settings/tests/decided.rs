//! Who proposes, who decides, and what comes of it.

use super::*;

fn id() -> ProposalId {
    ProposalId(Uuid::from_u128(55))
}

fn proposed(by: &Standing, starts: Starts, roster: &Roster) -> Result<Proposal, Refusal> {
    propose(id(), severity(Severity::Low), (&why(), starts), by, roster, Editions::untouched())
}

fn field_of(refusal: Refusal) -> &'static str {
    let Refusal::Invalid(errors) = refusal else { panic!("{refusal:?}") };
    errors[0].field
}

#[test]
fn an_administrator_proposes_and_the_head_approves() {
    let desk = roster();
    let proposal = proposed(&administrator(), Starts::WhenApproved, &desk).unwrap();
    let head = standing(holder(Desk::Head), &desk, &[]);
    assert!(proposal.is_for(&head, &desk));
    let (approved, editions) = proposal.approve(&head, &desk, Editions::untouched()).unwrap();
    let from = monday();
    assert_eq!(approved.state, State::Approved { by: head.person, at: monday(), from });
    assert_eq!(editions.at(from).category(code("AUP-INSTALL")).severity, Severity::Low);
    assert_eq!(approved.why, proposal.why);
    assert!(!approved.is_for(&head, &desk), "decided");
    assert!(matches!(approved.approve(&head, &desk, &editions), Err(Refusal::WrongState(_))));
    assert!(matches!(approved.refuse(&why(), &head, &desk), Err(Refusal::WrongState(_))));
    let (before, after) = approved.before_and_after(&editions, monday() + TimeDelta::days(30));
    let of = |edition: &Edition| edition.category(code("AUP-INSTALL")).severity;
    assert_eq!((of(&before), of(&after)), (Severity::Moderate, Severity::Low));
}

#[test]
fn nobody_else_decides() {
    let desk = roster();
    let proposal = proposed(&administrator(), Starts::WhenApproved, &desk).unwrap();
    let others = Desk::ALL.iter().filter(|desk| **desk != Desk::Head).map(|desk| holder(*desk));
    for other in others.chain([person(ADMINISTRATOR), person(777)]) {
        let other = standing(other, &desk, &[Office::Administrator, Office::Governor]);
        assert!(matches!(proposal.approve(&other, &desk, Editions::untouched()), Err(Refusal::Refused(_))));
        assert!(matches!(proposal.refuse(&why(), &other, &desk), Err(Refusal::Refused(_))));
    }
}

#[test]
fn what_the_head_proposes_is_for_the_chair_and_never_for_the_proposer() {
    let desk = roster();
    let head = standing(holder(Desk::Head), &desk, &[Office::Administrator]);
    let proposal = proposed(&head, Starts::WhenApproved, &desk).unwrap();
    assert!(matches!(proposal.approve(&head, &desk, Editions::untouched()), Err(Refusal::Refused(_))));
    let chair = standing(holder(Desk::Chair), &desk, &[]);
    assert!(proposal.approve(&chair, &desk, Editions::untouched()).is_ok());
    // Of two heads neither decides what the other proposed: they work together.
    let two = Roster::new(desk.sittings().iter().copied().chain([Sitting {
        desk: Desk::Head,
        seat: Seat::Cover,
        person: person(ADMINISTRATOR),
    }]));
    assert_eq!(approving_desk(&two, person(ADMINISTRATOR)), Some(Desk::Chair));
}

#[test]
fn where_nobody_could_approve_nothing_is_proposed() {
    let nobody = Roster::new(
        roster().sittings().iter().filter(|s| ![Desk::Head, Desk::Chair].contains(&s.desk)).copied(),
    );
    let refused = proposed(&administrator(), Starts::WhenApproved, &nobody).unwrap_err();
    assert!(matches!(refused, Refusal::WrongState(Problem::NobodyApproves)));
}

#[test]
fn only_an_administrator_proposes_something_new_for_a_day_to_come() {
    let desk = roster();
    let teacher = standing(person(300), &desk, &[Office::Governor]);
    assert!(matches!(proposed(&teacher, Starts::WhenApproved, &desk), Err(Refusal::Refused(_))));
    let yesterday = Starts::On(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap());
    assert_eq!(field_of(proposed(&administrator(), yesterday, &desk).unwrap_err()), "starts-day");
    let same = propose(
        id(),
        severity(Severity::Moderate),
        (&why(), Starts::WhenApproved),
        &administrator(),
        &desk,
        Editions::untouched(),
    );
    assert_eq!(field_of(same.unwrap_err()), "nothing");
}

#[test]
fn what_was_right_when_it_was_proposed_is_looked_at_again_when_it_is_approved() {
    let desk = roster();
    let slt = CategoryChange { lead: Some(Desk::Slt), ..CategoryChange::of(code("AUP-PERS")) };
    let asked = (&why(), Starts::WhenApproved);
    let change = SettingsChange::Category(slt);
    let proposal = propose(id(), change, asked, &administrator(), &desk, Editions::untouched()).unwrap();
    let head = standing(holder(Desk::Head), &desk, &[]);
    // By then an approved change has made the category critical from a later day on: there it may not be led so.
    let to_come = CategoryChange {
        severity: Some(Severity::Critical),
        acknowledge: Some(Rule::Minutes(30)),
        ..CategoryChange::of(code("AUP-PERS"))
    };
    let from = monday() + TimeDelta::days(60);
    let editions =
        Editions::untouched().with(DatedChange { from, change: SettingsChange::Category(to_come) });
    let refused = proposal.approve(&head, &desk, &editions).unwrap_err();
    let problems = vec![Problem::CriticalLead];
    assert_eq!(refused, Refusal::WrongState(Problem::NotAnyMore { problems }));
}

#[test]
fn a_refusal_changes_nothing_and_keeps_its_reason() {
    let desk = roster();
    let proposal = proposed(&administrator(), Starts::WhenApproved, &desk).unwrap();
    let head = standing(holder(Desk::Head), &desk, &[]);
    let refused = proposal.refuse(&why(), &head, &desk).unwrap();
    assert_eq!(refused.state, State::Refused { by: head.person, at: monday(), why: "Because".to_owned() });
    assert!(!refused.is_for(&head, &desk));
}

#[test]
fn whoever_proposed_it_takes_it_back_while_it_waits_and_nobody_else_does() {
    let desk = roster();
    let proposal = proposed(&administrator(), Starts::WhenApproved, &desk).unwrap();
    let head = standing(holder(Desk::Head), &desk, &[Office::Administrator]);
    assert!(
        matches!(proposal.withdraw(&head), Err(Refusal::Refused(_))),
        "another administrator, or who decides"
    );
    let withdrawn = proposal.withdraw(&administrator()).unwrap();
    assert_eq!(withdrawn.state, State::Withdrawn { by: administrator().person, at: monday() });
    assert!(!withdrawn.is_for(&head, &desk));
    for again in [
        withdrawn.approve(&head, &desk, Editions::untouched()).map(drop),
        withdrawn.refuse(&why(), &head, &desk).map(drop),
        withdrawn.withdraw(&administrator()).map(drop),
    ] {
        assert_eq!(again, Err(Refusal::WrongState(Problem::Withdrawn)));
    }
    let (approved, _) = proposal.approve(&head, &desk, Editions::untouched()).unwrap();
    assert!(matches!(approved.withdraw(&administrator()), Err(Refusal::WrongState(_))), "it is in force");
    assert_eq!(
        serde_json::from_value::<Proposal>(serde_json::to_value(&withdrawn).unwrap()).unwrap(),
        withdrawn
    );
}

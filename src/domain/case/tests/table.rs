//! C1: every status, move and kind of person against the table, and against a second list of who is who.

use super::*;
use proptest::prelude::*;
use workflow::{Kind, TABLE};

/// Every kind of person in the case of [`setting`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kinds {
    LeadHolder,
    LeadDeputy,
    Owner,
    CopiedHolder,
    Head,
    HeadDeputy,
    NetworkCopied,
    ShareReader,
    SecondPerson,
    AffectedWithShare,
    SubjectExcluded,
    AffectedAdult,
    Chair,
    Governor,
    Reporter,
    Inspector,
    OtherSchool,
}

const EVERYBODY: [(Kinds, PersonId); 17] = [
    (Kinds::LeadHolder, COORDINATOR),
    (Kinds::LeadDeputy, DEPUTY_COORDINATOR),
    (Kinds::Owner, person(301)),
    (Kinds::CopiedHolder, DSL),
    (Kinds::Head, HEAD),
    (Kinds::HeadDeputy, DEPUTY_HEAD),
    (Kinds::NetworkCopied, NETWORK),
    (Kinds::ShareReader, person(302)),
    (Kinds::SecondPerson, person(303)),
    (Kinds::AffectedWithShare, person(304)),
    (Kinds::SubjectExcluded, person(305)),
    (Kinds::AffectedAdult, DPO),
    (Kinds::Chair, CHAIR),
    (Kinds::Governor, person(306)),
    (Kinds::Reporter, TEACHER),
    (Kinds::Inspector, person(308)),
    (Kinds::OtherSchool, person(307)),
];

/// A case of the coordinator's, with a person of every kind in it.
fn setting(status: Status) -> School {
    let mut school = School::with(&draft("CON-INAPP"));
    let (owner, reader, reviewer, affected) = (person(301), person(302), person(303), person(304));
    school.adds(COORDINATOR, new(person(305), SubjectKind::AdultHere, SubjectRole::NamedOnly));
    school.adds(COORDINATOR, new(affected, SubjectKind::AdultHere, SubjectRole::Affected));
    school.adds(COORDINATOR, new(DPO, SubjectKind::AdultHere, SubjectRole::Affected));
    let mut form = form(&school.case, owner, &[]);
    form.severity = Severity::Critical;
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    for (who, kind) in
        [(reader, ShareKind::Reader), (reviewer, ShareKind::Reviewer), (affected, ShareKind::Reader)]
    {
        school.does(COORDINATOR, |case, act| case.share(who, kind, None, &why(), act));
    }
    let inspector = inspector(person(308), school.now);
    school.does(DSL, |case, act| case.select_for(&inspector, None, &why(), act));
    school.case.desks.insert(Desk::DataProtection, DeskKind::Copied);
    school.case.status = status;
    if status == Status::Merged {
        school.case.merged_into = Some(CaseId(Uuid::from_u128(5)));
    }
    school
}

/// Whose row it is in that case, written a second time by hand; nothing is worked out here.
fn is_theirs(kind: Kinds, who: workflow::Who) -> bool {
    use Kinds::{CopiedHolder, Head, LeadDeputy, LeadHolder, NetworkCopied, Owner, Reporter};
    use workflow::Who;
    // They read, and make no move.
    if kind == Kinds::Inspector {
        return false;
    }
    match who {
        Who::AnyStaff | Who::Reader => kind != NetworkCopied,
        Who::Technician => true,
        // No one who has the case open is asked this.
        Who::ShutOut | Who::MergingLead | Who::Candour => false,
        // It could not be about any of them.
        Who::Together => false,
        Who::Reporter => kind == Reporter,
        Who::LeadDesk => matches!(kind, LeadHolder | LeadDeputy),
        Who::Owner => kind == Owner,
        Who::LeadDeskOrOwner => matches!(kind, LeadHolder | LeadDeputy | Owner),
        Who::LeadDeskOrHead => matches!(kind, LeadHolder | LeadDeputy | Head),
        // For one body or another: the lead and the owner decide about the ICO, the DSL and the head about the rest.
        Who::Decider => matches!(kind, LeadHolder | LeadDeputy | Owner | CopiedHolder | Head),
        Who::DslOrHead | Who::AskedDesk => matches!(kind, CopiedHolder | Head),
        Who::HeadOnly => kind == Head,
        // The case is critical, the holder of the lead desk triaged it, and an affected adult may not review.
        Who::SecondPerson => !matches!(kind, LeadHolder | Owner | NetworkCopied | Kinds::AffectedWithShare),
    }
}

const fn has_no_sight(kind: Kinds) -> bool {
    match kind {
        Kinds::SubjectExcluded
        | Kinds::AffectedAdult
        | Kinds::Chair
        | Kinds::Governor
        | Kinds::Reporter
        | Kinds::OtherSchool => true,
        Kinds::Inspector
        | Kinds::LeadHolder
        | Kinds::LeadDeputy
        | Kinds::Owner
        | Kinds::CopiedHolder
        | Kinds::Head
        | Kinds::HeadDeputy
        | Kinds::NetworkCopied
        | Kinds::ShareReader
        | Kinds::SecondPerson
        | Kinds::AffectedWithShare => false,
    }
}

#[test]
fn c1_every_status_move_and_person_is_as_the_table_says() {
    for status in Status::ALL {
        let mut school = setting(*status);
        for (kind, who) in EVERYBODY {
            for row in TABLE {
                let asked = school.ask(who, |case, act| match kind {
                    Kinds::OtherSchool => {
                        // Seated at every desk, of another school.
                        let seats = Desk::ALL.iter().map(|desk| (*desk, Seat::Holder)).collect();
                        let standing =
                            Standing { school: SchoolId(Uuid::from_u128(2)), seats, ..act.standing.clone() };
                        case.may(row.action, &Act::new(&standing, act.setting, act.random))
                    }
                    Kinds::Inspector => {
                        let standing =
                            Standing { offices: BTreeSet::from([Office::Inspector]), ..act.standing.clone() };
                        case.may(row.action, &Act::new(&standing, act.setting, act.random))
                    }
                    Kinds::LeadHolder
                    | Kinds::LeadDeputy
                    | Kinds::Owner
                    | Kinds::CopiedHolder
                    | Kinds::Head
                    | Kinds::HeadDeputy
                    | Kinds::NetworkCopied
                    | Kinds::ShareReader
                    | Kinds::SecondPerson
                    | Kinds::AffectedWithShare
                    | Kinds::SubjectExcluded
                    | Kinds::AffectedAdult
                    | Kinds::Chair
                    | Kinds::Governor
                    | Kinds::Reporter => case.may(row.action, act),
                });
                let at = format!("{status:?}, {:?}, {kind:?}: {asked:?}", row.action);
                match asked {
                    Err(Refusal::NotFound) => assert!(has_no_sight(kind), "{at}"),
                    _ if has_no_sight(kind) => panic!("told of a case that is not theirs: {at}"),
                    Err(Refusal::Refused(_)) => assert!(!is_theirs(kind, row.who), "{at}"),
                    Err(Refusal::WrongState(_)) => {
                        assert!(is_theirs(kind, row.who) && !row.from.contains(status), "{at}");
                    }
                    Ok(()) => assert!(is_theirs(kind, row.who) && row.from.contains(status), "{at}"),
                    Err(Refusal::Invalid(_)) => panic!("{at}"),
                }
            }
        }
    }
}

/// Makes a move with a form that has everything in it.
fn make(action: Move, case: &Case, target: &Case, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
    let line = Line::parse("A line").unwrap();
    let heard = why();
    let new_task =
        NewTask { words: line.clone(), person: None, due: crate::domain::kernel::clock::Rule::SchoolDays(1) };
    let task = case.tasks.first().map_or(crate::domain::kernel::ids::TaskId(Uuid::nil()), |task| task.id);
    let sent = case
        .referrals
        .first()
        .map_or(crate::domain::kernel::ids::ReferralId(Uuid::nil()), |referral| referral.id);
    let tomorrow = (act.now() + TimeDelta::days(1)).date_naive();
    match action {
        // Neither asks for sight of a case: all staff report, and every reporter may add.
        Move::Submit | Move::Add => Err(Refusal::NotFound),
        // Candour itself does these.
        // Emergency access is for those without sight, and gathering is what merging does to the other case.
        Move::Chase
        | Move::Recount
        | Move::Follow
        | Move::FollowSource
        | Move::TiesChanged
        | Move::BreakGlass
        | Move::Gather => Err(case.may(action, act).unwrap_err()),
        Move::Acknowledge => case.acknowledge(act),
        Move::Triage => case.triage(&form(case, act.person(), &[]), act),
        Move::Start => case.start_work(&why(), act),
        Move::Await => case.wait_for(sent, tomorrow, act),
        Move::Resume => case.resume(&heard, act),
        Move::Propose => case.propose(&closing(), act),
        Move::Close => case.close(Retention::DataCyber, act),
        Move::SendBack => case.send_back(&why(), act),
        Move::NoCase => case.no_case(&why(), act),
        Move::Merge => case.merge_into(target, act).map(|merged| merged.source),
        Move::Reopen => case.reopen(&why(), act),
        Move::Reroute => case.send_to(Desk::Chair, &why(), act),
        Move::Note => case.note(&words(), act),
        Move::Task => case.task(&new_task, act),
        Move::TaskDone => case.task_done(task, Some(&why()), act),
        Move::Contact => case.contact(&line, &words(), act),
        Move::Answer => case.answer(Question::Crime, Some(Reply::No), None, act),
        Move::AnswerAgain => case.answer_again(Question::Parents, Some(Reply::NotTold), &why(), act),
        Move::Reassess => case.reassess(Severity::High, &why(), act),
        Move::Subject => case.add_subject(&new(PUPIL, SubjectKind::Pupil, SubjectRole::Witness), act),
        Move::SayWho => case.say_who_is_meant(DEPUTY_HEAD, IsMeant::No, &why(), act),
        Move::Together => case.decide_together(TogetherAct::End, &why(), act),
        Move::Assign => case.assign(OTHER_TEACHER, act),
        Move::Share => case.share(OTHER_TEACHER, ShareKind::Reader, None, &why(), act),
        Move::Unshare => case.unshare(person(302), act),
        Move::Select => case.select_for(&inspector(person(309), act.now()), None, &why(), act),
        Move::Deselect => case.deselect(person(308), act),
        Move::Restrict => case.restrict(Restriction::Restricted, &why(), act),
        Move::StepAside => case.step_aside(&why(), act),
        Move::SetHold => case.set_hold(&why(), act),
        Move::LiftHold => case.lift_hold(&why(), act),
        Move::Refer => case.refer(&referral(Body::ICO, act.now()), act),
        Move::ReferralMoves => case.referral_moves(sent, None, Some(&heard), &BTreeMap::new(), act),
        Move::Decline => case.decline(Body::ICO, &why(), act),
        Move::Call999 => case.call_999(act.now(), None, act),
        Move::Fix => case.fixed(&why(), act),
        Move::Retest => case.retest(RetestResult::Works, act),
        Move::Brief => case.brief(&why(), act),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(tries(48)) })]

    /// A verb never succeeds if the table says no, leads to the status the table says, and never refuses a person or
    /// status the table allows (it may still ask for something to be put right).
    #[test]
    fn c1_a_verb_does_what_the_table_says(
        start in 0..Status::ALL.len(),
        steps in prop::collection::vec((0..Move::ALL.len(), 0..EVERYBODY.len()), 1..40),
    ) {
        let mut school = setting(Status::ALL[start]);
        let target = setting(Status::InProgress).case;
        for (action, who) in steps {
            let (action, who) = (Move::ALL[action], EVERYBODY[who].1);
            let before = school.case.clone();
            let allowed = school.ask(who, |case, act| case.may(action, act));
            let tried = school.tries(who, |case, act| make(action, case, &target, act));
            let row = workflow::row_of(action);
            match (&allowed, &tried) {
                (Ok(()), Ok(())) => match row.to {
                    To::Becomes(status) => prop_assert_eq!(school.case.status, status),
                    // A new lead starts again: only so can a move that keeps the status change it.
                    To::Stays if school.case.lead() != before.lead() => {}
                    To::Stays => prop_assert_eq!(school.case.status, before.status),
                },
                (Ok(()), Err(Refusal::NotFound)) => {
                    let asks_itself = [Move::TaskDone, Move::ReferralMoves, Move::Submit, Move::Add];
                    prop_assert!(asks_itself.contains(&action));
                }
                (Ok(()), Err(_)) => {}
                (Err(refusal), Err(same)) if !matches!(action, Move::Submit | Move::Add) => {
                    prop_assert_eq!(refusal, same);
                }
                (Err(_), Err(_)) => {}
                (Err(refusal), Ok(())) => prop_assert!(false, "{:?} was made against {:?}", action, refusal),
            }
            if tried.is_err() {
                prop_assert_eq!(&school.case, &before);
            }
            let json = serde_json::to_string(&school.case).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Case>(&json).unwrap(), &school.case);
        }
    }
}

#[test]
fn what_changes_who_or_where_compares_the_version() {
    for row in TABLE {
        let moves_status = row.to != To::Stays;
        assert!(!moves_status || row.kind == Kind::Change, "{:?}", row.action);
    }
}

#[test]
fn the_moves_offered_are_those_allowed() {
    let mut school = setting(Status::OutcomePending);
    let offered = school.ask(DEPUTY_COORDINATOR, |case, act| case.moves_for(act));
    assert!(offered.contains(&Move::Close) && !offered.contains(&Move::LiftHold));
    assert_eq!(school.ask(person(305), |case, act| case.moves_for(act)), []);
}

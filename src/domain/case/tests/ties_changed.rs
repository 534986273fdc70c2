//! Somebody is recorded as close to a person in a case, or it is decided otherwise: who sees it then, of open cases and of
//! ended ones.

use super::*;
use crate::domain::school::routing::ExclusionReason;
use proptest::prelude::*;

const TEACHERS_PUPIL: &str = "CP-CONCERN";

impl School {
    /// These are the ties now, and the case follows. Whether anything changed.
    fn is_close(&mut self, ties: &[(PersonId, PersonId)]) -> bool {
        self.now += TimeDelta::minutes(1);
        let before = std::mem::replace(&mut self.ties, super::ties(ties));
        let (nobody, setting) = (Standing::nobodys(SCHOOL, self.now), self.setting());
        let event = self.case.follow_ties(&before, &mut Act::new(&nobody, &setting, &mut self.random));
        let Some(event) = event else { return false };
        assert_eq!((event.actor(), event.entry().act), (None, Move::TiesChanged));
        for (_, detail) in &event.entry().facts {
            assert!(!matches!(detail, Detail::Person(_)), "nobody is named");
        }
        self.case = event.case().clone();
        self.notices = event.notices().to_vec();
        self.holds_together();
        true
    }

    fn ended(&mut self, status: Status) -> &mut Self {
        self.case.status = status;
        self.case.closed_at = Some(self.now);
        self
    }
}

/// Led by the DSL, with somebody named in it.
fn names_a_teacher() -> School {
    School::with(&about(
        about_pupil(draft(TEACHERS_PUPIL)),
        OTHER_TEACHER,
        SubjectKind::SomebodyElse,
        SubjectRole::NamedOnly,
    ))
}

#[test]
fn the_dsl_whose_partner_is_named_loses_it_at_once_and_so_do_her_deputies() {
    let mut school = names_a_teacher();
    school.triaged(DSL);
    assert_eq!((school.case.owner, school.sees(DSL)), (Some(DSL), Some(Sight::Full)));
    assert!(school.is_close(&[(DSL, OTHER_TEACHER)]));
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::Tied);
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None), "they work for her");
    assert_eq!((school.case.lead(), school.case.owner), (Desk::Head, None));
    assert_eq!((school.case.status, school.told()), (Status::Submitted, vec![HEAD]));
    assert!(!school.is_close(&[(OTHER_TEACHER, DSL)]), "nothing new");
}

#[test]
fn decided_otherwise_she_has_it_again() {
    let mut school = names_a_teacher();
    school.is_close(&[(DSL, OTHER_TEACHER)]);
    assert!(school.is_close(&[]));
    assert!(!school.case.excludes(DSL) && school.case.excludes(OTHER_TEACHER));
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (Some(Sight::Full), Some(Sight::Full)));
    assert_eq!(school.case.lead(), Desk::Dsl);
}

#[test]
fn another_reason_stays_when_it_was_decided_otherwise() {
    let mut school = names_a_teacher();
    school.is_close(&[(DSL, OTHER_TEACHER), (HEAD, OTHER_TEACHER)]);
    assert_eq!(school.case.lead(), Desk::Chair);
    assert!(school.is_close(&[(HEAD, OTHER_TEACHER)]));
    assert_eq!((school.sees(HEAD), school.case.lead()), (None, Desk::Dsl), "his tie stands");
    school.does(DSL, |case, act| case.step_aside(&why(), act));
    // It follows from people and ties of then: the tie of the head is in none of them here.
    school.ties = Ties::default();
    school.is_close(&[(DSL, OTHER_TEACHER)]);
    school.is_close(&[]);
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::SteppedAside);
    assert_eq!(school.sees(DSL), None);
}

#[test]
fn a_tie_that_moves_no_desk_takes_away_what_one_person_had() {
    let mut school = names_a_teacher();
    school.triaged(DSL).does(DSL, |case, act| case.assign(TEACHER, act));
    let desks = school.case.desks.clone();
    assert!(school.is_close(&[(TEACHER, OTHER_TEACHER)]));
    assert_eq!((school.case.owner, school.sees(TEACHER)), (None, None));
    assert_eq!((&school.case.desks, school.case.status), (&desks, Status::Triaged), "it stays where it is");
    assert_eq!(school.told(), [DSL], "there is somebody to choose");
    school.does(DSL, |case, act| case.share(COORDINATOR, ShareKind::Reader, None, &why(), act));
    assert_eq!(school.sees(COORDINATOR), Some(Sight::Full));
    school.is_close(&[(TEACHER, OTHER_TEACHER), (COORDINATOR, OTHER_TEACHER)]);
    assert_eq!(school.sees(COORDINATOR), None, "a share ends");
}

#[test]
fn a_case_sent_on_by_hand_leaves_a_desk_that_would_work_for_somebody_excluded() {
    let mut school = names_a_teacher();
    school.does(DSL, |case, act| case.send_to(Desk::OnlineSafety, &why(), act));
    assert_eq!(school.case.lead(), Desk::OnlineSafety);
    assert!(school.is_close(&[(COORDINATOR, OTHER_TEACHER)]));
    assert_eq!((school.sees(COORDINATOR), school.sees(DEPUTY_COORDINATOR)), (None, None));
    assert_eq!(school.case.lead(), Desk::Dsl);
}

#[test]
fn an_ended_case_stays_ended_and_is_kept_from_her_too() {
    for status in [Status::Closed, Status::NoCase] {
        let mut school = names_a_teacher();
        school.triaged(DSL).ended(status);
        let dues = school.case.dues.clone();
        assert!(school.is_close(&[(DSL, OTHER_TEACHER)]));
        assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
        assert_eq!((school.sees(HEAD), school.told()), (Some(Sight::Full), vec![]), "nobody is told");
        assert_eq!((school.case.status, school.case.closed_at.is_some()), (status, true));
        let started = |dues: &Dues| dues.running().len();
        assert_eq!(started(&school.case.dues), started(&dues), "nothing is due again");
        assert!(school.is_close(&[]));
        assert_eq!((school.sees(DSL), school.case.status), (Some(Sight::Full), status));
        assert_eq!(school.told(), []);
    }
}

#[test]
fn a_witness_and_somebody_affected_keep_nobody_away() {
    for role in [SubjectRole::Witness, SubjectRole::Affected] {
        let mut school =
            School::with(&about(draft(TEACHERS_PUPIL), OTHER_TEACHER, SubjectKind::AdultHere, role));
        assert!(!school.is_close(&[(DSL, OTHER_TEACHER)]), "{role:?}");
    }
}

#[test]
fn a_sealed_case_is_taken_from_its_holder_and_stays_sealed() {
    let mut school = names_a_teacher();
    school.does(DSL, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    assert_eq!((school.sees(DSL), school.sees(HEAD)), (Some(Sight::Full), None));
    school.is_close(&[(DSL, OTHER_TEACHER)]);
    assert_eq!((school.sees(DSL), school.sees(HEAD)), (None, Some(Sight::Full)));
    assert_eq!(school.case.restriction, Restriction::Sealed);
    assert!(school.tries(DSL, |case, act| case.break_glass(&why(), act)).is_err());
}

#[test]
fn what_became_part_of_another_case_follows_it() {
    let mut school = names_a_teacher();
    let source = School::with(&about_pupil(draft(TEACHERS_PUPIL))).case;
    let source = Case { id: CaseId(Uuid::from_u128(900)), ..source };
    let merged = school.ask(DSL, |case, act| source.merge_into(case, act)).unwrap();
    school.case = merged.target.case().clone();
    let (left, before) = (merged.source.case().clone(), school.case.clone());
    let (none, close) = (Ties::default(), ties(&[(DSL, OTHER_TEACHER)]));
    school.is_close(&[(DSL, OTHER_TEACHER)]);
    let target = school.case.clone();
    let followed = |left: &Case, before: &Ties, targets: (&Case, &Case), school: &mut School| {
        school.ask(HEAD, |_, act| left.follow_ties_with(before, targets, act)).unwrap().case().clone()
    };
    let kept = followed(&left, &none, (&before, &target), &mut school);
    assert!(kept.excludes(DSL) && kept.status == Status::Merged, "at its old address too");
    school.is_close(&[]);
    let again = school.case.clone();
    let lifted = followed(&kept, &close, (&target, &again), &mut school);
    assert!(!lifted.excludes(DSL) && lifted.excludes(OTHER_TEACHER));
}

fn any_ties() -> impl Strategy<Value = Vec<(PersonId, PersonId)>> {
    let people =
        [DSL, DEPUTY_DSL, NETWORK, HEAD, DEPUTY_HEAD, CHAIR, EXTERNAL, OTHER_TEACHER, COORDINATOR, PUPIL];
    let somebody = || proptest::sample::select(people.to_vec());
    proptest::collection::vec((somebody(), somebody()).prop_filter("two", |(one, other)| one != other), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever ties come and go: who is excluded is what the rules say of the ties of now, nobody excluded sees
    /// anything, no deputy of an excluded holder does through that desk, and following again changes nothing.
    #[test]
    fn a_case_is_kept_from_whom_the_ties_of_now_keep_it(
        rounds in proptest::collection::vec(any_ties(), 1..5),
        ended in any::<bool>(),
    ) {
        let mut school = School::with(&about(
            about(draft("FIL-FAIL"), PUPIL, SubjectKind::Pupil, SubjectRole::Alleged),
            OTHER_TEACHER,
            SubjectKind::SomebodyElse,
            SubjectRole::NamedOnly,
        ));
        if ended {
            school.ended(Status::Closed);
        }
        for ties in rounds {
            school.is_close(&ties);
            let expected = school.ask(HEAD, |case, act| case.route_now(act).exclusions);
            prop_assert_eq!(&school.case.exclusions, &expected);
            for who in expected.keys() {
                prop_assert_eq!(school.sees(*who), None);
            }
            let here = roster(&school.seats);
            for desk in school.case.desks.keys().filter(|desk| **desk != Desk::External) {
                let holders = here.holders(*desk);
                prop_assert!(!holders.iter().all(|who| school.case.excludes(*who)), "{desk:?} works for somebody excluded");
            }
            prop_assert_eq!(school.case.status == Status::Closed, ended);
            prop_assert!(!school.is_close(&ties), "following again changes nothing");
        }
    }
}

//! A relationship with a person in a case is declared or set aside: who sees the case then, open or ended.

use super::*;
use crate::domain::school::routing::ExclusionReason;
use proptest::prelude::*;

const TEACHERS_PUPIL: &str = "CP-CONCERN";

impl School {
    /// Sets these ties and lets the case follow. Whether anything changed.
    fn ties_become(&mut self, ties: &[(PersonId, PersonId)]) -> bool {
        self.now += TimeDelta::minutes(1);
        let before = std::mem::replace(&mut self.ties, super::ties(ties));
        let (nobody, setting) = (Standing::nobodys(SCHOOL, self.now), self.setting());
        let event = self.case.follow_ties(&before, &mut Act::new(&nobody, &setting, &mut self.random));
        let Some(event) = event else { return false };
        assert_eq!((event.actor(), event.entry().act), (None, Move::TiesChanged));
        for (_, detail) in &event.entry().facts {
            assert!(!matches!(detail, Detail::Person(_)), "no one is named");
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

/// Led by the DSL, with a person named in it.
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
    assert!(school.ties_become(&[(DSL, OTHER_TEACHER)]));
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::Tied);
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None), "they work for her");
    assert_eq!((school.case.lead(), school.case.owner), (Desk::Head, None));
    assert_eq!((school.case.status, school.told()), (Status::Submitted, vec![HEAD]));
    assert!(!school.ties_become(&[(OTHER_TEACHER, DSL)]), "nothing new");
}

#[test]
fn decided_otherwise_she_has_it_again() {
    let mut school = names_a_teacher();
    school.ties_become(&[(DSL, OTHER_TEACHER)]);
    assert!(school.ties_become(&[]));
    assert!(!school.case.excludes(DSL) && school.case.excludes(OTHER_TEACHER));
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (Some(Sight::Full), Some(Sight::Full)));
    assert_eq!(school.case.lead(), Desk::Dsl);
}

#[test]
fn another_reason_stays_when_it_was_decided_otherwise() {
    let mut school = names_a_teacher();
    school.ties_become(&[(DSL, OTHER_TEACHER), (HEAD, OTHER_TEACHER)]);
    assert_eq!(school.case.lead(), Desk::Chair);
    assert!(school.ties_become(&[(HEAD, OTHER_TEACHER)]));
    assert_eq!((school.sees(HEAD), school.case.lead()), (None, Desk::Dsl), "his tie stands");
    school.does(DSL, |case, act| case.step_aside(&why(), act));
    // The tie of the head is in none of the ties of then.
    school.ties = Ties::default();
    school.ties_become(&[(DSL, OTHER_TEACHER)]);
    school.ties_become(&[]);
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::SteppedAside);
    assert_eq!(school.sees(DSL), None);
}

#[test]
fn a_tie_that_moves_no_desk_takes_away_what_one_person_had() {
    let mut school = names_a_teacher();
    school.triaged(DSL).does(DSL, |case, act| case.assign(TEACHER, act));
    let desks = school.case.desks.clone();
    assert!(school.ties_become(&[(TEACHER, OTHER_TEACHER)]));
    assert_eq!((school.case.owner, school.sees(TEACHER)), (None, None));
    assert_eq!((&school.case.desks, school.case.status), (&desks, Status::Triaged), "it stays where it is");
    assert_eq!(school.told(), [DSL], "a new owner has to be chosen");
    school.does(DSL, |case, act| case.share(COORDINATOR, ShareKind::Reader, None, &why(), act));
    assert_eq!(school.sees(COORDINATOR), Some(Sight::Full));
    school.ties_become(&[(TEACHER, OTHER_TEACHER), (COORDINATOR, OTHER_TEACHER)]);
    assert_eq!(school.sees(COORDINATOR), None, "a share ends");
}

#[test]
fn a_case_sent_on_by_hand_leaves_a_desk_that_would_work_for_somebody_excluded() {
    let mut school = names_a_teacher();
    school.does(DSL, |case, act| case.send_to(Desk::OnlineSafety, &why(), act));
    assert_eq!(school.case.lead(), Desk::OnlineSafety);
    assert!(school.ties_become(&[(COORDINATOR, OTHER_TEACHER)]));
    assert_eq!((school.sees(COORDINATOR), school.sees(DEPUTY_COORDINATOR)), (None, None));
    assert_eq!(school.case.lead(), Desk::Dsl);
}

#[test]
fn an_ended_case_stays_ended_and_is_kept_from_her_too() {
    for status in [Status::Closed, Status::NoCase] {
        let mut school = names_a_teacher();
        school.triaged(DSL).ended(status);
        let dues = school.case.dues.clone();
        assert!(school.ties_become(&[(DSL, OTHER_TEACHER)]));
        assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
        assert_eq!((school.sees(HEAD), school.told()), (Some(Sight::Full), vec![]), "no one is told");
        assert_eq!((school.case.status, school.case.closed_at.is_some()), (status, true));
        let started = |dues: &Dues| dues.running().len();
        assert_eq!(started(&school.case.dues), started(&dues), "nothing is due again");
        assert!(school.ties_become(&[]));
        assert_eq!((school.sees(DSL), school.case.status), (Some(Sight::Full), status));
        assert_eq!(school.told(), []);
    }
}

#[test]
fn a_witness_keeps_nobody_away() {
    let role = SubjectRole::Witness;
    let mut school = School::with(&about(draft(TEACHERS_PUPIL), OTHER_TEACHER, SubjectKind::AdultHere, role));
    assert!(!school.ties_become(&[(DSL, OTHER_TEACHER)]));
}

#[test]
fn somebody_close_to_a_person_affected_may_be_given_a_share_and_nothing_else() {
    let mut school = School::with(&about_pupil(draft(TEACHERS_PUPIL)));
    school.triaged(DSL);
    assert!(school.ties_become(&[(DSL, PUPIL)]));
    assert_eq!(school.case.exclusions[&DSL].why, ExclusionReason::TiedToAffected);
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
    assert_eq!((school.case.lead(), school.case.owner), (Desk::Head, None));
    assert!(school.tries(HEAD, |case, act| case.assign(DSL, act)).is_err(), "she owns it no more");
    let second = school.tries(HEAD, |case, act| case.share(DSL, ShareKind::Reviewer, None, &why(), act));
    assert_eq!(fields(second), ["person"]);
    school.does(HEAD, |case, act| case.share(DSL, ShareKind::Reader, None, &why(), act));
    assert_eq!(school.sees(DSL), Some(Sight::Full), "the lead may let a parent read it");
    assert!(school.ties_become(&[]));
    assert!(!school.case.excludes(DSL));
}

#[test]
fn a_declared_relationship_changes_nothing_on_the_receipt() {
    for code in ["CP-CONCERN", "CDT-CYBULLY", "CON-INAPP", "STF-COMM", "FIL-FAIL", "DAT-LOSS"] {
        for role in [SubjectRole::Affected, SubjectRole::Alleged, SubjectRole::NamedOnly] {
            let draft = about(draft(code), PUPIL, SubjectKind::Pupil, role);
            let without = School::with(&draft).case.concerns[0].told_desks.clone();
            for other in [DSL, COORDINATOR, NETWORK, HEAD, SIRO, DPO] {
                let tied = School::tied(&[(PUPIL, other)], &draft);
                assert!(tied.case.excludes(other), "the tie does keep them out");
                assert_eq!(tied.case.concerns[0].told_desks, without, "{code} {role:?} {other:?}");
            }
        }
    }
}

#[test]
fn a_sealed_case_is_taken_from_its_holder_and_stays_sealed() {
    let mut school = names_a_teacher();
    school.does(DSL, |case, act| case.restrict(Restriction::Sealed, &why(), act));
    assert_eq!((school.sees(DSL), school.sees(HEAD)), (Some(Sight::Full), None));
    school.ties_become(&[(DSL, OTHER_TEACHER)]);
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
    school.ties_become(&[(DSL, OTHER_TEACHER)]);
    let target = school.case.clone();
    let followed = |left: &Case, before: &Ties, targets: (&Case, &Case), school: &mut School| {
        school.ask(HEAD, |_, act| left.follow_ties_with(before, targets, act)).unwrap().case().clone()
    };
    let kept = followed(&left, &none, (&before, &target), &mut school);
    assert!(kept.excludes(DSL) && kept.status == Status::Merged, "at its old address too");
    school.ties_become(&[]);
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
    #![proptest_config(ProptestConfig::with_cases(tries(300)))]

    /// For any ties that come and go: who is excluded is what the rules say of the ties of now, no excluded person
    /// sees anything, no deputy of an excluded holder does through that desk, and following again changes nothing.
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
            school.ties_become(&ties);
            let expected = school.ask(HEAD, |case, act| case.route_now(act).exclusions);
            prop_assert_eq!(&school.case.exclusions, &expected);
            for who in expected.keys() {
                prop_assert_eq!(school.sees(*who), None);
            }
            let here = roster(&school.seats);
            for desk in school.case.desks.keys().filter(|desk| **desk != Desk::External) {
                let holders = here.holders(*desk);
                prop_assert!(
                    !holders.iter().all(|who| school.case.excludes(*who)),
                    "{desk:?} works for an excluded person"
                );
            }
            prop_assert_eq!(school.case.status == Status::Closed, ended);
            prop_assert!(!school.ties_become(&ties), "following again changes nothing");
        }
    }
}

//! I5: after any verb, ties keep the case from the people they would keep it from if it were lodged now.

use super::{clocks::does, *};
use proptest::prelude::*;

/// A parent at the DSL's desk, and their child is alleged: the coordinator leads.
fn about_the_dsls_child() -> School {
    let draft = about(draft("CON-INAPP"), PUPIL, SubjectKind::Pupil, SubjectRole::Alleged);
    School::tied(&[(PUPIL, DSL)], &draft)
}

#[test]
fn i5_triage_with_another_category_keeps_it_from_a_parents_deputy() {
    let mut school = about_the_dsls_child();
    assert_eq!(
        (school.case.lead(), school.sees(DSL), school.sees(DEPUTY_DSL)),
        (Desk::OnlineSafety, None, None)
    );
    let form = TriageForm { category: category("CDT-CYBULLY"), ..form(&school.case, COORDINATOR, &[]) };
    school.does(COORDINATOR, |case, act| case.triage(&form, act));
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
}

#[test]
fn i5_the_answer_that_personal_data_was_lost_keeps_it_from_a_parents_deputy() {
    let mut school = about_the_dsls_child();
    let answers = [(Question::PersonalData, Reply::Yes)];
    school.triaged_as(COORDINATOR, &answers);
    assert_eq!((school.sees(DSL), school.sees(DEPUTY_DSL)), (None, None));
}

/// Desks that have a case by an act and not by its route: the list of written exceptions.
fn by_an_act(case: &Case, led: &BTreeSet<Desk>) -> BTreeSet<Desk> {
    let chased = case.chased.iter().map(|chased| chased.desk);
    led.iter().copied().chain(case.sent_to).chain(chased).chain(case.asked_desks()).collect()
}

impl School {
    /// No one excluded by the facts of now sees it, nor does a deputy of a desk whose holders are excluded, and no
    /// desk has it but by the route of now or by a written exception.
    fn is_kept_as_if_lodged_now(&mut self, led: &BTreeSet<Desk>) -> Result<(), TestCaseError> {
        let route = self.ask(HEAD, |case, act| case.route_now(act));
        for (person, exclusion) in &route.exclusions {
            let kept = self.case.exclusions.get(person);
            prop_assert!(
                kept.is_some_and(|kept| kept.scope >= exclusion.scope),
                "{person:?} is not excluded"
            );
        }
        let works_for_somebody_excluded = self.ask(HEAD, |case, act| {
            let excluded = |desk: &&Desk| **desk != Desk::External && case.desk_is_excluded(**desk, act);
            case.desks.keys().find(excluded).copied()
        });
        prop_assert_eq!(works_for_somebody_excluded, None);
        let desks: Vec<Desk> = self.case.desks.keys().copied().collect();
        let by_act = by_an_act(&self.case, led);
        for desk in desks.into_iter().filter(|desk| !by_act.contains(desk)) {
            prop_assert!(route.has(desk) || route.oversight.contains(&desk), "{desk:?} has it by no rule");
        }
        Ok(())
    }
}

fn any_ties() -> impl Strategy<Value = Vec<(PersonId, PersonId)>> {
    let subjects = prop::sample::select(vec![PUPIL, OTHER_TEACHER, NETWORK]);
    let others = prop::sample::select(vec![DSL, DEPUTY_DSL, HEAD, COORDINATOR, NETWORK, SIRO, CHAIR]);
    proptest::collection::vec((subjects, others), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(tries(400)))]

    #[test]
    fn i5_every_verb_keeps_it_from_whom_a_case_lodged_now_would_be_kept(
        ties in any_ties(),
        code in prop::sample::select(vec!["CON-INAPP", "CP-CONCERN", "FIL-FAIL", "DAT-LOSS", "STF-COMM", "CDT-CYBULLY"]),
        role in prop::sample::select(SubjectRole::ALL),
        does in proptest::collection::vec(does(), 1..9),
    ) {
        let mut school = School::tied(&ties, &about(draft(code), PUPIL, SubjectKind::Pupil, role));
        let mut led = BTreeSet::from([school.case.lead()]);
        school.is_kept_as_if_lodged_now(&led)?;
        for what in does {
            let staff = [DSL, HEAD, COORDINATOR, NETWORK, CHAIR, DEPUTY_DSL, EXTERNAL];
            let done = staff.into_iter().any(|who| school.tries_to(who, what).is_ok());
            led.insert(school.case.lead());
            if done && school.case.status.is_open() {
                school.is_kept_as_if_lodged_now(&led)?;
            }
        }
    }
}

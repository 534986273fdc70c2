//! The clocks of what has to be decided: they start whenever the people or the category first call for a decision, and
//! never twice.

use super::*;
use crate::domain::school::categories::Decision;
use proptest::prelude::*;

/// The codes of an entry, each with its label.
fn codes(entry: &Entry) -> Vec<(&Label, &DetailCode)> {
    let mut codes = Vec::new();
    for (label, detail) in &entry.facts {
        if let Detail::Code(code) = detail {
            codes.push((label, code));
        }
    }
    codes
}

#[test]
fn an_alleged_adult_added_after_triage_starts_the_lado_clock_once() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.adds(DSL, alleged(OTHER_TEACHER));
    let clocks = school.running(DeadlineKind::LadoReferral);
    assert_eq!(clocks.len(), 1);
    assert_eq!((clocks[0].desk, clocks[0].deadline.fact_at), (Desk::Head, school.case.aware_at));
    school.adds(HEAD, alleged(DPO));
    assert_eq!(school.running(DeadlineKind::LadoReferral).len(), 1, "not a second time");
}

#[test]
fn a_witness_who_becomes_alleged_starts_it_and_so_does_a_category_that_gives_the_case_to_the_head() {
    let mut school = School::with(&about(
        draft("CP-CONCERN"),
        OTHER_TEACHER,
        SubjectKind::AdultHere,
        SubjectRole::Witness,
    ));
    let id = school.case.subjects[0].subject.id;
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.does(DSL, |case, act| case.change_subject(id, SubjectRole::Alleged, None, &why(), act));
    assert_eq!(school.running(DeadlineKind::LadoReferral).len(), 1);

    let mut school =
        School::with(&about(draft("FIL-FAIL"), OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Alleged));
    school.does(NETWORK, |case, act| case.send_to(Desk::Head, &why(), act));
    let mut form = form(&school.case, HEAD, &[]);
    form.category = category("CP-CONCERN");
    form.answers = [(Question::Threshold, (Some(Reply::Harm), Some(why())))].into();
    school.does(HEAD, |case, act| case.triage(&form, act));
    assert_eq!(school.running(DeadlineKind::LadoReferral).len(), 1);
}

#[test]
fn what_was_decided_is_not_asked_again_by_the_next_change_of_people() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    school.adds(DSL, alleged(OTHER_TEACHER));
    school.triaged_as(HEAD, &[(Question::Threshold, Reply::LowLevel)]);
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.adds(HEAD, new(DPO, SubjectKind::AdultHere, SubjectRole::Witness));
    assert!(school.running(DeadlineKind::LadoReferral).is_empty(), "the head has said what it is");
}

#[test]
fn a_case_opened_again_has_the_clocks_that_no_answer_ended() {
    let mut school = School::with(&draft("CP-CONCERN"));
    school.adds(DSL, alleged(OTHER_TEACHER));
    school.does(HEAD, |case, act| case.no_case(&why(), act));
    assert!(school.running(DeadlineKind::LadoReferral).is_empty());
    school.does(HEAD, |case, act| case.reopen(&why(), act));
    assert_eq!(school.running(DeadlineKind::LadoReferral).len(), 1);
}

#[test]
fn the_entry_of_a_change_of_people_says_where_the_case_went_and_that_it_was_given_back() {
    let mut school = School::with(&about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    let event = school.ask(DSL, |case, act| case.add_subject(&alleged(OTHER_TEACHER), act)).unwrap();
    let said = codes(event.entry());
    assert!(said.contains(&(&Label::LeadsNow, &Desk::Head.into())), "{said:?}");
    assert!(said.iter().any(|(label, _)| **label == Label::GivenBack), "{said:?}");
    let witness = new(OTHER_TEACHER, SubjectKind::AdultHere, SubjectRole::Witness);
    let event = school.ask(DSL, |case, act| case.add_subject(&witness, act)).unwrap();
    assert_eq!(codes(event.entry()), [(&Label::Part, &SubjectRole::Witness.into())], "nothing moved");
}

/// One thing that changes who it is about, where it is, or what was decided.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    Adds(PersonId, SubjectKind, SubjectRole),
    Changes(usize, SubjectRole),
    Matches(usize, PersonId),
    Removes(usize),
    Triages(&'static str, Reply),
    Answers(Question, Reply),
    Sends(Desk),
    Declines(Body),
    Refers(Body),
    StepsAside,
    NoCase,
    Reopens,
}

pub(super) fn does() -> impl Strategy<Value = Does> {
    let people = prop::sample::select(vec![OTHER_TEACHER, DSL, HEAD, NETWORK, SIRO, PUPIL]);
    let roles = || prop::sample::select(SubjectRole::ALL);
    let kinds = prop::sample::select(SubjectKind::ALL);
    let categories =
        prop::sample::select(vec!["CP-CONCERN", "CON-EXTREM", "DAT-LOSS", "SYS-PHISH", "STF-COMM"]);
    let bodies = || prop::sample::select(Body::offered().collect::<Vec<_>>());
    let answers = prop::sample::select(vec![
        (Question::Threshold, Reply::Harm),
        (Question::Threshold, Reply::LowLevel),
        (Question::Prevent, Reply::No),
        (Question::PersonalData, Reply::Yes),
        (Question::PersonalData, Reply::No),
    ]);
    prop_oneof![
        4 => (people.clone(), kinds, roles()).prop_map(|(who, kind, role)| Does::Adds(who, kind, role)),
        2 => (0..4_usize, roles()).prop_map(|(which, role)| Does::Changes(which, role)),
        1 => (0..4_usize, people).prop_map(|(which, who)| Does::Matches(which, who)),
        1 => (0..4_usize).prop_map(Does::Removes),
        3 => (categories, prop::sample::select(vec![Reply::Harm, Reply::LowLevel]))
            .prop_map(|(code, threshold)| Does::Triages(code, threshold)),
        2 => answers.prop_map(|(question, choice)| Does::Answers(question, choice)),
        1 => prop::sample::select(vec![Desk::Head, Desk::Dsl, Desk::Network]).prop_map(Does::Sends),
        1 => bodies().prop_map(Does::Declines),
        1 => bodies().prop_map(Does::Refers),
        1 => Just(Does::StepsAside),
        1 => Just(Does::NoCase),
        1 => Just(Does::Reopens),
    ]
}

impl School {
    pub(super) fn tries_to(&mut self, who: PersonId, what: Does) -> Result<(), Refusal> {
        let entry = |case: &Case, which: usize| case.subjects.get(which).map(|s| s.subject.id);
        let role = |case: &Case, which: usize| case.subjects.get(which).map(|s| s.subject.role);
        let missing = || Err(Refusal::NotFound);
        self.tries(who, |case, act| match what {
            Does::Adds(person, kind, role) => case.add_subject(&new(person, kind, role), act),
            Does::Changes(which, role) => {
                entry(case, which).map_or_else(missing, |id| case.change_subject(id, role, None, &why(), act))
            }
            Does::Matches(which, person) => entry(case, which)
                .zip(role(case, which))
                .map_or_else(missing, |(id, role)| case.change_subject(id, role, Some(person), &why(), act)),
            Does::Removes(which) => {
                entry(case, which).map_or_else(missing, |id| case.remove_subject(id, &why(), act))
            }
            Does::Triages(code, threshold) => {
                let mut form = form(&case.clone(), who, &[]);
                form.category = category(code);
                for question in case.questions_for(form.category, &BTreeSet::new()) {
                    let choice = match question {
                        Question::SafeNow => Some(Reply::Yes),
                        Question::Wishes => None,
                        Question::Parents => Some(Reply::Told),
                        Question::Threshold => Some(threshold),
                        Question::Crime | Question::Prevent | Question::PersonalData => Some(Reply::No),
                    };
                    form.answers.insert(question, (choice, Some(why())));
                }
                case.triage(&form, act)
            }
            Does::Answers(question, choice) => case.answer(question, Some(choice), Some(&why()), act),
            Does::Sends(desk) => case.send_to(desk, &why(), act),
            Does::Declines(body) => case.decline(body, &why(), act),
            Does::Refers(body) => case.refer(&whole_referral(body, act.now()), act),
            Does::StepsAside => case.step_aside(&why(), act),
            Does::NoCase => case.no_case(&why(), act),
            Does::Reopens => case.reopen(&why(), act),
        })
    }

    /// Every decision the route of now asks for has its clock or its answer; and no clock runs twice.
    fn has_its_clocks(&mut self) {
        if !self.case.status.is_open() {
            return;
        }
        let asked = self.ask(HEAD, |case, act| case.decisions_called_for(&case.route_now(act), act));
        for (decision, kinds) in [
            (Decision::Lado, &[DeadlineKind::LadoReferral][..]),
            (Decision::Prevent, &[DeadlineKind::PreventDecision]),
            (Decision::Ico, &[DeadlineKind::IcoDecision, DeadlineKind::IcoReport]),
        ] {
            for kind in kinds {
                let live = self.running(*kind).len();
                assert!(live < 2, "{kind:?} runs twice");
                let is_asked = asked.contains(&decision) && !self.case.is_decided(decision);
                assert!(!is_asked || live == 1, "{decision:?} is asked and {kind:?} does not run");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_every_decision_asked_for_has_its_clock_or_its_answer(
        start in prop::sample::select(vec!["CP-CONCERN", "CON-INAPP", "DAT-LOSS", "SYS-PHISH", "STF-COMM", "CON-EXTREM"]),
        acts in prop::collection::vec((prop::sample::select(vec![0_usize, 1, 2, 3, 4, 5]), does()), 1..14),
    ) {
        let mut school = School::with(&draft(start));
        school.has_its_clocks();
        let people = [DSL, HEAD, COORDINATOR, NETWORK, SIRO, CHAIR];
        for (who, what) in acts {
            let _refused_or_done = school.tries_to(people[who], what);
            school.has_its_clocks();
        }
    }
}

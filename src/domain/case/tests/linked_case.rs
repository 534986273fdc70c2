//! A case opened from another follows it: who may see it, and how far it goes while the adult is unidentified.

mod behind;

use super::*;
use crate::domain::{case::lifecycle::workflow::Kind, school::routing::AdultAnswer};
use proptest::prelude::*;

/// A case that was opened from the one in hand, and a way to let it follow.
struct FilterCase(Case);

impl FilterCase {
    fn of(school: &School) -> Self {
        Self(school.opened[0].clone())
    }

    /// What the store does after every act.
    fn follows(&mut self, school: &mut School) -> Option<CaseEvent> {
        let source = school.case.clone();
        let linked = self.0.clone();
        let nobody = person(999);
        let event = school.ask(nobody, |_, act| linked.follow_source(&source, act));
        if let Some(event) = &event {
            assert_eq!((event.actor(), event.entry().act), (None, Move::FollowSource));
            let names = |fact: &Fact| !matches!(fact.1, Detail::Code(_));
            assert!(!event.entry().facts.iter().any(names), "it names no one and leads nowhere");
            self.0 = event.case().clone();
        }
        event
    }

    fn seen_by(&self, who: PersonId, school: &School) -> Option<Sight> {
        self.0.sight(&standing(&school.seats, who, school.now))
    }
}

fn let_through(case: &Case, owner: PersonId) -> TriageForm {
    let web = Line::parse("https://example.invalid/b").unwrap();
    let words = TechnicalWords { web: Some(web), ..Default::default() };
    TriageForm { filter: Some(FilterLetItThrough::Yes(words)), ..form(case, owner, &[]) }
}

/// Inappropriate content, and the filter let it through.
fn content(adult: AdultAnswer) -> School {
    let draft = Draft { adult, ..about_pupil(draft("CON-INAPP")) };
    let mut school = School::with(&draft);
    let lead = if adult == AdultAnswer::No { COORDINATOR } else { HEAD };
    let form = let_through(&school.case, lead);
    school.does(lead, |case, act| case.triage(&form, act));
    school
}

#[test]
fn whoever_is_excluded_later_is_excluded_from_what_was_opened_too() {
    let mut school = content(AdultAnswer::No);
    let mut linked = FilterCase::of(&school);
    assert_eq!((linked.0.lead(), linked.seen_by(NETWORK, &school)), (Desk::Network, Some(Sight::Full)));
    assert!(linked.follows(&mut school).is_none(), "nothing changed");

    let before = school.case.clone();
    school.adds(COORDINATOR, alleged(NETWORK));
    assert!(school.case.takes_others_along(&before));
    let event = linked.follows(&mut school).unwrap();
    assert_eq!((linked.0.lead(), linked.seen_by(NETWORK, &school)), (Desk::Network, None));
    assert!(linked.0.exclusions.is_empty(), "whom the other one is about is no exclusion of this one");
    assert_eq!((linked.0.stands_in(), linked.seen_by(HEAD, &school)), (Some(Desk::Head), Some(Sight::Full)));
    assert!(event.notices().iter().any(|notice| notice.person == HEAD));

    // Nothing that happens to the linked case alone lets him in again.
    let id = school.case.current_subjects().find(|s| s.person() == Some(NETWORK)).unwrap().id;
    school.does(HEAD, |case, act| case.remove_subject(id, &why(), act));
    linked.follows(&mut school).unwrap();
    assert_eq!((linked.0.lead(), linked.seen_by(NETWORK, &school)), (Desk::Network, Some(Sight::Full)));
    assert_eq!(linked.0.stands_in(), None, "the reason is gone there and here");
}

#[test]
fn a_reason_of_its_own_stays_when_the_one_of_the_source_goes() {
    let mut school = content(AdultAnswer::No);
    school.adds(COORDINATOR, alleged(NETWORK));
    let mut linked = FilterCase::of(&school);
    linked.follows(&mut school).unwrap();
    let (own, source) = (linked.0.clone(), school.case.clone());
    school.case = own;
    school.adds(HEAD, alleged(NETWORK));
    linked.0 = std::mem::replace(&mut school.case, source);
    let id = school.case.current_subjects().find(|s| s.person() == Some(NETWORK)).unwrap().id;
    school.does(HEAD, |case, act| case.remove_subject(id, &why(), act));
    linked.follows(&mut school).unwrap();
    assert_eq!(linked.0.exclusions[&NETWORK].why, ExclusionReason::Alleged);
    assert_eq!(linked.seen_by(NETWORK, &school), None);
}

#[test]
fn while_nobody_knows_which_adult_it_goes_to_the_head_and_the_dsl_alone() {
    let mut school = content(AdultAnswer::Yes(WhichAdult::DoNotKnow));
    let mut linked = FilterCase::of(&school);
    let has = |linked: &FilterCase| linked.0.desks.keys().copied().collect::<Vec<_>>();
    assert_eq!((has(&linked), linked.0.lead()), (vec![Desk::Dsl, Desk::Head], Desk::Head));
    assert_eq!(linked.0.about_adult, AboutAdult::No, "it asks nothing about an adult by itself");
    for who in [NETWORK, COORDINATOR] {
        assert_eq!(linked.seen_by(who, &school), None);
    }
    let source = std::mem::replace(&mut school.case, linked.0.clone());
    let refused = school.tries(HEAD, |case, act| case.send_to(Desk::Network, &why(), act));
    assert_eq!(fields(refused), ["desk"]);
    school.case = source;

    // It is the teacher, so it is routed again by its category.
    school.adds(HEAD, alleged(OTHER_TEACHER));
    linked.follows(&mut school).unwrap();
    assert_eq!((linked.0.lead(), linked.0.status), (Desk::Network, Status::Submitted));
    assert_eq!(linked.seen_by(OTHER_TEACHER, &school), None);
    assert_eq!(linked.seen_by(NETWORK, &school), Some(Sight::Full));
}

#[test]
fn that_it_is_no_staff_matter_ends_the_wait_too() {
    let mut school = content(AdultAnswer::Yes(WhichAdult::DoNotKnow));
    let mut linked = FilterCase::of(&school);
    school.does(HEAD, |case, act| case.answer_again(Question::Threshold, Some(Reply::NotStaff), &why(), act));
    assert!(!school.case.has_unidentified_adult() && school.needs_second_person());
    linked.follows(&mut school).unwrap();
    assert_eq!(linked.0.lead(), Desk::Network);
    school.does(HEAD, |case, act| case.send_to(Desk::OnlineSafety, &why(), act));
    assert_eq!(school.sees(COORDINATOR), Some(Sight::Full));

    // A new answer brings it back to where it was.
    school.triaged(COORDINATOR);
    school.does(HEAD, |case, act| case.answer_again(Question::Threshold, Some(Reply::Harm), &why(), act));
    assert_eq!((school.case.lead(), school.sees(COORDINATOR)), (Desk::Head, None));
    linked.follows(&mut school).unwrap();
    assert_eq!((linked.0.lead(), linked.seen_by(NETWORK, &school)), (Desk::Head, None));
}

#[test]
fn what_it_was_opened_from_may_have_become_part_of_another_case() {
    let mut school = content(AdultAnswer::No);
    let mut linked = FilterCase::of(&school);
    let target = School::with(&about_pupil(draft("CON-INAPP"))).case;
    let target = Case { id: CaseId(Uuid::from_u128(7_000)), ..target };
    for task in school.open_tasks() {
        let TaskKind::Answer(question) = task.kind else { panic!("{task:?}") };
        let choice = question.choices().first().copied();
        school.does(DSL, |case, act| case.answer(question, choice, Some(&why()), act));
    }
    let source = school.case.clone();
    let merged = school.ask(COORDINATOR, |_, act| source.merge_into(&target, act)).unwrap();
    assert_eq!(merged.source.case().opened, source.opened);
    school.case = merged.target.case().clone();
    assert!(!merged.source.case().takes_others_along(&source), "what is left leads nothing");
    assert!(school.case.takes_others_along(&target));
    school.adds(COORDINATOR, alleged(NETWORK));
    linked.follows(&mut school).unwrap();
    assert_eq!(linked.seen_by(NETWORK, &school), None);

    // If it was merged into the very case it opened, there is nothing left to follow.
    let mut own = linked.0.clone();
    own.status = Status::Triaged;
    let both = Case { follows: BTreeMap::from([(source.id, Elsewhere::default())]), ..own };
    let taken = school.ask(HEAD, |_, act| source.merge_into(&both, act));
    assert!(taken.is_err() || taken.is_ok_and(|merged| merged.target.case().follows.is_empty()));
}

/// A source that turned out to be about a person, and the case it opened, as it is then.
fn turned_out_to_be(who: PersonId) -> (School, FilterCase, CaseEvent) {
    let mut school = content(AdultAnswer::No);
    let mut linked = FilterCase::of(&school);
    school.adds(COORDINATOR, alleged(who));
    let event = linked.follows(&mut school).unwrap();
    (school, linked, event)
}

/// What a reader who cannot open the source can be shown of it.
fn shown(linked: &Case) -> Case {
    linked.clone().without_the_other()
}

#[test]
fn i6_whom_the_source_is_about_changes_nothing_that_is_shown() {
    let plain = FilterCase::of(&content(AdultAnswer::No));
    for who in EVERYBODY.into_iter().chain([EXTERNAL]) {
        let (mut school, linked, event) = turned_out_to_be(who);
        assert_eq!(shown(&linked.0), shown(&plain.0), "{who:?}: not even its version");
        assert_eq!((event.kind(), event.entry().clone().without_the_other()), (Kind::Append, None));
        assert_eq!(linked.seen_by(who, &school), None);
        let mut told = event.notices().iter().map(|notice| notice.person);
        assert!(told.all(|person| linked.seen_by(person, &school).is_some()), "{who:?}");
        let acts = |person: &PersonId, school: &mut School| {
            linked.seen_by(*person, school).is_some() && school.ask(*person, |_, act| linked.0.leads(act))
        };
        assert!(EVERYBODY.iter().any(|person| acts(person, &mut school)), "{who:?}: someone can act");
    }
}

#[test]
fn i6_a_deputy_of_a_person_it_is_about_gets_nothing_through_that_desk() {
    for (who, deputy) in [(COORDINATOR, DEPUTY_COORDINATOR), (DSL, DEPUTY_DSL), (HEAD, DEPUTY_HEAD)] {
        let (school, linked, _) = turned_out_to_be(who);
        assert_eq!(linked.seen_by(deputy, &school), None, "they work for {who:?}");
        assert_eq!(linked.seen_by(NETWORK, &school), Some(Sight::Full));
    }
}

/// The answer to giving the case to a person in one of the ways there are.
fn given(school: &mut School, by: PersonId, way: usize, to: PersonId) -> Result<(), Refusal> {
    let task = NewTask {
        words: Line::parse("Look at the log").unwrap(),
        person: Some(to),
        due: crate::domain::kernel::clock::Rule::SchoolDays(3),
    };
    school.tries(by, |case, act| match way {
        0 => case.assign(to, act),
        1 => case.share(to, ShareKind::Reader, None, &why(), act),
        2 => case.share(to, ShareKind::Reviewer, None, &why(), act),
        _ => case.task(&task, act),
    })
}

#[test]
fn i6_every_choice_is_answered_the_same_whomever_the_source_is_about() {
    for who in EVERYBODY {
        // The network manager leads the case; if it is about him, the head acts in his place.
        let by = if who == NETWORK { HEAD } else { NETWORK };
        let (mut about_them, linked, _) = turned_out_to_be(who);
        let mut plain = content(AdultAnswer::No);
        plain.case = FilterCase::of(&plain).0;
        about_them.case = linked.0;
        let hour = ten_o_clock() + TimeDelta::hours(1);
        for school in [&mut plain, &mut about_them] {
            (school.now, school.random) = (hour, Counting(1));
        }
        for (chosen, way) in EVERYBODY.into_iter().flat_map(|chosen| (0..4).map(move |way| (chosen, way))) {
            let answer = given(&mut plain, by, way, chosen);
            assert_eq!(given(&mut about_them, by, way, chosen), answer, "{who:?}: {way} {chosen:?}");
            assert_eq!(shown(&about_them.case), shown(&plain.case), "{who:?}: {way} {chosen:?}");
            let offers = |school: &mut School| {
                school.ask(by, |case, act| {
                    let may = EVERYBODY.map(|person| case.may_be_given(person, act));
                    (may, case.second_person(act), case.desks_to_send_to(act))
                })
            };
            assert_eq!(offers(&mut about_them), offers(&mut plain), "{who:?}: {way} {chosen:?}");
            assert_eq!(about_them.sees(who), None);
            assert!(!about_them.told().contains(&who), "and gets nothing");
        }
    }
}

#[test]
fn i6_only_people_of_its_own_desks_are_given_it() {
    let mut school = content(AdultAnswer::No);
    school.case = FilterCase::of(&school).0;
    for outside in [TEACHER, OTHER_TEACHER, SIRO, CHAIR] {
        for (way, field) in [(0, "owner"), (1, "person"), (2, "person")] {
            assert_eq!(fields(given(&mut school, NETWORK, way, outside)), [field], "{outside:?}");
        }
    }
    assert!(given(&mut school, NETWORK, 0, COORDINATOR).is_ok());
}

#[test]
fn i6_given_to_one_who_may_not_see_it_it_is_back_with_its_desk_in_time() {
    let (mut school, linked, _) = turned_out_to_be(DEPUTY_COORDINATOR);
    school.case = linked.0;
    school.does(NETWORK, |case, act| case.assign(DEPUTY_COORDINATOR, act));
    assert_eq!((school.case.owner, school.sees(DEPUTY_COORDINATOR)), (Some(DEPUTY_COORDINATOR), None));
    assert_eq!(school.told(), [HEAD], "whoever acts in the head's place is told instead");
    assert_eq!(school.running(DeadlineKind::TakeUp).len(), 1);
    let (here, later) = (roster(&school.seats), school.now + TimeDelta::days(2));
    assert!(school.case.give_back_if_not_taken_up(&here, school.now).is_none(), "there is still time");
    let back = school.case.give_back_if_not_taken_up(&here, later).unwrap();
    assert_eq!((back.case().owner, back.actor(), back.entry().act), (None, None, Move::Assign));
    assert!(back.notices().iter().any(|notice| notice.person == NETWORK), "its desk is told");
    school.case = back.case().clone();
    assert!(school.running(DeadlineKind::TakeUp).is_empty());

    // Anybody else is given the same time, and keeps it by doing something.
    school.does(NETWORK, |case, act| case.assign(COORDINATOR, act));
    assert!(school.case.give_back_if_not_taken_up(&here, later).is_some());
    school.does(COORDINATOR, |case, act| case.note(&words(), act));
    assert!(school.case.give_back_if_not_taken_up(&here, later).is_none());
}

#[test]
fn i6_what_waited_for_a_name_does_not_say_so_afterwards() {
    let mut school = content(AdultAnswer::Yes(WhichAdult::DoNotKnow));
    let mut linked = FilterCase::of(&school);
    assert!(
        shown(&linked.0).reasons.is_empty(),
        "it waits because of the other one, which is all there is to say"
    );
    school.adds(HEAD, alleged(COORDINATOR));
    linked.follows(&mut school).unwrap();
    let reasons: Vec<String> = linked.0.reasons.iter().map(|reason| reason.words()).collect();
    assert!(reasons.iter().all(|reason| !reason.contains("may not deal with")), "{reasons:?}");
    assert_eq!((linked.0.lead(), linked.seen_by(COORDINATOR, &school)), (Desk::Network, None));
}

#[test]
fn i6_roles_that_change_later_shut_and_open_desks_unseen() {
    let (mut school, linked, _) = turned_out_to_be(COORDINATOR);
    assert_eq!(linked.seen_by(DEPUTY_COORDINATOR, &school), None);
    // The teacher becomes a second coordinator, so that the desk does not work for one kept out alone.
    school.seats.push((Desk::OnlineSafety, Seat::Holder, OTHER_TEACHER));
    let (before, nobody) = (linked.0.clone(), person(999));
    let event = school.ask(nobody, |_, act| before.follow_duties(&Gone::default(), act)).unwrap();
    assert_eq!((event.kind(), event.entry().act), (Kind::Append, Move::FollowSource));
    assert_eq!(shown(event.case()), shown(&before));
    let opened = FilterCase(event.case().clone());
    assert_eq!(opened.seen_by(OTHER_TEACHER, &school), Some(Sight::Full));
    assert_eq!(opened.seen_by(COORDINATOR, &school), None);
}

#[test]
fn i6_what_is_left_of_a_merged_case_shuts_what_the_case_that_goes_on_shuts() {
    let (mut school, nobody) = (content(AdultAnswer::No), person(999));
    let mut target = FilterCase::of(&school);
    let left = Case { status: Status::Merged, ..target.0.clone() };
    school.adds(COORDINATOR, alleged(NETWORK));
    target.follows(&mut school).unwrap();
    let still_open = Case { status: Status::Submitted, ..left.clone() };
    assert!(school.ask(nobody, |_, act| still_open.follow_target(&target.0, act)).is_none());
    let event = school.ask(nobody, |_, act| left.follow_target(&target.0, act)).unwrap();
    assert_eq!((event.kind(), event.notices().len()), (Kind::Append, 0));
    assert_eq!((&event.case().follows, &event.case().behind), (&target.0.follows, &target.0.behind));
    assert_ne!(event.case().behind, left.behind);
    let left = event.case().clone();
    assert!(school.ask(nobody, |_, act| left.follow_target(&target.0, act)).is_none(), "once");
}

#[test]
fn i6_desks_are_shut_and_opened_in_an_ended_case_too() {
    let (mut school, linked, _) = turned_out_to_be(COORDINATOR);
    school.seats.push((Desk::OnlineSafety, Seat::Holder, OTHER_TEACHER));
    let nobody = person(999);
    let mut follows = |status| {
        let ended = Case { status, ..linked.0.clone() };
        school.ask(nobody, |_, act| ended.follow_duties(&Gone::default(), act))
    };
    assert!(follows(Status::Merged).is_none(), "it follows the case it became part of");
    let event = follows(Status::Closed).unwrap();
    assert_eq!((event.kind(), event.case().status, event.notices().len()), (Kind::Append, Status::Closed, 0));
    let opened = FilterCase(event.case().clone());
    assert_eq!(opened.seen_by(OTHER_TEACHER, &school), Some(Sight::Full));
}

#[test]
fn i6_a_case_stored_before_says_nothing_either() {
    let (_, linked, _) = turned_out_to_be(COORDINATOR);
    let mut stored = serde_json::to_value(&linked.0).unwrap();
    let id = serde_json::to_value(COORDINATOR).unwrap();
    stored["exclusions"][id.as_str().unwrap()] = serde_json::json!({"scope": "all", "why": "elsewhere"});
    let read: Case = serde_json::from_value(stored).unwrap();
    assert_eq!(read, linked.0, "who is kept out because of another case is in what it follows alone");
}

const EVERYBODY: [PersonId; 12] = [
    DSL,
    DEPUTY_DSL,
    COORDINATOR,
    DEPUTY_COORDINATOR,
    NETWORK,
    HEAD,
    DEPUTY_HEAD,
    SIRO,
    DPO,
    CHAIR,
    TEACHER,
    OTHER_TEACHER,
];

fn something(step: usize, to: PersonId, case: &Case, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
    let desk = Desk::ALL[step % Desk::ALL.len()];
    let words = Somebody::InWords(Line::parse("the IT man").unwrap());
    let subject = case.current_subjects().last().map(|s| s.id);
    let triage = let_through(case, to);
    let question = Question::ALL[step % Question::ALL.len()];
    let choice = question.choices().get(step % 3).copied();
    match step % 13 {
        0 => case.send_to(desk, &why(), act),
        1 => case.assign(to, act),
        2 => case.share(to, ShareKind::Reader, None, &why(), act),
        3 => case.triage(&triage, act),
        4 => case.add_subject(&alleged(to), act),
        5 => case.add_subject(
            &DraftSubject { who: words, kind: SubjectKind::AdultHere, role: SubjectRole::Alleged },
            act,
        ),
        6 => match subject {
            Some(id) => case.remove_subject(id, &why(), act),
            None => case.note(&words_of(), act),
        },
        7 => case.answer(question, choice, Some(&why()), act),
        8 => case.answer_again(question, choice, &why(), act),
        9 => case.step_aside(&why(), act),
        10 => case.share(to, ShareKind::Reviewer, None, &why(), act),
        11 => case.propose(&closing(), act),
        _ => case.select_for(&inspector(to, act.now()), None, &why(), act),
    }
}

fn words_of() -> Narrative {
    words()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(tries(96)) })]

    /// Routing 2 and P0 under any acts: while the adult is unidentified, only the head and the DSL, or those who act
    /// in their place, open it; and no one excluded from a case opens what it opened.
    #[test]
    fn nobody_else_opens_it_and_nobody_excluded_opens_what_it_opened(
        unmatched in any::<bool>(),
        steps in prop::collection::vec((0..10_000usize, 0..EVERYBODY.len(), 0..EVERYBODY.len()), 1..40),
    ) {
        let adult = if unmatched { AdultAnswer::Yes(WhichAdult::DoNotKnow) } else { AdultAnswer::No };
        let mut school = School::with(&Draft { adult, ..about_pupil(draft("CON-INAPP")) });
        let mut linked: Option<FilterCase> = None;
        for (step, who, to) in steps {
            let _ = school.tries(EVERYBODY[who], |case, act| something(step, EVERYBODY[to], case, act));
            if linked.is_none() && !school.opened.is_empty() {
                linked = Some(FilterCase::of(&school));
            }
            if let Some(linked) = &mut linked {
                linked.follows(&mut school);
            }
            let named = |who: PersonId| {
                let mut live = school.case.shares.iter().filter(|s| s.person == who && s.ended_at.is_none());
                live.any(|share| share.kind == ShareKind::Reviewer)
            };
            let head_can = ![HEAD].iter().any(|who| school.case.excludes(*who));
            for person in EVERYBODY {
                let in_place = !head_can && [CHAIR, EXTERNAL].contains(&person);
                let may = [DSL, DEPUTY_DSL, HEAD, DEPUTY_HEAD].contains(&person) || in_place || named(person);
                if school.case.has_unidentified_adult() && !may {
                    prop_assert_eq!(school.sees(person), None, "{:?} opens {:?}", person, school.case.desks);
                }
                let Some(linked) = &linked else { continue };
                if school.case.has_unidentified_adult() && !may {
                    prop_assert_eq!(linked.seen_by(person, &school), None, "{:?} opens what it opened", person);
                }
                let all = school.case.exclusions.get(&person).is_some_and(|e| e.scope == ExclusionScope::All);
                if all {
                    prop_assert_eq!(linked.seen_by(person, &school), None, "{:?} is excluded there", person);
                }
            }
        }
    }
}

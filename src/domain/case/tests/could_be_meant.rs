//! I1, I2, I3: an adult whom words could mean is kept out, whatever is done to the case, until a person whom the words
//! cannot mean has decided.

use super::{clocks::does, *};
use crate::domain::{people::candidates::WhyMeant, school::routing::AdultAnswer};
use proptest::prelude::*;

/// The people of the school as the register has them; the names are nothing like each other.
fn adults() -> Vec<Adult> {
    let named = [
        (DSL, "Dinah Marlowe"),
        (DEPUTY_DSL, "Daniel Achebe"),
        (COORDINATOR, "Imran Sheikh"),
        (DEPUTY_COORDINATOR, "Yolanda Brzezicki"),
        (NETWORK, "Paul Ainscough"),
        (HEAD, "Catherine Underhill"),
        (DEPUTY_HEAD, "Ottoline Fforde"),
        (SIRO, "Nadia Petrovic"),
        (DPO, "Gwendolen Hughes"),
        (CHAIR, "Robert Tavistock"),
        (EXTERNAL, "Keziah Oyelaran"),
        (TEACHER, "Bartholomew Quick"),
        (OTHER_TEACHER, "Leonie Vanderbilt"),
    ];
    let adult = |(person, name): (PersonId, &str)| Adult {
        person,
        name: name.to_owned(),
        former_names: Vec::new(),
        post: None,
    };
    named.into_iter().map(adult).collect()
}

fn in_words(words: &str, kind: SubjectKind, role: SubjectRole) -> DraftSubject {
    DraftSubject { who: Somebody::InWords(Line::parse(words).unwrap()), kind, role }
}

/// A report of a category about a person in words.
fn reported(code: &str, subject: DraftSubject) -> Draft {
    let mut draft = draft(code);
    draft.subjects.push(subject);
    draft
}

fn reports(code: &str, subject: DraftSubject) -> School {
    School::of_adults(&adults(), &reported(code, subject))
}

/// What a person kept out must not have.
fn has_nothing(school: &School, who: PersonId) -> bool {
    let shared = school.case.live_shares(school.now).any(|share| share.person == who);
    let open = school.case.tasks.iter().filter(|task| task.done_at.is_none());
    school.sees(who).is_none()
        && school.case.owner != Some(who)
        && !shared
        && !open.map(|task| task.person).any(|person| person == Some(who))
        && !school.told().contains(&who)
        && school.case.overdue_with(&roster(&school.seats), school.now).iter().all(|person| *person != who)
}

#[test]
fn i1_words_keep_out_the_deputy_they_could_mean() {
    for words in
        ["Mr Achebe", "D Achebe", "Daniel Achebe", "ACHEBE", "the deputy DSL", "Deputy safeguarding lead"]
    {
        let mut draft = reported("STF-ALLEG", in_words(words, SubjectKind::AdultHere, SubjectRole::Alleged));
        draft.adult = AdultAnswer::Yes(WhichAdult::SomebodyElse);
        let school = School::of_adults(&adults(), &draft);
        let kept_out = school.case.exclusions[&DEPUTY_DSL];
        assert_eq!(
            (kept_out.scope, kept_out.why),
            (ExclusionScope::All, ExclusionReason::NotRuledOut),
            "{words}"
        );
        assert!(has_nothing(&school, DEPUTY_DSL), "{words}");
        assert!(school.sees(HEAD).is_some() && school.told().contains(&HEAD), "{words}");
        assert!(school.sees(DSL).is_some(), "{words}: she is not meant");
    }
}

#[test]
fn i3_whatever_kind_was_chosen_beside_the_name_keeps_them_out() {
    for kind in SubjectKind::ALL {
        for role in [SubjectRole::Alleged, SubjectRole::NamedOnly] {
            let school = reports("CP-CONCERN", in_words("Mr Achebe", *kind, role));
            assert!(has_nothing(&school, DEPUTY_DSL), "{kind:?}, {role:?}");
            // Only that it is about this adult changes the route: nothing else says so here.
            assert_eq!(
                school.case.lead() == Desk::Head,
                *kind == SubjectKind::AdultHere,
                "{kind:?}, {role:?}"
            );
        }
    }
    let as_a_pupil = about(draft("CP-CONCERN"), DEPUTY_DSL, SubjectKind::Pupil, SubjectRole::Alleged);
    assert!(has_nothing(&School::of_adults(&adults(), &as_a_pupil), DEPUTY_DSL));
}

#[test]
fn words_for_a_person_who_did_nothing_keep_no_one_out() {
    for role in [SubjectRole::Affected, SubjectRole::Witness] {
        let mut school = reports("CP-CONCERN", in_words("Mr Achebe", SubjectKind::SomebodyElse, role));
        assert_eq!(school.sees(DEPUTY_DSL), Some(Sight::Full), "{role:?}");
        let id = school.case.subjects[0].subject.id;
        school.does(DSL, |case, act| case.change_subject(id, SubjectRole::Alleged, None, &why(), act));
        assert!(has_nothing(&school, DEPUTY_DSL), "until they did: {role:?}");
    }
}

#[test]
fn whom_the_reporter_ruled_out_is_not_kept_out_and_whom_they_did_not_is() {
    let mut draft =
        reported("CON-INAPP", in_words("Mr Achebe", SubjectKind::ParentOrCarer, SubjectRole::Alleged));
    draft.ruled_out.insert(DEPUTY_DSL);
    draft.not_ruled_out.insert(COORDINATOR, WhyMeant::Name);
    let school = School::of_adults(&adults(), &draft);
    assert_eq!(school.sees(DEPUTY_DSL), Some(Sight::Full));
    let ruled_out = school.case.could_be_meant[&DEPUTY_DSL][0].ruled_out.clone().unwrap();
    assert_eq!((ruled_out.by, ruled_out.why), (TEACHER, None));
    assert!(has_nothing(&school, COORDINATOR) && school.case.excludes(COORDINATOR));
    assert_eq!(school.case.could_be_meant[&COORDINATOR][0].within, MeantIn::Report);
    let json = serde_json::to_string(&school.case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), school.case);
}

#[test]
fn the_lead_rules_out_with_a_reason_and_other_words_are_asked_about_anew() {
    let mut school =
        reports("CP-CONCERN", in_words("Mr Achebe", SubjectKind::ParentOrCarer, SubjectRole::Alleged));
    let says = |who: PersonId, school: &mut School, about: PersonId| {
        school.tries(who, |case, act| case.say_who_is_meant(about, IsMeant::No, &why(), act))
    };
    assert_eq!(says(DEPUTY_DSL, &mut school, DEPUTY_DSL), Err(Refusal::NotFound), "not they themselves");
    assert!(matches!(says(HEAD, &mut school, DEPUTY_DSL), Err(Refusal::Refused(_))), "she does not lead");
    assert_eq!(fields(says(DSL, &mut school, NETWORK)), ["person"], "he is not kept out");
    says(DSL, &mut school, DEPUTY_DSL).unwrap();
    assert_eq!(school.sees(DEPUTY_DSL), Some(Sight::Full));
    let ruled_out = school.case.could_be_meant[&DEPUTY_DSL][0].ruled_out.clone().unwrap();
    assert_eq!((ruled_out.by, ruled_out.at), (DSL, school.now));
    let entry = school.entries.last().unwrap();
    assert!(entry.facts.contains(&(Label::NotAbout, Detail::Person(DEPUTY_DSL))), "{entry:?}");
    assert_eq!(school.case.kept_out_for_words().count(), 0);

    school.adds(DSL, in_words("D. Achebe", SubjectKind::SomebodyElse, SubjectRole::Witness));
    assert!(school.sees(DEPUTY_DSL).is_some(), "a witness");
    school.adds(DSL, in_words("Achebe", SubjectKind::SomebodyElse, SubjectRole::NamedOnly));
    assert!(has_nothing(&school, DEPUTY_DSL), "what was said of other words says nothing of these");
}

#[test]
fn the_lead_says_that_it_is_them_and_they_are_alleged_in_the_place_of_the_words() {
    let mut school =
        reports("CP-CONCERN", in_words("Mr Achebe", SubjectKind::SomebodyElse, SubjectRole::NamedOnly));
    school.does(DSL, |case, act| case.say_who_is_meant(DEPUTY_DSL, IsMeant::Yes, &why(), act));
    let subject = school.case.subjects[0].subject;
    assert_eq!(
        (subject.who, subject.kind, subject.role),
        (SubjectIdentity::Person(DEPUTY_DSL), SubjectKind::AdultHere, SubjectRole::Alleged)
    );
    assert_eq!(
        (school.case.subjects.len(), school.case.exclusions[&DEPUTY_DSL].why),
        (1, ExclusionReason::Alleged)
    );
    assert_eq!(school.case.lead(), Desk::Head, "now it is about an adult here");
    assert!(has_nothing(&school, DEPUTY_DSL));
}

#[test]
fn words_matched_to_another_person_keep_no_one_else_out() {
    let mut school =
        reports("STF-PUPIL-CONTACT", in_words("Mr Achebe", SubjectKind::AdultHere, SubjectRole::Alleged));
    let id = school.case.subjects[0].subject.id;
    let teacher = Some(OTHER_TEACHER);
    school.does(HEAD, |case, act| case.change_subject(id, SubjectRole::Alleged, teacher, &why(), act));
    assert!(!school.case.excludes(DEPUTY_DSL) && school.case.excludes(OTHER_TEACHER));
}

#[test]
fn the_person_who_writes_words_for_another_does_not_shut_themself_out() {
    let mut school = School::of_adults(&adults(), &about_pupil(draft("CP-CONCERN")));
    school.adds(DSL, in_words("Mrs Marlowe", SubjectKind::ParentOrCarer, SubjectRole::NamedOnly));
    assert_eq!(school.sees(DSL), Some(Sight::Full));
}

#[test]
fn if_the_head_could_be_meant_the_chair_leads() {
    let mut draft =
        reported("STF-ALLEG", in_words("Mrs Underhill", SubjectKind::AdultHere, SubjectRole::Alleged));
    draft.adult = AdultAnswer::Yes(WhichAdult::SomebodyElse);
    let mut school = School::of_adults(&adults(), &draft);
    assert_eq!((school.case.lead(), school.sees(HEAD), school.sees(DEPUTY_HEAD)), (Desk::Chair, None, None));
    school.does(CHAIR, |case, act| case.say_who_is_meant(HEAD, IsMeant::No, &why(), act));
    assert_eq!((school.case.lead(), school.sees(HEAD)), (Desk::Head, Some(Sight::Full)));
}

#[test]
fn a_reason_that_is_stronger_stands_and_a_weaker_one_hides_nothing() {
    let mut both = about(draft("CP-CONCERN"), DEPUTY_DSL, SubjectKind::AdultHere, SubjectRole::Affected);
    both.subjects.push(in_words("Mr Achebe", SubjectKind::SomebodyElse, SubjectRole::Alleged));
    let kept_out = School::of_adults(&adults(), &both).case.exclusions[&DEPUTY_DSL];
    assert_eq!((kept_out.scope, kept_out.why), (ExclusionScope::All, ExclusionReason::NotRuledOut));
    both.subjects[0].role = SubjectRole::Alleged;
    let kept_out = School::of_adults(&adults(), &both).case.exclusions[&DEPUTY_DSL];
    assert_eq!(kept_out.why, ExclusionReason::Alleged);
}

/// What a person may be called, by rule: whole, by surname, by initial, by title, with other capitals.
fn called(name: &str) -> Vec<String> {
    let (given, family) = name.split_once(' ').unwrap();
    let initial = given.chars().next().unwrap();
    let titles = ["Mr", "Mrs", "Ms", "Dr"].map(|title| format!("{title} {family}"));
    let others = [
        name.to_owned(),
        family.to_owned(),
        family.to_uppercase(),
        name.to_lowercase(),
        format!("{initial} {family}"),
        format!("{initial}. {family}"),
        format!("Miss {initial} {family}"),
    ];
    titles.into_iter().chain(others).collect()
}

/// A case that another one opened, as it is once it has followed that one.
fn opened_by(source: &Case) -> School {
    let mut school = School::of_adults(&adults(), &draft("FIL-FAIL"));
    school.case.id = CaseId(Uuid::from_u128(78));
    school.case.follows.insert(source.id, Default::default());
    let event = school.ask(person(999), |case, act| case.follow_source(source, act)).unwrap();
    (school.case, school.notices) = (event.case().clone(), event.notices().to_vec());
    school
}

/// What became of a case and of the one it was merged into, by the first person who may; nothing if no one may.
fn merged(school: &School, code: &str) -> Option<[School; 2]> {
    let part = |event: &CaseEvent| {
        let mut school = School::of_adults(&adults(), &draft(code));
        (school.case, school.notices) = (event.case().clone(), event.notices().to_vec());
        school
    };
    let mut target = School::of_adults(&adults(), &draft(code));
    target.case.id = CaseId(Uuid::from_u128(77));
    let mut both = SEATS.into_iter().map(|(.., who)| {
        let into = target.case.clone();
        target.ask(who, |_, act| school.case.merge_into(&into, act))
    });
    let events = both.find_map(Result::ok)?;
    Some([part(&events.source), part(&events.target)])
}

/// I1, the sweep: every seat, each way of being called, and every way in which a case can be with a desk.
#[test]
fn i1_every_seat_called_in_every_way_sees_nothing_lodged_linked_merged_ended_or_reopened() {
    let (mut tried, mut seen) = (BTreeMap::<&str, usize>::new(), Vec::new());
    let names: BTreeMap<PersonId, String> =
        adults().into_iter().map(|adult| (adult.person, adult.name)).collect();
    let mut look = |how: &'static str, school: &School, who: PersonId, words: &str| {
        *tried.entry(how).or_default() += 1;
        if !has_nothing(school, who) || !school.case.shuts_out(who) {
            seen.push(format!("{how}: {words}, {}", school.case.category.as_str()));
        }
    };
    for (.., who) in SEATS {
        for words in called(&names[&who]) {
            for code in ["CP-CONCERN", "CON-INAPP", "DAT-LOSS", "SYS-PHISH", "STF-COMM", "FIL-FAIL"] {
                let subject = in_words(&words, SubjectKind::SomebodyElse, SubjectRole::Alleged);
                let mut school = reports(code, subject);
                look("lodged", &school, who, &words);
                look("linked", &opened_by(&school.case), who, &words);
                for school in merged(&school, code).into_iter().flatten() {
                    look("merged", &school, who, &words);
                }
                let staff = SEATS.map(|(.., person)| person);
                if staff.iter().any(|by| school.tries(*by, |case, act| case.no_case(&why(), act)).is_ok()) {
                    look("ended", &school, who, &words);
                }
                if staff.iter().any(|by| school.tries(*by, |case, act| case.reopen(&why(), act)).is_ok()) {
                    look("reopened", &school, who, &words);
                }
            }
        }
    }
    assert_eq!(seen, Vec::<String>::new());
    for how in ["lodged", "linked", "merged", "ended", "reopened"] {
        assert!(tried.get(how).is_some_and(|tried| *tried > 100), "{how}: {tried:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// The case is about "Mr Achebe", and no one rules the deputy out: whatever is done, he has nothing of it as long as a
    /// person in words is alleged or mentioned there.
    #[test]
    fn i1_after_every_verb_whoever_was_not_ruled_out_has_nothing(
        code in prop::sample::select(vec!["CON-INAPP", "CP-CONCERN", "FIL-FAIL", "DAT-LOSS", "STF-COMM", "CDT-CYBULLY"]),
        kind in prop::sample::select(SubjectKind::ALL),
        does in proptest::collection::vec(does(), 1..9),
    ) {
        let mut school = reports(code, in_words("Mr Achebe", kind, SubjectRole::Alleged));
        for what in does {
            for who in [DSL, HEAD, COORDINATOR, NETWORK, CHAIR, EXTERNAL] {
                if school.tries_to(who, what).is_ok() {
                    break;
                }
            }
            let open = school.case.current_subjects().any(|subject| {
                matches!(subject.who, SubjectIdentity::Words(_)) && subject.is_implicated()
            });
            if open {
                prop_assert!(has_nothing(&school, DEPUTY_DSL), "{what:?}");
                prop_assert!(school.case.excludes(DEPUTY_DSL));
            }
        }
    }
}

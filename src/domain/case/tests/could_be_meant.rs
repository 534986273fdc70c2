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

pub(super) fn in_words(words: &str, kind: SubjectKind, role: SubjectRole) -> DraftSubject {
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
pub(super) fn has_nothing(school: &School, who: PersonId) -> bool {
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

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(tries(300)) })]

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

fn added(words: &str) -> NewAddition {
    NewAddition::of(Narrative::parse(words).unwrap())
}

/// What the reporter adds to their only concern.
fn adds(school: &mut School, new: &NewAddition) {
    let concern = school.case.concerns[0].id;
    school.does(TEACHER, |case, act| case.add_to_concern(concern, new, act));
}

#[test]
fn i1_words_added_by_the_reporter_keep_out_whom_they_could_mean_from_then_on() {
    for words in ["It was Mr Achebe.", "The deputy DSL was there too.", "Daniel Achebe did it again."] {
        let mut school = School::of_adults(&adults(), &about_pupil(draft("CP-CONCERN")));
        assert_eq!(school.sees(DEPUTY_DSL), Some(Sight::Full));
        adds(&mut school, &added(words));
        assert!(has_nothing(&school, DEPUTY_DSL), "{words}");
        assert_eq!(school.case.exclusions[&DEPUTY_DSL].why, ExclusionReason::NotRuledOut, "{words}");
        assert!(school.told().contains(&DSL), "{words}: she reads what was added");
        let entry = school.entries.last().unwrap();
        assert!(entry.facts.contains(&(Label::KeptOut, Detail::Person(DEPUTY_DSL))), "{words}: {entry:?}");
        school.does(DSL, |case, act| case.say_who_is_meant(DEPUTY_DSL, IsMeant::No, &why(), act));
        let entry = school.entries.last().unwrap();
        assert!(entry.facts.contains(&(Label::NotKeptOut, Detail::Person(DEPUTY_DSL))), "{words}: {entry:?}");
        assert_eq!(school.sees(DEPUTY_DSL), Some(Sight::Full), "{words}");
        adds(&mut school, &added(words));
        assert!(has_nothing(&school, DEPUTY_DSL), "{words}: other words are asked about anew");
    }
}

#[test]
fn i1_words_added_take_the_case_from_its_owner_and_from_the_lead_they_could_mean() {
    let mut school = School::of_adults(&adults(), &about_pupil(draft("CP-CONCERN")));
    school.triaged(DSL);
    school.does(DSL, |case, act| case.assign(OTHER_TEACHER, act));
    let version = school.case.version;
    adds(&mut school, &added("Miss Vanderbilt shouted at him."));
    assert!(has_nothing(&school, OTHER_TEACHER), "she owned it");
    assert_eq!((school.case.owner, school.case.version), (None, version), "the store counts versions");
    adds(&mut school, &added("And Mrs Marlowe laughed."));
    assert!(has_nothing(&school, DSL) && has_nothing(&school, DEPUTY_DSL), "her deputy works for her");
    assert_eq!(school.case.lead(), Desk::Head);
}

#[test]
fn i1_a_witness_or_an_affected_adult_may_be_the_one_by_what_is_added() {
    for role in [SubjectRole::Witness, SubjectRole::Affected] {
        let reported = about(about_pupil(draft("CP-CONCERN")), DEPUTY_DSL, SubjectKind::AdultHere, role);
        let mut school = School::of_adults(&adults(), &reported);
        let ruled_out = BTreeSet::from([DEPUTY_DSL]);
        adds(&mut school, &NewAddition { ruled_out, ..added("Mr Achebe told me more.") });
        assert_ne!(
            school.case.exclusions.get(&DEPUTY_DSL).map(|kept| kept.scope),
            Some(ExclusionScope::All),
            "{role:?}: the reporter said that it is not about him"
        );
        adds(&mut school, &added("Now I know that it was Mr Achebe."));
        assert!(has_nothing(&school, DEPUTY_DSL), "{role:?}");
        assert_eq!(school.case.exclusions[&DEPUTY_DSL].why, ExclusionReason::NotRuledOut, "{role:?}");
    }
}

#[test]
fn what_the_reporter_says_of_those_the_added_words_could_mean_counts() {
    let mut school = School::of_adults(&adults(), &about_pupil(draft("CP-CONCERN")));
    let words = added("Mr Achebe and Mrs Underhill were there.");
    let (about, ruled_out) = (BTreeSet::from([DEPUTY_DSL]), BTreeSet::from([HEAD]));
    adds(&mut school, &NewAddition { about, ruled_out, ..words });
    assert_eq!(school.case.exclusions[&DEPUTY_DSL].why, ExclusionReason::Alleged);
    assert_eq!((school.case.lead(), school.sees(HEAD)), (Desk::Head, Some(Sight::Full)));
    // A "yes" about a person whom the words do not mean was not asked.
    let about = BTreeSet::from([NETWORK]);
    adds(&mut school, &NewAddition { about, ..added("Nothing more.") });
    assert!(!school.case.excludes(NETWORK));
}

#[test]
fn words_added_about_people_without_a_part_in_it_change_nothing() {
    let mut school = School::of_adults(&adults(), &about_pupil(draft("CP-CONCERN")));
    let before = school.case.exclusions.clone();
    adds(&mut school, &added("Mr Quick told me, and so did Mr Petrovic."));
    assert_eq!((school.case.exclusions.clone(), school.case.lead()), (before, Desk::Dsl));
    assert_eq!(school.case.kept_out_for_words().count(), 0);
}

/// I5: an account that names the SIRO changes nothing while the case is not theirs; once it would be, they are kept out.
#[test]
fn i5_whom_an_account_names_is_kept_out_once_the_case_would_come_to_them() {
    let mut draft = about_pupil(draft("CP-CONCERN"));
    draft.named.insert(SIRO, WhyMeant::Name);
    let mut school = School::of_adults(&adults(), &draft);
    assert_eq!((school.case.excludes(SIRO), school.case.kept_out_for_words().count()), (false, 0));
    let lost = Case { category: category("DAT-LOSS"), ..school.case.clone() };
    let triage = form(&lost, DSL, &[]);
    school.does(DSL, |case, act| case.triage(&triage, act));
    assert!(has_nothing(&school, SIRO));
    assert_eq!(school.case.exclusions[&SIRO].why, ExclusionReason::NotRuledOut);
    school.does(DSL, |case, act| case.say_who_is_meant(SIRO, IsMeant::No, &why(), act));
    assert!(!school.case.excludes(SIRO), "until it is decided");
}

/// I5: an ended case is routed no more, so whom an account in it names is out of it from its end on, whatever role they
/// are given later, until it is decided.
#[test]
fn i5_whom_an_account_names_gets_nothing_of_an_ended_case_by_a_later_role() {
    let mut draft = draft("CON-INAPP");
    draft.named.insert(OTHER_TEACHER, WhyMeant::Name);
    let mut school = School::of_adults(&adults(), &draft);
    assert!(!school.case.excludes(OTHER_TEACHER), "she has no part in it");
    school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    school.seats.push((Desk::Dsl, Seat::Deputy, OTHER_TEACHER));
    assert!(has_nothing(&school, OTHER_TEACHER));
    school.does(COORDINATOR, |case, act| case.reopen(&why(), act));
    assert!(has_nothing(&school, OTHER_TEACHER), "nor once it is open again");
    school.does(COORDINATOR, |case, act| case.say_who_is_meant(OTHER_TEACHER, IsMeant::No, &why(), act));
    assert_eq!(school.sees(OTHER_TEACHER), Some(Sight::Full), "it is decided");
}

/// I5: a teacher whom the account names is made neither owner, reader nor second person, gets no task and no inspection,
/// until the lead has said that it is not about them.
#[test]
fn i5_whom_an_account_names_is_given_nothing_by_name_until_it_is_decided() {
    let mut draft = about_pupil(draft("CP-CONCERN"));
    draft.named.insert(OTHER_TEACHER, WhyMeant::Name);
    let mut school = School::of_adults(&adults(), &draft);
    let triage = form(&school.case, OTHER_TEACHER, &[]);
    let owned = school.tries(DSL, |case, act| case.triage(&triage, act));
    assert_eq!(owned, Err(Refusal::field("owner", Problem::NamedInAccount)));
    school.triaged(DSL);
    let task = NewTask {
        words: Line::parse("Call home").unwrap(),
        person: Some(OTHER_TEACHER),
        due: crate::domain::kernel::clock::Rule::SchoolDays(1),
    };
    let inspects = inspector(OTHER_TEACHER, school.now);
    let given = [
        school.tries(DSL, |case, act| case.assign(OTHER_TEACHER, act)),
        school.tries(DSL, |case, act| case.share(OTHER_TEACHER, ShareKind::Reader, None, &why(), act)),
        school.tries(DSL, |case, act| case.share(OTHER_TEACHER, ShareKind::Reviewer, None, &why(), act)),
        school.tries(DSL, |case, act| case.task(&task, act)),
        school.tries(DSL, |case, act| case.select_for(&inspects, None, &why(), act)),
    ];
    for (refused, field) in given.into_iter().zip(["owner", "person", "person", "person", "person"]) {
        assert_eq!(refused, Err(Refusal::field(field, Problem::NamedInAccount)));
    }
    assert!(has_nothing(&school, OTHER_TEACHER) && !school.case.excludes(OTHER_TEACHER));
    assert!(school.ask(DSL, |case, act| case.offers(act)).contains(&Move::SayWho), "she can decide");
    school.does(DSL, |case, act| case.say_who_is_meant(OTHER_TEACHER, IsMeant::No, &why(), act));
    school.does(DSL, |case, act| case.assign(OTHER_TEACHER, act));
    assert_eq!(school.sees(OTHER_TEACHER), Some(Sight::Full));
}

/// I5: nor does a case go to a role in which the account names a person; one who is given such a role later is kept out.
#[test]
fn i5_whom_an_account_names_does_not_get_it_through_a_role_it_is_sent_to() {
    let mut draft = about_pupil(draft("CP-CONCERN"));
    draft.named.extend([(SIRO, WhyMeant::Name), (OTHER_TEACHER, WhyMeant::Name)]);
    let mut school = School::of_adults(&adults(), &draft);
    let sent = school.tries(DSL, |case, act| case.send_to(Desk::InformationRisk, &why(), act));
    assert_eq!(sent, Err(Refusal::field("desk", Problem::RoleNamedInAccount)));
    assert!(has_nothing(&school, SIRO));
    school.does(DSL, |case, act| case.say_who_is_meant(SIRO, IsMeant::No, &why(), act));
    school.does(DSL, |case, act| case.send_to(Desk::InformationRisk, &why(), act));
    assert_eq!(school.sees(SIRO), Some(Sight::Full));
    school.seats.push((Desk::InformationRisk, Seat::Deputy, OTHER_TEACHER));
    let followed = school.ask(SIRO, |case, act| case.follow_duties(&Gone::default(), act)).unwrap();
    school.case = followed.case().clone();
    assert_eq!((school.sees(OTHER_TEACHER), school.sees(SIRO)), (None, Some(Sight::Full)));
}

//! I2: people who joined the school, or were given a role, after words of a case were written that could mean them.

use super::*;
use crate::domain::people::candidates::WhyMeant;

const NEW: PersonId = person(301);

fn called(person: PersonId, name: &str) -> Adult {
    Adult { person, name: name.to_owned(), former_names: Vec::new(), post: None }
}

/// A report about a person in words, who is no one of the register yet.
fn about_words(code: &str, words: &str) -> Draft {
    let mut draft = draft(code);
    let who = Somebody::InWords(Line::parse(words).unwrap());
    draft.subjects.push(DraftSubject { who, kind: SubjectKind::SomebodyElse, role: SubjectRole::Alleged });
    draft
}

impl School {
    /// An adult is added to the register and becomes a deputy, and the case follows, in which all words are these. Whether
    /// anything changed.
    fn is_joined_by(&mut self, adult: Adult, desk: Desk, written: &str) -> bool {
        self.now += TimeDelta::minutes(1);
        let since = BTreeMap::from([(adult.person, self.now)]);
        self.seats.push((desk, Seat::Deputy, adult.person));
        self.adults.push(adult);
        self.compares(&Newcomers { joined: since.clone(), began: since }, written)
    }

    fn compares(&mut self, new: &Newcomers, written: &str) -> bool {
        let texts = self.case.words_to_compare().into_iter();
        let words: BTreeMap<TextId, String> = texts.map(|(_, text, _)| (text, written.to_owned())).collect();
        let (nobody, setting) = (Standing::nobodys(SCHOOL, self.now), self.setting());
        let mut act = Act::new(&nobody, &setting, &mut self.random);
        let followed = self.case.follow_people(&Gone::default(), (new, &words), &mut act);
        let Some(event) = followed else { return false };
        assert_eq!(event.actor(), None);
        self.case = event.case().clone();
        self.notices = event.notices().to_vec();
        self.entries.push(event.entry().clone());
        self.holds_together();
        true
    }
}

#[test]
fn i2_words_keep_out_a_person_who_joins_later_until_they_are_ruled_out() {
    let mut school = School::of_adults(&[], &about_words("CON-INAPP", "Mr Achebe"));
    assert!(school.is_joined_by(called(NEW, "Oscar Achebe"), Desk::OnlineSafety, "Mr Achebe"));
    assert_eq!((school.sees(NEW), school.case.exclusions[&NEW].why), (None, ExclusionReason::NotRuledOut));
    let entry = school.entries.last().unwrap();
    assert!(entry.facts.contains(&(Label::KeptOut, Detail::Person(NEW))), "{entry:?}");
    let since = BTreeMap::from([(NEW, school.now)]);
    let new = Newcomers { joined: since.clone(), began: since };
    assert!(!school.compares(&new, "Mr Achebe"), "once");
    school.does(COORDINATOR, |case, act| case.say_who_is_meant(NEW, IsMeant::No, &why(), act));
    assert_eq!(school.sees(NEW), Some(Sight::Full));
    assert!(!school.compares(&new, "Mr Achebe"), "who was ruled out stays so");
    let other = person(302);
    assert!(!school.is_joined_by(called(other, "Zelda Quist"), Desk::OnlineSafety, "Mr Achebe"));
    assert_eq!(school.sees(other), Some(Sight::Full), "another name keeps no one out");
}

#[test]
fn i2_a_case_that_has_ended_keeps_them_out_and_so_does_one_that_is_opened_again() {
    let mut school = School::of_adults(&[], &about_words("CON-INAPP", "Mr Achebe"));
    school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    let status = school.case.status;
    assert!(school.is_joined_by(called(NEW, "Oscar Achebe"), Desk::OnlineSafety, "Mr Achebe"));
    assert_eq!((school.sees(NEW), school.case.status, school.told()), (None, status, Vec::new()));
    school.does(COORDINATOR, |case, act| case.reopen(&why(), act));
    assert!(school.sees(NEW).is_none() && !school.told().contains(&NEW));
}

/// One whom the account named when it was written, and who is given the role when the case has ended.
#[test]
fn i5_a_role_given_later_opens_no_ended_case_whose_account_names_them() {
    let mut draft = draft("CON-INAPP");
    draft.named.insert(OTHER_TEACHER, WhyMeant::Name);
    let mut school = School::of_adults(&[called(OTHER_TEACHER, "Leonie Vanderbilt")], &draft);
    school.does(COORDINATOR, |case, act| case.no_case(&why(), act));
    school.seats.push((Desk::OnlineSafety, Seat::Deputy, OTHER_TEACHER));
    assert!(!school.compares(&Newcomers::default(), ""), "it was kept from them at its end");
    assert_eq!(school.sees(OTHER_TEACHER), None);
    school.does(COORDINATOR, |case, act| case.reopen(&why(), act));
    assert_eq!(school.sees(OTHER_TEACHER), None);
}

#[test]
fn i5_an_account_keeps_out_whom_it_names_and_not_who_has_a_role_by_now() {
    let told = |name: &str, written: &str| {
        let mut school = School::of_adults(&[], &about_pupil(draft("CP-CONCERN")));
        let changed = school.is_joined_by(called(NEW, name), Desk::Dsl, written);
        (changed, school.sees(NEW))
    };
    assert_eq!(told("Oscar Achebe", "Mr Achebe pushed him."), (true, None));
    assert_eq!(told("Zelda Quist", "I told the deputy DSL at once."), (false, Some(Sight::Full)));
}

/// The words stand for a person of the case: whoever is called so by a role that began since could be that person.
#[test]
fn i2_a_role_that_begins_later_can_be_the_one_that_was_meant() {
    let leonie = called(OTHER_TEACHER, "Leonie Vanderbilt");
    let mut school = School::of_adults(&[leonie], &about_words("CP-CONCERN", "the deputy DSL"));
    assert!(!school.case.excludes(OTHER_TEACHER));
    school.now += TimeDelta::minutes(1);
    school.seats.push((Desk::Dsl, Seat::Deputy, OTHER_TEACHER));
    let new = Newcomers { joined: BTreeMap::new(), began: BTreeMap::from([(OTHER_TEACHER, school.now)]) };
    assert!(school.compares(&new, "the deputy DSL"));
    assert_eq!(school.sees(OTHER_TEACHER), None);
}

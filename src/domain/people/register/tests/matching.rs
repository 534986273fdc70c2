//! Who is who: a pupil is never doubled, and no one is guessed.

use super::*;
use crate::domain::people::{
    register::{
        context::Flag,
        plan::{Ask, NotAgreed, Ruling, Target},
    },
    ties::Tie,
};

/// What changes about the first person of a plan.
fn changes(plan: &Plan) -> Vec<(Field, Option<&str>, Option<&str>)> {
    let changes = plan.changed[0].changes.iter();
    changes.map(|change| (change.field, change.old.as_deref(), change.new.as_deref())).collect()
}

fn osei() -> WrittenRow {
    pupil(2, "Osei", "Amara").with(Field::Upn, OSEI).with(Field::BornOn, "04/03/2014")
}

#[test]
fn a_number_finds_the_pupil_whatever_else_changed() {
    let people = [known(1, "Osei", "Amara").upn(OSEI)];
    let plan = planned(&people, list(&[osei().with(Field::YearGroup, "8")]));
    assert_eq!(counts(&plan), [0, 1, 0, 0, 0, 0]);
    assert_eq!(
        changes(&plan),
        [(Field::BornOn, None, Some("4 March 2014")), (Field::YearGroup, None, Some("Year 8"))]
    );
}

#[test]
fn the_same_list_again_changes_nothing() {
    let people = [known(1, "Osei", "Amara").upn(OSEI).born(2014, 3, 4)];
    assert_eq!(counts(&planned(&people, list(&[osei()]))), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn a_name_and_a_birthday_find_the_pupil_whatever_the_spelling() {
    let people = [known(1, "O\u{2019}Séi", "Zoë").born(2014, 3, 4).typed_in()];
    let row = pupil(2, "OSEI", "Zoe").with(Field::BornOn, "2014-03-04").with(Field::Upn, OSEI);
    let plan = planned(&people, list(&[row]));
    assert_eq!(counts(&plan), [0, 1, 0, 0, 0, 0]);
    assert_eq!(plan.changed[0].record.upn.as_ref().unwrap().as_str(), OSEI);
}

#[test]
fn a_permanent_number_takes_the_place_of_a_temporary_one_and_not_the_other_way() {
    let with =
        |upn: &str| list(&[pupil(2, "Osei", "Amara").with(Field::Upn, upn).with(Field::BornOn, "4/3/2014")]);
    let people = [known(1, "Osei", "Amara").upn(TEMPORARY).born(2014, 3, 4)];
    let plan = planned(&people, with(OSEI));
    assert_eq!(changes(&plan)[0], (Field::Upn, Some(TEMPORARY), Some(OSEI)));
    let people = [known(1, "Osei", "Amara").upn(OSEI).born(2014, 3, 4)];
    assert_eq!(
        reasons(&planned(&people, with(TEMPORARY))),
        [(place(2), Some(Field::Upn), Why::TemporaryAgain)]
    );
}

#[test]
fn a_former_number_finds_the_pupil() {
    let people = [known(1, "Osei", "Amara").upn(TEMPORARY)];
    let plan = planned(&people, list(&[osei().with(Field::FormerUpn, TEMPORARY)]));
    assert_eq!(counts(&plan), [0, 1, 0, 0, 0, 0]);
}

#[test]
fn two_of_one_name_and_birthday_are_not_guessed_between() {
    let people = [
        known(1, "Osei", "Amara").born(2014, 3, 4).typed_in(),
        known(2, "Osei", "Amara").born(2014, 3, 4).typed_in(),
    ];
    let plan = planned(&people, list(&[osei()]));
    let people_known = ShownName("Amara Osei; Amara Osei".to_owned());
    assert_eq!(reasons(&plan), [(place(2), None, Why::PerhapsKnown { people: people_known })]);
    let rulings = Rulings::from([(place(2), Ruling::Same(id(2)))]);
    assert_eq!(ruled(&people, list(&[osei()]), &rulings).changed[0].person, id(2));
    let rulings = Rulings::from([(place(2), Ruling::SomebodyElse)]);
    assert_eq!(counts(&ruled(&people, list(&[osei()]), &rulings)), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_name_alone_matches_nobody_and_adds_nobody() {
    let people = [known(1, "Osei", "Amara").typed_in()];
    let row = pupil(2, "Osei", "Amara").with(Field::OwnId, "17");
    let plan = planned(&people, list(std::slice::from_ref(&row)));
    assert_eq!(counts(&plan), [0, 0, 0, 0, 0, 1]);
    // The source itself tells two of its records apart.
    let people = [known(1, "Osei", "Amara").called("16")];
    let both = list(&[row, pupil(3, "Osei", "Amara").with(Field::OwnId, "16")]);
    assert_eq!(counts(&planned(&people, both)), [1, 0, 0, 0, 1, 0]);
}

#[test]
fn two_permanent_numbers_are_two_children_worth_a_look() {
    let people = [known(1, "Osei", "Amara").upn(REID).born(2014, 3, 4)];
    let both =
        list(&[osei(), pupil(3, "Osei", "Amara").with(Field::Upn, REID).with(Field::BornOn, "4/3/2014")]);
    assert_eq!(counts(&planned(&people, both)), [1, 0, 0, 0, 1, 0]);
    let plan = planned(&people, Incoming { extent: Extent::Part, ..list(&[osei()]) });
    assert_eq!((counts(&plan), plan.look_alikes.len()), ([1, 0, 0, 0, 0, 0], 1));
}

#[test]
fn what_repeats_in_a_list_is_refused_in_every_row() {
    let twice = list(&[osei(), pupil(9, "Reid", "Callum").with(Field::Upn, OSEI)]);
    assert_eq!(
        reasons(&planned(&[], twice)),
        [
            (place(2), Some(Field::Upn), Why::Repeated { others: Others(vec![place(9)]) }),
            (place(9), Some(Field::Upn), Why::Repeated { others: Others(vec![place(2)]) }),
        ]
    );
    let child = |line| pupil(line, "Osei", "Amara").with(Field::OwnId, line.to_string());
    let born = |line| child(line).with(Field::BornOn, "4/3/2014");
    let plan = planned(&[], list(&[born(2), born(3)]));
    assert_eq!(reasons(&plan)[0], (place(2), None, Why::SameChild { others: Others(vec![place(3)]) }));
    assert_eq!(counts(&planned(&[], list(&[child(2), child(3)]))), [2, 0, 0, 0, 0, 0]);
    let staff =
        |line| staff(line, "Marsh", &format!("Rob{line}")).with(Field::Email, "office@school.example");
    assert_eq!(counts(&planned(&[], list(&[staff(2), staff(3)])))[5], 2);
}

#[test]
fn two_rows_that_are_one_person_are_refused() {
    let people = [known(1, "Osei", "Amara").upn(OSEI).called("7").born(2014, 3, 4)];
    let other = pupil(3, "Osei", "Amara").with(Field::OwnId, "7").with(Field::BornOn, "5/3/2014");
    let plan = planned(&people, list(&[osei(), other]));
    assert_eq!(reasons(&plan)[0], (place(2), None, Why::SamePerson { others: Others(vec![place(3)]) }));
    assert_eq!(counts(&plan), [0, 0, 0, 0, 0, 2]);
}

#[test]
fn somebody_another_row_has_already_is_not_added_again() {
    let people = [known(1, "Osei", "Amara").upn(OSEI).born(2014, 3, 4)];
    let by_number = pupil(2, "Osei", "Amara").with(Field::Upn, OSEI);
    let by_name = pupil(3, "Osei", "Amara").with(Field::OwnId, "5").with(Field::BornOn, "4/3/2014");
    assert_eq!(counts(&planned(&people, list(&[by_number, by_name]))), [0, 0, 0, 0, 1, 1]);
}

#[test]
fn an_identifier_given_to_somebody_else_is_refused() {
    let people = [known(1, "Reid", "Callum").upn(OSEI).born(2013, 1, 1)];
    let callum = ShownName("Callum Reid".to_owned());
    assert_eq!(
        reasons(&planned(&people, list(&[osei()]))),
        [(place(2), Some(Field::Upn), Why::SomebodyElses { people: callum })]
    );
    let people = [known(1, "Osei", "Amara").upn(OSEI), known(2, "Osei", "Amara").called("7")];
    let plan = planned(&people, list(&[osei().with(Field::OwnId, "7")]));
    let people = ShownName("Amara Osei; Amara Osei".to_owned());
    assert_eq!(reasons(&plan)[0].2, Why::SeveralPeople { people });
}

#[test]
fn staff_are_found_by_address_but_not_a_newcomer_by_a_leaver_s() {
    let people = [known(1, "Marsh", "Robert").adult().email("r.marsh@school.example").typed_in()];
    let row = |given: &str, family: &str| {
        list(&[staff(2, family, given).with(Field::Email, "R.Marsh@school.example").with(Field::OwnId, "7")])
    };
    assert_eq!(counts(&planned(&people, row("Robert", "Marsh")))[1..], [0, 0, 0, 1, 0]);
    // Married: one word of the name is as it was.
    assert_eq!(counts(&planned(&people, row("Robert", "Price"))), [0, 1, 0, 0, 0, 0]);
    assert_eq!(counts(&planned(&people, row("Rachel", "Mortimer")))[5], 1);
    let people = people.map(Known::left);
    assert_eq!(counts(&planned(&people, row("Rachel", "Mortimer"))), [1, 0, 0, 0, 0, 0]);
}

#[test]
fn a_governor_on_the_staff_list_becomes_staff_and_keeps_everything() {
    let mut governor = known(1, "Marsh", "Robert").email("r.marsh@school.example").typed_in();
    governor.kind = PersonKind::GovernorOnly;
    let row = staff(2, "Marsh", "Robert").with(Field::Email, "r.marsh@school.example");
    let plan = planned(&[governor], list(&[row]));
    assert_eq!((plan.changed[0].kind, plan.changed[0].changes.len()), (PersonKind::Staff, 0));
}

#[test]
fn an_adult_of_the_same_name_is_not_doubled() {
    let people = [known(1, "Marsh", "Robert").adult().email("head@school.example").typed_in()];
    let row = staff(2, "Marsh", "Robert").with(Field::Email, "r.marsh@school.example");
    assert_eq!(counts(&planned(&people, list(&[row])))[5], 1);
}

#[test]
fn what_is_blank_clears_what_describes_and_never_what_tells_who() {
    let mut person = known(1, "Osei", "Amara").upn(OSEI).born(2014, 3, 4).called("7");
    person.record.tutor_group = Some("8B".parse().unwrap());
    person.record.preferred_given = Some(Name::parse("Ama").unwrap());
    person.record.name = "Ama Osei".to_owned();
    let row = pupil(2, "Osei", "Amara")
        .with(Field::OwnId, "7")
        .with(Field::Upn, "")
        .with(Field::BornOn, "")
        .with(Field::TutorGroup, "")
        .with(Field::PreferredGivenName, "");
    let plan = planned(&[person.clone()], list(&[row]));
    let kept = &plan.changed[0].record;
    assert_eq!((kept.upn.clone(), kept.born), (person.record.upn, person.record.born));
    assert_eq!((kept.tutor_group.clone(), kept.name.as_str()), (None, "Amara Osei"));
    assert_eq!(plan.changed[0].changes.len(), 2);
}

#[test]
fn context_goes_beside_the_plan_and_is_no_change_a_page_shows() {
    let people = [known(1, "Osei", "Amara").upn(OSEI).born(2014, 3, 4)];
    let plan = planned(&people, list(&[osei().with(Field::ProtectionPlan, "yes")]));
    assert_eq!(counts(&plan), [0, 0, 0, 0, 1, 0]);
    assert_eq!(plan.context[0].1.protection_plan, Some(Flag::Yes));
    assert!(!format!("{plan:?}").contains("Yes"));
}

#[test]
fn brothers_sisters_and_parents_on_the_staff_become_close_once() {
    let people = [known(1, "Marsh", "Robert").adult().email("r.marsh@school.example").typed_in()];
    let rows = [
        osei().with(Field::Siblings, REID).with(Field::StaffParents, "r.marsh@school.example"),
        pupil(3, "Reid", "Callum")
            .with(Field::Upn, REID)
            .with(Field::Siblings, format!("{OSEI}; {TEMPORARY}")),
    ];
    let plan = planned(&people, list(&rows));
    let ties: Vec<_> = plan.ties.iter().map(|tie| (tie.one, tie.other, tie.tie)).collect();
    let parent = (Target::Known(id(1)), Target::New(0), Tie::Parent);
    assert_eq!(ties, [parent, (Target::New(0), Target::New(1), Tie::Sibling)]);
}

#[test]
fn one_rejected_row_and_nothing_may_be_kept() {
    let plan = planned(&[], list(&[osei(), pupil(3, "Reid", "Callum").with(Field::Upn, "A801200005001")]));
    assert_eq!(counts(&plan), [1, 0, 0, 0, 0, 1]);
    assert!(matches!(plan.agree(None), Err(NotAgreed::Rejected(_))));
    let plan = planned(&[], list(&[osei()]));
    assert_eq!(plan.asks, Vec::<Ask>::new());
    assert_eq!(plan.agree(None).unwrap().plan().new.len(), 1);
}

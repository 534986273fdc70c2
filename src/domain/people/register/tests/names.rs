//! A list gives no person with a role another name by itself, and no new person the name of one; the rest is taken.

use super::*;
use crate::domain::people::renaming::{NameChange, WhyTwo};

fn dinah() -> Known {
    Known { duties: HasDuties::Some, ..known(1, "Lead", "Dinah").adult().called("S1") }
}

fn planned_with(people: &[Known], former: &[(u128, &str)], rows: &[WrittenRow], rulings: &Rulings) -> Plan {
    let former: BTreeMap<PersonId, Vec<String>> =
        former.iter().map(|(person, name)| (id(*person), vec![(*name).to_owned()])).collect();
    plan(Register { people, ties: &BTreeSet::new(), former: &former }, list(rows), rulings)
}

#[test]
fn the_name_of_a_person_with_a_role_waits_while_the_rest_of_the_row_is_taken() {
    let row = staff(2, "Leed", "Dinah").with(Field::OwnId, "S1").with(Field::Post, "Deputy head");
    let plan = planned_with(&[dinah()], &[], &[row], &Rulings::new());
    assert_eq!(counts(&plan), [0, 1, 0, 0, 0, 0]);
    let changed = &plan.changed[0];
    assert_eq!(changed.record.names(), dinah().record.names());
    assert_eq!(changed.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [Field::Post]);
    let [waiting] = &plan.waiting[..] else { panic!("{:?}", plan.waiting) };
    assert_eq!(
        (&waiting.name.0[..], waiting.why, &waiting.place),
        ("Dinah Leed", WhyTwo::HasRole, &place(2))
    );
    assert!(matches!(&waiting.change, NameChange::Rename { person, .. } if *person == id(1)));
    assert_eq!(waiting.line().words(), "Dinah Lead to Dinah Leed, because they have a role");
}

#[test]
fn a_name_alone_that_waits_leaves_the_person_as_they_were() {
    let row = staff(2, "Leed", "Dinah").with(Field::OwnId, "S1");
    let plan = planned_with(&[dinah()], &[], &[row], &Rulings::new());
    assert_eq!((counts(&plan), plan.waiting.len()), ([0, 0, 0, 0, 1, 0], 1));
}

#[test]
fn others_are_renamed_by_a_list_but_not_to_the_name_of_another_adult() {
    let teacher = || known(2, "Teach", "Tessa").adult().called("S2");
    let named = |family: &str, given: &str| {
        let row = staff(2, family, given).with(Field::OwnId, "S2");
        let plan = planned_with(&[dinah(), teacher()], &[(1, "Dinah Marlowe")], &[row], &Rulings::new());
        (plan.changed.len(), plan.waiting.iter().map(|waiting| waiting.why).collect::<Vec<_>>())
    };
    assert_eq!(named("Brook", "Tessa"), (1, vec![]));
    assert_eq!(named("Teach", "TESSA"), (1, vec![]), "capitals are no other name");
    // One word of a name has to stay, or the row is another person's.
    let row = staff(2, "Marlowe", "Dinah").with(Field::OwnId, "S2");
    let plan = planned_with(&[dinah(), teacher()], &[(1, "Dinah Marlowe")], &[row], &Rulings::new());
    assert_eq!(plan.waiting.len(), 1, "a former name is a name of theirs: {plan:?}");
}

#[test]
fn a_new_row_of_a_name_that_a_person_with_a_role_has_or_had_waits() {
    let row = staff(2, "Marlowe", "Dinah").with(Field::Email, "dinah.two@school.example");
    let row = std::slice::from_ref(&row);
    let plan = planned_with(&[dinah()], &[(1, "Dinah Marlowe")], row, &Rulings::new());
    assert_eq!((plan.new.len(), plan.waiting.len(), plan.rejected.len()), (0, 1, 0));
    assert!(matches!(&plan.waiting[0].change, NameChange::Add { kind: PersonKind::Staff, email: Some(_) }));
    // Said to be another person, a row of the name she has waits as well.
    let same = staff(2, "Lead", "Dinah").with(Field::Email, "dinah.two@school.example");
    let rulings = Rulings::from([(place(2), super::super::plan::Ruling::SomebodyElse)]);
    let plan = planned_with(&[dinah()], &[], &[same], &rulings);
    assert_eq!((plan.new.len(), plan.waiting.len(), plan.rejected.len()), (0, 1, 0));
    // Without a role, one person says who it is.
    let without = Known { duties: HasDuties::None, ..dinah() };
    let plan = planned_with(&[without], &[(1, "Dinah Marlowe")], row, &Rulings::new());
    assert_eq!((plan.new.len(), plan.waiting.len()), (1, 0), "{plan:?}");
}

#[test]
fn the_address_of_a_person_with_a_role_waits_while_the_rest_of_the_row_is_taken() {
    let row = staff(2, "Lead", "Dinah").with(Field::OwnId, "S1").with(Field::Email, "mine@evil.example");
    let row = row.with(Field::Post, "Deputy head");
    let plan = planned_with(&[dinah()], &[], std::slice::from_ref(&row), &Rulings::new());
    assert_eq!(counts(&plan), [0, 1, 0, 0, 0, 0]);
    let changed = &plan.changed[0];
    assert_eq!(changed.record.email, dinah().record.email);
    assert_eq!(changed.changes.iter().map(|change| change.field).collect::<Vec<_>>(), [Field::Post]);
    let [waiting] = &plan.waiting[..] else { panic!("{:?}", plan.waiting) };
    assert!(
        matches!(&waiting.change, NameChange::Address { person, email: Some(_), .. } if *person == id(1))
    );
    assert_eq!(waiting.line().words(), "Dinah Lead, another e-mail address, because they have a role");
    // Without a role it is taken.
    let without = Known { duties: HasDuties::None, ..dinah() };
    let plan = planned_with(&[without], &[], &[row], &Rulings::new());
    assert_eq!((plan.waiting.len(), plan.changed[0].record.email.is_some()), (0, true));
}

#[test]
fn a_new_row_of_a_name_that_is_nearly_a_role_holders_waits() {
    let near = |family: &str, given: &str| {
        let row = staff(2, family, given).with(Field::Email, "new@school.example");
        let plan = planned_with(&[dinah()], &[], &[row], &Rulings::new());
        (plan.new.len(), plan.waiting.iter().map(|waiting| waiting.why).collect::<Vec<_>>())
    };
    assert_eq!(near("Leed", "Dinah"), (0, vec![WhyTwo::Near]));
    assert_eq!(near("Dinah", "Laed"), (0, vec![WhyTwo::Near]), "in any order");
    assert_eq!(near("Ladder", "Dinah"), (1, vec![]));
}

#[test]
fn a_pupil_may_have_any_name() {
    let plan =
        planned_with(&[dinah()], &[], &[pupil(2, "Lead", "Dinah").with(Field::OwnId, "P9")], &Rulings::new());
    assert_eq!((plan.new.len(), plan.waiting.len()), (1, 0), "{plan:?}");
}

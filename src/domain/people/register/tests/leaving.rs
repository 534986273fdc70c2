//! Who has left, who is back, and when an administrator is asked first.

use super::*;
use crate::domain::people::register::plan::{Ask, NotAgreed};

const UPNS: [&str; 2] = [OSEI, REID];

fn two_known() -> [Known; 2] {
    [known(1, "Osei", "Amara").upn(OSEI), known(2, "Reid", "Callum").upn(REID)]
}

fn row(line: u64) -> WrittenRow {
    let (family, given) = [("Osei", "Amara"), ("Reid", "Callum")][usize::try_from(line).unwrap() - 2];
    pupil(line, family, given).with(Field::Upn, UPNS[usize::try_from(line).unwrap() - 2])
}

#[test]
fn who_is_missing_from_a_whole_list_has_left_and_from_a_part_has_not() {
    assert_eq!(counts(&planned(&two_known(), list(&[row(2)]))), [0, 0, 0, 1, 1, 0]);
    let part = Incoming { extent: Extent::Part, ..list(&[row(2)]) };
    assert_eq!(counts(&planned(&two_known(), part)), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn nobody_leaves_by_a_list_they_were_never_on() {
    let [osei, reid] = two_known();
    let others = [
        osei,
        reid.typed_in(),
        known(3, "Marsh", "Robert").adult(),
        Known { from: BTreeMap::from([(Source::Sims, None)]), ..known(4, "Cole", "Ivy") },
        known(5, "Hart", "Leo").left(),
    ];
    assert_eq!(counts(&planned(&others, list(&[row(2)]))), [0, 0, 0, 0, 1, 0]);
}

#[test]
fn the_list_s_own_word_that_somebody_left_counts_in_a_part_too() {
    let gone = row(3).with(Field::LeftOn, "20/07/2026");
    let part = Incoming { extent: Extent::Part, ..list(&[gone]) };
    let plan = planned(&two_known(), part);
    assert_eq!((counts(&plan)[3], plan.leavers[0].name.as_str()), (1, "Callum Reid"));
}

#[test]
fn who_comes_back_is_themselves_again() {
    let [osei, reid] = two_known();
    let plan = planned(&[osei, reid.left()], list(&[row(2), row(3)]));
    assert_eq!(counts(&plan), [0, 0, 1, 0, 1, 0]);
    assert_eq!(plan.back[0].person, id(2));
}

#[test]
fn a_row_that_cannot_be_read_does_not_make_its_person_a_leaver() {
    let plan = planned(&two_known(), list(&[row(2), row(3).with(Field::BornOn, "soon")]));
    assert_eq!(counts(&plan), [0, 0, 0, 0, 1, 1]);
    let twice =
        planned(&two_known(), list(&[row(2), row(3), pupil(4, "Reid", "Cal").with(Field::Upn, REID)]));
    assert_eq!(counts(&twice), [0, 0, 0, 0, 1, 2]);
}

#[test]
fn more_than_a_third_leaving_has_to_be_confirmed_by_number() {
    let plan = planned(&two_known(), list(&[row(2)]));
    assert_eq!(plan.asks, [Ask::ManyWouldLeave { group: Group::Pupils, leaving: 1, of: 2 }]);
    let Err(NotAgreed::Unconfirmed(plan)) = plan.agree(None) else { panic!("agreed unasked") };
    let Err(NotAgreed::Unconfirmed(plan)) = plan.agree(Some(2)) else { panic!("agreed to another number") };
    assert!(plan.agree(Some(1)).is_ok());
}

#[test]
fn a_third_exactly_is_not_asked_about() {
    let mut people: Vec<Known> = (0..6).map(|n| known(n, "Osei", "Amara").called(&n.to_string())).collect();
    let rows: Vec<WrittenRow> =
        (0..4).map(|n| pupil(n + 2, "Osei", "Amara").with(Field::OwnId, n.to_string())).collect();
    assert_eq!(planned(&people, list(&rows)).asks, []);
    people.pop();
    people.push(known(9, "Osei", "Amara").called("9").left());
    assert_eq!(planned(&people, list(&rows[..3])).asks.len(), 1);
}

#[test]
fn a_leaver_with_a_duty_is_named() {
    let mut people: Vec<Known> =
        (0..6).map(|n| known(n, "Marsh", "Rob").adult().called(&n.to_string())).collect();
    people[5].duties = HasDuties::Some;
    let rows: Vec<WrittenRow> =
        (0..5).map(|n| staff(n + 2, "Marsh", "Rob").with(Field::OwnId, n.to_string())).collect();
    let plan = planned(&people, list(&rows));
    assert_eq!(plan.asks, [Ask::DutiesWouldFallVacant(vec!["Rob Marsh".to_owned()])]);
    assert!(plan.agree(None).is_err());
}

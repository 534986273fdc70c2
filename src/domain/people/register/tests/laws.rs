//! What holds of every import, and how long a large one takes.

use super::*;
use crate::domain::people::register::{plan::Target, upn::Upn};
use proptest::prelude::*;
use std::time::{Duration, Instant};

const FAMILIES: [&str; 6] = ["Osei", "Reid", "O'Brien", "Smith-Jones", "Łukasz", "Cole"];
const GIVEN: [&str; 5] = ["Amara", "Callum", "Zoë", "Ivy", "Leo"];
const OF_UPN: [&str; 4] = [OSEI, REID, TEMPORARY, ""];

/// Rows from a small stock, so that they repeat, resemble and contradict one another.
fn rows() -> impl Strategy<Value = Vec<WrittenRow>> {
    let row = (0usize..6, 0usize..5, 0usize..4, 0u32..4, 0u32..12);
    proptest::collection::vec(row, 0..12).prop_map(|rows| {
        let row = |(line, (family, given, upn, day, own)): (u64, (usize, usize, usize, u32, u32))| {
            let mut row = pupil(line, FAMILIES[family], GIVEN[given]).with(Field::Upn, OF_UPN[upn]);
            if day > 0 {
                row.say(Field::BornOn, format!("{day:02}/03/2014"));
            }
            if own > 3 {
                row.say(Field::OwnId, own.to_string());
            }
            row
        };
        (2..).zip(rows).map(row).collect()
    })
}

/// The register once a plan has been kept: what the store has to do, without a store.
fn kept(people: &[Known], plan: &Plan) -> Vec<Known> {
    let mut after = people.to_vec();
    let find =
        |after: &mut Vec<Known>, who: PersonId| after.iter().position(|known| known.id == who).unwrap();
    for changed in plan.changed.iter().chain(&plan.back) {
        let at = find(&mut after, changed.person);
        after[at].record = changed.record.clone();
        after[at].kind = changed.kind;
        after[at].presence = Presence::Here;
    }
    for leaver in &plan.leavers {
        let at = find(&mut after, leaver.person);
        after[at].presence = Presence::Left;
    }
    for (who, own_id) in &plan.seen {
        let at = find(&mut after, *who);
        after[at].from.insert(plan.source, own_id.clone());
    }
    for (number, new) in (1000..).zip(&plan.new) {
        after.push(Known {
            kind: new.kind,
            record: new.record.clone(),
            from: BTreeMap::from([(plan.source, new.id.clone())]),
            context: new.context,
            ..known(number + after.len() as u128, "Osei", "Amara")
        });
    }
    after
}

/// The rows that are taken, so that the others do not stop an import.
fn good(people: &[Known], mut rows: Vec<WrittenRow>) -> Vec<WrittenRow> {
    loop {
        let rejected = planned(people, list(&rows)).rejected;
        if rejected.is_empty() {
            return rows;
        }
        rows.retain(|row| rejected.iter().all(|rejected| rejected.place != row.place));
    }
}

proptest! {
    #[test]
    fn every_row_comes_to_exactly_one_thing(before in rows(), after in rows()) {
        let first = planned(&[], list(&before));
        let people = kept(&[], &Plan { rejected: Vec::new(), ..first });
        let incoming = list(&after);
        let rows = incoming.entries.len();
        let plan = planned(&people, incoming);
        let rejected: BTreeSet<_> = plan.rejected.iter().map(|rejected| rejected.place.clone()).collect();
        let refused = rejected.len() - (after.len() - rows);
        prop_assert_eq!(
            plan.new.len() + plan.changed.len() + plan.back.len() + plan.unchanged.len() + refused,
            rows
        );
        // No one is two things at once.
        let mut touched: Vec<PersonId> = plan.seen.iter().map(|(who, _)| *who).collect();
        touched.extend(plan.leavers.iter().map(|leaver| leaver.person));
        let once: BTreeSet<_> = touched.iter().copied().collect();
        prop_assert_eq!(touched.len(), once.len());
        prop_assert!(plan.new.iter().all(|new| new.kind == PersonKind::Pupil));
    }

    #[test]
    fn a_list_kept_and_sent_again_changes_nothing(rows in rows()) {
        let rows = good(&[], rows);
        let people = kept(&[], &planned(&[], list(&rows)));
        let again = planned(&people, list(&rows));
        prop_assert_eq!(counts(&again), [0, 0, 0, 0, rows.len(), 0]);
    }

    #[test]
    fn no_two_of_the_register_ever_have_one_number(before in rows(), after in rows()) {
        let mut people = Vec::new();
        for rows in [before, after] {
            let rows = good(&people, rows);
            people = kept(&people, &planned(&people, list(&rows)));
        }
        let upns: Vec<&Upn> = people.iter().filter_map(|known| known.record.upn.as_ref()).collect();
        let once: BTreeSet<_> = upns.iter().collect();
        prop_assert_eq!(upns.len(), once.len());
    }

    /// No pupil is ever doubled.
    #[test]
    fn nobody_new_has_the_name_and_birthday_of_somebody_known(before in rows(), after in rows()) {
        let people = kept(&[], &planned(&[], list(&good(&[], before))));
        let plan = planned(&people, list(&good(&people, after)));
        let permanent = |record: &Record| record.upn.clone().filter(|upn| upn.as_str() != TEMPORARY);
        for (new, known) in plan.new.iter().flat_map(|new| people.iter().map(move |known| (new, known))) {
            let is_one_child = new.record.born.is_some()
                && new.record.born == known.record.born
                && new.record.name == known.record.name;
            prop_assert!(!is_one_child || (permanent(&new.record).is_some() && permanent(&known.record).is_some()));
        }
    }

    #[test]
    fn a_part_makes_nobody_leave(before in rows(), after in rows()) {
        let people = kept(&[], &planned(&[], list(&before)));
        let plan = planned(&people, Incoming { extent: Extent::Part, ..list(&after) });
        prop_assert!(plan.leavers.is_empty() && plan.asks.is_empty());
    }

    #[test]
    fn anything_at_all_can_be_planned(said in proptest::collection::vec(("\\PC{0,20}", "\\PC{0,20}", 0usize..22), 0..20)) {
        let row = |(line, (name, value, field)): (u64, (String, String, usize))| {
            pupil(line, &name, "Amara").with(Field::ALL[field], value)
        };
        let rows: Vec<WrittenRow> = (2..).zip(said).map(row).collect();
        let plan = planned(&[known(1, "Osei", "Amara").upn(OSEI)], list(&rows));
        for rejected in &plan.rejected {
            prop_assert!(rejected.value.as_ref().is_none_or(|shown| !shown.contains(char::is_control)));
        }
        prop_assert!(plan.ties.iter().all(|tie| tie.one != tie.other && tie.one != Target::Nobody));
    }
}

/// A trust of 30,000: every other pupil changed, a hundred new, a hundred gone.
#[test]
fn thirty_thousand_are_planned_well_within_a_minute() {
    let word = |number: u128| -> String {
        (0..5).map(|at| char::from(b'a' + u8::try_from(number / 26u128.pow(at) % 26).unwrap())).collect()
    };
    let people: Vec<Known> = (0..30_000)
        .map(|n| {
            let mut person = known(n, &word(n), &word(n * 7 + 1)).called(&n.to_string()).born(2014, 3, 4);
            person.record.tutor_group = Some("8B".parse().unwrap());
            person
        })
        .collect();
    let row = |n: u128| {
        let group = if n.is_multiple_of(2) { "8B" } else { "8C" };
        pupil(u64::try_from(n).unwrap() + 2, &word(n), &word(n * 7 + 1))
            .with(Field::OwnId, n.to_string())
            .with(Field::BornOn, "04/03/2014")
            .with(Field::TutorGroup, group)
    };
    let rows: Vec<WrittenRow> = (100..30_100).map(row).collect();
    let start = Instant::now();
    let incoming = list(&rows);
    let read = start.elapsed();
    let plan = planned(&people, incoming);
    let total = start.elapsed();
    assert_eq!(counts(&plan), [100, 14_950, 0, 100, 14_950, 0]);
    // About one second of an unoptimised build; the bound is the minute, for a machine with much else to do.
    assert!(total < Duration::from_secs(60), "read in {read:?}, read and planned in {total:?}");
}

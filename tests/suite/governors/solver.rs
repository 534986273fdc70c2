//! T1 over the database: a reader who knows the rules and tries every school there could be learns no small number.

use super::school::{AFTERWARDS, School, added_up, at, draft};
use candour::domain::governors::{self, Count, CountedCase, Published, TableKind, Tally, Threshold};
use std::collections::{BTreeMap, BTreeSet};

/// A category of each severity, in the order of the table's rows. Nothing else differs from case to case, so that whoever
/// tries every mix of them knows no more than a reader of the page does.
const KINDS: [&str; 4] = ["CON-ILLEGAL", "CON-EXTREM", "CON-INAPP", "CON-MISINFO"];

/// How many cases of each kind.
pub(super) type Mix = [u32; 4];

/// What is published of a school with these cases.
pub(super) fn published(school: &mut School<'_>, mix: Mix) -> Published {
    for (kind, times) in KINDS.into_iter().zip(mix) {
        for _ in 0..times {
            school.report_as("teacher", &draft(kind));
        }
    }
    school.publish()
}

/// What a case of each kind is counted as: read from a school that has one of each.
fn counted(school: &mut School<'_>) -> Vec<CountedCase> {
    KINDS.iter().for_each(|kind| drop(school.report_as("teacher", &draft(kind))));
    let cases = school.own_list("head");
    let of = |kind: &&str| {
        let case = cases.iter().find(|case| case.category.as_str() == *kind).unwrap();
        Tally::of(case).unwrap().counted(at(AFTERWARDS))
    };
    KINDS.iter().map(of).collect()
}

/// Every mix of so many cases.
fn mixes(total: u32) -> Vec<Mix> {
    let mut all = vec![(Vec::new(), total)];
    for _ in 1..KINDS.len() {
        let one_more = |(chosen, left): (Vec<u32>, u32)| {
            (0..=left).map(move |n| ([chosen.as_slice(), &[n]].concat(), left - n))
        };
        all = all.into_iter().flat_map(one_more).collect();
    }
    all.into_iter().map(|(chosen, left)| [chosen.as_slice(), &[left]].concat().try_into().unwrap()).collect()
}

/// For every number that a page shows as fewer than five, the values it has in some school with this very page.
pub(super) type Possible = BTreeMap<String, BTreeSet<u32>>;

/// Solves the page of a school. Its reader is taken to know how many cases there were, even if the page says
/// "about", unless there were fewer than five.
pub(super) fn solve(sample: &mut School<'_>, page: &Published, mix: Mix) -> Possible {
    let kinds = counted(sample);
    let total = mix.iter().sum();
    let totals = if page.total() == Count::FewerThan(5) { 1..=4 } else { total..=total };
    let mut possible = Possible::new();
    for mix in totals.flat_map(mixes) {
        let cases = kinds.iter().zip(mix).flat_map(|(case, times)| (0..times).map(|_| *case));
        let other = governors::publish(&added_up(cases), Threshold::LEAST, &[]);
        if other == *page {
            for (cell, value) in small_numbers(&other, mix) {
                possible.entry(cell).or_default().insert(value);
            }
        }
    }
    possible
}

fn small_numbers(page: &Published, mix: Mix) -> Vec<(String, u32)> {
    let total = (page.total() == Count::FewerThan(5)).then(|| ("all".to_owned(), mix.iter().sum()));
    let rows = page.table(TableKind::Severity).map_or(&[][..], |table| table.rows());
    let small = rows.iter().zip(mix).filter(|(row, _)| row.count() == Count::FewerThan(5));
    total.into_iter().chain(small.map(|(row, n)| (row.label().words().to_owned(), n))).collect()
}

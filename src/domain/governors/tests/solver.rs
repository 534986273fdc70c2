//! Statistics T1 by brute force: every school of a size, put together by what its page shows.

use super::super::audit::ShownCell;
use super::super::control::{figures, folded, full};
use super::super::published::{Count, Form, Line, LineKind, Table};
use super::*;
use std::collections::{BTreeSet, HashMap};

/// Every way to put `total` cases into `rows` rows.
fn ways(rows: usize, total: u32, each: &mut impl FnMut(&[u32])) {
    fn fill(cells: &mut Vec<u32>, rows: usize, left: u32, each: &mut impl FnMut(&[u32])) {
        if cells.len() + 1 == rows {
            cells.push(left);
            each(cells);
            cells.pop();
            return;
        }
        for n in 0..=left {
            cells.push(n);
            fill(cells, rows, left - n, each);
            cells.pop();
        }
    }
    fill(&mut Vec::new(), rows, total, each);
}

type Possible = BTreeSet<u32>;

fn all_small(k: u32) -> Possible {
    (1..k).collect()
}

/// T1, one table: every school of this size, put together by what its table shows.
fn solve_table(kind: TableKind, total: u32) -> usize {
    let shape = kind.shape();
    let mut pages: HashMap<Vec<ShownCell>, Vec<Possible>> = HashMap::new();
    ways(shape.rows.len(), total, &mut |cells| {
        if let Some(seen) = full(shape, cells, total, LEAST) {
            let possible = pages.entry(seen).or_insert_with(|| vec![Possible::new(); cells.len()]);
            for (set, n) in possible.iter_mut().zip(cells) {
                set.insert(*n);
            }
        } else {
            let (form, rows) = folded(shape, cells, total, LEAST);
            assert_ne!(form, Form::Full);
            assert!(rows.iter().all(|row| matches!(row.count(), Count::Exact(n) if n == 0 || n >= LEAST)));
        }
    });
    let mut small = 0;
    for (seen, possible) in &pages {
        assert!(seen.iter().filter(|c| !matches!(c, ShownCell::Exact(_))).count() * 2 <= seen.len());
        for (cell, possible) in seen.iter().zip(possible) {
            if *cell == ShownCell::Small {
                small += 1;
                assert_eq!(*possible, all_small(LEAST), "{kind:?} {total}: {seen:?}");
            } else if let ShownCell::Exact(n) = cell {
                assert!(*n == 0 || *n >= LEAST);
            }
        }
    }
    small
}

#[test]
fn every_small_cell_of_a_table_keeps_all_its_values_t1() {
    let small: usize = (5..32).map(|n| solve_table(TableKind::Severity, n)).sum();
    assert!(small > 100, "the solver saw small cells in {small} places");
    for total in 5..14 {
        solve_table(TableKind::FourCs, total);
    }
    for total in 5..11 {
        solve_table(TableKind::CameToLight, total);
    }
    for kind in [TableKind::Affected, TableKind::Acknowledged, TableKind::Progress] {
        for total in 5..40 {
            solve_table(kind, total);
        }
    }
    assert!(solve_table(TableKind::Groups, 9) > 0);
}

/// T1, whole reports: every school made of these kinds of case, put together by the whole page.
fn solve_reports(kinds: &[CountedCase], totals: std::ops::RangeInclusive<u32>) -> usize {
    type Page = (Count, Vec<Table>, Vec<Line>);
    let mut pages: HashMap<Page, HashMap<String, Possible>> = HashMap::new();
    for total in totals {
        ways(kinds.len(), total, &mut |counts| {
            let raw = school(&kinds.iter().copied().zip(counts.iter().copied()).collect::<Vec<_>>());
            let page = figures(&raw, K);
            let mut true_values: Vec<(String, u32)> = vec![("total".to_owned(), raw.total)];
            for table in &page.1 {
                let numbers = cells(&raw, table.kind());
                for (row, n) in
                    table.rows().iter().zip(numbers).filter(|(row, _)| row.count() == Count::FewerThan(K))
                {
                    true_values.push((format!("{:?} {:?}", table.kind(), row.label()), n));
                }
            }
            for (kind, n) in [
                (LineKind::FilteringFailures, raw.failures),
                (LineKind::FilteringFixed, raw.fixed),
                (LineKind::FilteringRetested, raw.retested),
                (LineKind::DataBreaches, raw.breaches),
            ] {
                if page.2.iter().any(|line| line.kind() == kind && line.count() == Count::FewerThan(K)) {
                    true_values.push((format!("{kind:?}"), n));
                }
            }
            let possible = pages.entry(page).or_default();
            for (cell, n) in true_values {
                possible.entry(cell).or_default().insert(n);
            }
        });
    }
    let mut small = 0;
    for (page, possible) in &pages {
        for (cell, values) in
            possible.iter().filter(|(cell, _)| *cell != "total" || page.0 == Count::FewerThan(K))
        {
            small += 1;
            assert_eq!(*values, all_small(LEAST), "{cell} of {page:?}");
        }
    }
    small
}

#[test]
fn whole_reports_keep_all_values_t1() {
    // Groups and 4 Cs tied together. (The kinds must hold every 4 C their groups can have, or the solver would
    // know more than a reader does.)
    let tied = [
        case(Group::Conduct, Some(FourC::Conduct)),
        case(Group::Commerce, Some(FourC::Commerce)),
        case(Group::Systems, Some(FourC::Commerce)),
        case(Group::Systems, Some(FourC::Conduct)),
        case(Group::Systems, None),
        case(Group::StaffConduct, Some(FourC::Conduct)),
    ];
    assert!(solve_reports(&tied, 1..=12) > 10);
    // Failures, their repair and breaches, tied to their groups.
    let lines = [
        case(Group::Conduct, Some(FourC::Conduct)),
        failure(FilterRepair::Found),
        failure(FilterRepair::Retested),
        breach(),
        case(Group::NotSure, None),
    ];
    assert!(solve_reports(&lines, 1..=14) > 10);
    // Severity, people and time beside them.
    let base = case(Group::ChildConcern, None);
    let sides = [
        base,
        CountedCase { severity: Severity::Critical, ..base },
        CountedCase { severity: Severity::Low, ..base },
        CountedCase { severity: Severity::Low, acknowledged: Timeliness::Late, ..base },
        CountedCase { acknowledged: Timeliness::Late, ..base },
    ];
    assert!(solve_reports(&sides, 1..=14) > 10);
}

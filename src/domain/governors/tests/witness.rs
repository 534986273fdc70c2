//! Statistics T1 by witness: for any school and any value, another school with the same page.

use super::super::audit::{Family, Inside, ShownCell, Trial};
use super::super::published::{Count, Form, LineKind, Table};
use super::*;

/// What a reader knows of the tied part, read off the page alone.
fn family_of(
    page: &Published,
    total: u32,
    k: u32,
) -> Option<(Vec<ShownCell>, Vec<ShownCell>, Inside, Inside)> {
    let seen = |kind: TableKind| {
        let table = page.table(kind)?;
        let rows = table.rows();
        (table.form() == Form::Full).then(|| {
            rows.iter()
                .map(|row| match row.count() {
                    Count::Exact(n) => ShownCell::Exact(n),
                    Count::FewerThan(_) => ShownCell::Small,
                    Count::Hidden if row.label() == kind.shape().rows[kind.shape().cover] => {
                        ShownCell::Hidden { at_least: 0 }
                    }
                    Count::Hidden => ShownCell::Hidden { at_least: k },
                    Count::Rounded(_) => unreachable!("no row is rounded"),
                })
                .collect::<Vec<_>>()
        })
    };
    let inside = |kind: LineKind| match page.line(kind)?.count() {
        Count::Exact(n) => Some(Inside { at_least: n, is_small: false }),
        Count::FewerThan(_) => Some(Inside { at_least: 1, is_small: true }),
        Count::Hidden => {
            let at_least = if total < 2 * k - 1 { 1 } else { total - (k - 1) };
            Some(Inside { at_least, is_small: false })
        }
        Count::Rounded(_) => None,
    };
    Some((
        seen(TableKind::Groups)?,
        seen(TableKind::FourCs)?,
        inside(LineKind::FilteringFailures)?,
        inside(LineKind::DataBreaches)?,
    ))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// T1: for each value a small cell could have, a school is found that has it, and publishing that school
    /// gives the same report to the letter. The proof is the second `publish`, not the solver.
    #[test]
    fn another_school_has_the_same_page(raw in any_school(), k in 5..8_u8) {
        let k = Threshold::new(k).unwrap();
        let least = u32::from(k.get());
        let page = publish(&raw, k, &[]);
        for table in page.tables() {
            if matches!(table.kind(), TableKind::Groups | TableKind::FourCs) {
                continue;
            }
            let shape = table.kind().shape();
            let truth = cells(&raw, table.kind());
            let is_small = |i: usize| table.rows()[i].count() == Count::FewerThan(k.get());
            for at in (0..table.rows().len()).filter(|i| is_small(*i)) {
                for value in 1..least {
                    let mut other = truth.clone();
                    other[at] = value;
                    // Make up the difference in rows that the page hides: the cover first, then the small rows.
                    let cover = if at == shape.cover { shape.second } else { shape.cover };
                    let floor = if at == shape.cover { least } else { 0 };
                    let mut change = i64::from(truth[at]) - i64::from(value);
                    let moved = change.max(i64::from(floor) - i64::from(truth[cover]));
                    other[cover] = u32::try_from(i64::from(truth[cover]) + moved).unwrap();
                    change -= moved;
                    for i in (0..other.len()).filter(|i| is_small(*i) && *i != at && *i != cover) {
                        let moved = change.clamp(1 - i64::from(other[i]), i64::from(least) - 1 - i64::from(other[i]));
                        other[i] = u32::try_from(i64::from(other[i]) + moved).unwrap();
                        change -= moved;
                    }
                    prop_assert_eq!(change, 0);
                    let mut school = raw.clone();
                    put(&mut school, table.kind(), &other);
                    prop_assert_eq!(&publish(&school, k, &[]), &page);
                }
            }
        }
        let hides = |t: &Table| t.rows().iter().any(|r| matches!(r.count(), Count::FewerThan(_)));
        if let Some((groups, four_c, failures, breaches)) = family_of(&page, raw.total, least) {
            let (groups, four_c) = (&groups[..], &four_c[..]);
            let family = Family { groups, four_c, failures, breaches, total: raw.total, k: least };
            for trial in family.trials() {
                let found = family.witness(trial);
                prop_assert!(found.is_some(), "{:?}", trial);
                let found = found.unwrap();
                let mut school = raw.clone();
                for i in 0..10 {
                    school.groups[i] = found.cases[i].iter().sum();
                }
                for c in 0..5 {
                    school.four_c[c] = found.cases.iter().map(|row| row[c]).sum();
                }
                // Repairs are only shown if the number of failures is.
                let is_shown = page.line(LineKind::FilteringFailures).is_some_and(|l| matches!(l.count(), Count::Exact(_)));
                if !is_shown {
                    school.fixed = school.fixed.min(found.failures);
                    school.retested = school.retested.min(found.failures);
                }
                school.failures = found.failures;
                school.breaches = found.breaches;
                prop_assert_eq!(&publish(&school, k, &[]), &page, "{:?}", trial);
                let value = match trial {
                    Trial::Group(i, v) => school.groups[i] == v,
                    Trial::FourC(i, v) => school.four_c[i] == v,
                    Trial::Failures(v) => school.failures == v,
                    Trial::Breaches(v) => school.breaches == v,
                };
                prop_assert!(value);
            }
        } else {
            prop_assert!(!page.tables().iter().any(|t| matches!(t.kind(), TableKind::Groups | TableKind::FourCs) && hides(t)));
        }
    }

    #[test]
    fn the_rules_hold_on_every_page(raw in any_school()) {
        let page = first(&raw);
        let hides = page.tables().iter().flat_map(Table::rows).any(|r| !matches!(r.count(), Count::Exact(_)));
        prop_assert_eq!(hides, matches!(page.total(), Count::Rounded(_)));
        for table in page.tables() {
            prop_assert_eq!(table.total(), page.total());
            let hidden = table.rows().iter().filter(|r| !matches!(r.count(), Count::Exact(_))).count();
            prop_assert!(hidden * 2 <= table.rows().len());
            prop_assert!(hidden != 1);
            for row in table.rows() {
                prop_assert!(!matches!(row.count(), Count::Exact(1..5)));
                prop_assert!(row.percent().is_none() || (raw.total >= 20 && hidden == 0));
            }
        }
        for line in page.lines() {
            prop_assert!(!matches!(line.count(), Count::Exact(1..5)));
        }
        let frozen = page.freeze();
        prop_assert_eq!(frozen.thaw(), Ok(page));
    }
}

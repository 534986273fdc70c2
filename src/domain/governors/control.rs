//! Disclosure control: decides, table by table, what may be shown, and assembles the report.

use super::audit::{Family, Inside, ShownCell, table_is_safe};
use super::published::{
    Contents, Count, DEFINITIONS, Form, Line, LineKind, Published, Row, RowLabel, Table, TrendPoint,
};
use super::raw::{RawCounts, TermKey};
use super::tables::{Shape, TableKind};
use super::words;
use crate::domain::kernel::document::DocumentVersion;
use std::collections::BTreeMap;
use std::fmt;

/// The smallest base a percentage is given for.
const PERCENT_BASE: u32 = 20;
/// Terms on the trend, this one included.
const TREND_TERMS: usize = 7;

/// k: counts from 1 to k-1 are shown as "fewer than k". At least 5; a head may raise it, no one may lower it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Threshold(u8);

/// The threshold asked for is below 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdTooLow;

impl fmt::Display for ThresholdTooLow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the threshold for small numbers cannot be below 5")
    }
}

impl std::error::Error for ThresholdTooLow {}

impl Threshold {
    /// The least there is, and the default: 5.
    pub const LEAST: Self = Self(5);

    /// # Errors
    /// [`ThresholdTooLow`] below 5.
    pub fn new(k: u8) -> Result<Self, ThresholdTooLow> {
        if k < Self::LEAST.0 { Err(ThresholdTooLow) } else { Ok(Self(k)) }
    }

    /// k.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

/// Turns a term's counts into the report governors read. `previous` is everything this school ever published, in
/// the order of publication; the threshold is never lower than in any of it. A term is published once, so it is not
/// among them. A pure function: the same input gives the same report and hash, so a preview is this very call.
#[must_use]
pub fn publish(raw: &RawCounts, k: Threshold, previous: &[Published]) -> Published {
    let k = previous.iter().map(|p| p.contents().threshold).fold(k.0, u8::max);
    let (total, tables, lines) = figures(raw, k);
    let earlier = || previous.iter().filter(|report| report.term() < raw.term);
    let mut trend: BTreeMap<TermKey, Count> =
        earlier().map(|report| (report.term(), report.total())).collect();
    trend.insert(raw.term, total);
    let skip = trend.len().saturating_sub(TREND_TERMS);
    let trend = trend.into_iter().skip(skip).map(|(term, total)| TrendPoint::new(term, total)).collect();
    let mut report = Contents {
        document_version: DocumentVersion,
        definitions: DEFINITIONS,
        term: raw.term,
        threshold: k,
        total,
        tables,
        lines,
        trend,
        changes: Vec::new(),
    };
    report.changes = words::changes(&report, earlier().max_by_key(|report| report.term()));
    Published::new(report)
}

fn rounded(n: u32) -> u32 {
    n.saturating_add(2) / 5 * 5
}

/// The numbers about cases, with nothing earlier to respect.
pub(super) fn figures(raw: &RawCounts, k: u8) -> (Count, Vec<Table>, Vec<Line>) {
    let least = u32::from(k);
    if raw.total == 0 {
        let none = |kind| Line::new(kind, Count::Exact(0));
        return (
            Count::Exact(0),
            Vec::new(),
            vec![none(LineKind::FilteringFailures), none(LineKind::DataBreaches)],
        );
    }
    if raw.total < least {
        return (Count::FewerThan(k), Vec::new(), Vec::new());
    }
    let mut failures = inside(raw.failures, raw.total, k);
    let mut breaches = inside(raw.breaches, raw.total, k);
    let mut groups = full(TableKind::Groups.shape(), &raw.groups, raw.total, least);
    let mut four_c = full(TableKind::FourCs.shape(), &raw.four_c, raw.total, least);
    let is_safe = match (&groups, &four_c) {
        (Some(groups), Some(four_c)) => Family {
            groups,
            four_c,
            failures: known(failures, raw.total, least),
            breaches: known(breaches, raw.total, least),
            total: raw.total,
            k: least,
        }
        .is_safe(),
        (Some(_) | None, Some(_) | None) => false,
    };
    if !is_safe {
        // Nothing in the family may then say "fewer than k", so the reason for folding betrays nothing.
        let quiet = |table: Option<Vec<ShownCell>>| table.filter(|cells| is_open(cells));
        (groups, four_c) = (quiet(groups), quiet(four_c));
        let quiet = |line| if matches!(line, Count::FewerThan(_)) { Count::Hidden } else { line };
        (failures, breaches) = (quiet(failures), quiet(breaches));
    }
    let plain =
        |kind: TableKind, cells: &[u32]| (kind, cells.to_vec(), full(kind.shape(), cells, raw.total, least));
    let decided = [
        (TableKind::FourCs, raw.four_c.to_vec(), four_c),
        (TableKind::Groups, raw.groups.to_vec(), groups),
        plain(TableKind::Severity, &raw.severity),
        plain(TableKind::Affected, &raw.affected),
        plain(TableKind::CameToLight, &raw.light),
        plain(TableKind::Acknowledged, &raw.acknowledged),
        plain(TableKind::Triaged, &raw.triaged),
        plain(TableKind::Progress, &raw.progress),
    ];
    let hides = decided.iter().any(|(_, _, seen)| seen.as_deref().is_some_and(|cells| !is_open(cells)));
    let total = if hides { Count::Rounded(rounded(raw.total)) } else { Count::Exact(raw.total) };
    let tables = decided
        .into_iter()
        .map(|(kind, cells, seen)| {
            let (form, rows) = match seen {
                Some(seen) => (Form::Full, shown_rows(kind.shape(), &seen, raw.total, k)),
                None => folded(kind.shape(), &cells, raw.total, least),
            };
            Table::new(kind, form, rows, total)
        })
        .collect();
    (total, tables, case_lines(raw, failures, breaches, k))
}

/// What a reader would see of the full table, or `None` if it must fold.
pub(super) fn full(shape: &Shape, cells: &[u32], total: u32, k: u32) -> Option<Vec<ShownCell>> {
    let small: Vec<usize> = (0..cells.len()).filter(|i| (1..k).contains(&cells[*i])).collect();
    let mut seen: Vec<ShownCell> = cells.iter().map(|n| ShownCell::Exact(*n)).collect();
    if small.is_empty() {
        return Some(seen);
    }
    for i in &small {
        seen[*i] = ShownCell::Small;
    }
    if small == [shape.cover] {
        if cells[shape.second] < k {
            return None;
        }
        seen[shape.second] = ShownCell::Hidden { at_least: k };
    } else {
        seen[shape.cover] = ShownCell::Hidden { at_least: 0 };
    }
    let hidden = seen.iter().filter(|c| !matches!(c, ShownCell::Exact(_))).count();
    (hidden * 2 <= seen.len() && table_is_safe(&seen, total, k)).then_some(seen)
}

fn is_open(cells: &[ShownCell]) -> bool {
    cells.iter().all(|c| matches!(c, ShownCell::Exact(_)))
}

fn shown_rows(shape: &Shape, seen: &[ShownCell], total: u32, k: u8) -> Vec<Row> {
    let is_open = is_open(seen);
    shape
        .rows
        .iter()
        .zip(seen)
        .map(|(label, cell)| match cell {
            ShownCell::Exact(n) => {
                let percent = if is_open { percent(*n, total, u32::from(k)) } else { None };
                Row::new(*label, Count::Exact(*n), percent)
            }
            ShownCell::Small => Row::new(*label, Count::FewerThan(k), None),
            ShownCell::Hidden { .. } => Row::new(*label, Count::Hidden, None),
        })
        .collect()
}

/// The finest form in which every row is zero or at least k; in the end the one total.
pub(super) fn folded(shape: &Shape, cells: &[u32], total: u32, k: u32) -> (Form, Vec<Row>) {
    for fold in shape.folds {
        let sums: Vec<(RowLabel, u32)> =
            fold.iter().map(|(label, parts)| (*label, parts.iter().map(|i| cells[*i]).sum())).collect();
        if sums.iter().all(|(_, n)| *n == 0 || *n >= k) {
            let row = |(label, n): (RowLabel, u32)| Row::new(label, Count::Exact(n), percent(n, total, k));
            return (Form::Folded, sums.into_iter().map(row).collect());
        }
    }
    (Form::TotalOnly, Vec::new())
}

/// A percentage, only if the base is 20 or more and both the part and the rest are 0 or at least k. 0 and 100 are kept
/// for none and all.
fn percent(part: u32, base: u32, k: u32) -> Option<u8> {
    let rest = base.checked_sub(part)?;
    let is_fine = |n: u32| n == 0 || n >= k;
    if base < PERCENT_BASE || !is_fine(part) || !is_fine(rest) {
        return None;
    }
    let whole = (u64::from(part) * 100 + u64::from(base) / 2) / u64::from(base);
    let whole = if part == 0 || rest == 0 { whole } else { whole.clamp(1, 99) };
    u8::try_from(whole).ok()
}

/// A number counted inside a base the reader may know: shown only if what is left of the base is not small either.
fn inside(part: u32, base: u32, k: u8) -> Count {
    let least = u32::from(k);
    let rest = base.saturating_sub(part);
    if part == 0 {
        Count::Exact(0)
    } else if part < least {
        // Below 2k-1 the rest would be small for some values and not for others, which a reader could use.
        if base >= 2 * least - 1 { Count::FewerThan(k) } else { Count::Hidden }
    } else if rest == 0 || rest >= least {
        Count::Exact(part)
    } else {
        Count::Hidden
    }
}

/// What a reader can conclude from such a line.
fn known(line: Count, base: u32, k: u32) -> Inside {
    match line {
        Count::Exact(n) | Count::Rounded(n) => Inside { at_least: n, is_small: false },
        Count::FewerThan(_) => Inside { at_least: 1, is_small: true },
        Count::Hidden if base < 2 * k - 1 => Inside { at_least: 1, is_small: false },
        Count::Hidden => Inside { at_least: base - (k - 1), is_small: false },
    }
}

fn case_lines(raw: &RawCounts, failures: Count, breaches: Count, k: u8) -> Vec<Line> {
    let mut lines = vec![Line::new(LineKind::FilteringFailures, failures)];
    if failures != Count::Exact(0) {
        let of_failures = |part| match failures {
            Count::Exact(base) => inside(part, base, k),
            Count::FewerThan(_) | Count::Hidden | Count::Rounded(_) => Count::Hidden,
        };
        lines.push(Line::new(LineKind::FilteringFixed, of_failures(raw.fixed)));
        lines.push(Line::new(LineKind::FilteringRetested, of_failures(raw.retested)));
    }
    lines.push(Line::new(LineKind::DataBreaches, breaches));
    lines
}

//! The exact check behind "safe": could a school with any other value in a small cell have the same page?
//!
//! Everything here is computed from what a reader sees (plus the exact total, which the reader is presumed to
//! know), never from the hidden values: a refusal by the audit gives away nothing either.

use super::raw::{DATA, FILTERING, NONE_OF_FOUR};

/// A cell of a full table as a reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum ShownCell {
    /// The number itself.
    Exact(u32),
    /// Between 1 and k-1.
    Small,
    /// Hidden; the rules tell the reader that it is at least this.
    Hidden { at_least: u32 },
}

impl ShownCell {
    fn range(self, total: u32, k: u32) -> (u32, u32) {
        match self {
            Self::Exact(n) => (n, n),
            Self::Small => (1, k - 1),
            Self::Hidden { at_least } => (at_least, total.max(at_least)),
        }
    }
}

/// Whether every small cell of one table may be 1 to k-1 with this exact total, and the hidden rows together
/// are at least k.
pub(super) fn table_is_safe(cells: &[ShownCell], total: u32, k: u32) -> bool {
    let ranges: Vec<(u64, u64)> =
        cells.iter().map(|c| c.range(total, k)).map(|(lo, hi)| (u64::from(lo), u64::from(hi))).collect();
    let (lo, hi) = ranges.iter().fold((0, 0), |(lo, hi), r| (lo + r.0, hi + r.1));
    let total = u64::from(total);
    let shown: u64 = cells.iter().map(|c| if let ShownCell::Exact(n) = c { u64::from(*n) } else { 0 }).sum();
    cells.iter().zip(&ranges).filter(|(cell, _)| **cell == ShownCell::Small).all(|(_, range)| {
        // The extremes suffice: the values between them are reached by moving one case at a time.
        lo - range.0 + u64::from(k - 1) <= total && total <= hi - range.1 + 1 && shown + u64::from(k) <= total
    })
}

/// A line counted inside one group: what the reader knows about its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inside {
    /// The least value it can have.
    pub(super) at_least: u32,
    /// Whether it is shown as "fewer than k".
    pub(super) is_small: bool,
}

/// The part of a report that is tied together by definition.
#[derive(Clone, Debug)]
pub(super) struct Family<'a> {
    pub(super) groups: &'a [ShownCell],
    pub(super) four_c: &'a [ShownCell],
    /// Filtering failures, inside "Filtering and monitoring".
    pub(super) failures: Inside,
    /// Data breaches, inside "Data protection".
    pub(super) breaches: Inside,
    pub(super) total: u32,
    pub(super) k: u32,
}

/// A value that is tried in place of a small one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    Group(usize, u32),
    FourC(usize, u32),
    Failures(u32),
    Breaches(u32),
}

/// A school that would have the same page: cases by group and 4 C, and how many of them failures could be.
#[derive(Clone, Debug)]
pub(super) struct Witness {
    pub(super) cases: [[u32; 5]; 10],
    pub(super) failures: u32,
    pub(super) breaches: u32,
}

/// Which of the 4 Cs a category of each group can have, as the shipped categories have them.
const CAN_BE: [&[usize]; 10] = [
    &[0],
    &[1],
    &[2],
    &[3],
    &[NONE_OF_FOUR],
    &[1, 2, NONE_OF_FOUR],
    &[0, 2, NONE_OF_FOUR],
    &[2, 3, NONE_OF_FOUR],
    &[NONE_OF_FOUR],
    &[NONE_OF_FOUR],
];

impl Family<'_> {
    /// Every trial the definition of safe asks for.
    pub(super) fn trials(&self) -> Vec<Trial> {
        let small = |cells: &[ShownCell]| -> Vec<usize> {
            cells.iter().enumerate().filter(|(_, c)| **c == ShownCell::Small).map(|(i, _)| i).collect()
        };
        let mut trials = Vec::new();
        for v in 1..self.k {
            trials.extend(small(self.groups).into_iter().map(|i| Trial::Group(i, v)));
            trials.extend(small(self.four_c).into_iter().map(|i| Trial::FourC(i, v)));
            if self.failures.is_small {
                trials.push(Trial::Failures(v));
            }
            if self.breaches.is_small {
                trials.push(Trial::Breaches(v));
            }
        }
        trials
    }

    /// Whether every trial succeeds.
    pub(super) fn is_safe(&self) -> bool {
        self.trials()
            .into_iter()
            .all(|trial| self.witness(trial).is_some_and(|found| self.fits(&found, trial)))
    }

    /// Checks a witness without trusting the flow that found it.
    fn fits(&self, found: &Witness, trial: Trial) -> bool {
        let group = |i: usize| found.cases[i].iter().sum::<u32>();
        let four_c = |c: usize| found.cases.iter().map(|row| row[c]).sum::<u32>();
        let is_within = |cell: &ShownCell, n: u32| {
            let (lo, hi) = cell.range(self.total, self.k);
            (lo..=hi).contains(&n)
        };
        let has_value = match trial {
            Trial::Group(i, v) => group(i) == v,
            Trial::FourC(i, v) => four_c(i) == v,
            Trial::Failures(v) => found.failures == v,
            Trial::Breaches(v) => found.breaches == v,
        };
        let can_fail = found.cases[FILTERING][0] + found.cases[FILTERING][NONE_OF_FOUR];
        has_value
            && (0..10).map(group).sum::<u32>() == self.total
            && self.groups.iter().enumerate().all(|(i, cell)| is_within(cell, group(i)))
            && self.four_c.iter().enumerate().all(|(i, cell)| is_within(cell, four_c(i)))
            && found.failures <= can_fail
            && found.breaches <= group(DATA)
    }

    /// A school with the same page in which the trial's cell has the trial's value.
    pub(super) fn witness(&self, trial: Trial) -> Option<Witness> {
        let failures = if let Trial::Failures(v) = trial { v } else { self.failures.at_least };
        let breaches = if let Trial::Breaches(v) = trial { v } else { self.breaches.at_least };
        let mut flow = Flow::new();
        flow.bound(SINK, SOURCE, self.total, self.total);
        for (i, cell) in self.groups.iter().enumerate() {
            let (mut lo, hi) = match trial {
                Trial::Group(at, v) if at == i => (v, v),
                Trial::Group(..) | Trial::FourC(..) | Trial::Failures(_) | Trial::Breaches(_) => {
                    cell.range(self.total, self.k)
                }
            };
            if i == DATA {
                lo = lo.max(breaches);
            }
            if lo > hi {
                return None;
            }
            flow.bound(SOURCE, GROUP + i, lo, hi);
            for &c in CAN_BE[i] {
                // A failure is a content case (the filter let it through) or none of the four (monitoring missed it).
                let from = if i == FILTERING && c != 2 { FAILING } else { GROUP + i };
                flow.bound(from, FOUR_C + c, 0, self.total);
            }
        }
        flow.bound(GROUP + FILTERING, FAILING, failures, self.total.max(failures));
        for (i, cell) in self.four_c.iter().enumerate() {
            let (lo, hi) = match trial {
                Trial::FourC(at, v) if at == i => (v, v),
                Trial::Group(..) | Trial::FourC(..) | Trial::Failures(_) | Trial::Breaches(_) => {
                    cell.range(self.total, self.k)
                }
            };
            flow.bound(FOUR_C + i, SINK, lo, hi);
        }
        let flows = flow.solve()?;
        let mut cases = [[0; 5]; 10];
        for (i, row) in cases.iter_mut().enumerate() {
            for &c in CAN_BE[i] {
                let from = if i == FILTERING && c != 2 { FAILING } else { GROUP + i };
                row[c] = flows[from][FOUR_C + c];
            }
        }
        Some(Witness { cases, failures, breaches })
    }
}

const SOURCE: usize = 0;
const SINK: usize = 1;
const GROUP: usize = 2;
const FOUR_C: usize = 12;
const FAILING: usize = 17;
const EXTRA_SOURCE: usize = 18;
const EXTRA_SINK: usize = 19;
const NODES: usize = 20;

/// A circulation with lower and upper bounds, solved as a maximum flow (Edmonds and Karp).
struct Flow {
    room: [[u64; NODES]; NODES],
    least: [[u32; NODES]; NODES],
    upper: [[u64; NODES]; NODES],
}

impl Flow {
    fn new() -> Self {
        let zero = [[0; NODES]; NODES];
        Self { room: zero, least: [[0; NODES]; NODES], upper: zero }
    }

    fn bound(&mut self, from: usize, to: usize, lo: u32, hi: u32) {
        self.least[from][to] = lo;
        self.upper[from][to] = u64::from(hi - lo);
        self.room[from][to] += u64::from(hi - lo);
        self.room[EXTRA_SOURCE][to] += u64::from(lo);
        self.room[from][EXTRA_SINK] += u64::from(lo);
    }

    /// The flow on every edge, or `None` if the bounds contradict each other.
    fn solve(mut self) -> Option<[[u32; NODES]; NODES]> {
        let needed: u64 = self.room[EXTRA_SOURCE].iter().sum();
        let mut sent = 0;
        while let Some(path) = self.path() {
            let width = path.windows(2).map(|e| self.room[e[0]][e[1]]).min().unwrap_or(0);
            for edge in path.windows(2) {
                self.room[edge[0]][edge[1]] -= width;
                self.room[edge[1]][edge[0]] += width;
            }
            sent += width;
        }
        (sent == needed).then(|| {
            let mut flows = self.least;
            for (from, row) in flows.iter_mut().enumerate() {
                for (to, flow) in row.iter_mut().enumerate() {
                    let above = self.upper[from][to].saturating_sub(self.room[from][to]);
                    *flow = flow.saturating_add(u32::try_from(above).unwrap_or(u32::MAX));
                }
            }
            flows
        })
    }

    fn path(&self) -> Option<Vec<usize>> {
        let mut before = [None; NODES];
        let mut queue = std::collections::VecDeque::from([EXTRA_SOURCE]);
        while let Some(at) = queue.pop_front() {
            for (next, from) in before.iter_mut().enumerate() {
                if next != EXTRA_SOURCE && from.is_none() && self.room[at][next] > 0 {
                    *from = Some(at);
                    queue.push_back(next);
                }
            }
        }
        before[EXTRA_SINK]?;
        let mut path = vec![EXTRA_SINK];
        while let Some(at) = path.last().copied().and_then(|at| before[at]) {
            path.push(at);
        }
        path.reverse();
        Some(path)
    }
}

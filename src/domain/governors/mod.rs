//! The governors' term report: counts go in as [`RawCounts`], and only [`Published`] comes out.
//!
//! Source of the rules: "Governors' term report", Disclosure control. *Safe* means: given everything ever
//! published and the rules themselves, each cell shown as "fewer than k" can still be every value from 1 to
//! k-1. This is how that is kept, assuming a reader who knows this code and even the exact total:
//!
//! 1. **One table.** If any row is from 1 to k-1, the row named as the table's *cover* is hidden no matter what it
//!    holds, zero included (if the cover is the only small row, it says "fewer than k" and a second fixed row
//!    of at least k is hidden). Whether that is enough is decided only from what the reader sees and the total, so
//!    every school that could have the same page gets the same answer. The rows chosen never depend on size.
//! 2. **Folding.** A table that is not safe, or more than half hidden, is folded into fewer rows; a folded
//!    table is only shown when every row is zero or at least k. It therefore never shows "fewer than k", and
//!    *why* it was folded gives away nothing that is protected.
//! 3. **Across tables.** Every table stands on its own with the total known, so sharing a total adds nothing.
//!    Groups, the 4 Cs, filtering failures and data breaches are tied by definition (a Content case is always
//!    Content); they are checked together by an exact flow computation, and fold together if it fails.
//! 4. **Fewer than k cases in all.** Nothing but "fewer than k" is shown about cases.
//! 5. **Over time.** A term is published once, and what was published is never restated.
//!
//! Absent on purpose: outcomes above the desk, lines about adults, filters, drill-down, dates of one's own.

mod access;
mod audit;
mod control;
mod counting;
mod frozen;
mod problem;
mod published;
mod raw;
mod tables;
mod term;
#[cfg(test)]
mod tests;
mod words;

pub use access::{may_preview, may_publish, may_read};
pub use control::{Threshold, ThresholdTooLow, publish};
pub use counting::Tally;
pub use frozen::{FrozenReport, ThawError};
pub use problem::Problem;
pub use published::{Count, Form, Line, LineKind, Published, Row, RowLabel, Table, TrendPoint};
pub use raw::{
    CameToLight, CountedCase, FilterRepair, FourC, Group, Progress, RawCounts, RawCountsBuilder, Season,
    Severity, TermKey, Timeliness, WhoWasAffected,
};
pub use tables::TableKind;
pub use term::{NotATerm, Term, terms};
pub use words::{All, Cases, Counted, Headline, Movement, NotShown, Note, Question, Split};

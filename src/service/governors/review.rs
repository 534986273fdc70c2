//! Governors' term reports: previewed from the previewer's own list, published once by the head, then read by
//! governors.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        governors::{self, Problem, Published, Term, TermKey, Threshold},
        kernel::{clock::Instant, ids::PersonId},
        people::{Desk, Roster, Standing},
    },
    store::{
        StoreError, Tx,
        governors::{counts, term_reports},
        people::staff,
        record::audit,
        school::schools,
    },
};
use std::collections::BTreeSet;

pub use crate::store::governors::term_reports::KeptReport;

/// A report that is not published yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The report as it would be frozen now.
    pub report: Published,
    /// Its hash: publishing posts it back, so that nothing else is published than what was looked at.
    pub hash: String,
    /// Whether the viewer may publish it.
    pub right: Right,
}

/// What a viewer of a preview may do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Look at it.
    Look,
    /// Publish it: the head.
    Publish,
}

/// What the page of reports lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Published reports, the latest term first.
    pub published: Vec<KeptReport>,
    /// Ended terms that wait to be published, the latest first; for the head and the DSL only.
    pub waiting: Vec<Term>,
    /// The running term and those after it that the calendar has, the next to end first; for the same people.
    /// When each ends and nothing else: of a term that is not over there is no number.
    pub coming: Vec<Term>,
    /// Whether the viewer publishes reports.
    pub right: Right,
}

/// The published reports of the school, and for those who may preview, the ended terms that wait.
pub fn published(candour: &Candour, op: &Op) -> Result<Overview> {
    let standing = op.viewer.standing();
    if !governors::may_read(standing) {
        return Err(ServiceError::NotFound);
    }
    candour.read(|tx| {
        let mut published = term_reports::all(tx, &op.viewer)?;
        published.sort_by_key(|kept| std::cmp::Reverse(kept.report.term()));
        if !governors::may_preview(standing) {
            return Ok(Overview { published, waiting: Vec::new(), coming: Vec::new(), right: Right::Look });
        }
        let terms = governors::terms(&schools::find(tx, op.viewer.school())?.calendar);
        let coming = terms.iter().filter(|term| !term.is_over(op.now)).take(MOST_COMING).copied().collect();
        let right = right(standing);
        Ok(Overview { waiting: waiting(&terms, &published, op.now), coming, published, right })
    })
}

fn right(standing: &Standing) -> Right {
    if governors::may_publish(standing) { Right::Publish } else { Right::Look }
}

/// The latest terms that ended and were not published.
fn waiting(terms: &[Term], published: &[KeptReport], now: Instant) -> Vec<Term> {
    let is_published = |term: &Term| published.iter().any(|kept| kept.report.term() == term.key);
    terms
        .iter()
        .rev()
        .filter(|term| term.is_over(now) && !is_published(term))
        .take(MOST_WAITING)
        .copied()
        .collect()
}

/// Older terms than these are not put forward any more; their address still works.
const MOST_WAITING: usize = 3;

/// A school year of terms to come.
const MOST_COMING: usize = 3;

/// One published report.
pub fn report(candour: &Candour, op: &Op, term: TermKey) -> Result<KeptReport> {
    if !governors::may_read(op.viewer.standing()) {
        return Err(ServiceError::NotFound);
    }
    candour.read(|tx| Ok(term_reports::find(tx, &op.viewer, term)?))
}

/// What would be published now, counted from the viewer's own list.
pub fn preview(candour: &Candour, op: &Op, term: TermKey) -> Result<Preview> {
    if !governors::may_preview(op.viewer.standing()) {
        return Err(ServiceError::NotFound);
    }
    candour.read(|tx| {
        let report = draw_up(tx, op, term)?;
        Ok(Preview { hash: report.freeze().sha256, report, right: right(op.viewer.standing()) })
    })
}

/// Publishes a term's report: freezes its numbers and records the act with its hash in the audit log. `seen`
/// is the hash of the preview that was looked at; if the numbers have changed since, it is
/// [`ServiceError::Stale`].
pub fn publish(candour: &Candour, op: &Op, term: TermKey, seen: &str) -> Result<Published> {
    let standing = op.viewer.standing();
    if !governors::may_preview(standing) {
        return Err(ServiceError::NotFound);
    }
    if !governors::may_publish(standing) {
        return Err(ServiceError::Refused(Problem::HeadPublishes.into()));
    }
    candour.write(|tx| {
        // The button was clicked twice: what was published is what was asked for.
        if let Some(kept) = already(tx, op, term)?.filter(|kept| kept.hash == seen) {
            return Ok(kept.report);
        }
        let report = draw_up(tx, op, term)?;
        let frozen = report.freeze();
        if frozen.sha256 != seen {
            return Err(ServiceError::Stale);
        }
        term_reports::add(tx, &op.viewer, term, &frozen)?;
        let facts = [SchoolFact::Term(term.code()), SchoolFact::Sha256(frozen.sha256)];
        audit::write_school_act(tx, &op.viewer, SchoolAct::PublishedReport, &facts)?;
        Ok(report)
    })
}

fn already(tx: &mut Tx<'_>, op: &Op, term: TermKey) -> Result<Option<KeptReport>> {
    match term_reports::find(tx, &op.viewer, term) {
        Ok(kept) => Ok(Some(kept)),
        Err(StoreError::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

fn draw_up(tx: &mut Tx<'_>, op: &Op, key: TermKey) -> Result<Published> {
    let school = schools::find(tx, op.viewer.school())?;
    let terms = governors::terms(&school.calendar);
    let term = terms.iter().find(|term| term.key == key).ok_or(ServiceError::NotFound)?;
    if !term.is_over(op.now) {
        return Err(ServiceError::WrongState(Problem::TermNotOver.into()));
    }
    let kept = term_reports::all(tx, &op.viewer)?;
    let previous: Vec<Published> = kept.into_iter().map(|kept| kept.report).collect();
    if previous.iter().any(|report| report.term() == key) {
        return Err(ServiceError::WrongState(Problem::Published.into()));
    }
    let roster = staff::roster(tx, op.viewer.school(), op.now)?;
    let raw = counts::of_term(tx, &op.viewer, term, &present(&roster))?;
    let smallest_shown = school.editions.settings_at(op.now).smallest_shown;
    let threshold = Threshold::new(smallest_shown).unwrap_or(Threshold::LEAST);
    Ok(governors::publish(&raw, threshold, &previous))
}

/// Everybody who sits at the DSL's or the head's desk today, deputies and cover too.
fn present(roster: &Roster) -> BTreeSet<PersonId> {
    [Desk::Dsl, Desk::Head].into_iter().flat_map(|desk| roster.everyone_at(desk)).collect()
}

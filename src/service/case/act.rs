//! Acting on a case: load it locked, ask the domain's verb, store its answer, all in one transaction.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        case::{Act, Case, CaseEvent, Problem, Refusal, lifecycle::workflow::Kind},
        kernel::{
            ids::{PersonId, Random, Reference},
            text::Summary,
        },
    },
    store::{
        By, StoreError, Tx,
        case::{access, cases, setting},
        concern::forms::Form,
        people::staff,
    },
};
use std::collections::BTreeSet;

/// Which case, as the page that posted showed it.
#[derive(Debug, Clone)]
pub struct CaseOnPage<'a> {
    /// The case.
    pub reference: &'a Reference,
    /// The version on the page. A change is refused if it is not the latest; an addition does not mind.
    pub version: i32,
    /// The form that was posted.
    pub form: &'a Form,
}

/// What a verb is given beside the case and the act.
pub struct Around {
    /// A free reference, should another case be opened.
    pub spare_reference: Reference,
}

/// Does one act on a case.
///
/// `given_to` are those a form gives the case to, whole or as a task.
pub fn perform(
    candour: &Candour,
    op: &Op,
    seen: &CaseOnPage<'_>,
    given_to: &BTreeSet<PersonId>,
    random: &mut dyn Random,
    verb: impl FnOnce(&Case, &mut Act<'_>, Around) -> Result<CaseEvent, Refusal>,
) -> Result<()> {
    candour.once(op, seen.form, |tx| {
        let before = cases::find_to_change(tx, &op.viewer, seen.reference)?;
        check_may_be_given_it(tx, op, given_to)?;
        let setting = setting::with_adults(tx, op.viewer.school(), op.now)?;
        let spare_reference = free_reference(tx, op, random)?;
        let event = {
            let mut act = op.act(&setting, random);
            verb(&before, &mut act, Around { spare_reference })?
        };
        if event.kind() == Kind::Change && before.version != seen.version {
            return Err(ServiceError::Stale);
        }
        cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?;
        Ok(seen.reference.to_string())
    })
}

fn check_may_be_given_it(tx: &mut Tx<'_>, op: &Op, given_to: &BTreeSet<PersonId>) -> Result<()> {
    if given_to.is_empty() {
        return Ok(());
    }
    let allowed = staff::who_may_be_given_a_case(tx, &op.viewer)?;
    if given_to.iter().all(|person| allowed.iter().any(|other| other.person() == *person)) {
        return Ok(());
    }
    Err(Refusal::Refused(Problem::NotStaffHere).into())
}

/// Merges one case into another that the viewer can open: both change in one transaction, or neither.
pub fn merge(
    candour: &Candour,
    op: &Op,
    seen: &CaseOnPage<'_>,
    target: &Reference,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, seen.form, |tx| {
        // Two opposite merges take the rows in one order, so that neither waits for the other for ever.
        let (source, into) = if seen.reference <= target {
            let source = cases::find_to_change(tx, &op.viewer, seen.reference)?;
            (source, to_merge_into(tx, op, target)?)
        } else {
            let into = to_merge_into(tx, op, target);
            (cases::find_to_change(tx, &op.viewer, seen.reference)?, into?)
        };
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let merged = source.merge_into(&into, &mut op.act(&setting, random))?;
        if source.version != seen.version {
            return Err(ServiceError::Stale);
        }
        // The one that goes on may follow the one that ends: it is stored first.
        cases::record(tx, By::Viewer(&op.viewer), &into, &merged.target, random)?;
        cases::record(tx, By::Viewer(&op.viewer), &source, &merged.source, random)?;
        Ok(seen.reference.to_string())
    })
}

fn to_merge_into(tx: &mut Tx<'_>, op: &Op, target: &Reference) -> Result<Case> {
    cases::find_to_change(tx, &op.viewer, target).map_err(|error| match error {
        StoreError::NotFound => Refusal::field("target", Problem::NoSuchCase).into(),
        other @ (StoreError::BadReference
        | StoreError::Stale
        | StoreError::Duplicate
        | StoreError::Corrupt { .. }
        | StoreError::Unavailable(_)) => other.into(),
    })
}

/// Opens a restricted or sealed case to the head or the DSL for 24 hours. A case that does not exist, one
/// they are excluded from and one of another school are answered alike, after the same statements.
pub fn break_glass(
    candour: &Candour,
    op: &Op,
    reference: &Reference,
    reason: &Summary,
    form: &Form,
    random: &mut dyn Random,
) -> Result<()> {
    let broken = candour.once(op, form, |tx| {
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let before = access::find_behind_glass(tx, &op.viewer, reference)?;
        let event = before.break_glass(reason, &mut op.act(&setting, random))?;
        cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?;
        Ok(reference.to_string())
    });
    match broken {
        Err(ServiceError::NotFound) => {
            super::read::refused(candour, op, "/break-glass", random)?;
            Err(Refusal::field("reference", Problem::NotBehindGlass).into())
        }
        other => other,
    }
}

/// Whether the viewer can still open a case: an act may have taken their own sight of it.
pub fn can_open(candour: &Candour, op: &Op, reference: &Reference) -> Result<bool> {
    match candour.read(|tx| cases::find(tx, &op.viewer, reference)) {
        Ok(_) => Ok(true),
        Err(StoreError::NotFound) => Ok(false),
        Err(other) => Err(other.into()),
    }
}

/// Draws a reference the school does not have.
pub(crate) fn free_reference(tx: &mut Tx<'_>, op: &Op, random: &mut dyn Random) -> Result<Reference> {
    loop {
        let reference = Reference::draw(random);
        if !cases::is_taken(tx, op.viewer.school(), &reference)? {
            return Ok(reference);
        }
    }
}

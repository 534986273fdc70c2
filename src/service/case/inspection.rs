//! Cases selected for inspectors: who can be chosen, selecting one, an inspector's own list, and the end of
//! it.

use super::act::CaseOnPage;
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        case::{Act, Case, Problem, Refusal},
        kernel::{
            clock::Instant,
            ids::{PersonId, Random, SchoolId},
            text::Summary,
        },
        people::{
            Office, Standing,
            duty::{Book, DutyKind, HeldDuty},
            register::choosing::{ToChoose, to_choose},
        },
    },
    store::{
        By, Tx,
        case::{
            cases, inspections, setting,
            steward::{self, Steward, Work},
        },
        people::{duties, name_keys},
        record::access_log::{self, AccessKind},
    },
};
use std::collections::BTreeSet;

/// What is selected, as it is entered.
#[derive(Debug, Clone)]
pub struct Selection {
    /// For whom.
    pub inspector: PersonId,
    /// Until when; nothing for as long as they inspect.
    pub until: Option<Instant>,
    /// Why.
    pub reason: Summary,
}

/// Selects a case for an inspector.
pub fn select(
    candour: &Candour,
    op: &Op,
    seen: &CaseOnPage<'_>,
    selection: &Selection,
    random: &mut dyn Random,
) -> Result<()> {
    candour.once(op, seen.form, |tx| {
        let before = cases::find_to_change(tx, &op.viewer, seen.reference)?;
        let book = duties::book(tx, op.viewer.school(), op.now)?;
        let inspector = inspectors(&book).find(|held| held.person == selection.inspector);
        let Some(inspector) = inspector else {
            return Err(Refusal::field("person", Problem::NotAnInspector).into());
        };
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let event = before.select_for(
            inspector,
            selection.until,
            &selection.reason,
            &mut op.act(&setting, random),
        )?;
        if before.version != seen.version {
            return Err(ServiceError::Stale);
        }
        cases::record(tx, By::Viewer(&op.viewer), &before, &event, random)?;
        Ok(seen.reference.to_string())
    })
}

/// Inspectors of today and to come.
fn inspectors(book: &Book) -> impl Iterator<Item = &HeldDuty> {
    book.duties.iter().filter(|held| held.what == DutyKind::Office(Office::Inspector))
}

/// The inspectors a case can be selected for, with the end of their role.
pub fn inspectors_to_choose(
    candour: &Candour,
    op: &Op,
    case: &Case,
) -> Result<Vec<(ToChoose, Option<Instant>)>> {
    candour.read(|tx| {
        let book = duties::book(tx, op.viewer.school(), op.now)?;
        let people: BTreeSet<PersonId> = inspectors(&book).map(|held| held.person).collect();
        let all = to_choose(name_keys::of_ids(tx, &op.viewer, &people)?);
        let free = all.into_iter().filter(|one| !case.excludes(one.person()));
        let with_end = |one: ToChoose| {
            let held = inspectors(&book).find(|held| held.person == one.person());
            let until = held.and_then(|held| held.to);
            (one, until)
        };
        Ok(free.map(with_end).collect())
    })
}

/// A case on an inspector's list.
#[derive(Debug, Clone)]
pub struct SelectedCase {
    /// The case.
    pub case: Case,
    /// Until when they can read it.
    pub until: Instant,
}

/// Everything selected for the viewer; the access is recorded before it is shown.
pub fn list(candour: &Candour, op: &Op, random: &mut dyn Random) -> Result<Vec<SelectedCase>> {
    let person = op.viewer.person();
    let cases = candour.read(|tx| inspections::list(tx, &op.viewer))?;
    let selected = |case: Case| Some(SelectedCase { until: case.inspected_until(person, op.now)?, case });
    let list: Vec<SelectedCase> = cases.into_iter().filter_map(selected).collect();
    candour.look(access_log::look(
        &op.viewer,
        AccessKind::List { list: "inspection", lines: list.len() },
        random,
    ))?;
    Ok(list)
}

/// Ends what was selected for an inspector when their role begins or ends, in ended cases too.
pub(in crate::service) fn is_over(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let selected = steward::selected_for(tx, Steward::of(school, Work::EndInspection), person)?;
    if selected.is_empty() {
        return Ok(());
    }
    let setting = setting::read(tx, school, now)?;
    let candour_itself = Standing::nobodys(school, now);
    for before in selected {
        let event = {
            let mut act = Act::new(&candour_itself, &setting, random);
            before.inspection_is_over(person, &mut act)
        };
        if let Some(event) = event {
            cases::record(tx, By::Candour, &before, &event, random)?;
        }
    }
    Ok(())
}

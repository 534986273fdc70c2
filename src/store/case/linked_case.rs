//! The cases that another one opened, which follow it in the same transaction as what happened to it.

use super::{
    access, cases, setting,
    steward::{self, Steward, Work},
};
use crate::domain::{
    case::{Act, Case, CaseEvent},
    kernel::ids::{CaseId, Random, SchoolId},
    people::Standing,
};
use crate::store::{By, Result, Tx};

/// Lets every case that follows this one take over its present state. Most cases opened none, and are asked
/// nothing.
pub(in crate::store) fn take_along(
    tx: &mut Tx<'_>,
    by: By<'_>,
    before: &Case,
    event: &CaseEvent,
    random: &mut dyn Random,
) -> Result<()> {
    let (source, now) = (event.case(), event.at());
    if !source.takes_others_along(before) {
        return Ok(());
    }
    let setting = setting::read(tx, source.school, now)?;
    let candour_itself = Standing::nobodys(source.school, now);
    for id in &source.opened {
        let case = as_it_goes_on(tx, source.school, *id)?;
        if case.id == source.id {
            continue;
        }
        let follows = case.follow_source(source, &mut Act::new(&candour_itself, &setting, random));
        if let Some(follows) = follows {
            cases::record(tx, by, &case, &follows, random)?;
        }
    }
    Ok(())
}

/// Lets what is left of the cases that became part of this one follow it, so that no one reads at an old address what
/// this one keeps from them. The rows of this one are written last: whom it excludes is excluded there as well.
pub(in crate::store) fn take_gathered_along(
    tx: &mut Tx<'_>,
    by: By<'_>,
    before: &Case,
    event: &CaseEvent,
    random: &mut dyn Random,
) -> Result<()> {
    let (target, now) = (event.case(), event.at());
    if !target.takes_gathered_along(before) {
        return Ok(());
    }
    let setting = setting::read(tx, target.school, now)?;
    let candour_itself = Standing::nobodys(target.school, now);
    for id in &target.gathered {
        let case = steward::case_to_change(tx, Steward::of(target.school, Work::TakeAlong), *id)?;
        let follows = case.follow_target(target, &mut Act::new(&candour_itself, &setting, random));
        if let Some(follows) = follows {
            cases::record(tx, by, &case, &follows, random)?;
        }
    }
    access::replace(tx, target)
}

/// Writes the rows of the case that a merged case became part of again, after those of the merged one: whom that one
/// excludes stays excluded at the old address. Nothing for a case that was not merged.
pub(in crate::store) fn excludes_as_its_target(tx: &mut Tx<'_>, case: &Case) -> Result<()> {
    let Some(target) = case.merged_into else { return Ok(()) };
    let target = as_it_goes_on(tx, case.school, target)?;
    access::replace(tx, &target)
}

/// A case, or the one it was merged into, with its row locked. A merged case never leads back to itself.
fn as_it_goes_on(tx: &mut Tx<'_>, school: SchoolId, id: CaseId) -> Result<Case> {
    let steward = Steward::of(school, Work::TakeAlong);
    let mut case = steward::case_to_change(tx, steward, id)?;
    while let Some(target) = case.merged_into {
        case = steward::case_to_change(tx, steward, target)?;
    }
    Ok(case)
}

/// Reads again a case of several that are changed one after the other: one that follows another may have
/// changed with it meanwhile.
pub fn reread(tx: &mut Tx<'_>, case: Case) -> Result<Case> {
    if case.follows.is_empty() {
        return Ok(case);
    }
    steward::case_to_change(tx, Steward::of(case.school, Work::TakeAlong), case.id)
}

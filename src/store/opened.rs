//! The cases that another one opened, which follow it in the same transaction as whatever happened to it.

use super::{Result, Tx, cases, closeness, schools, staff};
use crate::domain::{
    case::{Act, Case, CaseEvent},
    ids::{CaseId, Random, SchoolId},
    people::Standing,
};

/// Lets every case that follows this one take over what is so here now. Most cases opened none, and are asked nothing.
pub(super) fn take_along(
    tx: &mut Tx<'_>,
    before: &Case,
    event: &CaseEvent,
    random: &mut dyn Random,
) -> Result<()> {
    let (source, now) = (event.case(), event.at());
    if !source.takes_others_along(before) {
        return Ok(());
    }
    let school = schools::find(tx, source.school)?;
    let roster = staff::roster(tx, source.school, now)?;
    let close_to = closeness::in_force(tx, source.school)?;
    let nobody = Standing::nobodys(source.school, now);
    for id in &source.opened {
        let case = as_it_goes_on(tx, source.school, *id)?;
        if case.id == source.id {
            continue;
        }
        let follows = {
            let mut act = Act::new(&nobody, &roster, &school.calendar, &school.editions, random);
            case.follow_source(source, &close_to, &mut act)
        };
        if let Some(follows) = follows {
            cases::record(tx, &case, &follows, random)?;
        }
    }
    Ok(())
}

/// A case, or the one it has become part of, with its row locked. A merged case never leads back to itself.
fn as_it_goes_on(tx: &mut Tx<'_>, school: SchoolId, id: CaseId) -> Result<Case> {
    let mut case = cases::find_for_job(tx, school, id)?;
    while let Some(target) = case.merged_into {
        case = cases::find_for_job(tx, school, target)?;
    }
    Ok(case)
}

/// A case of several that are changed one after the other, as it is now: one that follows another may have been taken along
/// meanwhile.
pub fn again(tx: &mut Tx<'_>, case: Case) -> Result<Case> {
    if case.follows.is_empty() { Ok(case) } else { cases::find_for_job(tx, case.school, case.id) }
}

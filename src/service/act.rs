//! Acting on a case: load it locked, ask the domain's verb, keep what it says, all in one transaction.

use super::{Op, Result, ServiceError, Setting};
use crate::{
    domain::{
        case::{Act, Case, CaseEvent, Refusal},
        ids::{PersonId, Random, Reference},
        workflow::Kind,
    },
    store::{
        Db, cases,
        forms::{self, Form, Taken},
        staff,
    },
};
use std::collections::BTreeSet;

/// Which case, as the page that posted showed it.
#[derive(Debug, Clone)]
pub struct Seen<'a> {
    /// The case.
    pub reference: &'a Reference,
    /// The version on the page. A change is refused where it is not the latest; an addition does not mind.
    pub version: i32,
    /// The form that was posted.
    pub form: &'a Form,
}

/// What a verb is given beside the case and the act.
pub struct Around<'a> {
    /// Pairs of people recorded as close.
    pub close_to: &'a [(PersonId, PersonId)],
    /// A free reference, should another case be opened.
    pub spare_reference: Reference,
}

/// Does one act on a case.
///
/// `people` are those a form names: they must be of this school.
pub fn perform(
    db: &Db,
    op: &Op,
    seen: &Seen<'_>,
    people: &BTreeSet<PersonId>,
    random: &mut dyn Random,
    verb: impl FnOnce(&Case, &mut Act<'_>, Around<'_>) -> Result<CaseEvent, Refusal>,
) -> Result<()> {
    db.write(|tx| {
        match forms::find(tx, &op.viewer, seen.form)? {
            Taken::Same(_) => return Ok(()),
            Taken::Changed(_) => return Err(ServiceError::Stale),
            Taken::New => {}
        }
        let before = cases::find_to_change(tx, &op.viewer, seen.reference)?;
        if !people.is_empty() && !staff::are_current(tx, &op.viewer, people)? {
            return Err(ServiceError::Refused("Choose somebody who is at this school now.".to_owned()));
        }
        let setting = Setting::read(tx, op.viewer.school(), op.now)?;
        let spare_reference = super::report::free_reference(tx, op, random)?;
        let event = {
            let mut act = setting.act(op, random);
            verb(&before, &mut act, Around { close_to: &setting.close_to, spare_reference })?
        };
        if event.kind() == Kind::Change && before.version != seen.version {
            return Err(ServiceError::Stale);
        }
        cases::record(tx, &before, &event, random)?;
        Ok(forms::keep(tx, &op.viewer, seen.form, seen.reference.as_str())?)
    })
}

/// Merges one case into another that the viewer can open.
pub fn merge(db: &Db, op: &Op, seen: &Seen<'_>, target: &Reference, random: &mut dyn Random) -> Result<()> {
    let into = db.read(|tx| Ok::<_, ServiceError>(cases::find(tx, &op.viewer, target)?));
    let into = match into {
        Ok(case) => case,
        Err(ServiceError::NotFound) => {
            return Err(Refusal::field("target", "Enter the reference of a case you can open").into());
        }
        Err(other) => return Err(other),
    };
    perform(db, op, seen, &BTreeSet::new(), random, |case, act, _| case.merge_into(&into, act))
}

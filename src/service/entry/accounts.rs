//! Which accounts belong to which person: seen, and taken away, by those who may make that person's code.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        kernel::ids::{AccountId, PersonId},
        people::duty::{self, DutyKind},
    },
    store::{
        Tx,
        case::duties_changed,
        entry::accounts,
        people::{duties, staff},
        record::audit,
    },
};
use std::collections::BTreeMap;

pub use crate::store::entry::accounts::BoundAccount;

/// The accounts of everybody whose code the viewer may make, by the people's names.
pub fn to_look_after(candour: &Candour, op: &Op) -> Result<Vec<BoundAccount>> {
    candour.read(|tx| theirs(tx, op))
}

fn theirs(tx: &mut Tx<'_>, op: &Op) -> Result<Vec<BoundAccount>> {
    let mut held: BTreeMap<PersonId, Vec<DutyKind>> = BTreeMap::new();
    for duty in duties::book(tx, op.viewer.school(), op.now)?.duties {
        held.entry(duty.person).or_default().push(duty.what);
    }
    let may = |person: PersonId| {
        let (seats, offices) = staff::split(held.get(&person).map_or(&[][..], Vec::as_slice));
        duty::may_take_account_away(op.viewer.standing(), person, &seats, &offices)
    };
    let mut all = accounts::of_school(tx, &op.viewer)?;
    all.retain(|let_in| may(let_in.person).is_ok());
    Ok(all)
}

/// The viewer's accounts.
pub fn mine(candour: &Candour, op: &Op) -> Result<Vec<BoundAccount>> {
    Ok(candour.read(|tx| accounts::of_viewer(tx, &op.viewer))?)
}

/// Takes an account away from its person. Its next request finds itself signed out.
pub fn take_away(candour: &Candour, op: &Op, account: AccountId) -> Result<()> {
    candour.write(|tx| {
        // Two people who may take away one another's account do it one after the other, and the second is out
        // already: both would be out for good otherwise.
        duties_changed::hold(tx, op.viewer.school())?;
        if !accounts::is_still_in(tx, &op.viewer)? {
            return Err(ServiceError::NotFound);
        }
        let all = theirs(tx, op)?;
        let let_in = all.iter().find(|let_in| let_in.account == account).ok_or(ServiceError::NotFound)?;
        accounts::take_away(tx, &op.viewer, let_in)?;
        let facts = [SchoolFact::Person(let_in.person), SchoolFact::Account(account)];
        Ok(audit::write_school_act(tx, &op.viewer, SchoolAct::TookAccountAway, &facts)?)
    })
}

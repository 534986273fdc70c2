//! Accounts that wait to be confirmed: who is told of a new one, who may confirm it, and what they say.

use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        entry::account_proof::{
            self as rules, ADDRESS_BEFORE, AccountAnswer, AccountProof, EarlierAccounts, LetIn, SHOWN_FOR,
            Witness, Witnesses,
        },
        kernel::{
            clock::Instant,
            ids::{AccountId, PersonId, Random, SchoolId},
        },
    },
    store::{
        StoreError, Tx,
        case::duties_changed,
        entry::{
            account_proof,
            accounts::{self, BoundAccount},
        },
        people::{addresses, duties, staff},
        record::{audit, outbox},
    },
};
use std::collections::BTreeSet;

/// Tells those whom it concerns that an account was let in: of the first one of a person the others who hold their
/// role, of every further one the person, and if it waits to be confirmed those who may.
pub(in crate::service) fn tell_of_new(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    (account, let_in): (AccountId, LetIn),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    match let_in.earlier {
        EarlierAccounts::ThisOne => return Ok(()),
        EarlierAccounts::None => return tell_colleagues(tx, (school, person), now, random),
        EarlierAccounts::Others => {}
    }
    let before = addresses::another_at(tx, (school, person), now - ADDRESS_BEFORE)?;
    outbox::tell_of_account(tx, (school, person), before, now, random)?;
    if !staff::duties_of(tx, school, person, now)?.is_empty() {
        duties::tell(tx, school, &[person].into_iter().collect(), now)?;
    }
    if let_in.proof == AccountProof::Awaited {
        for witness in who_may(tx, school, (account, person), now)?.people {
            outbox::ask(tx, (school, witness), now, random)?;
        }
    }
    Ok(())
}

fn tell_colleagues(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let roster = staff::roster(tx, school, now)?;
    let mut holders: BTreeSet<PersonId> =
        roster.desks_of(person).into_iter().flat_map(|desk| roster.holders(desk)).collect();
    holders.remove(&person);
    duties::tell(tx, school, &holders, now)?;
    for holder in holders {
        outbox::ask(tx, (school, holder), now, random)?;
    }
    Ok(())
}

/// Tells head, chair, and external contact or DSL that codes were printed on the server.
pub(in crate::service) fn tell_of_server_codes(
    tx: &mut Tx<'_>,
    school: SchoolId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<(), StoreError> {
    for person in rules::told_of_server_codes(&staff::roster(tx, school, now)?) {
        outbox::tell_of_server_codes(tx, (school, person), now, random)?;
    }
    Ok(())
}

/// Who may confirm an account as a second person, as things are now.
fn who_may(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
    now: Instant,
) -> Result<Witnesses> {
    let duties = staff::duties_of(tx, school, person, now)?;
    let makers = account_proof::makers(tx, school, (account, person))?;
    Ok(rules::witnesses(person, &duties, &makers, &staff::roster(tx, school, now)?))
}

/// Whether the viewer may confirm this account as the second person.
fn is_witness(tx: &mut Tx<'_>, op: &Op, waiting: &BoundAccount) -> Result<bool> {
    let found = who_may(tx, op.viewer.school(), (waiting.account, waiting.person), op.now)?;
    let counts = found.step.is_some_and(|step| step.is(op.viewer.standing()));
    Ok(counts && found.people.contains(&op.viewer.person()))
}

fn waits(account: &BoundAccount) -> bool {
    account.proof == AccountProof::Awaited
}

/// Who has to confirm the viewer's own account before it opens anything, if it is not a present session of theirs;
/// none if no one is left.
pub fn awaited(candour: &Candour, op: &Op) -> Result<Option<Witness>> {
    let own = (op.viewer.account(), op.viewer.person());
    candour.read(|tx| Ok(who_may(tx, op.viewer.school(), own, op.now)?.step))
}

/// The accounts that wait for the viewer to confirm them as the second person, by the people's names.
pub fn to_confirm(candour: &Candour, op: &Op) -> Result<Vec<BoundAccount>> {
    candour.read(|tx| {
        let mut theirs = Vec::new();
        for waiting in accounts::of_school(tx, &op.viewer)?.into_iter().filter(waits) {
            if is_witness(tx, op, &waiting)? {
                theirs.push(waiting);
            }
        }
        Ok(theirs)
    })
}

/// Says whether an account that waits is its person's: by a present session of theirs, or by a second person. It
/// opens what is theirs from its next request on, or is removed.
pub fn answer(candour: &Candour, op: &Op, account: AccountId, answer: AccountAnswer) -> Result<()> {
    candour.write(|tx| {
        let school = op.viewer.school();
        // Roles stay as they are meanwhile, and so does the viewer's own account.
        duties_changed::hold(tx, school)?;
        if !accounts::is_still_in(tx, &op.viewer)? {
            return Err(ServiceError::NotFound);
        }
        let waiting = accounts::of_school(tx, &op.viewer)?.into_iter().filter(waits);
        let waiting = waiting.into_iter().find(|one| one.account == account).ok_or(ServiceError::NotFound)?;
        if waiting.person != op.viewer.person() && !is_witness(tx, op, &waiting)? {
            return Err(ServiceError::NotFound);
        }
        let act = match answer {
            AccountAnswer::Theirs => {
                account_proof::prove(tx, school, (account, waiting.person), op.now)?;
                SchoolAct::ConfirmedAccount
            }
            AccountAnswer::NotTheirs => {
                accounts::take_away(tx, &op.viewer, &waiting)?;
                SchoolAct::RefusedAccount
            }
        };
        let facts = [SchoolFact::Person(waiting.person), SchoolFact::Account(account)];
        Ok(audit::write_school_act(tx, &op.viewer, act, &facts)?)
    })
}

/// An account that was added for the viewer lately, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// The account.
    pub account: AccountId,
    /// The name it shows.
    pub name: String,
    /// When.
    pub at: Instant,
    /// Whether it is proven to be theirs; none if it was removed.
    pub proof: Option<AccountProof>,
}

/// The accounts that were added for the viewer in the last 60 days, the latest first.
pub fn added_lately(candour: &Candour, op: &Op) -> Result<Vec<Added>> {
    if op.viewer.proof() == AccountProof::Awaited {
        return Ok(Vec::new());
    }
    candour.read(|tx| {
        let added = account_proof::added_since(tx, &op.viewer, op.now - SHOWN_FOR)?;
        if added.is_empty() {
            return Ok(Vec::new());
        }
        let theirs = accounts::of_viewer(tx, &op.viewer)?;
        let proof = |account: AccountId| {
            theirs.iter().find(|one| one.account == account).map(|one: &BoundAccount| one.proof)
        };
        let added = added.into_iter().map(|one| Added {
            proof: proof(one.account),
            account: one.account,
            name: one.name,
            at: one.added_at,
        });
        Ok(added.collect())
    })
}

/// The first accounts in the last 60 days of people who share a role with the viewer, the latest first: by name.
pub fn first_beside(candour: &Candour, op: &Op) -> Result<Vec<(String, Instant)>> {
    let standing = op.viewer.standing();
    let held: Vec<_> = standing.desks().into_iter().filter(|desk| standing.holds(*desk)).collect();
    if held.is_empty() {
        return Ok(Vec::new());
    }
    candour.read(|tx| {
        let school = op.viewer.school();
        let roster = staff::roster(tx, school, op.now)?;
        let mut beside: BTreeSet<PersonId> = held.iter().flat_map(|desk| roster.everyone_at(*desk)).collect();
        beside.remove(&op.viewer.person());
        let first = account_proof::first_since(tx, school, &beside, op.now - SHOWN_FOR)?;
        let names = staff::names(tx, &op.viewer, &beside)?;
        let named = |(person, at): (PersonId, Instant)| Some((names.get(&person)?.clone(), at));
        Ok(first.into_iter().filter_map(named).collect())
    })
}

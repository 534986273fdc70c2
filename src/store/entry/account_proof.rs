//! Whether an account is proven to be its person's: the accounts they had before, who made codes for it, and the yes
//! that opens it.

use super::viewer::Viewer;
use crate::domain::{
    entry::account_proof::{self, AccountProof, EarlierAccounts, LetIn, LetInBy},
    kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, SchoolId},
    },
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        mapping::At,
        schema::{accounts, binding_codes, bindings, known_accounts},
    },
};
use diesel::prelude::*;
use std::collections::BTreeSet;

/// Whether a person of a school had an account before, whatever became of it.
fn had_one(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<bool> {
    let known: i64 = known_accounts::table
        .filter(known_accounts::school_id.eq(school))
        .filter(known_accounts::person_id.eq(person))
        .count()
        .get_result(tx.conn())?;
    Ok(known > 0)
}

/// Whether an account was proven to be a person's, and not taken away from them since.
pub(super) fn was_proven(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    account: Option<AccountId>,
) -> Result<bool> {
    let Some(account) = account else { return Ok(false) };
    let proven: i64 = known_accounts::table
        .find((school, person, account))
        .filter(known_accounts::proven_at.is_not_null())
        .count()
        .get_result(tx.conn())?;
    Ok(proven == 1)
}

/// Keeps that an account is let in as a person, and says whether it is proven at once. Nothing of before counts for
/// a person who never had one.
pub(in crate::store) fn begin(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    account: AccountId,
    by: LetInBy,
    now: Instant,
) -> Result<LetIn> {
    let this = known_accounts::table.find((school, person, account));
    let before: Option<Option<Instant>> =
        this.select(known_accounts::proven_at).first(tx.conn()).optional()?;
    let earlier = match before {
        Some(Some(_)) => EarlierAccounts::ThisOne,
        Some(None) => EarlierAccounts::Others,
        None if had_one(tx, school, person)? => EarlierAccounts::Others,
        None => EarlierAccounts::None,
    };
    let proof = account_proof::at_first(by, earlier);
    let proven_at = (proof == AccountProof::Proven).then_some(At(now));
    match before {
        // It was theirs all along.
        Some(Some(_)) => {}
        Some(None) => {
            diesel::update(this)
                .set((known_accounts::added_at.eq(At(now)), known_accounts::proven_at.eq(proven_at)))
                .execute(tx.conn())?;
        }
        None => {
            diesel::insert_into(known_accounts::table)
                .values((
                    known_accounts::school_id.eq(school),
                    known_accounts::person_id.eq(person),
                    known_accounts::account_id.eq(account),
                    known_accounts::added_at.eq(At(now)),
                    known_accounts::proven_at.eq(proven_at),
                ))
                .execute(tx.conn())?;
        }
    }
    Ok(LetIn { earlier, proof })
}

/// Whether an account is proven to be a person of a school now; one that is not bound to them is not.
pub fn of(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
) -> Result<AccountProof> {
    let confirmed: i64 = bindings::table
        .filter(bindings::school_id.eq(school))
        .filter(bindings::account_id.eq(account))
        .filter(bindings::person_id.eq(person))
        .filter(bindings::confirmed_at.is_not_null())
        .count()
        .get_result(tx.conn())?;
    Ok(if confirmed == 0 { AccountProof::Awaited } else { AccountProof::Proven })
}

/// Keeps that an account is proven to be a person, once. From its next request on it opens what is theirs.
pub fn prove(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
    now: Instant,
) -> Result<()> {
    let awaited = bindings::table
        .find((school, account))
        .filter(bindings::person_id.eq(person))
        .filter(bindings::confirmed_at.is_null());
    let proven = diesel::update(awaited).set(bindings::confirmed_at.eq(Some(At(now)))).execute(tx.conn())?;
    if proven != 1 {
        return Err(StoreError::NotFound);
    }
    diesel::update(known_accounts::table.find((school, person, account)))
        .set(known_accounts::proven_at.eq(Some(At(now))))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets that an account was proven: it was taken away, and opens nothing of before should it come back.
pub(in crate::store) fn forget(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
) -> Result<()> {
    diesel::update(known_accounts::table.find((school, person, account)))
        .set(known_accounts::proven_at.eq(None::<At>))
        .execute(tx.conn())?;
    Ok(())
}

/// Who made the codes that an account entered as a person.
pub fn makers(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
) -> Result<BTreeSet<PersonId>> {
    let made_by: Vec<Option<PersonId>> = binding_codes::table
        .filter(binding_codes::school_id.eq(school))
        .filter(binding_codes::person_id.eq(person))
        .filter(binding_codes::used_by.assume_not_null().eq(account))
        .select(binding_codes::made_by)
        .load(tx.conn())?;
    Ok(made_by.into_iter().flatten().collect())
}

/// An account that was added for a person lately.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddedAccount {
    /// The account.
    pub account: AccountId,
    /// The name it shows; it proves nothing.
    pub name: String,
    /// When.
    pub added_at: Instant,
}

/// The accounts that were added for the viewer since an instant, the latest first; not the first they ever had.
pub fn added_since(tx: &mut Tx<'_>, viewer: &Viewer, since: Instant) -> Result<Vec<AddedAccount>> {
    let rows: Vec<(AccountId, String, Instant)> = known_accounts::table
        .inner_join(accounts::table.on(accounts::id.eq(known_accounts::account_id)))
        .filter(known_accounts::school_id.eq(viewer.school()))
        .filter(known_accounts::person_id.eq(viewer.person()))
        .order((known_accounts::added_at.asc(), known_accounts::account_id.asc()))
        .select((known_accounts::account_id, accounts::name, known_accounts::added_at))
        .load(tx.conn())?;
    let later = rows.into_iter().skip(1).filter(|(.., at)| *at > since);
    let mut added: Vec<AddedAccount> =
        later.map(|(account, name, added_at)| AddedAccount { account, name, added_at }).collect();
    added.reverse();
    Ok(added)
}

/// The first accounts of people, since an instant, the latest first: whose, and when.
pub fn first_since(
    tx: &mut Tx<'_>,
    school: SchoolId,
    of: &BTreeSet<PersonId>,
    since: Instant,
) -> Result<Vec<(PersonId, Instant)>> {
    let people: Vec<PersonId> = of.iter().copied().collect();
    let rows: Vec<(PersonId, Instant)> = known_accounts::table
        .filter(known_accounts::school_id.eq(school))
        .filter(known_accounts::person_id.eq_any(people))
        .order((known_accounts::added_at.asc(), known_accounts::account_id.asc()))
        .select((known_accounts::person_id, known_accounts::added_at))
        .load(tx.conn())?;
    let mut seen = BTreeSet::new();
    let mut first: Vec<(PersonId, Instant)> =
        rows.into_iter().filter(|(person, _)| seen.insert(*person)).filter(|(_, at)| *at > since).collect();
    first.reverse();
    Ok(first)
}

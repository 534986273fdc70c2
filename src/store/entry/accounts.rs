//! Accounts as people know them: what each showed when it last signed in, whom it was let in as, and taking
//! it away again.

use super::{account_proof, viewer::Viewer};
use crate::domain::{
    entry::{
        account_proof::AccountProof,
        first_sign_in::{BoundBy, DirectoryIdentity},
    },
    kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, SchoolId},
    },
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::{accounts, bindings, people, sessions, taken_accounts},
    },
};
use diesel::prelude::*;

/// What an account shows of itself. Name and address prove nothing.
#[derive(Debug, Clone, Copy)]
pub struct AccountProfile<'a> {
    /// The name the provider gives it.
    pub name: &'a str,
    /// The address the provider gives it.
    pub email: Option<&'a str>,
    /// Which configured sign-in it came through.
    pub provider: &'a str,
    /// The directory's record of them, if it can be believed.
    pub vouched: Option<&'a DirectoryIdentity>,
}

/// Stores what an account shows.
pub fn set_profile(tx: &mut Tx<'_>, account: AccountId, profile: &AccountProfile<'_>) -> Result<()> {
    diesel::update(accounts::table.find(account))
        .set((
            accounts::name.eq(profile.name),
            accounts::email.eq(profile.email),
            accounts::provider.eq(Some(profile.provider)),
            accounts::vouched.eq(profile.vouched.cloned().map(Json)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What an account shows by name, and the directory's record of it.
pub fn profile(tx: &mut Tx<'_>, account: AccountId) -> Result<(String, Option<DirectoryIdentity>)> {
    let (name, vouched): (String, Option<Json<DirectoryIdentity>>) =
        accounts::table.find(account).select((accounts::name, accounts::vouched)).first(tx.conn())?;
    Ok((name, vouched.map(|Json(vouched)| vouched)))
}

/// An account that is a person of a school, for people to know it by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundAccount {
    /// The account.
    pub account: AccountId,
    /// Whom it was let in as.
    pub person: PersonId,
    /// Their name.
    pub who: String,
    /// The name the account showed when it last signed in.
    pub name: String,
    /// The address it showed.
    pub email: Option<String>,
    /// The provider it came through, if it has signed in since it was let in.
    pub provider: Option<String>,
    /// Since when it is them.
    pub since: Instant,
    /// How that is known.
    pub how: BoundBy,
    /// Whether it is proven to be them.
    pub proof: AccountProof,
}

/// The accounts of everybody in the viewer's school, by the people's names, each person's oldest first.
pub fn of_school(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<BoundAccount>> {
    type Row = (
        (AccountId, PersonId, String),
        (String, Option<String>, Option<String>),
        (Instant, BoundBy, Option<Instant>),
    );
    let rows: Vec<Row> = bindings::table
        .inner_join(accounts::table.on(accounts::id.eq(bindings::account_id)))
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .filter(bindings::school_id.eq(viewer.school()))
        .filter(people::left_at.is_null())
        .order((people::name.asc(), people::id.asc(), bindings::bound_at.asc(), accounts::id.asc()))
        .select((
            (accounts::id, people::id, people::name),
            (accounts::name, accounts::email, accounts::provider),
            (bindings::bound_at, bindings::how, bindings::confirmed_at),
        ))
        .load(tx.conn())?;
    let let_in =
        |((account, person, who), (name, email, provider), (since, how, confirmed_at)): Row| BoundAccount {
            account,
            person,
            who,
            name,
            email,
            provider,
            since,
            how,
            proof: if confirmed_at.is_some() { AccountProof::Proven } else { AccountProof::Awaited },
        };
    Ok(rows.into_iter().map(let_in).collect())
}

/// With which issuers the people of a school can sign in: by accounts that are proven to be theirs. For a command
/// on the machine itself, which has no viewer.
pub fn issuers(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<(PersonId, String)>> {
    Ok(bindings::table
        .inner_join(accounts::table.on(accounts::id.eq(bindings::account_id)))
        .filter(bindings::school_id.eq(school))
        .filter(bindings::confirmed_at.is_not_null())
        .order((bindings::person_id.asc(), bindings::account_id.asc()))
        .select((bindings::person_id, accounts::issuer))
        .load(tx.conn())?)
}

/// The accounts that are the viewer in their school, the oldest first.
pub fn of_viewer(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<BoundAccount>> {
    let mut all = of_school(tx, viewer)?;
    all.retain(|let_in| let_in.person == viewer.person());
    Ok(all)
}

/// Whether the viewer's own account is still theirs, and proven: another administrator may have taken it away
/// since they asked.
pub fn is_still_in(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<bool> {
    let found: i64 = bindings::table
        .find((viewer.school(), viewer.account()))
        .filter(bindings::person_id.eq(viewer.person()))
        .filter(bindings::confirmed_at.is_not_null())
        .count()
        .get_result(tx.conn())?;
    Ok(found == 1)
}

/// Takes an account away from its person in the viewer's school, and ends its sessions there. What the
/// provider says of it does not bring it back; a new code does.
pub fn take_away(tx: &mut Tx<'_>, viewer: &Viewer, let_in: &BoundAccount) -> Result<()> {
    let (school, now) = (viewer.school(), viewer.standing().at);
    let bound = bindings::table.find((school, let_in.account)).filter(bindings::person_id.eq(let_in.person));
    if diesel::delete(bound).execute(tx.conn())? != 1 {
        return Err(StoreError::NotFound);
    }
    account_proof::forget(tx, school, (let_in.account, let_in.person))?;
    diesel::insert_into(taken_accounts::table)
        .values((
            taken_accounts::school_id.eq(school),
            taken_accounts::account_id.eq(let_in.account),
            taken_accounts::person_id.eq(let_in.person),
            taken_accounts::taken_at.eq(At(now)),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(tx.conn())?;
    diesel::update(
        sessions::table
            .filter(sessions::account_id.eq(let_in.account))
            .filter(sessions::school_id.eq(school))
            .filter(sessions::ended_at.is_null()),
    )
    .set((sessions::ended_at.eq(Some(At(now))), sessions::id_token.eq(None::<String>)))
    .execute(tx.conn())?;
    Ok(())
}

/// Whether an account was taken away from a person, and no code has let it in as them since.
pub fn was_taken_away(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: Option<AccountId>,
    person: PersonId,
) -> Result<bool> {
    let Some(account) = account else { return Ok(false) };
    let taken: i64 = taken_accounts::table.find((school, account, person)).count().get_result(tx.conn())?;
    Ok(taken == 1)
}

/// Records that a code has let an account in that was taken away before.
pub(in crate::store) fn give_back(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    person: PersonId,
) -> Result<()> {
    diesel::delete(taken_accounts::table.find((school, account, person))).execute(tx.conn())?;
    Ok(())
}

//! Sign-ins that wait for a code to be entered: known by a cookie alone, for half an hour.

use crate::domain::{entry::first_sign_in::DirectoryIdentity, kernel::clock::Instant};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::pending_sign_ins,
    },
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long a pending sign-in may take to enter a code.
pub const PENDING_LASTS: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes after which a person has to sign in again.
pub const MOST_TRIES: i32 = 5;

/// A sign-in the provider vouched for and no school lets in yet.
#[derive(Clone, PartialEq, Eq)]
pub struct PendingSignIn {
    /// The provider.
    pub issuer: String,
    /// Its lasting name for them.
    pub subject: String,
    /// Their name, for showing.
    pub name: String,
    /// Their address, for showing.
    pub email: Option<String>,
    /// The directory's record of them, if it can be believed.
    pub vouched: Option<DirectoryIdentity>,
    /// Which configured provider.
    pub provider: String,
    /// The provider's session.
    pub provider_session: Option<String>,
    /// For signing out at the provider.
    pub id_token: Option<String>,
    /// Where to go afterwards.
    pub return_to: String,
}

/// Stores a sign-in that waits for a code, under the hash of a cookie's token.
pub fn add(tx: &mut Tx<'_>, token_hash: &str, pending: &PendingSignIn, now: Instant) -> Result<()> {
    diesel::delete(pending_sign_ins::table.filter(pending_sign_ins::started_at.lt(At(now - PENDING_LASTS))))
        .execute(tx.conn())?;
    diesel::insert_into(pending_sign_ins::table)
        .values((
            pending_sign_ins::token_hash.eq(token_hash),
            pending_sign_ins::issuer.eq(&pending.issuer),
            pending_sign_ins::subject.eq(&pending.subject),
            pending_sign_ins::name.eq(&pending.name),
            pending_sign_ins::email.eq(&pending.email),
            pending_sign_ins::vouched.eq(pending.vouched.clone().map(Json)),
            pending_sign_ins::provider.eq(&pending.provider),
            pending_sign_ins::provider_session.eq(&pending.provider_session),
            pending_sign_ins::id_token.eq(&pending.id_token),
            pending_sign_ins::return_to.eq(&pending.return_to),
            pending_sign_ins::tries.eq(0),
            pending_sign_ins::started_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The pending sign-in of a cookie. [`StoreError::NotFound`] if there is none, or codes were tried too often
/// or too late.
pub fn of_token(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<PendingSignIn> {
    type ShownIdentity = (String, Option<String>, Option<Json<DirectoryIdentity>>);
    type Row = (String, String, ShownIdentity, String, Option<String>, Option<String>, String, i32, Instant);
    let row: Row = pending_sign_ins::table
        .find(token_hash)
        .select((
            pending_sign_ins::issuer,
            pending_sign_ins::subject,
            (pending_sign_ins::name, pending_sign_ins::email, pending_sign_ins::vouched),
            pending_sign_ins::provider,
            pending_sign_ins::provider_session,
            pending_sign_ins::id_token,
            pending_sign_ins::return_to,
            pending_sign_ins::tries,
            pending_sign_ins::started_at,
        ))
        .locked()
        .get_result(tx.conn())?;
    let (issuer, subject, shown, provider, provider_session, id_token, return_to, tries, started_at) = row;
    if tries >= MOST_TRIES || now - started_at > PENDING_LASTS {
        return Err(StoreError::NotFound);
    }
    let (name, email, vouched) = shown;
    let vouched = vouched.map(|Json(vouched)| vouched);
    Ok(PendingSignIn {
        issuer,
        subject,
        name,
        email,
        vouched,
        provider,
        provider_session,
        id_token,
        return_to,
    })
}

/// Counts a wrong code.
pub fn wrong_code(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::update(pending_sign_ins::table.find(token_hash))
        .set(pending_sign_ins::tries.eq(pending_sign_ins::tries + 1))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes a pending sign-in that was let in.
pub fn remove(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::delete(pending_sign_ins::table.find(token_hash)).execute(tx.conn())?;
    Ok(())
}

//! Who waits outside with a code to enter: known by a cookie alone, for half an hour.

use crate::domain::{entry::first_sign_in::Vouched, kernel::clock::Instant};
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

/// How long somebody who knocked may take to enter a code.
pub const PENDING_LASTS: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes after which somebody has to sign in again.
pub const MOST_TRIES: i32 = 5;

/// Somebody the provider vouched for and no school lets in yet.
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
    /// Whom the school's directory has them as, where it can be believed.
    pub vouched: Option<Vouched>,
    /// Which configured sign-in.
    pub provider: String,
    /// The provider's session.
    pub provider_session: Option<String>,
    /// For signing out at the provider.
    pub id_token: Option<String>,
    /// Where they wanted to go.
    pub return_to: String,
}

/// Keeps that somebody waits for a code, under the hash of a cookie's token.
pub fn knock(tx: &mut Tx<'_>, token_hash: &str, knock: &PendingSignIn, now: Instant) -> Result<()> {
    diesel::delete(pending_sign_ins::table.filter(pending_sign_ins::started_at.lt(At(now - PENDING_LASTS))))
        .execute(tx.conn())?;
    diesel::insert_into(pending_sign_ins::table)
        .values((
            pending_sign_ins::token_hash.eq(token_hash),
            pending_sign_ins::issuer.eq(&knock.issuer),
            pending_sign_ins::subject.eq(&knock.subject),
            pending_sign_ins::name.eq(&knock.name),
            pending_sign_ins::email.eq(&knock.email),
            pending_sign_ins::vouched.eq(knock.vouched.clone().map(Json)),
            pending_sign_ins::provider.eq(&knock.provider),
            pending_sign_ins::provider_session.eq(&knock.provider_session),
            pending_sign_ins::id_token.eq(&knock.id_token),
            pending_sign_ins::return_to.eq(&knock.return_to),
            pending_sign_ins::tries.eq(0),
            pending_sign_ins::started_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Who waits behind a cookie. [`StoreError::NotFound`] where nobody does, or they tried too often or too late.
pub fn of_token(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<PendingSignIn> {
    type Shown = (String, Option<String>, Option<Json<Vouched>>);
    type Row = (String, String, Shown, String, Option<String>, Option<String>, String, i32, Instant);
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

/// Forgets who waited: they are in.
pub fn come_in(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::delete(pending_sign_ins::table.find(token_hash)).execute(tx.conn())?;
    Ok(())
}

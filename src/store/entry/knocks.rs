//! Who waits outside with a code to enter: known by a cookie alone, for half an hour.

use crate::domain::{entry::arrival::Vouched, kernel::clock::Instant};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::knocks,
    },
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long somebody who knocked may take to enter a code.
pub const KNOCK_LASTS: TimeDelta = TimeDelta::minutes(30);
/// Wrong codes after which somebody has to sign in again.
pub const MOST_TRIES: i32 = 5;

/// Somebody the provider vouched for and no school lets in yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Knock {
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
pub fn knock(tx: &mut Tx<'_>, token_hash: &str, knock: &Knock, now: Instant) -> Result<()> {
    diesel::delete(knocks::table.filter(knocks::knocked_at.lt(At(now - KNOCK_LASTS)))).execute(tx.conn())?;
    diesel::insert_into(knocks::table)
        .values((
            knocks::token_hash.eq(token_hash),
            knocks::issuer.eq(&knock.issuer),
            knocks::subject.eq(&knock.subject),
            knocks::name.eq(&knock.name),
            knocks::email.eq(&knock.email),
            knocks::vouched.eq(knock.vouched.clone().map(Json)),
            knocks::provider.eq(&knock.provider),
            knocks::provider_session.eq(&knock.provider_session),
            knocks::id_token.eq(&knock.id_token),
            knocks::return_to.eq(&knock.return_to),
            knocks::tries.eq(0),
            knocks::knocked_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Who waits behind a cookie. [`StoreError::NotFound`] where nobody does, or they tried too often or too late.
pub fn who_knocked(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<Knock> {
    type Shown = (String, Option<String>, Option<Json<Vouched>>);
    type Row = (String, String, Shown, String, Option<String>, Option<String>, String, i32, Instant);
    let row: Row = knocks::table
        .find(token_hash)
        .select((
            knocks::issuer,
            knocks::subject,
            (knocks::name, knocks::email, knocks::vouched),
            knocks::provider,
            knocks::provider_session,
            knocks::id_token,
            knocks::return_to,
            knocks::tries,
            knocks::knocked_at,
        ))
        .locked()
        .get_result(tx.conn())?;
    let (issuer, subject, shown, provider, provider_session, id_token, return_to, tries, knocked_at) = row;
    if tries >= MOST_TRIES || now - knocked_at > KNOCK_LASTS {
        return Err(StoreError::NotFound);
    }
    let (name, email, vouched) = shown;
    let vouched = vouched.map(|Json(vouched)| vouched);
    Ok(Knock { issuer, subject, name, email, vouched, provider, provider_session, id_token, return_to })
}

/// Counts a wrong code.
pub fn wrong_code(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::update(knocks::table.find(token_hash))
        .set(knocks::tries.eq(knocks::tries + 1))
        .execute(tx.conn())?;
    Ok(())
}

/// Forgets who waited: they are in.
pub fn come_in(tx: &mut Tx<'_>, token_hash: &str) -> Result<()> {
    diesel::delete(knocks::table.find(token_hash)).execute(tx.conn())?;
    Ok(())
}

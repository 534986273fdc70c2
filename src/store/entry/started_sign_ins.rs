//! What is stored of sign-ins that go through a provider: the key their cookies are sealed with, and which came back
//! already. Of one that is only started nothing is stored.

use crate::domain::kernel::clock::Instant;
use crate::store::{
    Result, Tx,
    db::{
        mapping::At,
        schema::{cookie_keys, used_sign_ins},
    },
};
use diesel::prelude::*;

const ONLY: i16 = 1;

/// The key that every node seals cookies with, if one was drawn.
pub fn cookie_key(tx: &mut Tx<'_>) -> Result<Option<String>> {
    Ok(cookie_keys::table.find(ONLY).select(cookie_keys::secret).first(tx.conn()).optional()?)
}

/// Stores the key, once: a second time is [`crate::store::StoreError::Duplicate`].
pub fn keep_cookie_key(tx: &mut Tx<'_>, secret: &str, now: Instant) -> Result<()> {
    diesel::insert_into(cookie_keys::table)
        .values((cookie_keys::id.eq(ONLY), cookie_keys::secret.eq(secret), cookie_keys::made_at.eq(At(now))))
        .execute(tx.conn())?;
    Ok(())
}

/// Notes that a sign-in came back, and removes those whose cookie is too old by now. A second time is
/// [`crate::store::StoreError::Duplicate`].
pub fn use_up(tx: &mut Tx<'_>, state_hash: &str, ends_at: Instant, now: Instant) -> Result<()> {
    diesel::delete(used_sign_ins::table.filter(used_sign_ins::ends_at.lt(At(now)))).execute(tx.conn())?;
    diesel::insert_into(used_sign_ins::table)
        .values((used_sign_ins::state_hash.eq(state_hash), used_sign_ins::ends_at.eq(At(ends_at))))
        .execute(tx.conn())?;
    Ok(())
}

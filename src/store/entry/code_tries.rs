//! How often an account tried one-time codes while signed in: one row each, so that every node counts alike.

use crate::domain::{
    entry::session::CODE_TRIES_WITHIN,
    kernel::{clock::Instant, ids::AccountId},
};
use crate::store::{
    Result, Tx,
    db::{dialect::QueryExt, mapping::At, schema::code_tries},
};
use diesel::prelude::*;

/// Counts a try, and says how many there were since the first that still counts, this one included.
pub fn count(tx: &mut Tx<'_>, account: AccountId, now: Instant) -> Result<i32> {
    let running = code_tries::table.find(account).filter(code_tries::since.gt(At(now - CODE_TRIES_WITHIN)));
    let counted: Option<i32> = diesel::update(running)
        .set(code_tries::tries.eq(code_tries::tries + 1))
        .returning(code_tries::tries)
        .both()
        .cached()
        .get_result(tx.conn())
        .optional()?;
    if let Some(counted) = counted {
        return Ok(counted);
    }
    diesel::insert_into(code_tries::table)
        .values((code_tries::account_id.eq(account), code_tries::since.eq(At(now)), code_tries::tries.eq(1)))
        .on_conflict(code_tries::account_id)
        .do_update()
        .set((code_tries::since.eq(At(now)), code_tries::tries.eq(1)))
        .both()
        .cached()
        .execute(tx.conn())?;
    Ok(1)
}

/// Takes a try back: the code was right.
pub fn take_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(code_tries::table.find(account))
        .set(code_tries::tries.eq(code_tries::tries - 1))
        .execute(tx.conn())?;
    Ok(())
}

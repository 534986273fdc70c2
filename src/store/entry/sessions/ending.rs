//! Ending sessions before their time: a person's, an account's, everybody's.

use crate::{
    domain::kernel::{clock::Instant, ids::AccountId},
    store::{
        Result, Tx,
        db::{mapping::At, schema::sessions},
        entry::viewer::Viewer,
    },
};
use diesel::prelude::*;

/// Ends every session of the viewer's account, this one too. Says how many.
pub fn end_mine(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<usize> {
    end_of_account(tx, viewer.account, viewer.standing.at)
}

/// Ends every session of an account. Says how many.
pub(in crate::store) fn end_of_account(tx: &mut Tx<'_>, account: AccountId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table.filter(sessions::account_id.eq(account)).filter(sessions::ended_at.is_null()),
    )
    .set((sessions::ended_at.eq(Some(At(now))), sessions::id_token.eq(None::<String>)))
    .execute(tx.conn())?)
}

/// Ends every session of the installation. Says how many.
pub fn end_all(tx: &mut Tx<'_>, now: Instant) -> Result<usize> {
    Ok(diesel::update(sessions::table.filter(sessions::ended_at.is_null()))
        .set((sessions::ended_at.eq(Some(At(now))), sessions::id_token.eq(None::<String>)))
        .execute(tx.conn())?)
}

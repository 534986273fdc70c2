//! What an account showed of itself when it last signed in: for people to know it by, and for what may be believed of it.

use super::{Result, Tx, mapping::Json, schema::accounts};
use crate::domain::{arrival::Vouched, ids::AccountId};
use diesel::prelude::*;

/// What an account shows of itself. Name and address prove nothing.
#[derive(Debug, Clone, Copy)]
pub struct Shows<'a> {
    /// The name the provider gives it.
    pub name: &'a str,
    /// The address the provider gives it.
    pub email: Option<&'a str>,
    /// Which configured sign-in it came through.
    pub provider: &'a str,
    /// Whom the school's directory has it as, where that can be believed.
    pub vouched: Option<&'a Vouched>,
}

/// Keeps what an account shows.
pub fn show(tx: &mut Tx<'_>, account: AccountId, shows: &Shows<'_>) -> Result<()> {
    diesel::update(accounts::table.find(account))
        .set((
            accounts::name.eq(shows.name),
            accounts::email.eq(shows.email),
            accounts::provider.eq(Some(shows.provider)),
            accounts::vouched.eq(shows.vouched.cloned().map(Json)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What an account shows by name, and whom the directory has it as.
pub fn shown(tx: &mut Tx<'_>, account: AccountId) -> Result<(String, Option<Vouched>)> {
    let (name, vouched): (String, Option<Json<Vouched>>) =
        accounts::table.find(account).select((accounts::name, accounts::vouched)).first(tx.conn())?;
    Ok((name, vouched.map(|Json(vouched)| vouched)))
}

//! How often a person asked for names, and an account tried one-time codes: one row each, so that every node counts alike.

use crate::domain::{
    entry::session::CODE_TRIES_WITHIN,
    kernel::{clock::Instant, ids::AccountId},
    people::register::pace::WITHIN,
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{code_tries, name_pace},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// Counts one more in the row that has this key, and says how many there are since its time began, this one included.
///
/// One small statement, and a second one if a time begins. Two nodes that begin it at the same instant count one of the two.
macro_rules! count {
    ($tx:expr, $table:ident.$counted:ident of $($column:ident = $value:expr),+; within $within:expr, $now:expr) => {{
        let running =
            $table::table.find(($($value),+)).filter($table::since.gt(At($now - $within)));
        let counted: Option<i32> = diesel::update(running)
            .set($table::$counted.eq($table::$counted + 1))
            .returning($table::$counted)
            .both()
            .cached()
            .get_result($tx.conn())
            .optional()?;
        if let Some(counted) = counted {
            return Ok(counted);
        }
        diesel::insert_into($table::table)
            .values(($($table::$column.eq($value),)+ $table::since.eq(At($now)), $table::$counted.eq(1)))
            .on_conflict(($($table::$column),+))
            .do_update()
            .set(($table::since.eq(At($now)), $table::$counted.eq(1)))
            .both()
            .cached()
            .execute($tx.conn())?;
        Ok(1)
    }};
}

/// Counts that the viewer asks for names.
pub fn count_name(tx: &mut Tx<'_>, viewer: &Viewer, now: Instant) -> Result<i32> {
    count!(tx, name_pace.asked of school_id = viewer.school(), person_id = viewer.person(); within WITHIN, now)
}

/// Counts that an account tries a code while signed in.
pub fn count_code(tx: &mut Tx<'_>, account: AccountId, now: Instant) -> Result<i32> {
    count!(tx, code_tries.tries of account_id = account; within CODE_TRIES_WITHIN, now)
}

/// Takes a try back: the code was right.
pub fn take_code_back(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    diesel::update(code_tries::table.find(account))
        .set(code_tries::tries.eq(code_tries::tries - 1))
        .execute(tx.conn())?;
    Ok(())
}

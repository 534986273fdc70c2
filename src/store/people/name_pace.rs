//! How often a person asked for names in this minute: one row each, so that every node counts alike.

use crate::domain::{kernel::clock::Instant, people::register::pace::WITHIN};
use crate::store::{
    Result, Tx,
    db::{dialect::QueryExt, mapping::At, schema::name_pace},
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// Counts that the viewer asks, and says how often they did since their minute began, this time included.
///
/// One small statement, and a second one if a minute begins. Two nodes that begin it at the same instant
/// count one of the two.
pub fn count(tx: &mut Tx<'_>, viewer: &Viewer, now: Instant) -> Result<i32> {
    let running = name_pace::table
        .find((viewer.school(), viewer.person()))
        .filter(name_pace::since.gt(At(now - WITHIN)));
    let counted: Option<i32> = diesel::update(running)
        .set(name_pace::asked.eq(name_pace::asked + 1))
        .returning(name_pace::asked)
        .both()
        .cached()
        .get_result(tx.conn())
        .optional()?;
    if let Some(counted) = counted {
        return Ok(counted);
    }
    diesel::insert_into(name_pace::table)
        .values((
            name_pace::school_id.eq(viewer.school()),
            name_pace::person_id.eq(viewer.person()),
            name_pace::since.eq(At(now)),
            name_pace::asked.eq(1),
        ))
        .on_conflict((name_pace::school_id, name_pace::person_id))
        .do_update()
        .set((name_pace::since.eq(At(now)), name_pace::asked.eq(1)))
        .both()
        .cached()
        .execute(tx.conn())?;
    Ok(1)
}

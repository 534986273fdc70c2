//! Lists of people that were sent on the import page: stored while their sender looks through one, for an
//! hour at most, and read by no one else.

use crate::domain::kernel::{
    clock::Instant,
    ids::{Random, SentListId},
};
use crate::store::{
    Result, Tx,
    db::{mapping::At, schema::sent_lists},
    entry::viewer::Viewer,
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long a list waits.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(1);

/// Stores a list, in the place of the one sent before.
pub fn save(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    (name, bytes): (&str, &[u8]),
    random: &mut dyn Random,
) -> Result<SentListId> {
    let now = viewer.standing().at;
    let id = SentListId::draw(now, random);
    diesel::delete(
        sent_lists::table
            .filter(sent_lists::school_id.eq(viewer.school()))
            .filter(sent_lists::person_id.eq(viewer.person())),
    )
    .execute(tx.conn())?;
    diesel::insert_into(sent_lists::table)
        .values((
            sent_lists::school_id.eq(viewer.school()),
            sent_lists::id.eq(id),
            sent_lists::person_id.eq(viewer.person()),
            sent_lists::file_name.eq(name),
            sent_lists::bytes.eq(bytes),
            sent_lists::sent_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// A list of the viewer's own: its file's name, and what is in it.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: SentListId) -> Result<(String, Vec<u8>)> {
    Ok(sent_lists::table
        .find((viewer.school(), id))
        .filter(sent_lists::person_id.eq(viewer.person()))
        .filter(sent_lists::sent_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .select((sent_lists::file_name, sent_lists::bytes))
        .first(tx.conn())?)
}

/// Removes a list of the viewer's own, if it is there.
pub fn remove(tx: &mut Tx<'_>, viewer: &Viewer, id: SentListId) -> Result<()> {
    let mine =
        sent_lists::table.find((viewer.school(), id)).filter(sent_lists::person_id.eq(viewer.person()));
    diesel::delete(mine).execute(tx.conn())?;
    Ok(())
}

/// Removes every list older than [`KEPT_FOR`]. Says how many.
pub fn forget_old(tx: &mut Tx<'_>, now: Instant) -> Result<usize> {
    Ok(diesel::delete(sent_lists::table.filter(sent_lists::sent_at.le(At(now - KEPT_FOR))))
        .execute(tx.conn())?)
}

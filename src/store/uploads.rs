//! Lists of people that somebody sent on the import page: kept while they look through one, for an hour at most, and read
//! by nobody else.

use super::{Result, Tx, mapping::At, schema::uploads, viewer::Viewer};
use crate::domain::{
    clock::Instant,
    ids::{Random, UploadId},
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// How long a list waits.
pub const KEPT_FOR: TimeDelta = TimeDelta::hours(1);

/// Keeps a list, in the place of the one sent before.
pub fn save(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    (name, bytes): (&str, &[u8]),
    random: &mut dyn Random,
) -> Result<UploadId> {
    let now = viewer.standing().at;
    let id = UploadId::draw(now, random);
    diesel::delete(
        uploads::table
            .filter(uploads::school_id.eq(viewer.school()))
            .filter(uploads::person_id.eq(viewer.person())),
    )
    .execute(tx.conn())?;
    diesel::insert_into(uploads::table)
        .values((
            uploads::school_id.eq(viewer.school()),
            uploads::id.eq(id),
            uploads::person_id.eq(viewer.person()),
            uploads::file_name.eq(name),
            uploads::bytes.eq(bytes),
            uploads::sent_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(id)
}

/// A list of the viewer's own: its file's name, and what is in it.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: UploadId) -> Result<(String, Vec<u8>)> {
    Ok(uploads::table
        .find((viewer.school(), id))
        .filter(uploads::person_id.eq(viewer.person()))
        .filter(uploads::sent_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .select((uploads::file_name, uploads::bytes))
        .first(tx.conn())?)
}

/// Removes a list of the viewer's own, if it is there.
pub fn remove(tx: &mut Tx<'_>, viewer: &Viewer, id: UploadId) -> Result<()> {
    let mine = uploads::table.find((viewer.school(), id)).filter(uploads::person_id.eq(viewer.person()));
    diesel::delete(mine).execute(tx.conn())?;
    Ok(())
}

/// Removes every list older than [`KEPT_FOR`]. Says how many.
pub fn forget_old(tx: &mut Tx<'_>, now: Instant) -> Result<usize> {
    Ok(diesel::delete(uploads::table.filter(uploads::sent_at.le(At(now - KEPT_FOR)))).execute(tx.conn())?)
}

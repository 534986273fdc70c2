//! Where a person is signed in, for themselves to look at.

use crate::{
    domain::{
        entry::session::Limits,
        kernel::{clock::Instant, ids::SessionId},
    },
    store::{
        Result, Tx,
        db::{
            mapping::At,
            schema::{schools, sessions},
        },
        entry::viewer::Viewer,
    },
};
use diesel::prelude::*;

/// One live sign-in of an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    /// Which.
    pub id: SessionId,
    /// In which school.
    pub school: String,
    /// The device, in a few words.
    pub device: String,
    /// When it began.
    pub started_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen: Instant,
    /// Whether its screen is hidden.
    pub hidden: bool,
}

/// The viewer's own live sessions, the latest used first.
pub fn mine(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Mine>> {
    type Row = (SessionId, String, String, Instant, Instant, Option<Instant>);
    let now = viewer.standing.at;
    let rows: Vec<Row> = sessions::table
        .inner_join(schools::table.on(schools::id.eq(sessions::school_id)))
        .filter(sessions::account_id.eq(viewer.account))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::ends_at.gt(At(now)))
        .order((sessions::last_seen.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            schools::name,
            sessions::device,
            sessions::started_at,
            sessions::last_seen,
            sessions::hidden_at,
        ))
        .load(tx.conn())?;
    let limits = Limits::of(&viewer.standing);
    Ok(rows
        .into_iter()
        .filter(|(_, _, _, started_at, last_seen, _)| !limits.are_passed(*started_at, *last_seen, now))
        .map(|(id, school, device, started_at, last_seen, hidden_at)| Mine {
            id,
            school,
            device,
            started_at,
            last_seen,
            hidden: hidden_at.is_some(),
        })
        .collect())
}

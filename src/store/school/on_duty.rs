//! Who of the DSL's desk is on call, day by day: the last entry of a day counts, and every entry is kept.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    school::settings::{OnDuty, Phone},
};
use crate::store::{
    Result, StoreError, Tx,
    db::{mapping::At, schema::on_duty},
    entry::viewer::Viewer,
};
use diesel::prelude::*;

type Row = (Instant, PersonId, Option<String>, PersonId);

fn read((at, person, phone, by): Row) -> Result<OnDuty> {
    let corrupt =
        |_| StoreError::Corrupt { table: "on_duty", column: "phone".to_owned(), row: at.to_rfc3339() };
    let phone = phone.as_deref().map(Phone::parse).transpose().map_err(corrupt)?;
    Ok(OnDuty { person, phone, by, at })
}

/// Stores who is on call.
pub fn add(tx: &mut Tx<'_>, viewer: &Viewer, said: &OnDuty) -> Result<()> {
    diesel::insert_into(on_duty::table)
        .values((
            on_duty::school_id.eq(viewer.school()),
            on_duty::said_at.eq(At(said.at)),
            on_duty::person_id.eq(said.person),
            on_duty::phone.eq(said.phone.as_ref().map(Phone::as_str)),
            on_duty::said_by.eq(said.by),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The last entry of a school; whether it holds today is the domain's to say.
pub fn last(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<OnDuty>> {
    Ok(some(tx, school, 1)?.pop())
}

/// The last entries of a school, the latest first.
pub fn some(tx: &mut Tx<'_>, school: SchoolId, limit: i64) -> Result<Vec<OnDuty>> {
    let rows: Vec<Row> = on_duty::table
        .filter(on_duty::school_id.eq(school))
        .order(on_duty::said_at.desc())
        .select((on_duty::said_at, on_duty::person_id, on_duty::phone, on_duty::said_by))
        .limit(limit)
        .load(tx.conn())?;
    rows.into_iter().map(read).collect()
}

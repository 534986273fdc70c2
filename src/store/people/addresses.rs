//! Addresses that people had: an e-mail about a new account goes to the one of the day before, too, so that whoever
//! changes an address first does not keep it from its person.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    people::{PersonKind, register::plan::ChangedPerson},
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{former_addresses, people},
    },
};
use diesel::prelude::*;

/// Keeps the address that a person has, before it is changed to this one.
pub fn before_change(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    to: Option<&str>,
    now: Instant,
) -> Result<()> {
    let present: Option<String> =
        people::table.find((school, person)).select(people::email).first(tx.conn())?;
    let Some(address) = present else { return Ok(()) };
    if to.is_some_and(|to| to.eq_ignore_ascii_case(&address)) {
        return Ok(());
    }
    diesel::insert_into(former_addresses::table)
        .values((
            former_addresses::school_id.eq(school),
            former_addresses::person_id.eq(person),
            former_addresses::until_at.eq(At(now)),
            former_addresses::address.eq(address),
        ))
        .on_conflict_do_nothing()
        .both()
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps the address that an adult has, before a list changes it. A list never takes an address away.
pub(in crate::store) fn before_list(
    tx: &mut Tx<'_>,
    school: SchoolId,
    changed: &ChangedPerson,
    now: Instant,
) -> Result<()> {
    match &changed.record.email {
        Some(email) if changed.kind != PersonKind::Pupil => {
            before_change(tx, (school, changed.person), Some(email.as_str()), now)
        }
        Some(_) | None => Ok(()),
    }
}

/// The address a person had at an instant, if it was another than they have now.
pub fn another_at(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    then: Instant,
) -> Result<Option<String>> {
    let had: Option<String> = former_addresses::table
        .filter(former_addresses::school_id.eq(school))
        .filter(former_addresses::person_id.eq(person))
        .filter(former_addresses::until_at.gt(At(then)))
        .order(former_addresses::until_at.asc())
        .select(former_addresses::address)
        .first(tx.conn())
        .optional()?;
    let present: Option<String> =
        people::table.find((school, person)).select(people::email).first(tx.conn())?;
    let is_present = |had: &String| present.as_ref().is_some_and(|now| now.eq_ignore_ascii_case(had));
    Ok(had.filter(|had| !is_present(had)))
}

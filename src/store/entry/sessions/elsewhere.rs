//! Who an account is in another school than the one its session is in: for a form of a page of that school.

use crate::{
    domain::{
        entry::{account_proof::AccountProof, first_sign_in::BoundBy, session::Limits},
        kernel::{
            clock::{Calendar, Instant},
            ids::{PersonId, SchoolId},
        },
        people::{
            Desk, Office, PersonKind, Seat,
            duty::{self, Confirmer},
        },
        school::settings::Editions,
    },
    store::{
        Result, Tx,
        db::{
            mapping::{At, Json},
            schema::{bindings, duties, duty_news, people, schools},
        },
        entry::viewer::Viewer,
        people::staff::standing_of,
    },
};
use diesel::{dsl::exists, prelude::*};
use std::sync::Arc;

type Row = (
    (PersonId, BoundBy, Option<Confirmer>, Option<Instant>),
    (String, String, (Json<Editions>, Json<Calendar>), PersonKind),
    (Option<Desk>, Option<Seat>, Option<Office>),
);

/// The account of a live session as the person it is in this school, as [`super::resume`] would find it if the session
/// moved there; the session stays where it is. Nothing if it is no one there now, or if its session would be over there.
pub fn in_school(tx: &mut Tx<'_>, viewer: &Viewer, school: SchoolId) -> Result<Option<Viewer>> {
    let now = viewer.standing.at;
    let today = duties::starts_at
        .le(At(now))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    let rows: Vec<Row> = bindings::table
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(bindings::school_id)))
        .left_join(
            duties::table.on(duties::school_id
                .eq(bindings::school_id)
                .and(duties::person_id.eq(bindings::person_id))
                .and(today)),
        )
        .filter(bindings::account_id.eq(viewer.account))
        .filter(bindings::school_id.eq(school))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .select((
            (bindings::person_id, bindings::how, bindings::code_from, bindings::confirmed_at),
            (people::name, schools::name, (schools::settings, schools::calendar), people::kind),
            (duties::desk.nullable(), duties::seat.nullable(), duties::office.nullable()),
        ))
        .load(tx.conn())?;
    let Some(((person, how, code_from, confirmed_at), names, _)) = rows.first() else { return Ok(None) };
    let duties: Vec<_> = rows.iter().map(|(_, _, duty)| *duty).collect();
    let entitled = standing_of(school, *person, &duties, now);
    if Limits::of(&entitled).are_passed(viewer.started_at, viewer.last_seen, now) {
        return Ok(None);
    }
    let counts = duty::counting(
        &entitled,
        match how {
            BoundBy::Code => *code_from,
            BoundBy::Vouched | BoundBy::List => None,
        },
    );
    let waits_for_code = counts != entitled;
    let (proof, standing) = match confirmed_at {
        Some(_) => (AccountProof::Proven, counts),
        None => (AccountProof::Awaited, standing_of(school, *person, &[], now)),
    };
    let is_proven = proof == AccountProof::Proven;
    let news =
        duty_news::table.filter(duty_news::school_id.eq(school)).filter(duty_news::person_id.eq(*person));
    let has_duty_news: bool = diesel::select(exists(news)).get_result(tx.conn())?;
    let waiting =
        bindings::table.filter(bindings::school_id.eq(school)).filter(bindings::confirmed_at.is_null());
    let accounts_wait: bool = diesel::select(exists(waiting)).get_result(tx.conn())?;
    Ok(Some(Viewer {
        waits_for_code: waits_for_code && is_proven,
        standing,
        proof,
        kind: names.3,
        name: names.0.clone(),
        school_name: names.1.clone(),
        editions: Arc::new(names.2.0.0.clone()),
        calendar: Arc::new(names.2.1.0.clone()),
        has_duty_news: has_duty_news && is_proven,
        works_elsewhere: true,
        accounts_wait: accounts_wait && is_proven,
        ..viewer.clone()
    }))
}

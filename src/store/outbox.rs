//! Letters to send: written in the act's own transaction, rendered when sent, collapsed to one until somebody looks.

use super::{
    Result, Tx,
    dialect::{QueryExt, on_either},
    mapping::At,
    schema::{attention, case_exclusions, outbox, people, schools},
    viewer::Viewer,
};
use crate::domain::{
    case::{Case, CaseEvent, Urgency},
    clock::Instant,
    ids::{CaseId, LetterId, PersonId, Random, SchoolId},
};
use diesel::prelude::*;

const ORDINARY: &str = "ordinary";
const CRITICAL: &str = "critical";

/// Writes an event's letters.
pub(super) fn write(tx: &mut Tx<'_>, event: &CaseEvent, random: &mut dyn Random) -> Result<()> {
    let case = event.case();
    let rows: Vec<_> = event
        .notices()
        .iter()
        .map(|notice| {
            let kind = match notice.urgency {
                Urgency::Ordinary => ORDINARY,
                Urgency::Critical => CRITICAL,
            };
            (
                outbox::school_id.eq(case.school),
                outbox::id.eq(LetterId::draw(event.at(), random)),
                outbox::person_id.eq(notice.person),
                outbox::case_id.eq(Some(case.id)),
                outbox::kind.eq(kind),
                outbox::created_at.eq(At(event.at())),
                outbox::not_before.eq(At(event.at())),
                outbox::attempts.eq(0),
                outbox::sent_at.eq(None::<At>),
                outbox::dropped_at.eq(None::<At>),
                outbox::why_dropped.eq(None::<String>),
            )
        })
        .collect();
    if !rows.is_empty() {
        on_either!(tx.conn(), |c| diesel::insert_into(outbox::table).values(&rows).execute(c))?;
    }
    Ok(())
}

/// Drops what was not sent yet to people who are excluded from a case now.
pub(super) fn drop_for_excluded(tx: &mut Tx<'_>, case: &Case, now: Instant) -> Result<()> {
    let excluded = case_exclusions::table
        .filter(case_exclusions::school_id.eq(case.school))
        .filter(case_exclusions::case_id.eq(case.id))
        .select(case_exclusions::person_id);
    diesel::update(outbox::table)
        .filter(outbox::school_id.eq(case.school))
        .filter(outbox::case_id.eq(case.id))
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::person_id.eq_any(excluded))
        .set((outbox::dropped_at.eq(Some(At(now))), outbox::why_dropped.eq(Some("access ended"))))
        .execute(tx.conn())?;
    Ok(())
}

/// A letter whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its school.
    pub school: SchoolId,
    /// Its id: the Message-ID is made from it, so that a repeat can be recognised.
    pub id: LetterId,
    /// To whom.
    pub person: PersonId,
    /// About which case; never said in the letter.
    pub case: Option<CaseId>,
    /// How pressing it is.
    pub urgency: Urgency,
    /// How often sending was tried.
    pub attempts: i32,
    /// The person's address, where they have one.
    pub email: Option<String>,
    /// The school's name.
    pub school_name: String,
}

/// The letters whose time has come, oldest first.
pub fn waiting(tx: &mut Tx<'_>, now: Instant, limit: i64) -> Result<Vec<Waiting>> {
    type Row = (SchoolId, LetterId, PersonId, Option<CaseId>, String, i32, Option<String>, String);
    let rows: Vec<Row> = outbox::table
        .inner_join(
            people::table.on(people::school_id.eq(outbox::school_id).and(people::id.eq(outbox::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(outbox::school_id)))
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::not_before.le(At(now)))
        .order((outbox::created_at.asc(), outbox::id.asc()))
        .select((
            outbox::school_id,
            outbox::id,
            outbox::person_id,
            outbox::case_id,
            outbox::kind,
            outbox::attempts,
            people::email,
            schools::name,
        ))
        .limit(limit)
        .load(tx.conn())?;
    let urgency = |kind: &str| if kind == CRITICAL { Urgency::Critical } else { Urgency::Ordinary };
    Ok(rows
        .into_iter()
        .map(|(school, id, person, case, kind, attempts, email, school_name)| Waiting {
            school,
            id,
            person,
            case,
            urgency: urgency(&kind),
            attempts,
            email,
            school_name,
        })
        .collect())
}

/// Whether the person was sent an ordinary letter since they last looked, so that another would say nothing new.
pub fn is_told_already(tx: &mut Tx<'_>, letter: &Waiting) -> Result<bool> {
    let looked: Option<Instant> = attention::table
        .find((letter.school, letter.person))
        .select(attention::looked_at)
        .first(tx.conn())
        .optional()?;
    let sent: Option<Option<Instant>> = outbox::table
        .filter(outbox::school_id.eq(letter.school))
        .filter(outbox::person_id.eq(letter.person))
        .filter(outbox::sent_at.is_not_null())
        .order(outbox::sent_at.desc())
        .select(outbox::sent_at)
        .first(tx.conn())
        .optional()?;
    Ok(sent.flatten().is_some_and(|sent| looked.is_none_or(|looked| sent > looked)))
}

/// Whether the person can still open the case the letter is about.
pub fn may_still_open(tx: &mut Tx<'_>, letter: &Waiting, now: Instant) -> Result<bool> {
    let Some(case) = letter.case else { return Ok(true) };
    let standing = super::staff::standing(tx, letter.school, letter.person, now)?;
    let document: Option<super::mapping::Json<Case>> = super::schema::cases::table
        .find((letter.school, case))
        .select(super::schema::cases::document)
        .first(tx.conn())
        .optional()?;
    Ok(document.is_some_and(|case| case.0.sight(&standing).is_some()))
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was accepted by the mail server.
    Sent,
    /// It will not be sent, for this reason.
    Dropped(&'static str),
    /// Not before this instant.
    Later(Instant),
    /// Sending failed; not before this instant.
    TryAgain(Instant),
}

/// Marks what became of a letter, once.
pub fn mark(tx: &mut Tx<'_>, letter: &Waiting, fate: Fate, now: Instant) -> Result<()> {
    let row = outbox::table.find((letter.school, letter.id));
    let one = diesel::update(row).filter(outbox::sent_at.is_null());
    match fate {
        Fate::Sent => one.set(outbox::sent_at.eq(Some(At(now)))).execute(tx.conn())?,
        Fate::Dropped(why) => one
            .set((outbox::dropped_at.eq(Some(At(now))), outbox::why_dropped.eq(Some(why))))
            .execute(tx.conn())?,
        Fate::Later(at) => one.set(outbox::not_before.eq(At(at))).execute(tx.conn())?,
        Fate::TryAgain(at) => one
            .set((outbox::not_before.eq(At(at)), outbox::attempts.eq(letter.attempts + 1)))
            .execute(tx.conn())?,
    };
    Ok(())
}

/// The viewer has looked at their first page: the next thing is worth a letter again.
pub fn looked(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    let standing = viewer.standing();
    diesel::insert_into(attention::table)
        .values((
            attention::school_id.eq(standing.school),
            attention::person_id.eq(standing.person),
            attention::looked_at.eq(At(standing.at)),
        ))
        .on_conflict((attention::school_id, attention::person_id))
        .do_update()
        .set(attention::looked_at.eq(At(standing.at)))
        .both()
        .execute(tx.conn())?;
    Ok(())
}

/// How many letters wait, and since when the oldest does: for health and doctor. Never who or why.
pub fn backlog(tx: &mut Tx<'_>, now: Instant) -> Result<(i64, Option<Instant>)> {
    let due = || {
        outbox::table
            .filter(outbox::sent_at.is_null())
            .filter(outbox::dropped_at.is_null())
            .filter(outbox::not_before.le(At(now)))
    };
    let many: i64 = due().count().get_result(tx.conn())?;
    let oldest: Option<Instant> =
        due().order(outbox::created_at.asc()).select(outbox::created_at).first(tx.conn()).optional()?;
    Ok((many, oldest))
}

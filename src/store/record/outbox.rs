//! E-mails to send: written in the act's own transaction, rendered when sent, collapsed to one until their
//! recipient looks.

use crate::domain::{
    case::{
        Case, CaseEvent, Urgency,
        consequences::notice::{LATE_AFTER, Reason},
        lifecycle::workflow::Status,
    },
    kernel::{
        clock::Instant,
        ids::{CaseId, LetterId, PersonId, Random, SchoolId},
    },
    school::routing::ExclusionScope,
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        dialect::{QueryExt, insert_rows},
        mapping::At,
        schema::{attention, case_exclusions, cases, outbox, people, schools},
    },
    entry::viewer::Viewer,
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const ORDINARY: &str = "ordinary";
const CRITICAL: &str = "critical";
const AUDIT_HEAD: &str = "audit_head";
const ACCOUNT_ADDED: &str = "account_added";
const SERVER_CODES: &str = "server_codes";

const fn kind_of(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Ordinary => ORDINARY,
        Urgency::Critical => CRITICAL,
    }
}

/// Writes an event's e-mails.
pub(in crate::store) fn write(tx: &mut Tx<'_>, event: &CaseEvent, random: &mut dyn Random) -> Result<()> {
    let case = event.case();
    let rows: Vec<_> = event
        .notices()
        .iter()
        .map(|notice| {
            let about = (case.school, notice.person, Some(case.id));
            row(about, kind_of(notice.urgency), event.at(), random)
        })
        .collect();
    if !rows.is_empty() {
        insert_rows!(tx.conn(), outbox::table, &rows)?;
    }
    Ok(())
}

#[derive(Insertable)]
#[diesel(table_name = outbox)]
struct Row {
    school_id: SchoolId,
    id: LetterId,
    person_id: PersonId,
    case_id: Option<CaseId>,
    kind: &'static str,
    created_at: At,
    not_before: At,
    late_at: At,
    attempts: i32,
    address: Option<String>,
}

fn row(
    (school_id, person_id, case_id): (SchoolId, PersonId, Option<CaseId>),
    kind: &'static str,
    now: Instant,
    random: &mut dyn Random,
) -> Row {
    let id = LetterId::draw(now, random);
    let late_at = At(now + LATE_AFTER);
    Row {
        school_id,
        id,
        person_id,
        case_id,
        kind,
        created_at: At(now),
        not_before: At(now),
        late_at,
        attempts: 0,
        address: None,
    }
}

/// Reminds a person of what is overdue in a case.
pub fn remind(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    case: CaseId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let row = row((school, person, Some(case)), ORDINARY, now, random);
    diesel::insert_into(outbox::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Tells a person that something of the school's, and no case, needs them.
pub fn ask(tx: &mut Tx<'_>, whom: (SchoolId, PersonId), now: Instant, random: &mut dyn Random) -> Result<()> {
    ask_at(tx, whom, None, now, random)
}

/// As [`ask`]; at this address, if one is given, whichever they have when it is sent.
pub fn ask_at(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    address: Option<String>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let row = Row { address, ..row((school, person, None), ORDINARY, now, random) };
    diesel::insert_into(outbox::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Tells a person that an account was added for them: at the address they have, and at one they had before, if that
/// is another.
pub fn tell_of_account(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    address_before: Option<String>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let to_now = row((school, person, None), ACCOUNT_ADDED, now, random);
    diesel::insert_into(outbox::table).values(to_now).execute(tx.conn())?;
    if address_before.is_some() {
        let to_before =
            Row { address: address_before, ..row((school, person, None), ACCOUNT_ADDED, now, random) };
        diesel::insert_into(outbox::table).values(to_before).execute(tx.conn())?;
    }
    Ok(())
}

/// Tells a person that codes were printed on the server.
pub fn tell_of_server_codes(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let row = row((school, person, None), SERVER_CODES, now, random);
    diesel::insert_into(outbox::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// Writes the week's e-mail with the head of the audit log; the head is looked up when it is sent.
pub fn write_audit_head(
    tx: &mut Tx<'_>,
    school: SchoolId,
    person: PersonId,
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let row = row((school, person, None), AUDIT_HEAD, now, random);
    diesel::insert_into(outbox::table).values(row).execute(tx.conn())?;
    Ok(())
}

/// When the last e-mail with the head of the audit log was written in a school.
pub fn last_audit_head(tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<Instant>> {
    let last = outbox::table.filter(outbox::school_id.eq(school)).filter(outbox::kind.eq(AUDIT_HEAD));
    Ok(last.order(outbox::created_at.desc()).select(outbox::created_at).first(tx.conn()).optional()?)
}

/// When the last e-mail about a case was written to a person, whatever became of it.
pub fn last_about_a_case(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<Option<Instant>> {
    let last = outbox::table
        .filter(outbox::school_id.eq(school))
        .filter(outbox::person_id.eq(person))
        .filter(outbox::case_id.is_not_null());
    Ok(last.order(outbox::created_at.desc()).select(outbox::created_at).first(tx.conn()).optional()?)
}

/// What an e-mail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// That something needs its reader.
    NeedsYou(Urgency),
    /// The head of the audit log.
    AuditHead,
    /// That an account was added for its reader.
    AccountAdded,
    /// That codes were printed on the server.
    ServerCodes,
}

/// Drops what was not sent yet to people who are excluded from a case now: about the cases merged into it, too.
pub(in crate::store) fn drop_for_excluded(tx: &mut Tx<'_>, case: &Case, now: Instant) -> Result<()> {
    let excluded = case_exclusions::table
        .filter(case_exclusions::school_id.eq(case.school))
        .filter(case_exclusions::case_id.eq(case.id))
        .select(case_exclusions::person_id);
    diesel::update(outbox::table)
        .filter(outbox::school_id.eq(case.school))
        .filter(outbox::case_id.eq_any(case.with_gathered()))
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::person_id.eq_any(excluded))
        .set((outbox::dropped_at.eq(Some(At(now))), outbox::why_dropped.eq(Some(Reason::AccessEnded.code()))))
        .execute(tx.conn())?;
    Ok(())
}

/// An e-mail whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its school.
    pub school: SchoolId,
    /// Its id: the Message-ID is made from it, so that a repeat can be recognised.
    pub id: LetterId,
    /// To whom.
    pub person: PersonId,
    /// About which case; never said in the e-mail.
    pub case: Option<CaseId>,
    /// What it says.
    pub what: What,
    /// Not before this instant.
    pub not_before: Instant,
    /// How often sending was tried.
    pub attempts: i32,
    /// Where it goes: the person's address, if they have one, or one they had before.
    pub email: Option<String>,
    /// The school's name.
    pub school_name: String,
}

/// The e-mails whose time has come, oldest first.
pub fn waiting(tx: &mut Tx<'_>, now: Instant, limit: i64) -> Result<Vec<Waiting>> {
    type OutboxRow = (
        (SchoolId, LetterId, PersonId, Option<CaseId>),
        (String, Instant, i32, Option<String>),
        (Option<String>, String),
    );
    let rows: Vec<OutboxRow> = outbox::table
        .inner_join(
            people::table.on(people::school_id.eq(outbox::school_id).and(people::id.eq(outbox::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(outbox::school_id)))
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::not_before.le(At(now)))
        // A kind that only a newer version knows waits for that version.
        .filter(outbox::kind.eq_any([ORDINARY, CRITICAL, AUDIT_HEAD, ACCOUNT_ADDED, SERVER_CODES]))
        .order((outbox::created_at.asc(), outbox::id.asc()))
        .select((
            (outbox::school_id, outbox::id, outbox::person_id, outbox::case_id),
            (outbox::kind, outbox::not_before, outbox::attempts, outbox::address),
            (people::email, schools::name),
        ))
        .limit(limit)
        .load(tx.conn())?;
    rows.into_iter()
        .map(|((school, id, person, case), (kind, not_before, attempts, address), (email, school_name))| {
            let what = match kind.as_str() {
                ORDINARY => What::NeedsYou(Urgency::Ordinary),
                CRITICAL => What::NeedsYou(Urgency::Critical),
                AUDIT_HEAD => What::AuditHead,
                ACCOUNT_ADDED => What::AccountAdded,
                SERVER_CODES => What::ServerCodes,
                _ => {
                    let (column, row) = ("kind".to_owned(), id.to_string());
                    return Err(StoreError::Corrupt { table: "outbox", column, row });
                }
            };
            let email = address.or(email);
            Ok(Waiting { school, id, person, case, what, not_before, attempts, email, school_name })
        })
        .collect()
}

/// Takes an e-mail for sending, so that no other node takes it before `until`. Says whether this node was the
/// first to. If a node dies while it sends, the e-mail is sent again from then on.
pub fn claim(tx: &mut Tx<'_>, letter: &Waiting, until: Instant) -> Result<bool> {
    let row = outbox::table.find((letter.school, letter.id));
    let claimed = diesel::update(row)
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::not_before.eq(At(letter.not_before)))
        .set(outbox::not_before.eq(At(until)))
        .execute(tx.conn())?;
    Ok(claimed == 1)
}

/// Whether the person was told that something needs them since they last looked, so that another e-mail would
/// say nothing new.
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
        .filter(outbox::kind.eq_any([ORDINARY, CRITICAL]))
        .order(outbox::sent_at.desc())
        .select(outbox::sent_at)
        .first(tx.conn())
        .optional()?;
    Ok(sent.flatten().is_some_and(|sent| looked.is_none_or(|looked| sent > looked)))
}

/// Whether the person has not left, and can still open the case the e-mail is about.
pub fn may_still_open(tx: &mut Tx<'_>, letter: &Waiting, now: Instant) -> Result<bool> {
    let left: Option<Instant> =
        people::table.find((letter.school, letter.person)).select(people::left_at).first(tx.conn())?;
    if left.is_some() {
        return Ok(false);
    }
    let Some(case) = letter.case else { return Ok(true) };
    let standing = crate::store::people::staff::standing(tx, letter.school, letter.person, now)?;
    let document: Option<crate::store::db::mapping::Json<Case>> =
        cases::table.find((letter.school, case)).select(cases::document).first(tx.conn()).optional()?;
    // The case it was merged into excludes people from it as well, and its own document does not say so.
    let exclusion = case_exclusions::table
        .find((letter.school, case, letter.person))
        .filter(case_exclusions::scope.eq(ExclusionScope::All.code()));
    let is_excluded: bool = diesel::select(diesel::dsl::exists(exclusion)).get_result(tx.conn())?;
    Ok(!is_excluded && document.is_some_and(|case| case.0.sight(&standing).is_some()))
}

/// What became of an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was accepted by the mail server.
    Sent,
    /// It will not be sent, for this reason.
    Dropped(Reason),
    /// Not before this instant.
    Later(Instant),
    /// Sending failed; not before this instant.
    TryAgain(Instant),
}

/// Marks what became of an e-mail, once.
pub fn mark(tx: &mut Tx<'_>, letter: &Waiting, fate: Fate, now: Instant) -> Result<()> {
    let row = outbox::table.find((letter.school, letter.id));
    let one = diesel::update(row).filter(outbox::sent_at.is_null());
    match fate {
        Fate::Sent => one.set(outbox::sent_at.eq(Some(At(now)))).execute(tx.conn())?,
        Fate::Dropped(why) => one
            .set((outbox::dropped_at.eq(Some(At(now))), outbox::why_dropped.eq(Some(why.code()))))
            .execute(tx.conn())?,
        Fate::Later(at) => one
            .set((outbox::not_before.eq(At(at)), outbox::late_at.eq(At(at + LATE_AFTER))))
            .execute(tx.conn())?,
        Fate::TryAgain(at) => one
            .set((outbox::not_before.eq(At(at)), outbox::attempts.eq(letter.attempts + 1)))
            .execute(tx.conn())?,
    };
    Ok(())
}

/// Records that the viewer has looked at what waits for them: the next thing is worth an e-mail again.
pub fn mark_looked(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    let standing = viewer.standing();
    mark_lists_looked_at(tx, standing.school, standing.person, standing.at)
}

/// Marks e-mails as looked at for accesses that are recorded together.
pub(in crate::store) fn mark_lists_looked_at(
    tx: &mut Tx<'_>,
    school: SchoolId,
    person: PersonId,
    at: Instant,
) -> Result<()> {
    diesel::insert_into(attention::table)
        .values((
            attention::school_id.eq(school),
            attention::person_id.eq(person),
            attention::looked_at.eq(At(at)),
        ))
        .on_conflict((attention::school_id, attention::person_id))
        .do_update()
        .set(attention::looked_at.eq(At(at)))
        .both()
        .cached()
        .execute(tx.conn())?;
    Ok(())
}

/// How many e-mails are late: for health and doctor. Never to whom or why.
pub fn late(tx: &mut Tx<'_>, now: Instant) -> Result<i64> {
    Ok(outbox::table
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null())
        .filter(outbox::late_at.le(At(now)))
        .count()
        .get_result(tx.conn())?)
}

/// Who was to be told of a case that is not acknowledged, and could not be: the e-mail is late, was refused
/// or has no address, and they have not looked at their lists since it was written either.
pub fn unreached(
    tx: &mut Tx<'_>,
    school: SchoolId,
    now: Instant,
) -> Result<BTreeMap<CaseId, BTreeSet<PersonId>>> {
    let undeliverable = [Reason::RefusedByServer.code(), Reason::NoAddress.code()];
    let rows: Vec<(CaseId, PersonId)> = outbox::table
        .inner_join(
            cases::table
                .on(cases::school_id.eq(outbox::school_id).and(cases::id.nullable().eq(outbox::case_id))),
        )
        .left_join(
            attention::table.on(attention::school_id
                .eq(outbox::school_id)
                .and(attention::person_id.eq(outbox::person_id))
                .and(attention::looked_at.ge(outbox::created_at))),
        )
        .filter(outbox::school_id.eq(school))
        .filter(cases::status.eq(Status::Submitted))
        .filter(attention::looked_at.nullable().is_null())
        .filter(outbox::sent_at.is_null())
        .filter(outbox::dropped_at.is_null().or(outbox::why_dropped.eq_any(undeliverable)))
        .filter(outbox::late_at.le(At(now)))
        .select((cases::id, outbox::person_id))
        .load(tx.conn())?;
    let mut unreached: BTreeMap<CaseId, BTreeSet<PersonId>> = BTreeMap::new();
    for (case, person) in rows {
        unreached.entry(case).or_default().insert(person);
    }
    Ok(unreached)
}

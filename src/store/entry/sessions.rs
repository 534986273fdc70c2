//! Sessions: the only place that makes a [`Viewer`].

mod elsewhere;
mod ending;
mod mine;

pub use elsewhere::in_school;
pub(in crate::store) use ending::end_of_account;
pub use ending::{end_all, end_mine};
pub use mine::{Mine, mine};

use super::viewer::Viewer;
use crate::domain::{
    entry::{
        account_proof::AccountProof,
        first_sign_in::BoundBy,
        session::{LONGEST, Limits},
    },
    kernel::{
        clock::{Calendar, Instant},
        ids::{AccountId, PersonId, Random, SchoolId, SessionId},
    },
    people::{
        Desk, Office, PersonKind, Seat,
        duty::{self, Confirmer},
    },
    school::settings::Editions,
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::{At, Json},
        schema::{accounts, bindings, duties, duty_news, logouts, people, schools, sessions},
    },
    people::staff::standing_of,
};
use diesel::{
    dsl::{exists, sql},
    prelude::*,
    sql_types::Bool,
};
use std::sync::Arc;

/// The account of an issuer's subject, if it is known.
pub fn account(tx: &mut Tx<'_>, issuer: &str, subject: &str) -> Result<Option<AccountId>> {
    Ok(accounts::table
        .filter(accounts::issuer.eq(issuer))
        .filter(accounts::subject.eq(subject))
        .select(accounts::id)
        .first(tx.conn())
        .optional()?)
}

/// The account a person of a school is bound to.
pub fn account_of_person(tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<AccountId> {
    Ok(bindings::table
        .filter(bindings::school_id.eq(school))
        .filter(bindings::person_id.eq(person))
        .select(bindings::account_id)
        .first(tx.conn())?)
}

/// Stores a new account. Issuer and subject say whose it is; never the e-mail address.
pub fn add_account(
    tx: &mut Tx<'_>,
    id: AccountId,
    (issuer, subject): (&str, &str),
    name: &str,
    now: Instant,
) -> Result<()> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::issuer.eq(issuer),
            accounts::subject.eq(subject),
            accounts::name.eq(name),
            accounts::created_at.eq(At(now)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// A school in which an account belongs to a person who has not left and is no pupil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The school.
    pub school: SchoolId,
    /// Its name.
    pub name: String,
    /// Who they are there.
    pub person: PersonId,
}

/// The schools in which an account belongs to a person, by name. An account of a pupil is no one's.
pub fn places(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Place>> {
    let rows: Vec<(SchoolId, String, PersonId)> = bindings::table
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(bindings::school_id)))
        .filter(bindings::account_id.eq(account))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .order(schools::name.asc())
        .select((schools::id, schools::name, people::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(school, name, person)| Place { school, name, person }).collect())
}

/// A session to start.
pub struct NewSession<'a> {
    /// A hash of the cookie's token.
    pub token_hash: &'a str,
    /// The account.
    pub account: AccountId,
    /// In which school, as whom.
    pub place: &'a Place,
    /// The secret that forms are checked against.
    pub csrf: &'a str,
    /// The provider that vouched.
    pub provider: &'a str,
    /// How the person came.
    pub context: SignInContext<'a>,
}

/// How a person signed in, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct SignInContext<'a> {
    /// The provider's own name for its session.
    pub provider_session: Option<&'a str>,
    /// The ID token, to be handed back when the person signs out at the provider.
    pub id_token: Option<&'a str>,
    /// The device, in a few words for its owner.
    pub device: &'a str,
    /// When the person last typed their password or the like, if that is known.
    pub fresh_at: Option<Instant>,
}

/// Starts a session.
pub fn start(
    tx: &mut Tx<'_>,
    new: &NewSession<'_>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<SessionId> {
    let id = SessionId::draw(now, random);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::token_hash.eq(new.token_hash),
            sessions::account_id.eq(new.account),
            sessions::school_id.eq(new.place.school),
            sessions::person_id.eq(new.place.person),
            sessions::csrf.eq(new.csrf),
            sessions::provider.eq(new.provider),
            sessions::provider_session.eq(new.context.provider_session),
            sessions::id_token.eq(new.context.id_token),
            sessions::device.eq(new.context.device),
            sessions::fresh_at.eq(new.context.fresh_at.map(At)),
            sessions::started_at.eq(At(now)),
            sessions::last_seen.eq(At(now)),
            sessions::ends_at.eq(At(now + LONGEST)),
            sessions::hidden_at.eq(None::<At>),
            sessions::ended_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
    keep_last_school(tx, new.account, new.place)?;
    Ok(id)
}

/// What a cookie leads to.
#[derive(Debug, Clone)]
pub enum Session {
    /// A live session.
    Live(Box<Viewer>),
    /// A live session whose screen was hidden: it needs a fresh sign-in.
    Hidden,
    /// No session, or one that is over.
    None,
}

type Row = (
    (SessionId, AccountId, SchoolId, PersonId, String),
    (Instant, Instant, Option<Instant>, Option<Instant>),
    (BoundBy, Option<Confirmer>, Option<Instant>),
    (bool, bool, bool),
    (String, String, (Json<Editions>, Json<Calendar>), PersonKind),
    (Option<Desk>, Option<Seat>, Option<Office>),
);

/// Whether the account of a session belongs to a person in another school too, as [`places`] has it. In the
/// words of SQL, since both tables stand in the statement once already.
const ELSEWHERE: &str = "EXISTS (SELECT 1 FROM bindings AS elsewhere INNER JOIN people AS there \
    ON there.school_id = elsewhere.school_id AND there.id = elsewhere.person_id \
    WHERE elsewhere.account_id = sessions.account_id AND elsewhere.school_id <> sessions.school_id \
    AND there.left_at IS NULL AND there.kind <> 'pupil')";

/// Whether an account of a person of the session's school waits to be confirmed.
const WAITING: &str = "EXISTS (SELECT 1 FROM bindings AS waiting WHERE waiting.school_id = sessions.school_id \
    AND waiting.confirmed_at IS NULL)";

/// Looks a cookie's token up, in one statement: session, binding, person, school and every role of today. A
/// person who left, lost their account or whose role ended meets that on their very next request. A pupil has no session.
pub fn resume(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<Session> {
    let today = duties::starts_at
        .le(At(now))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    let news = duty_news::table
        .filter(duty_news::school_id.eq(sessions::school_id))
        .filter(duty_news::person_id.eq(sessions::person_id));
    let rows: Vec<Row> = sessions::table
        .inner_join(
            bindings::table.on(bindings::school_id
                .eq(sessions::school_id)
                .and(bindings::account_id.eq(sessions::account_id))
                .and(bindings::person_id.eq(sessions::person_id))),
        )
        .inner_join(
            people::table
                .on(people::school_id.eq(sessions::school_id).and(people::id.eq(sessions::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(sessions::school_id)))
        .left_join(
            duties::table.on(duties::school_id
                .eq(sessions::school_id)
                .and(duties::person_id.eq(sessions::person_id))
                .and(today)),
        )
        .filter(sessions::token_hash.eq(token_hash))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::ends_at.gt(At(now)))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .select((
            (sessions::id, sessions::account_id, sessions::school_id, sessions::person_id, sessions::csrf),
            (sessions::started_at, sessions::last_seen, sessions::hidden_at, sessions::fresh_at),
            (bindings::how, bindings::code_from, bindings::confirmed_at),
            (exists(news), sql::<Bool>(ELSEWHERE), sql::<Bool>(WAITING)),
            (people::name, schools::name, (schools::settings, schools::calendar), people::kind),
            (duties::desk.nullable(), duties::seat.nullable(), duties::office.nullable()),
        ))
        .load(tx.conn())?;
    let Some((ids, times, bound, flags, names, _)) = rows.first() else { return Ok(Session::None) };
    let (id, account, school, person, csrf) = ids;
    let (started_at, last_seen, hidden_at, fresh_at) = times;
    let (how, code_from, confirmed_at) = bound;
    let (has_duty_news, works_elsewhere, accounts_wait) = flags;
    let duties: Vec<_> = rows.iter().map(|(_, _, _, _, _, duty)| *duty).collect();
    let entitled = standing_of(*school, *person, &duties, now);
    if Limits::of(&entitled).are_passed(*started_at, *last_seen, now) {
        return Ok(Session::None);
    }
    if hidden_at.is_some() {
        return Ok(Session::Hidden);
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
        None => (AccountProof::Awaited, standing_of(*school, *person, &[], now)),
    };
    let is_proven = proof == AccountProof::Proven;
    Ok(Session::Live(Box::new(Viewer {
        waits_for_code: waits_for_code && is_proven,
        standing,
        account: *account,
        session: *id,
        proof,
        kind: names.3,
        name: names.0.clone(),
        school_name: names.1.clone(),
        editions: Arc::new(names.2.0.0.clone()),
        calendar: Arc::new(names.2.1.0.clone()),
        csrf: csrf.clone(),
        started_at: *started_at,
        last_seen: *last_seen,
        fresh_at: *fresh_at,
        has_duty_news: *has_duty_news && is_proven,
        works_elsewhere: *works_elsewhere,
        accounts_wait: *accounts_wait && is_proven,
    })))
}

/// Notes that a session is in use.
pub fn note_use(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    let now = viewer.standing.at;
    diesel::update(sessions::table.find(viewer.session))
        .set(sessions::last_seen.eq(At(now)))
        .cached()
        .execute(tx.conn())?;
    Ok(())
}

/// Moves a session to another school of its account.
pub fn move_to(tx: &mut Tx<'_>, viewer: &Viewer, place: &Place) -> Result<()> {
    diesel::update(sessions::table.find(viewer.session))
        .set((sessions::school_id.eq(place.school), sessions::person_id.eq(place.person)))
        .execute(tx.conn())?;
    keep_last_school(tx, viewer.account, place)
}

/// Hides a session's screen until a fresh sign-in.
pub fn hide(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    diesel::update(sessions::table.find(viewer.session))
        .set(sessions::hidden_at.eq(Some(At(viewer.standing.at))))
        .execute(tx.conn())?;
    Ok(())
}

/// Ends a session.
pub fn end(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<()> {
    diesel::update(sessions::table.filter(sessions::token_hash.eq(token_hash)))
        .set((sessions::ended_at.eq(Some(At(now))), sessions::id_token.eq(None::<String>)))
        .execute(tx.conn())?;
    Ok(())
}

/// The school an account was last in, so that the next sign-in leads back there. It is stored with the
/// account, since its sessions are removed a while after they ended.
pub fn last_school(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<SchoolId>> {
    Ok(accounts::table.find(account).select(accounts::last_school_id).first(tx.conn())?)
}

fn keep_last_school(tx: &mut Tx<'_>, account: AccountId, place: &Place) -> Result<()> {
    diesel::update(accounts::table.find(account))
        .set(accounts::last_school_id.eq(place.school))
        .execute(tx.conn())?;
    Ok(())
}

/// Since when a screen of an account is hidden that is not open again: of the browser that has this cookie,
/// however long ago that was, and of any other browser for as long as its session could have lasted. Ending a
/// session opens no screen.
pub fn hidden_since(
    tx: &mut Tx<'_>,
    account: AccountId,
    here: Option<&str>,
    now: Instant,
) -> Result<Option<Instant>> {
    let in_this_browser = sessions::token_hash.eq(here.unwrap_or_default());
    let hidden: Option<Option<Instant>> = sessions::table
        .filter(sessions::account_id.eq(account))
        .filter(sessions::hidden_at.is_not_null())
        .filter(sessions::ends_at.gt(At(now)).or(in_this_browser))
        .order(sessions::hidden_at.desc())
        .select(sessions::hidden_at)
        .first(tx.conn())
        .optional()?;
    Ok(hidden.flatten())
}

/// Ends the session whose screen was hidden in this browser: a fresh sign-in of the same account there takes
/// its place. Hidden screens in other browsers stay hidden.
pub fn reopen(tx: &mut Tx<'_>, account: AccountId, here: &str, now: Instant) -> Result<()> {
    diesel::update(
        sessions::table.filter(sessions::token_hash.eq(here)).filter(sessions::account_id.eq(account)),
    )
    .set((
        sessions::hidden_at.eq(None::<At>),
        sessions::ended_at.eq(Some(At(now))),
        sessions::id_token.eq(None::<String>),
    ))
    .execute(tx.conn())?;
    Ok(())
}

/// The ID token of a session, to be handed back to the provider at sign-out; and which provider.
pub fn id_token(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<(String, Option<String>)> {
    Ok(sessions::table
        .find(viewer.session)
        .select((sessions::provider, sessions::id_token))
        .first(tx.conn())?)
}

/// Whom a provider signed out.
#[derive(Debug, Clone, Copy)]
pub enum SignedOut<'a> {
    /// One session of the provider's.
    Session(&'a str),
    /// Everything of an issuer's subject.
    Subject(&'a str),
}

/// Ends what a provider signed out, once: a logout sent again is [`crate::store::StoreError::Duplicate`]. Says how many
/// sessions ended.
pub fn provider_signed_out(
    tx: &mut Tx<'_>,
    issuer: &str,
    whom: SignedOut<'_>,
    (id_hash, remembered_until): (&str, Instant),
    now: Instant,
) -> Result<usize> {
    diesel::delete(logouts::table.filter(logouts::ends_at.lt(At(now)))).execute(tx.conn())?;
    diesel::insert_into(logouts::table)
        .values((logouts::id_hash.eq(id_hash), logouts::ends_at.eq(At(remembered_until))))
        .execute(tx.conn())?;
    let of_issuer = accounts::table.filter(accounts::issuer.eq(issuer));
    let accounts: Vec<AccountId> = match whom {
        SignedOut::Subject(subject) => {
            of_issuer.filter(accounts::subject.eq(subject)).select(accounts::id).load(tx.conn())?
        }
        SignedOut::Session(session) => of_issuer
            .inner_join(sessions::table.on(sessions::account_id.eq(accounts::id)))
            .filter(sessions::provider_session.assume_not_null().eq(session))
            .filter(sessions::ended_at.is_null())
            .select(accounts::id)
            .load(tx.conn())?,
    };
    let live =
        sessions::table.filter(sessions::account_id.eq_any(accounts)).filter(sessions::ended_at.is_null());
    let ended = (sessions::ended_at.eq(Some(At(now))), sessions::id_token.eq(None::<String>));
    Ok(match whom {
        SignedOut::Subject(_) => diesel::update(live).set(ended).execute(tx.conn())?,
        SignedOut::Session(session) => {
            diesel::update(live.filter(sessions::provider_session.assume_not_null().eq(session)))
                .set(ended)
                .execute(tx.conn())?
        }
    })
}

/// Removes sessions that were over long ago. Says how many.
pub fn forget_ended(tx: &mut Tx<'_>, before: Instant) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::ends_at.lt(At(before)))).execute(tx.conn())?)
}

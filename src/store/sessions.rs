//! Sign-ins and sessions: the only place that makes a [`Viewer`].

use super::{
    Result, StoreError, Tx,
    dialect::QueryExt,
    mapping::At,
    schema::{accounts, bindings, duties, people, schools, sessions, sign_ins},
    staff::standing_of,
    viewer::Viewer,
};
use crate::domain::{
    clock::Instant,
    ids::{AccountId, PersonId, Random, SchoolId, SessionId},
    people::{Desk, Office, Seat},
};
use chrono::TimeDelta;
use diesel::prelude::*;

/// A session nobody used for so long is over.
pub const IDLE: TimeDelta = TimeDelta::minutes(60);
/// A session this old is over, however busy.
pub const LONGEST: TimeDelta = TimeDelta::hours(12);
/// A sign-in must come back from the provider within this time.
pub const SIGN_IN_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// A sign-in on its way through the provider.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// A hash of the state parameter: the parameter itself is not kept.
    pub state_hash: String,
    /// Which configured provider.
    pub provider: String,
    /// The nonce the ID token must carry.
    pub nonce: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// Where to go afterwards: an address of Candour's own.
    pub return_to: String,
    /// When it began.
    pub started_at: Instant,
}

/// Keeps a sign-in that begins, and forgets those that never came back.
pub fn begin_sign_in(tx: &mut Tx<'_>, sign_in: &SignIn) -> Result<()> {
    let long_ago = sign_in.started_at - SIGN_IN_WITHIN;
    diesel::delete(sign_ins::table.filter(sign_ins::started_at.lt(At(long_ago)))).execute(tx.conn())?;
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::state_hash.eq(&sign_in.state_hash),
            sign_ins::provider.eq(&sign_in.provider),
            sign_ins::nonce.eq(&sign_in.nonce),
            sign_ins::verifier.eq(&sign_in.verifier),
            sign_ins::return_to.eq(&sign_in.return_to),
            sign_ins::started_at.eq(At(sign_in.started_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Takes a sign-in out again: it serves once.
pub fn take_sign_in(tx: &mut Tx<'_>, state_hash: &str, now: Instant) -> Result<SignIn> {
    type Row = (String, String, String, String, String, Instant);
    let (state_hash, provider, nonce, verifier, return_to, started_at): Row =
        sign_ins::table.find(state_hash).locked().get_result(tx.conn())?;
    diesel::delete(sign_ins::table.find(&state_hash)).execute(tx.conn())?;
    if now - started_at > SIGN_IN_WITHIN {
        return Err(StoreError::NotFound);
    }
    Ok(SignIn { state_hash, provider, nonce, verifier, return_to, started_at })
}

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

/// Keeps a new account. Issuer and subject say who it is; never the e-mail address.
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

/// A school where an account is somebody who has not left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The school.
    pub school: SchoolId,
    /// Its name.
    pub name: String,
    /// Who they are there.
    pub person: PersonId,
}

/// The schools where an account is somebody, by name.
pub fn places(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Place>> {
    let rows: Vec<(SchoolId, String, PersonId)> = bindings::table
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .inner_join(schools::table.on(schools::id.eq(bindings::school_id)))
        .filter(bindings::account_id.eq(account))
        .filter(people::left_at.is_null())
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
            sessions::started_at.eq(At(now)),
            sessions::last_seen.eq(At(now)),
            sessions::ends_at.eq(At(now + LONGEST)),
            sessions::hidden_at.eq(None::<At>),
            sessions::ended_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
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
    (Instant, Instant, Option<Instant>, String, String),
    (Option<Desk>, Option<Seat>, Option<Office>),
);

/// Looks a cookie's token up, in one statement: session, person, school and every duty of today. Whoever left, or whose
/// duty ended, finds that out on their very next request.
pub fn resume(tx: &mut Tx<'_>, token_hash: &str, now: Instant) -> Result<Session> {
    let today = duties::starts_at
        .le(At(now))
        .and(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))));
    let rows: Vec<Row> = sessions::table
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
        .filter(sessions::last_seen.gt(At(now - IDLE)))
        .filter(people::left_at.is_null())
        .select((
            (sessions::id, sessions::account_id, sessions::school_id, sessions::person_id, sessions::csrf),
            (sessions::started_at, sessions::last_seen, sessions::hidden_at, people::name, schools::name),
            (duties::desk.nullable(), duties::seat.nullable(), duties::office.nullable()),
        ))
        .load(tx.conn())?;
    let Some(((id, account, school, person, csrf), (_, last_seen, hidden_at, name, school_name), _)) =
        rows.first()
    else {
        return Ok(Session::None);
    };
    if hidden_at.is_some() {
        return Ok(Session::Hidden);
    }
    let duties: Vec<_> = rows.iter().map(|(_, _, duty)| *duty).collect();
    Ok(Session::Live(Box::new(Viewer {
        standing: standing_of(*school, *person, &duties, now),
        account: *account,
        session: *id,
        name: name.clone(),
        school_name: school_name.clone(),
        csrf: csrf.clone(),
        last_seen: *last_seen,
    })))
}

/// Notes that a session is in use, at most once a minute.
pub fn seen(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<()> {
    let now = viewer.standing.at;
    diesel::update(sessions::table.find(viewer.session))
        .set(sessions::last_seen.eq(At(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Moves a session to another school of its account.
pub fn move_to(tx: &mut Tx<'_>, viewer: &Viewer, place: &Place) -> Result<()> {
    diesel::update(sessions::table.find(viewer.session))
        .set((sessions::school_id.eq(place.school), sessions::person_id.eq(place.person)))
        .execute(tx.conn())?;
    Ok(())
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
        .set(sessions::ended_at.eq(Some(At(now))))
        .execute(tx.conn())?;
    Ok(())
}

/// Removes sessions that were over long ago. Says how many.
pub fn forget_ended(tx: &mut Tx<'_>, before: Instant) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::ends_at.lt(At(before)))).execute(tx.conn())?)
}

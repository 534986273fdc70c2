//! First sign-ins through a school's provider: whom each account may belong to, and the list that
//! administrators see.

use super::{pending_sign_ins::PendingSignIn, sessions, viewer::Viewer};
use crate::domain::{
    entry::{
        account_proof::{LetIn, LetInBy},
        first_sign_in::{Audiences, BoundBy, Candidate, HoldsRole, Key, NotLetIn, OtherAccount},
    },
    kernel::{
        clock::Instant,
        ids::{AccessRequestId, AccountId, PersonId, Random, SchoolId},
    },
    people::{Office, PersonKind, register::offered::is_same_name},
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        mapping::At,
        schema::{access_requests, accounts, bindings, duties, people, schools},
    },
    people::staff,
};
use diesel::prelude::*;

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// The account of an issuer's subject, made if it is new.
pub fn account(
    tx: &mut Tx<'_>,
    (issuer, subject): (&str, &str),
    name: &str,
    now: Instant,
    random: &mut dyn Random,
) -> Result<AccountId> {
    if let Some(account) = sessions::account(tx, issuer, subject)? {
        return Ok(account);
    }
    let id = AccountId::draw(now, random);
    sessions::add_account(tx, id, (issuer, subject), name, now)?;
    Ok(id)
}

/// The schools of an installation that a provider serves: those of these short names, or every school if none
/// is named.
pub fn served(tx: &mut Tx<'_>, slugs: &[String]) -> Result<Vec<SchoolId>> {
    let all: Vec<(SchoolId, String)> =
        schools::table.order(schools::slug.asc()).select((schools::id, schools::slug)).load(tx.conn())?;
    Ok(all
        .into_iter()
        .filter(|(_, slug)| slugs.is_empty() || slugs.contains(slug))
        .map(|(id, _)| id)
        .collect())
}

/// The one adult of a school's register with this key, and what the rule of binding asks of them. None if
/// there are several.
pub fn candidate(
    tx: &mut Tx<'_>,
    school: SchoolId,
    key: &Key,
    now: Instant,
) -> Result<Option<(PersonId, Candidate)>> {
    let here = people::table
        .filter(people::school_id.eq(school))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .select(people::id)
        .limit(2);
    let found: Vec<PersonId> = match key {
        Key::Email(address) => {
            here.filter(lower(people::email.assume_not_null()).eq(address.to_lowercase())).load(tx.conn())?
        }
        Key::Directory(id) => here.filter(people::directory_id.assume_not_null().eq(id)).load(tx.conn())?,
    };
    let [person] = found[..] else { return Ok(None) };
    let bound: i64 = bindings::table
        .filter(bindings::school_id.eq(school))
        .filter(bindings::person_id.eq(person))
        .count()
        .get_result(tx.conn())?;
    let trusted: i64 = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::person_id.eq(person))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .filter(duties::desk.is_not_null().or(duties::office.assume_not_null().ne(Office::Governor)))
        .count()
        .get_result(tx.conn())?;
    Ok(Some((
        person,
        Candidate {
            taken: if bound == 0 { OtherAccount::Free } else { OtherAccount::ByAnother },
            entrusted: if trusted == 0 { HoldsRole::No } else { HoldsRole::Yes },
        },
    )))
}

/// Whether a newcomer may be an adult the register has already, by name or address, who has no account yet
/// and no id of the directory: one `candour init` named, or one typed in by hand. It proves nothing about who
/// they are, so it binds no account; it only keeps one person from standing there twice.
pub fn may_be_there_already(
    tx: &mut Tx<'_>,
    school: SchoolId,
    name: &str,
    email: Option<&str>,
) -> Result<bool> {
    let bound = bindings::table
        .filter(bindings::school_id.eq(school))
        .filter(bindings::person_id.eq(people::id))
        .select(bindings::person_id);
    let unbound: Vec<(String, Option<String>)> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::directory_id.is_null())
        .filter(diesel::dsl::not(diesel::dsl::exists(bound)))
        .select((people::name, people::email))
        .load(tx.conn())?;
    let address = email.map(str::to_lowercase);
    let is_there = |(known, at): &(String, Option<String>)| {
        is_same_name(known, name) || (at.is_some() && at.as_ref().map(|at| at.to_lowercase()) == address)
    };
    Ok(unbound.iter().any(is_there))
}

/// Binds an account to a person by what the provider vouched for. Says whether it is proven to be them.
pub fn bind_vouched(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    person: PersonId,
    now: Instant,
) -> Result<LetIn> {
    let by_word = (person, BoundBy::Vouched, None);
    let let_in = staff::bind_by(tx, school, account, by_word, LetInBy::CodeOrSignIn, now)?;
    settle(tx, account, now)?;
    Ok(let_in)
}

/// Sets for whom rules and documents are meant, as the provider says it.
pub fn refresh(tx: &mut Tx<'_>, (school, person): (SchoolId, PersonId), audiences: Audiences) -> Result<()> {
    let this = people::table.find((school, person));
    diesel::update(this.filter(people::teaching.ne(audiences.teaching)))
        .set(people::teaching.eq(audiences.teaching))
        .execute(tx.conn())?;
    Ok(())
}

/// The name of a person that a provider added and now calls otherwise; nothing if it did not, or calls them so.
pub fn name_to_change(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    issuer: &str,
    name: &str,
) -> Result<Option<String>> {
    Ok(people::table
        .find((school, person))
        .filter(people::added_by.assume_not_null().eq(issuer))
        .filter(people::name.ne(name))
        .select(people::name)
        .first(tx.conn())
        .optional()?)
}

/// Marks a person a provider added to the register: it may rename and deactivate them.
pub fn added_by(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    issuer: &str,
    directory_id: Option<&str>,
) -> Result<()> {
    diesel::update(people::table.find((school, person)))
        .set((people::added_by.eq(Some(issuer)), people::directory_id.eq(directory_id)))
        .execute(tx.conn())?;
    Ok(())
}

/// Stores what the school's directory calls a person: from an import.
pub fn set_directory_id(tx: &mut Tx<'_>, school: SchoolId, person: PersonId, id: Option<&str>) -> Result<()> {
    diesel::update(people::table.find((school, person)))
        .set(people::directory_id.eq(id))
        .execute(tx.conn())?;
    Ok(())
}

/// Lists a pending sign-in for a school's administrators, once however often it is tried.
pub fn list_access_request(
    tx: &mut Tx<'_>,
    school: SchoolId,
    pending: &PendingSignIn,
    (email, why): (Option<&str>, NotLetIn),
    now: Instant,
    random: &mut dyn Random,
) -> Result<()> {
    let known = access_requests::table
        .filter(access_requests::school_id.eq(school))
        .filter(access_requests::issuer.eq(&pending.issuer))
        .filter(access_requests::subject.eq(&pending.subject));
    let changed = diesel::update(known)
        .set((
            access_requests::name.eq(&pending.name),
            access_requests::email.eq(email),
            access_requests::why.eq(why),
            access_requests::last_at.eq(At(now)),
            access_requests::settled_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
    if changed == 0 {
        diesel::insert_into(access_requests::table)
            .values((
                access_requests::school_id.eq(school),
                access_requests::id.eq(AccessRequestId::draw(now, random)),
                access_requests::issuer.eq(&pending.issuer),
                access_requests::subject.eq(&pending.subject),
                access_requests::name.eq(&pending.name),
                access_requests::email.eq(email),
                access_requests::provider.eq(&pending.provider),
                access_requests::why.eq(why),
                access_requests::first_at.eq(At(now)),
                access_requests::last_at.eq(At(now)),
                access_requests::settled_at.eq(None::<At>),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// A sign-in at a school that has not let it in yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// Which.
    pub id: AccessRequestId,
    /// The name the provider gives them.
    pub name: String,
    /// The address the provider gives them; it proves nothing.
    pub email: Option<String>,
    /// Which sign-in they came through.
    pub provider: String,
    /// Why they are not in.
    pub why: NotLetIn,
    /// When they last tried.
    pub last_at: Instant,
}

/// Whose sign-in at the viewer's school is not let in yet, the latest first.
pub fn waiting(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<AccessRequest>> {
    type Row = (AccessRequestId, String, Option<String>, String, NotLetIn, Instant);
    let rows: Vec<Row> = access_requests::table
        .filter(access_requests::school_id.eq(viewer.school()))
        .filter(access_requests::settled_at.is_null())
        .order((access_requests::last_at.desc(), access_requests::id.desc()))
        .select((
            access_requests::id,
            access_requests::name,
            access_requests::email,
            access_requests::provider,
            access_requests::why,
            access_requests::last_at,
        ))
        .limit(200)
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(id, name, email, provider, why, last_at)| AccessRequest {
            id,
            name,
            email,
            provider,
            why,
            last_at,
        })
        .collect())
}

/// Takes a sign-in off the list: it was let in, or an administrator knows that it does not belong here.
pub fn dismiss(tx: &mut Tx<'_>, viewer: &Viewer, id: AccessRequestId) -> Result<()> {
    let taken_off = diesel::update(
        access_requests::table.find((viewer.school(), id)).filter(access_requests::settled_at.is_null()),
    )
    .set(access_requests::settled_at.eq(Some(At(viewer.standing.at))))
    .execute(tx.conn())?;
    if taken_off == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Takes an account off the list of every school: it belongs to a person now, and waits nowhere. Other
/// schools that the provider serves are not told that one let it in; for a second school its owner enters a
/// code from within.
pub fn settle(tx: &mut Tx<'_>, account: AccountId, now: Instant) -> Result<()> {
    let (issuer, subject): (String, String) =
        accounts::table.find(account).select((accounts::issuer, accounts::subject)).first(tx.conn())?;
    diesel::update(
        access_requests::table
            .filter(access_requests::issuer.eq(issuer))
            .filter(access_requests::subject.eq(subject))
            .filter(access_requests::settled_at.is_null()),
    )
    .set(access_requests::settled_at.eq(Some(At(now))))
    .execute(tx.conn())?;
    Ok(())
}

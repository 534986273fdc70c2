//! First sign-ins through a school's provider: whom each account may belong to, and the list that
//! administrators see.

use super::{
    account_proof, pending_sign_ins::PendingSignIn, provider_change::claim, sessions, viewer::Viewer,
};
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

/// Whom a school's register has for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyHolder {
    /// No adult who is here.
    No,
    /// This one, with what the rule of binding asks of them.
    One(PersonId, Candidate),
    /// More than one.
    Several,
}

/// The adult of a school's register with this key. `account` is the one that asks, if it is known.
pub fn candidate(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (key, account): (&Key, Option<AccountId>),
    now: Instant,
) -> Result<KeyHolder> {
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
    let person = match found[..] {
        [] => return Ok(KeyHolder::No),
        [person] => person,
        [_, _, ..] => return Ok(KeyHolder::Several),
    };
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
    // An account that was proven to be theirs is no stranger because the provider forgot its mark for a while.
    let is_free = bound == 0 || account_proof::was_proven(tx, (school, person), account)?;
    let candidate = Candidate {
        taken: if is_free { OtherAccount::Free } else { OtherAccount::ByAnother },
        entrusted: if trusted == 0 { HoldsRole::No } else { HoldsRole::Yes },
    };
    Ok(KeyHolder::One(person, candidate))
}

/// Whether a newcomer may be an adult the register has already, by name or address: one without an account and
/// without an id of the directory, as `candour init` names them or a person types them in, or one whose accounts are
/// all of other providers than this issuer. It proves nothing about who they are, so it binds no account; it only
/// keeps one person from standing there twice.
pub fn may_be_there_already(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (name, email): (&str, Option<&str>),
    issuer: &str,
) -> Result<bool> {
    let adults: Vec<(PersonId, String, Option<String>, Option<String>)> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .select((people::id, people::name, people::email, people::directory_id))
        .load(tx.conn())?;
    let accounts: Vec<(PersonId, String)> = bindings::table
        .inner_join(accounts::table.on(accounts::id.eq(bindings::account_id)))
        .filter(bindings::school_id.eq(school))
        .select((bindings::person_id, accounts::issuer))
        .load(tx.conn())?;
    let address = email.map(str::to_lowercase);
    Ok(adults.iter().any(|(person, known, at, directory_id)| {
        let mut theirs =
            accounts.iter().filter(|(whose, _)| whose == person).map(|(_, from)| from).peekable();
        let is_unknown = theirs.peek().is_some() || directory_id.is_none();
        let is_like =
            is_same_name(known, name) || at.as_ref().is_some_and(|at| Some(at.to_lowercase()) == address);
        is_like && is_unknown && theirs.all(|from| from != issuer)
    }))
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

/// Binds a new account to a person because head and chair both said that it is theirs. The account may be one of a
/// person who has left.
pub fn bind_listed(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    person: PersonId,
    now: Instant,
) -> Result<LetIn> {
    let left = people::table
        .filter(people::school_id.eq(school))
        .filter(people::left_at.is_not_null())
        .select(people::id);
    diesel::delete(bindings::table.find((school, account)).filter(bindings::person_id.eq_any(left)))
        .execute(tx.conn())?;
    let by_list = (person, BoundBy::List, None);
    let let_in = staff::bind_by(tx, school, account, by_list, LetInBy::ConfirmedList, now)?;
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

/// Whether a sign-in was on the list of a school's access requests before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listing {
    /// It was not.
    New,
    /// It was, whatever became of it.
    Again,
}

/// Lists a pending sign-in for a school's administrators, once however often it is tried: why it waits, and what it is
/// known by.
pub fn list_access_request(
    tx: &mut Tx<'_>,
    school: SchoolId,
    pending: &PendingSignIn,
    (why, key): (NotLetIn, Option<&Key>),
    now: Instant,
    random: &mut dyn Random,
) -> Result<Listing> {
    let (claim_email, claim_id) = claim(key);
    let known = access_requests::table
        .filter(access_requests::school_id.eq(school))
        .filter(access_requests::issuer.eq(&pending.issuer))
        .filter(access_requests::subject.eq(&pending.subject));
    let changed = diesel::update(known)
        .set((
            access_requests::name.eq(&pending.name),
            access_requests::email.eq(pending.email.as_deref()),
            access_requests::why.eq(why),
            access_requests::claim_email.eq(claim_email),
            access_requests::claim_id.eq(claim_id),
            access_requests::last_at.eq(At(now)),
            access_requests::settled_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
    let listing = if changed == 0 { Listing::New } else { Listing::Again };
    if listing == Listing::New {
        diesel::insert_into(access_requests::table)
            .values((
                access_requests::school_id.eq(school),
                access_requests::id.eq(AccessRequestId::draw(now, random)),
                access_requests::issuer.eq(&pending.issuer),
                access_requests::subject.eq(&pending.subject),
                access_requests::name.eq(&pending.name),
                access_requests::email.eq(pending.email.as_deref()),
                access_requests::provider.eq(&pending.provider),
                access_requests::why.eq(why),
                access_requests::claim_email.eq(claim_email),
                access_requests::claim_id.eq(claim_id),
                access_requests::first_at.eq(At(now)),
                access_requests::last_at.eq(At(now)),
                access_requests::settled_at.eq(None::<At>),
            ))
            .execute(tx.conn())?;
    }
    Ok(listing)
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
    .set((
        access_requests::settled_at.eq(Some(At(viewer.standing.at))),
        access_requests::yes_at.eq(None::<At>),
    ))
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
    .set((access_requests::settled_at.eq(Some(At(now))), access_requests::yes_at.eq(None::<At>)))
    .execute(tx.conn())?;
    Ok(())
}

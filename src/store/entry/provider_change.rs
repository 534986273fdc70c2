//! What the list of a school that changes its provider is made of: the accounts that wait with what they are known by,
//! the adults of the register with the accounts they have, and the yes that one of the two said.

use super::viewer::Viewer;
use crate::domain::{
    entry::{
        first_sign_in::{HoldsRole, Key, NotLetIn},
        provider_change::{RegisteredAdult, Stranger, Yes},
    },
    kernel::{
        clock::Instant,
        ids::{AccessRequestId, PersonId, SchoolId},
    },
    people::{Office, PersonKind},
};
use crate::store::{
    Result, StoreError, Tx,
    db::{
        mapping::At,
        schema::{access_requests, accounts, bindings, duties, people},
    },
};
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// More accounts than this do not wait at a school that changes its provider.
const MOST: i64 = 2_000;

/// An account that waits, with what it shows of itself. Name and address prove nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingAccount {
    /// The access request it waits with.
    pub id: AccessRequestId,
    /// What decides whose it is.
    pub stranger: Stranger,
    /// Its provider's lasting name for it.
    pub subject: String,
    /// The name it shows.
    pub name: String,
    /// The address it shows.
    pub email: Option<String>,
    /// Which sign-in it came through.
    pub provider: String,
    /// The yes that one of the two said.
    pub yes: Option<Yes>,
}

type Row = (
    (AccessRequestId, String, String, NotLetIn),
    (String, Option<String>, String),
    (Option<String>, Option<String>),
    (Option<PersonId>, Option<PersonId>, Option<Instant>),
);

/// The accounts that wait at a school, by the names they show.
pub fn waiting(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<WaitingAccount>> {
    let rows: Vec<Row> = access_requests::table
        .filter(access_requests::school_id.eq(school))
        .filter(access_requests::settled_at.is_null())
        .order((access_requests::name.asc(), access_requests::id.asc()))
        .select((
            (access_requests::id, access_requests::issuer, access_requests::subject, access_requests::why),
            (access_requests::name, access_requests::email, access_requests::provider),
            (access_requests::claim_email, access_requests::claim_id),
            (access_requests::yes_whose, access_requests::yes_by, access_requests::yes_at),
        ))
        .limit(MOST)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(waiting_account).collect())
}

fn waiting_account(row: Row) -> WaitingAccount {
    let ((id, issuer, subject, why), (name, email, provider), (claim_email, claim_id), yes) = row;
    let key = claim_email.map(Key::Email).or(claim_id.map(Key::Directory));
    let yes = match yes {
        (Some(whose), Some(by), Some(at)) => Some(Yes { whose, by, at }),
        (Some(_) | None, _, _) => None,
    };
    WaitingAccount { id, stranger: Stranger { issuer, key, why }, subject, name, email, provider, yes }
}

/// What a key is stored as: an address, or an id of the directory.
pub(super) fn claim(key: Option<&Key>) -> (Option<&str>, Option<&str>) {
    match key {
        Some(Key::Email(address)) => (Some(address.as_str()), None),
        Some(Key::Directory(id)) => (None, Some(id.as_str())),
        None => (None, None),
    }
}

/// An adult of the register with the accounts they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdultWithAccounts {
    /// What decides whether a claim means them.
    pub adult: RegisteredAdult,
    /// Their name.
    pub name: String,
    /// What each account of theirs shows: name, address and sign-in.
    pub accounts: Vec<String>,
}

/// The adults of a school who have not left, by name.
pub fn register(tx: &mut Tx<'_>, school: SchoolId, now: Instant) -> Result<Vec<AdultWithAccounts>> {
    type Adult = (PersonId, String, Option<String>, Option<String>);
    let adults: Vec<Adult> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::kind.ne(PersonKind::Pupil))
        .filter(people::left_at.is_null())
        .order((people::name.asc(), people::id.asc()))
        .select((people::id, people::name, people::email, people::directory_id))
        .load(tx.conn())?;
    let entrusted: Vec<PersonId> = duties::table
        .filter(duties::school_id.eq(school))
        .filter(duties::ends_at.is_null().or(duties::ends_at.assume_not_null().gt(At(now))))
        .filter(duties::desk.is_not_null().or(duties::office.assume_not_null().ne(Office::Governor)))
        .select(duties::person_id)
        .load(tx.conn())?;
    let entrusted: BTreeSet<PersonId> = entrusted.into_iter().collect();
    let mut accounts = accounts_of(tx, school)?;
    let with_accounts = |(person, name, email, directory_id): Adult| {
        let theirs = accounts.remove(&person).unwrap_or_default();
        let role = if entrusted.contains(&person) { HoldsRole::Yes } else { HoldsRole::No };
        let (issuers, shown) = theirs.into_iter().unzip();
        let adult = RegisteredAdult { person, email, directory_id, role, issuers };
        AdultWithAccounts { adult, name, accounts: shown }
    };
    Ok(adults.into_iter().map(with_accounts).collect())
}

/// The provider of each account of everybody in a school, with what the account shows.
fn accounts_of(tx: &mut Tx<'_>, school: SchoolId) -> Result<BTreeMap<PersonId, Vec<(String, String)>>> {
    type Account = (PersonId, String, String, Option<String>, Option<String>);
    let rows: Vec<Account> = bindings::table
        .inner_join(accounts::table.on(accounts::id.eq(bindings::account_id)))
        .filter(bindings::school_id.eq(school))
        .order((bindings::bound_at.asc(), accounts::id.asc()))
        .select((bindings::person_id, accounts::issuer, accounts::name, accounts::email, accounts::provider))
        .load(tx.conn())?;
    let mut all: BTreeMap<PersonId, Vec<(String, String)>> = BTreeMap::new();
    for (person, issuer, name, email, provider) in rows {
        let parts: Vec<String> = std::iter::once(name).chain(email).chain(provider).collect();
        all.entry(person).or_default().push((issuer, parts.join(", ")));
    }
    Ok(all)
}

/// Keeps the viewer's yes to an account being a person's.
pub fn keep_yes(tx: &mut Tx<'_>, viewer: &Viewer, id: AccessRequestId, whose: PersonId) -> Result<()> {
    let open =
        access_requests::table.find((viewer.school(), id)).filter(access_requests::settled_at.is_null());
    let kept = diesel::update(open)
        .set((
            access_requests::yes_whose.eq(Some(whose)),
            access_requests::yes_by.eq(Some(viewer.person())),
            access_requests::yes_at.eq(Some(At(viewer.standing().at))),
        ))
        .execute(tx.conn())?;
    if kept == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

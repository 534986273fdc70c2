//! Staff who leave by the provider's word alone, and staff who come back: one person, never a second one.

use super::staff;
use crate::domain::{
    entry::first_sign_in::{BoundBy, Key, LeftBy},
    kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, SchoolId},
    },
    people::{PersonKind, register::offered::is_same_name},
};
use crate::store::{
    Result, Tx,
    case::duties_changed,
    db::{
        mapping::At,
        schema::{bindings, people},
    },
    entry::{account_linking, sessions},
};
use diesel::prelude::*;

diesel::define_sql_function! {
    /// Lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

/// Ends what an account is by the provider's word alone: it no longer marks them as staff. A person the
/// provider added is deactivated, and keeps this account should it mark them again; any other is bound anew.
/// Their sessions end. Says in how many schools.
///
/// The last administrator of a school stays one: no provider can leave a school without a person who could
/// mend it. An account that is not proven to be its person's deactivates no one.
pub fn no_longer_marked(tx: &mut Tx<'_>, account: AccountId, issuer: &str, now: Instant) -> Result<usize> {
    type ByWord = (SchoolId, PersonId, Option<String>, Option<Instant>);
    let by_word: Vec<ByWord> = bindings::table
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .filter(bindings::account_id.eq(account))
        .filter(bindings::how.ne(BoundBy::Code))
        .filter(people::left_at.is_null())
        .select((people::school_id, people::id, people::added_by, bindings::confirmed_at))
        .load(tx.conn())?;
    for (school, person, added_by, confirmed_at) in &by_word {
        duties_changed::hold(tx, *school)?;
        let stays = super::duties::book(tx, *school, now)?.is_last_administrator(*person);
        if added_by.as_deref() == Some(issuer) && confirmed_at.is_some() && !stays {
            staff::leave(tx, *school, *person, now)?;
            diesel::update(people::table.find((school, person)))
                .set(people::deactivated_by.eq(Some(issuer)))
                .execute(tx.conn())?;
        } else {
            diesel::delete(bindings::table.find((school, account))).execute(tx.conn())?;
        }
    }
    if !by_word.is_empty() {
        sessions::end_of_account(tx, account, now)?;
    }
    Ok(by_word.len())
}

/// The person an account had in a school, if they have left, and whether its mark brings them back.
pub fn was_once(
    tx: &mut Tx<'_>,
    school: SchoolId,
    account: AccountId,
    issuer: &str,
) -> Result<Option<(PersonId, LeftBy)>> {
    let found: Option<(PersonId, Option<String>, Option<Instant>)> = bindings::table
        .inner_join(
            people::table
                .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
        )
        .filter(bindings::school_id.eq(school))
        .filter(bindings::account_id.eq(account))
        .filter(people::left_at.is_not_null())
        .select((people::id, people::deactivated_by, bindings::confirmed_at))
        .first(tx.conn())
        .optional()?;
    // An account that is not proven to be theirs brings no one back.
    Ok(found.map(|(person, by, confirmed_at)| {
        let by_sign_in = by.as_deref() == Some(issuer) && confirmed_at.is_some();
        (person, if by_sign_in { LeftBy::SignIn } else { LeftBy::Register })
    }))
}

/// Whether an adult who has left has this id of the directory, or this address and name: no new person is
/// added in their place.
pub fn has_left(tx: &mut Tx<'_>, school: SchoolId, key: &Key, name: &str) -> Result<bool> {
    let gone = people::table
        .filter(people::school_id.eq(school))
        .filter(people::left_at.is_not_null())
        .filter(people::kind.ne(PersonKind::Pupil));
    match key {
        Key::Directory(id) => {
            let found: i64 =
                gone.filter(people::directory_id.assume_not_null().eq(id)).count().get_result(tx.conn())?;
            Ok(found > 0)
        }
        // An address passes on to newcomers; together with the name it is a person who was here before.
        Key::Email(address) => {
            let names: Vec<String> = gone
                .filter(lower(people::email.assume_not_null()).eq(address.to_lowercase()))
                .select(people::name)
                .load(tx.conn())?;
            Ok(names.iter().any(|known| is_same_name(known, name)))
        }
    }
}

/// Makes a person staff again whom the provider added and deactivated. Their roles ended with them and do not
/// come back.
pub fn is_back(
    tx: &mut Tx<'_>,
    school: SchoolId,
    (account, person): (AccountId, PersonId),
    now: Instant,
) -> Result<()> {
    diesel::update(people::table.find((school, person)))
        .set((people::left_at.eq(None::<At>), people::deactivated_by.eq(None::<String>)))
        .execute(tx.conn())?;
    account_linking::settle(tx, account, now)
}

//! One-time codes: stored by their hash, found, and used once.

use super::{account_linking, account_proof, accounts};
use crate::domain::{
    entry::{
        account_proof::{LetIn, LetInBy},
        first_sign_in::{self, BoundBy, DirectoryIdentity, NotTheirs},
        session::CODE_LASTS,
    },
    kernel::{
        clock::Instant,
        ids::{AccountId, CodeId, PersonId, Random, SchoolId},
    },
    people::{
        PersonKind,
        duty::{self, Confirmer},
    },
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{binding_codes, bindings, people, schools},
    },
    people::staff,
};
use diesel::prelude::*;

/// Stores a new code for a person; earlier ones serve no longer. `made_by` is empty if `candour init` made
/// it.
pub fn make_code(
    tx: &mut Tx<'_>,
    (school, person): (SchoolId, PersonId),
    code_hash: &str,
    made_by: Option<PersonId>,
    now: Instant,
    random: &mut dyn Random,
) -> Result<Instant> {
    no_code_serves(tx, school, person, now)?;
    let ends_at = now + CODE_LASTS;
    diesel::insert_into(binding_codes::table)
        .values((
            binding_codes::school_id.eq(school),
            binding_codes::id.eq(CodeId::draw(now, random)),
            binding_codes::person_id.eq(person),
            binding_codes::code_hash.eq(code_hash),
            binding_codes::made_by.eq(made_by),
            binding_codes::made_at.eq(At(now)),
            binding_codes::ends_at.eq(At(ends_at)),
            binding_codes::used_at.eq(None::<At>),
        ))
        .execute(tx.conn())?;
    Ok(ends_at)
}

/// Ends every code that a person could still enter.
pub(in crate::store) fn no_code_serves(
    tx: &mut Tx<'_>,
    school: SchoolId,
    person: PersonId,
    now: Instant,
) -> Result<()> {
    diesel::update(
        binding_codes::table
            .filter(binding_codes::school_id.eq(school))
            .filter(binding_codes::person_id.eq(person))
            .filter(binding_codes::ends_at.gt(At(now))),
    )
    .set(binding_codes::ends_at.eq(At(now)))
    .execute(tx.conn())?;
    Ok(())
}

/// A code that serves, and whom it is for.
#[derive(Debug, Clone)]
pub struct ValidCode {
    /// The school it lets into.
    pub school: SchoolId,
    /// That school's name.
    pub school_name: String,
    /// Whom it lets in.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    slug: String,
    id: CodeId,
    made_by: Option<PersonId>,
}

/// Finds a code that serves, without using it. [`NotFound`](crate::store::StoreError::NotFound) if it is
/// wrong, used or too old, or its person has left or is a pupil.
pub fn find(tx: &mut Tx<'_>, code_hash: &str, now: Instant) -> Result<ValidCode> {
    let (school, id, person, made_by): (SchoolId, CodeId, PersonId, Option<PersonId>) = binding_codes::table
        .filter(binding_codes::code_hash.eq(code_hash))
        .filter(binding_codes::used_at.is_null())
        .filter(binding_codes::ends_at.gt(At(now)))
        .select((
            binding_codes::school_id,
            binding_codes::id,
            binding_codes::person_id,
            binding_codes::made_by,
        ))
        .locked()
        .get_result(tx.conn())?;
    let (name, school_name, slug): (String, String, String) = people::table
        .inner_join(schools::table.on(schools::id.eq(people::school_id)))
        .filter(people::school_id.eq(school))
        .filter(people::id.eq(person))
        .filter(people::left_at.is_null())
        .filter(people::kind.ne(PersonKind::Pupil))
        .select((people::name, schools::name, schools::slug))
        .first(tx.conn())?;
    Ok(ValidCode { school, school_name, person, name, slug, id, made_by })
}

/// Whether a code may let in this account; an unknown account belongs to no one yet.
pub fn may_let_in(
    tx: &mut Tx<'_>,
    code: &ValidCode,
    account: Option<AccountId>,
    vouched: Option<&DirectoryIdentity>,
) -> Result<std::result::Result<(), NotTheirs>> {
    let is: Option<PersonId> = match account {
        None => None,
        Some(account) => bindings::table
            .inner_join(
                people::table
                    .on(people::school_id.eq(bindings::school_id).and(people::id.eq(bindings::person_id))),
            )
            .filter(bindings::school_id.eq(code.school))
            .filter(bindings::account_id.eq(account))
            // Bindings of people who have left do not count: a person who comes back in another post is let
            // in anew.
            .filter(people::left_at.is_null())
            .select(bindings::person_id)
            .first(tx.conn())
            .optional()?,
    };
    let said: Vec<PersonId> = match vouched.filter(|vouched| vouched.counts_in(&code.slug)) {
        None => Vec::new(),
        Some(vouched) => people::table
            .filter(people::school_id.eq(code.school))
            .filter(people::left_at.is_null())
            .filter(people::directory_id.assume_not_null().eq(&vouched.directory_id))
            .select(people::id)
            .load(tx.conn())?,
    };
    Ok(first_sign_in::may_become(code.person, is, &said))
}

/// Uses a code up: its person has this account from now on, beside the accounts they have already. Says how it was
/// let in; none if it was them already, which a code from the server alone proves.
pub fn use_up(tx: &mut Tx<'_>, code: &ValidCode, account: AccountId, now: Instant) -> Result<Option<LetIn>> {
    let ValidCode { school, person, .. } = *code;
    diesel::update(binding_codes::table.find((school, code.id)))
        .set((binding_codes::used_at.eq(Some(At(now))), binding_codes::used_by.eq(Some(account))))
        .execute(tx.conn())?;
    let code_from = code_from(tx, school, code.made_by, now)?;
    let by = if code.made_by.is_none() { LetInBy::ServerCode } else { LetInBy::CodeOrSignIn };
    accounts::give_back(tx, school, account, person)?;
    let here = bindings::table.find((school, account));
    type Before = (PersonId, Option<Confirmer>, Option<Instant>);
    let before: Option<Before> = here
        .select((bindings::person_id, bindings::code_from, bindings::confirmed_at))
        .first(tx.conn())
        .optional()?;
    let let_in = match before {
        Some((same, from, confirmed_at)) if same == person => {
            let best = from.map_or(code_from, |from| from.max(code_from));
            diesel::update(here)
                .set((bindings::how.eq(BoundBy::Code), bindings::code_from.eq(Some(best))))
                .execute(tx.conn())?;
            if confirmed_at.is_none() && by == LetInBy::ServerCode {
                account_proof::prove(tx, school, (account, person), now)?;
            }
            None
        }
        Some(_) | None => {
            diesel::delete(here).execute(tx.conn())?;
            let by_code = (person, BoundBy::Code, Some(code_from));
            Some(staff::bind_by(tx, school, account, by_code, by, now)?)
        }
    };
    account_linking::settle(tx, account, now)?;
    Ok(let_in)
}

/// The trust in a code: what its maker may vouch for now. A code made at the machine is good for everything.
fn code_from(
    tx: &mut Tx<'_>,
    school: SchoolId,
    made_by: Option<PersonId>,
    now: Instant,
) -> Result<Confirmer> {
    let Some(maker) = made_by else { return Ok(Confirmer::Chair) };
    Ok(duty::vouches_as(&staff::standing(tx, school, maker, now)?))
}

//! Reports that were not sent yet. They are read by their owner, never by reach: no desk, count or e-mail
//! sees them.
//!
//! A draft is known by the key of its form, so it becomes the same draft and the same concern however often
//! it is saved and sent. A page that is older than its draft has a draft of its own beside it
//! ([`WrittenOn`]): no words take the place of words that their writer has not seen.

use crate::domain::{
    concern::WrittenOn,
    entry::account_proof::AccountProof,
    kernel::{
        clock::Instant,
        ids::{AccountId, PersonId, SchoolId},
    },
    school::categories::{self, CategoryCode},
};
use crate::store::{
    Any, Result, StoreError, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{bindings, drafts, people, sessions},
    },
    entry::{account_proof, viewer::Viewer},
};
use chrono::TimeDelta;
use diesel::prelude::*;
use std::fmt;

/// How long a draft is kept after it was last saved.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(7);

/// A report form that is not sent.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsentReport {
    /// The key of its form.
    pub key: String,
    /// What it is about, once that is chosen.
    pub category: Option<CategoryCode>,
    /// What was entered, as a form posts it.
    pub fields: String,
    /// The page it was entered on.
    pub written_on: WrittenOn,
    /// The device, in a few words for its owner; empty if that is not known.
    pub device: String,
}

impl fmt::Debug for UnsentReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnsentReport({} bytes)", self.fields.len())
    }
}

/// A draft in its owner's list: no words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The key of its form.
    pub key: String,
    /// What it is about, once that is chosen.
    pub category: Option<CategoryCode>,
    /// When it was last saved.
    pub saved_at: Instant,
    /// On which device; empty if that is not known.
    pub device: String,
    /// The form whose versions this and others are: its own, unless it was saved beside another draft.
    pub version_of: String,
}

/// One draft as it is opened.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedDraft {
    /// What was entered, as a form posts it.
    pub fields: String,
    /// When it was last saved.
    pub saved_at: Instant,
    /// Which version it is.
    pub version: i32,
}

/// Whose draft it is. Made from a viewer, or from the page of a person whose session is over, and then only
/// to write: reading asks for a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    school: SchoolId,
    person: PersonId,
    account: AccountId,
    /// Whether the account is proven to be theirs. Until it is it takes the place of what it wrote itself, and of
    /// nothing else.
    proof: AccountProof,
}

impl Owner {
    /// Whether they may take the place of a draft that was written with this account.
    fn may_touch(self, written_with: Option<AccountId>) -> bool {
        match self.proof {
            AccountProof::Proven => true,
            AccountProof::Awaited => written_with == Some(self.account),
        }
    }
}

impl From<&Viewer> for Owner {
    fn from(viewer: &Viewer) -> Self {
        Self {
            school: viewer.school(),
            person: viewer.person(),
            account: viewer.account(),
            proof: viewer.proof(),
        }
    }
}

/// Whose page a form came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageOwner {
    /// The person, in the school that the page was drawn for; none if the account is theirs no more.
    pub owner: Option<Owner>,
    /// Their account.
    pub account: AccountId,
    /// The school their session is in, or was in last.
    pub session_in: SchoolId,
}

/// Whose page of this school a form came from: of the session with this secret, live or over since less than
/// [`KEPT_FOR`], whichever school it has moved on to. A person who has left owns none, and to an account that was taken
/// away nothing is kept: it gets back what was typed.
pub fn owner_of_page(
    tx: &mut Tx<'_>,
    (csrf, school): (&str, SchoolId),
    now: Instant,
) -> Result<Option<PageOwner>> {
    let session: Option<(AccountId, SchoolId, PersonId)> = sessions::table
        .filter(sessions::csrf.eq(csrf))
        .filter(sessions::ends_at.gt(At(now - KEPT_FOR)))
        .select((sessions::account_id, sessions::school_id, sessions::person_id))
        .first(tx.conn())
        .optional()?;
    let Some((account, session_in, in_session)) = session else { return Ok(None) };
    let is_now: Option<PersonId> =
        bindings::table.find((school, account)).select(bindings::person_id).first(tx.conn()).optional()?;
    let was = if session_in == school { Some(in_session) } else { is_now };
    let Some(person) = was else { return Ok(None) };
    let here: Option<PersonId> = people::table
        .filter(people::school_id.eq(school))
        .filter(people::id.eq(person))
        .filter(people::left_at.is_null())
        .select(people::id)
        .first(tx.conn())
        .optional()?;
    let Some(person) = here else { return Ok(None) };
    let proof = account_proof::of(tx, school, (account, person))?;
    let owner = (is_now == Some(person)).then_some(Owner { school, person, account, proof });
    Ok(Some(PageOwner { owner, account, session_in }))
}

/// A draft as it is stored, before a page saves it again or sends it.
struct Stored {
    key: String,
    fields: String,
    saved_last: WrittenOn,
    /// The form whose versions it and others are.
    version_of: String,
    /// The account it was written with.
    written_with: Option<AccountId>,
}

impl Stored {
    /// Whether it is what a page of this owner has: its own, or the same words.
    fn is_of(&self, owner: Owner, unsent: &UnsentReport) -> bool {
        owner.may_touch(self.written_with) && self.is_on(unsent)
    }

    fn is_on(&self, unsent: &UnsentReport) -> bool {
        unsent.written_on.may_replace(&self.saved_last) || self.fields == unsent.fields
    }
}

/// Reads a draft, locked until the transaction ends, whether or not it is there: one that another transaction is just
/// saving is waited for, and one that is not there yet has version 0.
fn locked(tx: &mut Tx<'_>, owner: Owner, key: &str, now: Instant) -> Result<Stored> {
    diesel::insert_into(drafts::table)
        .values((
            drafts::school_id.eq(owner.school),
            drafts::person_id.eq(owner.person),
            drafts::form_key.eq(key),
            drafts::category.eq(None::<&str>),
            drafts::fields.eq(""),
            drafts::saved_at.eq(At(now)),
            drafts::page.eq(""),
            drafts::version.eq(0),
            drafts::device.eq(""),
            drafts::beside.eq(None::<&str>),
            drafts::account_id.eq(Some(owner.account)),
        ))
        .on_conflict((drafts::school_id, drafts::person_id, drafts::form_key))
        .do_update()
        .set(drafts::form_key.eq(key))
        .both()
        .execute(tx.conn())?;
    type Row = (String, String, i32, Option<String>, Option<AccountId>);
    let (fields, page, version, beside, written_with): Row = drafts::table
        .find((owner.school, owner.person, key))
        .select((drafts::fields, drafts::page, drafts::version, drafts::beside, drafts::account_id))
        .first(tx.conn())?;
    Ok(Stored {
        key: key.to_owned(),
        fields,
        saved_last: WrittenOn { page, version },
        version_of: beside.unwrap_or_else(|| key.to_owned()),
        written_with,
    })
}

/// Where what a page has belongs: its own draft, in the place of the one it was drawn with, or beside a newer one. The
/// keys of drafts beside others follow from theirs and the page, so that a page always finds its own again.
fn own(
    tx: &mut Tx<'_>,
    owner: Owner,
    unsent: &UnsentReport,
    beside: impl Fn(&str, &WrittenOn) -> String,
    now: Instant,
) -> Result<Stored> {
    let first_beside = beside(&unsent.key, &unsent.written_on);
    let is_beside_already = is_there(tx, owner, &first_beside)?;
    let mut stored = locked(tx, owner, if is_beside_already { &first_beside } else { &unsent.key }, now)?;
    while !stored.is_of(owner, unsent) {
        let next = locked(tx, owner, &beside(&stored.key, &unsent.written_on), now)?;
        let version_of = stored.version_of;
        stored = Stored { version_of, ..next };
    }
    Ok(stored)
}

fn is_there(tx: &mut Tx<'_>, owner: Owner, key: &str) -> Result<bool> {
    let draft = drafts::table.find((owner.school, owner.person, key));
    Ok(diesel::select(diesel::dsl::exists(draft)).get_result(tx.conn())?)
}

/// Keeps what a page has: in the place of what it was drawn with, or beside a version it has not seen. Says under which
/// key.
pub fn save(
    tx: &mut Tx<'_>,
    owner: Owner,
    unsent: &UnsentReport,
    beside: impl Fn(&str, &WrittenOn) -> String,
    now: Instant,
) -> Result<String> {
    let stored = own(tx, owner, unsent, beside, now)?;
    if unsent.written_on.may_replace(&stored.saved_last) {
        let is_beside = stored.version_of != stored.key;
        diesel::update(drafts::table.find((owner.school, owner.person, &stored.key)))
            .set((
                drafts::category.eq(unsent.category.map(CategoryCode::as_str)),
                drafts::fields.eq(&unsent.fields),
                drafts::saved_at.eq(At(now)),
                drafts::page.eq(&unsent.written_on.page),
                drafts::version.eq(stored.saved_last.version.saturating_add(1)),
                drafts::device.eq(&unsent.device),
                drafts::beside.eq(is_beside.then_some(stored.version_of.as_str())),
                drafts::account_id.eq(Some(owner.account)),
            ))
            .execute(tx.conn())?;
    }
    Ok(stored.key)
}

/// Removes the draft that a page has saved or shows as it is, if there is one; a newer version stays. A draft that
/// another transaction is just saving is waited for, and one saved later finds that its form was received.
pub fn remove_own(
    tx: &mut Tx<'_>,
    owner: Owner,
    unsent: &UnsentReport,
    beside: impl Fn(&str, &WrittenOn) -> String,
    now: Instant,
) -> Result<()> {
    let stored = own(tx, owner, unsent, beside, now)?;
    diesel::delete(drafts::table.find((owner.school, owner.person, &stored.key))).execute(tx.conn())?;
    Ok(())
}

/// How many drafts an owner has written with this account: no account of a person uses up the room of another.
pub fn count(tx: &mut Tx<'_>, owner: Owner, now: Instant) -> Result<i64> {
    Ok(drafts::table
        .filter(drafts::school_id.eq(owner.school))
        .filter(drafts::person_id.eq(owner.person))
        .filter(drafts::account_id.assume_not_null().eq(owner.account))
        .filter(drafts::saved_at.gt(At(now - KEPT_FOR)))
        .count()
        .get_result(tx.conn())?)
}

/// The viewer's drafts, last saved first; of an account that is not proven to be theirs, what it wrote.
pub fn mine(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Draft>> {
    type Row = (String, Option<String>, Instant, String, Option<String>);
    let mut query = drafts::table
        .filter(drafts::school_id.eq(viewer.school()))
        .filter(drafts::person_id.eq(viewer.person()))
        .filter(drafts::saved_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .order((drafts::saved_at.desc(), drafts::form_key.asc()))
        .select((drafts::form_key, drafts::category, drafts::saved_at, drafts::device, drafts::beside))
        .into_boxed::<Any>();
    if let Some(account) = viewer.written_with() {
        query = query.filter(drafts::account_id.assume_not_null().eq(account));
    }
    let rows: Vec<Row> = query.load(tx.conn())?;
    let draft = |(key, category, saved_at, device, beside): Row| Draft {
        version_of: beside.unwrap_or_else(|| key.clone()),
        key,
        category: category.and_then(|code| categories::find(&code)).map(|category| category.code),
        saved_at,
        device,
    };
    Ok(rows.into_iter().map(draft).collect())
}

/// One draft of the viewer's own, as in [`mine`].
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<OpenedDraft> {
    let (fields, saved_at, version, account): (String, Instant, i32, Option<AccountId>) = drafts::table
        .find((viewer.school(), viewer.person(), key))
        .filter(drafts::saved_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .select((drafts::fields, drafts::saved_at, drafts::version, drafts::account_id))
        .first(tx.conn())?;
    match viewer.written_with() {
        Some(own) if account != Some(own) => Err(StoreError::NotFound),
        Some(_) | None => Ok(OpenedDraft { fields, saved_at, version }),
    }
}

/// Removes a draft of the viewer's own, if it is there and as in [`mine`].
pub fn remove(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<()> {
    let draft = drafts::table.find((viewer.school(), viewer.person(), key));
    match viewer.written_with() {
        Some(own) => diesel::delete(draft.filter(drafts::account_id.eq(Some(own)))).execute(tx.conn())?,
        None => diesel::delete(draft).execute(tx.conn())?,
    };
    Ok(())
}

/// Removes every draft that was not saved for [`KEPT_FOR`]. Says how many.
pub fn forget_old(tx: &mut Tx<'_>, now: Instant) -> Result<usize> {
    Ok(diesel::delete(drafts::table.filter(drafts::saved_at.le(At(now - KEPT_FOR)))).execute(tx.conn())?)
}

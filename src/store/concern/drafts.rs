//! Reports that were not sent yet. They are read by their owner, never by reach: no desk, count or e-mail
//! sees them.
//!
//! A draft is known by the key of its form, so it becomes the same draft and the same concern however often
//! and from however many devices it is saved and sent.

use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{PersonId, SchoolId},
    },
    school::categories::{self, CategoryCode},
};
use crate::store::{
    Result, Tx,
    db::{
        dialect::QueryExt,
        mapping::At,
        schema::{drafts, people, sessions},
    },
    entry::viewer::Viewer,
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
}

/// Whose draft it is. Made from a viewer, or from the page of a person whose session is over, and then only
/// to write: reading asks for a viewer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    school: SchoolId,
    person: PersonId,
}

impl From<&Viewer> for Owner {
    fn from(viewer: &Viewer) -> Self {
        Self { school: viewer.school(), person: viewer.person() }
    }
}

/// Whose page a form came from: the session with this secret, live or over since less than [`KEPT_FOR`]. A
/// person who has left owns none.
pub fn owner_of_page(tx: &mut Tx<'_>, csrf: &str, now: Instant) -> Result<Option<Owner>> {
    let found: Option<(SchoolId, PersonId)> = sessions::table
        .inner_join(
            people::table
                .on(people::school_id.eq(sessions::school_id).and(people::id.eq(sessions::person_id))),
        )
        .filter(sessions::csrf.eq(csrf))
        .filter(sessions::ends_at.gt(At(now - KEPT_FOR)))
        .filter(people::left_at.is_null())
        .select((sessions::school_id, sessions::person_id))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(school, person)| Owner { school, person }))
}

/// Keeps a draft, in the place of the one saved before.
pub fn save(tx: &mut Tx<'_>, owner: Owner, unsent: &UnsentReport, now: Instant) -> Result<()> {
    let category = unsent.category.map(CategoryCode::as_str);
    diesel::insert_into(drafts::table)
        .values((
            drafts::school_id.eq(owner.school),
            drafts::person_id.eq(owner.person),
            drafts::form_key.eq(&unsent.key),
            drafts::category.eq(category),
            drafts::fields.eq(&unsent.fields),
            drafts::saved_at.eq(At(now)),
        ))
        .on_conflict((drafts::school_id, drafts::person_id, drafts::form_key))
        .do_update()
        .set((drafts::category.eq(category), drafts::fields.eq(&unsent.fields), drafts::saved_at.eq(At(now))))
        .both()
        .execute(tx.conn())?;
    Ok(())
}

/// How many drafts an owner has.
pub fn count(tx: &mut Tx<'_>, owner: Owner, now: Instant) -> Result<i64> {
    Ok(drafts::table
        .filter(drafts::school_id.eq(owner.school))
        .filter(drafts::person_id.eq(owner.person))
        .filter(drafts::saved_at.gt(At(now - KEPT_FOR)))
        .count()
        .get_result(tx.conn())?)
}

/// The viewer's drafts, last saved first.
pub fn mine(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Vec<Draft>> {
    let rows: Vec<(String, Option<String>, Instant)> = drafts::table
        .filter(drafts::school_id.eq(viewer.school()))
        .filter(drafts::person_id.eq(viewer.person()))
        .filter(drafts::saved_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .order((drafts::saved_at.desc(), drafts::form_key.asc()))
        .select((drafts::form_key, drafts::category, drafts::saved_at))
        .load(tx.conn())?;
    let draft = |(key, category, saved_at): (String, Option<String>, Instant)| Draft {
        key,
        category: category.and_then(|code| categories::find(&code)).map(|category| category.code),
        saved_at,
    };
    Ok(rows.into_iter().map(draft).collect())
}

/// One draft of the viewer's own: what was entered, and when it was last saved.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<(String, Instant)> {
    Ok(drafts::table
        .find((viewer.school(), viewer.person(), key))
        .filter(drafts::saved_at.gt(At(viewer.standing().at - KEPT_FOR)))
        .select((drafts::fields, drafts::saved_at))
        .first(tx.conn())?)
}

/// Removes a draft of the viewer's own, if it is there.
pub fn remove(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<()> {
    diesel::delete(drafts::table.find((viewer.school(), viewer.person(), key))).execute(tx.conn())?;
    Ok(())
}

/// Removes the draft of a form that is being sent. It is written once more first, so that it waits for a
/// draft another transaction is just saving, and one saved later finds that its form was received.
pub fn remove_sent(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<()> {
    let nothing = UnsentReport { key: key.to_owned(), category: None, fields: String::new() };
    save(tx, Owner::from(viewer), &nothing, viewer.standing().at)?;
    remove(tx, viewer, key)
}

/// Removes every draft that was not saved for [`KEPT_FOR`]. Says how many.
pub fn forget_old(tx: &mut Tx<'_>, now: Instant) -> Result<usize> {
    Ok(diesel::delete(drafts::table.filter(drafts::saved_at.le(At(now - KEPT_FOR)))).execute(tx.conn())?)
}

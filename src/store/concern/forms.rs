//! Forms that were taken: a double click, a page sent again, a retry after a lost answer, all land once.

use crate::domain::kernel::clock::Instant;
use crate::store::{
    Result, StoreError, Tx,
    db::{dialect::QueryExt, mapping::At, schema::forms},
    entry::viewer::Viewer,
};
use diesel::prelude::*;

/// A posted form: the key its page carried, the address it was posted to, and a digest of what was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Drawn when the page was made.
    pub key: String,
    /// The address's pattern and parameters.
    pub address: String,
    /// SHA-256 of every field but the tokens.
    pub digest: String,
}

/// Whether a form was taken before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// Not yet.
    New,
    /// The very same: this was the answer.
    Same(String),
    /// A page sent before, with something else in it.
    Changed {
        /// This was the answer then.
        answer: String,
        /// And this the digest of what was posted.
        digest: String,
    },
}

/// Looks a form up by its key.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form) -> Result<Taken> {
    let row: Option<(String, String, String)> = forms::table
        .find((viewer.school(), viewer.person(), &form.key))
        .select((forms::address, forms::digest, forms::answer))
        .first(tx.conn())
        .optional()?;
    Ok(match row {
        None => Taken::New,
        Some((address, _, _)) if address != form.address => return Err(StoreError::Stale),
        Some((_, digest, answer)) if digest == form.digest => Taken::Same(answer),
        Some((_, digest, answer)) => Taken::Changed { answer, digest },
    })
}

/// Whether a form with this key was taken from the viewer, whatever it said.
pub fn is_taken(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<bool> {
    let form = forms::table.find((viewer.school(), viewer.person(), key));
    Ok(diesel::select(diesel::dsl::exists(form)).get_result(tx.conn())?)
}

/// What was answered to the form with this key, and when it was taken from the viewer.
pub fn answered(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<Option<(String, Instant)>> {
    let form = forms::table.find((viewer.school(), viewer.person(), key));
    Ok(form.select((forms::answer, forms::taken_at)).first(tx.conn()).optional()?)
}

/// Keeps that a form was taken, and what was answered.
pub fn keep(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form, answer: &str) -> Result<()> {
    diesel::insert_into(forms::table)
        .values((
            forms::school_id.eq(viewer.school()),
            forms::person_id.eq(viewer.person()),
            forms::form_key.eq(&form.key),
            forms::address.eq(&form.address),
            forms::digest.eq(&form.digest),
            forms::answer.eq(answer),
            forms::taken_at.eq(At(viewer.standing().at)),
        ))
        .cached()
        .execute(tx.conn())?;
    Ok(())
}

/// Keeps the digest of a page that came back changed, so that its very same repeat is recognised too.
pub fn keep_changed(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form) -> Result<()> {
    diesel::update(forms::table.find((viewer.school(), viewer.person(), &form.key)))
        .set(forms::digest.eq(&form.digest))
        .execute(tx.conn())?;
    Ok(())
}

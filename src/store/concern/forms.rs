//! Forms that were received: a double click, a page sent again, a retry after a lost answer, all count once.

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

impl Form {
    /// The form as one with a key of its own: a report sent again with other answers is another report.
    #[must_use]
    pub fn of_another_report(&self) -> Self {
        Self { key: format!("{}.{:.16}", self.key, self.digest), ..self.clone() }
    }
}

/// Whether a form was received before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EarlierForm {
    /// It was not received before.
    New,
    /// An identical form was: this was the answer.
    Same(String),
    /// A form of this page was, with something else in it.
    Changed {
        /// What was answered then.
        answer: String,
        /// The digest of what was posted then.
        digest: String,
    },
}

/// Under which key a form of the viewer's is kept: of an account that is not proven to be theirs as one of its own, so
/// that it learns of no form another account of the person sent, and stands in the way of none.
fn key_of(viewer: &Viewer, key: &str) -> String {
    match viewer.written_with() {
        None => key.to_owned(),
        Some(account) => format!("{account}.{key}"),
    }
}

/// Looks a form up by its key.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form) -> Result<EarlierForm> {
    let row: Option<(String, String, String)> = forms::table
        .find((viewer.school(), viewer.person(), key_of(viewer, &form.key)))
        .select((forms::address, forms::digest, forms::answer))
        .first(tx.conn())
        .optional()?;
    Ok(match row {
        None => EarlierForm::New,
        Some((address, _, _)) if address != form.address => return Err(StoreError::Stale),
        Some((_, digest, answer)) if digest == form.digest => EarlierForm::Same(answer),
        Some((_, digest, answer)) => EarlierForm::Changed { answer, digest },
    })
}

/// The digest of what was received from the viewer with this key, if anything was.
pub fn received(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<Option<String>> {
    let form = forms::table.find((viewer.school(), viewer.person(), key_of(viewer, key)));
    Ok(form.select(forms::digest).first(tx.conn()).optional()?)
}

/// What was answered to the form with this key, and when it was received from the viewer.
pub fn answer(tx: &mut Tx<'_>, viewer: &Viewer, key: &str) -> Result<Option<(String, Instant)>> {
    let form = forms::table.find((viewer.school(), viewer.person(), key_of(viewer, key)));
    Ok(form.select((forms::answer, forms::taken_at)).first(tx.conn()).optional()?)
}

/// Stores that a form was received, and what was answered.
pub fn keep(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form, answer: &str) -> Result<()> {
    diesel::insert_into(forms::table)
        .values((
            forms::school_id.eq(viewer.school()),
            forms::person_id.eq(viewer.person()),
            forms::form_key.eq(key_of(viewer, &form.key)),
            forms::address.eq(&form.address),
            forms::digest.eq(&form.digest),
            forms::answer.eq(answer),
            forms::taken_at.eq(At(viewer.standing().at)),
        ))
        .cached()
        .execute(tx.conn())?;
    Ok(())
}

/// Stores the digest of a page that came back changed, so that its exact repeat is recognised too.
pub fn keep_changed(tx: &mut Tx<'_>, viewer: &Viewer, form: &Form) -> Result<()> {
    let kept = forms::table.find((viewer.school(), viewer.person(), key_of(viewer, &form.key)));
    diesel::update(kept).set(forms::digest.eq(&form.digest)).execute(tx.conn())?;
    Ok(())
}

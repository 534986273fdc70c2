//! Drafts of the report form: saved during typing or by a button, listed without words, deleted on request.

use crate::web::pages::{go_to, show};
use crate::{
    domain::{kernel::clock::long, school::categories::CategoryCode},
    service::{
        ServiceError,
        concern::drafts::{self, Draft, SaveOutcome},
    },
    web::http::{
        error::PageError,
        expired_session::worth_keeping,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::Shell,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

/// Drafts that wait, as the report form tells of them.
pub struct Waiting {
    /// What waits.
    pub words: String,
    /// Where it is.
    pub href: String,
    /// The words of the link.
    pub link: &'static str,
}

/// What waits for a person who opens the page with a key.
pub(in crate::web::pages) enum Waits {
    /// Nothing.
    Nothing,
    /// What was saved from this very page.
    ThisPage,
    /// Something else.
    Another(Waiting),
}

/// What waits for the person, if anything does.
pub(in crate::web::pages) async fn waiting(by: &SignedIn, key: &str) -> Result<Waits, PageError> {
    let op = by.op.clone();
    let mine = by.app.run(move |candour| drafts::mine(candour, &op)).await?;
    if mine.iter().any(|draft| draft.key == key) {
        return Ok(Waits::ThisPage);
    }
    Ok(match mine.as_slice() {
        [] => Waits::Nothing,
        [only] => Waits::Another(Waiting {
            words: "You have a report you did not send".to_owned(),
            href: links::draft(&only.key),
            link: "Go on with it",
        }),
        several => Waits::Another(Waiting {
            words: format!("You have {} reports you did not send", several.len()),
            href: "/drafts".to_owned(),
            link: "See your drafts",
        }),
    })
}

/// What was entered in one draft of the person's own, and when it was last saved, in words.
pub(in crate::web::pages) async fn open(by: &SignedIn, key: &str) -> Result<(Fields, String), PageError> {
    let (op, key) = (by.op.clone(), key.to_owned());
    let (entered, saved_at) = by.app.run(move |candour| drafts::open(candour, &op, &key)).await?;
    Ok((Fields::read(entered.as_bytes()), long(saved_at)))
}

/// Keeps a report form as a draft. A form with nothing in it has no draft.
pub(in crate::web::pages) async fn keep(by: &SignedIn, fields: &Fields) -> Result<SaveOutcome, PageError> {
    let op = by.op.clone();
    let (key, unsent) = (fields.key().map(str::to_owned), worth_keeping(fields));
    let saved = by.app.run(move |candour| match (unsent, key) {
        (Some(unsent), _) => drafts::save(candour, &op, &unsent),
        (None, Some(key)) => drafts::delete(candour, &op, &key).map(|()| SaveOutcome::Kept),
        (None, None) => Ok(SaveOutcome::Kept),
    });
    Ok(saved.await?)
}

/// Saves what is on the page while it is being written: for the script, which reads only the status.
pub async fn save(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    match keep(&posted.by, &posted.fields).await {
        Ok(SaveOutcome::Kept) => Ok(HttpResponse::NoContent().finish()),
        Ok(SaveOutcome::Sent) => Ok(HttpResponse::Conflict().finish()),
        Err(PageError::Service(ServiceError::WrongState(_))) => {
            Ok(HttpResponse::InsufficientStorage().finish())
        }
        Err(other) => Err(other),
    }
}

#[derive(Template)]
#[template(path = "drafts.html")]
struct List {
    shell: Shell,
    done: &'static str,
    rows: Vec<DraftRow>,
}

struct DraftRow {
    about: &'static str,
    saved: String,
    href: String,
    delete: String,
}

fn row(draft: Draft) -> DraftRow {
    let label = |code: CategoryCode| code.category().label;
    DraftRow {
        about: draft.category.map_or("You have not said what it is about", label),
        saved: long(draft.saved_at),
        href: links::draft(&draft.key),
        delete: links::delete_draft(&draft.key),
    }
}

/// What was done just now.
#[derive(Debug, serde::Deserialize)]
pub struct Done {
    saved: Option<String>,
    deleted: Option<String>,
}

/// The person's drafts, without a word of them.
pub async fn list(by: SignedIn, done: web::Query<Done>) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let mine = by.app.run(move |candour| drafts::mine(candour, &op)).await?;
    let done = match (&done.saved, &done.deleted) {
        (Some(_), _) if !mine.is_empty() => "Draft saved on the school’s server, not on this device.",
        (Some(_), _) => "There was nothing to save.",
        (None, Some(_)) => "Draft deleted.",
        (None, None) => "",
    };
    show(&List { shell: by.shell("Your drafts", "/report"), done, rows: mine.into_iter().map(row).collect() })
}

/// Deletes a draft. One that is gone already, or another person's, is answered alike.
pub async fn delete(posted: CheckedForm, key: web::Path<String>) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| drafts::delete(candour, &op, &key)).await?;
    Ok(go_to("/drafts?deleted=yes"))
}

//! Drafts of the report form: saved during typing or by a button, listed without words, deleted on request.

use crate::web::pages::{go_to, show};
use crate::{
    domain::{kernel::clock::long, school::categories::CategoryCode},
    service::{
        Form, ServiceError,
        concern::drafts::{self, Draft, OpenedDraft, SaveOutcome, UnsentReport},
    },
    web::http::{
        callers::device,
        error::PageError,
        expired_session::unsent,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web};
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

/// What was entered in one draft of the person's own, when it was last saved, in words, and which version it is.
pub(in crate::web::pages) async fn open(
    by: &SignedIn,
    key: &str,
) -> Result<(Fields, String, i32), PageError> {
    let (op, key) = (by.op.clone(), key.to_owned());
    let opened = by.app.run(move |candour| drafts::open(candour, &op, &key)).await?;
    let OpenedDraft { fields, saved_at, version } = opened;
    Ok((Fields::read(fields.as_bytes()), long(saved_at), version))
}

/// Keeps a report form as a draft. A form with nothing in it has no draft.
pub(in crate::web::pages) async fn keep(
    by: &SignedIn,
    (fields, form): (&Fields, Form),
    device: String,
) -> Result<SaveOutcome, PageError> {
    let op = by.op.clone();
    let (unsent, is_empty) = (unsent(fields, device), fields.filled().is_empty());
    let saved = by.app.run(move |candour| match unsent {
        Some(nothing) if is_empty => {
            drafts::remove_emptied(candour, &op, &nothing).map(|()| SaveOutcome::Kept)
        }
        Some(unsent) => drafts::save(candour, &op, &unsent, &form),
        None => Ok(SaveOutcome::Kept),
    });
    Ok(saved.await?)
}

/// What the page of a report holds, for the draft that goes when it is sent.
pub(in crate::web::pages) fn of_page(fields: &Fields, request: &HttpRequest) -> Option<UnsentReport> {
    unsent(fields, device::if_known(request))
}

/// Saves what is on the page while it is being written: for the script, which reads only the status.
pub async fn save(request: HttpRequest, posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let form = Form { digest: super::report_form::digest(&fields), ..form };
    match keep(&by, (&fields, form), device::if_known(&request)).await {
        Ok(SaveOutcome::Kept) => Ok(HttpResponse::NoContent().finish()),
        Ok(SaveOutcome::Beside) => Ok(HttpResponse::Created().finish()),
        Ok(SaveOutcome::SentSince) => Ok(HttpResponse::build(StatusCode::ALREADY_REPORTED).finish()),
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
    /// How many versions of the same report there are, this one counted; 0 if there is no other.
    versions: usize,
    href: String,
    delete: String,
}

/// The rows of a list: a draft of which there is another version says so, in both places.
fn rows(drafts: &[Draft]) -> Vec<DraftRow> {
    let label = |code: CategoryCode| code.category().label;
    let versions = |of: &Draft| drafts.iter().filter(|other| other.version_of == of.version_of).count();
    let row = |draft: &Draft| DraftRow {
        about: draft.category.map_or("You have not said what it is about", label),
        saved: match draft.device.as_str() {
            "" => long(draft.saved_at),
            device => format!("{}, with {device}", long(draft.saved_at)),
        },
        versions: Some(versions(draft)).filter(|versions| *versions > 1).unwrap_or_default(),
        href: links::draft(&draft.key),
        delete: links::delete_draft(&draft.key),
    };
    drafts.iter().map(row).collect()
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
    let done = match (done.saved.as_deref(), &done.deleted) {
        (Some("beside"), _) => {
            "Draft saved. Another version was saved on another page since you opened yours: both are kept."
        }
        (Some(_), _) if !mine.is_empty() => "Draft saved on the school’s server, not on this device.",
        (Some(_), _) => "There was nothing to save.",
        (None, Some(_)) => "Draft deleted.",
        (None, None) => "",
    };
    show(&List { shell: by.shell("Your drafts", "/report"), done, rows: rows(&mine) })
}

/// Deletes a draft. One that is gone already, or another person's, is answered alike.
pub async fn delete(posted: CheckedForm, key: web::Path<String>) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| drafts::delete(candour, &op, &key)).await?;
    Ok(go_to("/drafts?deleted=yes"))
}

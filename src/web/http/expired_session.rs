//! Forms that came when their session was over, or from a page older than it: nothing that was typed is lost, and
//! only its author gets to see it.
//!
//! A form's token tells whose page it was long after the session is over; only a page of that session ever held it. So
//! a report is kept as a draft **of the person who opened the page**, and waits there for their next sign-in, in any
//! browser. It makes no difference who signs in next at a shared computer, and no cookie or copy in the browser is needed.
//!
//! Any other form is shown back to the browser that sent it, to copy, and kept nowhere: words about a case are kept in
//! the case alone, by a person who may write there now.

use super::{
    app::App,
    body,
    csrf::{self, CsrfSecret},
    error::PageError,
    fields::Fields,
    links,
};
use crate::{
    domain::school::categories,
    service::{
        Viewer,
        concern::{
            drafts as service,
            drafts::{PageOf, UnsentReport},
        },
    },
};
use actix_web::{
    HttpMessage, HttpRequest,
    dev::ServiceRequest,
    http::{Method, header},
    web,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::sync::Arc;

/// What to answer instead if the gate lets no one through because of `why`: a form is read for what may be kept of it,
/// a file is not.
pub async fn instead_of(why: PageError, request: &mut ServiceRequest) -> PageError {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if request.method() != Method::POST || kind.is_some_and(|kind| kind.starts_with("multipart/")) {
        return why;
    }
    let Some(within) = request.app_data::<web::Data<App>>().map(|app| app.body_within) else { return why };
    match body::read_within(request.take_payload(), within).await {
        Ok(body) => rescue(request.request(), Fields::read(&body), None, why).await,
        // A person who is not let in learns that first.
        Err(_) => why,
    }
}

/// What a report form holds that is worth keeping; nothing if nothing was entered.
pub fn worth_keeping(fields: &Fields) -> Option<UnsentReport> {
    let key = fields.key()?.to_owned();
    if fields.filled().is_empty() {
        return None;
    }
    let category = categories::find(fields.get("category")).map(|category| category.code);
    Some(UnsentReport { key, category, fields: fields.entered() })
}

/// What to answer to a form that is not taken because of `why`, with what was typed kept or shown back.
pub async fn rescue(
    request: &HttpRequest,
    fields: Fields,
    viewer: Option<Viewer>,
    why: PageError,
) -> PageError {
    let Some(app) = request.app_data::<web::Data<App>>().map(|app| Arc::clone(app)) else { return why };
    let is_session_over = matches!(why, PageError::NotOurForm | PageError::Hidden);
    let from_here = csrf::same_origin(request.headers(), &app.origin).is_ok();
    let secret = CsrfSecret::of_token(fields.get("csrf"));
    let (true, true, Ok(secret)) = (is_session_over, from_here, secret) else { return why };
    let secret = URL_SAFE_NO_PAD.encode(secret.as_bytes());
    let is_report = matches!(request.path(), "/report" | "/drafts");
    let unsent = if is_report { worth_keeping(&fields) } else { None };
    let (key, now) = (unsent.as_ref().map(|unsent| unsent.key.clone()), app.clock.now());
    if fields.filled().is_empty() {
        return why;
    }
    let found = app
        .run(move |candour| service::rescue(candour, &secret, viewer.as_ref(), unsent.as_ref(), now))
        .await;
    match (found, key) {
        (Ok(PageOf::Unknown), _) => why,
        (Ok(PageOf::TheViewer), Some(key)) => {
            PageError::OpenDraft(format!("{}&{}", links::draft(&key), links::query("again", "yes")))
        }
        // The screen stays hidden: the draft waits behind it.
        (Ok(PageOf::AnotherPerson), Some(_)) if matches!(why, PageError::Hidden) => why,
        (Ok(PageOf::AnotherPerson), Some(key)) => {
            let back = links::query("return_to", &links::draft(&key));
            PageError::KeptAsDraft { sign_in: format!("/signin?{back}") }
        }
        (Ok(PageOf::TheViewer | PageOf::AnotherPerson), None) => PageError::CopyBack(fields),
        // If there is no room for another draft, or no database, what was typed goes back to where it came from.
        (Err(_), _) => PageError::CopyBack(fields),
    }
}

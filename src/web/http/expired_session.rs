//! Forms that came when their session was over, or from a page older than it: nothing that was typed is lost, and
//! only its author gets to see it.
//!
//! A form's token tells whose page it was long after the session is over; only a page of that session ever held it. So
//! a report is kept as a draft **of the person who opened the page**, and waits there for their next sign-in, in any
//! browser, in the school the page was drawn for. It makes no difference who signs in next at a shared computer, and no
//! cookie or copy in the browser is needed.
//!
//! Any other form is shown back to the browser that sent it, to copy, and kept nowhere: words about a case are kept in
//! the case alone, by a person who may write there now.

use super::{
    app::App,
    body,
    callers::device,
    csrf::{self, CsrfSecret},
    error::{PageError, ShownBack},
    fields::Fields,
    links,
};
use crate::{
    domain::school::categories,
    service::{
        Viewer,
        concern::{
            drafts as service,
            drafts::{PageOf, Rescued, UnsentReport},
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

/// What a page of the report form holds, with the key of its draft, if it has one.
pub fn unsent(fields: &Fields, device: String) -> Option<UnsentReport> {
    let key = fields.key()?.to_owned();
    let category = categories::find(fields.get("category")).map(|category| category.code);
    let written_on = fields.get("page").parse().unwrap_or_default();
    Some(UnsentReport { key, category, fields: fields.entered(), written_on, device })
}

/// What a report form holds that is worth keeping; nothing if nothing was entered.
fn worth_keeping(fields: &Fields, device: String) -> Option<UnsentReport> {
    unsent(fields, device).filter(|_| !fields.filled().is_empty())
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
    let page = CsrfSecret::of_page(fields.get("csrf"));
    let (true, true, Ok((secret, school))) = (is_session_over, from_here, page) else { return why };
    let secret = URL_SAFE_NO_PAD.encode(secret.as_bytes());
    let is_report = matches!(request.path(), "/report" | "/drafts");
    let unsent = if is_report { worth_keeping(&fields, device::if_known(request)) } else { None };
    let now = app.clock.now();
    if fields.filled().is_empty() {
        return why;
    }
    let found = app
        .run(move |candour| {
            service::rescue(candour, (secret.as_str(), school), viewer.as_ref(), unsent.as_ref(), now)
        })
        .await;
    let rescued = match found {
        Ok(Some(rescued)) => rescued,
        Ok(None) => return why,
        // If there is no room for another draft, or no database, what was typed goes back to where it came from.
        Err(_) => return PageError::CopyBack(fields, ShownBack::SignedOut),
    };
    match rescued {
        Rescued { draft: None, .. } => PageError::CopyBack(fields, ShownBack::SignedOut),
        Rescued { page_of: PageOf::TheViewer, draft: Some(key), elsewhere } => {
            let draft = format!("{}&{}", links::draft(&key), links::query("again", "yes"));
            PageError::OpenDraft(links::by_way_of(elsewhere, draft))
        }
        // The screen stays hidden: the draft waits behind it.
        Rescued { page_of: PageOf::AnotherPerson, .. } if matches!(why, PageError::Hidden) => why,
        Rescued { page_of: PageOf::AnotherPerson, draft: Some(key), elsewhere } => {
            let draft = links::by_way_of(elsewhere, links::draft(&key));
            PageError::KeptAsDraft { sign_in: format!("/signin?{}", links::query("return_to", &draft)) }
        }
    }
}

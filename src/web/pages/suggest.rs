//! Names suggested to a member of staff while they type one: current people of their own school, eight at most, name and
//! year group and nothing else. What is typed comes in the body of a form, so that no log of addresses holds a name.

use crate::{
    domain::register::keys::Typed,
    service::register::suggest,
    web::{error::PageError, extract::CheckedForm, pace::Asking},
};
use actix_web::{HttpResponse, http::header};
use serde::Serialize;

#[derive(Serialize)]
struct Name<'a> {
    name: &'a str,
    year: Option<&'a str>,
}

/// Answers with names for what is typed.
pub async fn names(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    if posted.by.app.suggestions.note(op.viewer.person(), op.now) == Asking::Later {
        return Ok(HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, "60")).finish());
    }
    let found = match Typed::parse(posted.fields.get("typed")) {
        None => Vec::new(),
        Some(typed) => posted.by.app.run(move |db| suggest(db, &op, &typed)).await?,
    };
    let names: Vec<Name<'_>> =
        found.iter().map(|one| Name { name: &one.name, year: one.year_group.as_deref() }).collect();
    Ok(HttpResponse::Ok().json(names))
}

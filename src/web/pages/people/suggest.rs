//! Names suggested to a member of staff while they type one: current people of their own school, eight at most, name and
//! year group and nothing else. What is typed comes in the body of a form, so that no log of addresses holds a name.

use crate::{
    domain::people::register::keys::NameQuery,
    service::people::register::{Suggestions, suggest},
    web::http::{error::PageError, extract::CheckedForm},
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
    let typed = NameQuery::parse(posted.fields.get("typed"));
    let found = match posted.by.app.run(move |candour| suggest(candour, &op, typed.as_ref())).await? {
        Suggestions::Names(found) => found,
        Suggestions::TooOften => {
            return Ok(HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, "60")).finish());
        }
    };
    let names: Vec<Name<'_>> =
        found.iter().map(|one| Name { name: &one.name, year: one.year_group.as_deref() }).collect();
    Ok(HttpResponse::Ok().json(names))
}

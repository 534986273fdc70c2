//! Names suggested to a member of staff while they type one: people of their own school, those who left marked so, eight at
//! most, each with what tells namesakes apart and nothing else. What is typed comes in the body of a form, so that no log
//! of addresses holds a name.

use crate::{
    service::people::names::{Suggestions, find},
    web::http::{error::PageError, extract::CheckedForm},
};
use actix_web::{HttpResponse, http::header};
use serde::Serialize;

#[derive(Serialize)]
struct Name<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    words: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Answers with names for what is typed.
pub async fn names(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    let typed = posted.fields.get("typed").to_owned();
    let found = match posted.by.app.run(move |candour| find(candour, &op, &typed)).await? {
        Suggestions::Names(found) => found,
        Suggestions::TooOften => {
            return Ok(HttpResponse::TooManyRequests().insert_header((header::RETRY_AFTER, "60")).finish());
        }
    };
    let names: Vec<Name<'_>> = found
        .iter()
        .map(|one| Name {
            id: one.person.map(|person| person.to_string()),
            words: &one.words,
            note: one.person.is_none().then(|| format!("{} people", one.people)),
        })
        .collect();
    Ok(HttpResponse::Ok().json(names))
}

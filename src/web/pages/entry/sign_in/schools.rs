//! Changing school: for people who work in several.

use super::show;
use crate::{
    service::entry::sessions,
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            page::Shell,
        },
        pages::go_to,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "schools.html")]
struct Schools {
    shell: Shell,
    places: Vec<(String, String)>,
}

/// The schools the person works in.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let places = by.app.run(move |candour| sessions::places(candour, &op)).await?;
    let places = places
        .into_iter()
        .filter(|place| place.school != by.op.viewer.school())
        .map(|place| (place.school.to_string(), place.name))
        .collect();
    show(&Schools { shell: by.shell("Change school", "/schools"), places })
}

/// Goes on in another school.
pub async fn change(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let to = posted.fields.get("school").parse().map_err(|_| PageError::not_found())?;
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| sessions::change_school(candour, &op, to)).await?;
    Ok(go_to("/"))
}

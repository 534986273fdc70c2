//! Changing school, for people who work in several; and what is shown after a form of a page of another school was taken.

use super::show;
use crate::{
    domain::kernel::ids::SchoolId,
    service::entry::{sessions, started::own_address},
    web::{
        http::{
            error::PageError,
            extract::{SessionForm, SignedIn},
            page::Shell,
        },
        pages::go_to,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "schools.html")]
struct Schools {
    shell: Shell,
    places: Vec<(String, String)>,
}

/// A page of one school, asked for by way of this one.
#[derive(Debug, Deserialize)]
pub struct PageElsewhere {
    of: Option<String>,
    return_to: Option<String>,
}

#[derive(Template)]
#[template(path = "in_school.html")]
struct InSchool {
    shell: Shell,
    id: String,
    school: String,
    here: String,
    words: String,
    return_to: String,
}

/// The schools the person works in; or that what they sent is in another one than they are in now.
pub async fn page(by: SignedIn, query: web::Query<PageElsewhere>) -> Result<HttpResponse, PageError> {
    let PageElsewhere { of, return_to } = query.into_inner();
    let of: Option<SchoolId> = of.and_then(|school| school.parse().ok());
    let return_to = own_address(return_to.as_deref().unwrap_or_default()).to_owned();
    if of == Some(by.op.viewer.school()) {
        return Ok(go_to(&return_to));
    }
    let op = by.op.clone();
    let places = by.app.run(move |candour| sessions::places(candour, &op)).await?;
    if let Some(place) = places.iter().find(|place| Some(place.school) == of) {
        return show(&InSchool {
            shell: by.shell("You are in another school now", "/schools"),
            id: place.school.to_string(),
            school: place.name.clone(),
            here: by.op.viewer.school_name().to_owned(),
            words: format!("Go to {}", place.name),
            return_to,
        });
    }
    let places = places
        .into_iter()
        .filter(|place| place.school != by.op.viewer.school())
        .map(|place| (place.school.to_string(), place.name))
        .collect();
    show(&Schools { shell: by.shell("Change school", "/schools"), places })
}

/// Goes on in another school: on its first page, or on the one that was asked for.
pub async fn change(posted: SessionForm) -> Result<HttpResponse, PageError> {
    let to = posted.fields.get("school").parse().map_err(|_| PageError::not_found())?;
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| sessions::change_school(candour, &op, to)).await?;
    Ok(go_to(own_address(posted.fields.get("return_to"))))
}

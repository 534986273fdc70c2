//! Who gets which concern today, and if it were about a named person: the table of `candour routes` as a page. It follows
//! from who has which role, and looks at no case.

use crate::web::pages::show;
use crate::{
    domain::{
        kernel::{codes::capital, ids::PersonId},
        school::routes::{RoutesDesk, When},
    },
    service::people::duties,
    web::http::{
        error::PageError,
        extract::SignedIn,
        page::{Choice, Shell},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// Who is the subject, if a person is chosen.
#[derive(Debug, Deserialize)]
pub struct If {
    subject: Option<String>,
}

struct Row {
    label: &'static str,
    code: String,
    lead: String,
    copied: Vec<String>,
    why: Vec<String>,
}

#[derive(Template)]
#[template(path = "duties/gets.html")]
struct Page {
    shell: Shell,
    people: Vec<Choice>,
    subject: String,
    rows: Vec<Row>,
}

/// The page.
pub async fn page(by: SignedIn, asked: web::Query<If>) -> Result<HttpResponse, PageError> {
    let typed = asked.subject.as_deref().unwrap_or_default().to_owned();
    let subject: Option<PersonId> = match typed.as_str() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| PageError::not_found())?),
    };
    let op = by.op.clone();
    let (rows, adults) = by.app.run(move |candour| duties::who_gets_what(candour, &op, subject)).await?;
    let rows = rows.into_iter().map(|row| Row {
        label: row.label,
        code: row.category.as_str().to_owned(),
        lead: desk(&row.lead),
        copied: row.copied.iter().map(desk).collect(),
        why: row.sentences().collect(),
    });
    let named =
        subject.and_then(|id| adults.iter().find(|adult| adult.id == id)).map(|adult| adult.name.clone());
    let people = adults.into_iter().map(|adult| Choice::new(adult.id.to_string(), adult.name));
    show(&Page {
        shell: by.shell("Who gets which concern", "/admin/routes"),
        people: Choice::mark(people, &[typed]),
        subject: named.unwrap_or_default(),
        rows: rows.collect(),
    })
}

fn desk(desk: &RoutesDesk) -> String {
    let when = match desk.when {
        When::Always => "",
        When::WithPupil => ", if it is about a pupil",
        When::WithPersonalData => ", if personal data is involved",
    };
    if desk.names.is_empty() {
        "No one: the reporter is given the LADO’s number".to_owned()
    } else {
        format!("{}: {}{when}", capital(desk.desk.words()), desk.names.join(", "))
    }
}

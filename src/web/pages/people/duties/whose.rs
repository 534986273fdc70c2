//! Who has which role, for all who have one: they are told when it changes, and see here what did.

use super::{
    lines::{self, Group, Line},
    overview,
};
use crate::web::pages::show;
use crate::{
    service::entry::accounts,
    web::http::{error::PageError, extract::SignedIn, page::Shell},
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "duties/whose.html")]
struct Page {
    shell: Shell,
    another_account: String,
    lately: Vec<Line>,
    groups: Vec<Group>,
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let overview = overview(&by).await?;
    let op = by.op.clone();
    let mine = by.app.run(move |candour| accounts::mine(candour, &op)).await?;
    show(&Page {
        another_account: lines::another_account(&mine, by.op.now),
        lately: lines::lately(&overview),
        groups: lines::groups(&overview),
        shell: by.shell("Who has which role", "/duties"),
    })
}

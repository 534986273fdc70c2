//! Who has which role, for all who have one: they are told when it changes, and see here what did.

use super::{
    lines::{self, Group, Line},
    overview,
};
use crate::web::pages::{people::names::changed, show};
use crate::{
    service::{
        entry::{account_proof, accounts},
        people::renaming,
    },
    web::http::{error::PageError, extract::SignedIn, page::Shell},
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "duties/whose.html")]
struct Page {
    shell: Shell,
    another_account: String,
    first_accounts: Vec<String>,
    lately: Vec<Line>,
    /// The names that changed lately.
    names: Vec<String>,
    groups: Vec<Group>,
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let overview = overview(&by).await?;
    let op = by.op.clone();
    let mine = by.app.run(move |candour| accounts::mine(candour, &op)).await?;
    let op = by.op.clone();
    let renamed = by.app.run(move |candour| renaming::lately(candour, &op)).await?;
    let op = by.op.clone();
    let beside = by.app.run(move |candour| account_proof::first_beside(candour, &op)).await?;
    show(&Page {
        names: renamed.iter().map(changed).collect(),
        another_account: lines::another_account(&mine, by.op.now),
        first_accounts: lines::first_accounts(&beside),
        lately: lines::lately(&overview),
        groups: lines::groups(&overview),
        shell: by.shell("Who has which role", "/duties"),
    })
}

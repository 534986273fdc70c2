//! Which accounts are which person, and taking one away: for the person who may make that person's code.

use crate::web::pages::{go_to, show};
use crate::{
    domain::{
        entry::account_proof::AccountProof,
        kernel::{clock::long, ids::AccountId},
    },
    service::entry::accounts::{self, BoundAccount},
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

const HERE: &str = "/admin/access-requests/accounts";

/// An account, as pages show it.
pub struct Line {
    /// Its address below this page.
    pub href: String,
    /// The person it was let in as.
    pub who: String,
    /// What it calls itself.
    pub account: String,
    /// Since when, and how that is known.
    pub since: String,
}

impl Line {
    /// The account in words.
    pub fn of(let_in: &BoundAccount) -> Self {
        let address = let_in.email.iter().map(String::as_str);
        let through = let_in.provider.iter().map(String::as_str);
        let waits = match let_in.proof {
            AccountProof::Proven => String::new(),
            AccountProof::Awaited => format!(" ({})", let_in.proof.words()),
        };
        let parts: Vec<&str> = std::iter::once(let_in.name.as_str()).chain(address).chain(through).collect();
        Self {
            href: format!("{HERE}/{}", let_in.account),
            who: let_in.who.clone(),
            account: parts.join(", "),
            since: format!("{}, by {}{waits}", long(let_in.since), let_in.how.words()),
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/page.html")]
struct Page {
    shell: Shell,
    done: bool,
    several: Vec<Line>,
    single: Vec<Line>,
}

#[derive(Template)]
#[template(path = "accounts/take.html")]
struct Take {
    shell: Shell,
    line: Line,
    is_last: bool,
}

async fn all(by: &SignedIn) -> Result<Vec<BoundAccount>, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| accounts::to_look_after(candour, &op)).await?)
}

/// Everyone's accounts, those of people with several first.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let all = all(&by).await?;
    let (mut several, mut single) = (Vec::new(), Vec::new());
    for theirs in all.chunk_by(|one, next| one.person == next.person) {
        let list = if theirs.len() > 1 { &mut several } else { &mut single };
        list.extend(theirs.iter().map(Line::of));
    }
    let done = request.query_string() == "taken";
    show(&Page {
        shell: by.shell("Accounts people sign in with", "/admin/access-requests"),
        done,
        several,
        single,
    })
}

/// Asks before an account is taken away.
pub async fn ask(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let account = account(&id)?;
    let all = all(&by).await?;
    let let_in = all.iter().find(|let_in| let_in.account == account).ok_or_else(PageError::not_found)?;
    let is_last = all.iter().filter(|other| other.person == let_in.person).count() == 1;
    let shell = by.shell("Remove an account", "/admin/access-requests");
    show(&Take { shell, line: Line::of(let_in), is_last })
}

/// Takes it away.
pub async fn take(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (account, op) = (account(&id)?, posted.by.op.clone());
    posted.by.app.run(move |candour| accounts::take_away(candour, &op, account)).await?;
    Ok(go_to("/admin/access-requests/accounts?taken"))
}

fn account(id: &str) -> Result<AccountId, PageError> {
    id.parse().map_err(|_| PageError::not_found())
}

//! Accounts that wait to be confirmed: what their person reads meanwhile, and where a present session of theirs or a
//! second person says whether the account is theirs.

use super::{access_requests::account_list, accounts::Line};
use crate::web::pages::{go_to, show};
use crate::{
    domain::{
        entry::account_proof::{AccountAnswer, AccountProof},
        kernel::{clock::long, ids::AccountId},
    },
    service::entry::{
        account_proof::{self, Added},
        accounts::{self, BoundAccount},
    },
    web::http::{
        error::PageError,
        error_words::BadRequest,
        extract::{CheckedForm, SignedIn},
        links,
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts/awaited.html")]
struct Awaited {
    shell: Shell,
    witness: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "accounts/to_confirm.html")]
struct ToConfirm {
    shell: Shell,
    is_done: bool,
    lines: Vec<Line>,
    /// Where head and chair confirm accounts after a change of sign-in; empty for anyone else.
    list: &'static str,
}

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct Confirm {
    shell: Shell,
    line: Line,
    back: &'static str,
    is_own: bool,
    confirm: AccountAnswer,
    remove: AccountAnswer,
}

/// An account that was added for the reader lately.
pub struct AddedLine {
    /// When, and what became of it.
    pub words: String,
    /// Where they say whether it is theirs, or "".
    pub href: String,
}

impl AddedLine {
    /// The account in words.
    pub fn of(added: &Added) -> Self {
        let waits = added.proof == Some(AccountProof::Awaited);
        let became = match added.proof {
            Some(AccountProof::Awaited) => "It opens nothing of yours until you say that it is yours.",
            Some(AccountProof::Proven) => "It is confirmed: it opens what you may open.",
            None => "It has been removed.",
        };
        Self {
            words: format!("A new account was added on {}: {}. {became}", long(added.at), added.name),
            href: if waits { own(added.account) } else { String::new() },
        }
    }
}

fn own(account: AccountId) -> String {
    format!("/settings/accounts/{account}")
}

fn to_confirm(account: AccountId) -> String {
    format!("{}/{account}", links::CONFIRM_ACCOUNTS)
}

/// What a person reads whose account waits to be confirmed. For anyone else there is nothing to wait for.
pub async fn awaited(by: SignedIn) -> Result<HttpResponse, PageError> {
    if by.op.viewer.proof() == AccountProof::Proven {
        return Ok(go_to("/"));
    }
    let op = by.op.clone();
    let witness = by.app.run(move |candour| account_proof::awaited(candour, &op)).await?;
    let shell = by.shell("Your account waits to be confirmed", links::AWAITED);
    show(&Awaited { shell, witness: witness.map(|witness| witness.words()) })
}

async fn waiting(by: &SignedIn) -> Result<Vec<BoundAccount>, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| account_proof::to_confirm(candour, &op)).await?)
}

/// The accounts that wait for the reader as a second person.
pub async fn list(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let lines = waiting(&by).await?;
    let lines = lines.iter().map(|one| Line { href: to_confirm(one.account), ..Line::of(one) }).collect();
    let is_done = request.query_string() == "done";
    let shell = by.shell("Accounts to confirm", links::CONFIRM_ACCOUNTS);
    show(&ToConfirm { shell, is_done, lines, list: account_list(&by) })
}

/// Asks the second person.
pub async fn ask(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let account = account(&id)?;
    let found = waiting(&by).await?.into_iter().find(|one| one.account == account);
    let found = found.ok_or_else(PageError::not_found)?;
    show(&Confirm {
        shell: by.shell("Is this account theirs?", links::CONFIRM_ACCOUNTS),
        line: Line { href: to_confirm(account), ..Line::of(&found) },
        back: links::CONFIRM_ACCOUNTS,
        is_own: false,
        confirm: AccountAnswer::Theirs,
        remove: AccountAnswer::NotTheirs,
    })
}

/// Asks the person themselves, signed in with an account that is confirmed.
pub async fn ask_own(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let account = account(&id)?;
    let op = by.op.clone();
    let mine = by.app.run(move |candour| accounts::mine(candour, &op)).await?;
    let waits = |one: &BoundAccount| one.account == account && one.proof == AccountProof::Awaited;
    let found = mine.into_iter().find(waits).ok_or_else(PageError::not_found)?;
    show(&Confirm {
        shell: by.shell("Is this account yours?", "/settings"),
        line: Line { href: own(account), ..Line::of(&found) },
        back: "/settings",
        is_own: true,
        confirm: AccountAnswer::Theirs,
        remove: AccountAnswer::NotTheirs,
    })
}

/// Takes what the second person says.
pub async fn answer(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    say(&posted, &id).await?;
    Ok(go_to(&format!("{}?done", links::CONFIRM_ACCOUNTS)))
}

/// Takes what the person themselves says.
pub async fn answer_own(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    say(&posted, &id).await?;
    Ok(go_to("/settings"))
}

async fn say(posted: &CheckedForm, id: &str) -> Result<(), PageError> {
    let account = account(id)?;
    let answer: AccountAnswer =
        posted.fields.get("answer").parse().map_err(|_| PageError::Bad(BadRequest::NoButton))?;
    let op = posted.by.op.clone();
    Ok(posted.by.app.run(move |candour| account_proof::answer(candour, &op, account, answer)).await?)
}

fn account(id: &str) -> Result<AccountId, PageError> {
    id.parse().map_err(|_| PageError::not_found())
}

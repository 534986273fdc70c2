//! The list of a school that changes its provider: whose each account that waits is by the register. The head and the
//! chair confirm it, and accounts that both confirmed are in.

use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        entry::{
            first_sign_in::NotLetIn,
            provider_change::{ListAnswer, YesStep},
        },
        kernel::ids::{AccessRequestId, PersonId},
    },
    service::{
        clock::Randomness,
        entry::provider_change::{self, AccountList, ListOutcome, Pair, WaitingAccount},
    },
    web::http::{
        error::PageError,
        error_words::BadRequest,
        extract::{CheckedForm, SignedIn},
        links,
        page::{Choice, Mistakes, PageState, Shell},
        problem::FormProblem,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

/// The accounts that are ticked.
const TICKED: &str = "account";

#[derive(Template)]
#[template(path = "accounts/list.html")]
struct Page {
    shell: Shell,
    mistakes: Mistakes,
    done: &'static str,
    accounts: Vec<Choice>,
    others: Vec<String>,
    confirm: ListAnswer,
    remove: ListAnswer,
}

/// What an account shows of itself, in one line.
fn shows(account: &WaitingAccount) -> String {
    let address = account.email.iter().map(String::as_str);
    let parts = std::iter::once(account.name.as_str()).chain(address).chain([account.provider.as_str()]);
    parts.collect::<Vec<_>>().join(", ")
}

/// An account with whose it is, as it is ticked.
fn choice(pair: &Pair) -> Choice {
    let register = pair.email.as_deref().unwrap_or("no address");
    let before = if pair.before.is_empty() { "none".to_owned() } else { pair.before.join("; ") };
    let names = if pair.shows_another_name() { " The names differ: ask them in person." } else { "" };
    let yes = match pair.step {
        Some(YesStep::Second) => " The other of the two has confirmed it.",
        Some(YesStep::Again) => " You have confirmed it. The other of the two has not yet.",
        Some(YesStep::First) | None => "",
    };
    let hint = format!(
        "The account shows {}. The register has {register}. Accounts so far: {before}.{names}{yes}",
        shows(&pair.account)
    );
    Choice::new(account_of(pair), pair.who.clone()).hint(hint)
}

/// An account with whose it is, as a form posts it.
fn account_of(pair: &Pair) -> String {
    format!("{}.{}", pair.account.id, pair.whose)
}

fn other((account, why): &(WaitingAccount, NotLetIn)) -> String {
    format!("{}: {}", shows(account), why.words())
}

async fn read(by: &SignedIn) -> Result<AccountList, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| provider_change::list(candour, &op)).await?)
}

fn drawn(by: &SignedIn, list: &AccountList) -> Page {
    Page {
        shell: by.shell("Accounts after a change of sign-in", links::CONFIRM_ACCOUNTS),
        mistakes: Mistakes::none(),
        done: "",
        accounts: list.pairs.iter().map(choice).collect(),
        others: list.others.iter().map(other).collect(),
        confirm: ListAnswer::Confirm,
        remove: ListAnswer::Remove,
    }
}

/// The list.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let list = read(&by).await?;
    let done = match request.query_string() {
        "confirm" => "Your answer has been recorded. Accounts that both of you confirmed are in.",
        "remove" => {
            "The accounts have been removed from the list. They are back on it if they sign in again."
        }
        _ => "",
    };
    show(&Page { done, ..drawn(&by, &list) })
}

/// What was ticked: accounts, each with whose the page said it is.
fn ticked(posted: &CheckedForm) -> Option<Vec<(AccessRequestId, PersonId)>> {
    let pair = |value: &str| {
        let (account, person) = value.split_once('.')?;
        Some((account.parse().ok()?, person.parse().ok()?))
    };
    posted.fields.all(TICKED).into_iter().map(pair).collect()
}

/// Takes an answer to the accounts that were ticked.
pub async fn answer(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let answer: ListAnswer =
        posted.fields.get("act").parse().map_err(|_| PageError::Bad(BadRequest::NoButton))?;
    let Some(chosen) = ticked(&posted) else { return again(&posted, FormProblem::ListChanged).await };
    if chosen.is_empty() {
        return again(&posted, FormProblem::TickAccounts).await;
    }
    let op = posted.by.op.clone();
    let outcome = posted
        .by
        .app
        .run(move |candour| provider_change::answer(candour, &op, &chosen, answer, &mut Randomness));
    match outcome.await? {
        ListOutcome::Recorded => Ok(go_to(&format!("{}?{}", links::ACCOUNT_LIST, answer.code()))),
        ListOutcome::Changed => again(&posted, FormProblem::ListChanged).await,
    }
}

/// The list as it is now, with what is ticked and what is wrong.
async fn again(posted: &CheckedForm, problem: FormProblem) -> Result<HttpResponse, PageError> {
    let list = read(&posted.by).await?;
    let mut page = drawn(&posted.by, &list);
    page.accounts = Choice::mark(page.accounts, &posted.fields.all(TICKED));
    page.mistakes.add(TICKED, problem);
    page.shell.state = PageState::Mistaken;
    show_again(&page)
}

//! Roles (duties): who has which, what is proposed, and what there ever was. For administrators, who propose, and for those who
//! confirm.

pub mod change;
pub mod decide;
pub mod gets;
mod lines;
pub mod whose;

use crate::web::pages::show;
use crate::{
    domain::people::{Office, duty::may_decide},
    service::{
        entry::{account_proof, accounts},
        people::{
            duties::{self, Overview},
            renaming,
        },
    },
    web::http::{
        audience::{Audience, Caseload},
        error::PageError,
        extract::SignedIn,
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use lines::{Group, Line, Waiting};

const HERE: &str = "/admin/duties";

#[derive(Template)]
#[template(path = "duties/page.html")]
struct Page {
    shell: Shell,
    done: &'static str,
    another_account: String,
    first_accounts: Vec<String>,
    gaps: Vec<String>,
    waiting: Vec<Waiting>,
    /// How many names wait for a second person.
    names: usize,
    groups: Vec<Group>,
    may_propose: bool,
    may_ask: bool,
}

#[derive(Template)]
#[template(path = "duties/history.html")]
struct History {
    shell: Shell,
    lines: Vec<Line>,
    decided: Vec<Line>,
}

async fn overview(by: &SignedIn) -> Result<Overview, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| duties::overview(candour, &op)).await?)
}

/// Who has which duty, and what is proposed.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let overview = overview(&by).await?;
    let op = by.op.clone();
    let mine = by.app.run(move |candour| accounts::mine(candour, &op)).await?;
    let op = by.op.clone();
    let names = by.app.run(move |candour| renaming::overview(candour, &op)).await?;
    let op = by.op.clone();
    let beside = by.app.run(move |candour| account_proof::first_beside(candour, &op)).await?;
    let standing = by.op.viewer.standing();
    let waiting = overview.open().map(|proposal| {
        let yours = may_decide(standing, proposal, &overview.book).is_ok();
        lines::waiting(proposal, &overview, yours)
    });
    show(&Page {
        done: done(request.query_string()),
        another_account: lines::another_account(&mine, by.op.now),
        first_accounts: lines::first_accounts(&beside),
        gaps: lines::gaps(&overview.gaps),
        waiting: waiting.collect(),
        names: names.open().count(),
        groups: lines::groups(&overview),
        may_propose: standing.is(Office::Administrator),
        may_ask: Audience::Routes.admits(&by.op.viewer, Caseload::None),
        shell: by.shell("Roles", HERE),
    })
}

fn done(query: &str) -> &'static str {
    match query {
        "proposed" => "It has been proposed. The person who confirms it has been told.",
        "confirmed" => "It has been confirmed. Everyone it concerns has been told.",
        "refused" => "It has been refused. The person who proposed it has been told.",
        "withdrawn" => "The proposal has been withdrawn.",
        "ended" => "The role has ended. Everyone it concerns has been told.",
        _ => "",
    }
}

/// Every duty there ever was, and what became of every proposal.
pub async fn history(by: SignedIn) -> Result<HttpResponse, PageError> {
    let overview = overview(&by).await?;
    show(&History {
        lines: overview.past.iter().map(|past| lines::of_past(past, &overview)).collect(),
        decided: overview.proposals.iter().map(|filed| lines::of_proposal(filed, &overview)).collect(),
        shell: by.shell("History of roles", HERE),
    })
}

//! One proposal: what it says, and confirming, refusing or withdrawing it.

use super::lines;
use crate::web::pages::{go_to, mistaken, show, show_again};
use crate::{
    domain::{
        kernel::{clock::long, codes::capital, ids::DutyProposalId},
        people::duty::{Change, Proposal, may_decide},
    },
    service::{
        ServiceError,
        clock::Randomness,
        people::duties::{self, Decision, Overview},
    },
    web::http::{
        error::PageError,
        error_words::BadRequest,
        extract::{CheckedForm, SignedIn},
        page::{Mistakes, Shell},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "duties/decide.html")]
struct Decide {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    id: String,
    name: String,
    what: String,
    happens: String,
    why: String,
    proposed: String,
    decides: String,
    code: bool,
    leaves_vacant: bool,
    may_decide: bool,
    may_withdraw: bool,
    is_open: bool,
}

fn drawn(by: &SignedIn, overview: &Overview, proposal: &Proposal, mistakes: Mistakes) -> Decide {
    let mut shell = by.shell("A proposal", super::HERE);
    shell.state = mistakes.state();
    let standing = by.op.viewer.standing();
    let waiting = lines::waiting(proposal, overview, false);
    let is_open = proposal.is_open(overview.book.now);
    let (code, leaves_vacant) = match &proposal.change {
        Change::Begin { what, .. } => (what.needs_code_from().is_some(), false),
        Change::End { duty, .. } => (false, overview.book.leaves_vacant(duty)),
    };
    Decide {
        shell,
        key: by.form_key(),
        mistakes,
        id: proposal.id.to_string(),
        name: waiting.name,
        what: capital(&waiting.what),
        happens: waiting.change,
        why: capital(proposal.why.words()),
        proposed: format!("{}, {}", overview.name(proposal.proposed_by), long(proposal.proposed_at)),
        decides: capital(&waiting.decides),
        code,
        leaves_vacant,
        may_decide: may_decide(standing, proposal, &overview.book).is_ok(),
        may_withdraw: is_open && proposal.proposed_by == standing.person,
        is_open,
    }
}

fn found(overview: &Overview, id: &str) -> Result<Proposal, PageError> {
    let id: DutyProposalId = id.parse().map_err(|_| PageError::not_found())?;
    let filed = overview.proposals.iter().find(|filed| filed.proposal.id == id);
    filed.map(|filed| filed.proposal).ok_or_else(PageError::not_found)
}

/// The proposal.
pub async fn page(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let overview = super::overview(&by).await?;
    let proposal = found(&overview, &id)?;
    show(&drawn(&by, &overview, &proposal, Mistakes::none()))
}

/// Confirms, refuses or withdraws it.
pub async fn decide(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let overview = super::overview(&by).await?;
    let proposal = found(&overview, &id)?;
    let (decision, done) = match fields.get("act") {
        "confirm" => (Decision::Confirm, "/admin/duties?confirmed"),
        "refuse" => (Decision::Refuse, "/admin/duties?refused"),
        "withdraw" => (Decision::Withdraw, "/admin/duties?withdrawn"),
        _ => return Err(PageError::Bad(BadRequest::NoButton)),
    };
    let op = by.op.clone();
    let outcome = by
        .app
        .run(move |candour| duties::decide(candour, &op, proposal.id, decision, &form, &mut Randomness))
        .await;
    match outcome {
        Ok(()) => Ok(go_to(done)),
        Err(ServiceError::Invalid(errors)) => {
            // What was possible when it was proposed may not be any more; one place says why.
            let mut mistakes = Mistakes::none();
            errors.into_iter().for_each(|error| mistakes.add("decide", error.problem));
            show_again(&drawn(&by, &overview, &proposal, mistakes))
        }
        Err(error) => {
            let mut mistakes = Mistakes::none();
            mistaken(&by, &mut mistakes, (super::HERE, "decide"), error).await?;
            show_again(&drawn(&by, &overview, &proposal, mistakes))
        }
    }
}

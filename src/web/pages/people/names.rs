//! Names that take two people: what waits, what became of it, and confirming, refusing or withdrawing one. For those who
//! propose roles and those who confirm them.

use super::super::{go_to, mistaken, show, show_again};
use crate::{
    domain::{
        kernel::{
            clock::{day, long},
            codes::capital,
            ids::NameProposalId,
        },
        people::{
            ShownName,
            register::values::Email,
            renaming::{NameChange, NameLine, NameProposal, may_decide},
        },
    },
    service::{
        ServiceError,
        clock::Randomness,
        people::{
            duties::Decision,
            renaming::{self, ChangedName, NameProposalRecord, Names},
        },
    },
    web::http::{
        error::PageError,
        error_words::BadRequest,
        extract::{CheckedForm, SignedIn},
        links,
        page::{Mistakes, Shell},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

/// Where the menu entry of these pages leads.
const HERE: &str = "/admin/duties";

/// A name that waits.
struct Waiting {
    href: String,
    name: String,
    says: String,
    decides: String,
    yours: bool,
}

#[derive(Template)]
#[template(path = "names/page.html")]
struct Page {
    shell: Shell,
    done: &'static str,
    waiting: Vec<Waiting>,
    lately: Vec<String>,
    decided: Vec<String>,
}

#[derive(Template)]
#[template(path = "names/decide.html")]
struct Decide {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    action: String,
    back: &'static str,
    facts: Vec<(&'static str, String)>,
    may_decide: bool,
    may_withdraw: bool,
    is_open: bool,
}

async fn overview(by: &SignedIn) -> Result<Names, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| renaming::overview(candour, &op)).await?)
}

/// A name that changed, in one line.
pub(in crate::web::pages) fn changed((_, today, before, until): &ChangedName) -> String {
    format!("{today}, until {} {before}", day(*until))
}

fn decides(names: &Names, proposal: &NameProposal) -> String {
    let (desk, people) = names.book.name_confirmers(&names.concerned(proposal), proposal.proposed_by);
    let who: Vec<&str> = people.iter().map(|person| names.name(*person)).collect();
    let who = if who.is_empty() { "no one at present".to_owned() } else { who.join(" or ") };
    format!("the {} ({who})", desk.words())
}

fn is_yours(by: &SignedIn, names: &Names, proposal: &NameProposal) -> bool {
    may_decide(by.op.viewer.standing(), proposal, &names.concerned(proposal), &names.book).is_ok()
}

fn line(proposal: &NameProposal) -> String {
    NameLine::of(&proposal.change, &proposal.name, proposal.why).words()
}

fn proposed(names: &Names, proposal: &NameProposal) -> String {
    let by = proposal.proposed_by.map(|by| format!(" by {}", names.name(by))).unwrap_or_default();
    format!("{}{by}, {}", capital(proposal.road.words()), long(proposal.proposed_at))
}

/// What became of a proposal, in one line.
fn outcome(names: &Names, filed: &NameProposalRecord) -> String {
    let what = line(&filed.proposal);
    match filed.decided {
        Some((by, at)) => {
            format!("{what}. {} by {} on {}.", filed.proposal.state.words(), names.name(by), long(at))
        }
        None => format!("{what}. It was not decided in time."),
    }
}

/// Every name that waits, and what became of the others.
pub async fn page(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let names = overview(&by).await?;
    let waiting = names.open().map(|proposal| Waiting {
        href: links::name(proposal.id),
        name: proposal.name.0.clone(),
        says: line(proposal),
        decides: decides(&names, proposal),
        yours: is_yours(&by, &names, proposal),
    });
    let now = by.op.now;
    let over = names.proposals.iter().filter(|filed| !filed.proposal.is_open(now));
    show(&Page {
        done: match request.query_string() {
            "proposed" => "It waits for a second person. Those who can confirm it have been told.",
            "confirmed" => "It has been confirmed. Everyone it concerns has been told.",
            "refused" => "It has been refused. Everyone it concerns has been told.",
            "withdrawn" => "It has been withdrawn.",
            _ => "",
        },
        waiting: waiting.collect(),
        lately: names.lately.iter().map(changed).collect(),
        decided: over.map(|filed| outcome(&names, filed)).collect(),
        shell: by.shell("Names", HERE),
    })
}

fn drawn(by: &SignedIn, names: &Names, proposal: &NameProposal, mistakes: Mistakes) -> Decide {
    let mut shell = by.shell("A name", HERE);
    shell.state = mistakes.state();
    let ShownName(name) = &proposal.name;
    let mut facts = match &proposal.change {
        NameChange::Rename { before: ShownName(before), .. } => {
            vec![("Name before", before.clone()), ("Name that was proposed", name.clone())]
        }
        NameChange::Add { kind, email } => {
            let email = email.as_ref().map_or_else(|| "None".to_owned(), ToString::to_string);
            let kind = capital(kind.words());
            vec![("Person to be added", name.clone()), ("What they are", kind), ("E-mail address", email)]
        }
        NameChange::Address { before, email, .. } => {
            let shown =
                |email: &Option<Email>| email.as_ref().map_or_else(|| "None".to_owned(), ToString::to_string);
            vec![
                ("Person", name.clone()),
                ("E-mail address before", shown(before)),
                ("E-mail address that was proposed", shown(email)),
            ]
        }
    };
    let concerned = names.concerned(proposal);
    if let NameChange::Add { .. } = &proposal.change {
        let others: Vec<&str> = concerned.iter().map(|person| names.name(*person)).collect();
        facts.push(("Who has or had this name, or one like it", others.join(", ")));
    }
    facts.extend([
        ("Why it takes two people", capital(proposal.why.words())),
        ("How it came", proposed(names, proposal)),
        ("Who confirms it", capital(&decides(names, proposal))),
    ]);
    let is_open = proposal.is_open(by.op.now);
    Decide {
        shell,
        key: by.form_key(),
        mistakes,
        action: links::name(proposal.id),
        back: links::NAMES,
        facts,
        may_decide: is_yours(by, names, proposal),
        may_withdraw: is_open && proposal.proposed_by == Some(by.op.viewer.person()),
        is_open,
    }
}

fn found(names: &Names, id: &str) -> Result<NameProposal, PageError> {
    let id: NameProposalId = id.parse().map_err(|_| PageError::not_found())?;
    let filed = names.proposals.iter().find(|filed| filed.proposal.id == id);
    filed.map(|filed| filed.proposal.clone()).ok_or_else(PageError::not_found)
}

/// One name.
pub async fn one(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let names = overview(&by).await?;
    let proposal = found(&names, &id)?;
    show(&drawn(&by, &names, &proposal, Mistakes::none()))
}

/// Confirms, refuses or withdraws it.
pub async fn decide(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let names = overview(&by).await?;
    let proposal = found(&names, &id)?;
    let (decision, done) = match fields.get("act") {
        "confirm" => (Decision::Confirm, "confirmed"),
        "refuse" => (Decision::Refuse, "refused"),
        "withdraw" => (Decision::Withdraw, "withdrawn"),
        _ => return Err(PageError::Bad(BadRequest::NoButton)),
    };
    let (op, id) = (by.op.clone(), proposal.id);
    let outcome =
        by.app.run(move |candour| renaming::decide(candour, &op, id, decision, &form, &mut Randomness)).await;
    let mut mistakes = Mistakes::none();
    match outcome {
        Ok(()) => return Ok(go_to(&format!("{}?{done}", links::NAMES))),
        // What was possible when it was proposed may not be any more; one place says why.
        Err(ServiceError::Invalid(errors)) => {
            errors.into_iter().for_each(|error| mistakes.add("decide", error.problem));
        }
        Err(error) => mistaken(&by, &mut mistakes, (links::NAMES, "decide"), error).await?,
    }
    show_again(&drawn(&by, &names, &proposal, mistakes))
}

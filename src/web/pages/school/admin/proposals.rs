//! Proposed changes of settings: what waits, what was decided, and the page where the head or the chair decides.

use super::{frame, proposing};
use crate::{
    domain::{
        kernel::{
            clock,
            ids::ProposalId,
            text::{Summary, TextError},
        },
        school::{
            preview::Preview,
            settings::{Decision, Problem, Proposal, State},
        },
    },
    service::{
        clock::Randomness,
        school::settings::{self, ProposalView, Yours},
    },
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            links,
            page::{Mistakes, Shell},
            problem::{FormProblem, Written},
        },
        pages::{go_to, show, show_again},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "admin/proposals.html")]
struct ListPage {
    shell: Shell,
    done: &'static str,
    yours: Vec<Entry>,
    others: Vec<Entry>,
    decided: Vec<Entry>,
}

/// One proposal in a list.
struct Entry {
    href: String,
    subject: String,
    says: String,
    tag: (&'static str, &'static str),
}

/// What waits and what was decided.
pub async fn list(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let listed = by.app.run(move |candour| settings::proposals(candour, &op)).await?;
    let entry = |proposal: &Proposal| Entry {
        href: links::proposal(proposal.id),
        subject: proposal.change.subject().words(),
        says: match &proposal.state {
            State::Waiting => {
                format!("Proposed by {}, {}", listed.name(proposal.by), clock::long(proposal.at))
            }
            State::Approved { by, from, .. } => {
                format!("Approved by {}, in force from {}", listed.name(*by), clock::long(*from))
            }
            State::Refused { by, at, .. } => {
                format!("Refused by {}, {}", listed.name(*by), clock::long(*at))
            }
            State::Withdrawn { by, at } => {
                format!("Withdrawn by {}, {}", listed.name(*by), clock::long(*at))
            }
        },
        tag: match &proposal.state {
            State::Waiting => ("Waiting", "yellow"),
            State::Approved { .. } => ("Approved", "green"),
            State::Refused { .. } => ("Refused", "grey"),
            State::Withdrawn { .. } => ("Withdrawn", "grey"),
        },
    };
    let waiting = |yours: Yours| {
        let theirs = listed.waiting.iter().filter(move |(_, whose)| *whose == yours);
        theirs.map(|(proposal, _)| entry(proposal)).collect::<Vec<_>>()
    };
    show(&ListPage {
        shell: frame(&by, "Proposed changes"),
        done: match request.query_string() {
            "sent" => "The proposal has been sent. Nothing changes until it is approved.",
            "approved" => "The change has been approved.",
            "refused" => "The change has been refused. Nothing changes.",
            "withdrawn" => "The proposal has been withdrawn. Nothing changes.",
            _ => "",
        },
        yours: waiting(Yours::Decide),
        others: waiting(Yours::Look),
        decided: listed.decided.iter().map(entry).collect(),
    })
}

#[derive(Template)]
#[template(path = "admin/proposal.html")]
struct ProposalPage {
    shell: Shell,
    key: String,
    mistakes: Mistakes,
    action: String,
    version: usize,
    subject: String,
    facts: Vec<(&'static str, String)>,
    preview: Preview,
    may_decide: bool,
    /// Where the person who made it takes it back; nothing if they cannot.
    withdraw: String,
    /// Where to sign in again first: a decision takes a fresh sign-in, and nothing typed is to be lost to it.
    sign_in_again: Option<String>,
    waits_for: String,
    why_not: String,
}

fn drawn(by: &SignedIn, opened: ProposalView, fields: &Fields, mistakes: Mistakes) -> ProposalPage {
    let proposal = &opened.proposal;
    let mut facts = vec![
        ("Proposed by", format!("{}, {}", opened.name(proposal.by), clock::long(proposal.at))),
        ("Why", proposal.why.clone()),
        ("From when", proposing::starts(proposal.starts)),
    ];
    let mut waits_for = String::new();
    match &proposal.state {
        State::Waiting => {
            waits_for = opened.desk.map_or_else(
                || "No one can decide this at present.".to_owned(),
                |desk| format!("This waits for the {}.", desk.words()),
            );
        }
        State::Approved { by, at, from } => {
            facts.push(("Approved by", format!("{}, {}", opened.name(*by), clock::long(*at))));
            facts.push(("In force from", clock::long(*from)));
        }
        State::Refused { by, at, why } => {
            facts.push(("Refused by", format!("{}, {}", opened.name(*by), clock::long(*at))));
            facts.push(("Why it was refused", why.clone()));
        }
        State::Withdrawn { by, at } => {
            facts.push(("Withdrawn by", format!("{}, {}", opened.name(*by), clock::long(*at))));
        }
    }
    let mut shell = frame(by, "A proposed change");
    shell.state = mistakes.state();
    ProposalPage {
        shell,
        key: by.form_key(),
        mistakes,
        action: links::proposal(proposal.id),
        version: opened.version,
        subject: proposal.change.subject().words(),
        facts,
        may_decide: opened.yours == Yours::Decide,
        withdraw: match proposal.withdraw(by.op.viewer.standing()) {
            Ok(_) => links::withdraw_proposal(proposal.id),
            Err(_) => String::new(),
        },
        sign_in_again: (!by.op.viewer.is_fresh())
            .then(|| links::sign_in_again(&links::proposal(proposal.id))),
        waits_for,
        why_not: fields.get("why-not").to_owned(),
        preview: opened.preview,
    }
}

fn id_of(typed: &str) -> Result<ProposalId, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}

async fn open(by: &SignedIn, id: ProposalId) -> Result<ProposalView, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| settings::proposal(candour, &op, id)).await?)
}

/// One proposal, with the decision for the person who decides.
pub async fn page(by: SignedIn, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let opened = open(&by, id_of(&id)?).await?;
    show(&drawn(&by, opened, &Fields::default(), Mistakes::none()))
}

/// Approves or refuses.
pub async fn decide(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, .. } = posted;
    let id = id_of(&id)?;
    let (decision, why, done) = match fields.get("act") {
        "approve" => (Decision::Approve, None, "/admin/proposals?approved"),
        _ => match Summary::parse(fields.get("why-not")) {
            Ok(why) => (Decision::Refuse, Some(why), "/admin/proposals?refused"),
            Err(error) => {
                let mut mistakes = Mistakes::none();
                match error {
                    TextError::Empty => mistakes.add("why-not", Problem::WhyRefused),
                    TextError::TooLong { limit } => {
                        mistakes.add("why-not", FormProblem::TooLong { what: Written::Reason, limit });
                    }
                }
                return show_again(&drawn(&by, open(&by, id).await?, &fields, mistakes));
            }
        },
    };
    let version = fields.get("version").parse().unwrap_or_default();
    let op = by.op.clone();
    by.app
        .run(move |candour| {
            settings::decide(candour, &op, id, (decision, why.as_ref()), version, &mut Randomness)
        })
        .await?;
    Ok(go_to(done))
}

/// Takes it back.
pub async fn withdraw(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, form, .. } = posted;
    let (op, id) = (by.op.clone(), id_of(&id)?);
    by.app.run(move |candour| settings::withdraw(candour, &op, id, &form)).await?;
    Ok(go_to("/admin/proposals?withdrawn"))
}

//! The page of a case, whole or technical; an inspector's is `inspected`.

use super::{
    acts,
    history::{self, Fact},
    inspected, offers, steps, view,
};
use crate::{
    domain::{
        case::{LinkKind, lifecycle::workflow::Move},
        kernel::{clock, text},
    },
    service::{
        case::read::{self, CaseView, FullCase, TechnicalView},
        clock::Randomness,
    },
    web::{
        http::{error::PageError, extract::SignedIn, links, page::Shell, part::TaskRow},
        pages::{go_to, show},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

/// What the address says beside the case.
#[derive(Debug, Deserialize)]
pub struct CaseQuery {
    /// The move that was just made, by its code.
    done: Option<String>,
    /// "it-was", to read a case that became part of another one.
    #[serde(rename = "as")]
    shown: Option<String>,
}

#[derive(Template)]
#[template(path = "case/page.html")]
struct CasePage {
    shell: Shell,
    key: String,
    version: i32,
    banner: String,
    done: &'static str,
    bar: view::Bar,
    title: &'static str,
    opened: String,
    linked: Vec<view::LinkView>,
    next: steps::Next,
    concerns: Vec<view::ConcernView>,
    rows: Vec<view::Row>,
    people: Vec<view::PersonRow>,
    add_person: String,
    questions: Vec<view::AnswerView>,
    proposal: Vec<view::Row>,
    proposal_head: &'static str,
    referrals: Vec<view::ReferralView>,
    tasks: Vec<TaskRow>,
    dues: Vec<steps::Step>,
    before_it_ends: Vec<String>,
    readers: Vec<history::Readers>,
    hold: String,
    timeline: Vec<history::Item>,
    links: Vec<steps::Link>,
    others: Vec<(&'static str, Vec<steps::Link>)>,
}

#[derive(Template)]
#[template(path = "case/technical.html")]
struct TechnicalPage {
    shell: Shell,
    banner: String,
    done: &'static str,
    reference: String,
    status: &'static str,
    reported: String,
    rows: Vec<view::Row>,
    brief: String,
    links: Vec<steps::Link>,
}

/// A case's page.
pub async fn case(
    request: HttpRequest,
    by: SignedIn,
    query: web::Query<CaseQuery>,
) -> Result<HttpResponse, PageError> {
    let reference = acts::reference(&request)?;
    let op = by.op.clone();
    let view = by.app.run(move |candour| read::case(candour, &op, &reference, &mut Randomness)).await?;
    let done = query.done.as_deref().and_then(|code| code.parse::<Move>().ok());
    if let Some(on) = goes_on(&view).filter(|_| query.shown.is_none()) {
        return Ok(go_to(&match done {
            Some(Move::Merge) => format!("{on}?{}", links::query("done", Move::Gather.code())),
            Some(_) | None => on,
        }));
    }
    draw(&by, &view, String::new(), done.map_or("", Move::words))
}

/// Where a merged case goes on, for a person who can open that one too.
fn goes_on(view: &CaseView) -> Option<String> {
    let read = match view {
        CaseView::Full(full) => full,
        CaseView::Inspected(seen) => seen.reading(),
        CaseView::Technical(_) => return None,
    };
    let on = read.linked.iter().find(|linked| linked.how() == LinkKind::GoesOn)?;
    Some(links::case(on.reference()))
}

/// Draws a case as the person sees it. `banner` says what went wrong, `done` what was just done; either may be empty.
pub fn draw(
    by: &SignedIn,
    view: &CaseView,
    banner: String,
    done: &'static str,
) -> Result<HttpResponse, PageError> {
    match view {
        CaseView::Full(full) => show(&whole(by, full, banner, done)),
        CaseView::Inspected(seen) => inspected::draw(by, seen),
        CaseView::Technical(technical) => show(&technical_page(by, technical, banner, done)),
    }
}

fn whole(by: &SignedIn, full: &FullCase, banner: String, done: &'static str) -> CasePage {
    let (case, now) = (&full.case, by.op.now);
    let title = case.category.category().label;
    let opened =
        if case.leads(&full.asking()) { links::case_act(&case.reference, "opened") } else { String::new() };
    let add_person = if full.moves.contains(&Move::Subject) {
        links::case_act(&case.reference, "people")
    } else {
        String::new()
    };
    CasePage {
        shell: by.shell(title, "/queue"),
        key: by.form_key(),
        version: case.version,
        banner,
        done,
        bar: view::bar(full, now),
        title,
        opened,
        linked: view::linked(full),
        next: steps::next(full, by.op.viewer.person(), now),
        concerns: view::concerns(full),
        rows: view::summary(full),
        people: offers::people(full, by.op.viewer.standing()),
        add_person,
        questions: offers::answers(full),
        proposal: view::proposal(full),
        proposal_head: view::proposal_head(full),
        referrals: offers::referrals(full),
        tasks: offers::tasks(full, now),
        dues: steps::all(full, now),
        before_it_ends: steps::before_it_ends(full),
        readers: history::readers(full, now),
        hold: history::hold(full),
        timeline: history::timeline(full),
        links: steps::recording(full),
        others: steps::others(full),
    }
}

fn technical_page(by: &SignedIn, seen: &TechnicalView, banner: String, done: &'static str) -> TechnicalPage {
    let fields = [
        ("Where", seen.place.clone()),
        ("Device", seen.device.clone()),
        ("App or account", seen.app.clone()),
        ("Web address", text::defang(&seen.web)),
    ];
    let rows = fields.into_iter().filter(|(_, words)| !words.is_empty());
    TechnicalPage {
        shell: by.shell(seen.category, "/queue"),
        banner,
        done,
        reference: seen.reference.to_string(),
        status: seen.status.words(),
        reported: clock::long(seen.submitted_at),
        rows: rows.map(|(key, words)| view::Row::new(key, [words])).collect(),
        brief: seen.brief.clone(),
        links: steps::links(&seen.reference, &seen.offers, &[Move::Fix, Move::Retest]),
    }
}

//! The page of a case for an inspector: to read, with names as initials, and without a link or a form that does anything. It is
//! drawn from an [`InspectedCase`], which has neither names in full nor moves.

use super::{
    history::{self, Fact},
    steps, view,
};
use crate::{
    domain::kernel::clock,
    service::case::read::InspectedCase,
    web::{
        http::{error::PageError, extract::SignedIn, links, page::Shell, part::TaskRow},
        pages::show,
    },
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "case/inspected.html")]
struct InspectedPage {
    shell: Shell,
    back: &'static str,
    until: String,
    bar: view::Bar,
    title: &'static str,
    linked: Vec<view::LinkView>,
    concerns: Vec<view::ConcernView>,
    rows: Vec<view::Row>,
    people: Vec<view::PersonRow>,
    questions: Vec<view::AnswerView>,
    proposal: Vec<view::Row>,
    proposal_head: &'static str,
    referrals: Vec<view::ReferralView>,
    tasks: Vec<TaskRow>,
    dues: Vec<steps::Step>,
    hold: String,
    timeline: Vec<history::Item>,
}

/// Draws a case for the inspector it was selected for.
pub fn draw(by: &SignedIn, seen: &InspectedCase) -> Result<HttpResponse, PageError> {
    let (read, now) = (seen.reading(), by.op.now);
    let title = read.case.category.category().label;
    show(&InspectedPage {
        shell: by.shell(title, links::INSPECTION),
        back: links::INSPECTION,
        until: seen.until().map(clock::long).unwrap_or_default(),
        bar: view::bar(read, now),
        title,
        linked: view::linked(read),
        concerns: view::concerns(read),
        rows: view::summary(read),
        people: view::people(read),
        questions: view::answers(read),
        proposal: view::proposal(read),
        proposal_head: view::proposal_head(read),
        referrals: view::referrals(read),
        tasks: view::tasks(read, now),
        dues: steps::to_read(read, now),
        hold: history::hold(read),
        timeline: history::timeline(read),
    })
}

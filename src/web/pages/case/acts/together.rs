//! Deciding together: what takes two of those who have a case that could be about any of them.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, Reading, choices},
};
use crate::{
    domain::{
        case::{Restriction, TogetherAct, TogetherKind, TogetherRequest, lifecycle::workflow::Move},
        school::categories::{self, Group},
    },
    service::case::read::FullCase,
    web::http::{page::Choice, problem::FormProblem},
};

/// The page.
pub const PAGES: &[ActPage] = &[ActPage {
    path: "together",
    action: Move::Together,
    heading: "Decide together",
    button: "Save",
    intro: "The report is about an adult here, and the person who sent it cannot say that it is none of you. So \
        none of you ends this case, changes its category or who can open it before another of you has asked for \
        the same here. Then either of you does it, on its own page.",
    needs: Needs::Case,
    asks: |ask| {
        let Some(full) = ask.full() else { return Vec::new() };
        let requests = full.case.together.iter().flat_map(|together| &together.requests);
        let mut controls: Vec<Control> =
            requests.map(|request| Control::prose(asked_for(full, request))).collect();
        let what = choices(TogetherKind::ALL, TogetherKind::code, TogetherKind::words);
        let who = choices(Restriction::ALL, Restriction::code, Restriction::words);
        controls.push(
            Control::radios(ask, "what", "What do you ask for, or agree to?", what)
                .reveals(
                    TogetherKind::Restrict.code(),
                    vec![Control::radios(ask, "restriction", "Who should be able to open it?", who).small()],
                )
                .reveals(TogetherKind::Recategorise.code(), vec![category(ask)]),
        );
        controls.push(Control::words(ask, "reason", "Why?"));
        controls
    },
    reads: |form| {
        let what = read_what(form);
        let reason = form.summary("reason", FormProblem::WriteWhy);
        let (what, reason) = (what?, reason?);
        Doing::act(move |case, act, _| case.decide_together(what, &reason, act))
    },
}];

fn category(ask: &Ask<'_>) -> Control {
    let groups = Group::ALL.iter().map(|group| {
        let of_group = categories::all().iter().filter(|category| category.group == *group);
        let choices = of_group.map(|category| Choice::new(category.code.as_str(), category.label)).collect();
        (group.words().to_owned(), choices)
    });
    Control::grouped(ask, "category", "What is it?", groups.collect()).small()
}

fn read_what(form: &mut Reading<'_>) -> Option<TogetherAct> {
    match form.one::<TogetherKind>("what", FormProblem::ChooseAnswer)? {
        TogetherKind::End => Some(TogetherAct::End),
        TogetherKind::Settle => Some(TogetherAct::Settle),
        TogetherKind::Restrict => {
            form.one::<Restriction>("restriction", FormProblem::WhoOpens).map(TogetherAct::Restrict)
        }
        TogetherKind::Recategorise => {
            let category = categories::find(form.fields.get("category")).map(|category| category.code);
            if category.is_none() {
                form.mistakes.add("category", FormProblem::WhatItIs);
            }
            category.map(TogetherAct::Recategorise)
        }
    }
}

/// What one of them asked for, why, and whether another agreed.
fn asked_for(full: &FullCase, request: &TogetherRequest) -> String {
    let what = request.what.kind().words();
    let to = match request.what {
        TogetherAct::Restrict(to) => format!(" ({})", to.words()),
        TogetherAct::Recategorise(category) => format!(" ({})", category.category().label),
        TogetherAct::End | TogetherAct::Settle => String::new(),
    };
    let agreed = match request.agreed_by {
        Some(person) => format!(" {} agreed.", full.name(person)),
        None => " No one has agreed yet.".to_owned(),
    };
    let (by, why) = (full.name(request.by), full.said(request.why));
    format!("{by} asked for this: {what}{to}. “{why}”{agreed}")
}

//! What was decided at triage, decided anew: an answer, or how serious it is. Each with a reason, and with the page's version:
//! a person who answers a question a second time has seen the first answer.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, choices},
    recording::{again_controls, read_answer},
};
use crate::domain::{
    case::{Answer, Question, Refusal, Reply, lifecycle::workflow::Move},
    school::categories::Severity,
};
use crate::web::http::problem::FormProblem;

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "answer/{id}/again",
        action: Move::AnswerAgain,
        heading: "Change an answer",
        button: "Save new answer",
        intro: "The answer so far stays in the history. A time limit that the new answer starts counts from now.",
        needs: Needs::Case,
        asks: |ask| {
            let answered =
                ask.id.parse::<Question>().ok().and_then(|question| Some((question, so_far(ask, question)?)));
            answered.map_or_else(Vec::new, |(question, so_far)| {
                let mut controls = vec![Control::prose(so_far)];
                controls.extend(again_controls(ask, question));
                controls
            })
        },
        reads: |form| {
            let Some(question) = form.id::<Question>() else {
                return Doing::act(|_, _, _| Err(Refusal::NotFound));
            };
            let reason = form.summary("reason", FormProblem::WhatChanged);
            let (choice, _) = read_answer(form, question)?;
            let reason = reason?;
            Doing::act(move |case, act, _| case.answer_again(question, choice, &reason, act))
        },
    },
    ActPage {
        path: "severity",
        action: Move::Reassess,
        heading: "Change how serious it is",
        button: "Save",
        intro: "What it was triaged as stays in the history, and a second person it called for is still called for.",
        needs: Needs::Case,
        asks: |ask| {
            let now = ask.full().map(|full| full.case.severity);
            let others: Vec<Severity> =
                Severity::ALL.iter().copied().filter(|severity| Some(*severity) != now).collect();
            let so_far =
                now.map_or_else(String::new, |now| format!("So far: {}.", now.words().to_lowercase()));
            vec![
                Control::radios(
                    ask,
                    "severity",
                    "How serious is it now?",
                    choices(&others, Severity::code, Severity::words),
                )
                .hint(so_far),
                Control::words(ask, "reason", "What has changed?"),
            ]
        },
        reads: |form| {
            let severity = form.one::<Severity>("severity", FormProblem::Severity);
            let reason = form.summary("reason", FormProblem::WhatChanged);
            let (severity, reason) = (severity?, reason?);
            Doing::act(move |case, act, _| case.reassess(severity, &reason, act))
        },
    },
];

/// The answer a question has so far; nothing if it is not this person's to answer again.
fn so_far(ask: &Ask<'_>, question: Question) -> Option<String> {
    let full = ask.full().filter(|full| full.case.may_answer_again(question, &full.asking()))?;
    let Some(Answer::Given { choice, by, .. }) = full.case.questions.get(&question) else { return None };
    let words = choice.map_or("in words", Reply::words);
    Some(format!("So far: {words} ({}).", full.name(*by)))
}

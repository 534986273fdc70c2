//! The parts of a case's page from which its reader may go on: people, questions, referrals and tasks, each with its link.

use super::{
    steps::{may_do, task_page},
    view::{self, AnswerView, PersonRow, ReferralView},
};
use crate::{
    domain::{
        case::{Answer, Question, Task, lifecycle::workflow::Move, work::referral::Referral},
        kernel::clock::Instant,
        people::{Standing, subject::Subject},
    },
    service::case::read::FullCase,
    web::http::{links, part::TaskRow},
};

/// The people in the case now, with a pupil's own page and where to change their part.
pub fn people(full: &FullCase, standing: &Standing) -> Vec<PersonRow> {
    let page = |path: String| page_for(full, Move::Subject, &path);
    let with_links = |(row, subject): (PersonRow, &Subject)| {
        let own = subject.person().filter(|person| full.case.opens_page_of(*person, standing));
        PersonRow {
            page: own.map_or_else(String::new, |person| links::pupil(&full.case.reference, person)),
            change: page(format!("people/{}", subject.id)),
            remove: page(format!("people/{}/remove", subject.id)),
            ..row
        }
    };
    view::people(full).into_iter().zip(full.case.current_subjects()).map(with_links).collect()
}

/// The questions of triage, with where to answer them.
pub fn answers(full: &FullCase) -> Vec<AnswerView> {
    let href = |question: Question, answer: &Answer| match answer {
        Answer::Waiting(_) if full.case.may_answer(question, &full.asking()) => {
            page_for(full, Move::Answer, &format!("answer/{}", question.code()))
        }
        Answer::Given { .. } if full.case.may_answer_again(question, &full.asking()) => {
            page_for(full, Move::AnswerAgain, &format!("answer/{}/again", question.code()))
        }
        Answer::Waiting(_) | Answer::Given { .. } => String::new(),
    };
    let asked = view::answers(full).into_iter().zip(&full.case.questions);
    asked.map(|(view, (question, answer))| AnswerView { href: href(*question, answer), ..view }).collect()
}

/// The referrals, with where to move them on.
pub fn referrals(full: &FullCase) -> Vec<ReferralView> {
    let href = |referral: &Referral| {
        if referral.state.is_open() {
            page_for(full, Move::ReferralMoves, &format!("referrals/{}", referral.id))
        } else {
            String::new()
        }
    };
    let made = view::referrals(full).into_iter().zip(&full.case.referrals);
    made.map(|(view, referral)| ReferralView { href: href(referral), ..view }).collect()
}

/// The tasks, with where to tick them.
pub fn tasks(full: &FullCase, now: Instant) -> Vec<TaskRow> {
    let href = |task: &Task| {
        let (action, path) = task_page(task);
        if task.done_at.is_none() && may_do(full, task) {
            page_for(full, action, &path)
        } else {
            String::new()
        }
    };
    let set = view::tasks(full, now).into_iter().zip(&full.case.tasks);
    set.map(|(view, task)| TaskRow { href: href(task), ..view }).collect()
}

/// A page below the case's, if the reader may make the move it is for; otherwise "".
fn page_for(full: &FullCase, action: Move, path: &str) -> String {
    if full.moves.contains(&action) { links::case_act(&full.case.reference, path) } else { String::new() }
}

//! What is added to a case without changing where it stands: notes, contacts, tasks, answers, fixes, re-tests, notes to IT.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, Reading, Verb, choices},
};
use crate::{
    domain::{
        case::{NewTask, Question, Refusal, Reply, RetestResult, lifecycle::workflow::Move},
        kernel::{
            clock::Rule,
            ids::{PersonId, TaskId},
            text::Summary,
        },
    },
    service::case::read::FullCase,
    web::http::problem::FormProblem,
};
use std::collections::BTreeSet;

/// The pages.
pub const PAGES: &[ActPage] = &[
    ActPage {
        path: "note",
        action: Move::Note,
        heading: "Add a note",
        button: "Add note",
        intro: "",
        needs: Needs::Case,
        asks: |ask| {
            let hint = "Facts first. Keep your own view apart, and say that it is yours. A note cannot be changed later.";
            vec![Control::words(ask, "note", "What do you want to note?").hint(hint)]
        },
        reads: |form| {
            let note = form.narrative("note", FormProblem::Note)?;
            Doing::act(move |case, act, _| case.note(&note, act))
        },
    },
    ActPage {
        path: "contact",
        action: Move::Contact,
        heading: "Record a conversation",
        button: "Save conversation",
        intro: "",
        needs: Needs::Case,
        asks: |ask| {
            vec![
                Control::line(ask, "with", "Who did you speak to?").hint(
                    "A pupil, a parent, a colleague or a person outside the school. Give their name and \
                         role.",
                ),
                Control::words(ask, "said", "What was said?").hint("Use their own words if you can."),
            ]
        },
        reads: |form| {
            let with = form.line("with", FormProblem::SpokeTo);
            let said = form.narrative("said", FormProblem::WhatWasSaid);
            let (with, said) = (with?, said?);
            Doing::act(move |case, act, _| case.contact(&with, &said, act))
        },
    },
    ActPage {
        path: "task",
        action: Move::Task,
        heading: "Add a task",
        button: "Add task",
        intro: "",
        needs: Needs::Staff,
        asks: |ask| {
            vec![
                Control::line(ask, "what", "What has to be done?"),
                Control::person(ask, "person", "Who should do it?", "The lead").hint(
                    "They are told that Candour needs them. They can open this case only if their role \
                         or a share lets them.",
                ),
                Control::day(ask, "due", "By when?"),
            ]
        },
        reads: |form| {
            let words = form.line("what", FormProblem::ToDo);
            let due = form.day("due");
            let person = form.optional_person("person");
            let (words, due, person) = (words?, due?, person?);
            let verb = move |person: Option<PersonId>| -> Verb {
                let task = NewTask { words, person, due: Rule::On(due) };
                Box::new(move |case, act, _| case.task(&task, act))
            };
            match person {
                Some(person) => Doing::giving_to("person", person, move |person| verb(Some(person))),
                None => Some(Doing::Act(BTreeSet::new(), verb(None))),
            }
        },
    },
    ActPage {
        path: "tasks/{id}",
        action: Move::TaskDone,
        heading: "Mark a task as done",
        button: "Mark as done",
        intro: "",
        needs: Needs::Case,
        asks: |ask| {
            let words = task_words(ask);
            if words.is_empty() {
                return Vec::new();
            }
            vec![Control::prose(words), Control::words(ask, "how", "What was done?").optional()]
        },
        reads: |form| {
            let how = form.optional_summary("how");
            let (id, how) = (form.id::<TaskId>(), how?);
            Doing::act(move |case, act, _| match id {
                Some(id) => case.task_done(id, how.as_ref(), act),
                None => Err(Refusal::NotFound),
            })
        },
    },
    ActPage {
        path: "answer/{id}",
        action: Move::Answer,
        heading: "Answer a question",
        button: "Save answer",
        intro: "",
        needs: Needs::Case,
        asks: |ask| {
            let asked = |question: &Question| {
                // If another person was faster, the writer keeps what they wrote.
                let waits = |full: &FullCase| full.case.may_answer(*question, &full.asking());
                let asked = |full: &FullCase| full.case.questions.contains_key(question);
                ask.full().is_some_and(|full| asked(full) && (ask.fields.is_some() || waits(full)))
            };
            let question = ask.id.parse().ok().filter(asked);
            question.map_or_else(Vec::new, |question| question_controls(ask, question))
        },
        reads: |form| {
            let Some(question) = form.id::<Question>() else {
                return Doing::act(|_, _, _| Err(Refusal::NotFound));
            };
            let (choice, words) = read_answer(form, question)?;
            Doing::act(move |case, act, _| case.answer(question, choice, words.as_ref(), act))
        },
    },
    ActPage {
        path: "fix",
        action: Move::Fix,
        heading: "Record a fix",
        button: "Save fix",
        intro: "For a filtering or monitoring failure. Another person then tests that it works.",
        needs: Needs::Case,
        asks: |ask| vec![Control::words(ask, "fix", "What was done to put it right?")],
        reads: |form| {
            let fix = form.summary("fix", FormProblem::WhatWasDone)?;
            Doing::act(move |case, act, _| case.fixed(&fix, act))
        },
    },
    ActPage {
        path: "retest",
        action: Move::Retest,
        heading: "Record a re-test",
        button: "Save re-test",
        intro: "The person who recorded the fix cannot test it, and the person who tests it cannot close the \
            case.",
        needs: Needs::Case,
        asks: |ask| {
            let results = choices(RetestResult::ALL, RetestResult::code, RetestResult::words);
            vec![Control::radios(ask, "result", "What did the test show?", results)]
        },
        reads: |form| {
            let result = form.one::<RetestResult>("result", FormProblem::TestShowed)?;
            Doing::act(move |case, act, _| case.retest(result, act))
        },
    },
    ActPage {
        path: "brief",
        action: Move::Brief,
        heading: "Write a note to IT",
        button: "Save note to IT",
        intro: "If the network manager is only copied, they see the technical fields and this note, and \
            nothing else.",
        needs: Needs::Case,
        asks: |ask| {
            vec![
                Control::words(ask, "brief", "What should they know or do?")
                    .hint("Write nothing that names or describes a child or an adult."),
            ]
        },
        reads: |form| {
            let brief = form.summary("brief", FormProblem::NoteToIt)?;
            Doing::act(move |case, act, _| case.brief(&brief, act))
        },
    },
];

/// What the task in the address asks for.
fn task_words(ask: &Ask<'_>) -> String {
    let (Some(full), Ok(id)) = (ask.full(), ask.id.parse::<TaskId>()) else { return String::new() };
    let task = full.case.tasks.iter().find(|task| task.id == id);
    task.map_or_else(String::new, |task| super::super::view::task_words(full, task))
}

/// The field of an answer's words: the question's own if there is nothing to choose.
fn words_name(question: Question) -> String {
    if question.choices().is_empty() {
        question.code().to_owned()
    } else {
        format!("{}-words", question.code())
    }
}

/// Reads one answer: the choice, and the words.
pub fn read_answer(form: &mut Reading<'_>, question: Question) -> Option<(Option<Reply>, Option<Summary>)> {
    let words = form.optional_summary(&words_name(question))?;
    let choice = form.fields.get(question.code()).parse().ok();
    Some((choice.filter(|choice| question.choices().contains(choice)), words))
}

/// A question that has its answer, to be given another one, with why.
pub fn again_controls(ask: &Ask<'_>, question: Question) -> Vec<Control> {
    let answers = choices(question.choices(), Reply::code, Reply::words);
    vec![
        Control::radios(ask, question.code(), question.words(), answers),
        Control::words(ask, "reason", "What has changed?"),
    ]
}

/// One question of triage: its answers with room to explain, or words alone.
pub fn question_controls(ask: &Ask<'_>, question: Question) -> Vec<Control> {
    if question.choices().is_empty() {
        return vec![Control::words(ask, words_name(question), question.words())];
    }
    let answers = choices(question.choices(), Reply::code, Reply::words);
    let control = Control::radios(ask, question.code(), question.words(), answers);
    let explained: Vec<&str> = question
        .choices()
        .iter()
        .filter(|choice| question.needs_words(Some(**choice)))
        .map(|choice| choice.words())
        .collect();
    let why = Control::words(ask, words_name(question), "In your own words").small().optional();
    let why = if explained.is_empty() {
        why
    } else {
        why.hint(format!("Say why if your answer is “{}”.", explained.join("” or “")))
    };
    vec![control, why]
}

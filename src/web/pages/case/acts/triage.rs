//! Triage as a page: category, severity and owner confirmed, and the questions the category and the people call for.

use super::{
    ActPage, Needs,
    form::{Ask, Control, Doing, Reading, Verb, choices},
    people_to_choose::CHOOSE,
    recording::{question_controls, read_answer},
};
use crate::{
    domain::{
        case::{
            Answers, Case, FilterLetItThrough, Question, TechnicalWords, TriageForm,
            lifecycle::workflow::Move,
        },
        kernel::{
            clock::{self, Instant},
            text::Summary,
        },
        people::Desk,
        school::categories::{self, CategoryCode, Group, Severity},
    },
    service::case::read::FullCase,
    web::http::{page::Choice, problem::FormProblem},
};
use std::collections::{BTreeMap, BTreeSet};

/// The pages.
pub const PAGES: &[ActPage] = &[ActPage {
    path: "triage",
    action: Move::Triage,
    heading: "Triage",
    button: "Save triage",
    intro: "The first decision: what it is, how serious it is, and who the case owner is.",
    needs: Needs::Staff,
    asks: |ask| ask.full().map_or_else(Vec::new, |full| controls(ask, full)),
    reads: read,
}];

/// Technical fields that a linked filtering case takes over: the field, its question.
const TECHNICAL: [(&str, &str); 4] =
    [("web", "Web address, as text"), ("app", "App or account"), ("device", "Device"), ("place", "Where")];

fn controls(ask: &Ask<'_>, full: &FullCase) -> Vec<Control> {
    let case = &full.case;
    let category = categories::find(&ask.typed("category")).map_or(case.category, |category| category.code);
    let groups = Group::ALL.iter().map(|group| {
        let of_group = categories::all().iter().filter(|category| category.group == *group);
        let choices = of_group.map(|category| Choice::new(category.code.as_str(), category.label));
        (group.words().to_owned(), choices.collect())
    });
    let severities = choices(Severity::ALL, Severity::code, Severity::words);
    let suggested = full.edition.category(category);
    let mut controls = vec![
        Control::grouped(ask, "category", "What is it?", groups.collect())
            .hint("Confirm what the reporter chose, or choose what it is.")
            .prefilled(ask, category.as_str()),
        Control::again("Show the questions for this category"),
        Control::radios(ask, "severity", "How serious is it?", severities)
            .hint(format!("The category suggests: {}.", suggested.severity.words().to_lowercase())),
        Control::person(ask, "owner", "Who should be the case owner?", CHOOSE),
    ];
    controls.extend(questions(ask, full, category));
    if Case::asks_about_the_filter(category) {
        controls.push(filter(ask, full));
    }
    controls.push(awareness(ask, case));
    controls
}

/// The questions this person answers now, those that go to another desk, and those that may be added.
fn questions(ask: &Ask<'_>, full: &FullCase, category: CategoryCode) -> Vec<Control> {
    let (case, asking) = (&full.case, full.asking());
    let added: BTreeSet<Question> = ask.all("ask").into_iter().filter_map(|code| code.parse().ok()).collect();
    let called_for = case.questions_for(category, &BTreeSet::new());
    let asked = case.questions_for(category, &added);
    let (mut controls, mut elsewhere) = (Vec::new(), BTreeMap::<Desk, Vec<&str>>::new());
    for question in asked {
        match case.put_at_triage(question, category, &asking) {
            None => controls.extend(question_controls(ask, question)),
            Some(desk) => elsewhere.entry(desk).or_default().push(question.words()),
        }
    }
    for (desk, words) in elsewhere {
        let put = match words.as_slice() {
            [_] => format!("This question is put to the {}, and becomes their task:", desk.words()),
            _ => format!("These questions are put to the {}, and become their task:", desk.words()),
        };
        controls.push(Control::prose(format!("{put} {}", words.join(" "))));
    }
    let more = Question::ALL.iter().filter(|question| !called_for.contains(question));
    let more: Vec<Choice> = more.map(|question| Choice::new(question.code(), question.words())).collect();
    if !more.is_empty() {
        let hint = "Each question you choose has to be answered before the triage is saved.";
        let control = Control::checkboxes(ask, "ask", "Should anything else be asked?", more);
        controls.push(control.hint(hint).optional());
        controls.push(Control::again("Show the questions I chose"));
    }
    controls
}

fn filter(ask: &Ask<'_>, full: &FullCase) -> Control {
    let technical = &full.case.technical;
    let known = [technical.web, technical.app, technical.device, technical.place];
    let fields = TECHNICAL.iter().zip(known).map(|((name, label), words)| {
        let known = words.map_or("", |id| full.said(id));
        Control::line(ask, format!("filter-{name}"), *label).prefilled(ask, known).small().optional()
    });
    let answers = vec![Choice::new("yes", "Yes"), Choice::new("no", "No, or it cannot be known")];
    Control::radios(ask, "filter", "Did the filter let it through?", answers)
        .hint(
            "Yes opens a case of its own for the network manager, with the fields below and nothing else. Do \
             not name anyone in them.",
        )
        .reveals("yes", fields.collect())
}

fn awareness(ask: &Ask<'_>, case: &Case) -> Control {
    let answers = vec![
        Choice::new("keep", format!("Yes, {}", clock::long(case.aware_at))),
        Choice::new("correct", "No, at another time"),
    ];
    let follow = vec![
        Control::moment(ask, "aware", "When did the school become aware?").small(),
        Control::words(ask, "aware-reason", "How do you know?").small(),
    ];
    Control::radios(ask, "aware-at", "Is this when the school became aware?", answers)
        .hint("Time limits such as the 72 hours of the ICO count from here.")
        .prefilled(ask, "keep")
        .reveals("correct", follow)
}

fn read(form: &mut Reading<'_>) -> Option<Doing> {
    let category = categories::find(form.fields.get("category")).map(|category| category.code);
    if category.is_none() {
        form.mistakes.add("category", FormProblem::WhatItIs);
    }
    let severity = form.one::<Severity>("severity", FormProblem::Severity);
    let owner = form.person("owner", FormProblem::CaseOwner);
    let answers = read_answers(form);
    let filter = read_filter(form);
    let aware_at = read_awareness(form);
    let asks = form.fields.all("ask").into_iter().filter_map(|code| code.parse().ok()).collect();
    let (category, severity, owner) = (category?, severity?, owner?);
    let (answers, filter, aware_at) = (answers?, filter?, aware_at?);
    Doing::giving_to("owner", owner, move |owner| -> Verb {
        Box::new(move |case, act, around| {
            let spare_reference = around.spare_reference;
            let triage =
                TriageForm { category, severity, owner, answers, asks, filter, aware_at, spare_reference };
            case.triage(&triage, act)
        })
    })
}

/// Answers given; a question left empty is not among them, and the case says whether that is enough.
fn read_answers(form: &mut Reading<'_>) -> Option<Answers> {
    let mut answers = Answers::new();
    for question in Question::ALL {
        let (choice, words) = read_answer(form, *question)?;
        if choice.is_some() || (question.choices().is_empty() && words.is_some()) {
            answers.insert(*question, (choice, words));
        }
    }
    Some(answers)
}

fn read_filter(form: &mut Reading<'_>) -> Option<Option<FilterLetItThrough>> {
    match form.fields.get("filter") {
        "yes" => {
            let [web, app, device, place] =
                TECHNICAL.map(|(name, _)| form.optional_line(&format!("filter-{name}")));
            let words = TechnicalWords { web: web?, app: app?, device: device?, place: place? };
            Some(Some(FilterLetItThrough::Yes(words)))
        }
        "no" => Some(Some(FilterLetItThrough::No)),
        _ => Some(None),
    }
}

fn read_awareness(form: &mut Reading<'_>) -> Option<Option<(Instant, Summary)>> {
    if form.fields.get("aware-at") != "correct" {
        return Some(None);
    }
    let at = form.past("aware");
    let reason = form.summary("aware-reason", FormProblem::HowYouKnow);
    Some(Some((at?, reason?)))
}

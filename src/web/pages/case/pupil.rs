//! A pupil's page, opened from inside a case: their situation, every case of theirs that the reader can open as one
//! chronology, and patterns. For the DSL and the head (and the person who leads in the head's place).

use super::{
    acts,
    history::{self, Fact},
    view,
};
use crate::{
    domain::{
        case::{lifecycle::workflow::Move, work::pattern::Pattern},
        kernel::{
            clock,
            codes::capital,
            ids::{PersonId, Reference},
        },
        people::register::context::{Context, Flag, Send},
    },
    service::{
        case::{
            pupil::{self, PupilPage},
            read::FullCase,
        },
        clock::Randomness,
    },
    web::{
        http::{
            error::PageError,
            extract::{CheckedForm, SignedIn},
            fields::Fields,
            links,
            page::{Choice, Shell},
        },
        pages::{go_to, show},
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::str::FromStr;

/// One case in the list at the top.
struct CaseRow {
    reference: String,
    href: String,
    category: &'static str,
    reported: String,
    status: &'static str,
    part: String,
}

/// One line of the chronology.
struct Event {
    at: clock::Instant,
    iso: String,
    when: String,
    reference: String,
    title: String,
    by: String,
    facts: Vec<Fact>,
}

/// One question about a pupil's situation.
struct ContextQuestion {
    name: &'static str,
    label: &'static str,
    now: &'static str,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "case/pupil.html")]
struct Page {
    shell: Shell,
    back: String,
    back_words: String,
    action: String,
    name: String,
    about: Vec<view::Row>,
    is_saved: bool,
    patterns: Vec<String>,
    context: Vec<ContextQuestion>,
    cases: Vec<CaseRow>,
    events: Vec<Event>,
}

/// What the address says beside the pupil.
#[derive(Debug, serde::Deserialize)]
pub struct PupilQuery {
    saved: Option<String>,
}

fn pupil_in(request: &HttpRequest) -> Result<(Reference, PersonId), PageError> {
    let typed = request.match_info().get("id").unwrap_or_default();
    Ok((acts::reference(request)?, typed.parse().map_err(|_| PageError::not_found())?))
}

/// The page.
pub async fn page(
    request: HttpRequest,
    by: SignedIn,
    query: web::Query<PupilQuery>,
) -> Result<HttpResponse, PageError> {
    let (from, person) = pupil_in(&request)?;
    let op = by.op.clone();
    let page = by.app.run(move |candour| pupil::page(candour, &op, &from, person, &mut Randomness)).await?;
    show(&Page {
        // The title of a page stands in the browser's history: it names no one.
        shell: by.shell("Pupil", "/queue"),
        back: links::case(&page.from),
        action: links::pupil(&page.from, person),
        back_words: format!("Back to {}", page.from),
        is_saved: query.saved.is_some(),
        about: about(&page),
        patterns: page.patterns.iter().map(Pattern::words).collect(),
        context: context(page.context),
        cases: page.cases.iter().map(|full| row(full, person)).collect(),
        events: events(&page.cases),
        name: page.pupil.name,
    })
}

/// Records what is known of the pupil's situation.
pub async fn record(posted: CheckedForm, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let (from, person) = pupil_in(&request)?;
    let (op, context, of) = (posted.by.op.clone(), read(&posted.fields), from.clone());
    posted.by.app.run(move |candour| pupil::record_context(candour, &op, &of, person, context)).await?;
    Ok(go_to(&format!("{}?saved=yes", links::pupil(&from, person))))
}

fn about(page: &PupilPage) -> Vec<view::Row> {
    let pupil = &page.pupil;
    let rows = [
        view::Row::new("Year group", pupil.year_group.clone()),
        view::Row::new("Tutor group", pupil.tutor_group.clone()),
        view::Row::new("Date of birth", pupil.born_on.map(clock::date_of)),
        view::Row::new("At this school", pupil.has_left.then(|| "Has left".to_owned())),
    ];
    rows.into_iter().filter(|row| !row.lines.is_empty()).collect()
}

const LABELS: [(&str, &str); 5] = [
    ("send", "Special educational needs and disabilities (SEND)"),
    ("looked_after", "Looked after by a local authority"),
    ("child_in_need", "Child in need"),
    ("protection_plan", "Child protection plan"),
    ("social_worker", "Has a social worker"),
];

fn context(context: Context) -> Vec<ContextQuestion> {
    let [send, looked_after, child_in_need, protection_plan, social_worker] = LABELS;
    let flag = |label, known: Option<Flag>| {
        question(
            label,
            Flag::ALL.iter().map(|flag| (flag.code(), flag.words())),
            known.map(|f| (f.code(), f.words())),
        )
    };
    vec![
        question(
            send,
            Send::ALL.iter().map(|send| (send.code(), send.words())),
            context.send.map(|send| (send.code(), send.words())),
        ),
        flag(looked_after, context.looked_after),
        flag(child_in_need, context.child_in_need),
        flag(protection_plan, context.protection_plan),
        flag(social_worker, context.social_worker),
    ]
}

fn question(
    (name, label): (&'static str, &'static str),
    all: impl Iterator<Item = (&'static str, &'static str)>,
    known: Option<(&'static str, &'static str)>,
) -> ContextQuestion {
    let choices = all.map(|(code, words)| Choice::new(code, capital(words)));
    let chosen = known.map(|(code, _)| code);
    ContextQuestion {
        name,
        label,
        now: known.map_or("not known", |(_, words)| words),
        choices: Choice::mark(choices, chosen.as_slice()),
    }
}

fn read(fields: &Fields) -> Context {
    fn code<T: FromStr>(fields: &Fields, name: &str) -> Option<T> {
        fields.get(name).parse().ok()
    }
    Context {
        send: code(fields, "send"),
        looked_after: code(fields, "looked_after"),
        child_in_need: code(fields, "child_in_need"),
        protection_plan: code(fields, "protection_plan"),
        social_worker: code(fields, "social_worker"),
    }
}

fn row(full: &FullCase, person: PersonId) -> CaseRow {
    let case = &full.case;
    let parts = case.current_subjects().filter(|subject| subject.person() == Some(person));
    CaseRow {
        reference: case.reference.to_string(),
        href: links::case(&case.reference),
        category: case.category.category().label,
        reported: clock::day(case.submitted_at),
        status: case.status.words(),
        part: parts.map(|subject| subject.role.words()).collect::<Vec<_>>().join(", "),
    }
}

/// What was reported and what was done, in all the cases, the first first.
fn events(cases: &[FullCase]) -> Vec<Event> {
    let mut all: Vec<Event> = cases.iter().flat_map(|full| reported(full).chain(done(full))).collect();
    all.sort_by_key(|event| event.at);
    all
}

fn reported(full: &FullCase) -> impl Iterator<Item = Event> {
    let views = view::concerns(full).into_iter().zip(&full.case.concerns);
    views.map(|(told, concern)| Event {
        at: concern.submitted_at,
        iso: told.iso,
        when: told.when,
        reference: full.case.reference.to_string(),
        title: format!("Reported: {}", concern.category.category().label),
        by: told.by,
        facts: std::iter::once(Fact::Quoted("In their words".to_owned(), told.words))
            .chain(
                told.additions.into_iter().map(|(when, words)| Fact::Quoted(format!("Added {when}"), words)),
            )
            .collect(),
    })
}

fn done(full: &FullCase) -> impl Iterator<Item = Event> {
    // What was reported stands above in the reporter's own words.
    let is_told = |act: Move| matches!(act, Move::Submit | Move::Add);
    let entries = full.timeline.iter().zip(history::timeline(full));
    entries.filter(move |(happened, _)| !is_told(happened.entry.act)).map(|(happened, item)| Event {
        at: happened.at,
        iso: item.iso,
        when: item.when,
        reference: full.case.reference.to_string(),
        title: item.title.to_owned(),
        by: item.by,
        facts: item.facts,
    })
}

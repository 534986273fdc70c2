//! "Your cases": what waits for the reader, most urgent first; and "All cases", every case they can open. For people whose
//! role receives cases. Lines hold no names of the people a case is about.

use crate::web::pages::show;
use crate::{
    domain::{
        case::{Part, Sight, TaskKind, may_break_glass},
        kernel::{
            clock::{self, Instant},
            codes::capital,
        },
        people::subject::SubjectKind,
        school::categories::Severity,
    },
    service::{
        case::desk::{self, About, After, COUNTED, DeskPage, DeskQuery, Line, Next, Show},
        clock::Randomness,
    },
    web::http::{
        error::PageError, error_words::BadRequest, extract::SignedIn, links, page::Shell, part::Tile,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::Datelike;
use serde::Deserialize;

/// Which lines, and from where: filters by link, never free words.
#[derive(Debug, Default, Deserialize)]
pub struct Filter {
    show: Option<String>,
    after: Option<String>,
}

struct Row {
    href: String,
    reference: String,
    title: &'static str,
    status: &'static str,
    severity: &'static str,
    severity_colour: &'static str,
    reported: String,
    due: String,
    step: String,
    is_overdue: bool,
    owner: String,
    about: String,
    part: String,
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Queue {
    shell: Shell,
    heading: &'static str,
    proposals: usize,
    showing: String,
    empty: &'static str,
    tiles: Vec<Tile>,
    filters: Vec<(&'static str, String, bool)>,
    rows: Vec<Row>,
    next: String,
    glass: &'static str,
    gaps: Vec<String>,
}

/// What waits on the person's desks.
pub async fn page(by: SignedIn, filter: web::Query<Filter>) -> Result<HttpResponse, PageError> {
    let end = clock::end_of_day(by.op.now);
    let shown = match filter.show.as_deref() {
        None | Some("") => Show::Queue,
        Some("overdue") => Show::Overdue,
        Some("today") => Show::DueBy(end),
        Some("new") => Show::New,
        Some("mine") => Show::Mine,
        Some(_) => return Err(PageError::Bad(BadRequest::NoListOfYours)),
    };
    list(by, shown, &filter, "/queue").await
}

/// Every case the person can open: open ones first, ended ones by link.
pub async fn all(by: SignedIn, filter: web::Query<Filter>) -> Result<HttpResponse, PageError> {
    let shown = match filter.show.as_deref() {
        None | Some("") => Show::AllOpen,
        Some("ended") => Show::Ended,
        Some(_) => return Err(PageError::Bad(BadRequest::NoListOfAll)),
    };
    list(by, shown, &filter, "/cases").await
}

async fn list(
    by: SignedIn,
    shown: Show,
    filter: &Filter,
    here: &'static str,
) -> Result<HttpResponse, PageError> {
    let after = filter.after.as_deref().filter(|typed| !typed.is_empty()).map(read_after).transpose()?;
    let asked = DeskQuery { show: shown, after, end_of_today: clock::end_of_day(by.op.now) };
    let op = by.op.clone();
    let page = by.app.run(move |candour| desk::page(candour, &op, asked, &mut Randomness)).await?;
    let heading = if here == "/queue" { "Cases that need action" } else { "All cases" };
    let chosen = filter.show.clone().unwrap_or_default();
    show(&Queue {
        shell: by.shell(heading, here),
        heading,
        proposals: if here == "/queue" { page.proposals } else { 0 },
        showing: showing(&page, shown),
        empty: if here == "/queue" { "Nothing needs you here." } else { "There are no cases here." },
        tiles: if here == "/queue" { tiles(&page) } else { Vec::new() },
        filters: filters(here, &chosen),
        gaps: page.gaps.iter().map(|gap| format!("{}.", capital(&gap.words()))).collect(),
        rows: page.lines.iter().map(|line| row(line, &page, by.op.now)).collect(),
        glass: if may_break_glass(by.op.viewer.standing()) { "/break-glass" } else { "" },
        next: page.next.map(|next| address(here, &chosen, Some(next))).unwrap_or_default(),
    })
}

fn read_after(typed: &str) -> Result<After, PageError> {
    let wrong = || PageError::Bad(BadRequest::NoPageOfList);
    let (at, id) = typed.split_once('_').ok_or_else(wrong)?;
    let micros: i64 = at.parse().map_err(|_| wrong())?;
    let at = chrono::DateTime::from_timestamp_micros(micros).ok_or_else(wrong)?;
    // A cursor of ours is a moment of the school's; the databases do not know every year that can be typed.
    if !(2000..=9999).contains(&at.year()) {
        return Err(wrong());
    }
    Ok(After { at, id: id.parse().map_err(|_| wrong())? })
}

fn address(here: &str, chosen: &str, after: Option<After>) -> String {
    let after =
        after.map(|after| format!("{}_{}", after.at.timestamp_micros(), after.id)).unwrap_or_default();
    format!("{here}?{}&{}", links::query("show", chosen), links::query("after", &after))
}

fn filters(here: &'static str, chosen: &str) -> Vec<(&'static str, String, bool)> {
    let lists: &[(&str, &str)] = if here == "/queue" {
        &[
            ("", "Everything"),
            ("overdue", "Overdue"),
            ("today", "Due today"),
            ("new", "New"),
            ("mine", "With you"),
        ]
    } else {
        &[("", "Open"), ("ended", "Ended")]
    };
    lists.iter().map(|(code, words)| (*words, address(here, code, None), *code == chosen)).collect()
}

fn tiles(page: &DeskPage) -> Vec<Tile> {
    let tile = |count: usize, label, show: &str, kind| Tile {
        number: counted(count),
        label,
        href: address("/queue", show, None),
        kind: if count == 0 { "" } else { kind },
        detail: String::new(),
    };
    vec![
        tile(page.waiting.overdue, "Overdue", "overdue", "alert"),
        tile(page.waiting.today, "Due today", "today", ""),
        tile(page.waiting.new, "New", "new", ""),
        tile(page.waiting.mine, "With you", "mine", ""),
    ]
}

fn counted(count: usize) -> String {
    if i64::try_from(count).is_ok_and(|count| count >= COUNTED) {
        "more than 1,000".to_owned()
    } else {
        count.to_string()
    }
}

fn showing(page: &DeskPage, shown: Show) -> String {
    let order = if shown == Show::Ended { "latest first" } else { "most urgent first" };
    match shown {
        Show::Queue => {
            format!("Showing {} of {} open cases, {order}", page.lines.len(), counted(page.waiting.all))
        }
        Show::Overdue | Show::DueBy(_) | Show::New | Show::Mine | Show::AllOpen | Show::Ended => {
            format!("Showing {}, {order}", page.lines.len())
        }
    }
}

fn row(line: &Line, page: &DeskPage, now: Instant) -> Row {
    let (severity_colour, severity) = match line.severity {
        Severity::Critical => ("overdue", "Critical"),
        Severity::High => ("red", "High"),
        Severity::Moderate => ("yellow", "Medium"),
        Severity::Low => ("grey", "Low"),
    };
    let due = line.next.map(|next| clock::describe_due(now, next.due)).unwrap_or_default();
    let owner = line.owner.and_then(|owner| page.owners.get(&owner)).cloned();
    Row {
        href: links::case(&line.reference),
        reference: line.reference.to_string(),
        title: line.category.category().label,
        status: if line.sight == Sight::Technical { "Technical part only" } else { line.status.words() },
        severity,
        severity_colour,
        reported: clock::long(line.submitted_at),
        due,
        step: line.next.map(step).unwrap_or_default(),
        is_overdue: line.next.is_some_and(|next| next.due < now),
        owner: owner.unwrap_or_else(|| "No one yet".to_owned()),
        about: line.about.as_ref().map(about).unwrap_or_default(),
        part: part(line),
    }
}

/// The step in words, and whose it is if it is not for the viewer to do.
fn step(next: Next) -> String {
    // A list shows no words that a person wrote: such a task is called a task.
    let task = next.task.and_then(TaskKind::words).map(|task| task.words());
    match (task, next.with) {
        (Some(task), None) => task,
        (Some(task), Some(desk)) => format!("{task} (with the {})", desk.words()),
        (None, None) => next.step.words().to_owned(),
        (None, Some(desk)) => format!("{}, with the {}", next.step.words(), desk.words()),
    }
}

/// What tells a case from another of its category: how many people of which kind, and when it was noticed. Never who.
fn about(about: &About) -> String {
    let count = |kind: SubjectKind| about.people.iter().filter(|of| **of == kind).count();
    let counted = |kind: &SubjectKind| {
        let (one, more) = match kind {
            SubjectKind::Pupil => ("pupil", "pupils"),
            SubjectKind::AdultHere => ("adult here", "adults here"),
            SubjectKind::ParentOrCarer => ("parent or carer", "parents or carers"),
            SubjectKind::SomebodyElse => ("other person", "other people"),
        };
        match count(*kind) {
            0 => None,
            1 => Some(format!("1 {one}")),
            many => Some(format!("{many} {more}")),
        }
    };
    let people: Vec<String> = SubjectKind::ALL.iter().filter_map(counted).collect();
    let who = if people.is_empty() { "No one named".to_owned() } else { people.join(", ") };
    format!("{who} · noticed {}", clock::long(about.noticed_at))
}

/// Whether a desk of theirs leads. A technical view says nothing of the desk that does.
fn part(line: &Line) -> String {
    let lead = |how: &str| match line.sight {
        Sight::Full => format!("{how}: {} leads", line.lead.words()),
        Sight::Technical | Sight::Inspected => how.to_owned(),
    };
    match line.part {
        Part::Leads => "You lead".to_owned(),
        Part::Copied => lead("You are copied"),
        Part::Oversees => lead("You may read it"),
        Part::ByName => lead("Yours by name"),
    }
}

//! Governors' term reports: the list, a report, and the page on which the head looks at one and publishes it.

use crate::web::pages::{go_to, show};
use crate::{
    domain::{
        governors::{
            Count, Counted, Form, Headline, LineKind, Movement, NotShown, Published, Question, Row, Table,
            TableKind, Term, TermKey,
        },
        kernel::clock,
    },
    service::governors::review::{self, KeptReport, Preview, Right},
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        links,
        page::Shell,
        part::Tile,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "statistics.html")]
struct ListPage {
    shell: Shell,
    reports: Vec<ListLine>,
    waiting: Vec<(String, String)>,
    coming: Vec<Coming>,
    right: Right,
    rounded: String,
}

/// A term that is not over: its name, when it ends, and from which day its report can be looked at and published.
struct Coming {
    term: String,
    ends: String,
    from: String,
}

struct ListLine {
    href: String,
    term: String,
    total: String,
    published: String,
}

impl ListPage {
    /// Whether the page is for a person who draws reports up: they see to the calendar as well.
    fn is_asked(&self) -> bool {
        self.right == Right::Publish
    }
}

/// Published reports, the latest term first; for the head and the DSL the terms that wait, too.
pub async fn list(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let overview = by.app.run(move |candour| review::published(candour, &op)).await?;
    let line = |kept: &KeptReport| ListLine {
        href: links::term_report(kept.report.term()),
        term: capital(&kept.report.term().to_string()),
        total: kept.report.total().to_string(),
        published: clock::day(kept.published_at),
    };
    let waiting = overview.waiting.iter();
    show(&ListPage {
        shell: by.shell("Reports to governors", "/statistics"),
        reports: overview.published.iter().map(line).collect(),
        waiting: waiting.map(|term| (links::approve_report(term.key), term.key.to_string())).collect(),
        coming: overview.coming.iter().map(coming).collect(),
        right: overview.right,
        rounded: if overview.published.iter().any(is_rounded) {
            NotShown::Rounded.words()
        } else {
            String::new()
        },
    })
}

fn coming(term: &Term) -> Coming {
    Coming {
        term: capital(&term.key.to_string()),
        ends: clock::date_of(term.last),
        from: clock::day(term.until),
    }
}

fn is_rounded(kept: &KeptReport) -> bool {
    matches!(kept.report.total(), Count::Rounded(_))
}

#[derive(Template)]
#[template(path = "statistics_report.html")]
struct ReportPage {
    shell: Shell,
    view: View,
    published: String,
    hash: String,
}

/// One published report.
pub async fn report(by: SignedIn, term: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (op, term) = (by.op.clone(), term_of(&term)?);
    let kept = by.app.run(move |candour| review::report(candour, &op, term)).await?;
    let view = View::of(&kept.report, by.op.viewer.school_name());
    let shell = by.shell(&view.title, "/statistics");
    show(&ReportPage { shell, view, published: clock::day(kept.published_at), hash: kept.hash })
}

#[derive(Template)]
#[template(path = "statistics_approve.html")]
struct ApprovePage {
    shell: Shell,
    view: View,
    action: String,
    hash: String,
    may_publish: bool,
}

/// The report as it would be published now.
pub async fn preview(by: SignedIn, term: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (op, term) = (by.op.clone(), term_of(&term)?);
    let Preview { report, hash, right } =
        by.app.run(move |candour| review::preview(candour, &op, term)).await?;
    let view = View::of(&report, by.op.viewer.school_name());
    let title = format!("Preview of the report for {term}");
    show(&ApprovePage {
        shell: by.shell(&title, "/statistics"),
        view,
        action: links::approve_report(term),
        hash,
        may_publish: right == Right::Publish,
    })
}

/// Publishes what was looked at.
pub async fn publish(posted: CheckedForm, term: web::Path<String>) -> Result<HttpResponse, PageError> {
    let (op, term) = (posted.by.op.clone(), term_of(&term)?);
    let seen = posted.fields.get("hash").to_owned();
    posted.by.app.run(move |candour| review::publish(candour, &op, term, &seen)).await?;
    Ok(go_to(&links::term_report(term)))
}

fn term_of(code: &str) -> Result<TermKey, PageError> {
    code.parse().map_err(|_| PageError::not_found())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A report as its page draws it. Everything in it comes from [`Published`].
struct View {
    title: String,
    school: String,
    headline: String,
    tiles: Vec<Tile>,
    heading_of_hidden: &'static str,
    not_shown: String,
    figures: Vec<Figure>,
    lines: Vec<(&'static str, String)>,
    changes: Vec<String>,
    questions: Vec<&'static str>,
    counted: Vec<&'static str>,
}

struct Figure {
    id: String,
    title: String,
    note: String,
    column: &'static str,
    bars: Vec<Bar>,
    total: String,
}

/// A row with its bar: "bar", "range" (all drawn alike) or "none", as the macro `bar_row` has it.
struct Bar {
    label: String,
    shape: &'static str,
    percent: u32,
    text: String,
}

/// The length of every bar that stands for "fewer than k", whatever the number.
const RANGE: u32 = 14;

impl Bar {
    fn new(label: String, count: Count, longest: u32, text: String) -> Self {
        let (shape, percent) = match count {
            Count::Exact(n) | Count::Rounded(n) => ("bar", n.saturating_mul(100) / longest.max(1)),
            Count::FewerThan(_) => ("range", RANGE),
            Count::Hidden => ("none", 0),
        };
        Self { label, shape, percent, text }
    }
}

/// The longest bar of a figure: the largest number that is shown.
fn longest(counts: impl Iterator<Item = Count>) -> u32 {
    let shown = counts.map(|count| match count {
        Count::Exact(n) | Count::Rounded(n) => n,
        Count::FewerThan(_) | Count::Hidden => 0,
    });
    shown.max().unwrap_or(0)
}

/// The order of the page, two and two of about the same height.
const ORDER: [TableKind; 8] = [
    TableKind::FourCs,
    TableKind::Severity,
    TableKind::Groups,
    TableKind::CameToLight,
    TableKind::Affected,
    TableKind::Progress,
    TableKind::Acknowledged,
    TableKind::Triaged,
];

impl View {
    fn of(report: &Published, school: &str) -> Self {
        let hides = |count: Count| matches!(count, Count::FewerThan(_) | Count::Hidden | Count::Rounded(_));
        let tables = report.tables();
        let hides_some = hides(report.total())
            || tables.iter().any(|t| t.form() != Form::Full || t.rows().iter().any(|r| hides(r.count())))
            || report.lines().iter().any(|line| hides(line.count()));
        Self {
            title: format!("Safeguarding and online safety: {}", report.term()),
            school: school.to_owned(),
            headline: said(report.headline().iter().map(Headline::words)),
            tiles: tiles(report),
            heading_of_hidden: if hides_some { "Small numbers are hidden" } else { "What is not shown" },
            not_shown: said(report.not_shown().iter().map(NotShown::words)),
            figures: ORDER
                .iter()
                .filter_map(|kind| report.table(*kind))
                .map(figure)
                .chain(trend(report))
                .collect(),
            lines: report
                .lines()
                .iter()
                .map(|line| (line.kind().words(), line.count().to_string()))
                .collect(),
            changes: report.changes().iter().map(Movement::words).collect(),
            questions: report.questions().into_iter().map(Question::words).collect(),
            counted: Counted::ALL.iter().copied().map(Counted::words).collect(),
        }
    }
}

fn tiles(report: &Published) -> Vec<Tile> {
    let tile =
        |number: String, label, detail| Tile { number: capital(&number), label, detail, ..Tile::default() };
    let earlier = report.trend().iter().rev().find(|point| point.term() < report.term());
    let before = earlier.map_or_else(String::new, |point| format!("{} in {}", point.total(), point.term()));
    let row = |kind: TableKind, at: usize| {
        let table = report.table(kind).filter(|table| table.form() == Form::Full)?;
        table.rows().get(at)
    };
    let in_time = |kind, label| row(kind, 0).map(|row| tile(share(row), label, String::new()));
    let open =
        row(TableKind::Progress, 0).map(|row| tile(row.count().to_string(), "still open", String::new()));
    let failures = report.line(LineKind::FilteringFailures);
    let failures = failures
        .map(|line| tile(line.count().to_string(), "failures of filtering or monitoring", String::new()));
    std::iter::once(tile(report.total().to_string(), "cases recorded", before))
        .chain(in_time(TableKind::Acknowledged, "acknowledged in time"))
        .chain(in_time(TableKind::Triaged, "decided in time"))
        .chain(open)
        .chain(failures)
        .collect()
}

/// Sentences one after another.
fn said(sentences: impl Iterator<Item = String>) -> String {
    sentences.collect::<Vec<_>>().join(" ")
}

/// A row as a share if that may be given, or as its number.
fn share(row: &Row) -> String {
    row.percent().map_or_else(|| row.count().to_string(), |percent| format!("{percent}%"))
}

fn figure(table: &Table) -> Figure {
    let longest = longest(table.rows().iter().map(Row::count));
    let bar = |row: &Row| {
        let text = match row.percent() {
            Some(percent) => format!("{} ({percent}%)", row.count()),
            None => row.count().to_string(),
        };
        Bar::new(row.label().words().to_owned(), row.count(), longest, text)
    };
    Figure {
        id: format!("figure-{}", table.kind().words().to_lowercase().replace(' ', "-")),
        title: table.kind().words().to_owned(),
        note: table.note().map_or_else(String::new, |note| note.words()),
        column: "Cases",
        bars: table.rows().iter().map(bar).collect(),
        total: if table.rows().is_empty() { String::new() } else { table.total().to_string() },
    }
}

/// Totals of the last terms; nothing if there is only one.
fn trend(report: &Published) -> Option<Figure> {
    let points = report.trend();
    let longest = longest(points.iter().map(|point| point.total()));
    let bars = points.iter().map(|point| {
        let label = capital(&point.term().to_string());
        Bar::new(label, point.total(), longest, point.total().to_string())
    });
    (points.len() > 1).then(|| Figure {
        id: "figure-trend".to_owned(),
        title: "Cases recorded each term".to_owned(),
        note: "As last published.".to_owned(),
        column: "Cases",
        bars: bars.collect(),
        total: String::new(),
    })
}

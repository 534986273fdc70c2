//! A reporter's own reports: their own words, one of three statuses, and room for what they forgot.

use super::{receipt::told, report_asks::AboutQuestion, report_form::answers_about};
use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        concern::NewAddition,
        kernel::{
            clock::{Instant, long},
            codes::Worded,
            ids::{PersonId, Reference},
            text::{Narrative, TextError},
        },
    },
    service::{
        ServiceError,
        clock::Randomness,
        concern::report::{self, AboutThem, MyReport, OwnReport},
    },
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        links,
        page::{Mistakes, Shell},
        part::TaskRow,
        problem::{FormProblem, Written},
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "my_reports.html")]
struct List {
    shell: Shell,
    rows: Vec<TaskRow>,
}

#[derive(Template)]
#[template(path = "my_report.html")]
struct Page {
    shell: Shell,
    key: String,
    report: MyReport,
    told: String,
    words: String,
    mistakes: Mistakes,
    /// About whom it asks before the words are added: those who would see them and could be meant.
    ask: Vec<AboutQuestion>,
    is_added: bool,
}

impl Page {
    fn add_href(&self) -> String {
        format!("{}/add", links::my_report(&self.report.reference))
    }

    /// Whose report it is, if the reader typed it for another person.
    fn told_by(&self) -> Option<String> {
        let (name, told) = self.report.on_behalf.as_ref()?;
        Some(format!("{name} ({}), {}, {}", told.role.words(), told.how.words(), long(told.at)))
    }

    fn at(&self, at: &Instant) -> String {
        long(*at)
    }

    fn iso(&self, at: &Instant) -> String {
        at.to_rfc3339()
    }
}

/// The colour of a status, beside its words.
pub(in crate::web::pages) fn colour(status: &str) -> &'static str {
    match status {
        "Received" => "blue",
        "Closed" => "grey",
        _ => "teal",
    }
}

/// All of them, latest first.
pub async fn list(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let mine = by.app.run(move |candour| report::mine(candour, &op)).await?;
    let row = |report: MyReport| TaskRow {
        id: report.reference.to_string(),
        text: report.reference.to_string(),
        href: links::my_report(&report.reference),
        status: report.status,
        colour: colour(report.status),
        hint: format!("Sent {} · {}", long(report.submitted_at), report.category.category().label),
    };
    show(&List { shell: by.shell("My reports", "/my-reports"), rows: mine.into_iter().map(row).collect() })
}

/// Whether something was added just now.
#[derive(Debug, serde::Deserialize)]
pub struct ReportQuery {
    added: Option<String>,
}

async fn draw(by: &SignedIn, reference: &str) -> Result<Page, PageError> {
    let reference: Reference = reference.parse().map_err(|_| PageError::not_found())?;
    let op = by.op.clone();
    let OwnReport { report, told_from } =
        by.app.run(move |candour| report::my_report(candour, &op, &reference)).await?;
    let numbers = by.op.viewer.editions().settings_at(by.op.now);
    Ok(Page {
        shell: by.shell("Your report", "/my-reports"),
        key: by.form_key(),
        told: told(&report.told, told_from, by.op.now, &numbers),
        report,
        words: String::new(),
        mistakes: Mistakes::none(),
        ask: Vec::new(),
        is_added: false,
    })
}

/// One of them.
pub async fn one(
    by: SignedIn,
    reference: web::Path<String>,
    query: web::Query<ReportQuery>,
) -> Result<HttpResponse, PageError> {
    let page = draw(&by, &reference).await?;
    match query.added {
        None => show(&page),
        Some(_) => {
            let title = "Added to your report".to_owned();
            show(&Page { is_added: true, shell: Shell { title, ..page.shell.clone() }, ..page })
        }
    }
}

/// Adds something the reporter forgot.
pub async fn add(posted: CheckedForm, reference: web::Path<String>) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, form } = posted;
    let page = draw(&by, &reference).await?;
    // The page comes back with a key of its own: the one it was posted with may have been used.
    let key = page.key.clone();
    let again_asking = |words: &str, mistakes: Mistakes, ask: Vec<AboutQuestion>| {
        let mut shell = Shell { state: mistakes.state(), ..page.shell.clone() };
        if !ask.is_empty() {
            "One more question".clone_into(&mut shell.title);
        }
        let report = page.report.clone();
        let (words, told, is_added) = (words.to_owned(), page.told.clone(), false);
        show_again(&Page { shell, key: key.clone(), report, told, words, mistakes, ask, is_added })
    };
    let again = |words: &str, mistakes: Mistakes| again_asking(words, mistakes, Vec::new());
    let typed = fields.get("words");
    let words = match Narrative::parse(typed) {
        Ok(words) => words,
        Err(TextError::Empty) => return again(typed, wrong(FormProblem::Addition)),
        Err(TextError::TooLong { limit }) => {
            return again(typed, wrong(FormProblem::TooLong { what: Written::Addition, limit }));
        }
    };
    let (op, reference, asked) = (by.op.clone(), page.report.reference.clone(), words.clone());
    let about = by.app.run(move |candour| report::about_addition(candour, &op, &reference, &asked)).await?;
    let answers = answers_about(&fields);
    let left = about.into_iter().filter(|asked| !answers.contains_key(&asked.person));
    let left: Vec<AboutQuestion> = left.map(AboutQuestion::about).collect();
    if !left.is_empty() {
        return again_asking(typed, Mistakes::none(), left);
    }
    let new = answered(words, &answers);
    let (op, reference) = (by.op.clone(), page.report.reference.clone());
    let taken = by
        .app
        .run(move |candour| match report::add(candour, &op, &reference, &new, &form, &mut Randomness) {
            // The other half of a double click, or a person working on the case, was faster.
            Err(ServiceError::Stale) => report::add(candour, &op, &reference, &new, &form, &mut Randomness),
            taken => taken,
        })
        .await;
    match taken {
        Ok(()) => {
            let back = links::my_report(&page.report.reference);
            Ok(go_to(&format!("{back}?{}", links::query("added", "yes"))))
        }
        Err(ServiceError::WrongState(why) | ServiceError::Refused(why)) => again(typed, wrong(why)),
        Err(ServiceError::Stale) => again(typed, wrong(FormProblem::SentOtherWords)),
        Err(other) => Err(other.into()),
    }
}

/// What is added, with what was answered about those whom the words could mean.
fn answered(words: Narrative, answers: &BTreeMap<PersonId, AboutThem>) -> NewAddition {
    let said = |wanted: AboutThem| {
        let given = answers.iter().filter(move |(_, answer)| **answer == wanted);
        given.map(|(person, _)| *person).collect()
    };
    NewAddition { words, about: said(AboutThem::Yes), ruled_out: said(AboutThem::No) }
}

/// What is wrong with the words that were entered.
fn wrong(problem: impl Worded) -> Mistakes {
    [("words", problem)].into_iter().collect()
}

//! An inspector's first page: what was selected for them, and nothing else. No line names a person.

use crate::web::pages::show;
use crate::{
    domain::kernel::clock,
    service::{
        case::inspection::{self, SelectedCase},
        clock::Randomness,
    },
    web::http::{error::PageError, extract::SignedIn, links, page::Shell, part::TaskRow},
};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "inspection.html")]
struct Page {
    shell: Shell,
    rows: Vec<TaskRow>,
}

/// The list.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let selected = by.app.run(move |candour| inspection::list(candour, &op, &mut Randomness)).await?;
    show(&Page {
        shell: by.shell("Records for inspection", links::INSPECTION),
        rows: selected.iter().map(row).collect(),
    })
}

fn row(selected: &SelectedCase) -> TaskRow {
    let case = &selected.case;
    TaskRow {
        id: case.reference.to_string(),
        text: case.reference.to_string(),
        href: links::case(&case.reference),
        status: case.status.words(),
        colour: "grey",
        hint: format!(
            "{}, reported {}. You can read it until {}",
            case.category.category().label,
            clock::day(case.submitted_at),
            clock::long(selected.until)
        ),
    }
}

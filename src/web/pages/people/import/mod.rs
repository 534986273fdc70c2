//! Importing people, for the administrator: the person in the school office or the IT team who exports a list from SIMS,
//! Arbor or Bromcom a few times a term, has ten minutes, and must not make a hundred children leave by a wrong click.
//!
//! A list is sent, looked through (its columns matched if it is a plain one), corrected if rows are rejected, and
//! only then kept, all of it or nothing. In between it waits on the server for an hour, for its sender alone.

mod columns;
mod preview;

use crate::web::pages::{go_to, show, show_again};
use crate::{
    domain::{
        kernel::{clock, ids::SentListId},
        people::register::plan::Plan,
    },
    register::{NotOpened, Package, School},
    service::{
        ServiceError,
        clock::Randomness,
        people::register::{self, ImportOptions, Importer, NotImported, SentFiles},
    },
    web::http::{
        error::PageError,
        error_words::BadRequest,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        page::{Choice, Mistakes, Shell},
        problem::FormProblem,
        upload::CheckedUpload,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

pub(in crate::web::pages) const TITLE: &str = "Import people";
const HERE: &str = "/admin/people/import";

#[derive(Template)]
#[template(path = "import/send.html")]
struct SendPage {
    shell: Shell,
    mistakes: Mistakes,
    last: String,
    done: String,
    is_gone: bool,
}

#[derive(Template)]
#[template(path = "import/school.html")]
struct SchoolPage {
    shell: Shell,
    mistakes: Mistakes,
    action: String,
    schools: Vec<Choice>,
}

/// What a person who comes back to the first page is told.
#[derive(Debug, serde::Deserialize)]
pub struct SendQuery {
    done: Option<usize>,
    waiting: Option<usize>,
    gone: Option<String>,
}

fn frame(by: &SignedIn, mistakes: &Mistakes) -> Shell {
    Shell { state: mistakes.state(), ..by.shell(TITLE, HERE) }
}

/// The page on which a list is sent.
pub async fn page(by: SignedIn, query: web::Query<SendQuery>) -> Result<HttpResponse, PageError> {
    let done = query.done.map_or_else(String::new, |people| match people {
        1 => "1 person has been added or changed".to_owned(),
        many => format!("{many} people have been added or changed"),
    });
    let done = match query.waiting {
        None | Some(0) => done,
        Some(1) => format!("{done}. 1 name or address waits for a second person to confirm it, under Roles"),
        Some(many) => {
            format!("{done}. {many} names or addresses wait for a second person to confirm them, under Roles")
        }
    };
    show(&send_page(&by, Mistakes::none(), done, query.gone.is_some()).await?)
}

async fn send_page(
    by: &SignedIn,
    mistakes: Mistakes,
    done: String,
    is_gone: bool,
) -> Result<SendPage, PageError> {
    let importer = Importer::administrator(&by.op)?;
    let remembered = by.app.run(move |candour| register::last_import(candour, &importer)).await?;
    let last = remembered.imported_at.map_or_else(String::new, clock::long);
    Ok(SendPage { shell: frame(by, &mistakes), mistakes, last, done, is_gone })
}

/// Takes a list.
pub async fn send(posted: CheckedUpload) -> Result<HttpResponse, PageError> {
    let CheckedUpload { by, file: (name, bytes) } = posted;
    let op = by.op.clone();
    let taken = by
        .app
        .run(move |candour| Ok(register::keep_sent_list(candour, &op, &name, bytes, &mut Randomness)))
        .await?;
    match taken {
        Ok(id) => Ok(go_to(&links::import(id))),
        Err(NotImported::NotOpened(why)) => {
            let mistakes = match why {
                NotOpened::Empty => [("file", FormProblem::ListIsEmpty)].into_iter().collect(),
                other => [("file", other)].into_iter().collect(),
            };
            show_again(&send_page(&by, mistakes, String::new(), false).await?)
        }
        Err(other) => Err(said(other)),
    }
}

/// What no page of this screen answers for itself.
fn said(error: NotImported) -> PageError {
    match error {
        NotImported::Service(why) => why.into(),
        NotImported::NotOpened(_) | NotImported::Rejected(_) | NotImported::Unconfirmed(_) => {
            PageError::Bad(BadRequest::ListUnread)
        }
    }
}

fn list_in(request: &HttpRequest) -> Result<SentListId, PageError> {
    let typed = request.match_info().get("id").unwrap_or_default();
    typed.parse().map_err(|_| PageError::not_found())
}

/// What the sender sees of a list.
enum Step {
    /// Its columns are to be matched.
    Columns(Box<SentFiles>),
    /// The school is to be chosen.
    School(Vec<School>),
    /// What would happen.
    Plan(Box<Plan>),
    /// It waits no more, or never did.
    Gone,
}

/// Works out what is next: nothing is written.
async fn step(by: &SignedIn, id: SentListId, chosen: ImportOptions) -> Result<Step, PageError> {
    let op = by.op.clone();
    let done = by.app.run(move |candour| {
        let importer = Importer::administrator(&op)?;
        let sent = match register::open_sent_list(candour, &op, id) {
            Ok(sent) => sent,
            Err(NotImported::Service(ServiceError::NotFound)) => return Ok(Ok(Step::Gone)),
            Err(other) => return Ok(Err(other)),
        };
        if matches!(sent.package, Package::List(_)) && chosen.columns.is_none() {
            return Ok(Ok(Step::Columns(Box::new(sent))));
        }
        Ok(match register::check(candour, &importer, &sent, &chosen) {
            Ok(plan) => Ok(Step::Plan(Box::new(plan))),
            Err(NotImported::NotOpened(NotOpened::WhichSchool { schools })) => Ok(Step::School(schools.0)),
            Err(NotImported::NotOpened(NotOpened::Columns { .. })) => Ok(Step::Columns(Box::new(sent))),
            Err(other) => Err(other),
        })
    });
    done.await?.map_err(said)
}

/// A list that was sent: what is next.
pub async fn open(by: SignedIn, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let id = list_in(&request)?;
    draw(&by, id, &Fields::default()).await
}

/// The page with what was chosen so far.
pub async fn check(posted: CheckedForm, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let id = list_in(&request)?;
    draw(&posted.by, id, &posted.fields).await
}

async fn draw(by: &SignedIn, id: SentListId, fields: &Fields) -> Result<HttpResponse, PageError> {
    let mut mistakes = columns::mistakes(fields);
    let chosen = match mistakes.is_empty() {
        true => preview::chosen(fields),
        // It cannot be worked out yet: the columns are shown again with what is wrong.
        false => ImportOptions { columns: None, ..preview::chosen(fields) },
    };
    match step(by, id, chosen.clone()).await? {
        Step::Gone => Ok(go_to("/admin/people/import?gone=yes")),
        Step::School(schools) => {
            let label = |school: School| Choice::new(school.id, school.name).hint(school.number);
            let mistakes: Mistakes =
                fields.has("asked").then_some(("org", FormProblem::WhichSchool)).into_iter().collect();
            let page = SchoolPage {
                shell: frame(by, &mistakes),
                mistakes,
                action: links::import(id),
                schools: schools.into_iter().map(label).collect(),
            };
            if page.mistakes.is_empty() { show(&page) } else { show_again(&page) }
        }
        Step::Columns(sent) => {
            let Package::List(list) = &sent.package else { return Err(PageError::not_found()) };
            if let Some(matched) = &chosen.columns
                && let Err(why) = matched.check(list.sample().len())
            {
                mistakes.add("column-0", why);
            }
            let is_mistaken = !mistakes.is_empty();
            let page = columns::page(frame(by, &mistakes), mistakes, links::import(id), list, fields);
            if is_mistaken { show_again(&page) } else { show(&page) }
        }
        Step::Plan(plan) => {
            let none = Mistakes::none();
            show(&preview::page(frame(by, &none), none, id, &plan, fields))
        }
    }
}

/// Keeps what was looked through: all of it or nothing.
pub async fn keep(posted: CheckedForm, request: HttpRequest) -> Result<HttpResponse, PageError> {
    let id = list_in(&request)?;
    let (op, chosen) = (posted.by.op.clone(), preview::chosen(&posted.fields));
    let kept = posted.by.app.run(move |candour| {
        let importer = Importer::administrator(&op)?;
        let sent = match register::open_sent_list(candour, &op, id) {
            Ok(sent) => sent,
            Err(error) => return Ok(Err(error)),
        };
        let kept = register::import(candour, &importer, &sent, &chosen, &mut Randomness, &mut |_, _| {});
        if kept.is_ok() {
            register::forget(candour, &op, id)?;
        }
        Ok(kept)
    });
    let shown_again = |plan: Box<Plan>| {
        let mut mistakes = Mistakes::none();
        if plan.rejected.is_empty() {
            mistakes.add("leavers", FormProblem::Leavers);
        }
        show_again(&preview::page(frame(&posted.by, &mistakes), mistakes, id, &plan, &posted.fields))
    };
    match kept.await? {
        Ok(plan) => {
            let people = plan.new.len() + plan.changed.len() + plan.back.len() + plan.leavers.len();
            let waiting = match plan.waiting.len() {
                0 => String::new(),
                many => format!("&waiting={many}"),
            };
            Ok(go_to(&format!("{HERE}?done={people}{waiting}")))
        }
        Err(NotImported::Rejected(plan) | NotImported::Unconfirmed(plan)) => shown_again(plan),
        Err(NotImported::Service(ServiceError::NotFound)) => Ok(go_to("/admin/people/import?gone=yes")),
        Err(other) => Err(said(other)),
    }
}

//! Access requests: people who came through the school's sign-in and are not known to Candour yet, and the one-time codes that
//! are handed over in person. For administrators, the headteacher, and the chair for the headteacher's own code.

use crate::web::pages::{go_to, keep_refusal, show, show_again};
use crate::{
    domain::kernel::{clock::long, ids::AccessRequestId},
    service::{ServiceError, clock::Randomness, entry::codes},
    web::http::{
        error::PageError,
        extract::{CheckedForm, SignedIn},
        page::{Choice, Mistakes, PageState, Shell},
        problem::FormProblem,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

const TITLE: &str = "Access requests";

struct Line {
    id: String,
    name: String,
    email: String,
    provider: String,
    why: &'static str,
    when: String,
}

#[derive(Template)]
#[template(path = "access_requests.html")]
struct AccessRequests {
    shell: Shell,
    mistakes: Mistakes,
    lines: Vec<Line>,
    people: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "code_made.html")]
struct CodeMade {
    shell: Shell,
    name: String,
    code: String,
    until: String,
}

async fn drawn(by: &SignedIn) -> Result<AccessRequests, PageError> {
    let op = by.op.clone();
    let waiting = by.app.run(move |candour| codes::who_waits(candour, &op)).await?;
    let lines = waiting
        .requests
        .into_iter()
        .map(|request| Line {
            id: request.id.to_string(),
            name: request.name,
            email: request.email.unwrap_or_default(),
            provider: request.provider,
            why: request.why.words(),
            when: long(request.last_at),
        })
        .collect();
    let people = waiting.adults.into_iter().map(|p| Choice::new(p.id.to_string(), p.name)).collect();
    Ok(AccessRequests {
        shell: by.shell(TITLE, "/admin/access-requests"),
        mistakes: Mistakes::none(),
        lines,
        people,
    })
}

/// The list, and the form for a code.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    show(&drawn(&by).await?)
}

/// Makes a code, and shows it this once.
pub async fn make_code(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let page = drawn(&posted.by).await?;
    let chosen = page.people.iter().find(|choice| choice.value == posted.fields.get("person"));
    let Some((person, name)) = chosen.and_then(|c| Some((c.value.parse().ok()?, c.text.clone()))) else {
        return again(page, FormProblem::WhoseCode);
    };
    let op = posted.by.op.clone();
    let made =
        posted.by.app.run(move |candour| codes::make_code(candour, &op, person, &mut Randomness)).await;
    match made {
        Ok((code, until)) => show(&CodeMade {
            shell: posted.by.shell("A code to hand over", "/admin/access-requests"),
            name,
            code: code.as_handed_over(),
            until: long(until),
        }),
        Err(ServiceError::Refused(why)) => {
            let number = keep_refusal(&posted.by, "/admin/access-requests").await?;
            again(page, FormProblem::Kept { why, number })
        }
        Err(other) => Err(other.into()),
    }
}

fn again(mut page: AccessRequests, mistake: FormProblem) -> Result<HttpResponse, PageError> {
    page.mistakes.add("person", mistake);
    page.shell.state = PageState::Mistaken;
    show_again(&page)
}

/// Removes from the list a person who does not belong here.
pub async fn dismiss(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let request: AccessRequestId = id.parse().map_err(|_| PageError::not_found())?;
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| codes::dismiss(candour, &op, request)).await?;
    Ok(go_to("/admin/access-requests"))
}

//! Access requests: people who came through the school's sign-in and are not known to Candour yet, and the one-time codes that
//! are handed over in person. For administrators, the headteacher, and the chair for the headteacher's own code.

use crate::web::pages::{go_to, keep_refusal, show, show_again};
use crate::{
    domain::kernel::{clock::long, ids::AccessRequestId},
    service::{
        ServiceError,
        clock::Randomness,
        entry::codes::{self, Waiting},
    },
    web::http::{
        audience::Audience,
        error::PageError,
        extract::{CheckedForm, SignedIn},
        fields::Fields,
        links,
        name_field::{self, FIND, WhichPerson},
        page::{Mistakes, Shell},
        person_field::{self, PersonField},
        problem::FormProblem,
    },
};
use actix_web::{HttpResponse, web};
use askama::Template;

const TITLE: &str = "Access requests";
const HERE: &str = "/admin/access-requests";

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
    new: Vec<(String, String)>,
    lines: Vec<Line>,
    person: PersonField,
    /// Where head and chair confirm accounts after a change of sign-in; empty for anyone else.
    list: &'static str,
}

#[derive(Template)]
#[template(path = "code_made.html")]
struct CodeMade {
    shell: Shell,
    name: String,
    code: String,
    until: String,
}

async fn who_waits(by: &SignedIn) -> Result<Waiting, PageError> {
    let op = by.op.clone();
    Ok(by.app.run(move |candour| codes::who_waits(candour, &op)).await?)
}

fn drawn(
    by: &SignedIn,
    waiting: Waiting,
    fields: &Fields,
    (mistakes, which): (Mistakes, &[WhichPerson]),
) -> AccessRequests {
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
    let mut shell = by.shell(TITLE, HERE);
    shell.state = mistakes.state();
    AccessRequests {
        shell,
        mistakes,
        new: name_field::questions(which),
        lines,
        person: PersonField::of(fields, "person", &waiting.adults, which),
        list: account_list(by),
    }
}

/// Where the reader confirms accounts after a change of sign-in, if they are the head or the chair.
pub(super) fn account_list(by: &SignedIn) -> &'static str {
    if Audience::Approver.admits(&by.op.viewer, by.caseload) { links::ACCOUNT_LIST } else { "" }
}

/// The list, and the form for a code.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    show(&drawn(&by, who_waits(&by).await?, &Fields::default(), (Mistakes::none(), &[])))
}

/// Makes a code, and shows it this once.
pub async fn make_code(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let CheckedForm { by, fields, .. } = posted;
    let waiting = who_waits(&by).await?;
    if fields.has(FIND) {
        let which = person_field::find(&fields, &waiting.adults);
        return show(&drawn(&by, waiting, &fields, (Mistakes::none(), &which)));
    }
    let (mut mistakes, mut which) = (Mistakes::none(), Vec::new());
    let asked = ("person", FormProblem::WhoseCode);
    let person = person_field::read(&fields, asked, &waiting.adults, &mut mistakes, &mut which);
    if !which.is_empty() {
        return show(&drawn(&by, waiting, &fields, (mistakes, &which)));
    }
    let chosen = person.and_then(|person| waiting.adults.iter().find(|adult| adult.person() == person));
    let Some((person, name)) = chosen.map(|adult| (adult.person(), adult.words().to_owned())) else {
        mistakes.add("person", FormProblem::WhoseCode);
        return show_again(&drawn(&by, waiting, &fields, (mistakes, &[])));
    };
    let op = by.op.clone();
    let made = by.app.run(move |candour| codes::make_code(candour, &op, person, &mut Randomness)).await;
    match made {
        Ok((code, until)) => show(&CodeMade {
            shell: by.shell("A code to hand over", HERE),
            name,
            code: code.as_handed_over(),
            until: long(until),
        }),
        Err(ServiceError::Refused(why)) => {
            let number = keep_refusal(&by, HERE).await?;
            mistakes.add("person", FormProblem::Kept { why, number });
            show_again(&drawn(&by, waiting, &fields, (mistakes, &[])))
        }
        Err(other) => Err(other.into()),
    }
}

/// Removes from the list a person who does not belong here.
pub async fn dismiss(posted: CheckedForm, id: web::Path<String>) -> Result<HttpResponse, PageError> {
    let request: AccessRequestId = id.parse().map_err(|_| PageError::not_found())?;
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| codes::dismiss(candour, &op, request)).await?;
    Ok(go_to("/admin/access-requests"))
}

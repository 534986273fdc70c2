//! Where a person is signed in, and signing out everywhere, if a device was left behind.

use super::show;
use crate::{
    domain::{kernel::clock::long, people::duty},
    service::entry::{accounts, sign_in},
    web::{
        http::{
            error::PageError,
            extract::{SessionForm, SignedIn},
            page::Shell,
        },
        pages::{entry::accounts::Line as Account, go_to},
    },
};
use actix_web::HttpResponse;
use askama::Template;

struct Line {
    device: String,
    school: String,
    since: String,
    used: String,
    place: &'static str,
}

#[derive(Template)]
#[template(path = "sessions.html")]
struct Sessions {
    shell: Shell,
    lines: Vec<Line>,
    accounts: Vec<Account>,
    confirmer: &'static str,
}

/// The person's own sessions.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let mine = by.app.run(move |candour| sign_in::mine(candour, &op)).await?;
    let lines = mine
        .into_iter()
        .map(|session| Line {
            place: match (session.id == by.op.viewer.session(), session.hidden) {
                (true, _) => "This device",
                (false, true) => "Hidden",
                (false, false) => "Signed in",
            },
            device: session.device,
            school: session.school,
            since: long(session.started_at),
            used: long(session.last_seen),
        })
        .collect();
    let op = by.op.clone();
    let accounts = by.app.run(move |candour| accounts::mine(candour, &op)).await?;
    let standing = by.op.viewer.standing();
    show(&Sessions {
        shell: by.shell("Where you are signed in", "/settings/sessions"),
        lines,
        accounts: accounts.iter().map(Account::of).collect(),
        confirmer: duty::confirmer(&standing.seats, &standing.offices).words(),
    })
}

/// Signs the person out on every device, this one too.
pub async fn end_all(posted: SessionForm) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    posted.by.app.run(move |candour| sign_in::end_everywhere(candour, &op)).await?;
    Ok(go_to("/signed-out"))
}

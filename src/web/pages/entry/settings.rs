//! The person's settings: how pages look to them, kept in a cookie that says nothing else, and the accounts that were
//! added for them lately.

use super::account_proof::AddedLine;
use crate::service::entry::account_proof;
use crate::web::http::{
    callers::cookies::Cookie,
    error::PageError,
    extract::{SessionForm, SignedIn},
    page::{Choice, Shell, Spacing, Theme},
};
use crate::web::pages::{go_to, show};
use crate::{
    domain::{kernel::clock::day, people::ShownName},
    service::people::renaming,
};
use actix_web::{HttpResponse, cookie::time::Duration};
use askama::Template;

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    shell: Shell,
    themes: Vec<Choice>,
    spacings: Vec<Choice>,
    /// The reader's own name, and what waits or changed lately about it.
    name: String,
    name_news: Vec<String>,
    added: Vec<AddedLine>,
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let own = by.app.run(move |candour| renaming::mine(candour, &op)).await?;
    let waiting =
        own.waiting.iter().map(|ShownName(name)| format!("A change to {name} waits to be confirmed."));
    let addresses = own.addresses.iter().map(|email| {
        let email = email.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string);
        format!("A change of your e-mail address to {email} waits to be confirmed.")
    });
    let before = own.lately.iter().map(|(_, _, before, until)| format!("Until {}: {before}.", day(*until)));
    let name_news = waiting.chain(addresses).chain(before).collect();
    let op = by.op.clone();
    let added = by.app.run(move |candour| account_proof::added_lately(candour, &op)).await?;
    let shell = by.shell("Your settings", "/settings");
    let theme = match shell.theme {
        Theme::Device => "device",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let spacing = match shell.spacing {
        Spacing::Usual => "usual",
        Spacing::Wide => "wide",
    };
    let themes = vec![
        Choice::new("device", "As this device is set"),
        Choice::new("light", "Dark words on a light page"),
        Choice::new("dark", "Light words on a dark page"),
    ];
    let spacings = vec![
        Choice::new("usual", "As designed"),
        Choice::new("wide", "More space between letters and lines"),
    ];
    show(&Settings {
        shell,
        themes: Choice::mark(themes, &[theme]),
        spacings: Choice::mark(spacings, &[spacing]),
        name: by.op.viewer.name().to_owned(),
        name_news,
        added: added.iter().map(AddedLine::of).collect(),
    })
}

/// Keeps the choice.
pub async fn save(posted: SessionForm) -> HttpResponse {
    let theme =
        ["light", "dark"].into_iter().find(|theme| posted.fields.get("theme") == *theme).unwrap_or("device");
    let spacing = if posted.fields.get("spacing") == "wide" { "wide" } else { "usual" };
    let mut answer = go_to("/settings");
    let (look, age) = (format!("{theme}-{spacing}"), Some(Duration::days(365)));
    Cookie::Look.set(&mut answer, posted.by.app.transport, look, age);
    answer
}

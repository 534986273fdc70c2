//! How pages look to the person: colours and spacing, kept in a cookie that says nothing else.

use crate::web::http::{
    cookies::Cookie,
    error::PageError,
    extract::{CheckedForm, SignedIn},
    page::{Choice, Shell, Spacing, Theme},
};
use crate::web::pages::{go_to, show};
use actix_web::{HttpResponse, cookie::time::Duration};
use askama::Template;

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    shell: Shell,
    themes: Vec<Choice>,
    spacings: Vec<Choice>,
}

/// The page.
pub async fn page(by: SignedIn) -> Result<HttpResponse, PageError> {
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
    })
}

/// Keeps the choice.
pub async fn save(posted: CheckedForm) -> HttpResponse {
    let theme =
        ["light", "dark"].into_iter().find(|theme| posted.fields.get("theme") == *theme).unwrap_or("device");
    let spacing = if posted.fields.get("spacing") == "wide" { "wide" } else { "usual" };
    let mut answer = go_to("/settings");
    let (look, age) = (format!("{theme}-{spacing}"), Some(Duration::days(365)));
    Cookie::Look.set(&mut answer, posted.by.app.transport, look, age);
    answer
}

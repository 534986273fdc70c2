//! How pages look to the person: colours and spacing, kept in a cookie that says nothing else.

use crate::web::http::{
    error::PageError,
    extract::{CheckedForm, SignedIn},
    page::{Choice, Shell, Spacing, Theme},
    security::Transport,
};
use crate::web::pages::{go_to, show};
use actix_web::{
    HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
};
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
    let cookie = Cookie::build("candour-look", format!("{theme}-{spacing}"))
        .path("/")
        .http_only(true)
        .secure(posted.by.app.transport == Transport::Tls)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish();
    let mut answer = go_to("/settings");
    // A cookie of fixed words always fits a header.
    let _ = answer.add_cookie(&cookie);
    answer
}

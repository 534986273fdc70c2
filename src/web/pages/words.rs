//! Pages that are only words: help, accessibility, privacy. For everybody, signed in or not.

use super::show;
use crate::web::{app::App, error::PageError, extract, page::Shell};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct Privacy {
    shell: Shell,
}

/// A page's frame for somebody who need not be signed in.
pub fn open_shell(request: &HttpRequest, app: &App, title: &str) -> Shell {
    let (theme, spacing) = extract::look(request);
    let (installation, footer) = (app.installation, extract::footer());
    Shell { title: title.to_owned(), footer, installation, theme, spacing, ..Shell::default() }
}

/// How to use Candour, and what to do about a concern about the headteacher.
pub async fn help(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    show(&Help { shell: open_shell(&request, &app, "Help") })
}

/// What is known to be accessible and what is not.
pub async fn accessibility(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    show(&Accessibility { shell: open_shell(&request, &app, "Accessibility statement") })
}

/// What is kept, why, and who can see it.
pub async fn privacy(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    show(&Privacy { shell: open_shell(&request, &app, "How we use this information") })
}

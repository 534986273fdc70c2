//! Pages that are only words: help, accessibility, privacy. For everyone; people who are signed in keep their menu,
//! and read the school's own numbers.

use super::{concern::receipt::tel, show};
use crate::{
    service::concern::report::{SpeakTo, school_settings},
    web::http::{
        app::App,
        error::PageError,
        frame::open_shell,
        gate::{self, Requester},
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    shell: Shell,
    speak: Option<SpeakTo>,
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

/// The frame of the person who asks: their own if they are signed in, otherwise no one's. A hidden screen stays no one's.
async fn own_shell(request: &HttpRequest, app: &App, title: &str, here: &str) -> (Shell, Option<Requester>) {
    let by = gate::recognise(request).await;
    let shell = by.as_ref().map_or_else(|| open_shell(request, app, title), |by| by.shell(title, here));
    (shell, by)
}

/// How to use Candour, who to call, and what to do about a concern about the headteacher.
pub async fn help(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let (shell, by) = own_shell(&request, &app, "Help", "/help").await;
    let speak = match by {
        Some(by) => {
            let op = by.op().clone();
            Some(by.app().run(move |candour| school_settings(candour, &op)).await?)
        }
        None => None,
    };
    show(&Help { shell, speak })
}

/// What is known to be accessible and what is not.
pub async fn accessibility(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let (shell, _) = own_shell(&request, &app, "Accessibility statement", "/accessibility").await;
    show(&Accessibility { shell })
}

/// What is kept, why, and who can see it.
pub async fn privacy(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let (shell, _) = own_shell(&request, &app, "How we use this information", "/privacy").await;
    show(&Privacy { shell })
}

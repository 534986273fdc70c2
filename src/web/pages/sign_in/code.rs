//! Entering a one-time code: for somebody whom the school's sign-in knows and Candour does not yet, and for somebody
//! whose new duty waits for one.

use super::{set, show};
use crate::{
    service::{
        clock::Randomness,
        codes::{self, CodeEntered},
    },
    web::{
        app::App,
        device,
        error::PageError,
        extract::{CheckedForm, OUTSIDE, OutsideForm, SignedIn, cookie_name, outside_token},
        page::{Mistakes, PageState, Shell},
        pages::{go_to, show_again, words::open_shell},
    },
};
use actix_web::{HttpRequest, HttpResponse, cookie::time::Duration, web};
use askama::Template;
use std::sync::Arc;

const NOT_KNOWN: &str = "Candour does not know you yet";
const WRONG: &str = "Enter the code exactly as it was given to you. It works once, and for 24 hours";

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    error: String,
    action: &'static str,
    heading: &'static str,
    outside: bool,
}

fn outside_page(shell: Shell, error: &str) -> CodePage {
    CodePage {
        mistakes: mistakes(error),
        error: error.to_owned(),
        action: "/signin/code",
        heading: NOT_KNOWN,
        outside: true,
        shell,
    }
}

fn mistakes(error: &str) -> Mistakes {
    let mut mistakes = Mistakes::default();
    if !error.is_empty() {
        mistakes.add("code", error);
    }
    mistakes
}

/// For somebody outside.
pub async fn outside(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let Some((_, csrf)) = outside_token(&request) else { return Ok(go_to("/signin")) };
    let mut shell = open_shell(&request, &app, NOT_KNOWN);
    shell.csrf = csrf;
    show(&outside_page(shell, ""))
}

/// Takes a code from somebody outside.
pub async fn enter(request: HttpRequest, posted: OutsideForm) -> Result<HttpResponse, PageError> {
    let app = Arc::clone(&posted.app);
    let now = app.clock.now();
    let (token, typed) = (posted.token.clone(), posted.fields.get("code").to_owned());
    let device = device::words(&request);
    let entered =
        app.run(move |db| codes::enter_code(db, (&token, &typed), &device, now, &mut Randomness)).await?;
    match entered {
        CodeEntered::In(opened) => {
            let mut answer = go_to(&opened.return_to);
            set(&mut answer, &app, cookie_name(app.transport), opened.token, None);
            set(&mut answer, &app, OUTSIDE, String::new(), Some(Duration::ZERO));
            Ok(answer)
        }
        CodeEntered::Wrong => {
            let mut shell = open_shell(&request, &app, NOT_KNOWN);
            shell.csrf = posted.csrf;
            shell.state = PageState::Mistaken;
            show_again(&outside_page(shell, WRONG))
        }
        CodeEntered::TooLate => Err(PageError::SignInFailed(
            "You tried too often, or waited too long. Sign in again, then enter the code. If it is lost, ask for a new one.",
        )),
    }
}

fn inside_page(by: &SignedIn, error: &str) -> CodePage {
    let heading = "Enter your code";
    CodePage {
        shell: by.shell(heading, "/settings/code"),
        mistakes: mistakes(error),
        error: error.to_owned(),
        action: "/settings/code",
        heading,
        outside: false,
    }
}

/// For somebody signed in: a duty of theirs waits for a code, or another school.
pub async fn inside(by: SignedIn) -> Result<HttpResponse, PageError> {
    show(&inside_page(&by, ""))
}

/// Takes a code from somebody signed in.
pub async fn confirm(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let (op, typed) = (posted.by.op.clone(), posted.fields.get("code").to_owned());
    if posted.by.app.run(move |db| codes::confirm_with_code(db, &op, &typed)).await? {
        return Ok(go_to("/"));
    }
    let mut page = inside_page(&posted.by, WRONG);
    page.shell.state = PageState::Mistaken;
    show_again(&page)
}

//! The only place that picks a status and words an error page. A case one may not know of and an address that does not
//! exist give the same answer.

use super::{
    page::{Installation, Shell},
    security::Trouble,
};
use crate::{domain::ids::RequestId, service::ServiceError};
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use askama::Template;

/// Why a page is not shown.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A use case said no.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Nobody is signed in: back to the sign-in page, and then here again.
    #[error("not signed in")]
    SignIn {
        /// Where to come back to.
        return_to: String,
    },
    /// The screen was hidden.
    #[error("hidden")]
    Hidden,
    /// A form came in without a session, or not from our own page.
    #[error("not our form")]
    NotOurForm,
    /// What was asked cannot be read.
    #[error("bad request")]
    Bad(&'static str),
    /// The sign-in provider, or what it sent.
    #[error("{0}")]
    SignInFailed(&'static str),
    /// A page could not be drawn.
    #[error("template")]
    Template(#[from] askama::Error),
}

impl PageError {
    /// There is nothing at this address.
    pub fn not_found() -> Self {
        Self::Service(ServiceError::NotFound)
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    heading: &'a str,
    what: &'a str,
    link: Option<(&'a str, &'a str)>,
}

struct Said<'a> {
    status: StatusCode,
    heading: &'a str,
    what: &'a str,
    link: Option<(&'a str, &'a str)>,
}

const HOME: Option<(&str, &str)> = Some(("/", "Go to your first page"));

impl PageError {
    fn said(&self) -> Said<'_> {
        let say = |status, heading, what, link| Said { status, heading, what, link };
        match self {
            Self::Service(ServiceError::NotFound) => say(
                StatusCode::NOT_FOUND,
                "Page not found",
                "Check the address. If you followed a link in Candour, the page may have moved or you may not be able to open it.",
                HOME,
            ),
            Self::Service(ServiceError::Refused(why)) => {
                say(StatusCode::FORBIDDEN, "You cannot do this", why, HOME)
            }
            Self::Service(ServiceError::WrongState(why)) => {
                say(StatusCode::CONFLICT, "This has changed", why, HOME)
            }
            Self::Service(ServiceError::Stale) => say(
                StatusCode::CONFLICT,
                "Somebody else changed this",
                "Somebody changed this after you opened the page. Go back, copy what you wrote, open the page again and send it once more.",
                HOME,
            ),
            Self::Service(ServiceError::Invalid(_)) => {
                say(StatusCode::BAD_REQUEST, "Something is missing", "Go back and check your answers.", HOME)
            }
            Self::Service(ServiceError::Unavailable(_)) => say(
                StatusCode::SERVICE_UNAVAILABLE,
                "Candour cannot answer just now",
                "Nothing you sent was saved. Go back, keep what you wrote, and try again in a minute. If a child is in danger, ring 999 and tell your safeguarding lead in person.",
                None,
            ),
            Self::SignIn { .. } => say(StatusCode::SEE_OTHER, "Sign in", "Sign in first.", None),
            Self::Hidden => say(StatusCode::SEE_OTHER, "Hidden", "Sign in again.", None),
            Self::NotOurForm => say(
                StatusCode::FORBIDDEN,
                "This page was open for too long",
                "Nothing was saved. Go back, copy what you wrote, sign in again and send it once more.",
                Some(("/signin", "Sign in")),
            ),
            Self::Bad(what) => say(StatusCode::BAD_REQUEST, "Candour could not read this", what, HOME),
            Self::SignInFailed(words) => say(
                StatusCode::FORBIDDEN,
                "You could not be signed in",
                words,
                Some(("/signin", "Try again")),
            ),
            Self::Template(_) => say(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "Nothing you sent was lost on purpose. Try again, and tell your network manager if it happens twice.",
                HOME,
            ),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        self.said().status
    }

    fn error_response(&self) -> HttpResponse {
        let to = match self {
            Self::SignIn { return_to } => {
                Some(format!("/signin?{}", super::links::query("return_to", return_to)))
            }
            Self::Hidden => Some("/locked".to_owned()),
            Self::Service(_)
            | Self::NotOurForm
            | Self::Bad(_)
            | Self::SignInFailed(_)
            | Self::Template(_) => None,
        };
        if let Some(to) = to {
            return HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish();
        }
        if let Self::Service(ServiceError::Unavailable(cause)) = self {
            tracing::error!(target: "candour::web", cause = %causes(cause), "unavailable");
        }
        render(self.said())
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}

fn render(said: Said<'_>) -> HttpResponse {
    let shell =
        Shell { title: said.heading.to_owned(), installation: Installation::Real, ..Shell::default() };
    let page = ErrorPage { shell, heading: said.heading, what: said.what, link: said.link };
    let html = page.render().unwrap_or_else(|_| said.heading.to_owned());
    HttpResponse::build(said.status).content_type("text/html; charset=utf-8").body(html)
}

/// What the guard answers by itself.
pub fn trouble(trouble: Trouble, request: RequestId) -> HttpResponse {
    let what = format!("If this goes on, tell your network manager this number: {request}.");
    match trouble {
        Trouble::WrongHost => render(Said {
            status: StatusCode::BAD_REQUEST,
            heading: "This is not the address of Candour",
            what: "Use the address your school gave you.",
            link: None,
        }),
        Trouble::TooLarge => render(Said {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            heading: "That was too long",
            what: "Go back and shorten what you wrote. Nothing was saved.",
            link: None,
        }),
        Trouble::Panicked => render(Said {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            heading: "Something went wrong",
            what: &what,
            link: HOME,
        }),
    }
}

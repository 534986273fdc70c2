//! The only place that picks a status and words an error page. A case one may not know of and an address that does not
//! exist give the same answer.

use super::{fields::Fields, page::Shell, security::Trouble};
use crate::{
    domain::kernel::{codes::capital, ids::RequestId},
    service::ServiceError,
};
use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use askama::Template;
use std::borrow::Cow;

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
    /// The page needs a fresh sign-in: there, and then here again.
    #[error("not signed in freshly")]
    SignInAgain {
        /// Where to come back to.
        return_to: String,
    },
    /// A form that needs a fresh sign-in came too late after one.
    #[error("the fresh sign-in has passed")]
    NotFresh,
    /// The screen was hidden.
    #[error("hidden")]
    Hidden,
    /// A form came in without a session, or not from our own page.
    #[error("not our form")]
    NotOurForm,
    /// A report came in after its session was over. It is kept as a draft of whoever opened the page.
    #[error("kept as a draft")]
    KeptAsDraft {
        /// Where its owner signs in and finds it again.
        sign_in: String,
    },
    /// A report came in from a page of an earlier session of the person signed in now. It is kept as this draft.
    #[error("kept as a draft")]
    OpenDraft(String),
    /// Another form came in after its session was over: what was entered, to copy.
    #[error("not our form")]
    CopyBack(Fields),
    /// A form holds more than Candour takes.
    #[error("too long")]
    TooLong,
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
    /// Whether somebody was kept from something: it is written down, and answered with a number.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Service(ServiceError::NotFound | ServiceError::Refused(_)))
    }

    /// There is nothing at this address.
    pub fn not_found() -> Self {
        Self::Service(ServiceError::NotFound)
    }
}

impl From<crate::service::StoreError> for PageError {
    fn from(error: crate::service::StoreError) -> Self {
        Self::Service(ServiceError::from(error))
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    heading: &'a str,
    what: &'a str,
    link: Option<(&'a str, &'a str)>,
    number: String,
}

struct Said<'a> {
    status: StatusCode,
    heading: &'a str,
    what: Cow<'a, str>,
    link: Option<(&'a str, &'a str)>,
}

const HOME: Option<(&str, &str)> = Some(("/", "Go to your first page"));

impl PageError {
    fn said(&self) -> Said<'_> {
        fn say<'a>(
            status: StatusCode,
            heading: &'a str,
            what: impl Into<Cow<'a, str>>,
            link: Option<(&'a str, &'a str)>,
        ) -> Said<'a> {
            Said { status, heading, what: what.into(), link }
        }
        match self {
            Self::Service(ServiceError::NotFound) => say(
                StatusCode::NOT_FOUND,
                "Page not found",
                "Check the address. If you followed a link in Candour, the page may have moved or you may not be able to open it.",
                HOME,
            ),
            Self::Service(ServiceError::Refused(why)) => {
                say(StatusCode::FORBIDDEN, "You cannot do this", why.words(), HOME)
            }
            Self::Service(ServiceError::WrongState(why)) => {
                say(StatusCode::CONFLICT, "This cannot be done now", why.words(), HOME)
            }
            Self::Service(ServiceError::Stale) => say(
                StatusCode::CONFLICT,
                "This has been changed",
                "This was changed after you opened the page. Go back, copy what you wrote, open the page \
                 again and send it again.",
                HOME,
            ),
            Self::Service(ServiceError::Invalid(_)) => {
                say(StatusCode::BAD_REQUEST, "Something is missing", "Go back and check your answers.", HOME)
            }
            Self::Service(ServiceError::Unavailable(_)) => say(
                StatusCode::SERVICE_UNAVAILABLE,
                "Candour cannot answer just now",
                "Nothing you sent was saved. Go back, keep what you wrote, and try again in a minute. If a \
                 child is in danger, call 999 and tell your safeguarding lead in person.",
                None,
            ),
            Self::SignIn { .. } => say(StatusCode::SEE_OTHER, "Sign in", "Sign in first.", None),
            Self::SignInAgain { .. } => {
                say(StatusCode::SEE_OTHER, "Sign in again", "Sign in again first.", None)
            }
            Self::NotFresh => say(
                StatusCode::FORBIDDEN,
                "Sign in again to do this",
                "Nothing was saved. What you are doing needs a sign-in of the last 10 minutes. Sign in again, go back, and send it once more.",
                Some(("/signin?again=yes", "Sign in again")),
            ),
            Self::Hidden => say(StatusCode::SEE_OTHER, "Hidden", "Sign in again.", None),
            Self::NotOurForm => say(
                StatusCode::FORBIDDEN,
                "This page was open for too long",
                "Nothing was saved. Go back, copy what you wrote, sign in again and send it once more.",
                Some(("/signin", "Sign in")),
            ),
            Self::KeptAsDraft { sign_in } => say(
                StatusCode::ACCEPTED,
                "Not sent yet: sign in again",
                "You were signed out before this was sent. Nothing is lost: what you wrote is kept on the \
                 school’s server for 7 days, as a draft that only the person who opened this page can open. \
                 Sign in as that person, then send it.",
                Some((sign_in, "Sign in and go on")),
            ),
            Self::OpenDraft(_) => say(StatusCode::SEE_OTHER, "Saved", "It is kept as a draft.", None),
            Self::CopyBack(_) => say(StatusCode::FORBIDDEN, NOT_SAVED, "", None),
            Self::TooLong => say(StatusCode::PAYLOAD_TOO_LARGE, TOO_LONG, SHORTEN, None),
            Self::Bad(what) => say(StatusCode::BAD_REQUEST, "Candour could not read this", *what, HOME),
            Self::SignInFailed(words) => say(
                StatusCode::FORBIDDEN,
                "You could not be signed in",
                *words,
                Some(("/signin", "Try again")),
            ),
            Self::Template(_) => say(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "Your last change may not have been saved. Try again, and tell your network manager if it \
                 happens twice.",
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
            Self::SignInAgain { return_to } => Some(super::links::sign_in_again(return_to)),
            Self::Hidden => Some("/locked".to_owned()),
            Self::OpenDraft(draft) => Some(draft.clone()),
            Self::Service(_)
            | Self::NotFresh
            | Self::NotOurForm
            | Self::KeptAsDraft { .. }
            | Self::CopyBack(_)
            | Self::TooLong
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
        let html = self.page(Shell::default(), None).unwrap_or_default();
        HttpResponse::build(self.said().status).content_type("text/html; charset=utf-8").body(html)
    }
}

impl PageError {
    /// The page that says it, in a frame; nothing where the person is sent on to another page.
    pub(in crate::web) fn page(&self, frame: Shell, number: Option<RequestId>) -> Option<String> {
        match self {
            Self::SignIn { .. } | Self::SignInAgain { .. } | Self::Hidden | Self::OpenDraft(_) => None,
            Self::CopyBack(fields) => Some(copy_back(fields, frame)),
            Self::Service(_)
            | Self::NotFresh
            | Self::NotOurForm
            | Self::KeptAsDraft { .. }
            | Self::TooLong
            | Self::Bad(_)
            | Self::SignInFailed(_)
            | Self::Template(_) => Some(written(&self.said(), frame, number)),
        }
    }
}

const TOO_LONG: &str = "What you sent is too long";
const SHORTEN: &str = "Nothing was saved. Go back: what you wrote is still there. Send the most important \
    part first, up to 50,000 characters, and add the rest afterwards. If a child is in danger, call 999 and \
    tell your safeguarding lead in person.";

const NOT_SAVED: &str = "Not saved: copy what you wrote";

#[derive(Template)]
#[template(path = "copy_back.html")]
struct CopyBackPage {
    shell: Shell,
    entered: String,
}

/// Shows what was entered to the browser that sent it, as text to copy. It is kept nowhere: words about a case belong
/// into the case, and whether the person may still put them there is known only once they have signed in.
fn copy_back(fields: &Fields, frame: Shell) -> String {
    let line = |(name, value): (&str, &str)| format!("{}:\n{value}", capital(&name.replace(['_', '-'], " ")));
    let entered: Vec<String> = fields.filled().into_iter().map(line).collect();
    let shell = Shell { title: NOT_SAVED.to_owned(), ..frame };
    let page = CopyBackPage { shell, entered: entered.join("\n\n") };
    page.render().unwrap_or_else(|_| NOT_SAVED.to_owned())
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

fn written(said: &Said<'_>, frame: Shell, number: Option<RequestId>) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let shell = Shell { title: said.heading.to_owned(), ..frame };
    let page = ErrorPage { shell, heading: said.heading, what: &said.what, link: said.link, number };
    page.render().unwrap_or_else(|_| said.heading.to_owned())
}

fn render(said: Said<'_>) -> HttpResponse {
    let html = written(&said, Shell::default(), None);
    HttpResponse::build(said.status).content_type("text/html; charset=utf-8").body(html)
}

/// What the guard answers by itself. The address of the installation is no secret: whoever asked has reached it.
pub fn trouble(trouble: Trouble, request: RequestId, public: &str) -> HttpResponse {
    let go_there = format!("Go to {public}");
    let what = format!("If this goes on, tell your network manager this number: {request}.");
    match trouble {
        Trouble::WrongHost => render(Said {
            status: StatusCode::BAD_REQUEST,
            heading: "This is not the address of Candour",
            what: "Use the address your school gave you.".into(),
            link: Some((public, &go_there)),
        }),
        Trouble::TooLarge => render(Said {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            heading: TOO_LONG,
            what: SHORTEN.into(),
            link: None,
        }),
        Trouble::Panicked => render(Said {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            heading: "Something went wrong",
            what: what.as_str().into(),
            link: HOME,
        }),
    }
}

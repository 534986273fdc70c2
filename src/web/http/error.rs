//! The only place that picks a status and draws an error page. A case one may not know of and an address that does not
//! exist give the same answer.

use super::{
    error_words::{Advice, BadRequest, GoOn, Heading, PublicAddress, SignInProblem},
    fields::Fields,
    page::Shell,
    security::Trouble,
};
use crate::{
    domain::kernel::{codes::capital, ids::RequestId},
    service::ServiceError,
};
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
    /// No one is signed in: back to the sign-in page, and then here again.
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
    /// The page is not open to an account that waits to be confirmed: to the page that says what it waits for.
    #[error("the account waits to be confirmed")]
    AccountAwaited,
    /// A form came in without a session, or not from our own page.
    #[error("not our form")]
    NotOurForm,
    /// A report came in after its session was over. It is kept as a draft of the person who opened the page.
    #[error("kept as a draft")]
    KeptAsDraft {
        /// Where its owner signs in and finds it again.
        sign_in: String,
    },
    /// A report came in from a page of an earlier session of the person signed in now. It is kept as this draft.
    #[error("kept as a draft")]
    OpenDraft(String),
    /// A form that is not taken, and not kept either: what was entered, to copy.
    #[error("not taken: shown back")]
    CopyBack(Fields, ShownBack),
    /// A form holds more than Candour takes.
    #[error("too long")]
    TooLong,
    /// What was asked cannot be read.
    #[error("bad request: {}", .0.code())]
    Bad(BadRequest),
    /// The address is there, and not for this method.
    #[error("wrong method")]
    WrongMethod {
        /// Those it is for, as the header `Allow` has them.
        allowed: String,
    },
    /// Too many wrong one-time codes came from one network.
    #[error("too many codes")]
    TooManyCodes,
    /// The sign-in provider, or what it sent.
    #[error("not signed in: {}", .0.code())]
    SignInFailed(SignInProblem),
    /// A page could not be drawn.
    #[error("template")]
    Template(#[from] askama::Error),
}

/// Why a form is shown back to copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownBack {
    /// Its session was over.
    SignedOut,
    /// Its page is of this school, in which the account is no one, or no one any more.
    OfSchool(String),
}

impl PageError {
    /// Whether a person was kept from something: it is written down, and answered with a number.
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

/// What an error page says.
struct Explanation {
    status: StatusCode,
    heading: Heading,
    advice: Advice,
    /// An address, and the words of the link to it.
    link: Option<(String, GoOn)>,
}

impl Explanation {
    const fn new(status: StatusCode, heading: Heading, advice: Advice) -> Self {
        Self { status, heading, advice, link: None }
    }

    fn link(self, address: &str, words: GoOn) -> Self {
        Self { link: Some((address.to_owned(), words)), ..self }
    }

    fn home(self) -> Self {
        self.link("/", GoOn::FirstPage)
    }

    fn too_long() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, Heading::TooLong, Advice::Shorten)
    }

    fn of_service(error: &ServiceError) -> Self {
        match error {
            ServiceError::NotFound => {
                Self::new(StatusCode::NOT_FOUND, Heading::NotFound, Advice::CheckAddress).home()
            }
            ServiceError::Refused(why) => {
                Self::new(StatusCode::FORBIDDEN, Heading::Refused, Advice::Rule { why: why.clone() }).home()
            }
            ServiceError::WrongState(why) => {
                Self::new(StatusCode::CONFLICT, Heading::NotNow, Advice::Rule { why: why.clone() }).home()
            }
            ServiceError::Stale => {
                Self::new(StatusCode::CONFLICT, Heading::Changed, Advice::OpenAgain).home()
            }
            ServiceError::Invalid(_) => {
                Self::new(StatusCode::BAD_REQUEST, Heading::SomethingMissing, Advice::CheckAnswers).home()
            }
            ServiceError::Unavailable(_) => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, Heading::Unavailable, Advice::TryInAMinute)
            }
        }
    }
}

/// What a browser gets instead of the page.
enum Instead<'a> {
    /// Another address.
    Address(String),
    /// What was entered, to copy.
    CopyBack(&'a Fields, &'a ShownBack),
    /// An error page.
    Page(Explanation),
}

impl PageError {
    fn instead(&self) -> Instead<'_> {
        let explanation = match self {
            Self::SignIn { return_to } => {
                return Instead::Address(format!("/signin?{}", super::links::query("return_to", return_to)));
            }
            Self::SignInAgain { return_to } => {
                return Instead::Address(super::links::sign_in_again(return_to));
            }
            Self::Hidden => return Instead::Address("/locked".to_owned()),
            Self::AccountAwaited => return Instead::Address(super::links::AWAITED.to_owned()),
            Self::OpenDraft(draft) => return Instead::Address(draft.clone()),
            Self::CopyBack(fields, why) => return Instead::CopyBack(fields, why),
            Self::Service(error) => Explanation::of_service(error),
            Self::NotFresh => {
                Explanation::new(StatusCode::FORBIDDEN, Heading::NotFresh, Advice::SignInFreshly)
                    .link("/signin?again=yes", GoOn::SignInAgain)
            }
            Self::NotOurForm => {
                Explanation::new(StatusCode::FORBIDDEN, Heading::NotOurForm, Advice::SignInAndSend)
                    .link("/signin", GoOn::SignIn)
            }
            Self::KeptAsDraft { sign_in } => {
                Explanation::new(StatusCode::ACCEPTED, Heading::KeptAsDraft, Advice::SendDraft)
                    .link(sign_in, GoOn::SignInAndGoOn)
            }
            Self::TooLong => Explanation::too_long(),
            Self::Bad(why) => {
                let advice = Advice::Unreadable { why: *why };
                Explanation::new(StatusCode::BAD_REQUEST, Heading::BadRequest, advice).home()
            }
            Self::WrongMethod { .. } => {
                let (heading, advice) = (Heading::WrongMethod, Advice::OpenFromStart);
                Explanation::new(StatusCode::METHOD_NOT_ALLOWED, heading, advice).home()
            }
            Self::TooManyCodes => {
                Explanation::new(StatusCode::TOO_MANY_REQUESTS, Heading::TooManyCodes, Advice::WaitWithCodes)
            }
            Self::SignInFailed(why) => {
                let advice = Advice::SignIn { why: why.clone() };
                Explanation::new(StatusCode::FORBIDDEN, Heading::NotSignedIn, advice)
                    .link("/signin", GoOn::TryAgain)
            }
            Self::Template(_) => {
                Explanation::new(StatusCode::INTERNAL_SERVER_ERROR, Heading::Broken, Advice::NotDrawn).home()
            }
        };
        Instead::Page(explanation)
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self.instead() {
            Instead::Address(_) => StatusCode::SEE_OTHER,
            Instead::CopyBack(..) => StatusCode::FORBIDDEN,
            Instead::Page(explanation) => explanation.status,
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Instead::Address(address) = self.instead() {
            return HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish();
        }
        if let Self::Service(ServiceError::Unavailable(cause)) = self {
            tracing::error!(target: "candour::web", cause = %causes(cause), "unavailable");
        }
        let html = self.page(Shell::default(), None).unwrap_or_default();
        let mut answer = HttpResponse::build(self.status_code());
        if let Self::WrongMethod { allowed } = self {
            answer.insert_header((header::ALLOW, allowed.as_str()));
        }
        answer.content_type("text/html; charset=utf-8").body(html)
    }
}

impl PageError {
    /// The page that says it, in a frame; nothing if the person is sent on to another page.
    pub(in crate::web) fn page(&self, frame: Shell, number: Option<RequestId>) -> Option<String> {
        match self.instead() {
            Instead::Address(_) => None,
            Instead::CopyBack(fields, why) => Some(copy_back(fields, why, frame)),
            Instead::Page(explanation) => Some(written(&explanation, frame, number)),
        }
    }
}

#[derive(Template)]
#[template(path = "copy_back.html")]
struct CopyBackPage<'a> {
    shell: Shell,
    why: &'a ShownBack,
    entered: String,
}

/// Shows what was entered to the browser that sent it, as text to copy. It is kept nowhere: words about a case belong
/// into the case, and whether the person may still put them there is known only once they have signed in.
fn copy_back(fields: &Fields, why: &ShownBack, frame: Shell) -> String {
    let line = |(name, value): (&str, &str)| format!("{}:\n{value}", capital(&name.replace(['_', '-'], " ")));
    let entered: Vec<String> = fields.filled().into_iter().map(line).collect();
    let title = Heading::NotSaved.words();
    let shell = Shell { title: title.to_owned(), ..frame };
    let page = CopyBackPage { shell, why, entered: entered.join("\n\n") };
    page.render().unwrap_or_else(|_| title.to_owned())
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

fn written(explanation: &Explanation, frame: Shell, number: Option<RequestId>) -> String {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    let heading = explanation.heading.words();
    let what = explanation.advice.words();
    let link = explanation.link.as_ref().map(|(address, go_on)| (address.as_str(), go_on.words()));
    let page = ErrorPage {
        shell: Shell { title: heading.to_owned(), ..frame },
        heading,
        what: &what,
        link: link.as_ref().map(|(address, words)| (*address, words.as_str())),
        number,
    };
    page.render().unwrap_or_else(|_| heading.to_owned())
}

fn render(explanation: &Explanation) -> HttpResponse {
    let html = written(explanation, Shell::default(), None);
    HttpResponse::build(explanation.status).content_type("text/html; charset=utf-8").body(html)
}

/// What the guard answers by itself. The address of the installation is no secret: the browser that asked has reached it.
pub fn trouble(trouble: Trouble, request: RequestId, public: &str) -> HttpResponse {
    render(&match trouble {
        Trouble::WrongHost => {
            let go_there = GoOn::Address { address: PublicAddress(public.to_owned()) };
            Explanation::new(StatusCode::BAD_REQUEST, Heading::WrongHost, Advice::SchoolsAddress)
                .link(public, go_there)
        }
        Trouble::TooLarge => Explanation::too_long(),
        Trouble::LongAddress => {
            let (heading, advice) = (Heading::LongAddress, Advice::OpenFromStart);
            Explanation::new(StatusCode::URI_TOO_LONG, heading, advice).home()
        }
        Trouble::Panicked => {
            let advice = Advice::TellNumber { number: request };
            Explanation::new(StatusCode::INTERNAL_SERVER_ERROR, Heading::Broken, advice).home()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::kernel::codes::reworded, sso::client::SignInError};

    #[test]
    fn without_the_words_of_any_code_every_error_has_the_status_and_the_link_it_has_with_them() {
        let errors = || {
            [
                PageError::not_found(),
                PageError::Service(ServiceError::Stale),
                PageError::SignIn { return_to: "/cases".to_owned() },
                PageError::NotFresh,
                PageError::TooLong,
                PageError::TooManyCodes,
                PageError::WrongMethod { allowed: "GET, HEAD".to_owned() },
                PageError::Bad(BadRequest::NoButton),
                PageError::SignInFailed(SignInError::Declined.into()),
            ]
            .map(|error| match error.instead() {
                Instead::Address(address) => (StatusCode::SEE_OTHER, address),
                Instead::CopyBack(..) => (error.status_code(), String::new()),
                Instead::Page(page) => (page.status, page.link.map_or_else(String::new, |(to, _)| to)),
            })
        };
        assert_eq!(errors(), reworded(errors));
    }
}

//! Signing in through the school's provider: choosing the provider, going there, coming back.

pub mod code;
pub mod leaving;
pub mod schools;
pub mod sessions;

use crate::web::pages::{go_to, show};
use crate::{
    domain::entry::session::Asked,
    service::{
        clock::Randomness,
        entry::{
            sign_in::{self, FirstSignIn, SignInOutcome},
            started::{self, Origin, Use},
        },
    },
    sso::client::{Callback, Freshness, SignInError, SignInStart},
    web::http::{
        app::{App, SignInProvider},
        callers::{cookies::Cookie, device},
        error::PageError,
        error_words::{BadRequest, SignInProblem},
        frame::open_shell,
        links,
        page::Shell,
    },
};
use actix_web::{HttpRequest, HttpResponse, cookie::time::Duration, web};
use askama::Template;
use serde::Deserialize;

/// Where to come back to, and how.
#[derive(Debug, Deserialize)]
pub struct Asking {
    return_to: Option<String>,
    provider: Option<usize>,
    again: Option<String>,
}

impl Asking {
    fn asked(&self) -> Asked {
        if self.again.is_some() { Asked::Again } else { Asked::Remembered }
    }
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    heading: &'static str,
    why: &'static str,
    providers: Vec<(String, String)>,
}

/// Which way to sign in.
pub async fn page(
    request: HttpRequest,
    app: web::Data<App>,
    asking: web::Query<Asking>,
) -> Result<HttpResponse, PageError> {
    let back = asking.return_to.as_deref().map_or("/", started::own_address);
    let again = match asking.asked() {
        Asked::Again => "&again=yes",
        Asked::Remembered => "",
    };
    let link = |(at, provider): (usize, &SignInProvider)| {
        let back = links::query("return_to", back);
        (provider.identity.name.clone(), format!("/signin/start?provider={at}&{back}{again}"))
    };
    let providers = app.sign_in.iter().enumerate().map(link).collect();
    let (heading, why) = match asking.asked() {
        Asked::Again => (
            "Sign in again to go on",
            "This needs a fresh sign-in, so that no one can go on from a screen that you left open or hid.",
        ),
        Asked::Remembered => {
            ("Sign in", "Candour uses your school’s own sign-in. It never sees your password.")
        }
    };
    show(&SignInPage { shell: open_shell(&request, &app, heading), heading, why, providers })
}

/// Sends the browser to the provider.
pub async fn start(app: web::Data<App>, asking: web::Query<Asking>) -> Result<HttpResponse, PageError> {
    let app = app.into_inner();
    let Some(provider) = app.sign_in.get(asking.provider.unwrap_or(0)) else {
        return Err(PageError::Bad(BadRequest::NoSuchProvider));
    };
    let asked = asking.asked();
    let freshness = match asked {
        Asked::Again => Freshness::Again,
        Asked::Remembered => Freshness::Remembered,
    };
    let now = app.clock.now();
    let SignInStart { authorize_url, pending } = provider
        .client
        .start(freshness, Randomness::bytes, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.into()))?;
    let back = asking.return_to.clone().unwrap_or_else(|| "/".to_owned());
    let provider = provider.identity.name.clone();
    let cookie = app
        .run(move |candour| {
            started::begin(candour, &provider, &pending, (asked, &back), now, &mut Randomness)
        })
        .await?;
    let mut answer = go_to(authorize_url.as_str());
    let age = Duration::seconds(started::SIGN_IN_WITHIN.num_seconds());
    Cookie::StartedSignIn.set(&mut answer, app.transport, cookie, Some(age));
    Ok(answer)
}

/// Takes the provider's answer.
pub async fn callback(
    request: HttpRequest,
    app: web::Data<App>,
    returned: web::Query<Callback>,
) -> Result<HttpResponse, PageError> {
    let app = app.into_inner();
    let returned = returned.into_inner();
    let now = app.clock.now();
    let cookie = Cookie::StartedSignIn.of(&request, app.transport).unwrap_or_default();
    let state = returned.state.clone().unwrap_or_default();
    let begun = match app.run(move |candour| started::origin(candour, &cookie, &state, now)).await? {
        Origin::Here(begun) => *begun,
        Origin::TooLongAgo => return Err(PageError::SignInFailed(SignInProblem::TooLate)),
        Origin::Elsewhere => return Err(PageError::SignInFailed(SignInError::NotStartedHere.into())),
    };
    let Some(provider) = app.sign_in.iter().find(|provider| provider.identity.name == begun.provider) else {
        return Err(PageError::SignInFailed(SignInProblem::ProviderRemoved));
    };
    let identity = provider
        .client
        .finish(&begun.pending(), &returned, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.into()))?;
    let before = session_token(&request, &app);
    let (identity_provider, device) = (provider.identity.clone(), device::words(&request));
    let return_to = begun.return_to.clone();
    let arrived = app
        .run(move |candour| {
            if started::use_up(candour, &begun, now)? == Use::Again {
                return Ok(None);
            }
            let arriving = FirstSignIn {
                identity: &identity,
                provider: &identity_provider,
                asked: begun.asked,
                return_to: &begun.return_to,
                device: &device,
                before: before.as_deref(),
            };
            sign_in::complete(candour, &arriving, now, &mut Randomness).map(Some)
        })
        .await?;
    let Some(arrived) = arrived else { return Err(PageError::SignInFailed(SignInProblem::TooLate)) };
    let mut answer = match arrived {
        SignInOutcome::In(opened) => {
            let mut answer = go_to(&opened.return_to);
            Cookie::Session.set(&mut answer, app.transport, opened.token, None);
            answer
        }
        SignInOutcome::Outside { token } => {
            let mut answer = go_to("/signin/code");
            Cookie::Outside.set(&mut answer, app.transport, token, Some(Duration::minutes(30)));
            answer
        }
        SignInOutcome::AgainFirst => go_to(&links::sign_in_again(&return_to)),
        SignInOutcome::Pupil => {
            return Err(PageError::SignInFailed(SignInProblem::Pupil));
        }
    };
    Cookie::StartedSignIn.set(&mut answer, app.transport, String::new(), Some(Duration::ZERO));
    Ok(answer)
}

/// The session's token that this browser brought.
fn session_token(request: &HttpRequest, app: &App) -> Option<String> {
    Cookie::Session.of(request, app.transport)
}

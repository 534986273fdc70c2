//! Signing in through the school's provider: choosing the provider, going there, coming back.

pub mod code;
pub mod leaving;
pub mod schools;
pub mod sessions;

use crate::web::pages::{go_to, show};
use crate::{
    domain::entry::session::Asked,
    service::{
        ServiceError,
        clock::Randomness,
        entry::sign_in::{self, FirstSignIn, SignInOutcome},
    },
    sso::client::{Callback, Freshness, SignInError},
    web::http::{
        app::{App, SignInProvider},
        device,
        error::PageError,
        error_words::{BadRequest, SignInProblem},
        extract::{OUTSIDE, cookie_name},
        frame::open_shell,
        links,
        page::Shell,
        security::Transport,
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    web,
};
use askama::Template;
use serde::Deserialize;
use std::sync::Arc;

/// Binds a sign-in on its way to the browser that began it.
const ON_ITS_WAY: &str = "candour-sign-in";

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
    let back = asking.return_to.as_deref().map_or("/", sign_in::own_address);
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
    let started = provider
        .client
        .start(freshness, Randomness::bytes, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.into()))?;
    let back = asking.return_to.clone().unwrap_or_else(|| "/".to_owned());
    let (provider, pending) = (provider.identity.name.clone(), started.pending);
    let state = pending.state.clone();
    app.run(move |candour| sign_in::begin(candour, &provider, &pending, (asked, &back), now)).await?;
    let mut answer = go_to(started.authorize_url.as_str());
    set(&mut answer, &app, ON_ITS_WAY, state, Some(Duration::minutes(15)));
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
    let began_here = request.cookie(ON_ITS_WAY).map(|c| c.value().to_owned()).unwrap_or_default();
    let state = returned.state.clone().unwrap_or_default();
    if state.is_empty() || state != began_here {
        return Err(PageError::SignInFailed(SignInError::NotStartedHere.into()));
    }
    let taken = app.run(move |candour| sign_in::take_pending(candour, &state, now)).await;
    let (kept, pending) = match taken {
        Ok(taken) => taken,
        Err(ServiceError::NotFound) => {
            return Err(PageError::SignInFailed(SignInProblem::TooLate));
        }
        Err(other) => return Err(other.into()),
    };
    let Some(provider) = app.sign_in.iter().find(|provider| provider.identity.name == kept.provider) else {
        return Err(PageError::SignInFailed(SignInProblem::ProviderRemoved));
    };
    let identity = provider
        .client
        .finish(&pending, &returned, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.into()))?;
    let before = session_token(&request, &app);
    let (identity_provider, device) = (provider.identity.clone(), device::words(&request));
    let (asked, return_to) = (kept.asked, kept.return_to.clone());
    let arrived = app
        .run(move |candour| {
            let arriving = FirstSignIn {
                identity: &identity,
                provider: &identity_provider,
                asked,
                return_to: &return_to,
                device: &device,
                before: before.as_deref(),
            };
            sign_in::complete(candour, &arriving, now, &mut Randomness)
        })
        .await?;
    let mut answer = match arrived {
        SignInOutcome::In(opened) => {
            let mut answer = go_to(&opened.return_to);
            set(&mut answer, &app, cookie_name(app.transport), opened.token, None);
            answer
        }
        SignInOutcome::Outside { token } => {
            let mut answer = go_to("/signin/code");
            set(&mut answer, &app, OUTSIDE, token, Some(Duration::minutes(30)));
            answer
        }
        SignInOutcome::AgainFirst => {
            go_to(&format!("/signin?{}&again=yes", links::query("return_to", &kept.return_to)))
        }
        SignInOutcome::Pupil => {
            return Err(PageError::SignInFailed(SignInProblem::Pupil));
        }
    };
    set(&mut answer, &app, ON_ITS_WAY, String::new(), Some(Duration::ZERO));
    Ok(answer)
}

/// The session's token that this browser brought.
fn session_token(request: &HttpRequest, app: &App) -> Option<String> {
    request.cookie(cookie_name(app.transport)).map(|cookie| cookie.value().to_owned())
}

fn set(answer: &mut HttpResponse, app: &Arc<App>, name: &'static str, value: String, age: Option<Duration>) {
    let mut cookie = Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(app.transport == Transport::Tls)
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(age);
    // Letters, digits, dashes and dots always fit a header.
    let _ = answer.add_cookie(&cookie);
}

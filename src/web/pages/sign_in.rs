//! Signing in through the school's provider, signing out, hiding the screen, changing school.

use super::{go_to, show, words::open_shell};
use crate::{
    service::{ServiceError, clock::Randomness, sign_in},
    sso::client::{Freshness, Returned},
    web::{
        app::App,
        error::PageError,
        extract::{CheckedForm, SignedIn, cookie_name},
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

/// Where to come back to.
#[derive(Debug, Deserialize)]
pub struct Asked {
    return_to: Option<String>,
    provider: Option<usize>,
    again: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    shell: Shell,
    doors: Vec<(String, String)>,
}

/// Which way to sign in.
pub async fn page(
    request: HttpRequest,
    app: web::Data<App>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, PageError> {
    let back = asked.return_to.as_deref().map_or("/", sign_in::own_address);
    let door = |(at, (name, _)): (usize, &(String, _))| {
        (name.clone(), format!("/signin/start?provider={at}&{}", links::query("return_to", back)))
    };
    let doors = app.sign_in.iter().enumerate().map(door).collect();
    show(&SignInPage { shell: open_shell(&request, &app, "Sign in"), doors })
}

/// Sends the browser to the provider.
pub async fn start(app: web::Data<App>, asked: web::Query<Asked>) -> Result<HttpResponse, PageError> {
    let app = app.into_inner();
    let Some((name, client)) = app.sign_in.get(asked.provider.unwrap_or(0)) else {
        return Err(PageError::Bad("There is no such way to sign in."));
    };
    let freshness = if asked.again.is_some() { Freshness::Again } else { Freshness::Remembered };
    let now = app.clock.now();
    let started = client
        .start(freshness, Randomness::bytes, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.words()))?;
    let back = asked.return_to.clone().unwrap_or_else(|| "/".to_owned());
    let (provider, pending) = (name.clone(), started.pending);
    let state = pending.state.clone();
    let needs_fresh = asked.again.is_some();
    app.run(move |db| sign_in::begin(db, &provider, &pending, &back, now)).await?;
    let mut answer = go_to(started.authorize_url.as_str());
    let kept = if needs_fresh { format!("{state}.again") } else { state };
    set(&mut answer, &app, ON_ITS_WAY, kept, Some(Duration::minutes(15)));
    Ok(answer)
}

/// Takes the provider's answer.
pub async fn callback(
    request: HttpRequest,
    app: web::Data<App>,
    returned: web::Query<Returned>,
) -> Result<HttpResponse, PageError> {
    let app = app.into_inner();
    let returned = returned.into_inner();
    let now = app.clock.now();
    let cookie = request.cookie(ON_ITS_WAY).map(|c| c.value().to_owned()).unwrap_or_default();
    let (began_here, again) = match cookie.strip_suffix(".again") {
        Some(state) => (state.to_owned(), true),
        None => (cookie, false),
    };
    let state = returned.state.clone().unwrap_or_default();
    if state.is_empty() || state != began_here {
        return Err(PageError::SignInFailed("This sign-in was not started in this browser. Start again."));
    }
    let taken = app.run(move |db| sign_in::returned(db, &state, now)).await;
    let (kept, mut pending) = match taken {
        Ok(taken) => taken,
        Err(ServiceError::NotFound) => {
            return Err(PageError::SignInFailed(
                "This sign-in took too long or was used already. Start again.",
            ));
        }
        Err(other) => return Err(other.into()),
    };
    if again {
        pending.authenticated_since = Some(pending.started_at);
    }
    let Some((name, client)) = app.sign_in.iter().find(|(name, _)| *name == kept.provider) else {
        return Err(PageError::SignInFailed("This way to sign in was taken away. Start again."));
    };
    let identity = client
        .finish(&pending, &returned, now)
        .await
        .map_err(|error| PageError::SignInFailed(error.words()))?;
    let old = request.cookie(cookie_name(app.transport)).map(|cookie| cookie.value().to_owned());
    let provider = name.clone();
    let opened = app
        .run(move |db| {
            let opened = sign_in::open(db, &identity, &provider, now, &mut Randomness)?;
            if let Some(old) = old {
                sign_in::end(db, &old, now)?;
            }
            Ok(opened)
        })
        .await;
    let opened = match opened {
        Ok(opened) => opened,
        Err(ServiceError::NotFound) => {
            return Err(PageError::SignInFailed(
                "Your school’s sign-in knows you, and Candour does not yet. Ask your administrator to add you. Until then, tell the safeguarding lead about a concern in person.",
            ));
        }
        Err(other) => return Err(other.into()),
    };
    let mut answer = go_to(&kept.return_to);
    set(&mut answer, &app, cookie_name(app.transport), opened.token, None);
    set(&mut answer, &app, ON_ITS_WAY, String::new(), Some(Duration::ZERO));
    Ok(answer)
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

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    shell: Shell,
    heading: &'static str,
    what: &'static str,
    button: &'static str,
    href: String,
}

/// After signing out.
pub async fn signed_out(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let heading = "You have signed out";
    show(&SignedOut {
        shell: open_shell(&request, &app, heading),
        heading,
        what: "Close this window if other people use this device.",
        button: "Sign in again",
        href: "/signin".to_owned(),
    })
}

/// The hidden screen. It needs a fresh sign-in, also after Back.
pub async fn hidden(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let heading = "The screen is hidden";
    show(&SignedOut {
        shell: open_shell(&request, &app, heading),
        heading,
        what: "Sign in again to go on.",
        button: "Sign in",
        href: "/signin/start?provider=0&again=yes".to_owned(),
    })
}

/// Ends the session.
pub async fn sign_out(request: HttpRequest, posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let app = Arc::clone(&posted.by.app);
    let now = posted.by.op.now;
    if let Some(token) = request.cookie(cookie_name(app.transport)).map(|cookie| cookie.value().to_owned()) {
        app.run(move |db| sign_in::end(db, &token, now)).await?;
    }
    let mut answer = go_to("/signed-out");
    set(&mut answer, &app, cookie_name(app.transport), String::new(), Some(Duration::ZERO));
    Ok(answer)
}

/// Hides the screen.
pub async fn hide(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let op = posted.by.op.clone();
    posted.by.app.run(move |db| sign_in::hide(db, &op)).await?;
    Ok(go_to("/locked"))
}

#[derive(Template)]
#[template(path = "schools.html")]
struct Schools {
    shell: Shell,
    places: Vec<(String, String)>,
}

/// The schools the person works in.
pub async fn schools(by: SignedIn) -> Result<HttpResponse, PageError> {
    let op = by.op.clone();
    let places = by.app.run(move |db| sign_in::places(db, &op)).await?;
    let places = places
        .into_iter()
        .filter(|place| place.school != by.op.viewer.school())
        .map(|place| (place.school.to_string(), place.name))
        .collect();
    show(&Schools { shell: by.shell("Change school", "/schools"), places })
}

/// Goes on in another school.
pub async fn change_school(posted: CheckedForm) -> Result<HttpResponse, PageError> {
    let to = posted.fields.get("school").parse().map_err(|_| PageError::not_found())?;
    let op = posted.by.op.clone();
    posted.by.app.run(move |db| sign_in::change_school(db, &op, to)).await?;
    Ok(go_to("/"))
}

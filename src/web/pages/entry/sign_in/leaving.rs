//! Leaving: signing out here and at the provider, being signed out by the provider, hiding the screen.

use super::{session_token, show};
use crate::{
    service::entry::{sessions, sign_in},
    web::{
        http::{
            app::App, body, callers::cookies::Cookie, error::PageError, extract::SessionForm, fields::Fields,
            frame::open_shell, page::Shell,
        },
        pages::go_to,
    },
};
use actix_web::{HttpRequest, HttpResponse, cookie::time::Duration, http::header, web};
use askama::Template;
use std::sync::Arc;
use url::Url;

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOut {
    shell: Shell,
    heading: &'static str,
    what: &'static str,
    button: &'static str,
    href: String,
    provider: Option<(String, String)>,
}

/// After signing out at the provider too.
pub async fn signed_out(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let shell = open_shell(&request, &app, "You have signed out");
    show(&goodbye(shell, None))
}

fn goodbye(shell: Shell, provider: Option<(String, String)>) -> SignedOut {
    SignedOut {
        shell,
        heading: "You have signed out",
        what: "Close this window if other people use this device.",
        button: "Sign in again",
        href: "/signin".to_owned(),
        provider,
    }
}

/// The hidden screen. It needs a fresh sign-in, also after Back.
pub async fn hidden(request: HttpRequest, app: web::Data<App>) -> Result<HttpResponse, PageError> {
    let heading = "The screen is hidden";
    show(&SignedOut {
        shell: open_shell(&request, &app, heading),
        heading,
        what: "Sign in again, with your password, to go on.",
        button: "Sign in",
        href: "/signin?again=yes".to_owned(),
        provider: None,
    })
}

/// Ends the session, and says how to leave the provider's too: the next person at the device would otherwise be let in by
/// the sign-in that the provider remembers.
pub async fn sign_out(request: HttpRequest, posted: SessionForm) -> Result<HttpResponse, PageError> {
    let app = Arc::clone(&posted.by.app);
    let (op, now) = (posted.by.op.clone(), posted.by.op.now);
    let (provider, id_token) = app.run(move |candour| sign_in::id_token(candour, &op)).await?;
    if let Some(token) = session_token(&request, &app) {
        app.run(move |candour| sessions::end(candour, &token, now)).await?;
    }
    let mut there = None;
    if let Some(known) = app.sign_in.iter().find(|known| known.identity.name == provider)
        && let Ok(back) = Url::parse(&app.origin).and_then(|origin| origin.join("/signed-out"))
        // A provider that is down keeps no one from leaving.
        && let Ok(Some(address)) = known.client.sign_out_url(id_token.as_ref(), &back, now).await
    {
        there = Some((known.identity.name.clone(), address.to_string()));
    }
    let mut answer = show(&goodbye(open_shell(&request, &app, "You have signed out"), there))?;
    Cookie::Session.set(&mut answer, app.transport, String::new(), Some(Duration::ZERO));
    Ok(answer)
}

/// For so long a browser that was closed still knows that its screen was hidden.
const HIDDEN_FOR: Duration = Duration::days(7);

/// Hides the screen. The cookie, which opens nothing until a fresh sign-in, outlasts the browser's being closed: the
/// sign-in that the provider remembers may do so too.
pub async fn hide(request: HttpRequest, posted: SessionForm) -> Result<HttpResponse, PageError> {
    let app = Arc::clone(&posted.by.app);
    let op = posted.by.op.clone();
    app.run(move |candour| sessions::hide(candour, &op)).await?;
    let mut answer = go_to("/locked");
    if let Some(token) = session_token(&request, &app) {
        Cookie::Session.set(&mut answer, app.transport, token, Some(HIDDEN_FOR));
    }
    Ok(answer)
}

/// The provider says that a person signed out there: their sessions here end before it is answered (OpenID Connect
/// Back-Channel Logout 1.0, section 2.8). The token is its own proof; no cookie plays a part.
pub async fn signed_out_there(app: web::Data<App>, posted: web::Payload) -> HttpResponse {
    let app = app.into_inner();
    let now = app.clock.now();
    let answer = |ok| {
        let mut answer = if ok { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
        answer.insert_header((header::CACHE_CONTROL, "no-store")).finish()
    };
    let Ok(body) = body::read_within(posted.into_inner(), app.body_within).await else {
        return answer(false);
    };
    let fields = Fields::read(&body);
    for provider in app.sign_in.iter() {
        if let Ok(logout) = provider.client.logout(fields.get("logout_token"), now).await {
            let ended = app.run(move |candour| sign_in::provider_signed_out(candour, &logout, now)).await;
            // If the database does not answer, the provider is to try again.
            return answer(ended.is_ok());
        }
    }
    tracing::warn!(target: "candour::sign_in", "a logout that no provider of ours sent was refused");
    answer(false)
}

//! From a request to somebody signed in, and from a posted form to fields known to be ours. A handler that needs
//! either asks for these types; there is no other way to a viewer.

use super::{
    app::App,
    body,
    csrf::{self, CsrfSecret},
    error::PageError,
    fields::Fields,
    links,
    page::{NavItem, Place, Shell, Spacing, Theme},
    pages::{close, inspection},
    routes::{self, Audience, Caseload, Endpoint},
    security::Transport,
    unsent,
};
use crate::{
    domain::{
        ids::{Random, RequestId},
        people::Office,
    },
    service::{
        Form, Op, ServiceError, Viewer,
        clock::Randomness,
        desk,
        sign_in::{self, Noting, Session},
    },
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::Method, web};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::{future::Future, pin::Pin, sync::Arc};

/// The cookie of somebody who waits for a one-time code.
pub const OUTSIDE: &str = "candour-outside";

/// The cookie that holds a session's token.
pub fn cookie_name(transport: Transport) -> &'static str {
    match transport {
        Transport::Tls => "__Host-candour",
        Transport::Plain => "candour",
    }
}

/// Somebody signed in, whom this address is for.
#[derive(Clone)]
pub struct SignedIn {
    /// The request as use cases see it.
    pub op: Op,
    /// The site.
    pub app: Arc<App>,
    /// Whether they have a case though they sit at no desk.
    pub caseload: Caseload,
    look: (Theme, Spacing),
    left: &'static str,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignedIn({})", self.op.request)
    }
}

impl SignedIn {
    /// A page's frame: header, menu and the token its forms need.
    pub fn shell(&self, title: &str, here: &str) -> Shell {
        let viewer = &self.op.viewer;
        Shell {
            title: title.to_owned(),
            school: Some(viewer.school_name().to_owned()),
            change_school: viewer.works_elsewhere().then(|| "/schools".to_owned()),
            person: Some(viewer.name().to_owned()),
            nav: menu(viewer, self.caseload, here),
            footer: footer(),
            csrf: secret(viewer).token(&mut Randomness),
            installation: self.app.installation,
            theme: self.look.0,
            spacing: self.look.1,
            done: self.left,
            request_id: self.op.request.to_string(),
            ..Shell::default()
        }
    }

    /// A key for a form on a page, so that it is taken once.
    pub fn form_key(&self) -> String {
        let mut bytes = [0; 18];
        Randomness.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The links at the foot of every page.
pub fn footer() -> Vec<NavItem> {
    vec![
        NavItem::new("/help", "Help"),
        NavItem::new("/settings", "Your settings"),
        NavItem::new("/accessibility", "Accessibility statement"),
        NavItem::new("/privacy", "How we use this information"),
    ]
}

fn menu(viewer: &Viewer, caseload: Caseload, here: &str) -> Vec<NavItem> {
    let mut items = Vec::new();
    if Audience::Desk.admits(viewer, caseload) {
        items.push(("/queue", "Your desk"));
        items.push(("/cases", "All cases"));
    }
    if Audience::Inspector.admits(viewer, caseload) {
        items.push((inspection::HERE, "Records for inspection"));
    }
    items.push(("/report", "Report a concern"));
    items.push(("/my-reports", "My reports"));
    if Audience::Statistics.admits(viewer, caseload) {
        items.push(("/statistics", "Statistics"));
    }
    if Audience::Calendar.admits(viewer, caseload) {
        items.push(("/calendar", "Calendar"));
    }
    if Audience::Settings.admits(viewer, caseload) {
        items.push(("/admin/settings", "School settings"));
    }
    if Audience::Administrator.admits(viewer, caseload) {
        items.push(("/admin/people", "People"));
        items.push(("/admin/people/import", "Import people"));
    }
    if Audience::Codes.admits(viewer, caseload) {
        items.push(("/admin/arrivals", "Letting people in"));
    }
    let duties = if Audience::Duties.admits(viewer, caseload) { "/admin/duties" } else { "/duties" };
    if Audience::OnDuty.admits(viewer, caseload) {
        items.push((duties, "Duties"));
    }
    if Audience::CloseTo.admits(viewer, caseload) {
        items.push((close::HERE, "Who is close to whom"));
    }
    if viewer.waits_for_code() {
        items.push(("/settings/code", "Enter your code"));
    }
    let place = |href: &str| if href == here { Place::Here } else { Place::Elsewhere };
    let entry = |(href, text): (&str, &str)| {
        let item = NavItem::new(href, text).at(place(href));
        if href == duties && viewer.has_duty_news() { item.waiting("new") } else { item }
    };
    items.into_iter().map(entry).collect()
}

fn secret(viewer: &Viewer) -> CsrfSecret {
    let mut bytes = [0; 32];
    // Kept by us as 32 bytes; were it anything else no token could match it.
    let _ = URL_SAFE_NO_PAD.decode_slice(viewer.csrf(), &mut bytes);
    CsrfSecret::from_bytes(bytes)
}

/// Finds out who asks, for the frame of a page that is for everybody.
pub async fn recognise(request: &HttpRequest) {
    // Whoever is not signed in gets the frame of nobody.
    let _ = who(request).await;
}

/// Who asks, by their session. The frame of whatever page they get is theirs from here on.
async fn who(request: &HttpRequest) -> Result<SignedIn, PageError> {
    let Some(app) = request.app_data::<web::Data<App>>() else { return Err(PageError::not_found()) };
    let app = Arc::clone(app);
    let id = request_id(request, &app);
    let now = app.clock.now();
    let token = request.cookie(cookie_name(app.transport)).map(|cookie| cookie.value().to_owned());
    let noting = if request.method() == Method::POST { Noting::IfOverdue } else { Noting::Now };
    let session = match token {
        None => Session::None,
        Some(token) => app.run(move |candour| Ok(sign_in::resume(candour, &token, now, noting)?)).await?,
    };
    let viewer = match session {
        Session::Live(viewer) => *viewer,
        Session::Hidden => return Err(PageError::Hidden),
        Session::None => return Err(not_signed_in(request)),
    };
    let op = Op { viewer, now, request: id };
    let caseload = caseload(&app, &op.viewer).await?;
    let by =
        SignedIn { op, app, caseload, look: look(request), left: links::left_by(request.query_string()) };
    request.extensions_mut().insert(by.clone());
    Ok(by)
}

/// Whoever is signed in, where the address is for them.
pub(super) async fn signed_in(request: HttpRequest) -> Result<SignedIn, PageError> {
    let by = who(&request).await?;
    let pattern = request.match_pattern().unwrap_or_default();
    let endpoint = routes::endpoint(request.method(), &pattern);
    let is_for_them = |endpoint: &&Endpoint| endpoint.audience.admits(&by.op.viewer, by.caseload);
    let Some(endpoint) = endpoint.filter(is_for_them) else {
        return Err(PageError::not_found());
    };
    if endpoint.sign_in == routes::SignIn::Fresh && !by.op.viewer.is_fresh() {
        return Err(not_fresh(&request));
    }
    Ok(by)
}

/// Asked only of those who sit at no desk.
async fn caseload(app: &Arc<App>, viewer: &Viewer) -> Result<Caseload, PageError> {
    // What was selected for an inspector is no caseload: it has a page of its own.
    if !viewer.standing().seats.is_empty() || viewer.standing().is(Office::Inspector) {
        return Ok(Caseload::None);
    }
    let viewer = viewer.clone();
    let has_cases = app.run(move |candour| Ok(desk::has_cases(candour, &viewer)?)).await?;
    Ok(if has_cases { Caseload::OfTheirOwn } else { Caseload::None })
}

fn not_fresh(request: &HttpRequest) -> PageError {
    if request.method() == Method::GET {
        let asked = request.uri().path_and_query().map_or("/", |path| path.as_str());
        PageError::SignInAgain { return_to: asked.to_owned() }
    } else {
        PageError::NotFresh
    }
}

fn not_signed_in(request: &HttpRequest) -> PageError {
    if request.method() == Method::GET {
        let asked = request.uri().path_and_query().map_or("/", |path| path.as_str());
        PageError::SignIn { return_to: asked.to_owned() }
    } else {
        PageError::NotOurForm
    }
}

/// The id that the guard gave this request.
pub fn request_id(request: &HttpRequest, app: &App) -> RequestId {
    let given = request.extensions().get::<RequestId>().copied();
    given.unwrap_or_else(|| RequestId::draw(app.clock.now(), &mut Randomness))
}

/// How the person likes pages to look, from a cookie that says nothing else.
pub fn look(request: &HttpRequest) -> (Theme, Spacing) {
    let cookie = request.cookie("candour-look").map(|cookie| cookie.value().to_owned()).unwrap_or_default();
    let theme = if cookie.contains("dark") {
        Theme::Dark
    } else if cookie.contains("light") {
        Theme::Light
    } else {
        Theme::Device
    };
    let spacing = if cookie.contains("wide") { Spacing::Wide } else { Spacing::Usual };
    (theme, spacing)
}

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(signed_in(request.clone()))
    }
}

/// A form posted from one of Candour's own pages by somebody signed in whom the address is for. Its fields cannot be
/// had before all of that is known.
#[derive(Debug)]
pub struct CheckedForm {
    /// Who posted it.
    pub by: SignedIn,
    /// What they posted.
    pub fields: Fields,
    /// The form, as what keeps it from being taken twice sees it.
    pub form: Form,
}

impl FromRequest for CheckedForm {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body::read(payload.take());
        let request = request.clone();
        Box::pin(async move {
            let (by, body) = (signed_in(request.clone()).await, body.await);
            let body = match body {
                Ok(body) => body,
                // Whoever is not signed in learns that first.
                Err(unread) => return Err(by.err().unwrap_or(unread)),
            };
            let fields = Fields::read(&body);
            match by {
                Ok(by) if is_ours(&request, &by, fields.get("csrf")) => {
                    let form = fields.form(request.path());
                    Ok(Self { by, fields, form })
                }
                Ok(by) => {
                    Err(unsent::rescue(&request, fields, Some(by.op.viewer), PageError::NotOurForm).await)
                }
                Err(why) => Err(unsent::rescue(&request, fields, None, why).await),
            }
        })
    }
}

/// Whether a form with this token was posted from a page of this session.
pub(super) fn is_ours(request: &HttpRequest, by: &SignedIn, token: &str) -> bool {
    csrf::same_origin(request.headers(), &by.app.origin)
        .and_then(|()| secret(&by.op.viewer).verify(token))
        .is_ok()
}

/// The token of somebody who waits for a one-time code, and what their form is to carry.
pub fn outside_token(request: &HttpRequest) -> Option<(String, String)> {
    let token = request.cookie(OUTSIDE).map(|cookie| cookie.value().to_owned()).filter(|t| !t.is_empty())?;
    let csrf = outside_secret(&token).token(&mut Randomness);
    Some((token, csrf))
}

fn outside_secret(token: &str) -> CsrfSecret {
    CsrfSecret::from_bytes(Sha256::digest(token).into())
}

/// A form posted by somebody who is not signed in and waits for a one-time code.
pub struct OutsideForm {
    /// The site.
    pub app: Arc<App>,
    /// Their cookie's token.
    pub token: String,
    /// What they posted.
    pub fields: Fields,
    /// What the form is to carry if it is shown again.
    pub csrf: String,
}

impl FromRequest for OutsideForm {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body::read(payload.take());
        let request = request.clone();
        Box::pin(async move {
            let Some(app) = request.app_data::<web::Data<App>>() else { return Err(PageError::not_found()) };
            let (token, csrf) = outside_token(&request).ok_or(PageError::NotOurForm)?;
            let body = body.await?;
            let fields = Fields::read(&body);
            let ours = csrf::same_origin(request.headers(), &app.origin)
                .and_then(|()| outside_secret(&token).verify(fields.get("csrf")));
            ours.map_err(|_| PageError::NotOurForm)?;
            Ok(Self { app: Arc::clone(app), token, fields, csrf })
        })
    }
}

impl From<crate::service::StoreError> for PageError {
    fn from(error: crate::service::StoreError) -> Self {
        Self::Service(ServiceError::from(error))
    }
}

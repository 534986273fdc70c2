//! The gate before every handler: who asks, by their session, and whether the address is for them. `routes::mount` puts it
//! there, and nothing else makes a [`SignedIn`]: a handler that takes one has been through it, and so has one that forgot.
//!
//! A page is of the school that its session is in; a form is of the school whose page it was drawn on. If the session has
//! moved on, the person who sent the form is let in as who they are there, or gets back what they wrote.

use super::{
    app::App,
    audience::{Audience, Caseload, FormAbout, SignIn},
    callers::cookies::Cookie,
    csrf::{self, CsrfSecret},
    error::{PageError, ShownBack},
    expired_session, frame, links,
    page::{Shell, Spacing, Theme},
    posted::Posted,
};
use crate::{
    domain::{
        entry::account_proof::AccountProof,
        kernel::ids::{Random, RequestId, SchoolId},
        people::Office,
    },
    service::{
        Op, Viewer,
        case::desk,
        clock::Randomness,
        entry::{
            page_school::{self, WhoThere},
            sessions::{self, Noting, Session},
            started::own_address,
        },
    },
};
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    middleware::Next,
    web,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{
    future::{Ready, ready},
    sync::Arc,
};

/// A person signed in who this address is for.
#[derive(Clone)]
pub struct SignedIn {
    /// The request as use cases see it.
    pub op: Op,
    /// The site.
    pub app: Arc<App>,
    /// Whether they have a case though they sit at no desk.
    pub caseload: Caseload,
    /// The school the session is in, if the form in hand is of another one.
    session_in: Option<String>,
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
            nav: frame::menu(viewer, self.caseload, here),
            footer: frame::footer(),
            session_in: self.session_in.clone(),
            csrf: secret_of(viewer).page_token(viewer.school(), &mut Randomness),
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

/// A person signed in, whether or not the address is for them: for the frame of their page, and for what they were refused.
#[derive(Clone)]
pub(in crate::web) struct Requester(SignedIn);

impl Requester {
    /// The person who asked, if that is known by now.
    pub(in crate::web) fn of(request: &HttpRequest) -> Option<Self> {
        request.extensions().get::<Self>().cloned()
    }

    /// The request as use cases see it.
    pub(in crate::web) fn op(&self) -> &Op {
        &self.0.op
    }

    /// The site.
    pub(in crate::web) fn app(&self) -> &Arc<App> {
        &self.0.app
    }

    /// A page's frame, as [`SignedIn::shell`] makes it.
    pub(in crate::web) fn shell(&self, title: &str, here: &str) -> Shell {
        self.0.shell(title, here)
    }
}

/// The school that a form's page is of, if a page of this session sent it.
pub(super) fn school_of_page(request: &HttpRequest, by: &SignedIn, token: &str) -> Option<SchoolId> {
    csrf::same_origin(request.headers(), &by.app.origin).ok()?;
    secret_of(&by.op.viewer).school_of_page(token).ok()
}

/// The secret that the forms of a session are checked with.
fn secret_of(viewer: &Viewer) -> CsrfSecret {
    let mut bytes = [0; 32];
    // Kept by us as 32 bytes; were it anything else no token could match it.
    let _ = URL_SAFE_NO_PAD.decode_slice(viewer.csrf(), &mut bytes);
    CsrfSecret::from_bytes(bytes)
}

/// Finds out who asks, for the frame of a page that is for everyone.
pub(in crate::web) async fn recognise(request: &HttpRequest) -> Option<Requester> {
    who(request).await.ok().map(Requester)
}

/// Who asks, by their session. The frame of whatever page they get is theirs from here on.
async fn who(request: &HttpRequest) -> Result<SignedIn, PageError> {
    let Some(app) = request.app_data::<web::Data<App>>() else { return Err(PageError::not_found()) };
    let app = Arc::clone(app);
    let id = request_id(request, &app);
    let now = app.clock.now();
    let token = Cookie::Session.of(request, app.transport);
    let noting = if request.method() == Method::POST { Noting::IfOverdue } else { Noting::Now };
    let session = match token {
        None => Session::None,
        Some(token) => app.run(move |candour| Ok(sessions::resume(candour, &token, now, noting)?)).await?,
    };
    let viewer = match session {
        Session::Live(viewer) => *viewer,
        Session::Hidden => return Err(PageError::Hidden),
        Session::None => return Err(not_signed_in(request)),
    };
    let op = Op { viewer, now, request: id };
    let caseload = caseload(&app, &op.viewer).await?;
    let look = frame::look(request, app.transport);
    let by =
        SignedIn { op, app, caseload, session_in: None, look, left: links::left_by(request.query_string()) };
    request.extensions_mut().insert(Requester(by.clone()));
    Ok(by)
}

/// The middleware of one address: calls its handler for those it is for. Anyone else gets what they would at an address
/// there is not, is sent to sign in, or gets back what they typed after their session was over.
pub(in crate::web) async fn admit<B: MessageBody + 'static>(
    audience: Audience,
    sign_in: SignIn,
    form: FormAbout,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut taken_in = None;
    if audience != Audience::Everybody {
        match admitted(audience, sign_in, form, &mut request).await {
            Ok(by) => {
                taken_in = by.session_in.is_some().then(|| by.op.viewer.school());
                request.extensions_mut().insert(by);
            }
            Err(why) => {
                let why = expired_session::instead_of(why, &mut request).await;
                return Ok(request.error_response(why));
            }
        }
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if let Some(school) = taken_in {
        lead_on_in(school, &mut response);
    }
    Ok(response)
}

/// What a form leads to is a page of its school, which the session is not in: a page between them says so.
fn lead_on_in(school: SchoolId, response: &mut ServiceResponse<BoxBody>) {
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    let Some(between) = to.map(|to| links::in_school(school, to)) else { return };
    // Letters, digits and what an address is encoded with always fit a header.
    if let Ok(between) = HeaderValue::from_str(&between) {
        response.headers_mut().insert(header::LOCATION, between);
    }
}

/// The person signed in, if the address is for them: of a form, as the person they are in the school of its page.
async fn admitted(
    audience: Audience,
    sign_in: SignIn,
    form: FormAbout,
    request: &mut ServiceRequest,
) -> Result<SignedIn, PageError> {
    let mut by = who(request.request()).await?;
    let mut posted = None;
    if *request.method() == Method::POST {
        let read = Posted::read(request).await;
        if let (FormAbout::School, Ok(read)) = (form, &read) {
            by = in_school_of_page(by, request.request(), read).await?;
        }
        posted = Some(read);
    }
    if !audience.admits(&by.op.viewer, by.caseload) {
        if by.op.viewer.proof() == AccountProof::Awaited && request.method() == Method::GET {
            return Err(PageError::AccountAwaited);
        }
        return Err(PageError::not_found());
    }
    if sign_in == SignIn::Fresh && !by.op.viewer.is_fresh() {
        return Err(not_fresh(request.request()));
    }
    // That it cannot be read is said to those alone who are let in.
    if let Some(read) = posted {
        let read = read?;
        request.extensions_mut().insert(read);
    }
    Ok(by)
}

/// The person who sent a form, as who they are in the school of its page. What is not from a page of this session stays
/// with the session's school, where it is refused.
async fn in_school_of_page(
    by: SignedIn,
    request: &HttpRequest,
    posted: &Posted,
) -> Result<SignedIn, PageError> {
    let here = by.op.viewer.school();
    let Some(school) = school_of_page(request, &by, posted.token()).filter(|school| *school != here) else {
        return Ok(by);
    };
    let viewer = by.op.viewer.clone();
    let viewer = match by.app.run(move |candour| page_school::who(candour, &viewer, school)).await? {
        WhoThere::Person(viewer) => *viewer,
        WhoThere::NoOne { school } => {
            return Err(PageError::CopyBack(posted.entered(), ShownBack::OfSchool(school)));
        }
    };
    let there = SignedIn {
        caseload: caseload(&by.app, &viewer).await?,
        session_in: Some(by.op.viewer.school_name().to_owned()),
        op: Op { viewer, now: by.op.now, request: by.op.request },
        ..by
    };
    request.extensions_mut().insert(Requester(there.clone()));
    Ok(there)
}

impl FromRequest for SignedIn {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    /// The person the gate let in. An address for everyone asks for no session, so that a handler finds nothing there.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(PageError::not_found))
    }
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
        PageError::SignInAgain { return_to: asked_for(request) }
    } else {
        PageError::NotFresh
    }
}

fn not_signed_in(request: &HttpRequest) -> PageError {
    if request.method() == Method::GET {
        PageError::SignIn { return_to: asked_for(request) }
    } else {
        PageError::NotOurForm
    }
}

/// The address that was asked for, to come back to.
fn asked_for(request: &HttpRequest) -> String {
    own_address(request.uri().path_and_query().map_or("/", |path| path.as_str())).to_owned()
}

/// The id that the guard gave this request.
pub fn request_id(request: &HttpRequest, app: &App) -> RequestId {
    let given = request.extensions().get::<RequestId>().copied();
    given.unwrap_or_else(|| RequestId::draw(app.clock.now(), &mut Randomness))
}

//! The gate before every handler: who asks, by their session, and whether the address is for them. `routes::mount` puts it
//! there, and nothing else makes a [`SignedIn`]: a handler that takes one has been through it, and so has one that forgot.

use super::{
    app::App,
    audience::{Audience, Caseload, SignIn},
    cookies::Cookie,
    csrf::CsrfSecret,
    error::PageError,
    expired_session, frame, links,
    page::{Shell, Spacing, Theme},
};
use crate::{
    domain::{
        kernel::ids::{Random, RequestId},
        people::Office,
    },
    service::{
        Op, Viewer,
        case::desk,
        clock::Randomness,
        entry::{
            sessions::{self, Noting, Session},
            started::own_address,
        },
    },
};
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::Method,
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
            csrf: secret_of(viewer).token(&mut Randomness),
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

/// The secret that the forms of a session are checked with.
pub(in crate::web) fn secret_of(viewer: &Viewer) -> CsrfSecret {
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
    let by = SignedIn { op, app, caseload, look, left: links::left_by(request.query_string()) };
    request.extensions_mut().insert(Requester(by.clone()));
    Ok(by)
}

/// The middleware of one address: calls its handler for those it is for. Anyone else gets what they would at an address
/// there is not, is sent to sign in, or gets back what they typed after their session was over.
pub(in crate::web) async fn admit<B: MessageBody + 'static>(
    audience: Audience,
    sign_in: SignIn,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if audience != Audience::Everybody {
        match admitted(audience, sign_in, request.request()).await {
            Ok(by) => {
                request.extensions_mut().insert(by);
            }
            Err(why) => {
                let why = expired_session::instead_of(why, &mut request).await;
                return Ok(request.error_response(why));
            }
        }
    }
    Ok(next.call(request).await?.map_into_boxed_body())
}

/// The person signed in, if the address is for them.
async fn admitted(audience: Audience, sign_in: SignIn, request: &HttpRequest) -> Result<SignedIn, PageError> {
    let by = who(request).await?;
    if !audience.admits(&by.op.viewer, by.caseload) {
        return Err(PageError::not_found());
    }
    if sign_in == SignIn::Fresh && !by.op.viewer.is_fresh() {
        return Err(not_fresh(request));
    }
    Ok(by)
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

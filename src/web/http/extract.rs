//! What a handler asks for: the person signed in, as the gate let them in, and a posted form whose fields are known to be ours.

pub use super::gate::SignedIn;

use super::{
    app::App,
    body,
    callers::cookies::Cookie,
    csrf::{self, CsrfSecret},
    error::PageError,
    expired_session,
    fields::Fields,
    gate::school_of_page,
    posted::Posted,
};
use crate::{
    domain::kernel::ids::SchoolId,
    service::{Form, clock::Randomness},
};
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use sha2::{Digest, Sha256};
use std::{future::Future, pin::Pin, sync::Arc};

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

/// A form posted from one of Candour's own pages by a person signed in whose address it is, for the school whose page it
/// was drawn on. Its fields cannot be had before all of that is known.
#[derive(Debug)]
pub struct CheckedForm {
    /// Who posted it, as the person they are in that school.
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
        let checked = checked(request, payload);
        let path = request.path().to_owned();
        Box::pin(async move {
            let (by, fields, school) = checked.await?;
            // The gate has found who they are in the school of the page.
            if school != by.op.viewer.school() {
                return Err(PageError::NotOurForm);
            }
            let form = fields.form(&path);
            Ok(Self { by, fields, form })
        })
    }
}

/// A form about the session itself, which is in one school at a time: whichever school the page was drawn for, it does the
/// same. It gives no way to write to a school.
#[derive(Debug)]
pub struct SessionForm {
    /// Who posted it.
    pub by: SignedIn,
    /// What they posted.
    pub fields: Fields,
}

impl FromRequest for SessionForm {
    type Error = PageError;
    type Future = Extracting<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let checked = checked(request, payload);
        Box::pin(async move {
            let (by, fields, _) = checked.await?;
            Ok(Self { by, fields })
        })
    }
}

/// A form of a page of this session, and the school of that page.
fn checked(request: &HttpRequest, payload: &mut Payload) -> Extracting<(SignedIn, Fields, SchoolId)> {
    let by = SignedIn::from_request(request, payload);
    let posted = request.extensions_mut().remove::<Posted>();
    let request = request.clone();
    Box::pin(async move {
        let by = by.await?;
        let Some(Posted::Form(fields)) = posted else { return Err(PageError::NotOurForm) };
        match school_of_page(&request, &by, fields.get("csrf")) {
            Some(school) => Ok((by, fields, school)),
            None => {
                let viewer = Some(by.op.viewer);
                Err(expired_session::rescue(&request, fields, viewer, PageError::NotOurForm).await)
            }
        }
    })
}

/// The token of a person who waits for a one-time code, and what their form is to carry.
pub fn outside_token(request: &HttpRequest, app: &App) -> Option<(String, String)> {
    let token = Cookie::Outside.of(request, app.transport)?;
    let csrf = outside_secret(&token).token(&mut Randomness);
    Some((token, csrf))
}

fn outside_secret(token: &str) -> CsrfSecret {
    CsrfSecret::from_bytes(Sha256::digest(token).into())
}

/// A form posted by a person who is not signed in and waits for a one-time code.
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
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let Some(app) = request.app_data::<web::Data<App>>() else { return Err(PageError::not_found()) };
            let (token, csrf) = outside_token(&request, app).ok_or(PageError::NotOurForm)?;
            let body = body::read_within(payload, app.body_within).await?;
            let fields = Fields::read(&body);
            let ours = csrf::same_origin(request.headers(), &app.origin)
                .and_then(|()| outside_secret(&token).verify(fields.get("csrf")));
            ours.map_err(|_| PageError::NotOurForm)?;
            Ok(Self { app: Arc::clone(app), token, fields, csrf })
        })
    }
}

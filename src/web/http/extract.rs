//! What a handler asks for: the person signed in, as the gate let them in, and a posted form whose fields are known to be ours.

pub use super::gate::SignedIn;

use super::{
    app::App,
    body,
    cookies::Cookie,
    csrf::{self, CsrfSecret},
    error::PageError,
    expired_session,
    fields::Fields,
    gate::secret_of,
};
use crate::service::{Form, clock::Randomness};
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use sha2::{Digest, Sha256};
use std::{future::Future, pin::Pin, sync::Arc};

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, PageError>>>>;

/// A form posted from one of Candour's own pages by a person signed in whose address it is. Its fields cannot be
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
        let by = SignedIn::from_request(request, payload);
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let by = by.await?;
            let fields = Fields::read(&body::read(payload).await?);
            if is_ours(&request, &by, fields.get("csrf")) {
                let form = fields.form(request.path());
                Ok(Self { by, fields, form })
            } else {
                Err(expired_session::rescue(&request, fields, Some(by.op.viewer), PageError::NotOurForm)
                    .await)
            }
        })
    }
}

/// Whether a form with this token was posted from a page of this session.
pub(in crate::web) fn is_ours(request: &HttpRequest, by: &SignedIn, token: &str) -> bool {
    csrf::same_origin(request.headers(), &by.app.origin)
        .and_then(|()| secret_of(&by.op.viewer).verify(token))
        .is_ok()
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

//! Every refusal of somebody signed in is kept under a number that `error::in_frame` shows them (P8): an address that is not theirs, a
//! case they may not know of, an act that is not theirs. All of them get a number, so that it tells nothing.

use super::{error::PageError, extract::SignedIn};
use crate::service::{ServiceError, clock::Randomness, read};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};

/// The middleware. It comes after the guard, which gives each request its number.
pub async fn keep<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error().and_then(|error| error.as_error::<PageError>());
    if error.is_some_and(PageError::is_refusal) {
        write_down(response.request()).await.map_err(PageError::from)?;
    }
    Ok(response)
}

/// Keeps that somebody signed in was refused; of anybody else the log knows.
async fn write_down(request: &HttpRequest) -> Result<(), ServiceError> {
    let Some(SignedIn { op, app, .. }) = request.extensions().get::<SignedIn>().cloned() else {
        return Ok(());
    };
    let what = request.match_pattern().unwrap_or_else(|| "an address that does not exist".to_owned());
    app.run(move |candour| read::refused(candour, &op, &what, &mut Randomness)).await
}

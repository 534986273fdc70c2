//! What happens to an error on its way out: it is drawn in the frame of the person who gets it, and every refusal of a person
//! signed in is kept under the number it shows (P8): an address that is not theirs, a case they may not know of, an act that
//! is not theirs. All of them get a number, so that it tells nothing.

use super::{app::App, error::PageError, frame::open_shell, gate::Requester, page::Shell};
use crate::{
    domain::kernel::ids::RequestId,
    service::{ServiceError, case::read, clock::Randomness},
};
use actix_web::{
    Error, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};

/// The middleware. It comes after the guard, which gives each request its number.
pub(in crate::web) async fn keep<B: MessageBody + 'static>(
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

/// Keeps that a person signed in was refused; of anyone else the log knows.
async fn write_down(request: &HttpRequest) -> Result<(), ServiceError> {
    let Some(by) = Requester::of(request) else { return Ok(()) };
    let op = by.op().clone();
    let what = request.match_pattern().unwrap_or_else(|| "an address that does not exist".to_owned());
    by.app().run(move |candour| read::refused(candour, &op, &what, &mut Randomness)).await
}

/// The middleware that puts an error's page into the frame of the person who gets it: menu, "Hide screen", and that a
/// pretend school is one.
pub(in crate::web) async fn in_frame<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error().and_then(|error| error.as_error::<PageError>());
    let request = response.request();
    let number = || request.extensions().get::<RequestId>().copied();
    let drawn = |error: &PageError| error.page(frame(request), error.is_refusal().then(number).flatten());
    let Some(html) = error.and_then(drawn) else { return Ok(response) };
    Ok(response.map_body(|_, _| BoxBody::new(html)))
}

fn frame(request: &HttpRequest) -> Shell {
    match (Requester::of(request), request.app_data::<web::Data<App>>()) {
        (Some(by), _) => by.shell("", ""),
        (None, Some(app)) => open_shell(request, app, ""),
        (None, None) => Shell::default(),
    }
}

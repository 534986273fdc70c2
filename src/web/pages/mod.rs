//! One file a screen: its addresses, its form, its template.

pub mod home;
pub mod people;
pub mod case;
pub mod words;
pub mod health;
pub mod concern;
pub mod entry;
pub mod school;
pub mod governors;

use super::http::{error::PageError, extract::SignedIn, page::Mistakes, problem::FormProblem};
use crate::{
    domain::kernel::ids::RequestId,
    service::{ServiceError, clock::Randomness},
};
use actix_web::{HttpResponse, http::header};
use askama::Template;

/// A page drawn.
pub fn show(page: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.render()?))
}

/// A form shown again with its mistakes, and a status that says it was not taken.
pub fn show_again(page: &impl Template) -> Result<HttpResponse, PageError> {
    Ok(HttpResponse::UnprocessableEntity().content_type("text/html; charset=utf-8").body(page.render()?))
}

/// Keeps that a person was refused, under the number that they are shown.
pub async fn keep_refusal(by: &SignedIn, what: &'static str) -> Result<RequestId, PageError> {
    let op = by.op.clone();
    by.app
        .run(move |candour| crate::service::case::read::refused(candour, &op, what, &mut Randomness))
        .await?;
    Ok(by.op.request)
}

/// Puts what a use case says beside the fields it is about; a refusal is kept as one of `address`, and stands beside
/// `field`.
pub async fn mistaken(
    by: &SignedIn,
    mistakes: &mut Mistakes,
    (address, field): (&'static str, &str),
    error: ServiceError,
) -> Result<(), PageError> {
    match error {
        ServiceError::Invalid(errors) => {
            mistakes.add_all(errors);
            Ok(())
        }
        ServiceError::Refused(why) => {
            let number = keep_refusal(by, address).await?;
            mistakes.add(field, FormProblem::Kept { why, number });
            Ok(())
        }
        other @ (ServiceError::NotFound
        | ServiceError::WrongState(_)
        | ServiceError::Stale
        | ServiceError::Unavailable(_)) => Err(other.into()),
    }
}

/// On to another page after a form was taken.
pub fn go_to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

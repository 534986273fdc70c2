//! The first page: people whose account waits to be confirmed are told what for, people with cases go to them, governors to their reports,
//! inspectors to what was selected for them, everyone else to the form.

use super::go_to;
use crate::{
    domain::{entry::account_proof::AccountProof, people::Office},
    web::http::{audience::Audience, extract::SignedIn, links},
};
use actix_web::{HttpRequest, HttpResponse};

/// Leads on to the person's own first page, which says what this address was asked to say.
pub async fn first_page(request: HttpRequest, by: SignedIn) -> HttpResponse {
    let (viewer, standing) = (&by.op.viewer, by.op.viewer.standing());
    let page = if viewer.proof() == AccountProof::Awaited {
        links::AWAITED
    } else if Audience::Desk.admits(viewer, by.caseload) {
        "/queue"
    } else if Audience::Inspector.admits(viewer, by.caseload) {
        links::INSPECTION
    } else if standing.is(Office::Governor) {
        "/statistics"
    } else {
        "/report"
    };
    let said = request.query_string();
    if links::left_by(said).is_empty() { go_to(page) } else { go_to(&format!("{page}?{said}")) }
}

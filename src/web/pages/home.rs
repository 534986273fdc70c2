//! The first page: whoever sits at a desk or has a case goes to it, governors to their reports,
//! inspectors to what was selected for them, everybody else to the form.

use super::go_to;
use crate::{
    domain::people::Office,
    web::{extract::SignedIn, routes::Audience},
};
use actix_web::HttpResponse;

/// Leads on to the person's own first page.
pub async fn first_page(by: SignedIn) -> HttpResponse {
    let (viewer, standing) = (&by.op.viewer, by.op.viewer.standing());
    if Audience::Desk.admits(viewer, by.caseload) {
        go_to("/queue")
    } else if Audience::Inspector.admits(viewer, by.caseload) {
        go_to(super::inspection::HERE)
    } else if standing.is(Office::Governor) {
        go_to("/statistics")
    } else {
        go_to("/report")
    }
}

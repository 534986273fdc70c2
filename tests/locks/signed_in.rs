//! Lock 5, for what a handler is given: nobody is signed in but by the gate.

use candour::{service::Op, web::http::{app::App, audience::Caseload, extract::SignedIn}};
use std::sync::Arc;

pub fn without_the_gate(op: Op, app: Arc<App>) -> SignedIn {
    SignedIn { op, app, caseload: Caseload::None, look: Default::default(), left: "" }
}

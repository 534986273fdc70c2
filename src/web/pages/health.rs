//! For those who watch the machine: is it alive, and can it work. Totals only.

use crate::{
    service::system::{self, CheckState},
    web::http::app::App,
};
use actix_web::{HttpResponse, web};

/// The process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("alive\n")
}

/// Every dependency, a line each with its reason. Those outside are as they were at the last look, and never a fault.
pub async fn ready(app: web::Data<App>) -> HttpResponse {
    let app = app.into_inner();
    let now = app.clock.now();
    let own = app.run(move |candour| Ok(system::ready(candour, now))).await.unwrap_or_default();
    let is_down = own.is_empty() || own.iter().any(|check| check.state == CheckState::Down);
    let checks = own.into_iter().chain(app.external_health.checks().await);
    let line = |check: system::Check| {
        let state = match check.state {
            CheckState::Well => "ok",
            CheckState::Amber => "warning",
            CheckState::Down => "fault",
        };
        format!("{}: {state}: {}\n", check.name, check.words)
    };
    let body: String = checks.map(line).collect();
    let mut answer = if is_down { HttpResponse::ServiceUnavailable() } else { HttpResponse::Ok() };
    answer.content_type("text/plain; charset=utf-8").body(body)
}

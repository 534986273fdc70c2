//! ENDPOINTS: the one table of every address and its audience. It mounts the site, each handler behind the gate that
//! holds its line; a test walks it signed out and as each kind of person.

use super::{
    assets,
    audience::{Audience, FormAbout, SignIn},
    error::PageError,
    gate,
};
use crate::web::pages::{self, case::acts, entry::sign_in, school::admin};
use actix_web::{
    HttpResponse, Resource, Route,
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

/// One address. Only this file makes one: what answers cannot be had without the gate before it.
pub struct Endpoint {
    /// GET or POST.
    pub method: Method,
    /// Its pattern.
    pub path: &'static str,
    /// Who it is for.
    pub audience: Audience,
    /// How recently they must have signed in.
    pub sign_in: SignIn,
    /// What a form posted there is about.
    pub form: FormAbout,
    /// What answers.
    route: fn() -> Route,
}

const fn get(path: &'static str, audience: Audience, route: fn() -> Route) -> Endpoint {
    Endpoint { method: Method::GET, path, audience, sign_in: SignIn::Live, form: FormAbout::School, route }
}

/// A form of a school: it is taken in the school whose page it was drawn on.
const fn post(path: &'static str, audience: Audience, route: fn() -> Route) -> Endpoint {
    Endpoint { method: Method::POST, path, audience, sign_in: SignIn::Live, form: FormAbout::School, route }
}

/// A form about the session itself; its handler takes a `SessionForm`.
const fn session_post(path: &'static str, audience: Audience, route: fn() -> Route) -> Endpoint {
    Endpoint { method: Method::POST, path, audience, sign_in: SignIn::Live, form: FormAbout::Session, route }
}

/// An address for a person who signed in again just now.
const fn fresh_get(path: &'static str, audience: Audience, route: fn() -> Route) -> Endpoint {
    Endpoint { method: Method::GET, path, audience, sign_in: SignIn::Fresh, form: FormAbout::School, route }
}

/// A form for a person who signed in again just now.
const fn fresh_post(path: &'static str, audience: Audience, route: fn() -> Route) -> Endpoint {
    Endpoint { method: Method::POST, path, audience, sign_in: SignIn::Fresh, form: FormAbout::School, route }
}

/// Every address of the site.
pub const ENDPOINTS: &[Endpoint] = &[
    get("/", Audience::Arriving, || web::get().to(pages::home::first_page)),
    get("/signin", Audience::Everybody, || web::get().to(sign_in::page)),
    get("/signin/start", Audience::Everybody, || web::get().to(sign_in::start)),
    get("/signin/callback", Audience::Everybody, || web::get().to(sign_in::callback)),
    get("/signin/code", Audience::Everybody, || web::get().to(sign_in::code::outside)),
    post("/signin/code", Audience::Everybody, || web::post().to(sign_in::code::enter)),
    post("/signin/backchannel-logout", Audience::Everybody, || {
        web::post().to(sign_in::leaving::signed_out_there)
    }),
    get("/signed-out", Audience::Everybody, || web::get().to(sign_in::leaving::signed_out)),
    session_post("/signout", Audience::Arriving, || web::post().to(sign_in::leaving::sign_out)),
    session_post("/lock", Audience::Arriving, || web::post().to(sign_in::leaving::hide)),
    get("/locked", Audience::Everybody, || web::get().to(sign_in::leaving::hidden)),
    get("/schools", Audience::Arriving, || web::get().to(sign_in::schools::page)),
    session_post("/schools", Audience::Arriving, || web::post().to(sign_in::schools::change)),
    get("/settings/sessions", Audience::Staff, || web::get().to(sign_in::sessions::page)),
    session_post("/settings/sessions", Audience::Staff, || web::post().to(sign_in::sessions::end_all)),
    get("/settings/code", Audience::Arriving, || web::get().to(sign_in::code::inside)),
    post("/settings/code", Audience::Arriving, || web::post().to(sign_in::code::confirm)),
    get("/report", Audience::Arriving, || web::get().to(pages::concern::report::form)),
    post("/report", Audience::Arriving, || web::post().to(pages::concern::report::send)),
    get("/report/sent/{reference}", Audience::Arriving, || web::get().to(pages::concern::receipt::sent)),
    post("/people/suggest", Audience::Colleagues, || web::post().to(pages::people::suggest::names)),
    get("/drafts", Audience::Arriving, || web::get().to(pages::concern::drafts::list)),
    post("/drafts", Audience::Arriving, || web::post().to(pages::concern::drafts::save)),
    post("/drafts/{key}/delete", Audience::Arriving, || web::post().to(pages::concern::drafts::delete)),
    get("/my-reports", Audience::Arriving, || web::get().to(pages::concern::my_reports::list)),
    get("/my-reports/{reference}", Audience::Arriving, || web::get().to(pages::concern::my_reports::one)),
    post("/my-reports/{reference}/add", Audience::Arriving, || {
        web::post().to(pages::concern::my_reports::add)
    }),
    get("/statistics", Audience::Statistics, || web::get().to(pages::governors::statistics::list)),
    get("/statistics/{term}", Audience::Statistics, || web::get().to(pages::governors::statistics::report)),
    get("/statistics/{term}/approve", Audience::Preview, || {
        web::get().to(pages::governors::statistics::preview)
    }),
    post("/statistics/{term}/approve", Audience::Head, || {
        web::post().to(pages::governors::statistics::publish)
    }),
    get("/cases/{reference}", Audience::Case, || web::get().to(pages::case::page::case)),
    get("/cases/{reference}/opened", Audience::Case, || web::get().to(pages::case::access_log::page)),
    get("/cases/{reference}/pupils/{id}", Audience::Case, || web::get().to(pages::case::pupil::page)),
    post("/cases/{reference}/pupils/{id}", Audience::Case, || web::post().to(pages::case::pupil::record)),
    post("/cases/{reference}/acknowledge", Audience::Case, || web::post().to(acts::acknowledge)),
    get("/cases/{reference}/triage", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/triage", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/note", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/note", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/contact", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/contact", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/task", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/task", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/tasks/{id}", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/tasks/{id}", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/answer/{id}", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/answer/{id}", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/answer/{id}/again", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/answer/{id}/again", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/severity", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/severity", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/fix", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/fix", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/retest", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/retest", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/brief", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/brief", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/people", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/people", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/people/{id}", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/people/{id}", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/people/{id}/remove", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/people/{id}/remove", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/assign", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/assign", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/could-be-meant", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/could-be-meant", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/together", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/together", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/share", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/share", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/unshare", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/unshare", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/inspection", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/inspection", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/inspection/end", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/inspection/end", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/restrict", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/restrict", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/step-aside", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/step-aside", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/refer", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/refer", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/referrals/{id}", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/referrals/{id}", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/decline", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/decline", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/call-999", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/call-999", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/hold", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/hold", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/lift-hold", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/lift-hold", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/start", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/start", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/wait", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/wait", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/resume", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/resume", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/propose", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/propose", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/close", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/close", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/send-back", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/send-back", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/no-case", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/no-case", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/merge", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/merge", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/reopen", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/reopen", Audience::Case, || web::post().to(acts::perform)),
    get("/cases/{reference}/send", Audience::Case, || web::get().to(acts::ask)),
    post("/cases/{reference}/send", Audience::Case, || web::post().to(acts::perform)),
    get("/settings", Audience::Arriving, || web::get().to(pages::entry::settings::page)),
    session_post("/settings", Audience::Arriving, || web::post().to(pages::entry::settings::save)),
    get("/settings/account", Audience::Arriving, || web::get().to(pages::entry::account_proof::awaited)),
    fresh_get("/settings/accounts/{id}", Audience::Staff, || {
        web::get().to(pages::entry::account_proof::ask_own)
    }),
    fresh_post("/settings/accounts/{id}", Audience::Staff, || {
        web::post().to(pages::entry::account_proof::answer_own)
    }),
    fresh_get("/accounts-to-confirm", Audience::Witnesses, || {
        web::get().to(pages::entry::account_proof::list)
    }),
    fresh_get("/accounts-to-confirm/{id}", Audience::Witnesses, || {
        web::get().to(pages::entry::account_proof::ask)
    }),
    fresh_post("/accounts-to-confirm/{id}", Audience::Witnesses, || {
        web::post().to(pages::entry::account_proof::answer)
    }),
    fresh_get("/admin/account-list", Audience::Approver, || {
        web::get().to(pages::entry::provider_change::page)
    }),
    fresh_post("/admin/account-list", Audience::Approver, || {
        web::post().to(pages::entry::provider_change::answer)
    }),
    get("/queue", Audience::Desk, || web::get().to(pages::case::queue::page)),
    get("/inspection", Audience::Inspector, || web::get().to(pages::case::inspection::page)),
    get("/cases", Audience::Desk, || web::get().to(pages::case::queue::all)),
    fresh_get("/break-glass", Audience::Glass, || web::get().to(pages::case::break_glass::page)),
    fresh_post("/break-glass", Audience::Glass, || web::post().to(pages::case::break_glass::open)),
    fresh_get("/admin/access-requests", Audience::Codes, || {
        web::get().to(pages::entry::access_requests::page)
    }),
    fresh_post("/admin/access-requests", Audience::Codes, || {
        web::post().to(pages::entry::access_requests::make_code)
    }),
    fresh_get("/admin/access-requests/accounts", Audience::Codes, || {
        web::get().to(pages::entry::accounts::page)
    }),
    fresh_get("/admin/access-requests/accounts/{id}", Audience::Codes, || {
        web::get().to(pages::entry::accounts::ask)
    }),
    fresh_post("/admin/access-requests/accounts/{id}", Audience::Codes, || {
        web::post().to(pages::entry::accounts::take)
    }),
    fresh_post("/admin/access-requests/{id}/dismiss", Audience::Codes, || {
        web::post().to(pages::entry::access_requests::dismiss)
    }),
    get("/calendar", Audience::Calendar, || web::get().to(admin::calendar::page)),
    post("/calendar", Audience::Calendar, || web::post().to(admin::calendar::save)),
    fresh_get("/admin/people/import", Audience::Administrator, || web::get().to(pages::people::import::page)),
    post("/admin/people/import", Audience::Administrator, || web::post().to(pages::people::import::send)),
    get("/admin/people/import/{id}", Audience::Administrator, || web::get().to(pages::people::import::open)),
    post("/admin/people/import/{id}", Audience::Administrator, || {
        web::post().to(pages::people::import::check)
    }),
    fresh_post("/admin/people/import/{id}/keep", Audience::Administrator, || {
        web::post().to(pages::people::import::keep)
    }),
    get("/admin/people", Audience::Administrator, || web::get().to(pages::people::page)),
    post("/admin/people", Audience::Administrator, || web::post().to(pages::people::find)),
    get("/admin/people/left", Audience::Administrator, || web::get().to(pages::people::left)),
    fresh_get("/admin/people/add", Audience::Administrator, || web::get().to(pages::people::add::page)),
    fresh_post("/admin/people/add", Audience::Administrator, || web::post().to(pages::people::add::add)),
    get("/admin/people/{id}", Audience::Administrator, || web::get().to(pages::people::one::page)),
    fresh_get("/admin/people/{id}/correct", Audience::Administrator, || {
        web::get().to(pages::people::correct::page)
    }),
    fresh_post("/admin/people/{id}/correct", Audience::Administrator, || {
        web::post().to(pages::people::correct::correct)
    }),
    fresh_get("/admin/people/{id}/leave", Audience::Administrator, || {
        web::get().to(pages::people::one::leave)
    }),
    fresh_post("/admin/people/{id}/leave", Audience::Administrator, || {
        web::post().to(pages::people::one::record_leaving)
    }),
    fresh_get("/admin/people/{id}/back", Audience::Administrator, || web::get().to(pages::people::one::back)),
    fresh_post("/admin/people/{id}/back", Audience::Administrator, || {
        web::post().to(pages::people::one::record_return)
    }),
    get("/admin/settings", Audience::Settings, || web::get().to(admin::overview::page)),
    get("/admin/categories", Audience::Settings, || web::get().to(admin::categories::list)),
    get("/admin/categories/{code}", Audience::Settings, || web::get().to(admin::categories::page)),
    post("/admin/categories/{code}", Audience::Administrator, || web::post().to(admin::categories::save)),
    get("/admin/contacts", Audience::Settings, || web::get().to(admin::contacts::page)),
    post("/admin/contacts", Audience::Administrator, || web::post().to(admin::contacts::save)),
    post("/admin/contacts/duty", Audience::DslDesk, || web::post().to(admin::contacts::say_on_duty)),
    get("/admin/rules", Audience::Settings, || web::get().to(admin::rules::page)),
    post("/admin/rules", Audience::Administrator, || web::post().to(admin::rules::save)),
    get("/admin/proposals", Audience::Settings, || web::get().to(admin::proposals::list)),
    get("/admin/proposals/{id}", Audience::Settings, || web::get().to(admin::proposals::page)),
    fresh_post("/admin/proposals/{id}", Audience::Approver, || web::post().to(admin::proposals::decide)),
    post("/admin/proposals/{id}/withdraw", Audience::Administrator, || {
        web::post().to(admin::proposals::withdraw)
    }),
    get("/duties", Audience::OnDuty, || web::get().to(pages::people::duties::whose::page)),
    get("/admin/duties", Audience::Duties, || web::get().to(pages::people::duties::page)),
    get("/admin/duties/history", Audience::Duties, || web::get().to(pages::people::duties::history)),
    fresh_get("/admin/duties/propose", Audience::Administrator, || {
        web::get().to(pages::people::duties::change::begin)
    }),
    fresh_post("/admin/duties/propose", Audience::Administrator, || {
        web::post().to(pages::people::duties::change::propose_to_begin)
    }),
    fresh_get("/admin/duties/proposals/{id}", Audience::Duties, || {
        web::get().to(pages::people::duties::decide::page)
    }),
    fresh_post("/admin/duties/proposals/{id}", Audience::Duties, || {
        web::post().to(pages::people::duties::decide::decide)
    }),
    fresh_get("/admin/duties/{id}/end", Audience::Duties, || {
        web::get().to(pages::people::duties::change::end)
    }),
    fresh_post("/admin/duties/{id}/end", Audience::Duties, || {
        web::post().to(pages::people::duties::change::propose_to_end)
    }),
    get("/admin/names", Audience::Duties, || web::get().to(pages::people::names::page)),
    fresh_get("/admin/names/{id}", Audience::Duties, || web::get().to(pages::people::names::one)),
    fresh_post("/admin/names/{id}", Audience::Duties, || web::post().to(pages::people::names::decide)),
    fresh_get("/admin/ties", Audience::Tied, || web::get().to(pages::people::ties::page)),
    fresh_post("/admin/ties", Audience::Tied, || web::post().to(pages::people::ties::record)),
    fresh_get("/admin/ties/{id}", Audience::Tied, || web::get().to(pages::people::ties::one)),
    fresh_post("/admin/ties/{id}", Audience::Tied, || web::post().to(pages::people::ties::decide)),
    get("/admin/routes", Audience::Routes, || web::get().to(pages::people::duties::gets::page)),
    post("/admin/routes", Audience::Routes, || web::post().to(pages::people::duties::gets::choose)),
    get("/help", Audience::Everybody, || web::get().to(pages::words::help)),
    get("/accessibility", Audience::Everybody, || web::get().to(pages::words::accessibility)),
    get("/privacy", Audience::Everybody, || web::get().to(pages::words::privacy)),
    get("/health/live", Audience::Everybody, || web::get().to(pages::health::live)),
    get("/health/ready", Audience::Everybody, || web::get().to(pages::health::ready)),
    get("/assets/{name}", Audience::Everybody, || web::get().to(assets::serve)),
];

/// Mounts every address.
pub fn mount(config: &mut ServiceConfig) {
    mount_all(ENDPOINTS, config);
}

fn mount_all(table: &'static [Endpoint], config: &mut ServiceConfig) {
    let mut paths: Vec<&str> = table.iter().map(|endpoint| endpoint.path).collect();
    paths.dedup();
    for path in paths {
        let here: Vec<&'static Endpoint> = table.iter().filter(|endpoint| endpoint.path == path).collect();
        let allowed = methods(&here);
        let resource = web::resource(path)
            .default_service(web::to(move || std::future::ready(wrong_method(allowed.clone()))));
        config.service(here.into_iter().fold(resource, mounted));
    }
}

/// The methods of an address, as the header `Allow` has them: what answers GET answers HEAD.
fn methods(here: &[&Endpoint]) -> String {
    let of = |endpoint: &&Endpoint| match endpoint.method {
        Method::GET => "GET, HEAD".to_owned(),
        _ => endpoint.method.to_string(),
    };
    here.iter().map(of).collect::<Vec<_>>().join(", ")
}

/// What answers any other method.
fn wrong_method(allowed: String) -> Result<HttpResponse, PageError> {
    Err(PageError::WrongMethod { allowed })
}

/// Adds what answers at an address, behind the gate that lets in those the table names and no one else.
fn mounted(resource: Resource, endpoint: &'static Endpoint) -> Resource {
    let Endpoint { audience, sign_in, form, route, .. } = endpoint;
    let gate = from_fn(move |request, next| gate::admit(*audience, *sign_in, *form, request, next));
    resource.route(route().wrap(gate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::http::extract::SignedIn;
    use actix_web::{App, http::StatusCode, test};

    /// What a handler is that forgets to ask for anything.
    async fn careless() -> HttpResponse {
        HttpResponse::Ok().body("everything")
    }

    /// What a handler is that asks for a person signed in at an address for everyone.
    async fn greedy(_: SignedIn) -> HttpResponse {
        HttpResponse::Ok().body("everything")
    }

    const CARELESS: &[Endpoint] = &[
        get("/public", Audience::Everybody, || web::get().to(careless)),
        get("/page", Audience::Staff, || web::get().to(careless)),
        post("/page", Audience::Staff, || web::post().to(careless)),
        fresh_post("/exports", Audience::Head, || web::post().to(careless)),
        get("/greedy", Audience::Everybody, || web::get().to(greedy)),
    ];

    #[actix_web::test]
    async fn a_handler_that_asks_for_nothing_is_behind_the_gate_all_the_same() {
        let app = test::init_service(App::new().configure(|config| mount_all(CARELESS, config))).await;
        let status = async |method: Method, path: &str| {
            let request = test::TestRequest::with_uri(path).method(method).to_request();
            test::call_service(&app, request).await.status()
        };
        assert_eq!(status(Method::GET, "/public").await, StatusCode::OK);
        for endpoint in &CARELESS[1..] {
            let answer = status(endpoint.method.clone(), endpoint.path).await;
            assert_eq!(answer, StatusCode::NOT_FOUND, "{} {}", endpoint.method, endpoint.path);
        }
    }
}

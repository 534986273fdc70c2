//! What the development provider answers, address by address.

use std::sync::{MutexGuard, PoisonError};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderValue},
    web::{self, Data, Form, Query, ServiceConfig},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use openidconnect::{PrivateSigningKey, core::CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};

use super::{
    Desk, DevPerson,
    books::{AuthRequest, Books, Grant, TOKEN_LIFE},
    page,
};

const RANDOMNESS_FAILED: &str = "This machine has no randomness to give. Try again.";

/// Mounts every address.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/.well-known/openid-configuration", web::get().to(discovery))
        .route("/jwks", web::get().to(keys))
        .route("/authorize", web::get().to(ask))
        .route("/authorize", web::post().to(choose))
        .route("/token", web::post().to(token))
        .route("/userinfo", web::get().to(user_info))
        .route("/end-session", web::get().to(end_session))
        .route("/dev-provider.css", web::get().to(stylesheet))
        .default_service(web::to(nothing_here));
}

impl Desk {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        (self.random)(&mut bytes)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    fn person(&self, subject: &str) -> Option<&DevPerson> {
        self.people.people.iter().find(|person| person.subject == subject)
    }

    /// Back to the client with an answer, its state, and who answers (RFC 9207).
    fn back(&self, state: Option<&str>, name: &str, value: &str) -> HttpResponse {
        let mut address = self.client.redirect_uri.clone();
        address.query_pairs_mut().append_pair(name, value).append_pair("iss", &self.issuer);
        if let Some(state) = state {
            address.query_pairs_mut().append_pair("state", state);
        }
        see_other(&address)
    }
}

fn see_other(address: &Url) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address.as_str())).finish()
}

fn problem(text: &str) -> HttpResponse {
    HttpResponse::BadRequest().content_type(page::HTML).body(page::problem(text))
}

fn unavailable() -> HttpResponse {
    HttpResponse::ServiceUnavailable().content_type(page::HTML).body(page::problem(RANDOMNESS_FAILED))
}

async fn nothing_here() -> HttpResponse {
    HttpResponse::NotFound().content_type(page::HTML).body(page::problem("There is no page at this address."))
}

async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(page::STYLESHEET)
}

async fn discovery(desk: Data<Desk>) -> HttpResponse {
    let at = |path: &str| format!("{}{path}", desk.issuer);
    HttpResponse::Ok().json(json!({
        "issuer": desk.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "end_session_endpoint": at("/end-session"),
        "jwks_uri": at("/jwks"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            "sub", "name", "groups", "directory_id", "email", "email_verified", "auth_time", "sid"
        ],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    }))
}

async fn keys(desk: Data<Desk>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "keys": [desk.key.0.as_verification_key()] }))
}

#[derive(Deserialize)]
struct AskQuery {
    client_id: Option<String>,
    redirect_uri: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    prompt: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

impl AskQuery {
    /// The request, or the standard's word for what is wrong with it.
    fn checked(self) -> Result<AuthRequest, &'static str> {
        let scopes: Vec<String> =
            self.scope.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        if self.response_type.as_deref() != Some("code") {
            return Err("unsupported_response_type");
        }
        if !scopes.iter().any(|scope| scope == "openid") {
            return Err("invalid_scope");
        }
        let challenge = self.code_challenge.filter(|challenge| challenge.len() == 43);
        let (Some(challenge), Some("S256")) = (challenge, self.code_challenge_method.as_deref()) else {
            return Err("invalid_request");
        };
        if self.response_mode.is_some_and(|mode| mode != "query") {
            return Err("invalid_request");
        }
        // There is no session here to sign a person in silently.
        if self.prompt.is_some_and(|prompt| prompt.split_whitespace().any(|word| word == "none")) {
            return Err("login_required");
        }
        Ok(AuthRequest { state: self.state, nonce: self.nonce, challenge, scopes })
    }
}

async fn ask(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    let Ok(Query(query)) = Query::<AskQuery>::from_query(request.query_string()) else {
        return problem("The address of this page is damaged. Go back and sign in again.");
    };
    // Nothing is sent to an address before it is known to be the client's.
    if query.client_id.as_deref() != Some(desk.client.client_id.as_str())
        || query.redirect_uri.as_deref() != Some(desk.client.redirect_uri.as_str())
    {
        return problem("Only the Candour that runs on this machine can be signed in to from here.");
    }
    let state = query.state.clone();
    let auth = match query.checked() {
        Ok(auth) => auth,
        Err(error) => return desk.back(state.as_deref(), "error", error),
    };
    let Ok(name) = desk.draw() else { return unavailable() };
    desk.books().ask(name.clone(), auth, (desk.now)());
    let mut answer = HttpResponse::Ok();
    // The form's answer redirects to the client, which a browser allows only if `form-action` names it.
    let client = desk.client.redirect_uri.origin().ascii_serialization();
    let policy = page::POLICY.replace("form-action 'self'", &format!("form-action 'self' {client}"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.insert_header((header::CONTENT_SECURITY_POLICY, policy));
    }
    answer.content_type(page::HTML).body(page::choose(&desk.people, &name))
}

#[derive(Deserialize)]
struct Choice {
    request: String,
    person: Option<String>,
    cancel: Option<String>,
}

async fn choose(desk: Data<Desk>, form: Result<Form<Choice>, actix_web::Error>) -> HttpResponse {
    let Ok(Form(choice)) = form else { return problem("Choose one of the people on the page.") };
    let now = (desk.now)();
    let Some(auth) = desk.books().take_request(&choice.request, now) else {
        return problem(
            "This page has been used, or was open too long. Go back to Candour and sign in again.",
        );
    };
    let state = auth.state.clone();
    let chosen = choice.person.as_deref().and_then(|subject| desk.person(subject));
    let (None, Some(person)) = (choice.cancel, chosen) else {
        return desk.back(state.as_deref(), "error", "access_denied");
    };
    let Ok(code) = desk.draw() else { return unavailable() };
    let grant = Grant { request: auth, subject: person.subject.clone(), chosen_at: now };
    desk.books().grant(code.clone(), grant, now);
    desk.back(state.as_deref(), "code", &code)
}

#[derive(Deserialize)]
struct TokenForm {
    grant_type: Option<String>,
    code: Option<String>,
    code_verifier: Option<String>,
    redirect_uri: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

fn refuse(error: &str) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({ "error": error }))
}

async fn token(
    desk: Data<Desk>,
    request: HttpRequest,
    form: Result<Form<TokenForm>, actix_web::Error>,
) -> HttpResponse {
    let Ok(Form(form)) = form else { return refuse("invalid_request") };
    if !is_client(&desk, &request, &form) {
        return HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"pretend\""))
            .json(json!({ "error": "invalid_client" }));
    }
    if form.grant_type.as_deref() != Some("authorization_code") {
        return refuse("unsupported_grant_type");
    }
    let (Some(code), Some(verifier)) = (form.code, form.code_verifier) else {
        return refuse("invalid_request");
    };
    if form.redirect_uri.as_deref() != Some(desk.client.redirect_uri.as_str()) {
        return refuse("invalid_grant");
    }
    let (Ok(access_token), Ok(session)) = (desk.draw(), desk.draw()) else { return unavailable() };
    let Ok(grant) = desk.books().redeem(&code, &verifier, access_token.clone(), (desk.now)()) else {
        return refuse("invalid_grant");
    };
    let Some(id_token) = id_token(&desk, &grant, &access_token, &session) else {
        return HttpResponse::InternalServerError().json(json!({ "error": "server_error" }));
    };
    HttpResponse::Ok().json(json!({
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFE.num_seconds(),
        "id_token": id_token,
    }))
}

/// Whether the request carries the client's name and password, in the header (RFC 6749 2.3.1) or in the form.
fn is_client(desk: &Desk, request: &HttpRequest, form: &TokenForm) -> bool {
    let in_header = credential(request, "Basic ")
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .and_then(|pair| String::from_utf8(pair).ok())
        .and_then(|pair| pair.split_once(':').map(|(id, secret)| (decoded(id), decoded(secret))));
    let in_form = form.client_id.clone().zip(form.client_secret.clone());
    in_header.or(in_form).is_some_and(|(id, secret)| {
        id == desk.client.client_id
            && bool::from(secret.as_bytes().ct_eq(desk.client.client_secret.as_bytes()))
    })
}

fn decoded(text: &str) -> String {
    let pair = format!("x={text}");
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn credential<'r>(request: &'r HttpRequest, scheme: &str) -> Option<&'r str> {
    request.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix(scheme)
}

/// Name and address are left to userinfo, as the standard has it for this flow.
fn id_token(desk: &Desk, grant: &Grant, access_token: &str, session: &str) -> Option<String> {
    let now = (desk.now)();
    let mut claims = json!({
        "iss": desk.issuer,
        "sub": grant.subject,
        "aud": desk.client.client_id,
        "azp": desk.client.client_id,
        "iat": now.timestamp(),
        "exp": (now + TOKEN_LIFE).timestamp(),
        "auth_time": grant.chosen_at.timestamp(),
        "sid": session,
        "at_hash": BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16]),
    });
    if let Some(nonce) = &grant.request.nonce {
        claims["nonce"] = Value::from(nonce.as_str());
    }
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message =
        format!("{}.{}", part(&json!({ "alg": "RS256", "typ": "JWT", "kid": "dev" })), part(&claims));
    let signature =
        desk.key.0.sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, message.as_bytes()).ok()?;
    Some(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}

async fn user_info(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    let now = (desk.now)();
    let access = credential(&request, "Bearer ").and_then(|token| desk.books().access(token, now));
    let person = access.as_ref().and_then(|access| desk.person(&access.subject));
    let (Some(access), Some(person)) = (&access, person) else {
        return HttpResponse::Unauthorized()
            .insert_header((header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\""))
            .finish();
    };
    let mut claims = json!({ "sub": person.subject });
    for scope in &access.scopes {
        match scope.as_str() {
            "profile" => {
                claims["name"] = Value::from(person.name.as_str());
                claims["groups"] = Value::from(person.groups.clone());
                if let Some(id) = &person.directory_id {
                    claims["directory_id"] = Value::from(id.as_str());
                }
            }
            "email" => {
                claims["email"] = Value::from(person.email.as_str());
                claims["email_verified"] = Value::from(true);
            }
            _ => {}
        }
    }
    HttpResponse::Ok().json(claims)
}

#[derive(Deserialize)]
struct EndQuery {
    post_logout_redirect_uri: Option<String>,
    state: Option<String>,
}

/// There is no session to end: it only sends people back, to the client's own address and nowhere else.
async fn end_session(desk: Data<Desk>, request: HttpRequest) -> HttpResponse {
    let own = desk.client.signed_out_uri.as_str();
    match Query::<EndQuery>::from_query(request.query_string()) {
        Ok(query) if query.post_logout_redirect_uri.as_deref() == Some(own) => {
            let mut address = desk.client.signed_out_uri.clone();
            if let Some(state) = &query.state {
                address.query_pairs_mut().append_pair("state", state);
            }
            see_other(&address)
        }
        Ok(_) | Err(_) => HttpResponse::Ok().content_type(page::HTML).body(page::signed_out()),
    }
}

//! A pretend identity provider for the demonstration, on loopback only: the person at the machine chooses
//! whom to be. Candour meets it through [`crate::sso::client`] alone, so signing in runs the real protocol.
//!
//! It speaks OpenID Connect as far as the client needs it: discovery, keys, authorization code with PKCE,
//! userinfo and sign-out. It keeps no session of its own, has no cookie, and draws a new key at each start.

mod answers;
mod books;
mod page;

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
};

use actix_web::{
    App, Error, HttpResponse, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::{Next, from_fn},
    web,
};
use chrono::{DateTime, Utc};
use openidconnect::{JsonWebKeyId, core::CoreRsaPrivateSigningKey};
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use thiserror::Error;
use url::Url;

use crate::sso::client::{Random, is_loopback};
use books::Books;

/// The size of the signing key, in bits: what real providers use.
const KEY_BITS: usize = 2048;
/// The longest body that is read, in bytes.
const LONGEST_FORM: usize = 16 * 1024;

/// Tells the provider the time (UTC).
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// A person to sign in as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevPerson {
    /// `sub`: lasting and unique among the people.
    pub subject: String,
    /// Pretend name.
    pub name: String,
    /// Pretend e-mail address.
    pub email: String,
    /// What they do at the school, in words: "Deputy headteacher".
    pub duty_words: String,
    /// The pretend school they are listed under.
    pub school: String,
    /// The id the school's directory has for them, if it has them: `directory_id`.
    pub directory_id: Option<String>,
    /// The directory's groups they are in: `groups`.
    pub groups: Vec<String>,
}

/// Everybody there is to choose from, in the order shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DevPeople {
    /// The people; schools appear in the order of their first person.
    pub people: Vec<DevPerson>,
}

/// The one client that may use the provider: this machine's Candour.
#[derive(Clone)]
pub struct DevClient {
    /// Its name.
    pub client_id: String,
    /// Its password, drawn at each start.
    pub client_secret: String,
    /// Where people are sent back to with a code.
    pub redirect_uri: Url,
    /// Where people are sent after signing out.
    pub signed_out_uri: Url,
}

impl fmt::Debug for DevClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevClient").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// The provider's signing key.
#[derive(Clone)]
pub struct DevKey(Arc<CoreRsaPrivateSigningKey>);

impl DevKey {
    /// Draws a new key from the operating system's randomness; takes about a second.
    pub fn draw() -> Result<Self, DevProviderError> {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, KEY_BITS)
            .map_err(|_| DevProviderError::Key)?;
        let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|_| DevProviderError::Key)?;
        CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new("dev".to_owned())))
            .map(|key| Self(Arc::new(key)))
            .map_err(|_| DevProviderError::Key)
    }
}

impl fmt::Debug for DevKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DevKey")
    }
}

/// Why the development provider does not run.
#[derive(Debug, Error)]
pub enum DevProviderError {
    /// The address to listen on is not this machine's own.
    #[error("the development provider listens on this machine only (127.0.0.1 or ::1), not on {0}")]
    NotLoopback(SocketAddr),
    /// The client's addresses are not this machine's own.
    #[error("the development provider sends people to this machine only")]
    ClientNotLoopback,
    /// Two people have the same subject, or one has none.
    #[error("two people of the development provider have the same subject")]
    Subjects,
    /// The address cannot be had.
    #[error("the development provider cannot listen")]
    Listen(#[source] std::io::Error),
    /// No signing key could be drawn.
    #[error("the development provider has no signing key")]
    Key,
}

/// A provider that has its address and does not answer yet.
#[derive(Debug)]
pub struct DevProvider {
    listener: TcpListener,
    authority: String,
    issuer: String,
}

/// What every worker of the provider shares.
struct Desk {
    issuer: String,
    people: DevPeople,
    client: DevClient,
    key: DevKey,
    random: Random,
    now: Now,
    books: Mutex<Books>,
}

impl DevProvider {
    /// Takes an address of this machine; port 0 takes any free one. Refuses every other address.
    pub fn bind(listen: SocketAddr) -> Result<Self, DevProviderError> {
        if !listen.ip().is_loopback() {
            return Err(DevProviderError::NotLoopback(listen));
        }
        let listener = TcpListener::bind(listen).map_err(DevProviderError::Listen)?;
        let authority = listener.local_addr().map_err(DevProviderError::Listen)?.to_string();
        let issuer = format!("http://{authority}");
        Ok(Self { listener, authority, issuer })
    }

    /// The issuer, as the client must be configured with it.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Starts answering. The server runs while the returned future is polled and stops through its handle; it
    /// leaves signals to the caller.
    pub fn serve(
        self,
        people: DevPeople,
        client: DevClient,
        key: DevKey,
        random: Random,
        now: Now,
    ) -> Result<Server, DevProviderError> {
        if !is_loopback(&client.redirect_uri) || !is_loopback(&client.signed_out_uri) {
            return Err(DevProviderError::ClientNotLoopback);
        }
        let mut subjects: Vec<_> = people.people.iter().map(|person| person.subject.as_str()).collect();
        subjects.sort_unstable();
        if subjects.first().is_some_and(|first| first.is_empty()) || subjects.windows(2).any(|w| w[0] == w[1])
        {
            return Err(DevProviderError::Subjects);
        }
        let authority = web::Data::new(Authority(self.authority));
        let books = Mutex::new(Books::default());
        let desk = web::Data::new(Desk { issuer: self.issuer, people, client, key, random, now, books });
        let server = HttpServer::new(move || {
            App::new()
                .app_data(desk.clone())
                .app_data(authority.clone())
                .app_data(web::FormConfig::default().limit(LONGEST_FORM))
                .wrap(from_fn(guard))
                .configure(answers::routes)
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(1)
        .listen(self.listener)
        .map_err(DevProviderError::Listen)?;
        Ok(server.run())
    }
}

/// Host and port as a browser on this machine writes them.
struct Authority(String);

/// Answers only to its own name, so that no web page can reach it under a name of its own (DNS rebinding),
/// and puts strict headers on every answer.
async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let own = request.app_data::<web::Data<Authority>>().map(|own| own.0.clone());
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let mut response = if host.is_some() && host == own.as_deref() {
        next.call(request).await?.map_into_left_body()
    } else {
        let refusal = page::problem("This address is for the demonstration on this machine only.");
        let answer = HttpResponse::MisdirectedRequest().content_type(page::HTML).body(refusal);
        request.into_response(answer).map_into_right_body()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(page::POLICY));
    }
    Ok(response)
}

//! An identity provider on loopback that misbehaves as told, for the sign-in tests. Its HTTP and its tokens are
//! written by hand, so that it shares neither code nor mistakes with the client it tries.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, OnceLock},
};

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use candour::sso::client::{Callback, Client, Freshness, Identity, Pending, Provider, SKEW, SignInError};
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use rsa::pkcs1::{EncodeRsaPrivateKey, LineEnding};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use url::{Url, form_urlencoded};

/// The client's name and password, with characters that Basic authentication must encode.
pub const CLIENT_ID: &str = "candour test";
pub const CLIENT_SECRET: &str = "se:cret/+é";
/// Who always signs in.
pub const SUBJECT: &str = "person-7";

/// The moment at which the tests take place, unless they move it.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 14, 8, 30, 0).single().expect("a valid instant")
}

/// How the ID token is signed.
#[derive(Clone, Copy)]
pub enum Signing {
    /// RS256 with the key of this number, which the key set publishes while it is current.
    Key(usize),
    /// `alg: none`, no signature.
    Nothing,
    /// HS256 keyed with the modulus of the public key.
    SharedPublicKey,
    /// HS256 keyed with the client secret.
    SharedSecret,
    /// RS256, then one byte of the signature changed.
    Spoilt,
}

/// How one address answers.
#[derive(Clone)]
pub enum Answer {
    /// As the standard says.
    Right,
    /// The connection is held open and nothing is ever sent.
    Never,
    /// The connection is closed at once.
    Broken,
    /// This status, with this content type and body.
    This(u16, &'static str, String),
    /// 302 to an address that would give the right answer.
    Redirect,
}

type Change = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// What the provider does; tests change it at any time.
pub struct Script {
    pub signing: Signing,
    /// Numbers of the keys that the key set publishes.
    pub published: Vec<usize>,
    /// Changes the claims of the ID token before it is signed.
    pub claims: Change,
    /// Changes the header of the ID token before it is signed.
    pub header: Change,
    /// Changes the discovery document.
    pub discovery: Change,
    /// Changes the userinfo answer.
    pub user_info: Change,
    /// Changes the token answer.
    pub token: Change,
    /// Answers other than the right one, by path.
    pub answers: HashMap<&'static str, Answer>,
    /// What time it says it is, in the header of every answer.
    pub date: Option<DateTime<Utc>>,
    /// Paths asked for, in order.
    pub asked: Vec<String>,
    codes: HashMap<String, Code>,
}

struct Code {
    challenge: String,
    nonce: String,
    redirect_uri: String,
}

/// The running provider. It ends with the test's runtime.
pub struct FaultyProvider {
    pub issuer: String,
    script: Arc<Mutex<Script>>,
}

impl FaultyProvider {
    /// A provider that behaves well until told otherwise.
    pub async fn open() -> Self {
        Self::open_at(|address| format!("http://{address}")).await.0
    }

    /// A provider under another name, for a test that puts something before it. It says where it listens.
    pub async fn open_as(issuer: String) -> (Self, SocketAddr) {
        Self::open_at(|_| issuer).await
    }

    async fn open_at(name: impl FnOnce(SocketAddr) -> String) -> (Self, SocketAddr) {
        // Drawing a key takes longer than a test of slowness may wait.
        key(0);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
        let address = listener.local_addr().expect("an address");
        let issuer = name(address);
        let same: Change = Arc::new(|_| {});
        let script = Arc::new(Mutex::new(Script {
            signing: Signing::Key(0),
            published: vec![0],
            claims: same.clone(),
            header: same.clone(),
            discovery: same.clone(),
            user_info: same.clone(),
            token: same,
            answers: HashMap::new(),
            date: None,
            asked: Vec::new(),
            codes: HashMap::new(),
        }));
        let (serving, base) = (script.clone(), issuer.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, serving.clone(), base.clone()));
            }
        });
        (Self { issuer, script }, address)
    }

    /// Tells the provider to misbehave.
    pub fn script(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().expect("script"));
    }

    /// Changes the claims of every ID token from now on.
    pub fn claims(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.script(|s| s.claims = Arc::new(change));
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.script.lock().expect("script").asked.iter().filter(|asked| *asked == path).count()
    }

    /// How Candour is configured for this provider.
    pub fn config(&self) -> Provider {
        Provider {
            issuer: self.issuer.clone(),
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            scopes: vec!["profile".into(), "email".into()],
            redirect_uri: Url::parse("http://127.0.0.1:8080/signin/callback").expect("an address"),
            issued_within: SKEW,
            claims: Default::default(),
            claims_from: Default::default(),
            proof: Default::default(),
        }
    }

    /// Signs claims of any kind as it is told to sign now.
    pub fn signs(&self, claims: &Value) -> String {
        jwt(&self.script.lock().expect("script"), claims)
    }

    /// A client configured for this provider.
    pub fn client(&self) -> Client {
        Client::new(self.config()).expect("a client")
    }

    /// What the browser would bring back after the person signed in at `authorize_url`.
    pub fn sign_in_at(&self, authorize_url: &Url) -> Callback {
        let asked: HashMap<_, _> = authorize_url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let code = format!("code-{}", asked["state"]);
        let kept = Code {
            challenge: asked["code_challenge"].clone(),
            nonce: asked["nonce"].clone(),
            redirect_uri: asked["redirect_uri"].clone(),
        };
        self.script(|s| drop(s.codes.insert(code.clone(), kept)));
        Callback {
            code: Some(code),
            state: Some(asked["state"].clone()),
            iss: Some(self.issuer.clone()),
            error: None,
        }
    }

    /// Starts a sign-in and plays the browser: what is kept, and what came back.
    pub async fn started(&self, client: &Client) -> (Pending, Callback) {
        let started =
            client.start(Freshness::Remembered, getrandom::fill, now()).await.expect("a sign-in starts");
        let returned = self.sign_in_at(&started.authorize_url);
        (started.pending, returned)
    }

    /// A whole sign-in through `client`.
    pub async fn sign_in_with(&self, client: &Client) -> Result<Identity, SignInError> {
        let (pending, returned) = self.started(client).await;
        client.finish(&pending, &returned, now()).await
    }

    /// A whole sign-in through a new client.
    pub async fn sign_in(&self) -> Result<Identity, SignInError> {
        self.sign_in_with(&self.client()).await
    }
}

/// The signing keys, drawn once per test run.
fn key(number: usize) -> &'static CoreRsaPrivateSigningKey {
    static KEYS: [OnceLock<CoreRsaPrivateSigningKey>; 2] = [const { OnceLock::new() }; 2];
    KEYS[number].get_or_init(|| {
        let key = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("a key");
        let pem = key.to_pkcs1_pem(LineEnding::LF).expect("PEM");
        CoreRsaPrivateSigningKey::from_pem(&pem, Some(JsonWebKeyId::new(format!("key-{number}"))))
            .expect("a key")
    })
}

fn public_key(number: usize) -> Value {
    let mut jwk = serde_json::to_value(key(number).as_verification_key()).expect("JSON");
    jwk["alg"] = json!("RS256");
    jwk
}

fn rs256(number: usize, message: &str) -> Vec<u8> {
    key(number).sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, message.as_bytes()).expect("signs")
}

fn hs256(secret: &[u8], message: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length");
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// A JSON Web Token, written out by hand.
fn jwt(script: &Script, claims: &Value) -> String {
    let mut header = match script.signing {
        Signing::Key(number) => json!({"alg": "RS256", "kid": format!("key-{number}")}),
        Signing::Spoilt => json!({"alg": "RS256", "kid": "key-0"}),
        Signing::Nothing => json!({"alg": "none"}),
        Signing::SharedPublicKey | Signing::SharedSecret => json!({"alg": "HS256", "kid": "key-0"}),
    };
    (script.header)(&mut header);
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = match script.signing {
        Signing::Key(number) => rs256(number, &message),
        Signing::Nothing => Vec::new(),
        Signing::SharedPublicKey => hs256(public_key(0)["n"].as_str().expect("modulus").as_bytes(), &message),
        Signing::SharedSecret => hs256(CLIENT_SECRET.as_bytes(), &message),
        Signing::Spoilt => {
            let mut signature = rs256(0, &message);
            signature[100] ^= 1;
            signature
        }
    };
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

struct Request {
    path: String,
    authorization: String,
    form: HashMap<String, String>,
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let field = |name: &str| {
                head.lines().find_map(|line| {
                    let (key, value) = line.split_once(": ")?;
                    key.eq_ignore_ascii_case(name).then(|| value.to_owned())
                })
            };
            let length = field("content-length").map_or(0, |n| n.parse().expect("a length"));
            if body.len() >= length {
                return Some(Request {
                    path: head.split(' ').nth(1)?.to_owned(),
                    authorization: field("authorization").unwrap_or_default(),
                    form: form_urlencoded::parse(body.as_bytes()).into_owned().collect(),
                });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

async fn serve(mut stream: TcpStream, script: Arc<Mutex<Script>>, base: String) {
    let Some(request) = read(&mut stream).await else { return };
    let path = request.path.trim_start_matches("/moved").to_owned();
    let answer = {
        let mut script = script.lock().expect("script");
        script.asked.push(request.path.clone());
        script.answers.get(request.path.as_str()).cloned().unwrap_or(Answer::Right)
    };
    let (status, kind, body, more) = match answer {
        Answer::Right => {
            let (status, body) = right(&mut script.lock().expect("script"), &base, &path, &request);
            (status, "application/json", body.to_string(), String::new())
        }
        Answer::This(status, kind, body) => (status, kind, body, String::new()),
        Answer::Redirect => (302, "text/plain", String::new(), format!("Location: {base}/moved{path}\r\n")),
        Answer::Broken => return,
        // Held until the client gives up and closes its end.
        Answer::Never => return drop(stream.read_u8().await),
    };
    let date = script.lock().expect("script").date;
    let date =
        date.map_or_else(String::new, |at| at.format("Date: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string());
    let length = body.len();
    let whole = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{date}{more}Connection: close\r\n\r\n{body}"
    );
    // A client that stopped listening is the client's affair.
    let _ = stream.write_all(whole.as_bytes()).await;
}

fn right(script: &mut Script, base: &str, path: &str, request: &Request) -> (u16, Value) {
    match path {
        "/.well-known/openid-configuration" => {
            let mut document = json!({
                "issuer": base,
                "authorization_endpoint": format!("{base}/authorize"),
                "token_endpoint": format!("{base}/token"),
                "userinfo_endpoint": format!("{base}/userinfo"),
                "end_session_endpoint": format!("{base}/end?tenant=1"),
                "jwks_uri": format!("{base}/jwks"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
                "authorization_response_iss_parameter_supported": true,
            });
            (script.discovery)(&mut document);
            (200, document)
        }
        "/jwks" => {
            (200, json!({"keys": script.published.iter().map(|n| public_key(*n)).collect::<Vec<_>>()}))
        }
        "/token" => token(script, base, request),
        "/userinfo" => {
            if request.authorization != "Bearer access-token" {
                return (401, json!({}));
            }
            let mut person = json!({
                "sub": SUBJECT, "name": "Ann Other", "email": "ann@school.example", "email_verified": true,
            });
            (script.user_info)(&mut person);
            (200, person)
        }
        _ => (404, json!({})),
    }
}

fn token(script: &mut Script, base: &str, request: &Request) -> (u16, Value) {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = BASE64_STANDARD.encode(format!("{}:{}", encode(CLIENT_ID), encode(CLIENT_SECRET)));
    let in_body = request.form.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET);
    if request.authorization != format!("Basic {basic}") && !in_body {
        return (401, json!({"error": "invalid_client"}));
    }
    let field = |name: &str| request.form.get(name).cloned().unwrap_or_default();
    let refused = (400, json!({"error": "invalid_grant", "error_description": "CANARY"}));
    let Some(code) = script.codes.remove(&field("code")) else { return refused };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    if challenge != code.challenge || field("redirect_uri") != code.redirect_uri {
        return refused;
    }
    let at = |ago: i64| (now() - TimeDelta::seconds(ago)).timestamp();
    let mut claims = json!({
        "iss": base, "sub": SUBJECT, "aud": CLIENT_ID, "azp": CLIENT_ID, "nonce": code.nonce,
        "iat": at(1), "nbf": at(1), "exp": at(-300), "auth_time": at(20), "sid": "session-1",
        "name": "Ann Other", "email": "ann@school.example", "email_verified": true,
        "at_hash": BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest("access-token")[..16]),
    });
    (script.claims)(&mut claims);
    let mut answer = json!({
        "access_token": "access-token", "token_type": "Bearer", "expires_in": 300,
        "id_token": jwt(script, &claims),
    });
    (script.token)(&mut answer);
    (200, answer)
}

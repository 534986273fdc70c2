//! Signing in and out at two OpenID providers that other people wrote, each started for the test: everything a school
//! does on its first day, through the program itself, from `candour init` to the last sign-out.
//!
//! The two share no code of their own, and differ where providers do: `oidc-provider` has RSA keys, claims in userinfo
//! and keys that change at once; `better-auth` has Ed25519 keys, an issuer with a path, claims in the ID token and old
//! keys that go on being published. `faulty_provider` plays the faults that a real provider cannot be asked for.

mod leaving;

use crate::{
    command_line::candour,
    databases::{TestDb, both_databases},
    founding::{ANSWERS, code_of},
};
use candour::{demo::sink::Sink, store::DbUrl};
use macro_rules_attribute::apply;
use reqwest::{Method, StatusCode, header, redirect};
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use url::Url;

/// Which provider.
#[derive(Clone, Copy)]
enum Which {
    OidcProvider,
    BetterAuth,
}

impl Which {
    fn folder(self) -> &'static str {
        match self {
            Self::OidcProvider => "oidc-provider",
            Self::BetterAuth => "better-auth",
        }
    }
}

/// A child that ends with the test, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A provider, running.
struct Provider {
    child: Running,
    says: BufReader<ChildStdout>,
    issuer: String,
    client_id: String,
    client_secret: String,
}

impl Provider {
    fn start(which: Which, candour: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/providers").join(which.folder());
        assert!(
            folder.join("node_modules").is_dir(),
            "the provider is missing: run `make test`, or npm ci --ignore-scripts in {}",
            folder.display()
        );
        let mut command = Command::new("node");
        command.arg("main.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = Running(command.stderr(Stdio::null()).spawn().expect("Node.js is there"));
        writeln!(child.0.stdin.as_mut().unwrap(), "{candour}").unwrap();
        let mut says = BufReader::new(child.0.stdout.take().unwrap());
        let mut told = String::new();
        says.read_line(&mut told).unwrap();
        let told: BTreeMap<String, String> = serde_json::from_str(&told).expect("the provider starts");
        let of = |key: &str| told[key].clone();
        let (issuer, client_id, client_secret) = (of("issuer"), of("client_id"), of("client_secret"));
        Self { child, says, issuer, client_id, client_secret }
    }

    /// Changes its signing keys, as providers do unannounced.
    fn changes_its_keys(&mut self) {
        writeln!(self.child.0.stdin.as_mut().unwrap(), "change").unwrap();
        // It may have notes of its own to say before.
        let mut said = String::new();
        while said != "changed\n" {
            said.clear();
            assert!(self.says.read_line(&mut said).unwrap() > 0, "the provider is there");
        }
    }
}

/// A school on its first day: the provider, the program, and the three codes that `candour init` printed.
struct FirstDay {
    provider: Provider,
    address: String,
    printed: String,
    _candour: Running,
    _mail: Sink,
    _folder: tempfile::TempDir,
    _db: TestDb,
}

impl FirstDay {
    async fn breaks(which: Which, db: TestDb) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("http://127.0.0.1:{port}");
        let provider = Provider::start(which, &address);
        let mail = Sink::start("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let url = match db.url() {
            DbUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DbUrl::Postgres(url) => url.clone(),
        };
        let installation = format!(
            r#"
[server]
public_url = "{address}"
listen = "127.0.0.1:{port}"
[database]
url = "{url}"
[mail]
host = "127.0.0.1"
port = {}
security = "none"
from = "Candour <candour@upton.example>"
[sign_in]
bind = "claim"
issuer = "{}"
client_id = "{}"
bind_claim = "employee_number"
scopes = "openid profile groups"
staff = "groups=staff"
pupils = "groups=pupils"
add_staff = "yes"
"#,
            mail.address().port(),
            provider.issuer,
            provider.client_id,
        );
        fs::write(folder.path().join("answers.toml"), format!("{installation}{ANSWERS}")).unwrap();
        fs::create_dir(folder.path().join("secrets")).unwrap();
        let secret = folder.path().join("secrets/sign-in");
        fs::write(&secret, &provider.client_secret).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        let (code, printed) = candour(folder.path(), &["init", "--answers", "answers.toml"]).await;
        assert_eq!(code, 0, "{printed}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_candour"));
        command.arg("serve").current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut candour = Running(command.spawn().unwrap());
        let mut said = String::new();
        BufReader::new(candour.0.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.starts_with("Candour is at"), "{said:?}");
        Self { provider, address, printed, _candour: candour, _mail: mail, _folder: folder, _db: db }
    }

    fn browser(&self) -> Browser {
        Browser::at(&self.address)
    }

    /// Somebody signs in, in a browser of their own; where that leads is told too.
    async fn signs_in(&self, who: &str) -> (Browser, Page) {
        let mut browser = self.browser();
        let page = browser.sign_in(who).await;
        (browser, page)
    }

    /// Somebody of the first three signs in and types the code they were handed.
    async fn signs_in_with_code(&self, who: &str, name: &str) -> Browser {
        let (mut browser, page) = self.signs_in(who).await;
        assert_eq!(page.url.path(), "/signin/code", "{who} waits for a code: {}", page.body);
        let inside = browser.enters_code(&page, &code_of(&self.printed, name)).await;
        assert!(
            inside.status == StatusCode::OK && inside.url.path() != "/signin/code",
            "{who}: {}",
            inside.body
        );
        assert!(browser.is_in().await);
        browser
    }
}

/// A page a browser came to.
pub struct Page {
    pub status: StatusCode,
    pub url: Url,
    pub body: String,
}

/// A browser: cookies of each origin, and redirects followed across them.
pub struct Browser {
    http: reqwest::Client,
    home: String,
    cookies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Browser {
    /// A new one, whose home is Candour.
    pub fn at(address: &str) -> Self {
        // An error only says that another test did so before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { http, home: address.to_owned(), cookies: BTreeMap::new() }
    }

    /// One request, no redirect followed.
    async fn ask(
        &mut self,
        method: Method,
        url: &Url,
        fields: &[(String, String)],
    ) -> (StatusCode, Option<Url>, String) {
        let origin = url.origin().ascii_serialization();
        let mine = self.cookies.entry(origin.clone()).or_default();
        let cookies: Vec<String> = mine.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.http.request(method.clone(), url.clone());
        request = request.header(header::COOKIE, cookies.join("; ")).header(header::ACCEPT, "text/html");
        if method == Method::POST {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let form = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, form).header(header::ORIGIN, origin).body(body);
        }
        let answer = request.send().await.unwrap();
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                mine.remove(name);
            } else {
                mine.insert(name.to_owned(), value.to_owned());
            }
        }
        let to = answer.headers().get(header::LOCATION).map(|to| url.join(to.to_str().unwrap()).unwrap());
        (answer.status(), to, answer.text().await.unwrap())
    }

    async fn go(&mut self, mut method: Method, mut url: Url, mut fields: Vec<(String, String)>) -> Page {
        for _ in 0..12 {
            let (status, to, body) = self.ask(method, &url, &fields).await;
            let Some(next) = to else { return Page { status, url, body } };
            (method, url, fields) = (Method::GET, next, Vec::new());
        }
        panic!("redirected for ever, at last to {url}");
    }

    pub async fn get(&mut self, address: &str) -> Page {
        let url = Url::parse(&self.home).unwrap().join(address).unwrap();
        self.go(Method::GET, url, Vec::new()).await
    }

    /// Presses the button of the form on a page that goes to this address.
    pub async fn submit(&mut self, page: &Page, to: &str, more: &[(&str, &str)]) -> Page {
        let form =
            page.body.split("<form").find(|form| attribute(form, "action").is_some_and(|a| a.contains(to)));
        let form = form.unwrap_or_else(|| panic!("no form goes to {to} at {}: {}", page.url, page.body));
        let form = form.split("</form>").next().unwrap();
        let action = page.url.join(&attribute(form, "action").unwrap()).unwrap();
        let hidden =
            form.split("<input").skip(1).filter(|input| input.split('>').next().unwrap().contains("hidden"));
        let named =
            |input: &str| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
        let mut fields: Vec<(String, String)> = hidden.filter_map(named).collect();
        fields.extend(form.split("<button").skip(1).take(1).filter_map(named));
        fields.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.go(Method::POST, action, fields).await
    }

    /// Enters a one-time code on a page, and says that it is theirs.
    pub async fn enters_code(&mut self, page: &Page, code: &str) -> Page {
        let asked = self.submit(page, "/signin/code", &[("code", code)]).await;
        assert!(asked.body.contains("Is that you?"), "{}", asked.body);
        // The first button of the form says yes.
        self.submit(&asked, "/signin/code", &[]).await
    }

    /// Signs in: away to the provider, a choice there unless it remembers somebody, and back.
    async fn sign_in(&mut self, who: &str) -> Page {
        let page = self.get("/signin/start?provider=0").await;
        if page.is_choice() { self.submit(&page, "", &[("user", who)]).await } else { page }
    }

    /// Signs out of Candour, from its settings.
    async fn signs_out(&mut self) -> Page {
        let page = self.get("/settings").await;
        self.submit(&page, "/signout", &[]).await
    }

    /// Whether Candour still knows this browser.
    async fn is_in(&mut self) -> bool {
        let url = Url::parse(&self.home).unwrap().join("/my-reports").unwrap();
        let (status, to, _) = self.ask(Method::GET, &url, &[]).await;
        assert!(status == StatusCode::OK || to.is_some_and(|to| to.path() == "/signin"), "{status}");
        status == StatusCode::OK
    }
}

impl Page {
    /// Whether the provider asks whom to sign in.
    fn is_choice(&self) -> bool {
        self.body.contains("<title>Choose</title>")
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = tag.split('>').next()?.split(&format!("{name}=\"")).nth(1)?;
    let value = rest.split('"').next()?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&").replace("&quot;", "\""))
}

/// Everybody's first arrival, and what a provider's answer may not be.
async fn everybody_arrives(which: Which, db: TestDb) {
    let day = FirstDay::breaks(which, db).await;

    // Staff whom the provider marks come in by themselves, and have nothing but their own reports.
    let (mut teacher, page) = day.signs_in("teacher").await;
    assert_eq!((page.status, page.url.path()), (StatusCode::OK, "/report"), "{}", page.body);
    assert!(page.body.contains("Tess Teacher") && page.body.contains("Upton School"));
    for desk in ["/queue", "/admin/access-requests"] {
        assert_eq!(teacher.get(desk).await.status, StatusCode::NOT_FOUND, "{desk}");
    }

    // The first three have codes: the provider's word alone opens nothing to them.
    let mut head = day.signs_in_with_code("head", "Hedda Head").await;
    assert_eq!(head.get("/queue").await.status, StatusCode::OK);
    day.signs_in_with_code("chair", "Charlie Chair").await;
    let mut administrator = day.signs_in_with_code("administrator", "Ada Ministrator").await;

    // A pupil is refused though a group says staff; somebody of no group waits outside, and is seen to.
    let (_, page) = day.signs_in("pupil").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("Candour is for the adults of your school"));
    let (mut parent, page) = day.signs_in("parent").await;
    assert_eq!(page.url.path(), "/signin/code");
    assert!(!parent.is_in().await);
    // The list asks for a fresh sign-in: the provider really asks again, though it remembers her.
    let page = administrator.get("/admin/access-requests").await;
    assert!(page.url.path() == "/signin" && page.url.query().unwrap().contains("again=yes"), "{}", page.url);
    let page = administrator.get("/signin/start?provider=0&again=yes&return_to=/admin/access-requests").await;
    assert!(page.is_choice(), "{}", page.body);
    let page = administrator.submit(&page, "", &[("user", "administrator")]).await;
    assert!(page.url.path() == "/admin/access-requests" && page.body.contains("Paul Parent"), "{}", page.url);
    assert!(!page.body.contains("Penny Pupil"));
}

/// What comes back from the provider is refused if it was touched on the way.
async fn answers_that_were_touched(which: Which, db: TestDb) {
    let day = FirstDay::breaks(which, db).await;
    for touched in ["code_challenge", "code_challenge_method", "nonce", "iss", "state", "code"] {
        let mut browser = day.browser();
        let start = Url::parse(&format!("{}/signin/start?provider=0", day.address)).unwrap();
        let (_, to, _) = browser.ask(Method::GET, &start, &[]).await;
        let asked = to.unwrap();
        assert!(asked.query().unwrap().contains("code_challenge_method=S256"), "{asked}");
        let there = match touched {
            "code_challenge_method" => without(&asked, touched),
            "code_challenge" | "nonce" => {
                with(&asked, touched, "A234567890123456789012345678901234567890123")
            }
            _ => asked,
        };
        // As far as the way back, which is not gone yet.
        let mut next = (Method::GET, there, Vec::new());
        let back = loop {
            let (status, to, body) = browser.ask(next.0, &next.1, &next.2).await;
            next = match to {
                Some(to) if to.path() == "/signin/callback" => break to,
                Some(to) => (Method::GET, to, Vec::new()),
                None => {
                    let page = Page { status, url: next.1, body };
                    assert!(page.is_choice(), "{touched}: {}", page.body);
                    let action = page
                        .url
                        .join(&attribute(page.body.split("<form").nth(1).unwrap(), "action").unwrap());
                    let query = attribute(page.body.split("<input").nth(1).unwrap(), "value").unwrap();
                    let fields = [("query", query.as_str()), ("user", "teacher")];
                    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
                    (Method::POST, action.unwrap(), fields.to_vec())
                }
            };
        };
        let back = match touched {
            "iss" => without(&back, "iss"),
            "state" | "code" => with(&back, touched, "A234567890123456789012345678901234567890123"),
            _ => back,
        };
        let page = browser.go(Method::GET, back, Vec::new()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{touched}: {}", page.body);
        assert!(!browser.is_in().await, "{touched}");
    }
    // Untouched, the same steps let her in.
    let (mut teacher, _) = day.signs_in("teacher").await;
    assert!(teacher.is_in().await);
}

fn without(url: &Url, name: &str) -> Url {
    let kept: Vec<_> = url.query_pairs().into_owned().filter(|(key, _)| key != name).collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(kept);
    url
}

fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut url = without(url, name);
    url.query_pairs_mut().append_pair(name, value);
    url
}

#[apply(both_databases!)]
async fn s1_everybody_arrives_at_oidc_provider(db: TestDb) {
    everybody_arrives(Which::OidcProvider, db).await;
}

#[apply(both_databases!)]
async fn s1_everybody_arrives_at_better_auth(db: TestDb) {
    everybody_arrives(Which::BetterAuth, db).await;
}

#[apply(both_databases!)]
async fn s1_no_answer_of_oidc_provider_may_be_touched(db: TestDb) {
    answers_that_were_touched(Which::OidcProvider, db).await;
}

#[apply(both_databases!)]
async fn s1_no_answer_of_better_auth_may_be_touched(db: TestDb) {
    answers_that_were_touched(Which::BetterAuth, db).await;
}

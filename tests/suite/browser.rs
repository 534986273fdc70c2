//! A real browser, driven as a person would: by the words on buttons, links, questions and labels.
//!
//! Needs Chromium and its driver on the path. Each `Browser` has its own driver, port and empty profile, and is gone
//! when dropped. The accessibility checker is installed once into the build folder from the lock file in
//! `tests/browser`.

use base64::Engine as _;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel, RequestData, SessionId, TypingData};
use tokio::sync::{Semaphore, SemaphorePermit};

/// As few surprises as possible: no first-run pages, no updates, nothing fetched but what a page names.
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--window-size=1280,900",
];
const INSTALL: &str = "install Chromium and its driver (Debian: apt install chromium chromium-driver)";

/// More browsers at once than this only wait for one another.
static SEATS: Semaphore = Semaphore::const_new(2);

/// A browser with one window. Every method fails the test, naming the page, where a person could not go on.
pub struct Browser {
    // Dropped in this order: the driver's process is ended before the profile is removed.
    driver: WebDriver,
    process: Driver,
    _profile: TempDir,
    _seat: SemaphorePermit<'static>,
}

/// The width a page is shown at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// 320 CSS pixels: the narrowest WCAG asks for (reflow).
    Narrow,
    /// 390 CSS pixels at double density.
    Phone,
    /// 1,280 CSS pixels.
    Laptop,
}

impl Screen {
    fn metrics(self) -> Value {
        let (width, height, density) = match self {
            Self::Narrow => (320, 800, 1),
            Self::Phone => (390, 844, 2),
            Self::Laptop => (1280, 900, 1),
        };
        json!({ "width": width, "height": height, "deviceScaleFactor": density, "mobile": self != Self::Laptop })
    }
}

impl Browser {
    /// Starts a driver on a free port and a browser with an empty profile.
    pub async fn open() -> Self {
        // reqwest, which talks to the driver, wants a TLS provider even for plain HTTP; a second install is refused.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let seat = SEATS.acquire().await.expect("the seats are never closed");
        let process = Driver::start();
        let profile = tempfile::tempdir().expect("a folder for the profile");
        let mut wishes = ChromeCapabilities::new();
        for flag in FLAGS {
            wishes.add_arg(flag).unwrap();
        }
        wishes.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        wishes.set_binary(&chromium()).unwrap();
        wishes.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let driver = WebDriver::new(&format!("http://127.0.0.1:{}", process.port), wishes).await;
        let driver = driver.unwrap_or_else(|e| panic!("Chromium did not start: {e}"));
        driver.set_script_timeout(Duration::from_secs(120)).await.unwrap();
        driver.set_page_load_timeout(Duration::from_secs(120)).await.unwrap();
        let browser = Self { driver, process, _profile: profile, _seat: seat };
        browser.show_on(Screen::Laptop).await;
        browser
    }

    /// Opens an address and waits until it has loaded.
    pub async fn goto(&self, address: &str) {
        self.driver.goto(address).await.unwrap_or_else(|e| panic!("{address} did not open: {e}"));
    }

    /// The address of the page.
    pub async fn address(&self) -> String {
        self.driver.current_url().await.unwrap().to_string()
    }

    /// The page's title.
    pub async fn title(&self) -> String {
        self.driver.title().await.unwrap()
    }

    /// Waits for the page with this title: for what a key press sets off, which the driver does not wait for itself.
    pub async fn arrives_at(&self, title: &str) {
        let since = Instant::now();
        while self.title().await != title {
            assert!(
                since.elapsed() < Duration::from_secs(60),
                "{title:?} never came\n{}",
                self.place().await
            );
        }
    }

    /// Waits for the page at this address: for what a form sends the browser on to.
    pub async fn arrives_at_address(&self, address: &str) {
        let since = Instant::now();
        while self.address().await != address {
            let place = self.place().await;
            assert!(since.elapsed() < Duration::from_secs(60), "{address} never came\n{place}");
        }
    }

    /// The words a person sees on the page.
    pub async fn text(&self) -> String {
        self.ask("return document.body.getClientRects().length ? document.body.innerText : ''", vec![])
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Presses the button, link or folded heading with these words.
    pub async fn click(&self, words: &str) {
        self.press_element("click", &[words]).await;
    }

    /// Replaces what stands in the field with this label.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.find("field", &[label]).await;
        let done = async {
            field.clear().await?;
            field.send_keys(text).await
        };
        if let Err(e) = done.await {
            panic!("{label:?} could not be filled: {e}\n{}", self.place().await);
        }
    }

    /// Gives an answer to a question: a radio button, a checkbox, or a line of a list.
    pub async fn choose(&self, question: &str, answer: &str) {
        self.press_element("choose", &[question, answer]).await;
    }

    /// Types keys at whatever has the focus.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        self.driver.action_chain().send_keys(keys).perform().await.unwrap();
    }

    /// What a script in the page answers. `arguments[0]` onwards are the arguments.
    pub async fn ask(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.driver.execute(script.to_owned(), arguments).await;
        answer.unwrap_or_else(|e| panic!("{script}: {e}")).json().clone()
    }

    /// Shows pages at another width from now on.
    pub async fn show_on(&self, screen: Screen) {
        self.devtools("Emulation.setDeviceMetricsOverride", screen.metrics()).await;
    }

    /// Runs no scripts of pages opened from now on.
    pub async fn refuse_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Saves a PNG of the whole page, not only of the part on the screen.
    pub async fn screenshot(&self, path: &Path) {
        self.ask("window.scrollTo(0, 0)", vec![]).await;
        let size = self.devtools("Page.getLayoutMetrics", json!({})).await["cssContentSize"].clone();
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        let wish = json!({ "format": "png", "captureBeyondViewport": true, "clip": clip });
        let picture =
            self.devtools("Page.captureScreenshot", wish).await["data"].as_str().unwrap().to_owned();
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).unwrap();
        }
        std::fs::write(path, base64::engine::general_purpose::STANDARD.decode(picture).unwrap()).unwrap();
    }

    /// What the accessibility checker (WCAG 2.2 A and AA, best practice) objects to, and every id that stands twice.
    pub async fn axe(&self) -> Vec<String> {
        self.driver.execute(axe_source().to_owned(), vec![]).await.expect("the checker loads");
        let found = self.driver.execute_async(RUN_AXE.to_owned(), vec![]).await;
        let found = found.unwrap_or_else(|e| panic!("the checker did not finish: {e}"));
        found.convert().expect("a list of words")
    }

    /// Errors the page's console has shown since the last call: refused by the security policy, not found, thrown.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("the browser's log");
        log.into_iter().filter(|e| e.level == "SEVERE" || e.level == "WARNING").map(|e| e.message).collect()
    }

    /// Fails where the page must be scrolled sideways on this screen. The screen stays.
    pub async fn no_horizontal_overflow(&self, screen: Screen) {
        self.show_on(screen).await;
        let wide = self.ask(WIDER_THAN_THE_SCREEN, vec![]).await;
        assert_eq!(wide, json!([]), "wider than {screen:?}\n{}", self.place().await);
    }

    async fn press_element(&self, how: &str, words: &[&str]) {
        let element = self.find(how, words).await;
        if let Err(e) = element.click().await {
            panic!("{words:?} could not be pressed: {e}\n{}", self.place().await);
        }
    }

    async fn find(&self, how: &str, words: &[&str]) -> WebElement {
        let found = self.driver.execute(FIND.to_owned(), vec![json!(how), json!(words)]).await.unwrap();
        match found.element() {
            Ok(element) => element,
            Err(_) => panic!("nothing to {how} with {words:?}\n{}", self.place().await),
        }
    }

    async fn place(&self) -> String {
        format!("on {}:\n{}", self.address().await, self.text().await)
    }

    async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.driver.handle().cmd(Devtools { command, parameters }).await;
        answer.unwrap_or_else(|e| panic!("{command}: {e}")).value().unwrap()
    }
}

impl Drop for Browser {
    /// Ends the session over a connection of its own. The client's are kept alive by the test's own runtime, which is
    /// this very thread: waiting for one here would never end.
    fn drop(&mut self) {
        let session = self.driver.session_id().to_string();
        let _ = self.driver.clone().leak();
        let _ = self.process.end(&session);
    }
}

/// Finds what a person means by some words, as a script in the page. An exact match wins over a beginning.
const FIND: &str = r##"
const [how, words] = arguments;
const plain = (node) => (node.innerText || node.textContent || node.value || "").replace(/\s+/g, " ").trim();
const named = (nodes, name) => {
  const seen = [...nodes].filter((node) => node.getClientRects().length > 0);
  return seen.find((node) => plain(node) === name) ?? seen.find((node) => plain(node).startsWith(name)) ?? null;
};
let target = null;
if (how === "click") {
  target = named(document.querySelectorAll("a, button, summary, input[type=submit]"), words[0]);
} else if (how === "field") {
  target = named(document.querySelectorAll("label"), words[0])?.control ?? null;
} else {
  const list = named(document.querySelectorAll("label"), words[0])?.control;
  if (list?.tagName === "SELECT") {
    target = [...list.options].find((option) => plain(option) === words[1]) ?? null;
  } else {
    const question = named(document.querySelectorAll("legend"), words[0])?.closest("fieldset");
    target = question && named(question.querySelectorAll("label"), words[1]);
  }
}
target?.scrollIntoView({ block: "center", behavior: "instant" });
return target;
"##;

const RUN_AXE: &str = r#"
const done = arguments[arguments.length - 1];
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const lines = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => `${rule.id} (${rule.impact}): ${rule.help}: ${node.target.join(" ")}`));
const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `id ${id} stands twice`);
axe.run(document, { runOnly: { type: "tag", values: tags } }).then(
  (result) => done([...lines(result.violations), ...lines(result.incomplete.filter((rule) => rule.id.startsWith("duplicate-id"))), ...twice]),
  (error) => done([`the checker failed: ${error}`]),
);
"#;

const WIDER_THAN_THE_SCREEN: &str = r#"
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) return [];
const wide = [...document.body.querySelectorAll("*")].filter((node) => node.getBoundingClientRect().right > width + 1);
return [`page is ${document.documentElement.scrollWidth} of ${width}`, ...wide.slice(0, 8).map((node) => `${node.tagName} ${node.className}`)];
"#;

/// One command of the browser's own protocol, which WebDriver passes on.
#[derive(Debug)]
struct Devtools {
    command: &'static str,
    parameters: Value,
}

impl FormatRequestData for Devtools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(http::Method::POST, format!("/session/{session}/goog/cdp/execute"))
            .add_body(json!({ "cmd": self.command, "params": self.parameters }))
    }
}

/// The driver's process, ended when dropped.
struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts it on a port of its choosing, which it says on its standard output.
    fn start() -> Self {
        let started =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child = started.unwrap_or_else(|e| panic!("chromedriver did not start ({e}): {INSTALL}"));
        let mut said = BufReader::new(child.stdout.take().expect("its output was asked for"));
        let port = port(&mut said);
        // It goes on talking; nobody reading would stop it once the pipe is full.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, port }
    }

    /// Asks it to end a session, and with it the browser, and waits for the answer.
    fn end(&self, session: &str) -> std::io::Result<()> {
        let mut line = TcpStream::connect(("127.0.0.1", self.port))?;
        line.set_read_timeout(Some(Duration::from_secs(20)))?;
        write!(line, "DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
        line.read(&mut [0; 64]).map(|_| ())
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn port(said: &mut BufReader<ChildStdout>) -> u16 {
    for line in said.lines() {
        let line = line.expect("chromedriver speaks text");
        if let Some((_, port)) = line.split_once("successfully on port ") {
            return port.trim_end_matches('.').parse().expect("a port");
        }
    }
    panic!("chromedriver ended without naming its port")
}

fn chromium() -> String {
    let folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("chromium was not found: {INSTALL}")).display().to_string()
}

/// The checker's source, installed the first time.
fn axe_source() -> &'static str {
    static SOURCE: OnceLock<String> = OnceLock::new();
    SOURCE.get_or_init(|| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
        let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe");
        let file = to.join("node_modules/axe-core/axe.min.js");
        let lock = std::fs::read(from.join("package-lock.json")).unwrap();
        let is_current =
            file.exists() && std::fs::read(to.join("package-lock.json")).is_ok_and(|old| old == lock);
        if !is_current {
            std::fs::create_dir_all(&to).unwrap();
            for name in ["package.json", ".npmrc", "package-lock.json"] {
                std::fs::copy(from.join(name), to.join(name)).unwrap();
            }
            let npm = Command::new("npm")
                .args(["ci", "--ignore-scripts", "--prefer-offline"])
                .current_dir(&to)
                .output();
            let npm = npm
                .unwrap_or_else(|e| panic!("npm did not start ({e}): install Node.js 20 or newer with npm"));
            assert!(npm.status.success(), "npm ci: {}", String::from_utf8_lossy(&npm.stderr));
        }
        std::fs::read_to_string(&file).unwrap()
    })
}

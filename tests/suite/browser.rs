//! A real browser, driven as a person would: by the words on buttons, links, questions and labels.
//!
//! Needs Chromium and its driver on the path. Each `Browser` has its own driver, port and empty profile, and is gone
//! when dropped. The accessibility checker is installed once into the build folder from the lock file in
//! `tests/browser`.

mod concern;
mod driver;
mod scripts;
pub mod vocabulary;

use base64::Engine as _;
use driver::{Driver, chromium};
use scripts::{
    FIND, FOCUSED, HAS_ARRIVED, HEADING, MARK_AS_LEFT, RUN_AXE, WIDER_THAN_THE_SCREEN, axe_source,
};
use serde_json::{Value, json};
use std::path::Path;
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

/// More browsers at once than this only wait for one another.
static SEATS: Semaphore = Semaphore::const_new(2);

/// A browser with one window. Every method fails the test, naming the page, if a person could not go on.
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
    /// As wide as an A4 page between its margins.
    Sheet,
}

impl Screen {
    fn metrics(self) -> Value {
        let (width, height, density) = match self {
            Self::Narrow => (320, 800, 1),
            Self::Phone => (390, 844, 2),
            Self::Laptop => (1280, 900, 1),
            Self::Sheet => (703, 1017, 1),
        };
        // Scroll bars of a phone take no room, and paper has none.
        let is_mobile = self != Self::Laptop;
        json!({ "width": width, "height": height, "deviceScaleFactor": density, "mobile": is_mobile })
    }
}

/// How a person has their device show pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appearance {
    /// As pages come.
    Usual,
    /// The device asks for dark pages.
    Dark,
    /// The device has colours of its own, few and strong.
    ForcedColours,
    /// On paper.
    Paper,
}

impl Appearance {
    fn media(self) -> Value {
        let feature =
            |name: &str, value: &str| json!({ "media": "", "features": [{ "name": name, "value": value }] });
        match self {
            Self::Usual => json!({ "media": "", "features": [] }),
            Self::Dark => feature("prefers-color-scheme", "dark"),
            Self::ForcedColours => feature("forced-colors", "active"),
            Self::Paper => json!({ "media": "print", "features": [] }),
        }
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

    /// The page's main heading.
    pub async fn heading(&self) -> String {
        self.ask(HEADING, vec![]).await.as_str().unwrap_or_default().to_owned()
    }

    /// What has the focus, by the words a person knows it by.
    pub async fn focused(&self) -> String {
        self.ask(FOCUSED, vec![]).await.as_str().unwrap_or_default().to_owned()
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

    /// Waits for the page at this address, whatever it is asked: for what a form sends the browser on to.
    pub async fn arrives_at_address(&self, address: &str) {
        let since = Instant::now();
        let is_it =
            |now: &str| now == address || now.split_once('?').is_some_and(|(page, _)| page == address);
        while !is_it(&self.address().await) {
            let place = self.place().await;
            assert!(since.elapsed() < Duration::from_secs(60), "{address} never came\n{place}");
        }
    }

    /// Waits until the page says all of this.
    pub async fn comes_to_say(&self, words: &[&str]) {
        let since = Instant::now();
        loop {
            let text = self.text().await;
            if words.iter().all(|some| text.contains(some)) {
                return;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "{words:?} never came\n{text}");
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

    /// Waits until a press has led to another page, loaded, whose main heading ends in these words.
    ///
    /// What was pressed must have come from [`Browser::leaves_by`], which marks the page that is left.
    async fn arrives_under(&self, heading: &str, pressed: &str) {
        let since = Instant::now();
        loop {
            // While one page gives way to the next there is nobody to answer.
            let answer = self.driver.execute(HAS_ARRIVED.to_owned(), vec![json!(heading)]).await;
            if answer.is_ok_and(|answer| answer.json() == &json!(true)) {
                return;
            }
            if since.elapsed() > Duration::from_secs(60) {
                panic!("{pressed:?} did not lead to {heading:?}\n{}", self.place().await);
            }
        }
    }

    /// Presses what has these words, and waits for the page it leads to by its main heading.
    pub async fn leaves_by(&self, words: &str, heading: &str) {
        self.ask(MARK_AS_LEFT, vec![]).await;
        self.click(words).await;
        self.arrives_under(heading, words).await;
    }

    /// Presses the browser's own Back button, and waits for the page it leads to by its main heading.
    pub async fn goes_back_to(&self, heading: &str) {
        self.ask(MARK_AS_LEFT, vec![]).await;
        self.driver.back().await.unwrap();
        self.arrives_under(heading, "Back").await;
    }

    /// Types keys at whatever has the focus, and waits for the page they lead to by its main heading.
    pub async fn leaves_by_key(&self, keys: impl Into<TypingData>, heading: &str) {
        self.ask(MARK_AS_LEFT, vec![]).await;
        self.press(keys).await;
        self.arrives_under(heading, "a key").await;
    }

    /// Puts aside everything the browser was told to remember, as if somebody got up from it.
    pub async fn is_left(&self) -> Value {
        let kept = self.devtools("Network.getAllCookies", json!({})).await["cookies"].clone();
        self.devtools("Network.clearBrowserCookies", json!({})).await;
        kept
    }

    /// Remembers again what was put aside, as if somebody sat down at it.
    pub async fn is_taken_up(&self, kept: &Value) {
        self.devtools("Network.setCookies", json!({ "cookies": kept })).await;
    }

    /// Shows pages as a person has set their device, or as they come out of a printer, from now on.
    pub async fn show_as(&self, appearance: Appearance) {
        self.devtools("Emulation.setEmulatedMedia", appearance.media()).await;
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

    /// What stands in the field with this label.
    pub async fn value(&self, label: &str) -> String {
        let field = self.find("field", &[label]).await;
        field.prop("value").await.unwrap().unwrap_or_default()
    }

    /// Fills the empty field with this label in the group of fields with this heading.
    pub async fn fill_in(&self, group: &str, label: &str, text: &str) {
        let field = self.find("field", &[label, "", group]).await;
        if let Err(e) = field.send_keys(text).await {
            panic!("{label:?} of {group:?} could not be filled: {e}\n{}", self.place().await);
        }
    }

    /// Gives an answer to a question in the group of fields with this heading.
    pub async fn choose_in(&self, group: &str, question: &str, answer: &str) {
        self.press_element("choose", &[question, answer, group]).await;
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

    /// Fails if the page must be scrolled sideways on this screen. The screen stays.
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

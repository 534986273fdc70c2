//! The style guide in a real browser: accessible, within its security policy, whole without scripts, at every width.

use crate::browser::{Browser, Screen};
use crate::styleguide::Styleguide;
use actix_web::{App, HttpResponse, HttpServer, dev::ServerHandle, web};
use askama::Template;
use candour::web::http::assets;
use candour::web::http::page::{Mistakes, Spacing, Theme};
use serde_json::json;
use std::collections::HashMap;
use thirtyfour::Key;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// A server with nothing but the style guide, stopped when dropped.
struct Shown {
    address: String,
    handle: ServerHandle,
}

impl Shown {
    fn start() -> Self {
        let server = HttpServer::new(|| {
            App::new()
                .route("/assets/{name}", web::get().to(assets::serve))
                .route("/styleguide", web::get().to(styleguide))
                .route("/styleguide", web::post().to(sent))
                .route("/lock", web::post().to(locked))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, handle }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        // Asking is enough: the runtime ends with the test.
        drop(self.handle.stop(false));
    }
}

async fn styleguide(wish: web::Query<HashMap<String, String>>) -> HttpResponse {
    let wish = wish.get("show").map_or("", String::as_str);
    let page = if wish == "mistakes" { Styleguide::mistaken() } else { Styleguide::new(Mistakes::none()) };
    let page = match wish {
        "dark" => page.looking(Theme::Dark, Spacing::Usual),
        "wide" => page.looking(Theme::Light, Spacing::Wide),
        _ => page,
    };
    answer(page.render().unwrap())
}

async fn sent(form: web::Bytes) -> HttpResponse {
    answer(format!(
        "<!DOCTYPE html><html lang=\"en\"><title>Sent</title><p>{}",
        String::from_utf8_lossy(&form)
    ))
}

async fn locked() -> HttpResponse {
    answer("<!DOCTYPE html><html lang=\"en\"><title>Locked</title><p>Locked".into())
}

fn answer(html: String) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header(("Content-Security-Policy", POLICY)).insert_header(("Cache-Control", "no-store"));
    answer.content_type("text/html; charset=utf-8").body(html)
}

#[actix_web::test]
async fn is_accessible_in_every_colour_and_width() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    for (look, screen) in [
        ("plain", Screen::Laptop),
        ("mistakes", Screen::Laptop),
        ("dark", Screen::Laptop),
        ("plain", Screen::Phone),
        ("mistakes", Screen::Narrow),
        ("wide", Screen::Narrow),
    ] {
        browser.show_on(screen).await;
        browser.goto(&shown.at(&format!("/styleguide?show={look}"))).await;
        browser.is_right_on(&[screen], &format!("styleguide-{look}")).await;
    }
}

#[actix_web::test]
async fn the_checker_and_the_policy_are_really_on() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.goto(&shown.at("/styleguide")).await;
    let spoil = "document.querySelector('label').remove(); const i = document.createElement('i'); i.id = 'what'; document.body.append(i);";
    browser.ask(spoil, vec![]).await;
    let objections = browser.axe().await;
    assert!(objections.iter().any(|o| o.starts_with("label ")), "{objections:?}");
    assert!(objections.iter().any(|o| o == "id what stands twice"), "{objections:?}");
    let break_out = "const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.head.append(s); \
        try { document.body.insertAdjacentHTML('beforeend', '<p>x</p>'); return 'let in' } catch (e) { return e.name }";
    assert_eq!(
        browser.ask(break_out, vec![]).await,
        json!("TypeError"),
        "Trusted Types let words become markup"
    );
    let errors = browser.console_errors().await;
    assert!(errors.iter().any(|e| e.contains("style-src")), "inline style was let in: {errors:?}");
}

#[actix_web::test]
async fn a_form_is_filled_by_its_words_and_a_second_press_sends_nothing() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.goto(&shown.at("/styleguide")).await;
    browser.sees("Pretend school: enter nothing real").await;
    browser.choose("What is your concern about?", "Filtering or monitoring").await;
    browser.choose("Is anyone at risk right now?", "No").await;
    browser.choose("Which of these are in place?", "Devices are kept as they were found").await;
    browser.choose("Who should own it?", "Amina Patel").await;
    browser.fill("What happened?", "A pupil saw an advert").await;
    // The follow-up of the chosen answer is shown, and that of no other.
    browser.sees("Date you noticed it").await;
    browser.choose("When did you notice it?", "In the last hour").await;
    browser.does_not_see("Date you noticed it").await;
    browser.goto(&shown.at("/styleguide")).await;
    browser.fill("What happened?", "A pupil saw an advert").await;
    let second = "const form = document.querySelector('main form'); const seen = []; \
        addEventListener('submit', (e) => { seen.push(e.defaultPrevented); e.preventDefault() }); \
        form.requestSubmit(); form.requestSubmit(); return seen";
    assert_eq!(browser.ask(second, vec![]).await, json!([false, true]));
    browser.goto(&shown.at("/styleguide")).await;
    browser.choose("Is anyone at risk right now?", "No").await;
    browser.click("Save and finish later").await;
    browser.comes_to_say(&["csrf=a-token", "risk=no", "act=later"]).await;
}

#[actix_web::test]
async fn escape_three_times_hides_the_screen_and_locks() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.goto(&shown.at("/styleguide")).await;
    browser.press(Key::Escape + Key::Escape).await;
    browser.press("x").await;
    browser.press(Key::Escape + "").await;
    assert_eq!(browser.title().await, "Style guide – Candour", "three presses with another between them");
    let hold = "addEventListener('submit', (e) => e.preventDefault());";
    browser.ask(hold, vec![]).await;
    browser.press(Key::Escape + Key::Escape + Key::Escape).await;
    assert_eq!(browser.title().await, "Candour");
    assert_eq!(browser.text().await, "", "the page is blank before the server has answered");
    browser.goto(&shown.at("/styleguide")).await;
    browser.press(Key::Escape + Key::Escape + Key::Escape).await;
    browser.arrives_at("Locked").await;
    assert!(browser.address().await.ends_with("/lock"));
}

#[actix_web::test]
async fn the_summary_of_mistakes_has_the_focus_and_leads_to_the_field() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.goto(&shown.at("/styleguide?show=mistakes")).await;
    let focus = "return document.activeElement.className + '#' + document.activeElement.id";
    assert_eq!(browser.ask(focus, vec![]).await, json!("govuk-error-summary#"));
    browser.click("Enter what happened").await;
    assert!(browser.ask(focus, vec![]).await.as_str().unwrap().ends_with("#what"));
    assert_eq!(browser.title().await, "Error: Style guide – Candour");
}

#[actix_web::test]
async fn the_menu_folds_on_a_phone_and_characters_are_counted() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.show_on(Screen::Phone).await;
    browser.goto(&shown.at("/styleguide")).await;
    browser.does_not_see("My reports").await;
    browser.click("Menu").await;
    browser.sees("My reports").await;
    browser.fill("What happened?", &"word ".repeat(700)).await;
    let counted = "return document.querySelector('.govuk-character-count__status').textContent";
    assert_eq!(browser.ask(counted, vec![]).await, json!("You have 500 characters remaining"));
}

#[actix_web::test]
async fn everything_is_there_without_scripts() {
    let (shown, browser) = (Shown::start(), Browser::open().await);
    browser.refuse_scripts().await;
    browser.show_on(Screen::Phone).await;
    browser.goto(&shown.at("/styleguide")).await;
    let text = browser.text().await;
    assert!(text.contains("My reports") && text.contains("You can enter up to 4000 characters"), "{text}");
    assert!(!text.contains("Print this page"), "a button that could do nothing is shown");
    browser.choose("Is anyone at risk right now?", "No").await;
    browser.click("Send report").await;
    browser.arrives_at("Sent").await;
    browser.sees("risk=no").await;
    browser.goto(&shown.at("/styleguide")).await;
    browser.click("Hide screen").await;
    browser.arrives_at("Locked").await;
}

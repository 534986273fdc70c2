//! What people do and see in a real browser, in one vocabulary for every test: they sign in, open, press, fill, answer
//! and read, and nothing else; and what makes a page right.
//!
//! The people of a [`Room`] share one browser: a person who does something sits down at it, and what it remembered of
//! the one before is put aside. Every page they come to passes axe, says nothing in its console and fits the narrowest
//! screen.

pub use super::concern::Concern;
use crate::{
    browser::{Browser, Screen},
    databases::TestDb,
    school::{Cast, School},
};
use candour::domain::kernel::ids::Reference;
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};
use thirtyfour::{Key, TypingData};

/// What stands on a page under headings of its own, but for the next step, which is of one shape.
const SECTIONS: &str = r#"return [...document.querySelectorAll("h2")].map((it) => it.innerText)
  .filter((words) => !words.startsWith("Do next"))"#;

/// Statuses other than 200 that a page may have on purpose, as the console repeats them.
const STATUSES: [&str; 4] = ["status of 403", "status of 404", "status of 409", "status of 422"];

/// Every width of a device, the laptop last.
pub const UP_TO_A_LAPTOP: [Screen; 3] = [Screen::Narrow, Screen::Phone, Screen::Laptop];

/// Every width of a device, the phone last.
pub const BACK_TO_A_PHONE: [Screen; 3] = [Screen::Narrow, Screen::Laptop, Screen::Phone];

/// The heading of a desk.
pub const DESK: &str = "Cases that need action";

/// An outcome as it is proposed.
pub const ENDS: [Answer<'_>; 6] = [
    Answer::Choice("What is the outcome?", "Support or teaching for those affected"),
    Answer::Words("What was done?", "We spoke to everybody."),
    Answer::Words("Why is this the right outcome?", "It is settled."),
    Answer::Words("What was the person who reported it told?", "That it was dealt with."),
    Answer::Words("What were parents or carers told?", "They were told by telephone."),
    Answer::Words("What lessons were learned? (optional)", "A quicker check."),
];

const ADULT: &str = "Is it about something an adult who works or volunteers here did?";

impl Browser {
    /// Opens a page of the school.
    pub async fn opens(&self, school: &School, page: &str) {
        self.goto(&format!("{}{page}", school.address)).await;
    }

    /// Waits for the page of the school at this address.
    pub async fn arrives_in(&self, school: &School, page: &str) {
        self.arrives_at_address(&format!("{}{page}", school.address)).await;
    }

    /// Signs somebody in who wants this page of the school, and arrives there.
    pub async fn signs_in(&self, school: &School, cast: Cast, page: &str) {
        self.opens(school, &format!("/signin?return_to={page}")).await;
        self.signs_in_again(cast).await;
        self.arrives_in(school, page).await;
    }

    /// Signs somebody in from the sign-in page, wherever that leads.
    pub async fn signs_in_again(&self, cast: Cast) {
        self.click("Upton sign-in").await;
        self.click(cast.name()).await;
    }

    /// Reads these words on the page.
    pub async fn sees(&self, words: &str) {
        let text = self.text().await;
        assert!(text.contains(words), "nobody sees {words:?}:\n{text}");
    }

    /// Reads the page and does not find these words.
    pub async fn does_not_see(&self, words: &str) {
        let text = self.text().await;
        assert!(!text.contains(words), "{words:?} is seen:\n{text}");
    }

    /// Waits until a script in the page answers yes.
    pub async fn waits_for(&self, script: &str) {
        let since = Instant::now();
        while self.ask(script, vec![]).await != true {
            assert!(since.elapsed() < Duration::from_secs(60), "never came: {script}");
        }
    }

    /// The page fits each of these screens, and is accessible. The last screen stays.
    pub async fn is_right_on(&self, screens: &[Screen], name: &str) {
        for screen in screens {
            self.no_horizontal_overflow(*screen).await;
            self.keeps_picture(&format!("{name}-{screen:?}").to_lowercase()).await;
        }
        self.is_accessible(name).await;
        self.has_silent_console(name).await;
    }

    /// The page passes the accessibility checker.
    pub async fn is_accessible(&self, name: &str) {
        assert_eq!(self.axe().await, Vec::<String>::new(), "{name}");
    }

    /// The console says nothing, but for the page's own status.
    pub async fn has_silent_console(&self, name: &str) {
        let mut errors = self.console_errors().await;
        errors.retain(|line| line.contains("/assets/") || !STATUSES.iter().any(|known| line.contains(known)));
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }

    /// Keeps a picture of the whole page, if a folder for pictures is named.
    pub async fn keeps_picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("CANDOUR_SCREENSHOTS") {
            self.screenshot(&Path::new(&folder).join(format!("{name}.png"))).await;
        }
    }
}

/// The school, and the browser its people share.
pub struct Room {
    pub school: School,
    pub browser: Browser,
    sitting: RefCell<Option<Cast>>,
    left: RefCell<BTreeMap<Cast, Left>>,
    kinds: RefCell<BTreeSet<String>>,
    screen: Cell<Screen>,
    scripts: Cell<Scripts>,
    name: &'static str,
}

/// Whether pages may run scripts; the checker is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scripts {
    Run,
    Refused,
}

/// What somebody left behind who got up from the browser.
struct Left {
    page: String,
    remembered: Value,
}

/// Somebody of the school, signed in.
#[derive(Clone, Copy)]
pub struct Person<'r> {
    pub room: &'r Room,
    pub cast: Cast,
}

impl Room {
    /// A school with its day before it, and a browser nobody sits at.
    pub async fn open(name: &'static str) -> Self {
        let school = School::open(TestDb::sqlite()).await;
        let browser = Browser::open().await;
        let (sitting, left, kinds) = Default::default();
        Self {
            school,
            browser,
            sitting,
            left,
            kinds,
            screen: Cell::new(Screen::Laptop),
            scripts: Cell::new(Scripts::Run),
            name,
        }
    }

    /// Pages are shown on this screen from now on.
    pub fn shown_on(&self, screen: Screen) {
        self.screen.set(screen);
    }

    /// No page runs a script from now on.
    pub async fn refuses_scripts(&self) {
        self.browser.refuse_scripts().await;
        self.scripts.set(Scripts::Refused);
    }

    /// Somebody sits down and opens Candour, who is not signed in.
    pub async fn comes_to_sign_in(&self, cast: Cast) -> Person<'_> {
        let person = Person { room: self, cast };
        person.takes_the_seat().await;
        self.browser.show_on(self.screen.get()).await;
        self.browser.opens(&self.school, "").await;
        person.checks_page().await;
        person
    }

    /// Somebody signs in through the provider's page, and comes to their own first page.
    pub async fn signs_in(&self, cast: Cast, first_page: &str) -> Person<'_> {
        let person = self.comes_to_sign_in(cast).await;
        self.browser.leaves_by("Upton sign-in", "Choose a person").await;
        self.browser.leaves_by(cast.name(), first_page).await;
        person.checks_page().await;
        person
    }

    /// Signs in a person who works in both schools and begins in the other one.
    pub async fn signs_in_and_changes_school(&self, cast: Cast, first_page: &str) -> Person<'_> {
        let person = self.signs_in(cast, first_page).await;
        person.sees("Downton Primary").await;
        person.presses("Change school", "Change school").await;
        person.presses("Go to Upton School", first_page).await;
        person
    }

    /// The page passes axe, its console is silent, and it fits the narrowest screen.
    async fn is_right(&self, cast: Cast) {
        let title = self.browser.title().await;
        let name = format!("{title} of {cast:?}");
        self.browser.no_horizontal_overflow(Screen::Narrow).await;
        self.browser.show_on(self.screen.get()).await;
        if self.scripts.get() == Scripts::Run {
            self.browser.is_accessible(&name).await;
        }
        self.browser.has_silent_console(&name).await;
        self.keeps_page(cast, &title).await;
    }

    /// Keeps a picture of the whole page under the story's name.
    pub async fn keeps(&self, file: &str) {
        self.browser.keeps_picture(&format!("{}-{file}", self.name)).await;
    }

    /// Keeps a picture of a page somebody came to.
    async fn keeps_page(&self, cast: Cast, title: &str) {
        let number = self.kinds.borrow().len();
        let plain: String = title.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        self.keeps(&format!("{number:02}-{cast:?}-{plain}").to_lowercase()).await;
    }
}

impl Person<'_> {
    /// Sits down at the browser, if somebody else sits there, and opens the page left open before.
    async fn sits_down(&self) {
        if let Some(page) = self.takes_the_seat().await {
            self.room.browser.goto(&page).await;
        }
    }

    /// Takes the seat from somebody else: what the browser remembered of them is put aside. Gives back the page this
    /// person left open; nothing if they sit there already.
    async fn takes_the_seat(&self) -> Option<String> {
        let (room, browser) = (self.room, &self.room.browser);
        let before = room.sitting.replace(Some(self.cast));
        if before == Some(self.cast) {
            return None;
        }
        let left = Left { page: browser.address().await, remembered: browser.is_left().await };
        if let Some(before) = before {
            room.left.borrow_mut().insert(before, left);
        }
        let mine = room.left.borrow_mut().remove(&self.cast);
        match mine {
            Some(mine) => {
                browser.is_taken_up(&mine.remembered).await;
                Some(mine.page)
            }
            None => Some("about:blank".to_owned()),
        }
    }

    /// Checks everything the first time this story comes to a page of its kind. A page with other sections, as a case
    /// has after most acts, is of another kind. The empty form is checked in `reporting.rs`.
    async fn checks_page(&self) {
        let browser = &self.room.browser;
        let title = browser.title().await;
        if title.starts_with("Report a concern") {
            return;
        }
        let kind = format!("{title} {}", browser.ask(SECTIONS, vec![]).await);
        if self.room.kinds.borrow_mut().insert(kind) {
            self.room.is_right(self.cast).await;
        }
    }

    /// Types an address, and comes to the page with this heading.
    pub async fn opens(&self, path: &str, heading: &str) {
        self.takes_the_seat().await;
        self.room.browser.opens(&self.room.school, path).await;
        let text = self.room.browser.heading().await;
        assert!(text.ends_with(heading), "{:?} came to {text:?} at {path}", self.cast);
        self.checks_page().await;
    }

    /// Presses a button or follows a link, and comes to the page with this heading.
    pub async fn presses(&self, words: &str, heading: &str) {
        self.sits_down().await;
        self.room.browser.leaves_by(words, heading).await;
        self.checks_page().await;
    }

    /// Unfolds what is folded away under these words.
    pub async fn unfolds(&self, words: &str) {
        self.sits_down().await;
        self.room.browser.click(words).await;
    }

    /// Fills the field with this label.
    pub async fn fills(&self, label: &str, words: &str) {
        self.sits_down().await;
        self.room.browser.fill(label, words).await;
    }

    /// Fills in the day, the month and the year of the date under this heading.
    pub async fn fills_date(&self, heading: &str, (day, month, year): (&str, &str, &str)) {
        self.sits_down().await;
        for (part, value) in [("Day", day), ("Month", month), ("Year", year)] {
            self.room.browser.fill_in(heading, part, value).await;
        }
    }

    /// What stands in the field with this label.
    pub async fn reads_field(&self, label: &str) -> String {
        self.sits_down().await;
        self.room.browser.value(label).await
    }

    /// Answers a question.
    pub async fn answers(&self, question: &str, answer: &str) {
        self.sits_down().await;
        self.room.browser.choose(question, answer).await;
    }

    /// Types keys.
    pub async fn types(&self, keys: impl Into<TypingData>) {
        self.sits_down().await;
        self.room.browser.press(keys).await;
    }

    /// Goes from control to control with the Tab key until the one with this name has the focus.
    pub async fn tabs_to(&self, name: &str) {
        self.sits_down().await;
        let mut passed = Vec::new();
        for _ in 0..80 {
            self.room.browser.press(Key::Tab).await;
            let focused = self.room.browser.focused().await;
            if focused.starts_with(name) {
                return;
            }
            passed.push(focused);
        }
        panic!("{name:?} cannot be reached; passed {passed:?}");
    }

    /// Reads these words on the page.
    pub async fn sees(&self, words: &str) {
        let text = self.reads().await;
        assert!(text.contains(words), "{:?} does not see {words:?}:\n{text}", self.cast);
    }

    /// Reads the page and does not find these words.
    pub async fn does_not_see(&self, words: &str) {
        let text = self.reads().await;
        assert!(!text.contains(words), "{:?} sees {words:?}:\n{text}", self.cast);
    }

    /// The words on the page.
    pub async fn reads(&self) -> String {
        self.sits_down().await;
        self.room.browser.text().await
    }

    /// Reports a concern on the form, and gives back the reference on the receipt.
    pub async fn reports(&self, concern: &Concern<'_>) -> Reference {
        self.opens("/report", "Report a concern").await;
        self.fills_in(concern).await;
        self.presses("Send report", "Report sent").await;
        self.reference().await
    }

    /// Fills in the form of a report.
    pub async fn fills_in(&self, concern: &Concern<'_>) {
        if let Some(group) = concern.group {
            self.unfolds(group).await;
        }
        self.answers("What is your concern about?", concern.category).await;
        self.fills("What happened?", concern.happened).await;
        self.answers("When did you notice it?", "Just now").await;
        self.answers("Is anyone at risk right now?", "No").await;
        if let Some(told) = concern.in_person {
            self.answers("Who have you told in person, or by phone?", told).await;
        }
        self.answers(ADULT, if concern.adult.is_some() { "Yes" } else { "No" }).await;
        if let Some(which) = concern.adult {
            self.answers("Which of these is it?", which).await;
        }
        for (number, (name, kind, part)) in concern.people.iter().enumerate() {
            if number == 1 {
                self.unfolds("Add more people").await;
            }
            let person = format!("Person {}", number + 1);
            self.room.browser.fill_in(&person, "Name", name).await;
            self.room.browser.choose_in(&person, "Who they are", kind).await;
            self.room.browser.choose_in(&person, "Their part in it", part).await;
        }
        if let Some(web) = concern.web {
            self.unfolds("Add where it was, the device, app or web address").await;
            self.fills("Which web address? (optional)", web).await;
        }
        if let Some(how) = concern.how {
            self.answers("How do you know? (optional)", how).await;
        }
        if let Some(data) = concern.data {
            self.answers("Was anyone’s personal information lost", data).await;
        }
    }

    /// The reference on the page.
    pub async fn reference(&self) -> Reference {
        let text = self.reads().await;
        let found = text.split_whitespace().find_map(|word| word.parse().ok());
        found.unwrap_or_else(|| panic!("no reference on the page:\n{text}"))
    }

    /// Opens a case from the desk.
    pub async fn opens_from_the_desk(&self, title: &str, reference: &Reference) {
        self.opens("/queue", "Cases that need action").await;
        self.sees(reference.as_str()).await;
        self.presses(title, title).await;
        assert!(self.room.browser.address().await.ends_with(reference.as_str()), "it is that case");
    }

    /// Opens a case by its address, and finds no such page.
    pub async fn finds_no_case(&self, reference: &Reference) {
        self.opens(&format!("/cases/{reference}"), "Page not found").await;
        self.does_not_see(reference.as_str()).await;
    }

    /// Fills the page of an act with these answers and sends it; the case comes back and says so.
    pub async fn does(&self, link: &str, heading: &str, button: &str, answers: &[Answer<'_>], done: &str) {
        let case = self.room.browser.heading().await;
        self.presses(link, heading).await;
        self.gives(answers).await;
        self.presses(button, &case).await;
        self.sees(&format!("{done}.")).await;
    }

    /// Gives these answers.
    pub async fn gives(&self, answers: &[Answer<'_>]) {
        for answer in answers {
            match answer {
                Answer::Choice(question, choice) => self.answers(question, choice).await,
                Answer::Words(label, words) => self.fills(label, words).await,
            }
        }
    }
}

/// One answer on a form.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// One of those offered.
    Choice(&'a str, &'a str),
    /// In words.
    Words(&'a str, &'a str),
}

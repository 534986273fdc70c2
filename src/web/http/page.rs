//! What every page has around its own content: the header, the menu, the person, and how a form shows mistakes.
//!
//! Templates extend `layout.html`, which reads a field named `shell`, and import `macros.html`, whose form
//! controls take a [`Choice`] list and [`Mistakes`].

use crate::{
    domain::{kernel::codes::Worded, people::register::choosing::ToChoose},
    service::FieldError,
    web::http::assets,
};

/// The name people see.
pub const PRODUCT: &str = "Candour";

/// Everything around a page's content. Templates hold it in a field named `shell`.
#[derive(Debug, Clone, Default)]
pub struct Shell {
    /// What the page is, as its heading says: never a name of a person.
    pub title: String,
    /// The school the page is of.
    pub school: Option<String>,
    /// Where to change school, for a person who belongs to several.
    pub change_school: Option<String>,
    /// The school the session is in by now, if the page is of another one: every page of a form that was sent from there.
    pub session_in: Option<String>,
    /// The signed-in person. Without one there is no "Hide screen" button.
    pub person: Option<String>,
    /// The menu, in order.
    pub nav: Vec<NavItem>,
    /// Links at the foot of the page, in order; the licences are always the last.
    pub footer: Vec<NavItem>,
    /// The token every form of this page posts as `csrf`.
    pub csrf: String,
    /// Real school or pretend one.
    pub installation: Installation,
    /// The colours the person chose.
    pub theme: Theme,
    /// The spacing the person chose.
    pub spacing: Spacing,
    /// Whether the page shows a form that was not accepted: the title then begins "Error:".
    pub state: PageState,
    /// What was done on the page before, if it cannot be said there any more; otherwise empty.
    pub done: &'static str,
    /// Names this request in the log; shown on error pages only.
    pub request_id: String,
}

/// Whether what is entered is real.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Installation {
    /// A real school.
    #[default]
    Real,
    /// The demonstration: every page says so.
    Demo,
}

/// Colours of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Room between letters and lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spacing {
    /// As designed.
    #[default]
    Usual,
    /// More space between letters and lines.
    Wide,
}

/// Whether a posted form comes back with mistakes to correct.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PageState {
    /// An ordinary page.
    #[default]
    Usual,
    /// A form shown again with its mistakes.
    Mistaken,
}

/// One entry of the menu or of the foot of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub text: String,
    /// Whether this page is that entry or below it.
    pub place: Place,
    /// How many things wait there, if the entry shows a number ("9", "more than 1,000").
    pub waiting: Option<String>,
}

/// How a menu entry stands to the page being shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// Another page.
    #[default]
    Elsewhere,
    /// This page.
    Here,
    /// A page above this one.
    Within,
}

impl Shell {
    /// The text of the `title` element: "Error: " if a form came back, the page, the product.
    pub fn page_title(&self) -> String {
        let error = match self.state {
            PageState::Usual => "",
            PageState::Mistaken => "Error: ",
        };
        if self.title.is_empty() {
            format!("{error}{PRODUCT}")
        } else {
            format!("{error}{} – {PRODUCT}", self.title)
        }
    }

    /// The product's name.
    pub fn product(&self) -> &'static str {
        PRODUCT
    }

    /// Classes of the `html` element for the person's choices.
    pub fn classes(&self) -> String {
        let theme = match self.theme {
            Theme::Device => "",
            Theme::Light => " pref-light",
            Theme::Dark => " pref-dark",
        };
        let spacing = match self.spacing {
            Spacing::Usual => "",
            Spacing::Wide => " pref-spacing",
        };
        format!("govuk-template{theme}{spacing}")
    }

    /// Whether every page must say that this is a pretend school.
    pub fn is_demo(&self) -> bool {
        self.installation == Installation::Demo
    }

    /// Address of the stylesheet.
    pub fn stylesheet(&self) -> &'static str {
        assets::APP_CSS
    }

    /// Address of the script that runs before the first paint.
    pub fn boot_script(&self) -> &'static str {
        assets::BOOT_JS
    }

    /// Address of the script that runs once the page is read.
    pub fn script(&self) -> &'static str {
        assets::APP_JS
    }

    /// Address of the font.
    pub fn font(&self) -> &'static str {
        assets::ATKINSON_NEXT_WOFF2
    }

    /// Address of the product's mark.
    pub fn mark(&self) -> &'static str {
        assets::MARK_SVG
    }

    /// Address of the licences of what is embedded.
    pub fn licences(&self) -> &'static str {
        assets::LICENCES_TXT
    }
}

impl NavItem {
    /// A link to another page.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into(), ..Self::default() }
    }

    /// Marks how the entry stands to the page shown.
    #[must_use]
    pub fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// Puts a number beside the entry.
    #[must_use]
    pub fn waiting(self, count: impl Into<String>) -> Self {
        Self { waiting: Some(count.into()), ..self }
    }

    /// The value of `aria-current`, or "" if the entry is another page.
    pub fn current(&self) -> &'static str {
        match self.place {
            Place::Elsewhere => "",
            Place::Here => "page",
            Place::Within => "true",
        }
    }
}

/// One answer of a radio, checkbox or select question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub text: String,
    /// One line under it, or "".
    pub hint: String,
    /// Whether it is the answer so far.
    pub mark: Mark,
}

/// Whether a choice is the answer so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    /// Not chosen.
    #[default]
    Open,
    /// Chosen.
    Chosen,
}

impl Choice {
    /// An answer that is not chosen yet.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), ..Self::default() }
    }

    /// A person of a list, by id, in the words that tell them apart: no page offers a person otherwise.
    pub fn person(one: &ToChoose) -> Self {
        Self::new(one.person().to_string(), one.words())
    }

    /// Puts a line under the answer.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Chooses those answers whose values are among `given`: what was typed is kept.
    pub fn mark<S: AsRef<str>>(choices: impl IntoIterator<Item = Self>, given: &[S]) -> Vec<Self> {
        let is_given = |value: &str| given.iter().any(|g| g.as_ref() == value);
        choices
            .into_iter()
            .map(|choice| {
                let mark = if is_given(&choice.value) { Mark::Chosen } else { Mark::Open };
                Self { mark, ..choice }
            })
            .collect()
    }

    /// Whether it is the answer so far.
    pub fn is_chosen(&self) -> bool {
        self.mark == Mark::Chosen
    }
}

/// The mistakes of a form, in the order of its fields: their words stand in the summary and beside the field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

/// One thing to correct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Id of the control the summary leads to; of a question with several controls, the first.
    pub field: String,
    /// What to do, such as "Enter what happened". Never the value.
    pub words: String,
}

impl Mistakes {
    /// No mistakes.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds one; a field keeps the first only.
    pub fn add(&mut self, field: impl Into<String>, problem: impl Worded) {
        let field = field.into();
        if self.of(&field).is_empty() {
            self.0.push(Mistake { field, words: problem.worded().into_owned() });
        }
    }

    /// Adds what a use case says, each beside its field.
    pub fn add_all(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        errors.into_iter().for_each(|error| self.add(error.field, error.problem));
    }

    /// The words beside a field, or "" if it is right.
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|m| m.field == field).map_or("", |m| m.words.as_str())
    }

    /// Whether there is nothing to correct.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Mistake> {
        self.0.iter()
    }

    /// The state of a page that shows them.
    pub fn state(&self) -> PageState {
        if self.is_empty() { PageState::Usual } else { PageState::Mistaken }
    }
}

impl<F: Into<String>, P: Worded> FromIterator<(F, P)> for Mistakes {
    fn from_iter<I: IntoIterator<Item = (F, P)>>(pairs: I) -> Self {
        let mut all = Self::none();
        for (field, problem) in pairs {
            all.add(field, problem);
        }
        all
    }
}

impl FromIterator<FieldError> for Mistakes {
    fn from_iter<I: IntoIterator<Item = FieldError>>(errors: I) -> Self {
        let mut all = Self::none();
        all.add_all(errors);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::http::problem::FormProblem;

    #[test]
    fn the_title_says_when_a_form_came_back() {
        let shell = Shell { title: "Report a concern".into(), ..Shell::default() };
        assert_eq!(shell.page_title(), "Report a concern – Candour");
        let mistaken = Shell { state: PageState::Mistaken, ..shell };
        assert_eq!(mistaken.page_title(), "Error: Report a concern – Candour");
        assert_eq!(Shell::default().page_title(), "Candour");
    }

    #[test]
    fn a_field_keeps_its_first_mistake_and_others_are_right() {
        let happened = || FormProblem::Happened;
        let mistakes: Mistakes = [("what", happened()), ("what", FormProblem::Note)].into_iter().collect();
        assert_eq!((mistakes.of("what"), mistakes.of("when")), (happened().words().as_str(), ""));
        assert_eq!(mistakes.iter().count(), 1);
        assert_eq!(mistakes.state(), PageState::Mistaken);
        assert_eq!(Mistakes::none().state(), PageState::Usual);
    }

    #[test]
    fn given_values_come_back_chosen() {
        let choices = [Choice::new("a", "A"), Choice::new("b", "B").hint("Second")];
        let marked = Choice::mark(choices, &["b"]);
        assert_eq!(marked.iter().map(Choice::is_chosen).collect::<Vec<_>>(), [false, true]);
        assert_eq!(marked[1].hint, "Second");
    }

    #[test]
    fn choices_of_the_person_become_classes() {
        let shell = Shell { theme: Theme::Dark, spacing: Spacing::Wide, ..Shell::default() };
        assert_eq!(shell.classes(), "govuk-template pref-dark pref-spacing");
    }
}

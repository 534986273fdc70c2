//! The question that a report comes back with: whether it is about a person who would otherwise receive it.

use super::report_form::ABOUT;
use crate::{
    service::concern::report::{AskAbout, Because},
    web::http::page::Choice,
};

/// The question about one person who was told, or who may be meant by what was typed.
pub struct AboutQuestion {
    /// Its field.
    pub field: String,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub hint: &'static str,
    /// Yes or no.
    pub answers: Vec<Choice>,
}

impl AboutQuestion {
    /// Asks about a person.
    pub fn about(AskAbout { person, called, because }: AskAbout) -> Self {
        let (no, hint) = match because {
            Because::Told => (
                "No, I only told them",
                "You said that you have told them. If your concern is about them, they will not see it.",
            ),
            Because::Written => (
                "No",
                "What you wrote under “Who is it about?” may mean them. If your concern is about them, they will not see it.",
            ),
        };
        Self {
            field: format!("{ABOUT}{person}"),
            question: format!("Is your concern about something {called} did?"),
            hint,
            answers: vec![Choice::new("yes", "Yes"), Choice::new("no", no)],
        }
    }
}

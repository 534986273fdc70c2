//! The question that a report comes back with: whether it is about a person who would otherwise receive it.

use super::report_form::{ABOUT, ASKED_ABOUT, CANNOT_SAY, NONE_OF_THEM};
use crate::{
    service::concern::report::{AskAbout, Because, Questions},
    web::http::page::Choice,
};

/// The question about one person who was told, or who could be meant by what was typed.
pub struct AboutQuestion {
    /// Its field.
    pub field: String,
    /// The field that says that it was asked: once, answered or not.
    pub asked_field: String,
    /// The question.
    pub question: String,
    /// Why it is asked.
    pub hint: &'static str,
    /// Yes, no, or not known.
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
            Because::Happened => {
                ("No", "What you wrote may mean them. If your concern is about them, they will not see it.")
            }
            Because::Added => {
                ("No", "What you want to add may mean them. If it is about them, they will not see it.")
            }
        };
        Self {
            field: format!("{ABOUT}{person}"),
            asked_field: format!("{ASKED_ABOUT}{person}"),
            question: format!("Is your concern about something {called} did?"),
            hint,
            answers: vec![
                Choice::new("yes", "Yes"),
                Choice::new("no", no),
                Choice::new("unknown", "I do not know")
                    .hint("They will not see it until another person has found out."),
            ],
        }
    }
}

/// The answers to "Could it be one of these people?": each by name, none of them, and not known.
pub fn one_of(questions: &Questions) -> Vec<Choice> {
    if questions.one_of.is_empty() {
        return Vec::new();
    }
    let people = questions.one_of.iter().map(Choice::person);
    let others = [Choice::new(NONE_OF_THEM, "None of these people"), Choice::new(CANNOT_SAY, "I cannot say")];
    people.chain(others).collect()
}

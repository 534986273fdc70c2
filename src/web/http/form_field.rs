//! One question of a form as the controls of `macros.html` take it: named values, most of them left as they are.
//!
//! Begin with `Mistakes::ask`, which brings the words beside a wrong field, or with `Shell::ask` if nothing can be wrong.

use super::page::{Choice, Mistakes, Shell};

/// A question of a form, and how its control looks.
#[derive(Debug, Clone, Copy)]
pub struct FormField<'a> {
    /// Its field, and the id of its first control.
    pub name: &'a str,
    /// The question.
    pub label: &'a str,
    /// What is wrong with the answer, or "".
    pub error: &'a str,
    /// Help beneath it, or "".
    pub hint: &'a str,
    /// "optional", or "" if it must be answered.
    pub optional: &'a str,
    /// "s" for a follow-up, or "".
    pub size: &'a str,
    /// What was typed.
    pub value: &'a str,
    /// Day, month and year as they were typed.
    pub day: [&'a str; 3],
    /// The answers to choose from.
    pub choices: &'a [Choice],
    /// The words of a first, empty answer of a list, or "".
    pub blank: &'a str,
    /// "inline" for two short answers, "small" for many boxes, or "".
    pub layout: &'a str,
    /// How many characters wide its line is: "2", "4", "5", "10", "20", or "" for full.
    pub width: &'a str,
    /// The type of its line.
    pub kind: &'a str,
    /// The keyboard a phone shows, or "".
    pub inputmode: &'a str,
    /// How many lines it shows.
    pub rows: u8,
    /// How many characters it takes; 0 if none are counted.
    pub most: usize,
}

impl<'a> FormField<'a> {
    /// A question with which nothing is wrong.
    pub fn new(name: &'a (impl AsRef<str> + ?Sized), label: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self {
            name: name.as_ref(),
            label: label.as_ref(),
            error: "",
            hint: "",
            optional: "",
            size: "",
            value: "",
            day: [""; 3],
            choices: &[],
            blank: "",
            layout: "",
            width: "",
            kind: "text",
            inputmode: "",
            rows: 5,
            most: 0,
        }
    }

    /// With these words beside it.
    #[must_use]
    pub fn error(self, error: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self { error: error.as_ref(), ..self }
    }

    /// With this help beneath it.
    #[must_use]
    pub fn hint(self, hint: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self { hint: hint.as_ref(), ..self }
    }

    /// It may be left empty.
    #[must_use]
    pub fn optional(self) -> Self {
        self.marked("optional")
    }

    /// "optional", or "".
    #[must_use]
    pub fn marked(self, optional: &'a str) -> Self {
        Self { optional, ..self }
    }

    /// It follows up another question.
    #[must_use]
    pub fn follow_up(self) -> Self {
        self.sized("s")
    }

    /// "s" for a follow-up, or "".
    #[must_use]
    pub fn sized(self, size: &'a str) -> Self {
        Self { size, ..self }
    }

    /// With what was typed.
    #[must_use]
    pub fn value(self, value: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self { value: value.as_ref(), ..self }
    }

    /// With the day that was typed.
    #[must_use]
    pub fn day(
        self,
        day: &'a (impl AsRef<str> + ?Sized),
        month: &'a (impl AsRef<str> + ?Sized),
        year: &'a (impl AsRef<str> + ?Sized),
    ) -> Self {
        Self { day: [day.as_ref(), month.as_ref(), year.as_ref()], ..self }
    }

    /// With day, month and year as they were typed.
    #[must_use]
    pub fn parts<S: AsRef<str>>(self, [day, month, year]: &'a [S; 3]) -> Self {
        self.day(day, month, year)
    }

    /// With these answers to choose from.
    #[must_use]
    pub fn choices(self, choices: &'a (impl AsRef<[Choice]> + ?Sized)) -> Self {
        Self { choices: choices.as_ref(), ..self }
    }

    /// With a first, empty answer.
    #[must_use]
    pub fn blank(self, blank: &'a str) -> Self {
        Self { blank, ..self }
    }

    /// "inline" for two short answers, "small" for many boxes.
    #[must_use]
    pub fn layout(self, layout: &'a str) -> Self {
        Self { layout, ..self }
    }

    /// So many characters wide.
    #[must_use]
    pub fn width(self, width: &'a str) -> Self {
        Self { width, ..self }
    }

    /// Of this type.
    #[must_use]
    pub fn kind(self, kind: &'a str) -> Self {
        Self { kind, ..self }
    }

    /// With this keyboard on a phone.
    #[must_use]
    pub fn keyboard(self, inputmode: &'a str) -> Self {
        Self { inputmode, ..self }
    }

    /// So many lines high.
    #[must_use]
    pub fn rows(self, rows: u8) -> Self {
        Self { rows, ..self }
    }

    /// Taking so many characters, which are counted.
    #[must_use]
    pub fn most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// What a screen reader reads with its control, given the name that ends the id of its hint.
    pub fn described_by(&self, hint: &str) -> String {
        let mut ids = Vec::new();
        if !self.hint.is_empty() {
            ids.push(format!("{}-{hint}", self.name));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.name));
        }
        if self.most > 0 {
            ids.push(format!("{}-info", self.name));
        }
        ids.join(" ")
    }
}

impl Mistakes {
    /// A question, with what is wrong with its answer.
    pub fn ask<'a>(
        &'a self,
        name: &'a (impl AsRef<str> + ?Sized),
        label: &'a (impl AsRef<str> + ?Sized),
    ) -> FormField<'a> {
        FormField::new(name, label).error(self.of(name.as_ref()))
    }
}

impl Shell {
    /// A question of a form in which nothing can be wrong.
    pub fn ask<'a>(
        &self,
        name: &'a (impl AsRef<str> + ?Sized),
        label: &'a (impl AsRef<str> + ?Sized),
    ) -> FormField<'a> {
        FormField::new(name, label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::http::problem::FormProblem;

    #[test]
    fn a_screen_reader_reads_the_hint_the_mistake_and_the_count() {
        let mistakes = Mistakes::from_iter([("why", FormProblem::WriteWhy)]);
        let asked = mistakes.ask("why", "Why?").hint("In your own words.").most(400);
        assert_eq!(asked.described_by("hint"), "why-hint why-error why-info");
        assert_eq!(Shell::default().ask("why", "Why?").described_by("hint"), "");
    }
}

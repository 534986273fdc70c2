//! Parts of a page as `macros.html` draws them, beside the questions of a form: values with named parts.

use super::page::Shell;

/// A button of a form that has several: it posts that it was the one.
#[derive(Debug, Clone, Copy)]
pub struct Button<'a> {
    /// What it does, in words.
    pub text: &'a str,
    /// "secondary", "warning" or "".
    pub kind: &'a str,
    /// The field that says which button it was.
    pub name: &'a str,
    /// What that field then holds.
    pub value: &'a str,
}

impl<'a> Button<'a> {
    /// For what is not the usual end of the form.
    #[must_use]
    pub fn secondary(self) -> Self {
        Self { kind: "secondary", ..self }
    }

    /// For what cannot be taken back.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { kind: "warning", ..self }
    }

    /// Says with this field which button it was.
    #[must_use]
    pub fn posts(self, name: &'a (impl AsRef<str> + ?Sized), value: &'a (impl AsRef<str> + ?Sized)) -> Self {
        Self { name: name.as_ref(), value: value.as_ref(), ..self }
    }
}

impl Shell {
    /// A button with these words.
    pub fn button<'a>(&self, text: &'a (impl AsRef<str> + ?Sized)) -> Button<'a> {
        Button { text: text.as_ref(), kind: "", name: "", value: "" }
    }
}

/// One row of a list of things that are opened one by one.
#[derive(Debug, Default)]
pub struct TaskRow {
    /// Its place in the page, which no other row has.
    pub id: String,
    /// What it is.
    pub text: String,
    /// Where it is opened, or "".
    pub href: String,
    /// How it stands.
    pub status: &'static str,
    /// The colour of that.
    pub colour: &'static str,
    /// One line under it, or "".
    pub hint: String,
}

/// A number with the words for what is counted.
#[derive(Debug, Default)]
pub struct Tile {
    /// The number.
    pub number: String,
    /// What is counted.
    pub label: &'static str,
    /// Where what is counted is listed, or "".
    pub href: String,
    /// "alert", or "".
    pub kind: &'static str,
    /// One line under it, or "".
    pub detail: String,
}

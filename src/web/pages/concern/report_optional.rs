//! The optional questions on the report form: each in the control that its kind of answer asks for.

use crate::{
    domain::{
        concern::optional::{AnswerKind, FormPart, OptionalQuestion, Wording},
        kernel::text::Summary,
    },
    web::http::{
        fields::Fields,
        form_field::FormField,
        page::{Choice, Mistakes},
    },
};

/// What a question is answered in.
pub enum Control {
    /// One line.
    Line,
    /// Several lines.
    Paragraph,
    /// One of several answers.
    Radios,
}

/// One question, with what was answered so far.
pub struct OptionalControl {
    /// What it is answered in.
    pub control: Control,
    name: &'static str,
    wording: Wording,
    value: String,
    choices: Vec<Choice>,
}

impl OptionalControl {
    /// The questions of one part of the form.
    pub fn of(part: FormPart, fields: &Fields) -> Vec<Self> {
        OptionalQuestion::of(part).map(|question| Self::new(question, fields)).collect()
    }

    fn new(question: OptionalQuestion, fields: &Fields) -> Self {
        let (name, wording) = (question.code(), question.wording());
        let value = fields.get(name).to_owned();
        let (control, choices) = match &wording.kind {
            AnswerKind::Line | AnswerKind::WebAddress => (Control::Line, Vec::new()),
            AnswerKind::Paragraph => (Control::Paragraph, Vec::new()),
            AnswerKind::OneOf(answers) => {
                let choices = answers.iter().map(|(code, words)| Choice::new(*code, *words));
                (Control::Radios, Choice::mark(choices, &[&value]))
            }
        };
        Self { control, name, wording, value, choices }
    }

    /// Whether anything was answered.
    pub fn is_answered(&self) -> bool {
        !self.value.trim().is_empty()
    }

    /// The question as its control takes it.
    pub fn field<'a>(&'a self, mistakes: &'a Mistakes) -> FormField<'a> {
        let field = mistakes
            .ask(self.name, self.wording.question)
            .hint(self.wording.hint)
            .value(&self.value)
            .choices(&self.choices)
            .optional();
        let field = match self.control {
            Control::Line | Control::Radios => field,
            Control::Paragraph => field.rows(2).most(Summary::LIMIT),
        };
        match self.wording.part {
            FormPart::Folded => field.follow_up(),
            FormPart::Open => field,
        }
    }
}

//! The optional questions of the report form. What is declared here is asked on the form, kept in a draft and in the
//! concern, and shown under "My reports" and on the case page: a new question is a line in each part of this file, and
//! the compiler names the parts.
//!
//! A question that decides who receives the report is none of them.

use crate::domain::kernel::{
    codes::codes,
    text::{Line, Summary, TextError, defang},
};
use serde::{Deserialize, Serialize};

codes! {
    /// A question of the report form that may be left out, as a sentence about its answer begins. The code is its
    /// field.
    OptionalQuestion {
        Place = "place", "Where it was";
        Device = "device", "The device";
        App = "app", "The app or account";
        Web = "web", "The web address";
        How = "how", "How you know";
        Done = "done", "What you already did";
    }
}

codes! {
    /// "How do you know?"
    HowKnown {
        Saw = "saw", "I saw or heard it myself";
        ChildTold = "child_told", "A child told me";
        AdultTold = "adult_told", "Another adult told me";
        Alert = "alert", "A filtering or monitoring alert";
        Found = "found", "I found it afterwards";
        SelfReport = "self", "It is about something I did myself";
    }
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerKind {
    /// In one line.
    Line,
    /// In one line that is shown so that no one follows it by accident.
    WebAddress,
    /// In a paragraph or two.
    Paragraph,
    /// By a code out of a list, each with its words.
    OneOf(Vec<(&'static str, &'static str)>),
}

/// The part of the form that a question stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormPart {
    /// Folded away under a heading that names what is in it.
    Folded,
    /// Open to everybody, near the end.
    Open,
}

/// A question as it is asked and shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Where it stands on the form.
    pub part: FormPart,
    /// How it is answered.
    pub kind: AnswerKind,
    /// The question.
    pub question: &'static str,
    /// Help beneath it, or "".
    pub hint: &'static str,
    /// What stands beside the answer for the person who gave it.
    pub yours: &'static str,
    /// What stands beside the answer for the people who deal with the case.
    pub theirs: &'static str,
}

impl OptionalQuestion {
    /// How it is asked and shown.
    pub fn wording(self) -> Wording {
        match self {
            Self::Place => Wording {
                part: FormPart::Folded,
                kind: AnswerKind::Line,
                question: "Where was it?",
                hint: "For example, a room, a bus or at home",
                yours: "Where",
                theirs: "Where",
            },
            Self::Device => Wording {
                part: FormPart::Folded,
                kind: AnswerKind::Line,
                question: "Which device?",
                hint: "For example, the number on a school tablet",
                yours: "Device",
                theirs: "Device",
            },
            Self::App => Wording {
                part: FormPart::Folded,
                kind: AnswerKind::Line,
                question: "Which app or account?",
                hint: "The name exactly as shown. Never write a password.",
                yours: "App or account",
                theirs: "App or account",
            },
            Self::Web => Wording {
                part: FormPart::Folded,
                kind: AnswerKind::WebAddress,
                question: "Which web address?",
                hint: "Type it as text. Do not go back to the page to check.",
                yours: "Web address",
                theirs: "Web address",
            },
            Self::How => Wording {
                part: FormPart::Open,
                kind: AnswerKind::OneOf(HowKnown::ALL.iter().map(|how| (how.code(), how.words())).collect()),
                question: "How do you know?",
                hint: "",
                yours: "How you know",
                theirs: "How they know",
            },
            Self::Done => Wording {
                part: FormPart::Open,
                kind: AnswerKind::Paragraph,
                question: "What have you already done?",
                hint: "For example, closed the tablet and moved the class on.",
                yours: "What you already did",
                theirs: "Already done",
            },
        }
    }

    /// The questions of one part of the form, in its order.
    pub fn of(part: FormPart) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |question| question.wording().part == part)
    }

    /// Whether it is answered in a person's own words.
    pub fn is_in_words(self) -> bool {
        match self.wording().kind {
            AnswerKind::Line | AnswerKind::WebAddress | AnswerKind::Paragraph => true,
            AnswerKind::OneOf(_) => false,
        }
    }

    /// The words that answer it, as they are shown.
    pub fn show(self, words: &str) -> String {
        match self.wording().kind {
            AnswerKind::WebAddress => defang(words),
            AnswerKind::Line | AnswerKind::Paragraph | AnswerKind::OneOf(_) => words.to_owned(),
        }
    }
}

/// What was answered to the optional questions: words as they were typed in a draft, or their ids in a concern.
///
/// A field added after the first release needs `#[serde(skip_serializing_if = "Option::is_none")]`: a concern kept before
/// it then has the same document as ever. A missing `Option` is read as none without `default`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionalAnswers<W> {
    /// Where it happened.
    pub place: Option<W>,
    /// Which device.
    pub device: Option<W>,
    /// Which app or account.
    pub app: Option<W>,
    /// The web address, as text.
    pub web: Option<W>,
    /// How the reporter knows.
    pub how_known: Option<HowKnown>,
    /// What the reporter already did.
    pub already_done: Option<W>,
}

/// An answer to an optional question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionalAnswer<W> {
    /// In the reporter's own words.
    Words(W),
    /// One of the answers that are offered, in its words.
    OneOf(&'static str),
}

impl<W> OptionalAnswers<W> {
    /// Nothing was answered.
    pub const fn none() -> Self {
        Self { place: None, device: None, app: None, web: None, how_known: None, already_done: None }
    }

    /// What was answered to one question.
    pub fn answer(&self, question: OptionalQuestion) -> Option<OptionalAnswer<&W>> {
        match question {
            OptionalQuestion::Place => self.place.as_ref().map(OptionalAnswer::Words),
            OptionalQuestion::Device => self.device.as_ref().map(OptionalAnswer::Words),
            OptionalQuestion::App => self.app.as_ref().map(OptionalAnswer::Words),
            OptionalQuestion::Web => self.web.as_ref().map(OptionalAnswer::Words),
            OptionalQuestion::How => self.how_known.map(|how| OptionalAnswer::OneOf(how.words())),
            OptionalQuestion::Done => self.already_done.as_ref().map(OptionalAnswer::Words),
        }
    }

    /// Everything that was answered in words, with its question.
    pub fn in_words(&self) -> impl Iterator<Item = (OptionalQuestion, &W)> {
        OptionalQuestion::ALL.iter().filter_map(move |question| match self.answer(*question)? {
            OptionalAnswer::Words(words) => Some((*question, words)),
            OptionalAnswer::OneOf(_) => None,
        })
    }

    /// These answers, with something else in place of their words: what is kept of them.
    pub fn keep<K>(&self, mut keep: impl FnMut(&W) -> K) -> OptionalAnswers<K> {
        OptionalAnswers {
            place: self.place.as_ref().map(&mut keep),
            device: self.device.as_ref().map(&mut keep),
            app: self.app.as_ref().map(&mut keep),
            web: self.web.as_ref().map(&mut keep),
            how_known: self.how_known,
            already_done: self.already_done.as_ref().map(&mut keep),
        }
    }
}

impl OptionalAnswers<Summary> {
    /// Takes what was typed or chosen. Nothing typed is no answer, and nor is a choice that is not offered.
    ///
    /// # Errors
    /// The words are longer than the question takes.
    pub fn take(&mut self, question: OptionalQuestion, typed: &str) -> Result<(), TextError> {
        match question {
            OptionalQuestion::Place => self.place = line(typed)?,
            OptionalQuestion::Device => self.device = line(typed)?,
            OptionalQuestion::App => self.app = line(typed)?,
            OptionalQuestion::Web => self.web = line(typed)?,
            OptionalQuestion::How => self.how_known = typed.parse().ok(),
            OptionalQuestion::Done => self.already_done = Summary::optional(typed)?,
        }
        Ok(())
    }
}

fn line(typed: &str) -> Result<Option<Summary>, TextError> {
    Ok(Line::optional(typed)?.map(Summary::from))
}

//! Where answers come from: a person who types them, or a file for a script. Both are read by the same
//! questions.

use super::questions::Question;
use crate::cli::console::{self, say};
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{self, BufRead},
    path::{Path, PathBuf},
};

/// What was answered, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct AnswerSheet(BTreeMap<&'static str, String>);

impl AnswerSheet {
    /// The answer to a question; empty if it was not asked or left out.
    pub(in crate::cli) fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// These answers with `others` for questions that have none yet.
    pub(super) fn or(&self, others: &[(&'static str, &str)]) -> Self {
        let mut all: BTreeMap<_, _> =
            others.iter().map(|(key, answer)| (*key, (*answer).to_owned())).collect();
        all.extend(self.0.clone());
        Self(all)
    }

    fn with(&self, key: &'static str, answer: &str) -> Self {
        let mut all = self.clone();
        all.0.insert(key, answer.to_owned());
        all
    }
}

/// Whether the answer to a question fits those before it; what is wrong, if it does not.
pub(in crate::cli) type Fits<'f> = &'f dyn Fn(&AnswerSheet, &str) -> Result<(), String>;

/// Answers that cannot be used, each on its line; nothing was done with any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// What is wrong.
    problems: Vec<String>,
}

impl Unanswered {
    fn one(problem: String) -> Self {
        Self { problems: vec![problem] }
    }

    /// These, and others.
    pub(super) fn and(mut self, others: Self) -> Self {
        self.problems.extend(others.problems);
        self
    }

    /// An answer that its own question accepted and the rules do not.
    pub(in crate::cli) fn unreadable(key: &str) -> Self {
        Self::one(format!("{key}: this answer cannot be used"))
    }
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for Unanswered {}

/// Where answers come from.
pub(in crate::cli) enum Answers {
    /// A person.
    Typed,
    /// A file: its path for errors, and its values by dotted key.
    File(PathBuf, BTreeMap<String, String>),
}

impl Answers {
    /// Opens a file of answers, or asks the person who typed the command.
    pub(in crate::cli) fn open(file: Option<&Path>) -> Result<Self, Unanswered> {
        let Some(path) = file else { return Ok(Self::Typed) };
        let wrong = |problem: String| Unanswered::one(format!("{}: {problem}", path.display()));
        let text = fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| wrong(error.message().replace('\n', ", ")))?;
        let mut values = BTreeMap::new();
        flatten("", &table, &mut values).map_err(|problems| Unanswered {
            problems: problems.into_iter().map(|problem| format!("{}: {problem}", path.display())).collect(),
        })?;
        Ok(Self::File(path.to_owned(), values))
    }

    /// Refuses answers to questions that are not asked: a mistyped key would otherwise mean the usual answer.
    pub(in crate::cli) fn know_only(&self, asked: &[&[Question]]) -> Result<(), Unanswered> {
        let Self::File(path, values) = self else { return Ok(()) };
        let known: Vec<&str> = asked.iter().copied().flatten().map(|question| question.key).collect();
        let strange = values.keys().filter(|key| !known.contains(&key.as_str()));
        let problems: Vec<String> =
            strange.map(|key| format!("{}: {key}: is not asked", path.display())).collect();
        if problems.is_empty() { Ok(()) } else { Err(Unanswered { problems }) }
    }

    /// What is wrong with answers as a whole, by their keys.
    pub(super) fn refused(&self, problems: impl IntoIterator<Item = (String, String)>) -> Unanswered {
        let file = match self {
            Self::Typed => String::new(),
            Self::File(path, _) => format!("{}: ", path.display()),
        };
        let line = |(key, problem)| format!("{file}{key}: {problem}");
        Unanswered { problems: problems.into_iter().map(line).collect() }
    }

    /// Gets an answer to every question of a list. Each is checked when it is given, so that nothing given
    /// before is lost.
    ///
    /// # Errors
    /// From a file: everything missing or wrong. From a person: the input ended.
    pub(in crate::cli) fn to(
        &self,
        questions: &[Question],
        fits: Fits<'_>,
    ) -> Result<AnswerSheet, Unanswered> {
        let mut sheet = AnswerSheet::default();
        let mut problems = Vec::new();
        for question in questions {
            if !(question.when)(&sheet) {
                continue;
            }
            let answer = match self {
                Self::Typed => Ok(typed(question, &sheet, fits)?),
                Self::File(path, values) => from_file(question, &sheet, values)
                    .and_then(|answer| fitting(question, &sheet, answer, fits))
                    .map_err(|problem| format!("{}: {}: {problem}", path.display(), question.key)),
            };
            match answer {
                Ok(answer) => drop(sheet.0.insert(question.key, answer)),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(sheet) } else { Err(Unanswered { problems }) }
    }
}

fn flatten(
    above: &str,
    table: &toml::Table,
    values: &mut BTreeMap<String, String>,
) -> Result<(), Vec<String>> {
    let mut problems = Vec::new();
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::Table(below) => {
                problems.extend(flatten(&key, below, values).err().unwrap_or_default())
            }
            toml::Value::String(text) => drop(values.insert(key, text.clone())),
            toml::Value::Integer(number) => drop(values.insert(key, number.to_string())),
            toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_) => problems.push(format!("{key}: expected text in quotes")),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn from_file(
    question: &Question,
    sheet: &AnswerSheet,
    values: &BTreeMap<String, String>,
) -> Result<String, String> {
    match (values.get(question.key), question.usual_after(sheet)) {
        (Some(value), _) => (question.read)(value).map_err(str::to_owned),
        (None, Some(usual)) => Ok(usual),
        (None, None) => Err(format!("is missing: {}", question.words)),
    }
}

fn fitting(
    question: &Question,
    sheet: &AnswerSheet,
    answer: String,
    fits: Fits<'_>,
) -> Result<String, String> {
    fits(&sheet.with(question.key, &answer), question.key).map(|()| answer)
}

/// Asks until there is an answer that can be used.
fn typed(question: &Question, sheet: &AnswerSheet, fits: Fits<'_>) -> Result<String, Unanswered> {
    let ended =
        || Unanswered::one("The answers ended before the questions did. None of them was stored.".to_owned());
    let usual = question.usual_after(sheet);
    loop {
        let asked = match usual.as_deref() {
            Some("") => console::question(&format!("{} (may be left out) ", question.words)),
            Some(usual) => console::question(&format!("{} [{usual}] ", question.words)),
            None => console::question(&format!("{} ", question.words)),
        };
        let mut line = String::new();
        let read = asked.and_then(|()| io::stdin().lock().read_line(&mut line));
        if !matches!(read, Ok(length) if length > 0) {
            return Err(ended());
        }
        let line = line.trim_end_matches(['\r', '\n']);
        let answer = match &usual {
            Some(usual) if line.trim().is_empty() => Ok(usual.clone()),
            Some(_) | None => (question.read)(line).map_err(str::to_owned),
        };
        match answer.and_then(|answer| fitting(question, sheet, answer, fits)) {
            Ok(answer) => return Ok(answer),
            // If this cannot be printed, the next question cannot either, and that ends it.
            Err(problem) => drop(say!("That cannot be used: {problem}.")),
        }
    }
}

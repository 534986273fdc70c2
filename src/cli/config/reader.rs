//! Reads a table of the configuration key by key, remembering where each one stands, so that every error
//! names the file, the line, the key and what was expected.

use std::{
    cell::RefCell,
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file that was read.
    pub file: PathBuf,
    /// The line it is about, counted from 1; none if the file could not be read at all.
    pub line: Option<usize>,
    /// The key, in full: `server.listen`. None for a mistake in the file's form.
    pub key: Option<String>,
    /// What is wrong and what was expected. Never the value of a secret.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(f, ": {key}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// The file being read and what has been found wrong so far.
pub(super) struct Source<'t> {
    file: &'t Path,
    text: &'t str,
    errors: RefCell<Vec<ConfigError>>,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &'t Path, text: &'t str) -> Self {
        Self { file, text, errors: RefCell::default() }
    }

    /// The folder that relative paths in the file start from.
    pub(super) fn folder(&self) -> &'t Path {
        self.file.parent().unwrap_or_else(|| Path::new(""))
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|byte| *byte == b'\n').count()
    }

    fn report(&self, at: Option<usize>, key: Option<String>, problem: String) {
        let line = at.map(|at| self.line(at));
        self.errors.borrow_mut().push(ConfigError { file: self.file.to_owned(), line, key, problem });
    }

    /// A mistake in the form of the file itself.
    pub(super) fn malformed(&self, error: &toml::de::Error) {
        let problem = error.message().lines().collect::<Vec<_>>().join(", ");
        self.report(error.span().map(|span| span.start), None, problem);
    }

    /// Every error, in the order of the file.
    pub(super) fn finish(self) -> Vec<ConfigError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| error.line);
        errors
    }
}

/// One value and where it stands.
#[derive(Clone)]
pub(super) struct ConfigValue<'s, 't, T> {
    source: &'s Source<'t>,
    key: String,
    at: usize,
    /// What stands there.
    pub(super) value: T,
}

impl<'s, 't, T> ConfigValue<'s, 't, T> {
    /// Says that the value is not what was expected, and gives nothing.
    pub(super) fn wrong<U>(&self, problem: impl Into<String>) -> Option<U> {
        self.source.report(Some(self.at), Some(self.key.clone()), problem.into());
        None
    }

    /// The file it stands in.
    pub(super) fn source(&self) -> &'s Source<'t> {
        self.source
    }

    fn with<U>(&self, value: U) -> ConfigValue<'s, 't, U> {
        ConfigValue { source: self.source, key: self.key.clone(), at: self.at, value }
    }
}

/// A table: ask it for the keys it should have, then `finish` refuses the others.
pub(super) struct Table<'s, 't> {
    source: &'s Source<'t>,
    name: String,
    at: usize,
    values: &'s DeTable<'t>,
    asked: RefCell<Vec<&'static str>>,
    missing: RefCell<Vec<(&'static str, &'static str)>>,
}

impl<'s, 't> Table<'s, 't> {
    /// The whole file.
    pub(super) fn root(source: &'s Source<'t>, values: &'s DeTable<'t>) -> Self {
        Self::new(source, String::new(), 0, values)
    }

    fn new(source: &'s Source<'t>, name: String, at: usize, values: &'s DeTable<'t>) -> Self {
        Self { source, name, at, values, asked: RefCell::default(), missing: RefCell::default() }
    }

    fn key(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    /// The value of a key that may be left out.
    fn get(&self, key: &'static str) -> Option<ConfigValue<'s, 't, &'s DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        let (_, value) = self.values.iter().find(|(name, _)| name.get_ref() == key)?;
        let at = value.span().start;
        Some(ConfigValue { source: self.source, key: self.key(key), at, value: value.get_ref() })
    }

    /// The value of a key that must be there; `expected` says what belongs in it.
    fn need(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Option<ConfigValue<'s, 't, &'s DeValue<'t>>> {
        let setting = self.get(key);
        if setting.is_none() {
            self.missing.borrow_mut().push((key, expected));
        }
        setting
    }

    /// Text that must be there.
    pub(super) fn text(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Option<ConfigValue<'s, 't, String>> {
        text(self.need(key, expected)?, expected)
    }

    /// Text that may be left out; `expected` says what belongs in it if it is given.
    pub(super) fn optional_text(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Option<ConfigValue<'s, 't, String>> {
        text(self.get(key)?, expected)
    }

    /// A whole number that must be there, between the two given.
    pub(super) fn number<N: TryFrom<i64>>(
        &self,
        key: &'static str,
        within: Range<i64>,
        expected: &'static str,
    ) -> Option<N> {
        let setting = self.need(key, expected)?;
        let number = setting
            .value
            .as_integer()
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok())
            .filter(|n| within.contains(n))
            .and_then(|n| N::try_from(n).ok());
        number.or_else(|| setting.wrong(expectation(expected, setting.value)))
    }

    /// A list of texts that must be there; it may be empty.
    pub(super) fn texts(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Option<Vec<ConfigValue<'s, 't, String>>> {
        let setting = self.need(key, expected)?;
        let Some(items) = setting.value.as_array() else {
            return setting.wrong(expectation(expected, setting.value));
        };
        let each = items.iter().map(|item| {
            text(ConfigValue { at: item.span().start, ..setting.with(item.get_ref()) }, expected)
        });
        // Collected first so that every wrong item is reported, not the first alone.
        each.collect::<Vec<_>>().into_iter().collect()
    }

    /// A list of texts that may be left out: nothing if it is, and nothing in that if it is wrong.
    pub(super) fn optional_texts(
        &self,
        key: &'static str,
        expected: &'static str,
    ) -> Option<Option<Vec<ConfigValue<'s, 't, String>>>> {
        self.get(key).map(|_| self.texts(key, expected))
    }

    /// A whole number that may be left out: nothing if it is, and nothing in that if it is wrong.
    pub(super) fn optional_number<N: TryFrom<i64>>(
        &self,
        key: &'static str,
        within: Range<i64>,
        expected: &'static str,
    ) -> Option<Option<N>> {
        self.get(key).map(|_| self.number(key, within, expected))
    }

    /// Says that the value of a key is not what was expected, and gives nothing.
    pub(super) fn wrong<U>(&self, key: &'static str, problem: &str) -> Option<U> {
        let at =
            self.values.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value.span().start);
        self.source.report(at.or(Some(self.at)), Some(self.key(key)), problem.to_owned());
        None
    }

    /// A table under this one that must be there.
    pub(super) fn table(&self, key: &'static str) -> Option<Table<'s, 't>> {
        let setting = self.need(key, "a table")?;
        match setting.value.as_table() {
            Some(values) => Some(Self::new(self.source, setting.key, setting.at, values)),
            None => setting.wrong(format!("expected a table that starts [{key}]")),
        }
    }

    /// A repeated table, `[[key]]`, that must be there once or more.
    pub(super) fn tables(&self, key: &'static str) -> Option<Vec<Table<'s, 't>>> {
        let setting = self.need(key, "one table or more that starts [[..]]")?;
        let tables = setting.value.as_array().and_then(|items| {
            let table = |item: &'s Spanned<DeValue<'t>>| {
                let values = item.get_ref().as_table()?;
                Some(Self::new(self.source, setting.key.clone(), item.span().start, values))
            };
            items.iter().map(table).collect::<Option<Vec<_>>>()
        });
        match tables {
            Some(tables) if !tables.is_empty() => Some(tables),
            Some(_) | None => setting.wrong(format!("expected one table or more that starts [[{key}]]")),
        }
    }

    /// Refuses keys that were not asked for, and names those that are missing.
    pub(super) fn finish(self) {
        let asked = self.asked.into_inner();
        let mut missing = self.missing.into_inner();
        let place = if self.name.is_empty() { "this file".into() } else { format!("[{}]", self.name) };
        for (name, _) in self.values.iter().filter(|(name, _)| !asked.contains(&name.get_ref().as_ref())) {
            let typed = name.get_ref();
            let key = if self.name.is_empty() { typed.to_string() } else { format!("{}.{typed}", self.name) };
            let nearest = nearest(typed, &asked);
            let hint = match nearest {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("expected one of {}", list(&asked)),
            };
            // A key under a wrong name is not also a missing one.
            missing.retain(|(key, _)| Some(*key) != nearest);
            self.source.report(
                Some(name.span().start),
                Some(key),
                format!("is not a key of {place}; {hint}"),
            );
        }
        for (key, expected) in missing {
            let full = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
            self.source.report(Some(self.at), Some(full), format!("is missing; expected {expected}"));
        }
    }
}

fn text<'s, 't>(
    setting: ConfigValue<'s, 't, &'s DeValue<'t>>,
    expected: &'static str,
) -> Option<ConfigValue<'s, 't, String>> {
    match setting.value.as_str() {
        Some(text) if !text.trim().is_empty() => Some(setting.with(text.trim().to_owned())),
        Some(_) => setting.wrong(format!("is empty; expected {expected}")),
        None => setting.wrong(expectation(expected, setting.value)),
    }
}

/// Names the kind of thing found, and its value only if that cannot be a secret typed in the wrong place.
fn expectation(expected: &str, setting: &DeValue<'_>) -> String {
    let kind = match setting {
        DeValue::String(_) => "text in quotes".to_owned(),
        DeValue::Integer(number) => format!("the number {}", number.as_str()),
        DeValue::Float(number) => format!("the number {}", number.as_str()),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    };
    format!("expected {expected}, found {kind}")
}

/// The known key nearest to what was typed, if it is near enough to be what was meant.
fn nearest(typed: &str, known: &[&'static str]) -> Option<&'static str> {
    let score = |key: &&'static str| strsim::normalized_damerau_levenshtein(typed, key);
    let best = known.iter().copied().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(&best) >= 0.5).then_some(best)
}

fn list(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

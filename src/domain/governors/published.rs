//! What comes out: the report as governors read it, number by number.

use super::raw::TermKey;
use super::tables::TableKind;
use super::words::{self, Headline, Movement, NotShown, Note, Question};
use crate::domain::kernel::{codes::codes, document::DocumentVersion};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The edition of what is counted and how; frozen with each report, raised when a definition changes.
pub(super) const DEFINITIONS: u16 = 1;

/// A number as it may be shown. Its `Display` is the words of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Count {
    /// The number itself.
    Exact(u32),
    /// From 1 to one less than this.
    FewerThan(u8),
    /// Not shown, because another number could be worked out from it.
    Hidden,
    /// To the nearest 5.
    Rounded(u32),
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(n) => write!(f, "{n}"),
            Self::FewerThan(k) => write!(f, "fewer than {k}"),
            Self::Hidden => f.write_str("hidden"),
            Self::Rounded(n) => write!(f, "about {n}"),
        }
    }
}

/// How much of a table is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Every row.
    Full,
    /// Rows added together.
    Folded,
    /// No rows: the total of the report stands for it.
    TotalOnly,
}

codes! {
    /// The heading of a row.
    RowLabel {
        Content = "content", "Content";
        Contact = "contact", "Contact";
        Conduct = "conduct", "Conduct";
        Commerce = "commerce", "Commerce";
        NoneOfFour = "none_of_four", "None of the four";
        ContentAndContact = "content_and_contact", "Content and contact";
        ConductAndCommerce = "conduct_and_commerce", "Conduct and commerce";
        AnyOfFour = "any_of_four", "Any of the 4 Cs";
        Child = "child", "Concern about a child";
        Aup = "aup", "Acceptable use";
        Filtering = "filtering", "Filtering and monitoring";
        Systems = "systems", "Systems";
        Data = "data", "Data protection";
        Other = "other", "Other";
        OnlineHarm = "online_harm", "Online content, contact, conduct and commerce";
        RulesAndSystems = "rules_and_systems", "Acceptable use, filtering, systems and data";
        ChildAndOther = "child_and_other", "Concerns about a child, and other";
        OnlineAndChild = "online_and_child", "Online safety, concerns about a child, and other";
        Critical = "critical", "Critical";
        High = "high", "High";
        Moderate = "moderate", "Medium";
        Low = "low", "Low";
        CriticalOrHigh = "critical_or_high", "Critical or high";
        ModerateOrLow = "moderate_or_low", "Medium or low";
        Pupils = "pupils", "Pupils";
        Staff = "staff", "Staff";
        OthersOrNobody = "others_or_nobody", "Other people, or no one";
        NotPupils = "not_pupils", "Staff, other people, or no one";
        ChildTold = "child_told", "A child or young person told us";
        AdultTold = "adult_told", "Another adult told us";
        StaffSaw = "staff_saw", "Staff saw or heard it";
        Alert = "alert", "Filtering or monitoring raised it";
        Found = "found", "Staff found it afterwards";
        AnotherWay = "another_way", "Another way";
        Noticed = "noticed", "Staff or systems noticed, or another way";
        SomebodyTold = "somebody_told", "Someone told us";
        InTime = "in_time", "In time";
        Late = "late", "Late";
        Open = "open", "Open";
        Closed = "closed", "Closed";
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Row {
    label: RowLabel,
    count: Count,
    percent: Option<u8>,
}

impl Row {
    pub(super) fn new(label: RowLabel, count: Count, percent: Option<u8>) -> Self {
        Self { label, count, percent }
    }
    /// The row's heading.
    #[must_use]
    pub fn label(&self) -> RowLabel {
        self.label
    }
    /// Its number.
    #[must_use]
    pub fn count(&self) -> Count {
        self.count
    }
    /// Its whole per cent of all cases, if that may be given.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        self.percent
    }
}

/// One breakdown of all the term's cases.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Table {
    kind: TableKind,
    form: Form,
    rows: Vec<Row>,
    total: Count,
}

impl Table {
    pub(super) fn new(kind: TableKind, form: Form, rows: Vec<Row>, total: Count) -> Self {
        Self { kind, form, rows, total }
    }
    /// Which breakdown.
    #[must_use]
    pub fn kind(&self) -> TableKind {
        self.kind
    }
    /// How much of it is shown.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }
    /// Its rows; none if only the total is shown.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
    /// The total of all cases, the same in every table.
    #[must_use]
    pub fn total(&self) -> Count {
        self.total
    }
    /// A sentence to print under the heading; for [`Form::TotalOnly`] it is all there is.
    #[must_use]
    pub fn note(&self) -> Option<Note> {
        words::note(self.kind, self.form, &self.rows, self.total)
    }
}

codes! {
    /// What a line is about.
    LineKind {
        FilteringFailures = "filtering_failures", "Failures of filtering or monitoring";
        FilteringFixed = "filtering_fixed", "Failures that have been fixed";
        FilteringRetested = "filtering_retested", "Failures re-tested by a second person";
        DataBreaches = "data_breaches", "Personal data breaches";
    }
}

/// A single number of the report.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    kind: LineKind,
    count: Count,
}

impl Line {
    pub(super) fn new(kind: LineKind, count: Count) -> Self {
        Self { kind, count }
    }
    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> LineKind {
        self.kind
    }
    /// Its number.
    #[must_use]
    pub fn count(&self) -> Count {
        self.count
    }
}

/// A term on the trend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TrendPoint {
    term: TermKey,
    total: Count,
}

impl TrendPoint {
    pub(super) fn new(term: TermKey, total: Count) -> Self {
        Self { term, total }
    }
    /// The term.
    #[must_use]
    pub fn term(&self) -> TermKey {
        self.term
    }
    /// Its total as published.
    #[must_use]
    pub fn total(&self) -> Count {
        self.total
    }
}

/// The report's own content; the order of the fields is the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) document_version: DocumentVersion<1>,
    pub(super) definitions: u16,
    pub(super) term: TermKey,
    pub(super) threshold: u8,
    pub(super) total: Count,
    pub(super) tables: Vec<Table>,
    pub(super) lines: Vec<Line>,
    pub(super) trend: Vec<TrendPoint>,
    pub(super) changes: Vec<Movement>,
}

/// A term report that governors may read. Made only by [`super::publish`], or thawed from a frozen report whose
/// hash is right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Published(Contents);

impl Published {
    pub(super) fn new(contents: Contents) -> Self {
        Self(contents)
    }
    pub(super) fn contents(&self) -> &Contents {
        &self.0
    }
    /// The term reported on.
    #[must_use]
    pub fn term(&self) -> TermKey {
        self.0.term
    }
    /// Which edition of the definitions it follows.
    #[must_use]
    pub fn definitions(&self) -> u16 {
        self.0.definitions
    }
    /// All cases of the term.
    #[must_use]
    pub fn total(&self) -> Count {
        self.0.total
    }
    /// The first sentences.
    #[must_use]
    pub fn headline(&self) -> Vec<Headline> {
        words::headline(&self.0)
    }
    /// The breakdowns, in the order of the page; none of so few cases that they stay together.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.0.tables
    }
    /// One breakdown.
    #[must_use]
    pub fn table(&self, kind: TableKind) -> Option<&Table> {
        self.0.tables.iter().find(|table| table.kind == kind)
    }
    /// Filtering and monitoring, and data breaches.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.0.lines
    }
    /// One line.
    #[must_use]
    pub fn line(&self, kind: LineKind) -> Option<&Line> {
        self.0.lines.iter().find(|line| line.kind == kind)
    }
    /// Totals of up to six earlier terms and this one, as published, oldest first.
    #[must_use]
    pub fn trend(&self) -> &[TrendPoint] {
        &self.0.trend
    }
    /// "What changed".
    #[must_use]
    pub fn changes(&self) -> &[Movement] {
        &self.0.changes
    }
    /// Questions governors could ask.
    #[must_use]
    pub fn questions(&self) -> Vec<Question> {
        words::questions(&self.0)
    }
    /// What is not shown and why.
    #[must_use]
    pub fn not_shown(&self) -> Vec<NotShown> {
        words::not_shown(&self.0)
    }
}

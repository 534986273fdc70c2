//! The bodies a case can be referred to: one table, `data/referrals.csv`, each row with what differs between them.
//!
//! A row that is not `offered` is known, and what it decides has its deadline; nothing can be recorded to it yet.

use super::{Escalation, Field, fields};
use crate::domain::{
    kernel::{
        clock::{DeadlineKind, Rule},
        codes::{UnknownCode, Worded},
    },
    people::Desk,
    school::categories::Decision,
};
use std::{borrow::Cow, str::FromStr, sync::LazyLock};

/// A body a case can be referred to: made only by reading the code of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Body(&'static str);

impl Worded for Body {
    fn worded(&self) -> Cow<'static, str> {
        self.words().into()
    }
}

/// What is so of some bodies only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// A referral to it can be recorded.
    Offered,
    /// A referral made or declined calls for a second person to close the case.
    SecondPerson,
    /// A referral made sets the legal hold.
    Hold,
    /// What may wait waits while the case waits for it.
    Pauses,
    /// A 999 call is a referral to it.
    Emergency,
}

/// A row of the table.
struct Row {
    body: Body,
    words: &'static str,
    escalation: Escalation,
    made_by: Vec<Desk>,
    decides: Option<Decision>,
    deadlines: Vec<(DeadlineKind, Rule)>,
    marks: Vec<Mark>,
    advice: &'static str,
    fields: Vec<Field>,
}

impl Body {
    /// Every body, in the order shown to people.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().map(|row| row.body)
    }

    /// Those a referral can be recorded to.
    pub fn offered() -> impl Iterator<Item = Self> {
        Self::all().filter(|body| body.is(Mark::Offered))
    }

    /// The body whose referral, made or declined, is what a decision asks for.
    pub fn deciding(decision: Decision) -> Option<Self> {
        Self::all().find(|body| body.decides() == Some(decision))
    }

    /// The body a deadline is about: whether to tell it, or that it is told.
    pub fn asked_by(kind: DeadlineKind) -> Option<Self> {
        Self::all().find(|body| body.deadlines().iter().any(|(of_body, _)| *of_body == kind))
    }

    /// The body that a 999 call reaches.
    pub fn in_an_emergency() -> Self {
        Self::all().find(|body| body.is(Mark::Emergency)).unwrap_or(ROWS[0].body)
    }

    /// The code kept in the database and in forms.
    pub const fn code(self) -> &'static str {
        self.0
    }

    /// The words shown to people.
    pub fn words(self) -> &'static str {
        self.row().words
    }

    /// When it must be told, and what to keep in mind.
    pub fn advice(self) -> &'static str {
        self.row().advice
    }

    /// The desks that have to make it, the first that has the case before the others. Every reader of the case may
    /// record it; recording never waits.
    pub fn made_by(self) -> &'static [Desk] {
        &self.row().made_by
    }

    /// How far a referral to it takes a case.
    pub fn escalation(self) -> Escalation {
        self.row().escalation
    }

    /// The decision that a referral to it, made or declined, settles.
    pub fn decides(self) -> Option<Decision> {
        self.row().decides
    }

    /// What falls due once that decision is asked for, counted from awareness, the soonest first: whether to tell the
    /// body, and that it is told. If there is only one deadline, it is both.
    pub fn deadlines(self) -> &'static [(DeadlineKind, Rule)] {
        &self.row().deadlines
    }

    /// Whether its clock counts from when the school became aware, so that its form shows when that was.
    pub fn counts_from_awareness(self) -> bool {
        !self.deadlines().is_empty()
    }

    /// Whether a referral made or declined calls for a second person to close the case.
    pub fn asks_second_person(self) -> bool {
        self.is(Mark::SecondPerson)
    }

    /// Whether a referral to it sets the legal hold.
    pub fn sets_hold(self) -> bool {
        self.is(Mark::Hold)
    }

    /// Whether what may wait waits while the case waits for it.
    pub fn pauses_clocks(self) -> bool {
        self.is(Mark::Pauses)
    }

    /// What is asked beyond who, when and why; since when the school is aware, the case knows. What is left empty
    /// becomes a task, never a refusal to save.
    pub fn fields(self) -> &'static [Field] {
        &self.row().fields
    }

    /// The field without which a referral to it is not done: how it ended.
    pub fn ends_with(self) -> Option<&'static Field> {
        self.fields().iter().find(|field| field.ends_the_referral())
    }

    fn is(self, mark: Mark) -> bool {
        self.row().marks.contains(&mark)
    }

    fn row(self) -> &'static Row {
        ROWS.iter().find(|row| row.body == self).unwrap_or(&ROWS[0])
    }
}

#[cfg(test)]
impl Body {
    pub(crate) const HR: Self = Self("hr");
    pub(crate) const LADO: Self = Self("lado");
    pub(crate) const POLICE: Self = Self("police");
    pub(crate) const ICO: Self = Self("ico");
}

/// As a form posts it: the code of a body that is offered.
impl FromStr for Body {
    type Err = UnknownCode;

    fn from_str(code: &str) -> Result<Self, UnknownCode> {
        Self::offered().find(|body| body.0 == code).ok_or(UnknownCode { of: "Body" })
    }
}

impl serde::Serialize for Body {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Body {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = <Cow<'_, str>>::deserialize(deserializer)?;
        let known = Self::all().find(|body| body.0 == code);
        known.ok_or_else(|| serde::de::Error::custom("unknown body"))
    }
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| read(include_str!("../../../data/referrals.csv")));

#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn read(table: &'static str) -> Vec<Row> {
    let fields = fields::read();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    rows.records().map(|row| body(&row.expect("referrals.csv is well formed"), &fields)).collect()
}

#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn body(row: &csv::StringRecord, fields: &[fields::Read]) -> Row {
    let column = |at: usize| row.get(at).expect("every row has every column");
    let given = |at: usize| Some(column(at)).filter(|code| !code.is_empty());
    let deadlines: Vec<_> = column(5).split_whitespace().map(deadline).collect();
    let within = deadlines.last().map_or_else(String::new, |(_, rule)| rule.to_string());
    let kept = |words: &str| -> &'static str { words.replace("{within}", &within).leak() };
    let code = kept(column(0));
    Row {
        body: Body(code),
        words: kept(column(1)),
        escalation: given(2).map_or(Escalation::None, |code| code.parse().expect("an escalation")),
        made_by: column(3).split_whitespace().map(|desk| desk.parse().expect("a desk")).collect(),
        decides: given(4).map(|code| code.parse().expect("a decision")),
        deadlines,
        marks: column(6).split_whitespace().map(mark).collect(),
        advice: kept(column(7)),
        fields: fields.iter().filter(|field| field.body == code).map(|field| field.saying(kept)).collect(),
    }
}

#[expect(clippy::panic, reason = "the list is compiled in; a test reads every row of it")]
fn mark(code: &str) -> Mark {
    match code {
        "offered" => Mark::Offered,
        "second_person" => Mark::SecondPerson,
        "hold" => Mark::Hold,
        "pauses" => Mark::Pauses,
        "emergency" => Mark::Emergency,
        unknown => panic!("no mark of a body: {unknown}"),
    }
}

/// `ico_report=72_clock_hours`.
#[expect(clippy::expect_used, reason = "the list is compiled in; a test reads every row of it")]
fn deadline(code: &str) -> (DeadlineKind, Rule) {
    let (kind, rule) = code.split_once('=').expect("a deadline and its rule");
    (kind.parse().expect("a kind of deadline"), Rule::parse(rule).expect("a rule"))
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;

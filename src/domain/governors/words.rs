//! The sentences of the report. Every one is chosen from published numbers only, never from the counts.

use super::published::{Contents, Count, Form, Line, LineKind, Published, Row, RowLabel, Table, TrendPoint};
use super::raw::TermKey;
use super::tables::TableKind;
use crate::domain::kernel::codes::{Worded, codes, sentences};
use std::borrow::Cow;

/// How many rises and falls "what changed" names.
const MOST_CHANGES: usize = 3;

codes! {
    /// What the numbers of a report count.
    Counted {
        Once = "once", "A case is counted once, in the term its first concern was reported.";
        Confirmed = "confirmed", "It is counted under the category and severity confirmed when this report was published, or \
                                  as reported if they are not confirmed yet.";
        Left = "left", "Cases that needed no further action, registers that protect staff, and the most confidential cases are \
                        not counted here. The most confidential cases are counted in the annual report.";
        Other = "other", "Other means images, concerns not yet sorted, and matters reported once a year. Everything in Other \
                          counts as none of the 4 Cs.";
        Late = "late", "Late means that the deadline was missed, or met after it had passed.";
    }
}

sentences! {
    /// A number of cases.
    Cases {
        None = "none", "no cases";
        One = "one", "1 case";
        Several { count: Count } = "several", "{count} cases";
        Unshown = "unshown", "a number of cases that cannot be shown";
    }
}

impl From<Count> for Cases {
    fn from(count: Count) -> Self {
        match count {
            Count::Exact(0) => Self::None,
            Count::Exact(1) => Self::One,
            Count::Exact(_) | Count::FewerThan(_) | Count::Rounded(_) => Self::Several { count },
            Count::Hidden => Self::Unshown,
        }
    }
}

sentences! {
    /// The first sentences of a report: how many cases, and how many the term before.
    Headline {
        None { term: TermKey } = "none", "No cases were recorded in {term}.";
        Recorded { cases: Cases, term: TermKey } = "recorded", "Staff recorded {cases} in {term}.";
        Same { term: TermKey } = "same", "The same number as in {term}.";
        More { by: u32, term: TermKey } = "more", "That is {by} more than in {term}.";
        Fewer { by: u32, term: TermKey } = "fewer", "That is {by} fewer than in {term}.";
        NoneThen { term: TermKey } = "none_then", "In {term} there were none.";
        Then { cases: Cases, term: TermKey } = "then", "In {term} it was {cases}.";
    }
}

/// The first sentences of a report.
pub(super) fn headline(report: &Contents) -> Vec<Headline> {
    let first = match report.total {
        Count::Exact(0) => Headline::None { term: report.term },
        Count::Exact(_) | Count::FewerThan(_) | Count::Rounded(_) | Count::Hidden => {
            Headline::Recorded { cases: report.total.into(), term: report.term }
        }
    };
    // Compared in the trend's own words: both numbers are on the page.
    let earlier = report.trend.iter().rev().find(|point| point.term() < report.term);
    let second = earlier.and_then(|point| {
        let term = point.term();
        match (point.total(), report.total) {
            (Count::Exact(was), Count::Exact(now)) if was == now => Some(Headline::Same { term }),
            (Count::Exact(was), Count::Exact(now)) if now > was => {
                Some(Headline::More { by: now - was, term })
            }
            (Count::Exact(was), Count::Exact(now)) => Some(Headline::Fewer { by: was - now, term }),
            (Count::Hidden, _) | (_, Count::Hidden) => None,
            (Count::Exact(0), _) => Some(Headline::NoneThen { term }),
            (was, _) => Some(Headline::Then { cases: was.into(), term }),
        }
    });
    std::iter::once(first).chain(second).collect()
}

sentences! {
    /// All cases of a table, counted together.
    All {
        Exact { number: u32 } = "exact", "All {number} cases are counted together";
        About { number: u32 } = "about", "All cases (about {number}) are counted together";
        Unsaid = "unsaid", "All cases are counted together";
    }
}

codes! {
    /// What a table splits its cases by.
    Split {
        FourCs = "four_cs", "the 4 Cs";
        Kind = "kind", "kind";
        Severity = "severity", "severity";
        Affected = "affected", "who was affected";
        CameToLight = "came_to_light", "how they came to light";
        InTime = "in_time", "whether they were in time";
        Progress = "progress", "open and closed";
    }
}

sentences! {
    /// The sentence under a table's heading.
    Note {
        HasHidden = "has_hidden", "A row marked hidden may be any number. It is there so that small numbers cannot be worked out.";
        Folded = "folded", "Rows are added together so that no one can be recognised.";
        TotalOnly { all: All, by: Split } = "total_only", "{all}: splitting them by {by} could point to one person.";
    }
}

/// The sentence under a table's heading, if there is one.
pub(super) fn note(kind: TableKind, form: Form, rows: &[Row], total: Count) -> Option<Note> {
    match form {
        Form::Full => rows.iter().any(|row| row.count() == Count::Hidden).then_some(Note::HasHidden),
        Form::Folded => Some(Note::Folded),
        Form::TotalOnly => {
            let all = match total {
                Count::Exact(number) => All::Exact { number },
                Count::Rounded(number) => All::About { number },
                Count::FewerThan(_) | Count::Hidden => All::Unsaid,
            };
            let by = match kind {
                TableKind::FourCs => Split::FourCs,
                TableKind::Groups => Split::Kind,
                TableKind::Severity => Split::Severity,
                TableKind::Affected => Split::Affected,
                TableKind::CameToLight => Split::CameToLight,
                TableKind::Acknowledged | TableKind::Triaged => Split::InTime,
                TableKind::Progress => Split::Progress,
            };
            Some(Note::TotalOnly { all, by })
        }
    }
}

sentences! {
    /// What changed since the last report.
    #[derive(Hash)]
    Movement {
        Rose { table: TableKind, row: RowLabel, was: u32, now: u32 } = "rose", "{table}: {row} rose from {was} to {now}.";
        Fell { table: TableKind, row: RowLabel, was: u32, now: u32 } = "fell", "{table}: {row} fell from {was} to {now}.";
        NotMuch { term: TermKey } = "not_much", "No number that can be shown for both terms has changed much since {term}.";
    }
}

impl Movement {
    const fn by(&self) -> u32 {
        match self {
            Self::Rose { was, now, .. } | Self::Fell { was, now, .. } => was.abs_diff(*now),
            Self::NotMuch { .. } => 0,
        }
    }
}

/// What changed since `before`, the last earlier term published.
pub(super) fn changes(report: &Contents, before: Option<&Published>) -> Vec<Movement> {
    let mut changes = before.map_or_else(Vec::new, |before| moves(report, before));
    if let (true, false, Some(before)) = (changes.is_empty(), report.tables.is_empty(), before) {
        changes.push(Movement::NotMuch { term: before.term() });
    }
    changes
}

/// The rows that rose or fell most. Only rows under the same heading, in the same form and by the same definition
/// compare.
fn moves(report: &Contents, before: &Published) -> Vec<Movement> {
    let mut moves = Vec::new();
    let same = before.definitions() == report.definitions;
    for table in report.tables.iter().filter(|_| same) {
        let Some(then) = before.table(table.kind()).filter(|then| then.form() == table.form()) else {
            continue;
        };
        for row in table.rows() {
            let was = then.rows().iter().find(|was| was.label() == row.label()).map(Row::count);
            let (Some(Count::Exact(was)), Count::Exact(now)) = (was, row.count()) else { continue };
            if was.abs_diff(now) >= u32::from(report.threshold).max(was / 5) {
                let (table, row) = (table.kind(), row.label());
                moves.push(if now > was {
                    Movement::Rose { table, row, was, now }
                } else {
                    Movement::Fell { table, row, was, now }
                });
            }
        }
    }
    moves.sort_by_key(|change| std::cmp::Reverse(change.by()));
    moves.truncate(MOST_CHANGES);
    moves
}

codes! {
    /// A question governors could ask.
    Question {
        Nothing = "nothing", "Nothing was recorded. Do staff know what to report, and how?";
        Missed = "missed", "What did the filter or the monitoring miss, and who checked that it works now?";
        Data = "data", "What has the school changed so that personal data is not lost or shared wrongly again?";
        Late = "late", "What stops us looking at every case in time?";
        NoChild = "no_child", "No case came from a child telling us. Do children know who to tell, and do they trust it?";
        Learned = "learned", "What did the school learn this term, and what will it do differently?";
    }
}

/// Questions governors could ask.
pub(super) fn questions(report: &Contents) -> Vec<Question> {
    let row = |kind: TableKind, at: usize| {
        let table = report.tables.iter().find(|table| table.kind() == kind && table.form() == Form::Full)?;
        table.rows().get(at).map(Row::count)
    };
    let line = |kind: LineKind| report.lines.iter().find(|line| line.kind() == kind).map(Line::count);
    let is_some = |count: Option<Count>| {
        matches!(count, Some(Count::Exact(1..) | Count::FewerThan(_) | Count::Hidden | Count::Rounded(_)))
    };
    let is_none = |count: Option<Count>| count == Some(Count::Exact(0));
    let asks = |question: &Question| match question {
        Question::Nothing => report.total == Count::Exact(0),
        Question::Missed => is_some(line(LineKind::FilteringFailures)),
        Question::Data => is_some(line(LineKind::DataBreaches)),
        Question::Late => is_some(row(TableKind::Acknowledged, 1)) || is_some(row(TableKind::Triaged, 1)),
        Question::NoChild => is_none(row(TableKind::CameToLight, 0)),
        Question::Learned => true,
    };
    Question::ALL.iter().copied().filter(asks).collect()
}

sentences! {
    /// What a report does not show, and why.
    NotShown {
        Small { most: u32, fewer_than: u32 } = "small", "A number from 1 to {most} is shown as “fewer than {fewer_than}”.";
        AnotherRow = "another_row", "If a small number could be worked out, another number is hidden as well.";
        Single = "single", "A single number is hidden if it could be used to work out a small one.";
        Rounded = "rounded", "A total that says “about” is given to the nearest 5: taking the other numbers away from the exact \
                              total would show the ones that are hidden. A number without “about” is exact.";
        Folded = "folded", "Some rows are added together, because too many of them were small.";
        TotalOnly = "total_only", "Some tables give the total only, because their numbers were too small to split.";
        FewCases { fewer_than: u32 } = "few_cases", "With fewer than {fewer_than} cases nothing else about them can be shown.";
        Adults = "adults", "Matters about adults are not in termly reports. They are in the annual report.";
    }
}

/// What a report does not show, and why.
pub(super) fn not_shown(report: &Contents) -> Vec<NotShown> {
    let k = u32::from(report.threshold);
    let counts = || report.tables.iter().flat_map(|table| table.rows()).map(Row::count);
    let lines = || report.lines.iter().map(Line::count);
    let has_form = |form| report.tables.iter().any(|table| table.form() == form);
    let is_small = |count: Count| matches!(count, Count::FewerThan(_));
    let is_rounded = |count: Count| matches!(count, Count::Rounded(_));
    let totals = report.tables.iter().map(Table::total).chain([report.total]);
    let has_rounded = totals.chain(report.trend.iter().map(TrendPoint::total)).any(is_rounded);
    let has_small = is_small(report.total) || counts().any(is_small) || lines().any(is_small);
    let all = [
        (has_small, NotShown::Small { most: k - 1, fewer_than: k }),
        (counts().any(|count| count == Count::Hidden), NotShown::AnotherRow),
        (lines().any(|count| count == Count::Hidden), NotShown::Single),
        (has_rounded, NotShown::Rounded),
        (has_form(Form::Folded), NotShown::Folded),
        (has_form(Form::TotalOnly), NotShown::TotalOnly),
        (is_small(report.total), NotShown::FewCases { fewer_than: k }),
        (true, NotShown::Adults),
    ];
    all.into_iter().filter(|(is_so, _)| *is_so).map(|(_, said)| said).collect()
}

impl Worded for Count {
    fn worded(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

impl Worded for TermKey {
    fn worded(&self) -> Cow<'static, str> {
        self.to_string().into()
    }
}

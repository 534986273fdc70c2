//! The sentences of the report. Every one is chosen from published numbers only, never from the counts.

use super::published::{Contents, Count, Form, Line, LineKind, Published, Row, Table, TrendPoint};
use super::tables::TableKind;

/// How many rises and falls "what changed" names.
const MOST_CHANGES: usize = 3;

pub(super) fn what_is_counted() -> Vec<String> {
    [
        "A case is counted once, in the term its first concern was reported.",
        "It is counted under the category and severity confirmed when this report was published, or as reported \
         where nobody has confirmed them yet.",
        "Cases found to be no case, registers that protect staff, and the most confidential cases are not counted \
         here. The most confidential cases are counted in the annual report.",
        "Other means images, concerns not yet sorted, and matters reported once a year. Everything in Other counts \
         as none of the 4 Cs.",
        "Late means that the deadline was missed, or met after it had passed.",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Fills in every sentence of a report whose numbers are decided. `before` is the last earlier term published.
pub(super) fn describe(mut numbers: Contents, before: Option<&Published>) -> Contents {
    numbers.headline = headline(&numbers);
    numbers.changes = changes(&numbers, before);
    numbers.questions = questions(&numbers);
    numbers.not_shown = not_shown(&numbers);
    numbers
}

fn cases(count: Count) -> String {
    match count {
        Count::Exact(0) => "no cases".to_owned(),
        Count::Exact(1) => "1 case".to_owned(),
        Count::Exact(_) | Count::FewerThan(_) | Count::Rounded(_) => format!("{count} cases"),
        Count::Hidden => "a number of cases that cannot be shown".to_owned(),
    }
}

fn headline(report: &Contents) -> String {
    let first = match report.total {
        Count::Exact(0) => format!("No cases were recorded in {}.", report.term),
        Count::Exact(_) | Count::FewerThan(_) | Count::Rounded(_) | Count::Hidden => {
            format!("Staff recorded {} in {}.", cases(report.total), report.term)
        }
    };
    // Compared in the trend's own words: both numbers are on the page.
    let earlier = report.trend.iter().rev().find(|point| point.term() < report.term);
    let second = earlier.and_then(|point| match (point.total(), report.total) {
        (Count::Exact(was), Count::Exact(now)) if was == now => {
            Some(format!("The same number as in {}.", point.term()))
        }
        (Count::Exact(was), Count::Exact(now)) => {
            let way = if now > was { "more" } else { "fewer" };
            Some(format!("That is {} {way} than in {}.", was.abs_diff(now), point.term()))
        }
        (Count::Hidden, _) | (_, Count::Hidden) => None,
        (Count::Exact(0), _) => Some(format!("In {} there were none.", point.term())),
        (was, _) => Some(format!("In {} it was {}.", point.term(), cases(was))),
    });
    second.map_or(first.clone(), |second| format!("{first} {second}"))
}

/// The sentence under a table's heading.
pub(super) fn note(kind: TableKind, form: Form, rows: &[Row], total: Count) -> String {
    match form {
        Form::Full if rows.iter().any(|row| row.count() == Count::Hidden) => {
            "A row marked hidden may be any number. It is there so that small numbers cannot be worked out."
                .to_owned()
        }
        Form::Full => String::new(),
        Form::Folded => "Rows are added together so that nobody can be recognised.".to_owned(),
        Form::TotalOnly => {
            let all = match total {
                Count::Exact(n) => format!("All {n} cases are counted together"),
                Count::Rounded(n) => format!("All cases (about {n}) are counted together"),
                Count::FewerThan(_) | Count::Hidden => "All cases are counted together".to_owned(),
            };
            let what = match kind {
                TableKind::FourCs => "the 4 Cs",
                TableKind::Groups => "kind",
                TableKind::Severity => "severity",
                TableKind::Affected => "who was affected",
                TableKind::CameToLight => "how they came to light",
                TableKind::Acknowledged | TableKind::Triaged => "whether they were in time",
                TableKind::Progress => "open and closed",
            };
            format!("{all}: splitting them by {what} could point to one person.")
        }
    }
}

fn changes(report: &Contents, before: Option<&Published>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(before) = before {
        // Only rows under the same heading, in the same form and by the same definition compare.
        let mut moves: Vec<(u32, String)> = Vec::new();
        let same = before.definitions() == report.definitions;
        for table in report.tables.iter().filter(|_| same) {
            let Some(then) = before.table(table.kind()).filter(|then| then.form() == table.form()) else {
                continue;
            };
            for row in table.rows() {
                let was = then.rows().iter().find(|was| was.label() == row.label()).map(Row::count);
                if let (Some(Count::Exact(was)), Count::Exact(now)) = (was, row.count()) {
                    let way = if now > was { "rose" } else { "fell" };
                    if was.abs_diff(now) >= u32::from(report.threshold).max(was / 5) {
                        let text = format!("{}: {} {way} from {was} to {now}.", table.title(), row.label());
                        moves.push((was.abs_diff(now), text));
                    }
                }
            }
        }
        moves.sort_by_key(|(by, _)| std::cmp::Reverse(*by));
        texts.extend(moves.into_iter().take(MOST_CHANGES).map(|(_, text)| text));
        if texts.is_empty() && !report.tables.is_empty() {
            texts.push(format!(
                "No number that can be shown for both terms has changed much since {}.",
                before.term()
            ));
        }
    }
    texts
}

fn questions(report: &Contents) -> Vec<String> {
    let row = |kind: TableKind, at: usize| {
        let table = report.tables.iter().find(|table| table.kind() == kind && table.form() == Form::Full)?;
        table.rows().get(at).map(Row::count)
    };
    let line = |kind: LineKind| report.lines.iter().find(|line| line.kind() == kind).map(Line::count);
    let is_some = |count: Option<Count>| {
        matches!(count, Some(Count::Exact(1..) | Count::FewerThan(_) | Count::Hidden | Count::Rounded(_)))
    };
    let mut texts: Vec<&str> = Vec::new();
    if report.total == Count::Exact(0) {
        texts.push("Nothing was recorded. Do staff know what to report, and how?");
    }
    if is_some(line(LineKind::FilteringFailures)) {
        texts.push("What did the filter or the monitoring miss, and who checked that it works now?");
    }
    if is_some(line(LineKind::DataBreaches)) {
        texts.push("What has the school changed so that personal data is not lost or shared wrongly again?");
    }
    if is_some(row(TableKind::Acknowledged, 1)) || is_some(row(TableKind::Triaged, 1)) {
        texts.push("What stops us looking at every case in time?");
    }
    if row(TableKind::CameToLight, 0) == Some(Count::Exact(0)) {
        texts.push(
            "No case came from a child telling us. Do children know whom to tell, and do they trust it?",
        );
    }
    texts.push("What did the school learn this term, and what will it do differently?");
    texts.into_iter().map(str::to_owned).collect()
}

/// Why some totals say "about" and other numbers on the same page do not.
pub const ROUNDED: &str = "A total that says \u{201c}about\u{201d} is given to the nearest 5: taking the other numbers away from the exact \
     total would show the ones that are hidden. A number without \u{201c}about\u{201d} is exact.";

fn is_rounded(count: Count) -> bool {
    matches!(count, Count::Rounded(_))
}

fn not_shown(report: &Contents) -> Vec<String> {
    let k = report.threshold;
    let counts = || report.tables.iter().flat_map(|table| table.rows()).map(Row::count);
    let lines = || report.lines.iter().map(Line::count);
    let has_form = |form| report.tables.iter().any(|table| table.form() == form);
    let is_small = |count: Count| matches!(count, Count::FewerThan(_));
    let mut texts = Vec::new();
    if is_small(report.total) || counts().any(is_small) || lines().any(is_small) {
        texts.push(format!("A number from 1 to {} is shown as \u{201c}fewer than {k}\u{201d}.", k - 1));
    }
    if counts().any(|count| count == Count::Hidden) {
        texts.push("Where a small number could be worked out, another number is hidden as well.".to_owned());
    }
    if lines().any(|count| count == Count::Hidden) {
        texts.push("A single number is hidden where it could be used to work out a small one.".to_owned());
    }
    let totals = report.tables.iter().map(Table::total).chain([report.total]);
    if totals.chain(report.trend.iter().map(TrendPoint::total)).any(is_rounded) {
        texts.push(ROUNDED.to_owned());
    }
    if has_form(Form::Folded) {
        texts.push("Some rows are added together, because too many of them were small.".to_owned());
    }
    if has_form(Form::TotalOnly) {
        texts.push(
            "Some tables give the total only, because their numbers were too small to split.".to_owned(),
        );
    }
    if is_small(report.total) {
        texts.push(format!("With fewer than {k} cases nothing else about them can be shown."));
    }
    texts.push("Matters about adults are not in termly reports. They are in the annual report.".to_owned());
    texts
}

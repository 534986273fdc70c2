//! Matching the columns of a plain list: each column with what its first rows say, and a guess to begin with.

use crate::{
    domain::{
        kernel::codes::capital,
        people::register::{
            field::Field,
            incoming::{Extent, Group},
            source::Source,
        },
    },
    register::{List, columns::ColumnMatch},
    web::http::{
        fields::Fields,
        page::{Choice, Mistakes, Shell},
        problem::FormProblem,
    },
};
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};

/// One column.
pub(super) struct Column {
    id: String,
    heading: String,
    values: String,
    fields: Vec<Choice>,
}

/// The page.
#[derive(Template)]
#[template(path = "import/columns.html")]
pub(super) struct ColumnsPage {
    shell: Shell,
    mistakes: Mistakes,
    action: String,
    sources: Vec<Choice>,
    groups: Vec<Choice>,
    extents: Vec<Choice>,
    columns: Vec<Column>,
}

/// Draws the page: with what was posted, or with a guess if nothing was.
pub(super) fn page(
    shell: Shell,
    mistakes: Mistakes,
    action: String,
    list: &List,
    fields: &Fields,
) -> ColumnsPage {
    let guess = list.guess();
    let is_posted = fields.has("source");
    let said =
        |name: &str, guess: &str| if is_posted { fields.get(name).to_owned() } else { guess.to_owned() };
    let choices = |all: Vec<(&str, &str)>, chosen: String| {
        let all = all.into_iter().map(|(code, words)| Choice::new(code, capital(words)));
        Choice::mark(all, &[chosen])
    };
    let column = |(at, sample): (usize, crate::register::Sample)| {
        let id = format!("column-{at}");
        let guessed = guess.columns.iter().find(|(_, place)| **place == at);
        let guessed = guessed.map_or("", |(field, _)| field.code());
        let all = Field::ALL.iter().map(|field| (field.code(), field.words())).collect();
        let values: Vec<&str> =
            sample.values.iter().map(String::as_str).filter(|value| !value.is_empty()).collect();
        Column {
            fields: choices(all, said(&id, guessed)),
            values: values.join("; "),
            heading: sample.heading,
            id,
        }
    };
    ColumnsPage {
        shell,
        mistakes,
        action,
        sources: choices(
            Source::ALL
                .iter()
                .filter(|source| is_of_a_list(**source))
                .map(|s| (s.code(), s.words()))
                .collect(),
            said("source", guess.source.code()),
        ),
        groups: choices(
            Group::ALL.iter().map(|g| (g.code(), g.words())).collect(),
            said("group", guess.group.code()),
        ),
        extents: Choice::mark(
            [
                Choice::new(Extent::Whole.code(), "Yes, everyone")
                    .hint("Anyone who came with such a list before and is not on this one has left."),
                Choice::new(Extent::Part.code(), "No, only some of them").hint("No one leaves."),
            ],
            &[fields.get("extent")],
        ),
        columns: list.sample().into_iter().enumerate().map(column).collect(),
    }
}

const fn is_of_a_list(source: Source) -> bool {
    match source {
        Source::Sims | Source::Arbor | Source::Bromcom | Source::Csv => true,
        Source::OneRoster | Source::Ctf => false,
    }
}

/// What is wrong with posted answers, before the list itself is asked.
pub(super) fn mistakes(fields: &Fields) -> Mistakes {
    let mut mistakes = Mistakes::none();
    if !fields.has("source") {
        return mistakes;
    }
    if fields.get("extent").parse::<Extent>().is_err() {
        mistakes.add("extent", FormProblem::Extent);
    }
    let mut seen = BTreeSet::new();
    for (name, code) in fields.beginning("column-").into_iter().filter(|(_, code)| !code.is_empty()) {
        if let Ok(field) = code.parse::<Field>()
            && !seen.insert(field)
        {
            mistakes.add(name, FormProblem::OneColumn { field });
        }
    }
    mistakes
}

/// The columns as they were matched; nothing if they were not.
pub(super) fn chosen(fields: &Fields) -> Option<ColumnMatch> {
    let source = fields.get("source").parse().ok()?;
    let group = fields.get("group").parse().ok()?;
    let pair = |(name, code): (&str, &str)| {
        let place = name.strip_prefix("column-")?.parse().ok()?;
        Some((code.parse().ok()?, place))
    };
    let all: BTreeMap<Field, usize> = fields.beginning("column-").into_iter().filter_map(pair).collect();
    let columns =
        all.into_iter().filter(|(field, _)| crate::register::columns::is_of(*field, group)).collect();
    Some(ColumnMatch { source, group, columns })
}

//! What an import would do, before it does it: who is new, changed, back and gone, every row that was not taken, and the
//! rows about which only a person can say who they are. Of children's situations only how many.

use super::columns;
use crate::{
    domain::{
        kernel::ids::SentListId,
        people::register::{
            incoming::Extent,
            plan::{Ask, ChangedPerson, Plan, Ruling, Rulings},
            rejected::{At, Place, Rejection},
        },
    },
    service::people::register::ImportOptions,
    web::http::{
        fields::Fields,
        links,
        page::{Choice, Mistakes, Shell},
    },
};
use askama::Template;
use std::{collections::BTreeMap, sync::Arc};

/// The most of one kind that a page lists; the rest is counted.
const SHOWN: usize = 200;

/// One kind of change.
pub(super) struct Part {
    title: String,
    lines: Vec<String>,
    more: usize,
}

/// One row that was not taken.
pub(super) struct NotTaken {
    place: String,
    value: String,
    reason: String,
    remedy: &'static str,
    asked: Option<UncertainRow>,
}

/// A row about which the administrator has to say who it is.
pub(super) struct UncertainRow {
    id: String,
    place_field: String,
    place: String,
    answers: Vec<Choice>,
}

/// The page.
#[derive(Template)]
#[template(path = "import/preview.html")]
pub(super) struct PreviewPage {
    shell: Shell,
    mistakes: Mistakes,
    action: String,
    keep: String,
    kept: Vec<(String, String)>,
    source: &'static str,
    parts: Vec<Part>,
    unchanged: usize,
    context: usize,
    close: usize,
    look_alikes: Vec<String>,
    rejected: Vec<NotTaken>,
    more_rejected: usize,
    is_asking: bool,
    asks: Vec<String>,
    confirm: Vec<Choice>,
    is_list: bool,
}

/// Draws the page. What was chosen so far goes along, so that it is worked out again from those answers.
pub(super) fn page(
    shell: Shell,
    mistakes: Mistakes,
    id: SentListId,
    plan: &Plan,
    fields: &Fields,
) -> PreviewPage {
    let action = links::import(id);
    let settled = fields.beginning("place-").len();
    let not_taken: Vec<NotTaken> = plan
        .rejected
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(at, row)| not_taken(plan, row, settled + at))
        .collect();
    let leavers = plan.leavers.iter().map(|leaver| format!("{}, {}", leaver.name, leaver.group.words()));
    let new = plan.new.iter().map(|new| {
        let year = new.record.year.as_ref().map(|year| format!(", {year}")).unwrap_or_default();
        format!("{}{year}", new.record.name)
    });
    let waiting = plan.waiting.iter().map(|waiting| waiting.line().words());
    let parts = [
        part("New", new, plan.new.len()),
        part("Changed", plan.changed.iter().map(changed), plan.changed.len()),
        part("Back again", plan.back.iter().map(changed), plan.back.len()),
        part("Leaving", leavers, plan.leavers.len()),
        part("Names and addresses that wait for a second person", waiting, plan.waiting.len()),
    ];
    PreviewPage {
        shell,
        mistakes,
        keep: format!("{action}/keep"),
        action,
        kept: kept(fields),
        source: plan.source.words(),
        parts: parts.into_iter().filter(|part| !part.lines.is_empty()).collect(),
        unchanged: plan.unchanged.len(),
        context: plan.context.len() + plan.new.iter().filter(|new| new.context != Default::default()).count(),
        close: plan.ties.len(),
        look_alikes: plan.look_alikes.iter().take(SHOWN).map(|alike| alike.place.to_string()).collect(),
        is_asking: not_taken.iter().any(|row| row.asked.is_some()),
        more_rejected: plan.rejected.len() - not_taken.len(),
        rejected: not_taken,
        asks: plan.asks.iter().map(asked).collect(),
        confirm: vec![Choice::new(plan.leavers.len().to_string(), confirmation(plan.leavers.len()))],
        is_list: fields.has("source"),
    }
}

fn part(title: &str, lines: impl Iterator<Item = String>, all: usize) -> Part {
    Part {
        title: format!("{title}: {all}"),
        lines: lines.take(SHOWN).collect(),
        more: all.saturating_sub(SHOWN),
    }
}

fn changed(changed: &ChangedPerson) -> String {
    let changes: Vec<String> = changed.changes.iter().map(ToString::to_string).collect();
    format!("{}: {}", changed.record.name, changes.join("; ")).trim_end_matches([':', ' ']).to_owned()
}

fn confirmation(leavers: usize) -> String {
    match leavers {
        1 => "Yes, this 1 person has left".to_owned(),
        many => format!("Yes, these {many} people have left"),
    }
}

fn asked(ask: &Ask) -> String {
    match ask {
        Ask::ManyWouldLeave { group, leaving, of } => format!(
            "{leaving} of {of} {} would leave. That looks as if this list were only a part of the school.",
            group.words()
        ),
        Ask::DutiesWouldFallVacant(names) => format!(
            "{} would leave, and no one would have their roles in Candour.",
            names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ")
        ),
    }
}

fn not_taken(plan: &Plan, row: &Rejection, at: usize) -> NotTaken {
    let perhaps: Vec<_> = plan.perhaps.iter().filter(|perhaps| perhaps.place == row.place).collect();
    let same = perhaps.iter().map(|one| Choice::new(one.person.to_string(), format!("It is {}", one.shown)));
    let answers = same.chain([Choice::new("else", "It is another person of the same name")]);
    NotTaken {
        place: row.place.to_string(),
        value: row.value.clone().unwrap_or_default(),
        reason: row.reason(),
        remedy: row.remedy(),
        asked: (!perhaps.is_empty()).then(|| UncertainRow {
            id: format!("ruling-{at}"),
            place_field: format!("place-{at}"),
            place: written(&row.place),
            answers: answers.collect(),
        }),
    }
}

/// What goes along from page to page: all that was chosen so far.
fn kept(fields: &Fields) -> Vec<(String, String)> {
    let goes_along = ["source", "group", "extent", "org"];
    let mut kept: Vec<(String, String)> = Vec::new();
    for name in goes_along {
        if fields.has(name) {
            kept.push((name.to_owned(), fields.get(name).to_owned()));
        }
    }
    for (name, value) in fields.beginning("column-") {
        kept.push((name.to_owned(), value.to_owned()));
    }
    for (name, place) in fields.beginning("place-") {
        let ruling = ruling_field(name);
        if fields.has(&ruling) {
            kept.push((name.to_owned(), place.to_owned()));
            kept.push((ruling.clone(), fields.get(&ruling).to_owned()));
        }
    }
    kept
}

fn ruling_field(place_field: &str) -> String {
    place_field.replacen("place", "ruling", 1)
}

/// Everything that was chosen, as the use case takes it.
pub(super) fn chosen(fields: &Fields) -> ImportOptions {
    let ruling = |(name, place): (&str, &str)| {
        let said = match fields.get(&ruling_field(name)) {
            "else" => Ruling::SomebodyElse,
            person => Ruling::Same(person.parse().ok()?),
        };
        Some((read(place)?, said))
    };
    let rulings: BTreeMap<Place, Ruling> =
        fields.beginning("place-").into_iter().filter_map(ruling).collect();
    ImportOptions {
        columns: columns::chosen(fields),
        extent: fields.get("extent").parse().unwrap_or(Extent::Whole),
        org: fields.has("org").then(|| fields.get("org").to_owned()),
        rulings: Rulings::from(rulings),
        leavers: fields.get("leavers").parse().ok(),
    }
}

/// A place as a hidden field holds it.
fn written(place: &Place) -> String {
    match place.at {
        At::Line(number) => format!("line|{number}|{}", place.file),
        At::Pupil(number) => format!("pupil|{number}|{}", place.file),
    }
}

fn read(written: &str) -> Option<Place> {
    let mut parts = written.splitn(3, '|');
    let (kind, number, file) = (parts.next()?, parts.next()?.parse().ok()?, parts.next()?);
    let at = match kind {
        "line" => At::Line(number),
        "pupil" => At::Pupil(number),
        _ => return None,
    };
    Some(Place { file: Arc::from(file), at })
}

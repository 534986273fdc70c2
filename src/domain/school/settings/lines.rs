//! What a change changes, in plain words: before and after.

use super::{CategoryChange, Edition, SettingsChange};
use crate::domain::{
    kernel::codes::capital,
    people::Desk,
    school::{Settings, categories::Severity},
};
use std::collections::BTreeSet;

/// One thing before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What.
    pub label: &'static str,
    /// As it is.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// Each thing a change changes, before and after.
pub fn change_lines(change: &SettingsChange, before: &Edition, after: &Edition) -> Vec<Line> {
    let said = |label, before: String, after: String| Line { label, before, after };
    match change {
        SettingsChange::Category(change) => of_category(change, before, after),
        SettingsChange::Calendar(change) => change.lines(),
        SettingsChange::Phones(change) => {
            let (old, new) = (&before.settings, &after.settings);
            let duty = change.duty.as_ref().map(|_| ("The DSL on call", &old.duty_phone, &new.duty_phone));
            let late = change.out_of_hours.as_ref();
            let late =
                late.map(|_| ("When the school is closed", &old.out_of_hours_phone, &new.out_of_hours_phone));
            let lado = change.lado.as_ref();
            let lado =
                lado.map(|_| ("Local authority designated officer (LADO)", &old.lado_phone, &new.lado_phone));
            let lines = [duty, late, lado].into_iter().flatten();
            lines.map(|(label, old, new)| said(label, or_none(old), or_none(new))).collect()
        }
        SettingsChange::Rules(change) => {
            let (old, new) = (&before.settings, &after.settings);
            let lead = change.adult_lead.map(|_| {
                let words = |settings: &Settings| settings.adult_lead.words().to_owned();
                said("Concerns about an adult", words(old), words(new))
            });
            let least = change.smallest_shown.map(|_| {
                let (old, new) = (old.smallest_shown.to_string(), new.smallest_shown.to_string());
                said("The smallest number governors are shown", old, new)
            });
            let closing = change.second_person.as_ref().map(|_| {
                let words = |settings: &Settings| severities(&settings.second_person.severities);
                said("A second person also closes", words(old), words(new))
            });
            lead.into_iter().chain(closing).chain(least).collect()
        }
    }
}

fn of_category(change: &CategoryChange, before: &Edition, after: &Edition) -> Vec<Line> {
    let (old, new) = (before.category(change.code), after.category(change.code));
    let line = |label, before: String, after: String| Line { label, before, after };
    let lines = [
        change.shown.map(|_| {
            let words = |edition: &Edition| edition.shown(change.code).words().to_owned();
            line("The report form", words(before), words(after))
        }),
        change
            .guidance
            .as_ref()
            .map(|_| line("What the reporter reads", old.guidance.to_string(), new.guidance.to_string())),
        change
            .severity
            .map(|_| line("Severity", old.severity.words().to_owned(), new.severity.words().to_owned())),
        change.acknowledge.map(|_| {
            let within = |rule: crate::domain::kernel::clock::Rule| format!("Within {rule}");
            line("To be acknowledged", within(old.acknowledge), within(new.acknowledge))
        }),
        change.lead.map(|_| line("Led by", desk(old.lead), desk(new.lead))),
        (old.copied != new.copied).then(|| line("Told as well", desks(&old.copied), desks(&new.copied))),
        change.closing.map(|_| {
            let words = |edition: &Edition| edition.closing(change.code).words().to_owned();
            line("A second person to close", words(before), words(after))
        }),
    ];
    lines.into_iter().flatten().collect()
}

fn desk(desk: Desk) -> String {
    capital(desk.words())
}

fn desks(all: &[Desk]) -> String {
    let words: Vec<&str> = all.iter().map(|desk| desk.words()).collect();
    if words.is_empty() { "No one".to_owned() } else { capital(&words.join(", ")) }
}

/// The severities that also take a second person to close, as words.
pub fn severities(all: &BTreeSet<Severity>) -> String {
    let words: Vec<String> = all.iter().map(|severity| severity.words().to_lowercase()).collect();
    if words.is_empty() {
        "Nothing beside what every school asks for".to_owned()
    } else {
        format!("Cases of {} severity", words.join(" or "))
    }
}

fn or_none(words: &str) -> String {
    if words.is_empty() { "No number".to_owned() } else { words.to_owned() }
}

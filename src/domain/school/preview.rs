//! What a change of settings would do, in plain words: before and after, and where a concern of the category would go.

use super::{
    routes::{Question, RoutesDesk, When, explain_one},
    settings::{CalendarChange, CategoryChange, Edition, Line, SettingsChange, change_lines},
};
use crate::domain::kernel::codes::capital;

/// Where a concern of a category goes, as `candour routes` explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    /// "It would go to the headteacher (Helen Ward)."
    pub lead: String,
    /// The desks told as well, each with its people.
    pub copied: Vec<String>,
    /// Why, a sentence each.
    pub because: Vec<String>,
}

/// What a change would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Each thing it changes.
    pub lines: Vec<Line>,
    /// What it means for cases that are open already.
    pub open_cases: &'static str,
    /// Where a concern of the category goes before and after, if the change is of a category.
    pub route: Option<[Destination; 2]>,
}

/// What a change would do, from the edition without it to the one with it. `question` asks about the edition before.
pub fn preview(
    change: &SettingsChange,
    before: &Edition,
    after: &Edition,
    question: &Question<'_>,
) -> Preview {
    let route = match change {
        SettingsChange::Calendar(change) => return of_calendar(change),
        SettingsChange::Category(change) => {
            let goes = |edition| destination(change, &Question { edition, ..*question });
            Some([goes(before), goes(after)])
        }
        SettingsChange::Phones(_) | SettingsChange::Rules(_) => None,
    };
    Preview { lines: change_lines(change, before, after), open_cases: open_cases(change), route }
}

/// What a changed calendar would do.
pub fn of_calendar(change: &CalendarChange) -> Preview {
    let open_cases = "What is due in open cases is worked out again by the new calendar.";
    Preview { lines: change.lines(), open_cases, route: None }
}

/// A case keeps the rules of the day it came in; only a new need for a second person counts at once.
const fn open_cases(change: &SettingsChange) -> &'static str {
    let is_of_closing = match change {
        SettingsChange::Category(change) => change.closing.is_some(),
        SettingsChange::Rules(change) => change.second_person.is_some(),
        // A change of the calendar has a sentence of its own.
        SettingsChange::Phones(_) | SettingsChange::Calendar(_) => false,
    };
    if is_of_closing {
        "Open cases keep the rules of the day they were reported. But if this asks for a second person to \
         close, it asks for open cases too, and a case that was reported while one was asked for still needs \
         one."
    } else {
        "No open case is affected. Each keeps the rules of the day it was reported."
    }
}

fn destination(change: &CategoryChange, question: &Question<'_>) -> Destination {
    let row = explain_one(question, change.code);
    let lead = if row.lead.names.is_empty() {
        "It would reach no one.".to_owned()
    } else {
        format!("It would go to {}.", desk_with_names(&row.lead))
    };
    let copied = row.copied.iter().map(|desk| {
        let when = match desk.when {
            When::Always => "",
            When::WithPupil => ", if it is about a pupil",
            When::WithPersonalData => ", if personal data is involved",
        };
        capital(&format!("{}{when}", desk_with_names(desk)))
    });
    let copied = copied.collect();
    Destination { lead, copied, because: row.sentences().collect() }
}

fn desk_with_names(reached: &RoutesDesk) -> String {
    format!("the {}: {}", reached.desk.words(), reached.names.join(", "))
}

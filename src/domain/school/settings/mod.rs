//! What a school changes for itself: proposed by an administrator, approved by the head, in force from an instant on.
//!
//! A change holds only what it changes. Laid over Candour's own list and what the school began with, the changes in
//! force at an instant make an [`Edition`]. A case keeps the edition of the instant it was submitted.

mod calendar_change;
mod edition;
mod limits;
mod lines;
mod on_duty;
mod phone;
mod problem;
mod proposal;
#[cfg(test)]
mod tests;

pub use calendar_change::{CalendarChange, may_change_calendar};
pub use edition::{DatedChange, Edition, Editions};
pub use limits::{clocks, longest_clock, problems, smallest_outside};
pub use lines::{Line, change_lines, severities};
pub use on_duty::OnDuty;
pub use phone::{NotAPhone, Phone};
pub use problem::{FieldError, Problem, Refusal};
pub use proposal::{Decision, Proposal, Starts, State, approving_desk, decides, propose};

use super::{
    categories::{CategoryCode, Severity},
    routing::AdultLead,
};
use crate::domain::{
    kernel::{
        clock::Rule,
        codes::{codes, sentences},
    },
    people::Desk,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

codes! {
    /// Whether a category can be chosen on the report form. A hidden one is still accepted from a form that was opened
    /// before, and at triage.
    Visibility {
        OnForm = "shown", "Shown on the report form";
        Hidden = "hidden", "Not shown on the report form";
    }
}

codes! {
    /// Who closes a case of a category (Workflow: "a school may add to" the rule of the second person, and take nothing
    /// from it).
    Closing {
        AsUsual = "usual", "If every school needs one";
        BySecondPerson = "always", "Always";
    }
}

/// One change of a school's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingsChange {
    /// Of one category.
    Category(CategoryChange),
    /// Of the phone numbers.
    Phones(PhonesChange),
    /// Of how concerns about adults are dealt with and what governors are shown.
    Rules(RulesChange),
    /// Of the calendar.
    Calendar(Box<CalendarChange>),
}

/// What changes about a category, without what stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryChange {
    /// Which category.
    pub code: CategoryCode,
    /// Whether it is on the form.
    pub shown: Option<Visibility>,
    /// What a reporter reads as soon as they choose it.
    pub guidance: Option<String>,
    /// Severity before triage.
    pub severity: Option<Severity>,
    /// How soon the lead desk must acknowledge it.
    pub acknowledge: Option<Rule>,
    /// Who leads.
    pub lead: Option<Desk>,
    /// Who is told as well.
    pub copied: Option<Vec<Desk>>,
    /// Whether closing it always takes a second person.
    pub closing: Option<Closing>,
}

/// What changes about the phone numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhonesChange {
    /// The DSL on call.
    pub duty: Option<Phone>,
    /// When the school is closed.
    pub out_of_hours: Option<Phone>,
    /// The local authority designated officer.
    pub lado: Option<Phone>,
}

/// What changes about the rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RulesChange {
    /// Who leads a concern about an adult.
    pub adult_lead: Option<AdultLead>,
    /// The smallest number a published report may show.
    pub smallest_shown: Option<u8>,
    /// Severities at triage that also take a second person to close.
    pub second_person: Option<BTreeSet<Severity>>,
}

impl CategoryChange {
    /// A change of this category that changes nothing yet.
    pub const fn of(code: CategoryCode) -> Self {
        Self {
            code,
            shown: None,
            guidance: None,
            severity: None,
            acknowledge: None,
            lead: None,
            copied: None,
            closing: None,
        }
    }
}

sentences! {
    /// What a change of settings is about, as a heading.
    Subject {
        Category { category: CategoryCode } = "category", "{category}";
        Phones = "phones", "Phone numbers";
        Rules = "rules", "Adults, closing and reports to governors";
        Calendar = "calendar", "School calendar";
    }
}

impl SettingsChange {
    /// What it is about, as a heading.
    pub const fn subject(&self) -> Subject {
        match self {
            Self::Category(change) => Subject::Category { category: change.code },
            Self::Phones(_) => Subject::Phones,
            Self::Rules(_) => Subject::Rules,
            Self::Calendar(_) => Subject::Calendar,
        }
    }

    /// This change without what is so already in this edition.
    #[must_use]
    pub fn beside(self, edition: &Edition) -> Self {
        match self {
            Self::Category(change) => {
                let (now, code) = (edition.category(change.code), change.code);
                Self::Category(CategoryChange {
                    code,
                    shown: change.shown.filter(|shown| *shown != edition.shown(code)),
                    guidance: change.guidance.filter(|words| *words != now.guidance),
                    severity: change.severity.filter(|severity| *severity != now.severity),
                    acknowledge: change.acknowledge.filter(|rule| *rule != now.acknowledge),
                    lead: change.lead.filter(|desk| *desk != now.lead),
                    copied: change.copied.filter(|desks| !same_desks(desks, &now.copied)),
                    closing: change.closing.filter(|closing| *closing != edition.closing(code)),
                })
            }
            Self::Phones(change) => {
                let now = &edition.settings;
                Self::Phones(PhonesChange {
                    duty: change.duty.filter(|phone| phone.as_str() != now.duty_phone),
                    out_of_hours: change.out_of_hours.filter(|p| p.as_str() != now.out_of_hours_phone),
                    lado: change.lado.filter(|phone| phone.as_str() != now.lado_phone),
                })
            }
            Self::Rules(change) => {
                let now = &edition.settings;
                Self::Rules(RulesChange {
                    adult_lead: change.adult_lead.filter(|lead| *lead != now.adult_lead),
                    smallest_shown: change.smallest_shown.filter(|least| *least != now.smallest_shown),
                    second_person: change
                        .second_person
                        .filter(|asked| *asked != now.second_person.severities),
                })
            }
            // It carries what it starts from.
            Self::Calendar(change) => Self::Calendar(change),
        }
    }

    /// From when it can count: the days of a calendar carry their own dates.
    pub(in crate::domain) const fn starts(&self, asked: Starts) -> Starts {
        match self {
            Self::Category(_) | Self::Phones(_) | Self::Rules(_) => asked,
            Self::Calendar(_) => Starts::WhenApproved,
        }
    }

    /// Whether it changes nothing.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Category(change) => *change == CategoryChange::of(change.code),
            Self::Phones(change) => *change == PhonesChange::default(),
            Self::Rules(change) => *change == RulesChange::default(),
            Self::Calendar(change) => change.from == change.to,
        }
    }
}

fn same_desks(one: &[Desk], other: &[Desk]) -> bool {
    one.len() == other.len() && one.iter().all(|desk| other.contains(desk))
}

//! What a school has settled for itself: phone numbers, who leads a concern about an adult, the smallest number shown.

pub mod categories;
pub mod routing;
pub mod settings;
pub mod routes;
pub mod preview;
pub mod staffing;

use super::school::{
    categories::{CategoryCode, Severity},
    routing::AdultLead,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A school's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who leads a concern about an adult: the head, as KCSIE has it, or the DSL.
    pub adult_lead: AdultLead,
    /// The phone number of the DSL on call.
    pub duty_phone: String,
    /// The number to call when the school is closed.
    pub out_of_hours_phone: String,
    /// The local authority designated officer's number.
    pub lado_phone: String,
    /// The smallest number a published report may show; 5 or more.
    pub smallest_shown: u8,
    /// What takes a second person to close beside what always does.
    pub second_person: SecondPersonAlso,
}

/// A school's additions to the rule of the second person (Workflow: "a school may add to this"). It can take nothing
/// from that rule.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondPersonAlso {
    /// Categories that also take a second person to close.
    pub categories: BTreeSet<CategoryCode>,
    /// Severities at triage that do.
    pub severities: BTreeSet<Severity>,
}

impl SecondPersonAlso {
    /// Whether the school asks for a second person here.
    pub fn asks(&self, category: CategoryCode, severity: Severity) -> bool {
        self.categories.contains(&category) || self.severities.contains(&severity)
    }
}

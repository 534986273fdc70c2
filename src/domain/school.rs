//! What a school has settled for itself: telephone numbers, who leads a concern about an adult, the smallest number shown.

use super::routing::AdultLead;
use serde::{Deserialize, Serialize};

/// A school's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Who leads a concern about an adult: the head, as KCSIE has it, or the DSL.
    pub adult_lead: AdultLead,
    /// The telephone number of the DSL on duty.
    pub duty_phone: String,
    /// The number to ring when the school is closed.
    pub out_of_hours_phone: String,
    /// The local authority designated officer's number.
    pub lado_phone: String,
    /// The smallest number a published report may show; 5 or more.
    pub smallest_shown: u8,
}

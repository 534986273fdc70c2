//! Referrals: to HR or an external agency, each with its fields, its life and its clock; or declined, with why.

mod body;
mod fields;

pub use body::Body;
pub use fields::{Field, Kind};

use crate::domain::{
    kernel::{
        clock::Instant,
        codes::codes,
        ids::{PersonId, ReferralId, TextId},
    },
    people::Desk,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// Where a referral stands.
    ReferralState {
        Drafted = "drafted", "Drafted";
        Made = "made", "Made";
        Acknowledged = "acknowledged", "Acknowledged";
        Answered = "answered", "Reply received";
        Done = "done", "Finished";
        Withdrawn = "withdrawn", "Withdrawn";
        Declined = "declined", "Decided not to refer";
    }
}

impl ReferralState {
    /// The states that may follow this one.
    pub const fn next(self) -> &'static [Self] {
        match self {
            Self::Drafted => &[Self::Made, Self::Withdrawn],
            Self::Made => &[Self::Acknowledged, Self::Answered, Self::Done, Self::Withdrawn],
            Self::Acknowledged => &[Self::Answered, Self::Done, Self::Withdrawn],
            Self::Answered => &[Self::Done, Self::Withdrawn],
            Self::Done | Self::Withdrawn | Self::Declined => &[],
        }
    }

    /// Whether the school still waits for something.
    pub const fn is_open(self) -> bool {
        !self.next().is_empty()
    }
}

codes! {
    /// How far a case has been escalated: worked out from its referrals, never stored.
    Escalation {
        None = "none", "Managed in school";
        Head = "head", "With the headteacher";
        Disciplinary = "disciplinary", "Disciplinary";
        Outside = "outside", "Referred to an external agency";
        Police = "police", "Referred to the police";
    }
}

/// One referral, or one refusal to refer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// The body it is made to.
    pub body: Body,
    /// Where it stands.
    pub state: ReferralState,
    /// When it was made, or declined.
    pub made_at: Instant,
    /// Who recorded it.
    pub recorded_by: PersonId,
    /// Why, in words.
    pub reason: Option<TextId>,
    /// The body's own fields that have been filled in.
    pub fields: BTreeMap<String, TextId>,
}

/// How far these referrals take a case led by `lead`.
pub fn escalation(referrals: &[Referral], lead: Desk) -> Escalation {
    let at_desk = if lead == Desk::Head { Escalation::Head } else { Escalation::None };
    referrals
        .iter()
        .filter(|r| {
            !matches!(r.state, ReferralState::Drafted | ReferralState::Withdrawn | ReferralState::Declined)
        })
        .map(|r| r.body.escalation())
        .max()
        .unwrap_or(Escalation::None)
        .max(at_desk)
}

//! Referrals: to HR or a body outside the school, each with its fields, its life and its clock; or declined, with why.

mod fields;

pub use fields::{Field, Kind};

use super::{
    clock::{Instant, Rule},
    codes::codes,
    ids::{PersonId, ReferralId, TextId},
    people::Desk,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

codes! {
    /// To whom a matter is referred.
    Body {
        Hr = "hr", "HR or disciplinary procedure";
        Lado = "lado", "Local authority designated officer (LADO)";
        Police = "police", "Police (999, 101, online or school liaison)";
        Ico = "ico", "Information Commissioner (ICO)";
    }
}

codes! {
    /// Where a referral stands.
    ReferralState {
        Drafted = "drafted", "Drafted";
        Made = "made", "Made";
        Acknowledged = "acknowledged", "Acknowledged";
        Answered = "answered", "Answered";
        Done = "done", "Done";
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

    /// Whether somebody is still waiting for something.
    pub const fn is_open(self) -> bool {
        !self.next().is_empty()
    }
}

codes! {
    /// How far a case has been escalated; worked out from its referrals, never stored.
    Escalation {
        None = "none", "Handled at the desk";
        Head = "head", "With the headteacher";
        Disciplinary = "disciplinary", "Disciplinary";
        Outside = "outside", "Referred outside the school";
        Police = "police", "Referred to the police";
    }
}

impl Body {
    /// The desks whose duty it is. Anybody who can open the case may record it; recording never waits.
    pub const fn made_by(self) -> &'static [Desk] {
        match self {
            Self::Hr => &[Desk::Head],
            Self::Lado | Self::Police => &[Desk::Head, Desk::Dsl],
            Self::Ico => &[Desk::InformationRisk, Desk::DataProtection],
        }
    }

    /// How soon the body must be told, counted from awareness.
    pub const fn clock(self) -> Rule {
        match self {
            Self::Hr | Self::Police => Rule::SameSchoolDay,
            Self::Lado => Rule::WorkingDays(1),
            Self::Ico => Rule::ClockHours(72),
        }
    }

    /// How far a referral to it takes a case.
    pub const fn escalation(self) -> Escalation {
        match self {
            Self::Hr => Escalation::Disciplinary,
            Self::Lado => Escalation::Outside,
            Self::Police => Escalation::Police,
            Self::Ico => Escalation::None,
        }
    }

    /// Whether a referral made or declined calls for a second person to close the case.
    pub const fn asks_second_person(self) -> bool {
        match self {
            Self::Hr | Self::Lado | Self::Police => true,
            Self::Ico => false,
        }
    }
}

/// One referral, or one refusal to refer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Referral {
    /// Its id.
    pub id: ReferralId,
    /// To whom.
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

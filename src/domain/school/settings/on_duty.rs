//! Who of the DSL's desk is on call today: recorded on the day by the DSL or a deputy, and shown first on the form. It
//! lasts until the day ends, so that no reporter is sent to the person who was on call last week.

use super::{Phone, Problem, Refusal};
use crate::domain::{
    kernel::{
        clock::{Instant, day_in_london},
        ids::PersonId,
    },
    people::{Desk, Roster, Standing},
};
use serde::{Deserialize, Serialize};

/// A person on call for a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnDuty {
    /// Who.
    pub person: PersonId,
    /// The number to call them on, if it is not the one the school always gives.
    pub phone: Option<Phone>,
    /// Who said so.
    pub by: PersonId,
    /// When, and so for which day.
    pub at: Instant,
}

impl OnDuty {
    /// The DSL or a deputy records who is on call today. It needs no approval: it must be quick.
    pub fn say(
        person: PersonId,
        phone: Option<Phone>,
        standing: &Standing,
        roster: &Roster,
    ) -> Result<Self, Refusal> {
        if !standing.sits_at(Desk::Dsl) {
            return Err(Refusal::Refused(Problem::DslSaysWho));
        }
        if !roster.everyone_at(Desk::Dsl).contains(&person) {
            return Err(Refusal::field("person", Problem::NotAtDslDesk));
        }
        Ok(Self { person, phone, by: standing.person, at: standing.at })
    }

    /// Whether it holds now: on the same day, while the person sits at the DSL's desk.
    pub fn holds(&self, now: Instant, roster: &Roster) -> bool {
        day_in_london(self.at) == day_in_london(now) && roster.everyone_at(Desk::Dsl).contains(&self.person)
    }
}

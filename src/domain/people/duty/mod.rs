//! Roles (duties in code): who may give them, who may vouch for whom. Claims of a provider never do.

mod book;
mod problem;
mod proposal;
#[cfg(test)]
mod tests;

pub use book::{Book, CodeState, HeldDuty};
pub use problem::{Problem, Refusal};
pub use proposal::{
    Change, Effect, HowEnded, PROPOSAL_LASTS, Proposal, ProposalState, Why, confirm, end_alone, may_decide,
    may_propose, recipients,
};

use super::{Desk, Office, Seat, Standing};
use crate::domain::kernel::{codes::codes, ids::PersonId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A seat at a desk, or an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// A seat.
    Seat(Desk, Seat),
    /// An office.
    Office(Office),
}

impl DutyKind {
    /// Every role there is, in the order shown to people.
    pub fn all() -> impl Iterator<Item = Self> {
        let seats = Desk::ALL.iter().flat_map(|desk| Seat::ALL.iter().map(|seat| Self::Seat(*desk, *seat)));
        seats.chain(Office::ALL.iter().map(|office| Self::Office(*office)))
    }

    /// What people read.
    pub fn words(self) -> String {
        match self {
            Self::Seat(desk, Seat::Holder) => desk.words().to_owned(),
            Self::Seat(desk, Seat::Deputy) => format!("deputy {}", desk.words()),
            Self::Seat(desk, Seat::Cover) => format!("cover for the {}", desk.words()),
            Self::Office(office) => office.words().to_owned(),
        }
    }

    /// The code of forms.
    pub fn code(self) -> String {
        match self {
            Self::Seat(desk, seat) => format!("{}-{}", desk.code(), seat.code()),
            Self::Office(office) => office.code().to_owned(),
        }
    }

    /// Reads the code of forms.
    pub fn parse(code: &str) -> Option<Self> {
        Self::all().find(|what| what.code() == code)
    }

    /// The desk, if it is a seat.
    pub const fn desk(self) -> Option<Desk> {
        match self {
            Self::Seat(desk, _) => Some(desk),
            Self::Office(_) => None,
        }
    }

    /// Who has to make the one-time code without which the role does not count; none for a governor, who sees
    /// published numbers alone.
    pub const fn needs_code_from(self) -> Option<Confirmer> {
        match self {
            Self::Seat(Desk::Head | Desk::External, _) => Some(Confirmer::Chair),
            Self::Seat(..) | Self::Office(Office::Administrator | Office::Inspector) => Some(Confirmer::Head),
            Self::Office(Office::Governor) => None,
        }
    }
}

codes! {
    /// Who has to agree before a role begins, and hands over the code that goes with it; the later ones may vouch for
    /// more.
    Confirmer {
        Administrator = "administrator", "an administrator";
        Head = "head", "the headteacher";
        Chair = "chair", "the chair of governors";
    }
}

/// Who confirms what a person is trusted with; the highest, if they have several roles.
pub fn confirmer(seats: &BTreeSet<(Desk, Seat)>, offices: &BTreeSet<Office>) -> Confirmer {
    let seats = seats.iter().map(|(desk, seat)| DutyKind::Seat(*desk, *seat));
    let duties = seats.chain(offices.iter().map(|office| DutyKind::Office(*office)));
    duties.filter_map(DutyKind::needs_code_from).max().unwrap_or(Confirmer::Administrator)
}

/// As what a person hands over a code: the code is good for so much, now and for roles that are given later.
pub fn vouches_as(standing: &Standing) -> Confirmer {
    if standing.holds(Desk::Chair) {
        Confirmer::Chair
    } else if standing.holds(Desk::Head) {
        Confirmer::Head
    } else {
        Confirmer::Administrator
    }
}

/// Which of a person's roles count: those that the person who handed over their code may vouch for. Otherwise a person
/// who runs the school's sign-in could make themselves the DSL, and an administrator could make the next DSL but one.
pub fn counting(entitled: &Standing, code_from: Option<Confirmer>) -> Standing {
    let counts = |what: DutyKind| match what.needs_code_from() {
        None => true,
        Some(needs) => code_from.is_some_and(|from| from >= needs),
    };
    let seats = entitled.seats.iter().filter(|(desk, seat)| counts(DutyKind::Seat(*desk, *seat)));
    let offices = entitled.offices.iter().filter(|office| counts(DutyKind::Office(**office)));
    Standing { seats: seats.copied().collect(), offices: offices.copied().collect(), ..entitled.clone() }
}

/// Whether a person sees who has which role, proposals and history, and what is missing: administrators, and those who
/// confirm in the end.
pub fn may_look_after(standing: &Standing) -> bool {
    standing.is(Office::Administrator)
        || [Desk::Head, Desk::Chair, Desk::External].into_iter().any(|desk| standing.holds(desk))
}

/// Whether a person is warned of what is missing in who sits where: the head and the chair can see that it is mended.
pub fn may_mend(standing: &Standing) -> bool {
    standing.holds(Desk::Head) || standing.holds(Desk::Chair)
}

/// Whether a person may ask who would get a concern, also if a named person were its subject.
pub fn may_ask_who_gets_what(standing: &Standing) -> bool {
    standing.is(Office::Administrator) || [Desk::Head, Desk::Dsl].into_iter().any(|desk| standing.holds(desk))
}

/// Whether an actor may see which accounts are a person with these roles, and remove one: only those who may make
/// their code. An administrator alone would cut the DSL off otherwise; and an account that was let in as the wrong
/// person could remove the right one.
pub fn may_take_account_away(
    standing: &Standing,
    person: PersonId,
    seats: &BTreeSet<(Desk, Seat)>,
    offices: &BTreeSet<Office>,
) -> Result<(), Refusal> {
    may_hand_over_code(standing, person, seats, offices)
        .map_err(|_| Refusal::Refused(Problem::CodeMakerRemoves))
}

/// Whether an actor may make a one-time code for a person with these roles. Never for themselves, since they could
/// make themselves another person.
pub fn may_hand_over_code(
    standing: &Standing,
    person: PersonId,
    seats: &BTreeSet<(Desk, Seat)>,
    offices: &BTreeSet<Office>,
) -> Result<(), Refusal> {
    let refuse = |why| Err(Refusal::Refused(why));
    if standing.person == person {
        return refuse(Problem::OwnCode);
    }
    match confirmer(seats, offices) {
        Confirmer::Administrator if standing.is(Office::Administrator) || standing.holds(Desk::Head) => {
            Ok(())
        }
        Confirmer::Head if standing.holds(Desk::Head) => Ok(()),
        Confirmer::Chair if standing.holds(Desk::Chair) => Ok(()),
        Confirmer::Administrator => refuse(Problem::AdministratorOrHeadCodes),
        Confirmer::Head => refuse(Problem::HeadCodes),
        Confirmer::Chair => refuse(Problem::ChairCodes),
    }
}

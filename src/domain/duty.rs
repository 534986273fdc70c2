//! Duties: who may give them, who may vouch for whom. Claims of a provider never do.

use super::{
    case::Refusal,
    ids::PersonId,
    people::{Desk, Office, Seat, Standing},
};
use std::collections::BTreeSet;

/// Who has to agree before a duty begins, and hands over the code that goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmer {
    /// Nobody beyond an administrator: there is no duty.
    Administrator,
    /// The headteacher.
    Head,
    /// The chair of governors: for the head's own desk and for the external contact.
    Chair,
}

/// Who confirms what somebody is trusted with; the highest, where they have several duties.
pub fn confirmer(seats: &BTreeSet<(Desk, Seat)>, offices: &BTreeSet<Office>) -> Confirmer {
    if seats.iter().any(|(desk, _)| matches!(desk, Desk::Head | Desk::External)) {
        Confirmer::Chair
    } else if !seats.is_empty() || offices.contains(&Office::Administrator) {
        Confirmer::Head
    } else {
        Confirmer::Administrator
    }
}

/// Whether somebody may make a one-time code for a person with these duties. Never for themselves: who could, would
/// make themselves another.
pub fn may_hand_over_code(
    standing: &Standing,
    person: PersonId,
    seats: &BTreeSet<(Desk, Seat)>,
    offices: &BTreeSet<Office>,
) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::Refused(why.to_owned()));
    if standing.person == person {
        return refuse("Nobody makes a code for themselves. Ask another person who may.");
    }
    match confirmer(seats, offices) {
        Confirmer::Administrator if standing.is(Office::Administrator) || standing.holds(Desk::Head) => {
            Ok(())
        }
        Confirmer::Head if standing.holds(Desk::Head) => Ok(()),
        Confirmer::Chair if standing.holds(Desk::Chair) => Ok(()),
        Confirmer::Administrator => refuse("Only an administrator or the headteacher can make a code."),
        Confirmer::Head => {
            refuse("Only the headteacher can make a code for somebody with a desk or an administrator.")
        }
        Confirmer::Chair => {
            refuse("Only the chair of governors can make a code for the headteacher or the external contact.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SchoolId;
    use chrono::{TimeZone, Utc};
    use uuid::Uuid;

    fn somebody(n: u128, seats: &[(Desk, Seat)], offices: &[Office]) -> Standing {
        Standing {
            school: SchoolId(Uuid::nil()),
            person: PersonId(Uuid::from_u128(n)),
            seats: seats.iter().copied().collect(),
            offices: offices.iter().copied().collect(),
            at: Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap(),
        }
    }

    #[test]
    fn p7_nobody_makes_a_code_that_would_raise_their_own_rights() {
        let standings = [
            somebody(1, &[], &[Office::Administrator]),
            somebody(2, &[(Desk::Head, Seat::Holder)], &[]),
            somebody(3, &[(Desk::Chair, Seat::Holder)], &[]),
            somebody(4, &[(Desk::Dsl, Seat::Holder)], &[]),
            somebody(5, &[(Desk::Head, Seat::Deputy)], &[]),
            somebody(6, &[], &[]),
        ];
        let target = PersonId(Uuid::from_u128(9));
        for desk in Desk::ALL {
            for seat in Seat::ALL {
                let allowed: Vec<u128> = standings
                    .iter()
                    .filter(|s| {
                        may_hand_over_code(s, target, &[(*desk, *seat)].into(), &BTreeSet::new()).is_ok()
                    })
                    .map(|s| s.person.0.as_u128())
                    .collect();
                let chair = matches!(desk, Desk::Head | Desk::External);
                assert_eq!(allowed, if chair { [3] } else { [2] }, "{desk:?} {seat:?}");
            }
        }
        for standing in &standings {
            let own = may_hand_over_code(standing, standing.person, &BTreeSet::new(), &BTreeSet::new());
            assert!(own.is_err());
        }
        let plain = |s: &Standing| may_hand_over_code(s, target, &BTreeSet::new(), &BTreeSet::new()).is_ok();
        assert_eq!(standings.each_ref().map(plain), [true, true, false, false, false, false]);
    }
}

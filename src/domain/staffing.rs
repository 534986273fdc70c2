//! What is missing in who sits where: vacant desks, one person where there must be three, categories nobody can receive.
//!
//! It asks about the school as it stands, never about a case or about who may not see one.

use super::{
    category::{CategoryCode, all},
    people::{Desk, Roster},
    routing::{self, AdultAnswer, Facts, NobodyReached, PersonalData},
    settings::Edition,
};
use std::collections::BTreeSet;

/// Where every chain ends. They must be three different people, or there may be nobody left to ask (Routing rule 3).
const LAST_TO_ASK: [Desk; 3] = [Desk::Head, Desk::Chair, Desk::External];

/// Something missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// Nobody holds the desk, or covers for its holder.
    Vacant(Desk),
    /// One person holds two of the last desks to ask.
    OnePersonTwice(Desk, Desk),
    /// No desk can receive these categories.
    Unreachable(Vec<CategoryCode>),
}

impl Gap {
    /// Whether concerns could reach nobody because of it. Every other gap is filled by the rules of routing.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Vacant(desk) => LAST_TO_ASK.contains(desk),
            Self::OnePersonTwice(..) | Self::Unreachable(_) => true,
        }
    }

    /// What is missing, for the people who look after the school's set-up.
    pub fn words(&self) -> String {
        match self {
            Self::Vacant(desk) => format!("there is no {} at present", desk.words()),
            Self::OnePersonTwice(one, other) => format!(
                "the {} and the {} are the same person; headteacher, chair of governors and external contact must \
                 be three different people",
                one.words(),
                other.words()
            ),
            Self::Unreachable(categories) if categories.len() == all().len() => {
                "no category has a desk that can receive it".to_owned()
            }
            Self::Unreachable(categories) => {
                let codes: Vec<&str> = categories.iter().map(|category| category.as_str()).collect();
                format!("no desk can receive these categories: {}", codes.join(", "))
            }
        }
    }
}

/// Everything missing in a school, by the rules in force.
pub fn gaps(roster: &Roster, edition: &Edition) -> Vec<Gap> {
    let vacant = Desk::ALL.iter().copied().filter(|desk| roster.holders(*desk).is_empty()).map(Gap::Vacant);
    let [head, chair, external] = LAST_TO_ASK;
    let twice = [(head, chair), (head, external), (chair, external)]
        .into_iter()
        .filter(|(one, other)| !roster.holders(*one).is_disjoint(&roster.holders(*other)))
        .map(|(one, other)| Gap::OnePersonTwice(one, other));
    let unreachable = unreachable(roster, edition);
    let unreachable = (!unreachable.is_empty()).then_some(Gap::Unreachable(unreachable));
    vacant.chain(twice).chain(unreachable).collect()
}

fn unreachable(roster: &Roster, edition: &Edition) -> Vec<CategoryCode> {
    let nobody = BTreeSet::new();
    let reaches_nobody = |facts: &Facts<'_>| routing::route(facts).nobody_reached == NobodyReached::Yes;
    let facts = |category| Facts {
        category,
        adult: AdultAnswer::No,
        subjects: &[],
        personal_data: PersonalData::NotInvolved,
        roster,
        stepped_aside: &nobody,
        close_to: &[],
        chosen: None,
        policy: edition.settings.adult_lead,
    };
    edition
        .categories()
        .filter(|category| reaches_nobody(&facts(category)))
        .map(|category| category.code)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        clock::Instant,
        ids::PersonId,
        people::{Seat, Sitting},
        settings::Editions,
    };
    use uuid::Uuid;

    fn roster(seats: &[(Desk, u128)]) -> Roster {
        let sits = |(desk, person): &(Desk, u128)| Sitting {
            desk: *desk,
            seat: Seat::Holder,
            person: PersonId(Uuid::from_u128(*person)),
        };
        Roster::new(seats.iter().map(sits))
    }

    fn whole() -> Vec<(Desk, u128)> {
        Desk::ALL.iter().copied().zip(1..).collect()
    }

    fn found(seats: &[(Desk, u128)]) -> Vec<Gap> {
        gaps(&roster(seats), &Editions::untouched().at(Instant::MIN_UTC))
    }

    #[test]
    fn a_whole_school_has_none() {
        assert_eq!(found(&whole()), []);
    }

    #[test]
    fn a_primary_whose_head_is_the_dsl_has_none() {
        let seats: Vec<_> =
            whole().into_iter().map(|(d, p)| (d, if d == Desk::Dsl { 4 } else { p })).collect();
        assert_eq!(seats[3], (Desk::Head, 4));
        assert_eq!(found(&seats), []);
    }

    #[test]
    fn a_vacant_desk_is_filled_by_routing_but_for_the_last_to_ask() {
        let without = |gone: Desk| whole().into_iter().filter(|(desk, _)| *desk != gone).collect::<Vec<_>>();
        assert_eq!(found(&without(Desk::Network)), [Gap::Vacant(Desk::Network)]);
        assert!(!Gap::Vacant(Desk::Network).is_grave());
        assert_eq!(found(&without(Desk::Chair)), [Gap::Vacant(Desk::Chair)]);
        assert!(Gap::Vacant(Desk::Chair).is_grave());
    }

    #[test]
    fn head_chair_and_external_are_three_people() {
        let seats: Vec<_> =
            whole().into_iter().map(|(d, p)| (d, if d == Desk::External { 4 } else { p })).collect();
        let gaps = found(&seats);
        assert_eq!(gaps, [Gap::OnePersonTwice(Desk::Head, Desk::External)]);
        assert!(gaps[0].is_grave() && gaps[0].words().contains("three different people"));
    }

    #[test]
    fn a_school_with_nobody_in_it_can_receive_nothing() {
        let gaps = found(&[]);
        assert_eq!(gaps.len(), Desk::ALL.len() + 1);
        assert_eq!(gaps.last().unwrap().words(), "no category has a desk that can receive it");
    }
}

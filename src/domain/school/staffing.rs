//! What is missing in who sits where: vacant desks, one person in place of three, categories no one can receive.
//!
//! It asks about the school as it stands, never about a case or about who may not see one.

use super::{
    categories::{CategoryCode, all},
    routing::{self, AdultAnswer, Facts, NobodyReached, PersonalData},
    settings::Edition,
};
use crate::domain::people::{
    Desk, Roster, Seat,
    duty::{Book, CodeState, Confirmer, DutyKind},
    ties::Ties,
};
use std::collections::BTreeSet;

/// Where every chain ends. They must be three different people, or there may be no one left to ask (Routing rule 3).
const LAST_TO_ASK: [Desk; 3] = [Desk::Head, Desk::Chair, Desk::External];

/// Something missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// No one holds the desk, or covers for its holder.
    Vacant(Desk),
    /// The desk has a holder, but no holder has entered a code yet. Routing sends concerns there all the same
    /// (`docs/decisions/0009`), so that it has to be said.
    WaitsForCode(Desk, Meanwhile),
    /// One person holds two of the last desks to ask.
    OnePersonTwice(Desk, Desk),
    /// No desk can receive these categories.
    Unreachable(Vec<CategoryCode>),
}

/// Who opens what reaches a desk whose holder has entered no code yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meanwhile {
    /// Those who deputise there.
    Deputies,
    /// No one.
    Nobody,
}

impl Gap {
    /// Whether concerns could reach no one because of it. The rules of routing fill every other gap.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Vacant(desk) => LAST_TO_ASK.contains(desk),
            // The desk has a holder: entering the code is one person's errand, and others are told meanwhile if it is
            // late.
            Self::WaitsForCode(..) => false,
            Self::OnePersonTwice(..) | Self::Unreachable(_) => true,
        }
    }

    /// Who does what about it, for the same people.
    pub fn to_do(&self) -> String {
        let confirms = |desk: &Desk| {
            DutyKind::Seat(*desk, Seat::Holder).needs_code_from().map_or("no one", Confirmer::words)
        };
        match self {
            Self::Vacant(desk) => {
                format!("an administrator proposes a person on the page Roles, {} confirms", confirms(desk))
            }
            Self::WaitsForCode(desk, _) => format!(
                "{} makes a code on the page Access requests and hands it over in person; before anyone has \
                 signed in, candour school codes makes it",
                confirms(desk)
            ),
            Self::OnePersonTwice(..) => {
                "an administrator proposes another person for one of the two on the page Roles, the chair of \
                 governors confirms"
                    .to_owned()
            }
            Self::Unreachable(_) => {
                "an administrator proposes people for the roles without a holder on the page Roles, the \
                 headteacher confirms"
                    .to_owned()
            }
        }
    }

    /// What is missing, for the people who look after the school's set-up.
    pub fn words(&self) -> String {
        match self {
            Self::Vacant(desk) => format!("there is no {} at present", desk.words()),
            Self::WaitsForCode(desk, meanwhile) => format!(
                "the {} is named, but has not entered a code yet: {} can open what reaches this role",
                desk.words(),
                match meanwhile {
                    Meanwhile::Deputies => "only a deputy",
                    Meanwhile::Nobody => "no one",
                }
            ),
            Self::OnePersonTwice(one, other) => format!(
                "the {} and the {} are the same person; headteacher, chair of governors and external contact must \
                 be three different people",
                one.words(),
                other.words()
            ),
            Self::Unreachable(categories) if categories.len() == all().len() => {
                "no category has a role that can receive it".to_owned()
            }
            Self::Unreachable(categories) => {
                let codes: Vec<&str> = categories.iter().map(|category| category.as_str()).collect();
                format!("no role can receive these categories: {}", codes.join(", "))
            }
        }
    }
}

/// Everything missing in a school, by its book of roles: also holders who have yet to enter a code.
pub fn gaps_of(book: &Book, edition: &Edition) -> Vec<Gap> {
    let waits = Desk::ALL.iter().filter_map(|desk| waits_for_code(book, *desk));
    waits.chain(gaps(&book.roster(), edition)).collect()
}

fn waits_for_code(book: &Book, desk: Desk) -> Option<Gap> {
    let counts = |seats: &[Seat]| {
        book.present()
            .filter(
                |duty| matches!(duty.what, DutyKind::Seat(at, seat) if at == desk && seats.contains(&seat)),
            )
            .map(|duty| duty.code == CodeState::Entered)
            .collect::<Vec<_>>()
    };
    let holders = counts(&[Seat::Holder, Seat::Cover]);
    if holders.is_empty() || holders.contains(&true) {
        return None;
    }
    let deputies = counts(&[Seat::Deputy]).contains(&true);
    Some(Gap::WaitsForCode(desk, if deputies { Meanwhile::Deputies } else { Meanwhile::Nobody }))
}

/// Everything missing in who sits where, by the rules in force.
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
        ties: Ties::left_out(),
        chosen: None,
        elsewhere: routing::AdultThere::NoneOrMatched,
        not_ruled_out: &routing::NO_ONE_MEANT,
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
        kernel::{
            clock::Instant,
            ids::{DutyId, PersonId},
        },
        people::{Sitting, duty::HeldDuty},
        school::settings::Editions,
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

    /// A whole school, in which the one who sits at these places has entered no code.
    fn book(more: &[(Desk, Seat)], waiting: &[(Desk, Seat)]) -> Book {
        let seats = Desk::ALL.iter().map(|desk| (*desk, Seat::Holder)).chain(more.iter().copied());
        let held = |(at, (desk, seat)): (usize, (Desk, Seat))| {
            let id = Uuid::from_u128(u128::try_from(at).unwrap());
            HeldDuty {
                id: DutyId(id),
                person: PersonId(id),
                what: DutyKind::Seat(desk, seat),
                from: Instant::MIN_UTC,
                to: None,
                code: if waiting.contains(&(desk, seat)) { CodeState::Awaited } else { CodeState::Entered },
            }
        };
        Book { duties: seats.enumerate().map(held).collect(), now: Instant::MIN_UTC }
    }

    #[test]
    fn a_holder_who_has_entered_no_code_is_named_and_opens_nothing() {
        let said = |more: &[(Desk, Seat)], waiting: &[(Desk, Seat)]| {
            gaps_of(&book(more, waiting), &Editions::untouched().at(Instant::MIN_UTC))
        };
        let (dsl, deputy) = ((Desk::Dsl, Seat::Holder), (Desk::Dsl, Seat::Deputy));
        assert_eq!(said(&[], &[]), []);
        let waits = said(&[], &[dsl]);
        assert_eq!(waits, [Gap::WaitsForCode(Desk::Dsl, Meanwhile::Nobody)]);
        assert_eq!(
            waits[0].words(),
            "the designated safeguarding lead (DSL) is named, but has not entered a code yet: no one can \
             open what reaches this role"
        );
        assert_eq!(said(&[deputy], &[dsl]), [Gap::WaitsForCode(Desk::Dsl, Meanwhile::Deputies)]);
        assert_eq!(said(&[deputy], &[dsl, deputy]), [Gap::WaitsForCode(Desk::Dsl, Meanwhile::Nobody)]);
        // One of two who hold it is enough, and so is cover.
        assert_eq!(said(&[(Desk::Dsl, Seat::Cover)], &[dsl]), []);
        assert_eq!(said(&[deputy], &[deputy]), [], "a desk is its holder's");
    }

    #[test]
    fn a_school_with_nobody_in_it_can_receive_nothing() {
        let gaps = found(&[]);
        assert_eq!(gaps.len(), Desk::ALL.len() + 1);
        assert_eq!(gaps.last().unwrap().words(), "no category has a role that can receive it");
    }
}

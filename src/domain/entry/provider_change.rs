//! A school that changes its provider: all its accounts are strangers at once. Head and chair together confirm one list
//! of everybody whom a claim matches; people with a role are let in one by one, by a code (Who is meant, rule 6).

use super::first_sign_in::{HoldsRole, Key, NotLetIn};
use crate::domain::{
    kernel::{clock::Instant, codes::codes, ids::PersonId},
    people::{Desk, Roster, Standing, duty::PROPOSAL_LASTS},
};
use std::collections::BTreeSet;

codes! {
    /// What is said of the accounts ticked on the list.
    ListAnswer {
        Confirm = "confirm", "Confirm the accounts you ticked";
        Remove = "remove", "Remove them from the list";
    }
}

/// An account that waits, as far as it can be known whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// The provider it comes from.
    pub issuer: String,
    /// What the provider says it is known by, if anything that counts.
    pub key: Option<Key>,
    /// Why it was not let in.
    pub why: NotLetIn,
}

/// An adult of the register, as far as a claim can mean them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredAdult {
    /// Who.
    pub person: PersonId,
    /// Their address.
    pub email: Option<String>,
    /// Their id in the school's directory.
    pub directory_id: Option<String>,
    /// Whether they have a role, of today or to come.
    pub role: HoldsRole,
    /// The providers of the accounts they have.
    pub issuers: BTreeSet<String>,
}

impl RegisteredAdult {
    fn is_known_by(&self, key: &Key) -> bool {
        match key {
            Key::Email(address) => {
                self.email.as_ref().is_some_and(|email| email.to_lowercase() == address.to_lowercase())
            }
            Key::Directory(id) => self.directory_id.as_ref() == Some(id),
        }
    }
}

/// Whose an account that waits is by what the register has today; or why it is on no list.
///
/// A second account of one provider is on none: an address passes on to newcomers, and only a change of the provider
/// makes strangers of accounts that were somebody's.
pub fn whose(stranger: &Stranger, register: &[RegisteredAdult]) -> Result<PersonId, NotLetIn> {
    let Some(key) = claim(stranger) else { return Err(stranger.why) };
    let found: Vec<&RegisteredAdult> = register.iter().filter(|adult| adult.is_known_by(key)).collect();
    match found[..] {
        [] => Err(of_no_one(stranger.why, key)),
        [one] if one.role == HoldsRole::Yes => Err(NotLetIn::HasRole),
        [one] if one.issuers.contains(&stranger.issuer) => Err(NotLetIn::Taken),
        [one] => Ok(one.person),
        [_, _, ..] => Err(NotLetIn::Several),
    }
}

/// Why an account is on no list whose claim the register has no one for.
const fn of_no_one(why: NotLetIn, key: &Key) -> NotLetIn {
    match why {
        NotLetIn::NeedsCode | NotLetIn::PerhapsThere | NotLetIn::NameOfRole => why,
        NotLetIn::Unknown
        | NotLetIn::NoSuchId
        | NotLetIn::Several
        | NotLetIn::Unmarked
        | NotLetIn::Unsaid
        | NotLetIn::NoKey
        | NotLetIn::HasRole
        | NotLetIn::Removed
        | NotLetIn::Taken
        | NotLetIn::Left => key.of_no_one(),
    }
}

/// What a stranger is known by, unless the account itself was turned away.
fn claim(stranger: &Stranger) -> Option<&Key> {
    match stranger.why {
        NotLetIn::Unknown
        | NotLetIn::NoSuchId
        | NotLetIn::Several
        | NotLetIn::HasRole
        | NotLetIn::NeedsCode
        | NotLetIn::PerhapsThere
        | NotLetIn::NameOfRole
        | NotLetIn::Taken => stranger.key.as_ref(),
        NotLetIn::Unmarked | NotLetIn::Unsaid | NotLetIn::NoKey | NotLetIn::Removed | NotLetIn::Left => None,
    }
}

/// The yes that one of the two said: to this account being this person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yes {
    /// Whose they said it is.
    pub whose: PersonId,
    /// Who said it.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

/// What another yes does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesStep {
    /// It is the first: the account waits for the other of the two.
    First,
    /// They said so already.
    Again,
    /// It is the second: the account is let in.
    Second,
}

/// What a yes does; nothing of one who is neither head nor chair, or whose own account it would be.
///
/// The two are the head and the chair of today, or who covers for them, and never one person as both. An earlier yes
/// to another person, or too long ago, is none.
pub fn say_yes(
    standing: &Standing,
    whose: PersonId,
    earlier: Option<&Yes>,
    roster: &Roster,
) -> Option<YesStep> {
    if standing.person == whose {
        return None;
    }
    let others = others_of_the_two(standing, roster)?;
    let counts = |yes: &&Yes| yes.whose == whose && standing.at - yes.at < PROPOSAL_LASTS;
    Some(match earlier.filter(counts) {
        Some(yes) if yes.by == standing.person => YesStep::Again,
        Some(yes) if others.contains(&yes.by) => YesStep::Second,
        Some(_) | None => YesStep::First,
    })
}

/// Who says the other yes beside the head or the chair; nothing for anybody else.
pub fn others_of_the_two(standing: &Standing, roster: &Roster) -> Option<BTreeSet<PersonId>> {
    let other = |own: Desk, other: Desk| standing.holds(own).then(|| roster.holders(other));
    let of_head = other(Desk::Head, Desk::Chair);
    let of_chair = other(Desk::Chair, Desk::Head);
    if of_head.is_none() && of_chair.is_none() {
        return None;
    }
    let mut others: BTreeSet<PersonId> = of_head.into_iter().chain(of_chair).flatten().collect();
    others.remove(&standing.person);
    Some(others)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        kernel::ids::SchoolId,
        people::{Seat, Sitting},
    };
    use chrono::{TimeDelta, TimeZone, Utc};
    use uuid::Uuid;

    const OLD: &str = "https://old.example";
    const NEW: &str = "https://new.example";
    const HEAD: u128 = 1;
    const CHAIR: u128 = 2;
    const DSL: u128 = 3;
    const TEACHER: u128 = 9;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn now() -> Instant {
        Utc.with_ymd_and_hms(2026, 11, 17, 10, 0, 0).unwrap()
    }

    fn adult(n: u128, email: &str, id: &str) -> RegisteredAdult {
        RegisteredAdult {
            person: person(n),
            email: Some(email.to_owned()),
            directory_id: Some(id.to_owned()),
            role: HoldsRole::No,
            issuers: BTreeSet::from([OLD.to_owned()]),
        }
    }

    fn stranger(key: Option<Key>, why: NotLetIn) -> Stranger {
        Stranger { issuer: NEW.to_owned(), key, why }
    }

    fn email(address: &str) -> Option<Key> {
        Some(Key::Email(address.to_owned()))
    }

    fn id(id: &str) -> Option<Key> {
        Some(Key::Directory(id.to_owned()))
    }

    #[test]
    fn whoever_a_claim_matches_is_on_the_list_and_everyone_else_with_a_reason() {
        let with_role = RegisteredAdult { role: HoldsRole::Yes, ..adult(3, "dsl@school.example", "S-3") };
        let both = RegisteredAdult {
            issuers: BTreeSet::from([OLD.to_owned(), NEW.to_owned()]),
            ..adult(4, "both@school.example", "S-4")
        };
        let none = RegisteredAdult { issuers: BTreeSet::new(), ..adult(5, "none@school.example", "S-5") };
        let register = [
            adult(1, "Ann@School.example", "S-1"),
            adult(2, "two@school.example", "S-2"),
            adult(22, "two@school.example", "S-22"),
            with_role,
            both,
            none,
        ];
        for (key, why, expected) in [
            (email("ann@school.example"), NotLetIn::Taken, Ok(person(1))),
            (id("S-1"), NotLetIn::NoSuchId, Ok(person(1))),
            (id("S-5"), NotLetIn::NeedsCode, Ok(person(5))),
            (email("two@school.example"), NotLetIn::Several, Err(NotLetIn::Several)),
            (id("S-22"), NotLetIn::Several, Ok(person(22))),
            (id("S-3"), NotLetIn::HasRole, Err(NotLetIn::HasRole)),
            (id("S-4"), NotLetIn::Taken, Err(NotLetIn::Taken)),
            (id("S-9"), NotLetIn::Taken, Err(NotLetIn::NoSuchId)),
            (email("nine@school.example"), NotLetIn::Taken, Err(NotLetIn::Unknown)),
            (id("S-9"), NotLetIn::NeedsCode, Err(NotLetIn::NeedsCode)),
            (None, NotLetIn::NeedsCode, Err(NotLetIn::NeedsCode)),
        ] {
            assert_eq!(whose(&stranger(key.clone(), why), &register), expected, "{key:?} {why:?}");
        }
    }

    #[test]
    fn no_register_makes_somebody_of_an_account_that_was_turned_away() {
        let register = [adult(1, "ann@school.example", "S-1")];
        let turned_away =
            [NotLetIn::Unmarked, NotLetIn::Unsaid, NotLetIn::NoKey, NotLetIn::Removed, NotLetIn::Left];
        for why in NotLetIn::ALL.iter().copied() {
            let on_the_list = whose(&stranger(id("S-1"), why), &register);
            let expected = if turned_away.contains(&why) { Err(why) } else { Ok(person(1)) };
            assert_eq!(on_the_list, expected, "{why:?}");
        }
    }

    fn roster(seats: &[(Desk, Seat, u128)]) -> Roster {
        let sitting = |(desk, seat, who): &(Desk, Seat, u128)| Sitting {
            desk: *desk,
            seat: *seat,
            person: person(*who),
        };
        Roster::new(seats.iter().map(sitting))
    }

    fn standing(who: u128, roster: &Roster) -> Standing {
        let mut standing = Standing::nobodys(SchoolId(Uuid::from_u128(99)), now());
        standing.person = person(who);
        let theirs = roster.sittings().iter().filter(|sitting| sitting.person == person(who));
        standing.seats = theirs.map(|sitting| (sitting.desk, sitting.seat)).collect();
        standing
    }

    /// Every pair of people and every seat each of the two may have: an account is let in by the head and the chair,
    /// in either order, and by no others.
    #[test]
    fn it_takes_the_head_and_the_chair_and_no_one_alone() {
        let people = [HEAD, CHAIR, DSL, TEACHER];
        let seats = |head: Seat, chair: Seat| {
            roster(&[(Desk::Head, head, HEAD), (Desk::Chair, chair, CHAIR), (Desk::Dsl, Seat::Holder, DSL)])
        };
        let (mut let_in, mut waits) = (0, 0);
        for (head, chair) in
            Seat::ALL.iter().flat_map(|head| Seat::ALL.iter().map(move |chair| (*head, *chair)))
        {
            let roster = seats(head, chair);
            for (first, second) in
                people.iter().flat_map(|one| people.iter().map(move |other| (*one, *other)))
            {
                let yes = Yes { whose: person(TEACHER), by: person(first), at: now() };
                let step = say_yes(&standing(second, &roster), person(TEACHER), Some(&yes), &roster);
                let counts = |who: u128| match who {
                    HEAD => head != Seat::Deputy,
                    CHAIR => chair != Seat::Deputy,
                    _ => false,
                };
                let both = first != second && counts(first) && counts(second);
                assert_eq!(step == Some(YesStep::Second), both, "{first} {second} {head:?} {chair:?}");
                if both { let_in += 1 } else { waits += 1 }
            }
        }
        assert!(let_in > 0 && waits > 0, "{let_in} {waits}");
    }

    #[test]
    fn a_yes_is_to_one_person_for_30_days_and_by_whoever_has_the_role_today() {
        let roster = roster(&[(Desk::Head, Seat::Holder, HEAD), (Desk::Chair, Seat::Holder, CHAIR)]);
        let said = Yes { whose: person(TEACHER), by: person(HEAD), at: now() };
        let chair = standing(CHAIR, &roster);
        let step = |yes: Yes| say_yes(&chair, person(TEACHER), Some(&yes), &roster);
        assert_eq!(step(said), Some(YesStep::Second));
        assert_eq!(step(Yes { whose: person(8), ..said }), Some(YesStep::First));
        assert_eq!(step(Yes { at: now() - PROPOSAL_LASTS, ..said }), Some(YesStep::First));
        let almost = now() - PROPOSAL_LASTS + TimeDelta::seconds(1);
        assert_eq!(step(Yes { at: almost, ..said }), Some(YesStep::Second));
        assert_eq!(step(Yes { by: person(DSL), ..said }), Some(YesStep::First), "head no more");
        assert_eq!(step(Yes { by: person(CHAIR), ..said }), Some(YesStep::Again));
        assert_eq!(say_yes(&chair, person(CHAIR), Some(&said), &roster), None, "never their own");
        assert_eq!(say_yes(&standing(TEACHER, &roster), person(8), None, &roster), None);
    }

    #[test]
    fn one_person_as_both_is_one_person() {
        let roster = roster(&[(Desk::Head, Seat::Holder, HEAD), (Desk::Chair, Seat::Cover, HEAD)]);
        let said = Yes { whose: person(TEACHER), by: person(HEAD), at: now() };
        let step = say_yes(&standing(HEAD, &roster), person(TEACHER), Some(&said), &roster);
        assert_eq!(step, Some(YesStep::Again));
        assert_eq!(others_of_the_two(&standing(HEAD, &roster), &roster), Some(BTreeSet::new()));
    }
}

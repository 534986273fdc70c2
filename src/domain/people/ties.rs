//! Declared relationships (ties in code): which there are, and who may declare one or set it aside.
//!
//! A person with a tie to a subject is excluded like that subject until the head sets the tie aside (Exclusion acts on
//! people). The head does not decide if the tie is their own, or a relative's: see `docs/decisions/0013`.

use super::{Desk, PersonKind, Roster, Standing, register::source::Source};
use crate::domain::kernel::{
    clock::Instant,
    codes::{codes, problems},
    ids::PersonId,
    refusal,
};
use std::collections::BTreeSet;

codes! {
    /// What the relationship of two people is.
    Tie {
        Partner = "partner", "partners, or married";
        Parent = "parent", "parent or carer, and child";
        Household = "household", "live in the same household";
        Relative = "relative", "close relatives in another way";
        Sibling = "sibling", "brother or sister, or same household";
    }
}

impl Tie {
    /// Those a person can be recorded with by hand: at least one of the two is an adult.
    pub const BY_HAND: [Self; 4] = [Self::Partner, Self::Parent, Self::Household, Self::Relative];
}

codes! {
    /// How a relationship is known: a closed list, since free words about a family would be kept for ever.
    Grounds {
        Told = "told", "one of the two told us";
        Known = "known", "it is known in school";
        Declared = "declared", "it was declared at recruitment";
    }
}

codes! {
    /// Why a tie was set aside: a closed list, since free words about a family would be kept for ever.
    Otherwise {
        Over = "over", "they are no longer close";
        Mistake = "mistake", "it was recorded by mistake";
        Fair = "fair", "it does not stand in the way of fair handling";
    }
}

/// Why nothing was done about a tie.
pub type Refusal = refusal::Refusal<Problem>;

problems! {
    /// Why nothing was done about a tie.
    Problem {
        Own = "own", "You cannot decide about your own relationships.";
        DeskDecides { desk: Desk } = "desk_decides", "Only the {desk} decides about these two.";
        NobodyDecides = "nobody_decides", "No one can decide about these two: the headteacher, the chair of governors and the external contact are each one of them, or are not named.";
        NoAdult = "no_adult", "Enter an adult of this school in one of the two fields";
        NotHere = "not_here", "Enter two people of this school";
        RecordedAlready = "recorded_already", "Their relationship is declared already";
        DecidedAlready = "decided_already", "Their relationship is set aside already.";
    }
}

/// Two people, in either order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    one: PersonId,
    other: PersonId,
}

impl Pair {
    /// The two, in an order of their own; nothing if they are one person.
    pub fn of(one: PersonId, other: PersonId) -> Option<Self> {
        (one != other).then(|| Self { one: one.min(other), other: one.max(other) })
    }

    /// Both of them.
    pub const fn both(self) -> [PersonId; 2] {
        [self.one, self.other]
    }

    /// The other one, if this is one of the two.
    fn beside(self, person: PersonId) -> Option<PersonId> {
        match person {
            one if one == self.one => Some(self.other),
            other if other == self.other => Some(self.one),
            _ => None,
        }
    }
}

/// Where a tie comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A list that was imported.
    List(Source),
    /// A person declared it.
    Recorded(PersonId, Grounds),
}

/// That a tie was set aside: it excludes no one, and stays kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetAside {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: PersonId,
    /// Why.
    pub why: Otherwise,
}

/// A tie as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredTie {
    /// Between whom.
    pub pair: Pair,
    /// What their relationship is.
    pub tie: Tie,
    /// Since when it is recorded.
    pub since: Instant,
    /// Where it comes from.
    pub origin: Origin,
    /// Whether it was set aside.
    pub set_aside: Option<SetAside>,
}

/// The ties of a school that keep one person from cases about the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties(BTreeSet<Pair>);

impl Ties {
    /// No tie, for pages about routes: they must not tell of any relationship (Who is meant, 8).
    pub fn left_out() -> &'static Self {
        static NONE: Ties = Ties(BTreeSet::new());
        &NONE
    }

    /// The people with a tie to this person.
    pub fn of(&self, person: PersonId) -> impl Iterator<Item = PersonId> {
        self.0.iter().filter_map(move |pair| pair.beside(person))
    }

    /// All people with a tie that only one of the two sets has.
    pub fn changed_from(&self, before: &Self) -> BTreeSet<PersonId> {
        self.0.symmetric_difference(&before.0).flat_map(|pair| pair.both()).collect()
    }

    /// These ties as they were before some began and others ended.
    pub fn before(&self, began: &BTreeSet<Pair>, ended: &BTreeSet<Pair>) -> Self {
        Self(self.0.difference(began).chain(ended).copied().collect())
    }
}

impl FromIterator<Pair> for Ties {
    fn from_iter<T: IntoIterator<Item = Pair>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// Who answers for ties, in this order: the head; then the chair of governors, then the external contact.
const CHAIN: [Desk; 3] = [Desk::Head, Desk::Chair, Desk::External];

/// Who decides about which tie now.
#[derive(Debug, Clone)]
pub struct Deciders(Vec<Decider>);

/// A desk that may decide, with those who hold it and those who are close to one of them.
#[derive(Debug, Clone)]
struct Decider {
    desk: Desk,
    holders: BTreeSet<PersonId>,
    relatives: BTreeSet<PersonId>,
}

impl Deciders {
    /// Works it out from who sits where and from the ties in force. A desk without holder or cover is passed over; a
    /// deputy works for the person it may be about.
    pub fn new(roster: &Roster, ties: &Ties) -> Self {
        let decider = |desk: Desk| {
            let holders = roster.holders(desk);
            let relatives = holders.iter().flat_map(|holder| ties.of(*holder)).collect();
            (!holders.is_empty()).then_some(Decider { desk, holders, relatives })
        };
        Self(CHAIN.into_iter().filter_map(decider).collect())
    }

    /// The desk that decides about a tie of these two: the first of the chain none of whose holders is one of them, or
    /// has a tie to one of them. If each has, the first none of whose holders is one of them: a tie always has somebody
    /// who can set it aside, unless the posts are vacant.
    pub fn desk_for(&self, pair: Pair) -> Option<Desk> {
        let are_none_of = |people: &BTreeSet<PersonId>| pair.both().iter().all(|one| !people.contains(one));
        let mut neither = self.0.iter().filter(|decider| are_none_of(&decider.holders)).peekable();
        let first = neither.peek().map(|decider| decider.desk);
        neither.find(|decider| are_none_of(&decider.relatives)).map(|decider| decider.desk).or(first)
    }

    /// Whether a person may declare a relationship of these two, and set it aside.
    pub fn may_decide(&self, standing: &Standing, pair: Pair) -> Result<(), Refusal> {
        let refused = |why| Err(Refusal::Refused(why));
        if pair.both().contains(&standing.person) {
            return refused(Problem::Own);
        }
        match self.desk_for(pair) {
            // The roster says who sits there; the session says that they have entered the code that makes them count.
            Some(desk) if standing.holds(desk) => Ok(()),
            Some(desk) => refused(Problem::DeskDecides { desk }),
            None => refused(Problem::NobodyDecides),
        }
    }
}

/// Whether a person comes to the page at all: holders of the desks that decide, and their cover.
pub fn may_look(standing: &Standing) -> bool {
    CHAIN.into_iter().any(|desk| standing.holds(desk))
}

/// Whether a tie can be recorded between people of these kinds: one of the two is an adult, since exclusion keeps no
/// pupil from anything.
pub fn may_be_close(kinds: [PersonKind; 2]) -> Result<(), Refusal> {
    if kinds == [PersonKind::Pupil; 2] {
        return Err(Refusal::field("other", Problem::NoAdult));
    }
    Ok(())
}

/// Records a tie: in place of one that was set aside, or that excludes no one, but not twice.
pub fn record(
    deciders: &Deciders,
    standing: &Standing,
    pair: Pair,
    kept: Option<&StoredTie>,
) -> Result<(), Refusal> {
    deciders.may_decide(standing, pair)?;
    match kept {
        Some(StoredTie { tie, set_aside: None, .. }) if *tie != Tie::Sibling => {
            Err(Refusal::field("other", Problem::RecordedAlready))
        }
        Some(_) | None => Ok(()),
    }
}

/// Sets a tie aside.
pub fn set_aside(deciders: &Deciders, standing: &Standing, kept: &StoredTie) -> Result<(), Refusal> {
    deciders.may_decide(standing, kept.pair)?;
    match kept.set_aside {
        None => Ok(()),
        Some(_) => Err(Refusal::WrongState(Problem::DecidedAlready)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        kernel::{clock::Instant, ids::SchoolId},
        people::{Seat, Sitting},
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    const fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }
    const HEAD: PersonId = person(1);
    const CHAIR: PersonId = person(2);
    const EXTERNAL: PersonId = person(3);
    const COVER: PersonId = person(4);
    const DEPUTY: PersonId = person(5);
    const ANNE: PersonId = person(6);
    const BERT: PersonId = person(7);

    const SEATS: [(Desk, Seat, PersonId); 4] = [
        (Desk::Head, Seat::Holder, HEAD),
        (Desk::Head, Seat::Deputy, DEPUTY),
        (Desk::Chair, Seat::Holder, CHAIR),
        (Desk::External, Seat::Holder, EXTERNAL),
    ];

    fn roster(seats: &[(Desk, Seat, PersonId)]) -> Roster {
        Roster::new(seats.iter().map(|(desk, seat, person)| Sitting {
            desk: *desk,
            seat: *seat,
            person: *person,
        }))
    }

    fn standing(seats: &[(Desk, Seat, PersonId)], person: PersonId) -> Standing {
        let theirs = seats.iter().filter(|(.., who)| *who == person).map(|(desk, seat, _)| (*desk, *seat));
        Standing {
            school: SchoolId(Uuid::nil()),
            person,
            seats: theirs.collect(),
            offices: BTreeSet::new(),
            at: Instant::MIN_UTC,
        }
    }

    fn pair(one: PersonId, other: PersonId) -> Pair {
        Pair::of(one, other).unwrap()
    }

    fn decides(
        seats: &[(Desk, Seat, PersonId)],
        ties: &[(PersonId, PersonId)],
        about: Pair,
    ) -> Vec<PersonId> {
        let deciders =
            Deciders::new(&roster(seats), &ties.iter().map(|(one, other)| pair(*one, *other)).collect());
        let everybody = [HEAD, CHAIR, EXTERNAL, COVER, DEPUTY, ANNE, BERT];
        let may = |who: &PersonId| deciders.may_decide(&standing(seats, *who), about).is_ok();
        everybody.into_iter().filter(may).collect()
    }

    #[test]
    fn the_head_decides_and_no_deputy() {
        assert_eq!(decides(&SEATS, &[], pair(ANNE, BERT)), [HEAD]);
        let with_cover = [&SEATS[..], &[(Desk::Head, Seat::Cover, COVER)]].concat();
        assert_eq!(decides(&with_cover, &[], pair(ANNE, BERT)), [HEAD, COVER]);
        let vacant = &SEATS[1..];
        assert_eq!(decides(vacant, &[], pair(ANNE, BERT)), [CHAIR], "the deputy head does not");
    }

    #[test]
    fn nobody_decides_about_a_tie_of_their_own() {
        assert_eq!(decides(&SEATS, &[], pair(ANNE, HEAD)), [CHAIR]);
        assert_eq!(decides(&SEATS, &[], pair(CHAIR, HEAD)), [EXTERNAL]);
        assert_eq!(decides(&SEATS, &[(HEAD, BERT)], pair(CHAIR, BERT)), [EXTERNAL]);
        let with_cover = [&SEATS[..], &[(Desk::Head, Seat::Cover, COVER)]].concat();
        assert_eq!(decides(&with_cover, &[], pair(HEAD, BERT)), [CHAIR], "who covers works for them");
        let own = Deciders::new(&roster(&SEATS), Ties::left_out())
            .may_decide(&standing(&SEATS, HEAD), pair(ANNE, HEAD));
        assert!(matches!(own, Err(Refusal::Refused(Problem::Own))));
    }

    #[test]
    fn nor_about_one_of_somebody_close_to_them() {
        assert_eq!(decides(&SEATS, &[(HEAD, ANNE)], pair(ANNE, BERT)), [CHAIR]);
        assert_eq!(decides(&SEATS, &[(HEAD, ANNE), (CHAIR, BERT)], pair(ANNE, BERT)), [EXTERNAL]);
        let all = [(HEAD, ANNE), (CHAIR, BERT), (EXTERNAL, BERT)];
        assert_eq!(
            decides(&SEATS, &all, pair(ANNE, BERT)),
            [HEAD],
            "no one else is left, and it is not their own"
        );
        let own = [(HEAD, ANNE), (CHAIR, ANNE), (EXTERNAL, ANNE)];
        assert_eq!(decides(&SEATS, &own, pair(HEAD, ANNE)), [CHAIR], "nobody decides about their own");
        assert_eq!(decides(&SEATS[..2], &[], pair(HEAD, ANNE)), [], "the other posts are vacant");
    }

    #[test]
    fn somebody_named_who_has_entered_no_code_is_passed_over_by_nobody() {
        let deciders = Deciders::new(&roster(&SEATS), Ties::left_out());
        let not_yet = Standing { seats: BTreeSet::new(), ..standing(&SEATS, HEAD) };
        assert!(deciders.may_decide(&not_yet, pair(ANNE, BERT)).is_err());
        assert_eq!(deciders.desk_for(pair(ANNE, BERT)), Some(Desk::Head));
    }

    #[test]
    fn a_tie_is_recorded_once_and_again_after_it_was_decided_otherwise() {
        let (deciders, head) = (Deciders::new(&roster(&SEATS), Ties::left_out()), standing(&SEATS, HEAD));
        let kept = |tie, set_aside| StoredTie {
            pair: pair(ANNE, BERT),
            tie,
            since: Instant::MIN_UTC,
            origin: Origin::Recorded(HEAD, Grounds::Told),
            set_aside,
        };
        let aside = SetAside { at: Instant::MIN_UTC, by: HEAD, why: Otherwise::Over };
        let records = |it: Option<&StoredTie>| record(&deciders, &head, pair(ANNE, BERT), it).is_ok();
        assert!(records(None) && records(Some(&kept(Tie::Partner, Some(aside)))));
        assert!(records(Some(&kept(Tie::Sibling, None))), "which kept no one from anything");
        assert!(!records(Some(&kept(Tie::Partner, None))));
        assert!(set_aside(&deciders, &head, &kept(Tie::Partner, None)).is_ok());
        assert!(matches!(
            set_aside(&deciders, &head, &kept(Tie::Partner, Some(aside))),
            Err(Refusal::WrongState(_))
        ));
    }

    #[test]
    fn one_of_the_two_is_an_adult_and_they_are_two() {
        assert!(may_be_close([PersonKind::Pupil, PersonKind::Staff]).is_ok());
        assert!(may_be_close([PersonKind::GovernorOnly, PersonKind::Visitor]).is_ok());
        assert!(may_be_close([PersonKind::Pupil; 2]).is_err());
        assert_eq!(Pair::of(ANNE, ANNE), None);
        assert_eq!(Pair::of(ANNE, BERT), Pair::of(BERT, ANNE));
        assert!(!Tie::BY_HAND.contains(&Tie::Sibling));
    }

    fn somebody() -> impl Strategy<Value = PersonId> {
        (1u128..9).prop_map(person)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        /// For any roster and any ties: no one who may decide is one of the two, or has a tie to one of them while a post
        /// is held by people who have none, and those who may sit at one desk.
        #[test]
        fn no_decider_is_partial(
            seats in proptest::collection::vec(
                (proptest::sample::select(Desk::ALL), proptest::sample::select(Seat::ALL), somebody()), 0..9),
            ties in proptest::collection::vec((somebody(), somebody()), 0..5),
            (one, other) in (somebody(), somebody()),
        ) {
            let Some(about) = Pair::of(one, other) else { return Ok(()) };
            let close: Ties = ties.iter().filter_map(|(one, other)| Pair::of(*one, *other)).collect();
            let here = roster(&seats);
            let deciders = Deciders::new(&here, &close);
            let everybody: Vec<PersonId> = (1..9).map(person).collect();
            let may = |who: &&PersonId| deciders.may_decide(&standing(&seats, **who), about).is_ok();
            let is_tied = |who: &PersonId| close.of(*who).any(|other| about.both().contains(&other));
            let is_free = |desk: &&Desk| {
                let holders = here.holders(**desk);
                let partial = |who: &PersonId| about.both().contains(who) || is_tied(who);
                !holders.is_empty() && !holders.iter().any(partial)
            };
            let somebody_is_free = CHAIN.iter().any(|desk| is_free(&desk));
            for who in everybody.iter().filter(may) {
                prop_assert!(!about.both().contains(who));
                prop_assert!(!somebody_is_free || !is_tied(who));
                let desk = deciders.desk_for(about).unwrap();
                prop_assert!(here.holders(desk).contains(who));
            }
        }
    }
}

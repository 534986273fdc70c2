//! Whether an account is proven to be its person's. No one alone makes an account somebody: a further account opens
//! nothing from before it until a present session of that person says yes, or a second person has seen them.

use crate::domain::{
    kernel::{codes::codes, ids::PersonId},
    people::{Desk, Roster, Seat, Standing, duty::DutyKind},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

codes! {
    /// Whether an account is proven to be its person's.
    AccountProof {
        Proven = "proven", "confirmed";
        Awaited = "awaited", "waits to be confirmed";
    }
}

codes! {
    /// A second person who may confirm an account, once they have seen whose it is.
    Witness {
        DslOrHead = "dsl_or_head", "the designated safeguarding lead (DSL) or the headteacher";
        Chair = "chair", "the chair of governors";
        External = "external", "the external contact";
        Head = "head", "the headteacher";
        OtherDsl = "other_dsl", "a designated safeguarding lead (DSL) who is not the headteacher";
    }
}

impl Witness {
    /// Whether a person is one by a role of theirs that counts.
    pub fn is(self, standing: &Standing) -> bool {
        let desks: &[Desk] = match self {
            Self::DslOrHead => &[Desk::Dsl, Desk::Head],
            Self::Chair => &[Desk::Chair],
            Self::External => &[Desk::External],
            Self::Head => &[Desk::Head],
            Self::OtherDsl => &[Desk::Dsl],
        };
        desks.iter().any(|desk| standing.holds(*desk))
    }
}

/// Whether a person may have to confirm accounts of others.
pub fn may_confirm(standing: &Standing) -> bool {
    Witness::ALL.iter().any(|witness| witness.is(standing))
}

codes! {
    /// What is said of an account that waits to be confirmed.
    AccountAnswer {
        Theirs = "theirs", "Confirm this account";
        NotTheirs = "not_theirs", "Remove this account";
    }
}

/// For so long a person sees that a new account was added.
pub const SHOWN_FOR: TimeDelta = TimeDelta::days(60);
/// An e-mail about a new account goes to the address its person had so long before, too.
pub const ADDRESS_BEFORE: TimeDelta = TimeDelta::days(1);

/// What let an account in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetInBy {
    /// A code that was printed on the server.
    ServerCode,
    /// The list that the head and the chair confirmed together.
    ConfirmedList,
    /// A code that a person made on a page, or what the sign-in says.
    CodeOrSignIn,
}

/// What is known of the accounts that a person had before one is let in as them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierAccounts {
    /// They never had one.
    None,
    /// This one was proven to be theirs, and was not taken away since.
    ThisOne,
    /// Another one, or this one before it was taken away or confirmed.
    Others,
}

/// Whether an account is proven as soon as it is let in: the first one is, and one that a code from the
/// server or two people together let in.
pub const fn at_first(by: LetInBy, earlier: EarlierAccounts) -> AccountProof {
    match (by, earlier) {
        (
            LetInBy::ServerCode | LetInBy::ConfirmedList,
            EarlierAccounts::None | EarlierAccounts::ThisOne | EarlierAccounts::Others,
        )
        | (LetInBy::CodeOrSignIn, EarlierAccounts::None | EarlierAccounts::ThisOne) => AccountProof::Proven,
        (LetInBy::CodeOrSignIn, EarlierAccounts::Others) => AccountProof::Awaited,
    }
}

/// An account as it is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetIn {
    /// The accounts its person had before.
    pub earlier: EarlierAccounts,
    /// Whether it is proven to be theirs.
    pub proof: AccountProof,
}

/// Who may confirm an account as the second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnesses {
    /// What they are; none if no one is left.
    pub step: Option<Witness>,
    /// Who they are.
    pub people: BTreeSet<PersonId>,
}

/// Who may confirm an account of a person with these roles, whatever cases there are. The person themselves and who
/// made a code for the account are passed over.
pub fn witnesses(
    person: PersonId,
    duties: &[DutyKind],
    makers: &BTreeSet<PersonId>,
    roster: &Roster,
) -> Witnesses {
    for step in chain(duties, roster) {
        let mut people = holders(step, roster);
        people.retain(|one| *one != person && !makers.contains(one));
        if !people.is_empty() {
            return Witnesses { step: Some(step), people };
        }
    }
    Witnesses { step: None, people: BTreeSet::new() }
}

/// Who is asked first, and who if no one there is left.
fn chain(duties: &[DutyKind], roster: &Roster) -> Vec<Witness> {
    let is_chair = duties.iter().any(|duty| match duty {
        DutyKind::Seat(Desk::Chair, Seat::Holder | Seat::Cover) => true,
        DutyKind::Seat(..) | DutyKind::Office(_) => false,
    });
    if is_chair {
        let first = if roster.holders(Desk::External).is_empty() { Witness::Head } else { Witness::External };
        return vec![first, Witness::OtherDsl];
    }
    if duties.iter().any(|duty| duty.needs_code_from().is_some()) {
        vec![Witness::Chair, Witness::External, Witness::OtherDsl]
    } else {
        vec![Witness::DslOrHead, Witness::Chair, Witness::External]
    }
}

fn holders(step: Witness, roster: &Roster) -> BTreeSet<PersonId> {
    let heads = roster.holders(Desk::Head);
    match step {
        Witness::DslOrHead => roster.holders(Desk::Dsl).into_iter().chain(heads).collect(),
        Witness::Chair => roster.holders(Desk::Chair),
        Witness::External => roster.holders(Desk::External),
        Witness::Head => heads,
        Witness::OtherDsl => roster.holders(Desk::Dsl).difference(&heads).copied().collect(),
    }
}

/// Who is told that codes were printed on the server: the head, the chair, and the external contact or, until there
/// is one, the DSL.
pub fn told_of_server_codes(roster: &Roster) -> BTreeSet<PersonId> {
    let externals = roster.holders(Desk::External);
    let third = if externals.is_empty() { roster.holders(Desk::Dsl) } else { externals };
    let heads = roster.holders(Desk::Head);
    heads.into_iter().chain(roster.holders(Desk::Chair)).chain(third).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::people::{Office, Sitting};
    use uuid::Uuid;

    const HEAD: u128 = 1;
    const CHAIR: u128 = 2;
    const EXTERNAL: u128 = 3;
    const DSL: u128 = 4;
    const TEACHER: u128 = 9;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn roster(seats: &[(Desk, u128)]) -> Roster {
        let sitting =
            |(desk, who): &(Desk, u128)| Sitting { desk: *desk, seat: Seat::Holder, person: person(*who) };
        Roster::new(seats.iter().map(sitting))
    }

    fn everyone() -> Vec<(Desk, u128)> {
        vec![(Desk::Head, HEAD), (Desk::Chair, CHAIR), (Desk::External, EXTERNAL), (Desk::Dsl, DSL)]
    }

    const fn holds(desk: Desk) -> DutyKind {
        DutyKind::Seat(desk, Seat::Holder)
    }

    /// Who may confirm an account of `who`, by number.
    fn confirm(who: u128, duties: &[DutyKind], makers: &[u128], seats: &[(Desk, u128)]) -> Vec<u128> {
        let makers = makers.iter().copied().map(person).collect();
        let found = witnesses(person(who), duties, &makers, &roster(seats));
        found.people.into_iter().map(|one| one.0.as_u128()).collect()
    }

    /// Those of a few whose bit is set.
    fn some_of<T: Copy>(all: &[T], bits: u32) -> Vec<T> {
        all.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0).map(|(_, one)| *one).collect()
    }

    #[test]
    fn the_first_account_counts_and_a_further_one_waits() {
        for by in [LetInBy::ServerCode, LetInBy::ConfirmedList, LetInBy::CodeOrSignIn] {
            assert_eq!(at_first(by, EarlierAccounts::None), AccountProof::Proven);
            assert_eq!(at_first(by, EarlierAccounts::ThisOne), AccountProof::Proven);
        }
        assert_eq!(at_first(LetInBy::CodeOrSignIn, EarlierAccounts::Others), AccountProof::Awaited);
        for by in [LetInBy::ServerCode, LetInBy::ConfirmedList] {
            assert_eq!(at_first(by, EarlierAccounts::Others), AccountProof::Proven);
        }
    }

    #[test]
    fn the_chain_is_the_one_that_is_written() {
        let all = everyone();
        // Without a role: DSL or head; who made the code is passed over; then the chair, then the external contact.
        assert_eq!(confirm(TEACHER, &[], &[], &all), [HEAD, DSL]);
        assert_eq!(confirm(TEACHER, &[], &[HEAD], &all), [DSL]);
        assert_eq!(confirm(TEACHER, &[], &[HEAD, DSL], &all), [CHAIR]);
        assert_eq!(confirm(TEACHER, &[], &[HEAD, DSL, CHAIR], &all), [EXTERNAL]);
        let governor = [DutyKind::Office(Office::Governor)];
        assert_eq!(confirm(TEACHER, &governor, &[], &all), [HEAD, DSL]);
        // With a role: the chair, the external contact, a DSL who is not the head.
        for role in [holds(Desk::Network), DutyKind::Office(Office::Administrator)] {
            assert_eq!(confirm(TEACHER, &[role], &[HEAD], &all), [CHAIR]);
            assert_eq!(confirm(TEACHER, &[role], &[CHAIR], &all), [EXTERNAL]);
            assert_eq!(confirm(TEACHER, &[role], &[CHAIR, EXTERNAL], &all), [DSL]);
        }
        assert_eq!(confirm(HEAD, &[holds(Desk::Head)], &[CHAIR], &all), [EXTERNAL]);
        assert_eq!(confirm(DSL, &[holds(Desk::Dsl)], &[HEAD], &all), [CHAIR]);
        assert_eq!(confirm(EXTERNAL, &[holds(Desk::External)], &[CHAIR], &all), [DSL]);
        // The chair: the external contact; the head until there is one, unless the head made the code.
        assert_eq!(confirm(CHAIR, &[holds(Desk::Chair)], &[HEAD], &all), [EXTERNAL]);
        let no_external: Vec<_> = all.iter().copied().filter(|(desk, _)| *desk != Desk::External).collect();
        assert_eq!(confirm(CHAIR, &[holds(Desk::Chair)], &[], &no_external), [HEAD]);
        assert_eq!(confirm(CHAIR, &[holds(Desk::Chair)], &[HEAD], &no_external), [DSL]);
        // Where the head is the DSL, no one is left for what they made.
        let small = [(Desk::Head, HEAD), (Desk::Dsl, HEAD), (Desk::Chair, CHAIR)];
        assert_eq!(confirm(CHAIR, &[holds(Desk::Chair)], &[HEAD], &small), Vec::<u128>::new());
    }

    /// Every person, role, set of makers and roster of five people.
    #[test]
    fn no_one_confirms_their_own_or_what_they_made_a_code_for() {
        let people = [HEAD, CHAIR, EXTERNAL, DSL, TEACHER];
        let roles: Vec<Vec<DutyKind>> =
            std::iter::once(Vec::new()).chain(DutyKind::all().map(|what| vec![what])).collect();
        let (mut found, mut left) = (0, 0);
        for (vacant, mask) in (0..16).flat_map(|vacant| (0..32).map(move |mask| (vacant, mask))) {
            let seats = some_of(&everyone(), 15 - vacant);
            let makers = some_of(&people, mask);
            for (who, duties) in people.iter().flat_map(|who| roles.iter().map(move |duties| (*who, duties)))
            {
                let may = confirm(who, duties, &makers, &seats);
                assert!(!may.contains(&who) && !may.iter().any(|one| makers.contains(one)));
                if may.is_empty() { left += 1 } else { found += 1 }
            }
        }
        assert!(found > 0 && left > 0, "{found} {left}");
    }

    #[test]
    fn three_are_told_of_codes_from_the_server() {
        let told = |seats: &[(Desk, u128)]| -> Vec<u128> {
            told_of_server_codes(&roster(seats)).into_iter().map(|one| one.0.as_u128()).collect()
        };
        assert_eq!(told(&everyone()), [HEAD, CHAIR, EXTERNAL]);
        assert_eq!(told(&[(Desk::Head, HEAD), (Desk::Chair, CHAIR), (Desk::Dsl, DSL)]), [HEAD, CHAIR, DSL]);
    }
}

//! How a role begins and ends: proposed by an administrator, confirmed by a third person who answers for it. A person
//! who would confirm an ending may make it at once, as long as it leaves no role vacant.

use super::{Book, DutyKind, HeldDuty, Problem, Refusal};
use crate::domain::{
    kernel::{
        clock::{Instant, day_in_london},
        codes::codes,
        ids::{DutyId, DutyProposalId, PersonId},
    },
    people::{Office, Standing},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// How long a proposal waits: a person who agrees should still know what it was for.
pub const PROPOSAL_LASTS: TimeDelta = TimeDelta::days(30);

codes! {
    /// Why a role begins or ends: a closed list, since free words about a person's absence would be kept for ever.
    Why {
        NewPost = "new_post", "new in the post";
        Shared = "shared", "roles are shared out differently";
        Leave = "leave", "planned leave";
        Away = "away", "away at short notice";
        Training = "training", "training, a visit or a journey";
        Inspection = "inspection", "an inspection";
        Leaving = "leaving", "leaves the post or the school";
        Back = "back", "the absence is over";
        Mistake = "mistake", "was entered by mistake";
    }
}

codes! {
    /// What became of a proposal.
    ProposalState {
        Waiting = "waiting", "Waiting";
        Confirmed = "confirmed", "Confirmed";
        Refused = "refused", "Refused";
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

codes! {
    /// How a role ended, if its last day did not simply pass.
    HowEnded {
        Confirmed = "confirmed", "proposed and confirmed";
        AtOnce = "at_once", "ended at once";
        Left = "left", "left the school";
    }
}

/// A role that is to begin or to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It begins.
    Begin {
        /// Whose.
        person: PersonId,
        /// Which.
        what: DutyKind,
        /// From when; as soon as it is confirmed if nothing is said, or the day has passed.
        from: Option<Instant>,
        /// Until when.
        to: Option<Instant>,
    },
    /// It ends.
    End {
        /// Which.
        duty: HeldDuty,
        /// When; as soon as it is confirmed if nothing is said, or the day has passed.
        at: Option<Instant>,
    },
}

impl Change {
    /// Whose role it is about.
    pub fn person(&self) -> PersonId {
        match self {
            Self::Begin { person, .. } => *person,
            Self::End { duty, .. } => duty.person,
        }
    }

    /// Which.
    pub fn what(&self) -> DutyKind {
        match self {
            Self::Begin { what, .. } => *what,
            Self::End { duty, .. } => duty.what,
        }
    }

    /// What it comes to if it takes effect now, or what forbids it, no matter who agrees.
    fn effect(&self, book: &Book) -> Result<Effect, Refusal> {
        let not_before_now = |at: Option<Instant>| at.map_or(book.now, |at| at.max(book.now));
        match self {
            Self::Begin { person, what, from, to } => {
                let from = not_before_now(*from);
                book.may_begin(*person, *what, (from, *to))?;
                Ok(Effect::Begins { person: *person, what: *what, from, to: *to })
            }
            Self::End { duty, at } => {
                let at = not_before_now(*at);
                book.may_end(duty, at)?;
                Ok(Effect::Ends { duty: duty.id, at })
            }
        }
    }
}

/// What was proposed. It never changes: another idea is another proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// Its id.
    pub id: DutyProposalId,
    /// What is to change.
    pub change: Change,
    /// Why.
    pub why: Why,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: Instant,
    /// What became of it.
    pub state: ProposalState,
}

impl Proposal {
    /// Whether it can still be decided.
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == ProposalState::Waiting && now - self.proposed_at < PROPOSAL_LASTS
    }
}

/// What a confirmed proposal, or an ending at once, does to the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// A role begins.
    Begins {
        /// Whose.
        person: PersonId,
        /// Which.
        what: DutyKind,
        /// From when, not before now.
        from: Instant,
        /// Until when.
        to: Option<Instant>,
    },
    /// A role ends.
    Ends {
        /// Which.
        duty: DutyId,
        /// When, not before now.
        at: Instant,
    },
}

impl Effect {
    /// When it takes effect.
    pub const fn at(&self) -> Instant {
        match self {
            Self::Begins { from, .. } => *from,
            Self::Ends { at, .. } => *at,
        }
    }
}

fn refused<T>(why: Problem) -> Result<T, Refusal> {
    Err(Refusal::Refused(why))
}

/// Whether a person may propose this: an administrator, never about themselves.
pub fn may_propose(standing: &Standing, change: &Change, book: &Book) -> Result<(), Refusal> {
    if !standing.is(Office::Administrator) {
        return refused(Problem::AdministratorProposes);
    }
    if standing.person == change.person() {
        return refused(Problem::OwnRolesProposed);
    }
    if let Change::Begin { from: Some(from), .. } = change
        && day_in_london(*from) < day_in_london(book.now)
    {
        // It would read as if they had had the role then. A day that passes before it is confirmed is another matter.
        return Err(Refusal::field("from", Problem::FirstDayOver));
    }
    change.effect(book).map(|_| ())
}

/// Whether a person may confirm or refuse a proposal: one who answers for the role, and is neither the person
/// concerned nor the one who proposed it. So it takes two others to raise a person, no matter what was proposed
/// before.
pub fn may_decide(standing: &Standing, proposal: &Proposal, book: &Book) -> Result<(), Refusal> {
    if !proposal.is_open(book.now) {
        return Err(Refusal::WrongState(Problem::NotWaiting));
    }
    if standing.person == proposal.change.person() {
        return refused(Problem::OwnRoles);
    }
    if standing.person == proposal.proposed_by {
        return refused(Problem::OwnProposal);
    }
    let (desk, people) = book.confirmers(proposal);
    // The book says who; the session says that they have entered the code that makes them count.
    if !people.contains(&standing.person) || !standing.holds(desk) {
        return Err(Refusal::Refused(Problem::DeskDecides { desk }));
    }
    Ok(())
}

/// Confirms a proposal, as things are now.
pub fn confirm(standing: &Standing, proposal: &Proposal, book: &Book) -> Result<Effect, Refusal> {
    may_decide(standing, proposal, book)?;
    proposal.change.effect(book)
}

/// Ends a role at once, without a proposal: a person who would confirm it may, so that one who must not go on does not
/// go on until an administrator is found. Never if it makes a desk vacant, or for the three desks that stand in for
/// one another: the person who opened the place could take it.
pub fn end_alone(standing: &Standing, duty: &HeldDuty, book: &Book) -> Result<Effect, Refusal> {
    if standing.person == duty.person {
        return refused(Problem::OwnRoles);
    }
    if Book::is_one_of_three(duty.what) || book.leaves_vacant(duty) {
        return refused(Problem::TakesTwo);
    }
    let (desk, people) = book.answerable(duty.what, &[duty.person]);
    if !people.contains(&standing.person) || !standing.holds(desk) {
        return Err(Refusal::Refused(Problem::DeskEnds { desk }));
    }
    Change::End { duty: *duty, at: None }.effect(book)
}

/// Who is told of a change: all who sit at the desk now, every administrator, and the person given the role. Never the
/// one who acted.
pub fn recipients(change: &Change, book: &Book, actor: PersonId) -> BTreeSet<PersonId> {
    let at_desk = change.what().desk().map(|desk| book.roster().everyone_at(desk)).unwrap_or_default();
    let mut told: BTreeSet<PersonId> =
        at_desk.into_iter().chain(book.officers(Office::Administrator)).collect();
    match change {
        Change::Begin { person, .. } => drop(told.insert(*person)),
        // They can no longer see what was theirs.
        Change::End { duty, .. } => drop(told.remove(&duty.person)),
    }
    told.remove(&actor);
    told
}

//! The book of roles of a school: who has which, from when to when, and what may not happen to it.

use super::{DutyKind, Problem, Proposal, Refusal};
use crate::domain::{
    kernel::{
        clock::Instant,
        ids::{DutyId, PersonId},
    },
    people::{Desk, Office, Roster, Seat, Sitting},
};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// Where every chain of routing ends. Head, chair of governors and external contact are three people (Routing rule 3).
const THREE_PEOPLE: [Desk; 3] = [Desk::Head, Desk::Chair, Desk::External];
/// No inspection lasts longer than a term.
const LONGEST_INSPECTION: TimeDelta = TimeDelta::days(92);

/// Whether a person has entered the one-time code that their role waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeState {
    /// They have, or it needs none.
    Entered,
    /// Not yet: until then the role opens nothing.
    Awaited,
}

/// A role a person has, or is going to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldDuty {
    /// Its id.
    pub id: DutyId,
    /// Whose.
    pub person: PersonId,
    /// A seat at a desk, or an office.
    pub what: DutyKind,
    /// From when.
    pub from: Instant,
    /// Until when, if that is settled.
    pub to: Option<Instant>,
    /// Whether it counts yet.
    pub code: CodeState,
}

impl HeldDuty {
    /// Whether it is one of this instant.
    pub fn is_on(&self, now: Instant) -> bool {
        self.from <= now && self.to.is_none_or(|to| to > now)
    }

    /// Whether it makes a person an administrator who can sign in as one.
    fn administers(&self) -> bool {
        self.what == DutyKind::Office(Office::Administrator) && self.code == CodeState::Entered
    }

    fn overlaps(&self, from: Instant, to: Option<Instant>) -> bool {
        self.to.is_none_or(|end| end > from) && to.is_none_or(|to| to > self.from)
    }
}

/// Every role of the people who have not left, today's and those to come.
#[derive(Debug, Clone)]
pub struct Book {
    /// The duties.
    pub duties: Vec<HeldDuty>,
    /// When this is.
    pub now: Instant,
}

impl Book {
    /// The duties of this instant.
    pub fn present(&self) -> impl Iterator<Item = &HeldDuty> {
        self.duties.iter().filter(|duty| duty.is_on(self.now))
    }

    /// Who sits where now.
    pub fn roster(&self) -> Roster {
        Roster::new(self.present().filter_map(|duty| match duty.what {
            DutyKind::Seat(desk, seat) => Some(Sitting { desk, seat, person: duty.person }),
            DutyKind::Office(_) => None,
        }))
    }

    /// Who has an office now.
    pub fn officers(&self, office: Office) -> BTreeSet<PersonId> {
        self.present().filter(|duty| duty.what == DutyKind::Office(office)).map(|duty| duty.person).collect()
    }

    /// Who may confirm or refuse a proposal: the head; for the head's own roles, for what the head proposed and for
    /// the external contact the chair. If the desk is vacant, or no one there is a third person, the next of the chain
    /// head, chair, external. Holders and cover only: a deputy works for the person it is about.
    pub fn confirmers(&self, proposal: &Proposal) -> (Desk, BTreeSet<PersonId>) {
        self.answerable(proposal.change.what(), &[proposal.change.person(), proposal.proposed_by])
    }

    /// Who may confirm or refuse a name, other than the people it concerns and the one who proposed it: as for their
    /// roles, and the head where they have none.
    pub fn name_confirmers(
        &self,
        concerned: &BTreeSet<PersonId>,
        proposed_by: Option<PersonId>,
    ) -> (Desk, BTreeSet<PersonId>) {
        let is_the_heads = |what: DutyKind| matches!(what, DutyKind::Seat(Desk::Head | Desk::External, _));
        let theirs = self.duties.iter().filter(|duty| concerned.contains(&duty.person));
        let heads = theirs.map(|duty| duty.what).find(|what| is_the_heads(*what));
        let parties: Vec<PersonId> = concerned.iter().copied().chain(proposed_by).collect();
        self.answerable(heads.unwrap_or(DutyKind::Office(Office::Governor)), &parties)
    }

    /// Who answers for a role, other than these people who are party to it.
    pub(super) fn answerable(&self, what: DutyKind, parties: &[PersonId]) -> (Desk, BTreeSet<PersonId>) {
        let roster = self.roster();
        let heads = roster.holders(Desk::Head);
        let is_the_heads = matches!(what, DutyKind::Seat(Desk::Head | Desk::External, _))
            || parties.iter().any(|person| heads.contains(person));
        let chain: &[Desk] = if is_the_heads { &THREE_PEOPLE[1..] } else { &THREE_PEOPLE };
        let third = |desk: Desk| {
            let holders = roster.holders(desk).into_iter();
            (desk, holders.filter(|person| !parties.contains(person)).collect::<BTreeSet<_>>())
        };
        let asked = chain.iter().copied().map(third).find(|(_, people)| !people.is_empty());
        asked.unwrap_or_else(|| (if is_the_heads { Desk::Chair } else { Desk::Head }, BTreeSet::new()))
    }

    /// Whether a role may begin: some the school can never have, no matter who agrees.
    pub(super) fn may_begin(
        &self,
        person: PersonId,
        what: DutyKind,
        (from, to): (Instant, Option<Instant>),
    ) -> Result<(), Refusal> {
        if to.is_some_and(|to| to <= from || to <= self.now) {
            return Err(Refusal::field("to", Problem::LastDayOver));
        }
        match (what, to) {
            (DutyKind::Seat(_, Seat::Cover), None) => {
                return Err(Refusal::field("to", Problem::AbsenceEnds));
            }
            (DutyKind::Office(Office::Inspector), None) => {
                return Err(Refusal::field("to", Problem::InspectionEnds));
            }
            (DutyKind::Office(Office::Inspector), Some(to)) if to - from > LONGEST_INSPECTION => {
                return Err(Refusal::field("to", Problem::InspectionTooLong));
            }
            // It would end by itself, and could be the last.
            (DutyKind::Office(Office::Administrator), Some(_)) => {
                return Err(Refusal::field("to", Problem::AdministratorWithEnd));
            }
            (DutyKind::Seat(..) | DutyKind::Office(_), None | Some(_)) => {}
        }
        let theirs = || self.duties.iter().filter(|duty| duty.person == person && duty.overlaps(from, to));
        if theirs().any(|duty| duty.what == what) {
            return Err(Refusal::field("what", Problem::HasItAlready));
        }
        let one_of_three = |what: DutyKind| what.desk().filter(|desk| THREE_PEOPLE.contains(desk));
        if let Some(desk) = one_of_three(what)
            && theirs().filter_map(|duty| one_of_three(duty.what)).any(|other| other != desk)
        {
            return Err(Refusal::field("what", Problem::ThreePeople));
        }
        let inspector = DutyKind::Office(Office::Inspector);
        if theirs().any(|duty| (duty.what == inspector) != (what == inspector)) {
            return Err(Refusal::field("what", Problem::InspectorAlone));
        }
        Ok(())
    }

    /// Whether a duty may end at an instant.
    pub(super) fn may_end(&self, duty: &HeldDuty, at: Instant) -> Result<(), Refusal> {
        if !self.duties.iter().any(|kept| kept.id == duty.id) || duty.to.is_some_and(|to| to <= self.now) {
            return Err(Refusal::WrongState(Problem::EndedAlready));
        }
        if duty.to.is_some_and(|to| to <= at) {
            return Err(Refusal::field("to", Problem::EndsBefore));
        }
        if duty.what == DutyKind::Office(Office::Administrator) && !self.has_another_administrator(duty, at) {
            return Err(Refusal::Refused(Problem::LastAdministrator));
        }
        Ok(())
    }

    /// Whether the school lost its administrators: there is none left, or none who can sign in as one.
    pub fn lost_its_administrators_since(&self, before: &Self) -> bool {
        let has = |book: &Self| !book.officers(Office::Administrator).is_empty();
        let works = |book: &Self| book.present().any(HeldDuty::administers);
        (has(before) && !has(self)) || (works(before) && !works(self))
    }

    /// Whether the school would have no administrator without this person.
    pub fn is_last_administrator(&self, person: PersonId) -> bool {
        let administering: BTreeSet<PersonId> =
            self.present().filter(|duty| duty.administers()).map(|duty| duty.person).collect();
        administering == BTreeSet::from([person])
    }

    /// Whether another administrator, who can sign in as one, administers now and goes on to.
    fn has_another_administrator(&self, but: &HeldDuty, at: Instant) -> bool {
        let stays = |duty: &&HeldDuty| duty.to.is_none_or(|to| to > at);
        self.present().filter(stays).any(|duty| duty.administers() && duty.person != but.person)
    }

    /// Whether ending a role leaves its desk empty now. An office is no desk.
    pub fn leaves_vacant(&self, duty: &HeldDuty) -> bool {
        let Some(desk) = duty.what.desk() else { return false };
        let others = self.present().filter(|other| other.id != duty.id);
        duty.is_on(self.now) && !others.into_iter().any(|other| other.what.desk() == Some(desk))
    }

    /// Whether the desk is one of the three that confirm in one another's place.
    pub(super) fn is_one_of_three(what: DutyKind) -> bool {
        what.desk().is_some_and(|desk| THREE_PEOPLE.contains(&desk))
    }
}

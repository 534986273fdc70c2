//! What was not done in time: who else is told if the lead does not acknowledge or no e-mail gets through, and who has
//! to do what is overdue.
//!
//! A job asks for it, so the event has no actor.

use crate::domain::case::{
    About, Case, CaseEvent, DeskKind, Detail, Due, Entry, Label, Notice, Restriction, Urgency,
    record::act::people_at,
};
use crate::domain::{
    case::lifecycle::workflow::{Move, Status},
    kernel::{
        clock::{self, Calendar, DeadlineKind, Instant},
        ids::PersonId,
    },
    people::{Desk, Roster},
    school::routing::{self, ReachedDesk, Silence},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A desk that was told as well because the lead had not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationDesk {
    /// The desk.
    pub desk: Desk,
    /// When.
    pub at: Instant,
}

impl Case {
    /// Tells the next in the chain as well if the lead desk has not acknowledged in time (Routing rule 5). The desk
    /// becomes a copied one, so that it can open the case. It has as long as the lead desk had before the next one is
    /// told.
    ///
    /// Only in school hours, unless the case is critical. Nothing if no desk is to be told now.
    pub fn chase(&self, roster: &Roster, calendar: &Calendar, now: Instant) -> Option<CaseEvent> {
        let unanswered = self.unanswered(calendar, now)?;
        if !self.may_tell(calendar, now) {
            return None;
        }
        let lead = self.lead();
        let next = self.next_to_tell(Silence::NotAcknowledged, roster)?;
        let people = match self.urgency() {
            Urgency::Ordinary => {
                next.people.iter().copied().chain(people_at(roster, lead)).collect::<BTreeSet<_>>()
            }
            Urgency::Critical => [lead, next.desk]
                .into_iter()
                .flat_map(|desk| self.at_every_hour(desk, roster))
                .chain(roster.holders(Desk::Head))
                .collect(),
        };
        let entry = told_as_well(&next).with(Label::WasDue, Detail::When(unanswered.deadline.due));
        Some(self.tells_as_well(&next, &people, entry, (roster, now)))
    }

    /// Tells the next in the chain as well, inside Candour, if no e-mail reached the lead and the lead has not
    /// acknowledged. Its own e-mail waits with the others until the mail server takes it. Only in school hours, unless
    /// the case is critical.
    pub fn chase_unreached(
        &self,
        unreached: &BTreeSet<PersonId>,
        (roster, calendar): (&Roster, &Calendar),
        now: Instant,
    ) -> Option<CaseEvent> {
        let instead = self.instead(roster, now);
        let told = self.recipients(roster).into_iter().filter(|person| !self.excludes(*person));
        let mut told = told.flat_map(|person| instead.of(person));
        if self.status != Status::Submitted
            || !self.may_tell(calendar, now)
            || !told.all(|person| unreached.contains(&person))
        {
            return None;
        }
        let next = self.next_to_tell(Silence::NotReached, roster)?;
        Some(self.tells_as_well(&next, &next.people, told_as_well(&next), (roster, now)))
    }

    fn may_tell(&self, calendar: &Calendar, now: Instant) -> bool {
        self.urgency() == Urgency::Critical || calendar.in_school_hours(now)
    }

    /// The external contact sees only what it leads, so it is never told as well; nor is a copied desk of a sealed
    /// case, which could not open it. A case that could be about anyone who has it is told to no one else.
    fn next_to_tell(&self, silence: Silence, roster: &Roster) -> Option<ReachedDesk> {
        let told = self.recipients(roster);
        routing::next_to_tell((self.lead(), silence), roster, &self.exclusions, &told)
            .filter(|next| next.desk != Desk::External && self.restriction != Restriction::Sealed)
            .filter(|_| !self.is_together())
    }

    fn tells_as_well(
        &self,
        next: &ReachedDesk,
        people: &BTreeSet<PersonId>,
        entry: Entry,
        (roster, now): (&Roster, Instant),
    ) -> CaseEvent {
        let mut case = self.clone();
        case.desks.insert(next.desk, DeskKind::Copied);
        case.chased.push(EscalationDesk { desk: next.desk, at: now });
        case.reasons.push(next.reason.clone());
        let urgency = self.urgency();
        let instead = case.instead(roster, now);
        let told = people.iter().copied().filter(|person| !self.excludes(*person));
        let told: BTreeSet<PersonId> = told.flat_map(|person| instead.of(person)).collect();
        let notices = told.into_iter().map(|person| Notice { person, urgency }).collect();
        CaseEvent::of_nobody(case, entry, notices, now)
    }

    /// The acknowledgement that is late, if the desk told last has had its time.
    fn unanswered(&self, calendar: &Calendar, now: Instant) -> Option<Due> {
        let due = self
            .dues
            .running()
            .into_iter()
            .copied()
            .find(|due| due.deadline.kind == DeadlineKind::Acknowledge && due.deadline.is_overdue(now))?;
        let since = |chased: &&EscalationDesk| chased.at >= due.deadline.fact_at;
        let last = self.chased.iter().filter(since).map(|chased| chased.at).max();
        let has_had_time = |at| clock::due(due.deadline.rule, at, calendar) < now;
        last.is_none_or(has_had_time).then_some(due)
    }

    /// Everybody told at its lead and copied desks.
    fn recipients(&self, roster: &Roster) -> BTreeSet<PersonId> {
        let told = self.desks.iter().filter(|(_, kind)| **kind != DeskKind::Oversight);
        told.flat_map(|(desk, _)| people_at(roster, *desk)).collect()
    }

    /// Holders and deputies; holders alone if one of them is excluded, because deputies work for that person.
    pub(in crate::domain::case) fn at_every_hour(&self, desk: Desk, roster: &Roster) -> BTreeSet<PersonId> {
        let holders = roster.holders(desk);
        if holders.iter().any(|person| self.excludes(*person)) { holders } else { roster.everyone_at(desk) }
    }

    /// The people who have to do what is overdue, other than acknowledging: the person or desk of a task, the owner,
    /// or the desk the deadline is put to. Never an excluded person.
    pub fn overdue_with(&self, roster: &Roster, now: Instant) -> BTreeSet<PersonId> {
        let late = self
            .dues
            .running()
            .into_iter()
            .filter(|due| due.deadline.kind != DeadlineKind::Acknowledge && due.deadline.is_overdue(now));
        let instead = self.instead(roster, now);
        let waited_for = late.flat_map(|due| self.waited_for(due, roster));
        waited_for.filter(|person| !self.excludes(*person)).flat_map(|person| instead.of(person)).collect()
    }

    fn waited_for(&self, due: &Due, roster: &Roster) -> Vec<PersonId> {
        let task = match due.about {
            About::Task(id) => self.tasks.iter().find(|task| task.id == id),
            About::Case | About::Referral(_) => None,
        };
        let desk = task.and_then(|task| task.desk).unwrap_or(due.desk);
        let owner = self.owner.filter(|_| desk == self.lead());
        match task.and_then(|task| task.person).or(owner) {
            Some(person) => vec![person],
            None => people_at(roster, desk),
        }
    }
}

fn told_as_well(next: &ReachedDesk) -> Entry {
    Entry::new(Move::Chase)
        .code(Label::ToldAsWell, next.desk)
        .with(Label::Why, Detail::Reasons(vec![next.reason.clone()]))
}

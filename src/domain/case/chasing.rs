//! What was not done in time: who is told as well when nobody acknowledges, and whom what is overdue waits for.
//!
//! Nobody does this: a job asks, and the event has no actor.

use super::{About, Case, CaseEvent, DeskKind, Due, Entry, Notice, Restriction, Urgency, act::people_at};
use crate::domain::{
    clock::{self, Calendar, DeadlineKind, Instant},
    ids::PersonId,
    people::{Desk, Roster},
    routing,
    workflow::Move,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A desk that was told as well because nobody had acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chased {
    /// The desk.
    pub desk: Desk,
    /// When.
    pub at: Instant,
}

impl Case {
    /// Tells the next in the chain as well, where the lead desk has not acknowledged in time (Routing rule 5). The desk
    /// becomes a copied one, so that it can open the case. It then has as long as the lead desk had, before the one
    /// after it is told.
    ///
    /// Only in school hours, unless the case is critical. Nothing where nobody is to be told now.
    pub fn chase(&self, roster: &Roster, calendar: &Calendar, now: Instant) -> Option<CaseEvent> {
        let unanswered = self.unanswered(calendar, now)?;
        let urgency = self.urgency();
        let may_tell = urgency == Urgency::Critical || calendar.in_school_hours(now);
        // A sealed case gives a copied desk no sight: a letter would lead nowhere.
        if !may_tell || self.restriction == Restriction::Sealed {
            return None;
        }
        let lead = self.lead();
        let told = self.told(roster);
        // The external contact sees only what it leads, so it is never told as well.
        let next = routing::next_to_tell(lead, roster, &self.exclusions, &told)
            .filter(|next| next.desk != Desk::External)?;

        let mut case = self.clone();
        case.desks.insert(next.desk, DeskKind::Copied);
        case.chased.push(Chased { desk: next.desk, at: now });
        case.reasons.push(next.reason.clone());
        let people = match urgency {
            Urgency::Ordinary => {
                next.people.iter().copied().chain(people_at(roster, lead)).collect::<BTreeSet<_>>()
            }
            Urgency::Critical => [lead, next.desk]
                .into_iter()
                .flat_map(|desk| self.at_every_hour(desk, roster))
                .chain(roster.holders(Desk::Head))
                .collect(),
        };
        let notices = people
            .into_iter()
            .filter(|person| !self.excludes(*person))
            .map(|person| Notice { person, urgency })
            .collect();
        let entry = Entry::new(Move::Chase)
            .phrase("Told as well", next.desk.words())
            .phrase("Why", &next.reason)
            .with("Was due", super::Detail::When(unanswered.deadline.due));
        Some(CaseEvent::of_nobody(case, entry, notices, now))
    }

    /// The acknowledgement that is late, where whoever was told last has had their time.
    fn unanswered(&self, calendar: &Calendar, now: Instant) -> Option<Due> {
        let due = self
            .dues
            .running()
            .into_iter()
            .copied()
            .find(|due| due.deadline.kind == DeadlineKind::Acknowledge && due.deadline.is_overdue(now))?;
        let since = |chased: &&Chased| chased.at >= due.deadline.fact_at;
        let last = self.chased.iter().filter(since).map(|chased| chased.at).max();
        let has_had_time = |at| clock::due(due.deadline.rule, at, calendar) < now;
        last.is_none_or(has_had_time).then_some(due)
    }

    /// Everybody told at its lead and copied desks.
    fn told(&self, roster: &Roster) -> BTreeSet<PersonId> {
        let told = self.desks.iter().filter(|(_, kind)| **kind != DeskKind::Oversight);
        told.flat_map(|(desk, _)| people_at(roster, *desk)).collect()
    }

    /// Holders and deputies; holders alone where one of them is excluded, because deputies work for that person.
    pub(super) fn at_every_hour(&self, desk: Desk, roster: &Roster) -> BTreeSet<PersonId> {
        let holders = roster.holders(desk);
        if holders.iter().any(|person| self.excludes(*person)) { holders } else { roster.everyone_at(desk) }
    }

    /// Whom what is overdue waits for, other than acknowledging: the person or desk of a task, the owner, or the desk
    /// the deadline is put to. Never anybody excluded.
    pub fn overdue_with(&self, roster: &Roster, now: Instant) -> BTreeSet<PersonId> {
        let late = self
            .dues
            .running()
            .into_iter()
            .filter(|due| due.deadline.kind != DeadlineKind::Acknowledge && due.deadline.is_overdue(now));
        late.flat_map(|due| self.waited_for(due, roster)).filter(|person| !self.excludes(*person)).collect()
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

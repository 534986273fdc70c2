//! What a case that another one opened does because of the other, unseen: who may see nothing of it, which desks get
//! nothing of it, and who is told and acts in their place (Who is meant, 8).
//!
//! Routes, reasons, choices of people and refusals are worked out without it, so that whoever cannot open the other
//! case reads nothing here of its people. Only sight, the rows of sight, e-mails and who may act ask this file.

use crate::domain::case::{
    About, Act, Asking, Case, CaseEvent, Detail, Due, Entry, Label, Notice, Phrase, Task,
    record::act::people_at,
};
use crate::domain::{
    case::lifecycle::workflow::{Kind, Move},
    kernel::{
        clock::{CancelReason, DeadlineKind, Instant},
        ids::{CaseId, PersonId},
    },
    people::{Desk, Roster, Standing},
    school::routing::{Elsewhere, Exclusion, ExclusionReason, ExclusionScope, Reason},
};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The desks that get nothing of a case because of the one it was opened from, and the desk that stands in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behind {
    /// Desks at which all who act may see nothing of it. Their deputies work for those.
    shut: BTreeSet<Desk>,
    /// The first of head, chair and external contact at which a person may see it.
    stands_in: Option<Desk>,
}

impl Behind {
    /// Whether there is nothing to keep.
    pub(in crate::domain::case) fn is_empty(&self) -> bool {
        self.shut.is_empty() && self.stands_in.is_none()
    }
}

/// Who is told in place of those who may not see a case.
#[derive(Debug, Clone, Default)]
pub(in crate::domain::case) struct Instead {
    blind: BTreeSet<PersonId>,
    others: BTreeSet<PersonId>,
}

impl Instead {
    /// A person, or who is told in their place.
    pub(in crate::domain::case) fn of(&self, person: PersonId) -> Vec<PersonId> {
        if self.blind.contains(&person) { self.others.iter().copied().collect() } else { vec![person] }
    }
}

impl Case {
    /// Whether another case opened it.
    pub(in crate::domain::case) fn follows_another(&self) -> bool {
        !self.follows.is_empty()
    }

    /// The people who may see nothing of it, because they may see nothing of the case it was opened from.
    pub(in crate::domain) fn kept_out(&self) -> BTreeSet<PersonId> {
        self.follows.values().flat_map(Elsewhere::kept_out).copied().collect()
    }

    /// Whether a person is among those.
    pub(in crate::domain::case) fn keeps_out(&self, person: PersonId) -> bool {
        self.follows.values().any(|there| there.kept_out().contains(&person))
    }

    /// Whether a person can open nothing of it through a desk, for a reason of this case or of the one it was opened
    /// from.
    pub(in crate::domain::case) fn shuts_out(&self, person: PersonId) -> bool {
        self.excludes(person) || self.keeps_out(person)
    }

    /// How far each person is kept from it, for whatever reason: what the store keeps and joins to.
    pub fn scopes(&self) -> BTreeMap<PersonId, ExclusionScope> {
        let own = self.exclusions.iter().map(|(person, exclusion)| (*person, exclusion.scope));
        let kept_out = self.kept_out().into_iter().map(|person| (person, ExclusionScope::All));
        own.chain(kept_out).collect()
    }

    /// Whether all who act at a desk may see nothing of it.
    pub(in crate::domain::case) fn shuts(&self, desk: Desk) -> bool {
        self.behind.shut.contains(&desk)
    }

    /// The desk that acts and is told in place of the one that leads, if that one may see nothing of it.
    pub fn stands_in(&self) -> Option<Desk> {
        self.behind.stands_in.filter(|_| self.shuts(self.lead()))
    }

    /// Works out again which desks get nothing of it.
    pub(in crate::domain::case) fn look_behind(&mut self, by: &Asking<'_>) {
        self.behind = self.behind_now(by);
    }

    /// Which desks get nothing of it, as people sit now.
    pub(in crate::domain::case) fn behind_now(&self, by: &Asking<'_>) -> Behind {
        let kept_out = self.kept_out();
        if kept_out.is_empty() {
            return Behind::default();
        }
        let acts = |desk: Desk| people_at(&by.roster, desk).into_iter().any(|person| !self.shuts_out(person));
        let is_shut = |desk: &&Desk| {
            people_at(&by.roster, **desk).iter().any(|person| kept_out.contains(person)) && !acts(**desk)
        };
        Behind {
            shut: Desk::ALL.iter().filter(is_shut).copied().collect(),
            stands_in: [Desk::Head, Desk::Chair, Desk::External].into_iter().find(|desk| acts(*desk)),
        }
    }

    /// Who is told in place of those who may not see it.
    pub(in crate::domain::case) fn instead(&self, roster: &Roster, now: Instant) -> Instead {
        let kept_out = self.kept_out();
        if kept_out.is_empty() {
            return Instead::default();
        }
        let sees = |person: PersonId| self.sight(&self.standing_of(person, roster, now)).is_some();
        let shown = |person: PersonId| self.sight_as_shown(&self.standing_of(person, roster, now)).is_some();
        let seated: BTreeSet<PersonId> = roster.sittings().iter().map(|sitting| sitting.person).collect();
        let blind = seated.into_iter().filter(|person| shown(*person) && !sees(*person));
        let at_desk = self.behind.stands_in.map(|desk| people_at(roster, desk)).unwrap_or_default();
        Instead {
            blind: kept_out.iter().copied().chain(blind).collect(),
            others: at_desk.into_iter().filter(|person| !self.shuts_out(*person) && sees(*person)).collect(),
        }
    }

    /// A person of the roster, as the rules of sight see them.
    pub(in crate::domain::case) fn standing_of(
        &self,
        person: PersonId,
        roster: &Roster,
        now: Instant,
    ) -> Standing {
        let theirs = roster.sittings().iter().filter(|sitting| sitting.person == person);
        let seats = theirs.map(|sitting| (sitting.desk, sitting.seat)).collect();
        Standing { school: self.school, person, seats, offices: BTreeSet::new(), at: now }
    }

    /// Whether the person sits at a desk that has it: a case that another one opened is given to no one else.
    fn is_of_its_desks(&self, person: PersonId, by: &Asking<'_>) -> bool {
        self.desks.keys().any(|desk| by.roster.everyone_at(*desk).contains(&person))
    }

    /// Whether a person may be given it as far as its own desks go; those who act in place of others may keep it.
    pub(in crate::domain::case) fn is_for(&self, person: PersonId, by: &Asking<'_>) -> bool {
        !self.follows_another() || person == by.person() || self.is_of_its_desks(person, by)
    }

    /// Starts the time in which a new owner of a case that another one opened takes it up. It is the same for every
    /// person: for one who may not see it, it ends it.
    pub(in crate::domain::case) fn give_time_to_take_up(&mut self, owner: PersonId, act: &Act<'_>) {
        if !self.follows_another() {
            return;
        }
        self.dues.cancel(DeadlineKind::TakeUp, CancelReason::GivenBack, act.now());
        if owner != act.person() {
            let rule = act.editions.at(self.submitted_at).category(self.category).acknowledge;
            self.start(self.lead(), DeadlineKind::TakeUp, rule, act.now(), act);
        }
    }

    /// Ends that time: whatever the owner does takes it up, and without an owner no one has to.
    pub(in crate::domain::case) fn takes_up(&mut self, act: &Act<'_>) {
        if !self.follows_another() {
            return;
        }
        match self.owner {
            Some(owner) if owner == act.person() => {
                self.dues.meet(DeadlineKind::TakeUp, About::Case, act.now());
            }
            Some(_) => {}
            None => self.dues.cancel(DeadlineKind::TakeUp, CancelReason::GivenBack, act.now()),
        }
    }

    /// Gives it back to its desk if its owner did not take it up in time; nothing if there is still time.
    pub fn give_back_if_not_taken_up(&self, roster: &Roster, now: Instant) -> Option<CaseEvent> {
        let is_late = |due: &&Due| due.deadline.kind == DeadlineKind::TakeUp && due.deadline.is_overdue(now);
        if !self.status.is_open() || self.owner.is_none() || !self.dues.running().iter().any(is_late) {
            return None;
        }
        let mut case = self.clone();
        case.owner = None;
        case.dues.cancel(DeadlineKind::TakeUp, CancelReason::GivenBack, now);
        let (instead, urgency) = (case.instead(roster, now), case.urgency());
        let told: BTreeSet<PersonId> =
            people_at(roster, case.lead()).into_iter().flat_map(|person| instead.of(person)).collect();
        let told = told.into_iter().filter(|person| !case.excludes(*person));
        let notices = told.map(|person| Notice { person, urgency }).collect();
        let entry = Entry::new(Move::Assign).code(Label::GivenBack, Phrase::NotTakenUp);
        Some(CaseEvent::of_nobody(case, entry, notices, now))
    }

    /// Says that who may see it was worked out again, without a trace that is shown: no version, no step, and an entry
    /// that only readers of the other case are shown. Those who act in place of others are told if they had not to
    /// before, or if what a person has here is now with one who may not see it.
    pub(in crate::domain::case) fn changed_behind(mut self, before: &Case, act: &mut Act<'_>) -> CaseEvent {
        self.look_behind(act);
        let notices = self.told_in_place(before, act);
        let entry = Entry::new(Move::FollowSource).code(Label::Because, Phrase::SourceChanged);
        let nobody = act.person();
        CaseEvent::of(self, entry, act).by_nobody().of_kind(Kind::Append).telling(notices, nobody)
    }

    /// The e-mails to those who act in place of others from now on, as far as they can open it.
    pub(in crate::domain::case) fn told_in_place(&self, before: &Case, act: &Act<'_>) -> Vec<Notice> {
        let new: BTreeSet<PersonId> = self.kept_out().difference(&before.kept_out()).copied().collect();
        let had_something = |person: &PersonId| {
            let has_a_task = |task: &Task| task.done_at.is_none() && task.person == Some(*person);
            self.owner == Some(*person) || self.tasks.iter().any(has_a_task)
        };
        let stands_in_now = self.stands_in().is_some() && self.stands_in() != before.stands_in();
        let is_needed = self.status.is_open() && (stands_in_now || new.iter().any(had_something));
        let desk = self.behind.stands_in.filter(|_| is_needed);
        let (people, urgency) = (desk.map(|desk| people_at(&act.roster, desk)), self.urgency());
        let sees = |person: PersonId| self.sight(&self.standing_of(person, &act.roster, act.now())).is_some();
        let told = people.unwrap_or_default().into_iter().filter(|person| sees(*person));
        told.map(|person| Notice { person, urgency }).collect()
    }

    /// Whether a reader of these cases can open every one it was opened from.
    pub fn is_told_of_by(&self, readable: &BTreeSet<CaseId>) -> bool {
        self.follows.keys().all(|source| readable.contains(source))
    }

    /// As it is read by a person who cannot open the case it was opened from: nothing of that one's people is left.
    pub fn without_the_other(mut self) -> Self {
        for there in self.follows.values_mut() {
            *there = there.without_people();
        }
        self.behind = Behind::default();
        self.reasons.retain(|reason| !reason.tells_of_another_case());
        self
    }
}

impl Entry {
    /// As it is read by a person who cannot open the case this one was opened from; nothing if it tells of that alone.
    pub fn without_the_other(mut self) -> Option<Self> {
        if self.act == Move::FollowSource {
            return None;
        }
        self.facts.retain(|(_, detail)| match detail {
            Detail::Reasons(reasons) => !reasons.iter().any(Reason::tells_of_another_case),
            Detail::Code(_)
            | Detail::Words(_)
            | Detail::Name(_)
            | Detail::Person(_)
            | Detail::When(_)
            | Detail::Case(_) => true,
        });
        Some(self)
    }
}

/// Reads the exclusions of a case. Those that rested on another case were among them once; `follows` keeps them now.
pub(in crate::domain::case) fn own_exclusions<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<BTreeMap<PersonId, Exclusion>, D::Error> {
    let mut all = BTreeMap::<PersonId, Exclusion>::deserialize(from)?;
    all.retain(|_, exclusion| exclusion.why != ExclusionReason::Elsewhere);
    Ok(all)
}

//! Merging: one act that ends one case and lets another gather its concerns and its people.
//!
//! It gives no reader new sight: a person excluded from either is excluded from what becomes of them, and a person who
//! can read that could read both the concerns gathered and the case that gathers them.

use crate::domain::case::{
    About, Act, Case, CaseEvent, CaseSubject, Detail, Entry, Label, Notice, Question, Sight, TogetherAct,
    problem::{Block, Problem, Refusal},
    record::act::people_at,
};
use crate::domain::{
    case::{
        lifecycle::workflow::{self, Move},
        work::referral::Body,
    },
    concern::AtRisk,
    kernel::{
        clock::CancelReason,
        ids::{CaseId, PersonId},
    },
    school::{
        categories::Decision,
        routing::{AdultAnswer, Exclusion, ExclusionScope, PersonalData},
    },
};
use std::collections::{BTreeMap, BTreeSet};

/// A merge, as two events of one act: kept together or not at all.
#[derive(Debug, Clone)]
pub struct MergeEvents {
    /// What becomes of the case that ends.
    pub source: CaseEvent,
    /// What becomes of the case that goes on.
    pub target: CaseEvent,
}

impl Case {
    /// The case and those merged into it: a person excluded from it opens none of them at their old addresses.
    pub fn with_gathered(&self) -> impl Iterator<Item = CaseId> {
        std::iter::once(self.id).chain(self.gathered.iter().copied())
    }

    /// Makes it part of another open case. Its reporters notice nothing: their pages work, and their status follows
    /// the case that goes on.
    pub fn merge_into(&self, target: &Case, act: &mut Act<'_>) -> Result<MergeEvents, Refusal> {
        self.may(Move::Merge, act)?;
        self.check_agreed(TogetherAct::End, act)?;
        if target.sight(act.standing) != Some(Sight::Full) {
            return apart(Problem::NoSuchCase);
        }
        if target.id == self.id {
            return apart(Problem::SameCase);
        }
        // Only an open case gathers, and a merged one is not open, so there is never a circle.
        if !workflow::row_of(Move::Gather).from.contains(&target.status) {
            return apart(Problem::NotOpen);
        }
        self.has_nothing_left_to_do(target)?;

        let mut gathered = target.clone();
        gathered.take_in(self)?;
        let mut notices = gathered.reroute(act);
        self.gives_nobody_new_sight(target, &gathered, act)?;
        if self.needs_second_person(act) && !gathered.needs_second_person(act) {
            return apart(Problem::NoSecondPerson);
        }
        notices.extend(gathered.told_of_more(act));
        let entry = Entry::new(Move::Gather).with(Label::Which, Detail::Case(self.id));
        let words = std::mem::take(&mut act.texts);
        let target_event = CaseEvent::of(gathered, entry, act).telling(notices, act.person());
        act.texts = words;

        let mut case = self.clone();
        case.status = self.after(Move::Merge);
        case.merged_into = Some(target.id);
        case.closed_at = Some(act.now());
        case.dues.cancel_all(CancelReason::Merged, act.now());
        case.excludes_as_well(&target_event.case().exclusions);
        case.follows.clone_from(&target_event.case().follows);
        let entry = Entry::new(Move::Merge).with(Label::Into, Detail::Case(target.id));
        Ok(MergeEvents { source: CaseEvent::of(case, entry, act), target: target_event })
    }

    /// Refuses a merge that would lose what is still open in the case.
    fn has_nothing_left_to_do(&self, target: &Case) -> Result<(), Refusal> {
        if self.restriction > target.restriction {
            return apart(Problem::MoreRestricted);
        }
        if self.hold.is_some() || self.referrals.iter().any(|referral| referral.state.is_open()) {
            return apart(Problem::HoldOrReferral);
        }
        if self.tasks.iter().any(|task| task.done_at.is_none()) {
            return apart(Problem::TasksFirst);
        }
        let undecided = |block: &Block| match block {
            Block::Police | Block::Lado | Block::Ico | Block::IcoDecision { .. } => true,
            Block::Retest | Block::OwnRetest => !target.is_filtering_failure(),
            Block::Questions { .. } | Block::Referrals | Block::Tasks => false,
        };
        match self.blocks_to_ending().into_iter().find(undecided) {
            Some(block) => apart(Problem::ThenMerge { block }),
            None => Ok(()),
        }
    }

    /// Takes in the concerns, the people and what was answered about them.
    fn take_in(&mut self, source: &Case) -> Result<(), Refusal> {
        self.concerns.extend(source.concerns.iter().cloned());
        self.concerns.sort_by_key(|concern| concern.submitted_at);
        self.submitted_at = self.submitted_at.min(source.submitted_at);
        self.aware_at = self.aware_at.min(source.aware_at);
        self.at_risk = more_pressing(self.at_risk, source.at_risk);
        self.adult = match (self.adult, source.adult) {
            (AdultAnswer::No, theirs) => theirs,
            (ours, AdultAnswer::No) => ours,
            (ours, theirs) if ours == theirs => ours,
            (AdultAnswer::Yes(_), AdultAnswer::Yes(_)) => {
                return apart(Problem::OtherAdult);
            }
        };
        if source.personal_data == PersonalData::Involved {
            self.personal_data = PersonalData::Involved;
        }
        let known: BTreeSet<_> = self.current_subjects().map(|s| (s.who, s.kind, s.role)).collect();
        let joins = |s: &&CaseSubject| {
            s.removed_at.is_none() && !known.contains(&(s.subject.who, s.subject.kind, s.subject.role))
        };
        self.subjects.extend(source.subjects.iter().filter(joins).cloned());
        self.stepped_aside.extend(&source.stepped_aside);
        self.chosen.extend(&source.chosen);
        self.takes_in_candidates(source);
        if self.together.is_none() {
            self.together.clone_from(&source.together);
            self.has_done(TogetherAct::End);
        }
        self.handled_by.extend(&source.handled_by);
        self.gathered.extend(source.gathered.iter().copied().chain([source.id]));
        self.opened.extend(&source.opened);
        self.follows.extend(source.follows.clone());
        // It need not follow a case it has taken in: those people and answers are its own now.
        let is_own = |id: &CaseId| *id == self.id || self.gathered.contains(id);
        let (opened, follows) = (&mut self.opened, &mut self.follows);
        let own: Vec<CaseId> = opened.iter().chain(follows.keys()).copied().filter(is_own).collect();
        for id in own {
            self.opened.remove(&id);
            self.follows.remove(&id);
        }
        let running = source.dues.running().into_iter().filter(|due| due.about == About::Case);
        // Clocks that count from a fact of the concerns go on here.
        for due in running {
            let kind = due.deadline.kind;
            let asks = Body::asked_by(kind).filter(|body| !self.dues.has(kind) && !self.has_decided(*body));
            if asks.is_some() {
                self.dues.add(*due);
            }
        }
        Ok(())
    }

    /// Whether what the clocks of a body wait for was decided here already.
    fn has_decided(&self, body: Body) -> bool {
        let is_answered = body.decides() == Some(Decision::Prevent) && self.is_answered(Question::Prevent);
        is_answered || self.is_settled(body)
    }

    /// A person excluded from either stays excluded, as widely; and a reader of the two as one could read the one that
    /// is gathered.
    fn gives_nobody_new_sight(&self, target: &Case, both: &Case, act: &Act<'_>) -> Result<(), Refusal> {
        // `All` comes before `Desks`: the wider scope is the smaller value.
        let still_hidden = |(person, before): (&PersonId, &Exclusion)| {
            both.exclusions.get(person).is_some_and(|now| now.scope <= before.scope)
        };
        let mut kept_out = self.kept_out().into_iter().chain(target.kept_out());
        let is_let_in = |person: &PersonId| {
            let scope = both.exclusions.get(person).map(|exclusion| exclusion.scope);
            !both.keeps_out(*person) && scope != Some(ExclusionScope::All)
        };
        let all_stay_hidden = self.exclusions.iter().chain(&target.exclusions).all(still_hidden);
        if !all_stay_hidden || kept_out.any(|person| is_let_in(&person)) {
            return apart(Problem::OtherReaders);
        }
        let seated = act.roster.sittings().iter().map(|sitting| sitting.person);
        let shared = both.shares.iter().map(|share| share.person);
        let mut readers = seated.chain(shared).chain(both.owner).collect::<BTreeSet<PersonId>>().into_iter();
        let is_new = |person: PersonId| {
            both.sight_of(person, act) == Some(Sight::Full) && self.sight_of(person, act) != Some(Sight::Full)
        };
        if readers.any(is_new) {
            return apart(Problem::MoreReaders);
        }
        Ok(())
    }

    /// The desk that leads, and the owner, are told that there is more to read.
    fn told_of_more(&self, act: &Act<'_>) -> Vec<Notice> {
        let people = people_at(&act.roster, self.lead()).into_iter().chain(self.owner);
        let readers = people.filter(|person| self.sight_of(*person, act).is_some());
        readers.map(|person| Notice { person, urgency: self.urgency() }).collect::<Vec<Notice>>()
    }

    /// Keeps people who are excluded from the case that goes on from opening what is left of this one.
    pub(in crate::domain::case) fn excludes_as_well(&mut self, others: &BTreeMap<PersonId, Exclusion>) {
        for (person, theirs) in others {
            let ours = self.exclusions.entry(*person).or_insert(*theirs);
            if theirs.scope < ours.scope {
                *ours = *theirs;
            }
        }
    }
}

fn apart<T>(problem: Problem) -> Result<T, Refusal> {
    Err(Refusal::field("target", problem))
}

const fn more_pressing(one: AtRisk, other: AtRisk) -> AtRisk {
    match (one, other) {
        (AtRisk::Yes, _) | (_, AtRisk::Yes) => AtRisk::Yes,
        (AtRisk::NotSure, _) | (_, AtRisk::NotSure) => AtRisk::NotSure,
        (AtRisk::No, AtRisk::No) => AtRisk::No,
    }
}

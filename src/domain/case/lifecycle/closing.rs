//! From work to an end: plan, sign-off, the rules with teeth, reopening.

use crate::domain::case::{
    About, Act, Answer, Case, CaseEvent, Detail, Due, Entry, Label, Notice, Question, Reply, RetestResult,
    TogetherAct, Urgency,
    problem::{Block, Problem, Refusal, blocked},
    record::act::people_at,
};
use crate::domain::{
    case::{
        lifecycle::workflow::Move,
        work::referral::{Body, ReferralState},
    },
    kernel::{
        clock::{CancelReason, DeadlineKind, Instant, Rule},
        codes::codes,
        ids::{PersonId, TextId},
        text::Summary,
    },
    people::Desk,
    school::categories::{Decision, Retention},
};
use serde::{Deserialize, Serialize};

codes! {
    /// How a case ended.
    Outcome {
        Support = "support", "Support or teaching for those affected";
        NoFurther = "no_further", "Looked into; nothing more was needed";
        Sanction = "sanction", "Dealt with under the behaviour policy";
        Technical = "technical", "A technical fault was put right";
        Advice = "advice", "Advice or training for an adult";
        Disciplinary = "disciplinary", "Disciplinary action";
        Outside = "outside", "Passed to an external agency";
        Unfounded = "unfounded", "Unfounded, false or malicious";
    }
}

/// An outcome submitted for sign-off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// What the outcome is.
    pub outcome: Outcome,
    /// What was done.
    pub actions: TextId,
    /// Why this is the right end.
    pub rationale: TextId,
    /// What the reporter was told, or why nothing.
    pub reporter_told: TextId,
    /// What parents were told, or why nothing.
    pub parents_told: TextId,
    /// Which lessons were learned, if there are some.
    pub lessons: Option<TextId>,
}

/// An outcome to submit for sign-off.
#[derive(Debug, Clone)]
pub struct Closing {
    /// What the outcome is.
    pub outcome: Outcome,
    /// What was done.
    pub actions: Summary,
    /// Why this is the right end.
    pub rationale: Summary,
    /// What the reporter was told, or why nothing.
    pub reporter_told: Summary,
    /// What parents were told, or why nothing.
    pub parents_told: Summary,
    /// Which lessons were learned, if there are some.
    pub lessons: Option<Summary>,
}

impl Case {
    /// Starts work with a plan.
    pub fn start_work(&self, plan: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Start, act)?;
        let mut case = self.clone();
        case.status = self.after(Move::Start);
        let plan = act.write(plan.as_str());
        Ok(CaseEvent::of(case, Entry::new(Move::Start).with(Label::Plan, Detail::Words(plan)), act))
    }

    /// Submits an outcome for sign-off. The people who may be the second person are told.
    pub fn propose(&self, closing: &Closing, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Propose, act)?;
        blocked(self.blocks_to_ending())?;
        let mut case = self.clone();
        let proposal = Proposal {
            by: act.person(),
            at: act.now(),
            outcome: closing.outcome,
            actions: act.write(closing.actions.as_str()),
            rationale: act.write(closing.rationale.as_str()),
            reporter_told: act.write(closing.reporter_told.as_str()),
            parents_told: act.write(closing.parents_told.as_str()),
            lessons: act.write_summary(closing.lessons.as_ref()),
        };
        let mut entry = Entry::new(Move::Propose)
            .code(Label::Outcome, closing.outcome)
            .with(Label::WasDone, Detail::Words(proposal.actions))
            .with(Label::Why, Detail::Words(proposal.rationale))
            .with(Label::Reporter, Detail::Words(proposal.reporter_told))
            .with(Label::Parents, Detail::Words(proposal.parents_told));
        if let Some(lessons) = proposal.lessons {
            entry = entry.with(Label::Lessons, Detail::Words(lessons));
        }
        case.proposal = Some(proposal);
        case.handled_by.insert(act.person());
        case.dues.meet(DeadlineKind::Followup, About::Case, act.now());
        case.status = self.after(Move::Propose);
        let notices = case
            .second_people_to_tell(act)
            .into_iter()
            .map(|person| Notice { person, urgency: Urgency::Ordinary });
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Closes the case, by the owner or, if one is needed, by the second person.
    pub fn close(&self, retention: Retention, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Close, act)?;
        let mut blocks = self.blocks_to_ending();
        if self.tested_by(act.person()) {
            blocks.push(Block::OwnRetest);
        }
        blocked(blocks)?;
        if let Some(least) = self.shortest_retention().filter(|_| !self.may_be_kept(retention)) {
            return Err(Refusal::field("retention", Problem::KeptLonger { least }));
        }
        let mut case = self.clone();
        let now = act.now();
        case.status = self.after(Move::Close);
        case.has_done(TogetherAct::End);
        case.retention = Some(retention);
        case.closed_at = Some(now);
        case.dues.cancel_all(CancelReason::Closed, now);
        let entry = Entry::new(Move::Close).code(Label::KeptAs, retention);
        let owner = self.owner.filter(|owner| !self.excludes(*owner));
        let notice = owner.map(|person| Notice { person, urgency: Urgency::Ordinary });
        Ok(CaseEvent::of(case, entry, act).telling(notice, act.person()))
    }

    pub(in crate::domain::case) fn tested_by(&self, person: PersonId) -> bool {
        let mut passed = self.retests.iter().filter(|retest| retest.result == RetestResult::Works);
        self.is_filtering_failure() && passed.next_back().is_some_and(|retest| retest.by == person)
    }

    /// The rules with teeth: what stands between this case and its end, each with what to do.
    pub fn blocks_to_ending(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let choice = |question| self.questions.get(&question).and_then(Answer::choice);
        let desks: Vec<Desk> = self.asked_desks().into_iter().collect();
        if !desks.is_empty() {
            blocks.push(Block::Questions { desks });
        }
        if self.referrals.iter().any(|referral| referral.state.is_open()) {
            blocks.push(Block::Referrals);
        }
        if self.tasks.iter().any(|task| task.done_at.is_none()) {
            blocks.push(Block::Tasks);
        }
        if matches!(choice(Question::Crime), Some(Reply::Possible | Reply::Yes))
            && !self.is_settled_by_referral(Decision::Police)
        {
            blocks.push(Block::Police);
        }
        if choice(Question::Threshold) == Some(Reply::Harm) && !self.is_settled_by_referral(Decision::Lado) {
            blocks.push(Block::Lado);
        }
        if choice(Question::PersonalData) == Some(Reply::Yes) && !self.is_settled_by_referral(Decision::Ico) {
            blocks.push(Block::Ico);
        }
        if self.is_filtering_failure() && !self.is_retested() {
            blocks.push(Block::Retest);
        }
        blocks
    }

    /// Whether the body that a decision is about was told, or it was decided not to tell it.
    pub(in crate::domain::case) fn is_settled_by_referral(&self, decision: Decision) -> bool {
        Body::deciding(decision).is_some_and(|body| self.is_settled(body))
    }

    /// Whether a body was told and that was not withdrawn, or it was decided not to tell it.
    pub(in crate::domain::case) fn is_settled(&self, body: Body) -> bool {
        let states = self.referrals.iter().filter(|r| r.body == body).map(|r| r.state);
        states.into_iter().any(|state| !matches!(state, ReferralState::Withdrawn | ReferralState::Drafted))
    }

    /// Whether the last re-test since the fix worked, by another person than recorded the fix.
    pub fn is_retested(&self) -> bool {
        self.fix.as_ref().is_some_and(|fix| {
            let mut since = self.retests.iter().filter(|retest| retest.at >= fix.at && retest.by != fix.by);
            since.next_back().is_some_and(|retest| retest.result == RetestResult::Works)
        })
    }

    /// Returns an outcome that was submitted for sign-off.
    pub fn send_back(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::SendBack, act)?;
        let mut case = self.clone();
        case.status = self.after(Move::SendBack);
        case.proposal = None;
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::SendBack).with(Label::Because, Detail::Words(reason));
        let owner = self.owner.map(|person| Notice { person, urgency: Urgency::Ordinary });
        Ok(CaseEvent::of(case, entry, act).telling(owner, act.person()))
    }

    /// Decides that no further action is needed.
    pub fn no_case(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::NoCase, act)?;
        self.check_agreed(TogetherAct::End, act)?;
        // What must be decided before closing must be decided before this end too; tasks and re-tests are not needed.
        let must_be_decided = |block: &Block| match block {
            Block::Tasks | Block::Retest | Block::OwnRetest => false,
            Block::Questions { .. }
            | Block::Referrals
            | Block::Police
            | Block::Lado
            | Block::Ico
            | Block::IcoDecision { .. } => true,
        };
        let mut blocks: Vec<Block> = self.blocks_to_ending().into_iter().filter(must_be_decided).collect();
        if self.waits_for_data() && !self.decides_about_data(act) {
            blocks.push(Block::IcoDecision { desk: self.information_desk(act) });
        }
        blocked(blocks)?;
        let mut case = self.clone();
        case.acknowledged_at.get_or_insert(act.now());
        case.dues.meet(DeadlineKind::Acknowledge, About::Case, act.now());
        case.status = self.after(Move::NoCase);
        case.has_done(TogetherAct::End);
        case.closed_at = Some(act.now());
        case.dues.cancel_all(CancelReason::NoCase, act.now());
        let reason = act.write(reason.as_str());
        Ok(CaseEvent::of(case, Entry::new(Move::NoCase).with(Label::Because, Detail::Words(reason)), act))
    }

    /// Starts again what closing cancelled: tasks still to do, decisions still to make, questions never put.
    fn restart_clocks(&mut self, act: &mut Act<'_>) {
        let undone: Vec<_> = self.tasks.iter().filter(|task| task.done_at.is_none()).cloned().collect();
        for task in undone {
            let desk = task.desk.unwrap_or_else(|| self.lead());
            let kind = DeadlineKind::Task;
            let due =
                Due::start(About::Task(task.id), desk, kind, Rule::SchoolDays(1), act.now(), &act.calendar);
            self.dues.add(due);
        }
        let choice = |question| self.questions.get(&question).and_then(Answer::choice);
        let mut decisions = Vec::new();
        if choice(Question::Threshold) == Some(Reply::Harm) {
            decisions.push(Decision::Lado);
        }
        if choice(Question::PersonalData) == Some(Reply::Yes) {
            decisions.push(Decision::Ico);
        }
        for decision in decisions {
            self.start_decision(decision, act);
        }
        self.start_decisions(&self.route_now(act), act);
        self.ask_what_was_not_asked(act);
    }

    /// Opens it again. Clocks and retention start again.
    pub fn reopen(&self, reason: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Reopen, act)?;
        let mut case = self.clone();
        case.status = self.after(Move::Reopen);
        case.closed_at = None;
        case.retention = None;
        case.proposal = None;
        case.restart_clocks(act);
        case.start(self.lead(), DeadlineKind::Followup, Rule::SchoolDays(1), act.now(), act);
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::Reopen).with(Label::Because, Detail::Words(reason));
        let owner = self.owner.filter(|owner| !self.excludes(*owner));
        let told =
            owner.into_iter().chain(people_at(&act.roster, self.lead())).filter(|p| !self.excludes(*p));
        let notices: Vec<Notice> = told.map(|person| Notice { person, urgency: Urgency::Ordinary }).collect();
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }
}

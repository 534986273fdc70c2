//! What was decided at triage and has to be decided again: an answer, or how serious it is.
//!
//! The first decision stays in the history; the new one has a reason of its own, and counts from when it was made.

use super::questions::problem_with;
use crate::domain::case::{
    Act, Answer, Asking, Case, CaseEvent, Detail, Entry, Label, Question, Reply,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::{
        lifecycle::workflow::Move,
        work::referral::{Referral, ReferralState},
    },
    kernel::text::Summary,
    school::categories::{Decision, Severity},
};

impl Case {
    /// Whether this person may answer again a question that has its answer: those for the DSL or the head alone.
    pub fn may_answer_again(&self, question: Question, by: &Asking<'_>) -> bool {
        question.is_for_dsl_or_head() && self.is_answered(question) && self.answers_for_itself(by)
    }

    /// Gives a question another answer, with why. A clock that the new answer starts counts from now, when the school
    /// came to know.
    pub fn answer_again(
        &self,
        question: Question,
        choice: Option<Reply>,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::AnswerAgain, act)?;
        if !self.is_answered(question) {
            return Err(Refusal::WrongState(Problem::NotAnswered));
        }
        if !self.may_answer_again(question, act) {
            return Err(Refusal::Refused(Problem::DslOrHeadAnswers));
        }
        if let Some(problem) = problem_with(question, choice, Some(reason)) {
            return Err(Refusal::field(question.code(), problem));
        }
        let so_far = self.questions.get(&question).and_then(Answer::choice);
        if so_far == choice {
            return Err(Refusal::field(question.code(), Problem::SameAnswer));
        }
        let mut case = self.clone();
        case.give(question, choice, Some(reason), act.now(), act);
        if (question, choice) == (Question::Threshold, Some(Reply::Harm)) {
            case.count_the_lado_from_now(act);
        }
        let entry = Entry::new(Move::AnswerAgain)
            .with(Label::Question { question }, Detail::answer(choice))
            .with(Label::Before, Detail::answer(so_far));
        let entry = match case.questions.get(&question) {
            Some(Answer::Given { words: Some(words), .. }) => {
                entry.with(Label::Because, Detail::Words(*words))
            }
            Some(Answer::Given { words: None, .. } | Answer::Waiting(_)) | None => entry,
        };
        let mut notices = case.notices_of_referral(act);
        if case.has_unidentified_adult() && !self.has_unidentified_adult() {
            notices = case.reroute(act);
        }
        let entry = case.says_where_it_went(self, entry);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// The threshold may be met after all: a decision not to tell the LADO was about less, so only a referral that
    /// stands keeps the clock from starting.
    fn count_the_lado_from_now(&mut self, act: &Act<'_>) {
        let stands = |state: ReferralState| match state {
            ReferralState::Made
            | ReferralState::Acknowledged
            | ReferralState::Answered
            | ReferralState::Done => true,
            ReferralState::Drafted | ReferralState::Withdrawn | ReferralState::Declined => false,
        };
        let about_the_lado = |referral: &&Referral| referral.body.decides() == Some(Decision::Lado);
        if self.referrals.iter().filter(about_the_lado).any(|referral| stands(referral.state)) {
            return;
        }
        self.start_clock_of(Decision::Lado, act.now(), act);
    }

    /// Changes how serious it is, with why.
    pub fn reassess(
        &self,
        severity: Severity,
        reason: &Summary,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Reassess, act)?;
        if self.severity == severity {
            return Err(Refusal::field("severity", Problem::SameSeverity));
        }
        let mut case = self.clone();
        case.severity = severity;
        let reason = act.write(reason.as_str());
        let entry = Entry::new(Move::Reassess)
            .code(Label::Severity, severity)
            .code(Label::Before, self.severity)
            .with(Label::Because, Detail::Words(reason));
        let mut notices = case.notices_of_referral(act);
        for notice in &mut notices {
            notice.urgency = case.urgency();
        }
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }
}

//! The questions of triage: which are asked, who answers them, and what an answer starts.

use crate::domain::case::{
    About, AboutAdult, Act, Case, CaseEvent, Detail, Entry, Label, TaskKind,
    problem::{Problem, Refusal},
};
use crate::domain::{
    case::lifecycle::workflow::Move,
    kernel::{
        clock::{CancelReason, DeadlineKind, Instant, Rule},
        codes::codes,
        ids::{PersonId, TextId},
        text::Summary,
    },
    people::{
        Desk,
        subject::{SubjectKind, SubjectRole},
    },
    school::{
        categories::{CategoryCode, Decision},
        routing::PersonalData,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

codes! {
    /// A question put at triage.
    Question {
        SafeNow = "safe_now", "Is the child safe now, and safe to go home?";
        Wishes = "wishes", "What does the child want to happen?";
        Parents = "parents", "Have parents or carers been told?";
        Threshold = "threshold", "Does what the adult did meet the harm threshold?";
        Crime = "crime", "May a crime have been committed?";
        Prevent = "prevent", "Does this need a Prevent decision?";
        PersonalData = "personal_data", "Was personal data lost, seen or shared?";
    }
}

codes! {
    /// An answer to choose.
    Reply {
        Yes = "yes", "Yes";
        No = "no", "No";
        Possible = "possible", "Possibly";
        Told = "told", "Yes, they have been told";
        NotTold = "not_told", "No, and here is why";
        NotStaff = "not_staff", "It is not a staff matter";
        LowLevel = "low_level", "It is a low-level concern";
        Harm = "harm", "It may meet the harm threshold";
        Refer = "refer", "Yes, it should be referred";
    }
}

impl Question {
    /// The answers to choose from; none means the answer is in words.
    pub const fn choices(self) -> &'static [Reply] {
        match self {
            Self::SafeNow => &[Reply::Yes, Reply::No],
            Self::Wishes => &[],
            Self::Parents => &[Reply::Told, Reply::NotTold],
            Self::Threshold => &[Reply::NotStaff, Reply::LowLevel, Reply::Harm],
            Self::Crime => &[Reply::No, Reply::Possible, Reply::Yes],
            Self::Prevent => &[Reply::No, Reply::Refer],
            Self::PersonalData => &[Reply::No, Reply::Yes],
        }
    }

    /// Whether only the DSL or the head may answer it; under another lead it becomes their task.
    pub const fn is_for_dsl_or_head(self) -> bool {
        match self {
            Self::Threshold | Self::Crime | Self::Prevent | Self::Parents => true,
            Self::SafeNow | Self::Wishes | Self::PersonalData => false,
        }
    }

    /// Whether an answer must be explained.
    pub fn needs_words(self, choice: Option<Reply>) -> bool {
        matches!(
            (self, choice),
            (Self::Wishes, _)
                | (Self::Parents, Some(Reply::NotTold))
                | (Self::SafeNow, Some(Reply::No))
                | (Self::Threshold, Some(Reply::NotStaff))
        )
    }
}

/// A question's answer, or that it is still waited for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Put to a desk.
    Waiting(Desk),
    /// Answered.
    Given {
        /// By whom.
        by: PersonId,
        /// When.
        at: Instant,
        /// The choice; none if the answer is in words.
        choice: Option<Reply>,
        /// The words.
        words: Option<TextId>,
    },
}

impl Answer {
    /// The choice, if one was given.
    pub const fn choice(&self) -> Option<Reply> {
        match self {
            Self::Waiting(_) => None,
            Self::Given { choice, .. } => *choice,
        }
    }
}

impl Case {
    /// What triage must ask under a category: the people and the category decide, the person triaging may add.
    pub fn questions_for(&self, category: CategoryCode, adds: &BTreeSet<Question>) -> BTreeSet<Question> {
        let mut asked = adds.clone();
        if self.has_pupil() {
            asked.extend([Question::SafeNow, Question::Wishes, Question::Parents]);
        }
        let alleged = |s: &crate::domain::people::subject::Subject| {
            s.kind == SubjectKind::AdultHere && s.role == SubjectRole::Alleged
        };
        if self.about_adult == AboutAdult::Yes || self.current_subjects().any(alleged) {
            asked.insert(Question::Threshold);
        }
        for decision in &category.category().decisions {
            match decision {
                Decision::Police | Decision::CsaDuty => asked.insert(Question::Crime),
                Decision::Prevent => asked.insert(Question::Prevent),
                Decision::Ico => asked.insert(Question::PersonalData),
                Decision::Lado => asked.insert(Question::Threshold),
            };
        }
        if self.personal_data == PersonalData::Involved {
            asked.insert(Question::PersonalData);
        }
        asked
    }

    /// Whether a question has its answer.
    pub(in crate::domain::case) fn is_answered(&self, question: Question) -> bool {
        matches!(self.questions.get(&question), Some(Answer::Given { .. }))
    }

    /// Records an answer and starts what it calls for. What an adult did is known since the instant given.
    pub(in crate::domain::case) fn give(
        &mut self,
        question: Question,
        choice: Option<Reply>,
        words: Option<&Summary>,
        known_since: Instant,
        act: &mut Act<'_>,
    ) {
        let words = act.write_summary(words);
        // A question without choices is answered in words alone; a choice sent with it is not kept.
        let choice = choice.filter(|choice| question.choices().contains(choice));
        let given = Answer::Given { by: act.person(), at: act.now(), choice, words };
        self.questions.insert(question, given);
        match (question, choice) {
            (Question::PersonalData, Some(Reply::Yes)) => {
                if self.personal_data == PersonalData::NotInvolved {
                    self.personal_data = PersonalData::Involved;
                    self.reroute_silently(act);
                }
                self.start_decision(Decision::Ico, act);
            }
            (Question::PersonalData, _) => {
                self.dues.meet(DeadlineKind::IcoDecision, About::Case, act.now());
                self.dues.cancel(DeadlineKind::IcoReport, CancelReason::NotNeeded, act.now());
            }
            (Question::Threshold, Some(Reply::Harm)) => {
                self.start_decision_known_since(known_since, Decision::Lado, act)
            }
            (Question::Threshold, _) => {
                self.dues.cancel(DeadlineKind::LadoReferral, CancelReason::NotNeeded, act.now());
            }
            (Question::Prevent, Some(Reply::No)) => {
                self.dues.meet(DeadlineKind::PreventDecision, About::Case, act.now());
                self.cancel_tasks_of(TaskKind::ReferToPrevent, CancelReason::NotNeeded, act);
            }
            (Question::Prevent, _) => {
                self.dues.meet(DeadlineKind::PreventDecision, About::Case, act.now());
                let desk = self.safeguarding_desk(act);
                self.add_task(TaskKind::ReferToPrevent, None, Some(desk), None, Rule::WorkingDays(1), act);
            }
            (Question::SafeNow | Question::Wishes | Question::Parents | Question::Crime, _) => {}
        }
        self.finish_task(TaskKind::Answer(question), act);
    }

    /// A question for another desk becomes its task, and that desk can see the case.
    pub(in crate::domain::case) fn put_to_desk(&mut self, question: Question, act: &mut Act<'_>) {
        let desk = self.desk_to_ask(question, act);
        let is_waiting = self.questions.insert(question, Answer::Waiting(desk)).is_some();
        // Only that desk: one asked another question may be about to lose its copy.
        self.copy_to(desk);
        let kind = TaskKind::Answer(question);
        match self.tasks.iter_mut().find(|task| task.kind == kind && task.done_at.is_none()) {
            Some(task) if is_waiting => {
                task.desk = Some(desk);
                let about = About::Task(task.id);
                self.dues.hand_to(desk, |due| due.about == about);
            }
            Some(_) | None => self.add_task(kind, None, Some(desk), None, Rule::SchoolDays(1), act),
        }
    }

    /// Answers a question that was put to a desk.
    pub fn answer(
        &self,
        question: Question,
        choice: Option<Reply>,
        words: Option<&Summary>,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Answer, act)?;
        if !matches!(self.questions.get(&question), Some(Answer::Waiting(_))) {
            return Err(Refusal::WrongState(Problem::AnsweredAlready));
        }
        if !self.may_answer(question, act) {
            let desk = self.desk_to_ask(question, act);
            return Err(Refusal::Refused(Problem::DeskAnswers { desk }));
        }
        let problem = problem_with(question, choice, words);
        // It ends a clock that the reporter's answer, or the category, had started: that needs a reason.
        let unexplained = (question, choice, words) == (Question::PersonalData, Some(Reply::No), None);
        if let Some(problem) = problem.or(unexplained.then_some(Problem::WriteWhy)) {
            return Err(Refusal::field(question.code(), problem));
        }
        let mut case = self.clone();
        case.give(question, choice, words, self.aware_at, act);
        let label = Label::Question { question };
        let entry = Entry::new(Move::Answer).with(label, Detail::answer(choice));
        let notices = case.tell_those_new_to_it(self, act);
        let entry = match case.questions.get(&question) {
            Some(Answer::Given { words: Some(words), .. }) => {
                entry.with(Label::Because, Detail::Words(*words))
            }
            Some(Answer::Given { words: None, .. } | Answer::Waiting(_)) | None => entry,
        };
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }
}

/// What is wrong with an answer, if anything.
pub(in crate::domain::case) fn problem_with(
    question: Question,
    choice: Option<Reply>,
    words: Option<&Summary>,
) -> Option<Problem> {
    let choices = question.choices();
    if !choices.is_empty() && !choice.is_some_and(|choice| choices.contains(&choice)) {
        Some(Problem::ChooseAnswer)
    } else if question.needs_words(choice) && words.is_none() {
        Some(if question == Question::Wishes { Problem::ChildWishes } else { Problem::WriteWhy })
    } else {
        None
    }
}

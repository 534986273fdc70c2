//! Acknowledging, and triage: the first decision, with the questions the category and the people call for.

use super::{
    About, AboutAdult, Act, Case, CaseEvent, DeskKind, Detail, Entry, FieldError, Notice, Refusal, TaskKind,
    Technical,
    opening::{self, Opening},
};
use crate::domain::{
    category::{CategoryCode, Decision, Group, Severity},
    clock::{CancelReason, DeadlineKind, Instant, Rule},
    codes::codes,
    concern::{AtRisk, Concern},
    ids::{ConcernId, PersonId, Reference, TextId},
    people::Desk,
    routing::{AdultAnswer, ExclusionScope, NobodyReached, PersonalData},
    subject::{SubjectKind, SubjectRole},
    text::{Line, Summary},
    workflow::Move,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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

impl Question {
    /// The answers to choose from; none means the answer is in words.
    pub const fn choices(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::SafeNow => &[("yes", "Yes"), ("no", "No")],
            Self::Wishes => &[],
            Self::Parents => &[("told", "Yes, they have been told"), ("not_told", "No, and here is why")],
            Self::Threshold => &[
                ("not_staff", "It is not a staff matter"),
                ("low_level", "It is a low-level concern"),
                ("harm", "It may meet the harm threshold"),
            ],
            Self::Crime => &[("no", "No"), ("possible", "Possibly"), ("yes", "Yes")],
            Self::Prevent => &[("no", "No"), ("yes", "Yes, it should be referred")],
            Self::PersonalData => &[("no", "No"), ("yes", "Yes")],
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
    pub fn needs_words(self, choice: &str) -> bool {
        matches!(
            (self, choice),
            (Self::Wishes, _)
                | (Self::Parents, "not_told")
                | (Self::SafeNow, "no")
                | (Self::Threshold, "not_staff")
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
        /// The choice's code; empty where the answer is in words.
        choice: String,
        /// The words.
        words: Option<TextId>,
    },
}

impl Answer {
    /// The choice, where one was given.
    pub fn choice(&self) -> Option<&str> {
        match self {
            Self::Waiting(_) => None,
            Self::Given { choice, .. } => Some(choice),
        }
    }
}

/// The first decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Triage {
    /// Who decided.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// The severity then; the second-person rule looks at this one.
    pub severity: Severity,
}

/// "Did the filter let it through?"
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterLetItThrough {
    /// Yes: a linked case with these technical fields goes to the network desk.
    Yes(TechnicalWords),
    /// No, or it cannot be known.
    No,
}

/// The technical fields of a linked filtering case, in words that name nobody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TechnicalWords {
    /// Web address.
    pub web: Option<Line>,
    /// App or account.
    pub app: Option<Line>,
    /// Device.
    pub device: Option<Line>,
    /// Place.
    pub place: Option<Line>,
}

/// A triage form read without errors of form; what the case asks for is checked by the case.
#[derive(Debug, Clone)]
pub struct TriageForm {
    /// The category confirmed or changed.
    pub category: CategoryCode,
    /// The severity.
    pub severity: Severity,
    /// Who sees it through.
    pub owner: PersonId,
    /// Answers: a choice's code and words.
    pub answers: BTreeMap<Question, (String, Option<Summary>)>,
    /// Questions the triager adds.
    pub asks: BTreeSet<Question>,
    /// The filter question, where it was asked.
    pub filter: Option<FilterLetItThrough>,
    /// A corrected awareness, with why.
    pub aware_at: Option<(Instant, Summary)>,
    /// The reference for a linked case, should one be opened.
    pub spare_reference: Reference,
}

impl Case {
    /// The lead desk says it has seen the concern. A deliberate click: opening is not acknowledging.
    pub fn acknowledge(&self, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Acknowledge, act)?;
        let mut case = self.clone();
        case.acknowledged_now(act);
        case.status = self.after(Move::Acknowledge);
        Ok(CaseEvent::of(case, Entry::new(Move::Acknowledge), act))
    }

    /// Meets the acknowledge clock and starts the triage clock: one school day, or two hours where critical.
    fn acknowledged_now(&mut self, act: &Act<'_>) {
        let now = act.now();
        self.acknowledged_at.get_or_insert(now);
        self.dues.meet(DeadlineKind::Acknowledge, About::Case, now);
        let rule = match self.severity {
            Severity::Critical => Rule::ClockHours(2),
            Severity::High | Severity::Moderate | Severity::Low => Rule::SchoolDays(1),
        };
        self.start(self.lead(), DeadlineKind::Triage, rule, now, act);
    }

    /// What triage must ask, given a category: the people and the category decide, the triager may add.
    pub fn questions_for(&self, category: CategoryCode, adds: &BTreeSet<Question>) -> BTreeSet<Question> {
        let mut asked = adds.clone();
        if self.has_pupil() {
            asked.extend([Question::SafeNow, Question::Wishes, Question::Parents]);
        }
        let alleged = |s: &crate::domain::subject::Subject| {
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

    /// Whether triage asks "Did the filter let it through?"
    pub fn asks_about_the_filter(category: CategoryCode) -> bool {
        matches!(category.category().group, Group::Content | Group::Contact)
    }

    /// The first decision. Triage of a new concern acknowledges it as well.
    pub fn triage(&self, form: &TriageForm, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Triage, act)?;
        self.check_triage(form, act)?;
        let mut case = self.clone();
        if self.acknowledged_at.is_none() {
            case.acknowledged_now(act);
        }
        let now = act.now();
        case.correct_awareness(form, act);
        case.recategorise(form, act);
        case.answer_all(form, act);
        case.owner = Some(form.owner);
        case.handled_by.extend([act.person(), form.owner]);
        case.triage = Some(Triage { by: act.person(), at: now, severity: form.severity });
        case.dues.meet(DeadlineKind::Triage, About::Case, now);
        case.status = self.after(Move::Triage);
        let linked = case.open_filter_case(form, act);
        let entry = Entry::new(Move::Triage)
            .phrase("Category", form.category.category().label)
            .phrase("Severity", form.severity.words())
            .with("Given to", Detail::Person(form.owner));
        let notices = case.notices_after_triage(act);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()).opening(linked))
    }

    fn check_triage(&self, form: &TriageForm, act: &Act<'_>) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        let mut wrong = |field, words: &str| errors.push(FieldError { field, words: words.to_owned() });
        if self.excludes(form.owner) {
            wrong("owner", "Choose somebody else to see this through");
        }
        for question in self.questions_for(form.category, &form.asks) {
            let answers_now = !question.is_for_dsl_or_head() || self.answers_for_itself(act);
            match form.answers.get(&question) {
                None if answers_now => wrong(question.code(), &format!("Answer: {}", question.words())),
                None => {}
                Some((choice, words)) => {
                    if let Some(problem) = problem_with(question, choice, words.as_ref()) {
                        wrong(question.code(), problem);
                    }
                }
            }
        }
        if Self::asks_about_the_filter(form.category) && form.filter.is_none() {
            wrong("filter", "Say whether the filter let it through");
        }
        if form.aware_at.as_ref().is_some_and(|(aware, _)| *aware > act.now()) {
            wrong("aware", "When the school became aware must be in the past");
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
    }

    /// Whether the person acting is the DSL or the head for this case, and so answers their questions.
    pub fn answers_for_itself(&self, act: &Act<'_>) -> bool {
        self.is(crate::domain::workflow::Who::AskedDesk, act)
    }

    fn correct_awareness(&mut self, form: &TriageForm, act: &mut Act<'_>) {
        if let Some((aware, reason)) = &form.aware_at {
            act.write_summary(Some(reason));
            self.aware_at = *aware;
            self.dues.count_from(*aware, act.calendar);
        }
    }

    fn recategorise(&mut self, form: &TriageForm, act: &mut Act<'_>) {
        let changed = form.category != self.category;
        self.category = form.category;
        self.severity = form.severity;
        if changed {
            self.reroute_silently(act);
            for decision in &form.category.category().decisions {
                self.start_decision(*decision, act);
            }
        }
    }

    fn answer_all(&mut self, form: &TriageForm, act: &mut Act<'_>) {
        for question in self.questions_for(form.category, &form.asks) {
            let may_answer = !question.is_for_dsl_or_head() || self.answers_for_itself(act);
            match form.answers.get(&question) {
                Some((choice, words)) if may_answer => self.give(question, choice, words.as_ref(), act),
                Some(_) | None => self.put_to_desk(question, act),
            }
        }
    }

    /// Records an answer, and starts whatever the answer calls for.
    pub(super) fn give(
        &mut self,
        question: Question,
        choice: &str,
        words: Option<&Summary>,
        act: &mut Act<'_>,
    ) {
        let words = act.write_summary(words);
        let given = Answer::Given { by: act.person(), at: act.now(), choice: choice.to_owned(), words };
        self.questions.insert(question, given);
        match (question, choice) {
            (Question::PersonalData, "yes") => {
                self.personal_data = PersonalData::Involved;
                self.start_decision(Decision::Ico, act);
            }
            (Question::Threshold, "harm") => self.start_decision(Decision::Lado, act),
            (Question::Threshold, _) => {
                self.dues.cancel(DeadlineKind::LadoReferral, CancelReason::NotNeeded, act.now());
            }
            (Question::Prevent, "no") => {
                self.dues.meet(DeadlineKind::PreventDecision, About::Case, act.now())
            }
            (Question::Prevent, _) => {
                self.dues.meet(DeadlineKind::PreventDecision, About::Case, act.now());
                let desk = self.safeguarding_desk(act);
                self.add_task(TaskKind::ReferToPrevent, None, Some(desk), None, Rule::WorkingDays(1), act);
            }
            _ => {}
        }
        self.finish_task(TaskKind::Answer(question), act);
    }

    /// A question for the DSL (for the head where it is about an adult) becomes their task, and they can see the case.
    fn put_to_desk(&mut self, question: Question, act: &mut Act<'_>) {
        let wanted = if self.about_adult == AboutAdult::Yes { Desk::Head } else { Desk::Dsl };
        let desk = if self.desk_is_excluded(wanted, act) { self.lead() } else { wanted };
        let kind = self.desks.entry(desk).or_insert(DeskKind::Copied);
        if *kind == DeskKind::Oversight {
            *kind = DeskKind::Copied;
        }
        self.questions.insert(question, Answer::Waiting(desk));
        self.add_task(TaskKind::Answer(question), None, Some(desk), None, Rule::SchoolDays(1), act);
    }

    /// Answers a question that was put to a desk.
    pub fn answer(
        &self,
        question: Question,
        choice: &str,
        words: Option<&Summary>,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::Answer, act)?;
        if !matches!(self.questions.get(&question), Some(Answer::Waiting(_))) {
            return Err(Refusal::WrongState("Somebody has answered this question already.".to_owned()));
        }
        if let Some(problem) = problem_with(question, choice, words) {
            return Err(Refusal::field(question.code(), problem));
        }
        let mut case = self.clone();
        case.give(question, choice, words, act);
        let chosen =
            question.choices().iter().find(|(code, _)| *code == choice).map_or("In words", |(_, w)| *w);
        let entry = Entry::new(Move::Answer).phrase(question.words(), chosen);
        let entry = match case.questions.get(&question) {
            Some(Answer::Given { words: Some(words), .. }) => entry.with("Because", Detail::Words(*words)),
            Some(Answer::Given { words: None, .. } | Answer::Waiting(_)) | None => entry,
        };
        Ok(CaseEvent::of(case, entry, act))
    }

    fn notices_after_triage(&self, act: &Act<'_>) -> Vec<Notice> {
        let waiting = self.questions.values().filter_map(|answer| match answer {
            Answer::Waiting(desk) => Some(*desk),
            Answer::Given { .. } => None,
        });
        let asked: BTreeSet<Desk> = waiting.collect();
        let people = asked.iter().flat_map(|desk| super::people_at(act.roster, *desk)).chain(self.owner);
        let told: BTreeSet<PersonId> = people.filter(|person| !self.excludes(*person)).collect();
        told.into_iter().map(|person| Notice { person, urgency: self.urgency() }).collect()
    }

    /// Opens the linked filtering case: technical fields only, counted as its own. Whoever is excluded here is
    /// excluded there.
    fn open_filter_case(&mut self, form: &TriageForm, act: &mut Act<'_>) -> Option<CaseEvent> {
        let Some(FilterLetItThrough::Yes(words)) = &form.filter else { return None };
        let own_texts = std::mem::take(&mut act.texts);
        let technical = Technical {
            web: act.write_line(words.web.as_ref()),
            app: act.write_line(words.app.as_ref()),
            device: act.write_line(words.device.as_ref()),
            place: act.write_line(words.place.as_ref()),
            brief: None,
        };
        let concern = Concern {
            id: ConcernId::draw(act.now(), act.random),
            reporter: act.person(),
            category: CategoryCode::FILTER_FAILED,
            happened: act.write(
                "The filter let something through. This was found while looking into another concern.",
            ),
            noticed_at: self.aware_at,
            submitted_at: act.now(),
            at_risk: AtRisk::No,
            adult: AdultAnswer::No,
            subjects: Vec::new(),
            told: Vec::new(),
            place: technical.place,
            device: technical.device,
            app: technical.app,
            web: technical.web,
            how_known: None,
            already_done: None,
            additions: Vec::new(),
            told_desks: Vec::new(),
            nobody_reached: NobodyReached::No,
        };
        let excluded = self.exclusions.iter().filter(|(_, exclusion)| exclusion.scope == ExclusionScope::All);
        let opened = opening::open(
            Opening {
                reference: form.spare_reference.clone(),
                category: CategoryCode::FILTER_FAILED,
                at_risk: AtRisk::No,
                adult: AdultAnswer::No,
                personal_data: PersonalData::NotInvolved,
                subjects: Vec::new(),
                stepped_aside: excluded.map(|(person, _)| *person).collect(),
                close_to: &[],
                aware_at: self.aware_at,
                technical,
                linked: Vec::new(),
            },
            concern,
            act,
        );
        self.linked.push(opened.event.case().id);
        act.texts = own_texts;
        Some(opened.event)
    }
}

/// What is wrong with an answer, if anything.
fn problem_with(question: Question, choice: &str, words: Option<&Summary>) -> Option<&'static str> {
    let choices = question.choices();
    if !choices.is_empty() && !choices.iter().any(|(code, _)| *code == choice) {
        Some("Choose one of the answers")
    } else if question.needs_words(choice) && words.is_none() {
        Some(if question == Question::Wishes {
            "Write what the child wants to happen, or that you have not asked yet and why"
        } else {
            "Write why"
        })
    } else {
        None
    }
}

//! Acknowledging, and triage: the first decision.

use super::{
    opening::{self, Opening},
    questions::problem_with,
};
use crate::domain::case::{
    About, Act, Case, CaseEvent, Detail, Entry, Label, Notice, Question, Reply, Technical,
    problem::{FieldError, Problem, Refusal},
};
use crate::domain::{
    case::{
        lifecycle::workflow::{Move, Status},
        sight::together::TogetherAct,
    },
    concern::{Account, AtRisk, Concern, Discovery, InPerson, optional::OptionalAnswers},
    kernel::{
        clock::{CancelReason, DeadlineKind, Instant, Rule},
        ids::{ConcernId, PersonId, Reference, TextId},
        text::{Line, Summary},
    },
    people::Desk,
    school::{
        categories::{CategoryCode, CategoryRole, Group, Severity},
        routing::{AdultAnswer, AdultRule, CouldBeAnyone, NobodyReached, PersonalData},
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Yes: a linked case with these technical fields goes to the network manager.
    Yes(TechnicalWords),
    /// No, or it cannot be known.
    No,
}

/// The technical fields of a linked filtering case, in words that name no one.
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

/// Answers to questions: a choice, and words.
pub type Answers = BTreeMap<Question, (Option<Reply>, Option<Summary>)>;

/// A triage form read without errors of form; what the case asks for is checked by the case.
#[derive(Debug, Clone)]
pub struct TriageForm {
    /// The category confirmed or changed.
    pub category: CategoryCode,
    /// The severity.
    pub severity: Severity,
    /// The case owner.
    pub owner: PersonId,
    /// The answers given.
    pub answers: Answers,
    /// Questions the triager adds.
    pub asks: BTreeSet<Question>,
    /// The answer to the filter question, if it was asked.
    pub filter: Option<FilterLetItThrough>,
    /// A corrected awareness, with why.
    pub aware_at: Option<(Instant, Summary)>,
    /// The reference for a linked case, if one is opened.
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

    /// Meets the acknowledge clock and starts the triage clock: one school day, or two hours if it is critical.
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

    /// Whether triage asks "Did the filter let it through?"
    pub fn asks_about_the_filter(category: CategoryCode) -> bool {
        matches!(category.category().group, Group::Content | Group::Contact)
    }

    /// Makes the first decision. Triage of a new concern acknowledges it as well.
    pub fn triage(&self, form: &TriageForm, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Triage, act)?;
        self.check_triage(form, act)?;
        let mut case = self.clone();
        if self.status == Status::Submitted {
            case.acknowledged_now(act);
        }
        let now = act.now();
        let why_aware = case.correct_awareness(form, act);
        case.recategorise(form, act);
        case.answer_all(form, act);
        case.owner = Some(form.owner);
        case.handled_by.extend([act.person(), form.owner]);
        case.give_time_to_take_up(form.owner, act);
        case.triage = Some(Triage { by: act.person(), at: now, severity: form.severity });
        case.dues.meet(DeadlineKind::Triage, About::Case, now);
        case.status = self.after(Move::Triage);
        let linked = case.open_filter_case(form, act);
        let mut entry = Entry::new(Move::Triage)
            .code(Label::Category, form.category)
            .code(Label::Severity, form.severity)
            .with(Label::GivenTo, Detail::Person(form.owner));
        if let Some(reason) = why_aware {
            entry = entry
                .with(Label::SchoolAware, Detail::When(case.aware_at))
                .with(Label::Because, Detail::Words(reason));
        }
        let mut notices = case.notices_after_triage(act);
        notices.extend(case.tell_those_new_to_it(self, act));
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()).opening(linked))
    }

    fn check_triage(&self, form: &TriageForm, act: &Act<'_>) -> Result<(), Refusal> {
        let mut errors = Vec::new();
        let mut wrong = |field, problem| errors.push(FieldError { field, problem });
        if self.excludes(form.owner) {
            wrong("owner", Problem::NotToOwn);
        } else if self.is_named_in_account(form.owner) {
            wrong("owner", Problem::NamedInAccount);
        } else if !self.may_be_given(form.owner, act) {
            wrong("owner", self.why_not_given());
        }
        for question in self.questions_for(form.category, &form.asks) {
            let answers_now = self.put_at_triage(question, form.category, act).is_none();
            match form.answers.get(&question) {
                None if answers_now && !self.is_answered(question) => {
                    wrong(question.code(), Problem::Answer { question })
                }
                None => {}
                Some((choice, words)) => {
                    if let Some(problem) = problem_with(question, *choice, words.as_ref()) {
                        wrong(question.code(), problem);
                    }
                }
            }
        }
        if Self::asks_about_the_filter(form.category) && form.filter.is_none() && self.linked.is_empty() {
            wrong("filter", Problem::FilterMissing);
        }
        if form.category != self.category && self.would_be_taken_off(form.category, act) {
            wrong("category", Problem::ForHeadOrDsl);
        }
        let other_category = TogetherAct::Recategorise(form.category);
        if form.category != self.category && !self.is_agreed(other_category, act) {
            wrong("category", Problem::AskOneOfThem);
        }
        if form.aware_at.as_ref().is_some_and(|(aware, _)| *aware > act.now()) {
            wrong("aware", Problem::AwareInFuture);
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors)) }
    }

    /// Whether a category would take the case from its lead, because it is about an adult here.
    fn would_be_taken_off(&self, category: CategoryCode, act: &Act<'_>) -> bool {
        let lead = self.lead();
        let route = Case { category, ..self.clone() }.route_now(act);
        let takes_off = matches!(
            route.adult_rule,
            AdultRule::Leads | AdultRule::Unmatched | AdultRule::Waits | AdultRule::Together
        );
        takes_off && matches!(lead, Desk::OnlineSafety | Desk::Network | Desk::Slt) && route.lead.desk != lead
    }

    /// Takes over a corrected awareness, and gives back the reason as written.
    fn correct_awareness(&mut self, form: &TriageForm, act: &mut Act<'_>) -> Option<TextId> {
        let (aware, reason) = form.aware_at.as_ref()?;
        self.aware_at = *aware;
        self.dues.count_from(*aware, &act.calendar);
        Some(act.write(reason.as_str()))
    }

    fn recategorise(&mut self, form: &TriageForm, act: &mut Act<'_>) {
        let changed = form.category != self.category;
        self.has_done(TogetherAct::Recategorise(form.category));
        self.category = form.category;
        self.severity = form.severity;
        if changed {
            self.reroute_silently(act);
            self.cancel_what_is_not_asked(act.now());
        }
    }

    /// Cancels the clocks of decisions that neither the category nor the people call for any more.
    fn cancel_what_is_not_asked(&mut self, now: Instant) {
        let asked = self.questions_for(self.category, &BTreeSet::new());
        let of_questions = [
            (Question::PersonalData, [DeadlineKind::IcoDecision, DeadlineKind::IcoReport].as_slice()),
            (Question::Threshold, &[DeadlineKind::LadoReferral]),
            (Question::Prevent, &[DeadlineKind::PreventDecision]),
        ];
        for (_, kinds) in of_questions.iter().filter(|(question, _)| !asked.contains(question)) {
            for kind in *kinds {
                self.dues.cancel(*kind, CancelReason::Recategorised, now);
            }
        }
    }

    fn answer_all(&mut self, form: &TriageForm, act: &mut Act<'_>) {
        for question in self.questions_for(form.category, &form.asks) {
            let may_answer = self.put_at_triage(question, form.category, act).is_none();
            match form.answers.get(&question) {
                Some((choice, words)) if may_answer => {
                    self.give(question, *choice, words.as_ref(), self.aware_at, act)
                }
                Some(_) | None if self.is_answered(question) => {}
                Some(_) | None => self.put_to_desk(question, act),
            }
        }
    }

    fn notices_after_triage(&self, act: &Act<'_>) -> Vec<Notice> {
        let asked = self.asked_desks();
        let people = asked
            .iter()
            .flat_map(|desk| crate::domain::case::people_at(&act.roster, *desk))
            .chain(self.owner);
        let told: BTreeSet<PersonId> =
            people.filter(|person| self.sight_of(*person, act).is_some()).collect();
        told.into_iter().map(|person| Notice { person, urgency: self.urgency() }).collect()
    }

    /// Opens the linked filtering case: technical fields only, counted as its own. A person who may see nothing here
    /// sees nothing there as long as that is so, and it goes no further than this one while the adult here is
    /// unidentified: it may be the network manager.
    fn open_filter_case(&mut self, form: &TriageForm, act: &mut Act<'_>) -> Option<CaseEvent> {
        let Some(FilterLetItThrough::Yes(words)) = &form.filter else { return None };
        if !self.linked.is_empty() {
            return None;
        }
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
            category: CategoryCode::in_role(CategoryRole::FilterFailed),
            happened: Account::Found(Discovery::FilterLetThrough),
            noticed_at: self.aware_at,
            submitted_at: act.now(),
            at_risk: AtRisk::No,
            adult: AdultAnswer::No,
            subjects: Vec::new(),
            personal_data: PersonalData::NotInvolved,
            told: Vec::new(),
            in_person: InPerson::NotAsked,
            optional: OptionalAnswers {
                place: technical.place,
                device: technical.device,
                app: technical.app,
                web: technical.web,
                ..OptionalAnswers::none()
            },
            on_behalf: None,
            additions: Vec::new(),
            told_desks: Vec::new(),
            nobody_reached: NobodyReached::No,
        };
        let opened = opening::open(
            Opening {
                reference: form.spare_reference.clone(),
                category: CategoryCode::in_role(CategoryRole::FilterFailed),
                at_risk: AtRisk::No,
                adult: AdultAnswer::No,
                personal_data: PersonalData::NotInvolved,
                subjects: Vec::new(),
                could_be_meant: BTreeMap::new(),
                could_be_anyone: CouldBeAnyone::No,
                stepped_aside: BTreeSet::new(),
                aware_at: self.aware_at,
                technical,
                follows: BTreeMap::from([(self.id, self.hands_over())]),
            },
            concern,
            act,
        );
        self.linked.push(opened.event.case().id);
        self.opened.insert(opened.event.case().id);
        act.texts = own_texts;
        // Who triaged the other case is part of that case, so the new one says that Candour opened it.
        Some(opened.event.by_nobody())
    }
}

//! What is added to a case without changing where it stands: notes, contacts, tasks, fixes, re-tests, additions.

use crate::domain::case::{
    About, Act, Case, CaseEvent, Detail, Due, Entry, Label, Notice, Question, Sight, Urgency,
    problem::{Problem, Refusal},
    record::act::people_at,
};
use crate::domain::{
    case::lifecycle::workflow::{Kind, Move},
    concern::{Addition, NewAddition},
    kernel::{
        clock::{self, CancelReason, DeadlineKind, Instant, Rule},
        codes::{codes, sentences},
        ids::{ConcernId, PersonId, ReferralId, TaskId, TextId},
        text::{Line, Narrative, Summary},
    },
    people::Desk,
};
use serde::{Deserialize, Serialize};

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// What a member of staff wrote.
    Written,
    /// Answer a question of triage.
    Answer(Question),
    /// Refer to Prevent and record what they said.
    ReferToPrevent,
    /// Fill in what a referral recorded at once left out.
    CompleteReferral(ReferralId),
}

sentences! {
    /// What a task asks for, if no one wrote it.
    TaskWords {
        Answer { question: Question } = "answer", "{question}";
        ReferToPrevent = "refer_to_prevent", "Refer to Prevent, and note what they said";
        CompleteReferral = "complete_referral", "Add what is missing from the referral";
    }
}

impl TaskKind {
    /// The fixed words, if no one wrote the task.
    pub const fn words(self) -> Option<TaskWords> {
        match self {
            Self::Written => None,
            Self::Answer(question) => Some(TaskWords::Answer { question }),
            Self::ReferToPrevent => Some(TaskWords::ReferToPrevent),
            Self::CompleteReferral(_) => Some(TaskWords::CompleteReferral),
        }
    }
}

impl Task {
    /// What it asks for: words a member of staff wrote, or fixed ones.
    pub fn asks(&self) -> Option<Detail> {
        let written = self.words.map(Detail::Words);
        written.or_else(|| self.kind.words().map(|words| Detail::Code(words.into())))
    }
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What it asks for.
    pub kind: TaskKind,
    /// The words, if a member of staff wrote it.
    pub words: Option<TextId>,
    /// The desk it is put to.
    pub desk: Option<Desk>,
    /// The person it is put to.
    pub person: Option<PersonId>,
    /// When it was done.
    pub done_at: Option<Instant>,
    /// By whom.
    pub done_by: Option<PersonId>,
}

/// A task to add.
#[derive(Debug, Clone)]
pub struct NewTask {
    /// What is to be done.
    pub words: Line,
    /// By whom; the lead desk if no person is named.
    pub person: Option<PersonId>,
    /// By when.
    pub due: Rule,
}

/// What was done to mend a filtering or monitoring failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// What.
    pub words: TextId,
}

codes! {
    /// What a re-test showed.
    RetestResult {
        Works = "works", "It works now";
        StillFails = "still_fails", "It still fails";
    }
}

/// A re-test of the fix, by a person who neither recorded it nor closes the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retest {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// What it showed.
    pub result: RetestResult,
}

impl Case {
    /// The reporter adds something they forgot: their right, even if the case is about them. Adults whom the words could
    /// mean are kept out from then on, unless the reporter ruled them out.
    pub fn add_to_concern(
        &self,
        concern: ConcernId,
        new: &NewAddition,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        let mut case = self.clone();
        let mine = case.concerns.iter_mut().find(|c| c.id == concern && c.reporter == act.person());
        let Some(mine) = mine else { return Err(Refusal::NotFound) };
        let words = act.write_narrative(&new.words);
        mine.additions.push(Addition { words, at: act.now() });
        let entry = Entry::new(Move::Add).with(Label::Added, Detail::Words(words));
        case.looks_for_whom_an_addition_means(words, new, act);
        let has_new_people = case.subjects != self.subjects;
        let route = case.route_now(act);
        // Who was only affected may be kept out altogether now.
        let is_as_it_was = route
            .exclusions
            .iter()
            .all(|(person, now)| self.exclusions.get(person).is_some_and(|kept| kept.scope <= now.scope));
        if !has_new_people && is_as_it_was {
            let notices = case.desk_notices(case.lead(), act);
            return Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()));
        }
        let mut notices = case.reroute(act);
        notices.extend(case.desk_notices(case.lead(), act));
        let about = new.about.iter().filter(|person| case.excludes(**person));
        let entry = about.fold(entry, |entry, person| entry.with(Label::About, Detail::Person(*person)));
        let entry = case.says_where_it_went(self, entry);
        let entry = case.says_who_is_kept_out(self, entry);
        // What it changes is shown on other people's pages: those are out of date now.
        let event = CaseEvent::of(case, entry, act).telling(notices, act.person());
        Ok(event.of_kind(Kind::Change))
    }

    fn desk_notices(&self, desk: Desk, act: &Act<'_>) -> Vec<Notice> {
        let people = people_at(&act.roster, desk).into_iter();
        let readers = people.filter(|person| self.sight_of(*person, act).is_some());
        readers.map(|person| Notice { person, urgency: Urgency::Ordinary }).collect()
    }

    /// Adds a note.
    pub fn note(&self, words: &Narrative, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Note, act)?;
        let words = act.write_narrative(words);
        let entry = Entry::new(Move::Note).with(Label::Note, Detail::Words(words));
        Ok(CaseEvent::of(self.clone(), entry, act))
    }

    /// Records a conversation with a pupil, parent, colleague or agency.
    pub fn contact(&self, with: &Line, words: &Narrative, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Contact, act)?;
        let with = act.write(with.as_str());
        let words = act.write_narrative(words);
        let entry = Entry::new(Move::Contact)
            .with(Label::With, Detail::Words(with))
            .with(Label::Said, Detail::Words(words));
        Ok(CaseEvent::of(self.clone(), entry, act))
    }

    /// Adds a task with a due date.
    pub fn task(&self, new: &NewTask, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Task, act)?;
        if new.person.is_some_and(|person| self.excludes(person)) {
            return Err(Refusal::field("person", Problem::NotToDo));
        }
        if let Some(person) = new.person {
            self.check_not_named(person, "person")?;
        }
        if new.person.is_some_and(|person| self.sight_of(person, act) != Some(Sight::Full)) {
            return Err(Refusal::field("person", Problem::CannotOpen));
        }
        if clock::due(new.due, act.now(), &act.calendar) <= act.now() {
            return Err(Refusal::field("due", Problem::DueIsOver));
        }
        let mut case = self.clone();
        let words = act.write(new.words.as_str());
        let desk = if new.person.is_none() { Some(self.lead()) } else { None };
        case.add_task(TaskKind::Written, Some(words), desk, new.person, new.due, act);
        let entry = Entry::new(Move::Task).with(Label::ToDo, Detail::Words(words));
        let notices = new.person.map(|person| Notice { person, urgency: Urgency::Ordinary });
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    pub(in crate::domain::case) fn add_task(
        &mut self,
        kind: TaskKind,
        words: Option<TextId>,
        desk: Option<Desk>,
        person: Option<PersonId>,
        rule: Rule,
        act: &mut Act<'_>,
    ) {
        let id = TaskId::draw(act.now(), act.random);
        let deadline = match kind {
            TaskKind::CompleteReferral(_) => DeadlineKind::Basis,
            TaskKind::Written | TaskKind::Answer(_) | TaskKind::ReferToPrevent => DeadlineKind::Task,
        };
        let at = desk.unwrap_or_else(|| self.lead());
        self.dues.add(Due::start(About::Task(id), at, deadline, rule, act.now(), &act.calendar));
        self.tasks.push(Task { id, kind, words, desk, person, done_at: None, done_by: None });
    }

    /// Marks every open task of a kind as done, by the act that makes it needless.
    pub(in crate::domain::case) fn finish_task(&mut self, kind: TaskKind, act: &Act<'_>) {
        let (now, person) = (act.now(), act.person());
        let open = self.tasks.iter_mut().filter(|task| task.kind == kind && task.done_at.is_none());
        let mut finished = Vec::new();
        for task in open {
            task.done_at = Some(now);
            task.done_by = Some(person);
            finished.push(task.id);
        }
        for id in finished {
            self.dues.meet_about(About::Task(id), now);
        }
    }

    /// Marks one task as done.
    pub fn task_done(
        &self,
        id: TaskId,
        what: Option<&Summary>,
        act: &mut Act<'_>,
    ) -> Result<CaseEvent, Refusal> {
        self.may(Move::TaskDone, act)?;
        let mut case = self.clone();
        let Some(task) = case.tasks.iter_mut().find(|task| task.id == id) else {
            return Err(Refusal::NotFound);
        };
        if task.done_at.is_some() {
            return Err(Refusal::WrongState(Problem::DoneAlready));
        }
        if matches!(task.kind, TaskKind::Answer(_)) {
            return Err(Refusal::WrongState(Problem::AnswerInstead));
        }
        if !self.may_tick(task, act) {
            return Err(Refusal::Refused(Problem::NotTheirTask));
        }
        task.done_at = Some(act.now());
        task.done_by = Some(act.person());
        let asked = task.asks();
        case.dues.meet_about(About::Task(id), act.now());
        let mut entry = Entry::new(Move::TaskDone);
        entry.facts.extend(asked.map(|asked| (Label::Done, asked)));
        if let Some(what) = act.write_summary(what) {
            entry = entry.with(Label::How, Detail::Words(what));
        }
        Ok(CaseEvent::of(case, entry, act))
    }

    /// Whether closing it asks for a second person's re-test.
    pub fn is_filtering_failure(&self) -> bool {
        self.category.asks_for_a_retest()
    }

    /// Records what was done to mend the filter or the monitoring.
    pub fn fixed(&self, words: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Fix, act)?;
        if !self.is_filtering_failure() {
            return Err(Refusal::WrongState(Problem::NothingToFix));
        }
        let mut case = self.clone();
        let words = act.write(words.as_str());
        case.fix = Some(Fix { by: act.person(), at: act.now(), words });
        let entry = Entry::new(Move::Fix).with(Label::WasDone, Detail::Words(words));
        let notices = case.desk_notices(Desk::OnlineSafety, act);
        let told: Vec<Notice> = notices
            .into_iter()
            .filter(|n| case.desks.contains_key(&Desk::OnlineSafety) && n.person != act.person())
            .collect();
        Ok(CaseEvent::of(case, entry, act).telling(told, act.person()))
    }

    /// Records a re-test, by another person than recorded the fix.
    pub fn retest(&self, result: RetestResult, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Retest, act)?;
        let Some(fix) = self.fix.as_ref().filter(|_| self.is_filtering_failure()) else {
            return Err(Refusal::WrongState(Problem::FixFirst));
        };
        if fix.by == act.person() {
            return Err(Refusal::Refused(Problem::OwnFix));
        }
        let mut case = self.clone();
        case.retests.push(Retest { by: act.person(), at: act.now(), result });
        if result == RetestResult::StillFails {
            case.fix = None;
        }
        let entry = Entry::new(Move::Retest).code(Label::Result, result);
        let notices = case.desk_notices(case.lead(), act);
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    /// Writes the note to IT, which the network manager sees if only copied.
    pub fn brief(&self, words: &Summary, act: &mut Act<'_>) -> Result<CaseEvent, Refusal> {
        self.may(Move::Brief, act)?;
        let mut case = self.clone();
        let words = act.write(words.as_str());
        case.technical.brief = Some(words);
        let entry = Entry::new(Move::Brief).with(Label::Brief, Detail::Words(words));
        let to_network = case.desks.contains_key(&Desk::Network);
        let notices = if to_network { case.desk_notices(Desk::Network, act) } else { Vec::new() };
        Ok(CaseEvent::of(case, entry, act).telling(notices, act.person()))
    }

    pub(in crate::domain::case) fn cancel_tasks_of(
        &mut self,
        kind: TaskKind,
        reason: CancelReason,
        act: &Act<'_>,
    ) {
        let open: Vec<TaskId> = self
            .tasks
            .iter()
            .filter(|task| task.kind == kind && task.done_at.is_none())
            .map(|t| t.id)
            .collect();
        for id in open {
            self.dues.cancel_about(About::Task(id), reason, act.now());
        }
        // Nothing is ever removed from a case: a needless task is marked as done by the person who made it so.
        for task in self.tasks.iter_mut().filter(|task| task.kind == kind && task.done_at.is_none()) {
            task.done_at = Some(act.now());
            task.done_by = Some(act.person());
        }
    }
}

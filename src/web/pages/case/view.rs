//! What a case's page shows to read: the bar, what was reported, people, answers, referrals, tasks. `offers` adds what may be done.

use super::steps::is_without_lead;
use crate::{
    domain::{
        case::{
            About, Answer, CaseSubject, LinkKind, LinkedCase, Question, Reply, Restriction, Task, TaskKind,
            work::referral::{Referral, ReferralState},
        },
        concern::{
            Concern, InPerson, PersonTold,
            optional::{FormPart, OptionalAnswer, OptionalQuestion},
        },
        kernel::{
            clock::{self, Instant},
            codes::capital,
            ids::TextId,
        },
        people::{
            naming::beside,
            subject::{Subject, SubjectIdentity},
        },
        school::{categories::Severity, routing::Reason},
    },
    service::case::read::Reading,
    web::http::{links, part::TaskRow},
};
use chrono::SecondsFormat;

/// A coloured word.
#[derive(Debug)]
pub struct Tag {
    /// The word.
    pub text: String,
    /// Its colour.
    pub colour: &'static str,
}

/// The bar at the top.
#[derive(Debug)]
pub struct Bar {
    /// The reference.
    pub reference: String,
    /// When it was opened.
    pub opened: String,
    /// Severity, status, restriction, what is overdue.
    pub tags: Vec<Tag>,
}

/// One row of a summary list.
#[derive(Debug)]
pub struct Row {
    /// What.
    pub key: &'static str,
    /// Its lines.
    pub lines: Vec<String>,
}

impl Row {
    /// A row of these lines.
    pub fn new(key: &'static str, lines: impl IntoIterator<Item = String>) -> Self {
        Self { key, lines: lines.into_iter().collect() }
    }
}

/// An instant for machines.
pub fn iso(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Words that may have been erased.
pub fn said(read: &Reading, id: TextId) -> String {
    let words = read.said(id);
    if words.is_empty() { "(These words were erased.)".to_owned() } else { words.to_owned() }
}

/// The bar at the top.
pub fn bar(read: &Reading, now: Instant) -> Bar {
    let case = &read.case;
    let tag = |text: &str, colour| Tag { text: text.to_owned(), colour };
    let colour = match case.severity {
        Severity::Low => "grey",
        Severity::Moderate => "yellow",
        Severity::High => "orange",
        Severity::Critical => "red",
    };
    let mut tags = vec![tag(case.severity.words(), colour), tag(case.status.words(), "blue")];
    match case.restriction {
        Restriction::Open => {}
        Restriction::Restricted => tags.push(tag("Restricted", "purple")),
        Restriction::Sealed => tags.push(tag("Sealed", "purple")),
    }
    if case.hold.is_some() {
        tags.push(tag("Hold", "magenta"));
    }
    let late = case.dues.running().iter().filter(|due| due.deadline.is_overdue(now)).count();
    match late {
        0 => {}
        1 => tags.push(tag("1 step overdue", "overdue")),
        more => tags.push(tag(&format!("{more} steps overdue"), "overdue")),
    }
    let opened = format!("Opened {}", clock::day(case.submitted_at));
    Bar { reference: case.reference.to_string(), opened, tags }
}

/// A case that this one has to do with, as a link.
#[derive(Debug)]
pub struct LinkView {
    /// What it has to do with this one.
    pub words: &'static str,
    /// Where it is.
    pub href: String,
    /// What people call it.
    pub reference: String,
}

/// The cases this one has to do with, of those the reader can open.
pub fn linked(read: &Reading) -> Vec<LinkView> {
    let view = |linked: &LinkedCase| {
        let reference = linked.reference();
        let (words, href) = match linked.how() {
            LinkKind::OpenedFromThere => ("This case was opened from another one.", links::case(reference)),
            LinkKind::OpenedFromHere => {
                ("A filtering case was opened from this one. It goes its own way.", links::case(reference))
            }
            LinkKind::Gathered => (
                "Another case became part of this one. What was reported there is below.",
                links::case_as_it_was(reference),
            ),
            LinkKind::GoesOn => ("This case became part of another one.", links::case(reference)),
        };
        LinkView { words, href, reference: reference.to_string() }
    };
    read.linked.iter().map(view).collect()
}

/// What one person reported.
#[derive(Debug)]
pub struct ConcernView {
    /// Who.
    pub by: String,
    /// When.
    pub when: String,
    /// When it was sent, for machines.
    pub iso: String,
    /// Their words.
    pub words: String,
    /// What they answered.
    pub rows: Vec<Row>,
    /// What they added later.
    pub additions: Vec<(String, String)>,
}

/// What was reported, the first concern first.
pub fn concerns(read: &Reading) -> Vec<ConcernView> {
    read.case.concerns.iter().map(|concern| concern_view(read, concern)).collect()
}

fn concern_view(read: &Reading, concern: &Concern) -> ConcernView {
    let name = |told: &PersonTold| match told {
        PersonTold::Known(person) => read.name(*person).to_owned(),
        PersonTold::InWords(words) => said(read, *words),
    };
    let who = |subject: &Subject| name_of(read, subject, concern.submitted_at);
    let named = concern.subjects.iter().map(|subject| format!("{}: {}", who(subject), subject.part()));
    let in_person = match &concern.in_person {
        InPerson::NotAsked => Vec::new(),
        InPerson::NotYet => vec!["No one yet when this was sent".to_owned()],
        InPerson::Told(people) => people.iter().map(name).collect(),
    };
    let rows = [
        Row::new("Chosen by the reporter", [concern.category.category().label.to_owned()]),
        Row::new(
            "Told",
            concern
                .on_behalf
                .as_ref()
                .map(|told| format!("{}, {}", capital(told.how.words()), clock::long(told.at))),
        ),
        Row::new("Noticed", [clock::long(concern.noticed_at)]),
        Row::new("Anyone at risk then", [concern.at_risk.words().to_owned()]),
        Row::new("About an adult here", [concern.adult.answer_words()]),
        Row::new("Named in the report", named),
        Row::new("Personal information lost or shared", [concern.personal_data.answer_words().to_owned()]),
        Row::new("Told in person or by phone", in_person),
        Row::new("Who had been told", concern.told.iter().map(name)),
    ];
    let rows = rows.into_iter().chain(optional_rows(read, concern));
    let additions = concern.additions.iter().map(|added| (clock::long(added.at), said(read, added.words)));
    let typed_by = read.name(concern.reporter);
    let by = match &concern.on_behalf {
        // Who dealt with the other case is told by that case alone.
        None if concern.happened.text().is_none() => "Candour".to_owned(),
        None => typed_by.to_owned(),
        Some(told) => format!("{} ({}), typed by {typed_by}", said(read, told.name), told.role.words()),
    };
    ConcernView {
        by,
        when: clock::long(concern.submitted_at),
        iso: iso(concern.submitted_at),
        words: concern.happened.told(|words| said(read, words)),
        rows: rows.filter(|row| !row.lines.is_empty()).collect(),
        additions: additions.collect(),
    }
}

/// What was answered to the optional questions: those that everyone is asked stand before the folded ones.
fn optional_rows(read: &Reading, concern: &Concern) -> impl Iterator<Item = Row> {
    let questions = [FormPart::Open, FormPart::Folded].into_iter().flat_map(OptionalQuestion::of);
    questions.filter_map(move |question| {
        let answer = match concern.optional.answer(question)? {
            OptionalAnswer::Words(id) => question.show(&said(read, *id)),
            OptionalAnswer::OneOf(choice) => choice.to_owned(),
        };
        Some(Row::new(question.wording().theirs, [answer]))
    })
}

/// What holds for the case as a whole.
pub fn summary(read: &Reading) -> Vec<Row> {
    let case = &read.case;
    let category = case.category.category();
    let owner = case.owner.map(|owner| read.name(owner).to_owned());
    let triaged =
        case.triage.as_ref().map(|triage| format!("{}, {}", read.name(triage.by), clock::long(triage.at)));
    let brief = case.technical.brief.map(|id| said(read, id));
    let kept = case.retention.map(|class| class.words().to_owned());
    let fix = case
        .fix
        .as_ref()
        .map(|fix| format!("{} By {}, {}.", said(read, fix.words), read.name(fix.by), clock::long(fix.at)));
    let retests = case.retests.iter().map(|retest| {
        format!("{}: {}, {}", retest.result.words(), read.name(retest.by), clock::long(retest.at))
    });
    let lead = if is_without_lead(&read.case) { "no one yet" } else { case.lead().words() };
    let lead = super::acts::form::capital(lead);
    let rows = [
        Row::new("Category", [category.label.to_owned()]),
        Row::new("Remember", Some(category.hint.to_owned()).filter(|hint| !hint.is_empty())),
        Row::new("School aware since", [clock::long(case.aware_at)]),
        Row::new("Lead", [lead]),
        Row::new("Why they lead it", case.reasons.iter().map(Reason::words)),
        Row::new("Case owner", owner),
        Row::new("Triaged by", triaged),
        Row::new("Escalated", [case.escalation().words().to_owned()]),
        Row::new("Note to IT", brief),
        Row::new("Fix", fix),
        Row::new("Re-tests", retests),
        Row::new("Kept as", kept),
    ];
    rows.into_iter().filter(|row| !row.lines.is_empty()).collect()
}

/// A person in the case.
#[derive(Debug)]
pub struct PersonRow {
    /// Who.
    pub who: String,
    /// Their own page, or "".
    pub page: String,
    /// What they are, and their part.
    pub part: String,
    /// Where to change that, or "".
    pub change: String,
    /// Where to remove them, or "".
    pub remove: String,
}

/// A subject's name, today and as it was when they were named, or the words for them.
fn name_of(read: &Reading, subject: &Subject, at: Instant) -> String {
    match subject.who {
        SubjectIdentity::Person(person) => read.reported(person, at),
        SubjectIdentity::Words(words) => format!("“{}”", said(read, words)),
    }
}

/// The people in the case now.
pub fn people(read: &Reading) -> Vec<PersonRow> {
    let row = |in_case: &CaseSubject| PersonRow {
        who: who_was_reported(read, in_case),
        page: String::new(),
        part: in_case.subject.part(),
        change: String::new(),
        remove: String::new(),
    };
    read.case.subjects.iter().filter(|in_case| in_case.removed_at.is_none()).map(row).collect()
}

/// A subject's name today, and beside it the words or the name they were reported under.
fn who_was_reported(read: &Reading, in_case: &CaseSubject) -> String {
    match (in_case.subject.person(), in_case.reported) {
        (Some(person), Some(words)) => beside(read.name(person), read.said(words)),
        (Some(_), None) | (None, _) => name_of(read, &in_case.subject, in_case.added_at),
    }
}

/// A question of triage.
#[derive(Debug)]
pub struct AnswerView {
    /// The question.
    pub question: &'static str,
    /// Its answer, or who it waits for.
    pub answer: String,
    /// Who, and when.
    pub by: String,
    /// In their words.
    pub words: String,
    /// Where to answer it, or "".
    pub href: String,
}

/// The questions of triage.
pub fn answers(read: &Reading) -> Vec<AnswerView> {
    let view = |(question, answer): (&Question, &Answer)| match answer {
        Answer::Waiting(desk) => AnswerView {
            question: question.words(),
            answer: format!("Waiting for the {}", desk.words()),
            by: String::new(),
            words: String::new(),
            href: String::new(),
        },
        Answer::Given { by, at, choice, words } => AnswerView {
            question: question.words(),
            answer: choice.map_or("", Reply::words).to_owned(),
            by: format!("{}, {}", read.name(*by), clock::long(*at)),
            words: words.map_or_else(String::new, |id| said(read, id)),
            href: String::new(),
        },
    };
    read.case.questions.iter().map(view).collect()
}

/// What became of the proposed outcome.
pub fn proposal_head(read: &Reading) -> &'static str {
    if read.case.closed_at.is_some() { "Outcome" } else { "Outcome to sign off" }
}

/// The proposed outcome, which the second person reads before agreeing.
pub fn proposal(read: &Reading) -> Vec<Row> {
    let Some(proposal) = &read.case.proposal else { return Vec::new() };
    let by = format!("{}, {}", read.name(proposal.by), clock::long(proposal.at));
    let mut rows = vec![
        Row::new("Outcome", [proposal.outcome.words().to_owned()]),
        Row::new("Submitted by", [by]),
        Row::new("What was done", [said(read, proposal.actions)]),
        Row::new("Why", [said(read, proposal.rationale)]),
        Row::new("The reporter was told", [said(read, proposal.reporter_told)]),
        Row::new("Parents were told", [said(read, proposal.parents_told)]),
    ];
    rows.extend(proposal.lessons.map(|lessons| Row::new("Lessons learned", [said(read, lessons)])));
    rows
}

/// A referral, or a refusal to refer.
#[derive(Debug)]
pub struct ReferralView {
    /// Where it went.
    pub body: &'static str,
    /// Where it stands.
    pub state: Tag,
    /// Who, and when.
    pub by: String,
    /// What is known.
    pub rows: Vec<(&'static str, String)>,
    /// Where to move it on, or "".
    pub href: String,
}

/// The referrals.
pub fn referrals(read: &Reading) -> Vec<ReferralView> {
    read.case.referrals.iter().map(|referral| referral_view(read, referral)).collect()
}

fn referral_view(read: &Reading, referral: &Referral) -> ReferralView {
    let colour = match referral.state {
        ReferralState::Drafted | ReferralState::Withdrawn | ReferralState::Declined => "grey",
        ReferralState::Made | ReferralState::Acknowledged => "blue",
        ReferralState::Answered => "purple",
        ReferralState::Done => "green",
    };
    let known = referral.body.fields().iter().filter_map(|field| {
        let words = referral.fields.get(field.name)?;
        Some((field.label, said(read, *words)))
    });
    let aware = referral
        .body
        .counts_from_awareness()
        .then(|| ("The school has been aware since", clock::long(read.case.aware_at)));
    let why = referral.reason.map(|reason| ("Why", said(read, reason)));
    ReferralView {
        body: referral.body.words(),
        state: Tag { text: referral.state.words().to_owned(), colour },
        by: format!("{}, {}", read.name(referral.recorded_by), clock::long(referral.made_at)),
        rows: why.into_iter().chain(aware).chain(known).collect(),
        href: String::new(),
    }
}

/// What a task asks for.
pub fn task_words(read: &Reading, task: &Task) -> String {
    let referral = |id| read.case.referrals.iter().find(|referral| referral.id == id);
    if let TaskKind::CompleteReferral(id) = task.kind
        && let Some(referral) = referral(id)
    {
        return format!("Add what is missing from the referral to {}", referral.body.words());
    }
    match (task.words, task.kind.words()) {
        (Some(words), _) => said(read, words),
        (None, Some(fixed)) => fixed.words(),
        (None, None) => String::new(),
    }
}

/// The tasks.
pub fn tasks(read: &Reading, now: Instant) -> Vec<TaskRow> {
    read.case.tasks.iter().map(|task| task_row(read, task, now)).collect()
}

fn task_row(read: &Reading, task: &Task, now: Instant) -> TaskRow {
    let due = read.case.dues.running().into_iter().find(|due| due.about == About::Task(task.id));
    let late = due.is_some_and(|due| due.deadline.is_overdue(now));
    let doer = match (task.person, task.desk) {
        (Some(person), _) => read.name(person).to_owned(),
        (None, desk) if is_without_lead(&read.case) && desk.is_none_or(|desk| desk == read.case.lead()) => {
            "no one yet".to_owned()
        }
        (None, Some(desk)) => format!("the {}", desk.words()),
        (None, None) => format!("the {}", read.case.lead().words()),
    };
    let fell_away = read
        .case
        .dues
        .all()
        .iter()
        .any(|due| due.about == About::Task(task.id) && due.deadline.cancelled.is_some());
    let (status, colour, hint) = match (task.done_at, late) {
        (Some(at), _) if fell_away => ("Not needed", "grey", format!("Since {}", clock::long(at))),
        (Some(at), _) => {
            let by = task.done_by.map_or("Candour", |person| read.name(person));
            ("Done", "green", format!("By {by}, {}", clock::long(at)))
        }
        (None, true) => ("Overdue", "overdue", format!("For {doer}")),
        (None, false) => ("To do", "blue", format!("For {doer}")),
    };
    TaskRow {
        id: format!("task-{}", task.id),
        text: task_words(read, task),
        href: String::new(),
        status,
        colour,
        hint,
    }
}

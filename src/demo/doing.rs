//! What the people of a case do next, worked out from where the case stands, and done through the domain's
//! verbs.

use super::{
    chance::{below, between, happens, pick},
    figures::Ending,
    filled_in::{answer, closing, referral, retention, summary, triage_form, why_not},
    schools::School,
    stories::{Grave, Pace, Stop, Story, day_of},
    words,
};
use crate::domain::{
    case::{
        Act, Answer, Case, CaseEvent, NewTask, Outcome, Question, Refusal, Reply, RetestResult, SecondPerson,
        ShareKind, TaskKind, Urgency,
        lifecycle::workflow::{Move, Status},
        work::referral::{Body, Escalation, Field, Kind, ReferralState},
    },
    kernel::{
        clock::{Instant, Rule},
        ids::{PersonId, Random},
        text::{Line, Narrative, Summary, TextError},
    },
    people::Desk,
    school::categories::Decision,
};
use chrono::{Days, TimeDelta};
use std::collections::BTreeMap;

/// One thing a person does to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Acknowledges it.
    Acknowledge,
    /// Triages it.
    Triage,
    /// Answers a question put to a desk.
    Answer(Question),
    /// Starts work.
    Start,
    /// Adds a note.
    Note,
    /// Records a conversation.
    Contact,
    /// Adds a task.
    Task,
    /// Ticks the first task that is open.
    TaskDone,
    /// Refers to an external agency.
    Refer(Body),
    /// Decides not to.
    Decline(Body),
    /// Waits for the agency that was told.
    Await,
    /// Hears from it: the referral is done.
    Heard,
    /// Work goes on.
    Resume,
    /// Mends a filtering failure.
    Mend,
    /// Tests that it is mended.
    Retest,
    /// Submits the outcome for sign-off.
    Propose,
    /// Names a second person.
    NameSecond,
    /// Closes it.
    Close,
    /// Decides on no further action.
    NoCase,
    /// Lifts the hold.
    LiftHold,
}

impl Doing {
    const fn action(self) -> Move {
        match self {
            Self::Acknowledge => Move::Acknowledge,
            Self::Triage => Move::Triage,
            Self::Answer(_) => Move::Answer,
            Self::Start => Move::Start,
            Self::Note => Move::Note,
            Self::Contact => Move::Contact,
            Self::Task => Move::Task,
            Self::TaskDone => Move::TaskDone,
            Self::Refer(_) => Move::Refer,
            Self::Decline(_) => Move::Decline,
            Self::Await => Move::Await,
            Self::Heard => Move::ReferralMoves,
            Self::Resume => Move::Resume,
            Self::Mend => Move::Fix,
            Self::Retest => Move::Retest,
            Self::Propose => Move::Propose,
            Self::NameSecond => Move::Share,
            Self::Close => Move::Close,
            Self::NoCase => Move::NoCase,
            Self::LiftHold => Move::LiftHold,
        }
    }

    /// The furthest a story may have stopped for this to happen still.
    const fn after(self) -> Stop {
        match self {
            Self::Acknowledge => Stop::Acknowledged,
            Self::Triage | Self::Answer(_) => Stop::Triaged,
            Self::Start | Self::Mend => Stop::Mended,
            Self::Refer(_) | Self::Decline(_) | Self::Await => Stop::Waiting,
            Self::Note | Self::Contact | Self::Task => Stop::Waiting,
            Self::Heard
            | Self::Resume
            | Self::TaskDone
            | Self::Retest
            | Self::Propose
            | Self::NameSecond
            | Self::Close
            | Self::NoCase
            | Self::LiftHold => Stop::Never,
        }
    }
}

/// A case on its way, with what is left of its story.
#[derive(Debug)]
pub struct Live {
    /// The story.
    pub story: Story,
    /// The case, once it was reported.
    pub case: Option<Case>,
    /// Notes and conversations still to come.
    pub notes: usize,
    /// Whether an external agency was waited for already.
    pub waited: AgencyWait,
}

/// Whether an external agency was waited for already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgencyWait {
    /// Not yet.
    No,
    /// Once is enough.
    Yes,
}

/// What happens next in a case; nothing if it ended or its story stops here.
pub fn next(live: &Live, school: &School, random: &mut dyn Random) -> Option<Doing> {
    let case = live.case.as_ref()?;
    let doing = match case.status {
        Status::Submitted => Doing::Acknowledge,
        Status::Acknowledged if live.story.ending == Some(Ending::NoCase) && case.waits_for_data() => {
            Doing::Decline(Body::deciding(Decision::Ico)?)
        }
        Status::Acknowledged if live.story.ending == Some(Ending::NoCase) => Doing::NoCase,
        Status::Acknowledged => Doing::Triage,
        Status::Triaged | Status::InProgress => working(live, case, random),
        Status::AwaitingExternal if case.referrals.iter().any(|r| r.state.is_open()) => Doing::Heard,
        Status::AwaitingExternal => Doing::Resume,
        Status::OutcomePending if actor(case, Doing::Close, school, case.submitted_at, random).is_none() => {
            Doing::NameSecond
        }
        Status::OutcomePending => Doing::Close,
        Status::Closed if case.hold.is_some() => Doing::LiftHold,
        Status::Closed | Status::NoCase | Status::Merged => return None,
    };
    (doing.after() <= live.story.stop).then_some(doing)
}

fn working(live: &Live, case: &Case, random: &mut dyn Random) -> Doing {
    let waiting = case.questions.iter().find(|(_, answer)| matches!(answer, Answer::Waiting(_)));
    if let Some((question, _)) = waiting {
        return Doing::Answer(*question);
    }
    if case.status == Status::Triaged && (live.notes > 0 || calls(live, case).is_some()) {
        return Doing::Start;
    }
    if let Some(called) = calls(live, case) {
        return called;
    }
    let open = case.referrals.iter().any(|referral| referral.state.is_open());
    if open && case.status == Status::InProgress && live.waited == AgencyWait::No {
        return Doing::Await;
    }
    if open {
        return Doing::Heard;
    }
    if case.is_filtering_failure() && !case.is_retested() {
        return if case.fix.is_none() { Doing::Mend } else { Doing::Retest };
    }
    if live.notes > 0 {
        return match below(random, 6) {
            0 => Doing::Task,
            1 | 2 => Doing::Contact,
            _ => Doing::Note,
        };
    }
    if case.tasks.iter().any(|task| task.done_at.is_none()) {
        return Doing::TaskDone;
    }
    Doing::Propose
}

/// An external agency the answers of triage call for, if it is neither told nor decided against.
fn calls(live: &Live, case: &Case) -> Option<Doing> {
    let settled = |body| case.referrals.iter().any(|referral| referral.body == body);
    let is = |question, choices: &[Reply]| {
        case.questions.get(&question).and_then(Answer::choice).is_some_and(|c| choices.contains(&c))
    };
    let unsettled = |decision| Body::deciding(decision).filter(|body| !settled(*body));
    if is(Question::Crime, &[Reply::Possible, Reply::Yes])
        && let Some(police) = unsettled(Decision::Police)
    {
        let told = live.story.grave == Grave::PoliceTold;
        return Some(if told { Doing::Refer(police) } else { Doing::Decline(police) });
    }
    if is(Question::Threshold, &[Reply::Harm])
        && let Some(lado) = unsettled(Decision::Lado)
    {
        let told = live.story.grave != Grave::LadoDeclined;
        return Some(if told { Doing::Refer(lado) } else { Doing::Decline(lado) });
    }
    if is(Question::PersonalData, &[Reply::Yes])
        && let Some(ico) = unsettled(Decision::Ico)
    {
        return Some(Doing::Decline(ico));
    }
    let disciplinary = live.story.ending == Some(Ending::Closed(Outcome::Disciplinary));
    let mut disciplines = Body::offered().filter(|body| body.escalation() == Escalation::Disciplinary);
    let hr = disciplines.next().filter(|body| disciplinary && !settled(*body));
    hr.map(Doing::Refer)
}

/// When it happens, given when the last thing did.
pub fn when(doing: Doing, live: &Live, last: Instant, school: &School, random: &mut dyn Random) -> Instant {
    if live.story.pace == Pace::AtOnce && doing.after() < Stop::Never {
        return last + TimeDelta::minutes(between(random, 6, 22));
    }
    let critical = live.case.as_ref().is_some_and(|case| case.urgency() == Urgency::Critical);
    let slower = if live.story.pace == Pace::Late { 4 } else { 1 };
    let minutes = match doing {
        Doing::Acknowledge if critical => return last + TimeDelta::minutes(between(random, 4, 26)),
        Doing::Triage if critical => return last + TimeDelta::minutes(between(random, 15, 100)),
        Doing::Acknowledge => between(random, 5, 110) * slower * slower,
        Doing::Triage | Doing::NoCase => between(random, 20, 240) * slower,
        Doing::Answer(_) | Doing::Refer(_) | Doing::Decline(_) => between(random, 20, 300),
        Doing::Start | Doing::Task | Doing::Await => between(random, 5, 90),
        Doing::Note | Doing::Contact | Doing::TaskDone => between(random, 300, 2_600) * slower,
        Doing::Mend => between(random, 30, 400),
        Doing::Retest => between(random, 60, 1_400),
        Doing::Heard | Doing::Resume => between(random, 3_000, 12_000),
        Doing::Propose => between(random, 2_500, 18_000) * if slower == 1 { 1 } else { 2 },
        Doing::NameSecond => between(random, 60, 600),
        Doing::Close => between(random, 30, 1_800),
        Doing::LiftHold => between(random, 20_000, 50_000),
    };
    let at = last + TimeDelta::minutes(minutes);
    let calendar = &school.setting.calendar;
    if calendar.in_school_hours(at) {
        at
    } else {
        calendar.next_school_open(at) + TimeDelta::minutes(between(random, 2, 75))
    }
}

/// Who does it: the owner if they may, otherwise the first of those with a role who may.
pub fn actor(
    case: &Case,
    doing: Doing,
    school: &School,
    at: Instant,
    random: &mut dyn Random,
) -> Option<PersonId> {
    let mut candidates: Vec<PersonId> = Vec::new();
    match doing {
        Doing::Mend => candidates.extend(school.setting.roster.holders(Desk::Network)),
        Doing::Retest => {
            candidates.extend(
                [Desk::OnlineSafety, Desk::Dsl].iter().flat_map(|d| school.setting.roster.holders(*d)),
            );
            candidates.retain(|person| case.fix.as_ref().is_none_or(|fix| fix.by != *person));
        }
        Doing::Answer(question) => {
            let asked = match case.questions.get(&question) {
                Some(Answer::Waiting(desk)) => Some(*desk),
                Some(Answer::Given { .. }) | None => None,
            };
            candidates.extend(asked.into_iter().flat_map(|desk| school.setting.roster.holders(desk)));
        }
        Doing::Acknowledge | Doing::Triage => {
            candidates.extend(school.setting.roster.holders(case.lead()));
            let deputies = school.setting.roster.deputies(case.lead());
            if happens(random, 35) {
                candidates.splice(0..0, deputies);
            }
        }
        Doing::Start
        | Doing::Note
        | Doing::Contact
        | Doing::Task
        | Doing::TaskDone
        | Doing::Refer(_)
        | Doing::Decline(_)
        | Doing::Await
        | Doing::Heard
        | Doing::Resume
        | Doing::Propose
        | Doing::NameSecond
        | Doing::Close
        | Doing::NoCase
        | Doing::LiftHold => {}
    }
    if !matches!(doing, Doing::Mend | Doing::Retest) {
        candidates.extend(case.owner);
    }
    candidates.extend(school.setting.roster.holders(case.lead()));
    candidates.extend(school.seated());
    let retested = |person: PersonId| {
        doing == Doing::Close && case.retests.last().is_some_and(|retest| retest.by == person)
    };
    candidates.into_iter().find(|person| {
        let standing = school.standing(*person, at);
        let act = Act::new(&standing, &school.setting, random);
        let theirs = match doing {
            Doing::Decline(body) => case.may_decline(body, &act),
            Doing::Answer(question) => case.may_answer(question, &act),
            other => case.may(other.action(), &act).is_ok(),
        };
        !retested(*person) && theirs
    })
}

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The domain refused.
    #[error("{0:?}")]
    Refused(Refusal),
    /// Words too long for their field.
    #[error(transparent)]
    Words(#[from] TextError),
}

impl From<Refusal> for NotDone {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Does it, as the person of `act`.
pub fn perform(doing: Doing, live: &Live, case: &Case, act: &mut Act<'_>) -> Result<CaseEvent, NotDone> {
    let event = match doing {
        Doing::Acknowledge => case.acknowledge(act)?,
        Doing::Triage => {
            let form = triage_form(live, case, act)?;
            case.triage(&form, act)?
        }
        Doing::Answer(question) => {
            let (choice, words) = answer(question, live.story.grave, case, act.random)?;
            case.answer(question, choice, words.as_ref(), act)?
        }
        Doing::Start => case.start_work(&summary(words::PLANS, act.random)?, act)?,
        Doing::Note => {
            let words = pick(act.random, words::NOTES).copied().unwrap_or("Noted.");
            case.note(&Narrative::parse(words)?, act)?
        }
        Doing::Contact => {
            let with = if case.has_pupil() { "Parent, by phone" } else { "Colleague, in person" };
            let words = pick(act.random, words::SAID).copied().unwrap_or("Spoke.");
            case.contact(&Line::parse(with)?, &Narrative::parse(words)?, act)?
        }
        Doing::Task => {
            let words = Line::parse(pick(act.random, words::TASKS).copied().unwrap_or("Look again"))?;
            case.task(&NewTask { words, person: None, due: Rule::SchoolDays(5) }, act)?
        }
        Doing::TaskDone => {
            let open = case
                .tasks
                .iter()
                .find(|task| task.done_at.is_none() && !matches!(task.kind, TaskKind::Answer(_)));
            let Some(task) = open else { return Err(Refusal::NotFound.into()) };
            case.task_done(task.id, None, act)?
        }
        Doing::Refer(body) => case.refer(&referral(body, act)?, act)?,
        Doing::Decline(body) => case.decline(body, &Summary::parse(why_not(body))?, act)?,
        Doing::Await | Doing::Heard => return outside(doing, case, act),
        Doing::Resume => {
            case.resume(&Summary::parse("They have told us what they found and what we may do now.")?, act)?
        }
        Doing::Mend => case.fixed(
            &Summary::parse(
                "Added the address and its category to the blocked list and sent it to the provider.",
            )?,
            act,
        )?,
        Doing::Retest => case.retest(RetestResult::Works, act)?,
        Doing::Propose => case.propose(&closing(live, case, act.random)?, act)?,
        Doing::NameSecond => {
            let SecondPerson::ToName(person) = case.second_person(act) else {
                return Err(Refusal::NotFound.into());
            };
            let why = Summary::parse("To sign off the outcome as the second person.")?;
            case.share(person, ShareKind::Reviewer, None, &why, act)?
        }
        Doing::Close => case.close(retention(case), act)?,
        Doing::NoCase => case.no_case(&summary(words::NO_CASE, act.random)?, act)?,
        Doing::LiftHold => case.lift_hold(
            &Summary::parse("The officer in the case wrote that nothing more is needed from us.")?,
            act,
        )?,
    };
    Ok(event)
}

fn outside(doing: Doing, case: &Case, act: &mut Act<'_>) -> Result<CaseEvent, NotDone> {
    let Some(open) = case.referrals.iter().find(|referral| referral.state.is_open()) else {
        return Err(Refusal::NotFound.into());
    };
    if doing == Doing::Await {
        let follow_up = day_of(act.now()).checked_add_days(Days::new(21)).unwrap_or(day_of(act.now()));
        return Ok(case.wait_for(open.id, follow_up, act)?);
    }
    let heard = Summary::parse("They called: they have finished and sent us their decision in writing.")?;
    let ended = open.body.ends_with().map(|field| Ok::<_, NotDone>((field.name, outcome_in(field)?)));
    let ended = ended.into_iter().collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(case.referral_moves(open.id, Some(ReferralState::Done), Some(&heard), &ended, act)?)
}

/// How a referral ended at the agency: the second of its answers, which proves nothing against anybody.
fn outcome_in(field: &Field) -> Result<Summary, NotDone> {
    Ok(Summary::parse(match field.kind {
        Kind::OneOf(answers) => answers.get(1).map_or("", |(_, words, _)| words),
        Kind::Line | Kind::Name | Kind::Words => "They do nothing more about it.",
    })?)
}

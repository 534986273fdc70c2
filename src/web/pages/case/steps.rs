//! What to do in a case: the one next step, every step with its deadline, and the acts the reader may do now.

use super::{acts, view};
use crate::{
    domain::{
        case::{
            About, Block, Case, Due, Question, RetestResult, SecondPerson, Task, TaskKind,
            lifecycle::workflow::{Move, Status},
            work::referral::{Body, Referral, ReferralState},
        },
        kernel::{
            clock::{self, DeadlineKind, Instant, State},
            ids::{PersonId, Reference},
        },
        school::routing::NobodyReached,
    },
    service::case::read::{FullCase, Reading},
    web::http::links as addresses,
};

/// A link to an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub text: String,
}

/// The one next step.
#[derive(Debug, Default)]
pub struct Next {
    /// What to do; empty if nothing is left.
    pub heading: String,
    /// By when, and who by.
    pub words: String,
    /// "urgent" if it is overdue.
    pub kind: &'static str,
    /// The page to do it on, if the reader may.
    pub link: Option<Link>,
    /// Where to post to, if a click is all it takes.
    pub posts: Option<Link>,
}

/// One step with its deadline.
#[derive(Debug)]
pub struct Step {
    /// What.
    pub text: String,
    /// Where to do it, or "".
    pub href: String,
    /// How it stands.
    pub status: String,
    /// The colour of its tag.
    pub colour: &'static str,
    /// When, and who by.
    pub detail: String,
}

/// Which move meets a deadline, at which page below the case's, and what it is called.
fn meets(read: &Reading, due: &Due) -> (Move, String, String) {
    let kind = due.deadline.kind;
    let page = |action, path: &str| (action, path.to_owned(), kind.words().to_owned());
    match due.about {
        About::Task(id) => match read.case.tasks.iter().find(|task| task.id == id) {
            Some(task) => {
                let (action, path) = task_page(task);
                (action, path, view::task_words(read, task))
            }
            None => page(Move::Note, "note"),
        },
        About::Referral(_) if read.case.status == Status::AwaitingExternal => page(Move::Resume, "resume"),
        About::Referral(id) => page(Move::ReferralMoves, &format!("referrals/{id}")),
        About::Case => match kind {
            DeadlineKind::Acknowledge => page(Move::Acknowledge, "acknowledge"),
            DeadlineKind::Triage => page(Move::Triage, "triage"),
            DeadlineKind::IcoDecision | DeadlineKind::IcoReport | DeadlineKind::LadoReferral => {
                page(Move::Refer, "refer")
            }
            DeadlineKind::PreventDecision if read.case.triage.is_none() => page(Move::Triage, "triage"),
            DeadlineKind::PreventDecision => page(Move::Answer, "answer/prevent"),
            DeadlineKind::Followup if read.case.status == Status::AwaitingExternal => {
                page(Move::Resume, "resume")
            }
            DeadlineKind::Followup => page(Move::Propose, "propose"),
            DeadlineKind::Basis | DeadlineKind::Task | DeadlineKind::TakeUp => page(Move::Note, "note"),
        },
    }
}

/// Whether the task a deadline is about is the reader's to do; what is about the case asks the table alone.
fn is_theirs(full: &FullCase, due: &Due) -> bool {
    let task = match due.about {
        About::Task(id) => full.case.tasks.iter().find(|task| task.id == id),
        About::Case | About::Referral(_) => None,
    };
    let is_prevent = due.about == About::Case && due.deadline.kind == DeadlineKind::PreventDecision;
    let asks_prevent = is_prevent && full.case.triage.is_some();
    task.is_none_or(|task| may_do(full, task))
        && (!asks_prevent || full.case.may_answer(Question::Prevent, &full.asking()))
}

/// Whether a task is the reader's to do.
pub fn may_do(full: &FullCase, task: &Task) -> bool {
    match task.kind {
        TaskKind::Answer(question) => full.case.may_answer(question, &full.asking()),
        TaskKind::Written | TaskKind::ReferToPrevent => full.case.may_tick(task, &full.asking()),
        TaskKind::CompleteReferral(_) => true,
    }
}

/// The page on which a task is done.
pub fn task_page(task: &Task) -> (Move, String) {
    match task.kind {
        TaskKind::Answer(question) => (Move::Answer, format!("answer/{}", question.code())),
        TaskKind::CompleteReferral(id) => (Move::ReferralMoves, format!("referrals/{id}")),
        TaskKind::Written | TaskKind::ReferToPrevent => (Move::TaskDone, format!("tasks/{}", task.id)),
    }
}

/// What a status waits for while no clock runs.
const fn waits_for(status: Status) -> Option<(Move, &'static str)> {
    match status {
        Status::Submitted => Some((Move::Acknowledge, "acknowledge the concern")),
        Status::Acknowledged => Some((Move::Triage, "triage the case")),
        Status::Triaged => Some((Move::Start, "start work, or submit for sign-off")),
        Status::InProgress => Some((Move::Propose, "submit for sign-off")),
        Status::AwaitingExternal => Some((Move::Resume, "resume work")),
        Status::OutcomePending => Some((Move::Close, "sign off and close the case, or return it")),
        Status::Closed | Status::NoCase | Status::Merged => None,
    }
}

/// The one next step.
pub fn next(full: &FullCase, me: PersonId, now: Instant) -> Next {
    let case = &full.case;
    if is_without_lead(&full.case) {
        return call_the_lado(full, now);
    }
    // An outcome on the table comes before the clocks that would end with it.
    let pending = case.status == Status::OutcomePending;
    if pending
        && !full.moves.contains(&Move::Close)
        && let Some(waits) = second_person(full)
    {
        return waits;
    }
    let due = case.dues.next().filter(|_| !pending);
    if due.is_none()
        && let Some(test) = filter_test(full, me)
    {
        return test;
    }
    let (action, path, heading, words, kind) = match due {
        Some(due) => {
            let (action, path, heading) = meets(full, due);
            let late = due.deadline.is_overdue(now);
            let by = clock::long(due.deadline.due);
            let words = if late {
                format!(
                    "This was due {by}: {}. {}",
                    clock::describe_due(now, due.deadline.due),
                    with_desk(full, due)
                )
            } else {
                format!("Due {by}. {}", with_desk(full, due))
            };
            (action, path, lower(&heading), words, if late { "urgent" } else { "" })
        }
        None => match waits_for(case.status) {
            Some((action, heading)) => {
                let path = acts::page_of(action).map_or("acknowledge", |page| page.path);
                (action, path.to_owned(), heading.to_owned(), with_whom(full, me), "")
            }
            None => return Next::default(),
        },
    };
    let mut next = Next { heading, words, kind, link: None, posts: None };
    if full.offers.contains(&action) && due.is_none_or(|due| is_theirs(full, due)) {
        let href = addresses::case_act(&case.reference, &path);
        if action == Move::Acknowledge {
            next.posts = Some(Link { href, text: "Acknowledge".to_owned() });
        } else {
            next.link = Some(Link { href, text: button(action) });
        }
    }
    next
}

/// The person a case is with while no clock runs: its owner, or the second person who agrees to the outcome.
fn with_whom(full: &FullCase, me: PersonId) -> String {
    if full.case.status == Status::OutcomePending
        && let SecondPerson::OneOf(able) = &full.second_person
    {
        let others: Vec<&str> =
            able.iter().filter(|able| **able != me).map(|able| full.name(*able)).collect();
        let others = either(others);
        return match (able.contains(&me), others.is_empty()) {
            (true, true) => "With you, as the second person.".to_owned(),
            (true, false) => format!("With you, as the second person. {others} can do it too."),
            (false, _) => format!("With {others}, as the second person."),
        };
    }
    full.case.owner.map_or_else(
        || format!("With the {}.", full.case.lead().words()),
        |owner| format!("With {}.", full.name(owner)),
    )
}

/// What a filtering or monitoring failure waits for before an outcome can be proposed: a fix, and another person's test.
fn filter_test(full: &FullCase, me: PersonId) -> Option<Next> {
    let case = &full.case;
    let works = case.retests.iter().any(|retest| retest.result == RetestResult::Works);
    if !case.is_filtering_failure() || case.status != Status::InProgress || works {
        return None;
    }
    let link = |action: Move| links(&case.reference, &full.offers, &[action]).into_iter().next();
    let (heading, words, link) = match &case.fix {
        None => ("record the fix", "Another person then tests that it works.", link(Move::Fix)),
        Some(fix) if fix.by == me => (
            "another person tests the fix",
            "You recorded the fix, so another person who can open the case records the re-test. The case \
             cannot be submitted for sign-off before it works.",
            None,
        ),
        Some(_) => (
            "test the fix",
            "The person who recorded the fix cannot test it, and the person who tests it cannot close the \
             case.",
            link(Move::Retest),
        ),
    };
    Some(Next { heading: heading.to_owned(), words: words.to_owned(), link, ..Next::default() })
}

/// What people who may not close the case read while an outcome is on the table: who may, or who to name.
fn second_person(full: &FullCase) -> Option<Next> {
    const WHO: &str =
        "A person who did not own or triage this case, or submit it for sign-off, closes it or returns it.";
    let (heading, words, link) = match &full.second_person {
        SecondPerson::NotAsked => return None,
        SecondPerson::OneOf(able) => {
            let names: Vec<&str> = able.iter().map(|person| full.name(*person)).collect();
            ("a second person has to sign it off".to_owned(), format!("{WHO} {} can.", either(names)), None)
        }
        SecondPerson::ToName(person) => {
            let name = full.name(*person);
            let words = format!(
                "{WHO} No one who can open it may do this. Share it with {name} as the second person."
            );
            let link = links(&full.case.reference, &full.moves, &[Move::Share]).into_iter().next();
            (format!("name {name} as the second person"), words, link)
        }
        SecondPerson::Nobody => {
            let words = format!(
                "{WHO} No one at this school may do this. Ask the headteacher or the chair of governors to \
                 make another person a deputy."
            );
            ("another person has to become the second person".to_owned(), words, None)
        }
    };
    Some(Next { heading, words, link, ..Next::default() })
}

/// "A", "A or B", "A, B or C".
fn either(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    match names.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn button(action: Move) -> String {
    // Pages about one thing in the case have no fixed address to be found by.
    let about_one_thing = [
        (Move::TaskDone, "Mark this task as done"),
        (Move::Answer, "Answer the question"),
        (Move::AnswerAgain, "Answer the question again"),
        (Move::ReferralMoves, "Update the referral"),
    ];
    let words = about_one_thing.iter().find(|(of, _)| *of == action).map(|(_, words)| *words);
    words.or_else(|| acts::page_of(action).map(|page| page.heading)).unwrap_or(action.words()).to_owned()
}

/// Who a deadline is for: the person a task was given to, or its desk.
fn with_desk(read: &Reading, due: &Due) -> String {
    let task = read.case.tasks.iter().find(|task| due.about == About::Task(task.id));
    match task.and_then(|task| task.person) {
        Some(person) => format!("With {}.", read.name(person)),
        None if is_without_lead(&read.case) && due.desk == read.case.lead() => "Not assigned yet.".to_owned(),
        None => format!("With the {}.", due.desk.words()),
    }
}

/// Whether everyone who could lead it is left out of it, and no one has it in hand.
pub fn is_without_lead(case: &Case) -> bool {
    case.nobody_reached == NobodyReached::Yes && case.owner.is_none() && case.status.is_open()
}

/// What the reader of a case that no one can lead does about it.
fn call_the_lado(full: &FullCase, now: Instant) -> Next {
    let number = full.setting.editions.settings_at(now).lado_phone;
    let number = if number.is_empty() { String::new() } else { format!(" on {number}") };
    let words = format!(
        "No one here can lead this case now, so it cannot be acknowledged or triaged. Call the local \
         authority designated officer (LADO){number}, give the reference, and record here what they say. As \
         soon as a person who can lead it has that role, they are told."
    );
    let link = links(&full.case.reference, &full.offers, &[Move::Refer]).into_iter().next();
    Next { heading: "call the LADO".to_owned(), words, kind: "urgent", link, posts: None }
}

/// With a small letter at the front, unless the word is an abbreviation.
fn lower(words: &str) -> String {
    let mut letters = words.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

/// Every deadline: what runs first, soonest first, then what has ended.
fn in_order(read: &Reading) -> impl Iterator<Item = &Due> {
    let ended = read.case.dues.all().iter().rev().filter(|due| !due.is_running());
    read.case.dues.running().into_iter().chain(ended)
}

/// Every step with its deadline, to read.
pub fn to_read(read: &Reading, now: Instant) -> Vec<Step> {
    in_order(read).map(|due| step(read, due, now)).collect()
}

/// Every step with its deadline, and where to do it.
pub fn all(full: &FullCase, now: Instant) -> Vec<Step> {
    in_order(full).map(|due| Step { href: page_of(full, due), ..step(full, due, now) }).collect()
}

/// Where a step is done, if that is the reader's; otherwise "".
fn page_of(full: &FullCase, due: &Due) -> String {
    let (action, path, _) = meets(full, due);
    let opens = due.is_running()
        && full.offers.contains(&action)
        && action != Move::Acknowledge
        && is_theirs(full, due);
    if opens { addresses::case_act(&full.case.reference, &path) } else { String::new() }
}

fn step(read: &Reading, due: &Due, now: Instant) -> Step {
    let deadline = &due.deadline;
    let (_, _, text) = meets(read, due);
    let at = clock::long(deadline.due);
    let said = clock::describe_due(now, deadline.due);
    let ended = deadline.ended_at.map_or_else(String::new, clock::long);
    let (status, colour, detail) = match deadline.state {
        State::Running if deadline.is_overdue(now) => (said, "overdue", format!("Was due {at}")),
        State::Running if clock::day_in_london(deadline.due) == clock::day_in_london(now) => {
            (format!("Due {}", lower(&said)), "orange", format!("By {at}"))
        }
        State::Running => (deadline.state.words().to_owned(), "blue", format!("By {at}")),
        State::Paused => (deadline.state.words().to_owned(), "grey", "Time is paused".to_owned()),
        State::Met if is_declined(read, due) => ("Decided not to".to_owned(), "grey", ended),
        State::Met => (deadline.state.words().to_owned(), "green", ended),
        State::Missed => {
            (deadline.state.words().to_owned(), "orange", format!("Was due {at}, ended {ended}"))
        }
        State::Cancelled => match told(read, due) {
            Some(made_at) => (State::Met.words().to_owned(), "green", clock::long(made_at)),
            None => (deadline.state.words().to_owned(), "grey", ended),
        },
    };
    let detail = if due.is_running() { format!("{detail}. {}", with_desk(read, due)) } else { detail };
    Step { text, href: String::new(), status, colour, detail }
}

/// The body a deadline asks to tell: of those that count for a body, the last.
fn body_of(due: &Due) -> Option<Body> {
    let kind = due.deadline.kind;
    Body::asked_by(kind).filter(|body| body.deadlines().last().is_some_and(|(last, _)| *last == kind))
}

/// When the body a deadline asks for was told all the same, though no one had to any more.
fn told(read: &Reading, due: &Due) -> Option<Instant> {
    let body = body_of(due)?;
    let was_told = |referral: &&Referral| match referral.state {
        ReferralState::Made | ReferralState::Acknowledged | ReferralState::Answered | ReferralState::Done => {
            referral.body == body
        }
        ReferralState::Drafted | ReferralState::Withdrawn | ReferralState::Declined => false,
    };
    read.case.referrals.iter().find(was_told).map(|referral| referral.made_at)
}

/// Whether what ended a deadline was the decision not to tell the body it asks for.
fn is_declined(read: &Reading, due: &Due) -> bool {
    let declined = |body| {
        let mut of_body = read.case.referrals.iter().filter(|referral| referral.body == body);
        of_body.any(|referral| referral.state == ReferralState::Declined)
    };
    body_of(due).is_some_and(declined) && told(read, due).is_none()
}

/// Links to those of these moves that the reader may make now.
pub fn links(reference: &Reference, moves: &[Move], of: &[Move]) -> Vec<Link> {
    let allowed = of.iter().filter(|action| moves.contains(action));
    let pages = allowed.filter_map(|action| acts::page_of(*action));
    pages
        .map(|page| Link { href: addresses::case_act(reference, page.path), text: page.heading.to_owned() })
        .collect()
}

/// What has to be done before the case can close, while it is being worked on.
pub fn before_it_ends(full: &FullCase) -> Vec<String> {
    match full.case.status {
        Status::Triaged | Status::InProgress | Status::AwaitingExternal | Status::OutcomePending => {
            full.case.blocks_to_ending().iter().map(Block::words).collect()
        }
        Status::Submitted | Status::Acknowledged | Status::Closed | Status::NoCase | Status::Merged => {
            Vec::new()
        }
    }
}

/// What is recorded all the time.
pub fn recording(full: &FullCase) -> Vec<Link> {
    links(&full.case.reference, &full.moves, &[Move::Note, Move::Contact])
}

/// Everything else the reader may do now, in groups.
pub fn others(full: &FullCase) -> Vec<(&'static str, Vec<Link>)> {
    use Move as M;
    let groups = [
        (
            "Move it on",
            [
                &[M::Triage, M::Start, M::Await, M::Resume, M::Propose, M::Close, M::SendBack][..],
                &[M::NoCase, M::Together, M::Merge, M::Reopen],
            ]
            .concat(),
        ),
        ("Get help from others", vec![M::Refer, M::Decline, M::Call999, M::Assign, M::Reroute]),
        ("Keep track", vec![M::Reassess, M::Task, M::Brief, M::Fix, M::Retest]),
        (
            "Who can open it",
            vec![
                M::SayWho,
                M::Share,
                M::Unshare,
                M::Select,
                M::Deselect,
                M::Restrict,
                M::StepAside,
                M::LiftHold,
                M::SetHold,
            ],
        ),
    ];
    let linked = groups.map(|(head, of)| (head, links(&full.case.reference, &full.offers, &of)));
    linked.into_iter().filter(|(_, links)| !links.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_keep_their_capitals() {
        assert_eq!(lower("Refer to the LADO"), "refer to the LADO");
        assert_eq!(lower("ICO first"), "ICO first");
        assert_eq!(lower(""), "");
    }

    #[test]
    fn every_open_status_says_what_it_waits_for() {
        for status in Status::ALL {
            assert_eq!(waits_for(*status).is_some(), status.is_open(), "{status:?}");
        }
    }
}

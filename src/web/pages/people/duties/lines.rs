//! Duties and proposals in words, for every page about them.

use crate::{
    domain::{
        kernel::{
            clock::{Instant, day, day_in_london, long},
            codes::capital,
        },
        people::{
            Desk, Office,
            duty::{Change, CodeState, DutyKind, HeldDuty, HowEnded, Proposal},
        },
        school::staffing::Gap,
    },
    service::{
        entry::accounts::BoundAccount,
        people::duties::{Overview, Past, ProposalRecord},
    },
};
use chrono::TimeDelta;

/// For so long the people who were told see that something changed.
const LATELY: TimeDelta = TimeDelta::days(60);

/// The duties of one desk, or one office.
pub struct Group {
    /// The desk.
    pub heading: String,
    /// The duties.
    pub lines: Vec<Line>,
}

/// One duty.
pub struct Line {
    /// Whose.
    pub name: String,
    /// What it is.
    pub what: String,
    /// From when to when, and why.
    pub when: String,
    /// What became of it, or "".
    pub what_became: String,
    /// Whether its person has yet to enter a one-time code.
    pub waits_for_code: bool,
    /// Where it is ended, or "".
    pub end: String,
}

/// A proposal that waits for a decision.
pub struct Waiting {
    /// Where.
    pub href: String,
    /// Whose duty, and which.
    pub name: String,
    /// Which.
    pub what: String,
    /// What is to happen.
    pub change: String,
    /// Who decides.
    pub decides: String,
    /// Whether that is the reader.
    pub yours: bool,
}

/// What is missing, a sentence each.
pub fn gaps(gaps: &[Gap]) -> Vec<String> {
    gaps.iter().map(|gap| format!("{}.", capital(&gap.words()))).collect()
}

/// The last day of something that ends at an instant: it ends when that day does.
pub fn last_day(to: Instant) -> String {
    day(to - TimeDelta::microseconds(1))
}

fn when(from: Instant, to: Option<Instant>) -> String {
    match to {
        Some(to) => format!("from {} to {}", day(from), last_day(to)),
        None => format!("since {}", day(from)),
    }
}

/// Every desk, then every office, with its duties of today and to come.
pub fn groups(overview: &Overview) -> Vec<Group> {
    let of = |heading: String, is_in: &dyn Fn(DutyKind) -> bool| {
        let mut theirs: Vec<&HeldDuty> =
            overview.book.duties.iter().filter(|held| is_in(held.what)).collect();
        // Holders before their deputies, and those before cover.
        theirs.sort_by_key(|held| held.what);
        Group { heading, lines: theirs.into_iter().map(|held| of_held(held, overview)).collect() }
    };
    let desks = Desk::ALL.iter().map(|desk| of(capital(desk.words()), &|what| what.desk() == Some(*desk)));
    let offices = [Office::Administrator, Office::Governor]
        .iter()
        .map(|office| of(capital(office.words()), &|what| what == DutyKind::Office(*office)));
    desks.chain(offices).collect()
}

fn of_held(held: &HeldDuty, overview: &Overview) -> Line {
    let to_come = held.from > overview.book.now;
    let when = match (to_come, held.to) {
        (true, None) => format!("from {}", day(held.from)),
        (true | false, to) => when(held.from, to),
    };
    Line {
        name: overview.name(held.person).to_owned(),
        what: capital(&held.what.words()),
        when,
        what_became: String::new(),
        waits_for_code: held.code == CodeState::Awaited,
        end: format!("/admin/duties/{}/end", held.id),
    }
}

/// A duty as history has it.
pub fn of_past(past: &Past, overview: &Overview) -> Line {
    let because = |why: Option<&'static str>| why.map_or_else(String::new, |why| format!(" ({why})"));
    let ended = match past.ended {
        None => String::new(),
        Some((how @ (HowEnded::Confirmed | HowEnded::AtOnce), by, why)) => {
            let by = by.map_or_else(String::new, |by| format!(" by {}", overview.name(by)));
            capital(&format!("{}{by}{}.", how.words(), because(why.map(|why| why.words()))))
        }
        Some((HowEnded::Left, ..)) => "Left the school.".to_owned(),
    };
    Line {
        name: overview.name(past.held.person).to_owned(),
        what: capital(&past.held.what.words()),
        when: format!("{}{}", when(past.held.from, past.held.to), because(past.why.map(|why| why.words()))),
        what_became: ended,
        waits_for_code: false,
        end: String::new(),
    }
}

/// What is to happen, in a few words.
pub fn change(proposal: &Proposal) -> String {
    match &proposal.change {
        Change::Begin { from, to, .. } => match (from, to) {
            (None, None) => "To begin from the day it is confirmed".to_owned(),
            (None, Some(to)) => format!("To begin when it is confirmed, until {}", last_day(*to)),
            (Some(from), None) => format!("To begin on {}", day(*from)),
            (Some(from), Some(to)) => format!("To begin on {}, until {}", day(*from), last_day(*to)),
        },
        Change::End { at: None, .. } => "To end when it is confirmed".to_owned(),
        Change::End { at: Some(at), .. } => format!("To end after {}", last_day(*at)),
    }
}

/// A proposal for the person who may decide about it.
pub fn waiting(proposal: &Proposal, overview: &Overview, yours: bool) -> Waiting {
    let (desk, people) = overview.book.confirmers(proposal);
    let names: Vec<&str> = people.iter().map(|person| overview.name(*person)).collect();
    let who = if names.is_empty() { "no one at present".to_owned() } else { names.join(" or ") };
    Waiting {
        href: format!("/admin/duties/proposals/{}", proposal.id),
        name: overview.name(proposal.change.person()).to_owned(),
        what: proposal.change.what().words(),
        change: change(proposal),
        decides: format!("the {} ({who})", desk.words()),
        yours,
    }
}

/// A proposal as history has it.
pub fn of_proposal(filed: &ProposalRecord, overview: &Overview) -> Line {
    let proposal = &filed.proposal;
    let decided = filed.decided.map_or_else(
        || {
            if proposal.is_open(overview.book.now) {
                "Waiting.".to_owned()
            } else {
                "It was not decided in time.".to_owned()
            }
        },
        |(by, at)| format!("{} by {} on {}.", proposal.state.words(), overview.name(by), long(at)),
    );
    Line {
        name: overview.name(proposal.change.person()).to_owned(),
        what: capital(&proposal.change.what().words()),
        when: format!(
            "{} ({}). Proposed by {} on {}",
            change(proposal),
            proposal.why.words(),
            overview.name(proposal.proposed_by),
            long(proposal.proposed_at)
        ),
        what_became: decided,
        waits_for_code: false,
        end: String::new(),
    }
}

/// Says that another account was let in lately as the reader, or "": no one else would notice one in their name.
pub fn another_account(mine: &[BoundAccount], now: Instant) -> String {
    match mine.iter().skip(1).map(|let_in| let_in.since).max() {
        Some(since) if now - since < LATELY => {
            format!("Another account was linked to you on {}.", long(since))
        }
        Some(_) | None => String::new(),
    }
}

/// The first accounts lately of people who share a role with the reader, a sentence each.
pub fn first_accounts(beside: &[(String, Instant)]) -> Vec<String> {
    beside
        .iter()
        .map(|(name, at)| format!("{name} was let in for the first time on {}.", long(*at)))
        .collect()
}

/// What happened to duties in the last weeks, the latest first: for those it was told.
pub fn lately(overview: &Overview) -> Vec<Line> {
    let now = overview.book.now;
    let is_late = |at: Instant| at <= now && now - at < LATELY;
    let happened = |past: &&Past| is_late(past.held.from) || past.held.to.is_some_and(is_late);
    let mut lately: Vec<&Past> = overview.past.iter().filter(happened).collect();
    let latest = |past: &&Past| past.held.to.filter(|to| is_late(*to)).unwrap_or(past.held.from);
    lately.sort_by_key(|past| std::cmp::Reverse(day_in_london(latest(past))));
    lately.into_iter().map(|past| of_past(past, overview)).collect()
}

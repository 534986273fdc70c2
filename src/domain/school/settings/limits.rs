//! How far a school may go: what no change may loosen, and that every concern still reaches a person.
//!
//! The floors are a reading of KCSIE 2026 (the DSL leads on safeguarding; a concern about an adult goes to the head)
//! and of the clocks every school has; `docs/decisions/0008` says why each stands where it does. The 999 panel, what
//! triage decides, which files are refused and who is excluded are no settings at all.

use super::{CategoryChange, Edition, FieldError, Problem, SettingsChange, Visibility};
use crate::domain::{
    kernel::{
        clock::Rule,
        text::{Summary, TextError},
    },
    people::{Desk, Roster, ties::Ties},
    school::{
        categories::{Category, CategoryRole, Severity},
        routing::{self, AdultAnswer, Facts, NobodyReached, PersonalData},
    },
};
use std::collections::BTreeSet;

/// The clocks a school may choose from, the shortest first.
const CLOCKS: [Rule; 9] = [
    Rule::Minutes(15),
    Rule::Minutes(30),
    Rule::ClockHours(1),
    Rule::ClockHours(2),
    Rule::SameSchoolDay,
    Rule::SchoolDays(1),
    Rule::WorkingDays(1),
    Rule::SchoolDays(2),
    Rule::SchoolDays(3),
];

/// The clocks that may be chosen for a severity, the shortest first.
pub fn clocks(severity: Severity) -> impl Iterator<Item = Rule> {
    let longest = rank(longest_clock(severity));
    CLOCKS.into_iter().filter(move |rule| rank(*rule) <= longest)
}

/// The longest a desk may be given to acknowledge, by severity. One working day counts as one school day.
pub const fn longest_clock(severity: Severity) -> Rule {
    match severity {
        Severity::Critical => Rule::ACKNOWLEDGE_CRITICAL,
        Severity::High => Rule::ACKNOWLEDGE_HIGH,
        Severity::Moderate => Rule::WorkingDays(1),
        Severity::Low => Rule::ACKNOWLEDGE_LOW,
    }
}

/// How long a clock runs, to compare it with others. One that is not offered is longer than all that are.
fn rank(rule: Rule) -> usize {
    CLOCKS.iter().position(|offered| *offered == rule).unwrap_or(CLOCKS.len())
}

/// The smallest number a report to governors may ever show.
const LEAST_SHOWN: u8 = 5;
/// Above this a report of a school would say nothing.
const MOST_SHOWN: u8 = 20;

/// What is wrong with a smallest number that is none, or not one a report may have.
pub const fn smallest_outside() -> Problem {
    Problem::Smallest { least: LEAST_SHOWN, most: MOST_SHOWN }
}

/// What is wrong with a change, seen in an edition in which it is in force.
pub fn problems(change: &SettingsChange, after: &Edition, roster: &Roster) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    match change {
        SettingsChange::Category(change) => {
            of_category(change, after, &mut |field, problem| wrong.push(FieldError { field, problem }));
            if wrong.is_empty() {
                wrong.extend(unreachable(after.category(change.code), after, roster));
            }
        }
        // A phone number was checked when it was read.
        SettingsChange::Phones(_) => {}
        // A calendar was checked when it was read.
        SettingsChange::Calendar(_) => {}
        SettingsChange::Rules(change) => {
            if change.smallest_shown.is_some_and(|least| !(LEAST_SHOWN..=MOST_SHOWN).contains(&least)) {
                wrong.push(FieldError { field: "smallest", problem: smallest_outside() });
            }
        }
    }
    wrong
}

fn of_category(change: &CategoryChange, after: &Edition, wrong: &mut impl FnMut(&'static str, Problem)) {
    let (given, now) = (change.code.category(), after.category(change.code));
    if let Some(words) = &change.guidance {
        match Summary::parse(words) {
            Ok(_) => {}
            Err(TextError::Empty) => wrong("guidance", Problem::GuidanceMissing),
            Err(TextError::TooLong { limit }) => wrong("guidance", Problem::GuidanceTooLong { limit }),
        }
    }
    if given.severity == Severity::Critical && now.severity != Severity::Critical {
        wrong("severity", Problem::StaysCritical);
    }
    // A change that leaves both alone is not asked about them: the floor is for what is chosen here.
    if change.severity.is_some() || change.acknowledge.is_some() {
        let longest = longest_clock(now.severity);
        if rank(now.acknowledge) > rank(longest) {
            let (severity, longest) = (now.severity, longest);
            wrong("acknowledge", Problem::TooSlow { severity, longest });
        }
    }
    if change.code.is(CategoryRole::NotSure) {
        of_not_sure(now, after, wrong);
    } else {
        of_route(given, now, wrong);
    }
}

/// "I am not sure" is always there, and always for the DSL alone (Routing rule 6).
fn of_not_sure(now: &Category, after: &Edition, wrong: &mut impl FnMut(&'static str, Problem)) {
    if after.shown(now.code) == Visibility::Hidden {
        wrong("shown", Problem::NotSureShown);
    }
    if now.lead != Desk::Dsl {
        wrong("lead", Problem::NotSureLead);
    }
    if !now.copied.is_empty() {
        wrong("copied", Problem::NotSureCopied);
    }
}

/// The DSL and the head may be moved from leading to copied, never off a route; a critical category is led by one of
/// them, or by the desk it always was; the external contact sees only what it leads at the end of a chain.
fn of_route(given: &Category, now: &Category, wrong: &mut impl FnMut(&'static str, Problem)) {
    let is_on = |category: &Category, desk| category.lead == desk || category.copied.contains(&desk);
    if now.lead == Desk::External {
        wrong("lead", Problem::ExternalLeads);
    } else if now.severity == Severity::Critical && ![Desk::Dsl, Desk::Head, given.lead].contains(&now.lead) {
        wrong("lead", Problem::CriticalLead);
    }
    if now.copied.contains(&Desk::External) {
        wrong("copied", Problem::ExternalCopied);
    }
    for (desk, problem) in [(Desk::Dsl, Problem::DslTakenOff), (Desk::Head, Problem::HeadTakenOff)] {
        if is_on(given, desk) && !is_on(now, desk) {
            wrong("copied", problem);
        }
    }
}

/// A category without a reachable desk is refused when it is configured (Routing rule 4).
fn unreachable(category: &Category, edition: &Edition, roster: &Roster) -> Option<FieldError> {
    let route = routing::route(&Facts {
        category,
        adult: AdultAnswer::No,
        subjects: &[],
        personal_data: PersonalData::NotInvolved,
        roster,
        stepped_aside: &BTreeSet::new(),
        ties: Ties::left_out(),
        chosen: None,
        elsewhere: routing::AdultThere::NoneOrMatched,
        not_ruled_out: &routing::NO_ONE_MEANT,
        policy: edition.settings.adult_lead,
    });
    match route.nobody_reached {
        NobodyReached::No => None,
        NobodyReached::Yes => {
            Some(FieldError { field: "lead", problem: Problem::NobodyReceives { desk: category.lead } })
        }
    }
}
